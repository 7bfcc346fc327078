/**
 * Small random worlds for the linker: a handful of accounts, roles and people in which every way of issuing a credential
 * happens, is masked, lost, repeated or damaged. Records are shaped by the sample's builders; all ids are invented.
 *
 * Guarantee: the same seed gives the same world. Names, roles and seconds are few, so that things meet.
 */
import {
  actions,
  assumeRole,
  assumeRoleDenied,
  assumeRoleForPodIdentity,
  assumeRoleWithSaml,
  assumeRoleWithWebIdentity,
  assumeRoot,
  consoleFromPortal,
  consoleLogin,
  consoleUser,
  createAccessKey,
  deliver,
  deliverToInstance,
  getFederationToken,
  getSessionToken,
  iamUser,
  instanceIdentity,
  isJsonObject,
  isoTime,
  longTermKey,
  Random,
  role,
  roleSession,
  switchRole,
  throughService,
  Trail,
  user,
  utc,
  type Caller,
  type Origin,
  type Role,
  type Seconds,
  type Session,
  type User,
} from '../../../../../scripts/sample/records';
import { delivered, masked, masks, withKey, type Edited } from './deliveries';

export interface GeneratedWorld {
  readonly seed: string;
  /** What happened, in the order in which it was told. */
  readonly plots: readonly string[];
  /** Records, shuffled and dealt to files. */
  readonly files: readonly (readonly object[])[];
}

const start = utc('2025-05-12T08:00:00Z');
const origins: readonly Origin[] = [
  { ip: '203.0.113.7', ua: 'aws-cli/2.15.30' },
  { ip: '198.51.100.23', ua: 'Boto3/1.34' },
];
const console_: Origin = { ip: '203.0.113.7', ua: 'AWS Internal', fromConsole: true };
const services = ['s3', 'secretsmanager', 'kms', 'cloudformation'];
const calls = [
  actions.getCallerIdentity,
  actions.listBuckets,
  actions.plain('secretsmanager', 'GetSecretValue'),
  actions.plain('kms', 'Decrypt'),
  actions.plain('cloudformation', 'CreateStack'),
];
const roleNames = ['R1', 'R2', 'R3', 'deploy'];
const sessionNames = ['work', 'alice', 'ci'];

// Making a role or a user draws its unique id: once is enough.
const madeRoles = new Map<string, Role>();
const madeUsers = new Map<string, User>();

function roleOf(account: string, name: string, path?: string): Role {
  const key = `${account} ${path ?? ''} ${name}`;
  const made = madeRoles.get(key) ?? role(account, name, path);
  madeRoles.set(key, made);
  return made;
}

function userOf(account: string, name: string): User {
  const made = madeUsers.get(`${account} ${name}`) ?? user(account, name);
  madeUsers.set(`${account} ${name}`, made);
  return made;
}

interface Console {
  readonly who: User;
  readonly keys: readonly Session[];
}

class WorldMaker {
  readonly records: object[] = [];
  readonly plots: string[] = [];
  readonly random: Random;
  private readonly trail: Trail;
  private readonly accounts: readonly string[];
  private readonly callers: Caller[] = [];
  private readonly consoles: Console[] = [];
  private readonly instances: Session[] = [];
  private now = start;

  constructor(readonly seed: string) {
    this.random = new Random(`world ${seed}`);
    this.trail = new Trail(seed);
    this.accounts = ['111122223333', '444455556666', '777788889999'].slice(0, this.random.int(1, 3));
    for (let count = this.random.int(1, 2); count > 0; count--) {
      const who = this.somebody();
      this.callers.push(
        iamUser(who, this.random.chance(0.8) ? longTermKey(`${who.account} ${who.name}`) : this.akia()),
      );
    }
  }

  private somebody(): User {
    return userOf(this.random.pick(this.accounts), this.random.pick(['alice', 'bob']));
  }

  private someRole(): Role {
    const account = this.random.pick(this.accounts);
    return this.random.chance(0.2) ? roleOf(account, 'data', '/teams/') : roleOf(account, this.random.pick(roleNames));
  }

