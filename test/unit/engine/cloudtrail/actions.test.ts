import assert from 'node:assert/strict';
import { CLASS_TABLES, NOT_NOTABLE, NOTABLE_ACTIONS } from '../../../../src/engine/cloudtrail/action-tables';
import { type ActionClass, actionClass, isNotable, stripApiDate } from '../../../../src/engine/cloudtrail/actions';

describe('action classes', () => {
  const cases: readonly (readonly [action: string, readOnly: boolean, actionClass: ActionClass])[] = [
    ['sts:AssumeRole', true, 'identity'],
    ['sts:GetCallerIdentity', true, 'identity'],
    ['signin:ConsoleLogin', false, 'identity'],
    ['rolesanywhere:CreateSession', false, 'identity'],
    ['cloudshell:CreateSession', false, 'other-write'],
    ['iam:CreateUser', false, 'persistence'],
    ['transfer:CreateUser', false, 'other-write'],
    ['iam:CreateAccessKey', false, 'persistence'],
    ['iam:UpdateAssumeRolePolicy', false, 'persistence'],
    ['rolesanywhere:CreateProfile', false, 'persistence'],
    ['lambda:CreateFunction20150331', false, 'persistence'],
    ['lambda:AddPermission20150331v2', false, 'persistence'],
    ['lambda:CreateFunctionUrlConfig', false, 'persistence'],
    ['ec2:ModifyInstanceAttribute', false, 'persistence'],
    ['sso:CreateAccountAssignment', false, 'persistence'],
    ['iam:AttachUserPolicy', false, 'privilege'],
    ['iam:DeleteRolePermissionsBoundary', false, 'privilege'],
    ['ec2:RunInstances', false, 'privilege'],
    ['cloudtrail:StopLogging', false, 'defense-evasion'],
    ['guardduty:UpdateDetector', false, 'defense-evasion'],
    ['s3:PutBucketLifecycle', false, 'defense-evasion'],
    ['organizations:LeaveOrganization', false, 'defense-evasion'],
    ['secretsmanager:GetSecretValue', true, 'credential-access'],
    ['ssm:GetParameters', true, 'credential-access'],
    ['ec2:GetPasswordData', true, 'credential-access'],
    ['ec2:ModifySnapshotAttribute', false, 'exfiltration'],
    ['rds:ModifyDBSnapshotAttribute', false, 'exfiltration'],
    ['s3:PutBucketPolicy', false, 'exfiltration'],
    ['kms:ScheduleKeyDeletion', false, 'impact'],
    ['ec2:TerminateInstances', false, 'impact'],
    ['ec2:DescribeInstances', true, 'read'],
    ['ec2:DescribeInstances', false, 'read'],
    ['s3:HeadObject', false, 'read'],
    ['x:GetIt', false, 'read'],
    ['x:Getaway', false, 'other-write'],
    ['x:Anything', true, 'read'],
    ['x:Anything', false, 'other-write'],
  ];
  for (const [action, readOnly, expected] of cases) {
    it(`${action}${readOnly ? ', read-only' : ''} is ${expected}`, () => {
      const [service = '', name = ''] = action.split(':');
      assert.equal(actionClass(`${service}.amazonaws.com`, name, readOnly), expected);
      assert.equal(actionClass(`${service}.amazonaws.com.cn`, name, readOnly), expected);
    });
  }

  it('no action is in two classes or twice in one', () => {
    const seen = new Map<string, ActionClass>();
    for (const [actionClassName, services] of CLASS_TABLES) {
      for (const [service, names] of Object.entries(services)) {
        for (const name of names.split(' ')) {
          assert.match(name, /^[A-Z][A-Za-z0-9]+$/, `${service}: ${names}`);
          assert.equal(seen.get(`${service}:${name}`), undefined, `${service}:${name}`);
          seen.set(`${service}:${name}`, actionClassName);
        }
      }
    }
    for (const names of [NOTABLE_ACTIONS, NOT_NOTABLE].flatMap((table) => Object.values(table))) {
      for (const name of names.split(' ')) assert.match(name, /^[A-Z][A-Za-z0-9]+$/, names);
    }
  });

  it('API dates', () => {
    assert.equal(stripApiDate('CreateFunction20150331'), 'CreateFunction');
    assert.equal(stripApiDate('AddPermission20150331v2'), 'AddPermission');
    assert.equal(stripApiDate('CreateFunction2020_05_31'), 'CreateFunction');
    assert.equal(stripApiDate('GetEC2'), 'GetEC2');
    assert.equal(stripApiDate('Mark2015'), 'Mark2015');
  });
});

describe('notable actions', () => {
  const notable = [
    'sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoot', 'sts:GetSessionToken',
    'sts:GetFederationToken', 'signin:ConsoleLogin', 'signin:SwitchRole', 'signin:GetSigninToken', 'rolesanywhere:CreateSession',
    'cognito-identity:GetCredentialsForIdentity', 'eks-auth:AssumeRoleForPodIdentity', 'iam:CreateAccessKey', 'iam:DeleteAccessKey',
    'iam:UpdateAccessKey', 'iam:DeleteUser', 'iam:DeleteRole', 'iam:PutRolePolicy', 'iam:DetachUserPolicy', 'iam:DeleteLoginProfile',
    'ec2:RunInstances', 'ec2:StartInstances', 'ec2:StopInstances', 'ec2:TerminateInstances', 'ec2:AssociateAddress',
    'ec2:DisassociateAddress', 'ec2:CreateNetworkInterface', 'ec2:AttachNetworkInterface', 'ec2:AssignPrivateIpAddresses',
    'ec2:AssignIpv6Addresses', 'ec2:AssociateIamInstanceProfile', 'ec2:DisassociateIamInstanceProfile',
    'ec2:ModifyInstanceMetadataOptions', 'ec2:ModifyInstanceAttribute', 'ec2:ModifySnapshotAttribute', 'ssm:SendCommand',
    'ssm:StartSession', 'ssm:UpdateInstanceInformation', 'ec2-instance-connect:SendSSHPublicKey', 'cloudtrail:StopLogging',
    'lambda:CreateFunction20150331', 's3:PutBucketPolicy', 'kms:PutKeyPolicy', 'sso:DeleteAccountAssignment',
  ]; // prettier-ignore
  const quiet = [
    'sts:GetCallerIdentity',
    'ec2:DescribeInstances',
    's3:GetObject',
    'kms:Decrypt',
    'cognito-identity:GetId',
  ];
  for (const action of notable) {
    it(action, () => {
      const [service = '', name = ''] = action.split(':');
      assert.equal(isNotable(`${service}.amazonaws.com`, name), true);
    });
  }
  for (const action of quiet) {
    it(`not ${action}`, () => {
      const [service = '', name = ''] = action.split(':');
      assert.equal(isNotable(`${service}.amazonaws.com`, name), false);
    });
  }
});
