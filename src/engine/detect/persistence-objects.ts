/**
 * What each persistence or privilege call leaves behind, and what takes it away again: data, by `service:EventName`.
 *
 * Guarantee: every successful call of these classes gives an object; one in no row of the table is of kind `other`, named
 * after its action. `thing` identifies the object within its account, so that a later deletion finds it.
 * Source: API references of IAM, Roles Anywhere, Lambda, EC2, EKS, EventBridge, IAM Identity Center.
 */
import type { JsonObject } from '../cloudtrail/columns';
import { stringAt } from '../cloudtrail/record';
import { lastSegment } from '../cloudtrail/text';

export interface ObjectMade {
  readonly kind: string;
  readonly name: string;
  readonly arn: string;
  readonly accessKeyId: string;
  /** As the object of "created": `user bob`. */
  readonly words: string;
  /** Identity within the account; '' when it cannot be told. */
  readonly thing: string;
}

export interface ObjectFields {
  readonly request: JsonObject;
  readonly response: JsonObject;
  /** The caller's own user name, which some calls mean when they name nobody. */
  readonly self: string;
}

interface Reader {
  readonly kind: string;
  /** `user`, `access key …`: what stands before the name. */
  readonly noun: string;
  name(fields: ObjectFields): string;
  arn?(fields: ObjectFields): string;
  key?(fields: ObjectFields): string;
  /** Kind of `thing` and what names it; the object's name where absent. */
  readonly thing?: string;
  id?(fields: ObjectFields): string;
}

const asked =
  (...path: readonly string[]) =>
  ({ request }: ObjectFields): string =>
    stringAt(request, ...path);
const answered =
  (...path: readonly string[]) =>
  ({ response }: ObjectFields): string =>
    stringAt(response, ...path);
/** Lambda takes a function's name, its ARN, or a part of that. */
const functionName = ({ request }: ObjectFields): string => {
  const text = stringAt(request, 'functionName');
  return /(?:^|:)function:([^:]+)/.exec(text)?.[1] ?? text;
};
/** The user that a call is about: named, or the caller. */
const userName = ({ request, response, self }: ObjectFields): string =>
  stringAt(request, 'userName') || stringAt(response, 'accessKey', 'userName') || self;

function attached(target: 'user' | 'role' | 'group'): Reader {
  const to = target === 'user' ? userName : asked(`${target}Name`);
  const arn = asked('policyArn');
  return {
    kind: 'policy',
    noun: 'attached policy',
    name: (fields) => `${lastSegment(arn(fields))} on ${target} ${to(fields)}`,
    arn,
    thing: `attached:${target}`,
    id: (fields) => `${to(fields)}|${arn(fields)}`,
  };
}

function inline(target: 'user' | 'role' | 'group'): Reader {
  const to = target === 'user' ? userName : asked(`${target}Name`);
  return {
    kind: 'policy',
    noun: 'inline policy',
    name: (fields) => `${asked('policyName')(fields)} on ${target} ${to(fields)}`,
    thing: `inline:${target}`,
    id: (fields) => `${to(fields)}|${asked('policyName')(fields)}`,
  };
}

function boundary(target: 'user' | 'role'): Reader {
  const to = target === 'user' ? userName : asked(`${target}Name`);
  return { kind: 'permissions-boundary', noun: `changed permissions boundary of ${target}`, name: to };
}

const simple = (
  kind: string,
  noun: string,
  name: (fields: ObjectFields) => string,
  more: Partial<Reader> = {},
): Reader => ({
  kind,
  noun,
  name,
  thing: kind,
  ...more,
});

const policyVersion = simple(
  'policy-version',
  'version of policy',
  (fields) => lastSegment(asked('policyArn')(fields)),
  {
    arn: asked('policyArn'),
  },
);

