/**
 * CRC-32 as gzip has it (polynomial 0xEDB88320), over bytes of the memory.
 *
 * A long message is first made a short one that has the same remainder: x^(8·4018) ≡ x^(8·2091) + x^(8·1837) + 1 modulo the
 * polynomial, so that every byte can be struck out by xoring it to three bytes behind it, 1927, 2181 and 4018 bytes on.
 * That takes four loads and three xors for sixteen bytes, no multiplication and no table; what is left goes through tables.
 * (A sparse multiple of the polynomial is the idea of the algorithm known as Chorba.)
 *
 * Guarantee: reads no byte outside of [at, at + length).
 */

const FAR: usize = 4018;
const MIDDLE: usize = 2181;
const NEAR: usize = 1927;
/** FAR, rounded up to whole vectors. */
const HISTORY: usize = 4032;
const BLOCK: usize = 12288;
const LANES: usize = 64;

/** Bytes of the message with what was struck out before them: HISTORY of them, then the block that is being made. */
const work: usize = memory.data(16384, 16);
/** Table t tells what a byte does t bytes later. */
const tables: usize = memory.data(8192, 16);
const TABLE: usize = 1024;
let loaded: bool = false;

function loadTables(): void {
  loaded = true;
  for (let byte: u32 = 0; byte < 256; byte++) {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    store<u32>(tables + byte * 4, rest);
  }
  for (let at = tables; at < tables + 7 * TABLE; at += 4) {
    const rest = load<u32>(at);
    store<u32>(at, (rest >>> 8) ^ load<u32>(tables + (rest & 255) * 4), TABLE);
  }
}

export function crc32(at: usize, length: usize): u32 {
  if (!loaded) loadTables();
  const end = at + length;
  if (length < 4 * FAR) return ~byTables(0xffffffff, at, end);
  const start = work + HISTORY;
  const full = start + BLOCK;
  memory.fill(work, 0, HISTORY);
  // A register that begins with ones is a message whose first 32 bits are inverted.
  v128.store(start, v128.xor(v128.load(at), i32x4(-1, 0, 0, 0)));
  at += 16;
  let to = start + 16;
  const last = end - FAR - LANES;
  while (at <= last) {
    if (to + LANES > full) {
      memory.copy(work, to - HISTORY, HISTORY);
      to = start;
    }
    v128.store(to, struck(at, to));
    v128.store(to + 16, struck(at + 16, to + 16));
    v128.store(to + 32, struck(at + 32, to + 32));
    v128.store(to + 48, struck(at + 48, to + 48));
    at += LANES;
    to += LANES;
  }
  memory.copy(work, to - HISTORY, HISTORY);
  memory.copy(start, at, end - at);
  xorBehind(start, NEAR);
  xorBehind(start, MIDDLE);
  xorBehind(start, FAR);
  return ~byTables(0, start, start + (end - at));
}

function struck(at: usize, to: usize): v128 {
  return v128.xor(v128.xor(v128.load(at), v128.load(to - NEAR)), v128.xor(v128.load(to - MIDDLE), v128.load(to - FAR)));
}

/** Xors the `length` bytes before `start` to those from `start`. */
function xorBehind(start: usize, length: usize): void {
  let at = start;
  for (; at + 8 <= start + length; at += 8) store<u64>(at, load<u64>(at) ^ load<u64>(at - length));
  for (; at < start + length; at++) store<u8>(at, load<u8>(at) ^ load<u8>(at - length));
}

function byTables(register: u32, at: usize, end: usize): u32 {
  for (; at + 8 <= end; at += 8) {
    const low = load<u32>(at) ^ register;
    const high = load<u32>(at, 4);
    register =
      load<u32>(tables + (low & 255) * 4, 7 * TABLE) ^
      load<u32>(tables + ((low >>> 8) & 255) * 4, 6 * TABLE) ^
      load<u32>(tables + ((low >>> 16) & 255) * 4, 5 * TABLE) ^
      load<u32>(tables + (low >>> 24) * 4, 4 * TABLE) ^
      load<u32>(tables + (high & 255) * 4, 3 * TABLE) ^
      load<u32>(tables + ((high >>> 8) & 255) * 4, 2 * TABLE) ^
      load<u32>(tables + ((high >>> 16) & 255) * 4, TABLE) ^
      load<u32>(tables + (high >>> 24) * 4);
  }
  for (; at < end; at++) register = (register >>> 8) ^ load<u32>(tables + ((register ^ load<u8>(at)) & 255) * 4);
  return register;
}
