/**
 * Linking where a key, a session name or a second is shared by more than one: what each was issued stays its own, and what
 * cannot be told apart is not guessed.
 */
import assert from 'node:assert/strict';
import {
  actions,
  assumeRole,
  iamUser,
  longTermKey,
  role,
  roleSession,
  serviceOrigin,
  throughService,
  user,
  type CloudTrailRecord,
  type JsonObject,
  type Session as Held,
} from '../../../../scripts/sample/records';
import { modelOf, sessionWithKey } from '../support/files';
import { account, alicesKey, minute, office, R1, R2, start, World } from '../support/world';
import { holder, parentOf } from './issuing-facts';

const carolsKey = longTermKey('carol');
const carol = iamUser(user(account, 'carol'), carolsKey);

/** The same session as its records show it where keys are masked. */
function unkeyed(held: Held, creationDate?: string): { readonly account: string; readonly identity: JsonObject } {
  const { accessKeyId: _masked, sessionContext, ...identity } = held.identity;
  const context = sessionContext as JsonObject;
  const attributes = {
    ...(context['attributes'] as JsonObject),
    ...(creationDate === undefined ? {} : { creationDate }),
  };
  return { account: held.account, identity: { ...identity, sessionContext: { ...context, attributes } } };
}

describe('one key', () => {
  it('that two principals use is that of the one whom it was issued to', () => {
    const world = new World('two users');
    const held = world.assumes(0, world.alice, R1);
    const stranger = world.assumes(1, carol, R2, office, 'stranger');
    world
      .does(minute, held, actions.listBuckets)
      .does(minute, { account, identity: { ...stranger.identity, accessKeyId: held.key } }, actions.listBuckets);
    const model = modelOf(world.records);
    const child = model.sessions.find(({ principalId }) => principalId === held.principalId);
    assert.ok(child !== undefined);
    assert.deepEqual([child.link, parentOf(model, child)?.name, child.rows.length], ['exact', 'alice', 1]);
    const other = model.sessions.find(({ principalId }) => principalId === stranger.principalId);
    assert.ok(other !== undefined);
    assert.equal(parentOf(model, other)?.name, 'carol');
  });
});

describe('one session name', () => {
  it('in one second by two callers, of whom one never used what it got: each has its own', () => {
    const world = new World('one unused');
    const used = world.assumes(0, world.alice, R1, office, 'shared');
    const idle = world.assumes(0, carol, R1, office, 'shared');
    world.does(minute, used, actions.listBuckets);
    const model = modelOf(world.records);
    assert.deepEqual(
      [used, idle].map((held) => [
        holder(model, held).link,
        parentOf(model, holder(model, held))?.name,
        holder(model, held).keys,
      ]),
      [
        ['exact', 'alice', [used.key]],
        ['session', 'carol', [idle.key]],
      ],
    );
  });

  it('a second later by the same caller, unused, is another session', () => {
    const world = new World('later');
    const used = world.assumes(0, world.alice, R1, office, 'sdk');
    const idle = world.assumes(1, world.alice, R1, office, 'sdk');
    world.does(minute, used, actions.listBuckets);
    const model = modelOf(world.records);
    assert.notEqual(holder(model, used), holder(model, idle));
    assert.deepEqual(holder(model, used).keys, [used.key]);
  });

  it('in one second by the same caller is one session, though only one of its keys is ever used', () => {
    const world = new World('siblings');
    const used = world.assumes(0, world.alice, R1, office, 'sdk');
    const idle = world.assumes(0, world.alice, R1, office, 'sdk');
    world.does(minute, used, actions.listBuckets);
    const model = modelOf(world.records);
    assert.equal(holder(model, used), holder(model, idle));
    assert.deepEqual([holder(model, used).link, holder(model, used).keys], ['exact', [used.key, idle.key].sort()]);
  });

  it('of two sessions created within two seconds the nearer is meant', () => {
    const world = new World('nearer');
    const first = world.assumes(0, world.alice, R1, office, 'near');
    const second = world.assumes(2, carol, R1, office, 'near');
    for (const [held, when] of [
      [first, '2025-05-12T08:00:00Z'],
      [second, '2025-05-12T08:00:02Z'],
    ] as const) {
      world.does(minute, unkeyed(held, when), actions.listBuckets);
    }
    for (const records of [world.records, [...world.records].reverse()]) {
      const model = modelOf(records);
      const near = model.sessions.filter(({ name }) => name === 'near');
      assert.deepEqual(
        near.map((session) => [session.link, parentOf(model, session)?.name, session.rows.length]),
        [
          ['session', 'alice', 1],
          ['session', 'carol', 1],
        ],
      );
    }
  });

  it('is linked two seconds around its creation, and no more', () => {
    for (const [creationDate, linked] of [
      ['2025-05-12T07:59:57Z', false],
      ['2025-05-12T07:59:58Z', true],
      ['2025-05-12T08:00:02Z', true],
      ['2025-05-12T08:00:03Z', false],
    ] as const) {
      const world = new World('around');
      const held = world.assumes(0, world.alice, R1, office, 'around');
      world.does(minute, unkeyed(held, creationDate), actions.listBuckets);
      const model = modelOf(world.records);
      const session = model.sessions.find(({ rows, name }) => name === 'around' && rows.length === 1);
      assert.equal(session?.parent !== undefined, linked, creationDate);
    }
  });

  it('of one name in two roles, accounts or paths is not one session', () => {
    const world = new World('same names');
    const roles = [role(account, 'app'), role(account, 'app', '/b/'), role('444455556666', 'app')];
    const grants = roles.map((of) =>
      assumeRole(world.trail, { at: start, caller: world.alice, role: of, name: 's', origin: office }),
    );
    const uses = grants.map(({ session }) =>
      world.trail.record(start + minute, unkeyed(session), actions.listBuckets, office),
    );
    const model = modelOf([...grants.flatMap(({ records }) => records), ...uses]);
    assert.deepEqual(
      model.sessions
        .filter(({ rows }) => rows.length === 1)
        .map(({ roleArn }) => roleArn)
        .sort(),
      roles.map(({ arn }) => arn).sort(),
    );
    assert.equal(model.sessions.length, 4);
    assert.equal(sessionWithKey(model, alicesKey).children.length, 3);
  });
});

