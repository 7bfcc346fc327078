/**
 * What files brought to the event table, and what of them did not get into it.
 *
 * Guarantee: the records of every file are counted, each once: events and duplicates together are what it brought.
 */
import type { EventColumns } from './event-columns';
import type { EventTable, ModelFile, ModelNote } from './model';

/** Why a row is not in the table. */
export type Reason = 'copy' | 'other-content' | 'replaced' | 'network-activity';

/** Per file: events it brought, its records that are aside, and the time span of its events. */
export function describeFiles(
  files: readonly ModelFile['result'][],
  events: EventTable,
  aside: EventColumns,
): ModelFile[] {
  const first = new Float64Array(files.length);
  const last = new Float64Array(files.length);
  const counts = new Uint32Array(files.length);
  for (let row = 0; row < events.count; row++) {
    const file = events.file[row] ?? 0;
    const time = events.time[row] ?? 0;
    // In the order of time.
    if (counts[file] === 0) {
      first[file] = time;
    }
    last[file] = time;
    counts[file] = (counts[file] ?? 0) + 1;
  }
  const duplicates = new Uint32Array(files.length);
  const asideFiles = aside.column('file');
  for (let row = 0; row < aside.count; row++) {
    const file = asideFiles[row] ?? 0;
    duplicates[file] = (duplicates[file] ?? 0) + 1;
  }
  return files.map((result, index) => {
    const kept = counts[index] ?? 0;
    return {
      result,
      events: kept,
      duplicates: duplicates[index] ?? 0,
      firstEventTime: kept === 0 ? undefined : first[index],
      lastEventTime: kept === 0 ? undefined : last[index],
    };
  });
}

/** What the rows that are not in the table are. */
export function asideNotes(reasons: readonly Reason[]): ModelNote[] {
  const counts = new Map<Reason, number>();
  for (const reason of reasons) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const note = (reason: Reason, id: string, text: (count: string) => string): ModelNote[] => {
    const count = counts.get(reason) ?? 0;
    return count === 0 ? [] : [{ id, message: text(`${String(count)} record${count === 1 ? '' : 's'}`) }];
  };
  return [
    ...note(
      'other-content',
      'event-id-conflicts',
      (records) =>
        `${records} with the event id of another record that tells something else: logs were edited or damaged. The record that tells more was taken.`,
    ),
    ...note(
      'replaced',
      'replaced-events',
      (records) => `${records} that AWS replaced later (addendum): the later record was taken.`,
    ),
    ...note(
      'network-activity',
      'network-activity-copies',
      (records) =>
        `${records} of network activity for calls that were logged as management or data events too: each call counts once.`,
    ),
  ];
}
