/**
 * Sessions, principals, roles and users, by their names, ids and ARNs, with the path of a role or a user or without.
 *
 * Guarantee: whole names only; a role or user that did nothing here leads to whoever asked for it or changed it.
 */
import { accountOf, partitionOf, roleNameOf, splitPrincipalId } from '../cloudtrail/record';
import { lastSegment } from '../cloudtrail/text';
import type { LineageModel, Session } from '../lineage/model';
import { identityThatCallsWereAbout, resourceThatCallsWereAbout, withCallsAbout } from './who-calls';
import { deliveryFinders } from './who-deliveries';
import { asked, found, sessionsThat, withRows, type Finder, type Match } from './who-match';

/** Sessions of a role, who was refused it, and what was done to the role. */
function roleThat(test: (session: Session, name: string) => boolean): Finder {
  return withCallsAbout('role', withRows(sessionsThat('role', test), deniedRole));
}

/** Sessions of a user, and what was done to the user. */
function userThat(test: (session: Session, name: string) => boolean): Finder {
  return withCallsAbout('user', sessionsThat('user', test));
}

function isUserArn(arn: string): boolean {
  return /^arn:[\w-]+:iam::\d*:user\//.test(arn);
}

/** The parts of `assumed-role/R/name`; `*` for the name, as policies write it, means every session. */
function sessionArn(
  name: string,
): { readonly account: string; readonly roleName: string; readonly sessionName: string } | undefined {
  const [, rest = ''] = /^arn:[\w-]+:sts::\d*:assumed-role\/(.+)$/.exec(name) ?? [];
  const segments = rest.split('/');
  return rest === ''
    ? undefined
    : {
        account: accountOf(name),
        roleName: segments.at(-2) ?? segments[0] ?? '',
        sessionName: segments.length > 1 ? (segments.at(-1) ?? '').replace(/^\*$/, '') : '',
      };
}

/** With or without the path of the role, also a session known only from its issuance. */
function sessionOfArn(model: LineageModel, name: string): Match | undefined {
  const arn = sessionArn(name);
  if (arn === undefined) {
    return undefined;
  }
  const { account, roleName, sessionName } = arn;
  return sessionName === ''
    ? roleThat((session) => isRoleOf(session, account, roleName))(model, name)
    : sessionsThat('session', (session) => isRoleOf(session, account, roleName) && session.name === sessionName)(
        model,
        name,
      );
}

/** A session that is not here: what is known of its role. */
function absentSession(model: LineageModel, name: string): Match | undefined {
  const arn = sessionArn(name);
  if (arn === undefined) {
    return undefined;
  }
  const role = `arn:${partitionOf(name)}:iam::${arn.account}:role/${arn.roleName}`;
  const match = [arnOfAnyPath, deniedRole, identityThatCallsWereAbout('role')]
    .map((find) => find(model, role))
    .find((each) => each !== undefined);
  return match === undefined
    ? undefined
    : {
        ...match,
        matched: arn.sessionName === '' ? match.matched : `session that is not in these logs, of a ${match.matched}`,
      };
}

function isRoleOf(session: Session, account: string, roleName: string): boolean {
  const arn = session.roleArn || session.arn;
  return (
    roleName !== '' &&
    arn.includes(`/${roleName}`) &&
    roleNameOf(arn) === roleName &&
    (account === '' || accountOf(arn) === account)
  );
}

/** `AROA…` or `AIDA…` alone: every session of the role or the user, also tokens that the user federated. */
function principalId(model: LineageModel, name: string): Match | undefined {
  return name.startsWith('AROA')
    ? withCallsAbout('role', sessionsOfPrincipal)(model, name)
    : name.startsWith('AIDA')
      ? withCallsAbout('user', sessionsOfPrincipal)(model, name)
      : sessionsOfPrincipal(model, name);
}

