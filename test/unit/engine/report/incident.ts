/** The case at the heart of it: three roles in a row, then a user with a key that is used; with and without hostile texts. */
import { longTermKey, user } from '../../../../scripts/sample/records';
import { account, alicesKey, from, minute, R1, R2, R3, World } from '../support/world';
import { actions } from '../../../../scripts/sample/records';

export const bob = user(account, 'bob');
export const bobsKey = longTermKey('bob');

export interface HostileTexts {
  readonly sessionName?: string;
  readonly userAgent?: string;
}

export function incident({ sessionName = 'session', userAgent = 'aws-cli/2.15.30' }: HostileTexts = {}): World {
  const world = new World('report');
  const origin = from('203.0.113.7', userAgent);
  const first = world.assumes(0, world.alice, R1, origin, sessionName);
  const second = world.assumes(minute, first, R2, origin, sessionName);
  const third = world.assumes(2 * minute, second, R3, origin, sessionName);
  world.createsUser(3 * minute, third, bob, origin);
  const key = world.createsKey(4 * minute, third, bob, bobsKey, origin);
  world.does(5 * minute, key, actions.listBuckets, origin);
  return world;
}

export { alicesKey };
