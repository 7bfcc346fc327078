// How long a second analysis takes after one file of a folder changed, came or went, through the worker that the extension
// uses: tells the times and how often each was measured as JSON.
//
//   node --import tsx test/bench/programs/again.ts FOLDER ROUNDS
import { copyFileSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { createAnalysisClient } from '../../../src/worker/client';
import { walkSources } from '../../../src/worker/node/walk-sources';

const [folder = '', rounds = '3'] = process.argv.slice(2);
const client = createAnalysisClient({ workerPath: join(__dirname, '../../../dist/analysis-worker.js') });

async function seconds(): Promise<number> {
  const { files } = await walkSources([folder]);
  const begin = performance.now();
  await client.analyze({}, { files });
  return (performance.now() - begin) / 1000;
}

async function main(): Promise<void> {
  const { files } = await walkSources([folder]);
  const file = files[Math.floor(files.length / 2)]?.absolutePath ?? '';
  const times = { first: [] as number[], unchanged: [] as number[], changed: [] as number[], gone: [] as number[] };
  for (let round = 0; round < Number(rounds); round++) {
    await client.clear({});
    times.first.push(await seconds());
    times.unchanged.push(await seconds());
    utimesSync(file, new Date(), new Date());
    times.changed.push(await seconds());
    const aside = `${folder}.aside`;
    copyFileSync(file, aside);
    rmSync(file);
    times.gone.push(await seconds());
    copyFileSync(aside, file);
    rmSync(aside);
  }
  process.stdout.write(JSON.stringify({ files: files.length, times }));
}

main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => client.dispose());
