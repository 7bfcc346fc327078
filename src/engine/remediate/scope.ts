/**
 * Who has to be contained for a finding: its lineage from the root down, grouped by the identities that policies can reach.
 *
 * Guarantee: the whole lineage — roots, every session that came of them, and for an instance all of its sessions, since its
 * credentials rotate; never a leaf alone. Same model and finding, same scope in the same order. A value that AWS would not
 * allow is kept for display only: see `isSafe`.
 */
import picomatch from 'picomatch';
import type { CaseSettings } from '../case-settings';
import { accountOf, partitionOf, roleNameOf } from '../cloudtrail/record';
import { lastSegment } from '../cloudtrail/text';
import type { FindingDraft } from '../detect/detector';
import type { InstanceContext, LineageModel, Session } from '../lineage/model';
import { callerAt } from '../lineage/table';
import { isSafe } from './quote';

export type RoleClass = 'ordinary' | 'instance' | 'sso' | 'service-linked' | 'pseudo' | 'foreign';

export interface RoleTarget {
  readonly type: 'role';
  /** `role:<account>:<name>`. */
  readonly key: string;
  /** With its path where the logs give it. */
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly partition: string;
  readonly roleClass: RoleClass;
  /** Denying it could lock the responders out. */
  readonly lockOut: boolean;
  readonly sessions: readonly Session[];
}

export interface UserTarget {
  readonly type: 'user';
  readonly key: string;
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly partition: string;
  readonly foreign: boolean;
  /** Long-term keys seen or issued in this lineage. */
  readonly keys: readonly string[];
  readonly sessions: readonly Session[];
}

export interface InstanceTarget {
  readonly type: 'instance';
  readonly key: string;
  readonly accountId: string;
  readonly partition: string;
  readonly instanceId: string;
  readonly region: string;
  readonly roleArn: string;
  readonly foreign: boolean;
  /** `AROA…:i-…` of all its sessions. */
  readonly userIds: readonly string[];
  readonly context: InstanceContext | undefined;
  readonly sessions: readonly Session[];
}

export interface RootUserTarget {
  readonly type: 'root-user';
  readonly key: string;
  readonly arn: string;
  readonly accountId: string;
  readonly partition: string;
  readonly foreign: boolean;
  /** True when the session came of AssumeRoot. */
  readonly assumed: boolean;
  readonly sessions: readonly Session[];
}

/** An assumption inside the lineage: who assumed which role. */
export interface TrustEdge {
  readonly role: RoleTarget;
  readonly caller: Session;
}

export interface Scope {
  readonly roots: readonly Session[];
  /** Root first, in the order of the lineage. */
  readonly sessions: readonly Session[];
  /** In the order in which the lineage reaches them. */
  readonly roles: readonly RoleTarget[];
  readonly users: readonly UserTarget[];
  readonly instances: readonly InstanceTarget[];
  readonly rootUsers: readonly RootUserTarget[];
  readonly edges: readonly TrustEdge[];
  /** Sessions whose parent is one of several. */
  readonly ambiguous: readonly Session[];
  readonly ownAccounts: ReadonlySet<string>;
}

/** Own accounts: the case's, or those that received the events. */
export function ownAccountsOf(model: LineageModel, settings: CaseSettings): ReadonlySet<string> {
  if (settings.ownAccounts.length > 0) {
    return new Set(settings.ownAccounts);
  }
  const known = recipients.get(model);
  if (known !== undefined) {
    return known;
  }
  const { count, recipientAccount, strings } = model.events;
  // In the order in which they first received one.
  const seen = new Uint8Array(strings.length);
  const accounts = new Set<string>();
  for (let row = 0; row < count; row++) {
    const index = recipientAccount[row] ?? 0;
    if (seen[index] === 0) {
      seen[index] = 1;
      accounts.add(strings[index] ?? '');
    }
  }
  accounts.delete('');
  recipients.set(model, accounts);
  return accounts;
}

/** Asked for every finding of a model; the model never changes. */
const recipients = new WeakMap<LineageModel, ReadonlySet<string>>();

