/**
 * `instance-credential-handoff`: somebody reached into an instance, and shortly after its credentials were used from that
 * person's address: they were carried out by hand, and the finding names by whom.
 *
 * Guarantee: one finding an instance; places where the instance is known to be say nothing, whoever else is there; a finding
 * of equal addresses names the sessions of both sides, so that their lineages are one incident.
 */
import { append } from '../append';
import type { Origin } from '../cloudtrail/network';
import { formatInstant } from '../cloudtrail/time';
import type { ContextFact } from '../contract';
import { classesOf } from '../lineage/classes';
import { firstFrom } from '../lineage/in-order';
import { isAgentCall } from '../lineage/instances';
import type { InstanceContext, Session } from '../lineage/model';
import { actionAt, callerAt, eventIdAt, timeAt } from '../lineage/table';
import { roleLabel, sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { directCallsOf } from './direct-calls';
import { knownPlaces, Version2Calls } from './imdsv1-uses';
import { whereabouts } from './locate-instances';
import { confidenceOf } from './paths';
import { sessionFinding } from './session-finding';
import { clean, counted, listed } from './text';
import { thresholdOf } from './thresholds';
import { reachedInto } from './ways-in';

const id = 'instance-credential-handoff';

export const instanceCredentialHandoff: Detector = {
  id,
  title: 'Instance credentials carried out by hand',
  description:
    'Somebody reached into an instance, and shortly after its credentials were used from the address of that person.',
  severities: ['high', 'low'],
  techniques: ['T1651', 'T1552.005', 'T1021.007'],
  detect,
};

/** Uses told one by one; the others are counted. */
const mostUsesTold = 20;
const minuteMs = 60_000;

/** A call by which somebody reached into the instance. */
interface Reach {
  readonly row: number;
  readonly time: number;
  readonly session: Session;
  readonly location: string;
}

/** A use of the instance's credentials, and who reached into it before. */
interface Handoff {
  readonly row: number;
  readonly session: Session;
  readonly location: string;
  readonly reaches: Stretch;
}

/** Part of a list in the order of time; at least one. */
interface Stretch {
  readonly all: readonly Reach[];
  readonly from: number;
  readonly to: number;
}

function detect(input: DetectionInput): Detection {
  const { byInstance, untargeted } = reachedInto(input.model);
  const places = new Map(
    byInstance.size === 0 ? [] : whereabouts(input).map((found) => [found.instance.key, found] as const),
  );
  const version2 = new Version2Calls(
    input.model,
    thresholdOf(input.settings, 'imdsv1-credential-use', 'periodHours') * 60 * minuteMs,
  );
  const findings: FindingDraft[] = [];
  for (const instance of input.model.instances.values()) {
    const found = places.get(instance.key);
    const reaches = found === undefined ? undefined : new Reaches(input, byInstance.get(instance.key) ?? []);
    if (found === undefined || reaches?.isEmpty !== false) {
      continue;
    }
    const sameAddress = usesAtAddress(input, instance, reaches, knownPlaces(found));
    const [isTiming, handoffs] =
      sameAddress.length > 0 ? [false, sameAddress] : [true, firstUses(input, instance, reaches, version2)];
    findings.push(...draftOf(input, instance, handoffs, isTiming));
  }
  return {
    findings,
    notes:
      untargeted === 0
        ? []
        : [
            {
              id: `${id}-targets`,
              message: `${id}: not evaluated for ${counted(untargeted, 'command')} aimed at tags or groups: which instances they reached is not in the request.`,
            },
          ],
  };
}

/** One place: the address, of IPv6 its /64. Services have VPC endpoints of their own: behind one, the address alone. */
function placeOf(origin: Origin): string {
  switch (origin.class) {
    case 'public-v6':
      return origin.group;
    case 'vpce-private':
      return addressOf(origin.location);
    default:
      return origin.location;
  }
}

function addressOf(location: string): string {
  return location.slice(location.indexOf(' ') + 1);
}

/** Direct calls of others than instances that reached into one, in time order. */
class Reaches {
  private readonly all: Reach[] = [];
  private readonly byPlace = new Map<string, Reach[]>();

  constructor({ model }: DetectionInput, rows: readonly number[]) {
    const { events, sessions } = model;
    const calls = directCallsOf(events);
    for (const row of rows) {
      const session = sessions[events.session[row] ?? -1];
      const origin = session === undefined ? undefined : calls.originAt(row, session.kind === 'console');
      if (session === undefined || origin === undefined || session.instanceId !== '') {
        continue;
      }
      const reach = { row, time: timeAt(events, row), session, location: origin.location };
      this.all.push(reach);
      append(this.byPlace, placeOf(origin), reach);
    }
  }

  get isEmpty(): boolean {
    return this.all.length === 0;
  }

  /** In the time before, anywhere or at one place. */
  before(time: number, withinMs: number, place?: string): Stretch | undefined {
    const all = place === undefined ? this.all : (this.byPlace.get(place) ?? []);
    const timeOf = (reach: Reach): number => reach.time;
    const from = firstFrom(all, time - withinMs, timeOf);
    const to = firstFrom(all, time + 1, timeOf);
    return from < to ? { all, from, to } : undefined;
  }
}

function usesAtAddress(
  input: DetectionInput,
  instance: InstanceContext,
  reaches: Reaches,
  isKnown: (row: number, location: string) => boolean,
): Handoff[] {
  const { events, sessions } = input.model;
  const calls = directCallsOf(events);
  const withinMs = thresholdOf(input.settings, id, 'minutes') * minuteMs;
  const handoffs: Handoff[] = [];
  for (const session of instanceSessions(instance, sessions)) {
    for (const row of session.rows) {
      const origin = calls.originAt(row);
      if (origin === undefined) {
        continue;
      }
      const before = reaches.before(timeAt(events, row), withinMs, placeOf(origin));
      if (before !== undefined && input.inWindow(row) && !isKnown(row, origin.location)) {
        handoffs.push({ row, session, location: origin.location, reaches: before });
      }
    }
  }
  return handoffs.sort((a, b) => a.row - b.row);
}

/** First uses of keys of version 1, where version 2 is in use, soon after somebody reached into the instance. */
function firstUses(
  input: DetectionInput,
  instance: InstanceContext,
  reaches: Reaches,
  version2: Version2Calls,
): Handoff[] {
  const { events, sessions } = input.model;
  const calls = directCallsOf(events);
  const classes = classesOf(events);
  const withinMs = thresholdOf(input.settings, id, 'timingMinutes') * minuteMs;
  const handoffs: Handoff[] = [];
  for (const session of instanceSessions(instance, sessions)) {
    const seen = new Set<string>();
    for (const row of session.rows) {
      const { accessKeyId, ec2RoleDelivery } = callerAt(events, row);
      if (ec2RoleDelivery !== 1 || accessKeyId === '' || seen.has(accessKeyId)) {
        continue;
      }
      seen.add(accessKeyId);
      const origin = calls.originAt(row);
      const before = reaches.before(timeAt(events, row), withinMs);
      if (
        origin !== undefined &&
        before !== undefined &&
        input.inWindow(row) &&
        !isAgentCall(events, row, classes) &&
        version2.near(instance, row) !== undefined
      ) {
        handoffs.push({ row, session, location: origin.location, reaches: before });
      }
    }
  }
  return handoffs.sort((a, b) => a.row - b.row);
}

function instanceSessions(instance: InstanceContext, sessions: readonly Session[]): Session[] {
  return instance.sessions.flatMap((index) => {
    const session = sessions[index];
    return session?.kind === 'ec2-instance' ? [session] : [];
  });
}

function draftOf(
  input: DetectionInput,
  instance: InstanceContext,
  handoffs: readonly Handoff[],
  isTiming: boolean,
): FindingDraft[] {
  const [first] = handoffs;
  if (first === undefined) {
    return [];
  }
  const reaches = reachesOf(handoffs);
  const operators = distinct(reaches.map(({ session }) => session));
  const used = distinct(handoffs.map(({ session }) => session));
  const who = listed(distinct(operators.map(sessionLabel)), 3);
  const name = `instance ${clean(instance.instanceId, 64)}${first.session.roleArn === '' ? '' : ` (${roleLabel(first.session.roleArn)})`}`;
  const places = listed(distinct(handoffs.map(({ location }) => clean(location, 64))), 3);
  return [
    sessionFinding(input, first.session, {
      rule: id,
      keys: [instance.key],
      severity: isTiming ? 'low' : 'high',
      confidence: confidenceOf(used),
      title: isTiming
        ? `A key of ${name} was first used minutes after ${who} reached into it`
        : `Credentials of ${name} used from ${places}, from where ${who} reached into it`,
      explanation: explain(input, handoffs, reaches, isTiming),
      // That two things happen one after the other does not make one matter of two.
      sessions: [...used, ...(isTiming ? [] : operators)].map(({ index }) => index),
      addresses: distinct(handoffs.map(({ location }) => addressOf(location))),
      techniques: instanceCredentialHandoff.techniques,
      count: handoffs.length,
      evidence: evidenceOf(input, handoffs, reaches, isTiming),
      context: reaches.slice(0, 12).map((reach): ContextFact => ({
        label: 'Reached into by',
        value: reachText(input, reach),
        eventID: eventIdAt(input.model.events, reach.row),
      })),
    }),
  ];
}

/** All that stand before some use, each once. Uses are in the order of time, and so are the ends of their stretches. */
function reachesOf(handoffs: readonly Handoff[]): Reach[] {
  const told = new Map<readonly Reach[], number>();
  const found = handoffs.flatMap(({ reaches: { all, from, to } }) => {
    const first = Math.max(from, told.get(all) ?? 0);
    told.set(all, Math.max(to, first));
    return all.slice(first, to);
  });
  return distinct(found).sort((a, b) => a.row - b.row);
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

function reachText({ model }: DetectionInput, { row, time, session, location }: Reach): string {
  const { eventName } = actionAt(model.events, row);
  return `${sessionLabel(session)} called ${clean(eventName, 64)} at ${formatInstant(time)} from ${clean(location, 64)}`;
}

function explain(
  input: DetectionInput,
  handoffs: readonly Handoff[],
  reaches: readonly Reach[],
  isTiming: boolean,
): string {
  const { events } = input.model;
  const [first] = handoffs;
  const last = first?.reaches.all[first.reaches.to - 1];
  const seconds = Math.floor((timeAt(events, first?.row ?? 0) - (last?.time ?? 0)) / 1000);
  const wait = `${seconds < 60 ? counted(seconds, 'second') : counted(Math.floor(seconds / 60), 'minute')} later, at ${formatInstant(timeAt(events, first?.row ?? 0))}`;
  const place = clean(first?.location ?? '', 64);
  const calls = counted(handoffs.length, 'call');
  return [
    `${listed(
      reaches.slice(-4).map((reach) => reachText(input, reach)),
      4,
    )}.`,
    ...(isTiming
      ? [
          `${wait}, a key that version 1 of the metadata service gave out was used for the first time, from ${place}, while the instance used version 2.`,
          'Nothing but that joins them: timing only. A command that itself called AWS looks the same.',
        ]
      : [
          `${wait}, the credentials of the instance were used from the same address: ${calls} within ${counted(thresholdOf(input.settings, id, 'minutes'), 'minute')}.`,
          'Credentials do not leave an instance by themselves: whoever reached into it took them along.',
        ]),
  ].join(' ');
}

function evidenceOf(
  input: DetectionInput,
  handoffs: readonly Handoff[],
  reaches: readonly Reach[],
  isTiming: boolean,
): EvidenceRow[] {
  const told = [...handoffs.slice(0, mostUsesTold), ...handoffs.slice(-1)];
  return [
    ...reaches.map((reach): EvidenceRow => ({
      row: reach.row,
      reason: `Reached into the instance: ${reachText(input, reach)}`,
      role: 'decisive',
    })),
    ...told.map(({ row, location }): EvidenceRow => ({
      row,
      reason: isTiming
        ? `First use of this key, from ${clean(location, 64)}`
        : `The instance’s credentials used from the same address: ${clean(location, 64)}`,
      role: 'decisive',
    })),
  ];
}
