/** A thread of `generateLogs`: writes the days of the accounts that it is asked for. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { accountDay } from './day';
import type { World } from './world';
import type { Totals } from './write';

const { folder, world } = workerData as { readonly folder: string; readonly world: World };

function written(index: number): Totals {
  const totals = { files: 0, events: 0, bytes: 0, compressed: 0 };
  for (const { path, text, events } of accountDay(world, index)) {
    const bytes = Buffer.from(text);
    const packed = gzipSync(bytes);
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, packed);
    totals.files += 1;
    totals.events += events;
    totals.bytes += bytes.length;
    totals.compressed += packed.length;
  }
  return totals;
}

parentPort?.on('message', (index: number) => {
  parentPort?.postMessage(written(index));
});
