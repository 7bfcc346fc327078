/**
 * Finds the session of a principal that was alive, and busy, at an instant: the one on whose behalf a service called.
 *
 * Guarantee: searched in the caller's cell, by time, not session by session, as a pipeline makes thousands of sessions of one
 * name; of equal ones the smallest id.
 */
import type { Caller, CallerType } from '../cloudtrail/caller';
import { compareText } from '../cloudtrail/text';
import type { Actors } from './actors';
import { creationToleranceMs } from './grants';
import { firstFrom, joinedRows } from './in-order';
import type { EventTable } from './model';
import { actingAccount, lateToleranceMs, longestLifeMs, ownerOf } from './session-draft';
import type { DraftsById } from './drafts-by-id';
import { timeAt } from './table';
import type { IssuanceDraft, SessionDraft } from './drafts';

/** How far a forwarded call's own creation time may be from the direct call that caused it, ms. */
const forwardToleranceMs = 5000;

/** Callers on whose behalf services call. */
const forwardingTypes: ReadonlySet<CallerType> = new Set(['IAMUser', 'AssumedRole', 'Role', 'Root', 'FederatedUser']);

/** A session whose validity is told. */
interface Dated {
  readonly draft: SessionDraft;
  readonly created: number;
  /** The last instant at which it may have been used. */
  readonly end: number;
}

/** The sessions of one principal. */
interface Principal {
  /** In the order of their creation. */
  readonly dated: readonly Dated[];
  readonly longestLife: number;
  readonly undatedSessions: readonly SessionDraft[];
  /** Rows of their calls, one an instant, in order; put together at the first question. */
  undatedCalls: Uint32Array | undefined;
  /** Of the sessions whose validity is not told the one with the smallest id. */
  readonly undated: SessionDraft | undefined;
  /** Rows of direct calls by service, one an instant, in order, to the services that forwarded something. */
  readonly direct: ReadonlyMap<string, Uint32Array>;
  /** What was found last: calls come in bursts. */
  readonly last: { time: number; draft: SessionDraft | undefined };
}

export class CoveringSessions {
  private readonly byPrincipal = new Map<string, SessionDraft[]>();
  private readonly prepared = new Map<string, Principal>();
  /** Services that will be asked for. */
  private readonly services: readonly string[];
  /** Position of the service of an action among these, -1 for others. */
  private readonly serviceOf: Int32Array;
  /** Callers that called themselves: 1 by index. */
  private readonly isDirect: Uint8Array;
  private readonly ofCaller = new Map<Caller, Principal>();
  private readonly expirations = new Map<string, number>();

  /** `cells` and forwarding `services`: those that will be asked for. */
  constructor(
    private readonly table: EventTable,
    drafts: DraftsById,
    issuances: readonly IssuanceDraft[],
    private readonly actors: Actors,
    cells: ReadonlySet<number>,
    services: ReadonlySet<string>,
  ) {
    this.services = [...services];
    const positions = new Map(this.services.map((service, at) => [service, at]));
    this.serviceOf = new Int32Array(table.actions.length);
    table.actions.forEach(({ eventSource }, action) => {
      this.serviceOf[action] = positions.get(eventSource) ?? -1;
    });
    this.isDirect = new Uint8Array(table.callers.length);
    table.callers.forEach(({ invokedBy }, caller) => {
      this.isDirect[caller] = invokedBy === '' ? 1 : 0;
    });
    for (const draft of drafts.values()) {
      const { caller: first } = draft;
      if (!cells.has(draft.cell) || (first !== undefined && !forwardingTypes.has(first.type))) {
        continue;
      }
      const owner = first === undefined ? draft.principalId : ownerOf(first);
      const principal = `${String(draft.cell)}|${draft.accountId}|${owner}`;
      const list = this.byPrincipal.get(principal) ?? [];
      this.byPrincipal.set(principal, list);
      list.push(draft);
    }
    for (const issuance of issuances) {
      if (cells.has(issuance.cell) && issuance.issuedKey !== '' && issuance.expiration !== undefined) {
        this.expirations.set(issuance.issuedKey, issuance.expiration);
      }
    }
  }