describe('a call that a service forwards, with a key and a creation time of its own', () => {
  function forwarded(world: World, at: number): object {
    const synthetic = roleSession({
      role: R1,
      name: 'app',
      key: world.trail.temporaryKey(),
      issuedAt: start + at,
      expiresAt: start + at + 60,
    });
    const caller = throughService(synthetic, 'secretsmanager');
    return world.trail.record(start + at, caller, actions.decrypt(account, 'k', {}), serviceOrigin('secretsmanager'));
  }

  it('is of the session that was alive, not of one of its name that was issued later', () => {
    const world = new World('issued later');
    const first = world.assumes(0, world.alice, R1, office, 'app');
    const second = world.assumes(700, world.alice, R1, office, 'app');
    world.does(100, first, actions.getSecretValue(account, 'db'));
    const model = modelOf([...world.records, forwarded(world, 101)]);
    assert.deepEqual(
      [first, second].map((held) => holder(model, held).rows.length),
      [2, 0],
    );
    assert.equal(model.sessions.length, 3);
  });

  it('is of a session that called nothing itself while that was valid, a minute for clocks, and not after', () => {
    for (const [at, rows] of [
      [1800, 1],
      [3600 + 60, 1],
      [3600 + 61, 0],
    ] as const) {
      const world = new World('valid');
      const held = world.assumes(0, world.alice, R1, office, 'app');
      const model = modelOf([...world.records, forwarded(world, at)]);
      assert.equal(holder(model, held).rows.length, rows, String(at));
      assert.equal(model.sessions.length, rows === 1 ? 2 : 3, String(at));
    }
  });

  it('is of the last of those that cover it, also where that answer does not tell the role id', () => {
    const world = new World('last');
    world.assumes(0, world.alice, R1, office, 'app');
    world.assumes(600, world.alice, R1, office, 'app');
    const [first, second] = world.records as readonly CloudTrailRecord[];
    const { assumedRoleUser: _left, ...answer } = second?.responseElements ?? {};
    const model = modelOf(
      [first, { ...second, responseElements: answer }, forwarded(world, 900)].filter((each) => each !== undefined),
    );
    const busy = model.sessions.find(({ rows, name }) => name === 'app' && rows.length === 1);
    assert.equal(busy?.creationDate, (start + 600) * 1000);
  });
});
