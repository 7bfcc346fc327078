/**
 * Stepping over JSON in bytes, with vectors.
 *
 * Guarantee: what is stepped over here, src/engine/cloudtrail/json-bytes.ts steps over too, to the same position; NONE says
 * only that the value is not an ordinary one, or does not end before `end`: then the other tells what it is. At most
 * PADDING bytes behind `end` are read, and nothing is made of them.
 */

export const NONE: usize = 0;

export const QUOTE: u8 = 0x22;
export const BACKSLASH: u8 = 0x5c;
export const COMMA: u8 = 0x2c;
export const COLON: u8 = 0x3a;
export const OPEN_BRACE: u8 = 0x7b;
export const CLOSE_BRACE: u8 = 0x7d;
export const OPEN_BRACKET: u8 = 0x5b;
export const CLOSE_BRACKET: u8 = 0x5d;

const MAX_DEPTH: i32 = 256;
/** The opening brackets around a place. */
const OPENED: usize = memory.data(257);

/** The string stepped over last has a backslash. */
export let escaped: bool = false;

export function isSpace(byte: u8): bool {
  return byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09;
}

export function skipSpace(at: usize, end: usize): usize {
  while (at < end && isSpace(load<u8>(at))) at++;
  return at;
}

/** From the byte behind the opening quote to the closing quote. */
export function closingQuote(at: usize, end: usize): usize {
  escaped = false;
  while (at < end) {
    const bytes = v128.load(at);
    const marks = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, i8x16.splat(<i8>QUOTE)), i8x16.eq(bytes, i8x16.splat(<i8>BACKSLASH))),
        i8x16.lt_u(bytes, i8x16.splat(0x20)),
      ),
    );
    if (marks == 0) {
      at += 16;
      continue;
    }
    at += ctz(marks);
    const byte = load<u8>(at);
    if (byte == QUOTE) return at < end ? at : NONE;
    if (byte != BACKSLASH) return NONE;
    escaped = true;
    at += 2;
  }
  return NONE;
}

/** From the first byte of a string's text to its closing quote, every escape being one. */
function validString(at: usize, end: usize): usize {
  while (true) {
    at = nextMark(at, end);
    if (at >= end) return NONE;
    const byte = load<u8>(at);
    if (byte == QUOTE) return at;
    if (byte != BACKSLASH) return NONE;
    const escape = load<u8>(at + 1);
    if (escape == 0x75) {
      for (let digit: usize = 2; digit < 6; digit++) if (!isHex(load<u8>(at + digit))) return NONE;
      at += 6;
    } else {
      // " \ / b f n r t
      if (
        escape != QUOTE &&
        escape != BACKSLASH &&
        escape != 0x2f &&
        escape != 0x62 &&
        escape != 0x66 &&
        escape != 0x6e &&
        escape != 0x72 &&
        escape != 0x74
      )
        return NONE;
      at += 2;
    }
  }
}

/** The next quote, backslash or control character. */
function nextMark(at: usize, end: usize): usize {
  while (at < end) {
    const bytes = v128.load(at);
    const marks = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, i8x16.splat(<i8>QUOTE)), i8x16.eq(bytes, i8x16.splat(<i8>BACKSLASH))),
        i8x16.lt_u(bytes, i8x16.splat(0x20)),
      ),
    );
    if (marks != 0) return at + ctz(marks);
    at += 16;
  }
  return end;
}

function isHex(byte: u8): bool {
  return <u8>(byte - 0x30) < 10 || <u8>((byte | 0x20) - 0x61) < 6;
}

function maskOf(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = (<u32>i8x16.bitmask(a)) | ((<u32>i8x16.bitmask(b)) << 16);
  const high = (<u32>i8x16.bitmask(c)) | ((<u32>i8x16.bitmask(d)) << 16);
  return (<u64>low) | ((<u64>high) << 32);
}

/** Bit n is the parity of bits 0 to n. */
function parities(bits: u64): u64 {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  return bits ^ (bits << 32);
}

const EVEN_BITS: u64 = 0x5555555555555555;

/**
 * From an opening bracket to behind its closing one, 64 bytes at a time. As in the twin, brackets must match, strings must
 * have no control characters and must be followed by what may follow one; nothing else is looked at.
 */
