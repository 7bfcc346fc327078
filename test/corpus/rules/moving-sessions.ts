/** Sessions that move, as the cases of `session-multi-origin` have them, and what databases of addresses know. */
import { actions, type Caller, type Origin, type Session } from '../../../scripts/sample/records';
import type { AddressFacts, NetworkFacts } from '../../../src/engine/network-facts';
import { from, minute, office, R1, type World } from '../../unit/engine/support/world';
import { told } from './instance-worlds';

export const home = from('203.0.113.7');
export const away = from('198.51.100.9');
export const boto = 'Boto3/1.34.84 md/Botocore#1.34.84 ua/2.0 os/linux#6.6 md/arch#x86_64 lang/python#3.11.8';

/** At home in the first minute, elsewhere in the fifth. */
export function moves(world: World, session: Caller, to: Origin = away, first: Origin = home): void {
  world.does(minute, session, actions.listBuckets, first).does(5 * minute, session, actions.listBuckets, to);
}

/** Home, elsewhere, home again, in ten minutes. */
export function alternates(world: World, session: Caller, to: Origin = away, first: Origin = home): void {
  moves(world, session, to, first);
  world.does(10 * minute, session, actions.listBuckets, first);
}

/** A role that alice assumed, and what its session does. */
export function roleOf(name: string, happens: (world: World, session: Session) => void): () => World {
  return told(name, (world) => {
    happens(world, world.assumes(0, world.alice, R1, office));
  });
}

export function databases(known: Readonly<Record<string, AddressFacts>>): { readonly network: NetworkFacts } {
  return { network: { of: (address) => known[address] } };
}

export const berlin: AddressFacts = {
  country: 'DE',
  latitude: 52.5,
  longitude: 13.4,
  asn: 64496,
  organization: 'Example One',
};
export const potsdam: AddressFacts = { country: 'DE', latitude: 52.4, longitude: 13.05, asn: 64497 };
export const munich: AddressFacts = { country: 'DE', latitude: 48.1, longitude: 11.6, asn: 64498 };
export const vienna: AddressFacts = { country: 'AT' };
export const saoPaulo: AddressFacts = { country: 'BR', latitude: -23.5, longitude: -46.6, asn: 64499 };
