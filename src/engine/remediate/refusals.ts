/** Identities for which the usual commands are wrong: what they are, why not, and what to do instead. */
import { aws, managementAccount, step } from './command';
import { consoleHost } from './inline-policy';
import { outlineId, type Outline, type PlanContext } from './outline';
import { denyEverything, document, policyFile } from './policy';
import { isSafe } from './quote';
import type { Step } from './remediation';
import type { RoleTarget, RootUserTarget, Scope } from './scope';
import { eventIdAt, textAt, timeAt } from '../lineage/table';
import { formatInstant } from '../cloudtrail/time';
import { denyAssumption } from './trust-statement';

export function refusals(context: PlanContext): readonly Outline[] {
  const { scope } = context;
  return [
    ...scope.roles.flatMap((role) => roleRefusal(context, role)),
    ...scope.rootUsers.map((root) => rootOutline(root)),
    ...foreignCallers(context),
    ...unknownOrigins(scope),
  ];
}

function roleRefusal(context: PlanContext, role: RoleTarget): Outline[] {
  switch (role.roleClass) {
    case 'service-linked':
      return [
        explanation('service-linked', role, 'Service-linked role', {
          title: `${role.name} is a service-linked role`,
          refused:
            'It cannot be edited, and service control policies do not apply to it. Nobody but the service holds its credentials: look for who made the service do this, and change that.',
        }),
      ];
    case 'pseudo':
      return [
        explanation('pseudo-role', role, 'Role of AWS’s own', {
          title: `${role.name} is a role that AWS gives to instances`,
          refused:
            'It has no policy that you could edit. Contain the instance, and where Systems Manager gives this role (Default Host Management Configuration), switch that off in its Region.',
          notes: [
            'ssm update-service-setting --setting-id /ssm/managed-instance/default-ec2-instance-management-role --setting-value $None, in the Region of the instance.',
          ],
        }),
      ];
    case 'foreign':
      return [
        {
          id: outlineId('foreign-role', role.key),
          title: `Have role ${role.name} contained by the owner of account ${role.accountId}`,
          phase: 'sessions',
          build: () => ({ steps: [foreignRoleStep(context, role)], files: [] }),
        },
      ];
    case 'ordinary':
    case 'instance':
      return role.lockOut
        ? [
            explanation('lock-out', role, 'Way in for responders', {
              title: `${role.name} is not denied everything`,
              refused:
                'It is listed, or known, as a way in for responders or the organisation: denying it could lock you out. Its sessions are revoked instead, and its trust is cut.',
            }),
          ]
        : [];
    case 'sso':
      return [];
  }
}

function explanation(
  kind: string,
  role: RoleTarget,
  label: string,
  parts: Partial<Step> & { readonly title: string },
): Outline {
  return {
    id: outlineId(kind, role.key),
    title: `${label} ${role.name} in account ${role.accountId}`,
    phase: 'sessions',
    build: () => ({ steps: [step(parts)], files: [] }),
  };
}

function foreignRoleStep(context: PlanContext, role: RoleTarget): Step {
  const { model, scope } = context;
  const proofs = role.sessions.flatMap((session) => session.issuances).flatMap((index) => model.issuances[index] ?? []);
  const callers = scope.edges
    .filter((edge) => edge.role === role)
    .map(({ caller }) => caller.identityArn || caller.arn);
  return step({
    title: `Notify the owner of account ${role.accountId}`,
    refused:
      'The role belongs to an account that is not yours: you cannot change it. Its owner can, with the same steps as here.',
    does: 'Give them the role, the times and the event ids below; the sharedEventID of the records is the same in their logs.',
    notes: [
      `Role: ${role.arn}.`,
      ...proofs
        .slice(0, 20)
        .map(
          ({ row }) =>
            `Assumed at ${formatInstant(timeAt(model.events, row))}, event ${eventIdAt(model.events, row)}, from ${textAt(model.events, 'sourceAddress', row)}.`,
        ),
      `On your side: deny sts:AssumeRole on ${role.arn} to ${callers.join(', ') || 'the caller'}; the deny on the roles before it does that for good.`,
      'Deny the foreign account in your own resource policies (buckets, keys, shared snapshots), or with a resource control policy on aws:PrincipalOrgID.',
      'If the account is yours, name it under ownAccounts in the case file and analyse again.',
    ],
  });
}

function rootOutline(root: RootUserTarget): Outline {
  return {
    id: outlineId(root.assumed ? 'assume-root' : 'root-user', root.key),
    title: root.assumed
      ? `End the AssumeRoot session in account ${root.accountId}`
      : `Secure the root user of account ${root.accountId}`,
    phase: 'root',
    build: () => {
      if (root.foreign || !isSafe('account', root.accountId)) {
        return {
          steps: [
            step({
              title: `Root user of account ${root.accountId}`,
              refused: 'The account is not yours: notify its owner.',
            }),
          ],
          files: [],
        };
      }
      return root.assumed ? assumeRoot(root) : { steps: [rootUserStep(root)], files: [] };
    },
  };
}

