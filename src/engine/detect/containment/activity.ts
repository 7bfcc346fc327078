/**
 * What a held session still did: which of its calls succeeded, which were refused, and what it did against the response.
 *
 * Guarantee: only calls of its own. GetCallerIdentity proves nothing, as nobody can deny it; calls that a service forwarded go on
 * for a while by themselves. A change of IAM needs a minute to be everywhere: successes until then do not count.
 */
import type { Action } from '../../cloudtrail/columns';
import { isDenied } from '../../cloudtrail/outcome';
import type { Severity } from '../../contract';
import { least } from '../../extremes';
import { firstFrom } from '../../lineage/in-order';
import type { EventTable, LineageModel, Session } from '../../lineage/model';
import { actionAt, succeeded, timeAt } from '../../lineage/table';
import { worst } from '../../severity';
import { Facts } from '../facts';
import { originsOf } from '../origins';
import { ownCallsOf, type OwnCalls } from '../own-calls';
import { actionKey } from '../persistence-objects';
import type { Hold } from './holds';
import { graceMs, raceMs } from './step';

/** Calls that race a response, where the held identity makes them within minutes. */
const counterMoves: Readonly<Record<string, string>> = {
  'iam:CreateAccessKey': 'made a new access key',
  'iam:CreateLoginProfile': 'made a console password',
  'iam:AttachUserPolicy': 'attached a policy to a user',
  'iam:AttachRolePolicy': 'attached a policy to a role',
  'ec2:AssociateIamInstanceProfile': 'associated an instance profile',
  'ec2:ReplaceIamInstanceProfileAssociation': 'replaced an instance profile',
};

export interface CounterMove {
  readonly row: number;
  readonly time: number;
  readonly words: string;
  readonly hold: Hold;
}

/** Calls, by their rows. */
export interface Calls {
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

export interface Activity {
  readonly session: Session;
  readonly holds: readonly Hold[];
  /** While something held it, the grace of each step over. */
  readonly successes: Calls | undefined;
  /** How bad the worst of them is. */
  readonly level: Severity;
  /** After the last step that holds it to the end of the logs. */
  readonly since: Calls | undefined;
  readonly refused: Calls | undefined;
  readonly moves: readonly CounterMove[];
}

/** What calls of a table are, each value of its dictionaries looked at once. */
export class CallFacts {
  private readonly own: OwnCalls;
  private readonly proofless: Facts<Action>;
  private readonly moves: Facts<Action>;
  private readonly refusals: Facts<string>;

  constructor(private readonly table: EventTable) {
    this.own = ownCallsOf(table);
    this.proofless = new Facts(table.actions, ({ eventName }) => eventName === 'GetCallerIdentity');
    this.moves = new Facts(
      table.actions,
      ({ eventSource, eventName }) => counterMoves[actionKey(eventSource, eventName)] !== undefined,
    );
    this.refusals = new Facts(
      table.strings,
      (code) => isDenied(code) || /InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|AuthFailure/.test(code),
    );
  }

  counts(row: number): boolean {
    return this.own.has(row) && !this.proofless.of(this.table.action[row] ?? 0);
  }

  isRefused(row: number): boolean {
    return this.refusals.of(this.table.errorCode[row] ?? 0);
  }

