/** A result that was packed and read back is the result; anything else than what was packed is nothing. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { FileResult } from '../../../../src/engine/cloudtrail/columns';
import { columnBytes, LABEL_BYTES, packResult, unpackResult } from '../../../../src/engine/cloudtrail/pack-result';
import { randomOf, recordOf, scan } from './scan';

const label = Uint8Array.from({ length: LABEL_BYTES }, (_, at) => at + 1);

function packed(result: FileResult): Uint8Array<ArrayBuffer> {
  if (result.columns === undefined) throw new Error('nothing was read');
  return packResult(result, result.columns, label);
}

const unpacked = (bytes: Uint8Array): FileResult | undefined => unpackResult(bytes.slice().buffer, 'log.json', label);

function assertSame(content: string | Uint8Array): void {
  const result = scan(content);
  if (result.columns !== undefined) {
    const bytes = packed(result);
    assert.deepEqual(unpacked(bytes), result);
    assert.ok(columnBytes(result.columns) <= bytes.length);
  }
}

const jsonOf = (...records: readonly object[]): string => JSON.stringify({ Records: records });

/** With text ids, an addendum, notable records, rejected ones, and texts that are not Unicode. */
const varied = `${jsonOf(
  recordOf(),
  recordOf({ eventID: 'event-1', userAgent: 'é😀' }),
  recordOf({ eventID: 'lone \ud800', userAgent: '\udc00' }),
  recordOf({ eventID: 'event-3', addendum: { reason: 'UPDATED_DATA', originalEventID: 'event-1' } }),
  recordOf({
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateUser',
    requestParameters: { userName: 'bob' },
    responseElements: { user: { userName: 'bob' } },
  }),
  { eventTime: 7 },
).slice(0, -2)},{"eventVersion":"1.08"}`;

describe('a packed result', () => {
  it('is read back as it was, whatever it holds', () => {
    const result = scan(varied);
    assert.equal(result.verdict, 'partial');
    assert.ok((result.columns?.textIds.size ?? 0) > 0);
    assert.ok((result.columns?.replacing.size ?? 0) > 0);
    assert.ok((result.columns?.notable.rows.length ?? 0) > 0);
    assertSame(varied);
    assertSame('{"Records":[]}');
    for (let count = 1; count < 20; count++) {
      assertSame(jsonOf(...Array.from({ length: count }, (_, at) => recordOf({ eventID: `e${'x'.repeat(at)}` }))));
    }
  });

  it('is read back as it was, of odd records', () => {
    const random = randomOf(5);
    const pick = <T>(values: readonly T[]): T | undefined => values[Math.floor(random() * values.length)];
    const odd = [
      '',
      'a',
      'é',
      '\u0000',
      '\ud800',
      '\udc00x',
      '😀',
      'x'.repeat(5000),
      7,
      null,
      {},
      undefined,
      'AROAX:y',
    ];
    const names = ['eventID', 'userAgent', 'sourceIPAddress', 'errorCode', 'awsRegion', 'userIdentity', 'requestID'];
    for (let file = 0; file < 300; file++) {
      const records = Array.from({ length: Math.floor(random() * 8) }, () =>
        recordOf(Object.fromEntries(names.filter(() => random() < 0.4).map((name) => [name, pick(odd)]))),
      );
      const text = jsonOf(...records);
      assertSame(random() < 0.2 ? text.slice(0, Math.floor(random() * text.length)) : text);
    }
  });

  it('is read back as it was, of real logs and of the sample', function () {
    this.timeout(120_000);
    const corpora = process.env['CLOUDTRAIL_CORPORA'] ?? resolve('..', 'shared', 'corpora');
    if (!existsSync(corpora)) process.stdout.write(`      no logs at ${corpora}: only the sample is read\n`);
    let files = 0;
    for (const folder of [corpora, 'media/sample-incident'].filter((name) => existsSync(name))) {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const bytes = readFileSync(join(entry.parentPath, entry.name));
        assertSame(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
        files++;
      }
    }
    assert.ok(files > 0);
  });

  it('is the same in room that was used before', () => {
    const result = scan(varied);
    const bytes = packed(result);
    for (const size of [bytes.length - 1, bytes.length, bytes.length + 999]) {
      const room = new Uint8Array(size).fill(0xa5).buffer;
      if (result.columns === undefined) throw new Error('nothing was read');
      const again = packResult(result, result.columns, label, room);
      assert.deepEqual(again, bytes);
      assert.equal(again.buffer === room, size >= bytes.length);
    }
  });

  it('is under the path that is asked for', () => {
    const result = scan(jsonOf(recordOf()));
    const found = unpackResult(packed(result).buffer, 'elsewhere/a.json', label);
    assert.deepEqual(found, { ...result, path: 'elsewhere/a.json' });
  });

  it('is nothing when any of its bytes is another', () => {
    const bytes = packed(scan(varied));
    assert.notEqual(unpacked(bytes), undefined);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      assert.equal(unpacked(damaged), undefined, `byte ${String(at)}`);
    }
  });

  it('is nothing when it is cut off, longer, empty, or foreign', () => {
    const bytes = packed(scan(jsonOf(recordOf())));
    for (let length = 0; length < bytes.length; length++) {
      assert.equal(unpacked(bytes.subarray(0, length)), undefined, `${String(length)} bytes`);
    }
    const longer = new Uint8Array(bytes.length + 16);
    longer.set(bytes);
    assert.equal(unpacked(longer), undefined);
    assert.equal(unpacked(new Uint8Array(4096)), undefined);
    assert.equal(unpacked(new TextEncoder().encode(varied)), undefined);
  });

  it('is nothing under another label', () => {
    const { buffer } = packed(scan(jsonOf(recordOf())));
    for (let at = 0; at < LABEL_BYTES; at++) {
      const other = label.slice();
      other[at] = 0;
      assert.equal(unpackResult(buffer, 'log.json', other), undefined);
    }
  });

  it('keeps no memory of the whole for the records that are kept', () => {
    const { buffer } = packed(scan(varied));
    const columns = unpackResult(buffer, 'log.json', label)?.columns;
    assert.equal(columns?.time.buffer, buffer);
    const { rows, records } = columns.notable;
    for (const array of [rows, records.bytes, records.ends, records.hashes]) {
      assert.equal(array.buffer.byteLength, array.byteLength);
    }
  });
});
