/**
 * DEFLATE (RFC 1951) from one part of the memory to another, in the manner of libdeflate: 64 bits of the stream at hand,
 * filled without a branch, the next symbol looked up while the copy of the last is under way, copies by vectors.
 *
 * Guarantee: DONE means that the bytes are what zlib makes of the stream; never ends otherwise than by a verdict. Behind the
 * source at most 64 bytes are read, whatever they hold; behind the target at most 512 are written. Nothing outside of the
 * target is copied from.
 */
import {
  buildDistances,
  buildLengths,
  buildLitlen,
  DISTANCE_BITS,
  distanceTable,
  END_OF_BLOCK,
  LENGTHS_BITS,
  lengthsTable,
  LITERALS,
  litlenTable,
  LITLEN_BITS,
  loadSymbols,
  OTHER,
  SUBTABLE,
} from './inflate-tables';

export const DONE: i32 = 0;
/** Not a DEFLATE stream, or its end is missing. */
export const DAMAGED: i32 = 1;
/** The target is too small. */
export const FULL: i32 = 2;

/** What a reader of bits may be ahead of the bits that it uses. */
const AHEAD: usize = 8;

const STORED: u32 = 0;
const FIXED: u32 = 1;
const DYNAMIC: u32 = 2;

/** The order in which the lengths of the lengths' code come. */
const lengthsOrder: usize = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
const lengthsLengths: usize = memory.data(32, 16);
/** Of the lengths and literals, then of the distances. */
const codeLengths: usize = memory.data(320, 16);
/** Row d: the indexes that make sixteen bytes of d. */
const repetitions: usize = memory.data(256, 16);

let loaded: bool = false;
let fixedLoaded: bool = false;

/** The next bits of the stream, the lowest first; those above `held` are right, but will be read again. */
let bits: u64 = 0;
/** How many bits are held, in the low six bits; what is above them means nothing. */
let held: u32 = 0;
/** Where the next bytes are read, and the end of the source. */
let from: usize = 0;
let fromEnd: usize = 0;
/** Where the next bytes are written, and the bounds of the target. */
let to: usize = 0;
let toStart: usize = 0;
let toEnd: usize = 0;

/** Bytes that the last stream made. */
export function inflatedBytes(): usize {
  return to - toStart;
}

/** Where the last stream ended in the source. */
export function inflateEnd(): usize {
  return from;
}

export function inflate(source: usize, sourceLength: usize, target: usize, targetLength: usize): i32 {
  if (!loaded) prepare();
  bits = 0;
  held = 0;
  from = source;
  fromEnd = source + sourceLength;
  to = toStart = target;
  toEnd = target + targetLength;
  while (true) {
    need();
    if (from > fromEnd + AHEAD) return DAMAGED;
    const last = take(1);
    const type = take(2);
    let verdict: i32 = DAMAGED;
    if (type == STORED) verdict = stored();
    else if (type == FIXED) {
      loadFixed();
      verdict = symbols();
    } else if (type == DYNAMIC && readCodes()) verdict = symbols();
    if (verdict != DONE) return verdict;
    if (to > toEnd) return FULL;
    if (last) break;
  }
  from -= (held & 63) >>> 3;
  return from <= fromEnd ? DONE : DAMAGED;
}

function prepare(): void {
  loaded = true;
  loadSymbols();
  for (let period: u32 = 1; period < 16; period++) {
    for (let at: u32 = 0; at < 16; at++) store<u8>(repetitions + period * 16 + at, <u8>(at % period));
  }
}

/** Holds at least 56 bits. */
function need(): void {
  bits |= load<u64>(from) << (<u64>held);
  from += taken(held);
  held |= 56;
}

/** How many bytes fit above the bits that are held. */
function taken(count: u32): usize {
  return 7 - ((count >>> 3) & 7);
}

function take(count: u32): u32 {
  const value = (<u32>bits) & (((<u32>1) << count) - 1);
  bits >>= <u64>count;
  held -= count;
  return value;
}

