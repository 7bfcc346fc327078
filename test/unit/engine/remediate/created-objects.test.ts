/** What a session left behind is undone from the record of the call that made it. */
import assert from 'node:assert/strict';
import { planFor } from '../../../../src/engine/remediate/plan';
import type { RemediationPlan } from '../../../../src/engine/remediate/remediation';
import { eventIdAt, actionAt } from '../../../../src/engine/lineage/table';
import { actions, assumeRole, iamUser, role, Trail, user, utc, type Action } from '../../../../scripts/sample/records';
import { modelOf } from '../support/files';
import { ACCOUNT, analysisOf, draftOf, fileText } from './fixture';

const origin = { ip: '192.0.2.66', ua: 'aws-cli/2.15.30' };
const at = utc('2023-07-10T12:00:00Z');

/** A plan for a session that made one call, after `earlier` calls by a user that has nothing to do with it. */
function planAfter(
  action: Action,
  options: { readonly kind?: string; readonly name?: string; readonly earlier?: readonly Action[] } = {},
): RemediationPlan {
  const trail = new Trail(`objects ${action.name}`);
  const grant = assumeRole(trail, {
    at,
    caller: iamUser(user(ACCOUNT, 'mallory'), 'AKIAEXAMPLEMALLORY01'),
    role: role(ACCOUNT, 'R1'),
    name: 'session',
    origin,
  });
  const admin = iamUser(user(ACCOUNT, 'admin'), 'AKIAEXAMPLEADMIN0001');
  const model = modelOf([
    ...(options.earlier ?? []).map((each, index) => trail.record(at - 1000 + index, admin, each, origin)),
    ...grant.records,
    trail.record(at + 60, grant.session, action, origin),
  ]);
  const subject = model.sessions.find(({ kind }) => kind === 'role');
  assert.ok(subject !== undefined);
  const row = [...subject.rows].find((each) => actionAt(model.events, each).eventName === action.name);
  assert.ok(row !== undefined);
  const draft = {
    ...draftOf(model, subject),
    createdObjects: [
      { kind: options.kind ?? 'other', name: options.name ?? action.name, eventID: eventIdAt(model.events, row) },
    ],
  };
  return planFor(analysisOf(model, draft), 'finding-0123456789abcdef') ?? assert.fail('no plan');
}

function createdSteps(plan: RemediationPlan): {
  readonly commands: string;
  readonly undo: string;
  readonly refused: string;
} {
  const steps = plan.remediations.filter(({ id }) => id.startsWith('created:')).flatMap(({ steps: each }) => each);
  const lines = (list: 'commands' | 'undo'): string =>
    steps.flatMap((step) => step[list].map(({ posix }) => posix)).join('\n');
  return {
    commands: lines('commands'),
    undo: lines('undo'),
    refused: steps.map(({ refused }) => refused ?? '').join('\n'),
  };
}

