/** Ways of getting a credential that only some cases of rules need, shaped after the AWS reference; every id is invented. */
import {
  assumeRole,
  consoleLogin,
  stsDate,
  switchRole,
  type Caller,
  type JsonObject,
  type Role,
  type Session,
  type User,
} from '../../../scripts/sample/records';
import { acting, credentialsOf, unknownCaller } from '../../unit/engine/lineage/issuing-facts';
import { account, minute, office, start, type World } from '../../unit/engine/support/world';

/** The records of a call with what they say of the issued key masked, as exporters do. */
export function withMaskedKey(record: object): object {
  const copy = structuredClone(record) as { responseElements: Record<string, Record<string, unknown>> };
  for (const part of Object.values(copy.responseElements)) {
    if ('accessKeyId' in part) {
      part['accessKeyId'] = 'HIDDEN_DUE_TO_SECURITY_REASONS';
    }
  }
  return copy;
}

/** The same caller with a key that nobody can read. */
export function masked<C extends Caller>(caller: C): C {
  return { ...caller, identity: { ...caller.identity, accessKeyId: 'HIDDEN_DUE_TO_SECURITY_REASONS' } };
}

/** IAM Roles Anywhere: a certificate is the root of the lineage; AWS names the session after its serial number. */
export function rolesAnywhere(world: World, at: number, of: Role): Session {
  const held = acting(world, of, '00c2a5f3b1e08d7746', at);
  world.does(at, unknownCaller(account), {
    source: 'rolesanywhere',
    name: 'CreateSession',
    params: { roleArn: of.arn, durationSeconds: 3600, cert: 'MIIDEXAMPLE' },
    response: {
      credentialSet: [
        {
          assumedRoleUser: { assumedRoleId: held.principalId, arn: held.identity.arn ?? '' },
          credentials: credentialsOf(held.key, at),
          roleArn: of.arn,
        },
      ],
    },
  });
  return held;
}

/** Cognito: an identity pool hands out a role to nobody in particular. */
export function cognito(world: World, at: number, of: Role): Session {
  const held = acting(world, of, 'CognitoIdentityCredentials', at);
  const identityId = 'us-east-1:11111111-2222-4333-8444-555555555555';
  world.does(at, unknownCaller(account), {
    source: 'cognito-identity',
    name: 'GetCredentialsForIdentity',
    params: { identityId },
    response: { identityId, credentials: credentialsOf(held.key, at) },
  });
  return held;
}

/** A token that a session asked STS for, given to `AssumeRoleWithWebIdentity`: outbound federation. */
export function withTokenOf(world: World, at: number, asker: Session, of: Role): Session {
  const held = acting(world, of, 'partner', at + 5);
  const webIdentityTokenId = '11111111-2222-4333-8444-555555555555';
  const issuer = `https://${webIdentityTokenId}.tokens.sts.global.api.aws`;
  world
    .does(at, asker, {
      source: 'sts',
      name: 'GetWebIdentityToken',
      params: { audience: ['https://partner.example'], signingAlgorithm: 'ES384' },
      response: { webIdentityTokenId, expiration: stsDate(start + at + 300) },
    })
    .does(
      at + 5,
      {
        account: of.account,
        identity: { type: 'WebIdentityUser', principalId: `${issuer}:x`, identityProvider: issuer },
      },
      {
        source: 'sts',
        name: 'AssumeRoleWithWebIdentity',
        params: { roleArn: of.arn, roleSessionName: 'partner', webIdentityTokenId },
        response: {
          credentials: credentialsOf(held.key, at + 5),
          assumedRoleUser: { assumedRoleId: held.principalId, arn: held.identity.arn ?? '' },
          provider: issuer,
        },
      },
    );
  return held;
}

/** A user signs in to the console, and looks at something. */
export function signsInToConsole(world: World, at: number, who: User, origin = office): Session {
  const { records, keys } = consoleLogin(world.trail, start + at, who, origin, 1);
  world.records.push(...records);
  return first(keys);
}

/** Switch Role in the console: three records and a key that none of them issued. */
export function switches(world: World, at: number, from: Session, who: User, of: Role): Session {
  const { records, keys } = switchRole(world.trail, start + at, from, who, of, office, 1);
  world.records.push(...records);
  return first(keys);
}

/** The same call for two askers in one second, of which neither record tells the key: nobody can say whose the session is. */
export function assumesAmbiguously(world: World, at: number, callers: readonly Caller[], of: Role): Session {
  const grants = callers.map((caller) =>
    assumeRole(world.trail, { at: start + at, caller, role: of, name: 'same', origin: office }),
  );
  world.records.push(...grants.flatMap(({ records }) => records.map(withMaskedKey)));
  return masked(first(grants.map(({ session }) => session)));
}

/** A call that asks for nothing and is told little: for a session to have been used. */
export function looks(world: World, at: number, ...callers: readonly Caller[]): World {
  callers.forEach((caller, index) =>
    world.does(at + index * minute, caller, { source: 'ec2', name: 'DescribeInstances' }),
  );
  return world;
}

/** A trust policy of one statement. */
export function trustIn(principal: JsonObject | string, condition?: JsonObject): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: principal,
        Action: 'sts:AssumeRole',
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    ],
  });
}

function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) {
    throw new Error('one was asked for');
  }
  return item;
}
