/**
 * The cases of `chain-then-persistence`: what was made, by whom, how far from the first credential, and what became of it.
 * Records are shaped after the IAM, Lambda, EC2, EKS and IAM Roles Anywhere references.
 */
import {
  actions,
  assumeRoleForPodIdentity,
  consoleLogin,
  deliver,
  longTermKey,
  role,
  roleSession,
  throughService,
  user,
  type Action,
  type JsonObject,
  type Session,
} from '../../../scripts/sample/records';
import type { Severity } from '../../../src/engine/contract';
import {
  account,
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
  stranger,
  webRole,
  World,
} from '../../unit/engine/support/world';
import { told } from './instance-worlds';
import type { RuleCase } from './rule-case';
import { assumesAmbiguously, trustIn, withMaskedKey } from './shapes';

const bob = user(account, 'bob');
const terraform = 'APN/1.0 HashiCorp/1.0 Terraform/1.8.3 (+https://www.terraform.io) terraform-provider-aws/5.49.0';
const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';

function iam(name: string, params: JsonObject = {}, response: JsonObject | null = null): Action {
  return actions.plain('iam', name, params, response);
}

const makesUser = iam('CreateUser', { userName: 'bob' }, { user: { userName: 'bob', arn: bob.arn } });
const makesKey = iam(
  'CreateAccessKey',
  { userName: 'bob' },
  { accessKey: { userName: 'bob', accessKeyId: longTermKey('bob'), status: 'Active' } },
);
const makesPassword = iam('CreateLoginProfile', { userName: 'bob' }, { loginProfile: { userName: 'bob' } });
const makesRole = iam('CreateRole', {
  roleName: 'x',
  assumeRolePolicyDocument: trustIn({ Service: 'ec2.amazonaws.com' }),
});
const attaches = iam('AttachUserPolicy', { userName: 'bob', policyArn: admin });
const makesFunction: Action = { source: 'lambda', name: 'CreateFunction20150331', params: { functionName: 'f' } };

function trusts(principal: JsonObject | string, condition?: JsonObject): Action {
  return iam('UpdateAssumeRolePolicy', { roleName: 'audit', policyDocument: trustIn(principal, condition) });
}

/** A session so many roles away from the key of a user. */
function reached(world: World, depth: number): Session {
  return world.chain(0, world.alice, [R1, R2, R3].slice(0, depth));
}

/** One call by such a session. */
function made(what: string, depth: 1 | 2 | 3, action: Action, severity: Severity | undefined): RuleCase {
  const name = `${what}, after ${String(depth)} ${depth === 1 ? 'role' : 'roles'}`;
  return {
    name,
    kind: severity === undefined ? 'negative' : 'positive',
    world: () => {
      const world = new World(name);
      return world.does(hour, reached(world, depth), action);
    },
    settings: { ownAccounts: [account] },
    expect: severity === undefined ? [] : [{ severity, count: 1 }],
  };
}

