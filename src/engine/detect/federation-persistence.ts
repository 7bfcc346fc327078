/**
 * `federation-persistence`: a way to sign in from outside AWS was set up or changed: an identity provider, a trust anchor or
 * profile of IAM Roles Anywhere.
 *
 * Guarantee: successful calls only, also those that a service made for the session; one finding an actor and thing. A login
 * counts where it is the first one in these logs and comes after the change.
 */
import { append } from '../append';
import { arrayAt, requestParameters, stringAt } from '../cloudtrail/record';
import { formatInstant } from '../cloudtrail/time';
import type { Severity } from '../contract';
import type { Issuance, Session } from '../lineage/model';
import { accountAt, actionAt, callerAt, notableAt, timeAt } from '../lineage/table';
import { raised, worst } from '../severity';
import { createdObjectAt } from './created-object';
import { rootIdentity, roleLabel, sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { federationChanges, firstLogins, type FederationChange } from './federation-changes';
import { fieldsAt, Removals } from './lasting-changes';
import { objectMade, type ObjectMade } from './persistence-objects';
import { sessionFinding } from './session-finding';
import { isChainedOrInstance, isForwarded, standingConfidence, standingWords, withOrigins } from './standing';
import { capital, clean, counted, listed } from './text';

const id = 'federation-persistence';

export const federationPersistence: Detector = {
  id,
  title: 'New way to sign in from outside',
  description:
    'An identity provider, a trust anchor or a profile of IAM Roles Anywhere was set up or changed: whoever controls what stands behind it can sign in without any credential of the account.',
  severities: ['critical', 'high', 'medium', 'low'],
  techniques: ['T1484.002', 'T1556.007', 'T1098'],
  detect,
};

interface SetUp {
  readonly change: FederationChange;
  readonly session: Session;
  readonly object: ObjectMade;
  readonly severity: Severity;
  readonly isRaised: boolean;
  /** The first login through it, where that followed. */
  readonly login: Issuance | undefined;
  readonly deletedRow: number | undefined;
}

function detect(input: DetectionInput): Detection {
  const { events, sessions } = input.model;
  const changes = federationChanges(events).filter(({ row }) => input.inWindow(row));
  if (changes.length === 0) {
    return { findings: [], notes: [] };
  }
  const logins = firstLogins(input.model, new Set(changes.map(({ key }) => key)));
  const removals = new Removals(events);
  const groups = new Map<string, SetUp[]>();
  for (const change of changes) {
    const session = sessions[events.session[change.row] ?? -1];
    if (session !== undefined) {
      append(
        groups,
        keysOf(session, change).join('\n'),
        judged(input, change, session, logins.get(change.key), removals),
      );
    }
  }
  return { findings: [...groups.values()].flatMap((setUps) => draftOf(input, setUps) ?? []), notes: [] };
}

function keysOf(session: Session, { key }: FederationChange): [string, string] {
  return [rootIdentity(session), key];
}

function judged(
  { model }: DetectionInput,
  change: FederationChange,
  session: Session,
  first: Issuance | undefined,
  removals: Removals,
): SetUp {
  const { events } = model;
  const { eventSource, eventName } = actionAt(events, change.row);
  const object = objectMade(eventSource, eventName, fieldsAt(events, change.row));
  const login = first !== undefined && first.time >= timeAt(events, change.row) ? first : undefined;
  const isOutside = change.authority === 'external' || change.authority === 'unknown';
  const isRaised = isOutside && isChainedOrInstance(model, session);
  const severity: Severity = isRaised ? 'critical' : isOutside ? 'medium' : 'low';
  return {
    change,
    session,
    object,
    isRaised,
    // The pods of a new cluster sign in at once.
    severity: login !== undefined && change.authority !== 'cluster' ? raised(severity) : severity,
    login,
    deletedRow: removals.of(change.row, object.thing),
  };
}

function draftOf(input: DetectionInput, setUps: readonly SetUp[]): FindingDraft | undefined {
  const { model } = input;
  const { events } = model;
  const severity = worst(setUps.map((each) => each.severity));
  const telling = setUps.find((each) => each.severity === severity);
  if (telling === undefined) {
    return undefined;
  }
  const { session, change, object } = telling;
  const words = clean(object.words, 128);
  const caller = callerAt(events, change.row);
  const through = isForwarded(caller) ? ` through ${clean(caller.invokedBy, 64)}` : '';
  const behind = withOrigins(
    model,
    setUps.map((each) => each.session),
  );
  return sessionFinding(input, session, {
    rule: id,
    keys: keysOf(session, change),
    severity,
    confidence: telling.isRaised ? standingConfidence(model, session) : 'exact',
    title: `${capital(words)}, by ${sessionLabel(session)}`,
    explanation: [
      `${capital(sessionLabel(session))} called ${actionAt(events, change.row).eventName}${through} in account ${clean(accountAt(events, change.row), 32)}: ${words}.`,
      ...meaningOf(input, telling),
      ...(telling.isRaised ? [`The session was ${standingWords(model, session)}: critical, not medium.`] : []),
      ...loginText(input, telling),
      ...(setUps.length > 1 ? [`${counted(setUps.length, 'such call')} about it.`] : []),
      ...(telling.deletedRow === undefined
        ? []
        : [`It was later deleted, at ${formatInstant(timeAt(events, telling.deletedRow))}.`]),
    ].join(' '),
    ...behind,
    sessions: [...behind.sessions, ...setUps.flatMap(({ login }) => login?.childSession ?? [])],
    techniques: federationPersistence.techniques,
    count: setUps.length,
    evidence: setUps.flatMap(evidenceOf),
    createdObjects: setUps.map((each) => createdObjectAt(events, each.change.row, each.deletedRow)),
  });
}

function meaningOf({ model }: DetectionInput, { change }: SetUp): string[] {
  const request = requestParameters(notableAt(model.events, change.row) ?? {});
  switch (change.kind) {
    case 'trust-anchor':
      return change.authority === 'private-ca'
        ? ['Its certificates come from AWS Private CA, an authority inside AWS: low.']
        : change.authority === 'external'
          ? [
              'Its certificate authority is outside AWS: whoever holds the key of that authority makes certificates that sign in.',
            ]
          : ['Which certificate authority it trusts is not in the record; it is taken for one outside AWS.'];
    case 'profile': {
      const roles = arrayAt(request, 'roleArns').filter((role) => typeof role === 'string');
      return [
        `Certificates that a trust anchor of the account accepts get ${roles.length === 0 ? 'its roles' : `${counted(roles.length, 'role')} by it: ${listed(roles.map(roleLabel))}`}.`,
        ...(change.authority === 'private-ca' ? ['The anchors in these logs are all of AWS Private CA: low.'] : []),
      ];
    }
    case 'oidc': {
      const client = stringAt(request, 'clientID');
      return change.authority === 'cluster'
        ? ['It is the provider of an EKS cluster, for the roles of its pods: low.']
        : [
            'Whoever runs the provider decides who signs in to the roles that trust it.',
            ...(client === '' ? [] : [`Tokens made for ${clean(client, 96)} are now accepted.`]),
          ];
    }
    case 'saml':
      return ['Whoever holds the signing key in its metadata decides who signs in to the roles that trust it.'];
  }
}

function loginText({ model }: DetectionInput, { login, change }: SetUp): string[] {
  if (login === undefined) {
    return [];
  }
  const child = model.sessions[login.childSession ?? -1];
  const minutes = Math.round((login.time - timeAt(model.events, change.row)) / 60_000);
  return [
    `The first login through it followed ${counted(minutes, 'minute')} later, at ${formatInstant(login.time)}${child === undefined ? '' : `: ${sessionLabel(child)}`}${change.authority === 'cluster' ? '' : '; one step more severe'}.`,
  ];
}

function evidenceOf({ change, object, login, deletedRow }: SetUp): EvidenceRow[] {
  const words = clean(object.words, 128);
  return [
    { row: change.row, reason: `${object.change ? 'Changed' : 'Set up'}: ${words}`, role: 'decisive' },
    ...(login === undefined
      ? []
      : [{ row: login.row, reason: 'The first login through it', role: 'decisive' as const }]),
    ...(deletedRow === undefined
      ? []
      : [{ row: deletedRow, reason: `Deleted again: ${words}`, role: 'background' as const }]),
  ];
}
