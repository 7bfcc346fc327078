/**
 * The fields of one record at its own level, found in bytes.
 *
 * Guarantee: only members of the record itself count, never look-alikes deeper inside; of two members of one name the last
 * counts, as in JSON.parse. Values stay where they are: a field is the span of its value.
 */
import {
  CLOSE_BRACE,
  COLON,
  COMMA,
  isSpace,
  MORE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
  ValueKind,
  ValueSkipper,
} from './json-bytes';

/** The object is a container: its member `Records` is a list, which starts at `next`. */
export const CONTAINER = -3;
/** The object ends at `next`. */
export const DONE = 0;

/** What is read of a record. The WebAssembly module knows a field by its place here. */
export const FIELD_NAMES = [
  'eventTime',
  '@timestamp',
  'time',
  'event_time',
  '_time',
  'eventSource',
  'eventName',
  'awsRegion',
  'sourceIPAddress',
  'userAgent',
  'errorCode',
  'recipientAccountId',
  'vpcEndpointId',
  'eventID',
  'readOnly',
  'sessionCredentialFromConsole',
  'eventType',
  'eventCategory',
  'userIdentity',
  'responseElements',
  'eventVersion',
  'requestID',
  'addendum',
  'Records',
] as const;

export type FieldName = (typeof FIELD_NAMES)[number];

/** Slot of a field in the walker's arrays. */
export const Field: Readonly<Record<FieldName, number>> = Object.fromEntries(
  FIELD_NAMES.map((name, slot) => [name, slot]),
) as Record<FieldName, number>;

/** Other names that records have at their own level: with the fields above, what a record's text may begin with. */
export const RECORD_NAMES: ReadonlySet<string> = new Set([
  ...FIELD_NAMES,
  'additionalEventData',
  'apiVersion',
  'errorMessage',
  'eventContext',
  'insightDetails',
  'managementEvent',
  'requestParameters',
  'resources',
  'serviceEventDetails',
  'sharedEventID',
  'tlsDetails',
  '@version',
]);

interface KnownName {
  readonly bytes: Uint8Array;
  readonly slot: number;
}

const NAMES_BY_LENGTH: readonly (readonly KnownName[])[] = Array.from({ length: 32 }, (_, length) =>
  FIELD_NAMES.flatMap((name, slot) =>
    name.length === length ? [{ bytes: Uint8Array.from(name, (c) => c.charCodeAt(0)), slot }] : [],
  ),
);

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const candidates = NAMES_BY_LENGTH[end - start];
  if (candidates === undefined) return -1;
  search: for (const name of candidates) {
    for (let i = 0; i < name.bytes.length; i += 1) {
      if (bytes[start + i] !== name.bytes[i]) continue search;
    }
    return name.slot;
  }
  return -1;
}

/** `"event\u004eame"` names the same member as `"eventName"`. */
function slotOfEscaped(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 256) return -1;
  try {
    const name: unknown = JSON.parse(String.fromCharCode(0x22, ...bytes.subarray(start, end), 0x22));
    return typeof name === 'string' ? (FIELD_NAMES as readonly string[]).indexOf(name) : -1;
  } catch {
    // A name with a bad escape is no name of ours.
    return -1;
  }
}

export class RecordWalker {
  /** `ValueKind` by slot. */
  readonly kinds = new Uint8Array(FIELD_NAMES.length);
  /** First byte of the value, quotes and brackets included, in the bytes given to `walk`. */
  readonly starts = new Int32Array(FIELD_NAMES.length);
  readonly ends = new Int32Array(FIELD_NAMES.length);
  next = 0;
  private readonly skipper = new ValueSkipper();

  get errorAt(): number {
    return this.skipper.errorAt;
  }

  get error(): string {
    return this.skipper.error;
  }

  /** Steps over any one value. */
  skipValue(bytes: Uint8Array, at: number, end: number): number {
    return this.skipper.skipValue(bytes, at, end);
  }

  /**
   * From the opening brace of an object. Where `container` is true, a member `Records` that is a list ends the walk.
   * Gives DONE, CONTAINER, MORE or BROKEN.
   */
  walk(bytes: Uint8Array, start: number, end: number, container: boolean): number {
    this.kinds.fill(ValueKind.absent);
    const first = skipSpace(bytes, start + 1, end);
    if (first === end) return MORE;
    if (bytes[first] === CLOSE_BRACE) {
      this.next = first + 1;
      return DONE;
    }
    return this.members(bytes, first, end, container);
  }

  /** From behind the list of a container to the end of the container. Gives what `walk` gives. */
  walkRest(bytes: Uint8Array, start: number, end: number): number {
    const at = skipSpace(bytes, start, end);
    if (at === end) return MORE;
    if (bytes[at] === CLOSE_BRACE) {
      this.next = at + 1;
      return DONE;
    }
    if (bytes[at] !== COMMA) return this.skipper.fail(at, 'the list of records is followed by other text');
    const member = skipSpace(bytes, at + 1, end);
    return member === end ? MORE : this.members(bytes, member, end, true);
  }

  private members(bytes: Uint8Array, start: number, end: number, container: boolean): number {
    const skipper = this.skipper;
    let at = start;
    for (;;) {
      if (bytes[at] !== QUOTE) return skipper.fail(at, 'a field name is missing');
      const nameStart = at + 1;
      at = skipper.skipString(bytes, nameStart, end);
      if (at < 0) return at;
      const nameEnd = at - 1;
      const escapedName = skipper.kind === ValueKind.escapedString;
      if (bytes[at] !== COLON) {
        at = skipSpace(bytes, at, end);
        if (at === end) return MORE;
        if (bytes[at] !== COLON) return skipper.fail(at, 'a field name has no value');
      }
      at += 1;
      if (isSpace(bytes[at])) at = skipSpace(bytes, at, end);
      if (at >= end) return MORE;
      const slot = escapedName ? slotOfEscaped(bytes, nameStart, nameEnd) : slotOf(bytes, nameStart, nameEnd);
      if (container && slot === Field.Records && bytes[at] === OPEN_BRACKET) {
        this.next = at + 1;
        return CONTAINER;
      }
      const valueStart = at;
      at = skipper.skipValue(bytes, at, end);
      if (at < 0) return at;
      if (slot >= 0) {
        this.kinds[slot] = skipper.kind;
        this.starts[slot] = valueStart;
        this.ends[slot] = at;
      }
      if (isSpace(bytes[at])) at = skipSpace(bytes, at, end);
      if (at >= end) return MORE;
      const byte = bytes[at];
      at += 1;
      if (byte === CLOSE_BRACE) {
        this.next = at;
        return DONE;
      }
      if (byte !== COMMA) return skipper.fail(at - 1, 'a field is followed by other text');
      if (bytes[at] !== QUOTE) at = skipSpace(bytes, at, end);
      if (at >= end) return MORE;
    }
  }

  /** True when the object just walked has something of a CloudTrail record about it. */
  looksLikeRecord(): boolean {
    return [Field.eventName, Field.eventSource, Field.eventVersion, Field.userIdentity].some(
      (slot) => this.kinds[slot] !== ValueKind.absent,
    );
  }
}
