/**
 * Which session each event belongs to, before sessions are linked.
 *
 * A session is one grant: account + principal + creation time, over all its keys; for a long-term key, the key.
 * Calls that a service forwards on a principal's behalf (forward access sessions) belong to the session of that principal,
 * never to one of their own; the copy of a cross-account call that the role's account logs belongs to its caller's session.
 *
 * Guarantee: decided per distinct caller, not per event, so the cost is linear in events with a small constant; no event
 * is in two sessions. Works on one cell: callers that share no name with others are none of its business.
 */
import type { Caller } from '../cloudtrail/caller';
import { compareText } from '../cloudtrail/text';
import { formatInstant } from '../cloudtrail/time';
import { CoveringSessions } from './covering-sessions';
import { Grants } from './grants';
import type { IssuanceDraft } from './issuances';
import type { EventTable } from './model';
import { actingAccount, ownerOf, principalOf, type SessionDraft } from './session-draft';
import { actionAt, callerAt, timeAt } from './table';

export interface SessionDrafts {
  readonly drafts: Map<string, SessionDraft>;
  /** Draft of each row that a session acted in. */
  readonly draftOfRow: Map<number, SessionDraft>;
}

export function sessionIdOf(accountId: string, principalId: string, grant: number | string | undefined): string {
  const last = typeof grant === 'number' ? formatInstant(grant) : (grant ?? '');
  return `${accountId}|${principalId}|${last}`;
}

/** What a cell tells of its keys. */
export class KnownKeys {
  private readonly issuances: ReadonlyMap<string, IssuanceDraft>;
  /** Creation time that some call with the key tells, where others leave it out; the earliest. */
  private readonly created = new Map<string, number>();

  constructor(issuances: readonly IssuanceDraft[], callers: readonly (Caller | undefined)[]) {
    this.issuances = new Map(
      issuances.filter(({ issuedKey }) => issuedKey !== '').map((each) => [each.issuedKey, each]),
    );
    for (const caller of callers) {
      if (caller?.creationDate !== undefined && caller.accessKeyId !== '') {
        const known = this.created.get(caller.accessKeyId) ?? Infinity;
        this.created.set(caller.accessKeyId, Math.min(known, caller.creationDate));
      }
    }
  }

  issuance(key: string): IssuanceDraft | undefined {
    return this.issuances.get(key);
  }

  createdAt(key: string): number | undefined {
    return this.created.get(key);
  }
}

/** True for a call that an AWS service made on the caller's behalf, with credentials nobody can hold. */
function isForwarded(caller: Caller, keys: KnownKeys): boolean {
  return (
    caller.invokedBy !== '' &&
    (caller.type === 'IAMUser' ||
      caller.type === 'AssumedRole' ||
      caller.type === 'Root' ||
      caller.type === 'FederatedUser') &&
    !(caller.issuer?.arn ?? '').includes(':role/aws-service-role/') &&
    keys.issuance(caller.accessKeyId) === undefined
  );
}

/** Grant of a caller: its creation time, or that of its key in other calls, else the time its key was issued, else its key. */
function grantOf(caller: Caller, keys: KnownKeys): number | string {
  const issuance = keys.issuance(caller.accessKeyId);
  if (issuance?.kind === 'created-key') {
    // Some services write a creation time beside a long-term key: the key stays one session.
    return caller.accessKeyId;
  }
  if (caller.creationDate !== undefined) {
    return caller.creationDate;
  }
  const longTerm = issuance === undefined && (caller.type === 'IAMUser' || caller.type === 'Root');
  return longTerm ? caller.accessKeyId : (keys.createdAt(caller.accessKeyId) ?? issuance?.time ?? caller.accessKeyId);
}

/**
 * Id of a caller's session, unless two grants have the same; undefined for callers that have no session. `keys` needs to
 * know the caller's own key only.
 */
