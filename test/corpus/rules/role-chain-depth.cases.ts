/**
 * The cases of `role-chain-depth`: every way to the first credential, what counts as an assumption, what makes it more or less
 * severe, and what leaves it open. Chains of roles are shaped after the AWS STS reference.
 */
import {
  actions,
  assumeRoleDenied,
  assumeRoleForPodIdentity,
  assumeRoot,
  deliver,
  getSessionToken,
  longTermKey,
  role,
  roleSession,
  throughService,
  user,
  type Role,
  type Session,
} from '../../../scripts/sample/records';
import {
  account,
  alice,
  alicesKey,
  day,
  from,
  hour,
  minute,
  office,
  other,
  R1,
  R2,
  R3,
  start,
  stranger,
  World,
} from '../../unit/engine/support/world';

import { firsts } from './first-credentials';
import { told } from './instance-worlds';
import type { RuleCase } from './rule-case';
import { assumesAmbiguously, signsInToConsole, switches, withTokenOf } from './shapes';

const R4 = role(account, 'R4');
const orange = { severity: 'medium', count: 1, says: ['possibly anomalous'] } as const;
const red = { severity: 'high', count: 1, says: ['most likely anomalous'] } as const;

/** A role session whose issuing record is not in the logs. */
function unseen(of: Role = R1): Session {
  return roleSession({ role: of, name: 'x', key: 'ASIAUNSEEN1234567890', issuedAt: start, expiresAt: start + hour });
}

/** From a first credential that is no assumption: two roles are two, whatever it is. */
function twoFrom(what: string, first: (world: World) => Session, label: string): RuleCase {
  return {
    name: `two roles from ${what}`,
    kind: 'positive',
    world: () => {
      const world = new World(`two from ${what}`);
      world.chain(hour / 2, first(world), [R1, R2]);
      return world;
    },
    expect: [{ ...orange, title: `Second role assumption: R1 → R2, from ${label}` }],
  };
}

/** One role from it is what roles are for. */
function oneFrom(what: string, first: (world: World) => Session): RuleCase {
  return {
    name: `one role from ${what}`,
    kind: 'negative',
    world: () => {
      const world = new World(`one from ${what}`);
      world.chain(hour / 2, first(world), [R1]);
      return world;
    },
    expect: [],
  };
}

