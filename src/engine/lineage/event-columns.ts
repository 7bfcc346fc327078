/**
 * Rows of events as growing columns: what files bring, and what is set aside as a copy of an event that is already there.
 *
 * Guarantee: every typed array has room for `count` rows (`eventId` four words a row, `requestId` two). Indexes are held in
 * sixteen bits, and places in files in thirty-two, until one of a column does not fit.
 */
import type { FileColumns } from '../cloudtrail/columns';
import type { Remap } from './dictionaries';
import type { Indexes } from './model';
import { NotableRecords } from './notable-records';

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

type IndexColumn = (typeof textColumns)[number] | 'action' | 'file';
type Column = Float64Array | Uint32Array | Uint16Array;
type ColumnType = Float64ArrayConstructor | Uint32ArrayConstructor | Uint16ArrayConstructor;

/** The narrowest type that a column begins with. */
const firstTypes: Readonly<Record<ColumnName, ColumnType>> = {
  time: Float64Array,
  file: Uint16Array,
  start: Uint32Array,
  length: Uint32Array,
  eventId: Uint32Array,
  requestId: Uint32Array,
  caller: Uint32Array,
  action: Uint16Array,
  sourceAddress: Uint16Array,
  userAgent: Uint16Array,
  errorCode: Uint16Array,
  region: Uint16Array,
  recipientAccount: Uint16Array,
  vpcEndpoint: Uint16Array,
  flags: Uint16Array,
};

/** Beyond these a column needs the next wider type. */
const largestIn16 = 0xffff;
const largestIn32 = 0xffffffff;

export class EventColumns {
  count = 0;
  private readonly columns: Record<ColumnName, Column>;
  /** What only some rows have, in the order of rows. */
  textIds = new Map<number, string>();
  replacing = new Map<number, string>();
  notable = new NotableRecords();

  constructor(rows = 0, types: Readonly<Record<ColumnName, ColumnType>> = firstTypes) {
    this.columns = Object.fromEntries(
      columnNames.map((name) => [name, new types[name](rows * columnWords[name])]),
    ) as Record<ColumnName, Column>;
  }

  column(name: 'time'): Float64Array;
  column(name: 'start'): Float64Array | Uint32Array;
  column(name: 'flags'): Uint16Array;
  column(name: IndexColumn): Indexes;
  column(name: 'length' | 'eventId' | 'requestId' | 'caller'): Uint32Array;
  column(name: ColumnName): Column;
  column(name: ColumnName): Column {
    return this.columns[name];
  }

  /** Makes room for more rows. What the columns were before cannot be read afterwards. */
  reserve(more: number): void {
    const needed = this.count + more;
    if (needed <= this.columns.time.length) {
      return;
    }
    const rows = Math.max(needed, this.columns.time.length * 2);
    for (const name of columnNames) {
      const before = this.columns[name];
      this.columns[name] = this.copyOf(name, rows);
      release(before);
    }
  }

  /** All rows of one file. */
  appendFile(from: FileColumns, file: number, remap: Remap): void {
    const base = this.count;
    this.reserve(from.count);
    const { columns } = this;
    columns.time.set(from.time, base);
    columns.length.set(from.length, base);
    columns.eventId.set(from.eventId, base * 4);
    columns.requestId.set(from.requestId, base * 2);
    columns.flags.set(from.flags, base);
    this.fits('start', from.start[from.count - 1] ?? 0);
    columns.start.set(from.start, base);
    this.fits('file', file);
    columns.file.fill(file, base, base + from.count);
    this.translate('caller', from.caller, remap.callers);
    this.translate('action', from.action, remap.actions);
    for (const name of textColumns) {
      this.translate(name, from[name], remap.strings);
    }
    from.textIds.forEach((id, row) => this.textIds.set(base + row, id));
    from.replacing.forEach((id, row) => this.replacing.set(base + row, id));
    this.notable.appendFile(from.notable, base);
    this.count += from.count;
  }

  /** One row of other columns. */
  appendRow(from: EventColumns, row: number): void {
    this.reserve(1);
    for (const name of columnNames) {
      const words = columnWords[name];
      for (let word = 0; word < words; word++) {
        const value = from.columns[name][row * words + word] ?? 0;
        this.fits(name, value);
        this.columns[name][this.count * words + word] = value;
      }
    }
    copyEntry(from.textIds, row, this.textIds, this.count);
    copyEntry(from.replacing, row, this.replacing, this.count);
    this.notable.appendRow(from.notable, row, this.count);
    this.count++;
  }

