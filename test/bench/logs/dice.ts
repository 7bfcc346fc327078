/**
 * Seeded random numbers, fast enough for gigabytes of records.
 *
 * Guarantee: the same name gives the same numbers on every machine and Node version; streams of different names are
 * independent, so that what one of them draws changes nothing in another. Not for secrets: the logs have none.
 */

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE64 = `${BASE62}+/`;
const BYTE_HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export class Dice {
  private a = 0x9e3779b9;
  private b = 0x243f6a88;
  private c = 0xb7e15162;
  private counter = 1;

  constructor(name: string) {
    for (let index = 0; index < name.length; index++) {
      const code = name.charCodeAt(index);
      this.a = Math.imul(this.a ^ code, 0x85ebca6b);
      this.b = Math.imul(this.b ^ code, 0xc2b2ae35) + index;
      this.c = Math.imul(this.c + code, 0x27d4eb2f);
    }
    for (let round = 0; round < 12; round++) {
      this.next();
    }
  }

  /** An unsigned 32-bit number (sfc32, public domain). */
  private next(): number {
    const sum = (this.a + this.b + this.counter++) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** In [0, 1). */
  fraction(): number {
    return this.next() / 0x1_0000_0000;
  }

  /** A whole number in [low, high], both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(from: readonly T[]): T {
    const chosen = from[this.int(0, from.length - 1)];
    if (chosen === undefined) {
      throw new Error('nothing to pick from');
    }
    return chosen;
  }

  /** One of the first more often than one of the last: rank r with probability ~ 1/(r+1). */
  zipf<T>(from: readonly T[]): T {
    const rank = Math.floor(Math.exp(this.fraction() * Math.log(from.length + 1)) - 1);
    return from[Math.min(rank, from.length - 1)] ?? this.pick(from);
  }

  private text(alphabet: string, length: number): string {
    let out = '';
    for (let index = 0; index < length; index++) {
      out += alphabet.charAt(this.int(0, alphabet.length - 1));
    }
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

  base64(length: number): string {
    let out = '';
    for (let left = length; left > 0; left -= 5) {
      let bits = this.next();
      for (let index = Math.min(5, left); index > 0; index--) {
        out += BASE64.charAt(bits & 63);
        bits >>>= 6;
      }
    }
    return out;
  }

  hex(length: number): string {
    let out = '';
    while (out.length < length) {
      out += this.word();
    }
    return out.slice(0, length);
  }

  uuid(): string {
    const [a, b, c, d] = [this.word(), this.word(), this.word(), this.word()];
    const variant = '89ab'.charAt(parseInt(c.charAt(0), 16) & 3);
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
  }

  /** Eight hexadecimal digits. */
  private word(): string {
    const bits = this.next();
    return (
      (BYTE_HEX[bits & 255] ?? '') +
      (BYTE_HEX[(bits >>> 8) & 255] ?? '') +
      (BYTE_HEX[(bits >>> 16) & 255] ?? '') +
      (BYTE_HEX[bits >>> 24] ?? '')
    );
  }
}
