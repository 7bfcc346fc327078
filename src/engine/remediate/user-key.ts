/**
 * IAM users: their long-term keys, and what was made of them. A key set inactive stops the key alone, never the sessions issued
 * from it, so the user is denied everything as well.
 */
import { aws, option, step } from './command';
import { denyAllFile } from './deny-all-role';
import { consoleHost, deleteInline, getInline, pasteInConsole, putInline } from './inline-policy';
import { outlineId, type Outline, type PlanContext } from './outline';
import { isSafe } from './quote';
import { unsafeValue } from './refuse';
import type { Phase, Step } from './remediation';
import type { UserTarget } from './scope';

export function users(context: PlanContext): readonly Outline[] {
  return context.scope.users.filter((user) => !user.foreign).flatMap((user) => userOutlines(context, user));
}

function userOutlines(context: PlanContext, user: UserTarget): Outline[] {
  const roots = new Set(context.scope.roots.map(({ index }) => index));
  // A user that the lineage made is persistence; one it started from is the root.
  const phase: Phase = user.sessions.some(({ index }) => roots.has(index)) ? 'root' : 'persistence';
  const outlines: Outline[] = [];
  if (user.keys.length > 0) {
    outlines.push({
      id: outlineId('user-key', user.key),
      title: `Deactivate the access keys of user ${user.name} in account ${user.accountId}`,
      phase,
      build: () => ({ steps: user.keys.map((key) => keyStep(user, key)), files: [] }),
    });
  }
  outlines.push(denyUserOutline(context, user, phase), {
    id: outlineId('user-sign-in', user.key),
    title: `Remove the console password of user ${user.name} in account ${user.accountId} and look for its other credentials`,
    phase,
    build: () =>
      isSafe('name', user.name)
        ? { steps: [loginProfileStep(user), otherCredentialsStep(user)], files: [] }
        : { steps: [unsafeValue('Console password', 'name', user.name)], files: [] },
  });
  return outlines;
}

export function denyUserOutline(
  context: PlanContext,
  user: Pick<UserTarget, 'type' | 'key' | 'name' | 'accountId' | 'partition'>,
  phase: Phase,
): Outline {
  return {
    id: outlineId('deny-all', user.key),
    title: `Deny everything to user ${user.name} in account ${user.accountId}`,
    phase,
    build: () => {
      if (!isSafe('name', user.name) || !isSafe('account', user.accountId)) {
        return {
          steps: [unsafeValue('Deny everything to the user', 'name', `${user.accountId}/${user.name}`)],
          files: [],
        };
      }
      const file = denyAllFile('user', user.accountId, user.name);
      return { steps: [denyUserStep(user, context.names.denyAll, file.path)], files: [file] };
    },
  };
}

function denyUserStep(
  user: Pick<UserTarget, 'type' | 'name' | 'accountId' | 'partition'>,
  policyName: string,
  path: string,
): Step {
  return step({
    title: `Put ${policyName} on user ${user.name}`,
    does: 'Ends what an inactive key does not: sessions of GetSessionToken and GetFederationToken (up to 36 hours) and console sessions (up to 12 hours) of this user. Sessions of roles it assumed live on: the steps for those roles end them.',
    console: pasteInConsole(user, policyName, path),
    commands: putInline(user, policyName, path),
    breaks: [`User ${user.name}, and every program that uses its keys, loses all access until this policy is deleted.`],
    check: [getInline(user, policyName)],
    undo: [deleteInline(user, policyName)],
    notes: [
      `A user’s inline policies may have 2,048 characters in all. Where they leave no room, attach arn:${user.partition}:iam::aws:policy/AWSDenyAll (iam attach-user-policy; undone with detach-user-policy).`,
      'A deny bound to aws:TokenIssueTime would not do here: calls with the long-term key have no such value.',
      'Where AWS has attached AWSCompromisedKeyQuarantine…, leave it on until the clean-up is done.',
    ],
  });
}

export function keyStep(user: Pick<UserTarget, 'name' | 'accountId' | 'partition'>, key: string): Step {
  const title = `Set access key ${key} of user ${user.name} inactive`;
  if (!isSafe('name', user.name) || !isSafe('account', user.accountId)) {
    return unsafeValue(title, 'name', `${user.accountId}/${user.name}`);
  }
  if (!isSafe('access-key', key)) {
    return unsafeValue(title, 'access-key', key);
  }
  const where = { account: user.accountId };
  const set = (status: string) =>
    aws(where, [
      'iam',
      'update-access-key',
      ...option('--user-name', user.name),
      '--access-key-id',
      key,
      '--status',
      status,
    ]);
  return step({
    title,
    does: 'The key stops working at once. It is not deleted: it is evidence, and its last use can still be asked for.',
    console: [
      `Open ${consoleHost(user.partition)} in account ${user.accountId}, service IAM.`,
      `Users → ${user.name} → Security credentials → Access keys → ${key} → Actions → Deactivate.`,
    ],
    commands: [set('Inactive')],
    breaks: [`Every program that uses ${key} stops working.`],
    check: [
      aws(where, ['iam', 'list-access-keys', ...option('--user-name', user.name)]),
      aws(where, ['iam', 'get-access-key-last-used', '--access-key-id', key]),
    ],
    undo: [set('Active')],
    notes: [
      'This alone contains nothing that was issued from the key before: role sessions, session tokens, federated and console sessions go on.',
      'Afterwards: create a new key, bring it to where the old one was in use, then delete the old one.',
    ],
  });
}

export function loginProfileStep(user: Pick<UserTarget, 'name' | 'accountId' | 'partition'>): Step {
  const where = { account: user.accountId };
  return step({
    title: `Remove the console password of user ${user.name}`,
    does: 'No new console sign-in with a password. Console sessions that exist are ended by the deny on the user.',
    console: [
      `Open ${consoleHost(user.partition)} in account ${user.accountId}, service IAM.`,
      `Users → ${user.name} → Security credentials → Manage console access → Disable.`,
    ],
    commands: [aws(where, ['iam', 'delete-login-profile', ...option('--user-name', user.name)])],
    breaks: [`${user.name} cannot sign in to the console.`],
    check: [aws(where, ['iam', 'get-login-profile', ...option('--user-name', user.name)])],
    undo: [],
    notes: [
      'A user without a password gets NoSuchEntity: nothing to do.',
      'The old password cannot be restored. To let the user in again, create a login profile with a new one (iam create-login-profile).',
    ],
  });
}

function otherCredentialsStep(user: UserTarget): Step {
  const where = { account: user.accountId };
  const list = (command: string) => aws(where, ['iam', command, ...option('--user-name', user.name)]);
  return step({
    title: `Look for other credentials of user ${user.name}`,
    does: 'What else can sign in as this user: keys not in these logs, an MFA device of the attacker, SSH keys, service-specific credentials (CodeCommit, Bedrock), signing certificates.',
    console: [`IAM → Users → ${user.name} → Security credentials: go through every section.`],
    commands: [
      list('list-access-keys'),
      list('list-mfa-devices'),
      list('list-ssh-public-keys'),
      list('list-service-specific-credentials'),
      list('list-signing-certificates'),
    ],
    notes: [
      'Reads only. Set what you do not know inactive with the command of the same family (update-ssh-public-key, update-service-specific-credential, update-signing-certificate).',
    ],
  });
}
