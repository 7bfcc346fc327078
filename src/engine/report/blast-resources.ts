/**
 * Resources that the records of a blast radius name, counted as the records come back from disk.
 *
 * Guarantee: a record counts only when it is the one that was analysed; others are counted as problems of their file, which
 * the page names. The order in which files are read makes no difference.
 */
import type { Analysis } from '../analysis';
import type { ActionClass } from '../cloudtrail/actions';
import { EventFlag, type JsonObject } from '../cloudtrail/columns';
import { isJsonObject, stringAt } from '../cloudtrail/record';
import { resourcesOf, type ResourceRef } from '../cloudtrail/resources';
import { compareText } from '../cloudtrail/text';
import { formatInstant } from '../cloudtrail/time';
import type { LineageModel } from '../lineage/model';
import { actionAt, eventIdAt, hasFlag, timeAt } from '../lineage/table';
import { alsoMadeIn, type AlsoMade } from './also-made';
import {
  blastLimits,
  listed,
  type BlastAlsoMade,
  type BlastProblem,
  type BlastRadius,
  type BlastResource,
} from './blast-radius';
import { classesOf, isReading, outcomeAt, type BlastSurvey } from './blast-survey';

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

/** What resources were used for: one resource, or many objects of one bucket. */
class Use {
  count = 1;
  reads = 0;
  writes = 0;
  denied = 0;
  failed = 0;
  first = Infinity;
  last = -1;
  /** The first call that changed or took something. */
  firstTelling = Infinity;
  readonly actions = new Map<string, number>();
  readonly classes = new Set<ActionClass>();

  constructor(
    readonly ref: ResourceRef,
    readonly name: string,
  ) {}

  /** Of what succeeded, the most telling. */
  get rank(): number {
    return Math.min(ranked.length, ...[...this.classes].map((each) => ranked.indexOf(each)));
  }

  add(other: Use): void {
    this.reads += other.reads;
    this.writes += other.writes;
    this.denied += other.denied;
    this.failed += other.failed;
    this.first = Math.min(this.first, other.first);
    this.last = Math.max(this.last, other.last);
    this.firstTelling = Math.min(this.firstTelling, other.firstTelling);
    other.actions.forEach((count, name) => this.actions.set(name, (this.actions.get(name) ?? 0) + count));
    other.classes.forEach((each) => this.classes.add(each));
  }
}

/** The most telling first. */
const ranked: readonly ActionClass[] = [
  'exfiltration',
  'credential-access',
  'persistence',
  'privilege',
  'defense-evasion',
  'impact',
  'other-write',
  'read',
  'identity',
];
const mostActions = 6;
/** Objects of one bucket beyond this are one entry: a copy of a bucket is one thing, not ten thousand. */
const mostObjects = 10;

export class ResourceTally {
  private readonly uses = new Map<string, Use>();
  private readonly problems = new Map<string, { records: number; readonly reason: string }>();
  private readonly classOf: (row: number) => ActionClass;
  private readonly alsoMadeOf: (row: number) => AlsoMade | undefined;
  private read = 0;
  /** Rows of records that name no resource. */
  private readonly unnamed: number[] = [];
  /** What calls made or opened, by row. */
  private readonly madeRefs = new Map<number, ResourceRef>();

  constructor(
    private readonly model: LineageModel,
    private readonly limit: number = blastLimits.records,
  ) {
    this.classOf = classesOf(model);
    this.alsoMadeOf = alsoMadeIn(model.events);
  }

