/**
 * Instances, functions and tasks of an ordinary week: deliveries of their roles, agents calling home, applications
 * reading and writing.
 */
import { actions } from './actions';
import { deliver, deliverToInstance } from './issuance';
import { instanceIdentity, type Role, type Session } from './principals';
import { HOUR, MINUTE, type Seconds } from './time';
import { Trail, type Action, type CloudTrailRecord, type Origin } from './trail';
import {
  addresses,
  agents,
  END,
  fromInstance,
  instances,
  PROD,
  roles,
  SHARED,
  START,
  throughEndpoint,
  vpcs,
  type Instance,
} from './world';

const APP_KEY = '5d1f0c3a-2b7e-4f68-9a41-0c9d8e7f6a51';

export interface InstanceHistory {
  readonly records: readonly CloudTrailRecord[];
  /** The session in force at a moment, with its two keys. */
  sessionAt(at: Seconds): { readonly v1: Session; readonly v2: Session };
}

/** From its first delivery to the end of the logs: new keys every six hours or so, a heartbeat every hour. */
export function instanceHistory(instance: Instance, from: Seconds, until: Seconds = END): InstanceHistory {
  const trail = new Trail(`instance ${instance.id}`);
  const records: CloudTrailRecord[] = [];
  const grants: { readonly v1: Session; readonly v2: Session }[] = [];
  for (let at = from; at < until;) {
    const grant = deliverToInstance(trail, at, instance.role, instance.id);
    records.push(...grant.records);
    grants.push(grant);
    // Renewed well before the shorter of the two runs out.
    at += trail.random.int(330, 358) * MINUTE + trail.random.int(0, 59);
  }
  const sessionAt = (at: Seconds): { readonly v1: Session; readonly v2: Session } => {
    const current = grants.findLast((grant) => grant.v2.issuedAt < at) ?? grants[0];
    if (current === undefined) throw new Error(`${instance.id} has no session`);
    return current;
  };
  for (let at = from + trail.random.int(60, 600); at < until; at += 55 * MINUTE + trail.random.int(0, 10 * MINUTE)) {
    records.push(
      trail.record(at, sessionAt(at).v2, actions.heartbeat(instance.id), fromInstance(instance, agents.ssmAgent)),
    );
    if (trail.random.chance(0.2)) {
      const associations = actions.plain('ssm', 'ListInstanceAssociations', {
        instanceId: instance.id,
        maxResults: 20,
      });
      records.push(trail.record(at + 1, sessionAt(at + 1).v2, associations, fromInstance(instance, agents.ssmAgent)));
    }
  }
  return { records, sessionAt };
}

/** More in the day than at night, so that the incident stands in a quiet hour as such things do. */
function pause(trail: Trail, at: Seconds, dayMinutes: number): Seconds {
  const hour = Math.floor((at % 86400) / HOUR);
  const factor = hour >= 7 && hour < 19 ? 1 : 3;
  return trail.random.int(Math.floor(dayMinutes * factor * 30), dayMinutes * factor * 90);
}

function webTraffic(instance: Instance, history: InstanceHistory, from: Seconds): CloudTrailRecord[] {
  const trail = new Trail(`web ${instance.id}`);
  const records: CloudTrailRecord[] = [];
  for (let at = from + 20 * MINUTE; at < END; at += pause(trail, at, 40)) {
    const session = history.sessionAt(at).v2;
    const image = actions.getObject(PROD, 'examplecorp-shop-assets', `img/${trail.random.int(1000, 9999)}.webp`);
    const calls: Action[] = trail.random.chance(0.2)
      ? [actions.getParameter('/shop/web/feature-flags')]
      : [actions.getItem(PROD, 'shop-sessions'), image];
    calls.forEach((action, index) => {
      records.push(trail.record(at + index, session, action, webOrigin(instance, action)));
    });
  }
  return records;
}

function webOrigin(instance: Instance, action: Action): Origin {
  // The dual-stack endpoint of S3 is reached over IPv6 by the host that has it.
  const ip = action.source === 's3' && instance.ipv6 !== undefined ? instance.ipv6 : instance.egress;
  return { ip, ua: agents.app };
}

