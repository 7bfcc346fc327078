/**
 * Calls that leave something behind, and whether it was taken away again.
 *
 * Guarantee: successful calls only, each logged once: what an account sees of another's call, network activity and insights
 * are none.
 */
import { actionClass } from '../cloudtrail/actions';
import { EventFlag } from '../cloudtrail/columns';
import { requestParameters, responseElements, stringAt } from '../cloudtrail/record';
import { firstFrom } from '../lineage/in-order';
import type { EventTable } from '../lineage/model';
import { accountAt, actionAt, callerAt, hasFlag, notableAt, succeeded } from '../lineage/table';
import { thingsRemoved, type ObjectFields } from './persistence-objects';

/** Successful persistence and privilege calls; of those that start machines, the ones that hand on a role. */
export function isLasting(events: EventTable, row: number): boolean {
  const record = notableAt(events, row);
  if (
    record === undefined ||
    !succeeded(events, row) ||
    hasFlag(events, row, EventFlag.networkActivity) ||
    hasFlag(events, row, EventFlag.insight)
  ) {
    return false;
  }
  const { eventSource, eventName } = actionAt(events, row);
  const kind = actionClass(eventSource, eventName, hasFlag(events, row, EventFlag.readOnly));
  if ((kind !== 'persistence' && kind !== 'privilege') || callerAt(events, row).type === 'AWSAccount') {
    return false;
  }
  const request = requestParameters(record) ?? {};
  switch (eventName) {
    case 'RunInstances':
    case 'RequestSpotInstances':
      // Only with a role is a privilege handed on.
      return JSON.stringify(request).includes('"iamInstanceProfile"');
    case 'CreateStack':
      return stringAt(request, 'roleARN') !== '';
    case 'ModifyInstanceAttribute':
      return request['userData'] !== undefined;
    case 'CreateRole':
      return !stringAt(request, 'path').startsWith('/aws-service-role/');
    default:
      return true;
  }
}

/** What the tables of objects read of a call. */
export function fieldsAt(events: EventTable, row: number): ObjectFields {
  const record = notableAt(events, row) ?? {};
  return {
    request: requestParameters(record) ?? {},
    response: responseElements(record) ?? {},
    self: callerAt(events, row).userName,
  };
}

/** When things were taken away again. */
export class Removals {
  /** Rows by account and thing, in order. */
  private readonly rows = new Map<string, number[]>();

  constructor(private readonly events: EventTable) {
    for (const row of [...events.notable.keys()].sort((a, b) => a - b)) {
      const { eventSource, eventName } = actionAt(events, row);
      for (const thing of succeeded(events, row) ? thingsRemoved(eventSource, eventName, fieldsAt(events, row)) : []) {
        const key = `${accountAt(events, row)}|${thing}`;
        const known = this.rows.get(key) ?? [];
        this.rows.set(key, known);
        known.push(row);
      }
    }
  }

  /** Row of the first removal of what the call in `made` made; undefined while it is there, or when nobody can tell. */
  of(made: number, thing: string): number | undefined {
    const rows = thing === '' ? [] : (this.rows.get(`${accountAt(this.events, made)}|${thing}`) ?? []);
    return rows[firstFrom(rows, made + 1, (row) => row)];
  }
}
