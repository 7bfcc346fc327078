/**
 * What a file is, by its first bytes.
 *
 * Guarantee: never by name; never throws; an answer for any bytes. `json` means "begins like JSON", no more.
 */
import { skipSpace } from './json-bytes';
import { decodeUtf8 } from './text';

export type ContentKind =
  | 'json'
  | 'gzip'
  | 'empty'
  | 'zip'
  | 'bzip2'
  | 'zstd'
  | 'xz'
  | '7z'
  | 'tar'
  | 'parquet'
  | 'avro'
  | 'orc'
  | 'sqlite'
  | 'pdf'
  | 'utf-16'
  | 'git-lfs'
  | 'html'
  | 'json-strings'
  | 'event-history-csv'
  | 'athena-csv'
  | 'csv'
  | 'vpc-flow'
  | 's3-access'
  | 'cloudwatch-export'
  | 'yaml'
  | 'text'
  | 'binary';

/** First two bytes of every gzip member. */
export const GzipMagic: readonly [number, number] = [0x1f, 0x8b];

/** Bytes that `sniff` wants to see, if the file has them. */
export const SNIFF_LENGTH = 4096;

/** Why a kind is not read, and what helps. `json` and `gzip` are read. */
export const CONTENT_REASONS: Readonly<Record<Exclude<ContentKind, 'json'>, string>> = {
  gzip: 'gzip data inside gzip data: unpack it first',
  empty: 'the file is empty',
  zip: 'zip archive: unpack it first',
  bzip2: 'bzip2 archive: unpack it first',
  zstd: 'zstd archive: unpack it first',
  xz: 'xz archive: unpack it first',
  '7z': '7z archive: unpack it first',
  tar: 'tar archive: unpack it first',
  parquet: 'Parquet table: export it as JSON',
  avro: 'Avro file: export it as JSON',
  orc: 'ORC table: export it as JSON',
  sqlite: 'SQLite database, not JSON',
  pdf: 'PDF document, not JSON',
  'utf-16': 'UTF-16 text: save it as UTF-8',
  'git-lfs': 'git-lfs pointer: the log itself was not downloaded (git lfs pull)',
  html: 'HTML or XML page, not JSON',
  'json-strings': 'JSON text inside JSON strings is not a format this version reads',
  'event-history-csv': 'CloudTrail Event history CSV is not a format this version reads: download it as JSON',
  'athena-csv': 'CSV of CloudTrail columns (Athena, CloudTrail Lake) is not a format this version reads: export JSON',
  csv: 'CSV table, not JSON',
  'vpc-flow': 'VPC flow log, not CloudTrail',
  's3-access': 'S3 or load-balancer access log, not CloudTrail',
  'cloudwatch-export': 'CloudWatch Logs export is not a format this version reads',
  yaml: 'YAML text, not JSON',
  text: 'text, not JSON',
  binary: 'binary data, not JSON',
};

const MAGIC: readonly (readonly [kind: ContentKind, bytes: readonly number[]])[] = [
  ['gzip', GzipMagic],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
  ['zip', [0x50, 0x4b, 0x07, 0x08]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['parquet', [0x50, 0x41, 0x52, 0x31]],
  ['parquet', [0x50, 0x41, 0x52, 0x45]],
  ['avro', [0x4f, 0x62, 0x6a, 0x01]],
  ['orc', [0x4f, 0x52, 0x43, 0x0a]],
  ['sqlite', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20]],
  ['pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['utf-16', [0xff, 0xfe]],
  ['utf-16', [0xfe, 0xff]],
  ['utf-16', [0x7b, 0x00]],
  ['utf-16', [0x5b, 0x00]],
  ['utf-16', [0x00, 0x7b]],
  ['utf-16', [0x00, 0x5b]],
];

const EVENT_HISTORY_HEADER = /^"?User name"?,"?AWS access key"?,"?Event time"?,/i;
const CLOUDTRAIL_COLUMN = /(?:^|,)"?(?:eventversion|useridentity|eventsource|eventJson)"?(?:,|$)/i;

/** Kinds of text by what the beginning looks like; the first match wins. */
const TEXTS: readonly (readonly [kind: ContentKind, test: (text: string, firstLine: string) => boolean])[] = [
  ['git-lfs', (text) => text.startsWith('version https://git-lfs.github.com/spec/')],
  ['html', (text) => text.startsWith('<')],
  ['json-strings', (text) => /^"(?:\\[nrt]|\s)*\{\s*\\"/.test(text)],
  ['event-history-csv', (_, line) => EVENT_HISTORY_HEADER.test(line)],
  [
    'vpc-flow',
    (_, line) => line.startsWith('version account-id interface-id ') || /^\d (?:\d{12}|unknown) eni-/.test(line),
  ],
  ['s3-access', (_, line) => /^[0-9a-f]{64} \S+ \[/.test(line) || /^(?:https?|h2|tls) \d{4}-\d\d-\d\dT/.test(line)],
  ['cloudwatch-export', (_, line) => /^\d{4}-\d\d-\d\dT[\d:.]+Z? +\S/.test(line)],
  ['athena-csv', (_, line) => line.includes(',') && CLOUDTRAIL_COLUMN.test(line)],
  ['csv', (_, line) => /^(?:"[^"]*"|[\w .@-]*)(?:[,;\t](?:"[^"]*"|[^",;\t]*)){3,}$/.test(line)],
  ['yaml', (_, line) => /^(?:---|%YAML|[A-Za-z_][\w-]*:(?: |$))/.test(line)],
];

function hasMagic(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/** From the first bytes of a file or stream, `SNIFF_LENGTH` of them if there are as many. */
export function sniff(first: Uint8Array): ContentKind {
  if (first.length === 0) return 'empty';
  const magic = MAGIC.find(([, bytes]) => hasMagic(first, bytes));
  if (magic !== undefined) return magic[0];
  if (hasMagic(first.subarray(257), [0x75, 0x73, 0x74, 0x61, 0x72])) return 'tar';
  const at = skipSpace(first, bomLength(first), first.length);
  const byte = first[at];
  if (byte === undefined) return 'empty';
  if (byte === 0x7b || byte === 0x5b) return 'json';
  const head = first.subarray(at, at + SNIFF_LENGTH);
  // Text has tabs, line ends and escapes; anything else below the blank is binary.
  if (head.some((c) => c < 0x20 && c !== 0x09 && c !== 0x0a && c !== 0x0d && c !== 0x0c && c !== 0x1b)) return 'binary';
  const text = decodeUtf8(head, 0, head.length);
  const firstLine = (/^[^\r\n]*/.exec(text)?.[0] ?? '').slice(0, 1024);
  return TEXTS.find(([, test]) => test(text, firstLine))?.[0] ?? 'text';
}

/** Length of the UTF-8 byte order mark, 0 or 3. */
export function bomLength(bytes: Uint8Array): 0 | 3 {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}
