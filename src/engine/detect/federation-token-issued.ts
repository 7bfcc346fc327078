/**
 * `federation-token-issued`: a long-term key was made into credentials of a federated user, which outlive the key.
 *
 * Guarantee: successful calls only; one finding a caller, with all its tokens. What needs days of logs to be told from the
 * usual is judged only where they are there.
 */
import { formatInstant } from '../cloudtrail/time';
import type { ContextFact, CoverageNote, Severity } from '../contract';
import { append } from '../append';
import { firstFrom } from '../lineage/in-order';
import type { Issuance, LineageModel, Session } from '../lineage/model';
import { actionAt, callerAt, eventIdAt, notableAt, textAt, timeAt } from '../lineage/table';
import { raised, severityRank, worst } from '../severity';
import { AddressRanges } from './cidr';
import { baselineDays, dayMs } from './common-edges';
import { sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { directCallsOf } from './direct-calls';
import { isBroker, tokenRequest, type TokenRequest } from './federation-tokens';
import { ownCallsOf } from './own-calls';
import { sessionFinding } from './session-finding';
import { isCall } from './standing';
import { capital, clean, counted, listed } from './text';
import { thresholdOf } from './thresholds';

const id = 'federation-token-issued';
/** Tokens beyond this are counted. */
const mostTokensTold = 10;
const hourMs = 3_600_000;

export const federationTokenIssued: Detector = {
  id,
  title: 'Federation tokens issued',
  description:
    'GetFederationToken made temporary credentials of a federated user out of a long-term key: they stay valid for up to 36 hours when the key is deactivated.',
  severities: ['critical', 'high', 'medium', 'low', 'info'],
  techniques: ['T1550.001', 'T1098.001'],
  detect,
};

interface Token {
  readonly issuance: Issuance;
  readonly request: TokenRequest;
  readonly severity: Severity;
  /** Why it has that severity. */
  readonly reason: string;
  /** Somebody signed in while it was valid. */
  readonly signedIn: boolean;
  /** Rows of such sign-ins that are not told with an earlier token of the same user. */
  readonly logins: readonly number[];
}

function detect(input: DetectionInput): Detection {
  const { model } = input;
  const { sessions } = model;
  const byCaller = new Map<Session, Issuance[]>();
  for (const issuance of model.issuances) {
    const caller = sessions[issuance.callerSession ?? -1];
    if (issuance.kind === 'federation-token' && caller !== undefined && isCall(model.events, issuance.row)) {
      append(byCaller, caller, issuance);
    }
  }
  const logins = byCaller.size === 0 ? new Map<string, number[]>() : loginsOfFederated(model);
  const ranges = new AddressRanges(input.settings.trustedCidrs);
  let unjudged = 0;
  const findings = [...byCaller].flatMap(([caller, issuances]) => {
    issuances.sort((a, b) => a.row - b.row);
    if (!issuances.some(({ row }) => input.inWindow(row))) {
      return [];
    }
    const unusual = new Unusual(input, caller, ranges);
    const told = new Map<string, number>();
    const tokens = issuances.map((issuance) => judged(input, caller, issuance, unusual, { logins, told }));
    unjudged += tokens.filter(({ issuance }) => !unusual.canTell(issuance)).length;
    return [draftOf(input, caller, tokens)];
  });
  return { findings, notes: notesOf(unjudged) };
}

/** Rows of sign-ins of federated users, by principal. */
function loginsOfFederated({ events, issuances }: LineageModel): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { kind, row } of issuances) {
    const { type, principalId } = callerAt(events, row);
    if (kind === 'console-login' && type === 'FederatedUser' && actionAt(events, row).eventName === 'ConsoleLogin') {
      append(found, principalId, row);
    }
  }
  return found;
}

interface SignIns {
  /** Rows in time order, by principal. */
  readonly logins: ReadonlyMap<string, readonly number[]>;
  /** How many of them were looked at with earlier tokens. */
  readonly told: Map<string, number>;
}

function judged(
  input: DetectionInput,
  caller: Session,
  issuance: Issuance,
  unusual: Unusual,
  { logins, told }: SignIns,
): Token {
  const { events, sessions } = input.model;
  const request = tokenRequest(notableAt(events, issuance.row) ?? {});
  const child = sessions[issuance.childSession ?? -1];
  const principal = child?.principalId ?? `${caller.accountId}:${request.name}`;
  const until = issuance.expiration ?? Infinity;
  const all = logins.get(principal) ?? [];
  const from = firstFrom(all, issuance.time, (row) => timeAt(events, row));
  const to = firstFrom(all, until + 1, (row) => timeAt(events, row));
  const before = told.get(principal) ?? 0;
  told.set(principal, Math.max(before, to));
  const { severity, reason } = severityOf(input, caller, issuance, request, unusual);
  return {
    issuance,
    request,
    severity: from < to ? raised(severity) : severity,
    reason,
    signedIn: from < to,
    logins: all.slice(Math.max(from, before), to),
  };
}

