/**
 * What each persistence or privilege call leaves behind: data, by `service:EventName`.
 *
 * Guarantee: fields of the record only; '' where it does not say.
 * Source: API references of IAM, Roles Anywhere, Lambda, EC2, EKS, EventBridge, IAM Identity Center.
 */
import { lastSegment } from '../cloudtrail/text';
import {
  all,
  answered,
  asked,
  clusterName,
  either,
  entryPrincipal,
  functionName,
  instancesMade,
  layerName,
  ruleOnBus,
  textsIn,
  userName,
  type Field,
  type ObjectFields,
} from './object-fields';

/** What it is a part of, by kind and name: when that goes, it goes. */
type Owner = readonly [kind: string, name: Field];

export interface Reader {
  readonly kind: string;
  /** `user`, `access key …`: what stands before the name. */
  readonly noun: string;
  readonly name: Field;
  readonly arn?: Field;
  readonly key?: Field;
  readonly change?: true;
  /** Kind of `thing`, where it is another than that of the object. */
  readonly thing?: string;
  /** Names of the thing, any of which removes it; the object's name where absent. */
  readonly ids?: readonly Field[];
  /** Of calls that make several things: the id of each. */
  readonly each?: (fields: ObjectFields) => readonly string[];
  readonly owners?: readonly Owner[];
  /** What takes it away on its own is not among the records that are kept. */
  readonly endUnknown?: true;
}

const simple = (kind: string, noun: string, name: Field, more: Partial<Reader> = {}): Reader => ({
  kind,
  noun,
  name,
  ...more,
});

const last =
  (field: Field): Field =>
  (fields) =>
    lastSegment(field(fields));

const user: Owner = ['user', userName];
const role: Owner = ['role', asked('roleName')];
const group: Owner = ['group', asked('groupName')];
const policy: Owner = ['managed-policy', asked('policyArn')];
const owners = { user, role, group } as const;

function attached(target: keyof typeof owners): Reader {
  const [, to] = owners[target];
  const arn = asked('policyArn');
  return {
    kind: 'policy',
    noun: 'attached policy',
    name: (fields) => `${lastSegment(arn(fields))} on ${target} ${to(fields)}`,
    arn,
    thing: `attached:${target}`,
    ids: [all(to, arn)],
    owners: [owners[target], policy],
  };
}

function inline(target: keyof typeof owners): Reader {
  const [, to] = owners[target];
  const policyName = asked('policyName');
  return {
    kind: 'policy',
    noun: 'inline policy',
    name: (fields) => `${policyName(fields)} on ${target} ${to(fields)}`,
    thing: `inline:${target}`,
    ids: [all(to, policyName)],
    owners: [owners[target]],
  };
}

function boundary(target: 'user' | 'role', what: 'changed' | 'removed'): Reader {
  const [, to] = owners[target];
  return {
    kind: 'permissions-boundary',
    noun: `${what} permissions boundary of ${target}`,
    name: to,
    change: true,
    // Each undoes the other.
    thing: `${what === 'removed' ? 'no-' : ''}boundary:${target}`,
    owners: [owners[target]],
  };
}

/** What belongs to a user: gone with the user at the latest. */
const ofUser = (kind: string, noun: string, id?: Field, more: Partial<Reader> = {}): Reader =>
  simple(kind, noun, userName, { owners: [user], ...(id === undefined ? {} : { ids: [id] }), ...more });

const provider = asked('openIDConnectProviderArn');
const ofProvider: Owner = ['identity-provider', provider];
const anchor: Owner = ['trust-anchor', asked('trustAnchorId')];
const profile: Owner = ['roles-anywhere-profile', asked('profileId')];
const ofFunction: Owner = ['function', functionName];
const permissionSet: Owner = ['permission-set', asked('permissionSetArn')];

function onPermissionSet(noun: string, name: Field): Reader {
  return simple(
    'policy',
    noun,
    (fields) => `${name(fields)} on permission set ${lastSegment(permissionSet[1](fields))}`,
    {
      ids: [],
      endUnknown: true,
      owners: [permissionSet],
    },
  );
}

const association = (request: string, response: string, instance: Field): Reader =>
  simple('instance-profile-association', 'instance profile on instance', instance, {
    ids: [
      answered(response, 'iamInstanceProfileAssociation', 'associationId'),
      answered('iamInstanceProfileAssociation', 'associationId'),
    ],
    owners: [
      ['instance', asked(request, 'InstanceId')],
      ['instance', instance],
    ],
  });

const profileOf = (...path: readonly string[]): Field =>
  either(asked(...path, 'name'), last(asked(...path, 'arn')), asked(...path, 'Name'), last(asked(...path, 'Arn')));

