/**
 * One file from disk to columns: opened, decompressed as a stream when its bytes say gzip, scanned.
 *
 * Guarantee: never rejects: whatever is wrong with the file is in its verdict; what was read before a damage is kept;
 * memory is bounded by the scanner and by what the module takes at once, not by the file. With the WebAssembly module or
 * without it, with known results or without them, the result is the same.
 */
import type { FileResult } from '../../engine/cloudtrail/columns';
import { FileScanner, type ScanOptions } from '../../engine/cloudtrail/scanner';
import type { SourceFile } from '../protocol';
import { gunzippedChunks, isGzip, plainChunks } from './decompressed';
import type { GunzipKernel } from './gunzip-kernel';
import type { ResultCache } from './result-cache';
import { readWhole } from './whole-file';

export interface ParseOptions extends ScanOptions {
  /** Told the decompressed bytes as they come. */
  readonly onBytes?: (bytes: number) => void;
  /** Reads sound files of ordinary size faster. One file at a time. */
  readonly gunzip?: GunzipKernel | undefined;
  /** Results of earlier analyses; this one is added to them. */
  readonly results?: ResultCache | undefined;
}

export async function parseFile(source: SourceFile, options: ParseOptions = {}): Promise<FileResult> {
  try {
    return await parse(source, options);
  } catch (error) {
    if (!isTrap(error)) {
      throw error;
    }
    return parse(source, { ...options, kernel: undefined, gunzip: undefined });
  }
}

/** The module's memory is full: it holds the distinct texts of a file twice, in 2 GiB at most. */
function isTrap(error: unknown): boolean {
  return error instanceof Error && error.name === 'RuntimeError';
}

async function parse(source: SourceFile, options: ParseOptions): Promise<FileResult> {
  const lookup = options.results?.lookup(source);
  const { gunzip, onBytes } = options;
  const whole = gunzip && readWhole(source.absolutePath, gunzip, (onDisk) => lookup?.ofBytes(onDisk) !== undefined);
  const known = lookup && (await lookup.ofFile(whole !== undefined));
  if (known !== undefined) {
    onBytes?.(known.bytes);
    return known;
  }
  const scanner = new FileScanner(source.displayPath, options);
  let gzip = false;
  try {
    if (whole !== undefined) {
      const { bytes, gzip: compressed } = whole;
      onBytes?.(bytes.length);
      const result = scanner.finishInPlace(bytes, { gzip: compressed });
      lookup?.keep(result);
      return result;
    }
    gzip = await isGzip(source.absolutePath);
    for await (const bytes of gzip ? gunzippedChunks(source.absolutePath) : plainChunks(source.absolutePath)) {
      scanner.push(bytes);
      onBytes?.(bytes.length);
      if (scanner.done) {
        break;
      }
    }
  } catch (error) {
    if (isTrap(error)) {
      throw error;
    }
    const result = scanner.finish({ gzip, error: reasonOf(error, gzip) });
    if (isDamage(error)) {
      lookup?.keepIfUnchanged(result);
    }
    return result;
  }
  const result = scanner.finish({ gzip });
  lookup?.keepIfUnchanged(result);
  return result;
}

/** Of the content, which is the same whenever it is read. */
function isDamage(error: unknown): boolean {
  const { code } = error as { readonly code?: string };
  return code === 'Z_BUF_ERROR' || code === 'Z_DATA_ERROR';
}

/** One phrase a person can act on. */
function reasonOf(error: unknown, gzip: boolean): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  switch (code) {
    case 'ENOENT':
      return 'the file is no longer there';
    case 'EACCES':
    case 'EPERM':
      return 'no permission to read the file';
    case 'EISDIR':
      return 'a folder, not a file';
    case 'Z_BUF_ERROR':
      return 'the gzip stream ends too early: the file is cut off';
    case 'Z_DATA_ERROR':
      return `the gzip stream is damaged (${message ?? code})`;
    default:
      return `cannot be ${gzip ? 'decompressed' : 'read'}: ${message ?? 'unknown error'}`;
  }
}
