/**
 * Calls that leave something behind, and whether it was taken away again.
 *
 * Guarantee: successful calls only, each logged once: what an account sees of another's call, network activity and insights
 * are none.
 */
import { actionClass } from '../cloudtrail/actions';
import { EventFlag, type Action } from '../cloudtrail/columns';
import { requestParameters, responseElements, stringAt } from '../cloudtrail/record';
import { firstFrom } from '../lineage/in-order';
import type { EventTable } from '../lineage/model';
import { accountAt, actionAt, callerAt, hasFlag, notableAt, succeeded, textAt, timeAt } from '../lineage/table';
import { rowsOfActions } from './facts';
import type { ObjectFields } from './object-fields';
import { isRemoval, thingsRemoved } from './object-removals';
import type { Thing } from './persistence-objects';

/** Persistence and privilege calls, whether they succeeded or not. */
export function mayLast({ eventSource, eventName }: Action): boolean {
  // That a call only reads is looked at where its name says nothing: it is of neither class then.
  const kind = actionClass(eventSource, eventName, false);
  return kind === 'persistence' || kind === 'privilege';
}

/** Successful persistence and privilege calls; of those that start machines, the ones that hand on a role. */
export function isLasting(events: EventTable, row: number): boolean {
  const action = actionAt(events, row);
  if (
    !events.notable.has(row) ||
    !mayLast(action) ||
    !succeeded(events, row) ||
    hasFlag(events, row, EventFlag.networkActivity) ||
    hasFlag(events, row, EventFlag.insight) ||
    callerAt(events, row).type === 'AWSAccount'
  ) {
    return false;
  }
  const request = requestParameters(notableAt(events, row) ?? {}) ?? {};
  switch (action.eventName) {
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
  /** Rows by account, region and name of the thing, in order. */
  private readonly rows = new Map<string, number[]>();

  constructor(private readonly events: EventTable) {
    for (const row of rowsOfActions(events, isRemoval)) {
      if (!succeeded(events, row) || !events.notable.has(row)) {
        continue;
      }
      const { eventSource, eventName } = actionAt(events, row);
      for (const name of thingsRemoved(eventSource, eventName, fieldsAt(events, row))) {
        const key = this.keyOf(row, name);
        const known = this.rows.get(key) ?? [];
        this.rows.set(key, known);
        known.push(row);
      }
    }
  }

  /**
   * Row of the removal after which nothing of what the call in `made` made is left; undefined while something is there, or
   * when nobody can tell. Of one second, making comes first: a record has no finer time.
   */
  of(made: number, thing: Thing): number | undefined {
    const from = timeAt(this.events, made);
    let end: number | undefined;
    for (const names of thing) {
      const removed = names
        .flatMap((name) => {
          const rows = this.rows.get(this.keyOf(made, name)) ?? [];
          const at = firstFrom(rows, from, (row) => timeAt(this.events, row));
          return rows[rows[at] === made ? at + 1 : at] ?? [];
        })
        .sort((a, b) => a - b)[0];
      if (removed === undefined) {
        return undefined;
      }
      end = Math.max(end ?? removed, removed);
    }
    return end;
  }

  private keyOf(row: number, name: string): string {
    const global = actionAt(this.events, row).eventSource.startsWith('iam.');
    return `${accountAt(this.events, row)}|${global ? '' : textAt(this.events, 'region', row)}|${name}`;
  }
}
