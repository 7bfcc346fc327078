/**
 * The company's automation: Terraform through a hub role into production every day, GitHub Actions deploying through
 * CloudFormation, an old build server with a long-term key, a vendor reading metrics, a user rotating its key.
 * Roles are chained here too; that they are, every day and in the same way, is what makes them ordinary.
 */
import { actions } from './actions';
import { assumeRoleWithSaml, assumeRoleWithWebIdentity } from './federation';
import { assumeRole, createAccessKey, deliver, seenFromOutside } from './issuance';
import { associateAnalyticsAddress, launchOfAnalytics } from './launches';
import { iamUser, role, throughService, type Caller, type Session } from './principals';
import { HOUR, iamDate, MINUTE, utc, type Seconds } from './time';
import { serviceOrigin, Trail, type Action, type CloudTrailRecord, type Origin } from './trail';
import { addresses, agents, keys, people, PROD, roles, SHARED, SSO_PROVIDER, users, VENDOR, WORKDAYS } from './world';

/** Terraform's refresh: many reads, one after the other. */
const refresh: readonly Action[] = [
  actions.getCallerIdentity,
  actions.plain('ec2', 'DescribeVpcs', { vpcSet: {}, filterSet: {} }),
  actions.plain('ec2', 'DescribeSubnets', { subnetSet: {}, filterSet: {} }),
  actions.plain('ec2', 'DescribeRouteTables', { routeTableIdSet: {}, filterSet: {} }),
  actions.plain('ec2', 'DescribeNatGateways', {}),
  actions.plain('ec2', 'DescribeSecurityGroups', { securityGroupSet: {}, filterSet: {} }),
  actions.plain('iam', 'GetRole', { roleName: 'web-instance-role' }),
  actions.plain('iam', 'ListRolePolicies', { roleName: 'web-instance-role' }),
  actions.plain('iam', 'ListAttachedRolePolicies', { roleName: 'web-instance-role' }),
  actions.plain('iam', 'GetRole', { roleName: 'checkout-task-role' }),
  actions.plain('rds', 'DescribeDBInstances', { dBInstanceIdentifier: 'shop' }),
  actions.bucketConfig(PROD, 'GetBucketVersioning', 'examplecorp-orders'),
  actions.bucketConfig(PROD, 'GetBucketEncryption', 'examplecorp-orders'),
  actions.bucketConfig(PROD, 'GetBucketPolicy', 'examplecorp-shop-assets'),
  actions.plain('dynamodb', 'DescribeTable', { tableName: 'order-index' }),
];

export interface Terraform {
  readonly records: readonly CloudTrailRecord[];
  readonly analyticsLaunch: Seconds;
}

export function terraform(): Terraform {
  const trail = new Trail('terraform');
  const records: CloudTrailRecord[] = [];
  let analyticsLaunch: Seconds | undefined;
  WORKDAYS.forEach((day, index) => {
    const person = index % 2 === 0 ? people.ana : people.ben;
    const at = utc(`${day}T08:10:00Z`) + trail.random.int(0, 50 * MINUTE);
    const origin: Origin = { ip: person.ip, ua: agents.terraform };
    const cli: Origin = { ip: person.ip, ua: agents.cli };
    const person0 = assumeRoleWithSaml(trail, {
      at,
      role: roles.ssoEngineerShared,
      name: person.name,
      provider: SSO_PROVIDER,
      origin: cli,
      hours: 8,
    });
    const hub = assumeRole(trail, {
      at: at + 95,
      caller: person0.session,
      role: roles.terraformHub,
      name: 'terraform',
      origin,
    });
    const state = trail.record(
      at + 97,
      hub.session,
      actions.getObject(SHARED, 'examplecorp-tfstate', 'prod/main.tfstate'),
      origin,
    );
    // The state backend and the provider each assume the spoke: two keys within a second, one of them hardly used.
    const spoke = { caller: hub.session, role: roles.terraformSpoke, name: 'terraform', origin };
    const backend = assumeRole(trail, { ...spoke, at: at + 99 });
    const provider = assumeRole(trail, { ...spoke, at: at + (index % 2 === 0 ? 99 : 100) });
    records.push(...person0.records, ...hub.records, state, ...backend.records, ...provider.records);
    records.push(trail.record(at + 101, backend.session, actions.getCallerIdentity, origin));
    refresh.forEach((action, step) => {
      records.push(trail.record(at + 102 + Math.floor(step / 3), provider.session, action, origin));
    });
    const apply = (offset: Seconds, action: Action): void => {
      records.push(trail.record(at + offset, provider.session, action, origin));
    };
    if (index === 1) {
      analyticsLaunch = at + 180;
      apply(180, launchOfAnalytics(at + 180));
      apply(196, associateAnalyticsAddress);
    }
    if (index === 2) {
      const created = role(PROD, 'returns-task-role');
      apply(170, actions.createRole(created, 'ecs-tasks.amazonaws.com', iamDate(at + 170)));
      apply(
        172,
        actions.plain('iam', 'PutRolePolicy', {
          roleName: created.name,
          policyName: 'returns',
          policyDocument: '{"Version":"2012-10-17","Statement":[]}',
        }),
      );
    }
  });
  if (analyticsLaunch === undefined) throw new Error('analytics was never launched');
  return { records, analyticsLaunch };
}

