/**
 * What a notable record tells, as src/engine/cloudtrail/telling-record.ts has it, written from the bytes of the record.
 *
 * Guarantee: the text is byte for byte what JSON.stringify makes of what `telling` gives. Records of which that is not
 * certain have no text here: two members of one name, names that begin with a digit or have escapes, numbers that are not
 * plain whole ones, escapes that stand for a control character or half a surrogate pair, bytes that are not UTF-8. The
 * value of a session token is never copied.
 */
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  NONE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
  validValue,
} from './scan-json';
import { firstBytes, isUtf8 } from './scan-texts';

/** Texts that nobody has taken yet. Vectors are stored up to 16 bytes behind the end. */
const CAPACITY: usize = 512 * 1024;
const texts: usize = memory.data(512 * 1024 + 64);
let used: usize = 0;

/** Where the next byte is written. */
let out: usize = 0;
/** Where the record that is being read ends. */
let limit: usize = 0;
/** All bytes copied, and some behind them, or'ed: the highest bits tell whether there are others than ASCII. */
let seen: v128 = i64x2.splat(0);

/** Names of the members of the objects around a place: address and length. */
const MAX_NAMES: u32 = 256;
const openNames: usize = memory.data(256 * 8);
let nameCount: u32 = 0;

/** What an object is, as far as session tokens go. */
const ANY: i32 = 0;
const RESPONSE: i32 = 1;
const SET_ENTRY: i32 = 2;
const CREDENTIALS: i32 = 3;

/** `credentials`, `credentialSet` and `sessionToken`, as words. */
const CREDENTI: u64 = 0x69746e6564657263;
const ALS: u64 = 0x0000000000736c61;
const AL_SET: u64 = 0x0000007465536c61;
const SESSION_T: u64 = 0x546e6f6973736573;
const OKEN: u64 = 0x000000006e656b6f;

export function toldStart(): usize {
  return texts;
}

/** The texts have been taken over. */
export function takeTold(): void {
  used = 0;
}

/** True when the texts there leave room for that of a record so long; what is told of it is never longer. */
export function hasRoom(length: usize): bool {
  return used + length + 64 <= CAPACITY;
}

/** Begins a text of what the valid record that ends at `end` tells. */
export function beginTelling(end: usize): void {
  out = texts + used;
  limit = end;
  seen = i64x2.splat(0);
  store<u8>(out, OPEN_BRACE);
}

/** Writes a member of the record; false when its text is not certain. */
export function tellMember(name: usize, length: usize, value: usize, isResponse: bool): bool {
  out++;
  store<u8>(out, QUOTE);
  v128.store(out + 1, v128.load(name));
  v128.store(out + 17, v128.load(name, 16));
  out += length + 1;
  // A quote and a colon.
  store<u16>(out, 0x3a22);
  out += 2;
  nameCount = 0;
  const behind = isResponse && load<u8>(value) == OPEN_BRACE ? tellObject(value, RESPONSE) : tellValue(value);
  store<u8>(out, COMMA);
  return behind != NONE;
}

/** Ends the text; gives its length, 0 when it is not certain after all. */
export function endTelling(): u32 {
  const start = texts + used;
  // Over the comma behind the last member, or behind the brace.
  if (out == start) out++;
  store<u8>(out, CLOSE_BRACE);
  const length = out + 1 - start;
  if (i8x16.bitmask(seen) != 0 && !isUtf8(start, length)) return 0;
  used += length;
  return <u32>length;
}

function tellValue(at: usize): usize {
  const byte = load<u8>(at);
  if (byte == QUOTE) return tellString(at);
  if (byte == OPEN_BRACE) return tellObject(at, ANY);
  if (byte == OPEN_BRACKET) return tellArray(at, false);
  if (byte == 0x74 || byte == 0x6e || byte == 0x66) {
    const length: usize = byte == 0x66 ? 5 : 4;
    store<u64>(out, load<u64>(at));
    out += length;
    return at + length;
  }
  return tellNumber(at);
}

/** Up to 15 digits are written as they are read. */
function tellNumber(start: usize): usize {
  let at = start;
  if (load<u8>(at) == 0x2d) {
    if (load<u8>(at, 1) == 0x30) return NONE;
    at++;
  }
  while (<u8>(load<u8>(at) - 0x30) < 10) at++;
  const byte = load<u8>(at);
  if (byte == 0x2e || (byte | 0x20) == 0x65 || at - start > 15) return NONE;
  v128.store(out, v128.load(start));
  out += at - start;
  return at;
}

/** From the opening quote on. */
function tellString(start: usize): usize {
  store<u8>(out, QUOTE);
  out++;
  let at = start + 1;
  while (at < limit) {
    const bytes = v128.load(at);
    v128.store(out, bytes);
    seen = v128.or(seen, bytes);
    const marks = i8x16.bitmask(
      v128.or(i8x16.eq(bytes, i8x16.splat(<i8>QUOTE)), i8x16.eq(bytes, i8x16.splat(<i8>BACKSLASH))),
    );
    if (marks == 0) {
      at += 16;
      out += 16;
      continue;
    }
    const before = ctz(marks);
    at += before;
    out += before;
    if (load<u8>(at) == QUOTE) {
      out++;
      return at + 1;
    }
    const escape = load<u8>(at, 1);
    if (escape == 0x75) {
      if (!tellCharacter(at + 2)) return NONE;
      at += 6;
    } else if (escape == 0x2f) {
      store<u8>(out, escape);
      out++;
      at += 2;
    } else {
      store<u16>(out, load<u16>(at));
      out += 2;
      at += 2;
    }
  }
  return NONE;
}