export function skipNested(start: usize, end: usize): usize {
  let depth: i32 = 0;
  /** All ones inside a string. */
  let inside: u64 = 0;
  /** The first byte of the block is escaped. */
  let escapedNext: u64 = 0;
  /** A string, and perhaps blanks, end at the end of the block before. */
  let follows: u64 = 0;
  for (let block = start; block < end; block += 64) {
    const a = v128.load(block);
    const b = v128.load(block, 16);
    const c = v128.load(block, 32);
    const d = v128.load(block, 48);

    const quote = i8x16.splat(<i8>QUOTE);
    let quotes = maskOf(i8x16.eq(a, quote), i8x16.eq(b, quote), i8x16.eq(c, quote), i8x16.eq(d, quote));
    const backslash = i8x16.splat(<i8>BACKSLASH);
    const backslashes = maskOf(
      i8x16.eq(a, backslash),
      i8x16.eq(b, backslash),
      i8x16.eq(c, backslash),
      i8x16.eq(d, backslash),
    );
    if ((backslashes | escapedNext) != 0) {
      // Runs of backslashes: every second byte from the start of a run on escapes the byte behind it.
      const starting = backslashes & ~escapedNext;
      const behind = (starting << 1) | escapedNext;
      const oddStarts = starting & ~EVEN_BITS & ~behind;
      const sequences = oddStarts + starting;
      const overflow: u64 = sequences < oddStarts ? 1 : 0;
      const escapes = (EVEN_BITS ^ (sequences << 1)) & behind;
      escapedNext = overflow;
      quotes &= ~escapes;
    }
    const strings = parities(quotes) ^ inside;
    inside = <u64>((<i64>strings) >> 63);

    const space = i8x16.splat(0x20);
    const controls = maskOf(i8x16.lt_u(a, space), i8x16.lt_u(b, space), i8x16.lt_u(c, space), i8x16.lt_u(d, space));
    let wrong = (controls & strings) | (backslashes & ~strings);

    const aCase = v128.or(a, space);
    const bCase = v128.or(b, space);
    const cCase = v128.or(c, space);
    const dCase = v128.or(d, space);
    const open = i8x16.splat(<i8>OPEN_BRACE);
    const close = i8x16.splat(<i8>CLOSE_BRACE);
    const opens = maskOf(i8x16.eq(aCase, open), i8x16.eq(bCase, open), i8x16.eq(cCase, open), i8x16.eq(dCase, open));
    const closes = maskOf(
      i8x16.eq(aCase, close),
      i8x16.eq(bCase, close),
      i8x16.eq(cCase, close),
      i8x16.eq(dCase, close),
    );

    const behindStrings = ((quotes & ~strings) << 1) | follows;
    follows = (quotes & ~strings) >> 63;
    const comma = i8x16.splat(<i8>COMMA);
    const colon = i8x16.splat(<i8>COLON);
    const followers =
      closes |
      maskOf(
        v128.or(i8x16.eq(a, comma), i8x16.eq(a, colon)),
        v128.or(i8x16.eq(b, comma), i8x16.eq(b, colon)),
        v128.or(i8x16.eq(c, comma), i8x16.eq(c, colon)),
        v128.or(i8x16.eq(d, comma), i8x16.eq(d, colon)),
      );
    const others = behindStrings & ~followers;
    if (others != 0) {
      const blanks = blanksOf(a, b, c, d);
      wrong |= others & ~blanks;
      // A carry runs through the blanks behind a string to what follows them.
      const runs = others & blanks;
      const sum = blanks + runs;
      wrong |= sum & ~blanks & ~followers;
      if (sum < blanks) follows = 1;
    }

    for (let brackets = (opens | closes) & ~strings; brackets != 0; brackets &= brackets - 1) {
      const bit = ctz(brackets);
      const byte = load<u8>(block + <usize>bit);
      if (((opens >> bit) & 1) != 0) {
        if (depth == MAX_DEPTH) return NONE;
        store<u8>(OPENED + <usize>depth, byte);
        depth++;
      } else {
        depth--;
        // `{` and `}`, `[` and `]` are two apart.
        if (load<u8>(OPENED + <usize>depth) + 2 != byte) return NONE;
        if (depth == 0) {
          if ((wrong & (((<u64>1) << bit) - 1)) != 0) return NONE;
          const behind = block + <usize>bit + 1;
          return behind <= end ? behind : NONE;
        }
      }
    }
    if (wrong != 0) return NONE;
  }
  return NONE;
}

