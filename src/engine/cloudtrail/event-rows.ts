/**
 * Records to rows: reads the fields a walker found, interns their values, and keeps what notable records tell beside.
 *
 * Guarantee: `append` either adds one row and gives undefined, or adds none and gives the reason. The bytes are not kept.
 * A field of the wrong type is absent, except that time, source and name make a record: without them there is no row.
 */
import { stripApiDate } from './actions';
import { ColumnBuffers } from './column-buffers';
import { type Action, EventFlag, type FileColumns, type JsonObject, type JsonValue } from './columns';
import { fingerprint, hashId, isMaskedId, readUuid } from './event-id';
import { QUOTE, ValueKind } from './json-bytes';
import { elementAsObject, isJsonObject, stringAt } from './record';
import { Field, type RecordWalker } from './record-walker';
import { FileTexts, type KnownAction, type RowTexts } from './row-texts';
import type { ScanKernel } from './scan-kernel';
import { StringDictionary, unescapeString } from './string-dictionary';
import { cutText, decodeUtf8, MAX_FIELD_LENGTH } from './text';
import { parseInstant } from './time';
import { telling } from './telling-record';
import { TextsBuilder } from './texts';

/** Instants in order of trust: when it happened, then what shippers put in its place; ingest time only if nothing else. */
const TIME_FIELDS = [Field.eventTime, Field['@timestamp'], Field.time, Field.event_time, Field._time];

/** What an insight record is filed under: it notes an unusual rate and is nobody's call. */
export const INSIGHT_ACTION: Action = { eventSource: 'cloudtrail.amazonaws.com', eventName: 'Insight' };

const DAY = 86_400_000;

/** Room that is made before anything is read, at most: rows, and bytes of what notable records tell. */
const mostUsualRows = 16 * 1024;
const mostUsualBytes = 1024 * 1024;

/** Files of one trail are much alike: a little more than the last one had. */
function usual(last: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.ceil(last * 1.25)));
}

const encoder = new TextEncoder();

export class EventRows {
  private readonly rows: ColumnBuffers;
  private readonly texts: RowTexts;
  private readonly names = new StringDictionary();
  /** By source × 2²⁴ + name, indexes of `names`. */
  private readonly actionByNames = new Map<number, KnownAction>();
  private readonly textIds = new Map<number, string>();
  private readonly replacing = new Map<number, string>();
  private readonly notableRows: number[] = [];
  private readonly notable: TextsBuilder;
  private readonly lastDay = new Uint8Array(10);
  private lastDayStart = 0;
  /** By slot × 2²⁴ + index in `names`. */
  private readonly flagsByValue = new Map<number, number>();

  /** Where a kernel reads other records of the file, both number the texts together. */
  constructor(
    private readonly walker: RecordWalker,
    private readonly kernel?: ScanKernel,
  ) {
    kernel?.beginFile();
    this.texts = kernel ?? new FileTexts();
    this.rows = new ColumnBuffers(kernel?.usual.rows);
    this.notable = new TextsBuilder(kernel?.usual.notableBytes);
  }

  get count(): number {
    return this.rows.count;
  }

  /** The record is bytes[from, to), just walked; `start` is its offset in the file. */
  append(bytes: Uint8Array, from: number, to: number, start: number): string | undefined {
    const time = this.readTime(bytes);
    if (time === undefined) return this.timeProblem();
    const flags = this.readFlags(bytes);
    const insight = (flags & EventFlag.insight) !== 0;
    const action = insight ? this.texts.actionOf(INSIGHT_ACTION) : this.readAction(bytes);
    if (typeof action === 'string') return action;
    const caller = this.readCaller(bytes);
    if (caller === undefined) return 'userIdentity is not valid JSON';
    let whole: JsonObject | undefined;
    if (action.notable || insight) {
      whole = parseRecord(bytes, from, to);
      if (whole === undefined) return 'the record is not valid JSON';
    }

    const rows = this.rows;
    rows.reserve();
    const row = rows.count;
    const errorCode = this.readString(bytes, Field.errorCode);
    const failed = action.signIn && errorCode === 0 && this.failsInResponse(bytes) ? EventFlag.failedInResponse : 0;
    rows.time[row] = time;
    rows.start[row] = start;
    rows.length[row] = to - from;
    rows.caller[row] = caller;
    rows.action[row] = action.index;
    rows.errorCode[row] = errorCode;
    rows.sourceAddress[row] = this.readString(bytes, Field.sourceIPAddress);
    rows.userAgent[row] = this.readString(bytes, Field.userAgent);
    rows.region[row] = this.readString(bytes, Field.awsRegion);
    rows.recipientAccount[row] = this.readAccount(bytes);
    rows.vpcEndpoint[row] = this.readString(bytes, Field.vpcEndpointId);
    rows.flags[row] = flags | failed | this.readEventId(bytes, from, to, row);
    this.readRequestId(bytes, row);
    if (whole !== undefined) this.keep(row, whole);
    rows.count += 1;
    return undefined;
  }