const counting: readonly RuleCase[] = [
  {
    name: 'a key of a user, three roles: the mission’s',
    kind: 'positive',
    world: told('three', (world) => {
      world.chain(0, world.alice, [R1, R2, R3]);
    }),
    expect: [
      {
        ...red,
        title: `Third role assumption: R1 → R2 → R3, from access key ${alicesKey} of user alice`,
        confidence: 'exact',
        suppressed: false,
        addresses: [office.ip],
        instanceIds: [],
        techniques: ['T1550.001', 'T1078.004', 'T1548.005'],
        evidence: ['AssumeRole', 'AssumeRole', 'AssumeRole', 'ListBuckets'],
      },
    ],
  },
  {
    name: 'a key of a user, two roles',
    kind: 'positive',
    world: told('two', (world) => {
      world.chain(0, world.alice, [R1, R2]);
    }),
    expect: [{ ...orange, title: `Second role assumption: R1 → R2, from access key ${alicesKey} of user alice` }],
  },
  {
    name: 'an instance, three roles',
    kind: 'positive',
    world: told('three from an instance', (world) => {
      world.chain(hour, world.delivers(0).v2, [R1, R2, R3]);
    }),
    expect: [{ ...red, instanceIds: ['i-0123456789abcdef0'] }],
  },
  ...firsts.map(([what, first, label]) => twoFrom(what, first, label)),
  ...firsts.map(([what, first]) => oneFrom(what, first)),
  {
    name: 'two roles from a pod, whose delivery two records tell',
    kind: 'positive',
    world: told('pod', (world) => {
      const grant = assumeRoleForPodIdentity(world.trail, start + minute, world.delivers(0).v2, R4, 'c1', 'p1', office);
      world.records.push(...grant.records);
      world.chain(hour, grant.session, [R1, R2]);
    }),
    expect: [{ ...orange, instanceIds: [] }],
  },
  {
    name: 'a session token is no assumption: two roles through it are two',
    kind: 'positive',
    world: told('token', (world) => {
      const grant = getSessionToken(world.trail, { at: start, caller: world.alice, user: alice, origin: office });
      world.records.push(...grant.records);
      world.chain(hour, grant.session, [R1, R2]);
    }),
    expect: [{ ...orange, title: `Second role assumption: R1 → R2, from access key ${alicesKey} of user alice` }],
  },
  {
    name: 'a session token and one role',
    kind: 'negative',
    world: told('token and one', (world) => {
      const grant = getSessionToken(world.trail, { at: start, caller: world.alice, user: alice, origin: office });
      world.records.push(...grant.records);
      world.chain(hour, grant.session, [R1]);
    }),
    expect: [],
  },
  {
    name: 'a login by OIDC with a token that a role session asked for is an assumption, not a first login',
    kind: 'positive',
    world: told('outbound federation', (world) => {
      const held = withTokenOf(world, 2 * minute, world.assumes(0, world.alice, R1), R2);
      world.does(5 * minute, held, actions.listBuckets);
    }),
    expect: [{ ...orange, evidence: ['AssumeRole', 'AssumeRoleWithWebIdentity', 'ListBuckets'] }],
  },
  {
    name: 'AssumeRoot at the end of a chain is an assumption',
    kind: 'positive',
    world: told('root at the end', (world) => {
      const first = world.assumes(minute, world.signsOn(0, 'ana'), R1);
      const grant = assumeRoot(world.trail, start + hour / 2, first, other, 'S3UnlockBucketPolicy', office);
      world.records.push(...grant.records);
      world.does(hour / 2 + minute, grant.session, actions.listBuckets);
    }),
    expect: [{ ...orange, evidence: ['AssumeRole', 'AssumeRoot', 'ListBuckets'] }],
  },
  {
    name: 'Switch Role in the console counts once, though three records tell it',
    kind: 'positive',
    world: told('switch', (world) => {
      const held = signsInToConsole(world, 0, alice);
      world.does(minute, held, actions.plain('ec2', 'DescribeInstances'));
      const switched = switches(world, 10 * minute, held, alice, role(other, 'Auditor'));
      world.does(11 * minute, switched, actions.listBuckets);
      world.chain(12 * minute, switched, [role(other, 'Deeper')]);
    }),
    expect: [{ ...orange, title: 'Second role assumption: Auditor → Deeper, from the console sign-in of user alice' }],
  },
  {
    name: 'Switch Role alone',
    kind: 'negative',
    world: told('switch alone', (world) => {
      const held = signsInToConsole(world, 0, alice);
      world.does(minute, held, actions.plain('ec2', 'DescribeInstances'));
      const switched = switches(world, 10 * minute, held, alice, role(other, 'Auditor'));
      world.does(11 * minute, switched, actions.listBuckets);
    }),
    expect: [],
  },
  {
    name: 'the count starts again at a created key, whose lineage goes on',
    kind: 'positive',
    world: told('created key', (world) => {
      const third = world.chain(0, world.alice, [R1, R2, R3]);
      world.chain(2 * hour, world.createsKey(hour, third, user(account, 'bob'), longTermKey('bob')), [R4]);
    }),
    expect: [{ ...red }],
  },
  {
    name: 'two keys of one instance are one session: one chain made twice',
    kind: 'positive',
    world: told('two keys', (world) => {
      const { v1, v2 } = world.delivers(0);
      world.chain(hour, v1, [R1, R2]);
      world.chain(2 * hour, v2, [R1, R2]);
    }),
    expect: [{ severity: 'medium', count: 2, says: ['The same chain was made 2 times.'] }],
  },
  {
    name: 'a chain that two accounts logged is one chain',
    kind: 'positive',
    world: told('twins', (world) => {
      world.chain(0, world.alice, [role(other, 'R1'), role(other, 'R2')]);
    }),
    expect: [{ ...orange, evidence: ['AssumeRole', 'AssumeRole', 'AssumeRole', 'ListBuckets'] }],
  },
  {
    name: 'branches that differ later are findings of their own; equal ones are counted',
    kind: 'positive',
    world: told('branches', (world) => {
      const first = world.assumes(0, world.alice, R1);
      for (const at of [hour / 4, hour / 2]) {
        world.does(at + minute, world.assumes(at, first, R2), actions.listBuckets);
      }
      world.does(hour, world.assumes(hour - minute, first, R3), actions.listBuckets);
    }),
    expect: [
      // They begin with the same record: the order is that of their ids.
      {
        severity: 'medium',
        count: 1,
        title: `Second role assumption: R1 → R3, from access key ${alicesKey} of user alice`,
      },
      {
        severity: 'medium',
        count: 2,
        title: `Second role assumption: R1 → R2, from access key ${alicesKey} of user alice`,
      },
    ],
  },
  {
    name: 'a shorter chain from the same root is told beside the longer one of which it is no part',
    kind: 'positive',
    world: told('prefix', (world) => {
      world.chain(0, world.alice, [R1, R2, R3]);
      world.chain(hour, world.alice, [R1, R2]);
    }),
    expect: [
      { severity: 'high', count: 1 },
      { severity: 'medium', count: 1 },
    ],
  },
  {
    name: 'an SDK that asked twice on the way to a third role: what it left unused is no shorter chain',
    kind: 'positive',
    world: told('siblings on the way', (world) => {
      const first = world.assumes(0, world.alice, R1);
      world.assumes(minute, first, R2);
      world.chain(2 * minute, world.assumes(minute + 1, first, R2), [R3]);
    }),
    expect: [red],
  },
  {
    name: 'an SDK that asked twice for its first role',
    kind: 'negative',
    world: told('siblings of the first', (world) => {
      world.assumes(0, world.alice, R1);
      world.does(minute, world.assumes(0, world.alice, R1), actions.listBuckets);
    }),
    expect: [],
  },
  {
    name: 'what a service does on behalf of a session is no assumption',
    kind: 'negative',
    world: told('forwarded', (world) => {
      const first = world.assumes(0, world.alice, R1);
      const grant = deliver(world.trail, {
        at: start + minute,
        service: 'cloudformation',
        role: R2,
        name: 'AWSCloudFormation',
        minutes: 60,
        withAssumedRoleUser: true,
      });
      world.records.push(...grant.records);
      world.does(2 * minute, throughService(first, 'cloudformation', null), actions.listBuckets);
      world.does(2 * minute, throughService(grant.session, 'cloudformation', null), actions.listBuckets);
    }),
    expect: [],
  },
  {
    name: 'refused twice and then granted, as IAM spreads a change: one assumption',
    kind: 'negative',
    world: told('propagation', (world) => {
      for (const at of [0, 2]) {
        world.records.push(assumeRoleDenied(world.trail, start + at, world.alice, R1, office));
      }
      world.chain(5, world.alice, [R1]);
    }),
    expect: [],
  },
];

