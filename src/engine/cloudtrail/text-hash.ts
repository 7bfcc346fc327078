/**
 * The hash of a text's bytes, by which dictionaries of different files and threads find each other's texts.
 *
 * Guarantee: the same as `hashBytes` of the WebAssembly module (src/wasm/scan-texts.ts), whatever the bytes are aligned to.
 */

const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;

function mixed(lane: number, word: number): number {
  const product = Math.imul(lane ^ word, PRIME_1);
  return (product << 15) | (product >>> 17);
}

function rotated(lane: number, by: number): number {
  return (lane << by) | (lane >>> (32 - by));
}

/** The bytes in words of four, zeros behind them up to a multiple of sixteen bytes; four words at a time do not wait for each other. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let a = PRIME_1 | 0;
  let b = PRIME_2 | 0;
  let c = PRIME_3 | 0;
  let d = 0;
  let at = start;
  for (const last = end - 15; at < last; at += 16) {
    a = mixed(a, wordAt(bytes, at));
    b = mixed(b, wordAt(bytes, at + 4));
    c = mixed(c, wordAt(bytes, at + 8));
    d = mixed(d, wordAt(bytes, at + 12));
  }
  if (at < end) {
    a = mixed(a, lastWord(bytes, at, end));
    b = mixed(b, lastWord(bytes, at + 4, end));
    c = mixed(c, lastWord(bytes, at + 8, end));
    d = mixed(d, lastWord(bytes, at + 12, end));
  }
  let hash = (rotated(a, 1) + rotated(b, 7) + rotated(c, 12) + rotated(d, 18) + (end - start)) | 0;
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

/** The word at `at`, as far as it stands before `end`. */
function lastWord(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 <= end) return wordAt(bytes, at);
  let word = 0;
  for (let i = at, shift = 0; i < end; i += 1, shift += 8) word |= (bytes[i] ?? 0) << shift;
  return word;
}
