/**
 * Who gave something to a session: one caller nearly always, a hundred thousand in the logs of somebody who means harm.
 *
 * Guarantee: a set; nothing is allocated for its first member.
 */

/** A set that has one member more often than not. */
export class Distinct<T> {
  size = 0;
  private first: T | undefined;
  private all: Set<T> | undefined;

  add(value: T): void {
    if (this.size === 0) {
      this.first = value;
      this.size = 1;
    } else if (!this.has(value)) {
      this.all ??= new Set<T>([this.first as T]);
      this.all.add(value);
      this.size++;
    }
  }

  has(value: T): boolean {
    return this.all === undefined ? this.size === 1 && this.first === value : this.all.has(value);
  }
}
