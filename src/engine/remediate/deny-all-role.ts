/** Deny everything to a role: ends its sessions, those already issued and those to come. The surest remedy, and the widest. */
import { step } from './command';
import { deleteInline, getInline, pasteInConsole, putInline } from './inline-policy';
import { fileSegment } from './names';
import { outlineId, type Outline, type PlanContext } from './outline';
import { denyEverything, document, policyFile } from './policy';
import { isSafe } from './quote';
import { unsafeValue } from './refuse';
import type { GeneratedFile, Step } from './remediation';
import type { RoleTarget } from './scope';

/** Also for users: the same document on another kind of principal. */
export function denyAllFile(kind: 'role' | 'user', accountId: string, name: string): GeneratedFile {
  return policyFile(
    `policies/${fileSegment('deny-all', kind, accountId, name)}.json`,
    document(denyEverything('IncidentDenyAll')),
  );
}

export function denyAllRoles(context: PlanContext): readonly Outline[] {
  return context.scope.roles
    .filter((role) => (role.roleClass === 'ordinary' || role.roleClass === 'instance') && !role.lockOut)
    .map((role) => ({
      id: outlineId('deny-all', role.key),
      title: `Deny everything to role ${role.name} in account ${role.accountId}`,
      phase: 'sessions' as const,
      // For an instance's role the deny of that one instance comes first: this one stops every instance of the role.
      choices: role.roleClass === 'instance' ? [] : (['deny-all'] as const),
      build: () => {
        if (!isSafe('name', role.name) || !isSafe('account', role.accountId)) {
          return {
            steps: [unsafeValue('Deny everything to the role', 'name', `${role.accountId}/${role.name}`)],
            files: [],
          };
        }
        const file = denyAllFile('role', role.accountId, role.name);
        return { steps: [denyAllStep(role, context.names.denyAll, file.path)], files: [file] };
      },
    }));
}

export function denyAllStep(role: RoleTarget, policyName: string, path: string): Step {
  const managed = `arn:${role.partition}:iam::aws:policy/AWSDenyAll`;
  return step({
    title: `Put ${policyName} on role ${role.name}`,
    does: 'An explicit Deny in the role’s own policy wins over every Allow, also those of resource policies elsewhere, at each request: all sessions of the role stop, and new ones start without any permission.',
    console: pasteInConsole(role, policyName, path),
    commands: putInline(role, policyName, path),
    breaks: [
      `Every user and workload of role ${role.name} loses all access until this policy is deleted, not only the attacker.`,
      ...(role.roleClass === 'instance'
        ? [
            'All instances that carry this role stop working with AWS. Prefer the deny of the single instance unless many are affected.',
          ]
        : []),
    ],
    check: [getInline(role, policyName)],
    undo: [deleteInline(role, policyName)],
    notes: [
      'IAM changes take seconds, sometimes minutes, to reach all Regions. An attacker who may write IAM can remove the policy in that gap: where there are service control policies, apply those first.',
      'Not stopped: sts:GetCallerIdentity, and with it a sign-in to an EKS cluster (remove the access entry or the aws-auth mapping); tokens exchanged already; sessions of other roles assumed from here; open shells; running compute.',
      `Where the role’s inline policies leave no room (10,240 characters in all), attach the AWS managed policy ${managed} instead (iam attach-role-policy; undone with detach-role-policy). It needs one of the ten managed-policy slots.`,
      'Do not delete the role instead: that destroys evidence and its unique id, and cannot be undone.',
    ],
  });
}
