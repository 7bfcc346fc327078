/**
 * The cases of `created-key-used`: who made the key or password, for whom, from where it was used and when. Records are shaped
 * after the IAM reference; a new key's sessions are linked by its id.
 */
import {
  actions,
  consoleLogin,
  createAccessKey,
  deliver,
  iamUser,
  longTermKey,
  role,
  throughService,
  user,
  type Caller,
  type Origin,
  type Session,
  type User,
} from '../../../scripts/sample/records';
import type { Severity } from '../../../src/engine/contract';
import {
  account,
  alice,
  alicesKey,
  cli,
  day,
  from,
  hour,
  minute,
  office,
  R1,
  R2,
  R3,
  start,
  webRole,
  type World,
} from '../../unit/engine/support/world';
import { told } from './instance-worlds';
import type { RuleCase } from './rule-case';
import { withMaskedKey } from './shapes';

const bob = user(account, 'bob');
const bobsKey = longTermKey('bob');
const elsewhere = from('198.51.100.9');
const terraform = from(office.ip, 'APN/1.0 HashiCorp/1.0 Terraform/1.8.3 terraform-provider-aws/5.49.0');
const says = actions.getCallerIdentity;

/** A key for a user, used later. */
function keyed(
  world: World,
  at: number,
  caller: Caller,
  owner = bob,
  made = office,
  used = elsewhere,
  after = 5 * minute,
): Caller {
  const held = world.createsKey(at, caller, owner, longTermKey(owner.name), made);
  world.does(at + after, held, says, used);
  return held;
}

/** A user makes a second key for itself. */
function second(world: World, at: number, used: Origin, after: number): void {
  const made = createAccessKey(world.trail, {
    at: start + at,
    caller: world.alice,
    owner: alice,
    key: longTermKey('alice, second'),
    origin: office,
    ownKey: true,
  });
  world.records.push(...made.records);
  world.does(at + after, made.session, says, used);
}

function found(
  name: string,
  severity: Severity,
  happens: (world: World) => void,
  more: Partial<RuleCase> & { readonly says?: readonly string[] } = {},
): RuleCase {
  const { says: parts = [], ...rest } = more;
  return { name, kind: 'positive', world: told(name, happens), expect: [{ severity, says: parts }], ...rest };
}

function none(name: string, happens: (world: World) => void, more: Partial<RuleCase> = {}): RuleCase {
  return { name, kind: 'negative', world: told(name, happens), expect: [], ...more };
}

function delivered(world: World, service: string): Session {
  const grant = deliver(world.trail, {
    at: start,
    service,
    role: webRole,
    name: 'job',
    minutes: 120,
    withAssumedRoleUser: service !== 'lambda',
  });
  world.records.push(...grant.records);
  return grant.session;
}

const chained: readonly RuleCase[] = [
  {
    name: 'the mission’s: after three roles a key for bob, used from elsewhere',
    kind: 'positive',
    world: told('three roles', (world) => {
      keyed(world, hour, world.chain(0, world.alice, [R1, R2, R3]));
    }),
    expect: [
      {
        severity: 'critical',
        title: `Access key ${bobsKey} of user bob, created by role R3 after 3 role assumptions from access key ${alicesKey} of user alice, was used from 198.51.100.9`,
        confidence: 'exact',
        count: 1,
        says: ['reached by 3 role assumptions', '5 minutes later', '1 call in all'],
        addresses: ['198.51.100.9'],
        techniques: ['T1098.001', 'T1078.004'],
        evidence: ['AssumeRole', 'AssumeRole', 'AssumeRole', 'CreateAccessKey', 'GetCallerIdentity'],
      },
    ],
  },
  found('after two roles', 'critical', (world) => keyed(world, hour, world.chain(0, world.alice, [R1, R2]))),
  found('after one role', 'low', (world) => keyed(world, hour, world.chain(0, world.alice, [R1]))),
  found('by an instance', 'critical', (world) => keyed(world, hour, world.delivers(0).v2), { says: ['workload'] }),
  found('by a session that an instance assumed', 'critical', (world) =>
    keyed(world, hour, world.chain(10 * minute, world.delivers(0).v2, [R1])),
  ),
  found('by a function', 'critical', (world) => keyed(world, hour, delivered(world, 'lambda'))),
  found('by a build', 'critical', (world) => keyed(world, hour, delivered(world, 'codebuild'))),
  found(
    'one finding a key',
    'critical',
    (world) => {
      const session = world.chain(0, world.alice, [R1, R2]);
      const held = keyed(world, hour, session);
      world.does(2 * hour, held, says, office).does(3 * hour, held, says, elsewhere);
    },
    { says: ['3 calls in all'] },
  ),
  {
    name: 'two keys of one session are two findings',
    kind: 'positive',
    world: told('two keys', (world) => {
      const session = world.chain(0, world.alice, [R1, R2]);
      keyed(world, hour, session);
      keyed(world, 2 * hour, session, user(account, 'carol'));
    }),
    expect: [{ severity: 'critical' }, { severity: 'critical' }],
  },
  found('a refused call shows that somebody has the key', 'critical', (world) => {
    const held = world.createsKey(hour, world.chain(0, world.alice, [R1, R2]), bob, bobsKey);
    world.does(2 * hour, held, actions.refused(actions.listBuckets, bob.arn), elsewhere);
  }),
  found(
    'deleted after it was used',
    'critical',
    (world) => {
      const session = world.chain(0, world.alice, [R1, R2]);
      keyed(world, hour, session);
      world.does(2 * hour, session, actions.plain('iam', 'DeleteAccessKey', { userName: 'bob', accessKeyId: bobsKey }));
    },
    { says: ['It was deleted at 2025-05-12T10:00:00Z'] },
  ),
];

