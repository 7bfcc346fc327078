/**
 * Distinct texts as bytes in one buffer: a dictionary that is transferred between threads as it is, and compared without making
 * strings of it.
 *
 * Layout: text n is bytes[start, ends[n]), where it starts at the end of the text before, rounded up to a multiple of four;
 * the bytes up to there are zeros. Bytes are UTF-8. A text that is not Unicode (a lone surrogate, which only an escape can
 * write) is the byte 0xff and the inside of the JSON string.
 *
 * Guarantee: equal texts have equal bytes and equal hashes.
 */
import { grown } from './grown';
import { decodeUtf8 } from './text';
import { hashBytes } from './text-hash';

export { hashBytes };

export interface Texts {
  readonly bytes: Uint8Array;
  /** As many as there are texts. */
  readonly ends: Uint32Array;
  /** `hashBytes` of each. */
  readonly hashes: Uint32Array;
}

/** No UTF-8 text has it. */
const NOT_UNICODE = 0xff;

/** Where text `index` starts. */
export function textStart({ ends }: Pick<Texts, 'ends'>, index: number): number {
  return index === 0 ? 0 : ((ends[index - 1] ?? 0) + 3) & ~3;
}

export function textAtIndex(texts: Texts, index: number): string {
  return textOf(texts.bytes, textStart(texts, index), texts.ends[index] ?? 0);
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return bytes[start] === NOT_UNICODE && start < end
    ? (JSON.parse(`"${decodeUtf8(bytes, start + 1, end)}"`) as string)
    : decodeUtf8(bytes, start, end);
}

/** All texts, for whoever needs them as strings. */
export function textsOf(texts: Texts): string[] {
  return Array.from(texts.ends, (_, index) => textAtIndex(texts, index));
}

/** Part of the language's host everywhere (Node, browsers, workers), but of no `lib` the engine is compiled with. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const encoder = new TextEncoder();

const LONE_SURROGATE = /\p{Surrogate}/u;

export function bytesOfText(text: string): Uint8Array {
  if (!LONE_SURROGATE.test(text)) return encoder.encode(text);
  const inside = encoder.encode(JSON.stringify(text).slice(1, -1));
  const bytes = new Uint8Array(inside.length + 1);
  bytes[0] = NOT_UNICODE;
  bytes.set(inside, 1);
  return bytes;
}

/** Texts one after the other; whoever adds them sees to it that they are distinct. */
export class TextsBuilder {
  size = 0;
  private bytes: Uint8Array;
  private ends = new Uint32Array(64);
  private hashes = new Uint32Array(64);
  private end = 0;

  /** `room`: how many bytes are expected. */
  constructor(room = 1024) {
    this.bytes = new Uint8Array(room);
  }

  add(bytes: Uint8Array, start: number, end: number, hash = hashBytes(bytes, start, end)): number {
    const from = (this.end + 3) & ~3;
    const to = from + end - start;
    if (to > this.bytes.length) this.bytes = grown(this.bytes, to);
    if (this.size === this.ends.length) {
      this.ends = grown(this.ends, this.size + 1);
      this.hashes = grown(this.hashes, this.size + 1);
    }
    this.bytes.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), from);
    this.ends[this.size] = to;
    this.hashes[this.size] = hash;
    this.end = to;
    this.size += 1;
    return this.size - 1;
  }

  addText(text: string): number {
    const bytes = bytesOfText(text);
    return this.add(bytes, 0, bytes.length);
  }

  /** Arrays in one buffer that holds nothing else. */
  finish(): Texts {
    const ends = (this.end + 3) & ~3;
    const buffer = new ArrayBuffer(ends + 8 * this.size);
    const texts = {
      bytes: new Uint8Array(buffer, 0, this.end),
      ends: new Uint32Array(buffer, ends, this.size),
      hashes: new Uint32Array(buffer, ends + 4 * this.size, this.size),
    };
    texts.bytes.set(this.bytes.subarray(0, this.end));
    texts.ends.set(this.ends.subarray(0, this.size));
    texts.hashes.set(this.hashes.subarray(0, this.size));
    return texts;
  }

  /** Bytes of what was added. */
  get length(): number {
    return this.end;
  }
}
