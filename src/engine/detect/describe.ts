/** How sessions and roles are called in titles and explanations. All names are cleaned log text. */
import { roleNameOf } from '../cloudtrail/record';
import type { Session } from '../lineage/model';
import { clean } from './text';

export function roleLabel(roleArn: string): string {
  const name = roleNameOf(roleArn);
  return clean(name === '' ? roleArn : name, 64);
}

/** `R1 → R2 → R3`; of a long chain the ends. */
export function chainLabel(roleArns: readonly string[]): string {
  const names = roleArns.map(roleLabel);
  const shown = names.length > 6 ? [...names.slice(0, 2), '…', ...names.slice(-3)] : names;
  return shown.join(' → ');
}

/** `PlatformEngineer` of `AWSReservedSSO_PlatformEngineer_90a1b2c3d4e5f607`. */
function permissionSetOf(roleArn: string): string {
  return /AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(roleArn)?.[1] ?? roleLabel(roleArn);
}

/** Who it is, as the object of a sentence: `access key AKIA… of user ci-legacy`. */
export function sessionLabel(session: Session): string {
  const name = clean(session.name, 64);
  const role = roleLabel(session.roleArn);
  switch (session.kind) {
    case 'long-term-key':
      return session.keys[0] === undefined
        ? `user ${name}`
        : `access key ${clean(session.keys[0], 64)} of user ${name}`;
    case 'root':
      return `the root user of account ${clean(session.accountId, 64)}`;
    case 'assume-root':
      return `a root session in account ${clean(session.accountId, 64)}`;
    case 'ec2-instance':
      return `instance ${clean(session.instanceId, 64)}`;
    case 'ssm-hybrid':
      return `managed node ${clean(session.instanceId, 64)}`;
    case 'sso':
      return `SSO user ${name} (${clean(permissionSetOf(session.roleArn), 64)})`;
    case 'saml':
      return `SAML user ${name} (role ${role})`;
    case 'console':
      return session.roleArn === ''
        ? `the console sign-in of user ${name}`
        : `the console session ${name} of role ${role}`;
    case 'session-token':
      return `a session token of user ${name}`;
    case 'federated-user':
      return `federated user ${name}`;
    case 'web-identity':
      return `web identity session ${name} of role ${role}`;
    case 'eks-pod':
      return `pod session ${name} of role ${role}`;
    case 'lambda':
      return `Lambda function ${name} (role ${role})`;
    case 'ecs-task':
      return `ECS task ${name} (role ${role})`;
    case 'workload':
      return `workload session ${name} of role ${role}`;
    case 'roles-anywhere':
      return `Roles Anywhere session ${name} of role ${role}`;
    case 'cognito':
      return `a Cognito identity (role ${role})`;
    case 'external-account':
      return `a principal of account ${clean(session.accountId, 64)}`;
    case 'role':
    case 'service':
    case 'service-linked':
      return `session ${name} of role ${role}`;
    case 'unknown':
      return `principal ${name === '' ? clean(session.principalId, 64) : name}`;
  }
}

/** What assumes on one path counts as one identity: the role, user or root behind, not the session. */
export function callerIdentity(session: Session): string {
  return session.identityArn || `${session.accountId}|${session.principalId}`;
}

/**
 * Who stands at the root of a lineage. Session names tell people apart only where they are not chosen by the caller:
 * an instance's id, the user of a sign-on.
 */
export function rootIdentity(session: Session): string {
  switch (session.kind) {
    case 'ec2-instance':
    case 'ssm-hybrid':
      return `${session.accountId}|${session.instanceId}`;
    case 'sso':
    case 'saml':
      return `${session.roleArn}|${session.name}`;
    default:
      return callerIdentity(session);
  }
}

/** ARN of the role a session has, or of the root user that AssumeRoot made it. */
export function assumedArn(session: Session): string {
  return session.roleArn || session.identityArn || session.arn;
}

/** `i-…`, which only EC2 gives, as the name of a session that EC2 did not issue. */
export function imitatesInstance(session: Session): boolean {
  return (
    /^m?i-[0-9a-f]{8,17}$/.test(session.name) &&
    session.kind !== 'ec2-instance' &&
    session.kind !== 'ssm-hybrid' &&
    session.roleArn !== ''
  );
}