  /** The bytes at the span of a row, as text. */
  add(path: string, row: number, text: string): void {
    const record = recordAt(this.model, row, text);
    if (record === undefined) {
      this.miss(path, 1, 'changed since it was analysed');
      return;
    }
    this.read++;
    const refs = resourcesOf(record);
    for (const ref of refs) {
      this.count(ref, row);
    }
    const { eventName } = actionAt(this.model.events, row);
    // `CreateSubnet` names the VPC, too.
    const made = refs.find(({ type }) => eventName.endsWith(type.split('::').at(-1) ?? type)) ?? refs[0];
    if (made === undefined) {
      this.unnamed.push(row);
    } else if (this.alsoMadeOf(row) !== undefined) {
      this.madeRefs.set(row, made);
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

  page({ page, total, alsoMade }: BlastSurvey): BlastRadius {
    const uses = [...this.uses.values()];
    const entries = together(uses).sort(byWeight);
    const problems = [...this.problems]
      .map(([key, { records, reason }]): BlastProblem => ({ file: key.split('\n')[0] ?? '', records, reason }))
      .sort((a, b) => compareText(a.file, b.file) || compareText(a.reason, b.reason));
    return {
      ...page,
      resources: {
        total: uses.length,
        entries: entries.length,
        listed: entries.slice(0, blastLimits.resources).map((use) => this.resource(use)),
        written: uses.filter(({ writes }) => writes > 0).length,
        read: uses.filter(({ reads }) => reads > 0).length,
        untouched: uses.filter(({ reads, writes }) => reads + writes === 0).length,
      },
      alsoMade: listed(this.alsoMade(alsoMade), blastLimits.alsoMade),
      records: {
        total,
        read: this.read,
        unnamed: this.unnamed.length,
        unnamedActions: listed(this.unnamedActions(), blastLimits.unnamedActions),
        limit: this.limit,
        problems,
      },
    };
  }

  /** One entry a call and resource, in the order of the first. */
  private alsoMade(rows: BlastSurvey['alsoMade']): BlastAlsoMade[] {
    const { events, files, sessions } = this.model;
    const entries = new Map<string, { readonly what: AlsoMade; readonly rows: number[] }>();
    for (const { row, what } of rows) {
      const { eventSource, eventName } = actionAt(events, row);
      const key = [eventSource, eventName, this.madeRefs.get(row)?.key ?? ''].join('\n');
      const known = entries.get(key) ?? { what, rows: [] };
      entries.set(key, known);
      known.rows.push(row);
    }
    return [...entries.values()].map(({ what, rows: calls }) => {
      const first = calls[0] ?? 0;
      const ref = this.madeRefs.get(first);
      return {
        what,
        ...actionAt(events, first),
        type: ref?.type ?? '',
        name: ref?.name ?? '',
        calls: calls.length,
        firstEventTime: formatInstant(timeAt(events, first)),
        lastEventTime: formatInstant(timeAt(events, calls.at(-1) ?? first)),
        session: sessions[events.session[first] ?? -1]?.id ?? '',
        eventID: eventIdAt(events, first),
        file: files[events.file[first] ?? -1]?.result.path ?? '',
      };
    });
  }

  /** Successful calls that changed or took something that we cannot name. */
  private unnamedActions(): { name: string; records: number }[] {
    const counts = new Map<string, number>();
    for (const row of this.unnamed) {
      if (this.classOf(row) !== 'read' && outcomeAt(this.model, row) === 'success') {
        const { eventName } = actionAt(this.model.events, row);
        counts.set(eventName, (counts.get(eventName) ?? 0) + 1);
      }
    }
    return [...counts]
      .map(([name, records]) => ({ name, records }))
      .sort((a, b) => b.records - a.records || compareText(a.name, b.name));
  }

  private count(ref: ResourceRef, row: number): void {
    const use = this.uses.get(ref.key) ?? new Use(ref, ref.name);
    this.uses.set(ref.key, use);
    const { eventName } = actionAt(this.model.events, row);
    const outcome = outcomeAt(this.model, row);
    if (outcome === 'success') {
      const kind = this.classOf(row);
      const reading = ref.access === 'read' || isReading(this.model, row);
      use[reading ? 'reads' : 'writes']++;
      use.classes.add(kind);
      use.firstTelling = reading && kind === 'read' ? use.firstTelling : Math.min(use.firstTelling, row);
    } else {
      use[outcome]++;
    }
    use.first = Math.min(use.first, row);
    use.last = Math.max(use.last, row);
    use.actions.set(eventName, (use.actions.get(eventName) ?? 0) + 1);
  }

  private resource(use: Use): BlastResource {
    const { events, files } = this.model;
    const { ref, first, last, firstTelling } = use;
    const telling = Number.isFinite(firstTelling) ? firstTelling : first;
    return {
      type: ref.type,
      name: use.name,
      arn: use.count === 1 ? ref.arn : '',
      count: use.count,
      accountId: ref.accountId,
      region: ref.region,
      reads: use.reads,
      writes: use.writes,
      denied: use.denied,
      failed: use.failed,
      firstEventTime: formatInstant(timeAt(events, first)),
      lastEventTime: formatInstant(timeAt(events, last)),
      classes: ranked.filter((each) => use.classes.has(each)),
      actions: [...use.actions]
        .sort(([a, one], [b, other]) => other - one || compareText(a, b))
        .slice(0, mostActions)
        .map(([name]) => name),
      eventID: eventIdAt(events, telling),
      file: files[events.file[telling] ?? -1]?.result.path ?? '',
    };
  }
}

/** Many objects of one bucket as one entry, named by what they have in common. */
function together(uses: readonly Use[]): Use[] {
  const buckets = new Map<string, Use[]>();
  for (const use of uses) {
    if (use.ref.type === 'AWS::S3::Object') {
      // What was only refused is not told with what was read.
      const key = `${use.name.split('/')[0] ?? ''}|${use.reads + use.writes > 0 ? 'touched' : 'tried'}`;
      const objects = buckets.get(key) ?? [];
      buckets.set(key, objects);
      objects.push(use);
    }
  }
  const merged = [...buckets.values()].filter((objects) => objects.length > mostObjects);
  const gone = new Set(merged.flat());
  return [
    ...uses.filter((use) => !gone.has(use)),
    ...merged.flatMap((objects) => {
      const sorted = [...objects].sort((a, b) => compareText(a.name, b.name));
      const [first] = sorted;
      if (first === undefined) {
        return [];
      }
      const all = new Use(first.ref, `${commonStart(first.name, sorted.at(-1)?.name ?? '')}*`);
      sorted.forEach((each) => {
        all.add(each);
      });
      all.count = sorted.length;
      return [all];
    }),
  ];
}

/** Of sorted names the first and the last have in common what all have. */
function commonStart(first: string, last: string): string {
  let at = 0;
  while (at < first.length && first[at] === last[at]) {
    at++;
  }
  return first.slice(0, at).replace(/[\ud800-\udbff]$/, '');
}

/** What was taken, opened, broken or changed, then what was read, then what was only tried. */
function byWeight(a: Use, b: Use): number {
  return (
    a.rank - b.rank ||
    b.count - a.count ||
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
