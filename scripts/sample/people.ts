/**
 * People at work: sign-ins through Identity Center for the command line and the console, an IAM user on call with
 * console and Switch Role, and the calls that services make on their behalf.
 */
import { actions } from './actions';
import { consoleFromPortal, consoleLogin, switchRole } from './console';
import { assumeRoleWithSaml } from './federation';
import { decryptFor } from './fleet';
import { launchOfWeb1 } from './launches';
import { isJsonObject, throughService, type Caller, type Role, type Session } from './principals';
import { HOUR, isoTime, MINUTE, utc, type Seconds } from './time';
import { internalOrigin, serviceOrigin, Trail, type Action, type CloudTrailRecord, type Origin } from './trail';
import { agents, instances, people, PROD, roles, SHARED, SSO_PROVIDER, users, WORKDAYS, type Person } from './world';

const consoleReads: readonly Action[] = [
  actions.plain('ec2', 'DescribeInstances', { maxResults: 100, instancesSet: {}, filterSet: {} }),
  actions.plain('ec2', 'DescribeVpcs', { vpcSet: {}, filterSet: {} }),
  actions.plain('ec2', 'DescribeSecurityGroups', { securityGroupSet: {}, filterSet: {} }),
  actions.plain('ec2', 'DescribeAddresses', { publicIpsSet: {}, filterSet: {} }),
  actions.plain('ec2', 'DescribeVolumes', { maxResults: 100, volumeSet: {}, filterSet: {} }),
  actions.plain('cloudwatch', 'DescribeAlarms', { maxRecords: 100 }),
  actions.plain('health', 'DescribeEventAggregates', { aggregateField: 'eventTypeCategory' }),
  actions.plain('rds', 'DescribeDBInstances', { maxRecords: 100 }),
  actions.plain('lambda', 'ListFunctions20150331', { maxItems: 50 }),
  actions.plain('ecs', 'ListClusters', null),
  actions.plain('ecs', 'DescribeServices', { cluster: 'shop', services: ['checkout'] }),
  actions.plain('logs', 'DescribeLogGroups', { limit: 50 }),
  actions.plain('cloudformation', 'DescribeStacks', null),
  actions.plain('ce', 'GetCostAndUsage', { granularity: 'DAILY' }),
  actions.plain('notifications', 'ListNotificationHubs', null),
];

const cliReads: readonly Action[] = [
  actions.getCallerIdentity,
  actions.plain('ecs', 'DescribeServices', { cluster: 'shop', services: ['checkout'] }),
  actions.plain('ecs', 'ListTasks', { cluster: 'shop' }),
  actions.plain('logs', 'FilterLogEvents', { logGroupName: '/ecs/checkout', limit: 100 }),
  actions.plain('cloudformation', 'DescribeStackEvents', { stackName: 'shop' }),
  actions.plain('ec2', 'DescribeInstances', { instancesSet: {}, filterSet: {} }),
  actions.bucketConfig(PROD, 'GetBucketLifecycle', 'examplecorp-orders'),
  actions.plain('sqs', 'GetQueueAttributes', { queueUrl: `https://sqs.us-east-1.amazonaws.com/${PROD}/orders` }),
];

/** What Identity Center itself records, in its own account, when a person asks for a role's credentials. */
function portalRecord(trail: Trail, at: Seconds, person: Person, role: Role): CloudTrailRecord {
  const caller: Caller = {
    account: SHARED,
    identity: {
      type: 'IdentityCenterUser',
      accountId: SHARED,
      onBehalfOf: {
        userId: `9067example-${person.name.split('.')[0] ?? ''}`,
        identityStoreArn: `arn:aws:identitystore::${SHARED}:identitystore/d-9067example`,
      },
      credentialId: trail.random.hex(40),
    },
  };
  return trail.record(
    at,
    caller,
    {
      source: 'sso',
      name: 'GetRoleCredentials',
      type: 'AwsServiceEvent',
      serviceEventDetails: { role_name: role.name.split('_')[1] ?? role.name, account_id: role.account },
    },
    { ip: person.ip, ua: agents.cli },
  );
}

