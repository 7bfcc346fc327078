/** Records as no service writes them, and files of them: every odd spelling that JSON allows, and values that look like ours. */
import assert from 'node:assert/strict';
import { plainEvent, plainRows } from './oracle';
import { bytesOf, recordOf, type scan } from './scan';

export type Random = () => number;

export const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** Text as attackers and alphabets write it. */
const TEXTS = [
  '',
  '-',
  'plain',
  'quote " backslash \\ slash / tab \t newline \n',
  'čeština, 日本語, emoji 🦊, zero\u0000byte, \u2028 \u2029',
  '"},{"eventName":"Fake","eventSource":"iam.amazonaws.com","eventTime":"2023-01-01T00:00:00Z"},{"x":"',
  '{"Records":[',
  '\\"',
  '\\',
  '\ud800 lone',
  'x'.repeat(5000),
  `${'y'.repeat(4095)}🦊 pair on the cut`,
];

/** Values with look-alikes of our fields inside. */
function nested(random: Random, depth: number): unknown {
  const kind = Math.floor(random() * 8);
  if (kind === 0 || depth > 4) return pick(random, TEXTS);
  if (kind === 1) return pick(random, [null, true, false, 0, -1.5e-7, 12345678901234567000, 1e308]);
  if (kind === 2) return Array.from({ length: Math.floor(random() * 4) }, () => nested(random, depth + 1));
  return {
    eventName: pick(random, TEXTS),
    eventTime: '1999-01-01T00:00:00Z',
    userIdentity: { accessKeyId: 'ASIAFAKEFAKEFAKEFAKE' },
    Records: [recordOf()],
    errorCode: nested(random, depth + 1),
    [pick(random, ['eventSource', 'a"b', 'ünïcode', '__proto__x', ''])]: nested(random, depth + 1),
  };
}

