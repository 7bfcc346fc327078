/** Cases of `instance-credential-handoff`: somebody reaches into an instance, then its credentials are used. */
import { actions, throughService, type Action, type Caller, type JsonObject } from '../../../scripts/sample/records';
import {
  agent,
  alicesKey,
  cli,
  from,
  hour,
  instanceId,
  minute,
  onMac,
  type World,
} from '../../unit/engine/support/world';
import { anchored, second, told } from './instance-worlds';
import type { RuleCase } from './rule-case';

const there = from('8.8.8.8', onMac);
const sendCommand = actions.plain('ssm', 'SendCommand', {
  instanceIds: [instanceId],
  documentName: 'AWS-RunShellScript',
  parameters: 'HIDDEN_DUE_TO_SECURITY_REASONS',
});
const startSession = (target: string): Action => actions.plain('ssm', 'StartSession', { target });

const waysIn: readonly Action[] = [
  startSession(instanceId),
  actions.plain('ec2-instance-connect', 'SendSSHPublicKey', { instanceId, osUser: 'ec2-user' }),
  actions.plain('ec2-instance-connect', 'SendSerialConsoleSSHPublicKey', { instanceId, serialPort: 0 }),
  actions.plain('ec2', 'GetPasswordData', { instanceId }),
  actions.plain('ec2', 'GetConsoleOutput', { instanceId, latest: true }),
  actions.plain('ec2', 'DescribeInstanceAttribute', { instanceId, attribute: 'userData' }),
  actions.plain('ec2', 'ModifyInstanceAttribute', { instanceId, userData: '<sensitiveDataRemoved>' }),
  actions.plain('ec2', 'AssociateIamInstanceProfile', {
    AssociateIamInstanceProfileRequest: { InstanceId: instanceId, IamInstanceProfile: { Name: 'admin' } },
  }),
];

/** Alice reaches in from 8.8.8.8 after an hour; the key of version 2 is used from there ten minutes later. */
function handoff(name: string, action: Action, use = from('8.8.8.8', onMac), after = 12 * minute): () => World {
  return told(name, (world) => {
    const { v2 } = anchored(world);
    world.does(hour, world.alice, action, there).does(hour + after, v2, actions.listBuckets, use);
  });
}

/** Alice reaches in; a key of version 1 is first used some time later, from where the instance is. */
function timed(name: string, after: number, before?: (world: World, v1: Caller) => void): () => World {
  return told(name, (world) => {
    const { v1 } = anchored(world);
    before?.(world, v1);
    world.does(hour, world.alice, sendCommand, there).does(hour + after, v1, actions.listBuckets, from('2.2.2.2'));
  });
}

function targets(key: string, values: readonly string[]): JsonObject {
  return { targets: [{ key, values: [...values] }], documentName: 'AWS-RunShellScript' };
}

