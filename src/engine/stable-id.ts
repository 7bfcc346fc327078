/**
 * Ids that stay the same between runs, machines and orders of files: a hash of what a thing is, never of when it was seen.
 *
 * Guarantee: different lists of parts give different texts to hash (`['a', 'bc']` and `['ab', 'c']` differ).
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** `<prefix>-<16 hex digits>`. */
export function stableId(prefix: string, parts: readonly string[]): string {
  const text = parts.map((part) => `${String(part.length)}:${part}`).join('');
  return `${prefix}-${bytesToHex(sha256(utf8ToBytes(text))).slice(0, 16)}`;
}
