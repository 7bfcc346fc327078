/** Chains of assumed roles longer than any. */
import { role, type Session } from '../../../../scripts/sample/records';
import { account, World } from '../support/world';

/** A chain of so many hops through so many roles, with the session at its end. */
export function longChain(hops: number, roles: number): { readonly world: World; readonly last: Session } {
  const world = new World('long chain');
  const through = Array.from({ length: hops }, (_, at) => role(account, `R${String(at % roles)}`));
  return { world, last: world.chain(0, world.alice, through) };
}
