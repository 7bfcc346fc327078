/** Putting a policy file inline on a role or user: commands, console clicks, check and undo, the same for every policy. */
import { aws, option, shell } from './command';
import { effectPlaceholder, filledPath, isTemplate, timePlaceholder } from './policy';
import type { Command } from './remediation';
import type { RoleTarget, UserTarget } from './scope';

type Target =
  | Pick<RoleTarget, 'type' | 'name' | 'accountId' | 'partition'>
  | Pick<UserTarget, 'type' | 'name' | 'accountId' | 'partition'>;

/** The sign-in page of the console, which differs by partition. */
export function consoleHost(partition: string): string {
  switch (partition) {
    case 'aws-us-gov':
      return 'console.amazonaws-us-gov.com';
    case 'aws-cn':
      return 'console.amazonaws.cn';
    default:
      return 'console.aws.amazon.com';
  }
}

/** Writes the time into a template: the file that the next command names. Needs `T`, set once for all steps. */
export function fillCommand(path: string): Command {
  const target = filledPath(path);
  return shell(
    `sed -e "s/${effectPlaceholder}/Deny/" -e "s/${timePlaceholder}/\${T:?set T first}/" '${path}' > '${target}'`,
    `(Get-Content -Raw '${path}').Replace('${effectPlaceholder}', 'Deny').Replace('${timePlaceholder}', $(if ($T) { $T } else { throw 'set $T first' })) | Set-Content -Encoding ascii '${target}'`,
  );
}

export function putInline(target: Target, policyName: string, path: string): Command[] {
  const put = aws({ account: target.accountId }, [
    'iam',
    `put-${target.type}-policy`,
    ...option(`--${target.type}-name`, target.name),
    ...option('--policy-name', policyName),
    '--policy-document',
    `file://${filledPath(path)}`,
  ]);
  return isTemplate(path) ? [fillCommand(path), put] : [put];
}

export function getInline(target: Target, policyName: string): Command {
  return aws({ account: target.accountId }, [
    'iam',
    `get-${target.type}-policy`,
    ...option(`--${target.type}-name`, target.name),
    ...option('--policy-name', policyName),
  ]);
}

export function deleteInline(target: Target, policyName: string): Command {
  return aws({ account: target.accountId }, [
    'iam',
    `delete-${target.type}-policy`,
    ...option(`--${target.type}-name`, target.name),
    ...option('--policy-name', policyName),
  ]);
}

export function pasteInConsole(target: Target, policyName: string, path: string): string[] {
  const list = target.type === 'role' ? 'Roles' : 'Users';
  return [
    `Open ${consoleHost(target.partition)} in account ${target.accountId}, service IAM.`,
    `${list} → ${target.name} → Permissions → Add permissions → Create inline policy → JSON.`,
    isTemplate(path)
      ? `Paste the text of ${path}. Write the present time in UTC in place of ${timePlaceholder}, and Deny in place of ${effectPlaceholder}: as it stands, IAM refuses it.`
      : `Paste the text of ${path}.`,
    `Next → name it ${policyName} → Create policy.`,
  ];
}
