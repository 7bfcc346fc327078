/**
 * `trust-policy-backdoor`: the trust policy of a role was written so that somebody can come in who should not: everybody, an
 * account that is neither own nor trusted, a user, a provider that was set up in the same logs, or whoever was not in it before.
 *
 * Guarantee: successful changes only, also those that a service made for the session; one finding an actor and role. A policy
 * that cannot be read is named, one that the record does not have is counted in a note.
 */
import { formatInstant } from '../cloudtrail/time';
import type { Severity } from '../contract';
import { greatest } from '../extremes';
import type { Session } from '../lineage/model';
import { actionAt, callerAt, timeAt } from '../lineage/table';
import { append } from '../append';
import { raised, severityRank, worst } from '../severity';
import { createdObjectAt } from './created-object';
import { rootIdentity, sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import type { Grant } from './external-trust';
import { accountsWords, knownAccounts } from './known-accounts';
import { providersMade, type ProvidersMade } from './providers-made';
import { sessionFinding } from './session-finding';
import { isChainedOrInstance, isForwarded, standingConfidence, standingWords, withOrigins } from './standing';
import { capital, clean, counted, listed } from './text';
import { trustChanges, type TrustChange } from './trust-changes';

const id = 'trust-policy-backdoor';

export const trustPolicyBackdoor: Detector = {
  id,
  title: 'Trust policy lets somebody in',
  description:
    'The trust policy of a role was made or changed to let in everybody, an account that is neither own nor trusted, a user, a new identity provider, or somebody who was not in it before.',
  severities: ['critical', 'high', 'medium', 'low'],
  techniques: ['T1098.003'],
  detect,
};

type AlarmKind = 'everybody' | 'stranger' | 'unknown' | 'provider' | 'user' | 'added' | 'unreadable';

/** One thing that is wrong with a document. */
interface Alarm {
  readonly kind: AlarmKind;
  readonly severity: Severity;
  /** Because of how the session came to act. */
  readonly isRaised: boolean;
  readonly grant?: Grant;
  /** The call that set up the provider. */
  readonly providerRow?: number;
}

interface Opened {
  readonly change: TrustChange;
  readonly session: Session;
  readonly alarms: readonly Alarm[];
}

function detect(input: DetectionInput): Detection {
  const { events, sessions } = input.model;
  const { changes, absent } = trustChanges(events, knownAccounts(input));
  const groups = new Map<string, Opened[]>();
  for (const change of changes) {
    const session = sessions[events.session[change.row] ?? -1];
    if (session === undefined || !input.inWindow(change.row)) {
      continue;
    }
    const alarms = alarmsOf(input, change, session, providersMade(events));
    if (alarms.length > 0) {
      append(groups, keysOf(session, change).join('\n'), { change, session, alarms });
    }
  }
  const notes =
    absent === 0
      ? []
      : [
          {
            id: `${id}-documents`,
            message: `${id}: ${counted(absent, 'trust policy', 'trust policies')} not judged: the records do not have the text, or have a mask in its place.`,
          },
        ];
  return { findings: [...groups.values()].flatMap((opened) => draftOf(input, opened) ?? []), notes };
}

/** Who acted; and the role by account and name, which is what all records of a change have. */
function keysOf(session: Session, { account, role }: TrustChange): [string, string] {
  return [rootIdentity(session), `${account}|role|${role}`];
}

function alarmsOf(input: DetectionInput, change: TrustChange, session: Session, providers: ProvidersMade): Alarm[] {
  const chained = isChainedOrInstance(input.model, session);
  const alarm = (kind: AlarmKind, severity: Severity, mayRise: boolean, more: Partial<Alarm> = {}): Alarm => {
    const higher = mayRise && chained ? raised(severity) : severity;
    return { kind, severity: higher, isRaised: higher !== severity, ...more };
  };
  const alarms = change.grants.flatMap((grant): Alarm[] => {
    if (!grant.restricted) {
      switch (grant.reach) {
        case 'everybody':
          return [alarm('everybody', 'critical', true, { grant })];
        case 'stranger':
          return [alarm('stranger', 'high', true, { grant })];
        case 'unknown':
          return [alarm('unknown', 'medium', true, { grant })];
        case 'provider': {
          const made = providers.of(change.account, grant.principal);
          // A cluster sets up its provider and the roles of its pods in one go.
          return made === undefined || made.kind === 'sign-on'
            ? []
            : made.kind === 'cluster'
              ? [alarm('provider', 'low', false, { grant, providerRow: made.row })]
              : [alarm('provider', 'medium', true, { grant, providerRow: made.row })];
        }
        case 'known':
          break;
      }
    }
    if (isUser(grant)) {
      return [alarm('user', 'low', true, { grant })];
    }
    // Infrastructure code adds own roles every day, from chained sessions too.
    return grant.reach !== 'provider' && change.added.has(grant.principal)
      ? [alarm('added', 'low', false, { grant })]
      : [];
  });
  return change.unread === '' ? alarms : [...alarms, alarm('unreadable', 'low', false)];
}

function isUser({ reach, principal }: Grant): boolean {
  return reach === 'known' && /^arn:[\w-]+:iam::\d{12}:user\//.test(principal);
}

function draftOf(input: DetectionInput, opened: readonly Opened[]): FindingDraft | undefined {
  const { model } = input;
  const severity = worst(opened.flatMap(({ alarms }) => alarms.map((alarm) => alarm.severity)));
  const telling = opened.find(({ alarms }) => alarms.some((alarm) => alarm.severity === severity));
  if (telling === undefined) {
    return undefined;
  }
  const { change, session, alarms } = telling;
  const role = clean(change.role, 64);
  const isRaised = alarms.some((alarm) => alarm.severity === severity && alarm.isRaised);
  return sessionFinding(input, session, {
    rule: id,
    keys: keysOf(session, change),
    severity,
    confidence: isRaised ? standingConfidence(model, session) : 'exact',
    title: titleOf(telling, role),
    explanation: [
      whatHappened(input, telling, role),
      ...alarmsByWeight(alarms).flatMap((alarm) => whyIt(input, telling, alarm)),
      ...conditionsText(alarms),
      ...(isRaised ? [`The session was ${standingWords(model, session)}: one step more severe.`] : []),
      ...(opened.length > 1
        ? [
            `${counted(opened.length, 'such change')} of the role, the first at ${timeOf(input, opened[0]?.change.row)}, the last at ${timeOf(input, opened.at(-1)?.change.row)}.`,
          ]
        : []),
      ...endText(input, telling),
    ].join(' '),
    ...withOrigins(
      model,
      opened.map((each) => each.session),
    ),
    roles: [change.roleArn],
    techniques: trustPolicyBackdoor.techniques,
    count: opened.length,
    evidence: opened.flatMap(evidenceOf),
    createdObjects: opened.map((each) => createdObjectAt(model.events, each.change.row, endOf(each))),
  });
}

function timeOf({ model }: DetectionInput, row: number | undefined): string {
  return formatInstant(timeAt(model.events, row ?? 0));
}

function wordsOf(alarms: readonly Alarm[]): string[] {
  return [...new Set(alarms.flatMap(({ grant }) => (grant === undefined ? [] : clean(grant.words, 128))))];
}

/** The worst first, each kind once. */
function alarmsByWeight(alarms: readonly Alarm[]): Alarm[] {
  const kinds = new Map<AlarmKind, Alarm>();
  for (const alarm of [...alarms].sort((a, b) => severityRank(a.severity) - severityRank(b.severity))) {
    kinds.set(alarm.kind, kinds.get(alarm.kind) ?? alarm);
  }
  return [...kinds.values()];
}

function titleOf({ session, alarms, change }: Opened, role: string): string {
  const words = wordsOf(alarmsByWeight(alarms));
  return words.length === 0
    ? `Trust policy of role ${role}, written by ${sessionLabel(session)}, ${change.unread}`
    : `${capital(listed(words, 3))} let into role ${role} by ${sessionLabel(session)}`;
}

function whatHappened({ model }: DetectionInput, { change, session, alarms }: Opened, role: string): string {
  const { eventName } = actionAt(model.events, change.row);
  const caller = callerAt(model.events, change.row);
  const through = isForwarded(caller) ? ` through ${clean(caller.invokedBy, 64)}` : '';
  const words = wordsOf(alarms);
  const what =
    words.length === 0 ? `wrote a trust policy for role ${role}` : `let ${listed(words)} assume role ${role}`;
  return `${capital(sessionLabel(session))} ${what} of account ${clean(change.account, 32)} with ${eventName}${through}.`;
}

function whyIt(input: DetectionInput, { change, alarms }: Opened, { kind, providerRow }: Alarm): string[] {
  const of = (): string => listed(wordsOf(alarms.filter((each) => each.kind === kind)));
  switch (kind) {
    case 'everybody':
      return ['No condition binds that to an organization or to own accounts: whoever has an AWS account can come in.'];
    case 'stranger':
      return [`${capital(of())} ${accountsWords(input, alarms.filter((each) => each.kind === kind).length)}`];
    case 'unknown':
      return [
        `${capital(of())}: that is how IAM writes somebody who was deleted or is of another account; which account, nobody can tell.`,
      ];
    case 'provider':
      return [`The identity provider was set up in the same logs, at ${timeOf(input, providerRow)}.`];
    case 'user':
      return [`${capital(of())}: the keys of users do not expire, and roles are rarely meant for one.`];
    case 'added':
      return [`${capital(of())} was not in the policy that the role had before, of ${timeOf(input, change.before)}.`];
    case 'unreadable':
      return [
        change.unread === 'was cut off'
          ? 'The text of the policy was cut off: it may let in others too.'
          : 'The text of the policy could not be read: whom it lets in is not known.',
      ];
  }
}

function conditionsText(alarms: readonly Alarm[]): string[] {
  const texts = (restricted: boolean): string[] => [
    ...new Set(
      alarms.flatMap(({ grant }) =>
        grant?.restricted === restricted ? grant.conditions.map((each) => clean(each, 96)) : [],
      ),
    ),
  ];
  const weak = texts(false);
  const strong = texts(true);
  return [
    ...(weak.length === 0
      ? []
      : [
          `Its condition (${listed(weak)}) does not restrict it: an external id, say, is chosen by whoever writes the policy.`,
        ]),
    ...(strong.length === 0 ? [] : [`Restricted by ${listed(strong)}.`]),
  ];
}

/** Row of the change after which nobody of these is let in any more. */
function endOf({ change, alarms }: Opened): number | undefined {
  const principals = alarms.flatMap(({ grant }) => grant?.principal ?? []);
  const ends = principals.map((principal) => change.endOf(principal));
  return ends.length === 0 || ends.includes(undefined) ? undefined : greatest(ends.map((row) => row ?? 0));
}

function endText(input: DetectionInput, opened: Opened): string[] {
  const end = endOf(opened);
  return end === undefined
    ? []
    : [
        actionAt(input.model.events, end).eventName === 'DeleteRole'
          ? `The role was later deleted, at ${timeOf(input, end)}.`
          : `A later change took that back, at ${timeOf(input, end)}.`,
      ];
}

function evidenceOf(opened: Opened): EvidenceRow[] {
  const { change, alarms } = opened;
  const words = wordsOf(alarms);
  const role = clean(change.role, 64);
  const end = endOf(opened);
  return [
    {
      row: change.row,
      reason:
        words.length === 0
          ? `Trust policy of role ${role} ${change.unread}`
          : `Lets ${listed(words)} assume role ${role}`,
      role: 'decisive',
    },
    ...alarms.flatMap(({ providerRow }): EvidenceRow[] =>
      providerRow === undefined ? [] : [{ row: providerRow, reason: 'Set up the provider', role: 'background' }],
    ),
    ...(change.before !== undefined && alarms.some(({ kind }) => kind === 'added')
      ? [{ row: change.before, reason: `The trust policy of role ${role} before`, role: 'background' as const }]
      : []),
    ...(end === undefined
      ? []
      : [{ row: end, reason: `Role ${role} no longer lets them in`, role: 'background' as const }]),
  ];
}
