/**
 * The calls that a session itself made from a place in a network.
 *
 * Guarantee: calls that a service forwarded, calls of services, events that are no actions (insights, network activity,
 * service events) and the copies that another account has of a call are left out.
 */
import type { Caller } from '../cloudtrail/caller';
import { EventFlag } from '../cloudtrail/columns';
import type { Origin } from '../cloudtrail/network';
import type { EventTable } from '../lineage/model';
import { Facts } from './facts';
import { originsOf, type Origins } from './origins';

const noActions = EventFlag.insight | EventFlag.networkActivity | EventFlag.serviceEvent;

export class DirectCalls {
  private readonly origins: Origins;
  private readonly copied: Facts<Caller>;

  constructor(private readonly events: EventTable) {
    this.origins = originsOf(events);
    this.copied = new Facts(events.callers, ({ type }) => type === 'AWSAccount');
  }

  /** Where the call was made; undefined for what is no direct call. */
  originAt(row: number, consoleSession = false): Origin | undefined {
    const { flags, caller } = this.events;
    if (((flags[row] ?? 0) & noActions) !== 0 || this.copied.of(caller[row] ?? 0)) {
      return undefined;
    }
    const origin = this.origins.at(row, consoleSession);
    return origin.direct ? origin : undefined;
  }
}

const perTable = new WeakMap<EventTable, DirectCalls>();

export function directCallsOf(events: EventTable): DirectCalls {
  const calls = perTable.get(events) ?? new DirectCalls(events);
  perTable.set(events, calls);
  return calls;
}
