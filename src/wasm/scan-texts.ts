/**
 * Texts by their bytes: each distinct value once in the arena, for all files that this instance reads, and the dictionaries
 * of the file that is being read, as lists of entries in the order of first appearance.
 *
 * Guarantee: the numbers of a file do not depend on the files before it. Keys made to collide cost at most MAX_PROBES
 * comparisons each, and then are simply not found.
 *
 * An entry, aligned to 16 bytes:
 *      0  hash of kind and bytes        16  its number in the file's dictionary
 *      4  length of the bytes           20  kind
 *      8  entry of the text they stand  24  next entry of the file's dictionary
 *         for: itself, or NONE          28  hash of the bytes
 *     12  the file that 16 and 24       32  the bytes, filled up with zeros to a multiple of 16
 *         are of
 */
import { ARENA, ensure } from './memory';
import { NONE } from './scan-json';

export const STRING: u32 = 0;
export const CALLER: u32 = 1;
/** Names of actions: no dictionary of a file has them. */
export const NAME: u32 = 2;
/** The insides of strings with escapes: none of these is in a dictionary either. */
export const RAW: u32 = 3;
const KINDS = 4;

const HEAD: usize = 32;
const MAX_PROBES = 64;

/** Beyond this the next file begins with an empty arena. */
const ARENA_LIMIT: usize = 64 << 20;

const FIRST_SLOTS: u32 = 1 << 16;

/** File being read; entries of another number are in no dictionary of this one. */
let file: u32 = 0;

/** Addresses of entries by hash; NONE is free. */
let table: usize = 0;
let slots: u32 = 0;
let used: u32 = 0;
/** First free byte. */
let top: usize = ARENA;

/** By kind: number of entries in the file's dictionary, bytes that it takes packed, its first and last entry. */
const counts: usize = memory.data(KINDS * 4);
const sizes: usize = memory.data(KINDS * 4);
const heads: usize = memory.data(KINDS * 4);
const tails: usize = memory.data(KINDS * 4);

/** Sixteen times 0xff, sixteen zeros: from byte 16 - n on, a mask of n bytes. */
const MASKS: usize = memory.data<u8>([
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0,
]);

/** The first `count` bytes, fewer than 16, the others zeros. */
export function firstBytes(at: usize, count: usize): v128 {
  return v128.and(v128.load(at), v128.load(MASKS + 16 - count));
}

const PRIME_1: u32 = 0x9e3779b1;
const PRIME_2: u32 = 0x85ebca77;
const PRIME_3: u32 = 0xc2b2ae3d;

/** The hash of src/engine/cloudtrail/text-hash.ts. */
export function hashBytes(at: usize, length: usize): u32 {
  let a: u32 = PRIME_1;
  let b: u32 = PRIME_2;
  let c: u32 = PRIME_3;
  let d: u32 = 0;
  const last = at + (length & ~15);
  for (; at < last; at += 16) {
    a = rotl((a ^ load<u32>(at)) * PRIME_1, 15);
    b = rotl((b ^ load<u32>(at, 4)) * PRIME_1, 15);
    c = rotl((c ^ load<u32>(at, 8)) * PRIME_1, 15);
    d = rotl((d ^ load<u32>(at, 12)) * PRIME_1, 15);
  }
  const rest = length & 15;
  if (rest != 0) {
    const words = firstBytes(at, rest);
    a = rotl((a ^ (<u32>i32x4.extract_lane(words, 0))) * PRIME_1, 15);
    b = rotl((b ^ (<u32>i32x4.extract_lane(words, 1))) * PRIME_1, 15);
    c = rotl((c ^ (<u32>i32x4.extract_lane(words, 2))) * PRIME_1, 15);
    d = rotl((d ^ (<u32>i32x4.extract_lane(words, 3))) * PRIME_1, 15);
  }
  let hash: u32 = rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18) + <u32>length;
  hash = (hash ^ (hash >>> 15)) * PRIME_2;
  hash = (hash ^ (hash >>> 13)) * PRIME_3;
  return hash ^ (hash >>> 16);
}

