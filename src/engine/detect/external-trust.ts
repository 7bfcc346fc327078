/**
 * Whom the statements of a trust or resource policy let in, and whether that is somebody neither own nor trusted.
 *
 * Guarantee: never throws; a document that cannot be read lets in nobody that we know of: see `readPolicy`. Conditions that
 * bind a statement to an organization or to own accounts restrict it; an external id alone does not, as whoever writes the
 * policy chooses it.
 * Source: IAM User Guide, "AWS global condition context keys"; "IAM JSON policy elements: Condition operators".
 */
import type { JsonObject, JsonValue } from '../cloudtrail/columns';
import { accountOf, isJsonObject } from '../cloudtrail/record';
import { lastSegment } from '../cloudtrail/text';
import { allows, isAccount, principalsOf, readPolicy, textsOf, type Principal } from './policy-document';

export type Reach =
  | 'everybody'
  /** An account that is neither own nor trusted. */
  | 'stranger'
  /** A principal whose account is not known. */
  | 'unknown'
  | 'provider'
  /** Own or trusted. */
  | 'known';

export interface Grant {
  readonly reach: Reach;
  /** `everybody`, `account 999988887777`, …; log text. */
  readonly words: string;
  /** What is compared between two documents: however a document writes it. */
  readonly principal: string;
  /** '' where there is none. */
  readonly account: string;
  /** A condition binds it to an organization or to own accounts. */
  readonly restricted: boolean;
  /** The conditions that say who: `sts:ExternalId x`; log text. */
  readonly conditions: readonly string[];
}

/** Every grant to assume the role. */
export const assumptions = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'] as const;

/** Who is let in by a trust policy from outside, in words: `everybody`, `account 999988887777`, … */
export function strangersIn(document: JsonValue | undefined, known: ReadonlySet<string>): readonly string[] {
  const read = readPolicy(document);
  const strangers =
    read.state !== 'read'
      ? []
      : read.statements
          .filter((statement) => allows(statement, assumptions))
          .flatMap((statement) => grantsOf(statement, known))
          .filter(({ reach, restricted, principal }) =>
            reach === 'provider' ? !isCommonProvider(principal) && !restricted : reach !== 'known' && !restricted,
          )
          .map(({ words }) => words);
  return [...new Set(strangers)];
}

/** Sign-on and cluster providers are set up by AWS and by clusters; others are somebody's choice. */
function isCommonProvider(provider: string): boolean {
  return /AWSSSO_|oidc\.eks\.|oidc-eks\.|cognito-identity/.test(provider);
}

/** Whom an allowing statement lets in. Conditions on the way that a call takes only mean something to resources. */
export function grantsOf(statement: JsonObject, known: ReadonlySet<string>, of: 'role' | 'resource' = 'role'): Grant[] {
  const { restricted, accounts, networks, words } = conditionsOf(statement, known, of);
  return principalsOf(statement).flatMap((principal): Grant[] => {
    const open = principal.kind === 'everybody' || principal.kind === 'all-but-some';
    // Everybody, but of these accounts.
    const narrowed: readonly Principal[] =
      open && accounts !== undefined
        ? accounts.map((account) => ({ kind: 'aws', arn: `arn:aws:iam::${account}:root`, account }))
        : [principal];
    return narrowed.map((each) => ({
      ...grantOf(each, known),
      restricted: restricted || (open && networks && of === 'resource'),
      conditions: words,
    }));
  });
}

function grantOf(
  principal: Principal,
  known: ReadonlySet<string>,
): Pick<Grant, 'reach' | 'words' | 'principal' | 'account'> {
  switch (principal.kind) {
    case 'everybody':
      return { reach: 'everybody', words: 'everybody', principal: '*', account: '' };
    case 'all-but-some':
      return { reach: 'everybody', words: 'everybody but those named', principal: '!', account: '' };
    case 'unknown':
      return { reach: 'unknown', words: `unknown principal ${principal.id}`, principal: principal.id, account: '' };
    case 'provider':
      return { reach: 'provider', words: `identity provider ${principal.id}`, principal: principal.id, account: '' };
    case 'aws': {
      const { arn, account } = principal;
      const stranger = !known.has(account);
      return {
        reach: stranger ? 'stranger' : 'known',
        words: stranger || arn.endsWith(':root') ? `account ${account}` : nameOf(arn),
        principal: arn.endsWith(':root') ? account : arn,
        account,
      };
    }
  }
}

