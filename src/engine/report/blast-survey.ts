/**
 * The part of a blast radius that the event table tells, over all events, and which records to read again for the rest.
 *
 * Guarantee: one pass over the events of the sessions in question; bounded by their number, not by its square.
 */
import type { Analysis } from '../analysis';
import { actionClass, type ActionClass } from '../cloudtrail/actions';
import { READ_PREFIXES } from '../cloudtrail/action-tables';
import { EventFlag } from '../cloudtrail/columns';
import { isDenied } from '../cloudtrail/outcome';
import { compareText } from '../cloudtrail/text';
import { formatInstant } from '../cloudtrail/time';
import type { Severity } from '../contract';
import { sessionLabel } from '../detect/describe';
import { isLasting } from '../detect/lasting-changes';
import { originsOf } from '../detect/origins';
import type { LineageModel, Session } from '../lineage/model';
import { accountAt, actionAt, eventIdAt, hasFlag, succeeded, textAt, timeAt } from '../lineage/table';
import { descendants } from '../lineage/walk';
import {
  blastLimits,
  listed,
  type BlastAddress,
  type BlastCount,
  type BlastRadius,
  type BlastRefusal,
  type BlastSession,
  type BlastTally,
} from './blast-radius';
import { alsoMadeIn, type AlsoMade } from './also-made';
import { objectsMadeAt } from './objects-made';
import { wayTo } from './subtree';

export type Outcome = 'success' | 'denied' | 'failed';

/** Everything but the resources, and the rows whose records name them. */
export interface BlastSurvey {
  readonly page: Omit<BlastRadius, 'resources' | 'alsoMade' | 'records'>;
  /** Rows of calls that made or opened something else, in time order. */
  readonly alsoMade: readonly { readonly row: number; readonly what: AlsoMade }[];
  /** Rows to read again, in time order. */
  readonly rows: readonly number[];
  /** Rows that could be read; more than `rows` where the limit cut. */
  readonly total: number;
}

const readName = new RegExp(`^(?:${READ_PREFIXES.join('|')})(?![a-z])`);

/** True for calls that only look. */
export function isReading({ events }: LineageModel, row: number): boolean {
  return hasFlag(events, row, EventFlag.readOnly) || readName.test(actionAt(events, row).eventName);
}

export function outcomeAt({ events }: LineageModel, row: number): Outcome {
  if (succeeded(events, row)) {
    return 'success';
  }
  return isDenied(textAt(events, 'errorCode', row)) ? 'denied' : 'failed';
}

/** In the order in which records are read when there are too many: what changed or took something, what was refused, the rest. */
const rank = { none: 0, telling: 1, refused: 2, reading: 3 } as const;

export function surveyBlast(
  { model }: Analysis,
  session: Session,
  severityOf: (session: Session) => Severity | null,
  most: number = blastLimits.records,
): BlastSurvey {
  const { events } = model;
  const scope = [session.index, ...descendants(model, session.index)]
    .map((index) => model.sessions[index])
    .filter((each) => each !== undefined);
  const origins = originsOf(events);
  const total = new Tally();
  const accounts = new Tallies();
  const regions = new Tallies();
  const services = new Tallies();
  const classes = new Tallies();
  const addresses = new Map<string, Place>();
  const ranks = new Uint8Array(events.count);
  const lasting: number[] = [];
  const alsoMade: { row: number; what: AlsoMade }[] = [];
  const bySession = new Map<number, Tally>();
  const classOf = classesOf(model);
  const alsoMadeOf = alsoMadeIn(events);
  for (const each of scope) {
    const fromConsole = each.kind === 'console';
    const own = new Tally();
    bySession.set(each.index, own);
    for (const row of each.rows) {
      const outcome = outcomeAt(model, row);
      const kind = classOf(row);
      total.add(outcome);
      own.add(outcome);
      accounts.add(accountAt(events, row), outcome);
      regions.add(textAt(events, 'region', row), outcome);
      services.add(actionAt(events, row).eventSource, outcome);
      classes.add(kind, outcome);
      const origin = origins.at(row, fromConsole);
      if (origin.location !== '') {
        const key = `${origin.class} ${origin.location}`;
        const place = addresses.get(key) ?? new Place(origin.location, origin.class, origin.direct);
        addresses.set(key, place);
        place.see(row, outcome);
      }
      ranks[row] = rankOf(kind, outcome, hasFlag(events, row, EventFlag.insight));
      if (isLasting(events, row)) {
        lasting.push(row);
      }
      const what = alsoMadeOf(row);
      if (what !== undefined) {
        alsoMade.push({ row, what });
      }
    }
  }
  const objects = objectsMadeAt(
    model,
    lasting.sort((a, b) => a - b),
  );
  const gone = objects.filter(({ deletedAt }) => deletedAt !== undefined);
  const there = objects.filter(({ deletedAt }) => deletedAt === undefined);
  const describe = (each: Session): BlastSession =>
    blastSession(model, each, severityOf(each), bySession.get(each.index)?.counts() ?? nothing);
  return {
    page: {
      session: describe(session),
      above: wayTo(model, session.index, 1).length - 1,
      root: model.sessions[session.root]?.id ?? session.id,
      ...spanOf(scope),
      tally: total.counts(),
      sessions: sessionsOf(scope, severityOf, describe),
      objects: {
        ...listed([...there, ...gone], blastLimits.objects),
        changes: objects.filter(({ change }) => change).length,
        undone: gone.filter(({ change }) => change).length,
        deleted: gone.filter(({ change }) => !change).length,
        endUnknown: there.filter(({ change, endKnown }) => !change && !endKnown).length,
      },
      refusals: listed(refusalsOf(model, new Set(scope.map(({ index }) => index))), blastLimits.refusals),
      accounts: listed(accounts.counts(), blastLimits.counts),
      regions: listed(regions.counts(), blastLimits.counts),
      services: listed(services.counts(), blastLimits.counts),
      classes: classes.counts(),
      addresses: listed(placesOf(model, [...addresses.values()]), blastLimits.addresses),
    },
    alsoMade: alsoMade.sort((a, b) => a.row - b.row),
    ...chooseRows(ranks, most),
  };
}