const settings: readonly RuleCase[] = [
  {
    name: 'counted from role to role, as AWS does, two roles are one',
    kind: 'negative',
    world: told('role to role, two', (world) => {
      world.chain(0, world.alice, [R1, R2]);
    }),
    settings: { roleChain: { warnAt: 2, depthCounting: 'roleToRole', assumeUnseenHop: false } },
    expect: [],
  },
  {
    name: 'counted from role to role, three roles are two',
    kind: 'positive',
    world: told('role to role, three', (world) => {
      world.chain(0, world.alice, [R1, R2, R3]);
    }),
    settings: { roleChain: { warnAt: 2, depthCounting: 'roleToRole', assumeUnseenHop: false } },
    expect: [orange],
  },
  {
    name: 'asked to speak from the third on, two are let pass',
    kind: 'negative',
    world: told('from the third', (world) => {
      world.chain(0, world.alice, [R1, R2]);
    }),
    settings: { roleChain: { warnAt: 3, depthCounting: 'assumptions', assumeUnseenHop: false } },
    expect: [],
  },
  {
    name: 'asked to speak from the first on, one is low',
    kind: 'positive',
    world: told('from the first', (world) => {
      world.chain(0, world.alice, [R1]);
    }),
    settings: { roleChain: { warnAt: 1, depthCounting: 'assumptions', assumeUnseenHop: false } },
    expect: [{ severity: 'low', count: 1, says: ['The case file asks'] }],
  },
  {
    name: 'a chain that ended before the period asked for',
    kind: 'negative',
    world: told('before', (world) => {
      world.chain(0, world.alice, [R1, R2]);
      world.does(day, world.alice, actions.listBuckets);
    }),
    options: { since: '2025-05-12T20:00:00Z' },
    expect: [],
  },
  {
    name: 'a chain of which the last assumption lies in the period asked for',
    kind: 'positive',
    world: told('into', (world) => {
      const first = world.assumes(0, world.alice, R1);
      world.assumes(hour / 2, first, R2);
    }),
    options: { since: '2025-05-12T08:20:00Z' },
    expect: [orange],
  },
];

const ci = role(account, 'ci-main');
const deploy = role(account, 'deploy-app');
const exec = role(account, 'cfn-exec-prod');

function deployment(name: string): World {
  const world = new World(name);
  world.chain(minute, world.pipeline(0, ci, 'run-1'), [deploy, exec]);
  return world;
}

/** The same chain on some days, logs of three days or more. */
function daily(name: string, days: readonly number[], roles: readonly Role[], span = 3): World {
  const world = new World(name).spans(span);
  days.forEach((at) => world.chain(at * day + hour, world.signsOn(at * day, 'ana'), roles));
  return world;
}

