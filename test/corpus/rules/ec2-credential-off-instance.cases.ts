/** Cases of `ec2-credential-off-instance`: where an instance is, and credentials of it that were used elsewhere. */
import {
  actions,
  instanceIdentity,
  throughService,
  type Action,
  type JsonObject,
  type Session,
} from '../../../scripts/sample/records';
import {
  account,
  agent,
  cli,
  day,
  from,
  hour,
  instanceId,
  minute,
  onMac,
  R1,
  start,
  type World,
} from '../../unit/engine/support/world';
import { anchored, namedLikeInstance, second, told } from './instance-worlds';
import type { ExpectedFinding, RuleCase } from './rule-case';

const home = from('2.2.2.2');
const thief = from('8.8.8.8');
const onKali = 'aws-cli/2.15.30 md/Botocore#2.0.0 ua/2.0 os/linux#6.6.9-kali-amd64 md/arch#x86_64 lang/python#3.11.8';
const write: Action = { source: 's3', name: 'PutBucketPolicy', params: { bucketName: 'b' } };
const high: readonly ExpectedFinding[] = [
  {
    severity: 'high',
    title: `Credentials of instance ${instanceId} (web) used from 8.8.8.8, not from the instance (2.2.2.2)`,
    addresses: ['8.8.8.8'],
  },
];

/** Known to be at 2.2.2.2; a call from elsewhere two hours later. */
function stolen(name: string, action: Action): () => World {
  return told(name, (world) => world.does(2 * hour, anchored(world).v1, action, thief));
}

/** Something tells that the instance is at 2.2.2.2; it is used from 8.8.8.8. */
function locatedBy(name: string, tells: (world: World, session: Session) => void): () => World {
  return told(name, (world) => {
    const { v2 } = world.delivers(minute);
    tells(world, v2);
    world.does(3 * hour, v2, actions.listBuckets, thief);
  });
}

function interfaceWith(fields: JsonObject): JsonObject {
  return { networkInterfaceSet: { items: [{ networkInterfaceId: 'eni-1', ...fields }] } };
}

