/**
 * Numbers for byte strings: the same bytes give the same number, without making text of them.
 *
 * Guarantee: memory is the distinct bytes; keys made to collide cost at most `MAX_PROBES` comparisons each, and then are
 * simply not interned. Numbers count up from 0 in the order of first appearance.
 */
import { grown } from './grown';
import { hashBytes } from './text-hash';

const MAX_PROBES = 64;

/** Beyond this nothing new is interned. */
const MAX_ARENA = 512 * 1024 * 1024;

export class ByteInterner {
  /** Values interned so far. */
  size = 0;
  /** Number + 1 by hash; 0 is free. */
  private table = new Int32Array(256);
  private hashes = new Uint32Array(64);
  /** Value n is arena[offsets[n], offsets[n + 1]). */
  private offsets = new Int32Array(65);
  private arena = new Uint8Array(4096);

  /**
   * The number of these bytes; `size - 1` right after it grew by one when they are new; -1 when they are not interned.
   * `guess` is compared first: values of one field often come in runs, and then nothing needs to be hashed.
   */
  intern(bytes: Uint8Array, start: number, end: number, guess: number): number {
    if (guess >= 0 && this.is(guess, bytes, start, end)) return guess;
    const hash = hashBytes(bytes, start, end);
    const mask = this.table.length - 1;
    let slot = hash & mask;
    for (let probe = 0; probe < MAX_PROBES; probe += 1) {
      const found = (this.table[slot] ?? 0) - 1;
      if (found < 0) return this.add(slot, hash, bytes, start, end);
      if (this.hashes[found] === hash && this.is(found, bytes, start, end)) return found;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  private is(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.offsets[number] ?? 0;
    if ((this.offsets[number + 1] ?? 0) - from !== end - start) return false;
    const arena = this.arena;
    for (let at = start, other = from; at < end; at += 1, other += 1) {
      if (bytes[at] !== arena[other]) return false;
    }
    return true;
  }

  private add(slot: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const from = this.offsets[this.size] ?? 0;
    const to = from + end - start;
    if (to > MAX_ARENA) return -1;
    if (to > this.arena.length) this.arena = grown(this.arena, to);
    if (this.size === this.hashes.length) {
      this.hashes = grown(this.hashes, this.size + 1);
      this.offsets = grown(this.offsets, this.size + 2);
    }
    this.arena.set(bytes.subarray(start, end), from);
    this.hashes[this.size] = hash;
    this.offsets[this.size + 1] = to;
    this.size += 1;
    this.table[slot] = this.size;
    if (this.size * 2 > this.table.length) this.rehash();
    return this.size - 1;
  }

  private rehash(): void {
    const table = new Int32Array(this.table.length * 4);
    const mask = table.length - 1;
    for (let n = 0; n < this.size; n += 1) {
      let slot = (this.hashes[n] ?? 0) & mask;
      let probe = 0;
      while (table[slot] !== 0 && probe < MAX_PROBES) {
        slot = (slot + 1) & mask;
        probe += 1;
      }
      // Left out here, the value will be taken for a new one: a second number for it, never a wrong one.
      if (probe < MAX_PROBES) table[slot] = n + 1;
    }
    this.table = table;
  }
}
