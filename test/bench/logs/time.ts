/**
 * The one day that the generated logs tell of, and how AWS writes its instants. Whole seconds since 1970, UTC: CloudTrail knows
 * no finer time.
 */
import { isoTime, stsDate, utc, type Seconds } from '../../../scripts/sample/records';

export { isoTime, stsDate, type Seconds };

export const DAY_START = utc('2025-05-15T00:00:00Z');
export const DAY_SECONDS = 86_400;
export const HOUR_SECONDS = 3600;

/** CloudTrail closes its files about every five minutes (AWS: "How CloudTrail works"). */
export const SLOT_SECONDS = 300;

/** `2025/05/15`, the folders of a delivered file. */
export function dayPath(at: Seconds): string {
  return isoTime(at).slice(0, 10).replaceAll('-', '/');
}

/** `20250515T0935Z`, as in the name of a delivered file. */
export function deliveryTime(at: Seconds): string {
  return `${isoTime(at).slice(0, 16).replaceAll(/[-:]/g, '')}Z`;
}

let lastAt = NaN;
let lastText = '';

/** `isoTime` for instants that mostly repeat. */
export function eventTime(at: Seconds): string {
  if (at !== lastAt) {
    lastAt = at;
    lastText = isoTime(at);
  }
  return lastText;
}