export const cases: readonly RuleCase[] = [
  {
    name: '8.8.8.8, while the agent of the instance calls from 2.2.2.2',
    kind: 'positive',
    world: told('mission', (world) => {
      const { v1 } = anchored(world);
      world.does(2 * hour, v1, actions.getCallerIdentity, thief).does(3 * hour, v1, actions.listBuckets, thief);
    }),
    expect: [
      {
        severity: 'high',
        title: `Credentials of instance ${instanceId} (web) used from 8.8.8.8, not from the instance (2.2.2.2)`,
        confidence: 'exact',
        count: 2,
        addresses: ['8.8.8.8'],
        instanceIds: [instanceId],
        techniques: ['T1552.005', 'T1078.004'],
        evidence: ['UpdateInstanceInformation', 'GetCallerIdentity', 'ListBuckets'],
        says: ['2 calls with credentials that EC2 delivered', 'not a known address of the instance'],
      },
    ],
  },
  {
    name: 'the thief is in the logs before the instance',
    kind: 'positive',
    world: told('attacker first', (world) => {
      const { v1, v2 } = world.delivers(0);
      world.does(minute, v1, actions.getCallerIdentity, thief).heartbeat(hour, v2, '2.2.2.2');
    }),
    expect: high,
  },
  {
    name: 'the launch tells the address',
    kind: 'positive',
    world: locatedBy('launch', (world) => world.launches(0, { privateIpAddress: '10.0.0.5', ipAddress: '2.2.2.2' })),
    expect: high,
  },
  {
    name: 'an Elastic IP tells the address',
    kind: 'positive',
    world: locatedBy('elastic', (world) =>
      world.does(0, world.alice, actions.plain('ec2', 'AssociateAddress', { instanceId, publicIp: '2.2.2.2' })),
    ),
    expect: high,
  },
  {
    name: 'an interface that was attached later tells the address',
    kind: 'positive',
    world: locatedBy('interface', (world) => {
      const networkInterface = { networkInterfaceId: 'eni-2', association: { publicIp: '2.2.2.2' } };
      world.does(hour, world.alice, actions.plain('ec2', 'CreateNetworkInterface', {}, { networkInterface }));
      const attached = { instanceId, networkInterfaceId: 'eni-2', deviceIndex: 1 };
      world.does(2 * hour, world.alice, actions.plain('ec2', 'AttachNetworkInterface', attached));
    }),
    expect: high,
  },
  ...['CWAgent/1.300 (go1.22; linux) CloudWatchAgent/1.300', 'aws-sdk-go/1.55 (linux) ecs-agent/1.90', agent].map(
    (ua): RuleCase => ({
      name: `any call of an agent tells the address: ${ua}`,
      kind: 'positive',
      world: locatedBy(`agent ${ua}`, (world, session) =>
        world.does(hour, session, actions.plain('logs', 'DescribeLogGroups'), from('2.2.2.2', ua)),
      ),
      expect: high,
    }),
  ),
  ...['ListInstanceAssociations', 'PutInventory', 'PutComplianceItems', 'UpdateInstanceAssociationStatus'].map(
    (name): RuleCase => ({
      name: `${name} tells the address, whatever the client`,
      kind: 'positive',
      world: locatedBy(`call ${name}`, (world, session) =>
        world.does(hour, session, actions.plain('ssm', name, { instanceId }), home),
      ),
      expect: high,
    }),
  ),
  {
    name: 'the case file tells where the instance is',
    kind: 'positive',
    world: locatedBy('case', () => undefined),
    settings: { instances: { [instanceId]: ['2.2.2.0/24'] } },
    expect: [{ severity: 'high', addresses: ['8.8.8.8'] }],
  },
  {
    name: 'seen where the case file says that it may be, then elsewhere',
    kind: 'positive',
    world: locatedBy('trusted', (world, session) => world.does(hour, session, actions.listBuckets, home)),
    settings: { trustedCidrs: ['2.2.2.0/24'] },
    expect: high,
  },
  {
    name: 'a theft check alone is as red as more',
    kind: 'positive',
    world: stolen('check', actions.getCallerIdentity),
    expect: high,
  },
  {
    name: 'reading objects is not yet critical',
    kind: 'positive',
    world: stolen('read', actions.getObject(account, 'b', 'k')),
    expect: high,
  },
  ...[actions.plain('iam', 'CreateUser', { userName: 'x' }), actions.getSecretValue(account, 's'), write].map(
    (action): RuleCase => ({
      name: `${action.name} from elsewhere is critical`,
      kind: 'positive',
      world: stolen(`critical ${action.name}`, action),
      expect: [{ severity: 'critical', count: 1, says: ['1 call from there changed something or read a secret'] }],
    }),
  ),
  {
    name: 'a refused write is not critical',
    kind: 'positive',
    world: stolen('refused', { ...write, error: { code: 'AccessDenied', message: 'no' } }),
    expect: high,
  },
  {
    name: 'what the instance itself writes does not count',
    kind: 'positive',
    world: told('own write', (world) => {
      const { v1, v2 } = anchored(world);
      world.does(hour, v2, write, home).does(2 * hour, v1, actions.listBuckets, thief);
    }),
    expect: high,
  },
  {
    name: 'another host behind the VPC endpoint',
    kind: 'positive',
    world: told('other host', (world) => {
      world.launches(0, { privateIpAddress: '10.0.0.5' });
      const { v2 } = world.delivers(minute);
      world.does(hour, v2, actions.listBuckets, from('10.0.0.5', cli, 'vpce-1'));
      world.does(2 * hour, v2, actions.listBuckets, from('10.0.0.77', cli, 'vpce-1'));
    }),
    expect: [{ severity: 'high', addresses: ['10.0.0.77'], count: 1, says: ['another host behind the VPC endpoint'] }],
  },
  {
    name: 'a private address without an endpoint, of an instance that is known',
    kind: 'positive',
    world: told('private odd', (world) =>
      world.does(2 * hour, anchored(world).v1, actions.listBuckets, from('10.9.9.9')),
    ),
    expect: [{ severity: 'high', addresses: ['10.9.9.9'] }],
  },
  {
    name: 'the address of another instance of the same account',
    kind: 'positive',
    world: told('inside', (world) => {
      const { v1 } = anchored(world);
      world.heartbeat(hour, world.delivers(0, second).v2, '8.8.8.8', second);
      world.does(2 * hour, v1, actions.listBuckets, thief);
    }),
    expect: high,
  },
  {
    name: 'only habit tells where it is',
    kind: 'positive',
    world: told('habit', (world) => {
      const sessions = [0, 1, 2].map((at) => world.delivers(at * day).v2);
      sessions.forEach((session, at) => world.does(at * day + hour, session, actions.listBuckets, home));
      sessions.slice(2).forEach((session) => world.does(2 * day + 2 * hour, session, write, thief));
    }),
    expect: [{ severity: 'medium', addresses: ['8.8.8.8'], says: ['not where the instance usually calls from'] }],
  },
  {
    name: 'the address of a terminated instance',
    kind: 'positive',
    world: told('terminated', (world) => {
      const { v1 } = anchored(world);
      world.lifecycle(2 * hour, 'TerminateInstances').does(3 * hour, v1, actions.listBuckets, home);
    }),
    expect: [{ severity: 'high', addresses: ['2.2.2.2'], says: ['after the instance was terminated'] }],
  },
  {
    name: 'the address that it had before it was stopped',
    kind: 'positive',
    world: told('old address', (world) => {
      anchored(world);
      world.lifecycle(2 * hour, 'StopInstances').lifecycle(3 * hour, 'StartInstances');
      const { v1, v2 } = world.delivers(3 * hour + minute);
      world.heartbeat(4 * hour, v2, '5.5.5.5').does(5 * hour, v1, actions.listBuckets, home);
    }),
    expect: [{ severity: 'high', addresses: ['2.2.2.2'] }],
  },
  {
    name: 'an IPv6 address that is not the known one, however it is written',
    kind: 'positive',
    world: told('known v6', (world) => {
      world.launches(0, interfaceWith({ ipv6AddressesSet: { items: [{ ipv6Address: '2001:0db8:40:12::91' }] } }));
      const { v2 } = world.delivers(minute);
      world.does(hour, v2, actions.listBuckets, from('2001:DB8:40:12:0:0:0:92'));
      world.does(2 * hour, v2, actions.listBuckets, from('2001:db8:ffff::1'));
    }),
    expect: [{ severity: 'high', addresses: ['2001:db8:ffff::1'], count: 1 }],
  },
  {
    name: 'its only place, where a user works too',
    kind: 'positive',
    world: told('shared', (world) => {
      world.does(hour, world.delivers(0).v1, actions.listBuckets, thief);
      world.does(2 * hour, world.alice, actions.listBuckets, thief).does(hour, world.alice, actions.listBuckets);
    }),
    expect: [
      {
        severity: 'medium',
        title: `Credentials of instance ${instanceId} (web) used from 8.8.8.8, where people work`,
        says: ['the same address was used by access key', 'of user alice'],
      },
    ],
  },
  {
    name: 'its only place, where somebody works who signed on, with a client for attacks',
    kind: 'positive',
    world: told('shared kali', (world) => {
      world.does(hour, world.delivers(0).v1, actions.listBuckets, from('8.8.8.8', onKali));
      world.does(2 * hour, world.signsOn(0, 'bob'), actions.listBuckets, thief);
    }),
    expect: [{ severity: 'high', says: ['The client names kali', 'SSO user bob'] }],
  },
  {
    name: 'its only place, where people work, with a Mac beside Linux',
    kind: 'positive',
    world: told('shared mac', (world) => {
      const { v1, v2 } = world.delivers(0);
      world.does(hour, v1, actions.listBuckets, from('8.8.8.8', onMac));
      world.does(hour, v2, actions.listBuckets, from('8.8.8.8', cli));
      world.does(2 * hour, world.alice, actions.listBuckets, thief).does(hour, world.alice, actions.listBuckets);
    }),
    expect: [{ severity: 'high', says: ['The client says darwin'] }],
  },
  {
    name: 'one finding an instance, over its rotating sessions',
    kind: 'positive',
    world: told('rotation', (world) => {
      world.does(2 * hour, anchored(world).v1, actions.listBuckets, thief);
      world.does(7 * hour, world.delivers(6 * hour).v1, actions.listBuckets, from('9.9.9.9'));
      world.does(8 * hour, anchored(world, 6 * hour).v1, actions.listBuckets, home);
    }),
    expect: [{ severity: 'high', count: 2, addresses: ['8.8.8.8', '9.9.9.9'] }],
  },
  {
    name: 'the identity that Systems Manager gives an instance',
    kind: 'positive',
    world: told('identity', (world) => {
      const session = instanceIdentity(account, instanceId, 'ASIAIDENTITY12345678', start);
      world.heartbeat(hour, session, '2.2.2.2').does(2 * hour, session, actions.listBuckets, thief);
    }),
    expect: [{ severity: 'high', confidence: 'session', addresses: ['8.8.8.8'] }],
  },
  {
    name: 'an instance that calls from where it is, or nearby',
    kind: 'negative',
    world: told('quiet', (world) => {
      const { v1, v2 } = anchored(world);
      world.does(2 * hour, v1, write, home).does(3 * hour, v2, actions.listBuckets, from('2.2.2.99'));
    }),
    expect: [],
  },
  ...[
    { what: 'the exits of its VPC', settings: { egressByVpc: { 'vpc-0a1': ['2.2.2.2', '198.51.100.22'] } } },
    { what: 'the proxy of the company', settings: { trustedCidrs: ['198.51.100.0/24'] } },
    { what: 'a second address of it', settings: { instances: { [instanceId]: ['198.51.100.22'] } } },
  ].map(({ what, settings }): RuleCase => ({
    name: `two NAT gateways: the case file names ${what}`,
    kind: 'negative',
    world: told(`nat ${what}`, (world) => {
      world.launches(0);
      world.does(2 * hour, anchored(world, minute).v1, actions.listBuckets, from('198.51.100.22'));
    }),
    settings,
    expect: [],
  })),
  {
    name: 'the exit of another VPC does not count',
    kind: 'positive',
    world: told('other vpc', (world) => {
      world.launches(0);
      world.does(2 * hour, anchored(world, minute).v1, actions.listBuckets, from('198.51.100.22'));
    }),
    settings: { egressByVpc: { 'vpc-0b2': ['198.51.100.22'] } },
    expect: [{ severity: 'high', addresses: ['198.51.100.22'] }],
  },
  {
    name: 'stopped and started, with a new address',
    kind: 'negative',
    world: told('restart', (world) => {
      anchored(world);
      world.lifecycle(2 * hour, 'StopInstances').lifecycle(3 * hour, 'StartInstances');
      world.heartbeat(4 * hour, world.delivers(3 * hour + minute).v2, '5.5.5.5');
    }),
    expect: [],
  },
  {
    name: 'another Elastic IP',
    kind: 'negative',
    world: told('reassociation', (world) => {
      const { v2 } = anchored(world);
      world.does(2 * hour, world.alice, actions.plain('ec2', 'AssociateAddress', { instanceId, publicIp: '5.5.5.5' }));
      world.does(3 * hour, v2, actions.listBuckets, from('5.5.5.5'));
    }),
    expect: [],
  },
  {
    name: 'behind a VPC endpoint with its own private address',
    kind: 'negative',
    world: told('own private', (world) => {
      world.launches(0, { privateIpAddress: '10.0.0.5' });
      world.does(hour, world.delivers(minute).v2, actions.listBuckets, from('10.0.0.5', cli, 'vpce-1'));
    }),
    expect: [],
  },
  {
    name: 'calls that are not made from a place in a network',
    kind: 'negative',
    world: told('forwarded', (world) => {
      const { v1 } = anchored(world);
      const forwarded = throughService(v1, 'cloudformation');
      world.does(2 * hour, forwarded, actions.listBuckets, from('cloudformation.amazonaws.com'));
      world.does(2 * hour, throughService(v1, 'athena'), actions.listBuckets, thief);
      world.does(2 * hour, v1, actions.listBuckets, from('AWS Internal'));
      world.does(2 * hour, v1, actions.listBuckets, from('10.9.9.9', '[S3Console/0.4]', 'vpce-9'));
      world.does(2 * hour, v1, actions.listBuckets, from('127.0.0.1'));
    }),
    expect: [],
  },
  {
    name: 'a Mac alone is no sign',
    kind: 'negative',
    world: told('mac', (world) => {
      world.does(2 * hour, anchored(world).v1, actions.listBuckets, from('2.2.2.2', onMac));
    }),
    expect: [],
  },
  {
    name: 'its only place, where a user worked more than a day later, and other machines work',
    kind: 'negative',
    world: told('not shared', (world) => {
      world.does(hour, world.delivers(0).v1, actions.listBuckets, thief);
      world.does(2 * hour + day + 1, world.alice, actions.listBuckets, thief).does(0, world.alice, actions.listBuckets);
      world.does(hour, world.delivers(0, second).v2, actions.listBuckets, thief);
      world.chain(2 * hour, world.delivers(2 * hour, second).v2, [R1], thief);
    }),
    expect: [],
    notes: ['ec2-credential-off-instance-unlocated'],
  },
  {
    name: 'a session that is only called like an instance',
    kind: 'negative',
    world: told('named', (world) => {
      const imitated = namedLikeInstance('ASIAIMITATED12345678');
      world.heartbeat(hour, imitated, '2.2.2.2').does(2 * hour, imitated, actions.listBuckets, thief);
    }),
    expect: [],
  },
  {
    name: 'before the period that is asked for',
    kind: 'negative',
    world: stolen('before', actions.listBuckets),
    options: { since: '2025-05-12T11:00:00Z' },
    expect: [],
  },
  {
    name: 'the period begins after the calls that tell where it is',
    kind: 'positive',
    world: stolen('since', actions.listBuckets),
    options: { since: '2025-05-12T10:00:00Z' },
    expect: high,
  },
  {
    name: 'two places, and nothing tells which is the instance',
    kind: 'ambiguous',
    world: told('undecided', (world) => {
      const { v1, v2 } = world.delivers(0);
      world.does(hour, v2, actions.listBuckets, home).does(2 * hour, v1, write, thief);
    }),
    expect: [
      {
        severity: 'medium',
        title: `Credentials of instance ${instanceId} (web) used from several places: 2.2.2.2 and 8.8.8.8`,
      },
    ],
  },
  {
    name: 'only private addresses are known: a NAT gateway would explain it',
    kind: 'ambiguous',
    world: told('private only', (world) => {
      world.launches(0, { privateIpAddress: '10.0.0.5' });
      world.does(hour, world.delivers(minute).v2, actions.listBuckets, thief);
    }),
    expect: [{ severity: 'high', says: ['name that address under egressByVpc'] }],
  },
  {
    name: 'the first address behind an endpoint is taken for the instance',
    kind: 'ambiguous',
    world: told('first behind', (world) => {
      const { v2 } = anchored(world);
      world.does(hour, v2, actions.listBuckets, from('10.0.0.5', cli, 'vpce-1'));
      world.does(hour, v2, actions.listBuckets, from('10.0.0.5', cli, 'vpce-2'));
    }),
    expect: [],
  },
  {
    name: 'a second address behind an endpoint, and no known private one',
    kind: 'ambiguous',
    world: told('second behind', (world) => {
      const { v2 } = anchored(world);
      world.does(hour, v2, actions.listBuckets, from('10.0.0.5', cli, 'vpce-1'));
      world.does(2 * hour, v2, actions.listBuckets, from('10.0.0.6', cli, 'vpce-1'));
    }),
    expect: [{ severity: 'medium', addresses: ['10.0.0.6'] }],
  },
  {
    name: 'IPv6 beside a known IPv4 address may be the same host',
    kind: 'ambiguous',
    world: told('dual stack', (world) =>
      world.does(2 * hour, anchored(world).v2, actions.listBuckets, from('2001:db8:40:12::91')),
    ),
    expect: [],
  },
  {
    name: 'a second IPv6 network, and no known IPv6 address',
    kind: 'ambiguous',
    world: told('second v6', (world) => {
      const { v2 } = anchored(world);
      world.does(2 * hour, v2, actions.listBuckets, from('2001:db8:40:12::91'));
      world.does(3 * hour, v2, actions.listBuckets, from('2001:db8:ffff::1'));
    }),
    expect: [{ severity: 'medium', addresses: ['2001:db8:ffff::1'] }],
  },
  {
    name: 'the whole load knows one address: it may be anonymised',
    kind: 'ambiguous',
    world: told('one location', (world) => {
      world.does(hour, world.delivers(0).v1, actions.listBuckets, from('1.2.3.4'));
      world.does(hour, world.alice, actions.listBuckets, from('1.2.3.4'));
    }),
    expect: [{ severity: 'low', says: ['the only network location in these logs'] }],
    notes: ['one-location'],
  },
  {
    name: 'text that is no address is compared as text',
    kind: 'ambiguous',
    world: told('invalid', (world) => {
      const { v2 } = world.delivers(0);
      world.heartbeat(hour, v2, '253.252.51.07').does(2 * hour, v2, actions.listBuckets, from('253.252.51.07'));
      world.does(3 * hour, v2, actions.listBuckets, from('253.252.51.007'));
    }),
    expect: [{ severity: 'high', count: 1, addresses: ['253.252.51.007'] }],
  },
];
