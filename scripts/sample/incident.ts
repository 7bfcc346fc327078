/**
 * The night of 16 May: three cases that have nothing to do with each other but the hour.
 *  1. A leaked long-term key becomes three roles, one after the other, and the last makes a user with a key.
 *  2. The same, starting from an instance's own credentials, and the last role makes a key and opens a trust policy.
 *  3. Another instance's credentials are used from an address that is not the instance's.
 * Nobody has published a log of such a chain: shapes are those of the AWS reference, everything else is invented.
 */
import { actions } from './actions';
import type { Company } from './company';
import { assumeRole, assumeRoleDenied, createAccessKey, createUser } from './issuance';
import { iamUser, type Caller } from './principals';
import { isoTime, utc, type Seconds } from './time';
import { Trail, type Action, type CloudTrailRecord, type Origin } from './trail';
import { addresses, FOREIGN, fromInstance, instances, keys, PROD, roles, SHARED, users } from './world';

const foreignCli =
  'aws-cli/2.15.30 md/Botocore#2.0.0 ua/2.0 os/linux#6.6.15-amd64 md/arch#x86_64 lang/python#3.11.8 md/pyimpl#CPython cfg/retry-mode#standard md/prompt#off';
const onHost =
  'aws-cli/2.15.30 md/Botocore#2.0.0 ua/2.0 os/linux#6.1.90-99.173.amzn2023.x86_64 md/arch#x86_64 lang/python#3.9.16 md/pyimpl#CPython cfg/retry-mode#standard md/prompt#off';
const thiefLaptop =
  'Boto3/1.34.69 md/Botocore#1.34.69 ua/2.0 os/macos#23.4.0 md/arch#arm64 lang/python#3.12.2 md/pyimpl#CPython cfg/retry-mode#legacy';

function at(clock: string): Seconds {
  return utc(`2025-05-16T${clock}Z`);
}

/** Collects what one intruder does, in order. */
class Intrusion {
  readonly records: CloudTrailRecord[] = [];
  readonly trail: Trail;

  constructor(
    scenario: string,
    private readonly origin: Origin,
  ) {
    this.trail = new Trail(scenario);
  }

  does(clock: string, caller: Caller, action: Action): void {
    this.records.push(this.trail.record(at(clock), caller, action, this.origin));
  }

  isRefused(clock: string, caller: Caller, action: Action): void {
    this.does(clock, caller, actions.refused(action, caller.identity.arn ?? ''));
  }

  isRefusedRole(clock: string, caller: Caller, role: Parameters<typeof assumeRoleDenied>[3]): void {
    this.records.push(assumeRoleDenied(this.trail, at(clock), caller, role, this.origin));
  }

  assumes(
    clock: string,
    caller: Caller,
    role: Parameters<typeof assumeRoleDenied>[3],
    name: string,
  ): ReturnType<typeof assumeRole>['session'] {
    const grant = assumeRole(this.trail, { at: at(clock), caller, role, name, origin: this.origin });
    this.records.push(...grant.records);
    return grant.session;
  }

  keep(records: readonly CloudTrailRecord[]): void {
    this.records.push(...records);
  }
}

/** Case 1: `ci-legacy-deploy`'s key, from 192.0.2.66, three roles deep, and Bob. */
export function leakedKey(): CloudTrailRecord[] {
  const origin: Origin = { ip: addresses.keyThief, ua: foreignCli };
  const intrusion = new Intrusion('case 1', origin);
  const leaked = iamUser(users.legacyDeploy, keys.legacyDeploy);
  intrusion.does('00:47:31', leaked, actions.getCallerIdentity);
  intrusion.isRefused('00:48:02', leaked, actions.plain('iam', 'ListUsers'));
  intrusion.does('00:48:40', leaked, actions.plain('iam', 'GetUser', null));
  intrusion.does(
    '00:49:15',
    leaked,
    actions.plain('iam', 'ListAttachedUserPolicies', { userName: users.legacyDeploy.name }),
  );
  intrusion.does('00:50:03', leaked, actions.listBuckets);
  intrusion.isRefusedRole('00:51:44', leaked, roles.platformAdmin);
  // The trust was just widened elsewhere: refused twice, then granted, within seconds; and granted twice, as SDKs do.
  intrusion.isRefusedRole('00:53:08', leaked, roles.deployStaging);
  intrusion.isRefusedRole('00:53:10', leaked, roles.deployStaging);
  const first = intrusion.assumes('00:53:13', leaked, roles.deployStaging, 'botocore-session-1747356793');
  intrusion.assumes('00:53:13', leaked, roles.deployStaging, 'botocore-session-1747356793');
  intrusion.does('00:54:01', first, actions.getCallerIdentity);
  intrusion.does('00:55:20', first, actions.listBuckets);
  intrusion.does('00:56:12', first, actions.plain('iam', 'ListRoles', { maxItems: 100 }));
  intrusion.assumes('00:58:40', first, roles.deployProduction, 'botocore-session-1747357120');
  const second = intrusion.assumes('00:58:41', first, roles.deployProduction, 'botocore-session-1747357120');
  intrusion.does('00:59:30', second, actions.getCallerIdentity);
  intrusion.does('01:01:07', second, actions.plain('secretsmanager', 'ListSecrets', { maxResults: 100 }));
  intrusion.does('01:02:22', second, actions.getSecretValue(PROD, 'shop/database/app-Qr7sTu'));
  intrusion.isRefused('01:03:50', second, actions.plain('iam', 'CreateUser'));
  const third = intrusion.assumes('01:06:02', second, roles.platformAdmin, 'botocore-session-1747357562');
  intrusion.does('01:07:15', third, actions.getCallerIdentity);
  intrusion.does('01:08:49', third, actions.plain('iam', 'ListUsers', { maxItems: 100 }));
  intrusion.keep([createUser(intrusion.trail, at('01:11:20'), third, users.bob, origin)]);
  const made = createAccessKey(intrusion.trail, {
    at: at('01:11:52'),
    caller: third,
    owner: users.bob,
    key: keys.bob,
    origin,
  });
  intrusion.keep(made.records);
  intrusion.does('01:12:30', third, actions.attachUserPolicy(users.bob, 'arn:aws:iam::aws:policy/AdministratorAccess'));
  const bob = made.session;
  intrusion.does('01:15:03', bob, actions.getCallerIdentity);
  intrusion.does('01:16:10', bob, actions.plain('iam', 'ListAttachedUserPolicies', { userName: users.bob.name }));
  intrusion.does('01:17:26', bob, actions.listBuckets);
  intrusion.does('01:19:02', bob, actions.listObjects(PROD, 'examplecorp-orders', 'done/'));
  for (const clock of ['01:24:40', '01:24:47', '01:24:55', '01:25:03', '02:04:18', '02:04:29']) {
    const key = `done/orders/2025/05/${intrusion.trail.random.int(100000, 999999)}.json`;
    intrusion.does(clock, bob, actions.getObject(PROD, 'examplecorp-orders', key));
  }
  intrusion.does('02:11:33', bob, actions.plain('ec2', 'DescribeInstances', { instancesSet: {}, filterSet: {} }));
  return intrusion.records;
}

