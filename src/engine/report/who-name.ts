/**
 * What of a pasted text is a name: `"ASIA…",`, `<arn:aws:sts::…>`, `accessKeyId=ASIA… was used from 203.0.113.7.`
 *
 * Guarantee: the first candidate is the text itself without the quotes, brackets and marks around it; the others are its
 * words that have the shape of an id. Nothing shorter than a word is ever a candidate.
 */

/** Quotes and brackets that people and programs put around a name, and the marks that end a sentence. */
const before = /^[\s"'`“”‘’«»<({[]+/;
const after = /(?:[\s"'`“”‘’«»>)}\],;.!?]|(?<!:):(?!:))+$/;
/** `accessKey:` before a value, but not the first group of an IPv6 address. */
const label = /^(?![0-9a-f]{1,4}:)[a-z][\w-]*:(?=.)/i;
/** What parts one value from the next in JSON, CSV, logs and prose. */
const between = /[\s"'`“”‘’«»<>(){}[\],;=|&]+/;
/** Marks of Markdown and of paths around a word, which few names begin or end with: tried after the word itself. */
const around = /^[*_~/\\#?]+|[*_~/\\]+$/g;
const port = /^((?:\d{1,3}\.){3}\d{1,3}):\d{1,5}$/;

/** Words that name something wherever they stand. */
const shapes: readonly RegExp[] = [
  /^arn:[\w-]+:[\w-]*:[\w-]*:\d*:\S+$/,
  /^A[A-Z]{3}[A-Z0-9]{12,124}(?::\S+)?$/i,
  /^m?i-[0-9a-f]{8,17}$/i,
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  /^hash:[0-9a-f]{32}$/i,
  /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/,
  /^(?=.*:.*:)[0-9a-f:.]+(?:\/\d{1,3})?$/i,
  /^\d{12}$/,
];

/** More words than these are a document, not a name. */
const mostWords = 64;
/** Longer than any name in CloudTrail; the rest of what was pasted is not looked at. */
const mostLength = 4096;

export function namesIn(query: string): string[] {
  const text = refanged(query.slice(0, mostLength));
  const whole = bare(text);
  const words = text
    .split(between)
    .slice(0, mostWords)
    .flatMap((word) => [bare(word), bare(word.replace(label, ''))])
    .flatMap((word) => [word, word.replace(around, ''), word.replace(port, '$1'), decoded(word)])
    .filter((word) => shapes.some((shape) => shape.test(word)));
  return [...new Set([whole, whole.replace(/^([*_~]+)([^*~]+)\1$/, '$2'), ...words])]
    .filter((name) => name !== '')
    .flatMap((name) => [...new Set([name, inCase(name)])]);
}

/** Reports write `192[.]0[.]2[.]66` so that nobody clicks on it. */
function refanged(text: string): string {
  return text.replace(/\[([.:])\]|\(\.\)/g, (_, mark?: string) => mark ?? '.');
}

function decoded(word: string): string {
  if (!/^arn%3a/i.test(word)) {
    return word;
  }
  try {
    return decodeURIComponent(word);
  } catch {
    // A percent sign of its own: it stays as it was pasted.
    return word;
  }
}

function bare(text: string): string {
  return text.replace(before, '').replace(after, '').trim();
}

/** Ids have one case; only names that people choose have both. */
function inCase(name: string): string {
  if (/^A[A-Z]{3}[A-Z0-9]{12,124}$/i.test(name)) {
    return name.toUpperCase();
  }
  if (/^A(?:ROA|IDA)[A-Z0-9]{12,124}:/i.test(name)) {
    const colon = name.indexOf(':');
    return name.slice(0, colon).toUpperCase() + name.slice(colon);
  }
  return /^(?:m?i-[0-9a-f]{8,17}|(?:hash:)?[0-9a-f-]{32,36})$/i.test(name) ? name.toLowerCase() : name;
}
