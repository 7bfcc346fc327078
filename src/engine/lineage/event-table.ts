/**
 * Columns and dictionaries as the table that the model is read from.
 *
 * Guarantee: nothing is copied; sessions are not known yet.
 */
import type { Dictionaries } from './dictionaries';
import type { EventColumns } from './event-columns';
import type { EventTable } from './model';

export function eventTable(
  table: EventColumns,
  dictionaries: Dictionaries,
  session = new Int32Array(table.count).fill(-1),
): EventTable {
  return {
    count: table.count,
    time: table.column('time'),
    file: table.column('file'),
    start: table.column('start'),
    length: table.column('length'),
    eventId: table.column('eventId'),
    requestId: table.column('requestId'),
    caller: table.column('caller'),
    action: table.column('action'),
    sourceAddress: table.column('sourceAddress'),
    userAgent: table.column('userAgent'),
    errorCode: table.column('errorCode'),
    region: table.column('region'),
    recipientAccount: table.column('recipientAccount'),
    vpcEndpoint: table.column('vpcEndpoint'),
    flags: table.column('flags'),
    session,
    strings: dictionaries.strings,
    callers: dictionaries.callers,
    actions: dictionaries.actions,
    textIds: table.textIds,
    replacing: table.replacing,
    notable: table.notable,
  };
}