const byWhatAndDepth: readonly RuleCase[] = [
  made('a user', 2, makesUser, 'critical'),
  made('a user', 3, makesUser, 'critical'),
  made('a function', 2, makesFunction, 'critical'),
  made('a role', 2, makesRole, 'critical'),
  made('a user', 1, makesUser, 'high'),
  made('a key', 1, makesKey, 'high'),
  made('a password', 1, makesPassword, 'high'),
  made('a new password', 1, iam('UpdateLoginProfile', { userName: 'bob' }), 'high'),
  made('trust in a stranger', 1, trusts({ AWS: `arn:aws:iam::${stranger}:root` }), 'high'),
  made(
    'trust in a stranger with an external id',
    1,
    trusts({ AWS: stranger }, { StringEquals: { 'sts:ExternalId': 'x' } }),
    'high',
  ),
  made('trust in everybody', 1, trusts('*'), 'high'),
  made(
    'trust in everybody of the organization',
    1,
    trusts('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-abc' } }),
    'medium',
  ),
  made('trust in the own account', 1, trusts({ AWS: `arn:aws:iam::${account}:root` }), 'medium'),
  made(
    'a role that strangers may assume',
    1,
    iam('CreateRole', { roleName: 'x', assumeRolePolicyDocument: trustIn({ AWS: stranger }) }),
    'high',
  ),
  made(
    'an identity provider',
    1,
    iam('CreateSAMLProvider', { name: 'idp' }, { sAMLProviderArn: `arn:aws:iam::${account}:saml-provider/idp` }),
    'high',
  ),
  made('a trust anchor', 1, { source: 'rolesanywhere', name: 'CreateTrustAnchor', params: { name: 'ca' } }, 'high'),
  made(
    'a function that everybody may call',
    1,
    {
      source: 'lambda',
      name: 'AddPermission20150331v2',
      params: { functionName: 'f', principal: '*', statementId: 's' },
    },
    'high',
  ),
  made('a role', 1, makesRole, 'medium'),
  made('a function', 1, makesFunction, 'medium'),
  made(
    'a key pair',
    1,
    actions.plain('ec2', 'CreateKeyPair', { keyName: 'k' }, { keyName: 'k', keyPairId: 'key-0a1' }),
    'medium',
  ),
  made('only a privilege', 2, attaches, 'high'),
  made('only a privilege', 1, attaches, 'low'),
  made(
    'an instance that is handed a role',
    2,
    { source: 'ec2', name: 'RunInstances', params: { iamInstanceProfile: { name: 'admin' } } },
    'high',
  ),
  made(
    'an instance without a role',
    2,
    { source: 'ec2', name: 'RunInstances', params: { instanceType: 't3.micro' } },
    undefined,
  ),
  made('a service-linked role', 2, iam('CreateServiceLinkedRole', { aWSServiceName: 'eks.amazonaws.com' }), undefined),
  made(
    'a role of a service',
    2,
    iam('CreateRole', { roleName: 'x', path: '/aws-service-role/eks.amazonaws.com/' }),
    undefined,
  ),
  made('a look at the users', 2, iam('ListUsers'), undefined),
  made('a bucket', 2, actions.plain('s3', 'CreateBucket', { bucketName: 'b' }), undefined),
];