/** Machines by their ids, where the answer has them, and the role that they were given. */
function withRole(
  noun: string,
  kind: string,
  ids: (fields: ObjectFields) => readonly string[],
  handed: Field,
  of: Partial<Reader> = {},
): Reader {
  return simple(
    kind,
    noun,
    (fields) => {
      const made = ids(fields).slice(0, mostNamed).join(', ');
      const more = ids(fields).length > mostNamed ? ` and ${String(ids(fields).length - mostNamed)} more` : '';
      const profile = handed(fields);
      return made === '' ? profile : `${made}${more}${profile === '' ? '' : ` by instance profile ${profile}`}`;
    },
    { each: ids, ...of },
  );
}

/** Machines of one call that are named. */
const mostNamed = 5;

const keyPair = simple('key-pair', 'key pair', asked('keyName'), { ids: [asked('keyName'), answered('keyPairId')] });
const targetsOfRule = textsIn('request', ['targets'], 'id');

export const readers: Readonly<Record<string, Reader>> = {
  'iam:CreateUser': simple('user', 'user', userName, { arn: answered('user', 'arn') }),
  'iam:CreateAccessKey': ofUser('access-key', 'access key', answered('accessKey', 'accessKeyId'), {
    key: answered('accessKey', 'accessKeyId'),
  }),
  'iam:CreateLoginProfile': ofUser('login-profile', 'console password of user'),
  'iam:UpdateLoginProfile': ofUser('login-profile', 'new console password of user', userName, { change: true }),
  'iam:CreateServiceSpecificCredential': ofUser(
    'service-credential',
    'service-specific credential of user',
    answered('serviceSpecificCredential', 'serviceSpecificCredentialId'),
  ),
  'iam:ResetServiceSpecificCredential': ofUser(
    'service-credential',
    'service-specific credential of user',
    asked('serviceSpecificCredentialId'),
    { change: true },
  ),
  'iam:UploadSSHPublicKey': ofUser('ssh-key', 'SSH key of user', answered('sSHPublicKey', 'sSHPublicKeyId')),
  'iam:UploadSigningCertificate': ofUser(
    'signing-certificate',
    'signing certificate of user',
    answered('certificate', 'certificateId'),
  ),
  'iam:CreateVirtualMFADevice': simple('mfa-device', 'MFA device', asked('virtualMFADeviceName'), {
    ids: [answered('virtualMFADevice', 'serialNumber')],
  }),
  'iam:EnableMFADevice': ofUser('mfa-device', 'MFA device of user', asked('serialNumber'), {
    thing: 'enabled-mfa-device',
    owners: [user, ['mfa-device', asked('serialNumber')]],
  }),
  'iam:CreateRole': simple('role', 'role', asked('roleName'), { arn: answered('role', 'arn') }),
  'iam:UpdateAssumeRolePolicy': simple('trust-policy', 'changed trust policy of role', asked('roleName'), {
    change: true,
    owners: [role],
  }),
  'iam:CreateOpenIDConnectProvider': simple('identity-provider', 'OpenID Connect provider', asked('url'), {
    arn: answered('openIDConnectProviderArn'),
    ids: [answered('openIDConnectProviderArn')],
  }),
  'iam:AddClientIDToOpenIDConnectProvider': simple('provider-client', 'client id of provider', last(provider), {
    ids: [all(provider, asked('clientID'))],
    owners: [ofProvider],
  }),
  'iam:UpdateOpenIDConnectProviderThumbprint': simple('provider-client', 'thumbprint of provider', last(provider), {
    change: true,
    ids: [],
    owners: [ofProvider],
  }),
  'iam:CreateSAMLProvider': simple('identity-provider', 'SAML provider', asked('name'), {
    arn: answered('sAMLProviderArn'),
    ids: [answered('sAMLProviderArn')],
  }),
  'iam:UpdateSAMLProvider': simple('identity-provider', 'changed SAML provider', last(asked('sAMLProviderArn')), {
    arn: asked('sAMLProviderArn'),
    change: true,
    ids: [asked('sAMLProviderArn')],
  }),
  'iam:CreateInstanceProfile': simple('instance-profile', 'instance profile', asked('instanceProfileName')),
  'iam:AddRoleToInstanceProfile': simple(
    'instance-profile-role',
    'role in instance profile',
    (fields) => `${asked('instanceProfileName')(fields)}: ${asked('roleName')(fields)}`,
    {
      ids: [all(asked('instanceProfileName'), asked('roleName'))],
      owners: [role, ['instance-profile', asked('instanceProfileName')]],
    },
  ),
  'iam:AttachUserPolicy': attached('user'),
  'iam:AttachRolePolicy': attached('role'),
  'iam:AttachGroupPolicy': attached('group'),
  'iam:PutUserPolicy': inline('user'),
  'iam:PutRolePolicy': inline('role'),
  'iam:PutGroupPolicy': inline('group'),
  'iam:CreatePolicyVersion': simple('policy-version', 'version of policy', last(policy[1]), {
    arn: policy[1],
    ids: [all(policy[1], answered('policyVersion', 'versionId'))],
    owners: [policy],
  }),
  'iam:SetDefaultPolicyVersion': simple('policy-version', 'version of policy', last(policy[1]), {
    arn: policy[1],
    change: true,
    ids: [all(policy[1], asked('versionId'))],
    owners: [policy],
  }),
  'iam:AddUserToGroup': simple(
    'group-membership',
    'group membership',
    (fields) => `${userName(fields)} in ${asked('groupName')(fields)}`,
    { ids: [all(userName, asked('groupName'))], owners: [user, group] },
  ),
  'iam:PutUserPermissionsBoundary': boundary('user', 'changed'),
  'iam:PutRolePermissionsBoundary': boundary('role', 'changed'),
  'iam:DeleteUserPermissionsBoundary': boundary('user', 'removed'),
  'iam:DeleteRolePermissionsBoundary': boundary('role', 'removed'),
  'rolesanywhere:CreateTrustAnchor': simple('trust-anchor', 'trust anchor', asked('name'), {
    arn: answered('trustAnchor', 'trustAnchorArn'),
    ids: [answered('trustAnchor', 'trustAnchorId')],
  }),
  'rolesanywhere:UpdateTrustAnchor': simple('trust-anchor', 'changed trust anchor', anchor[1], { change: true }),
  'rolesanywhere:EnableTrustAnchor': simple('trust-anchor', 'enabled trust anchor', anchor[1], {
    change: true,
    thing: 'enabled-trust-anchor',
    owners: [anchor],
  }),
  'rolesanywhere:CreateProfile': simple('roles-anywhere-profile', 'Roles Anywhere profile', asked('name'), {
    ids: [answered('profile', 'profileId')],
  }),
  'rolesanywhere:UpdateProfile': simple('roles-anywhere-profile', 'changed Roles Anywhere profile', profile[1], {
    change: true,
  }),
  'rolesanywhere:EnableProfile': simple('roles-anywhere-profile', 'enabled Roles Anywhere profile', profile[1], {
    change: true,
    thing: 'enabled-roles-anywhere-profile',
    owners: [profile],
  }),
  'lambda:CreateFunction': simple('function', 'function', functionName, { arn: answered('functionArn') }),
  'lambda:UpdateFunctionCode': simple('function', 'changed code of function', functionName, { change: true }),
  'lambda:AddPermission': simple('function-permission', 'permission on function', functionName, {
    ids: [all(functionName, asked('statementId'))],
    owners: [ofFunction],
  }),
  'lambda:CreateFunctionUrlConfig': simple('function-url', 'URL of function', functionName, { owners: [ofFunction] }),
  'lambda:UpdateFunctionUrlConfig': simple('function-url', 'changed URL of function', functionName, {
    change: true,
    owners: [ofFunction],
  }),
  'lambda:PublishLayerVersion': simple('layer', 'layer', layerName, { ids: [all(layerName, answered('version'))] }),
  'ec2:CreateKeyPair': keyPair,
  'ec2:ImportKeyPair': keyPair,
  'ec2:AssociateIamInstanceProfile': association(
    'AssociateIamInstanceProfileRequest',
    'AssociateIamInstanceProfileResponse',
    either(asked('AssociateIamInstanceProfileRequest', 'InstanceId'), asked('instanceId')),
  ),
  'ec2:ReplaceIamInstanceProfileAssociation': association(
    'ReplaceIamInstanceProfileAssociationRequest',
    'ReplaceIamInstanceProfileAssociationResponse',
    either(
      answered('ReplaceIamInstanceProfileAssociationResponse', 'iamInstanceProfileAssociation', 'instanceId'),
      answered('iamInstanceProfileAssociation', 'instanceId'),
    ),
  ),
  'ec2:ModifyInstanceAttribute': simple('user-data', 'changed user data of instance', asked('instanceId'), {
    change: true,
    ids: [],
    owners: [['instance', asked('instanceId')]],
  }),
  'ec2:RunInstances': withRole('instance with a role', 'instance', instancesMade, profileOf('iamInstanceProfile')),
  'ec2:RequestSpotInstances': withRole(
    'spot request with a role',
    'spot-request',
    textsIn('response', ['spotInstanceRequestSet', 'items'], 'spotInstanceRequestId'),
    either(
      profileOf('launchSpecification', 'iamInstanceProfile'),
      profileOf('RequestSpotInstancesRequest', 'LaunchSpecification', 'IamInstanceProfile'),
    ),
    { endUnknown: true },
  ),
  'cloudformation:CreateStack': simple('stack', 'stack with a role', asked('stackName'), {
    arn: answered('stackId'),
    endUnknown: true,
  }),
  'glue:CreateDevEndpoint': simple('dev-endpoint', 'development endpoint', asked('endpointName'), { endUnknown: true }),
  'glue:UpdateDevEndpoint': simple('dev-endpoint', 'changed development endpoint', asked('endpointName'), {
    change: true,
    endUnknown: true,
  }),
  'sagemaker:CreateNotebookInstance': simple('notebook', 'notebook instance', asked('notebookInstanceName'), {
    endUnknown: true,
  }),
  'codebuild:CreateProject': simple('build-project', 'build project', asked('name'), { endUnknown: true }),
  'datapipeline:CreatePipeline': simple('data-pipeline', 'data pipeline', asked('name'), {
    endUnknown: true,
  }),
  'sso:CreatePermissionSet': simple('permission-set', 'permission set', asked('name'), {
    arn: answered('permissionSet', 'permissionSetArn'),
    ids: [answered('permissionSet', 'permissionSetArn')],
  }),
  'sso:CreateAccountAssignment': simple('account-assignment', 'account assignment of', asked('principalId'), {
    ids: [all(permissionSet[1], asked('principalId'), asked('targetId'))],
    owners: [permissionSet],
  }),
  'sso:AttachManagedPolicyToPermissionSet': onPermissionSet('attached policy', last(asked('managedPolicyArn'))),
  'sso:PutInlinePolicyToPermissionSet': onPermissionSet('policy', () => 'inline policy'),
  'sso:AttachCustomerManagedPolicyReferenceToPermissionSet': onPermissionSet(
    'attached policy',
    asked('customerManagedPolicyReference', 'name'),
  ),
  'identitystore:CreateUser': simple('identity-store-user', 'Identity Center user', asked('userName'), {
    ids: [answered('userId')],
  }),
  'sso-directory:CreateUser': simple('identity-store-user', 'Identity Center user', asked('userName'), {
    ids: [answered('user', 'userId')],
  }),
  'identitystore:CreateGroupMembership': simple(
    'group-membership',
    'Identity Center group membership',
    (fields) => `${asked('memberId', 'userId')(fields)} in ${asked('groupId')(fields)}`,
    { endUnknown: true, ids: [], owners: [['identity-store-user', asked('memberId', 'userId')]] },
  ),
  'sso-directory:AddMemberToGroup': simple(
    'group-membership',
    'Identity Center group membership',
    (fields) => `${either(asked('memberId'), asked('memberId', 'userId'))(fields)} in ${asked('groupId')(fields)}`,
    {
      endUnknown: true,
      ids: [],
      owners: [['identity-store-user', either(asked('memberId'), asked('memberId', 'userId'))]],
    },
  ),
  'eks:CreateAccessEntry': simple('eks-access', 'access entry of cluster', clusterName, {
    arn: entryPrincipal,
    ids: [all(clusterName, entryPrincipal)],
  }),
  'eks:AssociateAccessPolicy': simple('eks-access', 'access policy of cluster', clusterName, {
    arn: entryPrincipal,
    thing: 'eks-policy',
    ids: [all(clusterName, entryPrincipal, asked('policyArn'))],
    owners: [['eks-access', all(clusterName, entryPrincipal)]],
  }),
  'eks:CreatePodIdentityAssociation': simple('pod-identity', 'pod identity of cluster', clusterName, {
    ids: [answered('association', 'associationId')],
  }),
  'events:PutRule': simple('event-rule', 'event rule', asked('name'), { ids: [ruleOnBus('name')] }),
  'events:PutTargets': simple('event-target', 'targets of event rule', asked('rule'), {
    each: (fields) => {
      const rule = ruleOnBus('rule')(fields);
      const ids = targetsOfRule(fields);
      return ids.length === 0 ? [rule] : ids.map((id) => `${rule}|${id}`);
    },
    owners: [['event-rule', ruleOnBus('rule')]],
  }),
  'cognito-identity:SetIdentityPoolRoles': simple('identity-pool', 'roles of identity pool', asked('identityPoolId'), {
    change: true,
  }),
  'ssm:CreateActivation': simple('ssm-activation', 'hybrid activation for role', asked('iamRole'), {
    ids: [answered('activationId')],
  }),
};
