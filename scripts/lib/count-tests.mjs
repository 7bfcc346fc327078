// Reads how many tests passed and failed from what a test run printed.
import { stripVTControlCharacters } from 'node:util';

/**
 * What a test run says of itself: the last line of the form "3 passed, 0 failed, 1 skipped", else the closing lines of
 * every mocha run in it ("3 passing (12ms)").
 *
 * @param {string} output everything the run printed, colours and all
 */
export function countTests(output) {
  const text = stripVTControlCharacters(output);
  const closing = [...text.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\r?$/gm)].at(-1);
  if (closing) return { passed: Number(closing[1]), failed: Number(closing[2]), skipped: Number(closing[3] ?? 0) };
  /** @param {RegExp} pattern */
  const sum = (pattern) => [...text.matchAll(pattern)].reduce((total, [, count]) => total + Number(count), 0);
  return {
    passed: sum(/^ {2}(\d+) passing \([^)]*\)\r?$/gm),
    failed: sum(/^ {2}(\d+) failing\r?$/gm),
    skipped: sum(/^ {2}(\d+) pending\r?$/gm),
  };
}
