/** Depth: how many times a principal assumed a role, from the root of the lineage to a session. No off-by-one. */
import assert from 'node:assert/strict';
import {
  actions,
  getSessionToken,
  longTermKey,
  role,
  user,
  type Caller,
  type Session as Grant,
} from '../../../../scripts/sample/records';
import { emptyCase, type CaseSettings } from '../../../../src/engine/case-settings';
import { modelOf, sessionWithKey } from '../support/files';
import { alice, hour, minute, office, other, R1, R2, R3, start, World } from '../support/world';

/** `name depth`, of the sessions with these keys. */
function depths(world: World, grants: readonly Grant[], settings: CaseSettings = emptyCase): string[] {
  const model = modelOf(world.records, settings);
  return grants.map(({ key }) => {
    const { depth, depthIsMinimum } = sessionWithKey(model, key);
    return `${depthIsMinimum ? '≥ ' : ''}${String(depth)}`;
  });
}

function assumed(world: World, caller: Caller, roles = [R1, R2, R3]): Grant[] {
  const grants: Grant[] = [];
  roles.forEach((of, index) => {
    grants.push(world.assumes((index + 1) * minute, grants.at(-1) ?? caller, of));
  });
  return grants;
}

describe('depth', () => {
  it('a long-term key 0, R1 1, R2 2, R3 3', () => {
    const world = new World('key');
    assert.deepEqual(depths(world, assumed(world, world.alice)), ['1', '2', '3']);
  });

  it('an instance 0, R1 1, R2 2, R3 3', () => {
    const world = new World('instance');
    const { v2 } = world.delivers(0);
    assert.deepEqual(depths(world, [v2, ...assumed(world, v2)]), ['0', '1', '2', '3']);
  });

  it('a session of Identity Center 0, R1 1, R2 2', () => {
    const world = new World('sso');
    const person = world.signsOn(0, 'dana@example.com');
    assert.deepEqual(depths(world, [person, ...assumed(world, person, [R1, R2])]), ['0', '1', '2']);
  });

  it('a pipeline’s first login 0, R1 1', () => {
    const world = new World('pipeline');
    const run = world.pipeline(0, R3, 'run-1');
    assert.deepEqual(depths(world, [run, ...assumed(world, run, [R1])]), ['0', '1']);
  });

  it('a session token 0, R1 1', () => {
    const world = new World('token');
    const token = getSessionToken(world.trail, { at: start, user: alice, caller: world.alice, origin: office });
    world.records.push(...token.records);
    assert.deepEqual(depths(world, [token.session, ...assumed(world, token.session, [R1])]), ['0', '1']);
  });

  it('a key made by the third session starts anew, its first role 1', () => {
    const world = new World('made');
    const third = assumed(world, world.alice).at(-1);
    assert.ok(third !== undefined);
    const bob = user(alice.account, 'bob');
    const made = world.createsKey(hour, third, bob, longTermKey('bob'));
    world.does(hour + minute, made, actions.listBuckets);
    const next = world.assumes(2 * hour, made, R1);
    const model = modelOf(world.records);
    assert.deepEqual(
      [longTermKey('bob'), next.key].map((key) => sessionWithKey(model, key).depth),
      [0, 1],
    );
  });

  it('asked twice, or logged in two accounts, a hop is one', () => {
    const world = new World('twice');
    const away = role(other, 'Away');
    const first = world.assumes(minute, world.alice, R1);
    world.assumes(minute, world.alice, R1);
    const second = world.assumes(2 * minute, first, away);
    assert.deepEqual(depths(world, [first, second]), ['1', '2']);
  });

  it('of a root that nobody saw issued it is a minimum', () => {
    const world = new World('unseen');
    const [first, ...grants] = assumed(world, world.alice);
    assert.ok(first !== undefined);
    // Without the record that made the first session.
    world.records.shift();
    assert.deepEqual(depths(world, [first, ...grants]), ['≥ 0', '≥ 1', '≥ 2']);
    const counting = (roleChain: Partial<CaseSettings['roleChain']>): CaseSettings => ({
      ...emptyCase,
      roleChain: { ...emptyCase.roleChain, ...roleChain },
    });
    assert.deepEqual(depths(world, grants, counting({ assumeUnseenHop: true })), ['≥ 2', '≥ 3']);
  });

  it('counted from role to role, the first role of a user is 0', () => {
    const world = new World('role to role');
    const grants = assumed(world, world.alice);
    const settings: CaseSettings = { ...emptyCase, roleChain: { ...emptyCase.roleChain, depthCounting: 'roleToRole' } };
    assert.deepEqual(depths(world, grants, settings), ['0', '1', '2']);
  });
});
