/**
 * Every way in which the sample's credentials are issued, with the fields that each way has and lacks:
 * the issuing records and the session that comes of them. Shapes after the AWS reference
 * ("Logging IAM and AWS STS API calls with AWS CloudTrail") and public logs; ids are invented.
 */
import {
  iamUser,
  roleSession,
  service,
  type Caller,
  type JsonObject,
  type Role,
  type Session,
  type User,
} from './principals';
import { iamDate, MINUTE, stsDate, type Seconds } from './time';
import { serviceOrigin, type CloudTrailRecord, type Origin, type StampOptions, type Trail } from './trail';

export interface Grant<S extends Caller = Session> {
  readonly records: readonly CloudTrailRecord[];
  readonly session: S;
}

export function credentials(key: string, expiresAt: Seconds): JsonObject {
  return { accessKeyId: key, sessionToken: 'REMOVED_FROM_THE_SAMPLE', expiration: stsDate(expiresAt) };
}

export function assumedRoleUser(role: Role, name: string): JsonObject {
  return { assumedRoleId: `${role.id}:${name}`, arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${name}` };
}

export function roleResource(role: Role): readonly JsonObject[] {
  return [{ accountId: role.account, type: 'AWS::IAM::Role', ARN: role.arn }];
}

export interface AssumeOptions {
  readonly at: Seconds;
  readonly caller: Caller;
  readonly role: Role;
  readonly name: string;
  readonly origin: Origin;
  /** One hour unless told; a chained session cannot have more. */
  readonly seconds?: number;
  readonly externalId?: string;
}

/**
 * `AssumeRole` by a user or a role. Into another account it is recorded twice: in the caller's account, and as a twin
 * (same requestID and sharedEventID, its own eventID, `AWSAccount` caller) in the role's account.
 */
export function assumeRole(trail: Trail, options: AssumeOptions): Grant {
  const { at, caller, role, name, origin } = options;
  const seconds = options.seconds ?? 3600;
  const key = trail.temporaryKey();
  const expiresAt = at + seconds;
  const crossAccount = caller.account !== role.account;
  const stamp: StampOptions = crossAccount
    ? { requestID: trail.random.uuid(), sharedEventID: trail.random.uuid() }
    : {};
  const action = {
    source: 'sts',
    name: 'AssumeRole',
    params: {
      roleArn: role.arn,
      roleSessionName: name,
      ...(options.externalId === undefined ? {} : { externalId: options.externalId }),
      ...(options.seconds === undefined ? {} : { durationSeconds: seconds }),
    },
    response: { credentials: credentials(key, expiresAt), assumedRoleUser: assumedRoleUser(role, name) },
    resources: roleResource(role),
  };
  const records = [trail.record(at, caller, action, origin, stamp)];
  if (crossAccount)
    records.push(trail.record(at, seenFromOutside(caller), action, origin, { ...stamp, recipient: role.account }));
  return { records, session: roleSession({ role, name, key, issuedAt: at, expiresAt }) };
}

/** How a principal of another account looks in the account whose role it assumes. */
export function seenFromOutside(caller: Caller): Caller {
  const { principalId, accountId } = caller.identity;
  return {
    account: caller.account,
    identity: {
      type: 'AWSAccount',
      ...(principalId === undefined ? {} : { principalId }),
      ...(accountId === undefined ? {} : { accountId }),
    },
  };
}

/** A refused `AssumeRole`: the target is named in the error message only, and only the caller's account records it. */
export function assumeRoleDenied(
  trail: Trail,
  at: Seconds,
  caller: Caller,
  role: Role,
  origin: Origin,
): CloudTrailRecord {
  const message = `User: ${caller.identity.arn ?? 'unknown'} is not authorized to perform: sts:AssumeRole on resource: ${role.arn}`;
  return trail.record(
    at,
    caller,
    { source: 'sts', name: 'AssumeRole', error: { code: 'AccessDenied', message } },
    origin,
  );
}

export interface DeliveryOptions {
  readonly at: Seconds;
  /** `lambda`, `ecs-tasks`, `cloudformation`, …: without `.amazonaws.com`. */
  readonly service: string;
  readonly role: Role;
  readonly name: string;
  readonly minutes: number;
  /** EC2 and Lambda leave `assumedRoleUser` out. */
  readonly withAssumedRoleUser: boolean;
  readonly region?: string;
  readonly ec2RoleDelivery?: '1.0' | '2.0';
}

/** A role handed by a service to its own workload. */
export function deliver(trail: Trail, options: DeliveryOptions): Grant {
  const { at, role, name } = options;
  const key = trail.temporaryKey();
  const expiresAt = at + options.minutes * MINUTE;
  const record = trail.record(
    at,
    service(role.account, options.service),
    {
      source: 'sts',
      name: 'AssumeRole',
      params: { roleArn: role.arn, roleSessionName: name },
      response: {
        credentials: credentials(key, expiresAt),
        ...(options.withAssumedRoleUser ? { assumedRoleUser: assumedRoleUser(role, name) } : {}),
      },
      resources: roleResource(role),
      ...(options.region === undefined ? {} : { region: options.region }),
    },
    serviceOrigin(options.service),
    { sharedEventID: trail.random.uuid() },
  );
  const delivery = options.ec2RoleDelivery;
  return {
    records: [record],
    session: roleSession({
      role,
      name,
      key,
      issuedAt: at,
      expiresAt,
      ...(delivery === undefined ? {} : { ec2RoleDelivery: delivery }),
    }),
  };
}

export interface InstanceGrant {
  readonly records: readonly CloudTrailRecord[];
  /** The key of the first metadata service, which answers any GET. */
  readonly v1: Session;
  /** The key of the second, which asks for a token first. */
  readonly v2: Session;
}

/** A delivery to an instance: two keys in one second, one session. */
export function deliverToInstance(trail: Trail, at: Seconds, role: Role, instanceId: string): InstanceGrant {
  const common = { at, service: 'ec2', role, name: instanceId, withAssumedRoleUser: false };
  const v1 = deliver(trail, { ...common, minutes: trail.random.int(363, 395), ec2RoleDelivery: '1.0' });
  const v2 = deliver(trail, { ...common, minutes: trail.random.int(363, 395), ec2RoleDelivery: '2.0' });
  return { records: [...v1.records, ...v2.records], v1: v1.session, v2: v2.session };
}

/** `CreateUser`: the record, and the user that exists from then on. */
export function createUser(trail: Trail, at: Seconds, caller: Caller, created: User, origin: Origin): CloudTrailRecord {
  return trail.record(
    at,
    caller,
    {
      source: 'iam',
      name: 'CreateUser',
      params: { userName: created.name },
      response: {
        user: { path: '/', userName: created.name, userId: created.id, arn: created.arn, createDate: iamDate(at) },
      },
    },
    origin,
  );
}

export interface CreateKeyOptions {
  readonly at: Seconds;
  readonly caller: Caller;
  readonly owner: User;
  readonly key: string;
  readonly origin: Origin;
  /** A user making a key for itself leaves the name out. */
  readonly ownKey?: boolean;
}

/** `CreateAccessKey`: the record, and the caller that holds the new long-term key. */
export function createAccessKey(trail: Trail, options: CreateKeyOptions): Grant<Caller> {
  const { at, owner, key } = options;
  const record = trail.record(
    at,
    options.caller,
    {
      source: 'iam',
      name: 'CreateAccessKey',
      params: options.ownKey === true ? null : { userName: owner.name },
      response: { accessKey: { accessKeyId: key, status: 'Active', userName: owner.name, createDate: iamDate(at) } },
    },
    options.origin,
  );
  return { records: [record], session: iamUser(owner, key) };
}
