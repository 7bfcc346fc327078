/**
 * Service control policies: above the account, out of reach of whoever holds it. They go first where there is an organisation,
 * because an attacker who may write IAM can otherwise take our policies off again within seconds.
 */
import { lastSegment } from '../cloudtrail/text';
import picomatch from 'picomatch';
import { aws, managementAccount, option, step } from './command';
import { consoleHost } from './inline-policy';
import { policySize, sizeLimits } from './lint-policy';
import type { Outline, PlanContext } from './outline';
import {
  denyEverything,
  document,
  policyFile,
  type ConditionBlock,
  type PolicyDocument,
  type Statement,
} from './policy';
import { isSafe } from './quote';
import type { Argument, Command, GeneratedFile, Step } from './remediation';
import { principalArnOf, type Scope } from './scope';

export interface Contained {
  /** Roles and users whose every call is denied. */
  readonly arns: readonly string[];
  /** Role sessions denied by their fixed name: instances and SSO users. */
  readonly userIds: readonly string[];
  readonly accounts: readonly string[];
  readonly partition: string;
  /** Left out, with the reason. */
  readonly left: readonly string[];
}

/** What a service control policy can and should hold of a lineage. */
export function containedBy(scope: Scope): Contained {
  const arns = new Set<string>();
  const userIds = new Set<string>();
  const accounts = new Set<string>();
  const left: string[] = [];
  const hold = (set: Set<string>, value: string, account: string): void => {
    set.add(value);
    accounts.add(account);
  };
  for (const role of scope.roles) {
    if (role.roleClass === 'service-linked') {
      left.push(`${role.arn}: a service-linked role, which service control policies do not reach`);
    } else if (role.roleClass === 'foreign') {
      left.push(`${role.arn}: an account that is not yours`);
    } else if (role.lockOut) {
      left.push(`${role.arn}: a way in for responders; denying it would lock you out`);
    } else if (role.roleClass === 'sso') {
      for (const session of role.sessions) {
        if (isSafe('user-id', session.principalId)) {
          hold(userIds, session.principalId, role.accountId);
        }
      }
    } else if (role.roleClass === 'ordinary') {
      if (isSafe('principal-arn', role.arn)) {
        hold(arns, role.arn, role.accountId);
      } else {
        left.push(`${role.arn}: not a name that AWS would allow`);
      }
    }
  }
  for (const instance of scope.instances.filter(({ foreign }) => !foreign)) {
    for (const id of instance.userIds) {
      hold(userIds, id, instance.accountId);
    }
  }
  for (const user of scope.users) {
    if (user.foreign || !isSafe('principal-arn', user.arn)) {
      left.push(`${user.arn}: ${user.foreign ? 'an account that is not yours' : 'not a name that AWS would allow'}`);
    } else {
      hold(arns, user.arn, user.accountId);
    }
  }
  for (const session of scope.sessions) {
    if (
      session.kind === 'federated-user' &&
      scope.ownAccounts.has(session.accountId) &&
      principalArnOf(session) !== ''
    ) {
      hold(arns, principalArnOf(session), session.accountId);
    }
  }
  const partition = [...scope.roles, ...scope.users, ...scope.instances][0]?.partition ?? 'aws';
  return {
    arns: [...arns].sort(),
    userIds: [...userIds].sort(),
    accounts: [...accounts].filter((account) => isSafe('account', account)).sort(),
    partition,
    left: [...new Set(left)],
  };
}

/** One policy, or several where one would grow over the limit. */
export function scpDocuments(contained: Pick<Contained, 'arns' | 'userIds'>): PolicyDocument[] {
  const documents: PolicyDocument[] = [];
  let arns: string[] = [];
  let userIds: string[] = [];
  const flush = (): void => {
    if (arns.length + userIds.length > 0) {
      documents.push(denyDocument(arns, userIds));
    }
    arns = [];
    userIds = [];
  };
  const add = (list: 'arns' | 'userIds', value: string): void => {
    const grown = list === 'arns' ? denyDocument([...arns, value], userIds) : denyDocument(arns, [...userIds, value]);
    if (policySize(JSON.stringify(grown)) > sizeLimits.scp) {
      flush();
    }
    (list === 'arns' ? arns : userIds).push(value);
  };
  for (const arn of contained.arns) {
    add('arns', arn);
  }
  for (const id of contained.userIds) {
    add('userIds', id);
  }
  flush();
  return documents;
}

function denyDocument(arns: readonly string[], userIds: readonly string[]): PolicyDocument {
  const statements: Statement[] = [];
  if (arns.length > 0) {
    statements.push(denyEverything('IncidentDeny', { ArnEquals: { 'aws:PrincipalArn': arns } }));
  }
  if (userIds.length > 0) {
    statements.push(denyEverything('IncidentDenySessions', { StringEquals: { 'aws:userid': userIds } }));
  }
  return document(...statements);
}

export function serviceControlPolicies(context: PlanContext): readonly Outline[] {
  const contained = containedBy(context.scope);
  if (contained.arns.length + contained.userIds.length === 0) {
    return [];
  }
  const outlines: Outline[] = [
    {
      id: 'scp:lineage',
      title: 'Deny the whole lineage by service control policy',
      phase: 'organization',
      build: () => buildScp(context, contained),
    },
  ];
  if (contained.arns.length > 0) {
    outlines.push({
      id: 'scp:protect',
      title: 'Keep others from taking the quarantine off',
      phase: 'organization',
      choices: [],
      build: () => buildProtection(context, contained),
    });
  }
  return outlines;
}