  private akia(): string {
    return `AKIA${this.random.base32(16)}`;
  }

  private get origin(): Origin {
    return this.random.pick(origins);
  }

  private get caller(): Caller {
    // The latest callers go on more often: chains.
    const recent = this.random.chance(0.6) ? this.callers.slice(-2) : this.callers;
    return this.random.pick(recent);
  }

  private pass(): Seconds {
    this.now += this.random.pick([0, 0, 1, 1, 2, 3, 5, 20, 60, 600, 3000, 40_000]);
    return this.now;
  }

  private add(records: readonly object[]): void {
    this.records.push(...records);
  }

  private call(caller: Caller, origin = this.origin): void {
    this.add([this.trail.record(this.pass(), caller, this.random.pick(calls), origin)]);
  }

  private uses(caller: Caller, most: number, origin = this.origin): void {
    for (let count = this.random.int(0, most); count > 0; count--) {
      this.call(caller, origin);
    }
  }

  /** What can happen, and how often. */
  private readonly happenings: Readonly<Record<string, readonly [number, () => void]>> = {
    use: [8, () => this.call(this.caller)],
    chain: [6, () => this.chain()],
    siblings: [3, () => this.siblings()],
    console: [3, () => this.console()],
    switch: [3, () => this.switch()],
    portal: [2, () => this.portal()],
    oidc: [1, () => this.oidc()],
    instance: [3, () => this.instance()],
    delivery: [3, () => this.delivery()],
    pod: [1, () => this.pod()],
    forwarded: [5, () => this.forwarded()],
    token: [3, () => this.token()],
    root: [1, () => this.root()],
    createdKey: [2, () => this.createdKey()],
    ambiguous: [4, () => this.ambiguous()],
    denied: [2, () => this.denied()],
    stranger: [2, () => this.stranger()],
    outside: [1, () => this.outside()],
    certificate: [1, () => this.certificate()],
    cognito: [1, () => this.cognito()],
    nobody: [1, () => this.nobody()],
    placeholder: [1, () => this.placeholder()],
    circle: [1, () => this.circle()],
    commandLine: [1, () => this.commandLine()],
    outbound: [1, () => this.outbound()],
  };

  tell(): void {
    const names = Object.entries(this.happenings).flatMap(([name, [often]]) => Array<string>(often).fill(name));
    const enough = this.random.int(5, 32);
    while (this.records.length < enough) {
      const name = this.random.pick(names);
      this.plots.push(name);
      this.pass();
      this.happenings[name]?.[1]();
    }
  }

  private assume(caller: Caller, of: Role, name: string, at: Seconds): Session {
    const grant = assumeRole(this.trail, { at, caller, role: of, name, origin: this.origin });
    this.add(this.copies(grant.records));
    return grant.session;
  }

  /** Of a call that two accounts logged: both copies, one of them, or one with the key masked. */
  private copies(records: readonly object[]): readonly object[] {
    const [one, two] = records;
    if (one === undefined || two === undefined) {
      return records;
    }
    switch (this.random.int(0, 9)) {
      case 0:
        return [one];
      case 1:
        return [two];
      case 2:
        return [masked(one, masks[0]), two];
      case 3:
        return [one, masked(two, masks[0])];
      default:
        return records;
    }
  }

  private chain(): void {
    let caller = this.caller;
    for (let hops = this.random.int(1, 6); hops > 0; hops--) {
      const session = this.assume(caller, this.someRole(), this.random.pick(sessionNames), this.pass());
      this.uses(session, 1);
      this.callers.push(session);
      caller = session;
    }
  }

  private siblings(): void {
    const { caller } = this;
    const of = this.someRole();
    const name = this.random.pick(sessionNames);
    let at = this.pass();
    for (let count = this.random.int(2, 3); count > 0; count--) {
      const session = this.assume(caller, of, name, at);
      this.uses(session, 1);
      if (this.random.chance(0.5)) {
        this.callers.push(session);
      }
      at += this.random.int(0, 1);
    }
  }