const everyday = 'Each of its assumptions is an everyday one';
const hub = role(account, 'hub');
const spoke = role(other, 'spoke');
const usualSeverity: readonly RuleCase[] = [
  {
    name: 'a vendor’s account that nobody trusts, at the second role',
    kind: 'positive',
    world: told('border', (world) => {
      world.chain(0, world.alice, [R1, role(stranger, 'R2')]);
    }),
    settings: { ownAccounts: [account] },
    expect: [{ severity: 'high', says: ['account 999988887777', 'one step more severe'] }],
  },
  {
    name: 'three roles, the last in a strange account',
    kind: 'positive',
    world: told('deep border', (world) => {
      world.chain(0, world.alice, [R1, R2, role(stranger, 'R3')]);
    }),
    settings: { ownAccounts: [account] },
    expect: [{ severity: 'critical' }],
  },
  {
    name: 'through a strange account and back',
    kind: 'positive',
    world: told('there and back', (world) => {
      world.chain(0, world.alice, [role(stranger, 'R1'), R2]);
    }),
    settings: { ownAccounts: [account] },
    expect: [{ severity: 'high' }],
  },
  {
    name: 'an account that the case file trusts',
    kind: 'positive',
    world: told('trusted', (world) => {
      world.chain(0, world.alice, [R1, role(stranger, 'R2')]);
    }),
    settings: { ownAccounts: [account], trustedAccounts: [{ id: stranger, name: 'vendor' }] },
    expect: [{ severity: 'medium', saysNot: ['one step more severe'] }],
  },
  {
    name: 'own accounts unknown: those that the logs were delivered to',
    kind: 'positive',
    world: told('derived', (world) => {
      world.chain(0, world.alice, [R1, role(other, 'R2')]);
    }),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'Terraform from a sign-on over a hub to a spoke on three days',
    kind: 'positive',
    world: () => daily('hub and spoke', [0, 1, 2], [hub, spoke]),
    // Each sign-on is a root of its own.
    expect: [
      { severity: 'low', says: [everyday] },
      { severity: 'low', says: [everyday] },
      { severity: 'low', says: [everyday] },
    ],
  },
  {
    name: 'the same on two days only',
    kind: 'positive',
    world: () => daily('two days', [0, 1], [hub, spoke]),
    expect: [
      { severity: 'medium', saysNot: [everyday] },
      { severity: 'medium', saysNot: [everyday] },
    ],
  },
  {
    name: 'the same on three days, one of its assumptions on one day only',
    kind: 'positive',
    world: () => {
      const world = daily('last rare', [0, 1, 2], [hub]);
      world.chain(2 * day + 3 * hour, world.signsOn(2 * day + 3 * hour - minute, 'ana'), [hub, spoke]);
      return world;
    },
    expect: [{ severity: 'medium', saysNot: [everyday] }],
  },
  {
    name: 'three people on one day of logs that span three',
    kind: 'positive',
    world: () => {
      const world = new World('people').spans(3);
      ['ana', 'ben', 'chloe'].forEach((name, at) =>
        world.chain((at + 1) * hour, world.signsOn(at * hour, name), [hub, spoke]),
      );
      return world;
    },
    expect: [{ severity: 'low' }, { severity: 'low' }, { severity: 'low' }],
  },
  {
    name: 'three people, and logs too short to tell what is usual',
    kind: 'ambiguous',
    world: told('short', (world) => {
      ['ana', 'ben', 'chloe'].forEach((name, at) =>
        world.chain((at + 1) * hour, world.signsOn(at * hour, name), [hub, spoke]),
      );
    }),
    expect: [{ severity: 'medium' }, { severity: 'medium' }, { severity: 'medium' }],
    notes: ['role-chain-depth-baseline'],
  },
  {
    name: 'everyday, and into a strange account: the steps cancel out',
    kind: 'positive',
    world: () => daily('everyday border', [0, 1, 2], [hub, role(stranger, 'backup')]),
    settings: { ownAccounts: [account] },
    expect: [{ severity: 'medium' }, { severity: 'medium' }, { severity: 'medium' }],
  },
  {
    name: 'a pipeline’s chain that the case file allows',
    kind: 'positive',
    world: () => deployment('allowed'),
    settings: { allowedChains: ['ci-*>deploy-*>cfn-exec-*'] },
    expect: [{ severity: 'low', suppressed: true, says: ['The case file allows this chain'] }],
  },
  {
    name: 'a chain that the case file allows from anywhere',
    kind: 'positive',
    world: () => deployment('allowed from anywhere'),
    settings: { allowedChains: ['**>cfn-exec-*'] },
    expect: [{ severity: 'low', suppressed: true }],
  },
  {
    name: 'the allowed chain from another start',
    kind: 'positive',
    world: told('allowed from another', (world) => {
      world.chain(minute, world.pipeline(0, role(account, 'dev'), 'run-1'), [deploy, exec]);
    }),
    settings: { allowedChains: ['ci-*>deploy-*>cfn-exec-*'] },
    expect: [{ severity: 'medium', suppressed: false }],
  },
  {
    name: 'the allowed chain, gone on with',
    kind: 'positive',
    world: told('gone on with', (world) => {
      world.chain(minute, world.pipeline(0, ci, 'run-1'), [deploy, exec, R3]);
    }),
    settings: { allowedChains: ['ci-*>deploy-*>cfn-exec-*'] },
    expect: [{ severity: 'high', suppressed: false }],
  },
];

