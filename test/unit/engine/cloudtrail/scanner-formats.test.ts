import assert from 'node:assert/strict';
import { EventFlag } from '../../../../src/engine/cloudtrail/columns';
import { FileScanner } from '../../../../src/engine/cloudtrail/scanner';
import { CONTENT_REASONS, sniff } from '../../../../src/engine/cloudtrail/sniff';
import { textsOf } from '../../../../src/engine/cloudtrail/texts';
import { notableOf, plainRows } from './oracle';
import { bytesOf, columnsOf, recordOf, scan } from './scan';

const A = JSON.stringify(recordOf({ eventName: 'OpA' }));
const B = JSON.stringify(recordOf({ eventName: 'OpB' }));
const pretty = (text: string): string => JSON.stringify(JSON.parse(text), null, 2);

describe('containers', () => {
  const cases: readonly (readonly [what: string, content: string, format: string, names: readonly string[]])[] = [
    ['a delivered file', `{"Records":[${A},${B}]}`, 'cloudtrail-json', ['OpA', 'OpB']],
    ['the list among other members', `{"a":{"Records":[1]},"Records":[${A}],"z":[{}]}`, 'cloudtrail-json', ['OpA']],
    ['a pretty-printed file', pretty(`{"Records":[${A},${B}]}`), 'cloudtrail-json', ['OpA', 'OpB']],
    ['a byte order mark', `\uFEFF\r\n {"Records":[${A}]}\n`, 'cloudtrail-json', ['OpA']],
    ['a bare array', `[${A},${B}]`, 'json-array', ['OpA', 'OpB']],
    ['one event', A, 'json-object', ['OpA']],
    ['one pretty-printed event', pretty(A), 'json-object', ['OpA']],
    ['lines', `${A}\n${B}\n`, 'ndjson', ['OpA', 'OpB']],
    ['lines with CRLF, blank ones among them', `${A}\r\n\r\n${B}`, 'ndjson', ['OpA', 'OpB']],
    ['lines of containers', `{"Records":[${A}]}\n{"Records":[${B}]}`, 'ndjson', ['OpA', 'OpB']],
    ['concatenated objects', `${A}${B}`, 'json-objects', ['OpA', 'OpB']],
    ['pretty-printed objects one after the other', `${pretty(A)}\n${pretty(B)}\n`, 'json-objects', ['OpA', 'OpB']],
    ['concatenated containers', `{"Records":[${A}]}{"Records":[${B}]}`, 'json-objects', ['OpA', 'OpB']],
    ['a list of containers', `[{"Records":[${A}]},{"Records":[${B}]}]`, 'cloudtrail-json', ['OpA', 'OpB']],
    ['a list of lists', `[[${A}],[${B}]]`, 'json-array', ['OpA', 'OpB']],
    ['two lists in one container', `{"Records":[${A}],"Records":[${B}]}`, 'cloudtrail-json', ['OpA', 'OpB']],
    ['4096 blanks first', `${' '.repeat(5000)}${A}`, 'json-object', ['OpA']],
  ];
  for (const [what, content, format, names] of cases) {
    it(what, () => {
      const file = bytesOf(content);
      const result = scan(file);
      assert.equal(result.verdict, 'read');
      assert.equal(result.reason, undefined);
      assert.equal(result.format, format);
      assert.equal(result.bytes, file.length);
      assert.ok(result.columns !== undefined);
      assert.deepEqual(
        plainRows(result.columns, file).map((row) => row.eventName),
        names,
      );
    });
  }

  it('an empty list is read, and said to be empty', () => {
    for (const content of ['[]', '{"Records":[]}', ' { "Records" : [ ] } ']) {
      const result = scan(content);
      assert.equal(result.verdict, 'read');
      assert.equal(result.reason, 'the list of records is empty');
      assert.equal(result.columns?.count, 0);
    }
  });

  it('tells that the file was compressed', () => {
    const scanner = new FileScanner('x.json.gz');
    scanner.push(bytesOf(`{"Records":[${A}]}`));
    assert.equal(scanner.finish({ gzip: true }).format, 'cloudtrail-json-gzip');
  });

  it('the time of the Logstash shape is @timestamp', () => {
    const record = { ...recordOf({ '@timestamp': '2020-09-14T00:44:33.123Z', '@version': '1' }), eventTime: undefined };
    assert.equal(scan(JSON.stringify(record)).columns?.time[0], Date.UTC(2020, 8, 14, 0, 44, 33, 123));
  });

  it('buffers hold the arrays and nothing else; those of notable records are apart', () => {
    const columns = columnsOf(`[${A},${B}]`);
    const parts = [columns, columns.callers, columns.strings, columns.notable, columns.notable.records];
    const arrays = parts.flatMap((part): unknown[] => Object.values(part)).filter((value) => ArrayBuffer.isView(value));
    assert.equal(arrays.length, 25);
    const used = new Map<unknown, number>();
    for (const array of arrays) {
      used.set(array.buffer, (used.get(array.buffer) ?? 0) + array.byteLength);
    }
    for (const [buffer, bytes] of used) {
      // Arrays of words begin at whole words.
      assert.ok(buffer instanceof ArrayBuffer && buffer.byteLength - bytes < 4, `${String(bytes)} bytes`);
    }
    const kept = new Set<unknown>([columns.notable.rows.buffer, columns.notable.records.bytes.buffer]);
    for (const array of [columns.time, columns.callers.bytes, columns.strings.bytes]) {
      assert.ok(!kept.has(array.buffer));
    }
    assert.equal(columns.eventId.length, 8);
    assert.equal(columns.flags.length, 2);
  });
});

