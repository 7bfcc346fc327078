/**
 * Which session every act belongs to, and which issuance opened which session.
 *
 * Guarantee: nothing of the engine is used; every question is answered by looking at all sessions and all issuances.
 */
import { accountOf, compare, isoSeconds, minute, second, sessionNameOf, textAt, type Happening } from './happenings';
import { signIns, type Issuance } from './naive-issuances';

export interface Session {
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
export function actsOf({ direct, all }: Session): readonly Happening[] {
  return direct.length > 0 ? direct : [...all];
}

const forwarding = ['IAMUser', 'AssumedRole', 'Root', 'FederatedUser'];
const longestLife = 36 * 60 * minute;
const workloads = 'ec2 lambda ecs-tasks pods.eks ssm codebuild glue sagemaker tasks.apprunner batch'.split(' ');

export class World {
  readonly sessions: Session[] = [];
  /** Those that some record tells of, other than the one that issued them. */
  private readonly used: Session[] = [];
  private readonly selfIssued = new Set<Issuance>();
  /** Asked for often enough that real logs would take minutes. */
  private readonly ids = new Map<Happening, string>();

  constructor(
    private readonly happenings: readonly Happening[],
    private readonly issuances: readonly Issuance[],
  ) {}

  /** account | principal | creation; for what has no creation the key. */
  idOf(act: Happening): string {
    const known = this.ids.get(act);
    if (known !== undefined) {
      return known;
    }
    const grant = this.grantOf(act);
    const id = `${act.account}|${act.principal}|${typeof grant === 'number' ? isoSeconds(grant) : grant}`;
    this.ids.set(act, id);
    return id;
  }

  private grantOf(act: Happening): number | string {
    const issuance = this.issuances.find(({ key }) => key !== '' && key === act.key);
    // Some services write a creation time beside a long-term key: the key stays one session.
    if (issuance?.kind === 'created-key') {
      return act.key;
    }
    // Choice: a creation time that is left out is the one that the key has elsewhere, or that of its issue; without an
    // issue the key of a user and of root may be one that has none.
    const elsewhere = this.happenings.filter(
      ({ key, created }) => key !== '' && key === act.key && created !== undefined,
    );
    const mayBeLasting = ['IAMUser', 'Root'].includes(act.type) && issuance === undefined;
    const times = mayBeLasting ? [] : elsewhere.map(({ created }) => created ?? Infinity);
    return act.created ?? (times.length > 0 ? Math.min(...times) : issuance?.main.time) ?? act.key;
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
    const linked = act.issuerArn.includes(':role/aws-service-role/');
    const issued = act.key !== '' && this.issuances.some(({ key }) => key === act.key);
    return act.invokedBy !== '' && forwarding.includes(act.type) && !linked && !issued;
  }

