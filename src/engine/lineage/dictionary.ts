/**
 * A dictionary shared by all files: the value's index by its key.
 *
 * Guarantee: indexes never change; it only grows.
 */
export class Dictionary<T> {
  readonly values: T[] = [];
  private readonly indexes = new Map<string, number>();

  /** Index of the value, which is added when its key is new. */
  intern(key: string, value: T): number {
    const known = this.indexes.get(key);
    if (known !== undefined) {
      return known;
    }
    const index = this.values.length;
    this.values.push(value);
    this.indexes.set(key, index);
    return index;
  }
}
