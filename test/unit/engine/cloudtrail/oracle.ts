/**
 * The scanner's slow twin: JSON.parse of everything, then the fields by name. Obviously correct for sound JSON, and only
 * for that. It shares the field readers (times, callers, action tables) with the scanner: those have tables of their own.
 */
import { createHash } from 'node:crypto';
import { isNotable } from '../../../../src/engine/cloudtrail/actions';
import type { Caller } from '../../../../src/engine/cloudtrail/caller';
import {
  EventFlag,
  type FileColumns,
  type JsonObject,
  type JsonValue,
} from '../../../../src/engine/cloudtrail/columns';
import { ABSENT_CALLER, parseCaller } from '../../../../src/engine/cloudtrail/parse-caller';
import { textsOf } from '../../../../src/engine/cloudtrail/texts';
import { parseInstant } from '../../../../src/engine/cloudtrail/time';

/** One event with every dictionary looked up. */
export interface PlainEvent {
  readonly time: number;
  readonly eventId: string;
  readonly textId: string | undefined;
  readonly caller: Caller;
  readonly eventSource: string;
  readonly eventName: string;
  readonly sourceAddress: string;
  readonly userAgent: string;
  readonly errorCode: string;
  readonly region: string;
  readonly recipientAccount: string;
  readonly vpcEndpoint: string;
  readonly flags: number;
  readonly notable: JsonObject | undefined;
  /** The record, parsed from its span. */
  readonly record: JsonValue;
}

function isObject(value: unknown): value is Record<string, JsonValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects that could be records, whatever contains them. */
function candidates(value: JsonValue, insideRecords: boolean): JsonValue[] {
  if (Array.isArray(value) && !insideRecords)
    return value.flatMap((element) => candidates(element as JsonValue, false));
  if (!insideRecords && isObject(value) && Array.isArray(value['Records'])) {
    return value['Records'].flatMap((element) => candidates(element as JsonValue, true));
  }
  return [value];
}

export function parseAll(text: string): JsonValue[] {
  const clean = text.replace(/^\uFEFF/, '');
  try {
    return candidates(JSON.parse(clean) as JsonValue, false);
  } catch {
    return clean
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .flatMap((line) => candidates(JSON.parse(line) as JsonValue, false));
  }
}

const FIELD_LIMIT = 4096;

function text(value: JsonValue | undefined): string {
  if (typeof value !== 'string' || value === '-') return '';
  if (value.length <= FIELD_LIMIT) return value;
  const cut = value.slice(0, FIELD_LIMIT);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

const yes = (value: JsonValue | undefined): boolean =>
  value === true || (typeof value === 'string' && value.toLowerCase() === 'true');

/** What is kept of a record beside its columns, without the secret in its answer. */
function telling(record: JsonObject): JsonObject {
  const names = [
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
  const copy = structuredClone(Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)))) as {
    responseElements?: { credentials?: Record<string, unknown> };
  };
  if (isObject(copy.responseElements) && isObject(copy.responseElements['credentials'])) {
    delete copy.responseElements['credentials']['sessionToken'];
  }
  return copy as JsonObject;
}

