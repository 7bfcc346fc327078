/**
 * What a policy document denies of everything: to whom, and issued before when. What the response plan writes is understood
 * (deny all, revoke older sessions, single sessions, source identities, instances, users of Identity Center, lists of
 * principals), and so is what others write in the same words.
 *
 * Guarantee: never throws. A condition that is not understood is said to be so; a guardrail (a Region, MFA, a network) is no
 * containment of anybody.
 * Source: IAM User Guide, "AWS global condition context keys"; "Revoke IAM role temporary security credentials".
 */
import type { JsonObject, JsonValue } from '../../cloudtrail/columns';
import { isJsonObject } from '../../cloudtrail/record';
import { parseInstant } from '../../cloudtrail/time';
import { greatest } from '../../extremes';
import type { EventTable, Session } from '../../lineage/model';
import { callerAt } from '../../lineage/table';
import { durableArn } from '../../remediate/scope';
import { matches, textsOf } from '../policy-document';

/** Everything is denied to the sessions that fit. */
export interface Deny {
  /** Sessions issued from then on are let through; ms. */
  readonly before: number | undefined;
  /** Who is meant, of those whose policy it is; absent: all of them. */
  readonly fits: ((session: Session, events: EventTable) => boolean) | undefined;
  /** Values of `aws:PrincipalArn` where they are named: whom a policy above the account is about. */
  readonly principalArns: readonly string[];
  /** Values of `aws:userid`. */
  readonly userIds: readonly string[];
  /** Values of `identitystore:UserId`. */
  readonly storeUsers: readonly string[];
  /** A condition is not understood: nobody can tell whom it hits. */
  readonly unclear: boolean;
}

/** Conditions on how or from where a call is made: they bind everybody at all times, and contain nobody. */
const guardrails =
  /^(aws:(multifactorauth|securetransport|requestedregion|sourceip|vpcsourceip|sourcevpc|sourcevpce|sourcevpcarn|viaawsservice|calledvia|requesttag|resourcetag|resourceaccount|resourceorg|principalorg|principalisawsservice|tagkeys|ec2instancesource|useragent|referer|currenttime|epochtime)|ec2:(roledelivery|metadata)|ssm:|s3:|kms:)/;

export function deniesOf(statements: readonly JsonObject[]): Deny[] {
  return statements.filter(deniesEverything).flatMap((statement) => denyOf(statement['Condition']) ?? []);
}

function deniesEverything(statement: JsonObject): boolean {
  return (
    statement['Effect'] === 'Deny' &&
    textsOf(statement['Action']).some((action) => action === '*' || action === '*:*') &&
    (statement['Resource'] === undefined || textsOf(statement['Resource']).includes('*')) &&
    statement['NotResource'] === undefined
  );
}

type Fits = NonNullable<Deny['fits']>;

/** Whom a condition of a Deny is about; undefined for one that contains nobody. */
export function denyOf(condition: JsonValue | undefined): Deny | undefined {
  const tests: Fits[] = [];
  const named = { principalArns: [] as string[], userIds: [] as string[], storeUsers: [] as string[] };
  let before: number | undefined;
  let unclear = false;
  for (const { operator, key, values } of conditionsIn(condition)) {
    const patterns = /^(ForAnyValue:)?(String(Equals|Like|EqualsIgnoreCase)|Arn(Equals|Like))$/.test(operator);
    if (key === 'aws:tokenissuetime' && /^DateLessThan(Equals)?$/.test(operator)) {
      const times = values.map(parseInstant).filter((time) => time !== undefined);
      unclear ||= times.length === 0;
      before = Math.max(greatest(times), before ?? 0);
    } else if (guardrails.test(key)) {
      return undefined;
    } else if (patterns && key === 'aws:userid') {
      named.userIds = [...named.userIds, ...values];
      tests.push(({ principalId }) => someMatch(values, principalId));
    } else if (patterns && key === 'aws:sourceidentity') {
      tests.push(({ sourceIdentity }) => sourceIdentity !== '' && someMatch(values, sourceIdentity));
    } else if (patterns && key === 'aws:principalarn') {
      named.principalArns = [...named.principalArns, ...values];
      tests.push((session) => someMatch(values, durableArn(session)) || someMatch(values, session.arn));
    } else if (patterns && key === 'aws:principalaccount') {
      tests.push((session) => someMatch(values, session.accountId));
    } else if (patterns && key === 'ec2:sourceinstancearn') {
      tests.push(({ instanceId }) => instanceId !== '' && values.some((arn) => arn.endsWith(`instance/${instanceId}`)));
    } else if (patterns && key === 'identitystore:userid') {
      named.storeUsers = [...named.storeUsers, ...values];
      tests.push((session, events) => values.includes(storeUserOf(session, events)));
    } else {
      unclear = true;
    }
  }
  return {
    before,
    fits: tests.length === 0 ? undefined : (session, events) => tests.every((test) => test(session, events)),
    ...named,
    unclear,
  };
}

function conditionsIn(
  condition: JsonValue | undefined,
): { readonly operator: string; readonly key: string; readonly values: readonly string[] }[] {
  if (condition === undefined || condition === null) {
    return [];
  }
  if (!isJsonObject(condition)) {
    return [{ operator: 'unknown', key: '', values: [] }];
  }
  return Object.entries(condition).flatMap(([operator, tests]) =>
    isJsonObject(tests)
      ? Object.entries(tests).map(([key, value]) => ({ operator, key: key.toLowerCase(), values: textsOf(value) }))
      : [{ operator, key: '', values: [] }],
  );
}

function someMatch(patterns: readonly string[], text: string): boolean {
  return text !== '' && patterns.some((pattern) => matches(pattern, text));
}

/** The user of Identity Center whom a session acts for, as its calls say it. */
export function storeUserOf(session: Session, events: EventTable): string {
  const user = storeUsers.get(session) ?? findStoreUser(session, events);
  storeUsers.set(session, user);
  return user;
}

/** Every step asks anew. */
const storeUsers = new WeakMap<Session, string>();

function findStoreUser(session: Session, events: EventTable): string {
  for (const row of session.rows) {
    const { onBehalfOfUserId } = callerAt(events, row);
    if (onBehalfOfUserId !== '') {
      return onBehalfOfUserId;
    }
  }
  return '';
}

/** `aws:TokenIssueTime` is there for temporary credentials alone: a bound deny never hits a long-term key. */
export function createdBefore({ creationDate }: Session, bound: number | undefined): boolean {
  return bound === undefined || (creationDate !== undefined && creationDate < bound);
}
