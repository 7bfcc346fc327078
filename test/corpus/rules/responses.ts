/**
 * The calls of a response, as CloudTrail records them. Policy documents are those that the response plan itself writes, so that
 * the rules know its steps again. Shapes after the API references of IAM, EC2, Organizations and IAM Identity Center.
 */
import {
  actions,
  getSessionToken,
  iamUser,
  longTermKey,
  throughService,
  user,
  type Action,
  type Caller,
  type JsonObject,
  type Role,
  type Session,
  type User,
} from '../../../scripts/sample/records';
import type { Session as LinkedSession } from '../../../src/engine/lineage/model';
import { denyEverything, denyOlderSessions, document, fillTemplate } from '../../../src/engine/remediate/policy';
import { denyAssumption } from '../../../src/engine/remediate/trust-statement';
import { scpDocuments } from '../../../src/engine/remediate/scp';
import { account, alice, from, hour, minute, office, other, R1, start, World } from '../../unit/engine/support/world';

export const responder: Caller = iamUser(user(account, 'responder'), longTermKey('responder'));
/** Who manages the organization. */
export const manager: Caller = iamUser(user(other, 'manager'), longTermKey('manager'));
export const soc = from('192.0.2.50');
export const cafe = from('203.0.113.99');

export const iso = (at: number): string => new Date((start + at) * 1000).toISOString().replace('.000', '');

const json = (value: unknown): string => JSON.stringify(value);
const iam = (name: string, params: JsonObject, response: JsonObject | null = null): Action =>
  actions.plain('iam', name, params, response);

const denyAllDocument = json(document(denyEverything('IncidentDenyAll')));

export const steps = {
  deactivate: (key: string, of: User = alice): Action =>
    iam('UpdateAccessKey', { userName: of.name, accessKeyId: key, status: 'Inactive' }),
  activate: (key: string, of: User = alice): Action =>
    iam('UpdateAccessKey', { userName: of.name, accessKeyId: key, status: 'Active' }),
  deleteKey: (key: string, of: User = alice): Action => iam('DeleteAccessKey', { userName: of.name, accessKeyId: key }),
  deleteUser: (of: User): Action => iam('DeleteUser', { userName: of.name }),
  deleteRole: (of: Role): Action => iam('DeleteRole', { roleName: of.name }),
  deletePassword: (of: User): Action => iam('DeleteLoginProfile', { userName: of.name }),
  putRole: (of: Role, policyName: string, policyDocument?: unknown): Action =>
    iam('PutRolePolicy', {
      roleName: of.name,
      policyName,
      ...(policyDocument === undefined
        ? {}
        : { policyDocument: typeof policyDocument === 'string' ? policyDocument : json(policyDocument) }),
    }),
  putUser: (of: User, policyName: string, policyDocument: string): Action =>
    iam('PutUserPolicy', { userName: of.name, policyName, policyDocument }),
  denyRole: (of: Role): Action =>
    iam('PutRolePolicy', {
      roleName: of.name,
      policyName: 'IncidentDenyAll-20250512-ab12',
      policyDocument: denyAllDocument,
    }),
  denyUser: (of: User): Action =>
    iam('PutUserPolicy', {
      userName: of.name,
      policyName: 'IncidentDenyAll-20250512-ab12',
      policyDocument: denyAllDocument,
    }),
  /** As the scripts fill the template in. */
  revoke: (of: Role, at: number): Action =>
    iam('PutRolePolicy', {
      roleName: of.name,
      policyName: 'AWSRevokeOlderSessions',
      policyDocument: fillTemplate(json(document(denyOlderSessions('IncidentRevokeOlderSessions'))), iso(at)),
    }),
  denySession: (of: Role, session: Session, at: number): Action =>
    iam('PutRolePolicy', {
      roleName: of.name,
      policyName: 'IncidentDenySession-20250512-ab12',
      policyDocument: fillTemplate(
        json(
          document(denyOlderSessions('IncidentDenySession', { StringEquals: { 'aws:userid': [session.principalId] } })),
        ),
        iso(at),
      ),
    }),
  denyInstance: (of: Role, session: Session): Action =>
    iam('PutRolePolicy', {
      roleName: of.name,
      policyName: 'IncidentDenyInstance-20250512-ab12',
      policyDocument: json(
        document(denyEverything('IncidentDenyInstance', { StringEquals: { 'aws:userid': [session.principalId] } })),
      ),
    }),
  undenyRole: (of: Role, policyName = 'IncidentDenyAll-20250512-ab12'): Action =>
    iam('DeleteRolePolicy', { roleName: of.name, policyName }),
  attachRole: (of: Role, policyArn: string): Action => iam('AttachRolePolicy', { roleName: of.name, policyArn }),
  detachRole: (of: Role, policyArn: string): Action => iam('DetachRolePolicy', { roleName: of.name, policyArn }),
  attachUser: (of: User, policyArn: string): Action => iam('AttachUserPolicy', { userName: of.name, policyArn }),
  detachUser: (of: User, policyArn: string): Action => iam('DetachUserPolicy', { userName: of.name, policyArn }),
  attachGroup: (groupName: string, policyArn: string): Action => iam('AttachGroupPolicy', { groupName, policyArn }),
  addToGroup: (of: User, groupName: string): Action => iam('AddUserToGroup', { userName: of.name, groupName }),
  createPolicy: (policyName: string, content: unknown): Action =>
    iam(
      'CreatePolicy',
      { policyName, policyDocument: json(content) },
      { policy: { policyName, arn: `arn:aws:iam::${account}:policy/${policyName}`, defaultVersionId: 'v1' } },
    ),
  trust: (of: Role, ...statements: readonly unknown[]): Action =>
    iam('UpdateAssumeRolePolicy', {
      roleName: of.name,
      policyDocument: json({ Version: '2012-10-17', Statement: statements }),
    }),
  terminate: (instanceId: string): Action =>
    actions.plain('ec2', 'TerminateInstances', { instancesSet: { items: [{ instanceId }] } }),
  takeProfile: (instanceId: string): Action =>
    actions.plain(
      'ec2',
      'DisassociateIamInstanceProfile',
      { DisassociateIamInstanceProfileRequest: { AssociationId: 'iip-assoc-0123456789abcdef0' } },
      {
        DisassociateIamInstanceProfileResponse: {
          iamInstanceProfileAssociation: {
            associationId: 'iip-assoc-0123456789abcdef0',
            instanceId,
            state: 'disassociating',
          },
        },
      },
    ),
  giveProfile: (instanceId: string): Action =>
    actions.plain('ec2', 'AssociateIamInstanceProfile', {
      AssociateIamInstanceProfileRequest: { InstanceId: instanceId, IamInstanceProfile: { Name: 'web' } },
    }),
  scp: (arns: readonly string[], id = 'p-0incident'): Action =>
    actions.plain(
      'organizations',
      'CreatePolicy',
      {
        name: 'IncidentDeny-20250512-ab12',
        type: 'SERVICE_CONTROL_POLICY',
        description: 'Incident response: deny a credential lineage',
        content: json(scpDocuments({ arns, userIds: [] })[0]),
      },
      { policy: { policySummary: { id, name: 'IncidentDeny-20250512-ab12', type: 'SERVICE_CONTROL_POLICY' } } },
    ),
  attachScp: (target: string, id = 'p-0incident'): Action =>
    actions.plain('organizations', 'AttachPolicy', { policyId: id, targetId: target }),
  detachScp: (target: string, id = 'p-0incident'): Action =>
    actions.plain('organizations', 'DetachPolicy', { policyId: id, targetId: target }),
  deleteAssignment: (userId: string): Action =>
    actions.plain('sso', 'DeleteAccountAssignment', {
      instanceArn: 'arn:aws:sso:::instance/ssoins-1',
      targetId: account,
      targetType: 'AWS_ACCOUNT',
      permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1',
      principalType: 'USER',
      principalId: userId,
    }),
  disableSignOnUser: (userId: string): Action =>
    actions.plain('sso-directory', 'DisableUser', { identityStoreId: 'd-1', userId }),
  /** As the plan writes it for a user whose id is in the logs. */
  permissionSetDeny: (userId: string, at: number): Action =>
    actions.plain('sso', 'PutInlinePolicyToPermissionSet', {
      instanceArn: 'arn:aws:sso:::instance/ssoins-1',
      permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1',
      inlinePolicy: fillTemplate(
        json(document(denyOlderSessions('IncidentDenyUser', { StringEquals: { 'identitystore:UserId': [userId] } }))),
        iso(at),
      ),
    }),
};

