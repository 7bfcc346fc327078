/**
 * The suite that runs inside VS Code, where `import * as vscode` works. Both launchers load this file's bundle and call
 * `run()`: scripts/test-extension.mjs in the served VS Code, scripts/test-electron.mjs in the desktop one.
 *
 * A new test goes to test/extension/<subject>.suite.ts and into the list below (a unit test proves that none is missing).
 *
 * Guarantee: `run` rejects when a test failed or none ran, and writes the results file that the launchers require.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { format } from 'node:util';
import { GREP_VARIABLE, outputFile, RESULTS_VARIABLE, type Counts } from './results';

const SUITES: readonly (() => Promise<unknown>)[] = [
  () => import('./activation.suite'),
  () => import('./analysis.suite'),
  () => import('./who.suite'),
];

export async function run(): Promise<void> {
  const resultsFile = process.env[RESULTS_VARIABLE];
  if (!resultsFile) throw new Error(`${RESULTS_VARIABLE} names no file: start the suite by its launcher`);
  // Mocha is an ES module: hosts of VS Codes on Node 20 cannot require it.
  const { default: Mocha } = await import('mocha');
  // The console of an extension host leads to a log; the launcher prints this file.
  Mocha.reporters.Base.consoleLog = (...parts: unknown[]) => {
    appendFileSync(outputFile(resultsFile), `${format(...parts)}\n`);
  };
  const mocha = new Mocha({ ui: 'bdd', reporter: 'spec', color: false, timeout: 30_000, forbidOnly: true });
  const grep = process.env[GREP_VARIABLE];
  if (grep) mocha.grep(grep);
  // Defines describe, it and the hooks, for the modules loaded next.
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const load of SUITES) await load();

  const counts = await new Promise<Counts>((resolve) => {
    const runner = mocha.run((failed) => {
      resolve({ passed: runner.stats?.passes ?? 0, failed, skipped: runner.stats?.pending ?? 0 });
    });
  });
  writeFileSync(resultsFile, JSON.stringify(counts));
  if (counts.failed > 0) throw new Error(`${counts.failed} tests failed`);
  if (counts.passed === 0 && !grep) throw new Error('No test ran');
}
