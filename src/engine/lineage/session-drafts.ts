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
import type { IssuanceDraft } from './issuances';
import type { EventTable } from './model';
import { actionAt, callerAt, timeAt } from './table';

/** `sessionContext.attributes.creationDate` and the issuing call's time may differ by this much, ms. */
export const creationToleranceMs = 2000;
/** How far a forwarded call's own creation time may be from the direct call that caused it, ms. */
const forwardToleranceMs = 5000;
/** The longest a temporary credential lives where the logs do not say: GetSessionToken's 36 hours. */
const longestLifeMs = 36 * 3600 * 1000;

export interface SessionDraft {
  readonly id: string;
  readonly accountId: string;
  readonly principalId: string;
  readonly creationDate: number | undefined;
  readonly keys: Set<string>;
  readonly callers: Caller[];
  readonly rows: number[];
}

export interface SessionDrafts {
  readonly drafts: Map<string, SessionDraft>;
  /** Draft of each row that a session acted in. */
  readonly draftOfRow: Map<number, SessionDraft>;
}

export function principalOf(caller: Caller): string {
  return caller.principalId || caller.arn || caller.userName;
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
  if (caller.creationDate !== undefined) {
    return caller.creationDate;
  }
  const issuance = issuedTo.get(caller.accessKeyId);
  if (issuance !== undefined && issuance.kind !== 'created-key' && caller.type !== 'IAMUser') {
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
  const direct: (SessionDraft | undefined)[] = table.callers.map((caller, index) => {
    const id = ids[index];
    if (id === undefined) {
      return undefined;
    }
    if (isForwarded(caller, issuedTo) || caller.type === 'AWSAccount') {
      foldLater.add(index);
      return undefined;
    }
    const draft = draftFor(id, caller);
    draft.callers.push(caller);
    if (caller.accessKeyId !== '') {
      draft.keys.add(caller.accessKeyId);
    }
    return draft;
  });
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
  const covering = new CoveringSessions(table, drafts, issuances);
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
  }

  /** True when an issuance to this caller's principal has its creation time. */
  has(caller: Caller): boolean {
    const created = caller.creationDate;
    if (created === undefined) {
      return false;
    }
    const name = caller.principalId.slice(caller.principalId.indexOf(':') + 1);
    return [caller.principalId, `${caller.issuer?.arn ?? ''}/${name}`].some((key) =>
      (this.times.get(key) ?? []).some((time) => Math.abs(time - created) <= creationToleranceMs),
    );
  }
}

/** Finds the session of a principal that was alive, and busy, at an instant. */
class CoveringSessions {
  private readonly byPrincipal = new Map<string, SessionDraft[]>();
  private readonly expirations = new Map<string, number>();

  constructor(
    private readonly table: EventTable,
    drafts: ReadonlyMap<string, SessionDraft>,
    issuances: readonly IssuanceDraft[],
  ) {
    for (const draft of drafts.values()) {
      const principal = `${draft.accountId}|${draft.principalId}`;
      const list = this.byPrincipal.get(principal) ?? [];
      this.byPrincipal.set(principal, list);
      list.push(draft);
    }
    for (const issuance of issuances) {
      if (issuance.issuedKey !== '' && issuance.expiration !== undefined) {
        this.expirations.set(issuance.issuedKey, issuance.expiration);
      }
    }
  }

  find(caller: Caller, time: number): SessionDraft | undefined {
    const candidates = this.byPrincipal.get(`${caller.accountId}|${principalOf(caller)}`) ?? [];
    if (candidates.length <= 1) {
      const only = candidates[0];
      return only !== undefined && this.covers(only, time) ? only : undefined;
    }
    const cause =
      caller.creationDate === undefined ? undefined : this.causeOf(candidates, caller.invokedBy, caller.creationDate);
    if (cause !== undefined) {
      return cause;
    }
    let best: SessionDraft | undefined;
    let bestTime = -Infinity;
    for (const draft of candidates) {
      if (!this.covers(draft, time)) {
        continue;
      }
      const latest = this.latestBefore(draft, time + forwardToleranceMs);
      if (best === undefined || latest > bestTime || (latest === bestTime && draft.id < best.id)) {
        best = draft;
        bestTime = latest;
      }
    }
    return best;
  }

  private covers(draft: SessionDraft, time: number): boolean {
    if (draft.creationDate === undefined) {
      return true;
    }
    let end = draft.creationDate + longestLifeMs;
    for (const key of draft.keys) {
      end = this.expirations.get(key) ?? end;
    }
    return time >= draft.creationDate - forwardToleranceMs && time <= end + 60_000;
  }

  /** The direct call to the forwarding service nearest to the forwarded call's own creation time. */
  private causeOf(candidates: readonly SessionDraft[], service: string, created: number): SessionDraft | undefined {
    let best: SessionDraft | undefined;
    let bestDistance = Infinity;
    for (const draft of candidates) {
      for (let at = this.firstFrom(draft, created - forwardToleranceMs); at < draft.rows.length; at++) {
        const row = draft.rows[at] ?? 0;
        const distance = Math.abs(timeAt(this.table, row) - created);
        if (timeAt(this.table, row) > created + forwardToleranceMs) {
          break;
        }
        if (actionAt(this.table, row).eventSource === service && callerAt(this.table, row).invokedBy === '') {
          if (distance < bestDistance || (distance === bestDistance && best !== undefined && draft.id < best.id)) {
            best = draft;
            bestDistance = distance;
          }
        }
      }
    }
    return best;
  }

  private latestBefore(draft: SessionDraft, time: number): number {
    const at = this.firstFrom(draft, time + 1) - 1;
    return at < 0 ? -Infinity : timeAt(this.table, draft.rows[at] ?? 0);
  }

  /** Position of the first of the draft's rows at or after `time`. */
  private firstFrom(draft: SessionDraft, time: number): number {
    let low = 0;
    let high = draft.rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (timeAt(this.table, draft.rows[middle] ?? 0) < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
