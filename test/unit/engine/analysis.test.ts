/** The analysis as a whole: determinism, period, rules, suppressions, incidents, coverage. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { analyze, sessionSummary, toReport } from '../../../src/engine/analysis';
import { emptyCase, type Suppression } from '../../../src/engine/case-settings';
import type { Detector } from '../../../src/engine/detect/detector';
import { detectors } from '../../../src/engine/detect/index';
import { techniqueName, techniqueNames } from '../../../src/engine/detect/attack';
import type { NetworkFacts } from '../../../src/engine/network-facts';
import { stableId } from '../../../src/engine/stable-id';
import { buildSample } from '../../../scripts/sample/sample';
import { actions, iamUser, longTermKey, user } from '../../../scripts/sample/records';
import { fileOf } from './support/files';
import {
  account,
  alicesKey,
  brief,
  cli,
  from,
  hour,
  instanceId,
  minute,
  other,
  R1,
  R2,
  R3,
  stranger,
  World,
} from './support/world';

/** The rules that the three cases are told by. */
const ofCases = ['role-chain-depth', 'chain-then-persistence', 'ec2-credential-chain', 'ec2-credential-off-instance'];

/** All three cases, small, and two quiet days around them. */
function threeCases(): World {
  const world = new World('three cases').spans(2);
  const third = world.chain(hour, world.alice, [R1, R2, R3]);
  world.createsUser(2 * hour, third, user(account, 'bob'));
  world.does(
    4 * hour,
    world.createsKey(3 * hour, third, user(account, 'bob'), longTermKey('bob')),
    actions.listBuckets,
  );
  const { v1, v2 } = world.delivers(hour);
  world.heartbeat(2 * hour, v2, '2.2.2.2');
  world.chain(5 * hour, v1, [R1, R2], from('8.8.8.8'));
  return world;
}

const shuffled = <T>(items: readonly T[], step: number): T[] =>
  items.map((_, index) => items[(index * step) % items.length] as T);

