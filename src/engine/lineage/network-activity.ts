/**
 * Network-activity events: what VPC endpoints saw of calls that may be logged as management or data events too.
 *
 * Guarantee: without a requestID a record is the copy of no other.
 */
import { EventFlag } from '../cloudtrail/columns';
import type { EventColumns } from './event-columns';

export function isNetworkActivity(columns: EventColumns, row: number): boolean {
  return ((columns.column('flags')[row] ?? 0) & EventFlag.networkActivity) !== 0;
}

/** What two records of one call have in common; '' without a requestID. */
export function callKey(columns: EventColumns, row: number): string {
  const ids = columns.column('requestId');
  const a = ids[row * 2] ?? 0;
  const b = ids[row * 2 + 1] ?? 0;
  return a === 0 && b === 0 ? '' : `${String(a)}|${String(b)}|${String(columns.column('action')[row] ?? 0)}`;
}

/** Calls that others are looked up among: most that are not wanted are told by two bytes of their ids. */
export class WantedCalls {
  private readonly keys = new Set<string>();
  private readonly marks = new Uint8Array(0x10000);

  /** What has no requestID is not wanted. */
  add(columns: EventColumns, row: number): void {
    const key = callKey(columns, row);
    if (key !== '') {
      this.keys.add(key);
      this.marks[(columns.column('requestId')[row * 2] ?? 0) & 0xffff] = 1;
    }
  }

  mayHave(columns: EventColumns, row: number): boolean {
    return this.marks[(columns.column('requestId')[row * 2] ?? 0) & 0xffff] === 1;
  }

  has(key: string): boolean {
    return this.keys.has(key);
  }
}
