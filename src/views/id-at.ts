/**
 * The ids that a text names at a place: access keys, principals, ARNs, instances, addresses and event ids, as tickets,
 * notes, alerts and logs write them.
 *
 * Guarantee: pure; looks no further than `REACH` characters to either side, however long the line; nothing is taken out
 * of the middle of a longer word; the longest id comes first, then those inside of it.
 */
import ipaddr from 'ipaddr.js';

export interface IdAt {
  /** As it stands in the text, and as it is asked for. */
  readonly text: string;
  /** Column of its first character, and the one behind its last. */
  readonly start: number;
  readonly end: number;
}

/** More than the longest ARN of an identity: a path of 512 characters and two names. */
const REACH = 1024;
/** Whoever pastes more than this pasted no id. */
const LONGEST = 2048;

/**
 * What IAM and STS let a name be made of. A point or comma that ends a sentence looks like part of it: both ways are
 * offered, and the logs know which one there is.
 */
const NAME = String.raw`[\w+=,.@-]`;
const AMBIGUOUS_END = /[.,=+-]+$/;

const FORMS: readonly RegExp[] = [
  new RegExp(
    String.raw`(?<![\w-])arn:aws(?:-[a-z]+)*:(?:iam|sts)::\d{12}:(?:root\b|(?:role|user|assumed-role|federated-user)/(?:${NAME}|/|:(?=ec2-))+)`,
    'g',
  ),
  new RegExp(String.raw`(?<![\w-])arn:aws(?:-[a-z]+)*:iam::(?:\d{12}|aws):(?:group|policy)/(?:${NAME}|/)+`, 'g'),
  // Principals of federated users, and of instances that have an identity role.
  new RegExp(String.raw`(?<![\w:./-])\d{12}:(?:aws:ec2-instance:i-[0-9a-f]{8,17}|${NAME}{2,64})(?![\w+=,.@:/-])`, 'g'),
  // The id of a record that has none of its own.
  /(?<![\w:])hash:[0-9a-f]{32}(?!\w)/g,
  new RegExp(String.raw`(?<![A-Za-z0-9])A(?:ROA|IDA)[A-Z0-9]{12,124}(?::${NAME}{2,64})?(?![A-Za-z0-9])`, 'g'),
  /(?<![A-Za-z0-9])A(?:ROA|IDA)[A-Z0-9]{12,124}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])A(?:KIA|SIA)[A-Z0-9]{12,124}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])(?:i-(?:[0-9a-f]{17}|[0-9a-f]{8})|mi-[0-9a-f]{17})(?![A-Za-z0-9])/g,
  /(?<![0-9A-Za-z-])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z-])/g,
];

/** A run of what IPv6 addresses are made of; whether it is one, the parser says. */
const V6_RUN = /(?<![0-9A-Za-z.])[0-9A-Fa-f:.]{2,64}(?![0-9A-Za-z])/g;
const V4 = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![A-Za-z_]|\.?\d)/g;

/** The ids that the character at `column` is part of, the longest first; of one that ends doubtfully, both readings. */
export function idsAt(line: string, column: number): readonly IdAt[] {
  const from = Math.max(0, column - REACH);
  const window = line.slice(from, column + REACH);
  const found = [...FORMS.flatMap((form) => matches(form, window)), ...addresses(window)]
    .map(({ text, start }) => ({ text, start: start + from, end: start + from + text.length }))
    // What the window cuts may be longer than it looks.
    .filter(({ start, end }) => (start > from || from === 0) && (end < from + window.length || end === line.length))
    .filter(({ start, end }) => start <= column && column < end)
    .sort((a, b) => b.text.length - a.text.length);
  return found.filter(({ text }, index) => found.findIndex((each) => each.text === text) === index);
}

/** The text, when it is an id and nothing else: quotes, brackets and white space around it do not count. */
export function idIn(text: string): string | undefined {
  if (text.length > LONGEST) return undefined;
  const bare = text.trim().replace(/^["'`<([]+|["'`>)\],;]+$/g, '');
  const [whole] = idsAt(bare, 0);
  return whole?.text === bare ? bare : undefined;
}

interface Match {
  readonly text: string;
  readonly start: number;
}

function matches(form: RegExp, window: string): Match[] {
  return [...window.matchAll(form)].flatMap(({ 0: text, index: start }) => {
    const shorter = text.replace(AMBIGUOUS_END, '');
    return shorter === text
      ? [{ text, start }]
      : [
          { text, start },
          { text: shorter, start },
        ];
  });
}

function addresses(window: string): Match[] {
  const v4 = [...window.matchAll(V4)].map(({ 0: text, index: start }) => ({ text, start }));
  const v6 = [...window.matchAll(V6_RUN)].flatMap(({ 0: run, index }) => {
    if (run.indexOf(':') === run.lastIndexOf(':')) return [];
    // `src:2001:db8::1` and `2001:db8::1.` have a sign too many; an address may begin and end with two.
    const start = /^:[^:]/.test(run) ? 1 : 0;
    const text = run
      .slice(start)
      .replace(/\.+$/, '')
      .replace(/(?<!:):$/, '');
    return ipaddr.IPv6.isValid(text) ? [{ text, start: index + start }] : [];
  });
  return [...v4.filter(({ text }) => text.split('.').every((part) => Number(part) < 256)), ...v6];
}
