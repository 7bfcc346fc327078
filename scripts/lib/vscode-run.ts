/** How the suite inside VS Code and its launchers agree: where it is, how it is told what to run, what it hands back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

/** The bundle of test/extension/index.ts; exports `run()`. */
export const hostSuite = join(root, 'out/test/extension/index.js');

/** Names of environment variables that reach the extension host. */
export const RESULTS_VARIABLE = 'CLOUDTRAIL_LINEAGE_TEST_RESULTS';
export const GREP_VARIABLE = 'CLOUDTRAIL_LINEAGE_TEST_GREP';

export interface Results {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What the reporter printed. */
  readonly output: string;
}

/**
 * What the suite wrote at its end; undefined when it did not get there. VS Code reports a crashed extension host as a
 * success, so that only this file tells.
 */
export function readResults(file: string): Results | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Results;
  } catch {
    return undefined;
  }
}

export function add(a: Results, b: Results): Results {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    output: a.output + b.output,
  };
}

export const NO_RESULTS: Results = { passed: 0, failed: 0, skipped: 0, output: '' };

/** The last line of a run; scripts/test.mjs reads it. */
export function closingLine({ passed, failed, skipped }: Results): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