function severityOf(
  { model: { events } }: DetectionInput,
  caller: Session,
  issuance: Issuance,
  { scope }: TokenRequest,
  unusual: Unusual,
): { readonly severity: Severity; readonly reason: string } {
  if (caller.kind === 'root') {
    return { severity: 'high', reason: 'root’s own credentials were used' };
  }
  if (scope === 'everything') {
    return { severity: 'high', reason: 'its policy allows all actions on all resources' };
  }
  const strange = unusual.reason(issuance);
  if (strange !== undefined) {
    return { severity: 'high', reason: strange };
  }
  const agent = textAt(events, 'userAgent', issuance.row);
  if (isBroker(agent)) {
    return { severity: 'info', reason: `${clean(agent, 48)} is a broker of such tokens` };
  }
  switch (scope) {
    case 'nothing':
      return { severity: 'low', reason: 'without a policy it may do only what policies of resources let it' };
    case 'unknown':
      return { severity: 'medium', reason: 'its policy cannot be read' };
    case 'some':
      return { severity: 'medium', reason: 'its policy limits it' };
  }
}

/** What is not usual of the caller, where the logs reach back far enough to tell. */
class Unusual {
  private readonly newMs: number;
  private readonly logsBegin: number;
  private before: ReturnType<Unusual['uses']> | undefined;

  constructor(
    private readonly input: DetectionInput,
    private readonly caller: Session,
    private readonly ranges: AddressRanges,
  ) {
    this.newMs = thresholdOf(input.settings, id, 'newKeyMinutes') * 60_000;
    this.logsBegin = input.model.events.time[0] ?? 0;
  }

  /** The logs begin a day before, or have the creation of the key. */
  canTell({ time }: Issuance): boolean {
    return this.createdAt() !== undefined || time - this.logsBegin >= dayMs;
  }

  reason(issuance: Issuance): string | undefined {
    return this.isNew(issuance) ?? this.isElsewhere(issuance);
  }

  private createdAt(): number | undefined {
    const { model } = this.input;
    const created = this.caller.issuances.map((index) => model.issuances[index]);
    return created.find((issuance) => issuance?.kind === 'created-key')?.time;
  }

  private isNew(issuance: Issuance): string | undefined {
    const first = Math.min(this.createdAt() ?? Infinity, this.caller.firstEventTime ?? issuance.time);
    const age = issuance.time - first;
    return this.canTell(issuance) && age < this.newMs
      ? `the key was first seen ${age === 0 ? 'with this call' : `${counted(Math.max(1, Math.round(age / 60_000)), 'minute')} before`}, at ${formatInstant(first)}`
      : undefined;
  }

  /** When the key was first used directly from each place, and on each day. */
  private uses(): { readonly firstByGroup: ReadonlyMap<string, number>; readonly days: readonly number[] } {
    const { events } = this.input.model;
    const calls = directCallsOf(events);
    const firstByGroup = new Map<string, number>();
    const days = new Map<number, number>();
    for (const row of this.caller.rows) {
      const origin = calls.originAt(row);
      if (origin !== undefined) {
        const time = timeAt(events, row);
        const day = Math.floor(time / dayMs);
        firstByGroup.set(origin.group, Math.min(time, firstByGroup.get(origin.group) ?? time));
        days.set(day, Math.min(time, days.get(day) ?? time));
      }
    }
    return { firstByGroup, days: [...days.values()] };
  }

  /** On at least three days before the key was used, never from here. */
  private isElsewhere({ row, time }: Issuance): string | undefined {
    const { events } = this.input.model;
    const calls = directCallsOf(events);
    const here = calls.originAt(row);
    if (here === undefined || this.ranges.contains(here.location)) {
      return undefined;
    }
    this.before ??= this.uses();
    const { firstByGroup, days: all } = this.before;
    const days = all.filter((first) => first < time).length;
    if ((firstByGroup.get(here.group) ?? Infinity) < time) {
      return undefined;
    }
    return days >= baselineDays
      ? `it was asked for from ${clean(here.location, 64)}, where the key was not used on ${counted(days, 'day')} before`
      : undefined;
  }
}