function sessionsOfPrincipal(model: LineageModel, name: string): Match | undefined {
  if (!/^A[A-Z]{3}[A-Z0-9]{12,124}$/.test(name)) {
    return undefined;
  }
  const { events } = model;
  const issuers = events.callers.map(({ issuer }) => issuer?.principalId ?? '');
  return found(
    name.startsWith('AROA') ? 'role' : name.startsWith('AIDA') ? 'user' : 'principal',
    model.sessions
      .filter(
        ({ principalId: principal, rows }) =>
          splitPrincipalId(principal).id === name ||
          (rows[0] !== undefined && issuers[events.caller[rows[0]] ?? -1] === name),
      )
      .map(({ index }) => index),
  );
}

/** A session of the user with this name: a role's session has a name, too, which its caller chose. */
function isOfUser({ identityArn }: Session, userName: string): boolean {
  return userName !== '' && identityArn.endsWith(`/${userName}`) && isUserArn(identityArn);
}

/** A role or a user whose path the name leaves out, or has although the logs leave it out. */
function arnOfAnyPath(model: LineageModel, name: string): Match | undefined {
  const [, kind = ''] = /^arn:[\w-]+:iam::\d*:(role|user)\//.exec(name) ?? [];
  const account = accountOf(name);
  switch (kind) {
    case 'role':
      return roleThat((session) => isRoleOf(session, account, roleNameOf(name)))(model, name);
    case 'user':
      return userThat((session) => isOfUser(session, lastSegment(name)) && accountOf(session.identityArn) === account)(
        model,
        name,
      );
    default:
      return undefined;
  }
}

/** Who asked for a role and did not get it. */
function deniedRole(model: LineageModel, name: string): Match | undefined {
  if (sessionArn(name) !== undefined) {
    return undefined;
  }
  const roleName = roleNameOf(name);
  const tried = model.attempts.filter(
    ({ roleArn }) =>
      roleArn !== '' &&
      (roleArn === name ||
        roleNameOf(roleArn) === name ||
        (roleName !== '' && roleNameOf(roleArn) === roleName && accountOf(roleArn) === accountOf(name))),
  );
  return found(
    'role that was asked for and denied',
    tried.flatMap(({ callerSession }) => callerSession ?? []),
    asked(
      tried.flatMap(({ rows }) => rows).sort((a, b) => a - b),
      'denied attempt',
    ),
  );
}

/** Who asked for a role in vain, and who made or changed it. */
function deniedOrChangedRole(model: LineageModel, name: string): Match | undefined {
  const denied = deniedRole(model, name);
  const changed = identityThatCallsWereAbout('role')(model, name);
  return denied === undefined
    ? changed
    : found(
        denied.matched,
        [...denied.sessions, ...(changed?.sessions ?? [])],
        [...denied.rows, ...(changed?.rows ?? [])],
      );
}

/** By ids and ARNs, which mean one thing. */
export const identityFinders: readonly Finder[] = [
  sessionsThat('session', (session, name) => session.id === name || (session.arn === name && name.includes(':sts:'))),
  principalId,
  sessionsThat('principal', (session, name) => session.principalId === name),
  sessionOfArn,
  roleThat(({ roleArn }, name) => roleArn === name),
  userThat((session, name) => isUserArn(name) && (session.arn === name || session.identityArn === name)),
  sessionsThat('root user', ({ kind, arn }, name) => (kind === 'root' || kind === 'assume-root') && arn === name),
  sessionsThat('identity', ({ identityArn }, name) => identityArn === name),
];

/** By names, which people choose. */
export const nameFinders: readonly Finder[] = [
  arnOfAnyPath,
  roleThat(({ roleArn }, name) => roleArn.endsWith(`/${name}`) && roleNameOf(roleArn) === name),
  userThat((session, name) => isOfUser(session, name)),
  sessionsThat('name', (session, name) => session.name === name),
];

/** Of what did nothing here. */
export const absentFinders: readonly Finder[] = [
  deniedOrChangedRole,
  identityThatCallsWereAbout('user'),
  identityThatCallsWereAbout('group'),
  ...deliveryFinders,
  absentSession,
  resourceThatCallsWereAbout,
];
