/**
 * Generated logs on disk: the days of all accounts of an organisation (world.ts, day.ts) as gzip files, below the paths that
 * CloudTrail gives them.
 *
 * Guarantee: the same seed and size give the same files, however many threads write them. A set is kept under its seed, its
 * size and what the generator's sources are, and made once; a set that was not finished is made again.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { root } from '../../../scripts/lib/paths.mjs';
import { type World, worldOf } from './world';

/** Where the generator is. */
const here = join(root, 'test/bench/logs');

export interface Totals {
  readonly files: number;
  readonly events: number;
  /** Decompressed. */
  readonly bytes: number;
  readonly compressed: number;
}

export interface Logs extends Totals {
  readonly folder: string;
}

export interface LogsOptions {
  readonly seed?: string;
  /** Decompressed bytes, about. */
  readonly bytes: number;
  readonly threads?: number;
}

/** The set of that size in a cache folder; made if it isn't there. */
export async function cachedLogs(cache: string, options: LogsOptions): Promise<Logs> {
  const { seed = '1', bytes } = options;
  const place = join(cache, `${String(Math.round(bytes / 1e6))}MB-seed-${seed}-${generatorVersion()}`);
  const about = join(place, 'about.json');
  const folder = join(place, 'logs');
  if (!existsSync(about)) {
    rmSync(place, { recursive: true, force: true });
    const totals = await generateLogs(folder, options);
    writeFileSync(`${about}.new`, JSON.stringify(totals));
    renameSync(`${about}.new`, about);
  }
  return { ...(JSON.parse(readFileSync(about, 'utf8')) as Totals), folder };
}

/** Sources that make the logs tell versions apart. */
function generatorVersion(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(here).sort()) {
    hash.update(readFileSync(join(here, name)));
  }
  return hash.digest('hex').slice(0, 8);
}

export async function generateLogs(folder: string, options: LogsOptions): Promise<Totals> {
  const world = worldOf(options.seed ?? '1', options.bytes);
  mkdirSync(folder, { recursive: true });
  const indexes = Array.from({ length: world.accounts }, (_, index) => index);
  const threads = Math.min(options.threads ?? availableParallelism(), world.accounts);
  const all = await Promise.all(Array.from({ length: threads }, () => writeOnThread(folder, world, indexes)));
  return all.flat().reduce(sum, { files: 0, events: 0, bytes: 0, compressed: 0 });
}

function sum(a: Totals, b: Totals): Totals {
  return {
    files: a.files + b.files,
    events: a.events + b.events,
    bytes: a.bytes + b.bytes,
    compressed: a.compressed + b.compressed,
  };
}

/** Takes accounts until none is left. */
async function writeOnThread(folder: string, world: World, indexes: number[]): Promise<Totals[]> {
  // A thread starts as JavaScript, whatever loader its parent has.
  const script = `require('tsx/cjs');require(${JSON.stringify(join(here, 'write-worker.ts'))})`;
  const worker = new Worker(script, { eval: true, workerData: { folder, world } });
  try {
    const done: Totals[] = [];
    for (let index = indexes.shift(); index !== undefined; index = indexes.shift()) {
      done.push(await answer(worker, index));
    }
    return done;
  } finally {
    await worker.terminate();
  }
}

function answer(worker: Worker, index: number): Promise<Totals> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (totals: Totals) => {
      worker.off('error', reject);
      resolve(totals);
    });
    worker.postMessage(index);
  });
}