export function bytesOf(entry: usize): usize {
  return entry + HEAD;
}

export function lengthOf(entry: usize): usize {
  return load<u32>(entry, 4);
}

/** The entry of the text that the entry's bytes stand for; NONE when they are known to stand for none. */
export function targetOf(entry: usize): usize {
  return load<u32>(entry, 8);
}

export function setTarget(entry: usize, target: usize): void {
  store<u32>(entry, <u32>target, 8);
}

/** True when the entry has exactly these bytes. */
export function is(entry: usize, at: usize, length: usize): bool {
  if (load<u32>(entry, 4) != <u32>length) return false;
  let other = entry + HEAD;
  const last = at + (length & ~15);
  for (; at < last; at += 16, other += 16) {
    if (v128.any_true(v128.xor(v128.load(at), v128.load(other)))) return false;
  }
  return !v128.any_true(v128.xor(firstBytes(at, length & 15), v128.load(other)));
}

/** True when the text was added by this call of `find`. */
export let added: bool = false;

/**
 * The entry of these bytes, a new one where there is none: its target is itself. NONE where too many others are in the way.
 */
export function find(kind: u32, at: usize, length: usize): usize {
  const plain = hashBytes(at, length);
  const hash = plain + kind * PRIME_2;
  let slot = hash & (slots - 1);
  added = false;
  for (let probe = 0; probe < MAX_PROBES; probe++) {
    const entry = <usize>load<u32>(table + ((<usize>slot) << 2));
    if (entry == NONE) {
      const fresh = create(kind, at, length, plain);
      added = true;
      store<u32>(table + ((<usize>slot) << 2), <u32>fresh);
      used++;
      if (used * 2 > slots) rehash();
      return fresh;
    }
    if (load<u32>(entry) == hash && load<u32>(entry, 20) == kind && is(entry, at, length)) return entry;
    slot = (slot + 1) & (slots - 1);
  }
  return NONE;
}

/** An entry that `find` does not know. */
export function create(kind: u32, at: usize, length: usize, hash: u32): usize {
  const entry = top;
  const padded = (length + 16) & ~15;
  reserve(HEAD + padded);
  top = entry + HEAD + padded;
  store<u32>(entry, hash + kind * PRIME_2);
  store<u32>(entry, <u32>length, 4);
  store<u32>(entry, <u32>entry, 8);
  store<u32>(entry, 0, 12);
  store<u32>(entry, 0, 16);
  store<u32>(entry, kind, 20);
  store<u32>(entry, 0, 24);
  store<u32>(entry, hash, 28);
  v128.store(entry + HEAD + (length & ~15), i64x2.splat(0));
  memory.copy(entry + HEAD, at, length);
  return entry;
}

/** Makes room for so many bytes behind the arena, so that memory does not grow before they are used up. */
export function reserve(bytes: usize): void {
  if (!ensure(top + bytes)) unreachable();
}

/** The same for so many bytes of new texts, and for the bigger table that they may need. */
export function prepare(bytes: usize): void {
  reserve(bytes + ((<usize>slots) << 4) + 64);
}

export function arenaTop(): usize {
  return top;
}

/** So many bytes of the arena, zeros. */
export function allocate(bytes: usize): usize {
  const start = (top + 15) & ~15;
  reserve(bytes + 16);
  top = start + bytes;
  memory.fill(start, 0, bytes);
  return start;
}

function rehash(): void {
  const old = table;
  const last = old + ((<usize>slots) << 2);
  table = allocate((<usize>slots) << 4);
  slots *= 4;
  for (let from = old; from < last; from += 4) {
    const entry = <usize>load<u32>(from);
    if (entry == NONE) continue;
    let slot = load<u32>(entry) & (slots - 1);
    let probe = 0;
    while (load<u32>(table + ((<usize>slot) << 2)) != 0 && probe < MAX_PROBES) {
      slot = (slot + 1) & (slots - 1);
      probe++;
    }
    // Left out here, the text gets a second entry when it comes again: at worst it is twice in a dictionary.
    if (probe < MAX_PROBES) store<u32>(table + ((<usize>slot) << 2), <u32>entry);
  }
}

