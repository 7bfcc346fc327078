/**
 * Reading a record: paths that may lead nowhere, values that may be placeholders, elements that exporters flattened.
 *
 * Guarantee: nothing here throws, whatever the record holds; inherited properties are never mistaken for fields.
 */
import type { JsonObject, JsonValue } from './columns';
import { parseCutJson } from './cut-json';
import { parseMapText } from './map-text';
import { cutText, MAX_FIELD_LENGTH } from './text';

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldOf(value: unknown, name: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The value at a path of field names; `undefined` when any step is missing. */
export function valueAt(start: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = start;
  for (let step = 0; step < path.length; step += 1) value = fieldOf(value, path[step] ?? '');
  return value;
}

export function objectAt(start: JsonValue | undefined, ...path: readonly string[]): JsonObject | undefined {
  const value = valueAt(start, ...path);
  return isJsonObject(value) ? value : undefined;
}

/** The elements at a path; empty when there is no array. */
export function arrayAt(start: JsonValue | undefined, ...path: readonly string[]): readonly JsonValue[] {
  const value = valueAt(start, ...path);
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

/** The text at a path; '' when it is absent, not a string, or a placeholder for absence (`-`, `null`). */
export function stringAt(start: JsonValue | undefined, ...path: readonly string[]): string {
  const value = valueAt(start, ...path);
  return typeof value === 'string' && value !== '-' && value !== 'null' ? value : '';
}

/** The same, cut where it is longer than any real field: what a model keeps of a record. */
export function boundedText(start: JsonValue | undefined, ...path: readonly string[]): string {
  return cutText(stringAt(start, ...path), MAX_FIELD_LENGTH);
}

/**
 * An element that should be an object, from what exporters make of it: the object, its JSON as a string, or Java map
 * text (`{roleArn=…}`). `undefined` when it is absent or cannot be read.
 */
export function elementAsObject(value: JsonValue | undefined): JsonObject | undefined {
  if (isJsonObject(value)) return value;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (!text.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    // JSON cut off at a size limit, or no JSON: take what is complete.
    if (!/^\{\s*"/.test(text)) return parseMapText(text);
    const saved = parseCutJson(text);
    return isJsonObject(saved) ? saved : undefined;
  }
}

export function requestParameters(record: JsonObject): JsonObject | undefined {
  return elementAsObject(valueAt(record, 'requestParameters'));
}

export function responseElements(record: JsonObject): JsonObject | undefined {
  return elementAsObject(valueAt(record, 'responseElements'));
}

/**
 * `AROA…:name` → role id and session name; `111122223333:aws:ec2-instance:i-…` → everything before the last colon and the
 * instance id; a principal id without a colon has no name. Session names cannot hold a colon, issuers of web identities can.
 */
export function splitPrincipalId(principalId: string): { readonly id: string; readonly name: string } {
  const first = principalId.indexOf(':');
  if (first < 0) return { id: principalId, name: '' };
  const at = /^A(?:ROA|IDA)[A-Z0-9]+$/.test(principalId.slice(0, first)) ? first : principalId.lastIndexOf(':');
  return { id: principalId.slice(0, at), name: principalId.slice(at + 1) };
}

/** Position behind the n-th colon of an ARN; 0 for what has not six parts and begins with `arn:`. */
function behindColon(arn: string, n: number): number {
  if (!arn.startsWith('arn:')) return 0;
  let at = 0;
  let wanted = 0;
  for (let colon = 1; colon <= 5; colon += 1) {
    at = arn.indexOf(':', at) + 1;
    if (at === 0) return 0;
    if (colon === n) wanted = at;
  }
  return wanted;
}

/** The n-th part of an ARN, from 0; '' for what is not one. The resource keeps its colons and slashes. */
function arnPart(arn: string, n: number): string {
  const start = behindColon(arn, n);
  if (start === 0) return '';
  return n === 5 ? arn.slice(start) : arn.slice(start, arn.indexOf(':', start));
}

/** Name of the role an ARN means: the last path segment of a role, the role's segment of an assumed-role ARN. '' for other ARNs. */
export function roleNameOf(arn: string): string {
  const resource = arnPart(arn, 5);
  if (resource.startsWith('role/')) return resource.slice(resource.lastIndexOf('/') + 1);
  return resource.startsWith('assumed-role/') ? (resource.split('/', 2)[1] ?? '') : '';
}

/** The account of an ARN; '' when it has none. */
export function accountOf(arn: string): string {
  return arnPart(arn, 4);
}

/** `aws`, `aws-us-gov`, `aws-cn`, …; '' for what is not an ARN. */
export function partitionOf(arn: string): string {
  return arnPart(arn, 1);
}
