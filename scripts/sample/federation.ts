/** Federated sign-ins of the sample: OIDC workloads and people of a SAML provider (Identity Center among them). */
import { assumedRoleUser, credentials, roleResource, type Grant } from './issuance';
import { roleSession, type Caller, type Role } from './principals';
import type { Seconds } from './time';
import type { Origin, Trail } from './trail';

export interface WebIdentityOptions {
  readonly at: Seconds;
  readonly role: Role;
  readonly name: string;
  /** `token.actions.githubusercontent.com`, … */
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
  readonly origin: Origin;
}

/** A workload outside AWS signing in with its provider's token (OIDC). */
export function assumeRoleWithWebIdentity(trail: Trail, options: WebIdentityOptions): Grant {
  const { at, role, name, issuer, audience, subject } = options;
  const provider = `arn:aws:iam::${role.account}:oidc-provider/${issuer}`;
  const key = trail.temporaryKey();
  const expiresAt = at + 3600;
  const caller: Caller = {
    account: role.account,
    identity: {
      type: 'WebIdentityUser',
      principalId: `${provider}:${audience}:${subject}`,
      userName: subject,
      identityProvider: provider,
    },
  };
  const record = trail.record(
    at,
    caller,
    {
      source: 'sts',
      name: 'AssumeRoleWithWebIdentity',
      params: { roleArn: role.arn, roleSessionName: name, durationSeconds: 3600 },
      response: {
        subjectFromWebIdentityToken: subject,
        credentials: credentials(key, expiresAt),
        assumedRoleUser: assumedRoleUser(role, name),
        provider,
        audience,
      },
      resources: roleResource(role),
    },
    options.origin,
  );
  return {
    records: [record],
    session: roleSession({ role, name, key, issuedAt: at, expiresAt, federatedProvider: provider }),
  };
}

export interface SamlOptions {
  readonly at: Seconds;
  readonly role: Role;
  /** The person: session name and subject. */
  readonly name: string;
  /** Name of the IAM SAML provider; Identity Center names its own `AWSSSO_<hex>_DO_NOT_DELETE`. */
  readonly provider: string;
  readonly origin: Origin;
  readonly hours: number;
}

/** A person signing in through a SAML provider; Identity Center does the same in each member account. */
export function assumeRoleWithSaml(trail: Trail, options: SamlOptions): Grant {
  const { at, role, name, provider } = options;
  const key = trail.temporaryKey();
  const expiresAt = at + options.hours * 3600;
  const qualifier = 'ExampleNameQualifier=';
  const caller: Caller = {
    account: role.account,
    identity: { type: 'SAMLUser', principalId: `${qualifier}:${name}`, userName: name, identityProvider: qualifier },
  };
  const record = trail.record(
    at,
    caller,
    {
      source: 'sts',
      name: 'AssumeRoleWithSAML',
      params: {
        sAMLAssertionID: `_${trail.random.uuid()}`,
        roleSessionName: name,
        durationSeconds: options.hours * 3600,
        roleArn: role.arn,
        principalArn: `arn:aws:iam::${role.account}:saml-provider/${provider}`,
      },
      response: {
        subjectType: 'persistent',
        issuer: 'https://portal.sso.us-east-1.amazonaws.com/saml/assertion/EXAMPLE',
        credentials: credentials(key, expiresAt),
        nameQualifier: qualifier,
        assumedRoleUser: assumedRoleUser(role, name),
        subject: name,
        audience: 'https://signin.aws.amazon.com/saml',
      },
      resources: [
        { accountId: role.account, type: 'AWS::IAM::Role', ARN: role.arn },
        {
          accountId: role.account,
          type: 'AWS::IAM::SAMLProvider',
          ARN: `arn:aws:iam::${role.account}:saml-provider/${provider}`,
        },
      ],
    },
    options.origin,
  );
  return { records: [record], session: roleSession({ role, name, key, issuedAt: at, expiresAt }) };
}
