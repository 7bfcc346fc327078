/** The rule role-chain-depth, clause by clause. Chains of roles are shaped after the AWS STS reference. */
import assert from 'node:assert/strict';
import {
  actions,
  assumeRole,
  assumeRoleDenied,
  getSessionToken,
  longTermKey,
  role,
  roleSession,
  user,
} from '../../../../scripts/sample/records';
import {
  account,
  alice,
  alicesKey,
  brief,
  day,
  hour,
  minute,
  office,
  other,
  R1,
  R2,
  R3,
  start,
  stranger,
  World,
} from '../support/world';

const rule = 'role-chain-depth';

describe('role-chain-depth', () => {
  it('is silent on one assumption, orange on the second, red on the third', () => {
    const one = new World('one');
    one.chain(0, one.alice, [R1]);
    assert.deepEqual(brief(one.findings(rule)), []);
    const two = new World('two');
    two.chain(0, two.alice, [R1, R2]);
    assert.deepEqual(brief(two.findings(rule)), [
      `medium ×1 Second role assumption: R1 → R2, from access key ${alicesKey} of user alice`,
    ]);
    const three = new World('three');
    three.chain(0, three.alice, [R1, R2, R3]);
    assert.deepEqual(brief(three.findings(rule)), [
      `high ×1 Third role assumption: R1 → R2 → R3, from access key ${alicesKey} of user alice`,
    ]);
  });

  it('says what it rests on: each assumption, the first call, exactly linked', () => {
    const world = new World('evidence');
    const last = world.chain(0, world.alice, [R1, R2, R3]);
    const finding = world.only(rule);
    assert.deepEqual(
      finding.evidence.map(({ eventName, reason }) => `${eventName}: ${reason}`),
      [
        `AssumeRole: Assumption 1 of 3: access key ${alicesKey} of user alice assumed R1 as session session`,
        'AssumeRole: Assumption 2 of 3: role R1 assumed R2 as session session',
        'AssumeRole: Assumption 3 of 3: role R2 assumed R3 as session session',
        'ListBuckets: First call with the credentials of R3',
      ],
    );
    assert.equal(finding.confidence, 'exact');
    assert.deepEqual(finding.entities.roles, [R1.arn, R2.arn, R3.arn]);
    assert.ok(finding.entities.accessKeyIds.includes(alicesKey) && finding.entities.accessKeyIds.includes(last.key));
    assert.deepEqual(finding.entities.addresses, [office.ip]);
    assert.equal(finding.sessions.length, 4);
    assert.match(
      finding.sessions[0] ?? '',
      new RegExp(`^${account}\\|${R3.id}:session`),
      'the last session comes first',
    );
    assert.deepEqual(finding.techniques, ['T1550.001', 'T1078.004', 'T1548.005']);
  });

  it('counts from an instance, from a sign-on, and over a session token, none of which is an assumption', () => {
    const instance = new World('instance');
    instance.chain(hour, instance.delivers(0).v2, [R1, R2, R3]);
    assert.deepEqual(brief(instance.findings(rule)), [
      'high ×1 Third role assumption: R1 → R2 → R3, from instance i-0123456789abcdef0',
    ]);
    const person = new World('person');
    person.chain(hour, person.signsOn(0, 'ana@example.com'), [R1, R2]);
    assert.deepEqual(brief(person.findings(rule)), [
      'medium ×1 Second role assumption: R1 → R2, from SSO user ana@example.com (Engineer)',
    ]);
    const token = new World('token');
    const grant = getSessionToken(token.trail, { at: start, caller: token.alice, user: alice, origin: office });
    token.records.push(...grant.records);
    token.chain(hour, grant.session, [R1]);
    assert.deepEqual(brief(token.findings(rule)), [], 'the token is no assumption: R1 is the first');
  });

  it('starts again at a created key', () => {
    const world = new World('created key');
    const third = world.chain(0, world.alice, [R1, R2, R3]);
    const bobsKey = longTermKey('bob');
    const bob = world.createsKey(hour, third, user(account, 'bob'), bobsKey);
    world.chain(2 * hour, bob, [role(account, 'R4')]);
    assert.equal(world.findings(rule).length, 1, 'R4 is the first assumption of the new key');
    world.chain(3 * hour, bob, [role(account, 'R5'), role(account, 'R6')]);
    assert.equal(world.findings(rule).length, 2);
    world.chain(
      5 * hour,
      bob,
      ['R5', 'R6', 'R7', 'R8'].map((name) => role(account, name)),
    );
    assert.ok(
      world.findings(rule).some(({ title }) => title.includes(': R1 → R2 → R3, from ')),
      'a deeper chain of the new key does not hide the first',
    );
    world.records.splice(-5);
    const [, fromBob] = world.findings(rule);
    assert.match(fromBob?.title ?? '', /^Second role assumption: R5 → R6, from access key \w+ of user bob$/);
    assert.match(
      fromBob?.context.find(({ label }) => label === 'The first key was created by')?.value ?? '',
      /session session of role R3/,
    );
  });

  it('reports the whole path only, a branch of its own, and equal paths once with their count', () => {
    const world = new World('branches');
    const first = world.assumes(0, world.alice, R1);
    for (const at of [hour, 2 * hour, 3 * hour]) {
      world.does(at + minute, world.assumes(at, first, R2), actions.listBuckets);
    }
    world.does(5 * hour, world.assumes(4 * hour, first, R3), actions.listBuckets);
    assert.deepEqual(
      brief(world.findings(rule)).map((text) => text.replace(/ Second.*: (.*), from .*/, ' $1')),
      ['medium ×1 R1 → R3', 'medium ×3 R1 → R2'],
    );
  });

  it('keeps chains of the same roles in another order apart', () => {
    const world = new World('orders');
    world.chain(0, world.alice, [R1, R2, R3]);
    world.chain(hour, world.alice, [R2, R1, R3]);
    world.chain(2 * hour, world.alice, [R3, R2, R1]);
    const findings = world.findings('role-chain-depth');
    assert.equal(findings.length, 3);
    assert.equal(new Set(findings.map(({ id }) => id)).size, 3);
  });

  it('takes two askings of an SDK in a second for one', () => {
    const spare = new World('spare');
    const first = spare.assumes(0, spare.alice, R1);
    spare.assumes(minute, first, R2);
    const second = spare.assumes(minute + 1, first, R2);
    spare.chain(2 * minute, second, [R3]);
    assert.deepEqual(
      brief(spare.findings(rule)).map((text) => text.replace(/ Third.*: (.*), from .*/, ' $1')),
      ['high ×1 R1 → R2 → R3'],
    );
    const both = new World('both');
    const one = both.assumes(0, both.alice, R1);
    const left = both.assumes(minute, one, R2);
    const right = both.assumes(minute + 1, one, R2);
    both.does(2 * minute, left, actions.listBuckets).does(2 * minute, right, actions.getCallerIdentity);
    assert.equal(both.only(rule).count, 1);
  });

  it('counts a last role that was never used, and says so', () => {
    const world = new World('unused');
    world.assumes(minute, world.assumes(0, world.alice, R1), R2);
    const finding = world.only(rule);
    assert.equal(finding.severity, 'medium');
    assert.match(finding.evidence.at(-1)?.reason ?? '', /never used in these logs$/);
  });

  it('shows a refused next role as an attempt and does not count it', () => {
    const world = new World('refused');
    const second = world.chain(0, world.alice, [R1, R2]);
    world.records.push(assumeRoleDenied(world.trail, start + hour, second, R3, office));
    const finding = world.only(rule);
    assert.equal(finding.severity, 'medium');
    assert.equal(finding.evidence.at(-1)?.reason, 'Attempt, not counted: R3 was refused');
    const alone = new World('refused alone');
    alone.records.push(assumeRoleDenied(alone.trail, start + hour, alone.chain(0, alone.alice, [R1]), R2, office));
    assert.deepEqual(alone.findings(rule), []);
  });

  it('prints a minimum where the origin is outside the logs, without adding the unseen assumption', () => {
    const world = new World('unseen');
    const unseen = roleSession({
      role: R1,
      name: 'x',
      key: 'ASIAUNSEEN1234567890',
      issuedAt: start,
      expiresAt: start + hour,
    });
    world.chain(minute, unseen, [R2]);
    assert.deepEqual(world.findings(rule), []);
    world.chain(10 * minute, unseen, [R2, R3]);
    const finding = world.findings(rule)[0];
    assert.equal(finding?.severity, 'medium');
    assert.equal(finding.title, 'Role assumption ≥2: R2 → R3, from session x of role R1');
    assert.deepEqual(finding.context[0], { label: 'Depth', value: '≥ 2' });
    const added = world.findings(rule, {
      roleChain: { warnAt: 2, depthCounting: 'assumptions', assumeUnseenHop: true },
    });
    assert.deepEqual(
      added.map(({ severity }) => severity),
      ['high', 'medium'],
    );
  });

  it('counts the nearest of several possible callers, and says that it is ambiguous', () => {
    const world = new World('ambiguous');
    const deep = world.assumes(0, world.alice, R1);
    const carol = user(account, 'carol');
    const shallow = assumeRole(world.trail, {
      at: start,
      caller: {
        account,
        identity: {
          type: 'IAMUser',
          principalId: carol.id,
          arn: carol.arn,
          accountId: account,
          accessKeyId: longTermKey('carol'),
          userName: 'carol',
        },
      },
      role: R3,
      name: 'other',
      origin: office,
    });
    world.records.push(...shallow.records);
    // Both issue R2 under one name in one second, and the keys are masked.
    for (const caller of [deep, world.assumes(minute, shallow.session, role(account, 'R4'))]) {
      const grant = assumeRole(world.trail, { at: start + hour, caller, role: R2, name: 'same', origin: office });
      world.records.push(masked(grant.records[0]));
    }
    const user2 = roleSession({
      role: R2,
      name: 'same',
      key: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      issuedAt: start + hour,
      expiresAt: start + 2 * hour,
    });
    world.does(hour + minute, user2, actions.listBuckets);
    const finding = world.findings(rule).find(({ title }) => title.includes('possible callers'));
    assert.equal(finding?.title, 'Role assumption ≥2: R1 → R2, from one of 2 possible callers');
    assert.equal(finding.severity, 'medium', 'the other way would be three');
    assert.match(finding.explanation, /ambiguous: 2 callers/);
  });

  it('is a step more severe across the border of own and trusted accounts', () => {
    const world = new World('border');
    world.chain(0, world.alice, [R1, role(stranger, 'R2')]);
    const own = { ownAccounts: [account] };
    assert.equal(world.only(rule, own).severity, 'high');
    assert.match(world.only(rule, own).explanation, /account 999988887777/);
    assert.equal(world.only(rule, { ...own, trustedAccounts: [{ id: stranger, name: 'vendor' }] }).severity, 'medium');
    assert.equal(world.only(rule, { ownAccounts: [account, stranger] }).severity, 'medium');
    const deep = new World('deep border');
    deep.chain(0, deep.alice, [R1, R2, role(stranger, 'R3')]);
    assert.equal(deep.only(rule, own).severity, 'critical');
  });

  it('is a step less severe where every assumption is an everyday one, and asks for three days of logs to tell', () => {
    const days = new World('days').spans(3);
    [0, 1, 2].forEach((at) => days.chain(at * day + hour, days.alice, [R1, R2]));
    assert.equal(days.only(rule).severity, 'low');
    assert.equal(days.only(rule).count, 3);
    const two = new World('two days').spans(3);
    [0, 1].forEach((at) => two.chain(at * day + hour, two.alice, [R1, R2]));
    assert.equal(two.only(rule).severity, 'medium');
    const last = new World('last rare').spans(3);
    [0, 1, 2].forEach((at) => last.chain(at * day + hour, last.alice, [R1]));
    last.chain(2 * day + 2 * hour, last.alice, [R1, R2, R3]);
    assert.equal(last.only(rule).severity, 'high', 'only the first assumption is common');
    const people = new World('people').spans(3);
    ['ana', 'ben', 'chloe'].forEach((name, at) => people.chain((at + 1) * hour, people.signsOn(at, name), [R1, R2]));
    assert.deepEqual(
      people.findings(rule).map(({ severity }) => severity),
      ['low', 'low', 'low'],
    );
    const short = new World('short');
    ['ana', 'ben', 'chloe'].forEach((name, at) => short.chain((at + 1) * hour, short.signsOn(at, name), [R1, R2]));
    assert.deepEqual(
      short.findings(rule).map(({ severity }) => severity),
      ['medium', 'medium', 'medium'],
    );
    const note = short.analysis().coverage.notes.filter(({ id }) => id === 'role-chain-depth-baseline');
    assert.equal(note.length, 1);
    assert.match(note[0]?.message ?? '', /span 0\.1 days, it needs 3/);
  });

  it('does not let a session name pass for another root: three runs of one pipeline are one identity', () => {
    const world = new World('runs').spans(3);
    [1, 2, 3].forEach((run) =>
      world.chain(run * hour, world.pipeline(run * hour - 10, role(account, 'ci'), `run-${String(run)}`), [R1, R2]),
    );
    assert.deepEqual(
      world.findings(rule).map(({ severity }) => severity),
      ['medium', 'medium', 'medium'],
    );
  });

  const patterns: readonly [pattern: string, allowed: boolean][] = [
    ['ci-*>deploy-*>cfn-exec-*', true],
    ['deploy-*>cfn-exec-*', true],
    ['**', true],
    ['ci-*>**', true],
    ['**>cfn-exec-*', true],
    ['ci-main>**>cfn-exec-prod', true],
    [`arn:aws:iam::${account}:role/ci-*>deploy-*>cfn-*`, true],
    ['ci-*>deploy-*', false],
    ['cfn-exec-*', false],
    ['ci-*>deploy-*>cfn-exec-*>*', false],
    ['dev-*>deploy-*>cfn-exec-*', false],
    ['ci-*>cfn-exec-*>deploy-*', false],
    ['(((', false],
    ['', false],
  ];
  for (const [pattern, allowed] of patterns) {
    it(`allowed chain "${pattern}" ${allowed ? 'covers' : 'does not cover'} ci-main, deploy-app, cfn-exec-prod`, () => {
      const world = new World('allowed');
      world.chain(minute, world.pipeline(0, role(account, 'ci-main'), 'run-1'), [
        role(account, 'deploy-app'),
        role(account, 'cfn-exec-prod'),
      ]);
      const finding = world.only(rule, { allowedChains: [pattern] });
      assert.equal(finding.severity, allowed ? 'low' : 'medium');
      assert.equal(finding.suppressed, allowed);
      assert.equal(world.only(rule, { allowedChains: [pattern] }, { ignoreSuppressions: true }).suppressed, false);
    });
  }

  it('an allowed chain does not cover a longer one', () => {
    const world = new World('longer');
    world.chain(minute, world.pipeline(0, role(account, 'ci-main'), 'run-1'), [
      role(account, 'deploy-app'),
      role(account, 'cfn-exec-prod'),
      R3,
    ]);
    assert.equal(world.only(rule, { allowedChains: ['ci-*>deploy-*>cfn-exec-*'] }).severity, 'high');
  });

  it('follows its settings: from which depth, and what counts', () => {
    const world = new World('settings');
    world.chain(0, world.alice, [R1, R2, R3]);
    const settings = { warnAt: 3, depthCounting: 'assumptions', assumeUnseenHop: false } as const;
    assert.equal(world.findings(rule, { roleChain: settings }).length, 1);
    assert.equal(world.findings(rule, { roleChain: { ...settings, warnAt: 4 } }).length, 0);
    const between = world.only(rule, { roleChain: { ...settings, warnAt: 2, depthCounting: 'roleToRole' } });
    assert.equal(between.severity, 'medium', 'the user’s own assumption does not count');
    assert.match(between.title, /R1 → R2 → R3/);
  });

  it('names a session that is only called like an instance', () => {
    const world = new World('masquerade');
    const first = world.assumes(0, world.alice, R1, office, 'i-0fedcba9876543210');
    world.does(hour, world.assumes(minute, first, R2), actions.listBuckets);
    const finding = world.only(rule);
    assert.match(finding.explanation, /i-0fedcba9876543210 imitates an instance/);
    assert.ok(finding.techniques.includes('T1036'));
    assert.deepEqual(finding.entities.instanceIds, []);
    assert.deepEqual(world.findings('ec2-credential-chain'), []);
  });

  it('counts a call that two accounts logged once', () => {
    const world = new World('twins');
    world.chain(0, world.alice, [role(other, 'R1'), role(other, 'R2')]);
    const finding = world.only(rule);
    assert.equal(finding.count, 1);
    assert.equal(finding.severity, 'medium');
    assert.ok(
      finding.evidence.some(
        ({ reason }) => reason === `Assumption 1 of 2: the same call as the role’s account ${other} logged it`,
      ),
    );
  });

  it('keeps what an attacker writes as text on one line', () => {
    const world = new World('hostile');
    const first = world.assumes(0, world.alice, R1, office, 'x<img src=x onerror=alert(1)>\u202Egnp\n=HYPERLINK()');
    world.does(hour, world.assumes(minute, first, R2), actions.listBuckets);
    const finding = world.only(rule);
    const texts = [finding.title, finding.explanation, ...finding.evidence.map(({ reason }) => reason)];
    for (const text of texts) {
      assert.doesNotMatch(text, /[\n\u202E]/);
    }
    assert.ok(
      texts.some((text) => text.includes('<img src=x onerror=alert(1)>')),
      'data is neither dropped nor marked up',
    );
  });
});

function masked(record: unknown): object {
  const copy = structuredClone(record) as { responseElements: { credentials: Record<string, unknown> } };
  copy.responseElements.credentials['accessKeyId'] = 'HIDDEN_DUE_TO_SECURITY_REASONS';
  return copy;
}
