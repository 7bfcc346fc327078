// npm run bench: speed and memory beside others at generated logs; see test/bench/bench.ts.
import { register } from 'tsx/esm/api';

register();
const { bench, BenchUsageError, usage } = await import('../test/bench/bench.ts');
try {
  await bench(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof BenchUsageError ? `${error.message}\n\n${usage}` : error);
  process.exitCode = error instanceof BenchUsageError ? 2 : 1;
}
