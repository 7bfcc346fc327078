/** What calls leave behind and what takes it away, each with a removal that is not its own. Shapes after the API references. */
import assert from 'node:assert/strict';
import { objectsMadeAt } from '../../../../src/engine/report/objects-made';
import { objectMade } from '../../../../src/engine/detect/persistence-objects';
import type { BlastObject } from '../../../../src/engine/report/blast-radius';
import { actions, type Action, type JsonObject } from '../../../../scripts/sample/records';
import { account, minute, World } from '../support/world';

/** Everything that one key made, in time order: what the calls at 0 left, after those a minute later each. */
function left(...calls: readonly Action[]): BlastObject[] {
  const world = new World('left behind');
  calls.forEach((call, at) => world.does(at * minute, world.alice, call));
  const { model } = world.analysis();
  return objectsMadeAt(
    model,
    [...model.events.notable.keys()].sort((a, b) => a - b),
  );
}

const call = (action: string, request: JsonObject = {}, response: JsonObject | null = null): Action => {
  const [service = '', name = ''] = action.split(':');
  return actions.plain(service, name, request, response);
};
const iam = (name: string, request: JsonObject): Action => call(`iam:${name}`, request);
const instances = (...ids: readonly string[]): JsonObject => ({ items: ids.map((instanceId) => ({ instanceId })) });

const policyArn = `arn:aws:iam::${account}:policy/p`;
const provider = `arn:aws:iam::${account}:oidc-provider/x.example`;
const setArn = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1';
const entry = `arn:aws:iam::${account}:role/R`;
const version = call('iam:CreatePolicyVersion', { policyArn }, { policyVersion: { versionId: 'v2' } });
const launch = call(
  'ec2:RunInstances',
  { iamInstanceProfile: { name: 'web' }, instancesSet: { items: [{ imageId: 'ami-1' }] } },
  { instancesSet: instances('i-0aaaaaaaaaaaaaaaa') },
);
const associate = call(
  'ec2:AssociateIamInstanceProfile',
  { AssociateIamInstanceProfileRequest: { InstanceId: 'i-0bbbbbbbbbbbbbbbb', IamInstanceProfile: { Name: 'admin' } } },
  { AssociateIamInstanceProfileResponse: { iamInstanceProfileAssociation: { associationId: 'iip-assoc-1' } } },
);
const keyPair = call('ec2:CreateKeyPair', { keyName: 'kp' }, { keyName: 'kp', keyPairId: 'key-1' });
const targets = call('events:PutTargets', { rule: 'r', targets: [{ id: '1' }, { id: '2' }] });
const permissionSet = call('sso:CreatePermissionSet', { name: 'ps' }, { permissionSet: { permissionSetArn: setArn } });
const assignment = { permissionSetArn: setArn, principalId: 'p-1', targetId: account };
const access = call('eks:AssociateAccessPolicy', { name: 'c', principalArn: entry, policyArn: 'arn:p' });
const url = call('lambda:CreateFunctionUrlConfig', { functionName: 'fn' });
const layer = call('lambda:PublishLayerVersion', { layerName: 'tools' }, { version: 3 });