/** GitHub Actions: sign-in by OIDC, one hop into production, and CloudFormation does the rest with its own role. */
export function deployments(): CloudTrailRecord[] {
  const trail = new Trail('deployments');
  const records: CloudTrailRecord[] = [];
  WORKDAYS.forEach((day, index) => {
    ['09:40:00', '13:15:00', '16:05:00'].forEach((clock, run) => {
      const at = utc(`${day}T${clock}Z`) + trail.random.int(0, 30 * MINUTE);
      const origin: Origin = { ip: `198.51.100.${trail.random.int(150, 199)}`, ua: agents.githubCli };
      const signIn = assumeRoleWithWebIdentity(trail, {
        at,
        role: roles.ciGithub,
        name: 'GitHubActions',
        issuer: 'token.actions.githubusercontent.com',
        audience: 'sts.amazonaws.com',
        subject: 'repo:examplecorp/shop:ref:refs/heads/main',
        origin,
      });
      const registry = actions.plain('ecr', 'GetAuthorizationToken', {}, null);
      records.push(...signIn.records, trail.record(at + 3, signIn.session, registry, origin));
      const deploy = assumeRole(trail, {
        at: at + 60,
        caller: signIn.session,
        role: roles.deployProduction,
        name: `shop-${day}-${run + 1}`,
        origin,
      });
      records.push(...deploy.records);
      const stack = `arn:aws:cloudformation:us-east-1:${PROD}:stack/shop/5b1c7d90-2f4e-11ef-9a3b-0e1f2a3b4c5d`;
      const changeSet = { stackName: 'shop', changeSetName: `release-${trail.random.hex(7)}` };
      const steps: Action[] = [
        actions.plain(
          'cloudformation',
          'CreateChangeSet',
          { ...changeSet, roleARN: roles.cfnExec.arn },
          { stackId: stack },
        ),
        actions.plain('cloudformation', 'DescribeChangeSet', changeSet),
        actions.plain('cloudformation', 'ExecuteChangeSet', changeSet),
        actions.plain('cloudformation', 'DescribeStacks', { stackName: 'shop' }),
      ];
      steps.forEach((action, step) => records.push(trail.record(at + 62 + 9 * step, deploy.session, action, origin)));
      records.push(...stackUpdate(trail, at + 85, index === 1 && run === 0));
    });
  });
  return records;
}

function stackUpdate(trail: Trail, at: Seconds, createsRole: boolean): CloudTrailRecord[] {
  const origin = serviceOrigin('cloudformation');
  const exec = deliver(trail, {
    at,
    service: 'cloudformation',
    role: roles.cfnExec,
    name: 'AWSCloudFormation',
    minutes: 60,
    withAssumedRoleUser: true,
  });
  const caller = throughService(exec.session, 'cloudformation');
  const steps: Action[] = [
    actions.plain('lambda', 'GetFunction20150331v2', { functionName: 'order-indexer' }),
    {
      ...actions.plain('lambda', 'UpdateFunctionCode20150331v2', {
        functionName: 'order-indexer',
        s3Bucket: 'examplecorp-artifacts',
        s3Key: `${trail.random.hex(32)}.zip`,
        publish: false,
      }),
      readOnly: false,
    },
    actions.plain('ecs', 'UpdateService', { cluster: 'shop', service: 'checkout', taskDefinition: 'checkout' }),
    actions.plain('ecs', 'DescribeServices', { cluster: 'shop', services: ['checkout'] }),
  ];
  const created = role(PROD, 'shop-ReturnsWorkerRole-1M2N3P4Q5R6S7');
  if (createsRole) steps.push(actions.createRole(created, 'lambda.amazonaws.com', iamDate(at + 8)));
  return [...exec.records, ...steps.map((action, step) => trail.record(at + 2 * step, caller, action, origin))];
}