function stored(): i32 {
  from -= (held & 63) >>> 3;
  bits = 0;
  held = 0;
  if (from + 4 > fromEnd) return DAMAGED;
  const length = <u32>load<u16>(from);
  if ((length ^ 0xffff) != <u32>load<u16>(from, 2)) return DAMAGED;
  from += 4;
  if (from + length > fromEnd) return DAMAGED;
  if (to + length > toEnd) return FULL;
  memory.copy(to, from, length);
  from += length;
  to += length;
  return DONE;
}

function loadFixed(): void {
  if (fixedLoaded) return;
  fixedLoaded = true;
  memory.fill(codeLengths, 8, 144);
  memory.fill(codeLengths + 144, 9, 112);
  memory.fill(codeLengths + 256, 7, 24);
  memory.fill(codeLengths + 280, 8, 8);
  buildLitlen(codeLengths, 288);
  memory.fill(codeLengths, 5, 32);
  buildDistances(codeLengths, 32);
}

/** The codes of a block that brings its own. False: it has none that zlib takes. */
function readCodes(): bool {
  fixedLoaded = false;
  const litlens: u32 = 257 + take(5);
  const distances: u32 = 1 + take(5);
  const lengths: u32 = 4 + take(4);
  if (litlens > 286 || distances > 30) return false;
  memory.fill(lengthsLengths, 0, 19);
  for (let index: u32 = 0; index < lengths; index++) {
    if (index == 12) need();
    store<u8>(lengthsLengths + <u32>load<u8>(lengthsOrder + index), <u8>take(3));
  }
  if (!buildLengths(lengthsLengths)) return false;
  const count = litlens + distances;
  for (let index: u32 = 0; index < count;) {
    need();
    if (from > fromEnd + AHEAD) return false;
    const entry = load<u32>(lengthsTable + ((<u32>bits) & ((1 << LENGTHS_BITS) - 1)) * 4);
    take(entry & 63);
    const length = entry >>> 16;
    if (length < 16) {
      store<u8>(codeLengths + index, <u8>length);
      index++;
      continue;
    }
    if (length == 16 && index == 0) return false;
    const repeated: u8 = length == 16 ? load<u8>(codeLengths + index - 1) : 0;
    const times: u32 = length == 16 ? 3 + take(2) : length == 17 ? 3 + take(3) : 11 + take(7);
    if (index + times > count) return false;
    memory.fill(codeLengths + index, repeated, times);
    index += times;
  }
  // A block without an end is none.
  if (load<u8>(codeLengths + 256) == 0) return false;
  return buildLitlen(codeLengths, litlens) && buildDistances(codeLengths + litlens, distances);
}

/**
 * The literals and copies of a block.
 *
 * The bits are in locals: this is where the time goes. With 56 bits held, two steps of literals from the table (20 bits) or
 * one and a copy (10 + at most 15 + 28) are made before more are needed; a code that goes on in a subtable begins anew.
 */
