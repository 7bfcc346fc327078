/**
 * What was handed out: one issuance for every successful record that issued a credential, twins together.
 *
 * Guarantee: nothing of the engine is used; a key that different principals received is nobody's.
 */
import {
  accountOf,
  compare,
  instantOf,
  isMask,
  keyAt,
  sessionNameOf,
  textAt,
  valueAt,
  type Happening,
} from './happenings';
import type { Session } from './naive-sessions';

export interface Issuance {
  readonly kind: string;
  /** The copy with the richer caller. */
  main: Happening;
  readonly copies: Happening[];
  key: string;
  account: string;
  principal: string;
  arn: string;
  roleArn: string;
  name: string;
  readonly recipient: string;
  expires: number | undefined;
  /** The key was somebody else's too, and is none. */
  placeholder: boolean;
  /** Joined to its session by names alone. */
  guessed: boolean;
  caller: Session | undefined;
  child: Session | undefined;
}

export const signIns = ['console-login', 'cli-login', 'switch-role'];

const kinds: Readonly<Record<string, string>> = {
  'sts/AssumeRole': 'assume-role',
  'sts/AssumeRoleWithSAML': 'assume-role-saml',
  'sts/AssumeRoleWithWebIdentity': 'assume-role-web-identity',
  'sts/AssumeRoot': 'assume-root',
  'sts/GetSessionToken': 'session-token',
  'sts/GetFederationToken': 'federation-token',
  'iam/CreateAccessKey': 'created-key',
  'signin/ConsoleLogin': 'console-login',
  'signin/CreateOAuth2Token': 'cli-login',
  'signin/SwitchRole': 'switch-role',
  'rolesanywhere/CreateSession': 'roles-anywhere',
  'cognito-identity/GetCredentialsForIdentity': 'cognito',
};

export function issuancesOf(happenings: readonly Happening[]): Issuance[] {
  const issuances: Issuance[] = [];
  for (const happening of happenings) {
    const kind = kinds[happening.action];
    // T19: network activity is a use, and has no answer.
    if (kind !== undefined && happening.succeeded && !happening.network) {
      const delivery = kind === 'assume-role' && happening.type === 'AWSService';
      issuances.push(issuanceOf(happening, delivery ? 'delivery' : kind));
    }
  }
  // A key that different principals received is a placeholder; copies of one call may tell more and less of the receiver.
  for (const key of new Set(issuances.map((issuance) => issuance.key))) {
    const same = issuances.filter((issuance) => issuance.key === key);
    if (same.some((one) => same.some((other) => one.recipient !== other.recipient && !isSameCall(one, other)))) {
      for (const issuance of same) {
        issuance.key = '';
        issuance.placeholder = key !== '';
      }
    }
  }
  // Choice: a record that names neither key nor receiver issued nothing that could be found again.
  return withoutTwins(issuances).filter(
    ({ kind, key, principal, roleArn, arn }) =>
      kind === 'created-key' || [key, principal, roleArn, arn].some((name) => name !== ''),
  );
}

function issuanceOf(main: Happening, kind: string): Issuance {
  const { record } = main;
  const response = valueAt(record, 'responseElements');
  const answer = kind === 'roles-anywhere' ? valueAt(response, 'credentialSet', '0') : response;
  const credentials = valueAt(answer, kind === 'created-key' ? 'accessKey' : 'credentials');
  const request = valueAt(record, 'requestParameters');
  const assumed = textAt(answer, 'assumedRoleUser', 'assumedRoleId');
  const assumesRole = /role|delivery|anywhere/.test(kind);
  const roleArn = assumesRole ? textAt(request, 'roleArn') || roleBeside(record) : '';
  const own = kind === 'session-token' || signIns.includes(kind);
  const target = textAt(request, 'targetPrincipal');
  const root = kind === 'assume-root' ? accountOf(target) || target : '';
  const principal =
    assumed || textAt(answer, 'federatedUser', 'federatedUserId') || root || (own ? main.principal : '');
  const name = textAt(request, 'roleSessionName') || sessionNameOf(assumed) || textAt(request, 'name');
  // A call that names no user makes a key for its caller.
  const owner = textAt(credentials, 'userName') || textAt(request, 'userName') || main.userName || main.principal;
  const arn =
    textAt(answer, 'assumedRoleUser', 'arn') || textAt(answer, 'federatedUser', 'arn') || (own ? main.arn : '');
  return {
    kind,
    main,
    copies: [],
    key: keyAt(credentials, 'accessKeyId'),
    // Choice: of a record that tells no account of the receiver, the caller's.
    account: accountOf(roleArn) || root || accountOf(arn) || main.account,
    principal,
    arn,
    roleArn,
    name,
    recipient: kind === 'created-key' ? `${main.account}|${owner}` : principal || `${roleArn}/${name}`,
    expires: instantOf(valueAt(credentials, 'expiration')),
    placeholder: false,
    guessed: false,
    caller: undefined,
    child: undefined,
  };
}