const readers: Readonly<Record<string, Reader>> = {
  'iam:CreateUser': simple('user', 'user', userName, { arn: answered('user', 'arn') }),
  'iam:CreateAccessKey': simple('access-key', 'access key', userName, {
    key: answered('accessKey', 'accessKeyId'),
    id: answered('accessKey', 'accessKeyId'),
  }),
  'iam:CreateLoginProfile': simple('login-profile', 'console password of user', userName),
  'iam:UpdateLoginProfile': simple('login-profile', 'new console password of user', userName),
  'iam:CreateServiceSpecificCredential': simple('service-credential', 'service-specific credential of user', userName, {
    id: answered('serviceSpecificCredential', 'serviceSpecificCredentialId'),
  }),
  'iam:ResetServiceSpecificCredential': simple('service-credential', 'service-specific credential of user', userName, {
    id: asked('serviceSpecificCredentialId'),
  }),
  'iam:UploadSSHPublicKey': simple('ssh-key', 'SSH key of user', userName, {
    id: answered('sSHPublicKey', 'sSHPublicKeyId'),
  }),
  'iam:UploadSigningCertificate': simple('signing-certificate', 'signing certificate of user', userName, {
    id: answered('certificate', 'certificateId'),
  }),
  'iam:CreateVirtualMFADevice': simple('mfa-device', 'MFA device', asked('virtualMFADeviceName'), {
    id: answered('virtualMFADevice', 'serialNumber'),
  }),
  'iam:EnableMFADevice': simple('mfa-device', 'MFA device of user', userName, { id: asked('serialNumber') }),
  'iam:CreateRole': simple('role', 'role', asked('roleName'), { arn: answered('role', 'arn') }),
  'iam:UpdateAssumeRolePolicy': simple('trust-policy', 'changed trust policy of role', asked('roleName')),
  'iam:CreateOpenIDConnectProvider': simple('identity-provider', 'OpenID Connect provider', asked('url'), {
    arn: answered('openIDConnectProviderArn'),
    id: answered('openIDConnectProviderArn'),
  }),
  'iam:AddClientIDToOpenIDConnectProvider': simple(
    'provider-client',
    'client id of provider',
    (fields) => lastSegment(asked('openIDConnectProviderArn')(fields)),
    { id: (fields) => `${asked('openIDConnectProviderArn')(fields)}|${asked('clientID')(fields)}` },
  ),
  'iam:UpdateOpenIDConnectProviderThumbprint': simple('provider-client', 'thumbprint of provider', (fields) =>
    lastSegment(asked('openIDConnectProviderArn')(fields)),
  ),
  'iam:CreateSAMLProvider': simple('identity-provider', 'SAML provider', asked('name'), {
    arn: answered('sAMLProviderArn'),
    id: answered('sAMLProviderArn'),
  }),
  'iam:UpdateSAMLProvider': simple(
    'identity-provider',
    'changed SAML provider',
    (fields) => lastSegment(asked('sAMLProviderArn')(fields)),
    { arn: asked('sAMLProviderArn'), id: asked('sAMLProviderArn') },
  ),
  'iam:CreateInstanceProfile': simple('instance-profile', 'instance profile', asked('instanceProfileName')),
  'iam:AddRoleToInstanceProfile': simple(
    'instance-profile-role',
    'role in instance profile',
    (fields) => `${asked('instanceProfileName')(fields)}: ${asked('roleName')(fields)}`,
    { id: (fields) => `${asked('instanceProfileName')(fields)}|${asked('roleName')(fields)}` },
  ),
  'iam:AttachUserPolicy': attached('user'),
  'iam:AttachRolePolicy': attached('role'),
  'iam:AttachGroupPolicy': attached('group'),
  'iam:PutUserPolicy': inline('user'),
  'iam:PutRolePolicy': inline('role'),
  'iam:PutGroupPolicy': inline('group'),
  'iam:CreatePolicyVersion': policyVersion,
  'iam:SetDefaultPolicyVersion': policyVersion,
  'iam:AddUserToGroup': simple(
    'group-membership',
    'group membership',
    (fields) => `${userName(fields)} in ${asked('groupName')(fields)}`,
    { id: (fields) => `${userName(fields)}|${asked('groupName')(fields)}` },
  ),
  'iam:PutUserPermissionsBoundary': boundary('user'),
  'iam:PutRolePermissionsBoundary': boundary('role'),
  'iam:DeleteUserPermissionsBoundary': boundary('user'),
  'iam:DeleteRolePermissionsBoundary': boundary('role'),
  'rolesanywhere:CreateTrustAnchor': simple('trust-anchor', 'trust anchor', asked('name'), {
    arn: answered('trustAnchor', 'trustAnchorArn'),
    id: answered('trustAnchor', 'trustAnchorId'),
  }),
  'rolesanywhere:UpdateTrustAnchor': simple('trust-anchor', 'changed trust anchor', asked('trustAnchorId')),
  'rolesanywhere:EnableTrustAnchor': simple('trust-anchor', 'enabled trust anchor', asked('trustAnchorId')),
  'rolesanywhere:CreateProfile': simple('roles-anywhere-profile', 'Roles Anywhere profile', asked('name'), {
    id: answered('profile', 'profileId'),
  }),
  'lambda:CreateFunction': simple('function', 'function', functionName, { arn: answered('functionArn') }),
  'lambda:UpdateFunctionCode': simple('function', 'changed code of function', functionName),
  'lambda:AddPermission': simple('function-permission', 'permission on function', functionName, {
    id: (fields) => `${functionName(fields)}|${asked('statementId')(fields)}`,
  }),
  'lambda:CreateFunctionUrlConfig': simple('function-url', 'URL of function', functionName),
  'lambda:PublishLayerVersion': simple('layer', 'layer', asked('layerName')),
  'ec2:CreateKeyPair': simple('key-pair', 'key pair', asked('keyName')),
  'ec2:ImportKeyPair': simple('key-pair', 'key pair', asked('keyName')),
  'ec2:AssociateIamInstanceProfile': simple(
    'instance-profile-association',
    'instance profile on instance',
    (fields) => asked('AssociateIamInstanceProfileRequest', 'InstanceId')(fields) || asked('instanceId')(fields),
  ),
  'ec2:ModifyInstanceAttribute': simple('user-data', 'changed user data of instance', asked('instanceId')),
  'ec2:RunInstances': simple(
    'instance',
    'instance with a role',
    (fields) => asked('iamInstanceProfile', 'name')(fields) || lastSegment(asked('iamInstanceProfile', 'arn')(fields)),
  ),
  'sso:CreatePermissionSet': simple('permission-set', 'permission set', asked('name')),
  'sso:CreateAccountAssignment': simple('account-assignment', 'account assignment of', asked('principalId')),
  'identitystore:CreateUser': simple('identity-store-user', 'Identity Center user', asked('userName')),
  'sso-directory:CreateUser': simple('identity-store-user', 'Identity Center user', asked('userName')),
  'eks:CreateAccessEntry': simple('eks-access', 'access entry of cluster', asked('name'), {
    arn: asked('principalArn'),
  }),
  'eks:AssociateAccessPolicy': simple('eks-access', 'access policy of cluster', asked('name'), {
    arn: asked('principalArn'),
  }),
  'eks:CreatePodIdentityAssociation': simple('pod-identity', 'pod identity of cluster', asked('clusterName')),
  'events:PutRule': simple('event-rule', 'event rule', asked('name')),
  'events:PutTargets': simple('event-target', 'targets of event rule', asked('rule')),
  'cognito-identity:SetIdentityPoolRoles': simple('identity-pool', 'roles of identity pool', asked('identityPoolId')),
  'ssm:CreateActivation': simple('ssm-activation', 'hybrid activation for role', asked('iamRole')),
};