export function scopeOf(model: LineageModel, draft: FindingDraft, settings: CaseSettings): Scope {
  const ownAccounts = ownAccountsOf(model, settings);
  const identities = identitiesOf(model);
  const inScope = new Uint8Array(model.sessions.length);
  const members = lineageOf(model, draft.sessions, inScope);
  const sessions = members.flatMap((index) => model.sessions[index] ?? []);
  const roles = new Map<string, Session[]>();
  const users = new Map<string, Session[]>();
  const instances = new Map<string, Session[]>();
  const rootUsers = new Map<string, Session[]>();
  for (const session of sessions) {
    if (session.kind === 'ec2-instance' && session.instanceId !== '') {
      push(instances, `${session.accountId}|${session.instanceId}`, session);
    }
    const { type, key } = identities.of(session);
    if (type === 'root') {
      push(rootUsers, session.accountId, session);
    } else if (type === 'role') {
      push(roles, key, session);
    } else if (type === 'user') {
      push(users, key, session);
    }
  }
  const roleTargets = [...roles].map(([key, of]) => roleTarget(identities, key, of, ownAccounts, settings));
  const roleByKey = new Map(roleTargets.map((role) => [role.key, role]));
  const edges: TrustEdge[] = [];
  for (const session of sessions) {
    if (session.parent === undefined || inScope[session.parent] !== 1) {
      continue;
    }
    const caller = model.sessions[session.parent];
    const role = roleByKey.get(identities.of(session).roleKey);
    if (caller !== undefined && role !== undefined) {
      edges.push({ role, caller });
    }
  }
  return {
    roots: sessions.filter((session) => session.parent === undefined || inScope[session.parent] !== 1),
    sessions,
    roles: roleTargets,
    users: [...users].map(([key, of]) => userTarget(identities, key, of, ownAccounts)),
    instances: [...instances].map(([key, of]) => instanceTarget(model, identities, key, of, ownAccounts)),
    rootUsers: [...rootUsers].map(([account, of]) => rootUserTarget(account, of, ownAccounts)),
    edges,
    ambiguous: sessions.filter((session) => session.link === 'ambiguous'),
    ownAccounts,
  };
}

/** What policies can reach of a session, and what it is grouped by. */
interface Identity {
  readonly arn: string;
  readonly type: 'root' | 'role' | 'user' | 'none';
  readonly key: string;
  /** The key of a role with this ARN. */
  readonly roleKey: string;
}

/** Identities of sessions, each worked out once a model: lineages of many findings have them in common. */
class Identities {
  private readonly known: (Identity | undefined)[] = [];

  of(session: Session): Identity {
    const identity = this.known[session.index] ?? identityOf(session);
    this.known[session.index] = identity;
    return identity;
  }

  /** The most telling ARN: one with a path beats one made from an assumed-role ARN. */
  bestArn(sessions: readonly Session[]): string {
    let best = '';
    for (const session of sessions) {
      const { arn } = this.of(session);
      best = arn.length > best.length ? arn : best;
    }
    return best;
  }
}

const identitiesByModel = new WeakMap<LineageModel, Identities>();

function identitiesOf(model: LineageModel): Identities {
  const identities = identitiesByModel.get(model) ?? new Identities();
  identitiesByModel.set(model, identities);
  return identities;
}

function identityOf(session: Session): Identity {
  const arn = durableArn(session);
  const account = accountOf(arn) || session.accountId;
  const roleKey = `role:${account}:${roleNameOf(arn)}`;
  if (session.kind === 'root' || session.kind === 'assume-root' || arn.endsWith(':root')) {
    return { arn, type: 'root', key: session.accountId, roleKey };
  }
  if (arn.includes(':role/')) {
    return { arn, type: 'role', key: roleKey, roleKey };
  }
  return arn.includes(':user/')
    ? { arn, type: 'user', key: `user:${account}:${lastSegment(arn)}`, roleKey }
    : { arn, type: 'none', key: '', roleKey };
}

/**
 * Indexes of all sessions that share a lineage with `subjects`, each root before what came of it. `seen`, all zeros, has ones
 * for them afterwards.
 */
function lineageOf(model: LineageModel, subjects: readonly number[], seen: Uint8Array): number[] {
  const members: number[] = [];
  const add = (index: number): void => {
    if (seen[index] === 0) {
      seen[index] = 1;
      members.push(index);
    }
  };
  const starts = subjects.map((subject) => model.sessions[subject]?.root ?? subject);
  // Each session of an instance leads to all the others: once is enough, and one with a year of them is not squared.
  const instances = new Set<string>();
  for (const start of starts) {
    if (seen[start] === 1) {
      continue;
    }
    // What came of a session that is there already is there too.
    const first = members.length;
    add(start);
    for (let at = first; at < members.length; at++) {
      model.sessions[members[at] ?? -1]?.children.forEach(add);
    }
    const root = model.sessions[start];
    const instance = root?.kind === 'ec2-instance' ? `${root.accountId}|${root.instanceId}` : '';
    if (instance !== '' && !instances.has(instance)) {
      instances.add(instance);
      // Not yet visited ones only: the loop takes them up, with all that came of them.
      for (const other of model.instances.get(instance)?.sessions ?? []) {
        if (seen[other] === 0) {
          starts.push(other);
        }
      }
    }
  }
  // A subject whose root does not lead to it (damaged data) is still contained.
  subjects.forEach(add);
  return members;
}

/** ARN of the role, user or root behind a session; an assumed-role ARN is turned into the role's, without its path. */
export function durableArn(session: Session): string {
  for (const arn of [session.roleArn, session.identityArn, session.arn]) {
    const assumed = /^(arn:[^:]+:)sts(::[^:]*:)assumed-role\/(.+)\/[^/]+$/.exec(arn);
    if (assumed !== null) {
      return `${assumed[1] ?? ''}iam${assumed[2] ?? ''}role/${assumed[3] ?? ''}`;
    }
    if (/:(role|user)\/|:root$/.test(arn)) {
      return arn;
    }
  }
  return '';
}

