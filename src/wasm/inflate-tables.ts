/**
 * Decode tables of DEFLATE's Huffman codes (RFC 1951).
 *
 * A table is indexed by the next bits of the stream, as many as its root has; longer codes go on in a table behind it. The
 * entries are what decoding needs, in one word:
 *
 *     literals  bit 31; 16-23 second byte, 8-15 first byte, 6-7 how many bytes (two where the index holds both codes)
 *     value     16-30 base of the length or distance, 8-12 length of the code; bits 0-5 include the extra bits
 *     others    bit 15: END_OF_BLOCK, SUBTABLE (16-30 its first entry, 8-11 the bits of its index), or neither: no such code
 *
 * and in bits 0-5, in all of them, how many bits of the stream they use up. Shifts take their amount modulo 64, so that an
 * entry is shifted by as it is.
 *
 * Guarantee: a code is refused exactly where zlib refuses it: over-subscribed, or incomplete and not a single code of one bit.
 */

export const LITERALS: u32 = 0x80000000;
export const OTHER: u32 = 0x8000;
export const SUBTABLE: u32 = 0x4000;
export const END_OF_BLOCK: u32 = 0x2000;

/** Ten bits: a larger table is longer in the making than it saves at sixteen thousand symbols a block. */
export const LITLEN_BITS: u32 = 10;
export const DISTANCE_BITS: u32 = 8;
export const LENGTHS_BITS: u32 = 7;

/** As many entries as any code can need: at most 1334 with 288 symbols and a root of ten bits, 402 with 32 and eight. */
export const litlenTable: usize = memory.data(1408 * 4, 16);
export const distanceTable: usize = memory.data(512 * 4, 16);
export const lengthsTable: usize = memory.data(128 * 4, 16);

/** The entries of the symbols, without the lengths of their codes. */
const litlenSymbols: usize = memory.data(288 * 4, 16);
const distanceSymbols: usize = memory.data(32 * 4, 16);
const lengthsSymbols: usize = memory.data(19 * 4, 16);

const MAX_BITS: u32 = 15;
/** By code length: how many codes, and where the next symbol goes in `sorted`. */
const counts: usize = memory.data(64, 16);
const places: usize = memory.data(64, 16);
/** The symbols that have codes, in the order of the codes. */
const sorted: usize = memory.data(288 * 2, 16);

export function loadSymbols(): void {
  for (let symbol: u32 = 0; symbol < 256; symbol++) {
    store<u32>(litlenSymbols + symbol * 4, LITERALS | (symbol << 8) | (1 << 6));
  }
  store<u32>(litlenSymbols + 256 * 4, OTHER | END_OF_BLOCK);
  for (let symbol: u32 = 257; symbol < 285; symbol++) {
    const index = symbol - 257;
    const extra: u32 = index < 8 ? 0 : (index >>> 2) - 1;
    const base: u32 = index < 8 ? 3 + index : 3 + ((4 + (index & 3)) << extra);
    store<u32>(litlenSymbols + symbol * 4, (base << 16) | extra);
  }
  store<u32>(litlenSymbols + 285 * 4, 258 << 16);
  for (let symbol: u32 = 286; symbol < 288; symbol++) store<u32>(litlenSymbols + symbol * 4, OTHER);
  for (let symbol: u32 = 0; symbol < 30; symbol++) {
    const extra: u32 = symbol < 4 ? 0 : (symbol >>> 1) - 1;
    const base: u32 = symbol < 4 ? 1 + symbol : 1 + ((2 + (symbol & 1)) << extra);
    store<u32>(distanceSymbols + symbol * 4, (base << 16) | extra);
  }
  for (let symbol: u32 = 30; symbol < 32; symbol++) store<u32>(distanceSymbols + symbol * 4, OTHER);
  for (let symbol: u32 = 0; symbol < 19; symbol++) store<u32>(lengthsSymbols + symbol * 4, symbol << 16);
}

/** `lengths` of `count` symbols, a byte each. False: no such code. */
export function buildLitlen(lengths: usize, count: u32): bool {
  if (!build(litlenTable, lengths, count, litlenSymbols, LITLEN_BITS, true)) return false;
  pairLiterals();
  return true;
}

export function buildDistances(lengths: usize, count: u32): bool {
  return build(distanceTable, lengths, count, distanceSymbols, DISTANCE_BITS, true);
}

/** The code in which the lengths of the others are written. */
export function buildLengths(lengths: usize): bool {
  return build(lengthsTable, lengths, 19, lengthsSymbols, LENGTHS_BITS, false);
}

