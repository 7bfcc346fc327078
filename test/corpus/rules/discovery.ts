/** Read calls that whoever explores an account makes, in the order of a common tool. */
import { actions, type Action, type Caller, type Origin } from '../../../scripts/sample/records';
import { office, type World } from '../../unit/engine/support/world';

const calls = `ec2:DescribeInstances s3:ListBuckets iam:ListUsers ec2:DescribeVpcs iam:ListRoles lambda:ListFunctions
  rds:DescribeDBInstances iam:ListGroups ec2:DescribeSubnets iam:ListPolicies ec2:DescribeSecurityGroups kms:ListKeys
  ec2:DescribeVolumes iam:GetAccountSummary ec2:DescribeSnapshots sns:ListTopics ec2:DescribeImages sqs:ListQueues
  iam:ListAccessKeys ec2:DescribeAddresses iam:GetAccountPasswordPolicy dynamodb:ListTables ecs:ListClusters
  ec2:DescribeRegions iam:ListInstanceProfiles eks:ListClusters ec2:DescribeRouteTables iam:ListMFADevices
  ecr:DescribeRepositories ec2:DescribeKeyPairs secretsmanager:ListSecrets ssm:DescribeParameters
  cloudtrail:DescribeTrails guardduty:ListDetectors organizations:ListAccounts ec2:DescribeNetworkInterfaces
  logs:DescribeLogGroups ec2:DescribeNatGateways cloudformation:ListStacks route53:ListHostedZones`
  .split(/\s+/)
  .map((call) => call.split(':'));

/** The first `count` of them, all different; of these services only. */
export function questions(count: number, services: readonly string[] = []): Action[] {
  const asked = calls
    .filter(([service = '']) => services.length === 0 || services.includes(service))
    .slice(0, count)
    .map(([service = '', name = '']) => actions.plain(service, name));
  if (asked.length < count) {
    throw new Error(`there are only ${String(asked.length)} such questions`);
  }
  return asked;
}

/** Asks them from `at` on, the last one `seconds` later. */
export function asks(
  world: World,
  at: number,
  caller: Caller,
  asked: readonly Action[],
  seconds: number,
  origin: Origin = office,
): World {
  asked.forEach((action, index) => {
    world.does(at + Math.floor((index * seconds) / Math.max(1, asked.length - 1)), caller, action, origin);
  });
  return world;
}