/** What a successful deletion removes: the kind of thing and what names it. */
const removals: Readonly<Record<string, readonly [thing: string, name: (fields: ObjectFields) => string]>> = {
  'iam:DeleteUser': ['user', userName],
  'iam:DeleteAccessKey': ['access-key', asked('accessKeyId')],
  'iam:DeleteLoginProfile': ['login-profile', userName],
  'iam:DeleteServiceSpecificCredential': ['service-credential', asked('serviceSpecificCredentialId')],
  'iam:DeleteSSHPublicKey': ['ssh-key', asked('sSHPublicKeyId')],
  'iam:DeleteSigningCertificate': ['signing-certificate', asked('certificateId')],
  'iam:DeactivateMFADevice': ['mfa-device', asked('serialNumber')],
  'iam:DeleteVirtualMFADevice': ['mfa-device', asked('serialNumber')],
  'iam:DeleteRole': ['role', asked('roleName')],
  'iam:DeleteOpenIDConnectProvider': ['identity-provider', asked('openIDConnectProviderArn')],
  'iam:RemoveClientIDFromOpenIDConnectProvider': [
    'provider-client',
    (fields) => `${asked('openIDConnectProviderArn')(fields)}|${asked('clientID')(fields)}`,
  ],
  'iam:DeleteSAMLProvider': ['identity-provider', asked('sAMLProviderArn')],
  'iam:DeleteInstanceProfile': ['instance-profile', asked('instanceProfileName')],
  'iam:RemoveRoleFromInstanceProfile': [
    'instance-profile-role',
    (fields) => `${asked('instanceProfileName')(fields)}|${asked('roleName')(fields)}`,
  ],
  'iam:DetachUserPolicy': ['attached:user', (fields) => `${userName(fields)}|${asked('policyArn')(fields)}`],
  'iam:DetachRolePolicy': ['attached:role', (fields) => `${asked('roleName')(fields)}|${asked('policyArn')(fields)}`],
  'iam:DetachGroupPolicy': [
    'attached:group',
    (fields) => `${asked('groupName')(fields)}|${asked('policyArn')(fields)}`,
  ],
  'iam:DeleteUserPolicy': ['inline:user', (fields) => `${userName(fields)}|${asked('policyName')(fields)}`],
  'iam:DeleteRolePolicy': ['inline:role', (fields) => `${asked('roleName')(fields)}|${asked('policyName')(fields)}`],
  'iam:DeleteGroupPolicy': ['inline:group', (fields) => `${asked('groupName')(fields)}|${asked('policyName')(fields)}`],
  'iam:RemoveUserFromGroup': ['group-membership', (fields) => `${userName(fields)}|${asked('groupName')(fields)}`],
  'rolesanywhere:DeleteTrustAnchor': ['trust-anchor', asked('trustAnchorId')],
  'rolesanywhere:DeleteProfile': ['roles-anywhere-profile', asked('profileId')],
  'lambda:DeleteFunction': ['function', functionName],
  'lambda:RemovePermission': [
    'function-permission',
    (fields) => `${functionName(fields)}|${asked('statementId')(fields)}`,
  ],
  'lambda:DeleteFunctionUrlConfig': ['function-url', functionName],
  'ec2:DeleteKeyPair': ['key-pair', asked('keyName')],
  'eks:DeleteAccessEntry': ['eks-access', asked('name')],
  'events:DeleteRule': ['event-rule', asked('name')],
  'sso:DeletePermissionSet': ['permission-set', asked('name')],
};