const places: readonly RuleCase[] = [
  found(
    'for another user, first used where it was made',
    'high',
    (world) => keyed(world, hour, world.alice, bob, office, office),
    {
      says: ['at one address, 203.0.113.7'],
    },
  ),
  found('by a person of Identity Center, first used where it was made', 'high', (world) =>
    keyed(world, hour, world.signsOn(0, 'ana'), bob, office, office),
  ),
  found('first used a neighbour address away', 'low', (world) =>
    keyed(world, hour, world.alice, bob, office, from('203.0.113.8')),
  ),
  found('first used elsewhere, later where it was made', 'low', (world) =>
    world.does(2 * hour, keyed(world, hour, world.alice, bob), says, office),
  ),
  found(
    'first used where it was made, an address that the case file trusts',
    'low',
    (world) => keyed(world, hour, world.alice, bob, office, office),
    {
      settings: { trustedCidrs: ['203.0.113.0/24'] },
      says: ['The case file trusts that address'],
    },
  ),
  found('for itself, used where it was made', 'low', (world) => second(world, hour, office, 5 * minute), {
    says: ['rotate'],
  }),
  found(
    'for itself, used elsewhere within the hour',
    'medium',
    (world) => second(world, hour, elsewhere, 60 * minute),
    {
      says: ['User alice itself', '60 minutes later'],
    },
  ),
  found('for itself, used elsewhere after the hour', 'low', (world) => second(world, hour, elsewhere, 61 * minute)),
  found(
    'for itself, used elsewhere within what the case file asks for',
    'medium',
    (world) => second(world, hour, elsewhere, 61 * minute),
    {
      settings: { thresholds: { 'created-key-used': { selfUseMinutes: 120 } } },
    },
  ),
  found('for itself, used within the hour from where the record does not say', 'low', (world) =>
    second(world, hour, from('AWS Internal', cli), minute),
  ),
  found('for itself from where the record does not say, used within the hour', 'low', (world) => {
    const held = world.createsKey(hour, world.alice, alice, longTermKey('alice, second'), from('AWS Internal', cli));
    world.does(hour + minute, held, says, elsewhere);
  }),
  found('a name in the request that is the caller’s own is itself too', 'medium', (world) => {
    const held = world.createsKey(hour, world.alice, alice, longTermKey('alice, second'));
    world.does(hour + minute, held, says, elsewhere);
  }),
];

const spare = role(account, 'deploy');
const exec = role(account, 'exec');

/** Terraform after two roles, on some days. */
function provisions(world: World, days: number, span = 3): void {
  if (span > 0) {
    world.spans(span);
  }
  for (let at = 0; at < days; at++) {
    const ci = world.pipeline(at * day, role(account, 'ci'), `run-${String(at)}`);
    const last = world.chain(at * day + minute, ci, [spare, exec], terraform);
    if (at === days - 1) {
      keyed(world, at * day + 10 * minute, last, bob, terraform);
    }
  }
}