const nothing: BlastTally = { events: 0, denied: 0, failed: 0 };

class Tally {
  private denied = 0;
  private failed = 0;
  private events = 0;

  add(outcome: Outcome): void {
    this.events++;
    this.denied += outcome === 'denied' ? 1 : 0;
    this.failed += outcome === 'failed' ? 1 : 0;
  }

  counts(): BlastTally {
    return { events: this.events, denied: this.denied, failed: this.failed };
  }
}

class Tallies {
  private readonly byName = new Map<string, Tally>();

  add(name: string, outcome: Outcome): void {
    const tally = this.byName.get(name) ?? new Tally();
    this.byName.set(name, tally);
    tally.add(outcome);
  }

  /** Most frequent first; what has no name is not listed. */
  counts(): BlastCount[] {
    return [...this.byName]
      .filter(([name]) => name !== '')
      .map(([name, tally]) => ({ name, ...tally.counts() }))
      .sort((a, b) => b.events - a.events || compareText(a.name, b.name));
  }
}

class Place {
  readonly tally = new Tally();
  first = Infinity;
  last = -1;

  constructor(
    readonly location: string,
    readonly kind: string,
    readonly direct: boolean,
  ) {}

  see(row: number, outcome: Outcome): void {
    this.tally.add(outcome);
    this.first = Math.min(this.first, row);
    this.last = Math.max(this.last, row);
  }
}

/** Places that people called from before those of services. */
function placesOf({ events }: LineageModel, places: readonly Place[]): BlastAddress[] {
  return [...places]
    .sort(
      (a, b) =>
        Number(b.direct) - Number(a.direct) ||
        b.tally.counts().events - a.tally.counts().events ||
        compareText(a.location, b.location) ||
        compareText(a.kind, b.kind),
    )
    .map(({ location, kind, tally, first, last }) => ({
      location,
      class: kind,
      ...tally.counts(),
      firstEventTime: formatInstant(timeAt(events, first)),
      lastEventTime: formatInstant(timeAt(events, last)),
    }));
}

/** The class of each row's action, each worked out once. */
export function classesOf({ events }: LineageModel): (row: number) => ActionClass {
  const known = new Map<number, ActionClass>();
  return (row) => {
    const readOnly = hasFlag(events, row, EventFlag.readOnly);
    const key = (events.action[row] ?? 0) * 2 + (readOnly ? 1 : 0);
    let kind = known.get(key);
    if (kind === undefined) {
      const { eventSource, eventName } = actionAt(events, row);
      kind = actionClass(eventSource, eventName, readOnly);
      known.set(key, kind);
    }
    return kind;
  };
}

function rankOf(kind: ActionClass, outcome: Outcome, insight: boolean): number {
  if (insight || kind === 'identity') {
    return rank.none;
  }
  if (kind !== 'read') {
    return rank.telling;
  }
  return outcome === 'denied' ? rank.refused : rank.reading;
}

