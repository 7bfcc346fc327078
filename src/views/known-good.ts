/**
 * What a team may know about a finding that makes it expected: entries of the case file's lists, the narrowest first.
 *
 * Guarantee: pure; only lists that the rule of the finding reads; every entry is one that the case file takes, and matches no
 * more than it says: wildcards in names from logs stand for themselves.
 */
import { accountOf } from '../engine/cloudtrail/record';
import type { Finding } from '../engine/contract';
import { caseListsOf, type CaseList } from '../engine/detect/case-lists';
import { parseRange } from '../engine/detect/cidr';

export interface KnownGood {
  readonly list: CaseList;
  readonly entry: string;
}

/** `ownAccounts`: those that received the events. */
export function knownGoodFor(finding: Finding, ownAccounts: readonly string[]): readonly KnownGood[] {
  return (caseListsOf[finding.rule] ?? []).flatMap((list) =>
    entriesOf(list, finding, ownAccounts).map((entry) => ({ list, entry })),
  );
}

function entriesOf(list: CaseList, { entities, sessions }: Finding, ownAccounts: readonly string[]): readonly string[] {
  switch (list) {
    case 'allowedChains':
      return entities.roles.length === 0 ? [] : [entities.roles.map(literalGlob).join('>')];
    case 'trustedCidrs':
      return [...new Set(entities.addresses.flatMap(rangesOf))];
    case 'trustedAccounts': {
      const seen = [...entities.roles.map(accountOf), ...sessions.map((id) => id.split('|')[0] ?? '')];
      return [...new Set(seen)].filter((account) => /^\d{12}$/.test(account) && !ownAccounts.includes(account));
    }
    case 'ciRoles':
    case 'breakGlassRoles':
    case 'securityToolRoles':
      return [...new Set(entities.roles.map(literalGlob))];
  }
}

/** The address, then the network that is usually given out as one: /24, /64. An endpoint before the address is left out. */
function rangesOf(location: string): readonly string[] {
  const address = location.slice(location.indexOf(' ') + 1);
  if (parseRange(address) === undefined) return [];
  const octets = /^(\d+\.\d+\.\d+)\.\d+$/.exec(address)?.[1];
  if (octets !== undefined) return [address, `${octets}.0/24`];
  return [address, `${address}/64`].filter((range) => parseRange(range) !== undefined);
}

/** A text as a glob that matches only itself. */
export function literalGlob(text: string): string {
  return text.replace(/[\\*?[\]{}()!+@|]/g, '\\$&');
}
