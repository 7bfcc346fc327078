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
import type { Actors } from './actors';
import { ActionClass, classesOf } from './classes';
import { CoveringSessions } from './covering-sessions';
import { Grants } from './grants';
import { joinedRows, rowsOfCallers, withRows } from './in-order';
import type { EventTable } from './model';
import { actingAccount, ownerOf, principalOf } from './session-draft';
import { callerAt, timeAt } from './table';
import { DraftsById } from './drafts-by-id';
import { type IssuanceDraft, SessionDraft } from './drafts';

export function sessionIdOf(accountId: string, principalId: string, grant: number | string | undefined): string {
  const last = typeof grant === 'number' ? formatInstant(grant) : (grant ?? '');
  return `${accountId}|${principalId}|${last}`;
}

/** What is told of the keys of some callers. All that tells of a key is in one cell. */
export class KnownKeys {
  /** Position of the issuance of a caller's key, by index of caller; -1 where none is known. */
  private readonly issued: Int32Array;
  /** Creation time that some call with the key tells, where others leave it out; the earliest. Built at the first question. */
  private created: ReadonlyMap<string, number> | undefined;

  constructor(
    private readonly table: EventTable,
    private readonly callers: readonly number[],
    private readonly issuances: readonly IssuanceDraft[],
  ) {
    const byKey = new Map<string, number>();
    issuances.forEach(({ issuedKey }, at) => {
      if (issuedKey !== '') {
        byKey.set(issuedKey, at);
      }
    });
    this.issued = new Int32Array(table.callers.length).fill(-1);
    for (const index of callers) {
      const key = table.callers[index]?.accessKeyId ?? '';
      this.issued[index] = key === '' ? -1 : (byKey.get(key) ?? -1);
    }
  }

  /** What handed out the key of a caller. */
  issuanceTo(index: number): IssuanceDraft | undefined {
    return this.issuances[this.issued[index] ?? -1];
  }

  createdAt(key: string): number | undefined {
    this.created ??= this.creationTimes();
    return this.created.get(key);
  }

  /** Of the keys that some call tells no creation time of. */
  private creationTimes(): ReadonlyMap<string, number> {
    const created = new Map<string, number>();
    for (const index of this.callers) {
      const caller = this.table.callers[index];
      if (caller !== undefined && caller.creationDate === undefined && caller.accessKeyId !== '') {
        created.set(caller.accessKeyId, Infinity);
      }
    }
    for (const index of created.size === 0 ? [] : this.callers) {
      const caller = this.table.callers[index];
      const known = caller?.creationDate === undefined ? undefined : created.get(caller.accessKeyId);
      if (caller?.creationDate !== undefined && known !== undefined) {
        created.set(caller.accessKeyId, Math.min(known, caller.creationDate));
      }
    }
    for (const [key, time] of created) {
      if (time === Infinity) {
        created.delete(key);
      }
    }
    return created;
  }
}

/** True for a call that an AWS service made on the caller's behalf, with credentials nobody can hold. */
function isForwarded(caller: Caller, issuance: IssuanceDraft | undefined): boolean {
  return (
    caller.invokedBy !== '' &&
    (caller.type === 'IAMUser' ||
      caller.type === 'AssumedRole' ||
      caller.type === 'Root' ||
      caller.type === 'FederatedUser') &&
    !(caller.issuer?.arn ?? '').includes(':role/aws-service-role/') &&
    issuance === undefined
  );
}

/** Grant of a caller: its creation time, or that of its key in other calls, else the time its key was issued, else its key. */
function grantOf(caller: Caller, issuance: IssuanceDraft | undefined, keys: KnownKeys): number | string {
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
 * Id of a caller's session, unless two grants have the same; undefined for callers that have no session. `issuance`: of its
 * key; `keys` needs to know the caller's own key only.
 */
export function baseIdOf(caller: Caller, issuance: IssuanceDraft | undefined, keys: KnownKeys): string | undefined {
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
      return sessionIdOf(actingAccount(caller), principal, grantOf(caller, issuance, keys));
    }
  }
}

/** What the sessions of some cells are drafted from. */
export interface DraftInput {
  readonly table: EventTable;
  /** Indexes of callers, in the order of their first rows: the dictionary's own order depends on the files. */
  readonly callers: readonly number[];
  cellOf(caller: number): number;
  /** Rows of a caller, in order. */
  rowsOf(caller: number): Uint32Array;
  /** Issuances to sessions of these callers, and to others that share a name with them. */
  readonly issuances: readonly IssuanceDraft[];
  readonly keys: KnownKeys;
  /** `baseIdOf` of any caller, of these cells or others. */
  readonly baseIds: (string | undefined)[];
  /** Told of every draft and of the rows that it acted in. */
  readonly actors: Actors;
}

