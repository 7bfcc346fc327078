/**
 * Sessions of IAM Identity Center. Their roles (`AWSReservedSSO_…`) cannot be edited in IAM: the user is stopped where it signs
 * in, and its sessions through the permission set that the role was made from.
 */
import type { Session } from '../lineage/model';
import { aws, identityCenterAccount, option, shell, step } from './command';
import { consoleHost } from './inline-policy';
import { fileSegment } from './names';
import { outlineId, type Outline, type PlanContext } from './outline';
import { denyOlderSessions, document, policyFile, filledPath, type ConditionBlock } from './policy';
import { isSafe } from './quote';
import { unsafeValue } from './refuse';
import { fillCommand } from './inline-policy';
import type { Argument, Step } from './remediation';
import { identityStoreUser, type RoleTarget } from './scope';
import { splitPrincipalId } from '../cloudtrail/record';

export function singleSignOn(context: PlanContext): readonly Outline[] {
  return context.scope.roles
    .filter((role) => role.roleClass === 'sso')
    .flatMap((role) => usersOf(role).map((user) => ({ role, ...user })))
    .map(({ role, name, sessions }) => ({
      id: outlineId('sso', `${role.key}:${name}`),
      title: `Stop user ${name} of IAM Identity Center, who holds ${role.name} in account ${role.accountId}`,
      phase: 'root' as const,
      build: () => build(context, role, name, sessions),
    }));
}

function usersOf(role: RoleTarget): { readonly name: string; readonly sessions: readonly Session[] }[] {
  const users = new Map<string, Session[]>();
  for (const session of role.sessions) {
    const name = splitPrincipalId(session.principalId).name || session.name;
    users.set(name, [...(users.get(name) ?? []), session]);
  }
  return [...users].map(([name, sessions]) => ({ name, sessions }));
}

/** `AWSReservedSSO_<permission set>_<16 hex>`. */
export function permissionSetOf(roleName: string): string {
  return /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(roleName)?.[1] ?? '';
}

function build(
  context: PlanContext,
  role: RoleTarget,
  name: string,
  sessions: readonly Session[],
): ReturnType<Outline['build']> {
  const ids = [...new Set(sessions.map((session) => identityStoreUser(context.model, session)))]
    .filter((id) => id !== '')
    .sort();
  const safeName = isSafe('session-name', name);
  if (ids.length === 0 && !safeName) {
    return { steps: [unsafeValue('Stop the user of IAM Identity Center', 'session-name', name)], files: [] };
  }
  // The id where the logs have it; else the session name, which Identity Center sets to the user's name.
  const condition: ConditionBlock =
    ids.length > 0 ? { StringEquals: { 'identitystore:UserId': ids } } : { StringLike: { 'aws:userid': `*:${name}` } };
  const file = policyFile(
    `policies/${fileSegment('permission-set-deny', name)}.template.json`,
    document(denyOlderSessions('IncidentDenyUser', condition)),
  );
  return { steps: [disableStep(role, name), permissionSetStep(role, name, ids, file.path)], files: [file] };
}

function disableStep(role: RoleTarget, name: string): Step {
  return step({
    title: `Disable user ${name}, and end the portal sessions`,
    does: 'The user can no longer sign in to the access portal. Role sessions handed out already live on, for as long as the permission set allows (at most 12 hours): the next step ends them.',
    console: [
      `Open ${consoleHost(role.partition)} in the account that administers IAM Identity Center.`,
      `IAM Identity Center → Users → ${name} → Disable user access. Active sessions → select all → Delete session.`,
      'Where users come from an external identity provider, disable the user there too.',
    ],
    breaks: [`${name} cannot sign in to any account through IAM Identity Center.`],
    notes: ['There is no CLI command for this. Undo: Enable user access.'],
  });
}

function permissionSetStep(role: RoleTarget, name: string, ids: readonly string[], path: string): Step {
  const where = { account: identityCenterAccount };
  const instance: Argument = { variable: 'SSO_INSTANCE_ARN' };
  const set: Argument = { variable: 'PERMISSION_SET_ARN' };
  const both = [...option('--instance-arn', instance), ...option('--permission-set-arn', set)];
  const permissionSet = permissionSetOf(role.name);
  const before = `saved/${fileSegment('permission-set-before', role.name)}.json`;
  const byHand = (args: readonly Argument[]) => {
    const { posix, powershell } = aws(where, args);
    return shell(posix, powershell);
  };
  const put = (policy: string) =>
    byHand(['sso-admin', 'put-inline-policy-to-permission-set', ...both, '--inline-policy', `file://${policy}`]);
  const provision = byHand([
    'sso-admin',
    'provision-permission-set',
    ...both,
    '--target-type',
    'ALL_PROVISIONED_ACCOUNTS',
  ]);
  return step({
    title: `Deny user ${name} in permission set ${permissionSet || `of ${role.name}`}`,
    does: `Denies everything to sessions of this user issued before the time of applying, in every account that has the permission set${ids.length > 0 ? ' (by identitystore:UserId, as the logs give it)' : ' (by the session name; the logs do not give the user’s id)'}.`,
    console: [
      `Open ${consoleHost(role.partition)} in the account that administers IAM Identity Center → Permission sets → ${permissionSet || 'the set'} → Permissions → Inline policy.`,
      `Copy what is there to a file. Add the statement of ${path}, with the present time and Deny in place of the two marks → Save changes, and let it be provisioned.`,
    ],
    commands: [
      aws(where, ['sso-admin', 'list-instances', '--query', 'Instances[0].InstanceArn', '--output', 'text'], {
        captureAs: 'SSO_INSTANCE_ARN',
      }),
      aws(
        where,
        ['sso-admin', 'get-inline-policy-for-permission-set', ...both, '--query', 'InlinePolicy', '--output', 'text'],
        { saveTo: before },
      ),
      fillCommand(path),
      put(filledPath(path)),
      provision,
    ],
    breaks: [`${name} must sign in anew to work with this permission set — which the step before has made impossible.`],
    check: [aws(where, ['sso-admin', 'get-inline-policy-for-permission-set', ...both])],
    undo: [put(before), provision],
    notes: [
      `The put command REPLACES the inline policy: if ${before} is not empty, write its statements into ${filledPath(path)} first. The scripts therefore leave it to you.`,
      'PERMISSION_SET_ARN: sso-admin list-permission-sets, then describe-permission-set for the one of that name.',
      `Do not try iam put-role-policy on ${role.name}: IAM answers UnmodifiableEntity.`,
      'A service control policy with the same condition does it too, except in the management account.',
    ],
  });
}
