/**
 * Seeded random numbers: the same seed gives the same numbers on every machine and Node version.
 * A stream is named by text, so that adding events to one part of the sample changes nothing in another.
 * Not for secrets: the sample has none.
 */

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export class Random {
  private a = 0x9e3779b9;
  private b = 0x243f6a88;
  private c = 0xb7e15162;
  private counter = 1;

  constructor(seed: string, rounds = 16) {
    for (let index = 0; index < seed.length; index++) {
      this.a = Math.imul(this.a ^ seed.charCodeAt(index), 0x85ebca6b);
      this.b = Math.imul(this.b ^ seed.charCodeAt(index), 0xc2b2ae35) + index;
      this.c = Math.imul(this.c + seed.charCodeAt(index), 0x27d4eb2f);
    }
    for (let round = 0; round < rounds; round++) this.next();
  }

  /** An unsigned 32-bit number (sfc32, public domain). */
  protected next(): number {
    const sum = (this.a + this.b + this.counter++) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A whole number in [low, high], both included. */
  int(low: number, high: number): number {
    return low + Math.floor((this.next() / 0x1_0000_0000) * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() / 0x1_0000_0000 < probability;
  }

  pick<T>(from: readonly T[]): T {
    const chosen = from[this.int(0, from.length - 1)];
    if (chosen === undefined) throw new Error('nothing to pick from');
    return chosen;
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, order: this.next() }))
      .sort((left, right) => left.order - right.order)
      .map(({ item }) => item);
  }

  private text(alphabet: string, length: number): string {
    let out = '';
    for (let index = 0; index < length; index++) out += alphabet.charAt(this.int(0, alphabet.length - 1));
    return out;
  }

  /** As in access key ids and unique ids: [A-Z2-7]. */
  base32(length: number): string {
    return this.text(BASE32, length);
  }

  /** As at the end of delivered file names: [A-Za-z0-9]. */
  base62(length: number): string {
    return this.text(BASE62, length);
  }

  hex(length: number): string {
    return this.text('0123456789abcdef', length);
  }

  uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${this.text('89ab', 1)}${this.hex(3)}-${this.hex(12)}`;
  }
}
