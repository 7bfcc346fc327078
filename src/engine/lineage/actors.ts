/**
 * Who made each call: the draft of a session by row.
 *
 * Guarantee: one column of numbers and a list of drafts; a row has at most one session.
 */
import type { SessionDraft } from './drafts';

export class Actors {
  /**
   * `column`: numbers of drafts by row, -1 for none, which is written to. `drafts`: those that it speaks of, in the order of
   * their numbers; more are added.
   */
  constructor(
    readonly column: Int32Array,
    private readonly drafts: SessionDraft[],
  ) {}

  /** Drafts that it knows. */
  get size(): number {
    return this.drafts.length;
  }

  add(draft: SessionDraft): void {
    draft.index = this.drafts.length;
    this.drafts.push(draft);
  }

  at(row: number): SessionDraft | undefined {
    return this.drafts[this.column[row] ?? -1];
  }

  set(row: number, draft: SessionDraft): void {
    this.column[row] = draft.index;
  }

  setAll(rows: Uint32Array, draft: SessionDraft): void {
    const { column } = this;
    const { index } = draft;
    for (let at = 0; at < rows.length; at++) {
      column[rows[at] ?? 0] = index;
    }
  }

  clear(rows: Uint32Array): void {
    const { column } = this;
    for (let at = 0; at < rows.length; at++) {
      column[rows[at] ?? 0] = -1;
    }
  }

  /** Numbers the drafts by their positions in this list; what else was drafted has no rows any more. */
  renumber(drafts: readonly SessionDraft[]): void {
    const { column } = this;
    const numbers = new Int32Array(this.drafts.length).fill(-1);
    drafts.forEach((draft, index) => {
      numbers[draft.index] = index;
    });
    for (const draft of this.drafts) {
      draft.index = numbers[draft.index] ?? -1;
    }
    for (let row = 0; row < column.length; row++) {
      const number = column[row] ?? -1;
      if (number !== -1) {
        column[row] = numbers[number] ?? -1;
      }
    }
  }
}