  private console(): void {
    const who = this.somebody();
    const at = this.pass();
    const signedIn = consoleLogin(this.trail, at, who, this.origin, this.random.int(1, 4));
    this.add(signedIn.records);
    if (this.random.chance(0.2)) {
      const [login] = consoleLogin(this.trail, this.pass(), who, this.origin, 0).records;
      this.add(login === undefined ? [] : [{ ...login, responseElements: { ConsoleLogin: 'Failure' } }]);
    }
    for (const key of signedIn.keys) {
      this.uses(key, 1, this.random.chance(0.5) ? console_ : this.origin);
    }
    this.callers.push(...signedIn.keys.slice(0, 1));
    this.consoles.push({ who, keys: signedIn.keys });
  }

  private switch(): void {
    if (this.consoles.length === 0) {
      this.console();
    }
    const { who, keys } = this.random.pick(this.consoles);
    const [from] = keys;
    if (from === undefined) {
      return;
    }
    const switched = switchRole(
      this.trail,
      this.pass(),
      from,
      who,
      this.someRole(),
      this.origin,
      this.random.int(0, 3),
    );
    this.add(switched.records.filter(() => this.random.chance(0.9)));
    for (const key of switched.keys) {
      this.uses(key, 1, this.random.chance(0.5) ? console_ : this.origin);
    }
    this.callers.push(...switched.keys.slice(0, 1));
  }

  private portal(): void {
    const account = this.random.pick(this.accounts);
    const of = this.random.chance(0.6)
      ? roleOf(account, 'AWSReservedSSO_Engineer_0123456789abcdef', '/aws-reserved/sso.amazonaws.com/')
      : roleOf(account, 'federated');
    const name = this.random.pick(['ann@example.com', 'ben@example.com']);
    const grant = assumeRoleWithSaml(this.trail, {
      ...{ at: this.pass(), role: of, name, provider: 'AWSSSO_0f1e2d3c4b5a6978_DO_NOT_DELETE' },
      ...{ origin: this.origin, hours: 8 },
    });
    this.add(grant.records);
    this.uses(grant.session, 1);
    this.callers.push(grant.session);
    if (this.random.chance(0.5)) {
      const at = this.pass();
      const opened = consoleFromPortal(this.trail, at, of, grant.session, name, this.origin, this.random.int(1, 3));
      this.add(opened.records);
      for (const key of opened.keys) {
        this.uses(key, 1, console_);
      }
      this.callers.push(...opened.keys.slice(0, 1));
    }
  }

  private oidc(): void {
    const grant = assumeRoleWithWebIdentity(this.trail, {
      ...{ at: this.pass(), role: this.someRole(), name: 'run-1', issuer: 'token.actions.githubusercontent.com' },
      ...{ audience: 'sts.amazonaws.com', subject: 'repo:examplecorp/shop:ref:refs/heads/main', origin: this.origin },
    });
    this.add(grant.records);
    this.uses(grant.session, 2);
    this.callers.push(grant.session);
  }

  private instance(): void {
    const of = roleOf(this.random.pick(this.accounts), 'web');
    const id = this.random.pick(['i-0123456789abcdef0', 'i-0fedcba9876543210']);
    const { records, v1, v2 } = deliverToInstance(this.trail, this.pass(), of, id);
    this.add(records);
    this.uses(v1, 1);
    this.uses(v2, 2);
    this.callers.push(v2);
    this.instances.push(v2);
  }

  private delivery(): void {
    const service = this.random.pick(['lambda', 'lambda', 'ecs-tasks', 'rds', 'codebuild', 'autoscaling']);
    const linked = service === 'autoscaling';
    const account = this.random.pick(this.accounts);
    const grant = deliver(this.trail, {
      ...{
        at: this.pass(),
        service,
        minutes: this.random.pick([15, 120]),
        name: service === 'lambda' ? 'resize' : service,
      },
      role: linked
        ? roleOf(account, 'AWSServiceRoleForAutoScaling', '/aws-service-role/autoscaling.amazonaws.com/')
        : roleOf(account, this.random.pick(roleNames)),
      withAssumedRoleUser: service !== 'lambda',
    });
    this.add(grant.records);
    if (linked || service === 'rds') {
      this.uses(throughService(grant.session, service, null), 2);
    } else {
      this.uses(grant.session, 2);
      this.callers.push(grant.session);
    }
  }

