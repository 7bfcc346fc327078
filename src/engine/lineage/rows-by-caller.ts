/**
 * Rows of each caller, and of each session.
 *
 * Guarantee: by counting: two passes over the table, two arrays.
 */
import type { EventTable } from './model';

export class RowsByCaller {
  /** Callers that have rows, in the order of their first. */
  readonly callers: readonly number[];
  private readonly ends: Uint32Array;
  private readonly rows: Uint32Array;

  constructor({ caller, count, callers }: EventTable) {
    const starts = new Uint32Array(callers.length + 1);
    const seen: number[] = [];
    for (let row = 0; row < count; row++) {
      const index = caller[row] ?? 0;
      if (starts[index + 1] === 0) {
        seen.push(index);
      }
      starts[index + 1] = (starts[index + 1] ?? 0) + 1;
    }
    for (let index = 1; index < starts.length; index++) {
      starts[index] = (starts[index] ?? 0) + (starts[index - 1] ?? 0);
    }
    // Filled from the starts, which become the ends of the rows before.
    this.rows = new Uint32Array(count);
    for (let row = 0; row < count; row++) {
      const index = caller[row] ?? 0;
      const at = starts[index] ?? 0;
      this.rows[at] = row;
      starts[index] = at + 1;
    }
    this.ends = starts;
    this.callers = seen;
  }

  /** In order. */
  of(caller: number): Uint32Array {
    return this.rows.subarray(caller === 0 ? 0 : this.ends[caller - 1], this.ends[caller]);
  }
}

export class RowsBySession {
  private readonly ends: Uint32Array;
  private readonly rows: Uint32Array;

  constructor({ session, count }: EventTable, sessions: number) {
    const starts = new Uint32Array(sessions + 1);
    for (let row = 0; row < count; row++) {
      const index = session[row] ?? -1;
      if (index >= 0) {
        starts[index + 1] = (starts[index + 1] ?? 0) + 1;
      }
    }
    for (let index = 1; index < starts.length; index++) {
      starts[index] = (starts[index] ?? 0) + (starts[index - 1] ?? 0);
    }
    this.rows = new Uint32Array(starts[sessions] ?? 0);
    for (let row = 0; row < count; row++) {
      const index = session[row] ?? -1;
      if (index >= 0) {
        const at = starts[index] ?? 0;
        this.rows[at] = row;
        starts[index] = at + 1;
      }
    }
    this.ends = starts;
  }

  /** In order. */
  of(session: number): Uint32Array {
    return this.rows.subarray(session === 0 ? 0 : this.ends[session - 1], this.ends[session]);
  }
}