/** True when the entries of earlier files are gone. */
export function beginTexts(): bool {
  file++;
  memory.fill(counts, 0, KINDS * 4);
  memory.fill(sizes, 0, KINDS * 4);
  memory.fill(heads, 0, KINDS * 4);
  memory.fill(tails, 0, KINDS * 4);
  if (table != 0 && top - ARENA <= ARENA_LIMIT) return false;
  top = ARENA;
  slots = FIRST_SLOTS;
  used = 0;
  table = allocate((<usize>slots) << 2);
  return true;
}

export function currentFile(): u32 {
  return file;
}

/** The number of an entry in the dictionary of the file being read; it is put there when it is not yet in it. */
export function numberOf(entry: usize): u32 {
  if (load<u32>(entry, 12) == file) return load<u32>(entry, 16);
  const at = (<usize>load<u32>(entry, 20)) << 2;
  const number = load<u32>(counts + at);
  store<u32>(entry, file, 12);
  store<u32>(entry, number, 16);
  store<u32>(entry, 0, 24);
  store<u32>(counts + at, number + 1);
  store<u32>(sizes + at, ((load<u32>(sizes + at) + 3) & ~3) + load<u32>(entry, 4));
  const tail = <usize>load<u32>(tails + at);
  if (tail == NONE) store<u32>(heads + at, <u32>entry);
  else store<u32>(tail, <u32>entry, 24);
  store<u32>(tails + at, <u32>entry);
  return number;
}

export function dictionarySize(kind: u32): u32 {
  return load<u32>(counts + ((<usize>kind) << 2));
}

export function dictionaryBytes(kind: u32): u32 {
  return load<u32>(sizes + ((<usize>kind) << 2));
}

/**
 * Writes the file's dictionary behind the arena, as src/engine/cloudtrail/texts.ts has it: the bytes, then from the next
 * multiple of four on the ends, then the hashes. Gives where; it holds until anything is added.
 */
export function packDictionary(kind: u32): usize {
  const size = <usize>dictionarySize(kind);
  const bytes = <usize>dictionaryBytes(kind);
  reserve(bytes + size * 8 + 32);
  const start = (top + 15) & ~15;
  let at = start;
  let ends = start + ((bytes + 3) & ~3);
  let hashes = ends + size * 4;
  for (let entry = <usize>load<u32>(heads + ((<usize>kind) << 2)); entry != NONE; entry = <usize>load<u32>(entry, 24)) {
    const length = lengthOf(entry);
    while ((at & 3) != 0) store<u8>(at++, 0);
    memory.copy(at, bytesOf(entry), length);
    at += length;
    store<u32>(ends, <u32>(at - start));
    store<u32>(hashes, load<u32>(entry, 28));
    ends += 4;
    hashes += 4;
  }
  return start;
}

/** True when the bytes are UTF-8. */
export function isUtf8(at: usize, length: usize): bool {
  const end = at + length;
  while (at < end) {
    if (end - at >= 16 && !v128.any_true(v128.and(v128.load(at), i8x16.splat(<i8>0x80)))) {
      at += 16;
      continue;
    }
    const byte = load<u8>(at++);
    if (byte < 0x80) continue;
    let more: i32;
    let least: u8 = 0x80;
    let most: u8 = 0xbf;
    if (byte >= 0xc2 && byte <= 0xdf) more = 1;
    else if (byte >= 0xe0 && byte <= 0xef) {
      more = 2;
      if (byte == 0xe0) least = 0xa0;
      else if (byte == 0xed) most = 0x9f;
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      more = 3;
      if (byte == 0xf0) least = 0x90;
      else if (byte == 0xf4) most = 0x8f;
    } else return false;
    for (; more > 0; more--) {
      if (at >= end) return false;
      const next = load<u8>(at++);
      if (next < least || next > most) return false;
      least = 0x80;
      most = 0xbf;
    }
  }
  return true;
}