describe('what calls left behind', () => {
  const table: readonly (readonly [made: Action, gone: Action, near: Action])[] = [
    // With the user, the role, the group, the policy that they are of.
    ...(
      [
        iam('CreateLoginProfile', { userName: 'u' }),
        iam('UpdateLoginProfile', { userName: 'u' }),
        iam('PutUserPolicy', { userName: 'u', policyName: 'p' }),
        iam('AttachUserPolicy', { userName: 'u', policyArn }),
        iam('AddUserToGroup', { userName: 'u', groupName: 'g' }),
        iam('PutUserPermissionsBoundary', { userName: 'u' }),
        iam('DeleteUserPermissionsBoundary', { userName: 'u' }),
        iam('EnableMFADevice', { userName: 'u', serialNumber: 'm' }),
        call(
          'iam:CreateAccessKey',
          { userName: 'u' },
          { accessKey: { userName: 'u', accessKeyId: 'AKIAMADEMADEMADE0001' } },
        ),
        call('iam:UploadSSHPublicKey', { userName: 'u' }, { sSHPublicKey: { sSHPublicKeyId: 'APKA1' } }),
      ] as const
    ).map((made) => [made, iam('DeleteUser', { userName: 'u' }), iam('DeleteUser', { userName: 'u2' })] as const),
    ...(
      [
        iam('UpdateAssumeRolePolicy', { roleName: 'r' }),
        iam('PutRolePolicy', { roleName: 'r', policyName: 'p' }),
        iam('AttachRolePolicy', { roleName: 'r', policyArn }),
        iam('PutRolePermissionsBoundary', { roleName: 'r' }),
        iam('AddRoleToInstanceProfile', { instanceProfileName: 'web', roleName: 'r' }),
      ] as const
    ).map((made) => [made, iam('DeleteRole', { roleName: 'r' }), iam('DeleteRole', { roleName: 'r|p' })] as const),
    [
      iam('PutGroupPolicy', { groupName: 'g', policyName: 'p' }),
      iam('DeleteGroup', { groupName: 'g' }),
      iam('DeleteGroup', { groupName: 'p' }),
    ],
    [
      version,
      iam('DeletePolicyVersion', { policyArn, versionId: 'v2' }),
      iam('DeletePolicyVersion', { policyArn, versionId: 'v1' }),
    ],
    [version, iam('DeletePolicy', { policyArn }), iam('DeletePolicy', { policyArn: `${policyArn}p` })],
    // By name, by id, one of several.
    [
      launch,
      call('ec2:TerminateInstances', { instancesSet: instances('i-0aaaaaaaaaaaaaaaa') }),
      call('ec2:TerminateInstances', { instancesSet: instances('i-0cccccccccccccccc') }),
    ],
    [keyPair, call('ec2:DeleteKeyPair', { keyPairId: 'key-1' }), call('ec2:DeleteKeyPair', { keyPairId: 'key-2' })],
    [keyPair, call('ec2:DeleteKeyPair', { keyName: 'kp' }), call('ec2:DeleteKeyPair', { keyName: 'kp2' })],
    [
      associate,
      call('ec2:DisassociateIamInstanceProfile', {
        DisassociateIamInstanceProfileRequest: { AssociationId: 'iip-assoc-1' },
      }),
      call('ec2:DisassociateIamInstanceProfile', {
        DisassociateIamInstanceProfileRequest: { AssociationId: 'iip-assoc-2' },
      }),
    ],
    [
      associate,
      call('ec2:TerminateInstances', { instancesSet: instances('i-0bbbbbbbbbbbbbbbb') }),
      call('ec2:TerminateInstances', { instancesSet: instances('i-0aaaaaaaaaaaaaaaa') }),
    ],
    [
      targets,
      call('events:RemoveTargets', { rule: 'r', ids: ['2', '1'] }),
      call('events:RemoveTargets', { rule: 'r', ids: ['1'] }),
    ],
    [
      targets,
      call('events:DeleteRule', { name: 'r' }),
      call('events:DeleteRule', { name: 'r', eventBusName: 'other' }),
    ],
    [
      call('events:PutTargets', { rule: 'r' }),
      call('events:RemoveTargets', { rule: 'r', ids: ['1'] }),
      call('events:RemoveTargets', { rule: 'q', ids: ['1'] }),
    ],
    [
      permissionSet,
      call('sso:DeletePermissionSet', { permissionSetArn: setArn }),
      call('sso:DeletePermissionSet', { permissionSetArn: `${setArn}2` }),
    ],
    [
      call('sso:CreateAccountAssignment', assignment),
      call('sso:DeleteAccountAssignment', assignment),
      call('sso:DeleteAccountAssignment', { ...assignment, targetId: '999988887777' }),
    ],
    [
      call('eks:CreateAccessEntry', { name: 'c', principalArn: entry }),
      call('eks:DeleteAccessEntry', { name: 'c', principalArn: encodeURIComponent(entry) }),
      call('eks:DeleteAccessEntry', { name: 'c', principalArn: `${entry}2` }),
    ],
    [
      access,
      call('eks:DisassociateAccessPolicy', { name: 'c', principalArn: entry, policyArn: 'arn:p' }),
      call('eks:DisassociateAccessPolicy', { name: 'c', principalArn: entry, policyArn: 'arn:q' }),
    ],
    [
      access,
      call('eks:DeleteAccessEntry', { name: 'c', principalArn: entry }),
      call('eks:DeleteAccessEntry', { name: 'd', principalArn: entry }),
    ],
    [
      url,
      call('lambda:DeleteFunction20150331', { functionName: 'fn' }),
      call('lambda:DeleteFunction20150331', { functionName: 'fn', qualifier: '3' }),
    ],
    [
      layer,
      call('lambda:DeleteLayerVersion20181031', {
        layerName: 'arn:aws:lambda:us-east-1:1:layer:tools',
        versionNumber: 3,
      }),
      call('lambda:DeleteLayerVersion20181031', { layerName: 'tools', versionNumber: 2 }),
    ],
    [
      iam('AddClientIDToOpenIDConnectProvider', { openIDConnectProviderArn: provider, clientID: 'c' }),
      iam('DeleteOpenIDConnectProvider', { openIDConnectProviderArn: provider }),
      iam('RemoveClientIDFromOpenIDConnectProvider', { openIDConnectProviderArn: provider, clientID: 'd' }),
    ],
    [
      call('rolesanywhere:EnableTrustAnchor', { trustAnchorId: 't' }),
      call('rolesanywhere:DisableTrustAnchor', { trustAnchorId: 't' }),
      call('rolesanywhere:DisableTrustAnchor', { trustAnchorId: 's' }),
    ],
    [
      iam('DeleteRolePermissionsBoundary', { roleName: 'r' }),
      iam('PutRolePermissionsBoundary', { roleName: 'r' }),
      iam('PutRolePermissionsBoundary', { roleName: 's' }),
    ],
    [
      call('ssm:CreateActivation', { iamRole: 'r' }, { activationId: 'a-1' }),
      call('ssm:DeleteActivation', { activationId: 'a-1' }),
      call('ssm:DeleteActivation', { activationId: 'a-2' }),
    ],
  ];
  for (const [made, gone, near] of table) {
    const what = ({ name, params }: Action): string => `${name} ${JSON.stringify(params)}`;
    it(`${what(made)} is gone after ${what(gone)}, not after ${what(near)}`, () => {
      const [there] = left(made, near);
      assert.equal(there?.eventName, made.name.replace(/\d+$/, ''));
      assert.equal(there.deletedAt, undefined);
      assert.equal(left(made, gone)[0]?.deletedAt, '2025-05-12T08:01:00Z');
      assert.equal(left(made, near, gone)[0]?.deletedAt, '2025-05-12T08:02:00Z');
      assert.equal(left(gone, made).at(-1)?.deletedAt, undefined, 'an earlier removal is of an earlier thing');
    });
  }

  it('is gone when the last machine of a call is', () => {
    const two = call(
      'ec2:RunInstances',
      { iamInstanceProfile: { arn: `arn:aws:iam::${account}:instance-profile/team/web` } },
      { instancesSet: instances('i-0aaaaaaaaaaaaaaaa', 'i-0bbbbbbbbbbbbbbbb') },
    );
    const end = (id: string): Action => call('ec2:TerminateInstances', { instancesSet: instances(id) });
    const [half] = left(two, end('i-0aaaaaaaaaaaaaaaa'));
    assert.deepEqual(
      [half?.name, half?.deletedAt],
      ['i-0aaaaaaaaaaaaaaaa, i-0bbbbbbbbbbbbbbbb by instance profile web', undefined],
    );
    assert.equal(
      left(two, end('i-0bbbbbbbbbbbbbbbb'), end('i-0aaaaaaaaaaaaaaaa'))[0]?.deletedAt,
      '2025-05-12T08:02:00Z',
    );
  });

  it('goes in its own region only', () => {
    const there = { ...call('ec2:DeleteKeyPair', { keyName: 'kp' }), region: 'ap-south-1' };
    assert.equal(left(keyPair, there)[0]?.deletedAt, undefined);
    assert.equal(left({ ...keyPair, region: 'ap-south-1' }, there)[0]?.deletedAt, '2025-05-12T08:01:00Z');
  });

  it('was made before it was taken away where both are in one second', () => {
    const world = new World('one second');
    const names = Array.from({ length: 16 }, (_, at) => `s${String(at)}`);
    for (const userName of names) {
      world.does(0, world.alice, iam('CreateUser', { userName })).does(0, world.alice, iam('DeleteUser', { userName }));
    }
    const { model } = world.analysis();
    const made = objectsMadeAt(
      model,
      [...model.events.notable.keys()].sort((a, b) => a - b),
    );
    assert.deepEqual(
      made.filter(({ deletedAt }) => deletedAt === undefined),
      [],
    );
    assert.equal(made.length, names.length);
  });

  it('is told as a change where it is no object of its own', () => {
    const change = (name: string): boolean =>
      objectMade('iam.amazonaws.com', name, {
        request: { userName: 'u', roleName: 'r', policyArn },
        response: {},
        self: '',
      }).change;
    assert.deepEqual(
      [
        'DeleteUserPermissionsBoundary',
        'UpdateAssumeRolePolicy',
        'SetDefaultPolicyVersion',
        'CreateUser',
        'CreateRole',
      ].map(change),
      [true, true, true, false, false],
    );
    const { words } = objectMade('iam.amazonaws.com', 'DeleteUserPermissionsBoundary', {
      request: { userName: 'u' },
      response: {},
      self: '',
    });
    assert.equal(words, 'removed permissions boundary of user u');
  });
});