/** Things of the same name that do not outlive it. */
const goneWith: Readonly<Record<string, readonly string[]>> = {
  role: ['trust-policy'],
  function: ['function-url'],
};

function actionKey(eventSource: string, eventName: string): string {
  const service = eventSource.replace(/\.amazonaws\.(?:com(?:\.cn)?|eu)$/, '');
  return `${service === 'sso-admin' ? 'sso' : service}:${eventName}`;
}

export function objectMade(eventSource: string, eventName: string, fields: ObjectFields): ObjectMade {
  const reader = readers[actionKey(eventSource, eventName)];
  const name = reader?.name(fields) ?? '';
  if (reader === undefined || name === '') {
    return {
      kind: reader?.kind ?? 'other',
      name: eventName,
      arn: '',
      accessKeyId: '',
      words: `what ${eventName} made`,
      thing: '',
    };
  }
  const accessKeyId = reader.key?.(fields) ?? '';
  const id = reader.id === undefined ? name : reader.id(fields);
  return {
    kind: reader.kind,
    name,
    arn: reader.arn?.(fields) ?? '',
    accessKeyId,
    words: accessKeyId === '' ? `${reader.noun} ${name}` : `${reader.noun} ${accessKeyId} of user ${name}`,
    thing: reader.thing === undefined || id === '' ? '' : `${reader.thing}|${id}`,
  };
}

/** Every `thing` that a successful call took away; none when it is no deletion. */
export function thingsRemoved(eventSource: string, eventName: string, fields: ObjectFields): readonly string[] {
  const removal = removals[actionKey(eventSource, eventName)];
  const id = removal?.[1](fields) ?? '';
  if (removal === undefined || id === '') {
    return [];
  }
  const [thing] = removal;
  return [thing, ...(goneWith[thing] ?? [])].map((each) => `${each}|${id}`);
}
