/**
 * What a name is, and whose: one finder for each kind of thing that an alert names, the most exact first.
 *
 * Guarantee: whole names only; addresses are compared in canonical form; sessions come each once, in the order of the model.
 */
import { canonicalAddress } from '../cloudtrail/network';
import { accountOf, requestParameters, roleNameOf, splitPrincipalId, stringAt } from '../cloudtrail/record';
import { lastSegment } from '../cloudtrail/text';
import { AddressRanges, parseRange } from '../detect/cidr';
import type { LineageModel, Session } from '../lineage/model';
import { actionAt, callerAt, rowsOfEvent, rowsOfRequest, textAt, type TextColumn } from '../lineage/table';

/** A record that the name itself leads to, and why. */
export interface AskedRow {
  readonly row: number;
  readonly role: string;
}

export interface Match {
  /** What the name is: `access key`, `role that was asked for and denied`, … */
  readonly matched: string;
  readonly sessions: readonly number[];
  readonly rows: readonly AskedRow[];
}

type Finder = (model: LineageModel, name: string) => Match | undefined;

const keyShape = /^A[A-Z]{3}[A-Z0-9]{12,124}$/;
/** Records of one kind that a name leads to; an address may have a million. */
const mostRows = 50;

export const finders: readonly Finder[] = [
  usedKey,
  madeKey,
  keyOfCalls,
  namedKey,
  sessionsThat('session', (session, name) => session.id === name || (session.arn === name && !isUserArn(name))),
  principalId,
  sessionsThat('principal', (session, name) => session.principalId === name),
  sessionOfArn,
  roleThat(({ roleArn }, name) => roleArn === name),
  sessionsThat('user', (session, name) => isUserArn(name) && (session.arn === name || session.identityArn === name)),
  sessionsThat('identity', ({ identityArn }, name) => identityArn === name),
  instance,
  event,
  request,
  address,
  addressRange,
  arnOfAnyPath,
  roleThat(({ roleArn }, name) => roleArn.endsWith(`/${name}`) && roleNameOf(roleArn) === name),
  sessionsThat('user', (session, name) => isOfUser(session, name)),
  sessionsThat('name', (session, name) => session.name === name),
  sessionsThat('account', ({ accountId }, name) => accountId === name),
  accountActedIn,
  deniedRole,
  madeUser,
];

function found(matched: string, sessions: readonly number[], rows: readonly AskedRow[] = []): Match | undefined {
  return sessions.length === 0 && rows.length === 0
    ? undefined
    : { matched, sessions: [...new Set(sessions)].filter((index) => index >= 0).sort((a, b) => a - b), rows };
}

function sessionsThat(matched: string, test: (session: Session, name: string) => boolean): Finder {
  return ({ sessions }, name) =>
    found(
      matched,
      sessions.filter((session) => test(session, name)).map(({ index }) => index),
    );
}

/** Sessions of a role, and who was refused it. */
function roleThat(test: (session: Session, name: string) => boolean): Finder {
  return (model, name) => {
    const sessions = model.sessions.filter((session) => test(session, name)).map(({ index }) => index);
    return sessions.length === 0 ? undefined : found('role', sessions, deniedRole(model, name)?.rows ?? []);
  };
}

/** Sessions that acted in rows. */
function sessionsAt({ events }: LineageModel, rows: readonly number[]): number[] {
  return rows.map((row) => events.session[row] ?? -1);
}

function asked(rows: readonly number[], role: string): AskedRow[] {
  return rows.slice(0, mostRows).map((row) => ({ row, role }));
}

function usedKey(model: LineageModel, name: string): Match | undefined {
  const session = model.sessions[model.sessionByKey.get(name) ?? -1];
  if (session === undefined) {
    return undefined;
  }
  if (session.rows.length > 0 && session.denied === session.rows.length) {
    return found('access key that was only refused', [session.index]);
  }
  return found(session.rows.length === 0 ? 'access key that was issued and never used here' : 'access key', [
    session.index,
  ]);
}

/** A key that was made and not used has no session yet: it leads to whoever made it. */
function madeKey(model: LineageModel, name: string): Match | undefined {
  const made = keyShape.test(name) ? model.issuances.filter(({ issuedKey }) => issuedKey === name) : [];
  return found(
    'access key that was made and never used here',
    made.flatMap(({ callerSession }) => callerSession ?? []),
    asked(
      made.map(({ row }) => row),
      'issued this key',
    ),
  );
}

/** A key of calls that are in another key's session, or in none: what services did on somebody's behalf. */
function keyOfCalls(model: LineageModel, name: string): Match | undefined {
  const { events } = model;
  const callers = new Set<number>();
  if (keyShape.test(name)) {
    events.callers.forEach(({ accessKeyId }, index) => {
      if (accessKeyId === name) {
        callers.add(index);
      }
    });
  }
  const rows = callers.size === 0 ? [] : rowsWhere(model, (row) => callers.has(events.caller[row] ?? -1));
  return found(
    'access key of calls that a service forwarded',
    sessionsAt(model, rows),
    asked(rows, 'made with this key'),
  );
}

