/** Programs bundled as they ship, for tests that run them: worker threads and the command line need files. */
import { build } from 'esbuild';
import { join } from 'node:path';

const root = join(__dirname, '../../..');

const programs = {
  cli: 'src/cli.ts',
  'analysis-worker': 'src/worker/analysis-worker.ts',
  'parse-worker': 'src/worker/parse-worker.ts',
} as const;

/** Writes `<name>.js` for each name into `outdir`. */
export async function bundlePrograms(outdir: string, names: readonly (keyof typeof programs)[]): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(names.map((name) => [name, programs[name]])),
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
}
