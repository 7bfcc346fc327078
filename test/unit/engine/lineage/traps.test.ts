/**
 * The traps of real CloudTrail logs, by their numbers in the project's list: what is missing, doubled, forged or only looks
 * alike, through the scanner and the linker. Traps of values and of files are in traps-of-values.test.ts, those of copies of
 * one event in event-store.test.ts; some are tested beside the linking rule that they could break, in link.test.ts.
 *
 * The last tests hold that every trap, and every row of the table of issuances, has a test that is named after it.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  actions,
  assumeRole,
  assumeRoleDenied,
  consoleLogin,
  deliver,
  deliverToInstance,
  iamUser,
  isoTime,
  longTermKey,
  role,
  roleSession,
  serviceOrigin,
  switchRole,
  throughService,
  user,
  type Caller,
  type CloudTrailRecord,
} from '../../../../scripts/sample/records';
import { accountAt } from '../../../../src/engine/lineage/table';
import { renderReport } from '../../../../src/engine/report/render-report';
import { modelOf, sessionWithKey } from '../support/files';
import {
  account,
  alice,
  alicesKey,
  from,
  hour,
  instanceId,
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
import { acting, facts, holder, parentOf } from './issuing-facts';

const bob = user(account, 'bob');

/** The same record with another id, so that its place within a second is chosen by the test. */
function numbered(record: CloudTrailRecord, number: number): object {
  return { ...record, eventID: `${String(number).padStart(8, '0')}-0000-4000-8000-000000000001` };
}

