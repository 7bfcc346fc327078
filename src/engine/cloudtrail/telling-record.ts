/**
 * What is kept of a record that linking, detection and remediation read: what was asked and answered. Its columns hold the
 * rest. Session tokens are not kept: usable secrets, a kilobyte each, that no analysis reads.
 *
 * Guarantee: what is kept stays as it is; the log on disk is never touched.
 */
import type { JsonObject, JsonValue } from './columns';
import { isJsonObject } from './record';

function withoutToken(credentials: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(credentials) || !Object.hasOwn(credentials, 'sessionToken')) return credentials;
  const { sessionToken: _secret, ...rest } = credentials;
  return rest;
}

/** Elements that the columns do not hold, in the order in which they are kept. */
export const kept: readonly string[] = [
  'requestParameters',
  'responseElements',
  'additionalEventData',
  'serviceEventDetails',
  'insightDetails',
  'errorMessage',
  'resources',
  'sharedEventID',
  'requestID',
];

export function telling(record: JsonObject): JsonObject {
  const elements: Record<string, JsonValue | undefined> = {};
  for (const name of kept) {
    if (Object.hasOwn(record, name)) {
      elements[name] = record[name];
    }
  }
  return withoutTokens(elements);
}

function withoutTokens(record: JsonObject): JsonObject {
  const response = record['responseElements'];
  if (!isJsonObject(response)) return record;
  const credentials = response['credentials'];
  const set = response['credentialSet'];
  if (credentials === undefined && set === undefined) return record;
  const cleaned: Record<string, JsonValue | undefined> = { ...response };
  if (credentials !== undefined) cleaned['credentials'] = withoutToken(credentials);
  // IAM Roles Anywhere answers with a list.
  if (Array.isArray(set)) {
    cleaned['credentialSet'] = (set as readonly JsonValue[]).map((entry) =>
      isJsonObject(entry) && Object.hasOwn(entry, 'credentials')
        ? { ...entry, credentials: withoutToken(entry['credentials']) }
        : entry,
    );
  }
  return { ...record, responseElements: cleaned };
}
