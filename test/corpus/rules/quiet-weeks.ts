/** Weeks in which everybody does the same every day: what is new in them stands out. */
import {
  iamUser,
  longTermKey,
  role,
  user,
  type Caller,
  type Role,
  type Session,
} from '../../../scripts/sample/records';
import { actions } from '../../../scripts/sample/records';
import type { World } from '../../unit/engine/support/world';
import { account, cli, day, from, hour, minute } from '../../unit/engine/support/world';

export const app = role(account, 'app');
export const vault = role(account, 'vault');
/** Rebuilt by nobody in the quiet weeks. */
export const admin = role(account, 'admin');

const desk = (index: number): ReturnType<typeof from> => from(`203.0.113.${String(10 + index)}`, cli);

/** Users `worker-0` and so on. */
export function worker(index: number): Caller {
  const name = `worker-${String(index)}`;
  return iamUser(user(account, name), longTermKey(name));
}

/** The session in which a worker reads as on every day. */
export function works(world: World, at: number, index: number, of: Role = app, origin = desk(index)): Session {
  const session = world.assumes(at, worker(index), of, origin, `daily-${String(index)}`);
  ['GetItem', 'Query', 'Scan'].forEach((name, step) => {
    world.does(at + (step + 1) * minute, session, actions.plain('dynamodb', name, { tableName: 'orders' }), origin);
  });
  return session;
}

/** Six workers, one role, once a day; three SSO users and their vault; `days` in all. */
export function quietWeeks(world: World, days = 10, workers = 6): World {
  for (let at = 0; at < days; at++) {
    for (let index = 0; index < workers; index++) {
      works(world, at * day + index * 10 * minute, index);
    }
    ['ana', 'ben', 'cleo'].forEach((person, index) => {
      const signedOn = world.signsOn(at * day + 2 * hour + index * minute, person);
      world.assumes(at * day + 2 * hour + index * minute + 30, signedOn, vault, desk(index), person);
    });
  }
  return world;
}
