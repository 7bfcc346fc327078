/**
 * Finding the next record behind a broken or oversized one, in bytes that come in pieces.
 *
 * Guarantee: every byte is looked at once, so that any number of broken records costs one pass; nothing is buffered.
 * Resumes at the end of the record when its brackets still match, else at the next text that begins like a record and
 * is not an element of a list inside this one.
 */
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  isSpace,
  MORE,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
} from './json-bytes';
import { RECORD_NAMES } from './record-walker';
import { decodeUtf8 } from './text';

/** Bytes that must be seen behind a brace to tell what it begins: indentation and a name. */
const LOOKAHEAD = 160;

const MAX_STACK = 4096;

export interface RecoverySituation {
  readonly place: 'root' | 'list';
  /** The first byte given is the beginning of the value to get over, not a place to go on at. */
  readonly atBrokenValue: boolean;
  /** Names that earlier records of the file begin with. */
  readonly firstNames: ReadonlySet<string>;
}

export class Recovery {
  /** Bytes before this position are no longer needed. */
  consumed = 0;
  /** The object resumed at is a container, so all containers around are over. */
  atContainer = false;
  /** Resumed behind the broken value, not at another one. */
  atValueEnd = false;
  /** The structure itself is damaged: quotes or brackets do not match. */
  violated = false;

  private readonly isArray = new Uint8Array(MAX_STACK);
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** Last byte that is no blank. */
  private previous = 0;
  private last = NEWLINE;
  private newlineBefore = false;
  private atBrokenValue: boolean;

  constructor(private readonly situation: RecoverySituation) {
    this.atBrokenValue = situation.atBrokenValue;
    if (!this.atBrokenValue) this.previous = COMMA;
  }

  /** True when the bytes ended inside a value whose structure was sound up to there: the file is cut off. */
  get cut(): boolean {
    return !this.violated && (this.depth > 0 || this.inString);
  }

  /** The position to go on reading at, or MORE. The first call starts at the broken value's first byte. */
  feed(bytes: Uint8Array, start: number, end: number, final: boolean): number {
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === OPEN_BRACE && !this.atBrokenValue) {
        const verdict = this.recordStarts(bytes, at, end, final);
        if (verdict === undefined) {
          this.consumed = at;
          return MORE;
        }
        if (verdict && !this.isElement()) return at;
      }
      const stop = this.step(byte);
      if (stop !== undefined) {
        this.atValueEnd = true;
        return at + stop;
      }
      this.atBrokenValue = false;
      this.last = byte;
      if (byte === NEWLINE) this.newlineBefore = true;
      else if (!isSpace(byte)) {
        this.previous = byte;
        this.newlineBefore = false;
      }
    }
    this.consumed = end;
    return MORE;
  }

  /** The next brace opens an object in a list inside the record, as far as the structure can be trusted. */
  private isElement(): boolean {
    if (this.violated || this.inString || this.depth === 0 || this.isArray[this.depth - 1] !== 1) return false;
    // A list that stands where a record should is one of records, and a broken object at the root may be a container.
    return this.depth > (this.situation.place === 'root' ? 2 : 1);
  }

  /** Undefined: more bytes are needed to tell. */
  private recordStarts(bytes: Uint8Array, brace: number, end: number, final: boolean): boolean | undefined {
    const previous = this.previous;
    const separated =
      this.newlineBefore ||
      previous === COMMA ||
      previous === OPEN_BRACKET ||
      previous === CLOSE_BRACE ||
      previous === CLOSE_BRACKET;
    // Behind a colon stands a value of the same record, unless nothing here is what it seems.
    if (!separated || (previous === COLON && !this.violated)) return false;
    if (end - brace < LOOKAHEAD && !final) return undefined;
    const limit = Math.min(end, brace + LOOKAHEAD);
    const quote = skipSpace(bytes, brace + 1, limit);
    if (bytes[quote] !== QUOTE) return false;
    let close = quote + 1;
    while (close < limit && bytes[close] !== QUOTE) close += 1;
    const colon = skipSpace(bytes, close + 1, limit);
    if (bytes[colon] !== COLON) return false;
    const name = decodeUtf8(bytes, quote + 1, close);
    // At the root, a brace at the start of a line begins a record whatever its first field is called.
    const atLineStart = this.situation.place === 'root' && this.last === NEWLINE;
    if (!RECORD_NAMES.has(name) && !this.situation.firstNames.has(name) && !atLineStart) return false;
    this.atContainer = name === 'Records';
    return true;
  }

  /** Follows the structure by one byte. A number tells that the value ends: 1 behind this byte, 0 before it. */
  private step(byte: number): 0 | 1 | undefined {
    if (this.violated) return undefined;
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) this.inString = false;
      else if (byte < 0x20) this.violated = true;
      return undefined;
    }
    switch (byte) {
      case QUOTE:
        this.inString = true;
        return undefined;
      case OPEN_BRACE:
      case OPEN_BRACKET: {
        const inObject = this.depth > 0 && this.isArray[this.depth - 1] === 0;
        if (this.depth === MAX_STACK || (inObject && this.previous !== COLON)) {
          this.violated = true;
          return undefined;
        }
        this.isArray[this.depth] = byte === OPEN_BRACKET ? 1 : 0;
        this.depth += 1;
        return undefined;
      }
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (this.depth === 0) return this.situation.place === 'list' && byte === CLOSE_BRACKET ? 0 : undefined;
        this.depth -= 1;
        if (this.isArray[this.depth] !== (byte === CLOSE_BRACKET ? 1 : 0)) {
          this.violated = true;
          return undefined;
        }
        return this.depth === 0 ? 1 : undefined;
      case COMMA:
        return this.depth === 0 && this.situation.place === 'list' ? 0 : undefined;
      case NEWLINE:
        return this.depth === 0 && this.situation.place === 'root' ? 1 : undefined;
      default:
        return undefined;
    }
  }
}

/** Adds the name that the record bytes[at, end) begins with. */
export function learnFirstName(names: Set<string>, bytes: Uint8Array, at: number, end: number): void {
  const quote = skipSpace(bytes, at + 1, end);
  const close = bytes.subarray(quote + 1, Math.min(end, quote + 80)).indexOf(QUOTE);
  if (close > 0) names.add(decodeUtf8(bytes, quote + 1, quote + 1 + close));
}
