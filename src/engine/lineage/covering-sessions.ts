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
import { PerPrincipal } from './per-principal';
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
  /** Of the principals of these cells. */
  readonly number: number;
  readonly drafts: SessionDraft[];
  /** Made at the first question. */
  prepared: Prepared | undefined;
}

interface Prepared {
  /** In the order of their creation. */
  readonly dated: readonly Dated[];
  readonly longestLife: number;
  readonly undatedSessions: readonly SessionDraft[];
  /** Rows of their calls, one an instant, in order; put together at the first question. */
  undatedCalls: Uint32Array | undefined;
  /** Of the sessions whose validity is not told the one with the smallest id. */
  readonly undated: SessionDraft | undefined;
  /** What was found last: calls come in bursts. */
  readonly last: { time: number; draft: SessionDraft | undefined };
}

export class CoveringSessions {
  /** By cell, account and owner. */
  private readonly principals = new Map<string, Principal>();
  private readonly ofCaller = new PerPrincipal<Prepared | undefined>((caller, cell) => this.asked(caller, cell));
  private readonly numberOfCaller = new PerPrincipal<number>(
    (caller, cell) => this.principals.get(nameOf(cell, actingAccount(caller), ownerOf(caller)))?.number ?? -1,
  );
  /** Number of a service among those that will be asked for. */
  private readonly services: ReadonlyMap<string, number>;
  /** By principal × services + service: rows of direct calls, one an instant, in order. */
  private readonly direct = new Map<number, number[]>();
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
    this.services = new Map([...services].map((service, at) => [service, at]));
    const numbers = new Int32Array(actors.size).fill(-1);
    for (const draft of drafts.values()) {
      const { caller: first } = draft;
      if (!cells.has(draft.cell) || (first !== undefined && !forwardingTypes.has(first.type))) {
        continue;
      }
      const owner = first === undefined ? draft.principalId : ownerOf(first);
      const principal = this.principal(nameOf(draft.cell, draft.accountId, owner));
      principal.drafts.push(draft);
      numbers[draft.index] = principal.number;
    }
    this.readDirectCalls(numbers);
    for (const issuance of issuances) {
      if (cells.has(issuance.cell) && issuance.issuedKey !== '' && issuance.expiration !== undefined) {
        this.expirations.set(issuance.issuedKey, issuance.expiration);
      }
    }
  }

  private principal(name: string): Principal {
    let principal = this.principals.get(name);
    if (principal === undefined) {
      principal = { number: this.principals.size, drafts: [], prepared: undefined };
      this.principals.set(name, principal);
    }
    return principal;
  }

  /** In one go, in the order of time: there are more calls than anything else. `numbers`: principals by number of draft. */
  private readDirectCalls(numbers: Int32Array): void {
    const { action, caller, time, count, actions, callers } = this.table;
    const { direct, services } = this;
    const { column } = this.actors;
    const serviceOf = new Int32Array(actions.length);
    actions.forEach(({ eventSource }, index) => {
      serviceOf[index] = services.get(eventSource) ?? -1;
    });
    for (let row = 0; row < count; row++) {
      const service = serviceOf[action[row] ?? 0] ?? -1;
      const principal = service === -1 ? -1 : (numbers[column[row] ?? -1] ?? -1);
      if (principal === -1 || callers[caller[row] ?? 0]?.invokedBy !== '') {
        continue;
      }
      const key = principal * services.size + service;
      const rows = direct.get(key);
      if (rows === undefined) {
        direct.set(key, [row]);
      } else if (time[rows[rows.length - 1] ?? 0] !== time[row]) {
        rows.push(row);
      } else if (this.idAt(row) < this.idAt(rows[rows.length - 1] ?? 0)) {
        // Of the calls of one instant that of the session with the smallest id.
        rows[rows.length - 1] = row;
      }
    }
  }

  /** The session that caused a forwarded call, or was created when its credentials were. */
  behind(caller: Caller, cell: number): SessionDraft | undefined {
    const { creationDate } = caller;
    if (creationDate === undefined) {
      return undefined;
    }
    return this.causeOf(caller, cell, creationDate) ?? createdNear(this.ofCaller.get(caller, cell), creationDate);
  }

  /** Of the sessions alive at an instant the one that called last, else any. */
  alive(caller: Caller, cell: number, time: number): SessionDraft | undefined {
    const principal = this.ofCaller.get(caller, cell);
    if (principal === undefined) {
      return undefined;
    }
    if (principal.last.time !== time) {
      principal.last.time = time;
      principal.last.draft = this.lastToCall(principal, time);
    }
    return principal.last.draft;
  }

  /** Undefined where the principal has no session here. */
  private asked(caller: Caller, cell: number): Prepared | undefined {
    const principal = this.principals.get(nameOf(cell, actingAccount(caller), ownerOf(caller)));
    return principal === undefined ? undefined : (principal.prepared ??= this.prepare(principal.drafts));
  }

  private prepare(drafts: readonly SessionDraft[]): Prepared {
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
  private causeOf(caller: Caller, cell: number, created: number): SessionDraft | undefined {
    const service = this.services.get(caller.invokedBy) ?? -1;
    const rows = this.direct.get(this.numberOfCaller.get(caller, cell) * this.services.size + service);
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

  private lastToCall(principal: Prepared, time: number): SessionDraft | undefined {
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

function nameOf(cell: number, account: string, owner: string): string {
  return `${String(cell)}|${account}|${owner}`;
}

function createdNear(principal: Prepared | undefined, created: number): SessionDraft | undefined {
  if (principal === undefined) {
    return undefined;
  }
  const { dated } = principal;
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
