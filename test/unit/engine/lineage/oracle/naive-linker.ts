/**
 * The linker's slow twin: plain loops over parsed records, written from what CloudTrail says of credentials and not from
 * the engine's code. It shares nothing with the engine, so that the two can only agree by being right, or by reading
 * the rules in the same wrong way.
 *
 * Guarantee: a function of the set of records. Quadratic: for small worlds only.
 *
 * Where the rules leave a choice, the line marked "Choice:" says which was taken.
 */
import { createHash } from 'node:crypto';

export interface NaiveSession {
  readonly id: string;
  readonly keys: readonly string[];
  readonly parent: string | null;
  readonly candidates: readonly string[];
  readonly link: string;
  readonly depth: number;
  readonly minimum: boolean;
  readonly events: readonly string[];
}

/** One record that happened, with what linking looks at. */
interface Happening {
  readonly record: unknown;
  readonly id: string;
  /** Ids in this order decide between events of one second. */
  readonly order: string;
  readonly recipient: string;
  readonly time: number;
  readonly action: string;
  readonly replaces: boolean;
  readonly network: boolean;
  readonly succeeded: boolean;
  readonly type: string;
  readonly account: string;
  readonly principal: string;
  readonly arn: string;
  readonly userName: string;
  readonly key: string;
  readonly invokedBy: string;
  readonly created: number | undefined;
  readonly issuerArn: string;
}

interface Issuance {
  readonly kind: string;
  /** The copy with the richer caller. */
  main: Happening;
  readonly copies: Happening[];
  key: string;
  readonly account: string;
  readonly principal: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly name: string;
  readonly recipient: string;
  readonly expires: number | undefined;
  caller: Session | undefined;
  child: Session | undefined;
}

interface Session {
  id: string;
  readonly account: string;
  readonly principal: string;
  readonly created: number | undefined;
  readonly keys: Set<string>;
  /** Calls made with its own credentials. */
  readonly direct: Happening[];
  readonly all: Set<Happening>;
  readonly exact: Issuance[];
  readonly other: Issuance[];
}

/** What tells of a session: its own calls, or else those made for it. */
function actsOf({ direct, all }: Session): readonly Happening[] {
  return direct.length > 0 ? direct : [...all];
}