/** The character of four hexadecimal digits. */
function tellCharacter(digits: usize): bool {
  let code: u32 = 0;
  for (let digit: usize = 0; digit < 4; digit++) {
    const byte = <u32>load<u8>(digits + digit);
    code = (code << 4) | ((byte & 15) + (byte > 0x39 ? 9 : 0));
  }
  if (code < 0x20 || (code >= 0xd800 && code < 0xe000)) return false;
  if (code < 0x80) {
    if (code == QUOTE || code == BACKSLASH) store<u8>(out++, BACKSLASH);
    store<u8>(out++, <u8>code);
  } else if (code < 0x800) {
    store<u8>(out++, <u8>(0xc0 | (code >>> 6)));
    store<u8>(out++, <u8>(0x80 | (code & 0x3f)));
  } else {
    store<u8>(out++, <u8>(0xe0 | (code >>> 12)));
    store<u8>(out++, <u8>(0x80 | ((code >>> 6) & 0x3f)));
    store<u8>(out++, <u8>(0x80 | (code & 0x3f)));
  }
  return true;
}

/** The closing quote of a name; NONE for odd ones, and for one that its object, whose names begin at `first`, has already. */
function endOfName(name: usize, first: u32): usize {
  // Names that are numbers come before the others.
  if (<u8>(load<u8>(name) - 0x30) < 10) return NONE;
  let at = name;
  while (load<u8>(at) != QUOTE) {
    if (load<u8>(at) == BACKSLASH) return NONE;
    at++;
  }
  const length = at - name;
  for (let index = first; index < nameCount; index++) {
    const known = openNames + ((<usize>index) << 3);
    if (load<u32>(known, 4) == <u32>length && same(<usize>load<u32>(known), name, length)) return NONE;
  }
  if (nameCount == MAX_NAMES) return NONE;
  const entry = openNames + ((<usize>nameCount) << 3);
  store<u32>(entry, <u32>name);
  store<u32>(entry, <u32>length, 4);
  nameCount++;
  return at;
}

function same(a: usize, b: usize, length: usize): bool {
  const last = a + (length & ~15);
  for (; a < last; a += 16, b += 16) {
    if (v128.any_true(v128.xor(v128.load(a), v128.load(b)))) return false;
  }
  return !v128.any_true(v128.xor(firstBytes(a, length & 15), firstBytes(b, length & 15)));
}

function isNamed(name: usize, length: usize, head: u64, rest: u64): bool {
  if (length > 13) return false;
  const text = firstBytes(name, length);
  return <u64>i64x2.extract_lane(text, 0) == head && <u64>i64x2.extract_lane(text, 1) == rest;
}

function tellObject(start: usize, what: i32): usize {
  const first = nameCount;
  store<u8>(out, OPEN_BRACE);
  out++;
  let empty = true;
  let at = skipSpace(start + 1, limit);
  while (load<u8>(at) != CLOSE_BRACE) {
    const quote = at;
    const name = at + 1;
    at = endOfName(name, first);
    if (at == NONE) return NONE;
    const length = at - name;
    // Over the colon, which may have blanks before it.
    const value = skipSpace(skipSpace(at + 1, limit) + 1, limit);
    if (what == CREDENTIALS && isNamed(name, length, SESSION_T, OKEN)) at = validValue(value, limit);
    else {
      if (!empty) store<u8>(out++, COMMA);
      empty = false;
      if (tellString(quote) == NONE) return NONE;
      store<u8>(out++, 0x3a);
      const byte = load<u8>(value);
      if (byte == OPEN_BRACE && (what == RESPONSE || what == SET_ENTRY) && isNamed(name, length, CREDENTI, ALS)) {
        at = tellObject(value, CREDENTIALS);
      } else if (byte == OPEN_BRACKET && what == RESPONSE && isNamed(name, length, CREDENTI, AL_SET)) {
        at = tellArray(value, true);
      } else at = tellValue(value);
    }
    if (at == NONE) return NONE;
    at = skipSpace(at, limit);
    if (load<u8>(at) == COMMA) at = skipSpace(at + 1, limit);
  }
  store<u8>(out, CLOSE_BRACE);
  out++;
  nameCount = first;
  return at + 1;
}

function tellArray(start: usize, isSet: bool): usize {
  store<u8>(out, OPEN_BRACKET);
  out++;
  let at = skipSpace(start + 1, limit);
  while (load<u8>(at) != CLOSE_BRACKET) {
    at = isSet && load<u8>(at) == OPEN_BRACE ? tellObject(at, SET_ENTRY) : tellValue(at);
    if (at == NONE) return NONE;
    at = skipSpace(at, limit);
    if (load<u8>(at) == COMMA) {
      store<u8>(out++, COMMA);
      at = skipSpace(at + 1, limit);
    }
  }
  store<u8>(out, CLOSE_BRACKET);
  out++;
  return at + 1;
}
