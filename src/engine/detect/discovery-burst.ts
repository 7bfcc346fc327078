/**
 * `discovery-burst`: one session asked many different questions within a minute or five, as whoever has just got hold of
 * credentials does to learn what they are good for.
 *
 * Guarantee: what the console asks of itself never counts; different actions count, not calls. Calls that were refused or
 * throttled count too: they show what was asked for. One finding a session.
 */
import { isDenied, isThrottled } from '../cloudtrail/outcome';
import { toolMarker, userAgentFamily } from '../cloudtrail/user-agent';
import type { OriginClass } from '../cloudtrail/network';
import { formatInstant } from '../cloudtrail/time';
import type { Severity } from '../contract';
import type { LineageModel, Session } from '../lineage/model';
import { actionAt, textAt, timeAt } from '../lineage/table';
import { actionClassesOf } from './action-classes';
import { sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { Facts } from './facts';
import { identityMatches } from './globs';
import { Marks } from './marks';
import { originsOf } from './origins';
import { ownCallsOf, type OwnCalls } from './own-calls';
import { sessionFinding } from './session-finding';
import { isConsoleSession, isInstanceSession, isWorkloadSession } from './session-nature';
import { windowsWhere, type Windows } from './sliding-window';
import { stolenSessions } from './stolen-sessions';
import { capital, clean, counted, listed } from './text';
import { thresholdOf } from './thresholds';

const id = 'discovery-burst';

export const discoveryBurst: Detector = {
  id,
  title: 'Many different questions at once',
  description:
    'One session made many different read calls over several services within a minute, as whoever has just got hold of credentials does to learn what they open.',
  severities: ['high', 'medium', 'low'],
  techniques: ['T1580', 'T1526', 'T1087.004', 'T1069.003'],
  detect,
};

/** Clients that read all of what they look after before they change it. */
const planners: ReadonlySet<string> = new Set(['terraform', 'opentofu', 'pulumi']);

/** Made by AWS, whoever’s credentials it used. */
const byAws: ReadonlySet<OriginClass> = new Set(['service', 'internal']);

const minuteMs = 60_000;

interface Burst {
  /** Its reads, in time order. */
  readonly rows: readonly number[];
  readonly windows: Windows;
  readonly seconds: number;
}

function detect(input: DetectionInput): Detection {
  const { model, settings } = input;
  const reads = new Reads(model);
  const findings: FindingDraft[] = [];
  for (const session of model.sessions) {
    if (session.rows.length < thresholdOf(settings, id, 'actionsInOneMinute') && !isLong(input, session)) {
      continue;
    }
    const burst = burstOf(input, session, reads);
    if (
      burst !== undefined &&
      !settings.securityToolRoles.some((glob) => identityMatches(glob, session.identityArn)) &&
      !isConsoleSession(model.events, session)
    ) {
      findings.push(draftOf(input, session, burst));
    }
  }
  return { findings, notes: [] };
}

/** The case file may ask for fewer actions in five minutes than in one. */
function isLong({ settings }: DetectionInput, { rows }: Session): boolean {
  return rows.length >= thresholdOf(settings, id, 'actionsInFiveMinutes');
}

/** The reads of sessions that say something of what their holders wanted to know. */
class Reads {
  private readonly plans: Facts<string>;
  private readonly tools: Facts<string>;
  private readonly own: OwnCalls;
  /** One number a service, by action. */
  readonly services: Uint32Array;
  private readonly different: Marks;

  constructor(private readonly model: LineageModel) {
    const { events } = model;
    this.plans = new Facts(events.strings, (agent) => planners.has(userAgentFamily(agent).split('|')[0] ?? ''));
    this.own = ownCallsOf(events);
    this.tools = new Facts(events.strings, (agent) => toolMarker(agent) !== undefined);
    this.different = new Marks(events.actions.length);
    const numbers = new Map<string, number>();
    this.services = Uint32Array.from(events.actions, ({ eventSource }) => {
      const number = numbers.get(eventSource) ?? numbers.size;
      numbers.set(eventSource, number);
      return number;
    });
  }

  of(session: Session, inWindow: (row: number) => boolean): number[] {
    const { events } = this.model;
    const classes = actionClassesOf(events);
    const origins = originsOf(events);
    const believed = !isInstanceSession(session) && !this.hasTool(session);
    const found: number[] = [];
    const { rows } = session;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] ?? 0;
      if (
        classes.at(row) === 'read' &&
        this.own.has(row) &&
        !(believed && this.plans.of(events.userAgent[row] ?? 0)) &&
        !byAws.has(origins.at(row).class) &&
        inWindow(row)
      ) {
        found.push(row);
      }
    }
    return found;
  }

  /** Nearly all sessions ask for the same few things over and over: they are left out without a look at anything else. */
  hasDifferent({ rows }: Session, least: number): boolean {
    const { different } = this;
    const { events } = this.model;
    const { action } = events;
    const classes = actionClassesOf(events);
    different.clear();
    for (let at = 0; at < rows.length && different.count < least; at++) {
      const row = rows[at] ?? 0;
      if (classes.at(row) === 'read') {
        different.add(action[row] ?? 0);
      }
    }
    return different.count >= least;
  }

  /** Attack tools come with a Terraform of their own. */
  private hasTool({ rows }: Session): boolean {
    const { userAgent } = this.model.events;
    for (let at = 0; at < rows.length; at++) {
      if (this.tools.of(userAgent[rows[at] ?? 0] ?? 0)) {
        return true;
      }
    }
    return false;
  }
}