describe('created objects', () => {
  const cases: readonly (readonly [Action, RegExp, RegExp])[] = [
    [
      actions.plain('iam', 'AttachRolePolicy', {
        roleName: 'Ops',
        policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
      }),
      /iam detach-role-policy --role-name 'Ops' --policy-arn 'arn:aws:iam::aws:policy\/AdministratorAccess'/,
      /iam attach-role-policy --role-name 'Ops'/,
    ],
    [
      actions.plain('iam', 'PutRolePolicy', { roleName: 'Ops', policyName: 'extra', policyDocument: '{}' }),
      /iam get-role-policy --role-name 'Ops' --policy-name 'extra' --query 'PolicyDocument'.*> 'saved\/[^']+'\naws iam delete-role-policy --role-name 'Ops' --policy-name 'extra'/,
      /iam put-role-policy --role-name 'Ops' --policy-name 'extra' --policy-document file:\/\/saved\//,
    ],
    [
      actions.plain('iam', 'AddUserToGroup', { userName: 'mallory', groupName: 'admins' }),
      /iam remove-user-from-group --user-name 'mallory' --group-name 'admins'/,
      /iam add-user-to-group/,
    ],
    [
      actions.plain('iam', 'CreateLoginProfile', { userName: 'carol' }),
      /iam delete-login-profile --user-name 'carol'/,
      /^$/,
    ],
    [
      actions.plain(
        'iam',
        'CreateServiceSpecificCredential',
        { userName: 'carol', serviceName: 'bedrock.amazonaws.com' },
        { serviceSpecificCredential: { serviceSpecificCredentialId: 'ACCAEXAMPLEEXAMPLE01', userName: 'carol' } },
      ),
      /update-service-specific-credential --user-name 'carol' --service-specific-credential-id 'ACCAEXAMPLEEXAMPLE01' --status 'Inactive'/,
      /--status 'Active'/,
    ],
    [
      actions.plain('iam', 'CreateRole', { roleName: 'backdoor', assumeRolePolicyDocument: '{}' }),
      /iam put-role-policy --role-name 'backdoor' --policy-name 'IncidentDenyAll-/,
      /iam delete-role-policy --role-name 'backdoor'/,
    ],
    [
      actions.plain('lambda', 'AddPermission', { functionName: 'fn', statementId: 'open' }),
      /lambda remove-permission --function-name 'fn' --statement-id 'open'.* --region 'us-east-1'/,
      /^$/,
    ],
    [
      actions.plain('lambda', 'CreateFunction', { functionName: 'fn' }),
      /lambda put-function-concurrency --function-name 'fn' --reserved-concurrent-executions '0'/,
      /lambda delete-function-concurrency/,
    ],
  ];
  for (const [action, commands, undo] of cases) {
    it(`are undone: ${action.name}`, () => {
      const steps = createdSteps(planAfter(action));
      assert.match(steps.commands, commands);
      assert.match(steps.undo, undo);
    });
  }

  it('take no user of Identity Center for an IAM user', () => {
    const plan = planAfter(actions.plain('identitystore', 'CreateUser', { userName: 'eve' }), {
      kind: 'identity-store-user',
      name: 'eve',
    });
    assert.ok(!plan.remediations.some(({ id }) => id === `deny-all:user:${ACCOUNT}:eve`));
    assert.match(createdSteps(plan).refused, /no ready command/);
  });

  it('give no command for a name that AWS would not allow', () => {
    const plan = planAfter(actions.plain('iam', 'AddUserToGroup', { userName: 'x; reboot', groupName: 'admins' }));
    assert.equal(createdSteps(plan).commands, '');
    assert.match(createdSteps(plan).refused, /AWS would not allow/);
  });

  it('deny a new user everything, even one that never acted', () => {
    const plan = planAfter(actions.plain('iam', 'CreateUser', { userName: 'eve' }), { kind: 'user', name: 'eve' });
    assert.ok(
      plan.remediations.some(({ id, phase }) => id === `deny-all:user:${ACCOUNT}:eve` && phase === 'persistence'),
    );
  });

  describe('a changed trust policy', () => {
    const former = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    };
    const opened = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
    };
    const target = role(ACCOUNT, 'audit');

    it('goes back to what the logs show before it', () => {
      const plan = planAfter(actions.updateTrust(target, opened), {
        kind: 'trust-policy',
        name: 'audit',
        earlier: [actions.updateTrust(target, former)],
      });
      assert.deepEqual(JSON.parse(fileText(plan, `policies/trust-former-${ACCOUNT}-audit.json`)), former);
      assert.match(
        createdSteps(plan).commands,
        /update-assume-role-policy --role-name 'audit' --policy-document file:\/\/policies\/trust-former-/,
      );
      assert.doesNotMatch(fileText(plan, 'respond.sh'), /trust-former-/, 'a person reads it first');
    });

    it('is only looked at when the logs do not show it', () => {
      const plan = planAfter(actions.updateTrust(target, opened), { kind: 'trust-policy', name: 'audit' });
      assert.doesNotMatch(createdSteps(plan).commands, /update-assume-role-policy/);
      assert.match(createdSteps(plan).commands, /get-role --role-name 'audit'/);
    });
  });
});