export function baseIdOf(caller: Caller, keys: KnownKeys): string | undefined {
  switch (caller.type) {
    case 'AWSService':
    case 'Absent':
    case 'SAMLUser':
    case 'WebIdentityUser':
      return undefined;
    default: {
      const principal = principalOf(caller);
      if (principal === '' && caller.accessKeyId === '') {
        return undefined;
      }
      return sessionIdOf(actingAccount(caller), principal, grantOf(caller, keys));
    }
  }
}

/** What the sessions of a cell are drafted from. */
export interface DraftInput {
  readonly table: EventTable;
  /** Indexes of callers, in the order of their first rows: the dictionary's own order depends on the files. */
  readonly callers: readonly number[];
  /** Rows of a caller, in order. */
  rowsOf(caller: number): Uint32Array;
  /** Issuances to sessions of these callers, and to others that share a name with them. */
  readonly issuances: readonly IssuanceDraft[];
  readonly keys: KnownKeys;
  /** `baseIdOf` of any caller, of this cell or another. */
  readonly baseIds: readonly (string | undefined)[];
}

export function draftSessions(input: DraftInput): SessionDrafts {
  const { table, keys } = input;
  const ids = splitByIssuer(input);

  const drafts = new Map<string, SessionDraft>();
  const draftOfRow = new Map<number, SessionDraft>();
  const draftFor = (id: string, caller: Caller): SessionDraft => {
    let draft = drafts.get(id);
    if (draft === undefined) {
      const grant = grantOf(caller, keys);
      draft = {
        id,
        accountId: actingAccount(caller),
        principalId: principalOf(caller),
        creationDate: typeof grant === 'number' ? grant : undefined,
        keys: new Set(),
        callers: [],
        rows: [],
      };
      drafts.set(id, draft);
    }
    return draft;
  };

  // Direct calls first: they say which sessions there are. A sign-in is made with no credential: it belongs to the session
  // that it opens, if it opens one, which is found when sessions are linked.
  const isSignInCall = (row: number): boolean => actionAt(table, row).eventSource.startsWith('signin.');
  const later: number[] = [];
  for (const index of input.callers) {
    const caller = table.callers[index];
    const id = ids.get(index);
    if (caller === undefined || id === undefined) {
      continue;
    }
    if (isForwarded(caller, keys) || caller.type === 'AWSAccount') {
      for (const row of input.rowsOf(index)) {
        later.push(row);
      }
      continue;
    }
    const keyless = caller.accessKeyId === '' && caller.creationDate === undefined;
    const rows = [...input.rowsOf(index)].filter((row) => !keyless || !isSignInCall(row));
    if (rows.length === 0) {
      continue;
    }
    const draft = draftFor(id, caller);
    draft.callers.push(caller);
    if (caller.accessKeyId !== '') {
      draft.keys.add(caller.accessKeyId);
    }
    for (const row of rows) {
      draft.rows.push(row);
      draftOfRow.set(row, draft);
    }
  }
  for (const draft of drafts.values()) {
    draft.rows.sort((a, b) => a - b);
  }
  if (later.length > 0) {
    fold(input, later, ids, { drafts, draftOfRow, draftFor });
  }
  return { drafts, draftOfRow };
}