  /** The numbers of files become others. */
  renumberFiles(numbers: readonly number[]): void {
    this.fits('file', numbers.length);
    const { file } = this.columns;
    for (let row = 0; row < this.count; row++) {
      file[row] = numbers[file[row] ?? 0] ?? 0;
    }
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
      const others = other.columns[name][otherRow] ?? 0;
      this.fits(name, others);
      other.fits(name, mine);
      this.columns[name][row] = others;
      other.columns[name][otherRow] = mine;
    }
  }

  /**
   * Rows of two columns as new ones: `sources[i]` is a row of `first`, or of `second` when negative (`~row`). Columns of
   * `second` are given back as they are read: it is empty afterwards.
   * `firstRows` and `secondRows` are the places of their rows in the result, -1 where they are not in it.
   */
  static merged(
    first: EventColumns,
    second: EventColumns,
    sources: Int32Array,
    firstRows: Int32Array,
    secondRows: Int32Array,
  ): EventColumns {
    const types = Object.fromEntries(
      columnNames.map((name) => [name, wider(first.columns[name], second.columns[name])]),
    ) as Record<ColumnName, ColumnType>;
    const result = new EventColumns(0, types);
    result.count = sources.length;
    const runs = runsOf(sources, first.count);
    for (const name of columnNames) {
      const words = columnWords[name];
      const to = new types[name](sources.length * words);
      for (const { at, from, length } of runs.ofFirst) {
        to.set(first.columns[name].subarray(from * words, (from + length) * words), at * words);
      }
      gather(first.columns[name], to, { sources, places: runs.ofFirstAlone, flip: 0, words });
      gather(second.columns[name], to, { sources, places: runs.ofSecond, flip: -1, words });
      result.columns[name] = to;
      release(second.columns[name]);
      second.columns[name] = new types[name](0);
    }
    result.notable = NotableRecords.merged(first.notable, firstRows, second.notable, secondRows);
    for (const entries of ['textIds', 'replacing'] as const) {
      mergeEntries(first[entries], firstRows, second[entries], secondRows, result[entries]);
    }
    second.clear();
    return result;
  }

  private clear(): void {
    this.count = 0;
    this.textIds = new Map();
    this.replacing = new Map();
    this.notable = new NotableRecords();
  }

  /** Rows that are in no order as new ones, in the order of `rows`. */
  private translate(name: IndexColumn | 'caller', from: Uint32Array, map: Uint32Array): void {
    const base = this.count;
    let to = this.columns[name];
    let all = 0;
    for (let row = 0; row < from.length; row++) {
      const value = map[from[row] ?? 0] ?? 0;
      all |= value;
      to[base + row] = value;
    }
    if (all > largestIn16 && to instanceof Uint16Array) {
      this.fits(name, all);
      to = this.columns[name];
      for (let row = 0; row < from.length; row++) {
        to[base + row] = map[from[row] ?? 0] ?? 0;
      }
    }
  }

  /** Widens a column whose type cannot hold the value. */
  private fits(name: ColumnName, value: number): void {
    const column = this.columns[name];
    const narrow = column instanceof Uint16Array ? largestIn16 : largestIn32;
    if (value > narrow && !(column instanceof Float64Array)) {
      this.columns[name] = this.copyOf(
        name,
        column.length / columnWords[name],
        value > largestIn32 ? Float64Array : Uint32Array,
      );
    }
  }

  private copyOf(name: ColumnName, rows: number, type = typeOf(this.columns[name])): Column {
    const copy = new type(rows * columnWords[name]);
    copy.set(this.columns[name].subarray(0, this.count * columnWords[name]));
    return copy;
  }
}

/** Its memory is free at once, not when it is next collected: a table has tens of megabytes. Where buffers cannot do that, then. */
function release({ buffer }: Column): void {
  const { transfer } = buffer as { transfer?: (bytes: number) => unknown };
  transfer?.call(buffer, 0);
}

function typeOf(column: Column): ColumnType {
  return column instanceof Float64Array ? Float64Array : column instanceof Uint32Array ? Uint32Array : Uint16Array;
}

function wider(a: Column, b: Column): ColumnType {
  return typeOf(a.BYTES_PER_ELEMENT < b.BYTES_PER_ELEMENT ? b : a);
}

/** So many rows are copied one by one in less time than it takes to say which. */
const shortRun = 64;