  /** Takes over the rows that the kernel has read of these bytes, of which the first is at `start` in the file. */
  takeRows(bytes: Uint8Array, start: number): void {
    const { kernel } = this;
    kernel?.takeRows(this.rows, (row, textStart, textEnd) => {
      if (textEnd > textStart) {
        this.notableRows.push(row);
        this.notable.add(kernel.bytes, textStart, textEnd, 0);
        return;
      }
      const from = (this.rows.start[row] ?? 0) - start;
      const whole = parseRecord(bytes, from, from + (this.rows.length[row] ?? 0));
      if (whole !== undefined) this.keep(row, whole);
    });
  }

  /** Where in the file a row's record starts, and behind it. */
  spanOf(row: number): readonly [start: number, end: number] {
    const start = this.rows.start[row] ?? 0;
    return [start, start + (this.rows.length[row] ?? 0)];
  }

  private keep(row: number, whole: JsonObject): void {
    this.notableRows.push(row);
    const text = encoder.encode(JSON.stringify(whole));
    this.notable.add(text, 0, text.length, 0);
  }

  finish(): FileColumns {
    if (this.kernel !== undefined) {
      this.kernel.usual = {
        rows: usual(this.rows.count, 256, mostUsualRows),
        notableBytes: usual(this.notable.length, 1024, mostUsualBytes),
      };
    }
    return {
      ...this.rows.finish(),
      ...this.texts.finish(),
      textIds: this.textIds,
      replacing: this.replacing,
      notable: { rows: Uint32Array.from(this.notableRows), records: this.notable.finish() },
    };
  }

  /** The text of a field; '' unless it is a string. */
  private textOf(bytes: Uint8Array, slot: number): string {
    const kind = this.walker.kinds[slot];
    const start = (this.walker.starts[slot] ?? 0) + 1;
    const end = (this.walker.ends[slot] ?? 0) - 1;
    if (kind === ValueKind.string) return decodeUtf8(bytes, start, end);
    return kind === ValueKind.escapedString ? (unescapeString(bytes, start, end) ?? '') : '';
  }

  private readTime(bytes: Uint8Array): number | undefined {
    const { kinds, starts, ends } = this.walker;
    for (const slot of TIME_FIELDS) {
      const kind = kinds[slot];
      if (kind === ValueKind.absent) continue;
      const start = starts[slot] ?? 0;
      const end = ends[slot] ?? 0;
      const time =
        kind === ValueKind.string && end - start === 22
          ? (this.readUtcSeconds(bytes, start + 1) ?? parseInstant(decodeUtf8(bytes, start + 1, end - 1)))
          : kind === ValueKind.number
            ? parseInstant(Number(decodeUtf8(bytes, start, end)))
            : parseInstant(this.textOf(bytes, slot));
      if (time !== undefined) return time;
    }
    return undefined;
  }

  /** `2023-07-10T12:00:00Z`, which nearly every record has: no text is made of it, and a day is computed once. */
  private readUtcSeconds(bytes: Uint8Array, at: number): number | undefined {
    if (bytes[at + 10] !== 0x54 || bytes[at + 13] !== 0x3a || bytes[at + 16] !== 0x3a || bytes[at + 19] !== 0x5a) {
      return undefined;
    }
    const hour = twoDigits(bytes, at + 11);
    const minute = twoDigits(bytes, at + 14);
    const second = twoDigits(bytes, at + 17);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return undefined;
    for (let i = 0; i < 10; i += 1) {
      if (bytes[at + i] === this.lastDay[i]) continue;
      const day = parseInstant(decodeUtf8(bytes, at, at + 10));
      if (day === undefined || day % DAY !== 0) return undefined;
      this.lastDay.set(bytes.subarray(at, at + 10));
      this.lastDayStart = day;
      break;
    }
    return this.lastDayStart + (hour * 3600 + minute * 60 + second) * 1000;
  }

  private timeProblem(): string {
    const present = TIME_FIELDS.some((slot) => this.walker.kinds[slot] !== ValueKind.absent);
    return present ? 'eventTime is not a time' : 'eventTime is missing';
  }