/** Calls that others made or logged for a principal, into the sessions of that principal. */
function fold(
  { table, issuances }: DraftInput,
  later: readonly number[],
  ids: ReadonlyMap<number, string>,
  { drafts, draftOfRow, draftFor }: SessionDrafts & { readonly draftFor: (id: string, caller: Caller) => SessionDraft },
): void {
  const rows = [...later].sort((a, b) => a - b);
  const grants = new Grants(issuances);
  const covering = new CoveringSessions(table, drafts, issuances);
  const twinOf = twinCallers(issuances);
  const folded: { readonly row: number; readonly draft: SessionDraft }[] = [];
  const sessionOf = (caller: Caller, time: number, id: string): SessionDraft => {
    const near = covering.behind(caller);
    if (near !== undefined) {
      return near;
    }
    // Work of a service with a grant of its own: no call for somebody else.
    if (grants.delivered(caller)) {
      return draftFor(id, caller);
    }
    const alive = covering.alive(caller, time);
    if (alive !== undefined) {
      return alive;
    }
    // One that made no call of its own in these logs, or, of unseen origin, one for all of this principal's calls.
    const granted = grants.lastCovering(caller, time);
    return draftFor(sessionIdOf(actingAccount(caller), ownerOf(caller), granted), {
      ...caller,
      principalId: ownerOf(caller),
      creationDate: granted,
      accessKeyId: '',
    });
  };
  // A copy of a call comes after the call it copies, whichever was logged first.
  const copiesLast = [...rows.filter((row) => !twinOf.has(row)), ...rows.filter((row) => twinOf.has(row))];
  for (const row of copiesLast) {
    const caller = callerAt(table, row);
    const id = ids.get(table.caller[row] ?? 0) ?? '';
    const draft = draftOfRow.get(twinOf.get(row) ?? -1) ?? drafts.get(id) ?? sessionOf(caller, timeAt(table, row), id);
    if (draft.callers.length === 0) {
      draft.callers.push(caller);
    }
    draftOfRow.set(row, draft);
    folded.push({ row, draft });
  }
  // Only now: the search above relies on rows in time order.
  for (const { row, draft } of folded) {
    draft.rows.push(row);
  }
  for (const draft of new Set(folded.map((each) => each.draft))) {
    draft.rows.sort((a, b) => a - b);
  }
}

/** Row of the richer copy, by the row of the poorer. */
function twinCallers(issuances: readonly IssuanceDraft[]): ReadonlyMap<number, number> {
  const twins = new Map<number, number>();
  for (const issuance of issuances) {
    for (const row of issuance.twinRows) {
      twins.set(row, issuance.row);
    }
  }
  return twins;
}

/**
 * Two callers may give the same role session name in the same second. Where the issued keys tell the grants apart,
 * the session is split: `…#<smallest key of the grant>` is added to its id.
 */
function splitByIssuer({ table, callers, baseIds, keys: known }: DraftInput): ReadonlyMap<number, string> {
  const ids = new Map<number, string>();
  const grants = new Map<string, Map<string, Set<string>>>();
  for (const index of callers) {
    const id = baseIds[index];
    if (id === undefined) {
      continue;
    }
    ids.set(index, id);
    const key = table.callers[index]?.accessKeyId ?? '';
    const issuance = known.issuance(key);
    if (issuance === undefined || issuance.kind === 'created-key') {
      continue;
    }
    const bySession = grants.get(id) ?? new Map<string, Set<string>>();
    grants.set(id, bySession);
    const issuer = issuerOf(table, issuance.row, baseIds);
    const keys = bySession.get(issuer) ?? new Set<string>();
    bySession.set(issuer, keys);
    keys.add(key);
  }
  const suffixOfKey = new Map<string, string>();
  for (const bySession of grants.values()) {
    if (bySession.size > 1) {
      for (const keys of bySession.values()) {
        const smallest = [...keys].sort(compareText)[0] ?? '';
        for (const key of keys) {
          suffixOfKey.set(key, `#${smallest}`);
        }
      }
    }
  }
  if (suffixOfKey.size > 0) {
    for (const [index, id] of ids) {
      ids.set(index, id + (suffixOfKey.get(table.callers[index]?.accessKeyId ?? '') ?? ''));
    }
  }
  return ids;
}

/** Who made the call in this row, as far as its record alone tells. */
function issuerOf(table: EventTable, row: number, baseIds: readonly (string | undefined)[]): string {
  const issuer = callerAt(table, row);
  if (issuer.invokedBy !== '' && issuer.type !== 'AWSService') {
    // Forwarded calls have a key and a time each, and one caller behind them.
    return `${actingAccount(issuer)}|${ownerOf(issuer)}`;
  }
  return baseIds[table.caller[row] ?? 0] ?? `${issuer.type}|${issuer.invokedBy}|${principalOf(issuer)}`;
}
