/** Cases of `ec2-credential-chain`: instances that assume roles, and what only looks like it. */
import {
  actions,
  assumeRoleDenied,
  deliver,
  instanceIdentity,
  role,
  roleSession,
} from '../../../scripts/sample/records';
import {
  account,
  cli,
  day,
  from,
  hour,
  instanceId,
  minute,
  office,
  other,
  R1,
  R2,
  R3,
  start,
  webRole,
} from '../../unit/engine/support/world';
import { anchored, namedLikeInstance, second, third, told } from './instance-worlds';
import type { RuleCase } from './rule-case';

const home = from('2.2.2.2');
const thief = from('8.8.8.8');
const techniques = ['T1552.005', 'T1078.004', 'T1550.001'];

export const cases: readonly RuleCase[] = [
  {
    name: 'the first role is orange',
    kind: 'positive',
    world: told('one role', (world) => world.chain(hour, world.delivers(0).v1, [R1], home)),
    expect: [
      {
        severity: 'medium',
        title: `Instance ${instanceId} (web) assumed R1 with its own credentials`,
        confidence: 'exact',
        count: 1,
        instanceIds: [instanceId],
        addresses: ['2.2.2.2'],
        techniques,
        evidence: ['AssumeRole'],
        says: ['used to assume another role: R1'],
        saysNot: ['everyday', 'elsewhere'],
      },
    ],
  },
  {
    name: 'two roles in a row are red',
    kind: 'positive',
    world: told('two roles', (world) => world.chain(hour, world.delivers(0).v2, [R1, R2], home)),
    expect: [{ severity: 'high', evidence: ['AssumeRole', 'AssumeRole'], says: ['2 roles in a row: R1 → R2'] }],
  },
  {
    name: 'three roles in a row',
    kind: 'positive',
    world: told('three roles', (world) => world.chain(hour, world.delivers(0).v1, [R1, R2, R3], home)),
    expect: [{ severity: 'high', title: `Instance ${instanceId} (web) assumed R1 → R2 → R3 with its own credentials` }],
  },
  {
    name: 'one role, by a session that was also used elsewhere',
    kind: 'positive',
    world: told('one role, stolen', (world) => world.chain(hour, anchored(world).v1, [R1], thief)),
    expect: [
      {
        severity: 'critical',
        title: `Instance ${instanceId} (web) assumed R1 with its own credentials, which were also used elsewhere`,
        says: ['from elsewhere than the instance: 1 call from 8.8.8.8'],
      },
    ],
  },
  {
    name: 'two roles, from the instance itself, by a session that was also used elsewhere',
    kind: 'positive',
    world: told('two roles, stolen', (world) => {
      const { v1, v2 } = anchored(world);
      world.does(hour, v1, actions.getCallerIdentity, thief).chain(2 * hour, v2, [R1, R2], home);
    }),
    expect: [{ severity: 'critical', evidence: ['GetCallerIdentity', 'AssumeRole', 'AssumeRole'] }],
  },
  {
    name: 'the delivery is not in the logs, but marked in the session',
    kind: 'positive',
    world: told('marked', (world) => world.chain(hour, namedLikeInstance('ASIADELIVERED1234567', '2.0'), [R1], home)),
    expect: [{ severity: 'medium', confidence: 'exact' }],
  },
  {
    name: 'the identity that Systems Manager gives an instance',
    kind: 'positive',
    world: told('identity', (world) =>
      world.chain(hour, instanceIdentity(account, instanceId, 'ASIAIDENTITY12345678', start), [R1], home),
    ),
    expect: [{ severity: 'medium', instanceIds: [instanceId] }],
  },
  {
    name: 'a managed node outside EC2 is judged by the same rule',
    kind: 'positive',
    world: told('hybrid', (world) => {
      const node = roleSession({
        role: webRole,
        name: 'mi-0123456789abcdef0',
        key: 'ASIAHYBRID1234567890',
        issuedAt: start,
        expiresAt: start + hour,
        ec2RoleDelivery: '2.0',
      });
      world.chain(minute, node, [R1, R2], home);
    }),
    expect: [
      { severity: 'high', title: 'Managed node mi-0123456789abcdef0 (web) assumed R1 → R2 with its own credentials' },
    ],
  },
  {
    name: 'into another account, logged in both',
    kind: 'positive',
    world: told('two accounts', (world) => world.chain(hour, world.delivers(0).v1, [role(other, 'reader')], home)),
    expect: [{ severity: 'medium', count: 1, evidence: ['AssumeRole', 'AssumeRole'] }],
  },
  {
    name: 'one finding an instance and path, over its rotating sessions',
    kind: 'positive',
    world: told('rotation', (world) => {
      world.chain(hour, world.delivers(0).v1, [R1], home);
      world.chain(7 * hour, world.delivers(6 * hour).v2, [R1], home);
    }),
    expect: [{ severity: 'medium', count: 2, says: ['It happened 2 times.'] }],
  },
  {
    name: 'instances and paths are apart',
    kind: 'positive',
    world: told('apart', (world) => {
      const { v1 } = world.delivers(0);
      world.chain(hour, v1, [R1, R2], home);
      world.chain(2 * hour, v1, [R2, R1], home);
      world.chain(3 * hour, world.delivers(minute, second).v1, [R1, R2], home);
    }),
    expect: [
      { severity: 'high', title: `Instance ${instanceId} (web) assumed R1 → R2 with its own credentials` },
      { severity: 'high', title: `Instance ${instanceId} (web) assumed R2 → R1 with its own credentials` },
      { severity: 'high', title: `Instance ${second} (web) assumed R1 → R2 with its own credentials` },
    ],
  },
  {
    name: 'two days, and two instances, are not yet everyday',
    kind: 'positive',
    world: told('two days', (world) => {
      [0, 1].forEach((at) => world.chain(at * day + hour, world.delivers(at * day).v2, [R1], home));
      world.chain(day + hour, world.delivers(day, second).v2, [R1], home);
    }),
    expect: [
      { severity: 'medium', count: 2 },
      { severity: 'medium', count: 1 },
    ],
  },
  {
    name: 'two roles in a row stay red where they are everyday',
    kind: 'positive',
    world: told('everyday chain', (world) =>
      [0, 1, 2].forEach((at) => world.chain(at * day + hour, world.delivers(at * day).v2, [R1, R2], home)),
    ),
    expect: [{ severity: 'high', count: 3, saysNot: ['everyday'] }],
  },
  {
    name: 'an application that reads in another account every day',
    kind: 'negative',
    world: told('three days', (world) =>
      [0, 1, 2].forEach((at) =>
        world.chain(at * day + hour, world.delivers(at * day).v2, [role(other, 'reader')], home),
      ),
    ),
    expect: [{ severity: 'low', count: 3, says: ['everyday assumption of this instance role: one step less severe'] }],
  },
  {
    name: 'a fleet of Jenkins agents that all assume the deployment role',
    kind: 'negative',
    world: told('fleet', (world) =>
      [instanceId, second, third].forEach((id, at) => world.chain(hour + at, world.delivers(at, id).v2, [R1], home)),
    ),
    expect: [{ severity: 'low' }, { severity: 'low' }, { severity: 'low' }],
  },
  {
    name: 'kube2iam, suppressed by instance role and target',
    kind: 'negative',
    world: told('kube2iam', (world) => world.chain(hour, world.delivers(0).v2, [role(account, 'pod-reader')], home)),
    settings: { suppressions: [{ rule: 'ec2-credential-chain', caller: 'web', role: 'pod-*', reason: 'kube2iam' }] },
    expect: [{ severity: 'medium', suppressed: true }],
  },
  {
    name: 'the same chain by another role of instances is not suppressed',
    kind: 'positive',
    world: told('not kube2iam', (world) =>
      world.chain(hour, world.delivers(0, instanceId, role(account, 'db')).v2, [role(account, 'pod-reader')], home),
    ),
    settings: { suppressions: [{ rule: 'ec2-credential-chain', caller: 'web', role: 'pod-*', reason: 'kube2iam' }] },
    expect: [{ severity: 'medium', suppressed: false }],
  },
  {
    name: 'an instance that only works with its own role',
    kind: 'negative',
    world: told('works', (world) => {
      const { v2 } = anchored(world);
      world.does(hour, v2, actions.getObject(account, 'b', 'k'), home);
    }),
    expect: [],
  },
  {
    name: 'a refused assumption is none',
    kind: 'negative',
    world: told('refused', (world) => {
      const { v1 } = anchored(world);
      world.records.push(assumeRoleDenied(world.trail, start + hour, v1, R1, home));
    }),
    expect: [],
  },
  {
    name: 'people and other workloads that assume the same roles',
    kind: 'negative',
    world: told('others', (world) => {
      anchored(world);
      world.chain(hour, world.alice, [R1, R2], office);
      world.chain(hour, world.signsOn(0, 'bob'), [R1, R2], office);
      const lambda = deliver(world.trail, {
        at: start,
        service: 'lambda',
        role: role(account, 'fn'),
        name: instanceId,
        minutes: 120,
        withAssumedRoleUser: false,
      });
      world.records.push(...lambda.records);
      world.chain(hour, lambda.session, [R1], home);
    }),
    expect: [],
  },
  {
    name: 'before the period that is asked for',
    kind: 'negative',
    world: told('before', (world) => world.chain(hour, world.delivers(0).v1, [R1, R2], home)),
    options: { since: '2025-05-12T10:00:00Z' },
    expect: [],
  },
  {
    name: 'a session that is only called like an instance',
    kind: 'ambiguous',
    world: told('imitation', (world) => world.chain(hour, namedLikeInstance('ASIAIMITATED12345678'), [R1, R2], home)),
    expect: [],
  },
  {
    name: 'a session that a user asked for under the name of an instance',
    kind: 'ambiguous',
    world: told('imitation by a user', (world) => {
      const imitated = world.assumes(0, world.alice, webRole, office, instanceId);
      world.chain(hour, imitated, [R1, R2], home);
    }),
    expect: [],
  },
  {
    name: 'another session of the instance was used elsewhere, not this one',
    kind: 'ambiguous',
    world: told('another session', (world) => {
      world.does(hour, anchored(world).v1, actions.listBuckets, thief);
      world.chain(7 * hour, anchored(world, 6 * hour).v1, [R1, R2], home);
    }),
    expect: [{ severity: 'high', saysNot: ['elsewhere than'] }],
  },
  {
    name: 'one role, and two places of which nothing tells which is the instance',
    kind: 'ambiguous',
    world: told('undecided', (world) => {
      const { v2 } = world.delivers(0);
      world.does(hour, v2, actions.listBuckets, home).chain(2 * hour, v2, [R1], from('198.51.100.22', cli));
    }),
    expect: [{ severity: 'medium', says: ['from elsewhere than the instance: 1 call from 198.51.100.22'] }],
  },
];