describe('traps of who called', () => {
  it('T1: no two callers without a key are taken for one', () => {
    const world = new World('T1');
    const linked = ['config', 'trustedadvisor'].map((service) =>
      role(account, `AWSServiceRoleFor${service}`, `/aws-service-role/${service}.amazonaws.com/`),
    );
    for (const [at, of] of linked.entries()) {
      const work = throughService(acting(world, of, 'work', at), 'config', null);
      world.does(at + 5, work, actions.listBuckets, serviceOrigin('config'));
    }
    for (const who of [alice, bob]) {
      world.records.push(...consoleLogin(world.trail, start + 60, who, office, 0).records);
    }
    const held = roleSession({ role: R1, name: 'x', key: '', issuedAt: start, expiresAt: start + 1 });
    world.records.push(
      ...switchRole(world.trail, start + 90, held, alice, role(other, 'Away'), office, 0).records,
      world.trail.record(
        start,
        { account, identity: { accountId: account, invokedBy: 'kms.amazonaws.com' } },
        {
          source: 'kms',
          name: 'RotateKey',
          type: 'AwsServiceEvent',
        },
        serviceOrigin('kms'),
      ),
      ...deliver(world.trail, {
        at: start,
        service: 'rds',
        role: R2,
        name: 'monitoring',
        minutes: 60,
        withAssumedRoleUser: true,
      }).records,
    );
    const outside: Caller = {
      account: stranger,
      identity: { type: 'AWSAccount', accountId: stranger, principalId: 'AIDAXAMPLEXAMPLE22' },
    };
    world.does(99, outside, actions.listBuckets);
    const model = modelOf(world.records);
    assert.deepEqual(
      model.sessions.filter(({ keys }) => keys.some((key) => !/^[A-Z0-9]{16,128}$/.test(key))),
      [],
    );
    assert.ok(!model.sessionByKey.has('') && !model.sessionByKey.has('undefined'));
    const principals = model.sessions.filter(({ rows }) => rows.length > 0).map(({ principalId }) => principalId);
    assert.equal(new Set(principals).size, principals.length, 'one session each');
    assert.deepEqual(
      model.sessions.filter(({ kind }) => kind === 'service-linked').map(({ roleArn }) => roleArn),
      linked.map(({ arn }) => arn),
    );
    assert.deepEqual(
      model.sessions
        .filter(({ kind }) => kind === 'console')
        .map(({ name }) => name)
        .sort(),
      ['alice', 'bob'],
    );
  });

  it('T3: denied until the permission has spread, and once more beside the success: one attempt, no probing', () => {
    const world = new World('T3');
    const denied = [-4, -2, 0].map((at) => assumeRoleDenied(world.trail, start + at, world.alice, R1, office));
    const carol = iamUser(user(account, 'carol'), longTermKey('carol'));
    const others = assumeRoleDenied(world.trail, start, carol, R1, office);
    const grant = assumeRole(world.trail, { at: start, caller: world.alice, role: R1, name: 'x', origin: office });
    const model = modelOf([...denied, others, ...grant.records]);
    const attempts = model.attempts.map(({ callerSession, rows, succeeded }) => ({
      name: model.sessions[callerSession ?? -1]?.name,
      denials: rows.length,
      succeeded,
    }));
    assert.deepEqual(
      new Set(attempts),
      new Set([
        { name: 'alice', denials: 3, succeeded: true },
        { name: 'carol', denials: 1, succeeded: false },
      ]),
    );
    assert.equal(model.issuances.length, 1);
  });

  it('T3: a success an hour later does not make a denial a retry', () => {
    const world = new World('T3 later');
    const denied = assumeRoleDenied(world.trail, start, world.alice, R1, office);
    const later = assumeRole(world.trail, {
      at: start + hour,
      caller: world.alice,
      role: R1,
      name: 'x',
      origin: office,
    });
    assert.deepEqual(
      modelOf([denied, ...later.records]).attempts.map(({ succeeded }) => succeeded),
      [false],
    );
  });

  it('T9: the prefix of a key proves nothing: the session says what it is', () => {
    const world = new World('T9');
    const odd: Caller = {
      account,
      identity: {
        ...world.alice.identity,
        accessKeyId: 'AKIATFQZ7NSC8Q4X21BJ',
        sessionContext: { attributes: { creationDate: isoTime(start), mfaAuthenticated: 'false' } },
      },
    };
    world.does(60, odd, actions.listBuckets, from('203.0.113.7', 'S3Console/0.4, aws-internal/3'));
    const documented = roleSession({
      role: R1,
      name: 'documented',
      key: 'AKIAI44QH8DHBEXAMPLE',
      issuedAt: start,
      expiresAt: start + hour,
    });
    world.does(60, documented, actions.listBuckets);
    const model = modelOf(world.records);
    const browser = sessionWithKey(model, 'AKIATFQZ7NSC8Q4X21BJ');
    assert.deepEqual([browser.kind, browser.creationDate], ['console', start * 1000]);
    assert.deepEqual(facts(holder(model, documented)), ['role', 'inferred', 0, true]);
  });

  it('T22: a name that imitates an instance makes none, whoever delivered, seen or unseen', () => {
    const world = new World('T22');
    const byLambda = deliver(world.trail, {
      at: start,
      service: 'lambda',
      role: R1,
      name: instanceId,
      minutes: 60,
      withAssumedRoleUser: false,
    });
    world.records.push(...byLambda.records);
    world.does(9, byLambda.session, actions.listBuckets);
    const unseen = acting(world, R2, instanceId, 0);
    world.does(9, unseen, actions.listBuckets);
    const model = modelOf(world.records);
    assert.deepEqual(
      [byLambda.session, unseen].map((held) => [holder(model, held).kind, holder(model, held).instanceId]),
      [
        ['lambda', ''],
        ['role', ''],
      ],
    );
    assert.equal(model.instances.size, 0);
  });

  it('T27: what a caller chose as its name stays as it is in the model, and is no formula in a report', () => {
    for (const name of ['=HYPERLINK("http://e.example")', '+1+cmd|x', '-2', '@SUM(1)', '\tx', '$(id)`id`']) {
      const world = new World(`T27 ${name}`);
      let caller: Caller = world.alice;
      for (const [at, of] of [R1, R2, R3].entries()) {
        caller = world.assumes(at * minute, caller, of, from('203.0.113.7', name), name);
      }
      world.does(hour, caller, actions.listBuckets, from('203.0.113.7', name));
      const session = sessionWithKey(modelOf(world.records), caller.identity.accessKeyId ?? '');
      assert.deepEqual([session.name, session.depth], [name, 3]);
      const csv = renderReport(world.analysis(), 'csv').replaceAll('\r\n', '\n');
      assert.match(csv, /role-chain-depth/);
      assert.doesNotMatch(csv, /(?:^|,)"?[=+@\t\r-]/m);
    }
  });

  it('T29: one role on many instances is one session each: account and instance', () => {
    const world = new World('T29');
    const ids = ['i-0123456789abcdef0', 'i-0123456789abcdef1'];
    const held = ids.map((id) => world.delivers(0, id, R1).v2);
    const away = deliverToInstance(world.trail, start, role(other, 'R1'), ids[0] ?? '');
    world.records.push(...away.records);
    for (const each of [...held, away.v2]) {
      world.does(9, each, actions.listBuckets);
    }
    const model = modelOf(world.records);
    assert.equal(model.sessions.length, 3);
    assert.deepEqual([...model.instances.keys()].sort(), [
      `${account}|${ids[0] ?? ''}`,
      `${account}|${ids[1] ?? ''}`,
      `${other}|${ids[0] ?? ''}`,
    ]);
  });

  it('T30: a credential outlives its instance: the use after the end is of that session, and both are known', () => {
    const world = new World('T30');
    const { v1 } = world.delivers(0);
    world
      .does(60, v1, actions.listBuckets)
      .lifecycle(hour, 'TerminateInstances')
      .does(2 * hour, v1, actions.listBuckets);
    const model = modelOf(world.records);
    const session = holder(model, v1);
    const end = model.instances.get(`${account}|${instanceId}`)?.lifecycle.find(({ event }) => event === 'terminate');
    assert.equal(end?.time, (start + hour) * 1000);
    assert.deepEqual([session.rows.length, session.lastEventTime], [2, (start + 2 * hour) * 1000]);
    assert.equal(session.timeInconsistent, false, 'it is valid until it expires');
  });

  it('T31: what a session does in another account is that session’s; both accounts stay known', () => {
    const world = new World('T31');
    const session = world.assumes(0, world.alice, R1);
    world.does(60, session, actions.listBuckets);
    world.records.push(
      world.trail.record(start + 61, session, actions.getObject(other, 'theirs', 'k'), office, { recipient: other }),
    );
    const model = modelOf(world.records);
    const child = holder(model, session);
    assert.deepEqual([child.accountId, child.rows.length], [account, 2]);
    assert.deepEqual(
      [...child.rows].map((row) => accountAt(model.events, row)),
      [account, other],
    );
    assert.equal(model.sessions.length, 2);
  });

  it('T31: the account that acts is that of the issuer of the session, whatever its caller says', () => {
    const world = new World('T31 issuer');
    const session = world.assumes(0, world.alice, R1);
    const use = world.trail.record(start + 60, session, actions.listBuckets, office, { recipient: other });
    const { accessKeyId: _masked, ...identity } = use.userIdentity;
    const model = modelOf([...world.records, { ...use, userIdentity: { ...identity, accountId: other } }]);
    const child = holder(model, session);
    assert.deepEqual(
      [child.accountId, child.link, child.rows.length, model.sessions.length],
      [account, 'session', 1, 2],
    );
  });
});

describe('traps of order and of copies', () => {
  it('T10: a sharedEventID alone does not make a call seen from two accounts', () => {
    const world = new World('T10');
    const grant = deliver(world.trail, {
      at: start,
      service: 'ecs-tasks',
      role: R1,
      name: 'task',
      minutes: 60,
      withAssumedRoleUser: true,
    });
    const [record] = grant.records;
    assert.ok(record?.sharedEventID !== undefined);
    const use = world.trail.record(start + 9, grant.session, actions.listBuckets, office);
    const session = holder(modelOf([record, use]), grant.session);
    assert.deepEqual([session.link, session.explanation.rule], ['exact', 'issued-key']);
    // Two records of one account that share it are still seen from one account only.
    const again = modelOf([record, numbered(record, 7), use]);
    assert.deepEqual(
      [holder(again, grant.session).link, again.issuances.length, again.sessions.length],
      ['exact', 1, 1],
    );
  });

  it('T14: within a second the order is not known: a use may come before the call that issued its key', () => {
    const world = new World('T14');
    const grants = [R1, R2, R3].reduce<{ readonly caller: Caller; readonly records: readonly CloudTrailRecord[] }>(
      ({ caller, records }, of) => {
        const grant = assumeRole(world.trail, { at: start, caller, role: of, name: 'now', origin: office });
        return { caller: grant.session, records: [...records, ...grant.records] };
      },
      { caller: world.alice, records: [] },
    );
    const use = world.trail.record(start, grants.caller, actions.listBuckets, office);
    const all = [...grants.records, use];
    for (const order of [all, [...all].reverse()]) {
      const model = modelOf(order.map((record, at) => numbered(record, at)));
      const last = sessionWithKey(model, grants.caller.identity.accessKeyId ?? '');
      assert.deepEqual(facts(last), ['role', 'exact', 3, false]);
      assert.ok(model.sessions.every(({ timeInconsistent }) => !timeInconsistent));
    }
  });

  it('T14: a second is not a fact either: five before the issuance are clocks, six are noted, and both are linked', () => {
    const expected = [
      [-5, false],
      [-6, true],
      [3660, false],
      [3661, true],
    ] as const;
    for (const [at, inconsistent] of expected) {
      const world = new World('T14 clocks');
      const session = world.assumes(0, world.alice, R1);
      world.does(at, session, actions.listBuckets);
      const model = modelOf(world.records);
      assert.deepEqual([holder(model, session).link, holder(model, session).timeInconsistent], ['exact', inconsistent]);
      assert.equal(
        model.notes.some(({ id }) => id === 'time-inconsistent'),
        inconsistent,
      );
    }
  });

  it('T17: records that share a sharedEventID are all kept, whoever logged them', () => {
    const world = new World('T17');
    const visit = world.assumes(0, world.alice, role(other, 'Away'));
    const model = modelOf(world.records);
    assert.equal(model.events.count, 2);
    assert.deepEqual(
      model.files.map(({ events, duplicates }) => [events, duplicates]),
      [[2, 0]],
    );
    assert.equal(parentOf(model, holder(model, visit)), sessionWithKey(model, alicesKey));
  });

  it('T17: twins are told by either id in common, and one tells what is masked in the other', () => {
    const masked = { credentials: { accessKeyId: 'HIDDEN_DUE_TO_SECURITY_REASONS' } };
    const edits: readonly (readonly [string, object, object, string])[] = [
      ['the requestID', { sharedEventID: undefined }, { sharedEventID: undefined }, 'twin'],
      ['the sharedEventID', { requestID: undefined }, { requestID: 'another' }, 'twin'],
      ['the key masked in one', { responseElements: masked }, {}, 'twin'],
      ['the key masked in the other', {}, { responseElements: masked }, 'twin'],
      ['all but the ids lost in one', {}, { requestParameters: null, responseElements: null, resources: [] }, 'twin'],
      ['the key masked in both', { responseElements: masked }, { responseElements: masked }, 'session'],
    ];
    for (const [what, ours, theirs, link] of edits) {
      const world = new World('T17 ids');
      const visit = world.assumes(0, world.alice, role(other, 'Away'));
      world.does(minute, visit, actions.listBuckets);
      const [first, second, use] = world.records;
      const model = modelOf(
        [{ ...first, ...ours }, { ...second, ...theirs }, use].filter((each) => each !== undefined),
      );
      const child = holder(model, visit);
      assert.deepEqual([child.link, child.depth, model.issuances.length, model.sessions.length], [link, 1, 1, 2], what);
      assert.equal(parentOf(model, child), sessionWithKey(model, alicesKey), what);
      assert.equal(child.expiresAt, link === 'twin' ? (start + hour) * 1000 : undefined, what);
    }
  });

  it('T17: masked ids are none: they make no twins', () => {
    const world = new World('T17 masked');
    const grants = [R1, R2].map((of) =>
      assumeRole(world.trail, { at: start, caller: world.alice, role: of, name: 'x', origin: office }),
    );
    const masked = { credentials: { accessKeyId: 'HIDDEN_DUE_TO_SECURITY_REASONS' } };
    for (const id of ['***', 'HIDDEN_DUE_TO_SECURITY_REASONS', '00000000-0000-0000-0000-000000000000']) {
      const records = grants.flatMap((grant) =>
        grant.records.map((record) => ({ ...record, responseElements: masked, requestID: id, sharedEventID: id })),
      );
      assert.equal(modelOf(records).issuances.length, 2, id);
    }
  });

  it('T17: equal ids do not make one of two calls that handed out different keys', () => {
    const world = new World('T17 keys');
    const grants = [R1, R2].map((of) => world.assumes(0, world.alice, of));
    const model = modelOf(world.records.map((record) => ({ ...record, requestID: 'r', sharedEventID: 's' })));
    assert.equal(model.issuances.length, 2);
    assert.deepEqual(
      grants.map((held) => holder(model, held).roleArn),
      [R1.arn, R2.arn],
    );
  });
});

describe('the tests', () => {
  const engine = join(__dirname, '..');
  const titles = readdirSync(engine, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) => [...readFileSync(join(engine, name), 'utf8').matchAll(/\bit\(\s*(['"`])(.+?)\1,/g)])
    .map(([, , title]) => title ?? '');

  function numbersIn(pattern: RegExp): ReadonlySet<number> {
    return new Set(
      titles.flatMap((title) => (pattern.exec(title)?.[1] ?? '').match(/\d+/g) ?? []).map((number) => Number(number)),
    );
  }

  function upTo(last: number): number[] {
    return Array.from({ length: last }, (_, at) => at + 1);
  }

  it('name each of the thirty-three traps, and none that is not on the list', () => {
    const tested = numbersIn(/^(T\d+(?:\/T\d+)*): /);
    assert.deepEqual(
      [...tested].sort((a, b) => a - b),
      upTo(33),
    );
  });

  it('name each of the twenty-six ways of issuing', () => {
    const tested = numbersIn(/^row (\d+): /);
    assert.deepEqual(
      [...tested].sort((a, b) => a - b),
      upTo(26),
    );
  });
});
