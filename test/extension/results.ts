/** How the suite inside VS Code and its launchers agree: what it is told to run, and what it hands back. */
import { readFileSync } from 'node:fs';

/** Environment variables; a launcher sets them, they reach the extension host. */
export const RESULTS_VARIABLE = 'CLOUDTRAIL_LINEAGE_TEST_RESULTS';
export const GREP_VARIABLE = 'CLOUDTRAIL_LINEAGE_TEST_GREP';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

/** What the reporter prints goes beside the results as it comes, so that it is there also after a crash. */
export function outputFile(resultsFile: string): string {
  return `${resultsFile}.txt`;
}

/**
 * What the suite wrote at its end; undefined when it did not get there. VS Code reports a crashed extension host as a
 * success, so that only this file tells.
 */
export function readResults(resultsFile: string): Counts | undefined {
  try {
    return JSON.parse(readFileSync(resultsFile, 'utf8')) as Counts;
  } catch {
    return undefined;
  }
}

export function sum(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The last line of a run; scripts/test.mjs reads it. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