const whole: readonly RuleCase[] = [
  {
    name: 'the mission’s: three roles, user bob, his key and his policy',
    kind: 'positive',
    world: told('bob', (world) => {
      const third = reached(world, 3);
      world.createsUser(hour, third, bob);
      const asBob = world.createsKey(hour + minute, third, bob, longTermKey('bob'));
      world.does(hour + 2 * minute, third, attaches);
      world.does(2 * hour, asBob, actions.getCallerIdentity, from('198.51.100.9'));
    }),
    expect: [
      {
        severity: 'critical',
        confidence: 'exact',
        count: 3,
        techniques: ['T1136.003', 'T1098.001', 'T1098.003'],
        says: ['reached by 3 role assumptions', '3 lasting changes'],
        saysNot: ['dormant'],
        evidence: ['AssumeRole', 'AssumeRole', 'AssumeRole', 'CreateUser', 'CreateAccessKey', 'AttachUserPolicy'],
      },
    ],
  },
  {
    name: 'a key that was made and not used is listed as dormant',
    kind: 'positive',
    world: told('dormant', (world) => {
      world.createsKey(hour, reached(world, 1), bob, longTermKey('bob'));
    }),
    expect: [
      { severity: 'high', count: 1, says: [`Key ${longTermKey('bob')} is dormant: these logs do not show a use`] },
    ],
  },
  {
    name: 'a password that was made and not used is dormant',
    kind: 'positive',
    world: told('dormant password', (world) => {
      world.records.push(...consoleLogin(world.trail, start, bob, office, 0).records);
      world.does(hour, reached(world, 1), makesPassword);
    }),
    expect: [{ severity: 'high', count: 1, says: ['Password of user bob is dormant'] }],
  },
  {
    name: 'a password that was made and used is not',
    kind: 'positive',
    world: told('password in use', (world) => {
      world.records.push(...consoleLogin(world.trail, start + 2 * hour, bob, office, 0).records);
      world.does(hour, reached(world, 1), makesPassword);
    }),
    expect: [{ severity: 'high', count: 1, saysNot: ['dormant'] }],
  },
  {
    name: 'of a key whose id is masked nobody can say whether it was used',
    kind: 'ambiguous',
    world: told('masked key', (world) => {
      const session = reached(world, 1);
      world.records.push(withMaskedKey(world.trail.record(start + hour, session, makesKey, office)));
    }),
    expect: [{ severity: 'high', saysNot: ['dormant'] }],
  },
  {
    name: 'a key that was made and deleted unused is not dormant, but gone',
    kind: 'positive',
    world: told('deleted key', (world) => {
      const session = reached(world, 1);
      world.createsKey(hour, session, bob, longTermKey('bob'));
      world.does(2 * hour, session, iam('DeleteAccessKey', { userName: 'bob', accessKeyId: longTermKey('bob') }));
    }),
    expect: [
      {
        severity: 'high',
        says: ['was later deleted by session session of role R1 at 2025-05-12T10:00:00Z'],
        saysNot: ['dormant'],
      },
    ],
  },
  {
    name: 'one finding a session',
    kind: 'positive',
    world: told('sessions', (world) => {
      for (const at of [0, 2, 4]) {
        const session = world.chain(at * hour, world.alice, [R1]);
        world
          .createsUser(at * hour + 2 * minute, session, user(account, `u${String(at)}`))
          .createsUser(at * hour + 3 * minute, session, user(account, `v${String(at)}`));
      }
    }),
    expect: [
      { severity: 'high', count: 2 },
      { severity: 'high', count: 2 },
      { severity: 'high', count: 2 },
    ],
  },
  {
    name: 'the worst of what a session made decides',
    kind: 'positive',
    world: told('worst', (world) => {
      const session = reached(world, 1);
      world
        .does(hour, session, attaches)
        .does(2 * hour, session, makesKey)
        .does(3 * hour, session, makesRole);
    }),
    expect: [{ severity: 'high', count: 3 }],
  },
  {
    name: 'made in the period asked for, by a chain from before it',
    kind: 'positive',
    world: told('period', (world) => {
      world.does(hour, reached(world, 2), makesUser);
    }),
    options: { since: '2025-05-12T08:30:00Z' },
    expect: [{ severity: 'critical' }],
  },
  {
    name: 'made before the period asked for',
    kind: 'negative',
    world: told('before the period', (world) => {
      world.does(hour, reached(world, 2), makesUser).does(day, world.alice, actions.listBuckets);
    }),
    options: { since: '2025-05-12T20:00:00Z' },
    expect: [],
  },
];

function delivered(world: World, service: string, name: string): Session {
  const grant = deliver(world.trail, {
    at: start,
    service,
    role: webRole,
    name,
    minutes: 120,
    withAssumedRoleUser: service !== 'lambda',
  });
  world.records.push(...grant.records);
  return grant.session;
}

