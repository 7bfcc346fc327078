/** Everything that `who` knows, the most exact first: ids before names, what acted before what was only asked for. */
import { absentFinders, identityFinders, nameFinders } from './who-identities';
import { keyFinders } from './who-keys';
import type { Finder } from './who-match';
import { accountFinders, traceFinders } from './who-traces';

export const finders: readonly Finder[] = [
  ...keyFinders,
  ...identityFinders,
  ...traceFinders,
  ...nameFinders,
  ...accountFinders,
  ...absentFinders,
];