/** The value of `aws:PrincipalArn` in the calls of a session; '' when it cannot be told or used. */
export function principalArnOf(session: Session): string {
  const arn = session.kind === 'federated-user' ? session.arn : durableArn(session);
  return isSafe('principal-arn', arn) ? arn : '';
}

/** `identitystore:UserId` of a session, as its calls say it; '' when they do not. */
export function identityStoreUser(model: LineageModel, session: Session): string {
  for (const row of session.rows) {
    const id = callerAt(model.events, row).onBehalfOfUserId;
    if (/^[0-9a-f-]{1,60}$/i.test(id)) {
      return id;
    }
  }
  return '';
}

function push(groups: Map<string, Session[]>, key: string, session: Session): void {
  const group = groups.get(key);
  if (group === undefined) {
    groups.set(key, [session]);
  } else {
    group.push(session);
  }
}

const lockOutRoles = new Set(['OrganizationAccountAccessRole', 'AWSControlTowerExecution']);

function roleTarget(
  identities: Identities,
  key: string,
  sessions: readonly Session[],
  own: ReadonlySet<string>,
  settings: CaseSettings,
): RoleTarget {
  const arn = identities.bestArn(sessions);
  const name = roleNameOf(arn);
  const accountId = accountOf(arn) || (sessions[0]?.accountId ?? '');
  const guarded = [...settings.breakGlassRoles, ...settings.securityToolRoles];
  return {
    type: 'role',
    key,
    arn,
    name,
    accountId,
    partition: partitionOf(arn) || 'aws',
    roleClass: roleClassOf(arn, name, accountId, sessions, own),
    lockOut: lockOutRoles.has(name) || guarded.some((glob) => picomatch.isMatch(glob.includes(':') ? arn : name, glob)),
    sessions,
  };
}

function roleClassOf(
  arn: string,
  name: string,
  accountId: string,
  sessions: readonly Session[],
  own: ReadonlySet<string>,
): RoleClass {
  if (arn.includes(':role/aws-service-role/')) {
    return 'service-linked';
  }
  if (name.startsWith('aws:')) {
    return 'pseudo';
  }
  if (own.size > 0 && !own.has(accountId)) {
    return 'foreign';
  }
  if (name.startsWith('AWSReservedSSO_') || arn.includes(':role/aws-reserved/sso.amazonaws.com/')) {
    return 'sso';
  }
  return sessions.every((session) => session.kind === 'ec2-instance') ? 'instance' : 'ordinary';
}

function userTarget(
  identities: Identities,
  key: string,
  sessions: readonly Session[],
  own: ReadonlySet<string>,
): UserTarget {
  const arn = identities.bestArn(sessions);
  const accountId = accountOf(arn) || (sessions[0]?.accountId ?? '');
  const keys = new Set(sessions.filter(({ kind }) => kind === 'long-term-key').flatMap((session) => session.keys));
  return {
    type: 'user',
    key,
    arn,
    name: lastSegment(arn),
    accountId,
    partition: partitionOf(arn) || 'aws',
    foreign: own.size > 0 && !own.has(accountId),
    keys: [...keys].sort(),
    sessions,
  };
}

function instanceTarget(
  model: LineageModel,
  identities: Identities,
  key: string,
  sessions: readonly Session[],
  own: ReadonlySet<string>,
): InstanceTarget {
  const context = model.instances.get(key);
  const first = sessions[0];
  const accountId = first?.accountId ?? '';
  const roleArn =
    context?.roleArn !== undefined && context.roleArn !== '' ? context.roleArn : identities.bestArn(sessions);
  return {
    type: 'instance',
    key: `instance:${accountId}:${first?.instanceId ?? ''}`,
    accountId,
    partition: partitionOf(roleArn) || 'aws',
    instanceId: first?.instanceId ?? '',
    region: context?.region ?? '',
    roleArn,
    foreign: own.size > 0 && !own.has(accountId),
    userIds: [...new Set(sessions.map(({ principalId }) => principalId))].filter((id) => isSafe('user-id', id)).sort(),
    context,
    sessions,
  };
}

function rootUserTarget(accountId: string, sessions: readonly Session[], own: ReadonlySet<string>): RootUserTarget {
  const partition = partitionOf(sessions[0]?.arn ?? '') || 'aws';
  return {
    type: 'root-user',
    key: `root:${accountId}`,
    arn: `arn:${partition}:iam::${accountId}:root`,
    accountId,
    partition,
    foreign: own.size > 0 && !own.has(accountId),
    assumed: sessions.some(({ kind }) => kind === 'assume-root'),
    sessions,
  };
}
