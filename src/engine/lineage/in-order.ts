/**
 * Searching lists that are in time order, and putting them together.
 *
 * Guarantee: as many steps as the length has digits in base two.
 */

/** Position of the first item whose time is at or after `time`; the items are in time order. */
export function firstFrom<T>(items: ArrayLike<T>, time: number, timeOf: (item: T) => number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && timeOf(item) < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** Rows of several lists in order. */
export function joinedRows(lists: readonly Uint32Array[]): Uint32Array {
  const [only] = lists;
  if (lists.length === 1 && only !== undefined) {
    return only;
  }
  const rows = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    rows.set(list, at);
    at += list.length;
  }
  return rows.sort();
}
