/**
 * A session before it is linked: what its own calls say of it, and what its principal is called.
 *
 * Guarantee: total; what a record does not tell is ''.
 */
import type { Caller } from '../cloudtrail/caller';
import { roleNameOf, splitPrincipalId } from '../cloudtrail/record';
import { isMasked, lastSegment } from '../cloudtrail/text';

/** Name of a session's principal, as its id has it. */
export function principalOf(caller: Caller): string {
  const masked = caller.creationDate === undefined && isMasked(caller.principalId);
  return (masked ? '' : caller.principalId) || caller.arn || caller.userName;
}

/**
 * Whose calls these are, when that is all there is to go by. Publishers mask `AROA****************:name` so that it is the
 * same for everybody: then the ARN tells.
 */
export function ownerOf(caller: Caller): string {
  return (isMasked(caller.principalId) ? '' : caller.principalId) || caller.arn || caller.userName;
}

/** Session name of a role's caller; '' when its record does not tell. */
export function sessionNameOf(caller: Caller): string {
  return splitPrincipalId(caller.principalId).name || (roleNameOf(caller.arn) === '' ? '' : lastSegment(caller.arn));
}

/** Account that a caller acts for: that of its role where the record names both. */
export function actingAccount(caller: Caller): string {
  return (caller.type === 'AssumedRole' ? caller.issuer?.accountId : undefined) || caller.accountId;
}

/** A use that much before the issuance is a matter of clocks, ms. */
export const earlyToleranceMs = 5000;
/** A use that much after the expiration is one too, ms. */
export const lateToleranceMs = 60_000;
/** The longest a temporary credential lives where the logs do not say: GetSessionToken's 36 hours. */
export const longestLifeMs = 36 * 3600 * 1000;