  moveAt(row: number): string | undefined {
    if (!this.moves.of(this.table.action[row] ?? 0)) {
      return undefined;
    }
    const { eventSource, eventName } = actionAt(this.table, row);
    return counterMoves[actionKey(eventSource, eventName)];
  }
}

export function activityOf(model: LineageModel, session: Session, holds: readonly Hold[], facts: CallFacts): Activity {
  const { events } = model;
  const from = least(holds.map(({ start }) => start));
  const latest = lastStart(holds);
  const successes = new Counter();
  const since = new Counter();
  const refused = new Counter();
  const moves: CounterMove[] = [];
  const places = new KnownPlaces(model, session, from);
  let level: Severity = 'info';
  for (let at = firstFrom(session.rows, from, (row) => timeAt(events, row)); at < session.rows.length; at++) {
    const row = session.rows[at] ?? 0;
    if (!facts.counts(row)) {
      continue;
    }
    const time = timeAt(events, row);
    if (!succeeded(events, row)) {
      if (facts.isRefused(row) && holds.some(({ start, end }) => start <= time && time < end)) {
        refused.add(row);
      }
      continue;
    }
    const words = facts.moveAt(row);
    const raced = words === undefined ? undefined : holds.find((hold) => isRaced(hold, time));
    if (words !== undefined && raced !== undefined) {
      moves.push({ row, time, words, hold: raced });
    }
    const active = holds.filter(({ start, end }) => start + graceMs <= time && time < end);
    if (active.length > 0) {
      successes.add(row);
      level = worst([level, ...active.map((hold) => levelOf(model, hold, session, time, () => places.has(row)))]);
    }
    if (latest !== undefined && time >= latest + graceMs) {
      since.add(row);
    }
  }
  return { session, holds, successes: successes.calls, level, since: since.calls, refused: refused.calls, moves };
}

class Counter {
  calls: Calls | undefined;

  add(row: number): void {
    const { count, first } = this.calls ?? { count: 0, first: row };
    this.calls = { count: count + 1, first, last: row };
  }
}

function isRaced({ step, start, end }: Hold, time: number): boolean {
  return step.routine === '' && step.strength !== 'unclear' && start <= time && time < end && time <= start + raceMs;
}

/** The start of the last hold that is on at the end and stops something; of those that let it through, of the first. */
export function lastStart(holds: readonly Hold[]): number | undefined {
  const on = holds.filter(({ end }) => end === Infinity);
  const stopping = on.filter(({ again, step }) => !again && step.strength !== 'unclear');
  return stopping.at(-1)?.start ?? on[0]?.start;
}

/** How much it says that a call succeeded in spite of a hold. */
function levelOf(
  { sessions, issuances }: LineageModel,
  { step, again, of, start }: Hold,
  session: Session,
  time: number,
  fromKnownPlace: () => boolean,
): Severity {
  if (step.routine !== '' || step.strength === 'unclear') {
    return 'low';
  }
  if (step.shutsDown && of === session && time <= start + raceMs && fromKnownPlace()) {
    return 'low';
  }
  // What a service hands its workload anew, nobody had to ask for.
  const delivered =
    again && sessions[of.index]?.issuances.every((index) => issuances[index]?.kind === 'service-delivery') === true;
  return delivered && (of.issuances.length > 0 || of.instanceId !== '') ? 'medium' : 'high';
}

/** Places that a session called from before a time. */
class KnownPlaces {
  private known: ReadonlySet<string> | undefined;

  constructor(
    private readonly model: LineageModel,
    private readonly session: Session,
    private readonly until: number,
  ) {}

  has(row: number): boolean {
    const origins = originsOf(this.model.events);
    this.known ??= new Set(this.locationsBefore());
    return this.known.has(origins.at(row).location);
  }

  private *locationsBefore(): Generator<string> {
    const origins = originsOf(this.model.events);
    for (const row of this.session.rows) {
      if (timeAt(this.model.events, row) > this.until) {
        return;
      }
      yield origins.at(row).location;
    }
  }
}

/** Rows of what counted as `successes` (or `refused`), at most so many. */
export function rowsOf(
  model: LineageModel,
  { session, holds }: Pick<Activity, 'session' | 'holds'>,
  facts: CallFacts,
  what: 'successes' | 'refused',
  most: number,
): number[] {
  const { events } = model;
  const from = least(holds.map(({ start }) => start));
  const grace = what === 'successes' ? graceMs : 0;
  const rows: number[] = [];
  for (let at = firstFrom(session.rows, from, (row) => timeAt(events, row)); at < session.rows.length; at++) {
    const row = session.rows[at] ?? 0;
    const time = timeAt(events, row);
    const wanted = what === 'successes' ? succeeded(events, row) : !succeeded(events, row) && facts.isRefused(row);
    if (wanted && facts.counts(row) && holds.some(({ start, end }) => start + grace <= time && time < end)) {
      rows.push(row);
      if (rows.length >= most) {
        break;
      }
    }
  }
  return rows;
}
