/**
 * Instants as CloudTrail and the tools that pass its records on write them.
 *
 * Guarantee: `parseInstant` never throws and never gives NaN; what it does not understand is `undefined`.
 * A text without a zone is UTC: CloudTrail has no other. No clock is read.
 */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `2023-07-10T12:00:00Z`, `.000Z`, `+02:00`, a blank instead of T (Athena, Panther), basic `20131102T010628Z`, or the date alone. */
const ISO =
  /^(\d{4})(-?)(\d{2})\2(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?\s?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;

/** `Jul 10, 2023, 6:30:22 PM` and `Jul 5, 2021 1:18:34 PM`: how `responseElements.credentials.expiration` is written. */
const US =
  /^([a-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4}),? (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([ap])\.?m\.?)?(?: (?:UTC|GMT|Z))?$/i;

const EPOCH = /^\d{9,19}(?:\.\d{1,9})?$/;

/** The range of `Date`. */
const MAX_INSTANT = 8.64e15;

/** Numbers below are no instant a log can hold: September 2001. */
const EARLIEST_EPOCH_SECONDS = 1e9;

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function toInstant(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  milliseconds: number,
): number | undefined {
  const days = DAYS_IN_MONTH[month - 1];
  if (days === undefined || day < 1 || day > days || hour > 23 || minute > 59 || second > 60) return undefined;
  if (month === 2 && day === 29 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0))) return undefined;
  const instant = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  return Number.isFinite(instant) && year >= 1970 ? instant : undefined;
}

function zoneOffset(zone: string): number | undefined {
  if (!/^[+-]/.test(zone)) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function parseIso(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, , month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone = 'Z'] = match;
  const milliseconds = Number(`${fraction}00`.slice(0, 3));
  const instant = toInstant(
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    milliseconds,
  );
  const offset = zoneOffset(zone);
  return instant === undefined || offset === undefined ? undefined : instant - offset;
}

/** As AWS writes nearly all of them, `2023-07-10T12:00:00Z`; `undefined` for anything else, which may be an instant too. */
function parseUsual(text: string): number | undefined {
  if (text.length !== 20) return undefined;
  for (let at = 0; at < 20; at += 1) {
    const code = text.charCodeAt(at);
    const wanted =
      at === 4 || at === 7 ? DASH : at === 10 ? LETTER_T : at === 13 || at === 16 ? COLON : at === 19 ? LETTER_Z : 0;
    if (wanted === 0 ? code < DIGIT_0 || code > DIGIT_0 + 9 : code !== wanted) return undefined;
  }
  const two = (at: number): number => (text.charCodeAt(at) - DIGIT_0) * 10 + text.charCodeAt(at + 1) - DIGIT_0;
  return toInstant(two(0) * 100 + two(2), two(5), two(8), two(11), two(14), two(17), 0);
}

const DIGIT_0 = 0x30;
const DASH = 0x2d;
const COLON = 0x3a;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;

function parseUs(text: string): number | undefined {
  const match = US.exec(text);
  if (match === null) return undefined;
  const [, monthName = '', day, year, hourText, minute, second = '0', half] = match;
  let hour = Number(hourText);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  }
  const month = MONTHS.indexOf(monthName.toLowerCase()) + 1;
  return toInstant(Number(year), month, Number(day), hour, Number(minute), Number(second), 0);
}

function fromEpoch(value: number): number | undefined {
  if (!Number.isFinite(value) || value < EARLIEST_EPOCH_SECONDS) return undefined;
  // Seconds until the year 5138, then milliseconds, microseconds, nanoseconds: the ranges of this century do not overlap.
  const milliseconds = value < 1e11 ? value * 1000 : value < 1e14 ? value : value < 1e17 ? value / 1e3 : value / 1e6;
  return milliseconds <= MAX_INSTANT ? Math.floor(milliseconds) : undefined;
}

/** Milliseconds since the epoch, UTC; `undefined` when the value is not an instant. */
export function parseInstant(value: unknown): number | undefined {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const usual = parseUsual(value);
  if (usual !== undefined) return usual;
  // Java writes a narrow no-break space before AM/PM since CLDR 42.
  const text = value.replace(/[\s\u00A0\u202F]+/g, ' ').trim();
  return parseIso(text) ?? parseUs(text) ?? (EPOCH.test(text) ? fromEpoch(Number(text)) : undefined);
}

/** `2023-07-10T12:00:00Z`: ISO 8601, UTC, whole seconds (cut, not rounded). '' for what is not an instant. */
export function formatInstant(milliseconds: number): string {
  if (!(Math.abs(milliseconds) <= MAX_INSTANT)) return '';
  return `${new Date(milliseconds).toISOString().slice(0, -5)}Z`;
}
