/**
 * What sessions left behind, of whatever depth, and whether it was taken away again.
 *
 * Guarantee: successful calls only, in time order; the object of each is told as `chain-then-persistence` tells it.
 */
import { actionClass } from '../cloudtrail/actions';
import { EventFlag, type JsonObject } from '../cloudtrail/columns';
import { requestParameters, responseElements, stringAt } from '../cloudtrail/record';
import { formatInstant } from '../cloudtrail/time';
import { objectMade, thingRemoved } from '../detect/persistence-objects';
import { firstFrom } from '../lineage/in-order';
import type { EventTable, LineageModel } from '../lineage/model';
import { accountAt, actionAt, callerAt, eventIdAt, hasFlag, notableAt, succeeded, timeAt } from '../lineage/table';
import type { BlastObject } from './blast-radius';

/** `rows` in time order. */
export function objectsMadeAt(model: LineageModel, rows: readonly number[]): BlastObject[] {
  const { events, files, sessions } = model;
  const made = rows.filter((row) => leavesSomething(events, row));
  const removals = made.length === 0 ? new Map<string, number[]>() : removalsIn(events);
  return made.map((row) => {
    const { eventSource, eventName } = actionAt(events, row);
    const object = objectMade(eventSource, eventName, fieldsAt(events, row));
    const taken = object.thing === '' ? [] : (removals.get(`${accountAt(events, row)}|${object.thing}`) ?? []);
    const deleted = taken[firstFrom(taken, row + 1, (each) => each)];
    return {
      kind: object.kind,
      name: object.name,
      ...(object.arn === '' ? {} : { arn: object.arn }),
      ...(object.accessKeyId === '' ? {} : { accessKeyId: object.accessKeyId }),
      eventID: eventIdAt(events, row),
      ...(deleted === undefined ? {} : { deletedAt: formatInstant(timeAt(events, deleted)) }),
      session: sessions[events.session[row] ?? -1]?.id ?? '',
      createdAt: formatInstant(timeAt(events, row)),
      eventName,
      file: files[events.file[row] ?? -1]?.result.path ?? '',
    };
  });
}

/** Successful persistence and privilege calls; of those that start machines, the ones that hand on a role. */
export function leavesSomething(events: EventTable, row: number): boolean {
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
  if (kind !== 'persistence' && kind !== 'privilege') {
    return false;
  }
  const request = requestParameters(record) ?? {};
  switch (eventName) {
    case 'RunInstances':
    case 'RequestSpotInstances':
      return JSON.stringify(request).includes('"iamInstanceProfile"');
    case 'CreateStack':
      return stringAt(request, 'roleARN') !== '';
    case 'ModifyInstanceAttribute':
      return request['userData'] !== undefined;
    default:
      return true;
  }
}

/** Rows that took a thing away, by account and thing, in time order. */
function removalsIn(events: EventTable): Map<string, number[]> {
  const removals = new Map<string, number[]>();
  for (const row of [...events.notable.keys()].sort((a, b) => a - b)) {
    const { eventSource, eventName } = actionAt(events, row);
    const thing = succeeded(events, row) ? thingRemoved(eventSource, eventName, fieldsAt(events, row)) : '';
    if (thing !== '') {
      const key = `${accountAt(events, row)}|${thing}`;
      const known = removals.get(key);
      if (known === undefined) {
        removals.set(key, [row]);
      } else {
        known.push(row);
      }
    }
  }
  return removals;
}

function fieldsAt(events: EventTable, row: number): { request: JsonObject; response: JsonObject; self: string } {
  const record = notableAt(events, row) ?? {};
  return {
    request: requestParameters(record) ?? {},
    response: responseElements(record) ?? {},
    self: callerAt(events, row).userName,
  };
}