const open: readonly RuleCase[] = [
  {
    name: 'a role session of unseen origin: the unseen assumption is not added',
    kind: 'ambiguous',
    world: told('unseen', (world) => {
      world.chain(minute, unseen(), [R2]);
    }),
    expect: [],
  },
  {
    name: 'two more roles from it: at least two',
    kind: 'ambiguous',
    world: told('unseen and two', (world) => {
      world.chain(minute, unseen(), [R2, R3]);
    }),
    expect: [
      {
        severity: 'medium',
        title: 'Role assumption ≥2: R2 → R3, from session x of role R1',
        says: ['outside these logs', '2 or more'],
      },
    ],
  },
  {
    name: 'where the case file adds the unseen assumption, three',
    kind: 'ambiguous',
    world: told('unseen and added', (world) => {
      world.chain(minute, unseen(), [R2, R3]);
    }),
    settings: { roleChain: { warnAt: 2, depthCounting: 'assumptions', assumeUnseenHop: true } },
    expect: [{ severity: 'high', title: 'Role assumption ≥3: R2 → R3, from session x of role R1' }],
  },
  {
    name: 'two possible callers of different depth: the smaller counts',
    kind: 'ambiguous',
    world: told('ambiguous', (world) => {
      const near = world.assumes(0, world.alice, R1);
      const far = world.assumes(minute, world.assumes(0, world.alice, R3, office, 'far'), R4);
      const held = assumesAmbiguously(world, 20 * minute, [near, far], R2);
      world.does(25 * minute, held, actions.listBuckets);
    }),
    // The way over R3 and R4 is two roles already, told without what may have come of it.
    expect: [
      { severity: 'medium', title: `Second role assumption: R3 → R4, from access key ${alicesKey} of user alice` },
      {
        severity: 'medium',
        title: 'Role assumption ≥2: R1 → R2, from one of 2 possible callers',
        says: ['ambiguous: 2 callers', 'the shortest way is counted'],
      },
    ],
  },
  {
    name: 'a last role that was never used counts, and the evidence says so',
    kind: 'ambiguous',
    world: told('unused', (world) => {
      world.assumes(minute, world.assumes(0, world.alice, R1), R2);
    }),
    expect: [{ severity: 'medium', evidence: ['AssumeRole', 'AssumeRole'] }],
  },
  {
    name: 'a last role that was refused is shown and does not count',
    kind: 'ambiguous',
    world: told('refused', (world) => {
      const second = world.chain(0, world.alice, [R1, R2]);
      world.records.push(assumeRoleDenied(world.trail, start + hour, second, R3, office));
    }),
    expect: [{ severity: 'medium', evidence: ['AssumeRole', 'AssumeRole', 'ListBuckets', 'AssumeRole'] }],
  },
  {
    name: 'a second role that was refused',
    kind: 'ambiguous',
    world: told('second refused', (world) => {
      world.records.push(assumeRoleDenied(world.trail, start + hour, world.chain(0, world.alice, [R1]), R2, office));
    }),
    expect: [],
  },
  {
    name: 'a session that only calls itself like an instance',
    kind: 'ambiguous',
    world: told('imitation', (world) => {
      const first = world.assumes(0, world.alice, R1, from('198.51.100.9'), 'i-0fedcba9876543210');
      world.does(hour, world.assumes(minute, first, R2), actions.listBuckets);
    }),
    expect: [
      {
        severity: 'medium',
        instanceIds: [],
        says: ['i-0fedcba9876543210 imitates an instance'],
        techniques: ['T1550.001', 'T1078.004', 'T1548.005', 'T1036'],
      },
    ],
  },
];

export const cases: readonly RuleCase[] = [...counting, ...settings, ...usualSeverity, ...open];
