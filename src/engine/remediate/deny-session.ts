/**
 * Deny single sessions of a role, by the only name that a policy can see: `aws:userid`, the principalId of the log.
 * There is no condition key for the access key id of a temporary credential.
 */
import { step } from './command';
import { deleteInline, getInline, pasteInConsole, putInline } from './inline-policy';
import { policySize, sizeLimits } from './lint-policy';
import { fileSegment } from './names';
import { outlineId, type Outline, type PlanContext } from './outline';
import { denyEverything, denyOlderSessions, document, policyFile, type PolicyDocument } from './policy';
import { isSafe } from './quote';
import { unsafeValue } from './refuse';
import type { RoleTarget } from './scope';

export interface SessionsToDeny {
  /** Checked, sorted. Empty when there is none, or more than fit a role policy: revoke older sessions then. */
  readonly userIds: readonly string[];
  readonly unsafe: readonly string[];
  readonly tooMany: boolean;
}

export function sessionsToDeny(role: RoleTarget): SessionsToDeny {
  const all = [...new Set(role.sessions.map(({ principalId }) => principalId))].sort();
  const userIds = all.filter((id) => isSafe('user-id', id));
  const unsafe = all.filter((id) => !isSafe('user-id', id));
  // The limit is for all inline policies of the role together: leave half of it to those that are there.
  const tooMany = policySize(JSON.stringify(sessionPolicy(userIds))) > sizeLimits.role / 2;
  return { userIds: tooMany ? [] : userIds, unsafe, tooMany };
}

function sessionPolicy(userIds: readonly string[]): PolicyDocument {
  return document(denyOlderSessions('IncidentDenySession', { StringEquals: { 'aws:userid': userIds } }));
}

export function denySessions(context: PlanContext): readonly Outline[] {
  return context.scope.roles
    .filter((role) => role.roleClass === 'ordinary')
    .map((role) => ({
      id: outlineId('deny-session', role.key),
      title: `Deny only the sessions of this lineage to role ${role.name} in account ${role.accountId}`,
      phase: 'sessions' as const,
      choices: ['session'] as const,
      build: () => buildDenySession(context, role),
    }));
}

function buildDenySession(context: PlanContext, role: RoleTarget): ReturnType<Outline['build']> {
  const { userIds, unsafe, tooMany } = sessionsToDeny(role);
  const title = `Put ${context.names.denySession} on role ${role.name}`;
  if (!isSafe('name', role.name) || !isSafe('account', role.accountId)) {
    return {
      steps: [unsafeValue('Deny single sessions of the role', 'name', `${role.accountId}/${role.name}`)],
      files: [],
    };
  }
  const refusals = unsafe.map((id) => unsafeValue(`Deny the session ${id}`, 'user-id', id));
  if (userIds.length === 0) {
    const why = tooMany
      ? `There are more sessions than fit into one policy. Use "Revoke the sessions of role ${role.name}" instead.`
      : 'No session of this role has a name that a policy can hold.';
    return { steps: [...refusals, step({ title, refused: why })], files: [] };
  }
  const file = policyFile(
    `policies/${fileSegment('deny-session', role.accountId, role.name)}.template.json`,
    sessionPolicy(userIds),
  );
  return {
    steps: [
      step({
        title,
        does: `Denies everything to ${userIds.join(', ')} — role id and session name, as in userIdentity.principalId — if issued before the time of applying. Other sessions of the role go on.`,
        console: pasteInConsole(role, context.names.denySession, file.path),
        commands: putInline(role, context.names.denySession, file.path),
        breaks: [
          `Only the named sessions of role ${role.name}. Whoever uses the same role with the same session name is hit too.`,
        ],
        check: [getInline(role, context.names.denySession)],
        undo: [deleteInline(role, context.names.denySession)],
        notes: [
          'The attacker chooses the name of the next session: this holds only after the root and the trust edges are closed.',
        ],
      }),
      ...refusals,
    ],
    files: [file],
  };
}

/** The person behind, where the first assumption set a source identity: it follows through every later hop. */
export function denySourceIdentities(context: PlanContext): readonly Outline[] {
  return context.scope.roles
    .filter((role) => role.roleClass === 'ordinary')
    .flatMap((role) => {
      const identities = [...new Set(role.sessions.map(({ sourceIdentity }) => sourceIdentity))]
        .filter((identity) => identity !== '')
        .sort();
      return identities.length === 0 ? [] : [{ role, identities }];
    })
    .map(({ role, identities }) => ({
      id: outlineId('deny-source-identity', role.key),
      title: `Deny the source identity ${identities.join(', ')} to role ${role.name} in account ${role.accountId}`,
      phase: 'sessions' as const,
      choices: ['session'] as const,
      build: () => {
        const unsafe = identities.filter((identity) => !isSafe('session-name', identity));
        const safe = identities.filter((identity) => isSafe('session-name', identity));
        const refusals = unsafe.map((identity) => unsafeValue('Deny a source identity', 'session-name', identity));
        if (!isSafe('name', role.name) || !isSafe('account', role.accountId) || safe.length === 0) {
          return {
            steps: refusals.length > 0 ? refusals : [unsafeValue('Deny a source identity', 'name', role.name)],
            files: [],
          };
        }
        const name = context.names.denySourceIdentity;
        const file = policyFile(
          `policies/${fileSegment('deny-source-identity', role.accountId, role.name)}.json`,
          document(denyEverything('IncidentDenySourceIdentity', { StringEquals: { 'aws:SourceIdentity': safe } })),
        );
        return {
          steps: [
            step({
              title: `Put ${name} on role ${role.name}`,
              does: `Denies everything to every session, now and later, that carries the source identity ${safe.join(', ')}. It was set at the first assumption and cannot be changed by assuming again.`,
              console: pasteInConsole(role, name, file.path),
              commands: putInline(role, name, file.path),
              breaks: [`${safe.join(', ')} cannot work with role ${role.name} at all; everybody else can.`],
              check: [getInline(role, name)],
              undo: [deleteInline(role, name)],
              notes: [
                'Works only where the source identity is set at the first assumption: a chain started without it is not hit.',
              ],
            }),
            ...refusals,
          ],
          files: [file],
        };
      },
    }));
}
