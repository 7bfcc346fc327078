/**
 * One file's bytes to columns, in one pass over the decompressed stream.
 *
 * Guarantee: whatever the bytes are, the scanner ends with a verdict and never throws; intact records are kept however
 * the rest is damaged; the result does not depend on where the stream was cut into chunks; the bytes of a chunk are not
 * kept after `push` returns. Every record in the file is counted: as a row, or as rejected.
 *
 * Containers, by content: `{"Records":[…]}` with the list anywhere among other members, a bare array (also of
 * containers), one event, newline-delimited or concatenated objects, each an event or a container.
 * Two lists named `Records` in one object are both read, unlike by JSON.parse.
 *
 * Runs of ordinary records are read by a kernel in WebAssembly where one is given, with the same result; it serves one file
 * at a time.
 *
 * Usage: `push` each decompressed chunk until `done`, then `finish` once. Bytes in the kernel's own memory need no copy:
 * `pushInPlace` what there is, each time from the first byte on that it has not dealt with, then `finishInPlace` the rest.
 */
import type { FileColumns, FileResult } from './columns';
import { EventRows } from './event-rows';
import {
  BROKEN,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  MORE,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
} from './json-bytes';
import { CONTAINER, RecordWalker } from './record-walker';
import { learnFirstName, Recovery } from './recovery';
import { type ScanKernel, ScanPlace } from './scan-kernel';
import { type ScanFacts, toFileResult } from './scan-result';
import { bomLength, type ContentKind, sniff, SNIFF_LENGTH } from './sniff';
import { decodeUtf8, withThousands } from './text';

export interface ScanOptions {
  /** Records longer than this are rejected, bytes. 16 MiB unless told; CloudTrail's limit is 256 KB. */
  readonly maxRecordBytes?: number;
  /** The decompressed stream is not read beyond this, bytes. 8 GiB unless told: what a gzip bomb can cost at most. */
  readonly maxBytes?: number;
  /** Reads ordinary records; without it they are read like the others. */
  readonly kernel?: ScanKernel | undefined;
}

const DEFAULT_MAX_RECORD = 16 * 1024 * 1024;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024 * 1024;
const MAX_REJECTIONS = 5;
/** Chunks are put into the kernel's memory in pieces of at most so many bytes. */
const PIECE = 4 * 1024 * 1024;
/** Containers inside containers: a list of files' contents has three. */
const MAX_CONTAINERS = 8;
/** So many records show what records of this file begin with, for recovery. */
const LEARNED_RECORDS = 16;

type Container =
  | 'object' // a container object, behind its list
  | 'records' // its list
  | 'list'; // a bare array

/** What may come next in a list. */
type Expectation =
  | 'any'
  | 'first' // a value or the end
  | 'value' // behind a comma
  | 'separator'; // behind a value

export class FileScanner {
  /** Nothing more is worth reading: the content is known to be something else, or too large. */
  done = false;

  private readonly maxRecord: number;
  private readonly maxBytes: number;
  private readonly walker = new RecordWalker();
  private readonly kernel: ScanKernel | undefined;
  private readonly rows: EventRows;
  private readonly containers: Container[] = [];
  private expects: Expectation = 'any';
  private recovery: Recovery | undefined;
  private recoveryStart = 0;
  private readonly firstNames = new Set<string>();

  /** Bytes not yet consumed: tail[0, tailLength), at offset `base` of the stream. */
  private tailBytes = new Uint8Array(0);
  private tailLength = 0;
  private base = 0;
  private received = 0;
  /** An unfinished record is tried again only when this many bytes are there: growing costs stay linear. */
  private wanted = 0;
  /** Where the bytes of the present run are in the kernel's memory. */
  private runStart = 0;
  private runLength = 0;
  /** The record that the kernel left to us. */
  private refused = -1;

