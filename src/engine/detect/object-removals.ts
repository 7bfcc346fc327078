/**
 * What takes away what persistence and privilege calls leave behind: data, by `service:EventName`. The names are those of
 * `ObjectMade.thing` in persistence-objects.ts.
 *
 * Guarantee: only names that the record itself has; an answer that a call failed is the caller's to look at.
 * Source: API references of IAM, Roles Anywhere, Lambda, EC2, EKS, EventBridge, IAM Identity Center.
 */
import type { Action } from '../cloudtrail/columns';
import {
  all,
  asked,
  askedNumber,
  clusterName,
  either,
  entryPrincipal,
  functionName,
  idsAsked,
  instancesAsked,
  layerName,
  ruleOnBus,
  userName,
  wholeFunction,
  type Field,
  type ObjectFields,
} from './object-fields';
import { actionKey } from './persistence-objects';

type Removal = (fields: ObjectFields) => readonly string[];

const one =
  (thing: string, ...ids: readonly Field[]): Removal =>
  (fields) =>
    ids
      .map((id) => id(fields))
      .filter((id) => id !== '')
      .map((id) => `${thing}|${id}`);

const several =
  (...removals: readonly Removal[]): Removal =>
  (fields) =>
    removals.flatMap((removal) => removal(fields));

const roleName = asked('roleName');
const groupName = asked('groupName');
const policyArn = asked('policyArn');
const policyName = asked('policyName');
const removalsByAction: Readonly<Record<string, Removal>> = {
  'iam:DeleteUser': one('user', userName),
  'iam:DeleteAccessKey': one('access-key', asked('accessKeyId')),
  'iam:DeleteLoginProfile': one('login-profile', userName),
  'iam:DeleteServiceSpecificCredential': one('service-credential', asked('serviceSpecificCredentialId')),
  'iam:DeleteSSHPublicKey': one('ssh-key', asked('sSHPublicKeyId')),
  'iam:DeleteSigningCertificate': one('signing-certificate', asked('certificateId')),
  'iam:DeactivateMFADevice': one('enabled-mfa-device', asked('serialNumber')),
  'iam:DeleteVirtualMFADevice': one('mfa-device', asked('serialNumber')),
  'iam:DeleteRole': one('role', roleName),
  'iam:DeleteGroup': one('group', groupName),
  'iam:DeletePolicy': one('managed-policy', policyArn),
  'iam:DeletePolicyVersion': one('policy-version', all(policyArn, asked('versionId'))),
  'iam:DeleteOpenIDConnectProvider': one('identity-provider', asked('openIDConnectProviderArn')),
  'iam:RemoveClientIDFromOpenIDConnectProvider': one(
    'provider-client',
    all(asked('openIDConnectProviderArn'), asked('clientID')),
  ),
  'iam:DeleteSAMLProvider': one('identity-provider', asked('sAMLProviderArn')),
  'iam:DeleteInstanceProfile': one('instance-profile', asked('instanceProfileName')),
  'iam:RemoveRoleFromInstanceProfile': one('instance-profile-role', all(asked('instanceProfileName'), roleName)),
  'iam:DetachUserPolicy': one('attached:user', all(userName, policyArn)),
  'iam:DetachRolePolicy': one('attached:role', all(roleName, policyArn)),
  'iam:DetachGroupPolicy': one('attached:group', all(groupName, policyArn)),
  'iam:DeleteUserPolicy': one('inline:user', all(userName, policyName)),
  'iam:DeleteRolePolicy': one('inline:role', all(roleName, policyName)),
  'iam:DeleteGroupPolicy': one('inline:group', all(groupName, policyName)),
  'iam:RemoveUserFromGroup': one('group-membership', all(userName, groupName)),
  'iam:DeleteUserPermissionsBoundary': one('boundary:user', userName),
  'iam:DeleteRolePermissionsBoundary': one('boundary:role', roleName),
  'iam:PutUserPermissionsBoundary': one('no-boundary:user', userName),
  'iam:PutRolePermissionsBoundary': one('no-boundary:role', roleName),
  'rolesanywhere:DeleteTrustAnchor': one('trust-anchor', asked('trustAnchorId')),
  'rolesanywhere:DisableTrustAnchor': one('enabled-trust-anchor', asked('trustAnchorId')),
  'rolesanywhere:DeleteProfile': one('roles-anywhere-profile', asked('profileId')),
  'rolesanywhere:DisableProfile': one('enabled-roles-anywhere-profile', asked('profileId')),
  'lambda:DeleteFunction': one('function', wholeFunction),
  'lambda:RemovePermission': one('function-permission', all(functionName, asked('statementId'))),
  'lambda:DeleteFunctionUrlConfig': one('function-url', functionName),
  'lambda:DeleteLayerVersion': one('layer', all(layerName, askedNumber('versionNumber'))),
  'ec2:TerminateInstances': (fields) => instancesAsked(fields).map((id) => `instance|${id}`),
  'ec2:DeleteKeyPair': one('key-pair', asked('keyName'), asked('keyPairId')),
  'ec2:DisassociateIamInstanceProfile': one(
    'instance-profile-association',
    either(asked('DisassociateIamInstanceProfileRequest', 'AssociationId'), asked('associationId')),
  ),
  'ec2:ReplaceIamInstanceProfileAssociation': one(
    'instance-profile-association',
    either(asked('ReplaceIamInstanceProfileAssociationRequest', 'AssociationId'), asked('associationId')),
  ),
  'eks:DeleteAccessEntry': one('eks-access', all(clusterName, entryPrincipal)),
  'eks:DisassociateAccessPolicy': one('eks-policy', all(clusterName, entryPrincipal, policyArn)),
  'eks:DeletePodIdentityAssociation': one('pod-identity', asked('associationId')),
  'events:DeleteRule': one('event-rule', ruleOnBus('name')),
  'events:RemoveTargets': several(
    // Where the call that put them does not say which.
    one('event-target', ruleOnBus('rule')),
    (fields) => idsAsked('ids')(fields).map((id) => `event-target|${ruleOnBus('rule')(fields)}|${id}`),
  ),
  'sso:DeletePermissionSet': one('permission-set', asked('permissionSetArn')),
  'sso:DeleteAccountAssignment': one(
    'account-assignment',
    all(asked('permissionSetArn'), asked('principalId'), asked('targetId')),
  ),
  'identitystore:DeleteUser': one('identity-store-user', asked('userId')),
  'sso-directory:DeleteUser': one('identity-store-user', asked('userId')),
  'cognito-identity:DeleteIdentityPool': one('identity-pool', asked('identityPoolId')),
  'ssm:DeleteActivation': one('ssm-activation', asked('activationId')),
};

/** A call that takes something away, where it succeeds. */
export function isRemoval({ eventSource, eventName }: Action): boolean {
  return removalsByAction[actionKey(eventSource, eventName)] !== undefined;
}

/** Every name in an `ObjectMade.thing` that a successful call took away; none when it is no deletion. */
export function thingsRemoved(eventSource: string, eventName: string, fields: ObjectFields): readonly string[] {
  return removalsByAction[actionKey(eventSource, eventName)]?.(fields) ?? [];
}