const automated: readonly RuleCase[] = [
  found('Terraform by a user', 'info', (world) => keyed(world, hour, world.alice, bob, terraform)),
  found('Terraform after one role, on a day like no other', 'info', (world) => {
    world.spans(3);
    keyed(world, hour, world.chain(0, world.alice, [R1]), bob, terraform);
  }),
  found('rotation by Secrets Manager on behalf of a user', 'info', (world) => {
    const origin = from('secretsmanager.amazonaws.com', 'secretsmanager.amazonaws.com');
    keyed(world, hour, throughService(world.alice, 'secretsmanager'), bob, origin);
  }),
  ...['secretsmanager', 'cloudformation'].map((name) =>
    found(`what ${name} does on behalf of a user, with a client that does not say so`, 'info', (world) => {
      keyed(world, hour, throughService(world.alice, name), bob, from('AWS Internal', 'AWS Internal'));
    }),
  ),
  ...['secretsmanager.amazonaws.com', 'cloudformation.amazonaws.com', 'Pulumi/3.1', 'OpenTofu/1.7'].map((client) =>
    found(`a client that calls itself ${client}, of whose calls no service is named`, 'info', (world) => {
      keyed(world, hour, world.alice, bob, from(office.ip, client));
    }),
  ),
  found('another service on behalf of a user is no rotation', 'low', (world) => {
    keyed(world, hour, throughService(world.alice, 'ssm'), bob, from('AWS Internal', 'AWS Internal'));
  }),
  found('Terraform by a user, the key used at once where it was made', 'high', (world) =>
    keyed(world, hour, world.alice, bob, terraform, office),
  ),
  found('Terraform after two roles, an everyday way', 'info', (world) => provisions(world, 3), {
    says: ['everyday way'],
  }),
  found('Terraform after two roles, on two days of three', 'critical', (world) => provisions(world, 2)),
  {
    name: 'Terraform after two roles, and logs too short to tell what is usual',
    kind: 'ambiguous',
    world: told('short', (world) => provisions(world, 1, 0)),
    expect: [{ severity: 'critical' }],
    notes: ['created-key-used-baseline'],
  },
  found('what calls itself Terraform on an instance', 'critical', (world) =>
    keyed(world, hour, world.delivers(0).v2, bob, terraform),
  ),
  found(
    'Terraform in a build whose role the case file names',
    'info',
    (world) => keyed(world, hour, delivered(world, 'codebuild'), bob, terraform),
    {
      settings: { ciRoles: ['web'] },
    },
  ),
];

/** Sets a password. */
function password(world: World, at: number, caller: Caller, name = 'CreateLoginProfile', owner: User = bob): void {
  world.does(at, caller, actions.plain('iam', name, { userName: owner.name, passwordResetRequired: false }));
}

function logsIn(world: World, at: number, who: User, origin: Origin): Session {
  const { records, keys } = consoleLogin(world.trail, start + at, who, origin, 1);
  world.records.push(...records);
  const [held] = keys;
  if (held === undefined) {
    throw new Error('a sign-in has a key');
  }
  world.does(at + minute, held, actions.plain('ec2', 'DescribeInstances'), origin);
  return held;
}

const passwords: readonly RuleCase[] = [
  {
    name: 'a password set after two roles, and a sign-in with it',
    kind: 'positive',
    world: told('password', (world) => {
      password(world, hour, world.chain(0, world.alice, [R1, R2]));
      logsIn(world, 2 * hour, bob, elsewhere);
      logsIn(world, 3 * hour, bob, elsewhere);
    }),
    expect: [
      {
        severity: 'critical',
        count: 2,
        confidence: 'session',
        title: `Console password of user bob, set by role R2 after 2 role assumptions from access key ${alicesKey} of user alice, was used from 198.51.100.9`,
      },
    ],
  },
  found('a new password, and a sign-in where it was set', 'high', (world) => {
    password(world, hour, world.alice, 'UpdateLoginProfile');
    logsIn(world, 2 * hour, bob, office);
  }),
  found('a password for another, and a sign-in elsewhere', 'low', (world) => {
    password(world, hour, world.alice);
    logsIn(world, 2 * hour, bob, elsewhere);
  }),
  found('a password for itself, and a sign-in elsewhere within the hour', 'medium', (world) => {
    password(world, hour, world.alice, 'CreateLoginProfile', alice);
    logsIn(world, hour + 10 * minute, alice, elsewhere);
  }),
  none('a sign-in before the password was set', (world) => {
    logsIn(world, minute, bob, elsewhere);
    password(world, hour, world.chain(0, world.alice, [R1, R2]));
  }),
  none('a sign-in of another user', (world) => {
    password(world, hour, world.chain(0, world.alice, [R1, R2]));
    logsIn(world, 2 * hour, user(account, 'carol'), elsewhere);
  }),
  none('a sign-in after the user changed the password', (world) => {
    password(world, hour, world.chain(0, world.alice, [R1, R2]));
    world.does(hour + minute, iamUser(bob, bobsKey), actions.plain('iam', 'ChangePassword'));
    logsIn(world, 2 * hour, bob, elsewhere);
  }),
  none('a sign-in that failed', (world) => {
    password(world, hour, world.chain(0, world.alice, [R1, R2]));
    const [login] = consoleLogin(world.trail, start + 2 * hour, bob, elsewhere, 1).records;
    world.records.push({
      ...login,
      responseElements: { ConsoleLogin: 'Failure' },
      errorMessage: 'Failed authentication',
    });
  }),
];

