/** Cases of `imdsv1-credential-use`: keys that version 1 of the metadata service gave out, and who uses them. */
import {
  actions,
  instanceIdentity,
  isJsonObject,
  role,
  roleSession,
  throughService,
  type Json,
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
  other,
  start,
  webRole,
  type World,
} from '../../unit/engine/support/world';
import { anchored, namedLikeInstance, second, third, told } from './instance-worlds';
import type { RuleCase } from './rule-case';

const home = from('2.2.2.2');
const thief = from('8.8.8.8');
const oldSdk = from('2.2.2.2', 'aws-sdk-java/1.11.100 Linux/5.10 OpenJDK_64-Bit_Server_VM/25 java/1.8.0');

/** The same session, with another value where records say `"1.0"`. */
function delivering(session: Session, value: Json): Session {
  const context = session.identity['sessionContext'];
  return {
    ...session,
    identity: {
      ...session.identity,
      sessionContext: { ...(isJsonObject(context) ? context : {}), ec2RoleDelivery: value },
    },
  };
}

/** A program with an old SDK, on each of these days, beside an agent that uses version 2. */
function legacy(world: World, days: number): void {
  for (let at = 0; at < days; at++) {
    const { v1, v2 } = world.delivers(at * day);
    world.heartbeat(at * day + minute, v2, '2.2.2.2').does(at * day + hour, v1, actions.listBuckets, oldSdk);
  }
}

