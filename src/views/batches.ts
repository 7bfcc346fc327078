/** Long work in pieces, for a thread that others need as well. */

/** The list in pieces of at most `size`, in order. */
export function* batches<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += size) {
    yield list.slice(from, from + size);
  }
}

/** Once everything that waits has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