  /** The session that caused a forwarded call, or was created when its credentials were. */
  behind(caller: Caller, cell: number): SessionDraft | undefined {
    const { creationDate } = caller;
    if (creationDate === undefined) {
      return undefined;
    }
    const principal = this.principalOf(caller, cell);
    return this.causeOf(principal, caller.invokedBy, creationDate) ?? createdNear(principal, creationDate);
  }

  /** Of the sessions alive at an instant the one that called last, else any. */
  alive(caller: Caller, cell: number, time: number): SessionDraft | undefined {
    const principal = this.principalOf(caller, cell);
    if (principal.last.time !== time) {
      principal.last.time = time;
      principal.last.draft = this.lastToCall(principal, time);
    }
    return principal.last.draft;
  }

  private principalOf(caller: Caller, cell: number): Principal {
    let principal = this.ofCaller.get(caller);
    if (principal === undefined) {
      principal = this.principal(`${String(cell)}|${actingAccount(caller)}|${ownerOf(caller)}`);
      this.ofCaller.set(caller, principal);
    }
    return principal;
  }

  private principal(name: string): Principal {
    let principal = this.prepared.get(name);
    if (principal === undefined) {
      principal = this.prepare(this.byPrincipal.get(name) ?? []);
      this.prepared.set(name, principal);
    }
    return principal;
  }

  private prepare(drafts: readonly SessionDraft[]): Principal {
    const dated = drafts
      .flatMap((draft): Dated[] => {
        const created = draft.creationDate;
        return created === undefined ? [] : [{ draft, created, end: this.endOf(draft, created) }];
      })
      .sort((a, b) => a.created - b.created || compareText(a.draft.id, b.draft.id));
    const undated = drafts.filter(({ creationDate }) => creationDate === undefined);
    return {
      dated,
      longestLife: dated.reduce((longest, { created, end }) => Math.max(longest, end - created), 0),
      undatedSessions: undated,
      undatedCalls: undefined,
      undated: smallest(undated),
      direct: this.directCalls(drafts),
      last: { time: NaN, draft: undefined },
    };
  }

  private endOf(draft: SessionDraft, created: number): number {
    let end = -Infinity;
    for (const key of draft.keys) {
      end = Math.max(end, this.expirations.get(key) ?? -Infinity);
    }
    const longest = created + longestLifeMs;
    return (end === -Infinity ? longest : Math.min(end, longest)) + lateToleranceMs;
  }

  /** Direct calls by service, counted, then filled in: a principal may have called a hundred of them a million times. */
  private directCalls(drafts: readonly SessionDraft[]): ReadonlyMap<string, Uint32Array> {
    const { serviceOf, isDirect, services } = this;
    const { action, caller } = this.table;
    const ends = new Uint32Array(services.length);
    let all = 0;
    for (const { rows } of drafts) {
      for (let at = 0; at < rows.length; at++) {
        const row = rows[at] ?? 0;
        const service = serviceOf[action[row] ?? 0] ?? -1;
        if (service !== -1 && isDirect[caller[row] ?? 0] === 1) {
          ends[service] = (ends[service] ?? 0) + 1;
          all++;
        }
      }
    }
    const direct = new Map<string, Uint32Array>();
    if (all === 0) {
      return direct;
    }
    let sum = 0;
    for (let service = 0; service < ends.length; service++) {
      const length = ends[service] ?? 0;
      ends[service] = sum;
      sum += length;
    }
    const found = new Uint32Array(all);
    for (const { rows } of drafts) {
      for (let next = 0; next < rows.length; next++) {
        const row = rows[next] ?? 0;
        const service = serviceOf[action[row] ?? 0] ?? -1;
        if (service !== -1 && isDirect[caller[row] ?? 0] === 1) {
          const at = ends[service] ?? 0;
          found[at] = row;
          ends[service] = at + 1;
        }
      }
    }
    let from = 0;
    services.forEach((service, at) => {
      const end = ends[at] ?? 0;
      if (end > from) {
        const rows = found.subarray(from, end);
        direct.set(service, this.oneAnInstant(drafts.length === 1 ? rows : rows.sort()));
      }
      from = end;
    });
    return direct;
  }