function draftOf(input: DetectionInput, caller: Session, tokens: readonly Token[]): FindingDraft {
  const { model } = input;
  const severity = worst(tokens.map((token) => token.severity));
  const ranked = [...tokens].sort((a, b) => severityRank(a.severity) - severityRank(b.severity));
  const reasons = [...new Set(ranked.map(({ reason }) => reason))];
  const logins = tokens.flatMap((token) => token.logins);
  const names = [...new Set(tokens.map(({ request }) => clean(request.name, 64)).filter((name) => name !== ''))];
  const children = tokens.flatMap(({ issuance }) => issuance.childSession ?? []);
  const signedIn = tokens.filter((token) => token.signedIn).length;
  return sessionFinding(input, caller, {
    rule: id,
    severity,
    title: `${capital(sessionLabel(caller))} issued ${counted(tokens.length, 'federation token')}${names.length > 0 ? ` for ${listed(names, 3)}` : ''}${logins.length > 0 ? ', used to sign in to the console' : ''}`,
    explanation: [
      `GetFederationToken made ${counted(tokens.length, 'set')} of temporary credentials out of a long-term key. They stay valid when the key is deactivated.`,
      `What decided: ${listed(reasons, 4)}.`,
      ...(signedIn > 0
        ? [
            `With ${String(signedIn)} of them somebody signed in to the console, a session that lives on as well: one step more severe.`,
          ]
        : []),
    ].join(' '),
    sessions: children,
    techniques: federationTokenIssued.techniques,
    count: tokens.length,
    evidence: tokens.flatMap((token) => evidenceOf(model, token, token.severity === severity)),
    context: contextOf(model, ranked),
  });
}

function evidenceOf({ events, sessions }: LineageModel, token: Token, decisive: boolean): EvidenceRow[] {
  const child = sessions[token.issuance.childSession ?? -1];
  const first = child === undefined ? undefined : ownCallsOf(events).first(child);
  const role = decisive ? { role: 'decisive' as const } : {};
  return [
    { row: token.issuance.row, reason: `Token for ${nameOf(token)}: ${token.reason}`, ...role },
    ...token.logins.map((row) => ({ row, reason: `${capital(nameOf(token))} signed in to the console`, ...role })),
    ...(first === undefined ? [] : [{ row: first, reason: `First call of ${nameOf(token)}` }]),
  ];
}

function nameOf({ request }: Token): string {
  return `federated user ${clean(request.name || 'without a name', 64)}`;
}

/** What each token was used for, and how long it lives. */
function contextOf({ events, sessions }: LineageModel, tokens: readonly Token[]): ContextFact[] {
  const end = events.time[events.count - 1] ?? 0;
  const told = tokens.slice(0, mostTokensTold).map((token): ContextFact => {
    const { issuance } = token;
    const child = sessions[issuance.childSession ?? -1];
    return {
      label: `Token of ${nameOf(token)}`,
      value: [
        usesOf(events, child),
        issuance.expiration === undefined
          ? 'its end is not known'
          : `valid until ${formatInstant(issuance.expiration)}${issuance.expiration > end ? `, ${hours(issuance.expiration - end)} beyond these logs` : ''}`,
      ].join('; '),
      eventID: eventIdAt(events, issuance.row),
    };
  });
  const more = tokens.length - told.length;
  return more > 0 ? [...told, { label: 'Further tokens', value: String(more) }] : told;
}

function hours(ms: number): string {
  return ms < 2 * hourMs ? counted(Math.round(ms / 60_000), 'minute') : counted(Math.round(ms / hourMs), 'hour');
}

/** `3 calls: ListBuckets, GetObject (2)`. */
function usesOf(events: LineageModel['events'], child: Session | undefined): string {
  const own = ownCallsOf(events);
  const counts = new Map<string, number>();
  for (const row of child?.rows ?? []) {
    if (own.has(row)) {
      const { eventName } = actionAt(events, row);
      counts.set(eventName, (counts.get(eventName) ?? 0) + 1);
    }
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const names = [...counts].map(([name, count]) => `${clean(name, 64)}${count > 1 ? ` (${String(count)})` : ''}`);
  return total === 0 ? 'not used in these logs' : `${counted(total, 'call')}: ${listed(names, 6)}`;
}

function notesOf(unjudged: number): CoverageNote[] {
  return unjudged === 0
    ? []
    : [
        {
          id: `${id}-new-keys`,
          message: `${id}: whether the key was new could not be judged for ${counted(unjudged, 'token')}: the logs begin less than a day before.`,
        },
      ];
}
