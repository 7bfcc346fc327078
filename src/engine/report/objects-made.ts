/**
 * What sessions left behind, of whatever depth, and whether it was taken away again.
 *
 * Guarantee: successful calls only, in time order; the object of each is told as `chain-then-persistence` tells it.
 */
import { formatInstant } from '../cloudtrail/time';
import { fieldsAt, isLasting, Removals } from '../detect/lasting-changes';
import { objectMade } from '../detect/persistence-objects';
import type { LineageModel } from '../lineage/model';
import { actionAt, eventIdAt, timeAt } from '../lineage/table';
import type { BlastObject } from './blast-radius';

/** `rows` in time order. */
export function objectsMadeAt(model: LineageModel, rows: readonly number[]): BlastObject[] {
  const { events, files, sessions } = model;
  const made = rows.filter((row) => isLasting(events, row));
  if (made.length === 0) {
    return [];
  }
  const removals = new Removals(events);
  return made.map((row) => {
    const { eventSource, eventName } = actionAt(events, row);
    const object = objectMade(eventSource, eventName, fieldsAt(events, row));
    const deleted = removals.of(row, object.thing);
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
