/**
 * Seeded random numbers, fast enough for gigabytes of records.
 *
 * Guarantee: the same name gives the same numbers on every machine and Node version; streams of different names are
 * independent, so that what one of them draws changes nothing in another. Not for secrets: the logs have none.
 */
import { Random } from '../../../scripts/sample/prng';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BYTE_HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export class Dice extends Random {
  constructor(name: string) {
    super(name, 12);
  }

  /** In [0, 1). */
  fraction(): number {
    return this.next() / 0x1_0000_0000;
  }

  /** One of the first more often than one of the last: rank r with probability ~ 1/(r+1). */
  zipf<T>(from: readonly T[]): T {
    const rank = Math.floor(Math.exp(this.fraction() * Math.log(from.length + 1)) - 1);
    return from[Math.min(rank, from.length - 1)] ?? this.pick(from);
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

  override hex(length: number): string {
    let out = '';
    while (out.length < length) {
      out += this.word();
    }
    return out.slice(0, length);
  }

  override uuid(): string {
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
