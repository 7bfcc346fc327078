/**
 * What is asked of every row but depends on a value of a dictionary alone: worked out once a value, then read by its index.
 *
 * Guarantee: a value that no row has costs nothing, unless all actions are asked for.
 */
import type { Action } from '../cloudtrail/columns';
import type { EventTable } from '../lineage/model';

/** A yes or no of each value of a dictionary, worked out when it is first asked for. */
export class Facts<T> {
  private readonly known: Uint8Array;

  constructor(
    private readonly values: readonly T[],
    private readonly test: (value: T) => boolean,
  ) {
    this.known = new Uint8Array(values.length);
  }

  of(index: number): boolean {
    const known = this.known[index];
    return known === undefined || known === 0 ? this.find(index) : known === 1;
  }

  private find(index: number): boolean {
    const value = this.values[index];
    const yes = value !== undefined && this.test(value);
    this.known[index] = yes ? 1 : 2;
    return yes;
  }
}

/** Rows of the actions that pass, in time order. */
export function rowsOfActions(events: EventTable, wanted: (action: Action) => boolean): number[] {
  const passes = Uint8Array.from(events.actions, (action) => (wanted(action) ? 1 : 0));
  const { action, count } = events;
  const rows: number[] = [];
  if (passes.includes(1)) {
    for (let row = 0; row < count; row++) {
      if (passes[action[row] ?? 0] === 1) {
        rows.push(row);
      }
    }
  }
  return rows;
}
