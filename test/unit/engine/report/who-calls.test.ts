/** Roles, users, instances and things that did nothing here lead to whoever made, changed or asked about them. */
import assert from 'node:assert/strict';
import { answerWho, type Whose } from '../../../../src/engine/report/who';
import { actions, deliver, role, user, type Action, type JsonObject } from '../../../../scripts/sample/records';
import { account, alicesKey, minute, office, other, R1, R2, R3, start, World } from '../support/world';
import { assumeRoleDenied } from '../../../../scripts/sample/records';

const world = new World('calls about things');
const iam = (name: string, request: JsonObject, response: JsonObject | null = null): Action =>
  actions.plain('iam', name, request, response);
const one = world.assumes(0, world.alice, R1, office, 'one');
const two = world.assumes(minute, world.alice, R2, office, 'two');
const does = (at: number, action: Action): World => world.does(at * minute, one, action);
const backdoor = `arn:aws:iam::${account}:role/team/backdoor`;
does(
  2,
  iam(
    'CreateRole',
    { roleName: 'backdoor' },
    { role: { arn: backdoor, roleName: 'backdoor', roleId: 'AROA0000000000BACKDR' } },
  ),
);
does(3, iam('UpdateAssumeRolePolicy', { roleName: 'backdoor', policyDocument: '{}' }));
world.does(4 * minute, two, {
  ...iam('AttachRolePolicy', { roleName: 'backdoor', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
  error: { code: 'AccessDenied', message: '' },
});
does(5, iam('UpdateAssumeRolePolicy', { roleName: 'R2', policyDocument: '{}' }));
does(6, iam('CreateUser', { userName: 'carol' }, { user: { userName: 'carol', userId: 'AIDA00000000000CAROL' } }));
does(
  7,
  iam(
    'CreatePolicy',
    { policyName: 'evil' },
    { policy: { policyName: 'evil', arn: `arn:aws:iam::${account}:policy/evil` } },
  ),
);
does(8, iam('CreateGroup', { groupName: 'wheel' }));
does(9, {
  ...actions.plain('ec2', 'DescribeInstanceAttribute', { instanceId: 'i-0c140b58', attribute: 'userData' }),
  error: { code: 'Client.UnauthorizedOperation', message: '' },
});
does(10, actions.plain('ec2', 'ModifySnapshotAttribute', { snapshotId: 'snap-0123456789abcdef0' }));
does(11, actions.plain('lambda', 'UpdateFunctionCode20150331v2', { functionName: 'collect' }));
// The same name in two accounts: only one of them has a session.
const deploy = user(other, 'deploy');
const theirs = world.createsKey(12 * minute, two, deploy, 'AKIA0000000000DEPLOY');
world.does(13 * minute, theirs, actions.listBuckets);
does(
  14,
  iam(
    'CreateAccessKey',
    { userName: 'deploy' },
    { accessKey: { userName: 'deploy', accessKeyId: 'AKIA000000000000MORE' } },
  ),
);
// Handed to a service that did nothing with it.
const linked = role(account, 'AWSServiceRoleForScan', '/aws-service-role/scan.amazonaws.com/');
world.records.push(
  ...deliver(world.trail, {
    at: start + 15 * minute,
    role: linked,
    name: 'Internal',
    service: 'scan.amazonaws.com',
    minutes: 60,
    withAssumedRoleUser: true,
  }).records,
);
world.records.push(assumeRoleDenied(world.trail, start + 16 * minute, two, R3, office));

const { model } = world.analysis();
const who = (name: string): Whose => answerWho(model, name);
const brief = ({ matched, sessions, records }: Whose): string[] => [
  matched,
  ...sessions.map((index) => model.sessions[index]?.name ?? ''),
  ...records
    .filter(({ role: of }) => /about|nobody|denied/.test(of))
    .map(({ eventName, role: of }) => `${eventName}: ${of.replace(/;.*/, '')}`),
];

describe('who, of what calls were about', () => {
  const made = [
    'CreateRole: about this role',
    'UpdateAssumeRolePolicy: about this role',
    'AttachRolePolicy: about this role',
  ];
  const admin = `arn:aws:sts::${account}:assumed-role`;
  const table: readonly (readonly [name: string, brief: readonly string[]])[] = [
    ...['backdoor', backdoor, `arn:aws:iam::${account}:role/backdoor`, 'AROA0000000000BACKDR'].map(
      (name) => [name, ['role that calls were about', 'one', 'two', ...made]] as const,
    ),
    ['R2', ['role', 'two', 'UpdateAssumeRolePolicy: about this role']],
    [R2.id, ['role', 'two', 'UpdateAssumeRolePolicy: about this role']],
    ['AIDA00000000000CAROL', ['user that calls were about', 'one', 'CreateUser: about this user']],
    ['carol', ['user that calls were about', 'one', 'CreateUser: about this user']],
    ['wheel', ['group that calls were about', 'one', 'CreateGroup: about this group']],
    ['evil', ['resource that calls were about', 'one', 'CreatePolicy: about this resource']],
    [
      `arn:aws:iam::${account}:policy/evil`,
      ['resource that calls were about', 'one', 'CreatePolicy: about this resource'],
    ],
    [
      'arn:aws:iam::aws:policy/AdministratorAccess',
      ['resource that calls were about', 'two', 'AttachRolePolicy: about this resource'],
    ],
    ['i-0c140b58', ['instance that calls were about', 'one', 'DescribeInstanceAttribute: about this instance']],
    [
      'snap-0123456789abcdef0',
      ['resource that calls were about', 'one', 'ModifySnapshotAttribute: about this resource'],
    ],
    [
      `arn:aws:lambda:us-east-1:${account}:function:collect`,
      ['resource that calls were about', 'one', 'UpdateFunctionCode: about this resource'],
    ],
    // Of another account or region nothing is known.
    [`arn:aws:iam::${other}:role/backdoor`, ['']],
    [`arn:aws:lambda:eu-west-1:${account}:function:collect`, ['']],
    ['back', ['']],
    ['team/', ['']],
    [`arn:aws:iam::${account}:role/`, ['']],
    ['AROA0000000000BACKD', ['']],
    [
      'deploy',
      ['user', 'one', 'two', 'deploy', ...[1, 2].map(() => `CreateAccessKey: about this user, in account ${account}`)],
    ],
    [
      linked.arn,
      ['role of credentials that nobody used here', 'AssumeRole: issued a credential that nobody used here'],
    ],
    [
      `${linked.id}:Internal`,
      ['session that was issued and never used here', 'AssumeRole: issued a credential that nobody used here'],
    ],
    [
      `${admin}/AWSServiceRoleForScan/Internal`,
      ['session that was issued and never used here', 'AssumeRole: issued a credential that nobody used here'],
    ],
    [linked.id, ['role of credentials that nobody used here', 'AssumeRole: issued a credential that nobody used here']],
    // A session that is not here is not called a denied role.
    [
      `${admin}/R2/else`,
      ['session that is not in these logs, of a role', 'two', 'UpdateAssumeRolePolicy: about this role'],
    ],
    [`${admin}/R2/*`, ['role', 'two', 'UpdateAssumeRolePolicy: about this role']],
    [
      `${admin}/R3/else`,
      [
        'session that is not in these logs, of a role that was asked for and denied',
        'two',
        'AssumeRole: denied attempt',
      ],
    ],
    [
      `${admin}/backdoor/else`,
      ['session that is not in these logs, of a role that calls were about', 'one', 'two', ...made],
    ],
    [`${admin}/nobody/else`, ['']],
  ];
  for (const [name, expected] of table) {
    it(name, () => {
      assert.deepEqual(brief(who(name)).sort(), [...expected].sort());
    });
  }

  it('keeps keys and events what they are', () => {
    assert.equal(who(alicesKey).matched, 'access key');
    assert.equal(who('AKIA000000000000MORE').matched, 'access key that was made and never used here');
  });
});