  private kind: ContentKind | undefined;
  private head = '';
  private rejected = 0;
  private readonly rejections: { readonly start: number; readonly reason: string }[] = [];
  private soundValues = 0;
  private sawContainer = false;
  private sawList = false;
  private cloudTrailLike = false;
  private rootValues = 0;
  private newlineBetween = false;
  private multiline = false;
  private cutAt: number | undefined;
  private unclosed = false;
  private damage: string | undefined;
  private limit: string | undefined;

  /** `path` as the user named it, with `/` separators. */
  constructor(
    private readonly path: string,
    options: ScanOptions = {},
  ) {
    this.maxRecord = options.maxRecordBytes ?? DEFAULT_MAX_RECORD;
    this.maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    // An unfinished record and a piece behind it must fit into its memory.
    const fits = options.kernel !== undefined && this.maxRecord + 2 * PIECE <= options.kernel.inputCapacity;
    this.kernel = fits ? options.kernel : undefined;
    this.rows = new EventRows(this.walker, this.kernel);
  }

  /** The next bytes of the decompressed file. The caller may reuse them afterwards. */
  push(chunk: Uint8Array): void {
    if (this.done) return;
    const bytes = this.limited(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (this.kernel === undefined) this.take(bytes);
    else for (let at = 0; at < bytes.length; at += PIECE) this.take(bytes.subarray(at, at + PIECE));
  }

  /**
   * The bytes that lie in the kernel's memory behind those already dealt with; gives how many of them are dealt with now. Not
   * to be mixed with `push`.
   */
  pushInPlace(chunk: Uint8Array): number {
    if (this.done) return chunk.length;
    this.received = this.base;
    const bytes = this.limited(chunk);
    const consumed = bytes.length < this.wanted ? 0 : this.run(bytes, bytes.length, false);
    this.base += consumed;
    return consumed;
  }

  /** `finish`, with the bytes not yet dealt with. */
  finishInPlace(chunk: Uint8Array, end: { readonly error?: string; readonly gzip?: boolean } = {}): FileResult {
    if (!this.done) this.received = this.base;
    const bytes = this.done ? chunk.subarray(0, 0) : this.limited(chunk);
    this.done = true;
    this.base += this.run(bytes, bytes.length, this.limit === undefined);
    return this.result(end);
  }

  /** As much of the bytes as the limit leaves. */
  private limited(chunk: Uint8Array): Uint8Array {
    let bytes = chunk;
    if (this.received + bytes.length > this.maxBytes) {
      bytes = bytes.subarray(0, this.maxBytes - this.received);
      this.limit = `larger than ${withThousands(this.maxBytes)} bytes after decompression: the rest was not read`;
      this.done = true;
    }
    this.received += bytes.length;
    return bytes;
  }

  private take(bytes: Uint8Array): void {
    if (this.kernel === undefined && this.tailLength === 0) {
      const consumed = bytes.length < this.wanted ? 0 : this.run(bytes, bytes.length, false);
      this.base += consumed;
      this.keep(bytes, consumed);
      return;
    }
    this.append(bytes);
    if (this.tailLength < this.wanted) return;
    const consumed = this.run(this.tail, this.tailLength, false);
    this.base += consumed;
    this.tail.copyWithin(0, consumed, this.tailLength);
    this.tailLength -= consumed;
  }

  /** Ends the file. `error` is what stopped the stream before its end, if something did; `gzip` that it was compressed. */
  finish(end: { readonly error?: string; readonly gzip?: boolean } = {}): FileResult {
    this.done = true;
    // Where the limit ended the reading, the file does not end.
    this.base += this.run(this.tail, this.tailLength, this.limit === undefined);
    return this.result(end);
  }

  private result(end: { readonly error?: string; readonly gzip?: boolean }): FileResult {
    if (this.recovery?.cut === true && this.cutAt === undefined) {
      this.damage ??= `ends inside a record at byte ${withThousands(this.recoveryStart)}`;
    } else if (this.containers.length > 0) this.unclosed = true;
    const facts: ScanFacts = {
      path: this.path,
      gzip: end.gzip === true,
      bytes: this.received,
      kind: this.kind ?? 'empty',
      head: this.head,
      shape: this.shape(),
      events: this.rows.count,
      rejected: this.rejected,
      rejections: this.rejections,
      cloudTrailLike: this.cloudTrailLike,
      soundValues: this.soundValues,
      sawList: this.sawContainer || this.sawList,
      problems: [end.error, this.limit, this.damage].filter((problem) => problem !== undefined),
      cutAt: this.cutAt,
      unclosed: this.unclosed,
    };
    return toFileResult(facts, (): FileColumns => this.rows.finish());
  }

  private shape(): string {
    if (this.rootValues > 1) return this.newlineBetween && !this.multiline ? 'ndjson' : 'json-objects';
    if (this.sawContainer) return 'cloudtrail-json';
    return this.sawList ? 'json-array' : 'json-object';
  }

  private keep(bytes: Uint8Array, consumed: number): void {
    this.tailLength = 0;
    if (consumed < bytes.length) this.append(bytes.subarray(consumed));
  }

  private append(bytes: Uint8Array): void {
    const length = this.tailLength + bytes.length;
    if (length > this.tail.length) {
      const bigger = new Uint8Array(Math.max(length, this.tail.length * 2, 64 * 1024));
      bigger.set(this.tail.subarray(0, this.tailLength));
      this.tailBytes = bigger;
    }
    this.tail.set(bytes, this.tailLength);
    this.tailLength = length;
  }

  private get tail(): Uint8Array {
    const { kernel } = this;
    if (kernel === undefined) return this.tailBytes;
    return kernel.bytes.subarray(kernel.inputStart, kernel.inputStart + kernel.inputCapacity);
  }

  /** The bytes of this run: where the kernel's memory has grown, what was an array of them is empty. */
  private live(bytes: Uint8Array): Uint8Array {
    if (this.kernel === undefined || bytes.length === this.runLength) return bytes;
    return this.kernel.bytes.subarray(this.runStart, this.runStart + this.runLength);
  }

  /** Reads as far as it can; gives how many bytes are dealt with. */
  private run(given: Uint8Array, end: number, final: boolean): number {
    let bytes = given;
    this.runStart = bytes.byteOffset;
    this.runLength = bytes.length;
    this.refused = -1;
    this.wanted = 0;
    let at = 0;
    while (this.kind === undefined) {
      if (end - at < SNIFF_LENGTH && !final && !this.done) return at;
      const first = bytes.subarray(at, Math.min(end, at + SNIFF_LENGTH));
      const blank = skipSpace(first, bomLength(first), first.length);
      // A page of blanks tells nothing yet.
      if (blank === first.length && this.received - end + at < this.maxRecord) {
        if (!final && at + blank === end) return end;
        if (at + blank < end) {
          at += blank;
          continue;
        }
      }
      this.kind = sniff(first);
      this.head = decodeUtf8(first, 0, first.length);
      if (this.kind !== 'json') this.done = true;
      at += blank;
    }
    if (this.kind !== 'json') return end;
    for (;;) {
      const next = this.recovery === undefined ? this.step(bytes, at, end, final) : this.recover(bytes, at, end, final);
      if (next < 0) return at;
      if (next === at && at === end) return at;
      at = next;
      bytes = this.live(bytes);
    }
  }

  /** Reads one thing; gives the position behind it, or MORE. */
  private step(bytes: Uint8Array, from: number, end: number, final: boolean): number {
    const at = skipSpace(bytes, from, end);
    if (this.containers.length === 0 && this.rootValues > 0) {
      const line = bytes.subarray(from, at).indexOf(NEWLINE);
      if (line >= 0) this.newlineBetween = true;
    }
    if (at === end) return end;
    const container = this.containers.at(-1);
    if (container === 'object') return this.restOfContainer(bytes, at, end, final);
    const byte = bytes[at];
    if (byte === COMMA) return this.comma(at, container);
    if (byte === CLOSE_BRACKET && container !== undefined) return this.closeList(at);
    if (this.expects === 'separator') this.note(at, 'a comma is missing');
    if (byte === OPEN_BRACE) {
      const behind = this.records(bytes, at, end);
      return behind > at ? behind : this.record(this.live(bytes), at, end, final);
    }
    const nestable = container !== 'records' && this.containers.length < MAX_CONTAINERS;
    if (byte === OPEN_BRACKET && nestable) {
      if (container === undefined) this.rootValues += 1;
      this.sawList = true;
      this.containers.push('list');
      this.expects = 'first';
      return at + 1;
    }
    return this.otherValue(bytes, at, end, final);
  }

  private comma(at: number, container: Container | undefined): number {
    // Between objects at the root it is an odd way to write lines, and harmless.
    if (container !== undefined && (this.expects === 'first' || this.expects === 'value'))
      this.note(at, 'a comma stands without a value');
    this.expects = container === undefined ? 'any' : 'value';
    return at + 1;
  }

  private closeList(at: number): number {
    if (this.expects === 'value') this.note(at, 'a comma stands without a value');
    this.containers.pop();
    this.expects = this.containers.length === 0 || this.containers.at(-1) === 'object' ? 'any' : 'separator';
    return at + 1;
  }

  /** Has the kernel read records from the brace at `at` on; gives the position behind the last it has read. */
  private records(bytes: Uint8Array, at: number, end: number): number {
    const { kernel, rows, runStart } = this;
    if (kernel === undefined || at === this.refused) return at;
    const container = this.containers.at(-1);
    // At the root, the first values and the lines between them tell what kind of file it is.
    if (container === undefined && (this.rootValues < 2 || !(this.newlineBetween || this.multiline))) return at;
    const place = container === undefined ? 'root' : container === 'records' ? 'records' : 'list';
    const known = rows.count;
    const behind = kernel.scan(runStart + at, runStart + end, ScanPlace[place], this.maxRecord, this.base - runStart);
    this.refused = kernel.refusedAt - runStart;
    const now = this.live(bytes);
    rows.takeRows(now, this.base);
    const added = rows.count - known;
    if (added === 0) return at;
    for (let row = known; row < Math.min(rows.count, LEARNED_RECORDS); row += 1) {
      const [start, close] = rows.spanOf(row);
      learnFirstName(this.firstNames, now, start - this.base, close - this.base);
    }
    if (container === undefined) this.rootValues += added;
    this.soundValues += added - 1;
    this.valueEnded();
    return behind - runStart;
  }

  private record(bytes: Uint8Array, at: number, end: number, final: boolean): number {
    const atRoot = this.containers.length === 0;
    const result = this.walker.walk(
      bytes,
      at,
      end,
      this.containers.at(-1) !== 'records' && this.containers.length < MAX_CONTAINERS,
    );
    if (result === MORE) return this.unfinished(at, end, final);
    if (atRoot) this.rootValues += 1;
    if ((result === BROKEN ? this.walker.errorAt : this.walker.next) - at > this.maxRecord) return this.tooLarge(at);
    if (result === BROKEN) {
      this.cloudTrailLike ||= this.walker.looksLikeRecord();
      return this.broken(at, `${this.walker.error} at byte ${withThousands(this.base + this.walker.errorAt)}`);
    }
    if (result === CONTAINER) {
      this.sawContainer = true;
      this.containers.push('object', 'records');
      this.expects = 'first';
      return this.walker.next;
    }
    const next = this.walker.next;
    if (atRoot && this.rootValues <= 2 && bytes.subarray(at, next).includes(NEWLINE)) this.multiline = true;
    this.kernel?.prepare(next - at);
    const now = this.live(bytes);
    const reason = this.rows.append(now, at, next, this.base + at);
    if (reason !== undefined) {
      this.cloudTrailLike ||= this.walker.looksLikeRecord();
      this.reject(at, reason);
    } else if (this.rows.count <= LEARNED_RECORDS) learnFirstName(this.firstNames, now, at, next);
    this.valueEnded();
    return next;
  }

  private restOfContainer(bytes: Uint8Array, at: number, end: number, final: boolean): number {
    const result = this.walker.walkRest(bytes, at, end);
    const reached = result === MORE ? end : result === BROKEN ? this.walker.errorAt : this.walker.next;
    if (result === BROKEN || reached - at > this.maxRecord) {
      this.note(at, 'the list of records is followed by text that is not JSON');
      this.containers.pop();
      this.startRecovery(at, false);
      return at;
    }
    if (result === MORE) {
      if (!final) this.wanted = Math.min(2 * (end - at), this.maxRecord + 1);
      return MORE;
    }
    if (result === CONTAINER) {
      this.containers.push('records');
      this.expects = 'first';
    } else {
      this.containers.pop();
      this.expects = this.containers.length === 0 ? 'any' : 'separator';
    }
    return this.walker.next;
  }

  /** A value that is no object: legal in a list, but no record. Or no value at all. */
  private otherValue(bytes: Uint8Array, at: number, end: number, final: boolean): number {
    const byte = bytes[at];
    if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      this.note(at, 'a closing bracket stands alone');
      return at + 1;
    }
    // Remains of a broken record may look like values, with quotes the wrong way round: only a list's own are believed.
    if (this.containers.length === 0 || this.expects === 'separator') {
      return this.broken(at, `text between records at byte ${withThousands(this.base + at)}`);
    }
    const next = this.walker.skipValue(bytes, at, end);
    if (next === MORE && !(final && byte !== QUOTE && byte !== OPEN_BRACKET)) return this.unfinished(at, end, final);
    if ((next === BROKEN ? this.walker.errorAt : next) - at > this.maxRecord) return this.tooLarge(at);
    if (next < 0) return this.broken(at, `text that is not JSON at byte ${withThousands(this.base + at)}`);
    this.reject(at, 'not an object');
    this.valueEnded();
    return next;
  }

