/**
 * What notable records tell, by row: held as the bytes in which files brought them, parsed when somebody asks.
 *
 * Guarantee: in the order of rows. The same record is not parsed again while it is looked at again and again; how many are
 * kept parsed is bounded.
 */
import type { JsonObject, NotableTexts } from '../cloudtrail/columns';
import { grown } from '../cloudtrail/grown';
import { type Texts, textAtIndex } from '../cloudtrail/texts';

/** Records that are kept parsed, and as many again from before. */
const mostParsed = 1024;

export class NotableRecords implements ReadonlyMap<number, JsonObject> {
  size = 0;
  private rows = new Uint32Array(16);
  private indexes = new Uint32Array(16);
  private readonly texts: Texts[] = [];
  private recent = new Map<number, JsonObject>();
  private before = new Map<number, JsonObject>();

  /** All records of one file, whose rows begin at `base`. */
  appendFile({ rows, records }: NotableTexts, base: number): void {
    this.reserve(rows.length);
    for (let index = 0; index < rows.length; index++) {
      this.append(base + (rows[index] ?? 0), records, index);
    }
  }

  /** The record of a row of others, if it has one, as one behind all rows. */
  appendRow(from: NotableRecords, row: number, at: number): void {
    this.reserve(1);
    this.appendPlace(from, from.placeOf(row), at);
  }

  private appendPlace(from: NotableRecords, place: number, at: number): void {
    const texts = from.texts[place];
    if (texts !== undefined) {
      this.append(at, texts, from.indexes[place] ?? 0);
    }
  }

  /** Its records by their rows in a result, -1 for those that are not in it, in the order of these. */
  private placedInOrder(rows: Int32Array): { readonly row: number; readonly place: number }[] {
    const placed: { readonly row: number; readonly place: number }[] = [];
    for (let place = 0; place < this.size; place++) {
      const row = rows[this.rows[place] ?? 0] ?? -1;
      if (row >= 0) {
        placed.push({ row, place });
      }
    }
    return placed.sort((a, b) => a.row - b.row);
  }

  /** Records of two in the order of their rows in the result; -1 for rows that are not in it. */
  static merged(
    first: NotableRecords,
    firstRows: Int32Array,
    second: NotableRecords,
    secondRows: Int32Array,
  ): NotableRecords {
    const result = new NotableRecords();
    result.reserve(first.size + second.size);
    // What stays keeps its order; what came is in that of the files.
    const arrivals = second.placedInOrder(secondRows);
    let next = 0;
    const appendArrivals = (before: number): void => {
      for (; next < arrivals.length && (arrivals[next]?.row ?? 0) < before; next++) {
        const { row, place } = arrivals[next] ?? { row: 0, place: 0 };
        result.appendPlace(second, place, row);
      }
    };
    for (let place = 0; place < first.size; place++) {
      const row = firstRows[first.rows[place] ?? 0] ?? -1;
      if (row >= 0) {
        appendArrivals(row);
        result.appendPlace(first, place, row);
      }
    }
    appendArrivals(Infinity);
    return result;
  }

  /** As JSON; '' where there is none. */
  text(row: number): string {
    const place = this.placeOf(row);
    const texts = this.texts[place];
    return texts === undefined ? '' : textAtIndex(texts, this.indexes[place] ?? 0);
  }

  get(row: number): JsonObject | undefined {
    const known = this.recent.get(row) ?? this.before.get(row);
    if (known !== undefined) {
      return known;
    }
    const place = this.placeOf(row);
    return place < 0 ? undefined : this.parsed(row, place);
  }

  has(row: number): boolean {
    return this.placeOf(row) >= 0;
  }

  *keys(): MapIterator<number> {
    for (let place = 0; place < this.size; place++) {
      yield this.rows[place] ?? 0;
    }
  }

  *values(): MapIterator<JsonObject> {
    for (const [, record] of this) {
      yield record;
    }
  }

  *entries(): MapIterator<[number, JsonObject]> {
    for (const row of this.keys()) {
      const record = this.get(row);
      if (record !== undefined) {
        yield [row, record];
      }
    }
  }

  [Symbol.iterator](): MapIterator<[number, JsonObject]> {
    return this.entries();
  }

  forEach(visit: (record: JsonObject, row: number, map: ReadonlyMap<number, JsonObject>) => void): void {
    for (const [row, record] of this) {
      visit(record, row, this);
    }
  }

  private append(row: number, texts: Texts, index: number): void {
    this.rows[this.size] = row;
    this.indexes[this.size] = index;
    this.texts.push(texts);
    this.size++;
  }

  private reserve(more: number): void {
    const needed = this.size + more;
    if (needed > this.rows.length) {
      this.rows = grown(this.rows, needed);
      this.indexes = grown(this.indexes, needed);
    }
  }

  private placeOf(row: number): number {
    let low = 0;
    let high = this.size - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const at = this.rows[middle] ?? 0;
      if (at === row) {
        return middle;
      }
      if (at < row) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  private parsed(row: number, place: number): JsonObject | undefined {
    const texts = this.texts[place];
    if (texts === undefined) {
      return undefined;
    }
    const record = JSON.parse(textAtIndex(texts, this.indexes[place] ?? 0)) as JsonObject;
    if (this.recent.size === mostParsed) {
      this.before = this.recent;
      this.recent = new Map();
    }
    this.recent.set(row, record);
    return record;
  }
}