function burstOf({ model, settings, inWindow }: DetectionInput, session: Session, reads: Reads): Burst | undefined {
  const { events } = model;
  const inOne = thresholdOf(settings, id, 'actionsInOneMinute');
  const inFive = thresholdOf(settings, id, 'actionsInFiveMinutes');
  const services = thresholdOf(settings, id, 'services');
  const least = Math.min(inOne, inFive);
  if (!reads.hasDifferent(session, least)) {
    return undefined;
  }
  const rows = reads.of(session, inWindow);
  if (rows.length < least) {
    return undefined;
  }
  const times = rows.map((row) => timeAt(events, row));
  const actions = rows.map((row) => events.action[row] ?? 0);
  const keys = [actions, actions.map((action) => reads.services[action] ?? 0)];
  const over = (minutes: number, least: number): Burst | undefined => {
    const windows = windowsWhere(
      times,
      keys,
      minutes * minuteMs,
      ([different = 0, sources = 0]) => different >= least && sources >= services,
    );
    return windows === undefined ? undefined : { rows, windows, seconds: minutes * 60 };
  };
  return over(1, inOne) ?? over(5, inFive);
}

function draftOf(input: DetectionInput, session: Session, { rows, windows, seconds }: Burst): FindingDraft {
  const { events } = input.model;
  const { fullest, stretches } = windows;
  const [different = 0, services = 0] = fullest.distinct;
  const within = rows.slice(fullest.from, fullest.to + 1);
  const theft = stolenSessions(input).get(session.index);
  const failed = (test: (code: string) => boolean): number =>
    within.filter((row) => test(textAt(events, 'errorCode', row))).length;
  const denied = failed(isDenied);
  const throttled = failed(isThrottled);
  const who = sessionLabel(session);
  const span = `${String(seconds)} seconds`;
  return sessionFinding(input, session, {
    rule: id,
    severity: severityOf(session, theft !== undefined),
    title: `${capital(who)} asked ${String(different)} different questions in ${span}`,
    explanation: [
      `${counted(different, 'different read action')} of ${counted(services, 'service')} within ${span}, from ${formatInstant(timeAt(events, within[0] ?? 0))} on, by ${who}: ${counted(within.length, 'call')}${denied > 0 ? `, ${String(denied)} of them refused` : ''}${throttled > 0 ? `, ${String(throttled)} of them throttled` : ''}.`,
      'Programs ask for the same few things over and over; whoever has just got hold of credentials asks for everything.',
      ...(stretches.length > 1 ? [`It happened ${String(stretches.length)} times.`] : []),
      ...reasonsOf(session),
      ...(theft === undefined ? [] : [`Its credentials ${theft.words}: high.`]),
    ].join(' '),
    techniques: discoveryBurst.techniques,
    count: stretches.length,
    evidence: evidenceOf(input, rows, windows),
    context: [{ label: 'Services asked', value: listed(servicesOf(input, within), 12) }],
  });
}

function severityOf(session: Session, stolen: boolean): Severity {
  if (stolen) {
    return 'high';
  }
  return isInstanceSession(session) || isWorkloadSession(session) || session.depth >= 1 ? 'medium' : 'low';
}

function reasonsOf(session: Session): string[] {
  if (isInstanceSession(session) || isWorkloadSession(session)) {
    return ['These are the credentials of a machine, which knows what it needs.'];
  }
  return session.depth >= 1
    ? [`They were got by role assumption (depth ${session.depthIsMinimum ? '≥' : ''}${String(session.depth)}).`]
    : [];
}

/** `iam` of `iam.amazonaws.com`, in the order first asked. */
function servicesOf({ model }: DetectionInput, rows: readonly number[]): string[] {
  return [...new Set(rows.map((row) => clean(actionAt(model.events, row).eventSource.split('.')[0] ?? '', 32)))];
}

/** The first call of each action of the fullest window, and the beginnings of the other bursts. */
function evidenceOf(
  { model }: DetectionInput,
  rows: readonly number[],
  { fullest, stretches }: Windows,
): EvidenceRow[] {
  const { events } = model;
  const seen = new Set<number>();
  const different = String(fullest.distinct[0] ?? 0);
  const asked = rows.slice(fullest.from, fullest.to + 1).flatMap((row): EvidenceRow[] => {
    const action = events.action[row] ?? 0;
    if (seen.has(action)) {
      return [];
    }
    seen.add(action);
    const { eventSource, eventName } = actionAt(events, row);
    const name = `${clean(eventSource.split('.')[0] ?? '', 32)}:${clean(eventName, 64)}`;
    return [{ row, reason: `Question ${String(seen.size)} of ${different}: ${name}`, role: 'decisive' }];
  });
  const others = stretches
    .filter(({ from, to }) => fullest.from < from || fullest.from > to)
    .map(({ from }): EvidenceRow => ({ row: rows[from] ?? 0, reason: 'Another burst of questions began' }));
  return [...asked, ...others];
}