export function draftSessions(input: DraftInput): DraftsById {
  const { table, keys, actors } = input;
  const ids = splitByIssuer(input);
  const drafts = new DraftsById();
  const draftFor = (id: string, cell: number, caller: Caller, issuance: IssuanceDraft | undefined): SessionDraft => {
    let draft = drafts.get(id, cell);
    if (draft === undefined) {
      const grant = grantOf(caller, issuance, keys);
      const created = typeof grant === 'number' ? grant : undefined;
      draft = new SessionDraft(id, cell, actingAccount(caller), principalOf(caller), created);
      drafts.add(draft);
      actors.add(draft);
    }
    return draft;
  };

  // Direct calls first: they say which sessions there are. A sign-in is made with no credential: it belongs to the session
  // that it opens, if it opens one, which is found when sessions are linked.
  const actionClasses = classesOf(table).ofActions(table.actions);
  const isSignInCall = (row: number): boolean =>
    ((actionClasses[table.action[row] ?? 0] ?? 0) & ActionClass.signIn) !== 0;
  const later: number[] = [];
  const rowsOf = new RowsOfDrafts();
  const keysOf = new Map<SessionDraft, Set<string>>();
  for (const index of input.callers) {
    const caller = table.callers[index];
    const id = ids[index];
    const all = input.rowsOf(index);
    actors.clear(all);
    if (caller === undefined || id === undefined) {
      continue;
    }
    const issuance = keys.issuanceTo(index);
    if (isForwarded(caller, issuance) || caller.type === 'AWSAccount') {
      later.push(index);
      continue;
    }
    const keyless = caller.accessKeyId === '' && caller.creationDate === undefined;
    const rows = keyless && all.some(isSignInCall) ? all.filter((row) => !isSignInCall(row)) : all;
    if (rows.length === 0) {
      continue;
    }
    const draft = draftFor(id, input.cellOf(index), caller, issuance);
    if (input.baseIds[index] === draft.id) {
      // One text for all its callers.
      input.baseIds[index] = draft.id;
    }
    draft.takes(caller);
    addKey(draft, caller.accessKeyId, keysOf);
    rowsOf.add(draft, rows);
    actors.setAll(rows, draft);
  }
  for (const [draft, all] of keysOf) {
    draft.keys = [...all];
  }
  rowsOf.finish();
  if (later.length > 0) {
    fold(input, later, ids, drafts, draftFor);
  }
  return drafts;
}

/** Most sessions have one key; of one with many they are told apart in a set. */
function addKey(draft: SessionDraft, key: string, keysOf: Map<SessionDraft, Set<string>>): void {
  if (key === '' || draft.keys[0] === key) {
    return;
  }
  if (draft.keys.length === 0) {
    draft.keys = [key];
    return;
  }
  const keys = keysOf.get(draft) ?? new Set(draft.keys);
  keysOf.set(draft, keys);
  keys.add(key);
}

/** Rows of several callers put together, each list in order. */
class RowsOfDrafts {
  private readonly parts = new Map<SessionDraft, Uint32Array[]>();

  /** `rows` may be part of a greater array: it is not copied unless it has to be put together with others. */
  add(draft: SessionDraft, rows: Uint32Array): void {
    if (draft.rows.length === 0) {
      draft.rows = rows;
      return;
    }
    const parts = this.parts.get(draft);
    if (parts === undefined) {
      this.parts.set(draft, [draft.rows, rows]);
    } else {
      parts.push(rows);
    }
  }

  finish(): void {
    for (const [draft, parts] of this.parts) {
      draft.rows = joinedRows(parts);
    }
  }
}