const taskName = '0123456789abcdef0123456789abcdef';
const machines: readonly RuleCase[] = [
  {
    name: 'an instance made a user',
    kind: 'positive',
    world: told('instance', (world) => {
      world.createsUser(hour, world.delivers(0).v2, bob);
    }),
    expect: [
      {
        severity: 'high',
        title: 'User bob made by instance i-0123456789abcdef0',
        instanceIds: ['i-0123456789abcdef0'],
      },
    ],
  },
  {
    name: 'an instance made a key',
    kind: 'positive',
    world: told('instance, key', (world) => {
      world.createsKey(hour, world.delivers(0).v2, bob, longTermKey('bob'));
    }),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'a function made a password',
    kind: 'positive',
    world: told('function', (world) => {
      world.does(hour, delivered(world, 'lambda', 'thumbnails'), makesPassword);
    }),
    expect: [{ severity: 'high', confidence: 'exact' }],
  },
  {
    name: 'a task made a user',
    kind: 'positive',
    world: told('task', (world) => {
      world.createsUser(hour, delivered(world, 'ecs-tasks', taskName), bob);
    }),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'a pod made a user',
    kind: 'positive',
    world: told('pod', (world) => {
      const grant = assumeRoleForPodIdentity(world.trail, start, world.delivers(-hour).v2, R1, 'c1', 'p1', office);
      world.records.push(...grant.records);
      world.createsUser(minute, grant.session, bob);
    }),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'one role from an instance, and a user',
    kind: 'positive',
    world: told('instance, one role', (world) => {
      world.createsUser(2 * hour, world.chain(2 * hour - 5 * minute, world.delivers(0).v2, [R1]), bob);
    }),
    expect: [{ severity: 'high', instanceIds: ['i-0123456789abcdef0'] }],
  },
  {
    name: 'two roles from an instance, and a user',
    kind: 'positive',
    world: told('instance, two roles', (world) => {
      world.createsUser(hour, world.chain(minute, world.delivers(0).v1, [R1, R2]), bob);
    }),
    expect: [{ severity: 'critical', instanceIds: ['i-0123456789abcdef0'] }],
  },
  {
    name: 'an instance made a role, which lets nobody in by itself',
    kind: 'negative',
    world: told('instance, role', (world) => {
      world.does(hour, world.delivers(0).v2, makesRole);
    }),
    expect: [],
  },
  {
    name: 'what calls itself a function, of unseen origin, made a user',
    kind: 'ambiguous',
    world: told('guess', (world) => {
      const guessed = roleSession({
        role: webRole,
        name: 'fn',
        key: 'ASIAGUESSED123456789',
        issuedAt: start,
        expiresAt: start + hour,
      });
      world.createsUser(minute, guessed, bob, from('203.0.113.7', `${cli} exec-env/AWS_Lambda_python3.12`));
    }),
    expect: [{ severity: 'medium', confidence: 'inferred', says: ['inferred, not recorded'] }],
  },
];

const unseen = roleSession({
  role: R1,
  name: 'x',
  key: 'ASIAUNSEEN1234567890',
  issuedAt: start,
  expiresAt: start + 2 * hour,
});
const ordinary: readonly RuleCase[] = [
  {
    name: 'an administrator who signed on, at depth 0',
    kind: 'negative',
    world: told('admin', (world) => {
      world.createsUser(hour, world.signsOn(0, 'ana', 'Administrator'), bob);
    }),
    expect: [],
  },
  {
    name: 'a user with a key of its own, at depth 0',
    kind: 'negative',
    world: told('key', (world) => {
      world.createsUser(hour, world.alice, bob);
    }),
    expect: [],
  },
  {
    name: 'a pipeline at depth 0',
    kind: 'negative',
    world: told('pipeline', (world) => {
      world.createsUser(minute, world.pipeline(0, role(account, 'ci'), 'run-1'), bob);
    }),
    expect: [],
  },
  {
    name: 'Terraform two roles away',
    kind: 'negative',
    world: told('terraform', (world) => {
      world.does(hour, reached(world, 2), makesUser, from(office.ip, terraform));
    }),
    expect: [],
    notes: ['chain-then-persistence-infrastructure-tools'],
  },
  {
    name: 'CloudFormation on behalf of a session',
    kind: 'negative',
    world: told('cloudformation', (world) => {
      const origin = from('cloudformation.amazonaws.com', 'cloudformation.amazonaws.com');
      world.does(hour, throughService(reached(world, 2), 'cloudformation', null), makesUser, origin);
    }),
    expect: [],
    notes: ['chain-then-persistence-infrastructure-tools'],
  },
  {
    name: 'onboarding that the team has decided not to see, by its role',
    kind: 'positive',
    world: told('onboarding', (world) => {
      world.createsUser(hour, world.chain(0, world.signsOn(0, 'hr'), [role(account, 'onboarding')]), bob);
    }),
    settings: { suppressions: [{ rule: 'chain-then-persistence', role: 'onboarding', reason: 'new people' }] },
    expect: [{ severity: 'high', suppressed: true }],
  },
];