  /** Of the calls of one instant that of the session with the smallest id. `rows`: in order, written to. */
  private oneAnInstant(rows: Uint32Array): Uint32Array {
    const { time } = this.table;
    let length = 0;
    let last = NaN;
    const all = rows.length;
    for (let next = 0; next < all; next++) {
      const row = rows[next] ?? 0;
      const at = time[row] ?? 0;
      if (at !== last) {
        rows[length++] = row;
        last = at;
      } else if (this.idAt(row) < this.idAt(rows[length - 1] ?? 0)) {
        rows[length - 1] = row;
      }
    }
    return rows.subarray(0, length);
  }

  private idAt(row: number): string {
    return this.actors.at(row)?.id ?? '';
  }

  private calls(drafts: readonly SessionDraft[]): Uint32Array {
    return this.oneAnInstant(joinedRows(drafts.map(({ rows }) => rows)).slice());
  }

  /** The direct call to the forwarding service nearest to the forwarded call's own creation time. */
  private causeOf({ direct }: Principal, service: string, created: number): SessionDraft | undefined {
    const rows = direct.get(service);
    if (rows === undefined) {
      return undefined;
    }
    const at = firstFrom(rows, created, (row) => timeAt(this.table, row));
    const before = rows[at - 1];
    const after = rows[at];
    const sooner = before === undefined ? Infinity : created - timeAt(this.table, before);
    const later = after === undefined ? Infinity : timeAt(this.table, after) - created;
    if (Math.min(sooner, later) > forwardToleranceMs) {
      return undefined;
    }
    const first = before === undefined ? undefined : this.actors.at(before);
    const second = after === undefined ? undefined : this.actors.at(after);
    return first !== undefined &&
      (second === undefined || sooner < later || (sooner === later && first.id <= second.id))
      ? first
      : second;
  }

  private lastToCall(principal: Principal, time: number): SessionDraft | undefined {
    const { dated, longestLife, undated } = principal;
    const undatedCalls = (principal.undatedCalls ??= this.calls(principal.undatedSessions));
    const limit = time + forwardToleranceMs + 1;
    const known = undatedCalls[firstFrom(undatedCalls, limit, (each) => timeAt(this.table, each)) - 1];
    let best = known === undefined ? undefined : this.actors.at(known);
    let bestTime = known === undefined ? -Infinity : timeAt(this.table, known);
    let quiet = undated;
    for (let at = firstFrom(dated, time - longestLife, ({ created }) => created); at < dated.length; at++) {
      const each = dated[at];
      if (each === undefined || each.created >= limit) {
        break;
      }
      const { draft, end } = each;
      if (end < time) {
        continue;
      }
      quiet = quiet === undefined || draft.id < quiet.id ? draft : quiet;
      const row = draft.rows[firstFrom(draft.rows, limit, (each) => timeAt(this.table, each)) - 1];
      const calledAt = row === undefined ? -Infinity : timeAt(this.table, row);
      if (
        row !== undefined &&
        (calledAt > bestTime || (calledAt === bestTime && (best === undefined || draft.id < best.id)))
      ) {
        best = draft;
        bestTime = calledAt;
      }
    }
    return best ?? quiet;
  }
}

function createdNear({ dated }: Principal, created: number): SessionDraft | undefined {
  let best: Dated | undefined;
  const from = firstFrom(dated, created - creationToleranceMs, (each) => each.created);
  for (let at = from; at < dated.length; at++) {
    const each = dated[at];
    if (each === undefined || each.created > created + creationToleranceMs) {
      break;
    }
    const distance = Math.abs(each.created - created);
    const known = best === undefined ? Infinity : Math.abs(best.created - created);
    if (best === undefined || distance < known || (distance === known && each.draft.id < best.draft.id)) {
      best = each;
    }
  }
  return best?.draft;
}

function smallest(drafts: readonly SessionDraft[]): SessionDraft | undefined {
  return drafts.reduce<SessionDraft | undefined>(
    (first, draft) => (first === undefined || draft.id < first.id ? draft : first),
    undefined,
  );
}
