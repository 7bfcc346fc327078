/** What came of a session, on one page: counted by hand from records that the builders of the sample make. */
import assert from 'node:assert/strict';
import { analyze, type Analysis } from '../../../../src/engine/analysis';
import { emptyCase } from '../../../../src/engine/case-settings';
import { blastLimits, type BlastRadius } from '../../../../src/engine/report/blast-radius';
import { ResourceTally, rowsByFile } from '../../../../src/engine/report/blast-resources';
import { surveyBlast } from '../../../../src/engine/report/blast-survey';
import { renderBlastRadius } from '../../../../src/engine/report/render-blast-radius';
import { actions, assumeRoleDenied, longTermKey, role, user } from '../../../../scripts/sample/records';
import { fileOf } from '../support/files';
import { account, alicesKey, from, minute, office, other, R1, R2, R3, start, World } from '../support/world';
import { bobsKey, incident } from './incident';
import { wideModel } from './like-one';

interface Made {
  readonly analysis: Analysis;
  readonly radius: BlastRadius;
}

/** Records in files by name, as a host would hand them over; `most` records are read again, from `later` texts. */
function radiusOf(
  files: Readonly<Record<string, readonly object[]>>,
  key: string,
  {
    most = blastLimits.records,
    later = files,
  }: { most?: number; later?: Readonly<Record<string, readonly object[]>> } = {},
): Made {
  const analysis = analyze(
    Object.entries(files).map(([path, records]) => fileOf(path, records)),
    emptyCase,
  );
  const { model } = analysis;
  const session = model.sessions[model.sessionByKey.get(key) ?? -1];
  assert.ok(session !== undefined, `no session has the key ${key}`);
  const survey = surveyBlast(analysis, session, () => null, most);
  const tally = new ResourceTally(model, most);
  for (const { path, spans } of rowsByFile(analysis, survey.rows)) {
    const bytes = Buffer.from(JSON.stringify({ Records: later[path] ?? [] }));
    for (const { row, start: first, length } of spans) {
      tally.add(path, row, bytes.subarray(first, first + length).toString('utf8'));
    }
  }
  return { analysis, radius: tally.page(survey) };
}

const of = (world: World, key: string): BlastRadius => radiusOf({ 'logs.json': world.records }, key).radius;
const resources = ({ resources: { listed } }: BlastRadius): string[] =>
  listed.map(
    ({ type, name, writes, reads, denied, failed }) =>
      `${type.replace('AWS::', '')} ${name} w${String(writes)} r${String(reads)} d${String(denied)} f${String(failed)}`,
  );