const nothing: readonly RuleCase[] = [
  none('made and not used', (world) => {
    world.createsKey(hour, world.chain(0, world.alice, [R1, R2]), bob, bobsKey);
  }),
  none('made, not used and deleted', (world) => {
    const session = world.chain(0, world.alice, [R1, R2]);
    world.createsKey(hour, session, bob, bobsKey);
    world.does(2 * hour, session, actions.plain('iam', 'DeleteAccessKey', { userName: 'bob', accessKeyId: bobsKey }));
  }),
  none('a key that nothing in the logs made', (world) => {
    world.does(hour, iamUser(bob, bobsKey), says, elsewhere);
  }),
  none('only a service’s calls on behalf of its holder', (world) => {
    const held = world.createsKey(hour, world.chain(0, world.alice, [R1, R2]), bob, bobsKey);
    world.does(2 * hour, throughService(held, 'cloudformation'), says, from('cloudformation.amazonaws.com'));
  }),
  found(
    'calls of its holder are counted, not those that a service makes of them',
    'critical',
    (world) => {
      const held = keyed(world, hour, world.chain(0, world.alice, [R1, R2]));
      world.does(2 * hour, throughService(held, 'cloudformation'), says, from('cloudformation.amazonaws.com'));
    },
    { says: ['1 call in all'] },
  ),
  none('making it was refused', (world) => {
    const error = { code: 'AccessDenied', message: 'no' };
    world.does(hour, world.chain(0, world.alice, [R1, R2]), {
      ...actions.plain('iam', 'CreateAccessKey', { userName: 'bob' }),
      error,
    });
    world.does(2 * hour, iamUser(bob, bobsKey), says, elsewhere);
  }),
  none(
    'used before the period asked for',
    (world) => {
      keyed(world, hour, world.chain(0, world.alice, [R1, R2]));
      world.does(day, world.alice, actions.listBuckets);
    },
    { options: { since: '2025-05-12T20:00:00Z' } },
  ),
  found(
    'used in the period asked for, made before it',
    'critical',
    (world) => {
      keyed(world, hour, world.chain(0, world.alice, [R1, R2]), bob, office, elsewhere, day);
    },
    { options: { since: '2025-05-12T20:00:00Z' } },
  ),
  none(
    'a credential for one service, whose calls carry no key',
    (world) => {
      world.does(
        hour,
        world.chain(0, world.alice, [R1, R2]),
        actions.plain('iam', 'CreateServiceSpecificCredential', {
          userName: 'bob',
          serviceName: 'bedrock.amazonaws.com',
        }),
      );
    },
    { notes: ['created-key-used-service-credentials'] },
  ),
];

/** The new key is masked where it was made. */
function maskedKey(world: World, at: number, caller: Caller): void {
  const made = createAccessKey(world.trail, { at: start + at, caller, owner: bob, key: bobsKey, origin: office });
  world.records.push(...made.records.map(withMaskedKey));
}

const open: readonly RuleCase[] = [
  {
    name: 'masked where it was made: the first key of the user that was seen after it',
    kind: 'ambiguous',
    world: told('masked', (world) => {
      maskedKey(world, hour, world.chain(0, world.alice, [R1, R2]));
      world.does(2 * hour, iamUser(bob, bobsKey), says, elsewhere);
    }),
    expect: [{ severity: 'low', confidence: 'inferred', says: ['masks the new key'] }],
  },
  {
    name: 'masked, and the user has an older key and two newer ones: the first of those',
    kind: 'ambiguous',
    world: told('masked of several', (world) => {
      world.does(0, iamUser(bob, longTermKey('bob, old')), says, elsewhere);
      maskedKey(world, hour, world.chain(0, world.alice, [R1, R2]));
      world.does(2 * hour, iamUser(bob, bobsKey), says, elsewhere);
      world.does(3 * hour, iamUser(bob, longTermKey('bob, third')), says, elsewhere);
    }),
    expect: [
      {
        severity: 'low',
        confidence: 'inferred',
        title: `Access key ${bobsKey} of user bob, created by role R2 after 2 role assumptions from access key ${alicesKey} of user alice, was used from 198.51.100.9`,
      },
    ],
  },
  {
    name: 'masked, and only an older key of the user is seen',
    kind: 'ambiguous',
    world: told('masked and old', (world) => {
      world.does(0, iamUser(bob, bobsKey), says, elsewhere);
      maskedKey(world, hour, world.chain(0, world.alice, [R1, R2]));
      world.does(2 * hour, iamUser(bob, bobsKey), says, elsewhere);
    }),
    expect: [],
    notes: ['created-key-used-masked'],
  },
  {
    name: 'a user agent without an operating system and no address: only the depth can tell',
    kind: 'ambiguous',
    world: told('no address', (world) => {
      const nowhere = from('AWS Internal', cli);
      keyed(world, hour, world.alice, bob, nowhere, nowhere);
    }),
    expect: [{ severity: 'low' }],
  },
];

export const cases: readonly RuleCase[] = [...chained, ...places, ...automated, ...passwords, ...nothing, ...open];
