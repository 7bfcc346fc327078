/** A session before it is linked: what its own calls say of it. */
import type { Caller } from '../cloudtrail/caller';

export interface SessionDraft {
  readonly id: string;
  readonly accountId: string;
  readonly principalId: string;
  readonly creationDate: number | undefined;
  readonly keys: Set<string>;
  readonly callers: Caller[];
  readonly rows: number[];
}

export function principalOf(caller: Caller): string {
  return caller.principalId || caller.arn || caller.userName;
}

/** The longest a temporary credential lives where the logs do not say: GetSessionToken's 36 hours. */
export const longestLifeMs = 36 * 3600 * 1000;