/** The old build server: one long-term key, one call a morning, always from the same address. */
export function oldBuildServer(): CloudTrailRecord[] {
  const trail = new Trail('old build server');
  const caller = iamUser(users.legacyDeploy, keys.legacyDeploy);
  const origin: Origin = { ip: addresses.oldBuildServer, ua: agents.oldBuild };
  return WORKDAYS.flatMap((day) => {
    const at = utc(`${day}T06:30:00Z`) + trail.random.int(0, 120);
    return [
      trail.record(at, caller, actions.getCallerIdentity, origin),
      trail.record(at + 4, caller, actions.getObject(SHARED, 'examplecorp-artifacts', 'legacy/billing.tar.gz'), origin),
    ];
  });
}

/** A vendor of the company reads metrics with a role given to it; only the role's account sees the issuing call. */
export function vendor(): CloudTrailRecord[] {
  const trail = new Trail('vendor');
  const outside: Caller = seenFromOutside({
    account: VENDOR,
    identity: { principalId: 'AROAVENDORMETRICSEXAM:collector', accountId: VENDOR },
  });
  const origin: Origin = { ip: '203.0.113.77', ua: agents.boto };
  const records: CloudTrailRecord[] = [];
  for (const day of WORKDAYS) {
    for (const hour of ['06', '12', '18']) {
      const at = utc(`${day}T${hour}:02:00Z`) + trail.random.int(0, 90);
      const { records: twins, session } = assumeRole(trail, {
        at,
        caller: outside,
        role: roles.vendorMetrics,
        name: 'collector',
        origin,
        externalId: 'examplecorp-7341',
      });
      // The first copy stays in the vendor's own trail.
      records.push(...twins.slice(1));
      const calls: Action[] = [
        actions.plain('monitoring', 'ListMetrics', { namespace: 'AWS/ECS' }),
        actions.plain('monitoring', 'GetMetricData', { startTime: iamDate(at - HOUR), endTime: iamDate(at) }),
      ];
      calls.forEach((action, index) => records.push(trail.record(at + 2 + index, session, action, origin)));
    }
  }
  return records;
}

/** A mail relay rotating its own key: make the second, use it, switch the first off, delete it. */
export function keyRotation(): CloudTrailRecord[] {
  const trail = new Trail('key rotation');
  const origin: Origin = { ip: '198.51.100.230', ua: agents.boto };
  const before = iamUser(users.mailRelay, keys.mailRelayOld);
  const records: CloudTrailRecord[] = [];
  const quota = actions.plain('ses', 'GetSendQuota', null);
  const daily = (caller: Caller | Session, day: string): void => {
    records.push(trail.record(utc(`${day}T07:15:00Z`) + trail.random.int(0, 300), caller, quota, origin));
  };
  daily(before, WORKDAYS[0]);
  daily(before, WORKDAYS[1]);
  const at = utc(`${WORKDAYS[1]}T10:00:00Z`);
  const made = createAccessKey(trail, {
    at,
    caller: before,
    owner: users.mailRelay,
    key: keys.mailRelayNew,
    origin,
    ownKey: true,
  });
  const after = made.session;
  const own = { accessKeyId: keys.mailRelayOld };
  records.push(
    ...made.records,
    trail.record(at + 20, after, actions.getCallerIdentity, origin),
    trail.record(at + 31, after, quota, origin),
    trail.record(at + 90, after, actions.plain('iam', 'UpdateAccessKey', { ...own, status: 'Inactive' }), origin),
    trail.record(at + 95, after, actions.plain('iam', 'DeleteAccessKey', own), origin),
  );
  daily(after, WORKDAYS[2]);
  daily(after, WORKDAYS[3]);
  return records;
}
