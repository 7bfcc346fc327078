/**
 * Comparing records of one event: which tells more, and whether they tell different things.
 *
 * Guarantee: a total order by what the records say, whatever files they stand in; 0 only for records that say the same.
 */
import type { Caller } from '../cloudtrail/caller';
import type { JsonValue } from '../cloudtrail/columns';
import { isJsonObject, requestParameters, responseElements, valueAt } from '../cloudtrail/record';
import { compareText, isMasked } from '../cloudtrail/text';
import type { Dictionaries } from './dictionaries';
import { columnNames, columnWords, type EventColumns } from './event-columns';

const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
const places: ReadonlySet<string> = new Set(['file', 'start', 'length']);
const said = columnNames.filter((name) => !places.has(name));
const texts = ['sourceAddress', 'userAgent', 'errorCode', 'region', 'recipientAccount', 'vpcEndpoint'] as const;

export class Copies {
  constructor(private readonly dictionaries: Pick<Dictionaries, 'strings' | 'callers' | 'actions'>) {}

  /** Negative when the first is to be kept. */
  compare(a: EventColumns, aRow: number, b: EventColumns, bRow: number): number {
    if (this.same(a, aRow, b, bRow)) {
      return 0;
    }
    const addendum = Number(b.replacing.has(bRow)) - Number(a.replacing.has(aRow));
    if (addendum !== 0) {
      return addendum;
    }
    const time = (a.column('time')[aRow] ?? 0) - (b.column('time')[bRow] ?? 0);
    if (time !== 0 && a.replacing.has(aRow)) {
      return -time;
    }
    return (
      this.richness(b, bRow) - this.richness(a, aRow) || time || compareText(this.text(a, aRow), this.text(b, bRow))
    );
  }

  /** True when both have a value where the values differ. */
  contradict(a: EventColumns, aRow: number, b: EventColumns, bRow: number): boolean {
    if (this.same(a, aRow, b, bRow)) {
      return false;
    }
    const differ = (one: string, other: string): boolean => one !== '' && other !== '' && one !== other;
    return (
      a.column('time')[aRow] !== b.column('time')[bRow] ||
      a.column('action')[aRow] !== b.column('action')[bRow] ||
      texts.some((name) => differ(this.string(a, aRow, name), this.string(b, bRow, name))) ||
      this.callersContradict(this.caller(a, aRow), this.caller(b, bRow)) ||
      valuesContradict(recordSays(a, aRow), recordSays(b, bRow))
    );
  }

  private same(a: EventColumns, aRow: number, b: EventColumns, bRow: number): boolean {
    for (const name of said) {
      const words = columnWords[name];
      const one = a.column(name);
      const other = b.column(name);
      for (let word = 0; word < words; word++) {
        if (one[aRow * words + word] !== other[bRow * words + word]) {
          return false;
        }
      }
    }
    return (
      a.textIds.get(aRow) === b.textIds.get(bRow) &&
      a.replacing.get(aRow) === b.replacing.get(bRow) &&
      notableText(a, aRow) === notableText(b, bRow)
    );
  }

  private callersContradict(a: Caller, b: Caller): boolean {
    return (
      (a.accessKeyId !== '' && b.accessKeyId !== '' && a.accessKeyId !== b.accessKeyId) ||
      (a.principalId !== '' && b.principalId !== '' && a.principalId !== b.principalId) ||
      (a.arn !== '' && b.arn !== '' && a.arn !== b.arn) ||
      (a.creationDate !== undefined && b.creationDate !== undefined && a.creationDate !== b.creationDate)
    );
  }

  /** Characters that it tells beyond what every record has. */
  private richness(columns: EventColumns, row: number): number {
    return texts.reduce(
      (sum, name) => sum + this.string(columns, row, name).length,
      JSON.stringify(this.caller(columns, row)).length + notableText(columns, row).replaceAll(hidden, '').length,
    );
  }

  private text(columns: EventColumns, row: number): string {
    return JSON.stringify([
      columns.column('flags')[row],
      this.dictionaries.actions[columns.column('action')[row] ?? 0],
      this.caller(columns, row),
      texts.map((name) => this.string(columns, row, name)),
      columns.replacing.get(row),
      notableText(columns, row),
      [...columns.column('requestId').subarray(row * 2, row * 2 + 2)],
    ]);
  }

  private string(columns: EventColumns, row: number, name: (typeof texts)[number]): string {
    return this.dictionaries.strings[columns.column(name)[row] ?? 0] ?? '';
  }

  private caller(columns: EventColumns, row: number): Caller {
    const caller = this.dictionaries.callers[columns.column('caller')[row] ?? 0];
    if (caller === undefined) {
      throw new RangeError(`row ${String(row)} has no caller`);
    }
    return caller;
  }
}

/** What was asked and answered. */
function recordSays(columns: EventColumns, row: number): readonly JsonValue[] {
  const record = columns.notable.get(row);
  return record === undefined ? [] : [requestParameters(record) ?? null, responseElements(record) ?? null];
}

/** True when a value that both have differs. Masks and nulls are no values; nesting is as deep as the scanner lets it be. */
function valuesContradict(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === undefined || b === undefined || a === null || b === null || isMask(a) || isMask(b)) {
    return false;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return (a as readonly JsonValue[]).some((value, index) =>
      valuesContradict(value, (b as readonly JsonValue[])[index]),
    );
  }
  if (isJsonObject(a) && isJsonObject(b)) {
    return Object.keys(a).some((name) => valuesContradict(valueAt(a, name), valueAt(b, name)));
  }
  return a !== b;
}

function isMask(value: JsonValue): boolean {
  return typeof value === 'string' && (value === '' || value === '-' || isMasked(value));
}

function notableText(columns: EventColumns, row: number): string {
  return columns.notable.text(row);
}