/** Calls that others made or logged for a principal, into the sessions of that principal. */
function fold(
  input: DraftInput,
  later: readonly number[],
  ids: readonly (string | undefined)[],
  drafts: DraftsById,
  draftFor: (id: string, cell: number, caller: Caller, issuance: IssuanceDraft | undefined) => SessionDraft,
): void {
  const { table, issuances, keys, actors } = input;
  const rows = rowsOfCallers(table, later, (caller) => input.rowsOf(caller));
  const cells = new Set(later.map((caller) => input.cellOf(caller)));
  const services = new Set(later.map((caller) => table.callers[caller]?.invokedBy ?? ''));
  const grants = new Grants(issuances, cells);
  const covering = new CoveringSessions(table, drafts, issuances, actors, cells, services);
  const twinOf = twinCallers(issuances);
  const folded = new Map<SessionDraft, number[]>();
  const behind = new Map<number, SessionDraft | null>();
  const named = new Map<number, SessionDraft>();
  const sessionAt = (index: number, caller: Caller, time: number): SessionDraft => {
    const cell = input.cellOf(index);
    const id = ids[index] ?? '';
    const known = named.get(index) ?? drafts.get(id, cell);
    if (known !== undefined) {
      named.set(index, known);
      return known;
    }
    let near = behind.get(index);
    if (near === undefined) {
      near = covering.behind(caller, cell) ?? null;
      behind.set(index, near);
    }
    if (near !== null) {
      return near;
    }
    // Work of a service with a grant of its own: no call for somebody else.
    if (grants.delivered(caller, cell)) {
      return draftFor(id, cell, caller, keys.issuanceTo(index));
    }
    const alive = covering.alive(caller, cell, time);
    if (alive !== undefined) {
      return alive;
    }
    // One that made no call of its own in these logs, or, of unseen origin, one for all of this principal's calls.
    const granted = grants.lastCovering(caller, cell, time);
    const ownId = sessionIdOf(actingAccount(caller), ownerOf(caller), granted);
    return (
      drafts.get(ownId, cell) ??
      draftFor(
        ownId,
        cell,
        { ...caller, principalId: ownerOf(caller), creationDate: granted, accessKeyId: '' },
        undefined,
      )
    );
  };
  const foldRow = (row: number): void => {
    const index = table.caller[row] ?? 0;
    const caller = callerAt(table, row);
    const twin = twinOf.get(row);
    const draft = (twin === undefined ? undefined : actors.at(twin)) ?? sessionAt(index, caller, timeAt(table, row));
    if (draft.caller === undefined) {
      draft.takes(caller);
    }
    actors.set(row, draft);
    const list = folded.get(draft);
    if (list === undefined) {
      folded.set(draft, [row]);
    } else {
      list.push(row);
    }
  };
  // A copy of a call comes after the call it copies, whichever was logged first.
  for (const row of rows) {
    if (!twinOf.has(row)) {
      foldRow(row);
    }
  }
  for (const row of twinOf.size === 0 ? [] : rows) {
    if (twinOf.has(row)) {
      foldRow(row);
    }
  }
  // Only now: the search above relies on rows in time order.
  for (const [draft, more] of folded) {
    draft.rows = withRows(draft.rows, more);
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
function splitByIssuer({ table, callers, baseIds, keys: known }: DraftInput): readonly (string | undefined)[] {
  const grants = new Map<string, IssuedKeys>();
  let several = false;
  for (const index of callers) {
    const id = baseIds[index];
    const key = table.callers[index]?.accessKeyId ?? '';
    const issuance = id === undefined ? undefined : known.issuanceTo(index);
    if (id === undefined || issuance === undefined || issuance.kind === 'created-key') {
      continue;
    }
    const grant = grants.get(id);
    if (grant === undefined) {
      grants.set(id, { issuance, more: undefined });
      continue;
    }
    // Most have one key, and nobody asks who issued it.
    if (grant.more === undefined && grant.issuance !== issuance) {
      const { row, issuedKey } = grant.issuance;
      grant.more = new Map([[issuerOf(table, row, baseIds), new Set([issuedKey])]]);
    }
    if (grant.more !== undefined) {
      const issuer = issuerOf(table, issuance.row, baseIds);
      const keys = grant.more.get(issuer) ?? new Set<string>();
      grant.more.set(issuer, keys);
      keys.add(key);
      several ||= grant.more.size > 1;
    }
  }
  if (!several) {
    return baseIds;
  }
  const suffixOfKey = new Map<string, string>();
  for (const { more } of grants.values()) {
    if (more !== undefined && more.size > 1) {
      for (const keys of more.values()) {
        const smallest = [...keys].sort(compareText)[0] ?? '';
        for (const key of keys) {
          suffixOfKey.set(key, `#${smallest}`);
        }
      }
    }
  }
  const ids = [...baseIds];
  for (const index of callers) {
    const id = baseIds[index];
    const suffix = suffixOfKey.get(table.callers[index]?.accessKeyId ?? '');
    if (id !== undefined && suffix !== undefined) {
      ids[index] = id + suffix;
    }
  }
  return ids;
}

/** What handed out the first key of a session, and all its keys by who issued them where there are more. */
interface IssuedKeys {
  readonly issuance: IssuanceDraft;
  more: Map<string, Set<string>> | undefined;
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
