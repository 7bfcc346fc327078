/**
 * Searching lists that are in time order, and putting them together.
 *
 * Guarantee: as many steps as the length has digits in base two.
 */

import type { EventTable } from './model';

/** Looking at so many rows takes as long as sorting one. */
const sortingARow = 32;

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

/** Rows in order with more, which are in any. */
export function withRows(rows: Uint32Array, more: readonly number[]): Uint32Array {
  const others = new Uint32Array(more.length);
  let ordered = true;
  for (let at = 0; at < more.length; at++) {
    const row = more[at] ?? 0;
    ordered &&= at === 0 || row > (others[at - 1] ?? 0);
    others[at] = row;
  }
  if (!ordered) {
    others.sort();
  }
  if (rows.length === 0) {
    return others;
  }
  const all = new Uint32Array(rows.length + others.length);
  let next = 0;
  let other = 0;
  for (let at = 0; at < all.length; at++) {
    const takesOther = next >= rows.length || (other < others.length && (others[other] ?? 0) < (rows[next] ?? 0));
    all[at] = (takesOther ? others[other++] : rows[next++]) ?? 0;
  }
  return all;
}

/** Rows of some callers, in order. `rowsOf`: those of one. */
export function rowsOfCallers(
  { caller, count, callers }: EventTable,
  wanted: readonly number[],
  rowsOf: (caller: number) => Uint32Array,
): Uint32Array {
  const lists = wanted.map(rowsOf);
  const length = lists.reduce((sum, list) => sum + list.length, 0);
  if (length * sortingARow < count) {
    return joinedRows(lists);
  }
  // So many that it takes less time to look at all rows.
  const isWanted = new Uint8Array(callers.length);
  wanted.forEach((index) => {
    isWanted[index] = 1;
  });
  const rows = new Uint32Array(length);
  let at = 0;
  for (let row = 0; row < count; row++) {
    if (isWanted[caller[row] ?? 0] === 1) {
      rows[at++] = row;
    }
  }
  return rows;
}