const second = 1000;
const minute = 60 * second;
const longestLife = 36 * 60 * minute;
const signIns = ['console-login', 'switch-role'];
const workloads = 'ec2 lambda ecs-tasks pods.eks ssm codebuild glue sagemaker tasks.apprunner batch'.split(' ');
const consoleAgents =
  /^\[?S3Console|^AWS Internal|^signin\.amazonaws\.com|^console\.|^EC2ConsoleFrontend|\.console\.aws/i;

const kinds: Readonly<Record<string, string>> = {
  'sts/AssumeRole': 'assume-role',
  'sts/AssumeRoleWithSAML': 'assume-role-saml',
  'sts/AssumeRoleWithWebIdentity': 'assume-role-web-identity',
  'sts/AssumeRoot': 'assume-root',
  'sts/GetSessionToken': 'session-token',
  'sts/GetFederationToken': 'federation-token',
  'iam/CreateAccessKey': 'created-key',
  'signin/ConsoleLogin': 'console-login',
  'signin/SwitchRole': 'switch-role',
  'rolesanywhere/CreateSession': 'roles-anywhere',
  'cognito-identity/GetCredentialsForIdentity': 'cognito',
};

// Reading records.

function valueAt(start: unknown, ...path: readonly string[]): unknown {
  let value = start;
  for (const name of path) {
    // T23: exporters write elements as text.
    if (typeof value === 'string' && value.startsWith('{"')) {
      value = JSON.parse(value) as unknown;
    }
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}

function textAt(start: unknown, ...path: readonly string[]): string {
  const value = valueAt(start, ...path);
  return typeof value === 'string' && value !== '-' && value !== 'null' ? value : '';
}

/** Placeholders are absent: also one repeated character, and a prefix with X's behind it. */
function keyAt(start: unknown, ...path: readonly string[]): string {
  const key = textAt(start, ...path);
  return /^[A-Z0-9]{16,128}$/.test(key) && !/^(.)\1*$|^A[A-Z]{3}X+$/.test(key) ? key : '';
}

/** `2023-07-10T12:00:00Z`, `.000Z`, `20131102T010628Z`, `Jul 10, 2023, 6:30:22 PM`, `Jul 5, 2021 1:18:34 PM`: all UTC. */
function instantOf(value: unknown): number | undefined {
  if (typeof value !== 'string') {
    return undefined;
  }
  const us = /^([A-Z][a-z]{2} \d+, \d{4}),? (\d+:\d\d:\d\d)[\s\u202f\u00a0]([AP]M)$/.exec(value);
  const basic = value.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const instant = Date.parse(us === null ? basic : `${us.slice(1).join(' ')} UTC`);
  return Number.isNaN(instant) ? undefined : instant;
}

function isoSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** T16: one event is one eventID in one recipient account, or in the caller's account where no recipient is named. */
function happeningsOf(records: readonly unknown[]): Happening[] {
  const found = new Map<string, Happening>();
  for (const record of records) {
    const time = ['eventTime', '@timestamp'].map((name) => instantOf(valueAt(record, name))).find((at) => at !== undefined);
    const source = textAt(record, 'eventSource');
    const name = textAt(record, 'eventName').replace(/\d{8}(v\d+)?$/, '');
    if (time === undefined || source === '' || name === '') {
      continue;
    }
    const happening = happeningOf(record, time, `${source.split('.')[0] ?? ''}/${name}`);
    const identity = `${happening.id}|${happening.recipient}`;
    const known = found.get(identity);
    if (known === undefined || tellsMore(happening, known)) {
      found.set(identity, happening);
    }
  }
  const events = [...found.values()];
  // T19: a call that was logged as network activity too happened once.
  const once = events.filter((event) => !event.network || !events.some((other) => isSameCall(event, other)));
  return once.sort((a, b) => a.time - b.time || compare(a.order, b.order) || compare(a.recipient, b.recipient));
}

/** T24: an addendum replaces, the last one of several. Choice: of other copies the one with more keys in it, then the longer. */
function tellsMore(one: Happening, other: Happening): boolean {
  if (one.replaces !== other.replaces) {
    return one.replaces;
  }
  const later = one.replaces ? one.time - other.time : 0;
  const keys = (event: Happening): number =>
    Number(event.key !== '') + Number(keyAt(event.record, 'responseElements', 'credentials', 'accessKeyId') !== '');
  const length = (event: Happening): number => JSON.stringify(event.record).length;
  return (later || keys(one) - keys(other) || length(one) - length(other)) > 0;
}

function isSameCall(network: Happening, other: Happening): boolean {
  const request = textAt(network.record, 'requestID');
  const same = request !== '' && request === textAt(other.record, 'requestID') && network.action === other.action;
  return same && !other.network;
}

function isMask(id: string): boolean {
  return /^[x0*#-]*$|^(null|none|redacted|hidden_due_to_security_reasons)$/i.test(id);
}

function happeningOf(record: unknown, time: number, action: string): Happening {
  const identity = valueAt(record, 'userIdentity');
  const account = textAt(identity, 'accountId');
  const failure = ['ConsoleLogin', 'SwitchRole'].some((name) => textAt(record, 'responseElements', name) === 'Failure');
  const written = textAt(record, 'eventID');
  const replaced = textAt(record, 'addendum', 'originalEventID');
  const replaces = !isMask(replaced);
  const id = replaces ? replaced : written;
  const masked = isMask(id);
  const hash = createHash('sha256').update(masked ? JSON.stringify(record) : id);
  const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
  const order = uuid && !masked ? id.replaceAll('-', '') : hash.digest('hex').slice(0, 32);
  return {
    record,
    id: masked ? `hash:${order}` : id,
    order,
    recipient: textAt(record, 'recipientAccountId') || account,
    time,
    action,
    replaces,
    network:
      textAt(record, 'eventCategory') === 'NetworkActivity' || textAt(record, 'eventType') === 'AwsVpceEvent',
    // T21: sign-in says in its answer that it failed.
    succeeded: textAt(record, 'errorCode') === '' && !(action.startsWith('signin/') && failure),
    type: textAt(identity, 'type'),
    account,
    principal: textAt(identity, 'principalId') || textAt(identity, 'arn') || textAt(identity, 'userName'),
    arn: textAt(identity, 'arn'),
    userName: textAt(identity, 'userName'),
    key: keyAt(identity, 'accessKeyId'),
    invokedBy: textAt(identity, 'invokedBy'),
    created: instantOf(valueAt(identity, 'sessionContext', 'attributes', 'creationDate')),
    issuerArn: textAt(identity, 'sessionContext', 'sessionIssuer', 'arn'),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What stands behind the role's id, or behind the last colon. */
function sessionNameOf(principal: string): string {
  return /^A(ROA|IDA)[A-Z0-9]+:/.test(principal) ? principal.replace(/^[^:]*:/, '') : principal.replace(/^.*:/, '');
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

// Issuances.

function issuancesOf(happenings: readonly Happening[]): Issuance[] {
  const issuances: Issuance[] = [];
  for (const happening of happenings) {
    const kind = kinds[happening.action];
    // T19: network activity is a use, and has no answer.
    if (kind !== undefined && happening.succeeded && !happening.network) {
      const delivery = kind === 'assume-role' && happening.type === 'AWSService';
      const issuance = issuanceOf(happening, delivery ? 'delivery' : kind);
      // Choice: a record that names neither key nor receiver issued nothing that could be found again.
      if (issuance.key !== '' || issuance.principal !== '' || issuance.roleArn !== '' || issuance.arn !== '') {
        issuances.push(issuance);
      }
    }
  }
  // A key that different principals received is a placeholder.
  for (const key of new Set(issuances.map((issuance) => issuance.key))) {
    const same = issuances.filter((issuance) => issuance.key === key);
    if (new Set(same.map(({ recipient }) => recipient)).size > 1) {
      for (const issuance of same) {
        issuance.key = '';
      }
    }
  }
  return withoutTwins(issuances);
}

function issuanceOf(main: Happening, kind: string): Issuance {
  const { record } = main;
  const response = valueAt(record, 'responseElements');
  const answer = kind === 'roles-anywhere' ? valueAt(response, 'credentialSet', '0') : response;
  const credentials = valueAt(answer, kind === 'created-key' ? 'accessKey' : 'credentials');
  const request = valueAt(record, 'requestParameters');
  const assumed = textAt(answer, 'assumedRoleUser', 'assumedRoleId');
  const roleArn = /role|delivery|anywhere/.test(kind) ? textAt(request, 'roleArn') : '';
  const own = kind === 'session-token' || signIns.includes(kind);
  const target = textAt(request, 'targetPrincipal');
  const root = kind === 'assume-root' ? accountOf(target) || target : '';
  const principal = assumed || textAt(answer, 'federatedUser', 'federatedUserId') || root || (own ? main.principal : '');
  const name = textAt(request, 'roleSessionName') || sessionNameOf(assumed) || textAt(request, 'name');
  // A call that names no user makes a key for its caller.
  const owner = textAt(credentials, 'userName') || textAt(request, 'userName') || main.userName || main.principal;
  return {
    kind,
    main,
    copies: [],
    key: keyAt(credentials, 'accessKeyId'),
    account: accountOf(roleArn) || (kind === 'assume-root' ? root : main.account),
    principal,
    arn: textAt(answer, 'assumedRoleUser', 'arn') || textAt(answer, 'federatedUser', 'arn') || (own ? main.arn : ''),
    roleArn,
    name,
    recipient: kind === 'created-key' ? `${main.account}|${owner}` : principal || `${roleArn}/${name}`,
    expires: instantOf(valueAt(credentials, 'expiration')),
    caller: undefined,
    child: undefined,
  };
}

/** Two records of one call, seen from two accounts, are one issuance; its caller is the one that is more than an account. */
function withoutTwins(issuances: readonly Issuance[]): Issuance[] {
  const kept: Issuance[] = [];
  for (const issuance of issuances) {
    const again = kept.find(({ key }) => issuance.key !== '' && issuance.key === key);
    const twin = kept.find((other) => isTwin(issuance, other));
    if (twin !== undefined) {
      twin.key ||= again === undefined ? issuance.key : '';
      if (twin.main.type === 'AWSAccount' && issuance.main.type !== 'AWSAccount') {
        twin.copies.push(twin.main);
        twin.main = issuance.main;
      } else {
        twin.copies.push(issuance.main);
      }
    } else if (again === undefined) {
      // Choice: of a key that was issued again to the same receiver in another call, the first record counts.
      kept.push(issuance);
    }
  }
  return kept;
}

/** One call: the same key, or one of them masked; and the same sharedEventID or requestID. */
function isTwin(a: Issuance, b: Issuance): boolean {
  const shared = ['sharedEventID', 'requestID'].some((name) => {
    const id = textAt(a.main.record, name);
    return id !== '' && id === textAt(b.main.record, name);
  });
  const same = a.kind === b.kind && a.roleArn === b.roleArn && a.name === b.name && a.main.time === b.main.time;
  return shared && ((a.key !== '' && a.key === b.key) || (same && (a.key === '' || b.key === '')));
}

// Sessions.

class World {
  readonly sessions: Session[] = [];
  /** Those that some record tells of, other than the one that issued them. */
  private readonly used: Session[] = [];

  constructor(
    private readonly happenings: readonly Happening[],
    private readonly issuances: readonly Issuance[],
  ) {}

  /** account | principal | creation; for what has no creation the key. */
  idOf(act: Happening): string {
    const grant = this.grantOf(act);
    return `${act.account}|${act.principal}|${typeof grant === 'number' ? isoSeconds(grant) : grant}`;
  }

  private grantOf(act: Happening): number | string {
    const issuance = this.issuances.find(({ key }) => key !== '' && key === act.key);
    // Some services write a creation time beside a long-term key: the key stays one session.
    return issuance?.kind === 'created-key' ? act.key : (act.created ?? issuance?.main.time ?? act.key);
  }

  private add(id: string, account: string, principal: string, created: number | undefined): Session {
    const known = this.sessions.find((session) => session.id === id);
    if (known !== undefined) {
      return known;
    }
    const session: Session = {
      ...{ id, account, principal, created },
      ...{ keys: new Set(), direct: [], all: new Set(), exact: [], other: [] },
    };
    this.sessions.push(session);
    return session;
  }

  private sessionOf(act: Happening, id = this.idOf(act)): Session {
    const grant = this.grantOf(act);
    return this.add(id, act.account, act.principal, typeof grant === 'number' ? grant : undefined);
  }

  private acts({ type, principal, key }: Happening): boolean {
    const nobody = ['', 'AWSService', 'SAMLUser', 'WebIdentityUser'];
    return !nobody.includes(type) && (principal !== '' || key !== '');
  }

  /** Step 5: a service calls for a principal, with a key that nobody was issued. Service-linked roles work for themselves. */
  private forwarded(act: Happening): boolean {
    const types = ['IAMUser', 'AssumedRole', 'Root', 'FederatedUser'];
    const linked = act.issuerArn.includes(':role/aws-service-role/');
    const issued = act.key !== '' && this.issuances.some(({ key }) => key === act.key);
    return act.invokedBy !== '' && types.includes(act.type) && !linked && !issued;
  }

  private signsIn(act: Happening): Issuance | undefined {
    return this.issuances.find(({ kind, main }) => main === act && signIns.includes(kind));
  }

  findSessions(): void {
    const folded: Happening[] = [];
    for (const act of this.happenings.filter((each) => this.acts(each))) {
      if (this.signsIn(act) !== undefined && act.created === undefined) {
        continue; // belongs to the session that it opens
      }
      if (this.forwarded(act) || act.type === 'AWSAccount') {
        folded.push(act);
        continue;
      }
      const session = this.sessionOf(act, this.idOf(act) + this.suffixOf(act));
      session.direct.push(act);
      session.all.add(act);
      if (act.key !== '') {
        session.keys.add(act.key);
      }
    }
    const seen = [...this.sessions];
    const copies = new Map(this.issuances.flatMap(({ main, copies: twins }) => twins.map((copy) => [copy, main])));
    for (const act of folded.filter((each) => !copies.has(each))) {
      this.sessionToFoldInto(act, seen).all.add(act);
    }
    for (const [copy, main] of copies) {
      if (folded.includes(copy)) {
        const session = this.sessions.find(({ all }) => all.has(main)) ?? this.sessionToFoldInto(copy, seen);
        session.all.add(copy);
      }
    }
  }

  /** Two callers gave one session name in one second: where the keys tell the grants apart, each is a session. */
  private suffixOf(act: Happening): string {
    const issuerOf = ({ key }: Happening): string | undefined => {
      const issuance = this.issuances.find((each) => key !== '' && each.key === key);
      const issuer = issuance?.main;
      if (issuer === undefined || issuance?.kind === 'created-key') {
        return undefined;
      }
      return this.acts(issuer) ? this.idOf(issuer) : `${issuer.type}|${issuer.invokedBy}|${issuer.principal}`;
    };
    const mine = issuerOf(act);
    const id = this.idOf(act);
    const same = this.happenings.filter((each) => this.acts(each) && this.idOf(each) === id);
    const issuers = new Set(same.map(issuerOf).filter((issuer) => issuer !== undefined));
    if (mine === undefined || issuers.size < 2) {
      return '';
    }
    const keys = same.filter((each) => issuerOf(each) === mine).map(({ key }) => key);
    return `#${keys.sort()[0] ?? ''}`;
  }

  private sessionToFoldInto(act: Happening, seen: readonly Session[]): Session {
    const id = this.idOf(act);
    const own = this.sessions.find((session) => session.id === id);
    if (own !== undefined) {
      return own;
    }
    // Work of a service with a grant of its own, which the logs hold: no call for somebody else.
    if (this.issuances.some((issuance) => act.created !== undefined && this.isGrantOf(issuance, act, act.created))) {
      return this.sessionOf(act, id);
    }
    const principals = seen.filter(({ account, principal }) => account === act.account && principal === act.principal);
    const alive = principals.filter((session) => this.covers(session, act.time));
    const [only] = alive;
    if (principals.length === 1 && only !== undefined) {
      return only;
    }
    // Choice: of several sessions the one that called the forwarding service nearest to the call's own creation, then the
    // one that called last, then the one with the smallest id.
    const near = (call: Happening): number => Math.abs(call.time - (act.created ?? -Infinity));
    const causes = principals.flatMap((session) =>
      session.direct
        .filter((call) => `${textAt(call.record, 'eventSource')}` === act.invokedBy && call.invokedBy === '')
        .filter((call) => near(call) <= 5 * second)
        .map((call) => ({ session, distance: near(call) })),
    );
    const calls = alive.flatMap((session) =>
      session.direct
        .filter((call) => call.time <= act.time + 5 * second)
        .map((call) => ({ session, distance: -call.time })),
    );
    for (const list of [causes, calls, alive.map((session) => ({ session, distance: 0 }))]) {
      const [best] = list.sort((a, b) => a.distance - b.distance || compare(a.session.id, b.session.id));
      if (best !== undefined) {
        return best.session;
      }
    }
    // Choice: else a session that was issued and did nothing else in these logs, the last one of those valid then.
    const granted = this.issuances.filter(
      (issuance) => this.isNamed(issuance, act) && this.isValid(issuance.main.time, issuance.expires, act.time),
    );
    const last = granted.sort((a, b) => b.main.time - a.main.time)[0];
    if (last !== undefined) {
      const grantId = `${act.account}|${act.principal}|${isoSeconds(last.main.time)}`;
      return this.add(grantId, act.account, act.principal, last.main.time);
    }
    // Choice: nothing to fold into makes one session of all such calls of the principal.
    return this.add(`${act.account}|${act.principal}|`, act.account, act.principal, undefined);
  }

  private covers({ created, keys }: Session, time: number): boolean {
    if (created === undefined) {
      return true;
    }
    const ends = this.issuances.filter(({ key }) => key !== '' && keys.has(key)).map(({ expires }) => expires ?? Infinity);
    return this.isValid(created, ends.length === 0 ? Infinity : Math.max(...ends), time);
  }

  private isValid(created: number, expires: number | undefined, time: number): boolean {
    const end = Math.min(created + longestLife, expires ?? Infinity);
    return time >= created - 5 * second && time <= end + minute;
  }

  /** Step 3: the principal, or the role and the session name where the answer has no principal, and the time. */
  private isGrantOf(issuance: Issuance, act: Happening, created: number): boolean {
    return this.isNamed(issuance, act) && Math.abs(issuance.main.time - created) <= 2 * second;
  }

  private isNamed({ principal, roleArn, name, arn }: Issuance, act: Happening): boolean {
    return (
      (principal !== '' && principal === act.principal) ||
      (roleArn !== '' && roleArn === act.issuerArn && name === sessionNameOf(act.principal)) ||
      (arn !== '' && arn === act.arn)
    );
  }

  link(): void {
    this.used.push(...this.sessions);
    for (const issuance of this.issuances) {
      issuance.caller = this.callerOf(issuance);
    }
    for (const issuance of this.issuances) {
      this.linkByKey(issuance);
    }
    // Step 3 before step 4: a sign-in joins what an assumption opened.
    const assumed = this.issuances.filter(({ kind }) => !signIns.includes(kind));
    const signedIn = this.issuances.filter(({ kind }) => signIns.includes(kind));
    for (const issuance of [...assumed, ...signedIn].filter(({ child }) => child === undefined)) {
      const child = this.nearest(issuance) ?? this.ofItsOwn(issuance);
      if (child !== undefined && child !== issuance.caller) {
        child.other.push(issuance);
        issuance.child = child;
        this.giveSignIn(issuance, child);
      }
    }
  }

  /** The sign-in record belongs to the session that it opens; one that did nothing else, and issued nothing, is none. */
  private giveSignIn({ kind, main }: Issuance, child: Session): void {
    if (!signIns.includes(kind)) {
      return;
    }
    const before = this.sessions.find(({ all }) => all.has(main));
    before?.all.delete(main);
    child.all.add(main);
    if (before?.all.size === 0 && before.keys.size === 0 && this.issuances.every(({ caller }) => caller !== before)) {
      this.sessions.splice(this.sessions.indexOf(before), 1);
    }
  }

  private callerOf({ kind, main }: Issuance): Session | undefined {
    const session = this.sessions.find(({ all }) => all.has(main));
    switch (kind) {
      case 'delivery':
        return undefined;
      case 'console-login':
        // Signed in with credentials that came earlier, as the record itself says, or the sign-in token asked for before it.
        return Math.abs((session?.created ?? main.time) - main.time) > 2 * second ? session : this.behindToken(main);
      case 'switch-role': {
        // Choice: the session of that ARN that was made last.
        const from = textAt(main.record, 'additionalEventData', 'SwitchFrom');
        const before = this.sessions.filter(
          (each) => actsOf(each)[0]?.arn === from && each.created !== undefined && each.created <= main.time,
        );
        return before.sort((a, b) => (a.created ?? 0) - (b.created ?? 0) || compare(a.id, b.id)).at(-1);
      }
      default:
        return session;
    }
  }

  /** Choice: the last sign-in token of the same principal in the quarter of an hour that one lives. */
  private behindToken(login: Happening): Session | undefined {
    const tokens = this.happenings.filter(
      ({ action, principal, succeeded, time }) =>
        ['AssumedRole', 'FederatedUser'].includes(login.type) &&
        action === 'signin/GetSigninToken' &&
        principal === login.principal &&
        succeeded &&
        time <= login.time &&
        time >= login.time - 15 * minute,
    );
    const last = tokens.at(-1);
    return last === undefined ? undefined : this.sessions.find(({ all }) => all.has(last));
  }

  private linkByKey(issuance: Issuance): void {
    const users = this.sessions.filter(({ keys }) => issuance.key !== '' && keys.has(issuance.key));
    // Choice: a key that several principals used is the one's whom it was issued to; of none if that is not told.
    const right = users.length < 2 ? users : users.filter(({ principal }) => principal === issuance.principal);
    const [child] = right;
    if (child !== undefined && right.length === 1 && child !== issuance.caller) {
      child.exact.push(issuance);
      issuance.child = child;
    }
  }

  /** Choice: one issuance opens one session, the nearest in time; one with keys of its own takes but the same caller's, of its second. */
  private nearest(issuance: Issuance): Session | undefined {
    if (issuance.kind === 'created-key') {
      return undefined;
    }
    const distance = ({ created }: Session): number => Math.abs((created ?? Infinity) - issuance.main.time);
    const fitting = this.used.filter((session) => {
      const { created, exact } = session;
      const [act] = actsOf(session);
      return (
        session !== issuance.caller &&
        created !== undefined &&
        act !== undefined &&
        this.isGrantOf(issuance, act, created) &&
        (exact.length === 0 ||
          (distance(session) < second && exact.some(({ caller }) => caller === issuance.caller)))
      );
    });
    return fitting.sort((a, b) => distance(a) - distance(b) || compare(a.id, b.id))[0];
  }

  /** Issued and not used: it counts all the same. Choice: roles handed to services only where a workload holds them. */
  private ofItsOwn(issuance: Issuance): Session | undefined {
    const { kind, main, key, roleArn, name, account, caller } = issuance;
    const service = main.invokedBy.replace(/\.amazonaws\.com(\.cn)?$/, '');
    if (kind === 'created-key' || (kind === 'delivery' && !workloads.includes(service))) {
      return undefined;
    }
    const principal = issuance.principal || (roleArn === '' ? '' : `${roleArn.replace(/^.*\//, '')}:${name}`);
    let id = `${account}|${principal}|${isoSeconds(main.time)}`;
    const taken = this.sessions.find((session) => session.id === id);
    if (taken !== undefined) {
      const sameCaller = [...taken.exact, ...taken.other].every((each) => each.caller === caller);
      if (taken !== caller && (sameCaller || signIns.includes(kind))) {
        return taken;
      }
      id += `#${key || main.id}`;
    }
    const session = this.add(id, account, principal, main.time);
    if (key !== '') {
      session.keys.add(key);
    }
    return session;
  }
}

// What the links say.

interface Verdict {
  readonly link: string;
  readonly parent: Session | undefined;
  readonly candidates: readonly Session[];
  readonly issuances: readonly Issuance[];
}

function verdictOf(session: Session): Verdict {
  const { exact, other } = session;
  const assumed = other.filter(({ kind }) => !signIns.includes(kind));
  // Key, then session, then sign-in.
  const deciding = exact.length > 0 ? exact : assumed.length > 0 ? assumed : other;
  const issuances = [...exact, ...other];
  if (deciding.length === 0) {
    // Choice: what has no creation time starts here; what has one came from outside the logs.
    return { link: session.created === undefined ? 'none' : 'inferred', parent: undefined, candidates: [], issuances };
  }
  const named = deciding.filter(({ caller, kind }) => caller !== undefined || !signIns.includes(kind));
  const telling = named.length > 0 ? named : deciding;
  const callers = new Set(telling.map(({ caller, main }) => caller ?? main.invokedBy));
  if (callers.size > 1) {
    const candidates = [...callers].filter((caller) => typeof caller !== 'string');
    return { link: 'ambiguous', parent: undefined, candidates, issuances };
  }
  const twin = deciding.some(({ copies }) => copies.length > 0);
  const link = exact.length > 0 ? (twin ? 'twin' : 'exact') : assumed.length > 0 ? 'session' : 'console';
  return { link, parent: telling[0]?.caller, candidates: [], issuances };
}

/** An assumption made by a principal. Deliveries, sign-ins, first federated logins, tokens and created keys are none. */
function isHop({ kind, main, caller }: Issuance): boolean {
  return (
    ['assume-role', 'assume-root', 'switch-role'].includes(kind) ||
    (['assume-role-saml', 'assume-role-web-identity', 'roles-anywhere'].includes(kind) &&
      caller !== undefined &&
      main.type === 'AssumedRole')
  );
}

/** Something that AWS itself writes says where a session of no issuance comes from. */
function originKnown(session: Session): boolean {
  const acts = actsOf(session);
  const [first] = acts;
  const has = (...path: readonly string[]): boolean =>
    acts.some(({ record }) => textAt(record, 'userIdentity', 'sessionContext', ...path) !== '');
  const fromConsole = [...session.all].some(
    ({ record }) =>
      ['true', true].includes(valueAt(record, 'sessionCredentialFromConsole') as string) ||
      consoleAgents.test(textAt(record, 'userAgent')),
  );
  switch (first?.type) {
    case 'Root':
      return session.created === undefined;
    case 'IAMUser':
      return (session.created === undefined && first.created === undefined) || fromConsole;
    case 'AssumedRole':
    case 'Role':
      return (
        /:role\/aws-service-role\/|\/AWSReservedSSO_/.test(`${first.issuerArn} ${first.arn}`) ||
        session.principal.includes(':aws:ec2-instance:') ||
        has('ec2RoleDelivery') ||
        has('webIdFederationData', 'federatedProvider') ||
        (first.invokedBy !== '' && first.key === '')
      );
    default:
      return false;
  }
}

interface Count {
  readonly depth: number;
  readonly minimum: boolean;
}

function countOf(session: Session, cut: ReadonlySet<Session>, above: readonly Session[] = []): Count {
  const { link, candidates, issuances, ...verdict } = verdictOf(session);
  const parent = cut.has(session) ? undefined : verdict.parent;
  const hop = issuances.some(isHop) ? 1 : 0;
  if (parent !== undefined) {
    // A created key starts a new count.
    if (issuances[0]?.kind === 'created-key') {
      return { depth: 0, minimum: false };
    }
    const count = countOf(parent, cut, [...above, session]);
    return { depth: count.depth + hop, minimum: count.minimum };
  }
  const ways = candidates.filter((each) => each !== session && !above.includes(each));
  if (ways.length > 0) {
    const depths = ways.map((each) => countOf(each, cut, [...above, session]).depth + hop);
    return { depth: Math.min(...depths), minimum: true };
  }
  // An assumption by somebody without a session here is one all the same.
  return { depth: hop, minimum: hop === 1 || link === 'ambiguous' || (issuances.length === 0 && !originKnown(session)) };
}

/** Cycles, which only damaged records make, are cut where the session with the smallest id was issued. */
function cuts(sessions: readonly Session[]): Set<Session> {
  const cut = new Set<Session>();
  for (const start of sessions) {
    const walk: Session[] = [];
    let at: Session | undefined = start;
    while (at !== undefined && !walk.includes(at)) {
      walk.push(at);
      at = verdictOf(at).parent;
    }
    const [smallest] = at === undefined ? [] : walk.slice(walk.indexOf(at)).sort((a, b) => compare(a.id, b.id));
    if (smallest !== undefined) {
      cut.add(smallest);
    }
  }
  return cut;
}

export function naiveLineage(records: readonly unknown[]): NaiveSession[] {
  const happenings = happeningsOf(records);
  const issuances = issuancesOf(happenings);
  const world = new World(happenings, issuances);
  world.findSessions();
  world.link();
  const cut = cuts(world.sessions);
  return world.sessions
    .map((session) => {
      const verdict = verdictOf(session);
      const longTerm = verdict.issuances[0]?.kind === 'created-key';
      const issued = longTerm ? [] : verdict.issuances.map(({ key }) => key).filter((key) => key !== '');
      return {
        id: session.id,
        keys: [...new Set([...session.keys, ...issued])].sort(),
        parent: cut.has(session) ? null : (verdict.parent?.id ?? null),
        candidates: verdict.candidates.map(({ id }) => id).sort(),
        link: verdict.link,
        ...countOf(session, cut),
        events: [...session.all].map(({ id }) => id).sort(),
      };
    })
    .sort((a, b) => compare(a.id, b.id));
}
