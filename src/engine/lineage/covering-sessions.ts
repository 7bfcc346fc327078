/**
 * Finds the session of a principal that was alive, and busy, at an instant: the one on whose behalf a service called.
 *
 * Guarantee: searched by time, not session by session, as a pipeline makes thousands of sessions of one name; of equal
 * ones the smallest id.
 */
import type { Caller, CallerType } from '../cloudtrail/caller';
import { firstFrom } from './in-order';
import type { IssuanceDraft } from './issuances';
import type { EventTable } from './model';
import { actingAccount, longestLifeMs, ownerOf, type SessionDraft } from './session-draft';
import { actionAt, callerAt, timeAt } from './table';

/** How far a forwarded call's own creation time may be from the direct call that caused it, ms. */
const forwardToleranceMs = 5000;

/** Callers on whose behalf services call. */
const forwardingTypes: ReadonlySet<CallerType> = new Set(['IAMUser', 'AssumedRole', 'Role', 'Root', 'FederatedUser']);

/** The sessions of one principal, and their direct calls together. */
interface Principal {
  readonly drafts: readonly SessionDraft[];
  /** Sessions with a creation time, in its order. */
  readonly dated: readonly SessionDraft[];
  /** Rows of sessions with a creation time, in time order. */
  readonly datedRows: readonly number[];
  /** Rows of the others, whose validity is not told. */
  readonly undatedRows: readonly number[];
}

export class CoveringSessions {
  private readonly byPrincipal = new Map<string, SessionDraft[]>();
  private readonly prepared = new Map<string, Principal>();
  private readonly expirations = new Map<string, number>();

  constructor(
    private readonly table: EventTable,
    drafts: ReadonlyMap<string, SessionDraft>,
    private readonly draftOfRow: ReadonlyMap<number, SessionDraft>,
    issuances: readonly IssuanceDraft[],
  ) {
    for (const draft of drafts.values()) {
      const [first] = draft.callers;
      if (first !== undefined && !forwardingTypes.has(first.type)) {
        continue;
      }
      const principal = `${draft.accountId}|${first === undefined ? draft.principalId : ownerOf(first)}`;
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
    const name = `${actingAccount(caller)}|${ownerOf(caller)}`;
    const candidates = this.byPrincipal.get(name) ?? [];
    const principal = this.principal(name, candidates);
    const cause =
      caller.creationDate === undefined ? undefined : this.causeOf(principal, caller.invokedBy, caller.creationDate);
    return cause ?? this.busiest(principal, time) ?? this.quiet(principal, time);
  }

  private principal(name: string, drafts: readonly SessionDraft[]): Principal {
    let principal = this.prepared.get(name);
    if (principal === undefined) {
      const dated = drafts.filter(({ creationDate }) => creationDate !== undefined);
      dated.sort((a, b) => (a.creationDate ?? 0) - (b.creationDate ?? 0));
      const rowsOf = (some: readonly SessionDraft[]): number[] =>
        some.flatMap(({ rows }) => rows).sort((a, b) => a - b);
      principal = {
        drafts,
        dated,
        datedRows: rowsOf(dated),
        undatedRows: rowsOf(drafts.filter(({ creationDate }) => creationDate === undefined)),
      };
      this.prepared.set(name, principal);
    }
    return principal;
  }

  private covers(draft: SessionDraft, time: number): boolean {
    if (draft.creationDate === undefined) {
      return true;
    }
    const longest = draft.creationDate + longestLifeMs;
    let end = -Infinity;
    for (const key of draft.keys) {
      end = Math.max(end, this.expirations.get(key) ?? -Infinity);
    }
    return (
      time >= draft.creationDate - forwardToleranceMs &&
      time <= (end === -Infinity ? longest : Math.min(end, longest)) + 60_000
    );
  }

  /** The direct call to the forwarding service nearest to the forwarded call's own creation time. */
  private causeOf(principal: Principal, service: string, created: number): SessionDraft | undefined {
    let best: SessionDraft | undefined;
    let bestDistance = Infinity;
    for (const rows of [principal.datedRows, principal.undatedRows]) {
      for (let at = this.position(rows, created - forwardToleranceMs); at < rows.length; at++) {
        const row = rows[at] ?? 0;
        if (timeAt(this.table, row) > created + forwardToleranceMs) {
          break;
        }
        const distance = Math.abs(timeAt(this.table, row) - created);
        const draft = this.draftOfRow.get(row);
        if (
          draft !== undefined &&
          actionAt(this.table, row).eventSource === service &&
          callerAt(this.table, row).invokedBy === '' &&
          (distance < bestDistance || (distance === bestDistance && best !== undefined && draft.id < best.id))
        ) {
          best = draft;
          bestDistance = distance;
        }
      }
    }
    return best;
  }

  /** Of the sessions alive at an instant the one that called last. */
  private busiest(principal: Principal, time: number): SessionDraft | undefined {
    let best: SessionDraft | undefined;
    // Whoever is alive was made, and called, after this.
    const earliest = time - longestLifeMs - 60_000 - forwardToleranceMs;
    let bestTime = -Infinity;
    const undated = principal.undatedRows;
    const last = this.position(undated, time + forwardToleranceMs + 1) - 1;
    if (last >= 0) {
      bestTime = timeAt(this.table, undated[last] ?? 0);
      best = this.coveringAt(undated, last, time);
    }
    const dated = principal.datedRows;
    for (let at = this.position(dated, time + forwardToleranceMs + 1) - 1; at >= 0; at--) {
      const calledAt = timeAt(this.table, dated[at] ?? 0);
      if (calledAt < Math.max(bestTime, earliest)) {
        break;
      }
      const draft = this.draftOfRow.get(dated[at] ?? 0);
      if (draft !== undefined && this.covers(draft, time)) {
        const first = this.coveringAt(dated, at, time) ?? draft;
        return best === undefined || calledAt > bestTime || first.id < best.id ? first : best;
      }
    }
    return best;
  }

  /** Of the sessions that called in the same instant as the row at this position the one with the smallest id. */
  private coveringAt(rows: readonly number[], position: number, time: number): SessionDraft | undefined {
    const calledAt = timeAt(this.table, rows[position] ?? 0);
    let best: SessionDraft | undefined;
    for (let at = position; at >= 0 && timeAt(this.table, rows[at] ?? 0) === calledAt; at--) {
      const draft = this.draftOfRow.get(rows[at] ?? 0);
      if (draft !== undefined && (best === undefined || draft.id < best.id) && this.covers(draft, time)) {
        best = draft;
      }
    }
    return best;
  }

  /** A session alive at an instant that had not called yet. */
  private quiet(principal: Principal, time: number): SessionDraft | undefined {
    let best: SessionDraft | undefined;
    const { dated, drafts } = principal;
    const from = firstFrom(dated, time - longestLifeMs - 60_000, ({ creationDate }) => creationDate ?? 0);
    for (let at = from; at < dated.length; at++) {
      const draft = dated[at];
      if (draft?.creationDate === undefined || draft.creationDate > time + forwardToleranceMs) {
        break;
      }
      if ((best === undefined || draft.id < best.id) && this.covers(draft, time)) {
        best = draft;
      }
    }
    return dated.length === drafts.length
      ? best
      : drafts.reduce(
          (first, draft) =>
            draft.creationDate === undefined && (first === undefined || draft.id < first.id) ? draft : first,
          best,
        );
  }

  /** Position of the first row at or after `time`. */
  private position(rows: readonly number[], time: number): number {
    return firstFrom(rows, time, (row) => timeAt(this.table, row));
  }
}
