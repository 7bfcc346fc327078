/**
 * Java map text, `{roleArn=arn:…, tags=[{key=a, value=b}]}`: what Athena and Elastic exports leave of a JSON object.
 *
 * Guarantee: never throws and never recurses deeper than `MAX_DEPTH`; text cut off in the middle gives the fields before
 * the cut. The notation has no quoting, so a value that holds `, name=` is read as two fields: best effort by nature.
 */
import type { JsonObject, JsonValue } from './columns';

const MAX_DEPTH = 32;

/** What a field name looks like: a value's comma is a separator only before such a name and `=`. */
const NEXT_FIELD = /^,\s*[A-Za-z_][\w.-]*=/;

class MapReader {
  private at = 0;

  constructor(private readonly text: string) {}

  readObject(depth: number): JsonObject {
    const fields: Record<string, JsonValue> = Object.create(null) as Record<string, JsonValue>;
    this.at += 1;
    for (;;) {
      this.skipSeparators();
      const c = this.text[this.at];
      if (c === undefined) break;
      if (c === '}') {
        this.at += 1;
        break;
      }
      const equals = this.text.indexOf('=', this.at);
      if (equals < 0) {
        this.at = this.text.length;
        break;
      }
      const name = this.text.slice(this.at, equals).trim();
      this.at = equals + 1;
      fields[name] = this.readValue(depth, true);
    }
    return { ...fields };
  }

  private readArray(depth: number): readonly JsonValue[] {
    const elements: JsonValue[] = [];
    this.at += 1;
    for (;;) {
      this.skipSeparators();
      const c = this.text[this.at];
      if (c === undefined) break;
      if (c === ']') {
        this.at += 1;
        break;
      }
      const before = this.at;
      elements.push(this.readValue(depth, false));
      if (this.at === before) this.at += 1;
    }
    return elements;
  }

  private readValue(depth: number, inObject: boolean): JsonValue {
    const c = this.text[this.at];
    if (depth < MAX_DEPTH && c === '{') return this.readObject(depth + 1);
    if (depth < MAX_DEPTH && c === '[') return this.readArray(depth + 1);
    return this.readScalar(inObject);
  }

  private readScalar(inObject: boolean): JsonValue {
    const start = this.at;
    let nested = 0;
    while (this.at < this.text.length) {
      const c = this.text[this.at];
      if (c === '{' || c === '[') nested += 1;
      else if (c === '}' || c === ']') {
        if (nested === 0) break;
        nested -= 1;
      } else if (c === ',' && nested === 0) {
        if (!inObject || NEXT_FIELD.test(this.text.slice(this.at, this.at + 80))) break;
      }
      this.at += 1;
    }
    const text = this.text.slice(start, this.at).trim();
    return text === 'null' ? null : text;
  }

  private skipSeparators(): void {
    for (;;) {
      const c = this.text[this.at];
      if (c !== ',' && c !== ' ' && c !== '\n' && c !== '\r' && c !== '\t') return;
      this.at += 1;
    }
  }
}

/** The fields of a `{name=value, …}` text; `undefined` when it has none. */
export function parseMapText(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined;
  const fields = new MapReader(text).readObject(0);
  return Object.keys(fields).length > 0 ? fields : undefined;
}
