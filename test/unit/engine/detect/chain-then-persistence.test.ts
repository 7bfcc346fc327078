/** The rule chain-then-persistence, clause by clause. Records are shaped after the IAM, Lambda and EC2 references. */
import assert from 'node:assert/strict';
import {
  actions,
  deliver,
  longTermKey,
  role,
  roleSession,
  throughService,
  user,
  type Action,
  type JsonObject,
} from '../../../../scripts/sample/records';
import {
  account,
  cli,
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
} from '../support/world';

const rule = 'chain-then-persistence';
const bob = user(account, 'bob');
const bobsKey = longTermKey('bob');
const terraform = from(
  '203.0.113.7',
  'APN/1.0 HashiCorp/1.0 Terraform/1.8.3 (+https://www.terraform.io) terraform-provider-aws/5.49.0',
);

const iam = (name: string, params: JsonObject = {}, response: JsonObject | null = null): Action =>
  actions.plain('iam', name, params, response);
const trust = (principal: JsonObject | string, condition?: JsonObject): Action =>
  iam('UpdateAssumeRolePolicy', {
    roleName: 'audit',
    policyDocument: JSON.stringify({
      Statement: [
        {
          Effect: 'Allow',
          Principal: principal,
          Action: 'sts:AssumeRole',
          ...(condition === undefined ? {} : { Condition: condition }),
        },
      ],
    }),
  });

/** Severity of the finding for one action, at a depth; `none` without a finding. */
function severityOf(depth: number, action: Action, origin = office): string {
  const world = new World(`persistence ${String(depth)} ${action.name}`);
  const roles = [R1, R2, R3].slice(0, depth);
  const session = depth === 0 ? world.alice : world.chain(0, world.alice, roles);
  world.does(hour, session, action, origin);
  return world.findings(rule, { ownAccounts: [account] })[0]?.severity ?? 'none';
}