function workerTraffic(instance: Instance, history: InstanceHistory): CloudTrailRecord[] {
  const trail = new Trail(`worker ${instance.id}`);
  const records: CloudTrailRecord[] = [];
  for (let at = START + 25 * MINUTE; at < END; at += pause(trail, at, 45)) {
    const session = history.sessionAt(at).v2;
    const order = `orders/2025/05/${trail.random.int(100000, 999999)}.json`;
    const s3 = throughEndpoint(instance, vpcs.s3Endpoint, agents.app);
    records.push(trail.record(at, session, actions.getObject(PROD, 'examplecorp-orders', order), s3));
    records.push(trail.record(at + 2, session, actions.putObject(PROD, 'examplecorp-orders', `done/${order}`), s3));
    if (trail.random.chance(0.15)) {
      const queue = actions.plain('sqs', 'GetQueueAttributes', {
        queueUrl: `https://sqs.us-east-1.amazonaws.com/${PROD}/orders`,
        attributeNames: ['ApproximateNumberOfMessages'],
      });
      records.push(trail.record(at + 3, session, queue, fromInstance(instance, agents.app)));
    }
  }
  return records;
}

function analyticsTraffic(history: InstanceHistory, from: Seconds): CloudTrailRecord[] {
  const trail = new Trail('analytics work');
  const records: CloudTrailRecord[] = [];
  for (let at = from + 30 * MINUTE; at < END; at += pause(trail, at, 60)) {
    const session = history.sessionAt(at).v2;
    const origin = fromInstance(instances.analytics, agents.boto);
    const prefix = `events/dt=2025-05-${trail.random.int(10, 15)}/`;
    records.push(trail.record(at, session, actions.listObjects(PROD, 'examplecorp-analytics', prefix), origin));
    const part = `${prefix}part-${trail.random.int(0, 63)}.parquet`;
    records.push(trail.record(at + 2, session, actions.getObject(PROD, 'examplecorp-analytics', part), origin));
  }
  return records;
}

interface FunctionShape {
  readonly name: string;
  readonly role: Role;
  readonly everyMinutes: number;
  readonly calls: (trail: Trail) => readonly Action[];
}

const functions: readonly FunctionShape[] = [
  {
    name: 'order-indexer',
    role: roles.orderIndexer,
    everyMinutes: 125,
    calls: (trail) => [
      actions.getObject(PROD, 'examplecorp-orders', `done/orders/2025/05/${trail.random.int(100000, 999999)}.json`),
      actions.getItem(PROD, 'order-index'),
      actions.getItem(PROD, 'order-index'),
    ],
  },
  {
    name: 'inventory-report',
    role: roles.inventoryReport,
    everyMinutes: 360,
    calls: (trail) => [
      actions.plain('ec2', 'DescribeInstances', { maxResults: 1000, instancesSet: {}, filterSet: {} }),
      trail.random.chance(0.4)
        ? {
            ...actions.plain('ec2', 'DescribeVolumes'),
            error: { code: 'Client.RequestLimitExceeded', message: 'Request limit exceeded.' },
          }
        : actions.plain('ec2', 'DescribeVolumes', { maxResults: 500, volumeSet: {}, filterSet: {} }),
      actions.plain('rds', 'DescribeDBInstances', { maxRecords: 100 }),
    ],
  },
];

function functionTraffic(shape: FunctionShape): CloudTrailRecord[] {
  const trail = new Trail(`lambda ${shape.name}`);
  const records: CloudTrailRecord[] = [];
  const origin: Origin = { ip: `203.0.113.${trail.random.int(200, 240)}`, ua: agents.lambda };
  for (
    let at = START + trail.random.int(60, 3600);
    at < END - 5 * MINUTE;
    at += shape.everyMinutes * MINUTE + trail.random.int(0, 300)
  ) {
    const { records: issued, session } = deliver(trail, {
      at,
      service: 'lambda',
      role: shape.role,
      name: shape.name,
      minutes: 120,
      withAssumedRoleUser: false,
    });
    records.push(...issued);
    shape.calls(trail).forEach((action, index) => {
      records.push(trail.record(at + 2 + 3 * index, session, action, origin));
    });
  }
  return records;
}

