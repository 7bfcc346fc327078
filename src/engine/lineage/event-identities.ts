/**
 * Finds the event with an identity: event id and account.
 *
 * Open addressing over numbers, as a million strings would cost more than the events. Entries are codes of rows; whoever
 * owns the rows says what identity a code has. Guarantee: at most one entry an identity; ids made to collide cost a bounded
 * number of comparisons and then a look-up by their text.
 */

/** Identities by code, without making an object of any. */
export interface IdentitySpace {
  hash(code: number): number;
  same(a: number, b: number): boolean;
  /** The same text for the same identity. */
  text(code: number): string;
}

const free = -0x80000000;
const deleted = free + 1;

/** Slots looked at before an identity goes into the other table. */
const mostProbes = 64;

export class EventIdentities {
  private slots = new Int32Array(1024).fill(free);
  private used = 0;
  /** Codes that found no slot, by the text of their identity. */
  private readonly crowded = new Map<string, number>();

  constructor(private readonly space: IdentitySpace) {}

  /** The code that was put and has the identity of this one. */
  find(code: number): number | undefined {
    const slot = this.slotOf(code);
    if (slot < 0) {
      return this.crowded.size === 0 ? undefined : this.crowded.get(this.space.text(code));
    }
    const found = this.slots[slot] ?? free;
    return found === free ? undefined : found;
  }

  /** Adds the code, in the place of another with its identity. */
  put(code: number): void {
    if ((this.used + 1) * 2 > this.slots.length) {
      this.grow();
    }
    const slot = this.slotOf(code);
    if (slot < 0) {
      this.crowded.set(this.space.text(code), code);
      return;
    }
    this.used += this.slots[slot] === free ? 1 : 0;
    this.slots[slot] = code;
  }

  delete(code: number): void {
    const slot = this.slotOf(code);
    if (slot < 0) {
      const text = this.space.text(code);
      if (this.crowded.get(text) === code) {
        this.crowded.delete(text);
      }
    } else if (this.slots[slot] === code) {
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
    for (const [text, code] of this.crowded) {
      this.crowded.set(text, newCode(code));
    }
  }

  /** The slot of this identity, or a free one for it; -1 when there is neither nearby. */
  private slotOf(code: number): number {
    const { slots, space } = this;
    const mask = slots.length - 1;
    let slot = space.hash(code) & mask;
    for (let probe = 0; probe < mostProbes; probe++) {
      const other = slots[slot] ?? free;
      if (other === free || (other !== deleted && space.same(other, code))) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  private grow(): void {
    const codes = this.slots.filter((code) => code > deleted);
    const others = [...this.crowded.values()];
    let size = this.slots.length;
    while (size < (codes.length + others.length) * 4) {
      size *= 2;
    }
    this.slots = new Int32Array(size).fill(free);
    this.used = 0;
    this.crowded.clear();
    // In the order of rows: memory is read from one end to the other.
    codes.sort();
    for (const code of codes) {
      this.place(code);
    }
    for (const code of others) {
      this.place(code);
    }
  }

  private place(code: number): void {
    const slot = this.slotOf(code);
    if (slot < 0) {
      this.crowded.set(this.space.text(code), code);
    } else {
      this.slots[slot] = code;
      this.used++;
    }
  }
}