function blanksOf(a: v128, b: v128, c: v128, d: v128): u64 {
  return maskOf(blanksIn(a), blanksIn(b), blanksIn(c), blanksIn(d));
}

function blanksIn(bytes: v128): v128 {
  return v128.or(
    v128.or(i8x16.eq(bytes, i8x16.splat(0x20)), i8x16.eq(bytes, i8x16.splat(0x0a))),
    v128.or(i8x16.eq(bytes, i8x16.splat(0x0d)), i8x16.eq(bytes, i8x16.splat(0x09))),
  );
}

/**
 * From the first byte of any value to behind it, when every byte of it is as JSON.parse wants it. Bytes that are not UTF-8
 * are looked at as JSON.parse sees them: as characters. Its nesting must be known to be bounded.
 */
export function validValue(at: usize, end: usize): usize {
  const byte = load<u8>(at);
  if (at >= end) return NONE;
  if (byte == QUOTE) {
    const close = validString(at + 1, end);
    return close == NONE ? NONE : close + 1;
  }
  if (byte == OPEN_BRACE) return validObject(at + 1, end);
  if (byte == OPEN_BRACKET) return validArray(at + 1, end);
  return validScalar(at, end);
}

function validObject(start: usize, end: usize): usize {
  let at = skipSpace(start, end);
  if (at < end && load<u8>(at) == CLOSE_BRACE) return at + 1;
  while (at < end) {
    if (load<u8>(at) != QUOTE) return NONE;
    at = validString(at + 1, end);
    if (at == NONE) return NONE;
    at = skipSpace(at + 1, end);
    if (load<u8>(at) != COLON) return NONE;
    at = validValue(skipSpace(at + 1, end), end);
    if (at == NONE) return NONE;
    at = skipSpace(at, end);
    const byte = load<u8>(at);
    if (byte == CLOSE_BRACE) return at < end ? at + 1 : NONE;
    if (byte != COMMA) return NONE;
    at = skipSpace(at + 1, end);
  }
  return NONE;
}

function validArray(start: usize, end: usize): usize {
  let at = skipSpace(start, end);
  if (at < end && load<u8>(at) == CLOSE_BRACKET) return at + 1;
  while (at < end) {
    at = validValue(at, end);
    if (at == NONE) return NONE;
    at = skipSpace(at, end);
    const byte = load<u8>(at);
    if (byte == CLOSE_BRACKET) return at < end ? at + 1 : NONE;
    if (byte != COMMA) return NONE;
    at = skipSpace(at + 1, end);
  }
  return NONE;
}

/** `true`, `false`, `null` or a number, as far as its characters go: whoever calls looks at what follows. */
export function validScalar(at: usize, end: usize): usize {
  const word = load<u32>(at);
  if (word == 0x65757274 || word == 0x6c6c756e) return at + 4 <= end ? at + 4 : NONE;
  if (word == 0x736c6166) return load<u8>(at + 4) == 0x65 && at + 5 <= end ? at + 5 : NONE;
  if (load<u8>(at) == 0x2d) at++;
  if (load<u8>(at) == 0x30) at++;
  else {
    at = digits(at, end);
    if (at == NONE) return NONE;
  }
  if (load<u8>(at) == 0x2e) {
    at = digits(at + 1, end);
    if (at == NONE) return NONE;
  }
  if ((load<u8>(at) | 0x20) == 0x65) {
    const sign = load<u8>(at + 1);
    at = digits(sign == 0x2b || sign == 0x2d ? at + 2 : at + 1, end);
    if (at == NONE) return NONE;
  }
  return at <= end ? at : NONE;
}

/** One digit or more. */
function digits(start: usize, end: usize): usize {
  let at = start;
  while (at < end && <u8>(load<u8>(at) - 0x30) < 10) at++;
  return at > start ? at : NONE;
}
