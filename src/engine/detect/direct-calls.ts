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
  /** What `Origins.indexAt` gives, from one, by row; 0: no direct call. Made when somebody asks first: rules ask it of most rows. */
  private readonly places: Uint32Array;

  constructor(private readonly events: EventTable) {
    this.origins = originsOf(events);
    this.copied = new Facts(events.callers, ({ type }) => type === 'AWSAccount');
    this.places = new Uint32Array(events.count);
    for (let row = 0; row < events.count; row++) {
      if (this.isOwn(row)) {
        const index = this.origins.indexAt(row);
        this.places[row] = this.origins.get(index).direct ? index + 1 : 0;
      }
    }
  }

  /** Where the call was made, as a number: see `Origins.indexAt`; -1 for what is no direct call. */
  placeAt(row: number): number {
    return (this.places[row] ?? 0) - 1;
  }

  /** Where the call was made; undefined for what is no direct call. */
  originAt(row: number, consoleSession = false): Origin | undefined {
    if (consoleSession) {
      const origin = this.isOwn(row) ? this.origins.at(row, true) : undefined;
      return origin?.direct === true ? origin : undefined;
    }
    const place = this.places[row] ?? 0;
    return place === 0 ? undefined : this.origins.get(place - 1);
  }

  private isOwn(row: number): boolean {
    const { flags, caller } = this.events;
    return ((flags[row] ?? 0) & noActions) === 0 && !this.copied.of(caller[row] ?? 0);
  }
}

const perTable = new WeakMap<EventTable, DirectCalls>();

export function directCallsOf(events: EventTable): DirectCalls {
  const calls = perTable.get(events) ?? new DirectCalls(events);
  perTable.set(events, calls);
  return calls;
}
