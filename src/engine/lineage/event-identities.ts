/**
 * Finds the event with an identity: event id and account.
 *
 * Open addressing over numbers, as a million strings would cost more than the events. Entries are codes of rows; whoever
 * owns the rows says what identity a code has. Guarantee: at most one entry an identity.
 */

/** Identities by code, without making an object of any. */
export interface IdentitySpace {
  hash(code: number): number;
  same(a: number, b: number): boolean;
}

const free = -0x80000000;
const deleted = free + 1;

export class EventIdentities {
  private slots = new Int32Array(16).fill(free);
  private used = 0;

  constructor(private readonly space: IdentitySpace) {}

  /** The code that was put and has the identity of this one. */
  find(code: number): number | undefined {
    const found = this.slots[this.slotOf(code)] ?? free;
    return found === free ? undefined : found;
  }

  /** Adds the code, in the place of another with its identity. */
  put(code: number): void {
    if ((this.used + 1) * 2 > this.slots.length) {
      this.grow();
    }
    const slot = this.slotOf(code);
    this.used += this.slots[slot] === free ? 1 : 0;
    this.slots[slot] = code;
  }

  delete(code: number): void {
    const slot = this.slotOf(code);
    if (this.slots[slot] === code) {
      this.slots[slot] = deleted;
    }
  }

  /** Rows moved: every code becomes another of the same identity. */
  recode(newCode: (code: number) => number): void {
    const { slots } = this;
    for (let slot = 0; slot < slots.length; slot++) {
      const code = slots[slot] ?? free;
      if (code > deleted) {
        slots[slot] = newCode(code);
      }
    }
  }

  private slotOf(code: number): number {
    const { slots, space } = this;
    const mask = slots.length - 1;
    for (let slot = space.hash(code) & mask; ; slot = (slot + 1) & mask) {
      const other = slots[slot] ?? free;
      if (other === free || (other !== deleted && space.same(other, code))) {
        return slot;
      }
    }
  }

  private grow(): void {
    const codes = this.slots.filter((code) => code > deleted);
    let size = this.slots.length;
    while (size < codes.length * 4) {
      size *= 2;
    }
    this.slots = new Int32Array(size).fill(free);
    this.used = codes.length;
    for (const code of codes) {
      this.slots[this.slotOf(code)] = code;
    }
  }
}