export const cases: readonly RuleCase[] = [
  {
    name: 'a command sent to the instance, then its credentials at the address of whoever sent it',
    kind: 'positive',
    world: handoff('handoff', sendCommand),
    expect: [
      {
        severity: 'high',
        title: `Credentials of instance ${instanceId} (web) used from 8.8.8.8, from where access key ${alicesKey} of user alice reached into it`,
        confidence: 'exact',
        count: 1,
        addresses: ['8.8.8.8'],
        instanceIds: [instanceId],
        techniques: ['T1651', 'T1552.005', 'T1021.007'],
        evidence: ['SendCommand', 'ListBuckets'],
        says: ['SendCommand at 2025-05-12T09:00:00Z from 8.8.8.8', '12 minutes later', '1 call'],
      },
    ],
  },
  ...waysIn.map((action): RuleCase => ({
    name: `another way in: ${action.name}`,
    kind: 'positive',
    world: handoff(`way ${action.name}`, action),
    expect: [{ severity: 'high', evidence: [action.name, 'ListBuckets'] }],
  })),
  {
    name: 'just within the hour',
    kind: 'positive',
    world: handoff('within', sendCommand, there, hour),
    expect: [{ severity: 'high', says: ['60 minutes later'] }],
  },
  {
    name: 'an SSO user, at the same IPv6 network',
    kind: 'positive',
    world: told('v6', (world) => {
      const { v2 } = anchored(world);
      world.does(hour, world.signsOn(0, 'bob'), startSession(instanceId), from('2001:db8:7::1a2b', onMac));
      world.does(hour + minute, v2, actions.listBuckets, from('2001:DB8:7:0:0:0:0:99', onMac));
    }),
    expect: [
      { severity: 'high', addresses: ['2001:db8:7::99'], says: ['SSO user bob (Engineer) called StartSession'] },
    ],
  },
  {
    name: 'behind VPC endpoints, each service with its own',
    kind: 'positive',
    world: told('endpoints', (world) => {
      const { v2 } = anchored(world);
      world.does(hour / 2, v2, actions.listBuckets, from('10.0.0.5', cli, 'vpce-1'));
      world.does(hour, world.alice, sendCommand, from('10.0.0.77', cli, 'vpce-2'));
      world.does(hour + minute, v2, actions.listBuckets, from('10.0.0.77', cli, 'vpce-1'));
    }),
    expect: [{ severity: 'high', addresses: ['10.0.0.77'] }],
  },
  {
    name: 'several people at one address are all named',
    kind: 'positive',
    world: told('several', (world) => {
      const { v2 } = anchored(world);
      world.does(hour, world.alice, sendCommand, there);
      world.does(hour + minute, world.signsOn(0, 'bob'), startSession(instanceId), there);
      world
        .does(hour + 5 * minute, v2, actions.listBuckets, there)
        .does(hour + 6 * minute, v2, actions.listBuckets, there);
    }),
    expect: [
      {
        severity: 'high',
        count: 2,
        title: `Credentials of instance ${instanceId} (web) used from 8.8.8.8, from where access key ${alicesKey} of user alice and SSO user bob (Engineer) reached into it`,
        evidence: ['SendCommand', 'StartSession', 'ListBuckets', 'ListBuckets'],
        says: ['user alice called SendCommand', 'SSO user bob (Engineer) called StartSession'],
      },
    ],
  },
  {
    name: 'instances are apart',
    kind: 'positive',
    world: told('instances', (world) => {
      const { v2 } = anchored(world);
      const other = world.delivers(0, second).v2;
      const both = actions.plain('ssm', 'SendCommand', { instanceIds: [instanceId, second] });
      world.does(hour, world.alice, startSession(instanceId), there);
      world.does(hour + 30, world.alice, both, there);
      world.does(hour + minute, v2, actions.listBuckets, there);
      world.does(hour + 2 * minute, other, actions.listBuckets, there);
    }),
    expect: [
      { severity: 'high', instanceIds: [instanceId] },
      { severity: 'high', instanceIds: [second] },
    ],
  },
  {
    name: 'targets that name the instance',
    kind: 'positive',
    world: handoff('named target', actions.plain('ssm', 'SendCommand', targets('InstanceIds', [instanceId]))),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'reached into before the period that is asked for, used in it',
    kind: 'positive',
    world: handoff('since', sendCommand),
    options: { since: '2025-05-12T09:10:00Z' },
    expect: [{ severity: 'high' }],
  },
  {
    name: 'nothing tells where the instance is',
    kind: 'positive',
    world: told('unknown', (world) => {
      const { v2 } = world.delivers(0);
      world.does(hour, world.alice, sendCommand, there).does(hour + minute, v2, actions.listBuckets, there);
    }),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'a key of version 1 first used minutes later, beside version 2',
    kind: 'positive',
    world: timed('timing', 10 * minute),
    expect: [
      {
        severity: 'low',
        title: `A key of instance ${instanceId} (web) was first used minutes after access key ${alicesKey} of user alice reached into it`,
        count: 1,
        addresses: ['2.2.2.2'],
        evidence: ['SendCommand', 'ListBuckets'],
        says: ['10 minutes later', 'timing only'],
      },
    ],
  },
  {
    name: 'the address says more than the time',
    kind: 'positive',
    world: told('both', (world) => {
      const { v1 } = anchored(world);
      world.does(hour, world.alice, sendCommand, there).does(hour + minute, v1, actions.listBuckets, there);
    }),
    expect: [{ severity: 'high', count: 1, saysNot: ['timing only'] }],
  },
  {
    name: 'before the period that is asked for',
    kind: 'negative',
    world: handoff('before the period', sendCommand),
    options: { since: '2025-05-12T09:30:00Z' },
    expect: [],
  },
  {
    name: 'more than an hour later',
    kind: 'negative',
    world: handoff('late', sendCommand, there, hour + 1),
    expect: [],
  },
  {
    name: 'an hour that the team wants longer',
    kind: 'positive',
    world: handoff('longer', sendCommand, there, hour + 1),
    settings: { thresholds: { 'instance-credential-handoff': { minutes: 90 } } },
    expect: [{ severity: 'high' }],
  },
  {
    name: 'used from where the instance is',
    kind: 'negative',
    world: handoff('at home', sendCommand, from('2.2.2.2')),
    expect: [],
  },
  {
    name: 'a neighbour of the address is another address',
    kind: 'negative',
    world: handoff('neighbour', sendCommand, from('8.8.8.9')),
    expect: [],
  },
  {
    name: 'another IPv6 network',
    kind: 'negative',
    world: told('other v6', (world) => {
      const { v2 } = anchored(world);
      world.does(hour, world.alice, startSession(instanceId), from('2001:db8:7::1a2b', onMac));
      world.does(hour + minute, v2, actions.listBuckets, from('2001:db8:7:1::1a2b', onMac));
    }),
    expect: [],
  },
  {
    name: 'operators who leave by the same way as the instance',
    kind: 'negative',
    world: told('shared exit', (world) => {
      const { v2 } = anchored(world);
      world.does(hour, world.alice, sendCommand, from('2.2.2.2', onMac));
      world.does(hour + minute, v2, actions.listBuckets, from('2.2.2.2', onMac));
    }),
    expect: [],
  },
  {
    name: 'a jump host that the case file trusts',
    kind: 'negative',
    world: handoff('jump host', sendCommand),
    settings: { trustedCidrs: ['8.8.8.0/24'] },
    expect: [],
  },
  {
    name: 'a refused command',
    kind: 'negative',
    world: handoff('refused', {
      source: 'ssm',
      name: 'SendCommand',
      params: { instanceIds: [instanceId], documentName: 'AWS-RunShellScript' },
      error: { code: 'InvalidInstanceId', message: 'Instances not in a valid state for account' },
    }),
    expect: [],
  },
  {
    name: 'another instance sent the command',
    kind: 'negative',
    world: told('by an instance', (world) => {
      const { v2 } = anchored(world);
      world.does(hour, world.delivers(0, second).v2, sendCommand, there);
      world.does(hour + minute, v2, actions.listBuckets, there);
    }),
    expect: [],
  },
  {
    name: 'another instance was reached into',
    kind: 'negative',
    world: handoff('other instance', startSession(second)),
    expect: [],
  },
  ...[
    actions.plain('ec2', 'DescribeInstanceAttribute', { instanceId, attribute: 'instanceType' }),
    actions.plain('ec2', 'ModifyInstanceAttribute', { instanceId, groupSet: { items: [{ groupId: 'sg-1' }] } }),
    actions.plain('ec2', 'RebootInstances', { instancesSet: { items: [{ instanceId }] } }),
  ].map((action): RuleCase => ({
    name: `no way in: ${action.name} of something else`,
    kind: 'negative',
    world: handoff(`no way ${action.name}`, action),
    expect: [],
  })),
  {
    name: 'used before it was reached into',
    kind: 'negative',
    world: handoff('before', sendCommand, there, -minute),
    expect: [],
  },
  {
    name: 'calls that a service made for one of them',
    kind: 'negative',
    world: told('forwarded', (world) => {
      const { v2 } = anchored(world);
      world.does(
        hour,
        throughService(world.alice, 'cloudformation'),
        sendCommand,
        from('cloudformation.amazonaws.com'),
      );
      world.does(hour + minute, throughService(v2, 'athena'), actions.listBuckets, there);
      world.does(2 * hour, world.alice, sendCommand, there);
      world.does(2 * hour + minute, throughService(v2, 'athena'), actions.listBuckets, there);
    }),
    expect: [],
  },
  {
    name: 'a key first used more than ten minutes later',
    kind: 'negative',
    world: timed('late key', 10 * minute + 1),
    expect: [],
  },
  {
    name: 'a key that was in use before',
    kind: 'negative',
    world: timed('old key', minute, (world, v1) => world.does(minute, v1, actions.listBuckets, from('2.2.2.2'))),
    expect: [],
  },
  {
    name: 'a key first used by the agent of the instance',
    kind: 'negative',
    world: timed('agent key', 2 * minute, (world, v1) =>
      world.does(hour + minute, v1, actions.heartbeat(instanceId), from('2.2.2.2', agent)),
    ),
    expect: [],
  },
  {
    name: 'a key of version 1 where version 2 is not in use',
    kind: 'negative',
    world: told('version 1 only', (world) => {
      const { v1 } = world.launches(0, { ipAddress: '2.2.2.2' }).delivers(minute);
      world.does(hour, world.alice, sendCommand, there).does(hour + minute, v1, actions.listBuckets, from('2.2.2.2'));
    }),
    expect: [],
  },
  {
    name: 'a key of version 2 is no sign by its time',
    kind: 'negative',
    world: told('version 2 later', (world) => {
      anchored(world);
      const { v2 } = world.delivers(hour - minute);
      world.does(hour, world.alice, sendCommand, there).does(hour + minute, v2, actions.listBuckets, from('2.2.2.2'));
    }),
    expect: [],
  },
  {
    name: 'targets by tag: which instances it reached is not known',
    kind: 'ambiguous',
    world: handoff('tags', actions.plain('ssm', 'SendCommand', targets('tag:Name', [instanceId]))),
    expect: [],
    notes: ['instance-credential-handoff-targets'],
  },
];
