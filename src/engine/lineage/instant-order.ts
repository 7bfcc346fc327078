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

/** Times are whole milliseconds. Those of AWS are whole seconds: a year of them fits in 32 bits, which are sorted faster. */
function sortByTime(rows: Uint32Array, time: Float64Array, first: number, range: number): void {
  const unit = rows.every((row) => ((time[row] ?? 0) - first) % 1000 === 0) ? 1000 : 1;
  let keys = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    keys[at] = ((time[rows[at] ?? 0] ?? 0) - first) / unit;
  }
  let from = rows.slice();
  let to = new Uint32Array(rows.length);
  let sorted = new Float64Array(rows.length);
  const counts = new Uint32Array(digits);
  for (let weight = 1; weight <= range / unit; weight *= digits) {
    counts.fill(0);
    for (const key of keys) {
      const digit = Math.floor(key / weight) & digitMask;
      counts[digit] = (counts[digit] ?? 0) + 1;
    }
    let sum = 0;
    for (let digit = 0; digit < digits; digit++) {
      const count = counts[digit] ?? 0;
      counts[digit] = sum;
      sum += count;
    }
    for (let at = 0; at < from.length; at++) {
      const key = keys[at] ?? 0;
      const digit = Math.floor(key / weight) & digitMask;
      const place = counts[digit] ?? 0;
      to[place] = from[at] ?? 0;
      sorted[place] = key;
      counts[digit] = place + 1;
    }
    [from, to] = [to, from];
    [keys, sorted] = [sorted, keys];
  }
  rows.set(from);
}