function buildScp(context: PlanContext, contained: Contained): ReturnType<Outline['build']> {
  const documents = scpDocuments(contained);
  const files: GeneratedFile[] = [];
  const steps: Step[] = [];
  documents.forEach((content, index) => {
    const suffix = documents.length > 1 ? `-${String(index + 1)}` : '';
    const file = policyFile(`policies/scp-deny-lineage${suffix}.json`, content);
    files.push(file);
    steps.push(scpStep(`${context.names.scp}${suffix}`, suffix.replace('-', '_'), file.path, contained));
  });
  return { steps, files };
}

function scpStep(name: string, suffix: string, path: string, contained: Contained): Step {
  const where = { account: managementAccount };
  const variable = `SCP_ID${suffix}`;
  const policyId: Argument = { variable };
  const create = aws(
    where,
    [
      'organizations',
      'create-policy',
      '--type',
      'SERVICE_CONTROL_POLICY',
      ...option('--name', name),
      '--description',
      'Incident response: deny a credential lineage',
      '--content',
      `file://${path}`,
      '--query',
      'Policy.PolicySummary.Id',
      '--output',
      'text',
    ],
    { captureAs: variable },
  );
  const each = (action: string): Command[] =>
    contained.accounts.map((account) =>
      aws(where, ['organizations', action, '--policy-id', policyId, '--target-id', account]),
    );
  return step({
    title: `Create ${name} and attach it to ${contained.accounts.join(', ')}`,
    does: 'Denies everything to the roles and users of the lineage, and to single sessions of instances and SSO users, from above the account: nobody in it can take this off.',
    console: [
      `Open ${consoleHost(contained.partition)} in the management account, service AWS Organizations → Policies → Service control policies (enable them if they are not).`,
      `Create policy → name ${name} → paste the text of ${path} → Create policy.`,
      `The policy → Targets → Attach → choose ${contained.accounts.join(', ')}.`,
    ],
    commands: [create, ...each('attach-policy')],
    breaks: [
      'Everybody who uses these roles and users loses all access in these accounts until the policy is detached.',
    ],
    check: contained.accounts.map((account) =>
      aws(where, [
        'organizations',
        'list-policies-for-target',
        '--target-id',
        account,
        '--filter',
        'SERVICE_CONTROL_POLICY',
      ]),
    ),
    undo: [...each('detach-policy'), aws(where, ['organizations', 'delete-policy', '--policy-id', policyId])],
    notes: [
      'Without an organisation, or without its management account, leave this phase out.',
      'Does not reach: principals of the management account, service-linked roles, principals outside the organisation.',
      'At most five service control policies are attached to one account, those that are there included.',
      ...contained.left.map((text) => `Not in it: ${text}.`),
    ],
  });
}

const protectedActions = [
  'iam:DeleteRolePolicy',
  'iam:PutRolePolicy',
  'iam:DetachRolePolicy',
  'iam:UpdateAssumeRolePolicy',
  'iam:DeleteRole',
  'iam:DeleteUserPolicy',
  'iam:PutUserPolicy',
  'iam:DetachUserPolicy',
  'iam:UpdateAccessKey',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
];

/** Stands for the responders' role: nobody has that name, so that nobody is exempt while it stands there. */
export const responderPlaceholder = 'WRITE-THE-NAME-OF-YOUR-RESPONDER-ROLE-HERE';

function buildProtection(context: PlanContext, contained: Contained): ReturnType<Outline['build']> {
  // A glob of the case is one for IAM too, as long as it has nothing but the two wildcards that IAM knows.
  const responders = context.settings.breakGlassRoles.filter(
    (glob) =>
      !glob.includes(':') &&
      /^[\w+=,.@*?-]{1,64}$/.test(glob) &&
      !contained.arns.some((arn) => picomatch.isMatch(lastSegment(arn), glob)),
  );
  const names = responders.length > 0 ? responders : [responderPlaceholder];
  const except: ConditionBlock = {
    ArnNotLike: {
      'aws:PrincipalArn': names.flatMap((name) => [
        `arn:${contained.partition}:iam::*:role/${name}`,
        `arn:${contained.partition}:iam::*:role/*/${name}`,
      ]),
    },
  };
  const arns = [...contained.arns.filter((arn) => /:(role|user)\//.test(arn))];
  const content = (resources: readonly string[]): PolicyDocument =>
    document({
      Sid: 'IncidentProtect',
      Effect: 'Deny',
      Action: protectedActions,
      Resource: resources,
      Condition: except,
    });
  let resources: readonly string[] = arns;
  if (policySize(JSON.stringify(content(resources))) > sizeLimits.scp) {
    resources = contained.accounts.flatMap((account) => [
      `arn:${contained.partition}:iam::${account}:role/*`,
      `arn:${contained.partition}:iam::${account}:user/*`,
    ]);
  }
  const file = policyFile('policies/scp-protect-quarantine.json', content(resources));
  const name = `${context.names.scp}-protect`;
  const scp = scpStep(name, '_protect', file.path, contained);
  return {
    steps: [
      {
        ...scp,
        does: 'Denies changes to the contained roles and users to everybody but the responders: an attacker with a second, unknown identity cannot lift the quarantine in the seconds before it is everywhere.',
        breaks: ['Nobody but the exempt role can change these roles and users, deployments included.'],
        notes: [
          ...(responders.length > 0
            ? [`Exempt: ${responders.join(', ')}, the break-glass roles of the case file.`]
            : [
                `Write the name of the role you respond with in place of ${responderPlaceholder} (twice). Left as it is, nobody is exempt, you included, until it is detached.`,
              ]),
          'The scripts leave this policy to you, because a wrong exemption locks the responders out of the steps that follow.',
        ],
      },
    ],
    files: [file],
  };
}
