/**
 * End the sessions of a role that were issued before now; later ones work. What the console calls "Revoke active sessions".
 * Enough only together with the root and the trust edges: whoever can still assume the role gets a new session.
 */
import { step } from './command';
import { consoleHost, deleteInline, getInline, putInline } from './inline-policy';
import { fileSegment, revokePolicyName } from './names';
import { outlineId, type Outline, type PlanContext } from './outline';
import { denyOlderSessions, document, policyFile } from './policy';
import { isSafe } from './quote';
import { unsafeValue } from './refuse';
import type { SessionChoice, Step } from './remediation';
import type { RoleTarget } from './scope';
import { sessionsToDeny } from './deny-session';

export function revokeOlderSessions(context: PlanContext): readonly Outline[] {
  return context.scope.roles
    .filter((role) => role.roleClass === 'ordinary' || role.roleClass === 'instance')
    .map((role) => ({
      id: outlineId('revoke', role.key),
      title: `Revoke the sessions of role ${role.name} in account ${role.accountId} issued until now`,
      phase: 'sessions' as const,
      get choices() {
        return choicesOf(role);
      },
      build: () => {
        if (!isSafe('name', role.name) || !isSafe('account', role.accountId)) {
          return {
            steps: [unsafeValue('Revoke older sessions of the role', 'name', `${role.accountId}/${role.name}`)],
            files: [],
          };
        }
        const file = policyFile(
          `policies/${fileSegment('revoke-older-sessions', role.accountId, role.name)}.template.json`,
          document(denyOlderSessions('IncidentRevokeOlderSessions')),
        );
        return { steps: [revokeStep(role, file.path)], files: [file] };
      },
    }));
}

function choicesOf(role: RoleTarget): readonly SessionChoice[] {
  if (role.roleClass === 'instance') {
    return [];
  }
  const choices: SessionChoice[] = ['revoke'];
  if (role.lockOut) {
    choices.push('deny-all');
  }
  if (sessionsToDeny(role).userIds.length === 0) {
    choices.push('session');
  }
  return choices;
}

function revokeStep(role: RoleTarget, path: string): Step {
  return step({
    title: `Put ${revokePolicyName} on role ${role.name}`,
    does: 'Denies everything to sessions issued before the time of applying (aws:TokenIssueTime). Use the time at which you apply it, not that of the finding: sessions issued in between would survive. All roles of this plan get the same time.',
    console: [
      `Open ${consoleHost(role.partition)} in account ${role.accountId}, service IAM.`,
      `Roles → ${role.name} → Revoke sessions → Revoke active sessions → tick the acknowledgement → Revoke active sessions. The console fills in the time; no file is needed.`,
    ],
    commands: putInline(role, revokePolicyName, path),
    breaks: [
      `Everybody who uses role ${role.name} now must sign in anew (and clear ~/.aws/cli/cache and ~/.aws/sso/cache); applications that cache credentials fail until they fetch new ones.`,
      'Instances, tasks and functions of the role keep presenting the revoked credential until it rotates, for hours.',
    ],
    check: [getInline(role, revokePolicyName)],
    undo: [deleteInline(role, revokePolicyName)],
    notes: [
      ...(role.lockOut
        ? [
            'This role is listed or known as a way in for responders, so it is not denied everything: that would lock you out. Revoking its sessions only makes its users sign in again.',
          ]
        : []),
      'An earlier policy of the same name is overwritten: harmless, because the time only grows.',
      'Keep it until the longest session of the role has expired: at most 12 hours, 1 hour for a role assumed from a role.',
      `A workload that is handed role ${role.name} (iam:PassRole: RunInstances, CreateFunction …) gets a new, working session. If the attacker may pass it, deny everything instead, or deny iam:PassRole on it.`,
    ],
  });
}
