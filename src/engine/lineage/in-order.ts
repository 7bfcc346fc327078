/**
 * Searching lists that are in time order.
 *
 * Guarantee: as many steps as the length has digits in base two.
 */

/** Position of the first item whose time is at or after `time`; the items are in time order. */
export function firstFrom<T>(items: readonly T[], time: number, timeOf: (item: T) => number): number {
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