/** A console page: a burst of reads over many keys, the S3 ones from inside AWS's own network. */
function consolePage(
  trail: Trail,
  at: Seconds,
  keys: readonly Session[],
  origin: Origin,
  reads: number,
): CloudTrailRecord[] {
  return Array.from({ length: reads }, (_, index) => {
    const key = trail.random.pick(keys);
    if (trail.random.chance(0.15)) {
      const proxy: Origin = {
        ip: '10.8.8.10',
        ua: agents.s3Console,
        vpce: 'vpce-f40dc59d',
        vpceAccount: '555566667777',
      };
      return trail.record(at + index, key, actions.listBuckets, proxy);
    }
    const ua = trail.random.chance(0.5) ? 'AWS Internal' : agents.browser;
    return trail.record(at + Math.floor(index / 3), key, trail.random.pick(consoleReads), {
      ip: origin.ip,
      ua,
      fromConsole: trail.random.chance(0.6),
    });
  });
}

function portalConsole(trail: Trail, at: Seconds, person: Person, role: Role): CloudTrailRecord[] {
  const origin: Origin = { ip: person.ip, ua: agents.browser };
  const portal = assumeRoleWithSaml(trail, { at, role, name: person.name, provider: SSO_PROVIDER, origin, hours: 8 });
  const console = consoleFromPortal(trail, at + 1, role, portal.session, person.name, origin, 12);
  const records = [portalRecord(trail, at, person, role), ...portal.records, ...console.records];
  for (let page = 0; page < 4; page++) {
    const opened = at + 5 + page * trail.random.int(300, 1500);
    records.push(...consolePage(trail, opened, console.keys, origin, trail.random.int(5, 9)));
  }
  return records;
}

function commandLine(
  trail: Trail,
  at: Seconds,
  person: Person,
  role: Role,
): { records: CloudTrailRecord[]; session: Session } {
  const origin: Origin = { ip: person.ip, ua: agents.cli };
  const { records: issued, session } = assumeRoleWithSaml(trail, {
    at,
    role,
    name: person.name,
    provider: SSO_PROVIDER,
    origin,
    hours: 8,
  });
  const records = [portalRecord(trail, at, person, role), ...issued];
  for (let when = at + 30; when < at + 7 * HOUR; when += trail.random.int(10, 60) * MINUTE) {
    records.push(trail.record(when, session, trail.random.pick(cliReads), origin));
    if (trail.random.chance(0.1)) {
      const refused = actions.refused(actions.plain('iam', 'ListUsers'), session.identity.arn ?? '');
      records.push(trail.record(when + 8, session, refused, origin));
    }
  }
  return { records, session };
}

export interface PeopleAtWork {
  readonly records: readonly CloudTrailRecord[];
  readonly web1Launch: Seconds;
}

export function peopleAtWork(): PeopleAtWork {
  const trail = new Trail('people');
  const records: CloudTrailRecord[] = [];
  let web1Launch: Seconds | undefined;
  WORKDAYS.forEach((day, index) => {
    const around = (clock: string): Seconds => utc(`${day}T${clock}Z`) + trail.random.int(0, 25 * MINUTE);
    records.push(...commandLine(trail, around('07:40:00'), people.chloe, roles.ssoReadOnlyProd).records);
    records.push(...portalConsole(trail, around('08:20:00'), people.erin, roles.ssoReadOnlyProd));
    records.push(...portalConsole(trail, around('12:30:00'), people.chloe, roles.ssoReadOnlyProd));
    const dev = commandLine(trail, around('09:10:00'), people.dev, roles.ssoEngineerProd);
    const origin: Origin = { ip: people.dev.ip, ua: agents.cli };
    records.push(...dev.records);
    // A secret read by hand: Secrets Manager decrypts it in the person's name, with a key made for that one call.
    const reading = dev.session.issuedAt + 2 * HOUR + trail.random.int(0, HOUR);
    const secret = 'shop/checkout/payment-api-Ab3dEf';
    records.push(
      trail.record(reading, dev.session, actions.getSecretValue(PROD, secret), origin),
      decryptFor(trail, reading, onBehalf(dev.session, reading, trail.temporaryKey()), secret),
    );
    if (index === 1) {
      web1Launch = dev.session.issuedAt + 52 * MINUTE;
      records.push(trail.record(web1Launch, dev.session, launchOfWeb1(web1Launch), origin));
    }
    if (index === 2) {
      const patch = actions.plain(
        'ssm',
        'SendCommand',
        {
          instanceIds: [instances.web1.id, instances.web2.id],
          documentName: 'AWS-RunPatchBaseline',
          parameters: 'HIDDEN_DUE_TO_SECURITY_REASONS',
        },
        { command: { commandId: trail.random.uuid(), documentName: 'AWS-RunPatchBaseline', status: 'Pending' } },
      );
      records.push(trail.record(dev.session.issuedAt + 77 * MINUTE, dev.session, patch, origin));
    }
  });
  records.push(...onCall(trail));
  if (web1Launch === undefined) throw new Error('web-1 was never launched');
  return { records, web1Launch };
}