  private pod(): void {
    const node = this.instances.at(-1);
    if (node === undefined) {
      this.instance();
      return;
    }
    const of = this.someRole();
    const grant = assumeRoleForPodIdentity(this.trail, this.pass(), node, of, 'prod', 'shop', this.origin);
    this.add(grant.records);
    this.uses(grant.session, 1);
    this.callers.push(grant.session);
  }

  /** A service calls for a principal: with a key of one call, with none, or with the principal's own; its creation new or old. */
  private forwarded(): void {
    const { caller } = this;
    const service = this.random.pick(services);
    if (this.random.chance(0.5)) {
      this.add([this.trail.record(this.pass(), caller, actions.plain(service, 'DoSomething'), this.origin)]);
    }
    // Also when the principal's credentials come to their end, or are about to be issued.
    const edges = isSession(caller)
      ? [caller.issuedAt - this.random.int(4, 6), caller.expiresAt - 1, caller.expiresAt + this.random.int(59, 61)]
      : [];
    const at = edges.length > 0 && this.random.chance(0.2) ? this.random.pick(edges) : this.pass();
    const own = caller.identity.accessKeyId;
    const key = this.random.pick([this.trail.temporaryKey(), null, own ?? null]);
    // Some services write a creation time beside a long-term key; beside a temporary one stands its own.
    const timed = key !== own || own.startsWith('AKIA');
    const created = timed && this.random.chance(0.7) ? at - this.random.int(0, 3) : undefined;
    const through = throughService(caller, this.random.chance(0.1) ? 'AWS Internal' : service, key);
    const context = through.identity['sessionContext'];
    const identity =
      created === undefined
        ? through.identity
        : {
            ...through.identity,
            sessionContext: {
              ...(isJsonObject(context) ? context : {}),
              attributes: { creationDate: isoTime(created), mfaAuthenticated: 'false' },
            },
          };
    for (let count = this.random.int(1, 2); count > 0; count--) {
      this.add([this.trail.record(at, { ...through, identity }, actions.plain('kms', 'Decrypt'), this.origin)]);
    }
  }

  private userWithKey(): { readonly who: User; readonly caller: Caller } {
    const who = this.somebody();
    return { who, caller: iamUser(who, longTermKey(`${who.account} ${who.name}`)) };
  }

  private token(): void {
    const { who, caller } = this.userWithKey();
    const options = { at: this.pass(), caller, user: who, origin: this.origin };
    const grant = this.random.chance(0.5)
      ? getSessionToken(this.trail, { ...options, mfa: this.random.chance(0.5) })
      : getFederationToken(this.trail, { ...options, name: this.random.pick(['fed', 'tool']) });
    this.add(grant.records);
    this.uses(grant.session, 2);
    this.callers.push(grant.session);
  }

  private root(): void {
    const member = this.random.pick(this.accounts);
    const grant = assumeRoot(this.trail, this.pass(), this.caller, member, 'IAMAuditRootUserCredentials', this.origin);
    this.add(grant.records);
    this.uses(grant.session, 2);
    this.callers.push(grant.session);
  }

  private createdKey(): void {
    const owner = this.somebody();
    const options = { at: this.pass(), caller: this.caller, owner, key: this.akia(), origin: this.origin };
    const made = createAccessKey(this.trail, { ...options, ownKey: this.random.chance(0.2) });
    this.add(made.records);
    this.uses(made.session, 1);
    this.callers.push(made.session);
  }