  findSessions(): void {
    const folded: Happening[] = [];
    for (const act of this.happenings.filter((each) => this.acts(each))) {
      if (this.forwarded(act) || act.type === 'AWSAccount') {
        folded.push(act);
        continue;
      }
      // Choice: a sign-in without credentials is the first act of the session that it opens, or, failed, nobody's.
      if (act.action.startsWith('signin/') && act.key === '' && act.created === undefined) {
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
      if (issuer.invokedBy !== '' && issuer.type !== 'AWSService') {
        return `${issuer.account}|${issuer.owner}`;
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
    const principals = seen.filter(({ account, direct }) => {
      const [first] = direct;
      const calls = first !== undefined && [...forwarding, 'Role'].includes(first.type);
      return calls && account === act.account && first.owner === act.owner;
    });
    const alive = principals.filter((session) => this.covers(session, act.time));
    // Choice: of several sessions the one that called the forwarding service nearest to the call's own creation, then the
    // one created nearest to it, then, unless a service was given a role just then, the one that called last, then the one
    // with the smallest id.
    const near = (time: number): number => Math.abs(time - (act.created ?? -Infinity));
    const causes = principals.flatMap((session) =>
      session.direct
        .filter((call) => textAt(call.record, 'eventSource') === act.invokedBy && call.invokedBy === '')
        .filter((call) => near(call.time) <= 5 * second)
        .map((call) => ({ session, distance: near(call.time) })),
    );
    const created = principals
      .filter((session) => session.created !== undefined && near(session.created) <= 2 * second)
      .map((session) => ({ session, distance: near(session.created ?? 0) }));
    const calls = alive.flatMap((session) =>
      session.direct
        .filter((call) => call.time <= act.time + 5 * second)
        .map((call) => ({ session, distance: -call.time })),
    );
    const best = (list: readonly { readonly session: Session; readonly distance: number }[]): Session | undefined =>
      [...list].sort((a, b) => a.distance - b.distance || compare(a.session.id, b.session.id))[0]?.session;
    const behind = best(causes) ?? best(created);
    if (behind !== undefined) {
      return behind;
    }
    const deliveries = this.issuances.filter(({ kind }) => kind === 'delivery');
    if (deliveries.some((issuance) => act.created !== undefined && this.isGrantOf(issuance, act, act.created))) {
      return this.sessionOf(act, id);
    }
    const other = best(calls) ?? best(alive.map((session) => ({ session, distance: 0 })));
    if (other !== undefined) {
      return other;
    }
    // Choice: else a session that was issued and did nothing else in these logs, the last one of those valid then.
    const granted = this.issuances.filter(
      (each) =>
        this.isNamed(each, { ...act, principal: act.owner }) &&
        each.main.time <= act.time &&
        this.isValid(each.main.time, each.expires, act.time),
    );
    const last = granted.sort((a, b) => b.main.time - a.main.time)[0];
    if (last !== undefined) {
      const grantId = `${act.account}|${act.owner}|${isoSeconds(last.main.time)}`;
      return this.add(grantId, act.account, act.owner, last.main.time);
    }
    // Choice: nothing to fold into makes one session of all such calls of the principal.
    return this.add(`${act.account}|${act.owner}|`, act.account, act.owner, undefined);
  }

  private covers({ created, keys }: Session, time: number): boolean {
    if (created === undefined) {
      return true;
    }
    const ends = this.issuances
      .filter(({ key }) => key !== '' && keys.has(key))
      .map(({ expires }) => expires ?? Infinity);
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

  private isNamed(issuance: Issuance, act: Happening): boolean {
    return this.names(issuance).some((isNamed) => isNamed(act));
  }

  /** In the order of what they tell: a role that was made anew has another id and the same name. */
  private names({ principal, roleArn, name, arn }: Issuance): ((act: Happening) => boolean)[] {
    return [
      (act) => principal !== '' && principal === act.principal,
      (act) => roleArn !== '' && roleArn === act.issuerArn && name === sessionNameOf(act.principal),
      (act) => arn !== '' && arn === act.arn,
    ];
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
    const open = [...assumed, ...signedIn].filter((each) => each.child === undefined && !this.selfIssued.has(each));
    for (const issuance of open) {
      const guess = this.nearest(issuance) === undefined ? this.guessed(issuance) : undefined;
      const child = this.nearest(issuance) ?? guess ?? this.ofItsOwn(issuance);
      if (child !== undefined && child !== issuance.caller) {
        child.other.push(issuance);
        issuance.guessed = child === guess;
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
      case 'cli-login':
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
      case 'assume-role-web-identity':
        return this.behindWebToken(main) ?? session;
      default:
        return session;
    }
  }

  /** AWS's own tokens: whoever asked for this one. */
  private behindWebToken(main: Happening): Session | undefined {
    const id = textAt(main.record, 'requestParameters', 'webIdentityTokenId');
    const asked = this.happenings.find(
      ({ action, succeeded, record }) =>
        id !== '' &&
        action === 'sts/GetWebIdentityToken' &&
        succeeded &&
        textAt(record, 'responseElements', 'webIdentityTokenId') === id,
    );
    return asked === undefined ? undefined : this.sessions.find(({ all }) => all.has(asked));
  }

  /** Choice: the last sign-in token of the same principal in the quarter of an hour that one lives. */
  private behindToken(login: Happening): Session | undefined {
    const tokens = this.happenings.filter(
      ({ action, principal, succeeded, time }) =>
        (login.action === 'signin/CreateOAuth2Token' || ['AssumedRole', 'FederatedUser'].includes(login.type)) &&
        ['signin/GetSigninToken', 'signin/AuthorizeOAuth2Access'].includes(action) &&
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
    if (child === undefined || right.length > 1) {
      return;
    }
    // A key that issues itself, which edited records make, issues nothing.
    if (child === issuance.caller) {
      this.selfIssued.add(issuance);
      return;
    }
    child.exact.push(issuance);
    issuance.child = child;
  }

  /** Choice: one issuance opens one session, the nearest in time. */
  private nearest(issuance: Issuance): Session | undefined {
    const found = this.names(issuance).map((isNamed) => this.nearestNamed(issuance, isNamed));
    return issuance.kind === 'created-key' ? undefined : found.find((session) => session !== undefined);
  }

  private nearestNamed(issuance: Issuance, isNamed: (act: Happening) => boolean): Session | undefined {
    const distance = ({ created }: Session): number => Math.abs((created ?? Infinity) - issuance.main.time);
    const fitting = this.used.filter((session) => {
      const [act] = actsOf(session);
      // One with keys of its own takes but the same caller's, of its second.
      const sibling = distance(session) < second && session.exact.some(({ caller }) => caller === issuance.caller);
      return (
        session !== issuance.caller &&
        act !== undefined &&
        distance(session) <= 2 * second &&
        isNamed(act) &&
        (session.exact.length === 0 || sibling)
      );
    });
    return fitting.sort((a, b) => distance(a) - distance(b) || compare(a.id, b.id))[0];
  }

  /** By names alone: the role's name where the session does not tell its issuer, the user where the key is masked. */
  private guessed(issuance: Issuance): Session | undefined {
    const { kind, key, roleArn, name, recipient, main, placeholder } = issuance;
    if (kind !== 'created-key') {
      const short = `:assumed-role/${roleArn.replace(/^.*\//, '')}/${name}`;
      return this.nearestNamed(
        issuance,
        (act) =>
          act.issuerArn === '' &&
          roleArn !== '' &&
          act.arn.endsWith(short) &&
          accountOf(act.arn) === accountOf(roleArn),
      );
    }
    // Choice: the one key of that user, if it was first used after it was made and nothing else made it.
    const keys = this.used.filter((session) => {
      const [act] = actsOf(session);
      return act?.type === 'IAMUser' && session.created === undefined && `${act.account}|${act.userName}` === recipient;
    });
    const [only] = keys;
    const first = Math.min(...[...(only?.all ?? [])].map(({ time }) => time));
    const free = only !== undefined && keys.length === 1 && only.exact.length + only.other.length === 0;
    return free && key === '' && !placeholder && first >= main.time ? only : undefined;
  }

  /** Issued and not used: it counts all the same. Choice: roles handed to services only where a workload holds them. */
  private ofItsOwn(issuance: Issuance): Session | undefined {
    const { kind, main, key, roleArn, name, account, caller } = issuance;
    const service = main.invokedBy.replace(/\.amazonaws\.com(\.cn)?$/, '');
    if (['created-key', 'cli-login'].includes(kind) || (kind === 'delivery' && !workloads.includes(service))) {
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
