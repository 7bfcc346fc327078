/**
 * Cut the edges of a lineage: each role's trust policy denies the hop before it. Stops new sessions; those issued go on.
 *
 * Guarantee: never a whole trust policy — the present one is not in the logs — but statements to add, and commands that save
 * the present policy first and add to that.
 */
import { aws, option, shell, step } from './command';
import { consoleHost } from './inline-policy';
import { policySize, sizeLimits } from './lint-policy';
import { fileSegment } from './names';
import { outlineId, type Outline, type PlanContext } from './outline';
import { policyFile, type ConditionBlock, type Statement } from './policy';
import { isSafe } from './quote';
import { unsafeValue } from './refuse';
import type { Command, Step } from './remediation';
import { principalArnOf, type RoleTarget } from './scope';
import type { Session } from '../lineage/model';

const actions = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

export function trustStatements(context: PlanContext): readonly Outline[] {
  const { scope } = context;
  return scope.roles
    .filter((role) => role.roleClass === 'ordinary' || role.roleClass === 'instance')
    .flatMap((role) => {
      const callers = scope.edges.filter((edge) => edge.role === role).map(({ caller }) => caller);
      return callers.length === 0 ? [] : [{ role, callers }];
    })
    .map(({ role, callers }) => ({
      id: outlineId('trust', role.key),
      title: `Keep the hop before it from assuming role ${role.name} in account ${role.accountId}`,
      phase: 'trust' as const,
      build: () => buildTrust(role, callers),
    }));
}

/** The statements that deny `callers`: by ARN; instances and SSO users by their fixed session name, so that their role mates go on. */
export function denyAssumption(callers: readonly Session[]): {
  readonly statements: readonly Statement[];
  readonly unknown: readonly Session[];
} {
  const arns = new Set<string>();
  const userIds = new Set<string>();
  const accounts = new Set<string>();
  const unknown: Session[] = [];
  for (const caller of callers) {
    const arn = principalArnOf(caller);
    if ((caller.kind === 'ec2-instance' || caller.kind === 'sso') && isSafe('user-id', caller.principalId)) {
      userIds.add(caller.principalId);
    } else if (arn !== '') {
      arns.add(arn);
    } else if (caller.kind === 'external-account' && isSafe('account', caller.accountId)) {
      accounts.add(caller.accountId);
    } else {
      unknown.push(caller);
    }
  }
  const statement = (sid: string, condition: ConditionBlock): Statement => ({
    Sid: sid,
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: actions,
    Condition: condition,
  });
  return {
    statements: [
      ...(arns.size > 0
        ? [statement('IncidentDenyAssume', { ArnEquals: { 'aws:PrincipalArn': [...arns].sort() } })]
        : []),
      ...(userIds.size > 0
        ? [statement('IncidentDenyAssumeBySession', { StringEquals: { 'aws:userid': [...userIds].sort() } })]
        : []),
      ...(accounts.size > 0
        ? [
            statement('IncidentDenyAssumeFromAccount', {
              StringEquals: { 'aws:PrincipalAccount': [...accounts].sort() },
            }),
          ]
        : []),
    ],
    unknown,
  };
}

function buildTrust(role: RoleTarget, callers: readonly Session[]): ReturnType<Outline['build']> {
  if (!isSafe('name', role.name) || !isSafe('account', role.accountId)) {
    return { steps: [unsafeValue('Cut the trust', 'name', `${role.accountId}/${role.name}`)], files: [] };
  }
  const { statements, unknown } = denyAssumption(callers);
  const refusals = unknown.map((caller) =>
    step({
      title: `Cut the trust of role ${role.name} in ${caller.arn || caller.principalId}`,
      refused:
        'The logs do not name this caller in a way that a policy can hold. Find it in the trust policy and take it out by hand.',
    }),
  );
  if (statements.length === 0) {
    return { steps: refusals, files: [] };
  }
  const file = policyFile(
    `policies/${fileSegment('trust-deny', role.accountId, role.name)}.statements.json`,
    statements,
  );
  return { steps: [trustStep(role, file.path, statements), ...refusals], files: [file] };
}

function trustStep(role: RoleTarget, path: string, statements: readonly Statement[]): Step {
  const segment = fileSegment(role.accountId, role.name);
  const before = `saved/trust-before-${segment}.json`;
  const after = `saved/trust-after-${segment}.json`;
  const where = { account: role.accountId };
  const size = statements.map((statement) => policySize(JSON.stringify(statement)) + 1).reduce((a, b) => a + b, 0);
  const update = (document: string): Command =>
    aws(where, [
      'iam',
      'update-assume-role-policy',
      ...option('--role-name', role.name),
      '--policy-document',
      `file://${document}`,
    ]);
  const save = aws(
    where,
    [
      'iam',
      'get-role',
      ...option('--role-name', role.name),
      '--query',
      'Role.AssumeRolePolicyDocument',
      '--output',
      'json',
    ],
    { saveTo: before },
  );
  const put = update(after);
  return step({
    title: `Add ${statements.map(({ Sid }) => Sid).join(' and ')} to the trust policy of role ${role.name}`,
    does: 'An explicit Deny in the trust policy: the identities of the hop before can no longer assume this role. Sessions issued already are not touched; the sessions phase ends those.',
    console: [
      `Open ${consoleHost(role.partition)} in account ${role.accountId}, service IAM.`,
      `Roles → ${role.name} → Trust relationships. Copy the present policy to a file: it is the undo.`,
      `Edit trust policy → add each object of the list in ${path} to "Statement" → Update policy. The file is a list of statements, not a policy: IAM refuses it as a whole.`,
    ],
    commands: [save, mergeCommand(before, path, after), put].map((command) =>
      command === put && put.call !== undefined
        ? { ...put, call: { ...put.call, mergeTrust: { before, statements: path, after } } }
        : command,
    ),
    breaks: [`The denied identities can no longer assume role ${role.name}, for good work either.`],
    check: [
      aws(where, ['iam', 'get-role', ...option('--role-name', role.name), '--query', 'Role.AssumeRolePolicyDocument']),
    ],
    undo: [update(before)],
    notes: [
      `Adds ${String(size)} characters; a trust policy may have ${String(sizeLimits.trust)} unless the quota was raised. Where it does not fit, take the principal out of the policy instead.`,
      'If the role was changed by this lineage, the saved policy may already be the attacker’s: read it before you undo to it.',
    ],
  });
}

/** Present policy plus our statements, ours replaced if they are there: may be run again. */
function mergeCommand(before: string, statements: string, after: string): Command {
  return shell(
    `jq --slurpfile add '${statements}' '.Statement = ([.Statement] | flatten | map(select((.Sid // "") | startswith("IncidentDenyAssume") | not))) + $add[0]' '${before}' > '${after}'`,
    `$add = Get-Content -Raw '${statements}' | ConvertFrom-Json; $policy = Get-Content -Raw '${before}' | ConvertFrom-Json; $policy.Statement = @(@($policy.Statement) | Where-Object { -not ($_.PSObject.Properties['Sid'] -and "$($_.Sid)".StartsWith('IncidentDenyAssume')) }) + @($add); $policy | ConvertTo-Json -Depth 20 | Set-Content -Encoding ascii '${after}'`,
  );
}