/** `role app` of `arn:aws:iam::111122223333:role/team/app`. */
function nameOf(arn: string): string {
  const resource = arn.slice(arn.lastIndexOf(':') + 1);
  return `${resource.split('/', 1)[0] ?? ''} ${lastSegment(resource)}`;
}

interface Conditions {
  readonly restricted: boolean;
  /** The only accounts that may come in, where one of those is neither own nor trusted. */
  readonly accounts: readonly string[] | undefined;
  /** Only from addresses of named networks: then not everybody, but still whoever else is named. */
  readonly networks: boolean;
  readonly words: readonly string[];
}

/** Keys whose value has to be an organization, or a path in one. */
const organizationKeys = new Set([
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
]);
/** Keys whose value has to be an account. */
const accountKeys = new Set([
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:principalaccount',
  'kms:calleraccount',
  's3:dataaccesspointaccount',
  'aws:vpcesourceaccount',
]);
/** Keys whose value is an ARN that has to name its account. */
const arnKeys = new Set(['aws:principalarn', 'aws:sourcearn', 's3:dataaccesspointarn']);
/** Keys whose value is a network of a VPC or its endpoint. */
const endpointKeys = new Set(['aws:sourcevpce', 'aws:sourcevpc']);
/** What roles are not restricted by: their callers choose it. */
const resourceKeys = new Set(['aws:sourcearn', 's3:dataaccesspointarn', ...endpointKeys]);
/** Of these, those that say whose principal calls: what they name comes in, and nobody else. */
const callerKeys = new Set(['aws:principalaccount', 'aws:principalarn', 'kms:calleraccount']);
const shownKeys = new Set([...organizationKeys, ...accountKeys, ...arnKeys, ...endpointKeys, 'sts:externalid']);

function conditionsOf(statement: JsonObject, known: ReadonlySet<string>, of: 'role' | 'resource'): Conditions {
  const condition = statement['Condition'];
  const words: string[] = [];
  let restricted = false;
  let networks = false;
  let accounts: readonly string[] | undefined;
  for (const [operator, test] of isJsonObject(condition) ? Object.entries(condition) : []) {
    for (const [name, value] of isJsonObject(test) ? Object.entries(test) : []) {
      const key = name.toLowerCase();
      const values = textsOf(value);
      if (shownKeys.has(key)) {
        words.push(`${name} ${values.join(' or ')}`);
      }
      networks ||= operator === 'IpAddress' && key === 'aws:sourceip' && values.length > 0 && values.every(isNarrow);
      if (of === 'role' && resourceKeys.has(key)) {
        continue;
      }
      // `…IfExists`, negations and `ForAllValues` let through what does not have the key.
      if (
        values.length === 0 ||
        !/^(ForAnyValue:)?(String(Equals|Like|EqualsIgnoreCase)|Arn(Equals|Like))$/.test(operator)
      ) {
        continue;
      }
      const named = accountsNamed(key, values);
      if (
        named?.every((account) => known.has(account)) === true ||
        isOrganization(key, values) ||
        isEndpoint(key, values)
      ) {
        restricted = true;
      } else if (named !== undefined && callerKeys.has(key)) {
        accounts = named;
      }
    }
  }
  return { restricted, accounts, networks, words };
}

/** The accounts that values name; undefined where one of them names none, or any. */
function accountsNamed(key: string, values: readonly string[]): readonly string[] | undefined {
  const named = accountKeys.has(key) ? values : arnKeys.has(key) ? values.map(accountOf) : [];
  return named.length > 0 && named.every(isAccount) ? [...new Set(named)] : undefined;
}

/** An organization by its id, `o-…`, of which no character is open. */
function isOrganization(key: string, values: readonly string[]): boolean {
  return organizationKeys.has(key) && values.every((value) => /^o-[a-z0-9]+(\/|$)/.test(value));
}

/** A network that S3 does not take for the public either: of IPv4 at most a /8, of IPv6 a /32. */
function isNarrow(network: string): boolean {
  const isSix = network.includes(':');
  const bits = /\/(\d{1,3})$/.exec(network)?.[1];
  return /^[0-9a-f.:]+(\/\d{1,3})?$/i.test(network) && (bits === undefined || Number(bits) >= (isSix ? 32 : 8));
}

function isEndpoint(key: string, values: readonly string[]): boolean {
  return endpointKeys.has(key) && values.every((value) => /^vpce?-[0-9a-z]+$/.test(value));
}
