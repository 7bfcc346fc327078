/**
 * Sessions, principals, roles and users, by their names, ids and ARNs, with the path of a role or a user or without.
 *
 * Guarantee: whole names only; a role or user that did nothing here leads to whoever asked for it or changed it.
 */
import { accountOf, requestParameters, roleNameOf, splitPrincipalId, stringAt } from '../cloudtrail/record';
import { lastSegment } from '../cloudtrail/text';
import type { LineageModel, Session } from '../lineage/model';
import { accountAt, actionAt } from '../lineage/table';
import { asked, found, sessionsAt, sessionsThat, withRows, type Finder, type Match } from './who-match';

/** Sessions of a role, and who was refused it. */
function roleThat(test: (session: Session, name: string) => boolean): Finder {
  return withRows(sessionsThat('role', test), deniedRole);
}

/** Sessions of a user, and what was done to the user. */
function userThat(test: (session: Session, name: string) => boolean): Finder {
  return withRows(sessionsThat('user', test), madeUser);
}

function isUserArn(arn: string): boolean {
  return /^arn:[\w-]+:iam::\d*:user\//.test(arn);
}

/** `assumed-role/R/name`, with or without the path of the role, also of a session known only from its issuance. */
function sessionOfArn(model: LineageModel, name: string): Match | undefined {
  const [, rest = ''] = /^arn:[\w-]+:sts::\d*:assumed-role\/(.+)$/.exec(name) ?? [];
  const segments = rest.split('/');
  const sessionName = segments.length > 1 ? (segments.at(-1) ?? '') : '';
  const roleName = segments.at(-2) ?? segments[0] ?? '';
  if (rest === '') {
    return undefined;
  }
  const account = accountOf(name);
  const test = (session: Session, withName: boolean): boolean =>
    isRoleOf(session, account, roleName) && (!withName || session.name === sessionName);
  const exact = sessionName === '' ? undefined : sessionsThat('session', (session) => test(session, true))(model, name);
  return (
    exact ?? (sessionName === '' ? sessionsThat('role', (session) => test(session, false))(model, name) : undefined)
  );
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

/** A user that was made or changed here and did nothing here: whoever did it. */
function madeUser(model: LineageModel, name: string): Match | undefined {
  const userName = isUserArn(name) ? lastSegment(name) : name;
  const rows: number[] = [];
  for (const [row, record] of model.events.notable) {
    if (
      actionAt(model.events, row).eventSource.startsWith('iam.') &&
      stringAt(requestParameters(record), 'userName') === userName &&
      (!isUserArn(name) || isAccountOf(model, row, accountOf(name)))
    ) {
      rows.push(row);
    }
  }
  rows.sort((a, b) => a - b);
  return found('user that calls were about', sessionsAt(model, rows), asked(rows, 'about this user'));
}

function isAccountOf({ events }: LineageModel, row: number, account: string): boolean {
  return accountAt(events, row) === account;
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
export const absentFinders: readonly Finder[] = [deniedRole, madeUser];
