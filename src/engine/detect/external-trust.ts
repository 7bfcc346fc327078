/**
 * Whether a trust or permission document lets in somebody who is neither own nor trusted.
 *
 * Guarantee: never throws; a document that cannot be read lets in nobody that we know of. Conditions that bind a statement
 * to the organization or to own accounts restrict it; an external id alone does not.
 * Source: IAM User Guide, "AWS JSON policy elements: Principal"; "IAM JSON policy elements: Condition".
 */
import type { JsonObject, JsonValue } from '../cloudtrail/columns';
import { accountOf, elementAsObject, isJsonObject } from '../cloudtrail/record';

/** Who is let in from outside, in words: `everybody`, `account 999988887777`, … */
export function strangersIn(document: JsonValue | undefined, known: ReadonlySet<string>): readonly string[] {
  const policy = elementAsObject(typeof document === 'string' ? decoded(document) : document);
  const strangers = listOf(policy?.['Statement'])
    .filter(isJsonObject)
    .filter((statement) => statement['Effect'] === 'Allow' && !isRestricted(statement, known))
    .flatMap((statement) => strangersOf(statement, known));
  return [...new Set(strangers)];
}

/** Policies are URL-encoded in some records. */
function decoded(text: string): string {
  if (!/^\s*%7b/i.test(text)) {
    return text;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function strangersOf(statement: JsonObject, known: ReadonlySet<string>): string[] {
  if (statement['NotPrincipal'] !== undefined) {
    return ['everybody but those named'];
  }
  const principal = statement['Principal'];
  if (principal === '*') {
    return ['everybody'];
  }
  if (!isJsonObject(principal)) {
    return [];
  }
  return [
    ...textsOf(principal['AWS']).flatMap((item) => strangerOf(item, known)),
    ...textsOf(principal['Federated']).flatMap(federatedStranger),
  ];
}

/** A principal of the element `AWS`: everybody, an account, an ARN, or the unique id of a principal that was deleted. */
function strangerOf(item: string, known: ReadonlySet<string>): string[] {
  if (item === '*') {
    return ['everybody'];
  }
  const account = /^\d{12}$/.test(item) ? item : accountOf(item);
  if (account === '') {
    return [`unknown principal ${item}`];
  }
  return known.has(account) ? [] : [`account ${account}`];
}

/** Sign-on and cluster providers are set up by AWS and by clusters; others are somebody's choice. */
function federatedStranger(item: string): string[] {
  return /AWSSSO_|oidc\.eks\.|oidc-eks\.|cognito-identity/.test(item) ? [] : [`identity provider ${item}`];
}

const organizationKeys = new Set(['aws:principalorgid', 'aws:principalorgpaths', 'aws:sourceorgid']);
const accountKeys = new Set(['aws:sourceaccount', 'aws:principalaccount']);

function isRestricted(statement: JsonObject, known: ReadonlySet<string>): boolean {
  const condition = statement['Condition'];
  if (!isJsonObject(condition)) {
    return false;
  }
  return Object.entries(condition).some(
    ([operator, test]) =>
      // `…IfExists` and negations let through what does not have the key.
      /^(ForAnyValue:)?(StringEquals|StringLike|StringEqualsIgnoreCase)$/.test(operator) &&
      isJsonObject(test) &&
      Object.entries(test).some(([key, value]) => restricts(key.toLowerCase(), textsOf(value), known)),
  );
}

function restricts(key: string, values: readonly string[], known: ReadonlySet<string>): boolean {
  if (values.length === 0 || values.some((value) => value.includes('*') && !value.startsWith('o-'))) {
    return false;
  }
  return organizationKeys.has(key) || (accountKeys.has(key) && values.every((value) => known.has(value)));
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
}

function textsOf(value: JsonValue | undefined): string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}