  private readString(bytes: Uint8Array, slot: number): number {
    return this.internString(this.texts, bytes, slot) ?? 0;
  }

  /** 0 unless the field is a string; undefined when it is a string with a broken escape. */
  private internString(dictionary: Pick<RowTexts, 'addString'>, bytes: Uint8Array, slot: number): number | undefined {
    const kind = this.walker.kinds[slot];
    if (kind !== ValueKind.string && kind !== ValueKind.escapedString) return 0;
    const start = (this.walker.starts[slot] ?? 0) + 1;
    const end = (this.walker.ends[slot] ?? 0) - 1;
    return dictionary.addString(bytes, start, end, kind === ValueKind.escapedString, slot);
  }

  private readAccount(bytes: Uint8Array): number {
    const slot = Field.recipientAccountId;
    if (this.walker.kinds[slot] !== ValueKind.number) return this.readString(bytes, slot);
    // Exporters that drop the quotes drop leading zeros too.
    const digits = decodeUtf8(bytes, this.walker.starts[slot] ?? 0, this.walker.ends[slot] ?? 0);
    return /^\d{1,12}$/.test(digits) ? this.texts.addText(digits.padStart(12, '0')) : 0;
  }

  private readAction(bytes: Uint8Array): KnownAction | string {
    const source = this.internString(this.names, bytes, Field.eventSource);
    if (source === undefined || source === 0) return 'eventSource is missing';
    const name = this.internString(this.names, bytes, Field.eventName);
    if (name === undefined || name === 0) return 'eventName is missing';
    const key = source * 0x1000000 + name;
    const known = this.actionByNames.get(key);
    if (known !== undefined) return known;
    const added = this.texts.actionOf({
      eventSource: this.names.values[source] ?? '',
      eventName: stripApiDate(this.names.values[name] ?? ''),
    });
    this.actionByNames.set(key, added);
    this.learnAction(bytes, added);
    return added;
  }

  private learnAction(bytes: Uint8Array, action: KnownAction): void {
    const { kinds, starts, ends } = this.walker;
    const source = Field.eventSource;
    const name = Field.eventName;
    if (kinds[source] !== ValueKind.string || kinds[name] !== ValueKind.string) return;
    this.texts.learnAction(
      bytes,
      [(starts[source] ?? 0) + 1, (ends[source] ?? 0) - 1],
      [(starts[name] ?? 0) + 1, (ends[name] ?? 0) - 1],
      action,
    );
  }

  private readCaller(bytes: Uint8Array): number | undefined {
    const slot = Field.userIdentity;
    const kind = this.walker.kinds[slot];
    if (kind !== ValueKind.object && kind !== ValueKind.string && kind !== ValueKind.escapedString) {
      return this.texts.absentCaller();
    }
    return this.texts.addCaller(bytes, this.walker.starts[slot] ?? 0, this.walker.ends[slot] ?? 0);
  }

  /** Flags of a field whose few values mean something; what a value means is found out once. */
  private flagsOf(bytes: Uint8Array, slot: number, meaning: (value: string) => number): number {
    const kind = this.walker.kinds[slot];
    if (kind === ValueKind.true) return meaning('true');
    const index = this.internString(this.names, bytes, slot) ?? 0;
    if (index === 0) return 0;
    const key = slot * 0x1000000 + index;
    const known = this.flagsByValue.get(key);
    if (known !== undefined) return known;
    const flags = meaning(this.names.values[index] ?? '');
    this.flagsByValue.set(key, flags);
    return flags;
  }

  private readFlags(bytes: Uint8Array): number {
    return (
      this.flagsOf(bytes, Field.readOnly, readOnlyFlags) |
      this.flagsOf(bytes, Field.sessionCredentialFromConsole, consoleFlags) |
      this.flagsOf(bytes, Field.eventType, typeFlags) |
      this.flagsOf(bytes, Field.eventCategory, categoryFlags)
    );
  }

  /** `{"ConsoleLogin":"Failure"}`, `{"SwitchRole":"Failure"}`: sign-in reports failures without an errorCode. */
  private failsInResponse(bytes: Uint8Array): boolean {
    const slot = Field.responseElements;
    const kind = this.walker.kinds[slot];
    if (kind !== ValueKind.object && kind !== ValueKind.string && kind !== ValueKind.escapedString) return false;
    const response = elementAsObject(parseJson(bytes, this.walker.starts[slot] ?? 0, this.walker.ends[slot] ?? 0));
    return response !== undefined && Object.values(response).includes('Failure');
  }

