/**
 * Resources that the records of a blast radius name, counted as the records come back from disk.
 *
 * Guarantee: a record counts only when it is the one that was analysed; others are counted as problems of their file, which
 * the page names. The order in which files are read makes no difference.
 */
import type { Analysis } from '../analysis';
import { EventFlag, type JsonObject } from '../cloudtrail/columns';
import { isJsonObject, stringAt } from '../cloudtrail/record';
import { resourcesOf, type ResourceRef } from '../cloudtrail/resources';
import { compareText } from '../cloudtrail/text';
import { formatInstant } from '../cloudtrail/time';
import type { LineageModel } from '../lineage/model';
import { actionAt, eventIdAt, hasFlag, timeAt } from '../lineage/table';
import { blastLimits, listed, type BlastProblem, type BlastRadius, type BlastResource } from './blast-radius';
import { isReading, outcomeAt, type BlastSurvey } from './blast-survey';

/** Spans of one file, in the order of their bytes. */
export interface FileRows {
  /** As the coverage names it. */
  readonly path: string;
  readonly spans: readonly { readonly row: number; readonly start: number; readonly length: number }[];
}

/** What to read again, file by file. */
export function rowsByFile({ model }: Analysis, rows: readonly number[]): FileRows[] {
  const { events, files } = model;
  const byFile = new Map<number, { row: number; start: number; length: number }[]>();
  for (const row of rows) {
    const file = events.file[row] ?? -1;
    const spans = byFile.get(file) ?? [];
    byFile.set(file, spans);
    spans.push({ row, start: events.start[row] ?? 0, length: events.length[row] ?? 0 });
  }
  return [...byFile]
    .map(([file, spans]) => ({
      path: files[file]?.result.path ?? '',
      spans: spans.sort((a, b) => a.start - b.start),
    }))
    .sort((a, b) => compareText(a.path, b.path));
}

interface Use {
  readonly ref: ResourceRef;
  reads: number;
  writes: number;
  denied: number;
  failed: number;
  first: number;
  last: number;
  firstWrite: number;
  readonly actions: Map<string, number>;
}

export class ResourceTally {
  private readonly uses = new Map<string, Use>();
  private readonly problems = new Map<string, { records: number; readonly reason: string }>();
  private read = 0;

  constructor(
    private readonly model: LineageModel,
    private readonly limit: number = blastLimits.records,
  ) {}

  /** The bytes at the span of a row, as text. */
  add(path: string, row: number, text: string): void {
    const record = recordAt(this.model, row, text);
    if (record === undefined) {
      this.miss(path, 1, 'changed since it was analysed');
      return;
    }
    this.read++;
    for (const ref of resourcesOf(record)) {
      this.count(ref, row);
    }
  }

  /** Records of a file that could not be read. */
  miss(path: string, records: number, reason: string): void {
    const key = `${path}\n${reason}`;
    const known = this.problems.get(key);
    if (known === undefined) {
      this.problems.set(key, { records, reason });
    } else {
      known.records += records;
    }
  }

  page({ page, total }: BlastSurvey): BlastRadius {
    const uses = [...this.uses.values()].sort(byWeight);
    const problems = [...this.problems]
      .map(([key, { records, reason }]): BlastProblem => ({ file: key.split('\n')[0] ?? '', records, reason }))
      .sort((a, b) => compareText(a.file, b.file) || compareText(a.reason, b.reason));
    return {
      ...page,
      resources: {
        ...listed(uses, blastLimits.resources),
        listed: uses.slice(0, blastLimits.resources).map((use) => this.resource(use)),
        written: uses.filter(({ writes }) => writes > 0).length,
        read: uses.filter(({ reads }) => reads > 0).length,
        untouched: uses.filter(({ reads, writes }) => reads + writes === 0).length,
      },
      records: { total, read: this.read, limit: this.limit, problems },
    };
  }

  private count(ref: ResourceRef, row: number): void {
    let use = this.uses.get(ref.key);
    if (use === undefined) {
      use = {
        ref,
        reads: 0,
        writes: 0,
        denied: 0,
        failed: 0,
        first: row,
        last: row,
        firstWrite: Infinity,
        actions: new Map(),
      };
      this.uses.set(ref.key, use);
    }
    const { eventName } = actionAt(this.model.events, row);
    const outcome = outcomeAt(this.model, row);
    if (outcome !== 'success') {
      use[outcome]++;
    } else if (isReading(this.model, row)) {
      use.reads++;
    } else {
      use.writes++;
      use.firstWrite = Math.min(use.firstWrite, row);
    }
    use.first = Math.min(use.first, row);
    use.last = Math.max(use.last, row);
    use.actions.set(eventName, (use.actions.get(eventName) ?? 0) + 1);
  }

  private resource({ ref, reads, writes, denied, failed, first, last, firstWrite, actions }: Use): BlastResource {
    const { events, files } = this.model;
    const telling = Number.isFinite(firstWrite) ? firstWrite : first;
    return {
      type: ref.type,
      name: ref.name,
      arn: ref.arn,
      accountId: ref.accountId,
      region: ref.region,
      reads,
      writes,
      denied,
      failed,
      firstEventTime: formatInstant(timeAt(events, first)),
      lastEventTime: formatInstant(timeAt(events, last)),
      actions: [...actions]
        .sort(([a, one], [b, other]) => other - one || compareText(a, b))
        .slice(0, mostActions)
        .map(([name]) => name),
      eventID: eventIdAt(events, telling),
      file: files[events.file[telling] ?? -1]?.result.path ?? '',
    };
  }
}

const mostActions = 6;

/** What was changed, then what was read, then what was only tried. */
function byWeight(a: Use, b: Use): number {
  return (
    Number(b.writes > 0) - Number(a.writes > 0) ||
    Number(b.reads > 0) - Number(a.reads > 0) ||
    b.writes - a.writes ||
    b.reads - a.reads ||
    b.denied - a.denied ||
    compareText(a.ref.type, b.ref.type) ||
    compareText(a.ref.key, b.ref.key)
  );
}

/** The record, when it is still the one that was analysed. */
function recordAt({ events }: LineageModel, row: number, text: string): JsonObject | undefined {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    // Other bytes stand there now: the caller counts it.
    return undefined;
  }
  if (!isJsonObject(record)) {
    return undefined;
  }
  // An id that is a hash of the record's text has no field to compare; its action has.
  const wanted = eventIdAt(events, row);
  return hasFlag(events, row, EventFlag.syntheticId) ||
    record['eventID'] === wanted ||
    stringAt(record, 'addendum', 'originalEventID') === wanted
    ? record
    : undefined;
}
