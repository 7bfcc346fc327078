/** What AWS's own services record in any account: service-linked roles, trail and configuration checks, rotations. */
import { actions } from './actions';
import { deliver } from './issuance';
import { service, throughService, type Caller, type Role } from './principals';
import { DAY, HOUR, MINUTE, utc, type Seconds } from './time';
import { serviceOrigin, Trail, type Action, type CloudTrailRecord } from './trail';
import { agents, END, instances, PROD, roles, SHARED, START } from './world';

interface LinkedWork {
  readonly service: string;
  readonly role: Role;
  readonly everyHours: number;
  readonly name: (trail: Trail) => string;
  readonly calls: readonly Action[];
}

const linked: readonly LinkedWork[] = [
  {
    service: 'inspector2',
    role: roles.inspectorLinked,
    everyHours: 6,
    name: (trail) => `MandoService${trail.random.int(100_000_000, 999_999_999)}`,
    calls: [
      actions.plain('ec2', 'DescribeInstances', {
        instancesSet: { items: [{ instanceId: instances.web2.id }] },
        filterSet: {},
      }),
      actions.plain('ec2', 'DescribeImages', { imagesSet: {}, filterSet: {} }),
    ],
  },
  {
    service: 'autoscaling',
    role: roles.autoScalingLinked,
    everyHours: 9,
    name: () => 'AutoScaling',
    calls: [
      actions.plain('ec2', 'DescribeInstanceStatus', { instancesSet: {}, filterSet: {}, includeAllInstances: false }),
      actions.plain('elasticloadbalancing', 'DescribeTargetHealth', {
        targetGroupArn: `arn:aws:elasticloadbalancing:us-east-1:${PROD}:targetgroup/shop/50dc6c495c0c9188`,
      }),
    ],
  },
  {
    service: 'config',
    role: roles.configLinked,
    everyHours: 4,
    name: () => 'AWSConfig-Describe',
    calls: [
      actions.plain('ec2', 'DescribeNetworkAcls', { networkAclIdSet: {}, filterSet: {} }),
      actions.plain('ec2', 'DescribeSecurityGroups', { securityGroupSet: {}, filterSet: {} }),
      actions.bucketConfig(PROD, 'GetBucketAcl', 'examplecorp-orders'),
      actions.plain('iam', 'GetAccountPasswordPolicy'),
      actions.plain('iam', 'ListPolicies', { onlyAttached: true }),
    ],
  },
];

function linkedRoleWork(work: LinkedWork): CloudTrailRecord[] {
  const trail = new Trail(`linked ${work.service}`);
  const records: CloudTrailRecord[] = [];
  for (
    let at = START + trail.random.int(0, 3 * HOUR);
    at < END;
    at += work.everyHours * HOUR + trail.random.int(0, 900)
  ) {
    const grant = deliver(trail, {
      at,
      service: work.service,
      role: work.role,
      name: work.name(trail),
      minutes: 60,
      withAssumedRoleUser: true,
    });
    records.push(...grant.records);
    // The work itself is recorded without a key.
    const caller = throughService(grant.session, work.service, null);
    work.calls.forEach((action, index) => {
      records.push(trail.record(at + index, caller, action, serviceOrigin(work.service)));
    });
  }
  return records;
}

/** CloudTrail checking its bucket, in both accounts and both regions. */
function bucketChecks(): CloudTrailRecord[] {
  const trail = new Trail('bucket checks');
  const records: CloudTrailRecord[] = [];
  for (const account of [PROD, SHARED]) {
    for (let at = START + trail.random.int(0, 900); at < END; at += 75 * MINUTE + trail.random.int(0, 600)) {
      const region = account === PROD && trail.random.chance(0.3) ? 'eu-west-1' : 'us-east-1';
      const check: Action = {
        ...actions.bucketConfig(SHARED, 'GetBucketAcl', 'examplecorp-cloudtrail-archive'),
        region,
      };
      records.push(
        trail.record(at, service(account, 'cloudtrail'), check, serviceOrigin('cloudtrail'), {
          sharedEventID: trail.random.uuid(),
        }),
      );
    }
  }
  return records;
}

/** Events that no one calls: their `userIdentity` has no type. */
function serviceEvent(
  trail: Trail,
  at: Seconds,
  source: string,
  name: string,
  details: Action['serviceEventDetails'],
): CloudTrailRecord {
  const caller: Caller = { account: PROD, identity: { accountId: PROD, invokedBy: `${source}.amazonaws.com` } };
  return trail.record(
    at,
    caller,
    {
      source,
      name,
      type: 'AwsServiceEvent',
      readOnly: false,
      ...(details === undefined ? {} : { serviceEventDetails: details }),
    },
    serviceOrigin(source),
  );
}

/** A nightly rotation: Secrets Manager's own events around the work of the function that does it. */
function secretRotation(): CloudTrailRecord[] {
  const trail = new Trail('secret rotation');
  const records: CloudTrailRecord[] = [];
  const secret = 'shop/database/app-Qr7sTu';
  const arn = `arn:aws:secretsmanager:us-east-1:${PROD}:secret:${secret}`;
  for (let at = utc('2025-05-12T22:00:10Z'); at < END; at += DAY + trail.random.int(-600, 600)) {
    const version = { SecretId: arn, ClientRequestToken: trail.random.uuid() };
    records.push(serviceEvent(trail, at, 'secretsmanager', 'RotationStarted', version));
    const grant = deliver(trail, {
      at: at + 2,
      service: 'lambda',
      role: roles.secretRotator,
      name: 'secret-rotator',
      minutes: 120,
      withAssumedRoleUser: false,
    });
    const origin = { ip: '10.40.21.200', ua: agents.lambda, vpce: 'vpce-07c2e9a4d1f3b6858' };
    const steps: Action[] = [
      actions.plain('secretsmanager', 'DescribeSecret', { secretId: arn }),
      actions.getSecretValue(PROD, secret),
      actions.plain(
        'secretsmanager',
        'PutSecretValue',
        { secretId: arn, clientRequestToken: version.ClientRequestToken, versionStages: ['AWSPENDING'] },
        { aRN: arn },
      ),
      actions.plain(
        'secretsmanager',
        'UpdateSecretVersionStage',
        { secretId: arn, versionStage: 'AWSCURRENT' },
        { aRN: arn },
      ),
    ];
    records.push(
      ...grant.records,
      ...steps.map((step, index) => trail.record(at + 4 + 3 * index, grant.session, step, origin)),
    );
    records.push(serviceEvent(trail, at + 18, 'secretsmanager', 'RotationSucceeded', version));
  }
  records.push(
    serviceEvent(trail, utc('2025-05-14T03:12:44Z'), 'kms', 'RotateKey', {
      keyId: '5d1f0c3a-2b7e-4f68-9a41-0c9d8e7f6a51',
    }),
  );
  records.push(
    serviceEvent(trail, utc('2025-05-15T02:01:09Z'), 'ec2', 'SharedSnapshotVolumeCreated', {
      snapshotId: 'snap-0e83092ae538da583',
    }),
  );
  return records;
}

export function servicesAtWork(): CloudTrailRecord[] {
  return [...linked.flatMap(linkedRoleWork), ...bucketChecks(), ...secretRotation()];
}