interface Runs {
  /** Rows of the first columns that stay together. */
  readonly ofFirst: readonly { readonly at: number; readonly from: number; readonly length: number }[];
  /** Places of the other rows of the first. */
  readonly ofFirstAlone: Uint32Array;
  /** Places of the rows of the second. */
  readonly ofSecond: Uint32Array;
}

function runsOf(sources: Int32Array, firstCount: number): Runs {
  const ofFirst: { at: number; from: number; length: number }[] = [];
  const ofFirstAlone = new Uint32Array(firstCount === 0 ? 0 : sources.length);
  const ofSecond = new Uint32Array(sources.length);
  let alone = 0;
  let others = 0;
  let at = 0;
  while (at < sources.length) {
    const from = sources[at] ?? 0;
    if (from < 0) {
      ofSecond[others] = at;
      others++;
      at++;
      continue;
    }
    const begin = at;
    at++;
    while (at < sources.length && sources[at] === from + at - begin) {
      at++;
    }
    if (at - begin > shortRun) {
      ofFirst.push({ at: begin, from, length: at - begin });
      continue;
    }
    for (let place = begin; place < at; place++) {
      ofFirstAlone[alone] = place;
      alone++;
    }
  }
  return { ofFirst, ofFirstAlone: ofFirstAlone.subarray(0, alone), ofSecond: ofSecond.subarray(0, others) };
}

interface Gathered {
  readonly sources: Int32Array;
  /** Places of the result that are filled. */
  readonly places: Uint32Array;
  /** -1 where sources are `~row`, otherwise 0. */
  readonly flip: number;
  readonly words: number;
}

function gather(from: Column, to: Column, { sources, places, flip, words }: Gathered): void {
  // One function a type: a loop over arrays of several types is many times slower.
  if (from instanceof Float64Array && to instanceof Float64Array) {
    gatherDoubles(from, to, sources, places, flip);
  } else if (from instanceof Uint16Array && to instanceof Uint16Array) {
    gatherShorts(from, to, sources, places, flip);
  } else if (from instanceof Uint32Array && to instanceof Uint32Array) {
    gatherWords(from, to, sources, places, flip, words);
  } else {
    for (let at = 0; at < places.length; at++) {
      const place = places[at] ?? 0;
      to[place] = from[(sources[place] ?? 0) ^ flip] ?? 0;
    }
  }
}

function gatherDoubles(
  from: Float64Array,
  to: Float64Array,
  sources: Int32Array,
  places: Uint32Array,
  flip: number,
): void {
  for (let at = 0; at < places.length; at++) {
    const place = places[at] ?? 0;
    to[place] = from[(sources[place] ?? 0) ^ flip] ?? 0;
  }
}

function gatherShorts(
  from: Uint16Array,
  to: Uint16Array,
  sources: Int32Array,
  places: Uint32Array,
  flip: number,
): void {
  for (let at = 0; at < places.length; at++) {
    const place = places[at] ?? 0;
    to[place] = from[(sources[place] ?? 0) ^ flip] ?? 0;
  }
}

function gatherWords(
  from: Uint32Array,
  to: Uint32Array,
  sources: Int32Array,
  places: Uint32Array,
  flip: number,
  words: number,
): void {
  for (let at = 0; at < places.length; at++) {
    const place = places[at] ?? 0;
    const base = ((sources[place] ?? 0) ^ flip) * words;
    for (let word = 0; word < words; word++) {
      to[place * words + word] = from[base + word] ?? 0;
    }
  }
}

function copyEntry<T>(from: ReadonlyMap<number, T>, row: number, to: Map<number, T>, at: number): void {
  const value = from.get(row);
  if (value !== undefined) {
    to.set(at, value);
  }
}

/** Entries in the order of their rows in the result. */
function mergeEntries<T>(
  first: ReadonlyMap<number, T>,
  firstRows: Int32Array,
  second: ReadonlyMap<number, T>,
  secondRows: Int32Array,
  to: Map<number, T>,
): void {
  const entries: [number, T][] = [];
  const collect = (from: ReadonlyMap<number, T>, rows: Int32Array): void => {
    for (const [row, value] of from) {
      const place = rows[row] ?? -1;
      if (place >= 0) {
        entries.push([place, value]);
      }
    }
  };
  collect(first, firstRows);
  collect(second, secondRows);
  entries.sort(([a], [b]) => a - b);
  for (const [row, value] of entries) {
    to.set(row, value);
  }
}
