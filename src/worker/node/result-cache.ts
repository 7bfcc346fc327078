/**
 * Results of files that were read before, on disk, by the SHA-256 of what the files hold: the same content is not read again,
 * wherever it lies and whatever it is called.
 *
 * An entry is a file in one of 256 folders. It holds what an analysis needs of the log, which is as sensitive as the log:
 * nobody else may read it.
 *
 * Guarantee: an entry that is missing, damaged, cut off, or of another version of the program is as if it was not there; nothing
 * here throws. Only what the content alone has decided is kept. An entry appears whole or not at all, so that several
 * windows may use one folder, and the folder may be deleted at any time.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  futimesSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileResult } from '../../engine/cloudtrail/columns';
import { CAN_PACK, columnBytes, packResult, unpackResult } from '../../engine/cloudtrail/pack-result';
import type { SourceFile } from '../protocol';
import { plainChunks } from './decompressed';
import { stamp } from './stamp';

export interface ResultCacheOptions {
  readonly folder: string;
  /** Of the program that reads logs, 64 hexadecimal digits: results of another one are not used. */
  readonly fingerprint: string;
}

/** Smaller files are read nearly as fast as their entries, which would take more room than they do. */
export const WORTH_BYTES = 4 * 1024;
/** Larger entries would push out most others. */
const MAX_ENTRY_BYTES = 256 * 1024 * 1024;
/** Where entries of ordinary size are put together: memory that is not new is faster. */
const ROOM_BYTES = 1024 * 1024;
/** Entries that were used are marked so at most this often, ms. */
const TOUCH_INTERVAL = 60 * 60 * 1000;

export const TEMPORARY = '.tmp';

/** Of the files that a program consists of. */
export function fingerprintOf(programs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of programs) {
    // Where there is no module, everything is read without it.
    const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    hash.update(`${String(bytes.length)} `).update(bytes);
  }
  return hash.digest('hex');
}

export class ResultCache {
  private readonly fingerprint: Buffer;
  private room: ArrayBuffer | undefined;

  constructor(private readonly options: ResultCacheOptions) {
    this.fingerprint = Buffer.from(options.fingerprint, 'hex');
  }

  lookup(source: SourceFile): ResultLookup {
    return new ResultLookup(this, source);
  }

  find(key: Buffer, displayPath: string): FileResult | undefined {
    if (!CAN_PACK) {
      return undefined;
    }
    let file: number;
    try {
      file = openSync(this.pathOf(key), 'r');
    } catch {
      return undefined;
    }
    try {
      const { size, mtimeMs } = fstatSync(file);
      if (size > MAX_ENTRY_BYTES) {
        return undefined;
      }
      const packed = new ArrayBuffer(size);
      for (let at = 0; at < size;) {
        const read = readSync(file, new Uint8Array(packed), at, size - at, at);
        if (read === 0) {
          return undefined;
        }
        at += read;
      }
      const result = unpackResult(packed, displayPath, this.labelOf(key));
      if (result !== undefined && Date.now() - mtimeMs > TOUCH_INTERVAL) {
        this.touch(file);
      }
      return result;
    } catch {
      return undefined;
    } finally {
      closeSync(file);
    }
  }

  /**
   * Writes an entry; one that cannot be written is done without. At once: it costs the thread that has read the log the same
   * later, when it may be ended meanwhile.
   */
  add(key: Buffer, result: FileResult): void {
    const { columns } = result;
    if (columns === undefined || !CAN_PACK || columnBytes(columns) > MAX_ENTRY_BYTES) {
      return;
    }
    const path = this.pathOf(key);
    const temporary = `${path}.${randomUUID()}${TEMPORARY}`;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      this.room ??= new ArrayBuffer(ROOM_BYTES);
      const packed = packResult(result, columns, this.labelOf(key), this.room);
      writeFileSync(temporary, packed, { flag: 'wx', mode: 0o600 });
      renameSync(temporary, path);
    } catch {
      remove(temporary);
    }
  }

  /** What was not used for longest is removed first, and by then the last change tells when that was. */
  private touch(file: number): void {
    try {
      const now = new Date();
      futimesSync(file, now, now);
    } catch {
      // A folder that cannot be written to can still be read from.
    }
  }

  private pathOf(key: Buffer): string {
    const name = key.toString('hex');
    return join(this.options.folder, name.slice(0, 2), name.slice(2));
  }

  private labelOf(key: Buffer): Uint8Array {
    return Buffer.concat([key, this.fingerprint]);
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Left to the next pruning.
  }
}

/** One file's way to its entry. */
export class ResultLookup {
  private readonly before: string | undefined;
  private key: Buffer | undefined;
  private found: FileResult | undefined;

  constructor(
    private readonly cache: ResultCache,
    private readonly source: SourceFile,
  ) {
    this.before = stamp(source.absolutePath);
  }

  /** The result of the file, whose bytes on disk these are. */
  ofBytes(onDisk: Uint8Array): FileResult | undefined {
    return onDisk.length < WORTH_BYTES ? undefined : this.ofKey(createHash('sha256').update(onDisk).digest());
  }

  /** As `ofBytes`, of a file that was not looked up yet and is not in memory. */
  async ofFile(inMemory: boolean): Promise<FileResult | undefined> {
    if (inMemory || this.key !== undefined) {
      return this.found;
    }
    try {
      const { absolutePath } = this.source;
      const stats = statSync(absolutePath);
      if (!stats.isFile() || stats.size < WORTH_BYTES) {
        return undefined;
      }
      const hash = createHash('sha256');
      for await (const bytes of plainChunks(absolutePath)) {
        hash.update(bytes);
      }
      return this.ofKey(hash.digest());
    } catch {
      // Reading it will tell why it cannot be read.
      return undefined;
    }
  }

  /** For the next time: the result of the bytes that were looked up. */
  keep(result: FileResult): void {
    if (this.key !== undefined) {
      this.cache.add(this.key, result);
    }
  }

  /** For the next time: the result of a file that was read once more after it had been looked up. */
  keepIfUnchanged(result: FileResult): void {
    if (this.before !== undefined && stamp(this.source.absolutePath) === this.before) {
      this.keep(result);
    }
  }

  private ofKey(key: Buffer): FileResult | undefined {
    this.key = key;
    this.found = this.cache.find(key, this.source.displayPath);
    return this.found;
  }
}