describe('the blast radius', () => {
  it('has all that came of the root of a lineage, across the key that it made', () => {
    const radius = of(incident(), alicesKey);
    assert.deepEqual(
      radius.sessions.listed.map(({ label, depth, events }) => `${String(depth)} ${label}: ${String(events)}`),
      [
        `0 access key ${alicesKey} of user alice: 1`,
        '1 session session of role R1: 1',
        '2 session session of role R2: 1',
        '3 session session of role R3: 2',
        `0 access key ${bobsKey} of user bob: 1`,
      ],
    );
    assert.deepEqual(radius.sessions.byKind, [
      { name: 'role', sessions: 3 },
      { name: 'long-term-key', sessions: 2 },
    ]);
    assert.deepEqual(
      radius.sessions.byDepth.map(({ name, sessions }) => `${name}:${String(sessions)}`),
      ['0:2', '1:1', '2:1', '3:1'],
    );
    assert.deepEqual(radius.tally, { events: 6, denied: 0, failed: 0 });
    assert.deepEqual([radius.firstEventTime, radius.lastEventTime], ['2025-05-12T08:00:00Z', '2025-05-12T08:05:00Z']);
    assert.deepEqual(
      radius.objects.listed.map(({ kind, name, accessKeyId, createdAt, session }) => [
        kind,
        name,
        accessKeyId,
        createdAt,
        session,
      ]),
      [
        ['user', 'bob', undefined, '2025-05-12T08:03:00Z', radius.sessions.listed[3]?.id],
        ['access-key', 'bob', bobsKey, '2025-05-12T08:04:00Z', radius.sessions.listed[3]?.id],
      ],
    );
    // CreateUser and CreateAccessKey; neither assumptions nor ListBuckets name a resource.
    assert.deepEqual(resources(radius), ['IAM::User bob w2 r0 d0 f0', `IAM::AccessKey ${bobsKey} w1 r0 d0 f0`]);
    assert.deepEqual(
      radius.classes.map(({ name, events }) => `${name} ${String(events)}`),
      ['identity 3', 'persistence 2', 'read 1'],
    );
    assert.deepEqual(
      radius.services.listed.map(({ name, events }) => `${name} ${String(events)}`),
      ['sts.amazonaws.com 3', 'iam.amazonaws.com 2', 's3.amazonaws.com 1'],
    );
    assert.deepEqual(radius.addresses.listed, [
      {
        location: '203.0.113.7',
        class: 'public-v4',
        events: 6,
        denied: 0,
        failed: 0,
        firstEventTime: '2025-05-12T08:00:00Z',
        lastEventTime: '2025-05-12T08:05:00Z',
      },
    ]);
    assert.deepEqual(radius.records, { total: 3, read: 3, limit: blastLimits.records, problems: [] });
  });

  it('leaves out what is above, and says so', () => {
    const world = incident();
    const { analysis } = radiusOf({ 'logs.json': world.records }, alicesKey);
    const second = analysis.model.sessions.find(({ roleArn }) => roleArn === R2.arn)?.keys[0] ?? '';
    const radius = of(world, second);
    assert.deepEqual([radius.above, radius.root, radius.sessions.total], [2, analysis.model.sessions[0]?.id, 3]);
    assert.match(
      renderBlastRadius(radius, 'text'),
      /It is not the root: 2 sessions above it are not part of this page/,
    );
  });

  it('counts reads, changes, denials and failures of each resource, the most telling first', () => {
    const world = new World('resources');
    const one = world.assumes(0, world.alice, R1);
    const two = world.assumes(minute, one, R2);
    const secret = actions.getSecretValue(account, 'app-Qr7sTu');
    const arn = `arn:aws:sts::${account}:assumed-role/R2/session`;
    world
      .does(2 * minute, one, actions.getObject(account, 'data', 'a'))
      .does(3 * minute, two, actions.getObject(account, 'data', 'a'))
      .does(4 * minute, two, actions.putObject(account, 'data', 'b'))
      .does(5 * minute, two, secret)
      .does(6 * minute, two, {
        ...secret,
        error: { code: 'AccessDeniedException', message: `User: ${arn} is not authorized` },
      })
      .does(7 * minute, two, {
        ...actions.getItem(account, 'gone'),
        error: { code: 'ResourceNotFoundException', message: '' },
      })
      .does(8 * minute, two, actions.getItem(other, 'carts'), office);
    const radius = of(world, alicesKey);
    assert.deepEqual(resources(radius), [
      'SecretsManager::Secret app-Qr7sTu w0 r1 d1 f0',
      'S3::Object data/b w1 r0 d0 f0',
      'S3::Object data/a w0 r2 d0 f0',
      'DynamoDB::Table carts w0 r1 d0 f0',
      'DynamoDB::Table gone w0 r0 d0 f1',
    ]);
    const { total, written, read, untouched } = radius.resources;
    assert.deepEqual({ total, written, read, untouched }, { total: 5, written: 1, read: 3, untouched: 1 });
    const [first] = radius.resources.listed;
    assert.deepEqual(
      [first?.firstEventTime, first?.lastEventTime, first?.actions, first?.classes, first?.file],
      ['2025-05-12T08:05:00Z', '2025-05-12T08:06:00Z', ['GetSecretValue'], ['credential-access'], 'logs.json'],
    );
    assert.equal(radius.resources.listed[3]?.accountId, other);
    assert.deepEqual(radius.tally, { events: 9, denied: 1, failed: 1 });
    assert.match(renderBlastRadius(radius, 'text'), /9 events, 1 of them denied and 1 failed for other reasons/);
  });

  it('tells the objects of one bucket together where they are many', () => {
    const world = new World('bucket');
    const one = world.assumes(0, world.alice, R1);
    for (let number = 0; number < 40; number++) {
      world.does(
        minute + number,
        one,
        actions.getObject(account, 'data', `dt=2025/part-${String(number).padStart(2, '0')}`),
      );
    }
    world.does(2 * minute, one, actions.getObject(account, 'few', 'x'));
    const radius = of(world, alicesKey);
    assert.deepEqual(resources(radius), [
      'S3::Object data/dt=2025/part-* w0 r40 d0 f0',
      'S3::Object few/x w0 r1 d0 f0',
    ]);
    assert.deepEqual(
      [radius.resources.total, radius.resources.entries, radius.resources.listed[0]?.count],
      [41, 2, 40],
    );
    assert.equal(radius.resources.listed[0]?.firstEventTime, '2025-05-12T08:01:00Z');
    assert.match(renderBlastRadius(radius, 'text'), /40 × S3 Object data\/dt=2025\/part-\*/);
  });

  it('lists what is left behind, and what was taken away again', () => {
    const world = new World('left');
    const eve = user(account, 'eve');
    const mallory = user(account, 'mallory');
    const one = world.assumes(0, world.alice, R1);
    // An earlier user of the name.
    world.does(30, one, actions.plain('iam', 'DeleteUser', { userName: 'mallory' }));
    world.createsUser(minute, one, eve).createsUser(2 * minute, one, mallory);
    world.does(3 * minute, one, actions.plain('iam', 'DeleteUser', { userName: 'eve' }));
    world.does(4 * minute, one, actions.attachUserPolicy(mallory, 'arn:aws:iam::aws:policy/AdministratorAccess'));
    const { objects } = of(world, alicesKey);
    assert.deepEqual(
      objects.listed.map(({ kind, name, deletedAt }) => [kind, name, deletedAt]),
      [
        ['user', 'mallory', undefined],
        ['policy', 'AdministratorAccess on user mallory', undefined],
        ['user', 'eve', '2025-05-12T08:03:00Z'],
      ],
    );
    assert.deepEqual([objects.total, objects.deleted], [3, 1]);
  });

  it('finds objects of sessions that no detector judges: of a key itself, and of infrastructure tools', () => {
    const world = new World('depth');
    world.createsUser(0, world.alice, user(account, 'direct'));
    world.createsUser(
      minute,
      world.assumes(0, world.alice, R1),
      user(account, 'tool'),
      from('203.0.113.7', 'Terraform/1.8'),
    );
    assert.deepEqual(
      of(world, alicesKey).objects.listed.map(({ name }) => name),
      ['direct', 'tool'],
    );
  });

  it('lists credentials that were not used and roles that were refused', () => {
    const world = new World('refused');
    const one = world.assumes(0, world.alice, R1);
    world.assumes(minute, one, R2);
    for (const [at, of] of [R3, R3, role(account, 'admin')].entries()) {
      world.records.push(assumeRoleDenied(world.trail, start + (2 + at) * minute, one, of, office));
    }
    const radius = of(world, alicesKey);
    assert.equal(radius.sessions.unused, 1);
    assert.deepEqual(
      radius.refusals.listed.map(({ roleArn, attempts, firstEventTime, lastEventTime }) => [
        roleArn,
        attempts,
        firstEventTime,
        lastEventTime,
      ]),
      [
        [R3.arn, 2, '2025-05-12T08:02:00Z', '2025-05-12T08:03:00Z'],
        [`arn:aws:iam::${account}:role/admin`, 1, '2025-05-12T08:04:00Z', '2025-05-12T08:04:00Z'],
      ],
    );
    assert.equal(radius.tally.denied, 3);
  });

  it('reads what changed something and what was denied before other reads, where it may not read all', () => {
    const world = new World('limit');
    const one = world.assumes(0, world.alice, R1);
    for (let number = 0; number < 5; number++) {
      world.does(minute + number, one, actions.getItem(account, `read-${String(number)}`));
    }
    world.does(2 * minute, one, {
      ...actions.getItem(account, 'refused'),
      error: { code: 'AccessDenied', message: '' },
    });
    world.does(3 * minute, one, actions.putObject(account, 'data', 'written'));
    const { radius } = radiusOf({ 'logs.json': world.records }, alicesKey, { most: 3 });
    assert.deepEqual(resources(radius), [
      'S3::Object data/written w1 r0 d0 f0',
      'DynamoDB::Table read-0 w0 r1 d0 f0',
      'DynamoDB::Table refused w0 r0 d1 f0',
    ]);
    assert.deepEqual(radius.records, { total: 7, read: 3, limit: 3, problems: [] });
    for (const format of ['text', 'markdown'] as const) {
      const page = renderBlastRadius(radius, format).replaceAll('\\', '').replace(/\s+/g, ' ');
      assert.match(page, /From 3 of 7 records that can name a resource/);
      assert.match(page, /The limit is 3: .* 4 were not read/);
    }
  });

  it('does not count records that are no longer those that were analysed, and names their file', () => {
    const world = incident();
    const [changed, kept] = [world.records.slice(0, 4), world.records.slice(4)];
    const other = changed.map((record) => ({ ...record, eventID: '00000000-0000-4000-8000-00000000000a' }));
    const { radius } = radiusOf({ 'a.json': changed, 'b.json': kept }, alicesKey, {
      later: { 'a.json': other, 'b.json': kept },
    });
    assert.deepEqual(radius.records.problems, [
      { file: 'a.json', records: 1, reason: 'changed since it was analysed' },
    ]);
    assert.deepEqual(resources(radius), [`IAM::AccessKey ${bobsKey} w1 r0 d0 f0`, 'IAM::User bob w1 r0 d0 f0']);
    assert.match(
      renderBlastRadius(radius, 'text'),
      /1 record could not be read again; analyse again to have them:\n {2}a\.json: 1 record, changed/,
    );
    // What the event table tells is there all the same.
    assert.equal(radius.objects.total, 2);
  });

  it('is the same in whatever files and order its records come', () => {
    const { records } = incident();
    const apart = Object.fromEntries(
      [...records.entries()].reverse().map(([at, record]) => [`f${String(at)}.json`, [record]]),
    );
    const unplaced = (radius: BlastRadius): unknown =>
      JSON.parse(JSON.stringify(radius, (key, value: unknown) => (key === 'file' ? '' : value)));
    const { radius } = radiusOf(apart, alicesKey);
    assert.deepEqual(unplaced(radius), unplaced(of(incident(), alicesKey)));
    const again = radiusOf(Object.fromEntries(Object.entries(apart).reverse()), alicesKey).radius;
    assert.equal(renderBlastRadius(again, 'markdown'), renderBlastRadius(radius, 'markdown'));
  });

  it('shows the names that attackers choose as text, each in its cell', () => {
    const bad = '|x| `y` [z](http://evil.example) <img src=x onerror=alert(1)> \u202e\u001b[31m# h\n\n| a | b |\u200b';
    const world = new World('hostile');
    const one = world.assumes(0, world.alice, role(account, 'R1'), from(bad, bad), bad);
    world.createsUser(minute, one, user(account, bad));
    world.does(2 * minute, one, actions.getSecretValue(account, bad), from(bad));
    world.does(3 * minute, one, actions.getObject(account, bad, bad));
    world.does(4 * minute, one, actions.plain(`<b>${bad}`, bad, { x: 1 }));
    world.does(5 * minute, one, { ...actions.listBuckets, region: bad });
    const radius = of(world, alicesKey);
    assert.ok(radius.resources.listed.some(({ name }) => name.includes(bad)));
    const markdown = renderBlastRadius(radius, 'markdown');
    // eslint-disable-next-line no-control-regex -- they are what must not come through
    const hidden = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/;
    assert.doesNotMatch(markdown, hidden);
    assert.doesNotMatch(renderBlastRadius(radius, 'text'), hidden);
    let columns = 0;
    for (const line of markdown.split('\n')) {
      if (line.startsWith('|')) {
        const cells = line.replaceAll('\\|', '').split('|').length;
        columns = columns === 0 ? cells : columns;
        assert.equal(cells, columns, line);
        // Outside of code spans every mark is escaped.
        assert.doesNotMatch(line.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, ''), /(?<!\\)[<[]/);
      } else {
        columns = 0;
        assert.doesNotMatch(line.replace(/^#+ /, ''), /(?<!\\)[<[`#]/);
      }
    }
    assert.equal(markdown.match(/^# /gm)?.length, 1);
  });

  it('lists so many of a hundred thousand sessions, counts the others, and takes its time once', () => {
    const model = wideModel(100_000);
    const [top] = model.sessions;
    assert.ok(top !== undefined);
    const analysis = { ...incident().analysis(), model };
    const began = performance.now();
    const survey = surveyBlast(analysis, top, () => null);
    const took = performance.now() - began;
    assert.deepEqual([survey.page.sessions.total, survey.page.sessions.listed.length], [100_001, blastLimits.sessions]);
    assert.ok(JSON.stringify(survey.page).length < 100_000);
    // Measured 0.2 s on a shared machine.
    assert.ok(took < 5000, String(took));
    const text = renderBlastRadius(new ResourceTally(model).page(survey), 'text');
    assert.match(text, /100,001 sessions/);
    assert.match(text, /99,9\d\d more of 100,001, not shown/);
  });

  it('lists so many resources, and says how many there are', () => {
    const world = new World('wide');
    const one = world.assumes(0, world.alice, R1);
    for (let number = 0; number < 300; number++) {
      world.does(minute + number, one, actions.getItem(account, `t-${String(number).padStart(3, '0')}`));
    }
    const radius = of(world, alicesKey);
    assert.deepEqual([radius.resources.total, radius.resources.listed.length], [300, blastLimits.resources]);
    assert.match(renderBlastRadius(radius, 'text'), /… 270 more of 300, not shown\. --format json has 200\./);
    assert.match(renderBlastRadius(radius, 'markdown'), /100 more of 300, not shown/);
  });

  it('has nothing of a key that did nothing but be issued', () => {
    const world = new World('nothing');
    const one = world.assumes(0, world.alice, R1);
    const text = renderBlastRadius(of(world, one.key), 'text');
    assert.match(text, /1 session, 1 of them issued and never used here; 0 events/);
    assert.match(text, /No record here can name a resource\./);
    assert.equal(longTermKey('bob'), bobsKey);
  });
});
