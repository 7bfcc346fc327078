/**
 * When trails may not have logged what happened: from a successful change that leaves events out to the one that undoes it.
 *
 * Guarantee: whoever made the change; another trail may have gone on logging.
 */
import { requestParameters, stringAt, valueAt } from '../cloudtrail/record';
import { formatInstant } from '../cloudtrail/time';
import type { EventTable } from '../lineage/model';
import { accountAt, actionAt, notableAt, succeeded, timeAt } from '../lineage/table';
import { rowsOfActions } from './facts';
import { clean } from './text';
import { isFalse, isTrue, leftOut, TrailFacts, trailKey, trailName } from './trail-facts';

export interface BlindSpan {
  readonly row: number;
  readonly trail: string;
  readonly account: string;
  /** What is left out: `''` for everything. */
  readonly without: string;
  readonly since: number;
  /** Undefined: to the end of the logs. */
  readonly until: number | undefined;
}

const calls = new Set([
  'StopLogging',
  'DeleteTrail',
  'StartLogging',
  'UpdateTrail',
  'PutEventSelectors',
  'DeleteEventDataStore',
]);

/** What a change does to its trail: begins to leave something out, or ends that. */
interface Effect {
  readonly aspect: 'logging' | 'regions' | 'bucket' | 'selectors';
  /** Undefined where it ends. */
  readonly without: string | undefined;
}

/** In the order in which they begin. */
export function blindSpans(events: EventTable): BlindSpan[] {
  const spans: BlindSpan[] = [];
  const open = new Map<string, BlindSpan>();
  let facts: TrailFacts | undefined;
  for (const row of rowsOfActions(
    events,
    ({ eventSource, eventName }) => eventSource.startsWith('cloudtrail.') && calls.has(eventName),
  )) {
    const record = notableAt(events, row);
    if (record === undefined || !succeeded(events, row)) {
      continue;
    }
    facts ??= new TrailFacts(events);
    for (const { aspect, without } of effectsOf(events, row, facts)) {
      const key = `${aspect}|${trailKey(events, row)}`;
      const known = open.get(key);
      // What stops twice stopped the first time.
      if (known === undefined && without !== undefined) {
        open.set(key, {
          row,
          trail: trailName(record),
          account: accountAt(events, row),
          without,
          since: timeAt(events, row),
          until: undefined,
        });
      } else if (known !== undefined && without === undefined) {
        open.delete(key);
        spans.push({ ...known, until: timeAt(events, row) });
      }
    }
  }
  return [...spans, ...open.values()].sort((a, b) => a.row - b.row);
}

function effectsOf(events: EventTable, row: number, facts: TrailFacts): Effect[] {
  const { eventName } = actionAt(events, row);
  const request = requestParameters(notableAt(events, row) ?? {}) ?? {};
  switch (eventName) {
    case 'StopLogging':
    case 'DeleteTrail':
    case 'DeleteEventDataStore':
      return [{ aspect: 'logging', without: '' }];
    case 'StartLogging':
      return [{ aspect: 'logging', without: undefined }];
    case 'PutEventSelectors': {
      const without = leftOut(request);
      return without === undefined ? [] : [{ aspect: 'selectors', without: without === '' ? undefined : without }];
    }
    default: {
      const regions = valueAt(request, 'isMultiRegionTrail');
      const bucket = stringAt(request, 's3BucketName');
      const before = facts.bucketBefore(row);
      return [
        ...(isFalse(regions) ? [{ aspect: 'regions' as const, without: 'other Regions' }] : []),
        ...(isTrue(regions) ? [{ aspect: 'regions' as const, without: undefined }] : []),
        ...(bucket !== '' && before !== undefined && bucket !== before
          ? [{ aspect: 'bucket' as const, without: 'files in the bucket it had' }]
          : []),
      ];
    }
  }
}

/** `trail main of account 111122223333 from … until …`. */
export function blindWords({ trail, account, without, since, until }: BlindSpan): string {
  const what = without === '' ? '' : ` (without ${without})`;
  const end = until === undefined ? 'on, to the end of these logs' : `until ${formatInstant(until)}`;
  return `trail ${clean(trail, 128)} of account ${clean(account, 32)}${what} from ${formatInstant(since)} ${end}`;
}