  /** Writes the id of the row, for an addendum that of the event it tells anew; gives the flags that say what kind it is. */
  private readEventId(bytes: Uint8Array, from: number, to: number, row: number): number {
    const slot = Field.eventID;
    const words = this.rows.eventId;
    if (this.walker.kinds[Field.addendum] === ValueKind.object) {
      const original = this.originalOf(bytes);
      if (original !== '') {
        this.replacing.set(row, cutText(this.textOf(bytes, slot), MAX_FIELD_LENGTH));
        return this.writeEventId(encoder.encode(original), original, row);
      }
    }
    const start = (this.walker.starts[slot] ?? 0) + 1;
    const length = (this.walker.ends[slot] ?? 0) - 1 - start;
    if (this.walker.kinds[slot] === ValueKind.string && length === 36 && readUuid(bytes, start, words, row * 4)) {
      return EventFlag.uuidId;
    }
    const text = this.textOf(bytes, slot);
    if (text === '' || isMaskedId(text)) {
      hashId(bytes.subarray(from, to), words, row * 4);
      return EventFlag.syntheticId;
    }
    return this.writeEventId(bytes.subarray(start, start + length), text, row);
  }

  /** An id whose bytes and text are known. */
  private writeEventId(id: Uint8Array, text: string, row: number): number {
    const words = this.rows.eventId;
    if (id.length === 36 && readUuid(id, 0, words, row * 4)) {
      return EventFlag.uuidId;
    }
    hashId(id, words, row * 4);
    this.textIds.set(row, cutText(text, MAX_FIELD_LENGTH));
    return 0;
  }

  private readRequestId(bytes: Uint8Array, row: number): void {
    const slot = Field.requestID;
    const words = this.rows.requestId;
    words[row * 2] = 0;
    words[row * 2 + 1] = 0;
    const kind = this.walker.kinds[slot];
    if (kind !== ValueKind.string && kind !== ValueKind.escapedString) return;
    const start = (this.walker.starts[slot] ?? 0) + 1;
    const end = (this.walker.ends[slot] ?? 0) - 1;
    if (
      end === start ||
      (mayBeMask(bytes[start] ?? 0, bytes[start + 1] ?? 0) && isMaskedId(this.textOf(bytes, slot)))
    ) {
      return;
    }
    fingerprint(bytes, start, end, words, row * 2);
  }

  /** `addendum.originalEventID`; '' where the record only came late. */
  private originalOf(bytes: Uint8Array): string {
    const slot = Field.addendum;
    const addendum = parseJson(bytes, this.walker.starts[slot] ?? 0, this.walker.ends[slot] ?? 0);
    const original = stringAt(addendum, 'originalEventID');
    return isMaskedId(original) ? '' : original;
  }
}

/** Masks repeat one character, or are a word of these letters; most ids are not worth a text. */
function mayBeMask(first: number, second: number): boolean {
  const letter = first | 0x20;
  return first === second || second === QUOTE || letter === 0x6e || letter === 0x72 || letter === 0x68;
}

const readOnlyFlags = (value: string): number => (value.toLowerCase() === 'true' ? EventFlag.readOnly : 0);

const consoleFlags = (value: string): number => (value.toLowerCase() === 'true' ? EventFlag.fromConsole : 0);

function typeFlags(eventType: string): number {
  switch (eventType) {
    case 'AwsServiceEvent':
      return EventFlag.serviceEvent;
    case 'AwsVpceEvent':
      return EventFlag.networkActivity;
    case 'AwsCloudTrailInsight':
      return EventFlag.insight;
    default:
      return 0;
  }
}

function categoryFlags(eventCategory: string): number {
  switch (eventCategory) {
    case 'NetworkActivity':
      return EventFlag.networkActivity;
    case 'Data':
      return EventFlag.dataEvent;
    case 'Insight':
      return EventFlag.insight;
    default:
      return 0;
  }
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}

function parseJson(bytes: Uint8Array, start: number, end: number): JsonValue | undefined {
  try {
    return JSON.parse(decodeUtf8(bytes, start, end)) as JsonValue;
  } catch {
    // The skipper does not look at every token inside nested values; the caller turns this into a rejection.
    return undefined;
  }
}

function parseRecord(bytes: Uint8Array, from: number, to: number): JsonObject | undefined {
  const record = parseJson(bytes, from, to);
  return isJsonObject(record) ? telling(record) : undefined;
}
