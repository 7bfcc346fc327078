/**
 * Which events are calls of their session's own: not forwarded by a service, not a copy that another account logged, neither
 * network activity, nor an insight, nor a service's note.
 *
 * Guarantee: refused calls are calls too; who counts them says so. A caller is looked at once, and each row when somebody
 * asks first: nearly all rules go through the rows of nearly all sessions.
 */
import type { Caller } from '../cloudtrail/caller';
import { EventFlag } from '../cloudtrail/columns';
import type { EventTable, Session } from '../lineage/model';
import { Facts } from './facts';

const otherFlags = EventFlag.serviceEvent | EventFlag.networkActivity | EventFlag.insight;

export class OwnCalls {
  /** 1 where it is one, by row. */
  private readonly own: Uint8Array;

  constructor(table: EventTable) {
    const { callers, caller, count, flags } = table;
    const others = new Facts<Caller>(
      callers,
      ({ invokedBy, type }) => invokedBy !== '' || type === 'AWSAccount' || type === 'AWSService',
    );
    this.own = new Uint8Array(count);
    for (let row = 0; row < count; row++) {
      this.own[row] = ((flags[row] ?? 0) & otherFlags) === 0 && !others.of(caller[row] ?? 0) ? 1 : 0;
    }
  }

  has(row: number): boolean {
    return this.own[row] === 1;
  }

  /** The first of a session, from a row on. */
  first(session: Session, from = 0): number | undefined {
    return session.rows.find((row) => row >= from && this.has(row));
  }
}

const perTable = new WeakMap<EventTable, OwnCalls>();

/** One cache for all who ask about a table. */
export function ownCallsOf(table: EventTable): OwnCalls {
  let calls = perTable.get(table);
  if (calls === undefined) {
    calls = new OwnCalls(table);
    perTable.set(table, calls);
  }
  return calls;
}
