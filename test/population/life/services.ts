/** What AWS's own services record: service-linked roles at work, Config's descriptions, trail checks, auto scaling. */
import {
  actions,
  deliver,
  HOUR,
  MINUTE,
  service,
  serviceOrigin,
  throughService,
  type Action,
  type Caller,
  type Role,
  type Seconds,
} from '../../../scripts/sample/records';
import { call, calls } from '../company/calls';
import { accounts, linkedRole, PROD, SHARED, stages, STAGING } from '../company/estate';
import { END, on, START, workdays } from '../company/calendar';
import type { Diary } from '../company/diary';

function linkedWork(
  diary: Diary,
  at: Seconds,
  name: string,
  of: Role,
  sessionName: string,
  work: readonly Action[],
): void {
  const grant = diary.keep(
    deliver(diary.trail, { at, service: name, role: of, name: sessionName, minutes: 60, withAssumedRoleUser: true }),
  );
  diary.doesAll(at + 1, throughService(grant, name, null), work, serviceOrigin(name), 0.5);
}

const configReads = calls(`
  ec2:DescribeInstances ec2:DescribeSecurityGroups ec2:DescribeNetworkAcls ec2:DescribeSubnets ec2:DescribeRouteTables
  ec2:DescribeVolumes ec2:DescribeVpcs iam:ListRoles iam:ListPolicies iam:GetAccountPasswordPolicy s3:GetBucketAcl
  s3:GetBucketPolicy s3:GetBucketEncryption rds:DescribeDBInstances lambda:ListFunctions20150331 kms:ListKeys
  dynamodb:DescribeTable sns:ListTopics sqs:ListQueues cloudtrail:DescribeTrails
`);

function config(diary: Diary): void {
  for (const account of stages) {
    for (let at = START + diary.random.int(0, 3 * HOUR); at < END; at += 8 * HOUR + diary.random.int(0, 900)) {
      linkedWork(diary, at, 'config', linkedRole(account, 'config', 'Config'), 'AWSConfig-Describe', configReads);
      diary.shows('AWS Config describes everything');
    }
  }
}

/** A scaled group grows in the morning and shrinks in the evening; its alarms come and go with it. */
function autoScaling(diary: Diary): void {
  const scaling = linkedRole(PROD, 'autoscaling', 'AutoScaling');
  const application = linkedRole(PROD, 'ecs.application-autoscaling', 'ApplicationAutoScaling_ECSService');
  for (const number of workdays) {
    const added = [1, 2].map(() => `i-0${diary.random.hex(16)}`);
    const items = { items: added.map((instanceId) => ({ instanceId })) };
    const launched = call(
      'ec2:RunInstances',
      { instancesSet: { items: [{ minCount: 2, maxCount: 2 }] } },
      { instancesSet: items },
    );
    linkedWork(diary, on(number, '06:40') + diary.random.int(0, 900), 'autoscaling', scaling, 'AutoScaling', [
      launched,
    ]);
    const gone = call('ec2:TerminateInstances', { instancesSet: items }, { instancesSet: items });
    linkedWork(diary, on(number, '19:10') + diary.random.int(0, 900), 'autoscaling', scaling, 'AutoScaling', [
      gone,
      call('elasticloadbalancing:DescribeTargetHealth'),
    ]);
    diary.shows('instances terminated by auto scaling');
    linkedWork(
      diary,
      on(number, '20:00') + diary.random.int(0, 900),
      'ecs.application-autoscaling',
      application,
      'AutoScaling-DeregisterScalableTarget',
      [
        call('ecs:DescribeServices'),
        call('monitoring:DeleteAlarms', {
          alarmNames: [`TargetTracking-service/shop/queue-AlarmLow-${diary.random.uuid()}`],
        }),
      ],
    );
    diary.shows('alarms deleted by auto scaling');
  }
}

function trailChecks(diary: Diary): void {
  for (const account of accounts) {
    for (let at = START + diary.random.int(0, 900); at < END; at += 2 * HOUR + diary.random.int(0, 600)) {
      const check = actions.bucketConfig(SHARED, 'GetBucketAcl', 'company-cloudtrail-archive');
      diary.does(at, service(account, 'cloudtrail'), check, serviceOrigin('cloudtrail'));
    }
  }
}

/** Inspector, Access Analyzer and the like, all day. */
function scanners(diary: Diary): void {
  for (const account of [PROD, STAGING]) {
    const inspector = linkedRole(account, 'inspector2', 'AmazonInspector2');
    const analyzer = linkedRole(account, 'access-analyzer', 'AccessAnalyzer');
    for (let at = START + diary.random.int(0, HOUR); at < END; at += 3 * HOUR + diary.random.int(0, 1800)) {
      linkedWork(
        diary,
        at,
        'inspector2',
        inspector,
        `MandoService${diary.random.int(1e8, 9e8)}`,
        calls('ec2:DescribeInstances ec2:DescribeImages ecr:DescribeImages ssm:DescribeInstanceInformation'),
      );
      linkedWork(
        diary,
        at + 40 * MINUTE,
        'access-analyzer',
        analyzer,
        'access-analyzer',
        calls('iam:ListRoles iam:GetRole s3:ListBuckets s3:GetBucketPolicyStatus kms:GetKeyPolicy'),
      );
    }
  }
}

/** Events that nobody calls: their identity has no type. */
function serviceEvents(diary: Diary): void {
  const caller: Caller = { account: PROD, identity: { accountId: PROD, invokedBy: 'kms.amazonaws.com' } };
  for (const number of [2, 9]) {
    diary.does(
      on(number, '03:12'),
      caller,
      {
        source: 'kms',
        name: 'RotateKey',
        type: 'AwsServiceEvent',
        readOnly: false,
        serviceEventDetails: { keyId: 'a0b1c2d3' },
      },
      serviceOrigin('kms'),
    );
  }
}

export function services(diary: Diary): void {
  config(diary);
  autoScaling(diary);
  trailChecks(diary);
  scanners(diary);
  serviceEvents(diary);
}
