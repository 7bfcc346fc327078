/**
 * Reading the event table: one accessor per question, so that nobody else indexes columns by hand.
 *
 * Guarantee: total for every row below `table.count`; absent values are ''.
 */
import { EventFlag, type Action, type JsonObject } from '../cloudtrail/columns';
import type { Caller } from '../cloudtrail/caller';
import { eventIdText, eventIdWords, fingerprintOf } from '../cloudtrail/event-id';
import { ABSENT_CALLER } from '../cloudtrail/parse-caller';
import type { EventTable } from './model';

const absentAction: Action = { eventSource: '', eventName: '' };

export function callerAt(table: EventTable, row: number): Caller {
  return table.callers[table.caller[row] ?? -1] ?? ABSENT_CALLER;
}

export function actionAt(table: EventTable, row: number): Action {
  return table.actions[table.action[row] ?? -1] ?? absentAction;
}

/** Everybody who called. The dictionary of callers may hold others too, whose records are gone. */
export function callersOf(table: EventTable): Caller[] {
  const seen = new Uint8Array(table.callers.length);
  for (let row = 0; row < table.count; row++) {
    seen[table.caller[row] ?? 0] = 1;
  }
  return table.callers.filter((_, index) => seen[index] === 1);
}

export type TextColumn = 'sourceAddress' | 'userAgent' | 'errorCode' | 'region' | 'recipientAccount' | 'vpcEndpoint';

export function textAt(table: EventTable, column: TextColumn, row: number): string {
  return table.strings[table[column][row] ?? 0] ?? '';
}

/** Milliseconds since the epoch, UTC. */
export function timeAt(table: EventTable, row: number): number {
  return table.time[row] ?? 0;
}

export function hasFlag(table: EventTable, row: number, flag: number): boolean {
  return ((table.flags[row] ?? 0) & flag) !== 0;
}

/** No error code and no failure reported in the response. */
export function succeeded(table: EventTable, row: number): boolean {
  return table.errorCode[row] === 0 && !hasFlag(table, row, EventFlag.failedInResponse);
}

export function notableAt(table: EventTable, row: number): JsonObject | undefined {
  return table.notable.get(row);
}

/** The record's eventID as written; `hash:<32 hex>` for a record that has none. */
export function eventIdAt(table: EventTable, row: number): string {
  const text = table.textIds.get(row);
  if (text !== undefined) {
    return text;
  }
  const at = row * 4;
  const { eventId } = table;
  const uuid = eventIdText(eventId[at] ?? 0, eventId[at + 1] ?? 0, eventId[at + 2] ?? 0, eventId[at + 3] ?? 0);
  return hasFlag(table, row, EventFlag.syntheticId) ? `hash:${uuid.replaceAll('-', '')}` : uuid;
}

/** Rows of the events with this id: more than one where accounts share it. In time order. */
export function rowsOfEvent(table: EventTable, eventId: string): number[] {
  const wanted = eventIdWords(eventId);
  const { eventId: ids } = table;
  const rows: number[] = [];
  for (let row = 0; row < table.count; row++) {
    const at = row * 4;
    if (
      ids[at] === wanted[0] &&
      ids[at + 1] === wanted[1] &&
      ids[at + 2] === wanted[2] &&
      ids[at + 3] === wanted[3] &&
      eventIdAt(table, row) === eventId
    ) {
      rows.push(row);
    }
  }
  // Ids that were cut or escaped, and those of records that stand for others.
  for (const named of [table.textIds, table.replacing]) {
    for (const [row, own] of named) {
      if (own === eventId && !rows.includes(row)) {
        rows.push(row);
      }
    }
  }
  return rows.sort((a, b) => a - b);
}

/** Rows of the events with this requestID. In time order. */
export function rowsOfRequest(table: EventTable, requestId: string): number[] {
  const [first, second] = fingerprintOf(requestId);
  const rows: number[] = [];
  for (let row = 0; row < table.count; row++) {
    if (table.requestId[row * 2] === first && table.requestId[row * 2 + 1] === second) {
      rows.push(row);
    }
  }
  return rows;
}

/** The account that the event acted in: the record's recipient, else the caller's. */
export function accountAt(table: EventTable, row: number): string {
  return textAt(table, 'recipientAccount', row) || callerAt(table, row).accountId;
}