/** Undefined: not an event. */
export function plainEvent(record: JsonValue): Omit<PlainEvent, 'record'> | undefined {
  if (!isObject(record)) return undefined;
  const time = ['eventTime', '@timestamp', 'time', 'event_time', '_time']
    .map((name) => parseInstant(record[name]))
    .find((instant) => instant !== undefined);
  const insight = record['eventCategory'] === 'Insight' || record['eventType'] === 'AwsCloudTrailInsight';
  const eventSource = insight ? 'cloudtrail.amazonaws.com' : text(record['eventSource']);
  const eventName = insight ? 'Insight' : text(record['eventName']).replace(/(\d{8}|\d{4}_\d{2}_\d{2})(v\d+)?$/, '');
  if (time === undefined) return undefined;
  if (eventSource === '' || text(insight ? 'Insight' : record['eventName']) === '') return undefined;
  const id = text(record['eventID']);
  const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(id) && /[1-9a-f]/.test(id);
  const masked = id === '' || /^([x0*#-]+|null|none|redacted|hidden_due_to_security_reasons)$/i.test(id);
  const response = record['responseElements'];
  const failed =
    eventSource === 'signin.amazonaws.com' &&
    text(record['errorCode']) === '' &&
    isObject(response) &&
    Object.values(response).includes('Failure');
  const flag = (on: boolean, bit: number): number => (on ? bit : 0);
  const account = record['recipientAccountId'];
  return {
    time,
    eventId: uuid ? id : masked ? 'synthetic' : createHash('sha256').update(id).digest('hex').slice(0, 32),
    textId: uuid || masked ? undefined : id,
    caller: parseCaller(record['userIdentity']),
    eventSource,
    eventName,
    sourceAddress: text(record['sourceIPAddress']),
    userAgent: text(record['userAgent']),
    errorCode: text(record['errorCode']),
    region: text(record['awsRegion']),
    recipientAccount: typeof account === 'number' ? String(account).padStart(12, '0') : text(account),
    vpcEndpoint: text(record['vpcEndpointId']),
    flags:
      flag(yes(record['readOnly']), EventFlag.readOnly) |
      flag(failed, EventFlag.failedInResponse) |
      flag(yes(record['sessionCredentialFromConsole']), EventFlag.fromConsole) |
      flag(masked, EventFlag.syntheticId) |
      flag(uuid, EventFlag.uuidId) |
      flag(record['eventType'] === 'AwsServiceEvent', EventFlag.serviceEvent) |
      flag(
        record['eventCategory'] === 'NetworkActivity' || record['eventType'] === 'AwsVpceEvent',
        EventFlag.networkActivity,
      ) |
      flag(record['eventCategory'] === 'Data', EventFlag.dataEvent) |
      flag(insight, EventFlag.insight),
    notable: insight || isNotable(eventSource, eventName) ? telling(record) : undefined,
  };
}

function at<T>(list: { readonly [index: number]: T; readonly length: number }, index: number): T {
  const value = list[index];
  if (value === undefined || index >= list.length) throw new Error(`no element ${index}`);
  return value;
}

export function callersOf({ callers }: FileColumns): Caller[] {
  return textsOf(callers).map((text) => (text === '' ? ABSENT_CALLER : parseCaller(JSON.parse(text) as JsonValue)));
}

/** By row. */
export function notableOf({ notable }: FileColumns): Map<number, JsonObject> {
  const texts = textsOf(notable.records);
  return new Map(Array.from(notable.rows, (row, index) => [row, JSON.parse(at(texts, index)) as JsonObject]));
}

/** The scanner's columns, with every index looked up, and every span read back from the file. */
export function plainRows(columns: FileColumns, file: Uint8Array): PlainEvent[] {
  const strings = textsOf(columns.strings);
  const callers = callersOf(columns);
  const notable = notableOf(columns);
  return Array.from({ length: columns.count }, (_, row) => {
    const flags = at(columns.flags, row);
    const words = [0, 1, 2, 3].map((i) =>
      at(columns.eventId, row * 4 + i)
        .toString(16)
        .padStart(8, '0'),
    );
    const hex = words.join('');
    const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    const start = at(columns.start, row);
    const span = file.subarray(start, start + at(columns.length, row));
    const action = at(columns.action, row) * 2;
    const string = (column: Uint32Array): string => at(strings, at(column, row));
    return {
      time: at(columns.time, row),
      eventId: flags & EventFlag.uuidId ? uuid : flags & EventFlag.syntheticId ? 'synthetic' : hex,
      textId: columns.textIds.get(row),
      caller: at(callers, at(columns.caller, row)),
      eventSource: at(strings, at(columns.actions, action)),
      eventName: at(strings, at(columns.actions, action + 1)),
      sourceAddress: string(columns.sourceAddress),
      userAgent: string(columns.userAgent),
      errorCode: string(columns.errorCode),
      region: string(columns.region),
      recipientAccount: string(columns.recipientAccount),
      vpcEndpoint: string(columns.vpcEndpoint),
      flags,
      notable: notable.get(row),
      record: JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(span)) as JsonValue,
    };
  });
}
