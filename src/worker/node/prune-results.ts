/**
 * Keeps a folder of results (see result-cache.ts) within bounds, and empties it.
 *
 * Guarantee: removes only what looks like an entry; what was not used for longest goes first; others may use the folder
 * meanwhile, or remove it.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TEMPORARY } from './result-cache';

export interface CacheLimits {
  readonly bytes: number;
  readonly entries: number;
}

export const CACHE_LIMITS: CacheLimits = { bytes: 1024 ** 3, entries: 20_000 };

/** What a thread that died was writing is removed after, ms. */
const TEMPORARY_AGE = 60 * 60 * 1000;

const SUBFOLDER = /^[\da-f]{2}$/;
const ENTRY = /^[\da-f]{62}(?:\.[\da-f-]{36}\.tmp)?$/;

interface Entry {
  readonly path: string;
  readonly bytes: number;
  /** ms */
  readonly used: number;
}

/** Blocks its thread for a few microseconds an entry. Gives what is left. */
export function pruneResults(folder: string, limits: CacheLimits = CACHE_LIMITS): CacheLimits {
  const entries = entriesIn(folder).sort((a, b) => b.used - a.used);
  const oldest = Date.now() - TEMPORARY_AGE;
  let left = { bytes: 0, entries: 0 };
  let full = false;
  for (const { path, bytes, used } of entries) {
    const next = { bytes: left.bytes + bytes, entries: left.entries + 1 };
    full ||= next.bytes > limits.bytes || next.entries > limits.entries;
    if (full || (path.endsWith(TEMPORARY) && used < oldest)) {
      remove(path);
    } else {
      left = next;
    }
  }
  return left;
}

/** So much more than the limits allow, at most, is there while an analysis is under way. */
const OVERSHOOT = 1.25;

/** Prunes once it can be that more was written than the limits allow, and in the beginning. */
export class ResultBound {
  private left: CacheLimits | undefined;
  private added = { bytes: 0, entries: 0 };

  constructor(
    private readonly folder: string,
    private readonly limits: CacheLimits = CACHE_LIMITS,
  ) {}

  /** A result of so many bytes may have been written. */
  count(bytes: number): void {
    this.added = { bytes: this.added.bytes + bytes, entries: this.added.entries + 1 };
    if (this.left === undefined || this.mayExceed(OVERSHOOT)) {
      this.prune();
    }
  }

  /** All that an analysis had to write is there. */
  keep(): void {
    if (this.left === undefined || this.mayExceed(1)) {
      this.prune();
    }
  }

  private mayExceed(times: number): boolean {
    const { left, added, limits } = this;
    const there = left ?? { bytes: 0, entries: 0 };
    return there.bytes + added.bytes > limits.bytes * times || there.entries + added.entries > limits.entries * times;
  }

  private prune(): void {
    this.left = pruneResults(this.folder, this.limits);
    this.added = { bytes: 0, entries: 0 };
  }
}

function entriesIn(folder: string): Entry[] {
  const entries: Entry[] = [];
  for (const name of listed(folder).filter((each) => SUBFOLDER.test(each))) {
    const subfolder = join(folder, name);
    for (const entry of listed(subfolder).filter((each) => ENTRY.test(each))) {
      const path = join(subfolder, entry);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats?.isFile() === true) {
        entries.push({ path, bytes: stats.size, used: stats.mtimeMs });
      }
    }
  }
  return entries;
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Held open by another window, on Windows: the next time.
  }
}

/** Removes all entries, and the folders that are empty then. */
export async function clearResults(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (SUBFOLDER.test(name)) {
      const subfolder = join(folder, name);
      const entries = (await namesIn(subfolder)).filter((entry) => ENTRY.test(entry));
      await Promise.all(entries.map((entry) => rm(join(subfolder, entry), { force: true })));
      await rmdir(subfolder).catch(() => undefined);
    }
  }
  await rmdir(folder).catch(() => undefined);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
