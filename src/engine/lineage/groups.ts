/**
 * Which members hang together: union-find over their numbers.
 *
 * Guarantee: a group is known by the smallest number among its members.
 */

export class Groups {
  private readonly above: Int32Array;

  constructor(members: number) {
    this.above = new Int32Array(members);
    for (let member = 0; member < members; member++) {
      this.above[member] = member;
    }
  }

  of(member: number): number {
    const { above } = this;
    let at = member;
    while (above[at] !== at) {
      // Halving the way for whoever comes next.
      above[at] = above[above[at] ?? at] ?? at;
      at = above[at] ?? at;
    }
    return at;
  }

  join(a: number, b: number): void {
    const first = this.of(a);
    const second = this.of(b);
    this.above[Math.max(first, second)] = Math.min(first, second);
  }
}
