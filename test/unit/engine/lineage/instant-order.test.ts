/** The order of rows, whatever their times: seconds, milliseconds, ages, before 1970, all in one instant. */
import assert from 'node:assert/strict';
import { Random } from '../../../../scripts/sample/records';
import { inInstantOrder } from '../../../../src/engine/lineage/instant-order';

const random = new Random('instant order');

const ways: readonly { readonly name: string; readonly time: () => number }[] = [
  { name: 'seconds of a day', time: () => 1_700_000_000_000 + random.int(0, 86_399) * 1000 },
  { name: 'seconds of twenty years', time: () => 1_100_000_000_000 + random.int(0, 630_720_000) * 1000 },
  { name: 'milliseconds of an hour', time: () => 1_700_000_000_000 + random.int(0, 3_599_999) },
  { name: 'all that a date can be', time: () => (random.int(0, 1) === 0 ? -1 : 1) * random.int(0, 8_640_000) * 1e9 },
  { name: 'milliseconds of ages', time: () => random.int(0, 2 ** 31 - 1) * 4096 + random.int(0, 4095) },
  { name: 'two seconds', time: () => random.int(0, 1) * 1000 },
  { name: 'one instant', time: () => 0 },
];

describe('rows in the order of their instants', () => {
  for (const { name, time } of ways) {
    it(`as a sort by time and then by comparison: ${name}`, () => {
      for (const count of [0, 1, 2, 25, 300, 3000]) {
        const times = Float64Array.from({ length: count }, time);
        // Rows need not be all of them, nor begin at the first.
        const rows = Uint32Array.from({ length: count }, (_, at) => at).filter(() => random.int(0, 9) > 0);
        const rank = Uint32Array.from({ length: count }, () => random.int(0, 1_000_000));
        const compare = (a: number, b: number): number => (rank[a] ?? 0) - (rank[b] ?? 0) || a - b;
        const expected = [...rows].sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || compare(a, b));
        const sorted = rows.slice();
        inInstantOrder(sorted, times, compare);
        assert.deepEqual([...sorted], expected);
      }
    });
  }
});
