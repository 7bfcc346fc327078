/**
 * Ways of issuing that the sample incident does not use and tests need: session and federation tokens, root sessions
 * of member accounts, pod identity. Shapes after the AWS reference; ids are invented.
 */
import { assumedRoleUser, credentials, roleResource, type Grant } from './issuance';
import { roleSession, service, type Caller, type Role, type Session, type User } from './principals';
import { isoTime, type Seconds } from './time';
import { serviceOrigin, type Origin, type Trail } from './trail';

export interface TokenOptions {
  readonly at: Seconds;
  readonly caller: Caller;
  readonly user: User;
  readonly origin: Origin;
  readonly seconds?: number;
}

function session(
  account: string,
  key: string,
  issuedAt: Seconds,
  expiresAt: Seconds,
  identity: Caller['identity'],
): Session {
  return {
    account,
    key,
    issuedAt,
    expiresAt,
    principalId: identity.principalId ?? '',
    identity: { ...identity, accountId: account, accessKeyId: key },
  };
}

/** `GetSessionToken`: the child stays an IAM user, now with a temporary key. */
export function getSessionToken(trail: Trail, options: TokenOptions & { readonly mfa?: boolean }): Grant {
  const { at, user } = options;
  const seconds = options.seconds ?? 43_200;
  const key = trail.temporaryKey();
  const mfa = options.mfa === true;
  const record = trail.record(
    at,
    options.caller,
    {
      source: 'sts',
      name: 'GetSessionToken',
      params: {
        durationSeconds: seconds,
        ...(mfa ? { serialNumber: `arn:aws:iam::${user.account}:mfa/${user.name}` } : {}),
      },
      response: { credentials: credentials(key, at + seconds) },
    },
    options.origin,
  );
  const child = session(user.account, key, at, at + seconds, {
    type: 'IAMUser',
    principalId: user.id,
    arn: user.arn,
    userName: user.name,
    sessionContext: { attributes: { creationDate: isoTime(at), mfaAuthenticated: mfa ? 'true' : 'false' } },
  });
  return { records: [record], session: child };
}

/** `GetFederationToken`: the child is a federated user whose issuer is the IAM user. */
export function getFederationToken(
  trail: Trail,
  options: TokenOptions & { readonly name: string; readonly policy?: string },
): Grant {
  const { at, user, name } = options;
  const seconds = options.seconds ?? 43_200;
  const key = trail.temporaryKey();
  const arn = `arn:aws:sts::${user.account}:federated-user/${name}`;
  const principalId = `${user.account}:${name}`;
  const record = trail.record(
    at,
    options.caller,
    {
      source: 'sts',
      name: 'GetFederationToken',
      params: { name, durationSeconds: seconds, ...(options.policy === undefined ? {} : { policy: options.policy }) },
      response: {
        credentials: credentials(key, at + seconds),
        federatedUser: { federatedUserId: principalId, arn },
        packedPolicySize: 3,
      },
      readOnly: false,
    },
    options.origin,
  );
  const child = session(user.account, key, at, at + seconds, {
    type: 'FederatedUser',
    principalId,
    arn,
    sessionContext: {
      sessionIssuer: {
        type: 'IAMUser',
        principalId: user.id,
        arn: user.arn,
        accountId: user.account,
        userName: user.name,
      },
      attributes: { creationDate: isoTime(at), mfaAuthenticated: 'false' },
    },
  });
  return { records: [record], session: child };
}

/** `AssumeRoot`: fifteen minutes as root of a member account, for one task. */
export function assumeRoot(
  trail: Trail,
  at: Seconds,
  caller: Caller,
  member: string,
  task: string,
  origin: Origin,
): Grant {
  const key = trail.temporaryKey();
  const record = trail.record(
    at,
    caller,
    {
      source: 'sts',
      name: 'AssumeRoot',
      params: {
        targetPrincipal: member,
        taskPolicyArn: { arn: `arn:aws:iam::aws:policy/root-task/${task}` },
        durationSeconds: 900,
      },
      response: { credentials: credentials(key, at + 900) },
      readOnly: false,
    },
    origin,
  );
  const child = session(member, key, at, at + 900, {
    type: 'Root',
    principalId: member,
    arn: `arn:aws:iam::${member}:root`,
    sessionContext: { attributes: { creationDate: isoTime(at), mfaAuthenticated: 'false' } },
  });
  return { records: [record], session: child };
}

/** A pod: the node asks EKS, and in the same second EKS delivers the role; only the second record has a key. */
export function assumeRoleForPodIdentity(
  trail: Trail,
  at: Seconds,
  node: Session,
  role: Role,
  cluster: string,
  pod: string,
  origin: Origin,
): Grant {
  const name = `eks-${cluster}-${pod}-${trail.random.uuid()}`;
  const key = trail.temporaryKey();
  const asked = trail.record(
    at,
    node,
    {
      source: 'eks-auth',
      name: 'AssumeRoleForPodIdentity',
      params: { clusterName: cluster, token: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    },
    origin,
  );
  const tags = [
    { key: 'eks-cluster-name', value: cluster },
    { key: 'kubernetes-pod-name', value: pod },
  ];
  const delivered = trail.record(
    at,
    service(role.account, 'pods.eks'),
    {
      source: 'sts',
      name: 'AssumeRole',
      params: { roleArn: role.arn, roleSessionName: name, durationSeconds: 21_600, tags },
      response: { credentials: credentials(key, at + 21_600), assumedRoleUser: assumedRoleUser(role, name) },
      resources: roleResource(role),
    },
    serviceOrigin('pods.eks'),
    { sharedEventID: trail.random.uuid() },
  );
  return {
    records: [asked, delivered],
    session: roleSession({ role, name, key, issuedAt: at, expiresAt: at + 21_600 }),
  };
}