export function uuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** `depth` levels are taken from those that nested values may have. */
export function randomRecord(random: Random, depth = 0): Record<string, unknown> {
  const wrong = (): unknown => pick<unknown>(random, [undefined, null, 17, true, {}, [], ['eventName'], '']);
  const sometimes = (value: unknown, odds = 0.85): unknown => (random() < odds ? value : wrong());
  const record: Record<string, unknown> = {
    eventVersion: '1.09',
    userIdentity: sometimes(
      pick<unknown>(random, [
        { type: 'AssumedRole', principalId: 'AROAX:s', accessKeyId: 'ASIAIOSFODNN7EXAMPLE', note: pick(random, TEXTS) },
        { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' },
        { type: 'Root', accountId: 111122223333 },
        '{type=IAMUser, username=bob}',
        nested(random, Math.max(2, depth)),
      ]),
    ),
    eventTime: sometimes(
      pick(random, ['2023-07-10T12:00:00Z', '2024-02-29T23:59:59Z', '2024-06-03 15:23:22.000000000', 'yesterday']),
      0.95,
    ),
    '@timestamp': random() < 0.2 ? '2020-09-14T00:44:33.123Z' : undefined,
    eventSource: sometimes(pick(random, ['sts.amazonaws.com', 'iam.amazonaws.com', 'signin.amazonaws.com', 'x']), 0.95),
    eventName: sometimes(
      pick(random, ['AssumeRole', 'CreateFunction20150331', 'ConsoleLogin', 'ListUsers', pick(random, TEXTS)]),
      0.95,
    ),
    awsRegion: sometimes('eu-west-1'),
    sourceIPAddress: sometimes(pick(random, ['203.0.113.9', '-', 'AWS Internal'])),
    userAgent: sometimes(pick(random, TEXTS)),
    errorCode: random() < 0.3 ? pick(random, ['AccessDenied', 'Client.UnauthorizedOperation']) : wrong(),
    requestParameters: nested(random, depth),
    responseElements: sometimes(
      pick<unknown>(random, [
        { ConsoleLogin: 'Failure' },
        { ConsoleLogin: 'Success' },
        { credentials: { accessKeyId: 'ASIAIOSFODNN7EXAMPL2', sessionToken: 'secret' } },
        nested(random, depth),
      ]),
    ),
    eventID: sometimes(pick(random, [uuid(random), 'not-a-uuid', uuid(random).toUpperCase(), 'ünï', '---'])),
    readOnly: sometimes(pick<unknown>(random, [true, false, 'true', 'TRUE', 'false'])),
    sessionCredentialFromConsole: pick<unknown>(random, ['true', true, undefined]),
    eventType: pick(random, [
      'AwsApiCall',
      'AwsServiceEvent',
      'AwsVpceEvent',
      'AwsConsoleSignIn',
      'AwsCloudTrailInsight',
    ]),
    eventCategory: pick(random, ['Management', 'Data', 'NetworkActivity', 'Management', 'Insight', undefined]),
    recipientAccountId: sometimes(pick<unknown>(random, ['111122223333', 11122223333])),
    vpcEndpointId: random() < 0.2 ? 'vpce-0123' : undefined,
  };
  const entries = Object.entries(record);
  // Members in any order.
  for (let i = entries.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [entries[i], entries[j]] = [entries[j] as [string, unknown], entries[i] as [string, unknown]];
  }
  return Object.fromEntries(entries);
}

/** JSON.stringify in one of several styles: blanks, escapes for everything, other members of the same name before. */
export function write(random: Random, record: Record<string, unknown>): string {
  let text = JSON.stringify(record, null, pick(random, [0, 0, 2, '\t']));
  if (random() < 0.3) {
    text = text.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  }
  if (random() < 0.2) text = text.replace(/"eventName"(?=\s*:)/g, '"event\\u004eame"');
  if (random() < 0.2) text = text.replace(/^\{/, '{"eventName":{"a":[1]},"errorCode":"Duplicate","userIdentity":null,');
  if (random() < 0.2) text = text.replace(/\}$/, ',"errorCode":"Last"}');
  return text;
}

/** A file of odd records, and the records in it. */
export function oddFile(
  random: Random,
  records: number,
  depth = 0,
): { readonly file: Uint8Array; readonly used: readonly string[] } {
  const texts = Array.from({ length: records }, () => write(random, randomRecord(random, depth)));
  const glue = pick(random, [',', ' ,\n', '\r\n,  ']);
  const oneLine = texts.map((text) => JSON.stringify(JSON.parse(text)));
  const forms: readonly (readonly [used: readonly string[], content: string])[] = [
    [texts, `{"a":{"Records":[{}]},"Records" : [${texts.join(glue)}],"Next":"x]}"}`],
    [texts, `\uFEFF [${texts.join(glue)}]`],
    [oneLine, oneLine.join('\r\n')],
    [texts, texts.join(random() < 0.5 ? '' : '\n')],
    [oneLine, oneLine.map((line) => `{"Records":[${line}]}`).join('\n')],
    [texts, `[${texts.map((text) => `{"Records":[${text}]}`).join(',')}]`],
  ];
  const [used, content] = pick(random, forms);
  return { file: bytesOf(content), used };
}

/** Every row equals the oracle's reading of the same record, in order, and rejections make up the rest. */
export function assertAgrees(file: Uint8Array, texts: readonly string[], result: ReturnType<typeof scan>): void {
  const records = texts.map((text) => JSON.parse(text) as Parameters<typeof plainEvent>[0]);
  const expected = records.flatMap((record) => {
    const event = plainEvent(record);
    return event === undefined ? [] : [{ ...event, record }];
  });
  const rows = result.columns === undefined ? [] : plainRows(result.columns, file);
  assert.equal(rows.length, expected.length);
  rows.forEach((row, i) => {
    const event = expected[i];
    assert.ok(event !== undefined);
    // The hash of an id with escapes is of its raw bytes; its text is compared.
    if (row.textId !== undefined) assert.deepEqual({ ...row, eventId: '' }, { ...event, eventId: '' });
    else assert.deepEqual(row, event);
  });
  assert.equal(result.rejected, records.length - expected.length);
}
