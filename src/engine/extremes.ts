/**
 * The least and the greatest of any number of numbers: `Math.min(...list)` throws beyond some hundred thousand.
 *
 * Guarantee: Infinity and -Infinity where there are none.
 */

export function least(numbers: Iterable<number>): number {
  let found = Infinity;
  for (const number of numbers) {
    found = Math.min(found, number);
  }
  return found;
}

export function greatest(numbers: Iterable<number>): number {
  let found = -Infinity;
  for (const number of numbers) {
    found = Math.max(found, number);
  }
  return found;
}
