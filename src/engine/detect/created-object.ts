/** What a call left behind, as a finding tells it and remediation takes it up. */
import { formatInstant } from '../cloudtrail/time';
import type { CreatedObject } from '../contract';
import type { EventTable } from '../lineage/model';
import { actionAt, eventIdAt, timeAt } from '../lineage/table';
import { fieldsAt } from './lasting-changes';
import { objectMade } from './persistence-objects';

/** `deletedRow`: the call that took it away again. */
export function createdObjectAt(events: EventTable, row: number, deletedRow?: number): CreatedObject {
  const { eventSource, eventName } = actionAt(events, row);
  const { kind, name, arn, accessKeyId } = objectMade(eventSource, eventName, fieldsAt(events, row));
  return {
    kind,
    name,
    ...(arn === '' ? {} : { arn }),
    ...(accessKeyId === '' ? {} : { accessKeyId }),
    eventID: eventIdAt(events, row),
    ...(deletedRow === undefined ? {} : { deletedAt: formatInstant(timeAt(events, deletedRow)) }),
  };
}
