/**
 * Finds the session of a principal that was alive, and busy, at an instant: the one on whose behalf a service called.
 *
 * Guarantee: searched in the caller's cell, by time, not session by session, as a pipeline makes thousands of sessions of one
 * name; of equal ones the smallest id.
 */
import type { Caller, CallerType } from '../cloudtrail/caller';
import { compareText } from '../cloudtrail/text';
import { creationToleranceMs } from './grants';
import { firstFrom } from './in-order';
import type { IssuanceDraft } from './issuances';
import type { EventTable } from './model';
import { actingAccount, lateToleranceMs, longestLifeMs, ownerOf, type SessionDraft } from './session-draft';
import type { DraftsById } from './session-drafts';
import { actionAt, callerAt, timeAt } from './table';

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

/** Who called at an instant: of several the one with the smallest id. */
interface CallAt {
  readonly time: number;
  readonly draft: SessionDraft;
}

class FirstCallers {
  private readonly byTime = new Map<number, SessionDraft>();

  add(time: number, draft: SessionDraft): void {
    const known = this.byTime.get(time);
    if (known === undefined || draft.id < known.id) {
      this.byTime.set(time, draft);
    }
  }

  inOrder(): readonly CallAt[] {
    return [...this.byTime].map(([time, draft]) => ({ time, draft })).sort((a, b) => a.time - b.time);
  }
}

/** The sessions of one principal. */
interface Principal {
  /** In the order of their creation. */
  readonly dated: readonly Dated[];
  readonly longestLife: number;
  readonly undatedSessions: readonly SessionDraft[];
  /** Their calls, one an instant, in order; put together at the first question. */
  undatedCalls: readonly CallAt[] | undefined;
  /** Of the sessions whose validity is not told the one with the smallest id. */
  readonly undated: SessionDraft | undefined;
  /** Direct calls by service, one an instant, in order, to the services that forwarded something. */
  readonly direct: ReadonlyMap<string, readonly CallAt[]>;
  /** What was found last: calls come in bursts. */
  readonly last: { time: number; draft: SessionDraft | undefined };
}

export class CoveringSessions {
  private readonly byPrincipal = new Map<string, SessionDraft[]>();
  private readonly prepared = new Map<string, Principal>();
  /** Actions of the services that will be asked for: 1 by index. */
  private readonly asked: Uint8Array;
  private readonly ofCaller = new Map<Caller, Principal>();
  private readonly expirations = new Map<string, number>();

  /** `cells` and forwarding `services`: those that will be asked for. */
  constructor(
    private readonly table: EventTable,
    drafts: DraftsById,
    issuances: readonly IssuanceDraft[],
    cells: ReadonlySet<number>,
    services: ReadonlySet<string>,
  ) {
    this.asked = Uint8Array.from(table.actions, ({ eventSource }) => (services.has(eventSource) ? 1 : 0));
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
    return causeOf(principal, caller.invokedBy, creationDate) ?? createdNear(principal, creationDate);
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

  /** Direct calls by service, in one pass: a principal may have called a hundred of them a million times. */
  private directCalls(drafts: readonly SessionDraft[]): ReadonlyMap<string, readonly CallAt[]> {
    const byService = new Map<string, FirstCallers>();
    for (const draft of drafts) {
      for (const row of draft.rows) {
        if (this.asked[this.table.action[row] ?? 0] === 1 && callerAt(this.table, row).invokedBy === '') {
          const { eventSource } = actionAt(this.table, row);
          const calls = byService.get(eventSource) ?? new FirstCallers();
          byService.set(eventSource, calls);
          calls.add(timeAt(this.table, row), draft);
        }
      }
    }
    return new Map([...byService].map(([service, calls]) => [service, calls.inOrder()]));
  }

  private calls(drafts: readonly SessionDraft[]): readonly CallAt[] {
    const calls = new FirstCallers();
    for (const draft of drafts) {
      for (const row of draft.rows) {
        calls.add(timeAt(this.table, row), draft);
      }
    }
    return calls.inOrder();
  }

  private lastToCall(principal: Principal, time: number): SessionDraft | undefined {
    const { dated, longestLife, undated } = principal;
    const undatedCalls = (principal.undatedCalls ??= this.calls(principal.undatedSessions));
    const limit = time + forwardToleranceMs + 1;
    const known = undatedCalls[firstFrom(undatedCalls, limit, (call) => call.time) - 1];
    let best = known?.draft;
    let bestTime = known?.time ?? -Infinity;
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

/** The direct call to the forwarding service nearest to the forwarded call's own creation time. */
function causeOf({ direct }: Principal, service: string, created: number): SessionDraft | undefined {
  const calls = direct.get(service) ?? [];
  const at = firstFrom(calls, created, ({ time }) => time);
  let best: CallAt | undefined;
  for (const call of [calls[at - 1], calls[at]]) {
    const distance = call === undefined ? Infinity : Math.abs(call.time - created);
    const known = best === undefined ? Infinity : Math.abs(best.time - created);
    if (
      call !== undefined &&
      distance <= forwardToleranceMs &&
      (best === undefined || distance < known || (distance === known && call.draft.id < best.draft.id))
    ) {
      best = call;
    }
  }
  return best?.draft;
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
