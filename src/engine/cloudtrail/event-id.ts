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

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}

/** Writes the UUID in the 36 bytes from `start`; false when they are not one in lower case. */
export function readUuid(bytes: Uint8Array, start: number, words: Uint32Array, at: number): boolean {
  let digits = 0;
  let value = 0;
  let all = 0;
  for (let i = 0; i < 36; i += 1) {
    const byte = bytes[start + i];
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (byte !== 0x2d) return false;
      continue;
    }
    const digit = hexDigit(byte);
    if (digit < 0) return false;
    value = (value << 4) | digit;
    digits += 1;
    if (digits % 8 === 0) {
      words[at + digits / 8 - 1] = value;
      all |= value;
      value = 0;
    }
  }
  return all !== 0;
}

export function isMaskedId(id: string): boolean {
  return MASKED.test(id);
}

/** 128 bits of the bytes' hash. */
export function hashId(bytes: Uint8Array, words: Uint32Array, at: number): void {
  encodeWords(sha256(bytes), words, at);
}

/** The UUID of four words. Hashes of other ids print in the same form. */
export function eventIdText(a: number, b: number, c: number, d: number): string {
  const hex = [a, b, c, d].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