describe('chain-then-persistence', () => {
  const createUser = iam('CreateUser', { userName: 'bob' }, { user: { userName: 'bob', arn: bob.arn } });
  const attach = iam('AttachUserPolicy', { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
  const createFunction = { source: 'lambda', name: 'CreateFunction20150331', params: { functionName: 'f' } };
  const table: readonly [what: string, depth: number, action: Action, severity: string][] = [
    ['a user, by a key', 0, createUser, 'none'],
    ['a user', 1, createUser, 'high'],
    ['a user', 2, createUser, 'critical'],
    ['a key', 1, iam('CreateAccessKey', { userName: 'bob' }), 'high'],
    ['a password', 1, iam('CreateLoginProfile', { userName: 'bob' }), 'high'],
    ['a new password', 1, iam('UpdateLoginProfile', { userName: 'bob' }), 'high'],
    ['a role', 1, iam('CreateRole', { roleName: 'x' }), 'medium'],
    ['a function', 1, createFunction, 'medium'],
    ['a function', 2, createFunction, 'critical'],
    ['trust in its own account', 1, trust({ AWS: `arn:aws:iam::${account}:root` }), 'medium'],
    ['trust in a service', 1, trust({ Service: 'ec2.amazonaws.com' }), 'medium'],
    ['trust in a stranger', 1, trust({ AWS: stranger }), 'high'],
    ['trust in everybody', 1, trust('*'), 'high'],
    [
      'trust in everybody of the organization',
      1,
      trust('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-abc' } }),
      'medium',
    ],
    [
      'trust in a stranger with an external id',
      1,
      trust({ AWS: [stranger] }, { StringEquals: { 'sts:ExternalId': 'x' } }),
      'high',
    ],
    ['trust in a deleted principal', 1, trust({ AWS: 'AROAJ3YEXAMPLE4567890' }), 'high'],
    ['an identity provider', 1, iam('CreateSAMLProvider', { name: 'idp' }), 'high'],
    ['a trust anchor', 1, { source: 'rolesanywhere', name: 'CreateTrustAnchor', params: { name: 'ca' } }, 'high'],
    [
      'a function open to everybody',
      1,
      {
        source: 'lambda',
        name: 'AddPermission20150331v2',
        params: { functionName: 'f', principal: '*', statementId: 's' },
      },
      'high',
    ],
    [
      'a function open to a service',
      1,
      {
        source: 'lambda',
        name: 'AddPermission20150331v2',
        params: { functionName: 'f', principal: 's3.amazonaws.com', statementId: 's' },
      },
      'medium',
    ],
    ['only a privilege', 1, attach, 'low'],
    ['only a privilege', 2, attach, 'high'],
    [
      'an instance with a role',
      2,
      { source: 'ec2', name: 'RunInstances', params: { iamInstanceProfile: { name: 'admin' } } },
      'high',
    ],
    ['an instance without a role', 2, { source: 'ec2', name: 'RunInstances', params: {} }, 'none'],
    [
      'user data',
      1,
      {
        source: 'ec2',
        name: 'ModifyInstanceAttribute',
        params: { instanceId: 'i-1', userData: '<sensitiveDataRemoved>' },
      },
      'medium',
    ],
    [
      'another attribute of an instance',
      1,
      {
        source: 'ec2',
        name: 'ModifyInstanceAttribute',
        params: { instanceId: 'i-1', instanceType: { value: 'm5.large' } },
      },
      'none',
    ],
    ['a service-linked role', 2, iam('CreateServiceLinkedRole', { aWSServiceName: 'eks.amazonaws.com' }), 'none'],
    ['a service’s role', 2, iam('CreateRole', { roleName: 'x', path: '/aws-service-role/eks.amazonaws.com/' }), 'none'],
    ['a read', 2, iam('ListUsers'), 'none'],
  ];
  for (const [what, depth, action, severity] of table) {
    it(`depth ${String(depth)}, ${what} (${action.name}): ${severity}`, () => {
      assert.equal(severityOf(depth, action), severity);
    });
  }

  it('lists each object with its kind, name, ARN, new key id, and whether the key was used', () => {
    const world = new World('objects');
    const third = world.chain(0, world.alice, [R1, R2, R3]);
    world.createsUser(hour, third, bob);
    const asBob = world.createsKey(hour + minute, third, bob, bobsKey);
    world.does(hour + 2 * minute, third, attach);
    world.does(2 * hour, asBob, actions.getCallerIdentity, from('198.51.100.9'));
    const finding = world.only(rule);
    assert.equal(finding.severity, 'critical');
    assert.match(
      finding.title,
      /^User bob, access key \w+ of user bob and attached policy AdministratorAccess on user bob made by role R3 after 3 role assumptions from access key \w+ of user alice$/,
    );
    assert.deepEqual(
      finding.createdObjects.map(({ kind, name, arn, accessKeyId }) => [kind, name, arn, accessKeyId]),
      [
        ['user', 'bob', bob.arn, undefined],
        ['access-key', 'bob', undefined, bobsKey],
        ['policy', 'AdministratorAccess on user bob', 'arn:aws:iam::aws:policy/AdministratorAccess', undefined],
      ],
    );
    const made = finding.evidence.filter(({ reason }) => reason.startsWith('Made: '));
    assert.deepEqual(
      made.map(({ eventID }) => eventID),
      finding.createdObjects.map(({ eventID }) => eventID),
    );
    assert.equal(finding.firstEventTime, made[0]?.eventTime, 'the way there is background');
    assert.equal(finding.count, 3);
    assert.ok(finding.entities.accessKeyIds.includes(bobsKey));
    assert.match(
      finding.context.find(({ label }) => label === `Key ${bobsKey}`)?.value ?? '',
      /^used in 1 event from 198\.51\.100\.9$/,
    );
    assert.deepEqual(finding.techniques, ['T1136.003', 'T1098.001', 'T1098.003']);
    assert.equal(world.findings(rule).length, 1, 'bob, at depth 0, made nothing');
  });

  it('names a key that nobody used dormant, and it is still one of the entities', () => {
    const world = new World('dormant');
    world.createsKey(hour, world.chain(0, world.alice, [R1]), bob, bobsKey);
    const finding = world.only(rule);
    assert.equal(finding.context[0]?.value, 'not used in these logs: dormant');
    assert.ok(finding.entities.accessKeyIds.includes(bobsKey));
  });

  it('notes what was deleted again, and fires all the same', () => {
    const world = new World('deleted');
    const session = world.chain(0, world.alice, [R1, R2]);
    world.createsUser(hour, session, bob);
    world.does(hour + minute, session, attach);
    world.does(
      2 * hour,
      session,
      iam('DetachUserPolicy', { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    );
    world.does(3 * hour, world.alice, iam('DeleteUser', { userName: 'bob' }));
    world.does(3 * hour, world.alice, iam('DeleteUser', { userName: 'bobby' }));
    const finding = world.only(rule);
    assert.equal(finding.severity, 'critical');
    assert.deepEqual(
      finding.createdObjects.map(({ deletedAt }) => deletedAt),
      ['2025-05-12T11:00:00Z', '2025-05-12T10:00:00Z'],
    );
    assert.match(
      finding.explanation,
      /User bob was later deleted by access key \w+ of user alice at 2025-05-12T11:00:00Z/,
    );
    const trust = new World('undone');
    const admin = trust.chain(0, trust.alice, [R1, R2]);
    trust.does(hour, admin, iam('UpdateAssumeRolePolicy', { roleName: 'audit', policyDocument: '{}' }));
    trust.does(2 * hour, trust.alice, iam('DeleteRole', { roleName: 'audit' }));
    assert.match(
      trust.only(rule).explanation,
      /role audit was later undone by access key \w+ of user alice at 2025-05-12T10:00:00Z/,
    );
    const before = new World('deleted before');
    before.does(0, before.alice, iam('DeleteUser', { userName: 'bob' }));
    before.createsUser(hour, before.chain(minute, before.alice, [R1]), bob);
    assert.equal(
      before.only(rule).createdObjects[0]?.deletedAt,
      undefined,
      'an earlier deletion is of an earlier user',
    );
  });

  it('does not judge what infrastructure tools make, and counts it', () => {
    assert.equal(severityOf(2, createUser, terraform), 'none');
    const world = new World('tools');
    const session = world.chain(0, world.alice, [R1, R2]);
    world.does(hour, session, createUser, terraform);
    world.does(
      hour,
      throughService(session, 'cloudformation'),
      createUser,
      from('cloudformation.amazonaws.com', 'cloudformation.amazonaws.com'),
    );
    assert.deepEqual(world.findings(rule), []);
    const note = world.analysis().coverage.notes.find(({ id }) => id === 'chain-then-persistence-infrastructure-tools');
    assert.match(note?.message ?? '', /2 lasting changes by Terraform/);
  });

  it('holds the session responsible for what a service did on its behalf', () => {
    const world = new World('forwarded');
    const session = world.chain(0, world.alice, [R1, R2]);
    world.does(
      hour,
      throughService(session, 'servicecatalog', null),
      createUser,
      from('servicecatalog.amazonaws.com', 'servicecatalog.amazonaws.com'),
    );
    assert.equal(world.only(rule).severity, 'critical');
  });

  it('ignores failed calls', () => {
    assert.equal(severityOf(2, { ...createUser, error: { code: 'AccessDenied', message: 'no' } }), 'none');
    assert.equal(
      severityOf(2, { ...createUser, error: { code: 'EntityAlreadyExistsException', message: 'exists' } }),
      'none',
    );
  });

  it('takes a call without an answer for a success', () => {
    assert.equal(severityOf(1, iam('CreateUser', { userName: 'bob' }, null)), 'high');
  });

  it('fires for machines at any depth, when they make users, keys or passwords', () => {
    const world = new World('instance');
    const { v2 } = world.delivers(0);
    world.does(hour, v2, iam('CreateRole', { roleName: 'x' }));
    assert.deepEqual(world.findings(rule), [], 'a role is none of these');
    world.createsUser(hour, v2, bob);
    const finding = world.only(rule);
    assert.equal(finding.severity, 'high');
    assert.equal(finding.title, 'User bob made by instance i-0123456789abcdef0');
    const lambda = new World('lambda');
    const grant = deliver(lambda.trail, {
      at: start,
      service: 'lambda',
      role: R1,
      name: 'fn',
      minutes: 120,
      withAssumedRoleUser: false,
    });
    lambda.records.push(...grant.records);
    lambda.createsUser(minute, grant.session, bob);
    assert.equal(lambda.only(rule).severity, 'high');
    assert.equal(lambda.only(rule).confidence, 'exact');
    const rooted = new World('rooted');
    rooted.createsUser(hour, rooted.chain(minute, rooted.delivers(0).v1, [R1, R2]), bob);
    assert.equal(rooted.only(rule).severity, 'critical');
    assert.deepEqual(rooted.only(rule).entities.instanceIds, ['i-0123456789abcdef0']);
  });

  it('rates a machine that is known by its own word only a step lower, and says so', () => {
    const world = new World('guess');
    const guessed = roleSession({
      role: webRole,
      name: 'fn',
      key: 'ASIAGUESSED123456789',
      issuedAt: start,
      expiresAt: start + hour,
    });
    world.createsUser(minute, guessed, bob, from('203.0.113.7', `${cli} exec-env/AWS_Lambda_python3.12`));
    const finding = world.only(rule);
    assert.deepEqual([finding.severity, finding.confidence], ['medium', 'inferred']);
    assert.match(finding.explanation, /inferred, not recorded: one step less severe/);
  });

  it('says nothing of people at depth 0, nor of role sessions of unseen origin', () => {
    const world = new World('people');
    world.createsUser(hour, world.signsOn(0, 'ana'), bob);
    const unseen = roleSession({
      role: R1,
      name: 'x',
      key: 'ASIAUNSEEN1234567890',
      issuedAt: start,
      expiresAt: start + hour,
    });
    world.createsUser(hour, unseen, user(account, 'eve'));
    assert.deepEqual(world.findings(rule), []);
    world.createsUser(hour, world.chain(minute, unseen, [role(account, 'R9')]), user(account, 'mallory'));
    assert.match(world.only(rule).title, /after at least 1 role assumption from session x of role R1$/);
    assert.equal(world.only(rule).severity, 'high', 'what was observed counts');
  });

  it('gives one finding a session', () => {
    const world = new World('sessions');
    for (const at of [0, 2, 4]) {
      const session = world.chain(at * hour, world.alice, [R1]);
      world
        .createsUser(at * hour + 2 * minute, session, user(account, `u${String(at)}`))
        .createsUser(at * hour + 3 * minute, session, user(account, `v${String(at)}`));
    }
    assert.deepEqual(
      world.findings(rule).map(({ count }) => count),
      [2, 2, 2],
    );
  });
});
