/**
 * Which session each event belongs to, before sessions are linked.
 *
 * A session is one grant: account + principal + creation time, over all its keys; for a long-term key, the key.
 * Calls that a service forwards on a principal's behalf (forward access sessions) belong to the session of that principal,
 * never to one of their own; the copy of a cross-account call that the role's account logs belongs to its caller's session.
 *
 * Guarantee: decided per distinct caller, not per event, so the cost is linear in events with a small constant; no event
 * is in two sessions.
 */
import type { Caller } from '../cloudtrail/caller';
import { formatInstant } from '../cloudtrail/time';
import { CoveringSessions } from './covering-sessions';
import { firstFrom } from './in-order';
import type { IssuanceDraft } from './issuances';
import type { EventTable } from './model';
import { principalOf, type SessionDraft } from './session-draft';
import { callerAt, timeAt } from './table';

export type { SessionDraft };

/** `sessionContext.attributes.creationDate` and the issuing call's time may differ by this much, ms. */
export const creationToleranceMs = 2000;

export interface SessionDrafts {
  readonly drafts: Map<string, SessionDraft>;
  /** Draft of each row that a session acted in. */
  readonly draftOfRow: Map<number, SessionDraft>;
}

export function sessionIdOf(accountId: string, principalId: string, grant: number | string | undefined): string {
  const last = typeof grant === 'number' ? formatInstant(grant) : (grant ?? '');
  return `${accountId}|${principalId}|${last}`;
}

/** True for a call that an AWS service made on the caller's behalf, with credentials nobody can hold. */
function isForwarded(caller: Caller, issuedTo: ReadonlyMap<string, IssuanceDraft>): boolean {
  return (
    caller.invokedBy !== '' &&
    (caller.type === 'IAMUser' ||
      caller.type === 'AssumedRole' ||
      caller.type === 'Root' ||
      caller.type === 'FederatedUser') &&
    !(caller.issuer?.arn ?? '').includes(':role/aws-service-role/') &&
    !issuedTo.has(caller.accessKeyId)
  );
}

/** Grant of a caller: its creation time, else the time its key was issued, else its key. */
function grantOf(caller: Caller, issuedTo: ReadonlyMap<string, IssuanceDraft>): number | string {
  const issuance = issuedTo.get(caller.accessKeyId);
  if (issuance?.kind === 'created-key') {
    // Some services write a creation time beside a long-term key: the key stays one session.
    return caller.accessKeyId;
  }
  if (caller.creationDate !== undefined) {
    return caller.creationDate;
  }
  if (issuance !== undefined && caller.type !== 'IAMUser') {
    return issuance.time;
  }
  return caller.accessKeyId;
}

function baseIdOf(caller: Caller, issuedTo: ReadonlyMap<string, IssuanceDraft>): string | undefined {
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
      return sessionIdOf(caller.accountId, principal, grantOf(caller, issuedTo));
    }
  }
}

