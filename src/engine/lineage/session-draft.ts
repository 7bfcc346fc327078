/**
 * A session before it is linked: what its own calls say of it, and what its principal is called.
 *
 * Guarantee: total; what a record does not tell is ''.
 */
import type { Caller } from '../cloudtrail/caller';
import { roleNameOf, splitPrincipalId } from '../cloudtrail/record';
import { isMasked, lastSegment } from '../cloudtrail/text';
import type { DraftLink } from './link';
import type { SessionFacts } from './linked-session';

export class SessionDraft {
  /** Keys of its calls, each once. */
  keys: readonly string[] = none;
  /** Whoever made its first calls; `undefined` where it made none in these logs. */
  caller: Caller | undefined;
  /** Some call tells how EC2 delivered its credential. */
  delivered = false;
  /** In order. */
  rows: Uint32Array = noRows;
  /** Number among the drafts that `Actors` knows; in a model the index of the session. */
  index = -1;
  /** What it learned of its origin. */
  link: DraftLink | undefined;
  /** What is told of it whatever its place in a model; known once it is linked. */
  facts: SessionFacts | undefined;

  constructor(
    readonly id: string,
    /** It is linked to what is in its cell only. */
    readonly cell: number,
    readonly accountId: string,
    readonly principalId: string,
    readonly creationDate: number | undefined,
  ) {}

  /** A call of this caller is one of its own. */
  takes(caller: Caller): void {
    this.caller ??= caller;
    this.delivered ||= caller.ec2RoleDelivery !== undefined;
  }
}

const none: readonly string[] = [];
const noRows = new Uint32Array(0);

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
