/** What somebody does any number of times: what the tests and the tasks of `scale` judge. */
import { actions, assumeRoleDenied, role, user } from '../../../../scripts/sample/records';
import { account, from, hour, instanceId, minute, office, R1, R2, start, World } from '../support/world';

/** A user made and deleted. */
export function madeAndDeleted(times: number): World {
  const world = new World('made and deleted');
  const session = world.chain(0, world.alice, [R1, R2]);
  const bob = user(account, 'bob');
  for (let at = 0; at < times; at++) {
    world.createsUser(hour + at * 2, session, bob);
    world.does(hour + at * 2 + 1, session, actions.plain('iam', 'DeleteUser', { userName: 'bob' }));
  }
  return world;
}

/** A chain that ends in a refusal. */
export function refusals(times: number): World {
  const world = new World('refusals');
  const first = world.assumes(0, world.alice, R1);
  for (let at = 0; at < times; at++) {
    const next = world.assumes(minute + at * 3, first, role(account, `target-${String(at)}`));
    world.records.push(assumeRoleDenied(world.trail, start + minute + at * 3 + 1, next, R2, office));
  }
  return world;
}

/** An instance started. */
export function starts(times: number): World {
  const world = new World('starts');
  const { v2 } = world.delivers(0);
  for (let at = 0; at < times; at++) {
    world.lifecycle(hour + at * 100, 'StartInstances');
    world.heartbeat(hour + at * 100 + 5, v2, '198.51.100.21', instanceId);
    world.does(hour + at * 100 + 10, v2, actions.listBuckets, from('203.0.113.200'));
  }
  return world;
}