function taskTraffic(): CloudTrailRecord[] {
  const trail = new Trail('ecs checkout');
  const records: CloudTrailRecord[] = [];
  for (let at = START + 12 * MINUTE; at < END - HOUR; at += 4 * HOUR + trail.random.int(0, 1200)) {
    const task = trail.random.hex(32);
    const { records: issued, session } = deliver(trail, {
      at,
      service: 'ecs-tasks',
      role: roles.checkoutTask,
      name: task,
      minutes: 360,
      withAssumedRoleUser: true,
    });
    records.push(...issued);
    const origin: Origin = { ip: '10.40.31.52', ua: agents.fargate, vpce: vpcs.secretsEndpoint };
    const secret = actions.getSecretValue(PROD, 'shop/checkout/payment-api-Ab3dEf');
    records.push(trail.record(at + 40, session, secret, origin));
    for (let call = 1; call <= 6; call++) {
      const when = at + 40 + call * trail.random.int(60, 1800);
      if (when >= END) break;
      records.push(
        trail.record(when, session, actions.getItem(PROD, 'shop-carts'), { ip: addresses.natB, ua: agents.fargate }),
      );
    }
  }
  return records;
}

/** An instance without a profile, managed with the account's default role. */
function defaultManagedHost(): CloudTrailRecord[] {
  const trail = new Trail('managed host');
  const records: CloudTrailRecord[] = [];
  for (let from = START; from < END; from += 12 * HOUR) {
    const session = instanceIdentity(SHARED, 'i-0c6f1e8b2a9d74035', trail.temporaryKey(), from);
    for (const hours of [0.4, 2.1, 4.3]) {
      const at = from + Math.floor(hours * HOUR);
      if (at < END) {
        records.push(
          trail.record(at, session, actions.heartbeat('i-0c6f1e8b2a9d74035'), {
            ip: addresses.natA,
            ua: agents.ssmAgent,
          }),
        );
      }
    }
  }
  return records;
}

/** Decryption that a service does for a caller; the keys of these records exist for one call only. */
export function decryptFor(
  trail: Trail,
  at: Seconds,
  caller: Parameters<Trail['record']>[1],
  secret: string,
): CloudTrailRecord {
  return trail.record(
    at,
    caller,
    actions.decrypt(PROD, APP_KEY, { SecretARN: `arn:aws:secretsmanager:us-east-1:${PROD}:secret:${secret}` }),
    { ip: 'secretsmanager.amazonaws.com', ua: 'secretsmanager.amazonaws.com' },
  );
}

export interface Fleet {
  readonly records: readonly CloudTrailRecord[];
  readonly web1: InstanceHistory;
  readonly analytics: InstanceHistory;
}

export function fleet(launches: { readonly web1: Seconds; readonly analytics: Seconds }): Fleet {
  const web1 = instanceHistory(instances.web1, launches.web1 + 8);
  const analytics = instanceHistory(instances.analytics, launches.analytics + 9);
  const records: CloudTrailRecord[] = [...web1.records, ...analytics.records];
  for (const instance of [instances.web2, instances.web3]) {
    const history = instanceHistory(instance, START);
    records.push(...history.records, ...webTraffic(instance, history, START));
  }
  for (const instance of [instances.worker1, instances.worker2]) {
    const history = instanceHistory(instance, START);
    records.push(...history.records, ...workerTraffic(instance, history));
  }
  records.push(...webTraffic(instances.web1, web1, launches.web1));
  records.push(...analyticsTraffic(analytics, launches.analytics));
  for (const shape of functions) records.push(...functionTraffic(shape));
  records.push(...taskTraffic(), ...defaultManagedHost());
  return { records, web1, analytics };
}
