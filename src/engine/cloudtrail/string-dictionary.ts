/**
 * The dictionary behind text columns: every distinct value once, index 0 the empty string for "absent".
 *
 * Guarantee: equal texts have equal indexes, however they were escaped; `-` is absent; a text longer than
 * `MAX_FIELD_LENGTH` is cut and ends in an ellipsis (two that differ only behind the cut become one), so that hostile
 * values cannot fill the memory.
 */
import { ByteInterner } from './byte-interner';
import { cutText, decodeUtf8, MAX_FIELD_LENGTH } from './text';
import { type Texts, TextsBuilder } from './texts';

const MAX_COLUMNS = 32;

export class StringDictionary {
  readonly values: string[] = [''];
  private readonly interner = new ByteInterner();
  /** Index in `values` by number of the interner. */
  private readonly indexes: number[] = [];
  /** Number of the interner that a column had last. */
  private readonly latest = new Int32Array(MAX_COLUMNS).fill(-1);
  private readonly byText = new Map<string, number>([
    ['', 0],
    ['-', 0],
  ]);

  addText(text: string): number {
    const cut = cutText(text, MAX_FIELD_LENGTH);
    const known = this.byText.get(cut);
    if (known !== undefined) return known;
    this.byText.set(cut, this.values.length);
    return this.values.push(cut) - 1;
  }

  /**
   * `start` and `end` are the quotes' inner sides; `column` is a small number that tells whose value it is.
   * Undefined when an escape is not JSON.
   */
  addString(bytes: Uint8Array, start: number, end: number, escaped: boolean, column: number): number | undefined {
    if (start === end) return 0;
    // Plain text has no backslash and escaped text always has one, so that both can share one interner.
    const number =
      end - start <= MAX_FIELD_LENGTH ? this.interner.intern(bytes, start, end, this.latest[column] ?? -1) : -1;
    this.latest[column] = number;
    const known = this.indexes[number];
    if (known !== undefined) return known < 0 ? undefined : known;
    const text = escaped ? unescapeString(bytes, start, end) : decodeUtf8(bytes, start, end);
    const index = text === undefined ? undefined : this.addText(text);
    if (number >= 0) this.indexes[number] = index ?? -1;
    return index;
  }

  finish(): Texts {
    const texts = new TextsBuilder();
    for (const value of this.values) texts.addText(value);
    return texts.finish();
  }
}

/** The text of a JSON string from the bytes between its quotes; undefined when an escape is not JSON. */
export function unescapeString(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    const text: unknown = JSON.parse(`"${decodeUtf8(bytes, start, end)}"`);
    return typeof text === 'string' ? text : undefined;
  } catch {
    // An unknown escape: the caller rejects the record with its place.
    return undefined;
  }
}