/** The earliest of each rank, in time order. */
function chooseRows(ranks: Uint8Array, most: number): { readonly rows: readonly number[]; readonly total: number } {
  let total = 0;
  const rows: number[] = [];
  for (const wanted of [rank.telling, rank.refused, rank.reading]) {
    ranks.forEach((is, row) => {
      if (is === wanted) {
        total++;
        if (rows.length < most) {
          rows.push(row);
        }
      }
    });
  }
  return { rows: rows.sort((a, b) => a - b), total };
}

function spanOf(scope: readonly Session[]): Pick<BlastRadius, 'firstEventTime' | 'lastEventTime'> {
  let first = Infinity;
  let last = -Infinity;
  for (const { firstEventTime, lastEventTime } of scope) {
    first = Math.min(first, firstEventTime ?? Infinity);
    last = Math.max(last, lastEventTime ?? -Infinity);
  }
  return {
    firstEventTime: Number.isFinite(first) ? formatInstant(first) : null,
    lastEventTime: Number.isFinite(last) ? formatInstant(last) : null,
  };
}

function blastSession(
  { sessions }: LineageModel,
  session: Session,
  severity: Severity | null,
  tally: BlastTally,
): BlastSession {
  return {
    id: session.id,
    label: sessionLabel(session),
    kind: session.kind,
    arn: session.arn,
    accountId: session.accountId,
    keys: session.keys,
    parent: session.parent === undefined ? null : (sessions[session.parent]?.id ?? null),
    depth: session.depth,
    depthIsMinimum: session.depthIsMinimum,
    firstEventTime: session.firstEventTime === undefined ? null : formatInstant(session.firstEventTime),
    lastEventTime: session.lastEventTime === undefined ? null : formatInstant(session.lastEventTime),
    ...tally,
    severity,
  };
}

/** Deeper than this is one more line, not a thousand. */
const mostDepths = 10;

/** Those with findings and those that did something are listed first, then shown in the order of their beginning. */
function sessionsOf(
  scope: readonly Session[],
  severityOf: (session: Session) => Severity | null,
  describe: (session: Session) => BlastSession,
): BlastRadius['sessions'] {
  const weight = (session: Session): number =>
    (severityOf(session) === null ? 0 : 2) + (session.rows.length > 0 ? 1 : 0);
  const shown = scope
    .map((session) => ({ session, weight: weight(session) }))
    .sort((a, b) => b.weight - a.weight || a.session.index - b.session.index)
    .slice(0, blastLimits.sessions)
    .map(({ session }) => session)
    .sort((a, b) => a.index - b.index);
  const depths = [...scope].sort((a, b) => a.depth - b.depth || Number(a.depthIsMinimum) - Number(b.depthIsMinimum));
  return {
    total: scope.length,
    listed: shown.map(describe),
    unused: scope.filter(({ rows }) => rows.length === 0).length,
    byKind: countBy(scope, ({ kind }) => kind).sort((a, b) => b.sessions - a.sessions || compareText(a.name, b.name)),
    byDepth: countBy(depths, ({ depth, depthIsMinimum }) =>
      depth > mostDepths ? `more than ${String(mostDepths)}` : `${depthIsMinimum ? '≥ ' : ''}${String(depth)}`,
    ),
  };
}

function countBy(
  scope: readonly Session[],
  nameOf: (session: Session) => string,
): { name: string; sessions: number }[] {
  const counts = new Map<string, number>();
  for (const session of scope) {
    const name = nameOf(session);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, sessions]) => ({ name, sessions }));
}

/** Of all sessions together, one entry a role; most often asked for first. */
function refusalsOf({ attempts, events, files }: LineageModel, scope: ReadonlySet<number>): BlastRefusal[] {
  const rows = new Map<string, number[]>();
  for (const { callerSession, roleArn, rows: tried, succeeded: gotIt } of attempts) {
    if (callerSession !== undefined && scope.has(callerSession) && !gotIt) {
      const known = rows.get(roleArn) ?? [];
      rows.set(roleArn, known);
      tried.forEach((row) => known.push(row));
    }
  }
  return [...rows]
    .map(([roleArn, tried]) => ({ roleArn, tried: tried.sort((a, b) => a - b) }))
    .sort((a, b) => b.tried.length - a.tried.length || compareText(a.roleArn, b.roleArn))
    .map(({ roleArn, tried }) => {
      const first = tried[0] ?? 0;
      return {
        roleArn,
        attempts: tried.length,
        firstEventTime: formatInstant(timeAt(events, first)),
        lastEventTime: formatInstant(timeAt(events, tried.at(-1) ?? first)),
        eventID: eventIdAt(events, first),
        file: files[events.file[first] ?? -1]?.result.path ?? '',
      };
    });
}
