/** Accounts that are no strangers: own ones and those that the case file trusts. */
import type { DetectionInput } from './detector';

export function knownAccounts({ ownAccounts, settings }: DetectionInput): ReadonlySet<string> {
  return new Set([...ownAccounts, ...settings.trustedAccounts.map((account) => account.id)]);
}

/** Behind the name of an account, or of several: `is none of the known accounts: 2 own, 1 trusted.` */
export function accountsWords({ ownAccounts, settings }: DetectionInput, accounts = 1): string {
  const trusted = settings.trustedAccounts.length;
  const derived =
    settings.ownAccounts.length === 0
      ? ' Own accounts were derived: those that received the events; name them under ownAccounts in the case file.'
      : '';
  return `${accounts > 1 ? 'are' : 'is'} none of the known accounts: ${String(ownAccounts.size)} own, ${String(trusted)} trusted.${derived}`;
}
