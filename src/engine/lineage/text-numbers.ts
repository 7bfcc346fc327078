/**
 * Numbers for texts of many dictionaries: the same bytes have the same number, whichever file they came in.
 *
 * Guarantee: numbers count up from 0 in the order of first appearance. Texts made to collide cost a bounded number of
 * comparisons and then a look-up by their text. Memory: the distinct bytes.
 */
import { grown } from '../cloudtrail/grown';
import { bytesOfText, hashBytes, type Texts, textStart } from '../cloudtrail/texts';

/** Slots looked at before a text goes into the other table. */
const mostProbes = 48;

const latin1Piece = 8192;

export class TextNumbers {
  size = 0;
  /** Number + 1; 0 is free. */
  private slots = new Int32Array(1024);
  private hashes = new Uint32Array(512);
  /** Text n is bytes[starts[n], ends[n]), aligned to four and filled up with zeros. */
  private starts = new Float64Array(512);
  private ends = new Float64Array(512);
  private bytes = new Uint8Array(16384);
  private words = new Uint32Array(this.bytes.buffer);
  private used = 0;
  /** Texts that found no slot, by their bytes as characters. */
  private readonly crowded = new Map<string, number>();

  /** Number of text `index`. It is new when it equals the size before. */
  ofTexts(texts: Texts, index: number): number {
    return this.number(texts.bytes, textStart(texts, index), texts.ends[index] ?? 0, texts.hashes[index] ?? 0);
  }

  ofText(text: string): number {
    const bytes = bytesOfText(text);
    return this.number(bytes, 0, bytes.length, hashBytes(bytes, 0, bytes.length));
  }

  private number(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let probe = 0; probe < mostProbes; probe++) {
      const found = (this.slots[slot] ?? 0) - 1;
      if (found < 0) {
        const number = this.add(bytes, start, end, hash);
        this.slots[slot] = number + 1;
        if (this.size * 2 > this.slots.length) {
          this.grow();
        }
        return number;
      }
      if (this.hashes[found] === hash && this.is(found, bytes, start, end)) {
        return found;
      }
      slot = (slot + 1) & mask;
    }
    const key = characters(bytes, start, end);
    const known = this.crowded.get(key);
    if (known !== undefined) {
      return known;
    }
    const number = this.add(bytes, start, end, hash);
    this.crowded.set(key, number);
    return number;
  }

  private is(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.starts[number] ?? 0;
    const length = end - start;
    if ((this.ends[number] ?? 0) - from !== length) {
      return false;
    }
    const { words } = this;
    let word = from >>> 2;
    let at = start;
    for (const last = end - 3; at < last; at += 4, word++) {
      const value =
        (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
      if (((words[word] ?? 0) | 0) !== value) {
        return false;
      }
    }
    for (let mine = word * 4; at < end; at++, mine++) {
      if (this.bytes[mine] !== bytes[at]) {
        return false;
      }
    }
    return true;
  }

  private add(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const from = this.used;
    const to = from + end - start;
    const aligned = Math.ceil(to / 4) * 4;
    if (aligned > this.bytes.length) {
      this.bytes = grown(this.bytes, aligned);
      this.words = new Uint32Array(this.bytes.buffer);
    }
    if (this.size === this.hashes.length) {
      this.hashes = grown(this.hashes, this.size + 1);
      this.starts = grown(this.starts, this.size + 1);
      this.ends = grown(this.ends, this.size + 1);
    }
    this.bytes.set(bytes.subarray(start, end), from);
    this.hashes[this.size] = hash;
    this.starts[this.size] = from;
    this.ends[this.size] = to;
    this.used = aligned;
    this.size++;
    return this.size - 1;
  }

  private grow(): void {
    const slots = new Int32Array(this.slots.length * 4);
    const mask = slots.length - 1;
    this.crowded.clear();
    for (let number = 0; number < this.size; number++) {
      let slot = (this.hashes[number] ?? 0) & mask;
      let probe = 0;
      while (slots[slot] !== 0 && probe < mostProbes) {
        slot = (slot + 1) & mask;
        probe++;
      }
      if (probe === mostProbes) {
        this.crowded.set(characters(this.bytes, this.starts[number] ?? 0, this.ends[number] ?? 0), number);
      } else {
        slots[slot] = number + 1;
      }
    }
    this.slots = slots;
  }
}

function characters(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += latin1Piece) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + latin1Piece)));
  }
  return text;
}