describe('kinds of events', () => {
  const flagsOf = (fields: Record<string, unknown>): number =>
    scan(JSON.stringify(recordOf({ readOnly: false, ...fields }))).columns?.flags[0] ?? -1;

  it('flags', () => {
    assert.equal(flagsOf({}), EventFlag.uuidId);
    assert.equal(flagsOf({ readOnly: 'true' }), EventFlag.uuidId | EventFlag.readOnly);
    assert.equal(flagsOf({ eventCategory: 'Data' }), EventFlag.uuidId | EventFlag.dataEvent);
    assert.equal(flagsOf({ eventType: 'AwsVpceEvent' }), EventFlag.uuidId | EventFlag.networkActivity);
    assert.equal(flagsOf({ eventCategory: 'NetworkActivity' }), EventFlag.uuidId | EventFlag.networkActivity);
    assert.equal(flagsOf({ eventType: 'AwsServiceEvent' }), EventFlag.uuidId | EventFlag.serviceEvent);
    assert.equal(flagsOf({ sessionCredentialFromConsole: 'true' }), EventFlag.uuidId | EventFlag.fromConsole);
    assert.equal(flagsOf({ eventID: 'not a uuid' }), 0);
    assert.equal(flagsOf({ eventID: undefined }), EventFlag.syntheticId);
    assert.equal(flagsOf({ eventID: 'HIDDEN_DUE_TO_SECURITY_REASONS' }), EventFlag.syntheticId);
  });

  it('a sign-in that fails in its response only', () => {
    const signIn = { eventSource: 'signin.amazonaws.com', eventName: 'ConsoleLogin' };
    const failure = { responseElements: { ConsoleLogin: 'Failure' } };
    assert.equal(flagsOf({ ...signIn, ...failure }), EventFlag.uuidId | EventFlag.failedInResponse);
    assert.equal(flagsOf({ ...signIn, responseElements: '{"ConsoleLogin":"Failure"}' }) & 2, 2);
    assert.equal(flagsOf({ ...signIn, responseElements: { ConsoleLogin: 'Success' } }), EventFlag.uuidId);
    assert.equal(flagsOf({ ...signIn, ...failure, errorCode: 'Failed' }), EventFlag.uuidId);
    assert.equal(flagsOf(failure), EventFlag.uuidId);
  });

  it('T19: an insight is a note and nobody’s action', () => {
    const insight = {
      eventVersion: '1.08',
      eventTime: '2023-07-10T12:00:00Z',
      awsRegion: 'us-east-1',
      eventID: '11111111-2222-4333-8444-555555555555',
      eventType: 'AwsCloudTrailInsight',
      eventCategory: 'Insight',
      insightDetails: { state: 'Start', eventSource: 'iam.amazonaws.com', eventName: 'CreateUser' },
    };
    const columns = columnsOf(JSON.stringify({ Records: [insight] }));
    const strings = textsOf(columns.strings);
    assert.deepEqual(
      [...columns.actions].map((index) => strings[index]),
      ['cloudtrail.amazonaws.com', 'Insight'],
    );
    assert.deepEqual(notableOf(columns).get(0), { insightDetails: insight.insightDetails });
    assert.equal((columns.flags[0] ?? 0) & EventFlag.insight, EventFlag.insight);
  });

  it('the same text gives the same synthetic id, another text another', () => {
    const one = recordOf({ eventID: undefined });
    const columns = columnsOf(JSON.stringify([one, one, recordOf({ eventID: undefined, userAgent: 'x' })]));
    const ids = [0, 1, 2].map((row) => columns.eventId.slice(row * 4, row * 4 + 4).join());
    assert.equal(ids[0], ids[1]);
    assert.notEqual(ids[0], ids[2]);
  });

  it('one caller and one text once, however often and however written', () => {
    const other = JSON.stringify(recordOf({ userAgent: 'aws-cli/2.13.0' })).replace('aws-cli', 'aws\\u002dcli');
    const columns = columnsOf(`[${A},${B},${other}]`);
    const strings = textsOf(columns.strings);
    assert.equal(columns.callers.ends.length, 1);
    assert.equal(strings.length, new Set(strings).size);
    assert.deepEqual(
      [...columns.userAgent].map((index) => strings[index]),
      Array(3).fill('aws-cli/2.13.0'),
    );
  });

  it('what was asked and answered is kept, without session tokens', () => {
    const credentials = { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', sessionToken: 'secret', expiration: 'x' };
    const record = recordOf({
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRole',
      responseElements: { credentials, credentialSet: [{ credentials, roleArn: 'r' }] },
    });
    const kept = notableOf(columnsOf(JSON.stringify(record))).get(0);
    assert.ok(!JSON.stringify(kept).includes('secret'));
    const { sessionToken: _, ...rest } = credentials;
    const expected = {
      requestParameters: null,
      responseElements: { credentials: rest, credentialSet: [{ credentials: rest, roleArn: 'r' }] },
    };
    assert.deepEqual(kept, expected);
  });
});

describe('files that are no CloudTrail log', () => {
  const bytes = (...values: number[]): Uint8Array => Uint8Array.from([...values, ...Array<number>(20).fill(0)]);
  const cases: readonly (readonly [what: string, content: string | Uint8Array, format: string, reason: RegExp])[] = [
    ['nothing', '', 'empty', /^the file is empty$/],
    ['blanks', ' \r\n\t ', 'empty', /^the file is empty$/],
    ['gzip in gzip', bytes(0x1f, 0x8b, 8), 'gzip', /unpack/],
    ['zip', bytes(0x50, 0x4b, 3, 4), 'zip', /^zip archive: unpack it first$/],
    ['bzip2', bytes(0x42, 0x5a, 0x68, 0x39), 'bzip2', /^bzip2 archive: unpack it first$/],
    ['zstd', bytes(0x28, 0xb5, 0x2f, 0xfd), 'zstd', /unpack/],
    ['xz', bytes(0xfd, 0x37, 0x7a, 0x58, 0x5a), 'xz', /unpack/],
    ['parquet', bytes(0x50, 0x41, 0x52, 0x31), 'parquet', /export it as JSON/],
    ['avro', bytes(0x4f, 0x62, 0x6a, 1), 'avro', /export it as JSON/],
    ['UTF-16', bytes(0xff, 0xfe, 0x7b, 0), 'utf-16', /UTF-16/],
    ['UTF-16 without a mark', bytes(0x7b, 0, 0x22, 0), 'utf-16', /UTF-16/],
    ['binary', bytes(1, 2, 3), 'binary', /binary/],
    [
      'a git-lfs pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
      'git-lfs',
      /git-lfs pointer/,
    ],
    ['HTML', '<!DOCTYPE html><html>', 'html', /HTML/],
    ['YAML', 'Tests:\n  - Name: x\n', 'yaml', /YAML/],
    ['text', 'hello there\n', 'text', /^text, not JSON$/],
    ['a log line in brackets', '[INFO] 2023 started\n', 'text', /^text, not JSON$/],
    ['CSV', 'a,b,c,d\n1,2,3,4\n', 'csv', /CSV/],
    [
      'Event history CSV',
      'User name,AWS access key,Event time,Event source\nx,y,z,a\n',
      'event-history-csv',
      /Event history CSV is not a format this version reads/,
    ],
    ['Athena CSV', '"eventversion","useridentity","eventtime"\n', 'athena-csv', /Athena/],
    ['VPC flow', '2 111122223333 eni-0a 10.0.0.1 10.0.0.2 1 2 6 1 1 1 1 ACCEPT OK\n', 'vpc-flow', /VPC flow log/],
    ['CloudWatch export', '2023-07-10T12:00:00.000Z {"eventVersion":"1"}\n', 'cloudwatch-export', /CloudWatch/],
    ['strings of JSON', '"{\\"eventVersion\\":\\"1.08\\"}"\n', 'json-strings', /JSON strings/],
    ['other JSON', '{"a":1}', 'json', /^JSON without CloudTrail records$/],
    ['a list of numbers', '[1,2,3]', 'json', /^JSON without CloudTrail records$/],
    ['a digest', '{"digestStartTime":"x","logFiles":[],"awsAccountId":"1"}', 'digest', /digest file/],
    [
      'lookup-events',
      '{"Events":[{"EventId":"1","CloudTrailEvent":"{}"}]}',
      'lookup-events',
      /^lookup-events output is not/,
    ],
    [
      'EventBridge',
      '{"version":"0","detail-type":"x","time":"2023-07-10T12:00:00Z","detail":{}}',
      'eventbridge',
      /EventBridge/,
    ],
    ['an S3 notification', '{"s3Bucket":"b","s3ObjectKey":["k"]}', 's3-notification', /not the log itself/],
    ['Azure', '{"records":[{"time":"x","operationName":"y","category":"z"}]}', 'azure', /^Azure log, not CloudTrail$/],
    ['GuardDuty', '[{"schemaVersion":"2.0","service":{},"severity":8}]', 'guardduty', /GuardDuty/],
    ['VPC flow as JSON', '{"interface_id":"eni","srcaddr":"10.0.0.1"}\n', 'vpc-flow', /VPC flow/],
    ['OCSF', '{"class_uid":6003,"metadata":{}}', 'ocsf', /OCSF/],
    ['Terraform state', '{"version":4,"terraform_version":"1"}', 'terraform-state', /Terraform/],
  ];
  for (const [what, content, format, reason] of cases) {
    it(what, () => {
      const result = scan(content);
      assert.equal(result.verdict, 'skipped');
      assert.equal(result.format, format);
      assert.match(result.reason ?? '', reason);
      assert.equal(result.rejected, 0);
      assert.equal(result.columns, undefined);
    });
  }

  it('is no longer fed once that is known', () => {
    const scanner = new FileScanner('x');
    scanner.push(new Uint8Array(5000).fill(0x61));
    assert.equal(scanner.done, true);
  });

  it('records without a name are not foreign: they are rejected', () => {
    const result = scan(JSON.stringify([recordOf({ eventTime: undefined })]));
    assert.equal(result.verdict, 'failed');
    assert.equal(result.rejected, 1);
    assert.match(
      result.reason ?? '',
      /^no event: one record could not be read, the first at byte 1: eventTime is missing$/,
    );
  });

  it('every kind has a reason', () => {
    for (const reason of Object.values(CONTENT_REASONS)) assert.ok(reason.length > 5);
    assert.equal(sniff(Uint8Array.of(0x1f, 0x8b)), 'gzip');
    assert.equal(sniff(bytesOf('\uFEFF {')), 'json');
  });
});
