/**
 * Policy documents in records: JSON texts, URL-encoded texts, what exporters make of them, or objects.
 *
 * Guarantee: never throws. What is not in a record is told apart from what cannot be read, and a document that was cut off
 * says so: nobody may take what is left of it for all that it allowed.
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language", "AWS JSON policy elements: Principal".
 */
import type { JsonObject, JsonValue } from '../cloudtrail/columns';
import { accountOf, elementAsObject, isJsonObject } from '../cloudtrail/record';
import { isMasked } from '../cloudtrail/text';

export type PolicyRead =
  /** The record does not have it, or has a mask in its place. */
  | { readonly state: 'absent' }
  | { readonly state: 'unreadable' }
  | {
      readonly state: 'read';
      readonly statements: readonly JsonObject[];
      /** False for what is left of a document that was cut off. */
      readonly complete: boolean;
    };

export function readPolicy(value: JsonValue | undefined): PolicyRead {
  if (value === undefined || value === null || value === '' || (typeof value === 'string' && isMasked(value))) {
    return { state: 'absent' };
  }
  const text = typeof value === 'string' ? decoded(value).trim() : undefined;
  const statement = elementAsObject(text ?? value)?.['Statement'];
  if (!isJsonObject(statement) && !Array.isArray(statement)) {
    return { state: 'unreadable' };
  }
  const list = listOf(statement);
  const statements = list.filter(isJsonObject);
  return {
    state: 'read',
    statements,
    complete: statements.length === list.length && (text === undefined || isWhole(text)),
  };
}

/** The whole document as an object, where it can be read in full. */
export function policyObject(value: JsonValue | undefined): JsonObject | undefined {
  const read = readPolicy(value);
  return read.state === 'read' && read.complete
    ? elementAsObject(typeof value === 'string' ? decoded(value) : value)
    : undefined;
}

/** Policies are URL-encoded in some records. */
function decoded(text: string): string {
  if (!/^\s*%[0-9a-f]{2}/i.test(text)) {
    return text;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Java map text has no other end than its brace.
    return !/^\{\s*"/.test(text) && text.endsWith('}');
  }
}

/** Somebody a statement names. Services are nobody: they act for their own account. */
export type Principal =
  | { readonly kind: 'everybody' }
  /** `NotPrincipal`. */
  | { readonly kind: 'all-but-some' }
  /** An account as a whole (`arn` ends with `:root`), or a user, role or session of it. */
  | { readonly kind: 'aws'; readonly arn: string; readonly account: string }
  /** `AIDA…`, `AROA…`: what IAM puts in the place of a principal that was deleted; or an account that is masked. */
  | { readonly kind: 'unknown'; readonly id: string }
  | { readonly kind: 'provider'; readonly id: string };

export function principalsOf(statement: JsonObject): Principal[] {
  if (statement['NotPrincipal'] !== undefined) {
    return [{ kind: 'all-but-some' }];
  }
  const principal = statement['Principal'];
  if (typeof principal === 'string') {
    return [awsPrincipal(principal)];
  }
  return isJsonObject(principal)
    ? [
        ...textsOf(principal['AWS'])
          .filter((item) => !isService(item))
          .map(awsPrincipal),
        ...textsOf(principal['CanonicalUser']).map((id): Principal => ({ kind: 'unknown', id })),
        ...textsOf(principal['Federated']).map((id): Principal => ({ kind: 'provider', id })),
      ]
    : [];
}

export function awsPrincipal(item: string): Principal {
  if (item === '*') {
    return { kind: 'everybody' };
  }
  const account = isAccount(item) ? item : accountOf(item);
  return isAccount(account)
    ? { kind: 'aws', arn: isAccount(item) ? `arn:aws:iam::${item}:root` : item, account }
    : { kind: 'unknown', id: item };
}

export function isAccount(text: string): boolean {
  return /^\d{12}$/.test(text);
}

/** Origin access identities of CloudFront are written as users of an account `cloudfront`. */
function isService(item: string): boolean {
  return /^arn:[\w-]+:iam::cloudfront:/.test(item);
}

/** True for statements that allow one of the actions; those that name none are as good as any. */
export function allows(statement: JsonObject, actions: readonly string[]): boolean {
  if (statement['Effect'] !== 'Allow') {
    return false;
  }
  const not = statement['NotAction'];
  if (not !== undefined) {
    return actions.some((action) => !textsOf(not).some((pattern) => matches(pattern, action)));
  }
  const patterns = textsOf(statement['Action']);
  return (
    statement['Action'] === undefined || patterns.some((pattern) => actions.some((action) => matches(pattern, action)))
  );
}

/** `*` any characters, `?` one; in time that grows with the lengths only. */
export function matches(pattern: string, action: string): boolean {
  const glob = pattern.toLowerCase();
  const text = action.toLowerCase();
  let at = 0;
  let from = 0;
  let star = -1;
  let mark = 0;
  while (from < text.length) {
    if (glob[at] === '*') {
      star = at++;
      mark = from;
    } else if (at < glob.length && (glob[at] === '?' || glob[at] === text[from])) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++mark;
    } else {
      return false;
    }
  }
  while (glob[at] === '*') {
    at++;
  }
  return at === glob.length;
}

export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
}

export function textsOf(value: JsonValue | undefined): string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}
