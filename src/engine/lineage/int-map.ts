/**
 * Numbers of 32 bits by numbers of 32 bits, in two typed arrays: names as hashes, millions of them.
 *
 * Guarantee: values are 0 or more; a key has one value, the one it was given last.
 */
export class IntMap {
  /** A key and its value a slot, side by side: what is looked at together is fetched together. -1 where there is no value. */
  private slots: Int32Array;
  private room: number;

  constructor(expected: number) {
    const count = 2 ** Math.max(4, 32 - Math.clz32(expected));
    this.slots = new Int32Array(count * 2).fill(-1);
    this.room = count >>> 1;
  }

  has(key: number): boolean {
    return this.slots[this.placeOf(key) + 1] !== -1;
  }

  /** -1 when the key has no value. */
  get(key: number): number {
    return this.slots[this.placeOf(key) + 1] ?? -1;
  }

  set(key: number, value: number): void {
    const place = this.placeOf(key);
    if (this.slots[place + 1] !== -1) {
      this.slots[place + 1] = value;
      return;
    }
    this.put(place, key, value);
  }

  /** The value that the key has; -1 when it had none and now has this one. */
  claim(key: number, value: number): number {
    const place = this.placeOf(key);
    const known = this.slots[place + 1] ?? -1;
    if (known === -1) {
      this.put(place, key, value);
    }
    return known;
  }

  private put(place: number, key: number, value: number): void {
    this.slots[place] = key;
    this.slots[place + 1] = value;
    this.room--;
    if (this.room === 0) {
      this.grow();
    }
  }

  private placeOf(key: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    const hash = Math.imul(key, 0x9e3779b1);
    let place = ((hash ^ (hash >>> 16)) << 1) & mask;
    while (slots[place + 1] !== -1 && slots[place] !== key) {
      place = (place + 2) & mask;
    }
    return place;
  }

  private grow(): void {
    const { slots } = this;
    this.slots = new Int32Array(slots.length * 2).fill(-1);
    this.room = slots.length >>> 1;
    for (let place = 0; place < slots.length; place += 2) {
      const value = slots[place + 1] ?? -1;
      if (value !== -1) {
        this.set(slots[place] ?? 0, value);
      }
    }
  }
}