export function draftSessions(table: EventTable, issuances: readonly IssuanceDraft[]): SessionDrafts {
  const issuedTo = new Map<string, IssuanceDraft>();
  for (const issuance of issuances) {
    if (issuance.issuedKey !== '') {
      issuedTo.set(issuance.issuedKey, issuance);
    }
  }
  const baseIds = table.callers.map((caller) => baseIdOf(caller, issuedTo));
  const ids = splitByIssuer(table, baseIds, issuedTo);

  const drafts = new Map<string, SessionDraft>();
  const draftOfRow = new Map<number, SessionDraft>();
  const draftFor = (id: string, caller: Caller): SessionDraft => {
    let draft = drafts.get(id);
    if (draft === undefined) {
      const grant = grantOf(caller, issuedTo);
      draft = {
        id,
        accountId: caller.accountId,
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
  const put = (row: number, draft: SessionDraft): void => {
    draft.rows.push(row);
    draftOfRow.set(row, draft);
  };

  // Direct calls first: they say which sessions there are.
  const foldLater = new Set<number>();
  const direct: (SessionDraft | undefined)[] = table.callers.map(() => undefined);
  for (const index of callersAsSeen(table)) {
    const caller = table.callers[index];
    const id = ids[index];
    if (caller === undefined || id === undefined) {
      continue;
    }
    if (isForwarded(caller, issuedTo) || caller.type === 'AWSAccount') {
      foldLater.add(index);
      continue;
    }
    const draft = draftFor(id, caller);
    draft.callers.push(caller);
    if (caller.accessKeyId !== '') {
      draft.keys.add(caller.accessKeyId);
    }
    direct[index] = draft;
  }
  const later: number[] = [];
  for (let row = 0; row < table.count; row++) {
    const index = table.caller[row] ?? 0;
    const draft = direct[index];
    if (draft !== undefined) {
      put(row, draft);
    } else if (foldLater.has(index)) {
      later.push(row);
    }
  }

  // Sessions whose every call a service made, but whose grant is known: service work, not a forwarded call.
  const granted = new GrantIndex(issuances);
  const covering = new CoveringSessions(table, drafts, draftOfRow, issuances);
  const twinOf = twinCallers(issuances);
  const folded: { readonly row: number; readonly draft: SessionDraft }[] = [];
  // A copy of a call comes after the call it copies, whichever was logged first.
  const copiesLast = [...later.filter((row) => !twinOf.has(row)), ...later.filter((row) => twinOf.has(row))];
  for (const row of copiesLast) {
    const index = table.caller[row] ?? 0;
    const caller = callerAt(table, row);
    const id = ids[index] ?? '';
    const known = draftOfRow.get(twinOf.get(row) ?? -1) ?? drafts.get(id);
    const draft =
      known ??
      (granted.has(caller) ? draftFor(id, caller) : covering.find(caller, timeAt(table, row))) ??
      // Nothing to fold into: one session for all of this principal's calls of unseen origin.
      draftFor(sessionIdOf(caller.accountId, principalOf(caller), undefined), {
        ...caller,
        creationDate: undefined,
        accessKeyId: '',
      });
    if (draft.callers.length === 0) {
      draft.callers.push(caller);
    }
    draftOfRow.set(row, draft);
    folded.push({ row, draft });
  }
  // Only now: the search above relies on rows in time order.
  for (const { row, draft } of folded) {
    put(row, draft);
  }
  for (const draft of drafts.values()) {
    draft.rows.sort((a, b) => a - b);
  }
  return { drafts, draftOfRow };
}

/** Indexes of the callers in the order of their first events: the dictionary's own order depends on the files. */
function callersAsSeen(table: EventTable): ReadonlySet<number> {
  return new Set(table.caller);
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
function splitByIssuer(
  table: EventTable,
  baseIds: readonly (string | undefined)[],
  issuedTo: ReadonlyMap<string, IssuanceDraft>,
): readonly (string | undefined)[] {
  const grants = new Map<string, Map<string, Set<string>>>();
  table.callers.forEach((caller, index) => {
    const id = baseIds[index];
    const issuance = issuedTo.get(caller.accessKeyId);
    if (id === undefined || issuance === undefined || issuance.kind === 'created-key') {
      return;
    }
    const issuer = callerAt(table, issuance.row);
    const issuerId =
      baseIds[table.caller[issuance.row] ?? 0] ?? `${issuer.type}|${issuer.invokedBy}|${principalOf(issuer)}`;
    const bySession = grants.get(id) ?? new Map<string, Set<string>>();
    grants.set(id, bySession);
    const keys = bySession.get(issuerId) ?? new Set<string>();
    bySession.set(issuerId, keys);
    keys.add(caller.accessKeyId);
  });
  const suffixOfKey = new Map<string, string>();
  for (const bySession of grants.values()) {
    if (bySession.size > 1) {
      for (const keys of bySession.values()) {
        const smallest = [...keys].sort()[0] ?? '';
        for (const key of keys) {
          suffixOfKey.set(key, `#${smallest}`);
        }
      }
    }
  }
  return suffixOfKey.size === 0
    ? baseIds
    : baseIds.map((id, index) =>
        id === undefined ? id : id + (suffixOfKey.get(table.callers[index]?.accessKeyId ?? '') ?? ''),
      );
}

/** Grants by what their sessions are called, for callers whose key is not in the logs. */
class GrantIndex {
  private readonly times = new Map<string, number[]>();

  constructor(issuances: readonly IssuanceDraft[]) {
    for (const issuance of issuances) {
      for (const name of [issuance.principalId, `${issuance.roleArn}/${issuance.sessionName}`]) {
        const times = this.times.get(name) ?? [];
        this.times.set(name, times);
        times.push(issuance.time);
      }
    }
    for (const times of this.times.values()) {
      times.sort((a, b) => a - b);
    }
  }

  /** True when an issuance to this caller's principal has its creation time. */
  has(caller: Caller): boolean {
    const created = caller.creationDate;
    if (created === undefined) {
      return false;
    }
    const name = caller.principalId.slice(caller.principalId.indexOf(':') + 1);
    return [caller.principalId, `${caller.issuer?.arn ?? ''}/${name}`].some((key) => {
      const times = this.times.get(key) ?? [];
      const next = times[firstFrom(times, created - creationToleranceMs, (time) => time)];
      return next !== undefined && next <= created + creationToleranceMs;
    });
  }
}
