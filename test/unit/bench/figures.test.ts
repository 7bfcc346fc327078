/** What the benchmark says of its measurements. */
import assert from 'node:assert/strict';
import { BenchUsageError, bench, bytesOf } from '../../bench/bench';
import { median, pairedRatio, spread, table } from '../../bench/figures';

describe('the figures of the benchmark', () => {
  it('have the middle of an odd number, and halfway between the two middles of an even one', () => {
    assert.deepEqual([median([3, 1, 2]), median([4, 1, 2, 3])], [2, 2.5]);
    assert.deepEqual(spread([5, 1, 3]), { median: 3, min: 1, max: 5 });
  });

  it('compare within a round, so that a slow round slows nobody', () => {
    assert.deepEqual(pairedRatio([2, 20, 4], [1, 10, 2]), { median: 2, min: 2, max: 2 });
    assert.deepEqual(pairedRatio([2, 9, 4], [1, 3, 4]), { median: 2, min: 1, max: 3 });
  });

  it('are tables of equal width, numbers to the right', () => {
    assert.equal(
      table(
        ['what', 's'],
        [
          ['jq', '42'],
          ['DuckDB', '5'],
        ],
      ),
      '| what   |   s |\n|--------|----:|\n| jq     |  42 |\n| DuckDB |   5 |',
    );
  });

  it('are of logs whose size has a unit', () => {
    assert.deepEqual([bytesOf('100MB'), bytesOf('1.5gb'), bytesOf('20')], [100e6, 1.5e9, 20e6]);
    for (const wrong of ['', '0GB', '-1', '1TB']) assert.throws(() => bytesOf(wrong), BenchUsageError);
  });

  it('are refused for options that mean nothing, before anything is built', async () => {
    for (const argv of [
      ['--rounds', '0'],
      ['--workers', 'two'],
      ['--sizes', '1'],
    ]) {
      await assert.rejects(bench(argv), BenchUsageError);
    }
  });
});