export const cases: readonly RuleCase[] = [
  {
    name: 'stolen through version 1, used elsewhere, while the instance uses version 2',
    kind: 'positive',
    world: told('stolen', (world) => {
      const { v1 } = anchored(world);
      world.does(2 * hour, v1, actions.getCallerIdentity, thief).does(3 * hour, v1, actions.listBuckets, thief);
    }),
    expect: [
      {
        severity: 'medium',
        title: `IMDSv1 credentials of role web used beside IMDSv2 on ${instanceId}`,
        confidence: 'exact',
        count: 2,
        instanceIds: [instanceId],
        addresses: ['8.8.8.8'],
        techniques: ['T1552.005'],
        evidence: ['UpdateInstanceInformation', 'GetCallerIdentity', 'ListBuckets'],
        says: [
          '2 of 3 direct calls',
          'from 2025-05-12T10:00:00Z to 2025-05-12T11:00:00Z',
          '2 of them were made within 6 hours of calls with keys of version 2',
          'aws-cli|linux from 8.8.8.8',
        ],
      },
    ],
  },
  {
    name: 'from the instance itself, by a client that does not do so on other days',
    kind: 'positive',
    world: told('on the instance', (world) => world.does(2 * hour, anchored(world).v1, actions.listBuckets, home)),
    expect: [
      {
        severity: 'medium',
        count: 1,
        addresses: ['2.2.2.2'],
        says: ['1 of 2 direct calls', 'aws-cli|linux from 2.2.2.2'],
      },
    ],
  },
  {
    name: 'two days are not yet usual',
    kind: 'positive',
    world: told('two days', (world) => legacy(world, 2)),
    expect: [{ severity: 'medium', count: 2, says: ['on 2 days and 1 instance'] }],
  },
  {
    name: 'what it changes makes it no more severe: that is for other rules',
    kind: 'positive',
    world: told('writes', (world) =>
      world.does(2 * hour, anchored(world).v1, actions.plain('iam', 'CreateUser', { userName: 'x' }), thief),
    ),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'from a place of which nothing tells that the instance is there',
    kind: 'positive',
    world: told('unknown place', (world) => world.does(hour, world.delivers(0).v1, actions.listBuckets, home)),
    expect: [
      {
        severity: 'low',
        title: `IMDSv1 credentials of role web used on ${instanceId}`,
        count: 1,
        says: ['1 of 1 direct call', 'nothing tells that the instance is at 2.2.2.2'],
      },
    ],
  },
  {
    name: 'from elsewhere, while nothing uses version 2',
    kind: 'positive',
    world: told('elsewhere only', (world) => {
      world.launches(0, { ipAddress: '2.2.2.2' }).does(hour, world.delivers(minute).v1, actions.listBuckets, thief);
    }),
    expect: [{ severity: 'low', says: ['nothing tells that the instance is at 8.8.8.8'] }],
  },
  {
    name: 'keys of version 2 were used longer ago than the life of a delivery',
    kind: 'positive',
    world: told('another period', (world) => {
      anchored(world);
      world.does(6 * hour + minute + 1, world.delivers(6 * hour).v1, actions.listBuckets, thief);
    }),
    expect: [{ severity: 'low' }],
  },
  {
    name: 'keys of version 2 were used just that long ago',
    kind: 'positive',
    world: told('the same period', (world) => {
      anchored(world);
      world.does(6 * hour + minute, world.delivers(6 * hour).v1, actions.listBuckets, thief);
    }),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'keys of version 2 of another instance say nothing of this one',
    kind: 'positive',
    world: told('another instance', (world) => {
      world.heartbeat(hour, world.delivers(0, second).v2, '5.5.5.5', second);
      world.does(hour, world.delivers(0).v1, actions.listBuckets, home);
    }),
    expect: [{ severity: 'low', instanceIds: [instanceId], says: ['1 of 2 direct calls'] }],
  },
  {
    name: 'one finding a role, with all its instances',
    kind: 'positive',
    world: told('a role', (world) => {
      world.does(hour, world.delivers(0).v1, actions.listBuckets, home);
      world.does(2 * hour, world.delivers(0, second).v1, actions.listBuckets, from('5.5.5.5'));
      world.does(3 * hour, world.delivers(2 * hour).v1, actions.listBuckets, home);
    }),
    expect: [
      {
        severity: 'low',
        title: 'IMDSv1 credentials of role web used on 2 instances',
        count: 3,
        instanceIds: [instanceId, second],
        addresses: ['2.2.2.2', '5.5.5.5'],
        says: [`on ${instanceId} and ${second}`, 'from 2025-05-12T09:00:00Z to 2025-05-12T11:00:00Z'],
      },
    ],
  },
  {
    name: 'roles are apart, the most severe first',
    kind: 'positive',
    world: told('roles', (world) => {
      world.does(hour, world.delivers(0, second, role(account, 'db')).v1, actions.listBuckets, from('5.5.5.5'));
      world.does(2 * hour, anchored(world).v1, actions.listBuckets, thief);
    }),
    expect: [
      { severity: 'medium', title: `IMDSv1 credentials of role web used beside IMDSv2 on ${instanceId}` },
      { severity: 'low', title: `IMDSv1 credentials of role db used on ${second}` },
    ],
  },
  {
    name: 'the identity that Systems Manager gives an instance',
    kind: 'positive',
    world: told('identity', (world) => {
      const session = instanceIdentity(account, instanceId, 'ASIAIDENTITY12345678', start);
      world.does(hour, delivering(session, '1.0'), actions.listBuckets, home);
    }),
    expect: [{ severity: 'low', title: `IMDSv1 credentials of role aws:ec2-instance used on ${instanceId}` }],
  },
  {
    name: 'the delivery is not in the logs',
    kind: 'positive',
    world: told('unseen', (world) =>
      world.does(hour, namedLikeInstance('ASIADELIVERED1234567', '1.0'), actions.listBuckets, home),
    ),
    expect: [{ severity: 'low', instanceIds: [instanceId] }],
  },
  {
    name: 'the agent itself uses version 1',
    kind: 'negative',
    world: told('old agent', (world) => {
      const { v1 } = world.delivers(0);
      world.heartbeat(hour, v1, '2.2.2.2').does(2 * hour, v1, actions.getParameter('p'), from('9.9.9.9', agent));
    }),
    expect: [{ severity: 'info', count: 2, says: ['made by agents'] }],
  },
  {
    name: 'the agent uses version 1 on one day, version 2 besides',
    kind: 'negative',
    world: told('both agents', (world) => {
      world.heartbeat(hour, anchored(world).v1, '2.2.2.2');
    }),
    expect: [{ severity: 'info', count: 1 }],
  },
  {
    name: 'an old SDK on an instance that has no version 2 in use',
    kind: 'negative',
    world: told('old sdk', (world) => {
      world.launches(0, { ipAddress: '2.2.2.2' }).does(hour, world.delivers(minute).v1, actions.listBuckets, oldSdk);
    }),
    expect: [{ severity: 'info', count: 1, says: ['from where the instances are known to be'] }],
  },
  {
    name: 'an old SDK where the case file says that the instance is',
    kind: 'negative',
    world: told('case', (world) => world.does(hour, world.delivers(0).v1, actions.listBuckets, oldSdk)),
    settings: { trustedCidrs: ['2.2.2.0/24'] },
    expect: [{ severity: 'info' }],
  },
  {
    name: 'an old SDK that works on three days, beside an agent that uses version 2',
    kind: 'negative',
    world: told('three days', (world) => legacy(world, 3)),
    expect: [{ severity: 'info', count: 3, says: ['3 of 6 direct calls'], saysNot: ['keys of version 2'] }],
  },
  {
    name: 'an old SDK on three instances, beside agents that use version 2',
    kind: 'negative',
    world: told('fleet', (world) => {
      for (const id of [instanceId, second, third]) {
        const { v1, v2 } = world.delivers(0, id);
        world.heartbeat(minute, v2, '2.2.2.2', id).does(hour, v1, actions.listBuckets, oldSdk);
      }
    }),
    expect: [{ severity: 'info', count: 3 }],
  },
  {
    name: 'usual for a team that says after how many days',
    kind: 'negative',
    world: told('threshold', (world) => legacy(world, 2)),
    settings: { thresholds: { 'imdsv1-credential-use': { usualDays: 2 } } },
    expect: [{ severity: 'info' }],
  },
  {
    name: 'usual at home does not excuse the same client elsewhere',
    kind: 'positive',
    world: told('usual elsewhere', (world) => {
      legacy(world, 3);
      world.does(2 * day + 2 * hour, world.delivers(2 * day).v1, actions.listBuckets, { ...oldSdk, ip: '8.8.8.8' });
    }),
    expect: [{ severity: 'medium', count: 4, addresses: ['8.8.8.8'] }],
  },
  {
    name: 'within the period that is asked for, and counted there',
    kind: 'positive',
    world: told('since', (world) => {
      const { v1 } = anchored(world);
      world.does(2 * hour, v1, actions.listBuckets, thief).does(3 * hour, v1, actions.listBuckets, thief);
    }),
    options: { since: '2025-05-12T11:00:00Z' },
    expect: [{ severity: 'medium', count: 1, says: ['1 of 1 direct call '] }],
  },
  {
    name: 'a call that two accounts logged is one',
    kind: 'positive',
    world: told('twins', (world) => world.assumes(hour, world.delivers(0).v1, role(other, 'reader'), home)),
    expect: [{ severity: 'low', count: 1, says: ['1 of 1 direct call '] }],
  },
  {
    name: 'a managed node outside EC2 has no metadata service of EC2',
    kind: 'negative',
    world: told('hybrid', (world) => {
      const node = { role: webRole, name: 'mi-0123456789abcdef0', issuedAt: start, expiresAt: start + hour };
      const session = roleSession({ ...node, key: 'ASIAHYBRID1234567890', ec2RoleDelivery: '1.0' });
      world.does(minute, session, actions.listBuckets, home);
    }),
    expect: [],
  },
  {
    name: 'version 2 only',
    kind: 'negative',
    world: told('version 2', (world) => world.does(hour, anchored(world).v2, actions.listBuckets, thief)),
    expect: [],
  },
  {
    name: 'calls that services made with the key are not direct',
    kind: 'negative',
    world: told('forwarded', (world) => {
      const { v1 } = anchored(world);
      world.does(2 * hour, throughService(v1, 'athena'), actions.listBuckets, thief);
      world.does(2 * hour, v1, actions.listBuckets, from('AWS Internal'));
    }),
    expect: [],
  },
  {
    name: 'before the period that is asked for',
    kind: 'negative',
    world: told('before', (world) => world.does(2 * hour, anchored(world).v1, actions.listBuckets, thief)),
    options: { since: '2025-05-12T10:30:00Z' },
    expect: [],
  },
  {
    name: 'usual three days long, and on the fourth somebody else does it too',
    kind: 'positive',
    world: told('behind the usual', (world) => {
      legacy(world, 3);
      const { v1, v2 } = world.delivers(3 * day);
      world.heartbeat(3 * day + minute, v2, '2.2.2.2').does(3 * day + hour, v1, actions.listBuckets, home);
    }),
    expect: [{ severity: 'medium', count: 4, says: ['1 of them was made', 'aws-cli|linux from 2.2.2.2'] }],
  },
  ...[1, '1', '1.0'].map((value): RuleCase => ({
    name: `version 1, written ${JSON.stringify(value)}`,
    kind: 'ambiguous',
    world: told(`written ${JSON.stringify(value)}`, (world) =>
      world.does(hour, delivering(world.delivers(0).v1, value), actions.listBuckets, home),
    ),
    expect: [{ severity: 'low' }],
  })),
  ...['3.0', 'v1', true, null, 1.5].map((value): RuleCase => ({
    name: `another value says nothing: ${JSON.stringify(value)}`,
    kind: 'ambiguous',
    world: told(`other value ${JSON.stringify(value)}`, (world) =>
      world.does(hour, delivering(world.delivers(0).v1, value), actions.listBuckets, home),
    ),
    expect: [],
    notes: ['imdsv1-credential-use-not-told'],
  })),
  {
    name: 'both versions from one place, and nothing tells where the instance is',
    kind: 'ambiguous',
    world: told('mixed', (world) => {
      const { v1, v2 } = world.delivers(0);
      world.does(hour, v1, actions.listBuckets, oldSdk).does(hour, v2, actions.listBuckets, from('2.2.2.2', cli));
    }),
    expect: [{ severity: 'medium', count: 1 }],
  },
  {
    name: 'a session that is only called like an instance',
    kind: 'ambiguous',
    world: told('named', (world) => {
      world.does(hour, namedLikeInstance('ASIAIMITATED12345678'), actions.listBuckets, home);
      world.does(hour, world.assumes(0, world.alice, webRole, home, second), actions.listBuckets, home);
    }),
    expect: [],
  },
];
