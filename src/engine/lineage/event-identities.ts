/**
 * Finds the event with an identity: event id and account.
 *
 * Open addressing over numbers, as a million strings would cost more than the events. Entries are codes of rows; whoever
 * owns the rows says what identity a code has. Guarantee: at most one entry an identity; ids made to collide cost a bounded
 * number of comparisons and then a look-up by their text.
 */

/** Identities by code, without making an object of any. */
export interface IdentitySpace {
  /** 32 bits, unsigned. */
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
  /**
   * A code and its hash a slot, side by side: what is looked at together is fetched together. With the hash rows need not be
   * looked at to see that they differ, or to move them to a larger table.
   */
  private slots = emptySlots(1024);
  private used = 0;
  /** Codes that found no slot, by the text of their identity. */
  private readonly crowded = new Map<string, number>();

  constructor(private readonly space: IdentitySpace) {}

  /** The code that was put and has the identity of this one. */
  find(code: number): number | undefined {
    const slot = this.slotOf(code, this.space.hash(code));
    if (slot < 0) {
      return this.crowded.size === 0 ? undefined : this.crowded.get(this.space.text(code));
    }
    const found = this.slots[slot * 2] ?? free;
    return found === free ? undefined : found;
  }

  /** Like `find`; adds the code, whose hash this is, when there is none. */
  findOrPut(code: number, hash: number): number | undefined {
    const slot = this.slotOf(code, hash);
    if (slot >= 0) {
      const found = this.slots[slot * 2] ?? free;
      if (found !== free) {
        return found;
      }
    } else if (this.crowded.size > 0) {
      const found = this.crowded.get(this.space.text(code));
      if (found !== undefined) {
        return found;
      }
    }
    this.fill(slot, hash, code);
    return undefined;
  }

  /** Adds the code, in the place of another with its identity. */
  put(code: number): void {
    const hash = this.space.hash(code);
    this.fill(this.slotOf(code, hash), hash, code);
  }

  delete(code: number): void {
    const slot = this.slotOf(code, this.space.hash(code));
    if (slot < 0) {
      const text = this.space.text(code);
      if (this.crowded.get(text) === code) {
        this.crowded.delete(text);
      }
    } else if (this.slots[slot * 2] === code) {
      this.slots[slot * 2] = deleted;
    }
  }

  /** Rows moved: every code becomes another of the same identity. `moved` tells that of a code, `placed` that of `~code`. */
  recode(moved: Int32Array, placed: Int32Array): void {
    const newCode = (code: number): number => (code >= 0 ? moved[code] : placed[~code]) ?? -1;
    const { slots } = this;
    for (let at = 0; at < slots.length; at += 2) {
      const code = slots[at] ?? free;
      if (code >= 0) {
        slots[at] = moved[code] ?? -1;
      } else if (code > deleted) {
        slots[at] = placed[~code] ?? -1;
      }
    }
    for (const [text, code] of this.crowded) {
      this.crowded.set(text, newCode(code));
    }
  }

  /** The slot of this identity, or a free one for it; -1 when there is neither nearby. */
  private slotOf(code: number, hash: number): number {
    const { slots } = this;
    const mask = slots.length / 2 - 1;
    const wanted = hash | 0;
    let slot = hash & mask;
    for (let probe = 0; probe < mostProbes; probe++) {
      const other = slots[slot * 2] ?? free;
      if (other === free || (slots[slot * 2 + 1] === wanted && other !== deleted && this.space.same(other, code))) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  private fill(slot: number, hash: number, code: number): void {
    if (slot < 0) {
      this.crowded.set(this.space.text(code), code);
      return;
    }
    const isNew = this.slots[slot * 2] === free;
    this.slots[slot * 2] = code;
    this.slots[slot * 2 + 1] = hash;
    if (isNew) {
      this.used++;
      if (this.used * 8 > this.slots.length * 3) {
        this.grow();
      }
    }
  }

  private grow(): void {
    const { slots } = this;
    const crowded = [...this.crowded.values()];
    let live = crowded.length;
    for (let at = 0; at < slots.length; at += 2) {
      live += (slots[at] ?? free) > deleted ? 1 : 0;
    }
    // Where many were deleted there is room enough without them.
    const size = slots.length / 2;
    this.slots = emptySlots(live * 2 > size ? size * 2 : size);
    this.used = 0;
    this.crowded.clear();
    for (let at = 0; at < slots.length; at += 2) {
      const code = slots[at] ?? free;
      if (code > deleted) {
        this.place(code, slots[at + 1] ?? 0);
      }
    }
    for (const code of crowded) {
      this.place(code, this.space.hash(code));
    }
  }

  /** What is known to be in no slot yet. */
  private place(code: number, hash: number): void {
    const { slots } = this;
    const mask = slots.length / 2 - 1;
    let slot = hash & mask;
    for (let probe = 0; probe < mostProbes; probe++) {
      if (slots[slot * 2] === free) {
        slots[slot * 2] = code;
        slots[slot * 2 + 1] = hash;
        this.used++;
        return;
      }
      slot = (slot + 1) & mask;
    }
    this.crowded.set(this.space.text(code), code);
  }
}

function emptySlots(count: number): Int32Array<ArrayBuffer> {
  return new Int32Array(count * 2).fill(free);
}

/** `ids`: four words a row. */
export function hashOfEventId(ids: Uint32Array, row: number): number {
  const at = row * 4;
  let hash = Math.imul((ids[at] ?? 0) ^ Math.imul(ids[at + 3] ?? 0, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (ids[at + 1] ?? 0) ^ (hash >>> 15), 0xc2b2ae35) ^ (ids[at + 2] ?? 0);
  return (hash ^ (hash >>> 13)) >>> 0;
}
