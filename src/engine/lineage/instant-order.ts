/**
 * Rows in the order of their instants.
 *
 * Guarantee: a radix sort by time, whatever the times are; only rows of one instant are compared with each other.
 */

const digitBits = 16;
const digits = 1 << digitBits;
const digitMask = digits - 1;

/** Sorts `rows` in place by `time[row]`, rows of one time by `compare`. */
export function inInstantOrder(rows: Uint32Array, time: Float64Array, compare: (a: number, b: number) => number): void {
  let first = Infinity;
  let last = -Infinity;
  let ordered = true;
  let before = -Infinity;
  for (const row of rows) {
    const at = time[row] ?? 0;
    first = Math.min(first, at);
    last = Math.max(last, at);
    ordered &&= at >= before;
    before = at;
  }
  if (!ordered) {
    sortByTime(rows, time, first, last - first);
  }
  for (let begin = 0; begin < rows.length;) {
    const at = time[rows[begin] ?? 0];
    let end = begin + 1;
    while (end < rows.length && time[rows[end] ?? 0] === at) {
      end++;
    }
    if (end - begin > 1) {
      rows.subarray(begin, end).sort(compare);
    }
    begin = end;
  }
}

/** Times are whole milliseconds; their distances from the first fit in 53 bits. */
function sortByTime(rows: Uint32Array, time: Float64Array, first: number, range: number): void {
  let from: Uint32Array = rows;
  let to: Uint32Array = new Uint32Array(rows.length);
  const counts = new Uint32Array(digits);
  for (let unit = 1; unit <= range; unit *= digits) {
    counts.fill(0);
    for (const row of from) {
      const digit = digitOf(time, row, first, unit);
      counts[digit] = (counts[digit] ?? 0) + 1;
    }
    let sum = 0;
    for (let digit = 0; digit < digits; digit++) {
      const count = counts[digit] ?? 0;
      counts[digit] = sum;
      sum += count;
    }
    for (const row of from) {
      const digit = digitOf(time, row, first, unit);
      const at = counts[digit] ?? 0;
      to[at] = row;
      counts[digit] = at + 1;
    }
    [from, to] = [to, from];
  }
  if (from !== rows) {
    rows.set(from);
  }
}

function digitOf(time: Float64Array, row: number, first: number, unit: number): number {
  return Math.floor(((time[row] ?? 0) - first) / unit) & digitMask;
}
