import assert from 'node:assert/strict';
import { countTests } from '../../../scripts/lib/count-tests.mjs';

describe('countTests', () => {
  it('adds up the closing lines of every mocha run', () => {
    const run =
      '\n\n  \u001b[32m12 passing\u001b[0m\u001b[90m (1s)\u001b[0m\n  \u001b[36m2 pending\u001b[0m\n  1 failing\n\n';
    assert.deepEqual(countTests(`${run}noise\n${run}`), { passed: 24, failed: 2, skipped: 4 });
  });

  it('takes the closing line of a runner that counts by itself instead', () => {
    assert.deepEqual(countTests('  3 passing (2ms)\n\n3 passed, 0 failed\r\n7 passed, 1 failed, 2 skipped\n'), {
      passed: 7,
      failed: 1,
      skipped: 2,
    });
  });

  it('counts nothing where no run ended, and is not misled by the titles of tests', () => {
    const output = '  ✔ reports 3 passing (of 4)\n    3 passing (2ms)\nError: 5 passed, 0 failed\n';
    assert.deepEqual(countTests(output), { passed: 0, failed: 0, skipped: 0 });
  });
});
