/**
 * `console-from-api-credentials`: credentials made for programs were turned into a console session, in which a person clicks.
 *
 * Guarantee: successful calls only; people of the access portal, who get their console in the same way, are left out.
 */
import { append } from '../append';
import type { Severity } from '../contract';
import { firstFrom } from '../lineage/in-order';
import type { LineageModel, Session } from '../lineage/model';
import { actionAt, callerAt, succeeded, textAt } from '../lineage/table';
import { sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { rowsOfActions } from './facts';
import { hopEvidence } from './hop-evidence';
import { originsOf } from './origins';
import { ownCallsOf } from './own-calls';
import { confidenceOf, pathTo } from './paths';
import { sessionFinding } from './session-finding';
import { isInstanceSession, isWorkloadSession } from './session-nature';
import { withOrigins } from './standing';
import { capital, clean, counted, listed } from './text';

const id = 'console-from-api-credentials';
/** A console session lives no longer; a session whose end is not known is taken to live as long, ms. */
const longestLifeMs = 12 * 3_600_000;

export const consoleFromApiCredentials: Detector = {
  id,
  title: 'Console opened with API credentials',
  description:
    'The temporary credentials of a program, an instance, an assumed role or a federated user were turned into a console session.',
  severities: ['high', 'low'],
  techniques: ['T1021.007', 'T1550.001'],
  detect,
};

/** How the access portal of Identity Center asks for its people. */
const portal = /^jersey\/\$\{project\.version\}/i;

interface Opening {
  readonly row: number;
  readonly kind: 'token' | 'login';
}

function detect(input: DetectionInput): Detection {
  const { model } = input;
  const bySession = new Map<Session, Opening[]>();
  for (const { session, ...opening } of [...tokens(model), ...logins(model)]) {
    append(bySession, session, opening);
  }
  const opened = consolesByRow(model);
  return {
    findings: [...bySession].flatMap(([session, openings]) =>
      openings.some(({ row }) => input.inWindow(row)) ? [draftOf(input, session, openings, opened)] : [],
    ),
    notes: [],
  };
}

function isMachine(session: Session): boolean {
  return isInstanceSession(session) || isWorkloadSession(session);
}

function severityOf(session: Session): Severity {
  return isMachine(session) || session.depth >= 2 ? 'high' : 'low';
}

function tokens({ events, sessions }: LineageModel): (Opening & { readonly session: Session })[] {
  const own = ownCallsOf(events);
  return rowsOfActions(
    events,
    ({ eventSource, eventName }) => eventName === 'GetSigninToken' && eventSource.startsWith('signin.'),
  ).flatMap((row) => {
    const session = sessions[events.session[row] ?? -1];
    return session !== undefined &&
      session.kind !== 'sso' &&
      succeeded(events, row) &&
      own.has(row) &&
      mayAsk(events, session, row)
      ? [{ session, row, kind: 'token' as const }]
      : [];
  });
}

/** The portal’s agent is believed of those alone whom it would not make less than they are. */
function mayAsk(events: LineageModel['events'], session: Session, row: number): boolean {
  return severityOf(session) === 'high' || !portal.test(textAt(events, 'userAgent', row));
}

/** Sign-ins of machines, of chains and of federated users. */
function logins(model: LineageModel): (Opening & { readonly session: Session })[] {
  const { events, issuances, sessions } = model;
  const known = new ByPrincipal(model);
  return issuances.flatMap(({ kind, row, callerSession, time }) => {
    const { type, principalId } = callerAt(events, row);
    if (
      kind !== 'console-login' ||
      (type !== 'AssumedRole' && type !== 'FederatedUser') ||
      actionAt(events, row).eventName !== 'ConsoleLogin' ||
      !ownCallsOf(events).has(row)
    ) {
      return [];
    }
    const session = sessions[callerSession ?? -1] ?? known.at(principalId, time);
    return session !== undefined &&
      session.kind !== 'sso' &&
      (type === 'FederatedUser' || isMachine(session) || session.depth >= 1)
      ? [{ session, row, kind: 'login' as const }]
      : [];
  });
}

/** The record of a sign-in names no key: whose credentials were alive then. */
class ByPrincipal {
  private known: ReadonlyMap<string, readonly Session[]> | undefined;

  constructor(private readonly model: LineageModel) {}

  /** Of the sessions of a principal that were alive, the last created. */
  at(principalId: string, time: number): Session | undefined {
    this.known ??= this.find();
    const sessions = this.known.get(principalId) ?? [];
    const session = sessions[firstFrom(sessions, time + 1, ({ creationDate }) => creationDate ?? 0) - 1];
    return session === undefined || (session.expiresAt ?? (session.creationDate ?? 0) + longestLifeMs) < time
      ? undefined
      : session;
  }

  private find(): Map<string, Session[]> {
    const found = new Map<string, Session[]>();
    for (const session of this.model.sessions) {
      if (session.creationDate !== undefined && session.kind !== 'console' && session.principalId !== '') {
        append(found, session.principalId, session);
      }
    }
    for (const sessions of found.values()) {
      sessions.sort((a, b) => (a.creationDate ?? 0) - (b.creationDate ?? 0) || a.index - b.index);
    }
    return found;
  }
}

function draftOf(
  input: DetectionInput,
  session: Session,
  openings: readonly Opening[],
  opened: ReadonlyMap<number, number>,
): FindingDraft {
  const { model } = input;
  const { events } = model;
  const path = pathTo(model, session);
  const asked = openings.filter(({ kind }) => kind === 'token').length;
  const signedIn = openings.length - asked;
  const places = [
    ...new Set(
      openings
        .map(({ row }) => originsOf(events).at(row))
        .filter(({ direct }) => direct)
        .map(({ location }) => clean(location, 64)),
    ),
  ];
  const what = [
    ...(signedIn > 0 ? [counted(signedIn, 'sign-in')] : []),
    ...(asked > 0 ? [counted(asked, 'sign-in token')] : []),
  ];
  const origins = withOrigins(model, [session]);
  return sessionFinding(input, session, {
    rule: id,
    severity: severityOf(session),
    confidence: session.depth >= 1 ? confidenceOf(path.sessions.slice(1)) : confidenceOfKind(session),
    title: `${capital(sessionLabel(session))} ${signedIn > 0 ? 'signed in to the console' : 'asked for a console sign-in token'}`,
    explanation: [
      `API credentials were turned into a console session: ${listed(what)}${places.length > 0 ? ` from ${listed(places)}` : ''}.`,
      reasonOf(session),
    ].join(' '),
    sessions: [...origins.sessions, ...consoles(opened, openings)],
    roles: path.roles.length > 0 ? path.roles : session.roleArn === '' ? [] : [session.roleArn],
    instanceIds: origins.instanceIds,
    techniques: consoleFromApiCredentials.techniques,
    count: Math.max(signedIn, asked),
    evidence: [
      ...openings.map(({ row, kind }) => openingEvidence(row, kind)),
      ...hopEvidence(model, path, 'background'),
    ],
  });
}

function openingEvidence(row: number, kind: Opening['kind']): EvidenceRow {
  return {
    row,
    reason: kind === 'token' ? 'API credentials exchanged for a sign-in token' : 'Signed in to the console with them',
    role: 'decisive',
  };
}

/** The console sessions that were opened. */
function consoles(opened: ReadonlyMap<number, number>, openings: readonly Opening[]): number[] {
  return openings.flatMap(({ row }) => opened.get(row) ?? []);
}

/** By the row of the sign-in. */
function consolesByRow({ issuances }: LineageModel): ReadonlyMap<number, number> {
  const opened = new Map<number, number>();
  for (const { kind, row, childSession } of issuances) {
    if (kind === 'console-login' && childSession !== undefined) {
      opened.set(row, childSession);
    }
  }
  return opened;
}

/** A machine known by what its caller chose to call itself is a guess. */
function confidenceOfKind(session: Session): FindingDraft['confidence'] {
  return isMachine(session) && session.link === 'inferred' && session.depthIsMinimum
    ? 'inferred'
    : confidenceOf([session]);
}

function reasonOf(session: Session): string {
  if (isMachine(session)) {
    return 'Instances and workloads have no use for a console: a person holds their credentials.';
  }
  if (session.depth >= 2) {
    return `They were reached by ${session.depthIsMinimum ? 'at least ' : ''}${counted(session.depth, 'role assumption')}.`;
  }
  return session.kind === 'federated-user'
    ? 'A console session of a federated user goes on when the key behind it is deactivated.'
    : 'Tools such as aws-vault and granted do that for people.';
}