const open: readonly RuleCase[] = [
  {
    name: 'refused',
    kind: 'ambiguous',
    world: told('refused', (world) => {
      const error = { code: 'AccessDenied', message: 'no' };
      world.does(hour, reached(world, 2), { ...makesUser, error });
    }),
    expect: [],
  },
  {
    name: 'failed for another reason',
    kind: 'ambiguous',
    world: told('failed', (world) => {
      const error = { code: 'EntityAlreadyExistsException', message: 'exists' };
      world.does(hour, reached(world, 2), { ...makesUser, error });
    }),
    expect: [],
  },
  {
    name: 'no answer and no error: it succeeded',
    kind: 'ambiguous',
    world: told('no answer', (world) => {
      world.does(hour, reached(world, 1), iam('CreateUser', { userName: 'bob' }, null));
    }),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'made and deleted again',
    kind: 'ambiguous',
    world: told('deleted', (world) => {
      const session = reached(world, 2);
      world.createsUser(hour, session, bob);
      world.does(3 * hour, world.alice, iam('DeleteUser', { userName: 'bob' }));
    }),
    expect: [
      {
        severity: 'critical',
        says: ['User bob was later deleted by access key', 'of user alice at 2025-05-12T11:00:00Z'],
        evidence: ['AssumeRole', 'AssumeRole', 'CreateUser', 'DeleteUser'],
      },
    ],
  },
  {
    name: 'another user deleted, or this one before it was made',
    kind: 'ambiguous',
    world: told('other deleted', (world) => {
      world.does(-hour, world.alice, iam('DeleteUser', { userName: 'bob' }));
      world.createsUser(hour, reached(world, 2), bob);
      world.does(2 * hour, world.alice, iam('DeleteUser', { userName: 'bobby' }));
    }),
    expect: [{ severity: 'critical', saysNot: ['later deleted'] }],
  },
  {
    name: 'another service than CloudFormation on behalf of a session',
    kind: 'ambiguous',
    world: told('forwarded', (world) => {
      const origin = from('servicecatalog.amazonaws.com', 'servicecatalog.amazonaws.com');
      world.does(hour, throughService(reached(world, 2), 'servicecatalog', null), makesUser, origin);
    }),
    expect: [{ severity: 'critical' }],
  },
  {
    name: 'a role session of unseen origin',
    kind: 'ambiguous',
    world: () => new World('unseen').createsUser(hour, unseen, bob),
    expect: [],
  },
  {
    name: 'one role from a session of unseen origin: what was observed counts',
    kind: 'ambiguous',
    world: told('unseen and one', (world) => {
      world.createsUser(hour, world.chain(minute, unseen, [R2]), bob);
    }),
    expect: [{ severity: 'high', says: ['at least 1 role assumption'] }],
  },
  {
    name: 'several possible callers: the shortest way counts',
    kind: 'ambiguous',
    world: told('ambiguous', (world) => {
      const far = world.assumes(minute, world.alice, R1);
      const held = assumesAmbiguously(world, 10 * minute, [world.alice, far], R2);
      world.createsUser(15 * minute, held, bob);
    }),
    expect: [{ severity: 'high', says: ['1 role assumption'] }],
  },
];

export const cases: readonly RuleCase[] = [...byWhatAndDepth, ...whole, ...machines, ...ordinary, ...open];
