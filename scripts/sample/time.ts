/** Instants of the sample: whole seconds since 1970, UTC. CloudTrail knows no finer time. */

export type Seconds = number;

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86400;

/** `2025-05-16T00:52:11Z` to seconds. */
export function utc(iso: string): Seconds {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) throw new Error(`not an instant: ${iso}`);
  return Math.floor(ms / 1000);
}

/** As in eventTime and creationDate: `2025-05-16T00:52:11Z`. */
export function isoTime(at: Seconds): string {
  return new Date(at * 1000).toISOString().replace('.000Z', 'Z');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function clock(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const hour = date.getUTCHours();
  return `${hour % 12 === 0 ? 12 : hour % 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hour < 12 ? 'AM' : 'PM'}`;
}

function day(date: Date): string {
  return `${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
}

/** As STS writes `credentials.expiration`: `Jul 10, 2023, 6:30:22 PM`. */
export function stsDate(at: Seconds): string {
  const date = new Date(at * 1000);
  return `${day(date)}, ${clock(date)}`;
}

/** As IAM writes `createDate`: `Jul 10, 2023 12:24:29 PM`, without the second comma. */
export function iamDate(at: Seconds): string {
  const date = new Date(at * 1000);
  return `${day(date)} ${clock(date)}`;
}