/** A service calling as the person: the person's identity, a key and a creationDate of that moment. */
function onBehalf(session: Session, at: Seconds, key: string): Caller {
  const caller = throughService(session, 'secretsmanager', key);
  const context = caller.identity['sessionContext'];
  if (!isJsonObject(context)) throw new Error('no session context');
  return {
    account: caller.account,
    identity: {
      ...caller.identity,
      sessionContext: { ...context, attributes: { creationDate: isoTime(at), mfaAuthenticated: 'false' } },
    },
  };
}

/** The person on call: an IAM user of the identity account, looking into production by Switch Role. */
function onCall(trail: Trail): CloudTrailRecord[] {
  const origin: Origin = { ip: people.erin.ip, ua: agents.browser };
  const records: CloudTrailRecord[] = [];
  for (const day of WORKDAYS.slice(0, 3)) {
    const at = utc(`${day}T17:05:00Z`) + trail.random.int(0, 40 * MINUTE);
    const signIn = consoleLogin(trail, at, users.opsOncall, origin, 15);
    const first = signIn.keys[0];
    if (first === undefined) throw new Error('a sign-in without keys');
    records.push(...signIn.records, ...consolePage(trail, at + 4, signIn.keys, origin, 18));
    const health = actions.plain('health', 'DescribeEvents', { maxResults: 10 });
    records.push(
      trail.record(at + 6, throughService(first, 'health', trail.temporaryKey()), health, serviceOrigin('health')),
    );
    const prod = switchRole(trail, at + 300, first, users.opsOncall, roles.opsReadonly, origin, 8);
    records.push(...prod.records, ...consolePage(trail, at + 304, prod.keys, origin, 14));
    const firstInProd = prod.keys[0];
    if (firstInProd !== undefined) {
      const parameter = actions.decrypt(PROD, '5d1f0c3a-2b7e-4f68-9a41-0c9d8e7f6a51', {
        PARAMETER_ARN: `arn:aws:ssm:us-east-1:${PROD}:parameter/shop/web/feature-flags`,
      });
      records.push(trail.record(at + 310, throughService(firstInProd, 'AWS Internal'), parameter, internalOrigin));
    }
  }
  // The night of the incident: the message came at 02:40, the first look at 02:46.
  const night = utc('2025-05-16T02:46:12Z');
  const signIn = consoleLogin(trail, night, users.opsOncall, origin, 9);
  records.push(...signIn.records, ...consolePage(trail, night + 5, signIn.keys, origin, 12));
  const key = signIn.keys[1];
  if (key !== undefined) {
    const look: Origin = { ...origin, fromConsole: true };
    records.push(trail.record(night + 95, key, actions.plain('iam', 'ListUsers', { maxItems: 100 }), look));
    records.push(
      trail.record(
        night + 97,
        key,
        actions.plain('iam', 'ListAccessKeys', { userName: users.legacyDeploy.name }),
        look,
      ),
    );
  }
  return records;
}
