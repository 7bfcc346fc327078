/**
 * Rows of events as growing columns: what files bring, and what is set aside as a copy of an event that is already there.
 *
 * Guarantee: every typed array has room for `count` rows (`eventId` four words a row, `requestId` two).
 */
import type { FileColumns, JsonObject } from '../cloudtrail/columns';

/** Typed columns and their words per row. */
export const columnWords = {
  time: 1,
  file: 1,
  start: 1,
  length: 1,
  eventId: 4,
  requestId: 2,
  caller: 1,
  action: 1,
  sourceAddress: 1,
  userAgent: 1,
  errorCode: 1,
  region: 1,
  recipientAccount: 1,
  vpcEndpoint: 1,
  flags: 1,
} as const;

export type ColumnName = keyof typeof columnWords;
export const columnNames = Object.keys(columnWords) as readonly ColumnName[];

/** Columns of text: indexes into the shared strings. */
const textColumns = [
  'sourceAddress',
  'userAgent',
  'errorCode',
  'region',
  'recipientAccount',
  'vpcEndpoint',
] as const satisfies readonly ColumnName[];

type Column = Float64Array | Uint32Array | Uint16Array;

function emptyColumn(name: ColumnName, rows: number): Column {
  const length = rows * columnWords[name];
  switch (name) {
    case 'time':
    case 'start':
      return new Float64Array(length);
    case 'flags':
      return new Uint16Array(length);
    default:
      return new Uint32Array(length);
  }
}

/** How the dictionaries of one file map to the shared ones. */
export interface Remap {
  readonly strings: Uint32Array;
  readonly callers: Uint32Array;
  readonly actions: Uint32Array;
}

export class EventColumns {
  count = 0;
  private readonly columns: Record<ColumnName, Column>;
  /** What only some rows have. */
  textIds = new Map<number, string>();
  replacing = new Map<number, string>();
  notable = new Map<number, JsonObject>();

  constructor(rows = 0) {
    this.columns = Object.fromEntries(columnNames.map((name) => [name, emptyColumn(name, rows)])) as Record<
      ColumnName,
      Column
    >;
  }

  column(name: 'time' | 'start'): Float64Array;
  column(name: 'flags'): Uint16Array;
  column(name: Exclude<ColumnName, 'time' | 'start' | 'flags'>): Uint32Array;
  column(name: ColumnName): Column;
  column(name: ColumnName): Column {
    return this.columns[name];
  }

  /** Makes room for more rows. */
  reserve(more: number): void {
    const needed = this.count + more;
    if (needed <= this.columns.time.length) {
      return;
    }
    const rows = Math.max(needed, this.columns.time.length * 2);
    for (const name of columnNames) {
      const bigger = emptyColumn(name, rows);
      bigger.set(this.columns[name].subarray(0, this.count * columnWords[name]));
      this.columns[name] = bigger;
    }
  }

  /** All rows of one file. */
  appendFile(from: FileColumns, file: number, remap: Remap): void {
    const base = this.count;
    this.reserve(from.count);
    const { columns } = this;
    columns.time.set(from.time.subarray(0, from.count), base);
    columns.start.set(from.start.subarray(0, from.count), base);
    columns.length.set(from.length.subarray(0, from.count), base);
    columns.eventId.set(from.eventId.subarray(0, from.count * 4), base * 4);
    columns.requestId.set(from.requestId.subarray(0, from.count * 2), base * 2);
    columns.flags.set(from.flags.subarray(0, from.count), base);
    columns.file.fill(file, base, base + from.count);
    translate(from.caller, remap.callers, columns.caller, base, from.count);
    translate(from.action, remap.actions, columns.action, base, from.count);
    for (const name of textColumns) {
      translate(from[name], remap.strings, columns[name], base, from.count);
    }
    from.textIds.forEach((id, row) => this.textIds.set(base + row, id));
    from.replacing.forEach((id, row) => this.replacing.set(base + row, id));
    from.notable.forEach((record, row) => this.notable.set(base + row, record));
    this.count += from.count;
  }

