/**
 * Attacks upon the ordinary life, each written by hand after a "Fires" line of a rule, and what has to be found of each.
 *
 * Guarantee: a function of the life; nothing here knows how detectors work.
 */
import type { OrdinaryLife } from '../life/ordinary-life';
import { chains } from './chains';
import { containment } from './containment';
import { doubtful } from './doubtful';
import { evasion } from './evasion';
import { instanceThefts } from './instances';
import { otherAccounts } from './other-accounts';
import { otherWays } from './other-ways';
import { places } from './places';
import type { Attack } from './scene';
import { tokens } from './tokens';
import { trust } from './trust';

export type { Attack, Entity, Expected, Severity } from './scene';

export function attacksUpon(life: OrdinaryLife): Attack[] {
  return [
    ...chains(life),
    ...instanceThefts(life),
    ...places(life),
    ...trust(life),
    ...tokens(life),
    ...evasion(life),
    ...otherAccounts(life),
    ...containment(life),
    ...doubtful(life),
    ...otherWays(life),
  ];
}
