/**
 * Makes the generated logs and tells where they are.
 *
 *   node --import tsx test/bench/logs/make.ts [MEGABYTES]...     100 and 1000 unless told
 */
import { join } from 'node:path';
import { root } from '../../../scripts/lib/paths.mjs';
import { cachedLogs } from './write';

async function main(): Promise<void> {
  const sizes = process.argv.slice(2).map(Number);
  for (const megabytes of sizes.length > 0 ? sizes : [100, 1000]) {
    const logs = await cachedLogs(join(root, '.cache/bench'), { bytes: megabytes * 1e6 });
    console.log(JSON.stringify(logs));
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
