/**
 * Credentials that were handed out and that no session used: their sessions and roles are known from the issuing record.
 *
 * Guarantee: whole names only; a match leads to whoever asked for the credential, and to the record that issued it.
 */
import { accountOf, roleNameOf, splitPrincipalId } from '../cloudtrail/record';
import type { Issuance, LineageModel } from '../lineage/model';
import { asked, found, type Finder } from './who-match';

function unused(matched: string, test: (issuance: Issuance, name: string) => boolean): Finder {
  return ({ issuances }: LineageModel, name) => {
    const issued = issuances.filter(
      (issuance) => issuance.childSession === undefined && issuance.roleArn !== '' && test(issuance, name),
    );
    return found(
      matched,
      issued.flatMap(({ callerSession }) => callerSession ?? []),
      asked(
        issued.map(({ row }) => row),
        'issued a credential that nobody used here',
      ),
    );
  };
}

function isSessionArn({ roleArn, sessionName }: Issuance, name: string): boolean {
  const [, account = '', rest = ''] = /^arn:[\w-]+:sts::(\d*):assumed-role\/(.+)$/.exec(name) ?? [];
  const segments = rest.split('/');
  return (
    segments.length > 1 &&
    segments.at(-1) === sessionName &&
    segments.at(-2) === roleNameOf(roleArn) &&
    account === accountOf(roleArn)
  );
}

export const deliveryFinders: readonly Finder[] = [
  unused(
    'session that was issued and never used here',
    (issuance, name) => issuance.assumedRoleId === name || isSessionArn(issuance, name),
  ),
  unused(
    'role of credentials that nobody used here',
    ({ roleArn, assumedRoleId }, name) =>
      roleArn === name ||
      roleNameOf(roleArn) === name ||
      (assumedRoleId !== '' && splitPrincipalId(assumedRoleId).id === name),
  ),
];
