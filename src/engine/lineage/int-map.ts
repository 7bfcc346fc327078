/**
 * Numbers of 32 bits by numbers of 32 bits, in two typed arrays: names as hashes, millions of them.
 *
 * Guarantee: values are 0 or more; a key has one value, the one it was given last.
 */
export class IntMap {
  private keys: Int32Array;
  /** -1 where there is none. */
  private values: Int32Array;
  private room: number;

  constructor(expected: number) {
    const slots = 2 ** Math.max(4, 32 - Math.clz32(expected));
    this.keys = new Int32Array(slots);
    this.values = new Int32Array(slots).fill(-1);
    this.room = slots >>> 1;
  }

  has(key: number): boolean {
    return this.values[this.slotOf(key)] !== -1;
  }

  /** -1 when the key has no value. */
  get(key: number): number {
    return this.values[this.slotOf(key)] ?? -1;
  }

  set(key: number, value: number): void {
    const slot = this.slotOf(key);
    if (this.values[slot] !== -1) {
      this.values[slot] = value;
      return;
    }
    this.put(slot, key, value);
  }

  /** The value that the key has; -1 when it had none and now has this one. */
  claim(key: number, value: number): number {
    const slot = this.slotOf(key);
    const known = this.values[slot] ?? -1;
    if (known === -1) {
      this.put(slot, key, value);
    }
    return known;
  }

  private put(slot: number, key: number, value: number): void {
    this.keys[slot] = key;
    this.values[slot] = value;
    this.room--;
    if (this.room === 0) {
      this.grow();
    }
  }

  private slotOf(key: number): number {
    const { keys, values } = this;
    const mask = keys.length - 1;
    const hash = Math.imul(key, 0x9e3779b1);
    let slot = (hash ^ (hash >>> 16)) & mask;
    while (values[slot] !== -1 && keys[slot] !== key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private grow(): void {
    const { keys, values } = this;
    this.keys = new Int32Array(keys.length * 2);
    this.values = new Int32Array(keys.length * 2).fill(-1);
    this.room = keys.length;
    for (let slot = 0; slot < values.length; slot++) {
      const value = values[slot] ?? -1;
      if (value !== -1) {
        this.set(keys[slot] ?? 0, value);
      }
    }
  }
}