describe('an analysis', () => {
  it('is the same in whatever order and partition the records come', () => {
    const { records } = threeCases();
    const whole = JSON.stringify(reportOf([records]).slice(1));
    const odd = records.length % 2 === 0 ? records.slice(0, -1) : records;
    assert.equal(odd.length % 7 === 0, false);
    for (const parts of [
      [shuffled(odd, 7), records.slice(odd.length)],
      [records.slice(20), records.slice(0, 20)],
      records.map((record) => [record]),
    ]) {
      assert.equal(JSON.stringify(reportOf(parts).slice(1)), whole);
      assert.equal(JSON.stringify(reportOf([...parts].reverse()).slice(1)), whole);
    }
  });

  it('does not depend on the order of the files it is given', () => {
    const { records } = threeCases();
    const files = [0, 1, 2].map((part) =>
      fileOf(
        `logs/${String(part)}.json`,
        records.filter((_, index) => index % 3 === part),
      ),
    );
    const report = (order: readonly number[]): string =>
      JSON.stringify(
        toReport(
          analyze(
            order.map((at) => files[at] ?? fail()),
            emptyCase,
          ),
        ),
      );
    assert.equal(report([2, 0, 1]), report([0, 1, 2]));
    assert.equal(report([1, 2, 0]), report([0, 1, 2]));
  });

  it('orders findings by severity, then time, then id, and gives each to one incident', () => {
    const { findings, incidents } = threeCases().analysis();
    const rank = ['critical', 'high', 'medium', 'low', 'info'];
    const keys = findings.map(
      ({ severity, firstEventTime, id }) => `${String(rank.indexOf(severity))} ${firstEventTime} ${id}`,
    );
    assert.deepEqual(keys, [...keys].sort());
    const listed = incidents.flatMap((incident) => incident.findings.map((id) => `${id} ${incident.id}`));
    assert.deepEqual(listed.sort(), findings.map(({ id, incident }) => `${id} ${incident}`).sort());
    for (const finding of findings) {
      assert.equal(
        finding.id,
        stableId(finding.rule, [...(threeCases().analysis().drafts.get(finding.id)?.keys ?? [])].sort()),
      );
      assert.ok(finding.remediations.length > 0, finding.title);
    }
  });

  it('rolls findings up by the root of their lineage, over created keys too', () => {
    const world = threeCases();
    const bob = {
      account,
      identity: {
        type: 'IAMUser',
        principalId: user(account, 'bob').id,
        arn: user(account, 'bob').arn,
        accountId: account,
        accessKeyId: longTermKey('bob'),
        userName: 'bob',
      },
    };
    world.chain(6 * hour, bob, [R2, R1]);
    const { incidents, findings, model } = world.analysis();
    assert.equal(incidents.length, 2);
    const alices = incidents.find(({ root }) => root.endsWith(alicesKey));
    assert.deepEqual(
      alices?.findings.map((id) => findings.find((finding) => finding.id === id)?.rule),
      ['chain-then-persistence', 'created-key-used', 'role-chain-depth', 'role-chain-depth'],
    );
    assert.equal(alices.id, stableId('incident', [alices.root]));
    assert.equal(
      alices.title,
      `Access key ${alicesKey} of user alice: ${findings.find(({ id }) => id === alices.findings[0])?.title ?? ''}`,
    );
    assert.equal(alices.severity, 'critical');
    assert.ok(alices.sessions.every((id) => model.sessionById.has(id)));
  });

  it('raises an incident a step for three different rules of medium or more', () => {
    const world = new World('raise');
    const { v1, v2 } = world.delivers(0);
    world.heartbeat(minute, v2, '2.2.2.2');
    world.does(hour, v1, actions.listBuckets, from('8.8.8.8'));
    // Another session of it: the same one, used elsewhere and assuming a role, would be critical by itself.
    const later = world.delivers(90 * minute).v2;
    world.chain(2 * hour, later, [R1], from('2.2.2.2'));
    assert.deepEqual(
      world.analysis({}, { rules: ofCases }).incidents.map(({ severity }) => severity),
      ['high'],
      'two rules',
    );
    world.does(
      3 * hour,
      world.chain(2 * hour + 10, later, [R3], from('2.2.2.2')),
      actions.plain('lambda', 'CreateFunction', { functionName: 'f' }),
      from('2.2.2.2'),
    );
    const { incidents, findings } = world.analysis({}, { rules: ofCases });
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      ['high', 'medium', 'medium', 'medium'],
    );
    assert.deepEqual(
      incidents.map(({ severity }) => severity),
      ['critical'],
    );
  });

  it('tells an incident in the order of time, each record once, and with the steps of the response', () => {
    const world = threeCases().does(
      4 * hour + minute,
      iamUser(user(account, 'responder'), longTermKey('responder')),
      actions.plain('iam', 'UpdateAccessKey', { userName: 'alice', accessKeyId: alicesKey, status: 'Inactive' }),
    );
    const { incidents, findings } = toReport(world.analysis({}, { rules: ofCases }));
    const alices = incidents.find(({ root }) => root.endsWith(alicesKey));
    assert.ok(alices !== undefined);
    const ids = alices.timeline.map(({ eventID }) => eventID);
    const evidence = findings.filter(({ incident }) => incident === alices.id).flatMap((finding) => finding.evidence);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      [...ids].sort(),
      [...new Set([...evidence.map(({ eventID }) => eventID), ids.at(-1) ?? ''])].sort(),
    );
    assert.deepEqual(
      alices.timeline.map(({ eventTime }) => eventTime),
      alices.timeline.map(({ eventTime }) => eventTime).sort(),
    );
    const shared = alices.timeline.find(({ eventName }) => eventName === 'AssumeRole');
    assert.equal(shared?.findings.length, 2, 'the chain and what it made rest on it');
    assert.deepEqual(
      alices.timeline.slice(-1).map(({ eventName, findings: of }) => [eventName, of]),
      [['UpdateAccessKey', []]],
    );
    assert.equal(alices.timelineTotal, ids.length);
  });

  it('joins the sessions of one instance, whose credentials rotate', () => {
    const world = new World('rotating');
    world.heartbeat(minute, world.delivers(0).v2, '2.2.2.2');
    world.chain(hour, world.delivers(6 * hour).v2, [R1], from('2.2.2.2'));
    world.does(13 * hour, world.delivers(12 * hour).v1, actions.listBuckets, from('8.8.8.8'));
    const { incidents } = world.analysis({}, { rules: ofCases });
    assert.deepEqual(
      incidents.map(({ findings }) => findings.length),
      [2],
    );
  });

  it('offers each finding the remedies of its own lineage and objects', () => {
    const world = threeCases();
    const third = world.chain(20 * hour, world.alice, [R1, R2, R3]);
    world.createsUser(21 * hour, third, user(account, 'eve'));
    const remedies = world
      .findings('chain-then-persistence')
      .map(({ remediations }) => remediations.map(({ title }) => title).join('\n'));
    assert.equal(remedies.filter((titles) => /user.* eve/.test(titles)).length, 1);
    assert.equal(
      remedies.filter((titles) => /user.* bob/.test(titles)).length,
      2,
      'bob acted: he is part of the lineage',
    );
    const instance = world
      .only('ec2-credential-off-instance')
      .remediations.map(({ title }) => title)
      .join('\n');
    assert.ok(instance.includes(instanceId) && !instance.includes('bob'));
  });

  it('triggers findings only by events of the period, and links over all', () => {
    const rulesIn = (options: { since?: string; until?: string }): string[] =>
      threeCases()
        .analysis({}, { rules: ofCases, ...options })
        .findings.map(({ rule, title }) => `${rule} ${title.replace(/^.*: (.*?)(?:, from .*)?$/, '$1')}`);
    assert.equal(rulesIn({}).length, 5);
    assert.deepEqual(
      rulesIn({ since: '2025-05-12T12:30:00Z' })
        .map((text) => text.split(' ')[0] ?? '')
        .sort(),
      ['ec2-credential-chain', 'ec2-credential-off-instance', 'role-chain-depth'],
    );
    assert.deepEqual(rulesIn({ until: '2025-05-12T09:02:00Z' }), ['role-chain-depth R1 → R2 → R3'], 'the bound is in');
    assert.deepEqual(rulesIn({ until: '2025-05-12T09:01:59Z' }), []);
    const period = { since: '2025-05-12T09:30:00Z', until: '2025-05-12T12:00:00Z' };
    const persistence = threeCases().analysis({}, { rules: ofCases, ...period });
    assert.deepEqual(
      persistence.findings.map(({ rule, severity }) => [rule, severity]),
      [['chain-then-persistence', 'critical']],
      'the chain before the period still counts',
    );
    assert.ok(
      persistence.coverage.notes.some(
        ({ id, message }) =>
          id === 'window' && message.includes('from 2025-05-12T09:30:00Z until 2025-05-12T12:00:00Z'),
      ),
    );
    assert.throws(() => threeCases().analysis({}, { since: 'yesterday' }), /since is not an instant: yesterday/);
  });

  it('evaluates the rules it is asked for, and says which it did not', () => {
    const { findings, coverage } = threeCases().analysis({}, { rules: ['role-chain-depth'] });
    assert.deepEqual([...new Set(findings.map(({ rule }) => rule))], ['role-chain-depth']);
    const note = coverage.notes.find(({ id }) => id === 'rules-not-asked-for');
    assert.match(note?.message ?? '', /chain-then-persistence, ec2-credential-chain, ec2-credential-off-instance/);
    assert.ok(
      !threeCases()
        .analysis()
        .coverage.notes.some(({ id }) => id === 'rules-not-asked-for'),
    );
  });

  describe('suppressions', () => {
    const hidden = (suppression: Partial<Suppression>, options = {}): string[] =>
      threeCases()
        .analysis(
          { suppressions: [{ reason: 'known', author: 'ana', ...suppression }] },
          { rules: ofCases, ...options },
        )
        .findings.filter(({ suppressed }) => suppressed)
        .map(({ rule }) => rule)
        .sort();
    const chainOfAlice = (): string =>
      threeCases()
        .findings('role-chain-depth')
        .find(({ title }) => title.includes('alice'))?.id ?? '';

    it('match by rule, finding, caller, role, account, range, client and session name; all that are named', () => {
      assert.deepEqual(hidden({ rule: 'role-chain-depth' }), ['role-chain-depth', 'role-chain-depth']);
      assert.deepEqual(hidden({ rule: 'ec2-*' }), ['ec2-credential-chain', 'ec2-credential-off-instance']);
      assert.deepEqual(hidden({ finding: chainOfAlice() }), ['role-chain-depth']);
      assert.deepEqual(hidden({ caller: 'ali*' }), ['chain-then-persistence', 'role-chain-depth']);
      assert.deepEqual(hidden({ caller: alicesKey }), ['chain-then-persistence', 'role-chain-depth']);
      assert.deepEqual(
        hidden({ caller: 'web', role: 'R2' }),
        ['ec2-credential-chain', 'role-chain-depth'],
        'instance role → target',
      );
      assert.deepEqual(hidden({ role: 'R3' }), ['chain-then-persistence', 'role-chain-depth']);
      assert.deepEqual(hidden({ role: 'R1' }), [], 'a role on the way is not the target');
      assert.deepEqual(hidden({ role: `arn:aws:iam::${account}:role/R3`, rule: 'role-chain-depth' }), [
        'role-chain-depth',
      ]);
      assert.deepEqual(hidden({ account: other }), []);
      assert.equal(hidden({ account }).length, 5);
      assert.deepEqual(hidden({ cidr: '8.8.8.0/24' }), ['ec2-credential-off-instance']);
      assert.deepEqual(hidden({ sessionName: instanceId }), ['ec2-credential-off-instance']);
      assert.equal(hidden({ userAgent: 'aws-cli*' }).length, 5);
      assert.deepEqual(hidden({ userAgent: 'terraform*' }), []);
      assert.deepEqual(hidden({}), [], 'one that names nothing hides nothing');
    });

    it('keep the finding, with the reason, and are counted', () => {
      const { findings, coverage, incidents } = threeCases().analysis(
        { suppressions: [{ caller: 'alice', reason: 'exercise', author: 'ana', expires: '2030-01-01' }] },
        { rules: ofCases },
      );
      const suppressed = findings.filter((finding) => finding.suppressed);
      assert.deepEqual(
        suppressed.map(({ suppressedBy }) => suppressedBy),
        [0, 1].map(() => ({ reason: 'exercise', author: 'ana', expires: '2030-01-01' })),
      );
      assert.equal(findings.length, 5);
      assert.equal(
        coverage.notes.find(({ id }) => id === 'suppressed')?.message,
        '2 findings hidden by the case file.',
      );
      assert.equal(incidents.find(({ root }) => root.endsWith(alicesKey))?.severity, 'info');
    });

    it('end when they expire, and not before the end of the day', () => {
      const suppression = { rule: 'role-chain-depth', expires: '2025-06-30' };
      assert.equal(hidden(suppression).length, 2, 'without a clock nothing has expired');
      assert.equal(hidden(suppression, { now: Date.parse('2025-06-30T23:59:59Z') }).length, 2);
      assert.equal(hidden(suppression, { now: Date.parse('2025-07-01T00:00:00Z') }).length, 0);
      assert.equal(
        hidden({ ...suppression, expires: '2025-06-30T12:00:00Z' }, { now: Date.parse('2025-06-30T12:00:00Z') }).length,
        0,
      );
      const { coverage } = threeCases().analysis(
        { suppressions: [{ ...suppression, reason: 'x' }] },
        { now: Date.parse('2026-01-01T00:00:00Z') },
      );
      assert.ok(coverage.notes.some(({ id }) => id === 'suppressions-expired'));
    });

    it('are named when they hid nothing, when every rule looked at everything', () => {
      const suppressions = [
        { rule: 'role-chain-depth', caller: 'alice', reason: 'exercise' },
        { caller: 'nobody-here', account: '111122223333', reason: 'left\u202e in May', expires: '2030-01-01' },
      ];
      const said = (options = {}): string | undefined =>
        threeCases()
          .analysis({ suppressions, allowedChains: ['x>y', 'R1>R2>R3'] }, options)
          .coverage.notes.filter(({ id }) => id.endsWith('-stale'))
          .map(({ message }) => message)
          .join('|');
      assert.equal(
        said(),
        '1 allowed chain of the case file fit no chain in these logs: x>y.|1 suppression of the case file hid nothing in these logs: caller nobody-here + account 111122223333 (“left\ufffd in May”, until 2030-01-01). Remove what is over.',
      );
      assert.equal(said({ rules: ['role-chain-depth'] }), '');
      assert.equal(said({ since: '2025-05-12T00:00:00Z' }), '');
    });

    it('are ignored when asked to', () => {
      assert.deepEqual(hidden({ rule: '*' }, { ignoreSuppressions: true }), []);
    });
  });

  it('names files, accounts, Regions and what is missing', () => {
    const world = threeCases();
    world.does(hour, world.alice, { ...actions.plain('ec2', 'DescribeInstances'), region: 'eu-west-1' });
    const files = [
      fileOf('logs.json', world.records),
      {
        path: 'notes.txt',
        format: 'unknown',
        verdict: 'skipped' as const,
        reason: 'Not a log.',
        rejected: 0,
        rejections: [],
        bytes: 3,
      },
    ];
    const { coverage } = analyze(files, emptyCase);
    assert.deepEqual(
      coverage.files.map(({ path, verdict, reason, events }) => [path, verdict, reason, events]),
      [
        ['logs.json', 'read', undefined, world.records.length],
        ['notes.txt', 'skipped', 'Not a log.', 0],
      ],
    );
    assert.match(
      coverage.notes.find(({ id }) => id === 'files-not-read')?.message ?? '',
      /^1 file was not read, or not in full \(1 skipped: Not a log\): /,
    );
    assert.deepEqual(coverage.accounts, [account]);
    assert.deepEqual(coverage.regions, ['eu-west-1', 'us-east-1']);
    assert.match(coverage.notes.find(({ id }) => id === 'own-accounts-derived')?.message ?? '', /111122223333/);
    assert.ok(
      !analyze(files, { ...emptyCase, ownAccounts: [account] }).coverage.notes.some(
        ({ id }) => id === 'own-accounts-derived',
      ),
    );
    assert.ok(!coverage.notes.some(({ id }) => id === 'no-us-east-1'));
    const ids = coverage.notes.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)].sort());
  });

  it('notes a load without us-east-1, accounts that only call, and silence', () => {
    const world = new World('gaps');
    for (let at = 0; at < 2 * hour; at += minute) {
      world.does(at < hour ? at : at + hour, world.alice, {
        ...actions.plain('ec2', 'DescribeInstances'),
        region: 'eu-west-1',
      });
    }
    const outside = {
      account,
      identity: { type: 'AWSAccount', principalId: 'AIDAEXAMPLEEXAMPLE123', accountId: stranger },
    };
    world.does(minute, outside, { ...actions.plain('s3', 'ListBuckets'), region: 'eu-west-1' });
    const notes = new Map(world.analysis().coverage.notes.map(({ id, message }) => [id, message]));
    assert.ok(notes.has('no-us-east-1'));
    assert.match(notes.get('accounts-without-logs') ?? '', /999988887777/);
    assert.match(
      notes.get('time-gaps') ?? '',
      /account 111122223333: 1 gap, the longest from 2025-05-12T08:59:00Z to 2025-05-12T10:00:00Z/,
    );
  });

  it('notes trails that were stopped, until when, and calls whose answers were not exported', () => {
    const world = new World('stopped');
    const trail = (name: string) =>
      actions.plain('cloudtrail', name, { name: `arn:aws:cloudtrail:eu-west-1:${account}:trail/main` });
    world.does(minute, world.alice, trail('StopLogging')).does(2 * minute, world.alice, trail('StopLogging'));
    world.does(hour, world.alice, trail('StartLogging'));
    world.does(2 * hour, world.alice, actions.plain('cloudtrail', 'DeleteTrail', { name: 'other' }));
    const notes = new Map(world.analysis().coverage.notes.map(({ id, message }) => [id, message]));
    assert.equal(
      notes.get('logging-stopped'),
      'Logging was stopped, and what happened then may be missing: ' +
        'trail main of account 111122223333 from 2025-05-12T08:01:00Z until 2025-05-12T09:00:00Z ' +
        'and trail other of account 111122223333 from 2025-05-12T10:00:00Z on, to the end of these logs.',
    );
    assert.ok(!notes.has('no-response-elements'));
    const elsewhere = new World('another Region');
    elsewhere.does(minute, elsewhere.alice, { ...trail('StopLogging'), region: 'eu-west-1' });
    elsewhere.does(hour, elsewhere.alice, { ...trail('StartLogging'), region: 'us-west-2' });
    assert.match(
      elsewhere.analysis().coverage.notes.find(({ id }) => id === 'logging-stopped')?.message ?? '',
      /from 2025-05-12T08:01:00Z on, to the end/,
    );
    world.chain(3 * hour, world.alice, [R1, R2]);
    const without = world.records.map((record) => ({ ...record, responseElements: null }));
    const lost = analyze([fileOf('logs.json', without)], emptyCase).coverage.notes;
    assert.match(
      lost.find(({ id }) => id === 'no-response-elements')?.message ?? '',
      /^2 calls that issued a credential/,
    );
  });

  it('is empty, and says so, of nothing', () => {
    const report = toReport(analyze([], emptyCase));
    assert.deepEqual(report.findings, []);
    assert.deepEqual([report.coverage.events, report.coverage.firstEventTime, report.coverage.files], [0, null, []]);
  });

  it('sums up every session, also the quiet ones', () => {
    const world = threeCases();
    const analysis = world.analysis();
    const report = toReport(analysis);
    assert.equal(report.schemaVersion, 1);
    assert.equal(report.sessions.length, analysis.model.sessions.length);
    const instance = report.sessions.find(({ kind }) => kind === 'ec2-instance');
    assert.deepEqual(instance?.locations, [
      { location: '2.2.2.2', class: 'public-v4', events: 1 },
      { location: '8.8.8.8', class: 'public-v4', events: 1 },
    ]);
    const third = report.sessions.find(({ depth }) => depth === 3) ?? fail();
    assert.equal(third.parent, report.sessions.find(({ depth, root }) => depth === 2 && root === third.root)?.id);
    assert.equal(third.issuedAt, '2025-05-12T09:02:00Z');
    assert.equal(third.expiresAt, '2025-05-12T10:02:00Z');
    assert.deepEqual(third.userAgents.slice().sort(), [cli, `[${cli}]`].sort());
    assert.ok(third.linkExplanation.issueEventID !== undefined && third.linkExplanation.useEventID !== undefined);
    assert.throws(() => sessionSummary(analysis, 10_000), RangeError);
  });

  // What all the rules find there, with its case file, is held in test/unit/cli/sample.test.ts.
  it('finds the three cases of the sample, each its own incident, and nothing else above low', () => {
    const sample = buildSample();
    const { findings, incidents } = analyze(
      [fileOf('sample.json', [...sample.benign, ...sample.cases.flat()])],
      emptyCase,
      { rules: ofCases },
    );
    const loud = findings.filter(({ severity }) => severity !== 'low' && severity !== 'info');
    assert.deepEqual(loud.map(({ rule, severity }) => `${severity} ${rule}`).sort(), [
      'critical chain-then-persistence',
      'critical chain-then-persistence',
      'high ec2-credential-chain',
      'high ec2-credential-off-instance',
      'high role-chain-depth',
      'high role-chain-depth',
    ]);
    assert.deepEqual(
      incidents
        .filter(({ severity }) => severity !== 'low')
        .map(({ severity, findings: { length } }) => [severity, length]),
      [
        ['critical', 2],
        ['critical', 3],
        ['high', 1],
      ],
    );
    // The sample's case file trusts the vendor.
    const settings = { ...emptyCase, trustedAccounts: [{ id: '123456789012', name: 'metrics vendor' }] };
    const benign = analyze([fileOf('benign.json', [...sample.benign])], settings);
    assert.deepEqual(brief(benign.findings.filter(({ severity }) => severity !== 'low' && severity !== 'info')), []);
  });
});

