/**
 * What calls say of trails: the bucket and the key of each, as far as the logs show, and when a change of one leaves events out.
 *
 * Guarantee: successful calls only. Of what the logs do not show nothing is assumed.
 * Source: AWS CloudTrail API reference, "CreateTrail", "UpdateTrail", "PutEventSelectors".
 */
import type { JsonObject, JsonValue } from '../cloudtrail/columns';
import {
  accountOf,
  arrayAt,
  isJsonObject,
  requestParameters,
  responseElements,
  stringAt,
  valueAt,
} from '../cloudtrail/record';
import { lastSegment } from '../cloudtrail/text';
import type { EventTable } from '../lineage/model';
import { accountAt, actionAt, callerAt, notableAt, succeeded, textAt } from '../lineage/table';
import { rowsOfActions } from './facts';
import { actionKey } from './persistence-objects';

const trailCalls = new Set(['cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail', 's3:GetBucketAcl']);

export class TrailFacts {
  /** Buckets that trails deliver to. */
  readonly buckets = new Set<string>();
  /** Ids of keys that encrypt what trails deliver, by account. */
  readonly keys = new Set<string>();
  /** What a row found as the bucket of its trail; absent where nothing before tells. */
  private readonly before = new Map<number, string>();

  constructor(events: EventTable) {
    const bucketOf = new Map<string, string>();
    for (const row of rowsOfActions(events, ({ eventSource, eventName }) =>
      trailCalls.has(actionKey(eventSource, eventName)),
    )) {
      if (!succeeded(events, row)) {
        continue;
      }
      const record = notableAt(events, row) ?? {};
      const request = requestParameters(record);
      if (actionAt(events, row).eventName === 'GetBucketAcl') {
        // CloudTrail itself looks whether it may write there.
        if (callerAt(events, row).invokedBy === 'cloudtrail.amazonaws.com') {
          this.buckets.add(stringAt(request, 'bucketName'));
        }
        continue;
      }
      const response = responseElements(record);
      const trail = trailKey(events, row);
      const bucket = stringAt(request, 's3BucketName') || stringAt(response, 's3BucketName');
      const known = bucketOf.get(trail);
      if (known !== undefined) {
        this.before.set(row, known);
      }
      if (bucket !== '') {
        bucketOf.set(trail, bucket);
        this.buckets.add(bucket);
      }
      // A request may name an alias, where the answer has the key.
      for (const key of [
        stringAt(request, 'kmsKeyId'),
        stringAt(request, 'kMSKeyId'),
        stringAt(response, 'kmsKeyId'),
        stringAt(response, 'kMSKeyId'),
      ]) {
        if (key !== '') {
          this.keys.add(keyName(key, accountAt(events, row)));
        }
      }
    }
  }

  /** The bucket that the trail had before the call in `row`; undefined where the logs do not show it. */
  bucketBefore(row: number): string | undefined {
    return this.before.get(row);
  }
}

/** `account|id` of a key by its ARN or id. */
export function keyName(key: string, account: string): string {
  return `${accountOf(key) || account}|${lastSegment(key)}`;
}

/** Name of the trail that a call of CloudTrail is about; '' where the record does not say. */
export function trailName(record: JsonObject): string {
  const request = requestParameters(record);
  const named = stringAt(request, 'name') || stringAt(request, 'trailName') || stringAt(request, 'eventDataStore');
  return lastSegment(
    named || (/ on resource: (arn:\S+:trail\/[\w.-]+)/.exec(stringAt(record, 'errorMessage'))?.[1] ?? ''),
  );
}

/** Trails of one name may be in several Regions. */
export function trailKey(events: EventTable, row: number): string {
  return `${accountAt(events, row)}|${textAt(events, 'region', row)}|${trailName(notableAt(events, row) ?? {})}`;
}

/** `false`, or a text that says so. */
export function isFalse(value: JsonValue | undefined): boolean {
  return value === false || value === 'false';
}

/** `true`, or a text that says so. */
export function isTrue(value: JsonValue | undefined): boolean {
  return value === true || value === 'true';
}

/**
 * Which management events the selectors of a request leave out, in words; '' for none, undefined where the request does not
 * say. Selectors for data events alone leave out all of them.
 */
export function leftOut(request: JsonObject): string | undefined {
  const basic = valueAt(request, 'eventSelectors');
  const advanced = valueAt(request, 'advancedEventSelectors');
  if (!Array.isArray(basic) && !Array.isArray(advanced)) {
    return undefined;
  }
  const kinds = new Set<string>();
  for (const selector of arrayAt(request, 'eventSelectors')) {
    if (!isFalse(valueAt(selector, 'includeManagementEvents'))) {
      kinds.add(stringAt(selector, 'readWriteType') || 'All');
    }
  }
  for (const selector of arrayAt(request, 'advancedEventSelectors')) {
    const fields = arrayAt(selector, 'fieldSelectors');
    if (equalTo(fields, 'eventCategory').includes('Management')) {
      const [readOnly] = equalTo(fields, 'readOnly');
      kinds.add(readOnly === undefined ? 'All' : readOnly === 'true' ? 'ReadOnly' : 'WriteOnly');
    }
  }
  if (kinds.has('All') || (kinds.has('ReadOnly') && kinds.has('WriteOnly'))) {
    return '';
  }
  return kinds.has('WriteOnly') ? 'read events' : kinds.has('ReadOnly') ? 'write events' : 'management events';
}

function equalTo(fields: readonly JsonValue[], name: string): readonly JsonValue[] {
  const field = fields.find((each) => isJsonObject(each) && each['field'] === name);
  return arrayAt(field, 'equals');
}