  /** One row of other columns. */
  appendRow(from: EventColumns, row: number): void {
    this.reserve(1);
    for (const name of columnNames) {
      const words = columnWords[name];
      for (let word = 0; word < words; word++) {
        this.columns[name][this.count * words + word] = from.columns[name][row * words + word] ?? 0;
      }
    }
    copyEntry(from.textIds, row, this.textIds, this.count);
    copyEntry(from.replacing, row, this.replacing, this.count);
    copyEntry(from.notable, row, this.notable, this.count);
    this.count++;
  }

  /** The same rows with columns of their own for where they are read from: whoever holds the others keeps what they say. */
  withOwnPlaces(): EventColumns {
    const copy = new EventColumns();
    copy.count = this.count;
    copy.textIds = this.textIds;
    copy.replacing = this.replacing;
    copy.notable = this.notable;
    for (const name of columnNames) {
      const isPlace = name === 'file' || name === 'start' || name === 'length';
      copy.columns[name] = isPlace ? this.columns[name].slice() : this.columns[name];
    }
    return copy;
  }

  /** The same event elsewhere: which of two files a row is read from. */
  swapPlaces(row: number, other: EventColumns, otherRow: number): void {
    for (const name of ['file', 'start', 'length'] as const) {
      const mine = this.columns[name][row] ?? 0;
      this.columns[name][row] = other.columns[name][otherRow] ?? 0;
      other.columns[name][otherRow] = mine;
    }
  }

  /**
   * Rows of two columns as new ones: `sources[i]` is a row of `first`, or of `second` when negative (`~row`).
   */
  static gathered(first: EventColumns, second: EventColumns, sources: Int32Array): EventColumns {
    const result = new EventColumns(sources.length);
    result.count = sources.length;
    for (const name of columnNames) {
      gather(first.columns[name], second.columns[name], result.columns[name], sources, columnWords[name]);
    }
    for (const entries of ['textIds', 'replacing', 'notable'] as const) {
      gatherEntries(first, second, result, sources, entries);
    }
    return result;
  }
}

function translate(from: Uint32Array, map: Uint32Array, to: Column, base: number, count: number): void {
  for (let row = 0; row < count; row++) {
    to[base + row] = map[from[row] ?? 0] ?? 0;
  }
}

function gather(first: Column, second: Column, to: Column, sources: Int32Array, words: number): void {
  if (words === 1) {
    for (let row = 0; row < sources.length; row++) {
      const source = sources[row] ?? 0;
      to[row] = (source >= 0 ? first[source] : second[~source]) ?? 0;
    }
    return;
  }
  for (let row = 0; row < sources.length; row++) {
    const source = sources[row] ?? 0;
    const column = source >= 0 ? first : second;
    const base = (source >= 0 ? source : ~source) * words;
    for (let word = 0; word < words; word++) {
      to[row * words + word] = column[base + word] ?? 0;
    }
  }
}

function copyEntry<T>(from: ReadonlyMap<number, T>, row: number, to: Map<number, T>, at: number): void {
  const value = from.get(row);
  if (value !== undefined) {
    to.set(at, value);
  }
}

/** Few rows have an entry, except in `notable`: walked row by row, so that entries stay in the order of rows. */
function gatherEntries(
  first: EventColumns,
  second: EventColumns,
  to: EventColumns,
  sources: Int32Array,
  name: 'textIds' | 'replacing' | 'notable',
): void {
  if (first[name].size === 0 && second[name].size === 0) {
    return;
  }
  for (let row = 0; row < sources.length; row++) {
    const source = sources[row] ?? 0;
    const value = source >= 0 ? first[name].get(source) : second[name].get(~source);
    if (value !== undefined) {
      (to[name] as Map<number, typeof value>).set(row, value);
    }
  }
}
