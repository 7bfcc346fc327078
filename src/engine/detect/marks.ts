/**
 * Which numbers were seen, session after session, without a set for each of them.
 *
 * Guarantee: clearing is one step, whatever was seen.
 */
export class Marks {
  private readonly marks: Uint32Array;
  private round = 1;
  /** Different numbers since the last clearing. */
  count = 0;

  /** For numbers below `size`. */
  constructor(size: number) {
    this.marks = new Uint32Array(size);
  }

  clear(): void {
    this.round++;
    this.count = 0;
  }

  /** True the first time. */
  add(number: number): boolean {
    if (this.marks[number] === this.round) {
      return false;
    }
    this.marks[number] = this.round;
    this.count++;
    return true;
  }
}
