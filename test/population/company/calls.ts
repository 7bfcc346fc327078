/** API calls of the population that several themes make, beyond those of the sample's builders. */
import { actions, type Action, type Caller, type JsonObject, type Role } from '../../../scripts/sample/records';

/** `ec2:DescribeVpcs` as an action. */
export function call(name: string, params: JsonObject | null = null, response: JsonObject | null = null): Action {
  const [source = '', action = ''] = name.split(':');
  return actions.plain(source, action, params, response);
}

export function calls(text: string): Action[] {
  return text
    .trim()
    .split(/\s+/)
    .map((name) => call(name));
}

/** Refused for want of permission. */
export function refused(caller: Caller, action: Action): Action {
  return actions.refused(action, caller.identity.arn ?? 'unknown');
}

/** Refused for too many calls: neither success nor denial. */
export function throttled(action: Action): Action {
  const code = action.source === 'ec2' ? 'Client.RequestLimitExceeded' : 'ThrottlingException';
  return { ...action, error: { code, message: 'Rate exceeded' } };
}

export function failing(action: Action, code: string, message: string): Action {
  return { ...action, error: { code, message } };
}

export function trustFor(principal: JsonObject | string, condition?: JsonObject): JsonObject {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: principal,
        Action: 'sts:AssumeRole',
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    ],
  };
}

export function createRole(of: Role, document: JsonObject): Action {
  const text = JSON.stringify(document);
  return call(
    'iam:CreateRole',
    { path: '/', roleName: of.name, assumeRolePolicyDocument: text, maxSessionDuration: 3600 },
    {
      role: {
        path: '/',
        roleName: of.name,
        roleId: of.id,
        arn: of.arn,
        createDate: 'Jun 2, 2025 8:00:00 AM',
        assumeRolePolicyDocument: encodeURIComponent(text),
      },
    },
  );
}

export function putRolePolicy(roleName: string, policyName: string, statement: JsonObject): Action {
  const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  return call('iam:PutRolePolicy', { roleName, policyName, policyDocument });
}

export function putUserPolicy(userName: string, policyName: string, statement: JsonObject): Action {
  const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  return call('iam:PutUserPolicy', { userName, policyName, policyDocument });
}

/** The inline policy that the console's "Revoke active sessions" writes. */
export function revokeSessions(roleName: string, before: string): Action {
  return putRolePolicy(roleName, 'AWSRevokeOlderSessions', {
    Effect: 'Deny',
    Action: ['*'],
    Resource: ['*'],
    Condition: { DateLessThan: { 'aws:TokenIssueTime': before } },
  });
}

/** What a console page of some service reads. */
export const consolePages: readonly (readonly Action[])[] = [
  calls('ec2:DescribeInstances ec2:DescribeInstanceStatus ec2:DescribeTags ec2:DescribeVolumes ec2:DescribeAddresses'),
  calls(
    'ec2:DescribeVpcs ec2:DescribeSubnets ec2:DescribeRouteTables ec2:DescribeNatGateways ec2:DescribeSecurityGroups',
  ),
  calls('cloudwatch:DescribeAlarms monitoring:GetMetricData monitoring:ListMetrics logs:DescribeLogGroups'),
  calls('lambda:ListFunctions20150331 lambda:GetAccountSettings20160819 logs:DescribeLogGroups'),
  calls('ecs:ListClusters ecs:DescribeClusters ecs:ListServices ecs:DescribeServices'),
  calls('rds:DescribeDBInstances rds:DescribeDBClusters rds:DescribeEvents'),
  calls('health:DescribeEventAggregates ce:GetCostAndUsage notifications:ListNotificationHubs'),
  calls('cloudformation:DescribeStacks cloudformation:DescribeStackEvents cloudformation:ListStackResources'),
  calls('dynamodb:ListTables dynamodb:DescribeTable sqs:ListQueues sns:ListTopics'),
];

/** What people ask on the command line. */
export const handCalls: readonly Action[] = calls(`
  sts:GetCallerIdentity ecs:DescribeServices ecs:ListTasks logs:FilterLogEvents logs:StartQuery logs:GetQueryResults
  cloudformation:DescribeStackEvents ec2:DescribeInstances sqs:GetQueueAttributes lambda:GetFunction20150331v2
  eks:DescribeCluster rds:DescribeDBInstances ecr:DescribeImages ssm:GetParameter s3:ListBuckets
`);

/** What `terraform plan` reads again, a module after the other. */
export const planReads: readonly Action[] = calls(`
  sts:GetCallerIdentity ec2:DescribeVpcs ec2:DescribeVpcAttribute ec2:DescribeSubnets ec2:DescribeRouteTables
  ec2:DescribeNatGateways ec2:DescribeSecurityGroups ec2:DescribeInternetGateways iam:GetRole iam:ListRolePolicies
  iam:ListAttachedRolePolicies iam:GetPolicy iam:GetPolicyVersion iam:ListInstanceProfilesForRole
  rds:DescribeDBInstances rds:ListTagsForResource s3:GetBucketVersioning s3:GetBucketEncryption s3:GetBucketPolicy
  dynamodb:DescribeTable dynamodb:DescribeTimeToLive kms:DescribeKey kms:GetKeyPolicy lambda:GetFunction20150331v2
  logs:DescribeLogGroups ecs:DescribeClusters sqs:GetQueueAttributes sns:GetTopicAttributes
`);

/** What an assessment tool asks for, service after service. */
export const postureReads: readonly Action[] = calls(`
  sts:GetCallerIdentity iam:GetAccountSummary iam:GetAccountAuthorizationDetails iam:ListUsers iam:ListRoles
  iam:ListPolicies iam:GetAccountPasswordPolicy iam:GenerateCredentialReport iam:GetCredentialReport
  ec2:DescribeRegions ec2:DescribeInstances ec2:DescribeSecurityGroups ec2:DescribeSnapshots ec2:DescribeImages
  ec2:DescribeVolumes ec2:DescribeFlowLogs ec2:DescribeNetworkAcls s3:ListBuckets s3:GetBucketAcl s3:GetBucketPolicy
  s3:GetBucketEncryption s3:GetBucketLogging cloudtrail:DescribeTrails cloudtrail:GetTrailStatus
  cloudtrail:GetEventSelectors config:DescribeConfigurationRecorders guardduty:ListDetectors kms:ListKeys
  kms:GetKeyRotationStatus lambda:ListFunctions20150331 lambda:GetPolicy20150331v2 rds:DescribeDBInstances
  rds:DescribeDBSnapshots sns:ListTopics sqs:ListQueues secretsmanager:ListSecrets ssm:DescribeParameters
  elasticloadbalancing:DescribeLoadBalancers cloudfront:ListDistributions route53:ListHostedZones
`);

/** What somebody asks who does not know the place. */
export const strangersReads: readonly Action[] = calls(`
  sts:GetCallerIdentity iam:GetUser iam:ListAttachedUserPolicies iam:ListUsers iam:ListRoles iam:ListGroups
  iam:ListPolicies iam:GetAccountSummary s3:ListBuckets ec2:DescribeInstances ec2:DescribeSnapshots ec2:DescribeVpcs
  lambda:ListFunctions20150331 rds:DescribeDBInstances secretsmanager:ListSecrets ssm:DescribeParameters
  dynamodb:ListTables ecr:DescribeRepositories eks:ListClusters kms:ListKeys sns:ListTopics organizations:ListAccounts
`);