function symbols(): i32 {
  let buffer = bits;
  let count = held;
  let at = from;
  let out = to;
  const atEnd = fromEnd + AHEAD;
  const outStart = toStart;
  const outEnd = toEnd;
  buffer |= load<u64>(at) << (<u64>count);
  at += taken(count);
  count |= 56;
  let entry = load<u32>(litlenTable + ((<u32>buffer) & ((1 << LITLEN_BITS) - 1)) * 4);
  while (true) {
    if (at > atEnd) return DAMAGED;
    if (out > outEnd) return FULL;
    if (entry & LITERALS) {
      buffer >>= <u64>entry;
      count -= entry;
      store<u16>(out, <u16>(entry >>> 8));
      out += (entry >>> 6) & 3;
      entry = load<u32>(litlenTable + ((<u32>buffer) & ((1 << LITLEN_BITS) - 1)) * 4);
      if (entry & LITERALS) {
        buffer >>= <u64>entry;
        count -= entry;
        store<u16>(out, <u16>(entry >>> 8));
        out += (entry >>> 6) & 3;
        entry = load<u32>(litlenTable + ((<u32>buffer) & ((1 << LITLEN_BITS) - 1)) * 4);
        if (entry & LITERALS) {
          buffer >>= <u64>entry;
          count -= entry;
          store<u16>(out, <u16>(entry >>> 8));
          out += (entry >>> 6) & 3;
          entry = load<u32>(litlenTable + ((<u32>buffer) & ((1 << LITLEN_BITS) - 1)) * 4);
          buffer |= load<u64>(at) << (<u64>count);
          at += taken(count);
          count |= 56;
          continue;
        }
        buffer |= load<u64>(at) << (<u64>count);
        at += taken(count);
        count |= 56;
      }
    }
    if (entry & OTHER) {
      if (entry & SUBTABLE) {
        buffer |= load<u64>(at) << (<u64>count);
        at += taken(count);
        count |= 56;
        buffer >>= <u64>LITLEN_BITS;
        count -= LITLEN_BITS;
        const index = (<u32>buffer) & (((<u32>1) << ((entry >>> 8) & 15)) - 1);
        entry = load<u32>(litlenTable + ((entry >>> 16) + index) * 4);
        if (entry & LITERALS) {
          buffer >>= <u64>entry;
          count -= entry;
          store<u8>(out, <u8>(entry >>> 8));
          out++;
          entry = load<u32>(litlenTable + ((<u32>buffer) & ((1 << LITLEN_BITS) - 1)) * 4);
          buffer |= load<u64>(at) << (<u64>count);
          at += taken(count);
          count |= 56;
          continue;
        }
      }
      if (entry & OTHER) {
        if (!(entry & END_OF_BLOCK)) return DAMAGED;
        bits = buffer >> (<u64>entry);
        held = (count - entry) & 63;
        from = at;
        to = out;
        return DONE;
      }
    }
    const length = (entry >>> 16) + extraBits(buffer, entry);
    buffer >>= <u64>entry;
    count -= entry;
    let far = load<u32>(distanceTable + ((<u32>buffer) & ((1 << DISTANCE_BITS) - 1)) * 4);
    if (far & OTHER) {
      if (!(far & SUBTABLE)) return DAMAGED;
      buffer >>= <u64>DISTANCE_BITS;
      count -= DISTANCE_BITS;
      const index = (<u32>buffer) & (((<u32>1) << ((far >>> 8) & 15)) - 1);
      far = load<u32>(distanceTable + ((far >>> 16) + index) * 4);
      if (far & OTHER) return DAMAGED;
    }
    const distance = (far >>> 16) + extraBits(buffer, far);
    buffer >>= <u64>far;
    count -= far;
    if (<usize>distance > out - outStart) return DAMAGED;
    entry = load<u32>(litlenTable + ((<u32>buffer) & ((1 << LITLEN_BITS) - 1)) * 4);
    buffer |= load<u64>(at) << (<u64>count);
    at += taken(count);
    count |= 56;
    copy(out, distance, length);
    out += length;
  }
}

/** The value of the extra bits that follow a code. */
function extraBits(buffer: u64, entry: u32): u32 {
  return <u32>((buffer & (((<u64>1) << (<u64>entry)) - 1)) >> (<u64>(entry >>> 8)));
}

/** At most 31 bytes more are written than the `length`. */
function copy(out: usize, distance: usize, length: usize): void {
  let source = out - distance;
  const end = out + length;
  if (distance >= 16) {
    v128.store(out, v128.load(source));
    if (length <= 16) return;
    v128.store(out, v128.load(source, 16), 16);
    while (length > 32) {
      out += 32;
      source += 32;
      v128.store(out, v128.load(source));
      v128.store(out, v128.load(source, 16), 16);
      length -= 32;
    }
    return;
  }
  // The copy reads what it writes: as many whole repetitions at a time as sixteen bytes hold.
  const repeated = i8x16.swizzle(v128.load(source), v128.load(repetitions + distance * 16));
  const step: usize = 16 - (16 % distance);
  do {
    v128.store(out, repeated);
    out += step;
  } while (out < end);
}
