/**
 * Bytes to text.
 *
 * Guarantee: bytes that are not UTF-8 become U+FFFD, never an exception; a cut never splits a surrogate pair.
 */

/** Part of the language's host everywhere (Node, browsers, workers), but of no `lib` the engine is compiled with. */
declare const TextDecoder: new (
  label: string,
  options: { readonly ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

/** Longest text a dictionary keeps, UTF-16 units. AWS's own fields are far shorter; the record on disk stays whole. */
export const MAX_FIELD_LENGTH = 4096;

/** What publishers put where an id or a name was: stars, or AWS's own words for it. Neither ids nor names hold stars. */
export function isMasked(text: string): boolean {
  return text.includes('***') || text.startsWith('HIDDEN_DUE_TO_');
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Below this a loop beats the call into the decoder. */
const SHORT = 24;

export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT) {
    let text = '';
    let at = start;
    for (; at < end; at += 1) {
      const byte = bytes[at] ?? 0x80;
      if (byte >= 0x80) break;
      text += String.fromCharCode(byte);
    }
    if (at === end) return text;
  }
  return decoder.decode(bytes.subarray(start, end));
}

/** The text itself, or its first `length` units and an ellipsis. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return `${text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)}…`;
}

/** `1234567` → `1,234,567`, the same in every locale; the platform takes 50 ms for its first number, which stops an editor. */
export function withThousands(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Order of code units: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What stands behind the last `/` of an ARN or a path; the whole text when it has none. */
export function lastSegment(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}
