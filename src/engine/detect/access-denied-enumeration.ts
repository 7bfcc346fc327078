/**
 * `access-denied-enumeration`: one session ran into refusals as whoever tries what credentials are good for does: many refused
 * calls or actions, many roles that did not let it in, or trust documents made to find out which principals exist.
 *
 * Guarantee: refusals while IAM spreads a change never count; nor do calls that a service forwarded. One finding a session.
 */
import type { Severity } from '../contract';
import { accountOf } from '../cloudtrail/record';
import { formatInstant } from '../cloudtrail/time';
import { classesOf } from '../lineage/classes';
import type { Session } from '../lineage/model';
import { actionAt, textAt, timeAt } from '../lineage/table';
import { worst } from '../severity';
import { roleLabel, sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow } from './detector';
import { Facts, rowsOfActions } from './facts';
import { ownCallsOf } from './own-calls';
import { refusedRoles, type RefusedRole, type RefusedRoles } from './refused-roles';
import { sessionFinding } from './session-finding';
import { isConsoleSession, isInstanceSession, isWorkloadSession } from './session-nature';
import { windowsWhere } from './sliding-window';
import { capital, clean, counted, listed } from './text';
import { thresholdOf } from './thresholds';

const id = 'access-denied-enumeration';

export const accessDeniedEnumeration: Detector = {
  id,
  title: 'Many refusals: permissions or roles tried out',
  description:
    'One session was refused many calls, many roles, or many trust documents within minutes, as whoever tries out what credentials are good for is.',
  severities: ['high', 'medium', 'low'],
  techniques: ['T1580', 'T1087.004', 'T1069.003'],
  detect,
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const manyRoles = 10;

/** One of the three ways, as far as a session went it. */
interface Part {
  readonly severity: Severity;
  readonly title: string;
  readonly says: string;
  readonly count: number;
  readonly evidence: readonly EvidenceRow[];
}

function detect(input: DetectionInput): Detection {
  const { model } = input;
  const refused = refusedRoles(model);
  const malformed = malformedBySession(input);
  const findings = model.sessions.flatMap((session) => {
    const parts = [
      ...rolesPart(input, session, refused),
      ...principalsPart(input, malformed.get(session.index) ?? []),
      ...callsPart(input, session, refused),
    ];
    const [first] = parts;
    if (first === undefined) {
      return [];
    }
    return sessionFinding(input, session, {
      rule: id,
      severity: worst(parts.map(({ severity }) => severity)),
      title: `${capital(sessionLabel(session))} ${first.title}`,
      explanation: parts.map(({ says }) => says).join(' '),
      techniques: accessDeniedEnumeration.techniques,
      count: first.count,
      evidence: parts.flatMap(({ evidence }) => evidence),
    });
  });
  const unnamed = [...refused.bySession.values()].flat().filter(({ roleArn }) => roleArn === '').length;
  return {
    findings,
    notes:
      unnamed === 0
        ? []
        : [
            {
              id: `${id}-roles`,
              message: `${id}: ${counted(unnamed, 'refused AssumeRole call')} of these logs ${unnamed === 1 ? 'does' : 'do'} not say for which role: whether roles were tried out was not evaluated for ${unnamed === 1 ? 'it' : 'them'}.`,
            },
          ],
  };
}

/** (a) Refused calls of any kind. */
function callsPart(input: DetectionInput, session: Session, { retries }: RefusedRoles): Part[] {
  const { model, settings, inWindow } = input;
  const leastCalls = thresholdOf(settings, id, 'calls');
  const leastActions = thresholdOf(settings, id, 'actions');
  if (session.denied < Math.min(leastCalls, leastActions)) {
    return [];
  }
  const { events } = model;
  const own = ownCallsOf(events);
  const classes = classesOf(events);
  const rows = [...session.rows].filter(
    (row) => classes.isDenied(events, row) && own.has(row) && !retries.has(row) && inWindow(row),
  );
  const actions = rows.map((row) => events.action[row] ?? 0);
  const times = rows.map((row) => timeAt(events, row));
  const windows = windowsWhere(
    times,
    [actions],
    5 * minuteMs,
    ([different = 0], calls) => different >= leastActions || calls >= leastCalls,
  );
  if (windows === undefined) {
    return [];
  }
  const within = rows.slice(windows.fullest.from, windows.fullest.to + 1);
  const different = new Set(actions).size;
  const broken = different === 1 && (times.at(-1) ?? 0) - (times[0] ?? 0) > hourMs;
  const machine = isInstanceSession(session) || isWorkloadSession(session);
  const consoles = isConsoleSession(events, session);
  const telling = (machine || session.depth >= 1) && !consoles && !broken;
  return [
    {
      severity: telling ? 'medium' : 'low',
      title: broken
        ? `was refused ${nameOf(input, within[0] ?? 0)} again and again`
        : `was refused ${counted(within.length, 'call')} of ${counted(windows.fullest.distinct[0] ?? 0, 'action')} in 5 minutes`,
      says: [
        `${counted(within.length, 'refused call')} of ${counted(windows.fullest.distinct[0] ?? 0, 'different action')} within 300 seconds${fromOn(input, within)}; ${String(rows.length)} of the session’s ${counted(session.rows.length, 'call')} were refused in all.`,
        ...(broken
          ? ['It is one action only, for more than an hour: this looks like a broken job, not like somebody trying.']
          : []),
        ...(consoles ? ['The console asks for more than the person who opened it.'] : []),
        ...(telling && machine ? ['These are the credentials of a machine, which knows what it may do.'] : []),
      ].join(' '),
      count: windows.stretches.length,
      evidence: within.map((row) => ({ row, reason: `Refused: ${nameOf(input, row)}` })),
    },
  ];
}

/** (b) Roles that did not let it in. */
function rolesPart(input: DetectionInput, session: Session, refused: RefusedRoles): Part[] {
  const { model, settings, inWindow } = input;
  const { events } = model;
  const asked = (refused.bySession.get(session.index) ?? []).filter(
    ({ row, roleArn }) => roleArn !== '' && inWindow(row),
  );
  if (asked.length === 0) {
    return [];
  }
  const numbers = new Map([...new Set(asked.map(({ roleArn }) => roleArn))].map((role, at) => [role, at]));
  const windows = windowsWhere(
    asked.map(({ row }) => timeAt(events, row)),
    [asked.map(({ roleArn }) => numbers.get(roleArn) ?? 0)],
    10 * minuteMs,
    ([different = 0]) => different >= thresholdOf(settings, id, 'roles'),
  );
  if (windows === undefined) {
    return [];
  }
  const within = asked.slice(windows.fullest.from, windows.fullest.to + 1);
  const roles = [...new Set(within.map(({ roleArn }) => roleArn))];
  const foreign = [...new Set(roles.map(accountOf))].filter((account) => account !== session.accountId).sort();
  return [
    {
      severity: roles.length >= manyRoles || foreign.length > 0 ? 'high' : 'medium',
      title: `tried to assume ${counted(roles.length, 'role')} and was refused`,
      says: `${counted(roles.length, 'different role')} refused within 600 seconds${fromOn(
        input,
        within.map(({ row }) => row),
      )}, none of them granted to this caller within a minute: ${listed(roles.map(roleLabel), 6)}.${
        foreign.length === 0
          ? ''
          : ` Some are of ${foreign.length === 1 ? 'another account' : 'other accounts'}: ${listed(foreign.map((account) => clean(account, 64)))}.`
      }`,
      count: windows.stretches.length,
      evidence: firstOfEach(within),
    },
  ];
}

/** The first refusal of each role is kept where evidence is cut. */
function firstOfEach(within: readonly RefusedRole[]): EvidenceRow[] {
  const seen = new Set<string>();
  return within.map(({ row, roleArn }) => {
    const first = !seen.has(roleArn);
    seen.add(roleArn);
    return { row, reason: `Refused role ${roleLabel(roleArn)}`, ...(first ? { role: 'decisive' as const } : {}) };
  });
}

/** (b') Trust documents that name principals, to learn which of them exist. */
function principalsPart(input: DetectionInput, rows: readonly number[]): Part[] {
  if (rows.length === 0) {
    return [];
  }
  const windows = windowsWhere(
    rows.map((row) => timeAt(input.model.events, row)),
    [rows.map(() => 0)],
    10 * minuteMs,
    (_different, calls) => calls >= thresholdOf(input.settings, id, 'malformedDocuments'),
  );
  if (windows === undefined) {
    return [];
  }
  const within = rows.slice(windows.fullest.from, windows.fullest.to + 1);
  return [
    {
      severity: 'medium',
      title: `wrote ${counted(within.length, 'trust document')} that IAM could not accept`,
      says: `${counted(within.length, 'trust document')} refused as malformed within 600 seconds${fromOn(input, within)}: IAM refuses principals that do not exist, so that this tells which do.`,
      count: windows.stretches.length,
      evidence: within.map((row) => ({
        row,
        reason: `Refused trust document: ${nameOf(input, row)}`,
        role: 'decisive',
      })),
    },
  ];
}

function malformedBySession({ model, inWindow }: DetectionInput): ReadonlyMap<number, readonly number[]> {
  const { events } = model;
  const own = ownCallsOf(events);
  const malformed = new Facts(events.strings, (code) => code.includes('MalformedPolicyDocument'));
  const bySession = new Map<number, number[]>();
  for (const row of rowsOfActions(events, writesTrust)) {
    const session = events.session[row] ?? -1;
    if (session >= 0 && malformed.of(events.errorCode[row] ?? 0) && own.has(row) && inWindow(row)) {
      const rows = bySession.get(session) ?? [];
      bySession.set(session, rows);
      rows.push(row);
    }
  }
  return bySession;
}

function writesTrust({
  eventSource,
  eventName,
}: {
  readonly eventSource: string;
  readonly eventName: string;
}): boolean {
  return eventSource.startsWith('iam.') && (eventName === 'UpdateAssumeRolePolicy' || eventName === 'CreateRole');
}

function fromOn({ model }: DetectionInput, rows: readonly number[]): string {
  return `, from ${formatInstant(timeAt(model.events, rows[0] ?? 0))} on`;
}

/** `iam:ListUsers`, with the error where it is no plain denial. */
function nameOf({ model }: DetectionInput, row: number): string {
  const { eventSource, eventName } = actionAt(model.events, row);
  const code = textAt(model.events, 'errorCode', row);
  return `${clean(eventSource.split('.')[0] ?? '', 32)}:${clean(eventName, 64)}${code.includes('Malformed') ? ` (${clean(code, 48)})` : ''}`;
}