/** A key that others deactivated, deleted or looked at, and that never acted here. */
function namedKey(model: LineageModel, name: string): Match | undefined {
  if (!keyShape.test(name)) {
    return undefined;
  }
  const rows: number[] = [];
  for (const [row, record] of model.events.notable) {
    if (stringAt(requestParameters(record), 'accessKeyId') === name) {
      rows.push(row);
    }
  }
  rows.sort((a, b) => a - b);
  return found('access key that calls were about', sessionsAt(model, rows), asked(rows, 'about this key'));
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

/** An instance without a session is known from its launch, its network or the commands that were sent to it. */
function instance(model: LineageModel, name: string): Match | undefined {
  const [, id = name] = /^arn:[\w-]+:ec2:[\w-]*:\d*:instance\/(.+)$/.exec(name) ?? [];
  if (!/^m?i-[0-9a-f]{8,17}$/.test(id)) {
    return undefined;
  }
  const own = model.sessions.filter(({ instanceId }) => instanceId === id).map(({ index }) => index);
  const contexts = [...model.instances.values()].filter(({ instanceId }) => instanceId === id);
  const launches = contexts.flatMap(({ launch }) => launch?.row ?? []);
  const commands = contexts.flatMap(({ ssmRows }) => ssmRows);
  const rows = [...asked(launches, 'launched it'), ...asked(commands, 'sent it a command')];
  return own.length > 0
    ? found('instance', own, rows)
    : found('instance that used no credential here', sessionsAt(model, [...launches, ...commands]), rows);
}

/** The session of the call, else, for a delivery or a federated login, which nobody's session made, the one that came of it. */
function event(model: LineageModel, name: string): Match | undefined {
  return ofCalls(model, rowsOfEvent(model.events, name), 'event', 'the event asked for');
}

function request(model: LineageModel, name: string): Match | undefined {
  return ofCalls(model, rowsOfRequest(model.events, name), 'request', 'of the request asked for');
}

/** Whose the calls are; of calls that no session made, what they issued. */
function ofCalls(model: LineageModel, rows: readonly number[], what: string, role: string): Match | undefined {
  if (rows.length === 0) {
    return undefined;
  }
  const wanted = new Set(rows);
  const callers = sessionsAt(model, rows).filter((session) => session >= 0);
  if (callers.length > 0) {
    return found(what, callers, asked(rows, role));
  }
  const issued = model.issuances.flatMap(({ row, twinRows, childSession }) =>
    childSession !== undefined && [row, ...twinRows].some((each) => wanted.has(each)) ? [childSession] : [],
  );
  return found(
    issued.length > 0 ? `${what} that issued the credential` : `${what} of no session`,
    issued,
    asked(rows, role),
  );
}

function rowsWhere({ events }: LineageModel, test: (row: number) => boolean): number[] {
  const rows: number[] = [];
  for (let row = 0; row < events.count; row++) {
    if (test(row)) {
      rows.push(row);
    }
  }
  return rows;
}

function address(model: LineageModel, name: string): Match | undefined {
  const wanted = canonicalAddress(name);
  return ofAddresses(model, 'address', (text) => text === name || canonicalAddress(text) === wanted);
}

function addressRange(model: LineageModel, name: string): Match | undefined {
  if (!name.includes('/') || parseRange(name) === undefined) {
    return undefined;
  }
  const ranges = new AddressRanges([name]);
  return ofAddresses(model, 'address range', (text) => ranges.contains(text));
}

function ofAddresses(model: LineageModel, what: string, test: (text: string) => boolean): Match | undefined {
  return ofColumn(model, 'sourceAddress', what, `first call from this ${what}`, test);
}

/** An account that only others' sessions acted in. */
function accountActedIn(model: LineageModel, name: string): Match | undefined {
  return /^\d{12}$/.test(name)
    ? ofColumn(
        model,
        'recipientAccount',
        'account that was acted in',
        'first call in this account',
        (text) => text === name,
      )
    : undefined;
}

/** Sessions with a value in a column of texts, and the first call of each that has it. */
function ofColumn(
  model: LineageModel,
  column: TextColumn,
  what: string,
  role: string,
  test: (text: string) => boolean,
): Match | undefined {
  const { events } = model;
  // Each text once: the column repeats a few of them millions of times.
  const verdicts = new Map<number, boolean>();
  const sessions = new Set<number>();
  const firsts: number[] = [];
  for (let row = 0; row < events.count; row++) {
    const text = events[column][row] ?? 0;
    let verdict = verdicts.get(text);
    if (verdict === undefined) {
      verdict = text !== 0 && test(textAt(events, column, row));
      verdicts.set(text, verdict);
    }
    const session = events.session[row] ?? -1;
    if (verdict && !sessions.has(session)) {
      sessions.add(session);
      firsts.push(row);
    }
  }
  return found(what, [...sessions], asked(firsts, role));
}

/** A role or a user whose path the name leaves out, or has although the logs leave it out. */
function arnOfAnyPath(model: LineageModel, name: string): Match | undefined {
  const [, kind = ''] = /^arn:[\w-]+:iam::\d*:(role|user|root)(?:\/|$)/.exec(name) ?? [];
  const account = accountOf(name);
  switch (kind) {
    case 'role':
      return roleThat((session) => isRoleOf(session, account, roleNameOf(name)))(model, name);
    case 'user':
      return sessionsThat(
        'user',
        (session) => isOfUser(session, lastSegment(name)) && accountOf(session.identityArn) === account,
      )(model, name);
    case 'root':
      return sessionsThat('root user', ({ accountId, kind: is }) => is === 'root' && accountId === account)(
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
  return (textAt(events, 'recipientAccount', row) || callerAt(events, row).accountId) === account;
}