/** Choice: parameters that are left out are not missed where the record names the role beside them. */
function roleBeside(record: unknown): string {
  const resources = valueAt(record, 'resources');
  const arns = Array.isArray(resources) ? resources.map((resource) => textAt(resource, 'ARN')) : [];
  const session = textAt(record, 'responseElements', 'assumedRoleUser', 'arn');
  // The ARN of a session has lost the path of its role.
  const pathless = session.replace(':sts:', ':iam:').replace(/:assumed-role\/([^/]*)\/.*$/, ':role/$1');
  return arns.find((arn) => arn.includes(':role/')) ?? pathless;
}

/** Two records of one call, seen from two accounts, are one issuance; its caller is the one that is more than an account. */
function withoutTwins(issuances: readonly Issuance[]): Issuance[] {
  const kept: Issuance[] = [];
  for (const issuance of issuances) {
    const again = kept.find(({ key }) => issuance.key !== '' && issuance.key === key);
    const twin = kept.find((other) => isTwin(issuance, other));
    if (twin !== undefined) {
      twin.key ||= issuance.key;
      twin.expires ??= issuance.expires;
      twin.principal ||= issuance.principal;
      twin.roleArn ||= issuance.roleArn;
      twin.name ||= issuance.name;
      twin.arn ||= issuance.arn;
      twin.account = accountOf(twin.roleArn) || accountOf(twin.arn) || twin.account;
      if (richness(issuance.main) > richness(twin.main)) {
        twin.copies.push(twin.main);
        twin.main = issuance.main;
      } else {
        twin.copies.push(issuance.main);
      }
    } else if (again === undefined) {
      // Choice: of a key that was issued again to the same receiver in another call, the first record counts.
      kept.push(issuance);
    }
  }
  return kept.sort((a, b) => a.main.time - b.main.time || compare(a.main.order, b.main.order));
}

/** A user or a role tells more than its account, and more with a key than without. */
function richness({ type, key }: Happening): number {
  return Number(type !== 'AWSAccount') + Number(key !== '');
}

/** One call: the same key, or one of them masked; and the same sharedEventID or requestID. */
function isSameCall(a: Issuance, b: Issuance): boolean {
  return ['sharedEventID', 'requestID'].some((name) => {
    const id = textAt(a.main.record, name);
    return !isMask(id) && id === textAt(b.main.record, name);
  });
}

function isTwin(a: Issuance, b: Issuance): boolean {
  const shared = isSameCall(a, b);
  const same = a.kind === b.kind && a.main.time === b.main.time;
  return shared && ((a.key !== '' && a.key === b.key) || (same && (a.key === '' || b.key === '')));
}

/** An assumption made by a principal. Deliveries, sign-ins, first federated logins, tokens and created keys are none. */
export function isHop({ kind, main, caller }: Issuance): boolean {
  switch (kind) {
    case 'assume-role':
    case 'assume-root':
    case 'switch-role':
      return true;
    case 'assume-role-web-identity':
      // With a token that a session of these logs asked AWS for.
      return caller !== undefined;
    case 'assume-role-saml':
    case 'roles-anywhere':
      return caller !== undefined && main.type === 'AssumedRole';
    default:
      return false;
  }
}
