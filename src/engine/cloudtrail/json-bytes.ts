/**
 * Stepping over JSON values in bytes, without making anything of them.
 *
 * Guarantee: no recursion (nesting is a small stack of bits), nothing is read outside [at, end), and every function gives
 * the position after the value, `MORE` when the bytes end inside it, or `BROKEN` with `errorAt` and `error` set. Inside
 * nested values brackets must match and strings must be well-formed; other tokens in there are not looked at.
 */

export const MORE = -1;
export const BROKEN = -2;

/** CloudTrail nests a dozen levels; beyond this a record is not read, because its consumers walk it recursively. */
export const MAX_DEPTH = 256;

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const NEWLINE = 0x0a;

/** What a value is. A string with a backslash in it must be unescaped; a plain one is its bytes. */
export const ValueKind = {
  absent: 0,
  string: 1,
  escapedString: 2,
  number: 3,
  true: 4,
  false: 5,
  null: 6,
  object: 7,
  array: 8,
} as const;

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Longest number or word that is looked at; real ones have a few dozen bytes. */
const MAX_SCALAR = 512;

const TRUE = Uint8Array.of(0x74, 0x72, 0x75, 0x65);
const FALSE = Uint8Array.of(0x66, 0x61, 0x6c, 0x73, 0x65);
const NULL = Uint8Array.of(0x6e, 0x75, 0x6c, 0x6c);

function isWord(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i += 1) {
    if (bytes[start + i] !== word[i]) return false;
  }
  return true;
}

export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

export function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    at += 1;
  }
  return at;
}

export class ValueSkipper {
  /** Of the value stepped over last. */
  kind = 0;
  errorAt = 0;
  error = '';
  private readonly isArray = new Uint8Array(MAX_DEPTH);

  fail(at: number, error: string): typeof BROKEN {
    this.errorAt = at;
    this.error = error;
    return BROKEN;
  }

  /** From the first byte of any value. */
  skipValue(bytes: Uint8Array, at: number, end: number): number {
    const byte = bytes[at];
    if (byte === QUOTE) return this.skipString(bytes, at + 1, end);
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      this.kind = byte === OPEN_BRACE ? ValueKind.object : ValueKind.array;
      return this.skipNested(bytes, at, end);
    }
    return this.skipScalar(bytes, at, end);
  }

  /** From the byte after the opening quote to the byte after the closing one. */
  skipString(bytes: Uint8Array, start: number, end: number): number {
    this.kind = ValueKind.string;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      // Small letters, most of all bytes, are beyond everything that matters: one comparison for them.
      if (byte > BACKSLASH) continue;
      if (byte === QUOTE) return at + 1;
      if (byte === BACKSLASH) {
        this.kind = ValueKind.escapedString;
        at += 1;
      } else if (byte < 0x20) return this.fail(at, 'a control character stands inside a string');
    }
    return MORE;
  }

  /** From an opening bracket to the byte after its closing one. */
  private skipNested(bytes: Uint8Array, start: number, end: number): number {
    const isArray = this.isArray;
    let depth = 0;
    let at = start;
    while (at < end) {
      const byte = bytes[at] ?? 0;
      at += 1;
      if (byte === QUOTE) {
        // The loop of skipString, here without a call and without `kind`: most bytes of a log pass through it.
        let closed = false;
        while (at < end) {
          const inner = bytes[at] ?? 0;
          at += 1;
          if (inner > BACKSLASH) continue;
          if (inner === QUOTE) {
            closed = true;
            break;
          }
          if (inner === BACKSLASH) at += 1;
          else if (inner < 0x20) return this.fail(at - 1, 'a control character stands inside a string');
        }
        if (!closed) return MORE;
        // A lost quote turns strings inside out; it shows here, not megabytes later.
        at = skipSpace(bytes, at, end);
        if (at === end) return MORE;
        const next = bytes[at];
        if (next !== COMMA && next !== COLON && next !== CLOSE_BRACE && next !== CLOSE_BRACKET) {
          return this.fail(at, 'a string is followed by other text');
        }
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (depth === MAX_DEPTH) return this.fail(at - 1, `values are nested more than ${MAX_DEPTH} deep`);
        isArray[depth] = byte === OPEN_BRACKET ? 1 : 0;
        depth += 1;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1;
        if (isArray[depth] !== (byte === CLOSE_BRACKET ? 1 : 0)) return this.fail(at - 1, 'brackets do not match');
        if (depth === 0) return at;
      }
    }
    return MORE;
  }

  private skipScalar(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    for (; at < end; at += 1) {
      const byte = bytes[at];
      if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isSpace(byte)) break;
      if (at - start > MAX_SCALAR || byte === QUOTE || byte === OPEN_BRACE || byte === OPEN_BRACKET) break;
    }
    if (at === end) return MORE;
    if (isWord(bytes, start, at, TRUE)) this.kind = ValueKind.true;
    else if (isWord(bytes, start, at, FALSE)) this.kind = ValueKind.false;
    else if (isWord(bytes, start, at, NULL)) this.kind = ValueKind.null;
    else if (NUMBER.test(String.fromCharCode(...bytes.subarray(start, at)))) this.kind = ValueKind.number;
    else return this.fail(start, 'a value is not JSON');
    return at;
  }
}
