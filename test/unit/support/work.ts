/**
 * Work instead of time: how much code a task executes, for guards against what grows with the square. The tasks are the
 * exports of a `*.work.ts` file. They run in a thread of their own, where all code is compiled with counters.
 */
import { build } from 'esbuild';
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { join } from 'node:path';

const support = JSON.stringify(join(__dirname, 'count-work.ts'));

/** The bundles by file of tasks. */
const bundles = new Map<string, Promise<string>>();

async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `const count = require(${support}).countFromNow(); count(require(${JSON.stringify(file)}));`,
      resolveDir: __dirname,
    },
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

/** What a task of a file executes at each size. What the code of node and of V8 itself does is not in it. */
export async function workOf(file: string, name: string, sizes: readonly number[]): Promise<readonly number[]> {
  const bundle = bundles.get(file) ?? bundled(file);
  bundles.set(file, bundle);
  const worker = new Worker(await bundle, { eval: true, workerData: { name, sizes }, execArgv: [], env: {} });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/**
 * Fails when twice the size is more than so many times the work: about 2 when it grows with the size, 4 with its square.
 * Let `size` be large enough that what does not grow is little of it.
 */
export async function assertGrowth(file: string, name: string, size: number, most = 2.3): Promise<void> {
  const [half = 0, whole = 0] = await workOf(file, name, [size, 2 * size]);
  assert.ok(half > 0, `${name} executes nothing`);
  assert.ok(
    whole <= most * half,
    `${name}: ${(whole / half).toFixed(2)} times the work for ${String(2 * size)} as for ${String(size)}`,
  );
}