/** `mayBeSingle`: no code at all, or one of one bit, is one too. */
function build(table: usize, lengths: usize, count: u32, symbols: usize, root: u32, mayBeSingle: bool): bool {
  memory.fill(counts, 0, 64);
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const at = counts + <u32>load<u8>(lengths + symbol) * 4;
    store<u32>(at, load<u32>(at) + 1);
  }
  let used: u32 = 0;
  let open: i32 = 1;
  for (let length: u32 = 1; length <= MAX_BITS; length++) {
    const codes = load<u32>(counts + length * 4);
    store<u32>(places + length * 4, used);
    used += codes;
    open = (open << 1) - <i32>codes;
    if (open < 0) return false;
  }
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const length = <u32>load<u8>(lengths + symbol);
    if (length == 0) continue;
    const place = load<u32>(places + length * 4);
    store<u16>(sorted + place * 2, <u16>symbol);
    store<u32>(places + length * 4, place + 1);
  }
  if (open > 0) {
    if (!mayBeSingle || used > 1 || (used == 1 && load<u32>(counts + 4) != 1)) return false;
    const only = used == 1 ? entryOf(symbols, sorted, 1) : OTHER;
    for (let at: u32 = 0; at < (<u32>1) << root; at += 2) {
      store<u32>(table + at * 4, only);
      store<u32>(table + at * 4, OTHER, 4);
    }
    return true;
  }
  fill(table, symbols, root);
  return true;
}

/** Of a complete code: codes come in their order, with their bits reversed, as the stream has them. */
function fill(table: usize, symbols: usize, root: u32): void {
  let next = sorted;
  let code: u32 = 0;
  let length: u32 = 1;
  // A table for one bit more is the table twice, with the codes of that length in place of what they extend.
  let size: u32 = 1;
  for (; length <= root; length++) {
    memory.copy(table + size * 4, table, size * 4);
    size <<= 1;
    for (let codes = load<u32>(counts + length * 4); codes > 0; codes--) {
      store<u32>(table + code * 4, entryOf(symbols, next, length));
      next += 2;
      if (code == size - 1) {
        // All ones: there is no code behind it.
        for (; size < (<u32>1) << root; size <<= 1) memory.copy(table + size * 4, table, size * 4);
        return;
      }
      code = following(code, size - 1);
    }
  }
  const rootMask = ((<u32>1) << root) - 1;
  let prefix: u32 = 0xffffffff;
  let start: u32 = 0;
  let end: u32 = 1 << root;
  for (; length <= MAX_BITS; length++) {
    for (let codes = load<u32>(counts + length * 4); codes > 0; codes--) {
      if ((code & rootMask) != prefix) {
        prefix = code & rootMask;
        // As many bits as the codes with this prefix have at most: those that come next, until its space is full.
        let bits = length - root;
        for (let space = codes; space < (<u32>1) << bits;) {
          bits++;
          space = (space << 1) + load<u32>(counts + (root + bits) * 4);
        }
        start = end;
        end = start + (1 << bits);
        store<u32>(table + prefix * 4, (start << 16) | OTHER | SUBTABLE | (bits << 8) | root);
      }
      const entry = entryOf(symbols, next, length - root);
      next += 2;
      for (let at = start + (code >>> root); at < end; at += (<u32>1) << (length - root)) {
        store<u32>(table + at * 4, entry);
      }
      code = following(code, ((<u32>1) << length) - 1);
    }
  }
}

/** The entry of the symbol at `at` in `sorted`, whose code has so many bits in this table. */
function entryOf(symbols: usize, at: usize, bits: u32): u32 {
  const entry = load<u32>(symbols + <u32>load<u16>(at) * 4);
  return entry + bits + (entry & (LITERALS | OTHER) ? 0 : bits << 8);
}

/** The code behind `code`: one more, in reversed bits. */
function following(code: u32, ones: u32): u32 {
  const open = code ^ ones;
  if (open == 0) return 0;
  const bit: u32 = 0x80000000 >>> clz(open);
  return (code & (bit - 1)) | bit;
}

/** Two literals in one step where the index holds the codes of both. Downwards: the second is looked up as it was. */
function pairLiterals(): void {
  for (let index: i32 = (1 << LITLEN_BITS) - 1; index >= 0; index--) {
    const at = litlenTable + <u32>index * 4;
    const first = load<u32>(at);
    const second = load<u32>(litlenTable + ((<u32>index) >>> (first & 15)) * 4);
    const bits = (first & 63) + (second & 63);
    const both = LITERALS | bits | (2 << 6) | (first & 0xff00) | ((second & 0xff00) << 8);
    store<u32>(at, select<u32>(both, first, (first & second & LITERALS) != 0 && bits <= LITLEN_BITS));
  }
}
