/**
 * Who acts in the sample, and how each looks in `userIdentity` (AWS: "CloudTrail userIdentity element").
 * Unique ids are drawn from the name, so the same role has the same AROA id wherever it is made.
 */
import { Random } from './prng';
import { isoTime, type Seconds } from './time';

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface UserIdentity extends JsonObject {
  readonly type?: string;
  readonly principalId?: string;
  readonly arn?: string;
  readonly accountId?: string;
  readonly accessKeyId?: string;
  readonly invokedBy?: string;
}

export interface Caller {
  readonly identity: UserIdentity;
  /** The account in whose trail the call is recorded. */
  readonly account: string;
}

export interface Role {
  readonly account: string;
  readonly name: string;
  readonly id: string;
  /** With its path, as in `sessionIssuer.arn`. */
  readonly arn: string;
}

export interface User {
  readonly account: string;
  readonly name: string;
  readonly id: string;
  readonly arn: string;
}

/** A caller that holds temporary credentials. */
export interface Session extends Caller {
  readonly key: string;
  readonly principalId: string;
  readonly issuedAt: Seconds;
  readonly expiresAt: Seconds;
}

export function role(account: string, name: string, path = '/'): Role {
  const id = `AROA${new Random(`role ${account} ${path}${name}`).base32(17)}`;
  return { account, name, id, arn: `arn:aws:iam::${account}:role${path}${name}` };
}

export function user(account: string, name: string): User {
  const id = `AIDA${new Random(`user ${account} ${name}`).base32(17)}`;
  return { account, name, id, arn: `arn:aws:iam::${account}:user/${name}` };
}

/** An AKIA… id that is always the same for the same name. */
export function longTermKey(name: string): string {
  return `AKIA${new Random(`key ${name}`).base32(16)}`;
}

/** An IAM user calling with a long-term key. */
export function iamUser(who: User, accessKeyId: string): Caller {
  return {
    account: who.account,
    identity: {
      type: 'IAMUser',
      principalId: who.id,
      arn: who.arn,
      accountId: who.account,
      accessKeyId,
      userName: who.name,
    },
  };
}

export interface RoleSessionOptions {
  readonly role: Role;
  readonly name: string;
  readonly key: string;
  readonly issuedAt: Seconds;
  readonly expiresAt: Seconds;
  /** A string in the records: which metadata service handed the key out. */
  readonly ec2RoleDelivery?: '1.0' | '2.0';
  readonly federatedProvider?: string;
  readonly mfa?: boolean;
  readonly sourceIdentity?: string;
}

/** A role session; `creationDate` is the moment it was issued. */
export function roleSession(options: RoleSessionOptions): Session {
  const { role: of, name, key, issuedAt, expiresAt } = options;
  const principalId = `${of.id}:${name}`;
  return {
    account: of.account,
    key,
    principalId,
    issuedAt,
    expiresAt,
    identity: {
      type: 'AssumedRole',
      principalId,
      // The path of the role is not part of the session's ARN.
      arn: `arn:aws:sts::${of.account}:assumed-role/${of.name}/${name}`,
      accountId: of.account,
      accessKeyId: key,
      sessionContext: {
        sessionIssuer: { type: 'Role', principalId: of.id, arn: of.arn, accountId: of.account, userName: of.name },
        ...(options.federatedProvider === undefined
          ? {}
          : { webIdFederationData: { federatedProvider: options.federatedProvider, attributes: {} } }),
        attributes: {
          creationDate: isoTime(issuedAt),
          mfaAuthenticated: options.mfa === true ? 'true' : 'false',
        },
        ...(options.sourceIdentity === undefined ? {} : { sourceIdentity: options.sourceIdentity }),
        ...(options.ec2RoleDelivery === undefined ? {} : { ec2RoleDelivery: options.ec2RoleDelivery }),
      },
    },
  };
}

/** One of the many keys of an IAM user's console sign-in; none of them has a record that issues it. */
export function consoleUser(who: User, key: string, signedInAt: Seconds, mfa: boolean): Session {
  return {
    account: who.account,
    key,
    principalId: who.id,
    issuedAt: signedInAt,
    expiresAt: signedInAt + 12 * 3600,
    identity: {
      type: 'IAMUser',
      principalId: who.id,
      arn: who.arn,
      accountId: who.account,
      accessKeyId: key,
      userName: who.name,
      sessionContext: { attributes: { creationDate: isoTime(signedInAt), mfaAuthenticated: mfa ? 'true' : 'false' } },
    },
  };
}

/** The default role that Systems Manager gives to an instance without a profile: a principalId of several colons. */
export function instanceIdentity(account: string, instanceId: string, key: string, issuedAt: Seconds): Session {
  const principalId = `${account}:aws:ec2-instance:${instanceId}`;
  return {
    account,
    key,
    principalId,
    issuedAt,
    expiresAt: issuedAt + 6 * 3600,
    identity: {
      type: 'AssumedRole',
      principalId,
      arn: `arn:aws:sts::${account}:assumed-role/aws:ec2-instance/${instanceId}`,
      accountId: account,
      accessKeyId: key,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: `${account}:aws:ec2-instance`,
          arn: `arn:aws:iam::${account}:role/aws:ec2-instance`,
          accountId: account,
          userName: 'aws:ec2-instance',
        },
        attributes: { creationDate: isoTime(issuedAt), mfaAuthenticated: 'false' },
        ec2RoleDelivery: '2.0',
      },
    },
  };
}

/** A service acting for itself: neither account, nor ARN, nor key. */
export function service(account: string, name: string): Caller {
  return { account, identity: { type: 'AWSService', invokedBy: `${name}.amazonaws.com` } };
}

/** The same session while a service makes the call for it. `key` undefined: with the session's own key; null: without one. */
export function throughService(session: Caller, serviceName: string, key?: string | null): Caller {
  const { accessKeyId, ...rest } = session.identity;
  const shown = key === undefined ? accessKeyId : key;
  return {
    account: session.account,
    identity: {
      ...rest,
      ...(shown === undefined || shown === null ? {} : { accessKeyId: shown }),
      invokedBy: serviceName === 'AWS Internal' ? serviceName : `${serviceName}.amazonaws.com`,
    },
  };
}
