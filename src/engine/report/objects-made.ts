/**
 * What sessions left behind, of whatever depth, and whether it was taken away again.
 *
 * Guarantee: successful calls only, in time order; the object of each is told as `chain-then-persistence` tells it.
 */
import { requestParameters, stringAt } from '../cloudtrail/record';
import { formatInstant } from '../cloudtrail/time';
import { fieldsAt, isLasting, Removals } from '../detect/lasting-changes';
import { objectMade } from '../detect/persistence-objects';
import type { LineageModel } from '../lineage/model';
import { actionAt, eventIdAt, succeeded, timeAt } from '../lineage/table';
import type { BlastObject } from './blast-radius';

/** `rows` in time order. */
export function objectsMadeAt(model: LineageModel, rows: readonly number[]): BlastObject[] {
  const { events, files, sessions } = model;
  const made = rows.filter((row) => isLasting(events, row));
  if (made.length === 0) {
    return [];
  }
  const removals = new Removals(events);
  const asleep = inactiveKeys(model);
  return made.map((row) => {
    const { eventSource, eventName } = actionAt(events, row);
    const object = objectMade(eventSource, eventName, fieldsAt(events, row));
    const deleted = removals.of(row, object.thing);
    const inactive = deleted === undefined ? asleep.get(object.accessKeyId) : undefined;
    return {
      kind: object.kind,
      name: object.name,
      ...(object.arn === '' ? {} : { arn: object.arn }),
      ...(object.accessKeyId === '' ? {} : { accessKeyId: object.accessKeyId }),
      eventID: eventIdAt(events, row),
      ...(deleted === undefined ? {} : { deletedAt: formatInstant(timeAt(events, deleted)) }),
      ...(inactive === undefined ? {} : { inactiveSince: formatInstant(timeAt(events, inactive)) }),
      session: sessions[events.session[row] ?? -1]?.id ?? '',
      createdAt: formatInstant(timeAt(events, row)),
      eventName,
      words: object.words,
      change: object.change,
      endKnown: object.endKnown,
      file: files[events.file[row] ?? -1]?.result.path ?? '',
    };
  });
}

/** Keys whose last change of status was to make them inactive, and the row of that. */
function inactiveKeys({ events }: LineageModel): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  const active = new Map<string, boolean>();
  for (const [row, record] of [...events.notable].sort(([a], [b]) => a - b)) {
    const { eventSource, eventName } = actionAt(events, row);
    if (eventName !== 'UpdateAccessKey' || !eventSource.startsWith('iam.') || !succeeded(events, row)) {
      continue;
    }
    const request = requestParameters(record);
    const key = stringAt(request, 'accessKeyId');
    const is = stringAt(request, 'status') === 'Active';
    if (active.get(key) !== is) {
      active.set(key, is);
      last.set(key, row);
    }
  }
  return new Map([...last].filter(([key]) => key !== '' && active.get(key) === false));
}