  private valueEnded(): void {
    this.soundValues += 1;
    this.expects = this.containers.length === 0 ? 'any' : 'separator';
  }

  /** The bytes end inside the value at `at`: wait for more, give it up as too large, or find out whether the file ends here. */
  private unfinished(at: number, end: number, final: boolean): number {
    if (end - at > this.maxRecord) return this.tooLarge(at);
    if (final) {
      this.cloudTrailLike ||= this.walker.looksLikeRecord();
      this.cutAt = this.base + at;
      return this.broken(at, 'the file ends inside the record');
    }
    this.wanted = Math.min(2 * (end - at), this.maxRecord + 1);
    return MORE;
  }

  private tooLarge(at: number): number {
    this.cloudTrailLike ||= this.walker.looksLikeRecord();
    return this.broken(at, `the record is larger than ${withThousands(this.maxRecord)} bytes`);
  }

  private broken(at: number, reason: string): number {
    this.reject(at, reason);
    this.startRecovery(at, true);
    return at;
  }

  private startRecovery(at: number, atBrokenValue: boolean): void {
    this.recoveryStart = this.base + at;
    const place = this.containers.length === 0 ? 'root' : 'list';
    this.recovery = new Recovery({ place, atBrokenValue, firstNames: this.firstNames });
  }

  private recover(bytes: Uint8Array, at: number, end: number, final: boolean): number {
    const recovery = this.recovery;
    if (recovery === undefined) return at;
    const next = recovery.feed(bytes, at, end, final);
    if (next === MORE) return final || recovery.consumed === at ? MORE : recovery.consumed;
    this.recovery = undefined;
    // What seemed to be the end of the file was a lost quote or bracket: there are records behind it.
    this.cutAt = undefined;
    if (recovery.atContainer) this.containers.length = 0;
    this.expects = recovery.atValueEnd && this.containers.length > 0 ? 'separator' : 'any';
    return next;
  }

  private reject(at: number, reason: string): void {
    this.rejected += 1;
    if (this.rejections.length < MAX_REJECTIONS) this.rejections.push({ start: this.base + at, reason });
  }

  /** Damage between records that costs no record. */
  private note(at: number, what: string): void {
    this.damage ??= `${what} at byte ${withThousands(this.base + at)}`;
  }
}
