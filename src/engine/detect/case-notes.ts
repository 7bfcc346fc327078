/** What the coverage says of the decisions of the case file: what they hide, and which of them have had their day. */
import type { Suppression } from '../case-settings';
import type { CoverageNote } from '../contract';
import { clean, counted, listed } from './text';

export interface CaseUse {
  /** Findings that are hidden. */
  readonly hidden: number;
  readonly expired: readonly Suppression[];
  /** Suppressions that no finding of these logs needs. */
  readonly unneeded: readonly Suppression[];
  /** Allowed chains that no chain of these logs needs. */
  readonly unneededChains: readonly string[];
}

/** Why a finding is hidden whose chain is allowed. */
export function allowedBy(pattern: string): string {
  return `the case file allows chains like ${pattern}`;
}

export function suppressionNotes({ hidden, expired, unneeded, unneededChains }: CaseUse): CoverageNote[] {
  const note = (id: string, message: string): CoverageNote[] => [{ id, message }];
  return [
    ...(hidden === 0 ? [] : note('suppressed', `${counted(hidden, 'finding')} hidden by the case file.`)),
    ...(expired.length === 0
      ? []
      : note(
          'suppressions-expired',
          `${counted(expired.length, 'suppression')} of the case file expired and no longer applied: ${listed(expired.map(wordsOf), 6)}.`,
        )),
    ...(unneeded.length === 0
      ? []
      : note(
          'suppressions-stale',
          `${counted(unneeded.length, 'suppression')} of the case file hid nothing in these logs: ${listed(unneeded.map(wordsOf), 6)}. Remove what is over.`,
        )),
    ...(unneededChains.length === 0
      ? []
      : note(
          'allowed-chains-stale',
          `${counted(unneededChains.length, 'allowed chain')} of the case file fit no chain in these logs: ${listed(
            unneededChains.map((pattern) => clean(pattern, 96)),
            6,
          )}.`,
        )),
  ];
}

/** Its matchers, and the reason that was given: `rule role-chain-depth, caller alice (“exercise”)`. */
function wordsOf({ reason, author: _author, expires, ...matchers }: Suppression): string {
  const words = Object.entries(matchers).map(([name, value]) => `${name} ${clean(value, 64)}`);
  return `${words.join(' + ')} (“${clean(reason, 64)}”${expires === undefined ? '' : `, until ${clean(expires, 32)}`})`;
}
