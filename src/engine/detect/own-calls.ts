/**
 * Which events are calls of their session's own: not forwarded by a service, not a copy that another account logged, neither
 * network activity, nor an insight, nor a service's note.
 *
 * Guarantee: refused calls are calls too; who counts them says so. A caller is looked at once.
 */
import type { Caller } from '../cloudtrail/caller';
import { EventFlag } from '../cloudtrail/columns';
import type { EventTable, Session } from '../lineage/model';
import { Facts } from './facts';

const otherFlags = EventFlag.serviceEvent | EventFlag.networkActivity | EventFlag.insight;

export class OwnCalls {
  private readonly others: Facts<Caller>;

  constructor(private readonly table: EventTable) {
    this.others = new Facts(
      table.callers,
      ({ invokedBy, type }) => invokedBy !== '' || type === 'AWSAccount' || type === 'AWSService',
    );
  }

  has(row: number): boolean {
    const { table } = this;
    return ((table.flags[row] ?? 0) & otherFlags) === 0 && !this.others.of(table.caller[row] ?? 0);
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
