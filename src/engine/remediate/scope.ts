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
import { descendants } from '../lineage/walk';
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
  const ids = new Set<number>();
  for (let row = 0; row < count; row++) {
    ids.add(recipientAccount[row] ?? 0);
  }
  const accounts = new Set([...ids].map((id) => strings[id] ?? '').filter((account) => account !== ''));
  recipients.set(model, accounts);
  return accounts;
}

/** Asked for every finding of a model; the model never changes. */
const recipients = new WeakMap<LineageModel, ReadonlySet<string>>();

export function scopeOf(model: LineageModel, draft: FindingDraft, settings: CaseSettings): Scope {
  const ownAccounts = ownAccountsOf(model, settings);
  const members = lineageOf(model, draft.sessions);
  const inScope = new Set(members);
  const sessions = members.flatMap((index) => model.sessions[index] ?? []);
  const roles = new Map<string, Session[]>();
  const users = new Map<string, Session[]>();
  const instances = new Map<string, Session[]>();
  const rootUsers = new Map<string, Session[]>();
  for (const session of sessions) {
    const arn = durableArn(session);
    if (session.kind === 'ec2-instance' && session.instanceId !== '') {
      push(instances, `${session.accountId}|${session.instanceId}`, session);
    }
    if (session.kind === 'root' || session.kind === 'assume-root' || arn.endsWith(':root')) {
      push(rootUsers, session.accountId, session);
    } else if (arn.includes(':role/')) {
      push(roles, `role:${accountOf(arn) || session.accountId}:${roleNameOf(arn)}`, session);
    } else if (arn.includes(':user/')) {
      push(users, `user:${accountOf(arn) || session.accountId}:${lastSegment(arn)}`, session);
    }
  }
  const roleTargets = [...roles].map(([key, of]) => roleTarget(key, of, ownAccounts, settings));
  const roleByKey = new Map(roleTargets.map((role) => [role.key, role]));
  const edges: TrustEdge[] = [];
  for (const session of sessions) {
    const caller = session.parent === undefined ? undefined : model.sessions[session.parent];
    const arn = durableArn(session);
    const role = roleByKey.get(`role:${accountOf(arn) || session.accountId}:${roleNameOf(arn)}`);
    if (caller !== undefined && role !== undefined && inScope.has(caller.index)) {
      edges.push({ role, caller });
    }
  }
  return {
    roots: sessions.filter((session) => session.parent === undefined || !inScope.has(session.parent)),
    sessions,
    roles: roleTargets,
    users: [...users].map(([key, of]) => userTarget(key, of, ownAccounts)),
    instances: [...instances].map(([key, of]) => instanceTarget(model, key, of, ownAccounts)),
    rootUsers: [...rootUsers].map(([account, of]) => rootUserTarget(account, of, ownAccounts)),
    edges,
    ambiguous: sessions.filter((session) => session.link === 'ambiguous'),
    ownAccounts,
  };
}

/** Indexes of all sessions that share a lineage with `subjects`, each root before what came of it. */
function lineageOf(model: LineageModel, subjects: readonly number[]): number[] {
  const seen = new Set<number>();
  const starts = subjects.map((subject) => model.sessions[subject]?.root ?? subject);
  // Each session of an instance leads to all the others: once is enough, and one with a year of them is not squared.
  const instances = new Set<string>();
  for (const start of starts) {
    if (seen.has(start)) {
      continue;
    }
    seen.add(start);
    for (const child of descendants(model, start)) {
      seen.add(child);
    }
    const root = model.sessions[start];
    const instance = root?.kind === 'ec2-instance' ? `${root.accountId}|${root.instanceId}` : '';
    if (instance !== '' && !instances.has(instance)) {
      instances.add(instance);
      // Not yet visited ones only: the loop takes them up, with all that came of them.
      for (const other of model.instances.get(instance)?.sessions ?? []) {
        if (!seen.has(other)) {
          starts.push(other);
        }
      }
    }
  }
  // A subject whose root does not lead to it (damaged data) is still contained.
  for (const subject of subjects) {
    seen.add(subject);
  }
  return [...seen];
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

/** The most telling ARN: one with a path beats one made from an assumed-role ARN. */
function bestArn(sessions: readonly Session[]): string {
  return sessions.map(durableArn).reduce((best, arn) => (arn.length > best.length ? arn : best), '');
}

const lockOutRoles = new Set(['OrganizationAccountAccessRole', 'AWSControlTowerExecution']);

function roleTarget(
  key: string,
  sessions: readonly Session[],
  own: ReadonlySet<string>,
  settings: CaseSettings,
): RoleTarget {
  const arn = bestArn(sessions);
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

function userTarget(key: string, sessions: readonly Session[], own: ReadonlySet<string>): UserTarget {
  const arn = bestArn(sessions);
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
  key: string,
  sessions: readonly Session[],
  own: ReadonlySet<string>,
): InstanceTarget {
  const context = model.instances.get(key);
  const first = sessions[0];
  const accountId = first?.accountId ?? '';
  const roleArn = context?.roleArn !== undefined && context.roleArn !== '' ? context.roleArn : bestArn(sessions);
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
