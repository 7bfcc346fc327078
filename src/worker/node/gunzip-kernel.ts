/**
 * Whole gzip files, decompressed by the WebAssembly module to where its scanner reads.
 *
 * Guarantee: what it gives is, byte for byte, what zlib gives, every member's length and CRC-32 verified. It gives nothing
 * for whatever is not a sound gzip file that fits, so that zlib can tell what is wrong, or read it as a stream.
 */
import { GzipMagic } from '../../engine/cloudtrail/sniff';

/** What the module exports; addresses are bytes from the start of its memory. */
export interface InflateExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly compressedStart: () => number;
  readonly compressedCapacity: () => number;
  readonly inputStart: () => number;
  readonly inputCapacity: () => number;
  /** 0 where the stream is whole and sound. May write 512 bytes more than the target has. */
  readonly inflate: (source: number, sourceLength: number, target: number, targetLength: number) => number;
  readonly inflatedBytes: () => number;
  readonly inflateEnd: () => number;
  readonly crc32: (at: number, length: number) => number;
}

const DONE = 0;
const OVERRUN = 512;
const DEFLATE = 8;
const Flag = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;
const HEADER_BYTES = 10;
/** CRC-32 and length, of four bytes each. */
const TRAILER_BYTES = 8;

/**
 * Files that decompress to more are read as streams: memory once used is not given back, and a worker should need no more
 * of it for one unusual file. CloudTrail's files have a few megabytes.
 */
const MAX_BYTES = 32 * 1024 * 1024;

export class GunzipKernel {
  private readonly compressedStart: number;
  private readonly inputStart: number;
  /** Bytes a compressed file may have, and bytes a file may have that is read as it is or was decompressed. */
  readonly maxCompressed: number;
  readonly maxBytes: number;

  constructor(private readonly module: InflateExports) {
    this.compressedStart = module.compressedStart() >>> 0;
    this.inputStart = module.inputStart() >>> 0;
    this.maxCompressed = module.compressedCapacity() >>> 0;
    this.maxBytes = Math.min(MAX_BYTES, (module.inputCapacity() >>> 0) - OVERRUN);
  }

  /** Where a compressed file of `length` bytes is to be put. Valid until the memory grows, as all views. */
  compressed(length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.module.memory.buffer, this.compressedStart, length);
  }

  /** Where the scanner reads: plain files are put there, `gunzip` puts there what it makes. */
  input(length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.module.memory.buffer, this.inputStart, length);
  }

  /** Decompresses the `length` bytes that were put at `compressed`; undefined when zlib should see them. */
  gunzip(length: number): Uint8Array<ArrayBuffer> | undefined {
    const { module, compressedStart, inputStart } = this;
    const file = this.compressed(length);
    const words = new DataView(file.buffer, file.byteOffset, length);
    // The length of the last member, which is nearly always the only one: what cannot fit is not begun.
    if (length < HEADER_BYTES + TRAILER_BYTES || words.getUint32(length - 4, true) > this.maxBytes) {
      return undefined;
    }
    let at = 0;
    let bytes = 0;
    for (;;) {
      const body = this.headerEnd(file, at);
      const streamLength = length - TRAILER_BYTES - (body ?? length);
      if (body === undefined || streamLength < 0) {
        return undefined;
      }
      const target = inputStart + bytes;
      if (module.inflate(compressedStart + body, streamLength, target, this.maxBytes - bytes) !== DONE) {
        return undefined;
      }
      const made = module.inflatedBytes() >>> 0;
      const trailer = (module.inflateEnd() >>> 0) - compressedStart;
      if (
        words.getUint32(trailer, true) !== module.crc32(target, made) >>> 0 ||
        words.getUint32(trailer + 4, true) !== made
      ) {
        return undefined;
      }
      bytes += made;
      at = trailer + TRAILER_BYTES;
      if (at === length || isPadding(file, at)) {
        return this.input(bytes);
      }
    }
  }

  /** Where the stream behind the member's header at `start` begins. */
  private headerEnd(file: Uint8Array, start: number): number | undefined {
    const [magic1, magic2, method, flags = 0] = file.subarray(start, start + HEADER_BYTES);
    if (magic1 !== GzipMagic[0] || magic2 !== GzipMagic[1] || method !== DEFLATE || (flags & Flag.reserved) !== 0) {
      return undefined;
    }
    let at = start + HEADER_BYTES;
    if ((flags & Flag.extra) !== 0) {
      at += 2 + ((file[at] ?? 0) | ((file[at + 1] ?? 0) << 8));
    }
    for (const text of [Flag.name, Flag.comment]) {
      if ((flags & text) !== 0) {
        const zero = file.indexOf(0, at);
        if (zero < 0) {
          return undefined;
        }
        at = zero + 1;
      }
    }
    if ((flags & Flag.headerCrc) !== 0) {
      const crc = this.module.crc32(this.compressedStart + start, Math.min(at, file.length) - start) & 0xffff;
      if (crc !== ((file[at] ?? 0) | ((file[at + 1] ?? 0) << 8))) {
        return undefined;
      }
      at += 2;
    }
    return at <= file.length ? at : undefined;
  }
}

/** Zeros up to the end, as tapes and some writers have them. */
function isPadding(file: Uint8Array, from: number): boolean {
  for (let at = from; at < file.length; at++) {
    if (file[at] !== 0) {
      return false;
    }
  }
  return true;
}