describe('the detectors', () => {
  it('say what they are, and give no severity that they do not name', () => {
    assert.deepEqual(
      detectors.slice(0, ofCases.length).map(({ id }) => id),
      ofCases,
    );
    assert.equal(new Set(detectors.map(({ id }) => id)).size, detectors.length);
    const { findings } = threeCases().analysis();
    for (const { id, title, description, severities, techniques } of detectors) {
      assert.ok(title !== '' && description.length > 40, id);
      assert.ok(
        techniques.every((technique) => techniqueNames[technique] === techniqueName(technique)),
        id,
      );
      assert.ok(
        findings.filter(({ rule }) => rule === id).every(({ severity }) => severities.includes(severity)),
        id,
      );
    }
  });

  it('read no clock and no chance', () => {
    for (const name of [
      'analysis',
      'case-file',
      'stable-id',
      ...['coverage', 'incidents', 'locate-instances', 'role-chain-depth'].map((file) => `detect/${file}`),
    ]) {
      const source = readFileSync(new URL(`../../../src/engine/${name}.ts`, import.meta.url), 'utf8');
      assert.doesNotMatch(source, /Date\.now|Math\.random|new Date\(\)/, name);
    }
  });

  it('goes on without a rule that breaks, says so, and keeps its stack', () => {
    const broken: Detector = {
      id: 'broken',
      title: 'Broken',
      description: 'Breaks.',
      severities: ['low'],
      techniques: [],
      detect: () => {
        throw new TypeError('no such\u0007 thing');
      },
    };
    const { findings, coverage, failures } = threeCases().analysis({}, { detectors: [broken, ...detectors] });
    assert.deepEqual(findings, threeCases().analysis().findings);
    assert.match(
      coverage.notes.find(({ id }) => id === 'rule-failed-broken')?.message ?? '',
      /^broken was not evaluated, because it broke: no such\ufffd thing\./,
    );
    assert.deepEqual(
      failures.map(({ rule }) => rule),
      ['broken'],
    );
    assert.match(failures[0]?.stack ?? '', /TypeError: no such[^]*at /);
  });

  it('gives its rules what the options know of addresses, and nothing where they know nothing', () => {
    const network: NetworkFacts = {
      of: (address) => (address === '8.8.8.8' ? { country: 'US', asn: 15169 } : undefined),
    };
    const told: unknown[] = [];
    const asking: Detector = {
      id: 'asking',
      title: 'Asking',
      description: 'Asks.',
      severities: ['low'],
      techniques: [],
      detect: (input) => {
        told.push(Object.hasOwn(input, 'network') ? input.network?.of('8.8.8.8') : 'no databases');
        return { findings: [], notes: [] };
      },
    };
    threeCases().analysis({}, { detectors: [asking], network });
    threeCases().analysis({}, { detectors: [asking] });
    assert.deepEqual(told, [{ country: 'US', asn: 15169 }, 'no databases']);
  });

  it('names the networks of addresses, where a database of the user knows them', () => {
    const network = {
      of: (address: string) =>
        address === '8.8.8.8' ? { asn: 15169, organization: 'Google\u202e LLC', country: 'US' } : undefined,
    };
    const analysis = threeCases().analysis({}, { network });
    const finding = analysis.findings.find(({ rule }) => rule === 'ec2-credential-off-instance');
    assert.deepEqual(
      finding?.context.filter(({ label }) => label === 'Network').map(({ value }) => value),
      ['8.8.8.8: AS15169 Google\ufffd LLC, US'],
    );
    assert.ok(finding.explanation.includes('Whose network that is: 8.8.8.8: AS15169 Google\ufffd LLC, US.'));
    const places = toReport(analysis).sessions.flatMap(({ locations }) => locations);
    assert.ok(places.some((place) => place.location === '8.8.8.8' && place.network === 'AS15169 Google\ufffd LLC, US'));
    assert.ok(places.every((place) => place.location === '8.8.8.8' || !('network' in place)));
    assert.equal(JSON.stringify(toReport(threeCases().analysis())).includes('"network"'), false);
  });
});

/** Everything but the files of the coverage, which name the partition. */
function reportOf(parts: readonly (readonly object[])[]): [unknown, ...unknown[]] {
  const report = toReport(
    analyze(
      parts.map((records, index) => fileOf(`part-${String(index).padStart(3, '0')}.json`, records)),
      emptyCase,
    ),
  );
  const findings = report.findings.map((finding) => ({
    ...finding,
    evidence: finding.evidence.map(({ file: _file, ...rest }) => rest),
  }));
  return [report.coverage.files, report.coverage.notes, report.sessions, findings, report.incidents];
}

function fail(): never {
  throw new Error('not there');
}
