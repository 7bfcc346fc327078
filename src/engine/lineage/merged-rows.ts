/**
 * Where rows that come find their places among rows that are there.
 *
 * Guarantee: both keep their order; of equal ones those that are there come first. Cost: linear in the rows that are there
 * with a very small constant, and a search for each that comes.
 */

export interface MergedRows {
  /** By row of the result: a row that was there, or `~arrival`. */
  readonly sources: Int32Array<ArrayBuffer>;
  /** By row that was there: its row in the result, -1 where it is gone. */
  readonly moved: Int32Array<ArrayBuffer>;
  /** By arrival: its row in the result, -1 where it is not in it. */
  readonly placed: Int32Array<ArrayBuffer>;
  /** Rows of the result that came, in order. */
  readonly inserted: Uint32Array<ArrayBuffer>;
}

/** `coming`: arrivals in their order. `isBefore`: an arrival stands before a row that is there, gone or not. */
export function mergedRows(
  there: { readonly count: number; readonly gone: Uint8Array },
  arrivals: { readonly count: number; readonly coming: Uint32Array },
  isBefore: (arrival: number, row: number) => boolean,
): MergedRows {
  const { count, gone } = there;
  const { coming } = arrivals;
  let left = 0;
  for (let row = 0; row < count; row++) {
    left += gone[row] ?? 0;
  }
  const sources = new Int32Array(count - left + coming.length);
  const moved = new Int32Array(count).fill(-1);
  const placed = new Int32Array(arrivals.count).fill(-1);
  const inserted = new Uint32Array(coming.length);
  let to = 0;
  let from = 0;
  const takeUntil = (end: number): void => {
    for (; from < end; from++) {
      if (gone[from] !== 1) {
        sources[to] = from;
        moved[from] = to;
        to++;
      }
    }
  };
  for (let next = 0; next < coming.length; next++) {
    const arrival = coming[next] ?? 0;
    takeUntil(placeOf(arrival, from, count, isBefore));
    sources[to] = ~arrival;
    placed[arrival] = to;
    inserted[next] = to;
    to++;
  }
  takeUntil(count);
  return { sources, moved, placed, inserted };
}

/** The first row from this one on that the arrival stands before. Most are near to the one that came before. */
function placeOf(
  arrival: number,
  from: number,
  count: number,
  isBefore: (arrival: number, row: number) => boolean,
): number {
  let low = from;
  let high = from;
  for (let step = 1; high < count && !isBefore(arrival, high); step *= 2) {
    low = high + 1;
    high = Math.min(count, low + step);
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(arrival, middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
