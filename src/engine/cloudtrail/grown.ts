/** Typed arrays that grow. */

/** A copy with room for at least `length` elements, twice the old size or more. */
export function grown<T extends Uint8Array | Int32Array | Uint32Array | Uint16Array | Float64Array>(
  array: T,
  length: number,
): T {
  const bigger = new (array.constructor as new (length: number) => T)(Math.max(length, array.length * 2));
  bigger.set(array);
  return bigger;
}