  /** Two callers, one role, one session name, one second or the next. */
  private ambiguous(): void {
    const of = this.someRole();
    const name = this.random.pick(sessionNames);
    const at = this.pass();
    for (const caller of [this.caller, this.caller]) {
      const session = this.assume(caller, of, name, at + (this.random.chance(0.8) ? 0 : 1));
      const hidden = this.random.chance(0.5);
      const before = this.records.length;
      this.uses(session, 2);
      if (hidden) {
        this.records.splice(before, Infinity, ...this.records.slice(before).map((record) => masked(record, masks[0])));
      }
      if (this.random.chance(0.5)) {
        this.callers.push(session);
      }
    }
  }

  private denied(): void {
    const { caller } = this;
    const of = this.someRole();
    for (let count = this.random.int(1, 3); count > 0; count--) {
      this.add([assumeRoleDenied(this.trail, this.pass(), caller, of, this.origin)]);
    }
    if (this.random.chance(0.6)) {
      this.callers.push(this.assume(caller, of, this.random.pick(sessionNames), this.pass()));
    }
  }

  /** A session that comes from outside these logs. */
  private stranger(): void {
    const at = this.pass();
    const key = this.trail.temporaryKey();
    const account = this.random.pick(this.accounts);
    const issued = { key, issuedAt: at - this.random.int(0, 3000), expiresAt: at + 3600 };
    const session = this.random.chance(0.3)
      ? instanceIdentity(account, 'i-0123456789abcdef0', key, issued.issuedAt)
      : roleSession({
          ...issued,
          role: this.someRole(),
          name: this.random.pick([...sessionNames, 'i-0123456789abcdef0']),
          ...(this.random.chance(0.2) ? { federatedProvider: 'cognito-identity.amazonaws.com' } : {}),
          ...(this.random.chance(0.2) ? { ec2RoleDelivery: '1.0' as const } : {}),
        });
    this.call(session);
    this.callers.push(session);
  }

  /** Somebody of an account without logs here assumes a role. */
  private outside(): void {
    const who = userOf('999988887777', 'mallory');
    const at = this.pass();
    const records = assumeRole(this.trail, {
      ...{ at, caller: iamUser(who, longTermKey('mallory')), role: this.someRole() },
      ...{ name: this.random.pick(sessionNames), origin: this.origin },
    });
    this.add(records.records.slice(1));
    this.uses(records.session, 1);
    this.callers.push(records.session);
  }

  /** IAM Roles Anywhere: the session is named after the certificate. */
  private certificate(): void {
    const of = this.someRole();
    const at = this.pass();
    const key = this.trail.temporaryKey();
    const session = roleSession({ role: of, name: '5ac1de', key, issuedAt: at, expiresAt: at + 3600 });
    const assumedRoleUser = { assumedRoleId: session.principalId, arn: session.identity.arn };
    const action = actions.plain(
      'rolesanywhere',
      'CreateSession',
      { roleArn: of.arn },
      { credentialSet: [{ credentials: { accessKeyId: key }, assumedRoleUser }] },
    );
    const caller: Caller = { account: of.account, identity: { type: 'Unknown', accountId: of.account } };
    this.add([this.trail.record(at, caller, action, this.origin)]);
    this.uses(session, 2);
    this.callers.push(session);
  }

  /** Whoever came is not told; only the key joins. */
  private cognito(): void {
    const at = this.pass();
    const key = this.trail.temporaryKey();
    const of = this.someRole();
    const session = roleSession({
      ...{ role: of, name: 'CognitoIdentityCredentials', key, issuedAt: at, expiresAt: at + 3600 },
      federatedProvider: 'cognito-identity.amazonaws.com',
    });
    const answer = { credentials: { accessKeyId: key } };
    const caller: Caller = { account: of.account, identity: { type: 'Unknown', accountId: of.account } };
    const action = actions.plain('cognito-identity', 'GetCredentialsForIdentity', null, answer);
    this.add([this.trail.record(at, caller, action, this.origin)]);
    this.uses(session, 2);
  }