export const denyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';
export const quarantine = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3';
export const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';

export const allowTo = (...arns: readonly string[]): JsonObject => ({
  Effect: 'Allow',
  Principal: { AWS: arns },
  Action: 'sts:AssumeRole',
});

/** The Deny that the plan adds to a trust policy, for a role or user. */
export function planDeny(arn: string): JsonObject {
  const [statement] = denyAssumption([
    { kind: 'role', roleArn: arn, identityArn: arn, arn } as LinkedSession,
  ]).statements;
  return JSON.parse(json(statement)) as JsonObject;
}

/** A session that says for whom of IAM Identity Center it acts. */
export function onBehalfOf(session: Session, userId: string): Session {
  return {
    ...session,
    identity: {
      ...session.identity,
      onBehalfOf: { userId, identityStoreArn: 'arn:aws:identitystore::111122223333:identitystore/d-1' },
    },
  };
}

/** `GetSessionToken` of alice. */
export function tokenOf(world: World, at: number): Session {
  const grant = getSessionToken(world.trail, { at: start + at, caller: world.alice, user: alice, origin: office });
  world.records.push(...grant.records);
  return grant.session;
}

/** A call that failed although its request is in the record, as throttled ones are. */
export function failed(action: Action): Action {
  return { ...action, error: { code: 'ThrottlingException', message: 'Rate exceeded' } };
}

/** A service makes the call for the session, with a key of its own. */
export function forwarded(session: Caller): Caller {
  return throughService(session, 'athena', null);
}

/** Reads, a minute apart. */
export function reads(world: World, at: number, session: Caller, count: number, origin = cafe): World {
  for (let index = 0; index < count; index++) {
    world.does(at + index * 60, session, actions.listBuckets, origin);
  }
  return world;
}

export function refusals(world: World, at: number, session: Caller, count: number): World {
  for (let index = 0; index < count; index++) {
    world.does(at + index * 60, session, actions.refused(actions.listBuckets, session.identity.arn ?? ''), cafe);
  }
  return world;
}

/** alice's key is stolen: from elsewhere it assumes R1, and that R2. Contained by `step` after an hour. */
export function stolen(name: string, then: (world: World, r1: ReturnType<World['assumes']>) => unknown): () => World {
  return () => {
    const world = new World(name);
    const r1 = world.assumes(0, world.alice, R1, cafe);
    world.does(minute, r1, actions.listBuckets, cafe);
    then(world, r1);
    // The logs go on.
    return world.does(12 * hour, responder, actions.listBuckets, soc);
  };
}