/** Case 2: the first-generation metadata key of web-1, used on web-1 itself. */
export function chainFromInstance(company: Company): CloudTrailRecord[] {
  const origin = fromInstance(instances.web1, onHost);
  const intrusion = new Intrusion('case 2', origin);
  const stolen = company.web1.sessionAt(at('01:21:04')).v1;
  intrusion.does('01:21:04', stolen, actions.getCallerIdentity);
  intrusion.isRefused('01:21:50', stolen, actions.plain('iam', 'ListRoles'));
  intrusion.isRefusedRole('01:22:31', stolen, roles.platformAdmin);
  const first = intrusion.assumes('01:23:19', stolen, roles.reportReader, 'web-report');
  intrusion.does('01:24:05', first, actions.getCallerIdentity);
  intrusion.does('01:25:41', first, actions.getParameter('/shop/reports/target-role'));
  const second = intrusion.assumes('01:28:57', first, roles.sharedAutomation, 'web-report');
  intrusion.does('01:29:44', second, actions.getCallerIdentity);
  intrusion.does('01:31:20', second, actions.plain('iam', 'ListRoles', { maxItems: 100 }));
  const third = intrusion.assumes('01:35:28', second, roles.iamOperator, 'web-report');
  intrusion.does('01:36:03', third, actions.plain('iam', 'ListUsers', { maxItems: 100 }));
  intrusion.keep(
    createAccessKey(intrusion.trail, {
      at: at('01:38:46'),
      caller: third,
      owner: users.backupOperator,
      key: keys.backupOperator,
      origin,
    }).records,
  );
  intrusion.does(
    '01:42:15',
    third,
    actions.updateTrust(roles.auditReadonly, {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: [`arn:aws:iam::${SHARED}:root`, `arn:aws:iam::${FOREIGN}:root`] },
          Action: 'sts:AssumeRole',
        },
      ],
    }),
  );
  return intrusion.records;
}

/** Case 3: analytics-1 is 2.2.2.2; its key speaks from 8.8.8.8. */
export function credentialsElsewhere(company: Company): CloudTrailRecord[] {
  const intrusion = new Intrusion('case 3', { ip: addresses.credentialThief, ua: thiefLaptop });
  const stolen = company.analytics.sessionAt(at('01:52:00')).v1;
  intrusion.does('01:52:37', stolen, actions.getCallerIdentity);
  intrusion.does('01:54:11', stolen, actions.listBuckets);
  intrusion.isRefused('01:55:02', stolen, actions.plain('iam', 'ListAttachedRolePolicies'));
  intrusion.isRefused('01:56:30', stolen, actions.plain('ec2', 'DescribeInstances'));
  intrusion.does('01:58:20', stolen, actions.listObjects(PROD, 'examplecorp-analytics', 'events/'));
  for (let part = 0; part < 14; part++) {
    const clock = isoTime(at('02:01:05') + part * 21).slice(11, 19);
    intrusion.does(
      clock,
      stolen,
      actions.getObject(PROD, 'examplecorp-analytics', `events/dt=2025-05-15/part-${part}.parquet`),
    );
  }
  intrusion.isRefused('02:19:48', stolen, actions.plain('ssm', 'DescribeParameters'));
  return intrusion.records;
}
