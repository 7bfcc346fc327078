/**
 * Event ids as four 32-bit words: a column of a million ids is 16 MB, not a million strings.
 *
 * Guarantee: a UUID in lower case goes in and comes out unchanged; any other id is the first 128 bits of its SHA-256, so
 * that nobody can make two of them equal.
 */
import { sha256 } from '@noble/hashes/sha2.js';

/** Values that publishers put where ids were: taken for the id, they would make all records duplicates of one. */
const MASKED = /^(?:[x0*#-]+|null|none|redacted|hidden_due_to_security_reasons)$/i;

const encodeWords = (bytes: Uint8Array, words: Uint32Array, at: number): void => {
  for (let word = 0; word < 4; word += 1) {
    let value = 0;
    for (let i = 0; i < 4; i += 1) value = (value << 8) | (bytes[word * 4 + i] ?? 0);
    words[at + word] = value;
  }
};

/** Value of a digit by its byte; 255 for what is none. Capital letters are none: their ids keep their own text. */
const HEX = new Uint8Array(256).fill(255);
for (let digit = 0; digit < 16; digit += 1) HEX[digit < 10 ? 0x30 + digit : 0x57 + digit] = digit;

/** Where the eight-digit words of a UUID have their digits. */
const DIGITS = Uint8Array.of(
  0,
  1,
  2,
  3,
  4,
  5,
  6,
  7,
  9,
  10,
  11,
  12,
  14,
  15,
  16,
  17,
  19,
  20,
  21,
  22,
  24,
  25,
  26,
  27,
  28,
  29,
  30,
  31,
  32,
  33,
  34,
  35,
);

/** Writes the UUID in the 36 bytes from `start`; false when they are not one in lower case. */
export function readUuid(bytes: Uint8Array, start: number, words: Uint32Array, at: number): boolean {
  if (bytes[start + 8] !== 0x2d || bytes[start + 13] !== 0x2d) return false;
  if (bytes[start + 18] !== 0x2d || bytes[start + 23] !== 0x2d) return false;
  let value = 0;
  let all = 0;
  let seen = 0;
  for (let i = 0; i < 32; i += 1) {
    const digit = HEX[bytes[start + (DIGITS[i] ?? 0)] ?? 0] ?? 255;
    seen |= digit;
    value = (value << 4) | digit;
    if ((i & 7) === 7) {
      words[at + (i >> 3)] = value;
      all |= value;
      value = 0;
    }
  }
  // All zeros is a mask, not an id.
  return seen < 16 && all !== 0;
}

export function isMaskedId(id: string): boolean {
  return MASKED.test(id);
}

/** 128 bits of the bytes' hash. */
export function hashId(bytes: Uint8Array, words: Uint32Array, at: number): void {
  encodeWords(sha256(bytes), words, at);
}

/**
 * Writes the 64-bit fingerprint of an id that is not shown, only compared: two multiplicative hashes (FNV-1a and one of
 * another prime). Never zeros, which mean that there is no id.
 */
export function fingerprint(bytes: Uint8Array, start: number, end: number, words: Uint32Array, at: number): void {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] ?? 0;
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x85ebca6b) ^ (b >>> 15);
  }
  words[at] = a;
  words[at + 1] = b | 1;
}

const encoder = new TextEncoder();

/** The four words of an id as it is shown: a UUID, `hash:` and digits for a record without id, or any other text. */
export function eventIdWords(text: string): Uint32Array {
  const words = new Uint32Array(4);
  const hash = /^hash:([0-9a-f]{32})$/.exec(text)?.[1];
  const shown = hash === undefined ? text : eventIdText(...(hexWords(hash) as [number, number, number, number]));
  const bytes = encoder.encode(shown);
  if (bytes.length !== 36 || !readUuid(bytes, 0, words, 0)) {
    hashId(bytes, words, 0);
  }
  return words;
}

function hexWords(hex: string): readonly number[] {
  return [0, 8, 16, 24].map((at) => Number.parseInt(hex.slice(at, at + 8), 16));
}

/** The fingerprint of a text. */
export function fingerprintOf(text: string): Uint32Array {
  const words = new Uint32Array(2);
  const bytes = encoder.encode(text);
  fingerprint(bytes, 0, bytes.length, words, 0);
  return words;
}

/** The UUID of four words. Hashes of other ids print in the same form. */
export function eventIdText(a: number, b: number, c: number, d: number): string {
  const hex = [a, b, c, d].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
