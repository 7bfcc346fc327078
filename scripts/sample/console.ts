/**
 * Console sign-ins of the sample: `ConsoleLogin`, the many keys without an issuing record that follow it,
 * and the three records of Switch Role.
 */
import { assumeRole } from './issuance';
import {
  consoleUser,
  roleSession,
  throughService,
  type Caller,
  type Role,
  type Session,
  type User,
} from './principals';
import type { Seconds } from './time';
import { internalOrigin, type CloudTrailRecord, type Origin, type Trail } from './trail';

const CONSOLE_HOME = 'https://console.aws.amazon.com/console/home?region=us-east-1';

export interface ConsoleGrant {
  readonly records: readonly CloudTrailRecord[];
  /** One session, one creationDate, many keys. */
  readonly keys: readonly Session[];
}

/** An IAM user signing in with password and MFA. */
export function consoleLogin(trail: Trail, at: Seconds, who: User, origin: Origin, keys: number): ConsoleGrant {
  const caller: Caller = {
    account: who.account,
    // The sign-in itself has an empty key.
    identity: {
      type: 'IAMUser',
      principalId: who.id,
      arn: who.arn,
      accountId: who.account,
      userName: who.name,
      accessKeyId: '',
    },
  };
  const login = trail.record(at, caller, consoleLoginAction('Yes'), origin);
  return {
    records: [login],
    keys: Array.from({ length: keys }, () => consoleUser(who, trail.temporaryKey(), at, true)),
  };
}

function consoleLoginAction(mfa: 'Yes' | 'No') {
  return {
    source: 'signin',
    name: 'ConsoleLogin',
    response: { ConsoleLogin: 'Success' },
    additional: { LoginTo: CONSOLE_HOME, MobileVersion: 'No', MFAUsed: mfa },
    readOnly: false,
    type: 'AwsConsoleSignIn',
  } as const;
}

/** A person of Identity Center opening the console from the access portal with the session just issued. */
export function consoleFromPortal(
  trail: Trail,
  at: Seconds,
  role: Role,
  portal: Session,
  name: string,
  origin: Origin,
  keys: number,
): ConsoleGrant {
  const { accessKeyId: _unsaid, ...withoutKey } = portal.identity;
  const token = trail.record(
    at,
    portal,
    {
      source: 'signin',
      name: 'GetSigninToken',
      response: { credentials: 'HIDDEN_DUE_TO_SECURITY_REASONS', GetSigninToken: 'Success' },
      additional: { MobileVersion: 'No', MFAUsed: 'No' },
      readOnly: false,
      type: 'AwsConsoleSignIn',
    },
    { ip: origin.ip, ua: 'Jersey/${project.version} (HttpUrlConnection 21.0.2)' },
  );
  const login = trail.record(at, { account: portal.account, identity: withoutKey }, consoleLoginAction('No'), origin);
  return {
    records: [token, login],
    keys: Array.from({ length: keys }, () =>
      roleSession({ role, name, key: trail.temporaryKey(), issuedAt: at, expiresAt: portal.expiresAt }),
    ),
  };
}

/**
 * Switch Role from one account's console into another's: `AssumeRole` by the user through "AWS Internal", its twin in
 * the role's account, and `SwitchRole`, the only record with the person's address. The keys used afterwards are not
 * the issued one.
 */
export function switchRole(
  trail: Trail,
  at: Seconds,
  from: Session,
  who: User,
  role: Role,
  origin: Origin,
  keys: number,
): ConsoleGrant {
  const grant = assumeRole(trail, {
    at,
    caller: throughService(from, 'AWS Internal'),
    role,
    name: who.name,
    origin: internalOrigin,
    seconds: 3600,
  });
  const principalId = `${role.id}:${who.name}`;
  const switched = trail.record(
    at,
    {
      account: role.account,
      identity: {
        type: 'AssumedRole',
        principalId,
        arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${who.name}`,
        accountId: role.account,
      },
    },
    {
      source: 'signin',
      name: 'SwitchRole',
      response: { SwitchRole: 'Success' },
      additional: { SwitchFrom: who.arn, RedirectTo: CONSOLE_HOME },
      readOnly: false,
      type: 'AwsConsoleSignIn',
    },
    origin,
  );
  return {
    records: [...grant.records, switched],
    keys: Array.from({ length: keys }, () =>
      roleSession({ role, name: who.name, key: trail.temporaryKey(), issuedAt: at, expiresAt: at + 3600, mfa: true }),
    ),
  };
}
