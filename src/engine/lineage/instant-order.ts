/**
 * Rows in the order of their instants.
 *
 * Guarantee: a radix sort by time, whatever the times are; only rows of one instant are compared with each other. Here as in
 * every loop over all events positions are counted: `for … of` over a typed array takes ten times as long until it is hot.
 */

/** Most bits of a time that one pass sorts by. */
const mostDigitBits = 13;
/** Bits of a time that are sorted as one number. */
const halfBits = 26;
const half = 1 << halfBits;

/** Rows of one instant that are sorted in place: AWS's times are whole seconds, and most seconds have few calls. */
const few = 24;

/** Sorts `rows` in place by `time[row]`, rows of one time by `compare`. */
export function inInstantOrder(rows: Uint32Array, time: Float64Array, compare: (a: number, b: number) => number): void {
  let first = Infinity;
  let last = -Infinity;
  let ordered = true;
  let before = -Infinity;
  const { length } = rows;
  for (let next = 0; next < length; next++) {
    const at = time[rows[next] ?? 0] ?? 0;
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
    if (end - begin > few) {
      rows.subarray(begin, end).sort(compare);
    } else if (end - begin > 1) {
      sortFew(rows, begin, end, compare);
    }
    begin = end;
  }
}

/** By insertion. */
function sortFew(rows: Uint32Array, begin: number, end: number, compare: (a: number, b: number) => number): void {
  for (let next = begin + 1; next < end; next++) {
    const row = rows[next] ?? 0;
    let at = next;
    for (; at > begin; at--) {
      const other = rows[at - 1] ?? 0;
      if (compare(other, row) <= 0) {
        break;
      }
      rows[at] = other;
    }
    rows[at] = row;
  }
}

/** Times are whole milliseconds. Those of AWS are whole seconds: years of them are sorted as one number. */
function sortByTime(rows: Uint32Array, time: Float64Array, first: number, range: number): void {
  let unit = 1000;
  for (let at = 0; at < rows.length && unit === 1000; at++) {
    const seconds = ((time[rows[at] ?? 0] ?? 0) - first) / 1000;
    unit = seconds === Math.floor(seconds) ? 1000 : 1;
  }
  const largest = range / unit;
  let order = new Uint32Array(rows.length);
  for (let at = 0; at < order.length; at++) {
    order[at] = at;
  }
  const keys = new Uint32Array(rows.length);
  for (let weight = 1; weight <= largest; weight *= half) {
    for (let at = 0; at < rows.length; at++) {
      keys[at] = Math.floor(((time[rows[at] ?? 0] ?? 0) - first) / unit / weight) % half;
    }
    order = sortedBy(keys, order, Math.min(Math.floor(largest / weight), half - 1));
  }
  for (let at = 0; at < order.length; at++) {
    keys[at] = rows[order[at] ?? 0] ?? 0;
  }
  rows.set(keys);
}

/** `order`, positions of keys, by these; of equal ones as before. It is written to. */
function sortedBy(keys: Uint32Array, order: Uint32Array<ArrayBuffer>, largest: number): Uint32Array<ArrayBuffer> {
  const bits = 32 - Math.clz32(largest);
  const digitBits = Math.ceil(bits / Math.ceil(bits / mostDigitBits));
  const counts = new Uint32Array(1 << digitBits);
  const mask = counts.length - 1;
  let from = order;
  let to = new Uint32Array(order.length);
  for (let shift = 0; shift < bits; shift += digitBits) {
    counts.fill(0);
    for (let at = 0; at < keys.length; at++) {
      const digit = ((keys[at] ?? 0) >>> shift) & mask;
      counts[digit] = (counts[digit] ?? 0) + 1;
    }
    let sum = 0;
    for (let digit = 0; digit < counts.length; digit++) {
      const count = counts[digit] ?? 0;
      counts[digit] = sum;
      sum += count;
    }
    for (let next = 0; next < from.length; next++) {
      const at = from[next] ?? 0;
      const digit = ((keys[at] ?? 0) >>> shift) & mask;
      const place = counts[digit] ?? 0;
      to[place] = at;
      counts[digit] = place + 1;
    }
    [from, to] = [to, from];
  }
  return from;
}
