/**
 * A file of ordinary size read at once into the memory of the WebAssembly module, where its scanner reads.
 *
 * Guarantee: gives the bytes that `gunzippedChunks` or `plainChunks` give, or nothing: for a file that cannot be read, that is
 * damaged, too large, or no JSON. Then those show what it is, with their errors and what precedes a damage. Blocks its
 * thread, which is one for parsing: that is faster than to wait for four answers.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { GzipMagic, sniff, SNIFF_LENGTH } from '../../engine/cloudtrail/sniff';
import type { GunzipKernel } from './gunzip-kernel';

export interface WholeFile {
  /** In the module's memory: valid until it grows. */
  readonly bytes: Uint8Array;
  readonly gzip: boolean;
}

/** `isKnown`: given the file as it is on disk; gives nothing, then, when that says that nobody needs it. */
export function readWhole(
  path: string,
  kernel: GunzipKernel,
  isKnown?: (onDisk: Uint8Array) => boolean,
): WholeFile | undefined {
  const file = readInto(path, kernel, isKnown);
  // What is read of other files, and how much, is told of a stream.
  return file !== undefined && sniff(file.bytes.subarray(0, SNIFF_LENGTH)) === 'json' ? file : undefined;
}

function readInto(
  path: string,
  kernel: GunzipKernel,
  isKnown: ((onDisk: Uint8Array) => boolean) | undefined,
): WholeFile | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size < GzipMagic.length || stats.size > kernel.maxBytes) {
      return undefined;
    }
    const magic = kernel.input(GzipMagic.length);
    readSync(file, magic, 0, GzipMagic.length, 0);
    const gzip = magic[0] === GzipMagic[0] && magic[1] === GzipMagic[1];
    if (gzip && stats.size > kernel.maxCompressed) {
      return undefined;
    }
    const bytes = gzip ? kernel.compressed(stats.size) : kernel.input(stats.size);
    for (let at = 0; at < bytes.length;) {
      const read = readSync(file, bytes, at, bytes.length - at, at);
      if (read === 0) {
        return undefined;
      }
      at += read;
    }
    if (isKnown?.(bytes) === true) {
      return undefined;
    }
    const plain = gzip ? kernel.gunzip(bytes.length) : bytes;
    return plain && { bytes: plain, gzip };
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
