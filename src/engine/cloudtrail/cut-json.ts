/**
 * JSON text cut off at a size limit: CloudTrail and exporters cut elements that grow too large.
 *
 * Guarantee: never throws; what is returned was complete in the text before the cut.
 */
import type { JsonValue } from './columns';

const MAX_DEPTH = 64;

/** The value without its incomplete last member; `undefined` when nothing complete is left. */
export function parseCutJson(text: string): JsonValue | undefined {
  let closers = '';
  let keptLength = 0;
  let keptClosers = '';
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (inString) {
      if (c === '\\') at += 1;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '{' || c === '[') {
      if (closers.length === MAX_DEPTH) return undefined;
      closers = (c === '{' ? '}' : ']') + closers;
    } else if (c === '}' || c === ']') {
      if (!closers.startsWith(c)) return undefined;
      closers = closers.slice(1);
      keptLength = at + 1;
      keptClosers = closers;
    } else if (c === ',') {
      keptLength = at;
      keptClosers = closers;
    }
  }
  if (keptLength === 0) return undefined;
  try {
    return JSON.parse(text.slice(0, keptLength) + keptClosers) as JsonValue;
  } catch {
    // Not JSON at all: there is nothing to save.
    return undefined;
  }
}