  /** `aws login`: the console session allows it, and the command line asks for keys, again and again. */
  private commandLine(): void {
    const { who, keys } = this.consoles.at(-1) ?? { who: this.somebody(), keys: [] };
    const [browser] = keys;
    if (browser !== undefined) {
      this.add([this.trail.record(this.pass(), browser, actions.plain('signin', 'AuthorizeOAuth2Access'), console_)]);
    }
    const at = this.pass();
    const { accessKeyId: _none, sessionContext: _neither, ...identity } = iamUser(who, '').identity;
    const asked = { account: who.account, identity };
    for (let count = this.random.int(1, 2); count > 0; count--) {
      this.add([this.trail.record(at, asked, actions.plain('signin', 'CreateOAuth2Token'), this.origin)]);
    }
    const session = consoleUser(who, this.trail.temporaryKey(), at, true);
    this.uses(session, 2);
    this.callers.push(session);
  }

  /** A session asks AWS for a token, and another account takes it. */
  private outbound(): void {
    const { caller } = this;
    const webIdentityTokenId = this.random.uuid();
    const asked = actions.plain('sts', 'GetWebIdentityToken', null, { webIdentityTokenId });
    this.add([this.trail.record(this.pass(), caller, asked, this.origin)]);
    const grant = assumeRoleWithWebIdentity(this.trail, {
      ...{ at: this.pass(), role: this.someRole(), name: 'outbound', issuer: 'tokens.sts.global.api.aws' },
      ...{ audience: 'partner', subject: caller.identity.arn ?? '', origin: this.origin },
    });
    const given = grant.records.map((record) => ({
      ...record,
      requestParameters: { ...record.requestParameters, webIdentityTokenId },
    }));
    this.add(given);
    this.uses(grant.session, 1);
    this.callers.push(grant.session);
  }

  /** Events of services, and of callers that have no name. */
  private nobody(): void {
    const account = this.random.pick(this.accounts);
    const identities: readonly Caller['identity'][] = [
      { accountId: account, invokedBy: 'kms.amazonaws.com' },
      { type: 'Unknown', accountId: account },
      { type: 'IdentityCenterUser', accountId: account, principalId: '9067-ann', credentialId: 'c1' },
      { type: 'Root', accountId: account, principalId: account, arn: `arn:aws:iam::${account}:root` },
    ];
    this.call({ account, identity: this.random.pick(identities) });
  }

  /** One key id in the answers to two: somebody anonymised it. */
  private placeholder(): void {
    const key = 'ASIAEXAMPLEEXAMPLE12';
    for (const caller of [this.caller, this.caller]) {
      const before = this.records.length;
      const session = this.assume(caller, this.someRole(), this.random.pick(sessionNames), this.pass());
      this.uses(session, 1);
      this.callers.push(session);
      this.records.splice(
        before,
        Infinity,
        ...this.records.slice(before).map((record) => withKey(record, session.key, key)),
      );
    }
  }

  /** Edited records: sessions that would have issued each other, or themselves. */
  private circle(): void {
    const at = this.pass();
    const sessions = ['R1', 'R2', 'R3'].slice(0, this.random.int(1, 3)).map((name) =>
      roleSession({
        ...{ role: roleOf(this.random.pick(this.accounts), name), name: 'loop', key: this.trail.temporaryKey() },
        ...{ issuedAt: at, expiresAt: at + 3600 },
      }),
    );
    sessions.forEach((caller, index) => {
      const next = sessions[(index + 1) % sessions.length] ?? caller;
      const before = this.records.length;
      const issued = this.assume(caller, roleOf(next.account, 'R1'), 'loop', at);
      const edited = this.records.slice(before).map((record) => {
        const answer = { credentials: { accessKeyId: next.key }, assumedRoleUser: { assumedRoleId: next.principalId } };
        const made = withKey(record, issued.key, next.key) as Edited;
        return { ...made, responseElements: made['responseElements'] === null ? null : answer };
      });
      this.records.splice(before, Infinity, ...edited);
    });
    this.callers.push(...sessions.slice(0, 1));
  }
}

function isSession(caller: Caller): caller is Session {
  return 'expiresAt' in caller;
}

export function worldOf(seed: string): GeneratedWorld {
  const maker = new WorldMaker(seed);
  maker.tell();
  return { seed, plots: maker.plots, files: delivered(maker.records, maker.random) };
}