function assumeRoot(root: RootUserTarget): ReturnType<Outline['build']> {
  const where = { account: managementAccount };
  const file = policyFile(
    `policies/scp-deny-root-${root.accountId}.json`,
    document(
      denyEverything('IncidentDenyRoot', { ArnLike: { 'aws:PrincipalArn': `arn:${root.partition}:iam::*:root` } }),
    ),
  );
  return {
    steps: [
      step({
        title: 'Stop the caller of AssumeRoot, and switch the feature off',
        does: 'The session ends by itself within 15 minutes and can do only what its task policy allows. The role that called AssumeRoot is what must be stopped: no service control policy reaches it in the management account.',
        console: [
          `Open ${consoleHost(root.partition)} in the management account → IAM → Root access management → Disable.`,
          `For the member account: AWS Organizations → Service control policies → create one with the text of ${file.path} → attach it to ${root.accountId}.`,
        ],
        commands: [aws(where, ['iam', 'disable-organizations-root-sessions'])],
        breaks: ['Central root tasks in member accounts, for everybody.'],
        check: [aws(where, ['iam', 'list-organizations-features'])],
        undo: [aws(where, ['iam', 'enable-organizations-root-sessions'])],
        notes: ['Look at what the task allowed: credentials of the root user, policies of a bucket or a queue.'],
      }),
    ],
    files: [file],
  };
}

function rootUserStep(root: RootUserTarget): Step {
  return step({
    title: `Secure the root user of account ${root.accountId}`,
    refused:
      'No policy of the account restricts its root user, and temporary credentials of it cannot be ended. Only the owner of the root e-mail address can do this, in the console.',
    console: [
      `Sign in to ${consoleHost(root.partition)} as the root user of ${root.accountId}: change the password, remove unknown MFA devices and add your own, delete every access key of root.`,
      'Check the e-mail address, phone number and alternate contacts of the account.',
    ],
    notes: [
      'In a member account, a service control policy that denies arn:…:root everything holds root too, and the root credentials can be deleted from the management account.',
      'Where this is the management account, ask AWS Support for help with a compromised root user.',
    ],
  });
}

/** A principal of another account, seen only from the side of a role of ours. */
function foreignCallers(context: PlanContext): Outline[] {
  const callers = context.scope.sessions.filter(({ kind }) => kind === 'external-account');
  const accounts = [...new Set(callers.map(({ accountId }) => accountId))].sort();
  return accounts.map((account) => ({
    id: outlineId('foreign-caller', `account:${account}`),
    title: `Notify the owner of account ${account}, which the lineage came from`,
    phase: 'root',
    build: () => {
      const { statements } = denyAssumption(callers.filter(({ accountId }) => accountId === account));
      return {
        steps: [
          step({
            title: `The lineage starts in account ${account}`,
            refused:
              'Its credentials are in an account that is not in these logs: what was stolen there can only be stopped by its owner.',
            does: 'On your side the trust phase keeps it out, and the sessions phase ends what it has.',
            notes: [
              `Principals seen: ${[...new Set(callers.filter(({ accountId }) => accountId === account).map(({ principalId }) => principalId))].join(', ')}.`,
              ...(statements.length > 0
                ? []
                : [
                    'The caller is not named in a way that a policy can hold: take the account out of the trust policies by hand.',
                  ]),
            ],
          }),
        ],
        files: [],
      };
    },
  }));
}

function unknownOrigins(scope: Scope): Outline[] {
  const unknown = [
    ...scope.roots.filter((root) => root.link === 'inferred' || root.depthIsMinimum),
    ...scope.ambiguous,
  ].filter(({ kind }) => kind !== 'external-account');
  if (unknown.length === 0) {
    return [];
  }
  return [
    {
      id: 'unknown-origin:lineage',
      title: 'Find where the lineage really starts',
      phase: 'root',
      build: () => ({
        steps: [
          step({
            title: 'The credential that issued this lineage is not in these logs',
            refused:
              'The roles are contained below, but whoever made the first session may make another: do not count the root as contained.',
            does: 'Add the logs of the hours before, of all Regions, and of the account that the caller belongs to; then analyse again.',
            notes: unknown
              .slice(0, 20)
              .map(
                (session) =>
                  `${session.arn || session.principalId}: ${session.explanation.text}${session.candidates.length > 0 ? ` (${String(session.candidates.length)} possible parents)` : ''}`,
              ),
          }),
        ],
        files: [],
      }),
    },
  ];
}
