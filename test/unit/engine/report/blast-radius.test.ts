/** What came of a session, on one page: counted by hand from records that the builders of the sample make. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { analyze, type Analysis } from '../../../../src/engine/analysis';
import { emptyCase } from '../../../../src/engine/case-settings';
import { blastLimits, type BlastRadius } from '../../../../src/engine/report/blast-radius';
import { ResourceTally, rowsByFile } from '../../../../src/engine/report/blast-resources';
import { surveyBlast } from '../../../../src/engine/report/blast-survey';
import { renderBlastRadius } from '../../../../src/engine/report/render-blast-radius';
import {
  actions,
  assumeRoleDenied,
  longTermKey,
  role,
  user,
  type Action,
  type JsonObject,
} from '../../../../scripts/sample/records';
import { assertGrowth } from '../../support/work';
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
    assert.deepEqual(radius.records, {
      total: 3,
      read: 3,
      unnamed: 1,
      unnamedActions: { total: 0, listed: [] },
      limit: blastLimits.records,
      problems: [],
    });
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

  it('tells what was changed apart from what was made, and keys that were put to sleep', () => {
    const world = new World('changes');
    const eve = user(account, 'eve');
    const key = longTermKey('eve');
    const status = (value: string): Action =>
      actions.plain('iam', 'UpdateAccessKey', { userName: 'eve', accessKeyId: key, status: value });
    world.createsKey(0, world.alice, eve, key);
    for (const [at, value] of ['Inactive', 'Active', 'Inactive', 'Inactive'].entries()) {
      world.does((at + 1) * minute, world.alice, status(value));
    }
    world.does(6 * minute, world.alice, actions.plain('iam', 'DeleteUserPermissionsBoundary', { userName: 'bob' }));
    for (const at of [7, 8]) {
      world.does(at * minute, world.alice, actions.plain('lambda', 'UpdateFunctionCode', { functionName: 'fn' }));
    }
    world.does(
      9 * minute,
      world.alice,
      actions.plain('cloudformation', 'CreateStack', { stackName: 's', roleARN: 'r' }),
    );
    // A change of which nobody would see the end is counted among the changes.
    world.does(9.5 * minute, world.alice, actions.plain('glue', 'UpdateDevEndpoint', { endpointName: 'dev' }));
    const radius = of(world, alicesKey);
    const text = renderBlastRadius(radius, 'text');
    assert.match(text, /access key \w+ of eve +still there, inactive since 2025-05-12T08:03:00Z/);
    assert.match(text, /removed permissions boundary of user bob +not seen undone/);
    assert.match(text, /stack s +not known/);
    assert.match(
      text,
      /2 lasting objects made or changed, 1 still there at the end of the logs, of 1 these logs would not\s+tell the end\.\n/,
    );
    assert.match(text, /4 lasting changes of what was there, 0 of them seen undone\./);
    world.does(
      10 * minute,
      world.alice,
      actions.plain('iam', 'DeleteAccessKey', { userName: 'eve', accessKeyId: key }),
    );
    world.does(11 * minute, world.alice, actions.plain('iam', 'PutUserPermissionsBoundary', { userName: 'bob' }));
    const later = renderBlastRadius(of(world, alicesKey), 'text');
    assert.match(later, /access key \w+ of eve +deleted 2025-05-12T08:10:00Z/);
    assert.match(later, /removed permissions boundary of user bob +undone 2025-05-12T08:11:00Z/);
  });

  it('lists what else was made or opened, and never says that nothing was', () => {
    const world = new World('also');
    const does = (at: number, service: string, name: string, request: JsonObject, response: JsonObject | null = null) =>
      world.does(at * minute, world.alice, actions.plain(service, name, request, response));
    does(0, 'iam', 'CreatePolicy', { policyName: 'evil' }, { policy: { arn: `arn:aws:iam::${account}:policy/evil` } });
    does(1, 'ec2', 'ModifySnapshotAttribute', { snapshotId: 'snap-0123456789abcdef0' });
    does(2, 's3', 'PutBucketPolicy', { bucketName: 'crown' });
    does(3, 'iam', 'CreateGroup', { groupName: 'g' });
    does(4, 'kms', 'CreateGrant', { keyId: 'k-1' });
    does(5, 'kms', 'CreateGrant', { keyId: 'k-1' });
    does(6, 'iam', 'UpdateAccessKey', { accessKeyId: 'AKIAOLDOLDOLDOLD0001', status: 'Active' });
    does(7, 'iam', 'UpdateAccessKey', { accessKeyId: 'AKIAOLDOLDOLDOLD0001', status: 'Inactive' });
    does(
      8,
      'ec2',
      'RunInstances',
      { instancesSet: { items: [{ imageId: 'ami-1' }] } },
      { instancesSet: { items: [{ instanceId: 'i-0123456789abcdef0' }] } },
    );
    does(9, 'secretsmanager', 'BatchGetSecretValue', { filters: [{ key: 'all' }] });
    // Data, reads, failures and what is told as a lasting object are none.
    does(10, 's3', 'CreateMultipartUpload', { bucketName: 'crown', key: 'k' });
    does(11, 'iam', 'ListUsers', {});
    does(12, 'iam', 'CreateUser', { userName: 'bob' });
    world.does(13 * minute, world.alice, {
      ...actions.plain('iam', 'CreateGroup', { groupName: 'h' }),
      error: { code: 'AccessDenied', message: '' },
    });
    does(14, 'ec2', 'CreateSubnet', { vpcId: 'vpc-1' }, { subnet: { subnetId: 'subnet-1' } });
    world.does(15 * minute, world.alice, {
      ...actions.plain('secretsmanager', 'BatchGetSecretValue', {}),
      error: { code: 'AccessDenied', message: '' },
    });
    const radius = of(world, alicesKey);
    assert.deepEqual(
      radius.alsoMade.listed.map(({ what, eventName, name, calls }) => `${what} ${eventName} ${name} ${String(calls)}`),
      [
        `made CreatePolicy evil 1`,
        'opened ModifySnapshotAttribute snap-0123456789abcdef0 1',
        'opened PutBucketPolicy crown 1',
        'made CreateGroup g 1',
        'made CreateGrant k-1 2',
        'opened UpdateAccessKey AKIAOLDOLDOLDOLD0001 1',
        'made RunInstances i-0123456789abcdef0 1',
        'made CreateSubnet subnet-1 1',
      ],
    );
    const text = renderBlastRadius(radius, 'text');
    assert.match(text, /8 other things made or opened\./);
    assert.match(text, /PutBucketPolicy +S3 Bucket crown/);
    assert.match(
      text.replace(/\s+/g, ' '),
      /3 of them name no resource that we can read; of what changed or took something: BatchGetSecretValue \(1\)\./,
    );
    // Not read again: the call is told, its name is not.
    const cut = radiusOf({ 'logs.json': world.records }, alicesKey, { most: 0 }).radius;
    assert.ok(cut.alsoMade.total > 0 && cut.alsoMade.listed.every(({ name }) => name === ''));
    assert.match(renderBlastRadius(cut, 'text'), /At least 0 resources named/);
    const nothing = new World('nothing made').does(0, world.alice, actions.listBuckets);
    const said = renderBlastRadius(of(nothing, alicesKey), 'text');
    assert.match(said, /No call that makes or opens something that lasts succeeded\./);
    assert.match(said, /All calls in .*service s3\.amazonaws\.com and\s+class read\./s);
  });

  it('counts what a session was refused apart from what failed otherwise', () => {
    const world = new World('failed');
    const one = world.assumes(0, world.alice, R1);
    const failing = (code: string): Action => ({ ...actions.getItem(account, 't'), error: { code, message: '' } });
    world.does(minute, one, failing('AccessDenied')).does(2 * minute, one, failing('ThrottlingException'));
    world.does(3 * minute, one, failing('ResourceNotFoundException'));
    const radius = of(world, one.key);
    const [session] = radius.sessions.listed;
    assert.deepEqual([session?.events, session?.denied, session?.failed], [3, 1, 2]);
    assert.match(renderBlastRadius(radius, 'text'), /Events +Denied +Failed.*\n.* 3 +1 +2 /);
  });

  it('says that the source of a copy was read', () => {
    const world = new World('copy');
    world.does(
      0,
      world.alice,
      actions.plain('s3', 'CopyObject', { bucketName: 'out', key: 'loot', 'x-amz-copy-source': 'crown/secret.db' }),
    );
    assert.deepEqual(resources(of(world, alicesKey)), [
      'S3::Object out/loot w1 r0 d0 f0',
      'S3::Object crown/secret.db w0 r1 d0 f0',
    ]);
  });

  it('does not tell objects that were read together with objects that were only refused', () => {
    const world = new World('mixed');
    const one = world.assumes(0, world.alice, R1);
    for (let number = 0; number < 24; number++) {
      const action = actions.getObject(account, 'b', `o/${String(number)}`);
      world.does(
        minute + number,
        one,
        number < 12 ? action : { ...action, error: { code: 'AccessDenied', message: '' } },
      );
    }
    assert.deepEqual(resources(of(world, alicesKey)), [
      'S3::Object b/o/* w0 r12 d0 f0',
      'S3::Object b/o/* w0 r0 d12 f0',
    ]);
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
    const { total, read, unnamed, limit, problems } = radius.records;
    assert.deepEqual([total, read, unnamed, limit, problems], [7, 3, 0, 3, []]);
    for (const format of ['text', 'markdown'] as const) {
      const page = renderBlastRadius(radius, format).replaceAll('\\', '').replace(/\s+/g, ' ');
      assert.match(page, /From 3 of 7 records that may name a resource/);
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

  it('lists so many of a hundred thousand sessions, counts the others, and goes over them once', async () => {
    await assertGrowth(join(__dirname, 'scale.work.ts'), 'survey', 2000);
    const model = wideModel(100_000);
    const [top] = model.sessions;
    assert.ok(top !== undefined);
    const analysis = { ...incident().analysis(), model };
    const survey = surveyBlast(analysis, top, () => null);
    assert.deepEqual([survey.page.sessions.total, survey.page.sessions.listed.length], [100_001, blastLimits.sessions]);
    assert.ok(JSON.stringify(survey.page).length < 100_000);
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
