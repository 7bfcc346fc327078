/**
 * The events of one file as columns: what a parse worker hands to the analysis worker.
 *
 * Guarantee: all per-event arrays have `count` entries (`eventId` has 4 × `count`, `requestId` 2 ×); dictionary index 0 of
 * `strings` is the empty string and means "absent"; dictionaries hold each text once, in the order of its first record; the
 * buffers of the typed arrays hold nothing else, so that they can be transferred between workers instead of cloned; those of
 * the notable records are apart from the others, as they are kept longer. Rows are in the order of the records in the file.
 */
import type { Texts } from './texts';

/** A JSON value as `JSON.parse` gives it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** One API action. `eventName` has its API-date suffix removed (`CreateFunction20150331` → `CreateFunction`). */
export interface Action {
  readonly eventSource: string;
  readonly eventName: string;
}

/** Bits of the `flags` column. */
export const EventFlag = {
  /** `readOnly` is true. */
  readOnly: 1,
  /** No errorCode, but `responseElements` reports a failure (`{"ConsoleLogin":"Failure"}`). */
  failedInResponse: 2,
  /** `sessionCredentialFromConsole` is true. */
  fromConsole: 4,
  /** The record had no eventID: the id is a hash of its text. */
  syntheticId: 8,
  /** The eventID is a UUID held in full by the `eventId` column; otherwise its text is in `textIds`. */
  uuidId: 16,
  /** eventType AwsServiceEvent. */
  serviceEvent: 32,
  /** eventCategory NetworkActivity / eventType AwsVpceEvent. */
  networkActivity: 64,
  /** eventCategory Data. */
  dataEvent: 128,
  /** eventCategory Insight: a note on the timeline, not an action. */
  insight: 256,
} as const;

export interface FileColumns {
  readonly count: number;
  /** eventTime in milliseconds since the epoch, UTC; never NaN. */
  readonly time: Float64Array;
  /** Offset of the record's first byte in the decompressed file. */
  readonly start: Float64Array;
  /** Length of the record in bytes. */
  readonly length: Uint32Array;
  /** 128-bit event id, four words an event: the UUID's bits, or a hash of another kind of id. */
  readonly eventId: Uint32Array;
  /** 64-bit fingerprint of the requestID, two words an event; zeros where there is none. Equal ids have equal ones. */
  readonly requestId: Uint32Array;
  /** Index into `callers`. */
  readonly caller: Uint32Array;
  /** Index into `actions`. */
  readonly action: Uint32Array;
  /** Indexes into `strings`. */
  readonly sourceAddress: Uint32Array;
  readonly userAgent: Uint32Array;
  readonly errorCode: Uint32Array;
  readonly region: Uint32Array;
  readonly recipientAccount: Uint32Array;
  readonly vpcEndpoint: Uint32Array;
  /** `EventFlag` bits. */
  readonly flags: Uint16Array;
  /** `userIdentity` as JSON, as the records have it; the empty text where a record has none. */
  readonly callers: Texts;
  /** Two indexes into `strings` an action: its `eventSource` and its `eventName`. */
  readonly actions: Uint32Array;
  readonly strings: Texts;
  /** Event ids that are not UUIDs, by row. */
  readonly textIds: ReadonlyMap<number, string>;
  /**
   * Records that replace an earlier one (`addendum.originalEventID`): their own event ids, by row. Such a row has the
   * event id of the record that it replaces: it is the same event, told anew.
   */
  readonly replacing: ReadonlyMap<number, string>;
  /**
   * What columns do not hold of records that linking, detection or remediation read (issuances, IAM changes, instance life):
   * see telling-record.ts.
   */
  readonly notable: NotableTexts;
}

/** Records as JSON, in the order of their rows. */
export interface NotableTexts {
  readonly rows: Uint32Array;
  /** One a row; its hashes are zeros. */
  readonly records: Texts;
}

export type FileVerdict = 'read' | 'partial' | 'skipped' | 'failed';

/** What one file turned out to be. `columns` is absent unless something was read. */
export interface FileResult {
  /** As the user named it, with `/` separators. */
  readonly path: string;
  /** `cloudtrail-json`, `cloudtrail-json-gzip`, `json-array`, `ndjson`, `json-objects`, `digest`, `unknown`, … */
  readonly format: string;
  readonly verdict: FileVerdict;
  /** One sentence; always there unless the verdict is `read`. */
  readonly reason?: string;
  /** Records that were not events: wrong types, missing time or name. */
  readonly rejected: number;
  /** Up to five reasons with the byte offset of the record in the decompressed file. */
  readonly rejections: readonly { readonly start: number; readonly reason: string }[];
  /** Size after decompression, bytes. */
  readonly bytes: number;
  readonly columns?: FileColumns;
}
