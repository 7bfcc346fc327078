/**
 * Words for people. Values from logs are written by whoever made the call: they are data, cut to a length and cleared of
 * characters that would reorder or break a line.
 */

/** Control characters, and the marks that turn the direction of text around. */
// eslint-disable-next-line no-control-regex -- they are what must go
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export function clean(text: string, most = 128): string {
  const plain = text.slice(0, most * 4).replace(unprintable, '\ufffd');
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
}

/** `a`, `a and b`, `a, b and c`; beyond `most`: `a, b and 7 more`. */
export function listed(items: readonly string[], most = 4): string {
  const shown = items.length > most ? [...items.slice(0, most - 1), `${String(items.length - most + 1)} more`] : items;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

/** `1 event`, `2 events`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${String(count)} ${count === 1 ? noun : plural}`;
}

const ordinals = [
  'Zeroth',
  'First',
  'Second',
  'Third',
  'Fourth',
  'Fifth',
  'Sixth',
  'Seventh',
  'Eighth',
  'Ninth',
  'Tenth',
];

/** `Third`, `11th`, `22nd`. */
export function ordinal(count: number): string {
  const word = ordinals[count];
  if (word !== undefined) {
    return word;
  }
  const teens = count % 100 >= 11 && count % 100 <= 13;
  const ending = teens ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${String(count)}${ending}`;
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** `40 seconds`, `9 minutes`, `1.5 hours`, `3 days`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [amount, unit] =
    seconds < 120
      ? [seconds, 'second']
      : seconds < 120 * 60
        ? [Math.round(seconds / 60), 'minute']
        : seconds < 48 * 3600
          ? [Math.round(seconds / 360) / 10, 'hour']
          : [Math.round(seconds / 8640) / 10, 'day'];
  return `${String(amount)} ${unit}${amount === 1 ? '' : 's'}`;
}
