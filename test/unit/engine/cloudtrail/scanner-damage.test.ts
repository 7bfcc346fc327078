import assert from 'node:assert/strict';
import { join } from 'node:path';
import { FileScanner } from '../../../../src/engine/cloudtrail/scanner';
import { textsOf } from '../../../../src/engine/cloudtrail/texts';
import { assertGrowth } from '../../support/work';
import { brokenLines } from './hostile-text';
import { callersOf, plainRows } from './oracle';
import { bytesOf, columnsOf, recordOf, scan, scanInPieces } from './scan';

const named = (name: string): string => JSON.stringify(recordOf({ eventName: name, eventID: `id of ${name}` }));
const [A, B, C] = [named('OpA'), named('OpB'), named('OpC')];

/** Names of the events that were read; the result must not depend on chunks. */
function namesIn(content: string): string[] {
  const file = bytesOf(content);
  const result = scan(file);
  assert.deepEqual(scanInPieces(file, [1]), result);
  assert.deepEqual(scanInPieces(file, [97, 13]), result);
  return result.columns === undefined ? [] : plainRows(result.columns, file).map((row) => row.eventName);
}

describe('scanner on damaged files', () => {
  describe('keeps the records around a broken one', () => {
    const breaks: Readonly<Record<string, (record: string) => string>> = {
      'a bad word': (r) => r.replace('"readOnly":true', '"readOnly":tru'),
      'an unquoted value': (r) => r.replace('"AwsApiCall"', 'AwsApiCall'),
      'a lost comma': (r) => r.replace(',"eventTime"', '"eventTime"'),
      'a lost colon': (r) => r.replace('"eventTime":', '"eventTime"'),
      'a lost opening quote': (r) => r.replace('"us-east-1"', 'us-east-1"'),
      'a lost closing quote': (r) => r.replace('"us-east-1"', '"us-east-1'),
      'a lost quote inside a nested value': (r) => r.replace('"AIDAEXAMPLE"', '"AIDAEXAMPLE'),
      'a lost closing brace of a nested value': (r) => r.replace('user/alice"}', 'user/alice"'),
      'a lost closing brace': (r) => r.slice(0, -1),
      'an additional closing brace inside': (r) => r.replace('user/alice"}', 'user/alice"}}'),
      'a lost opening brace of a nested value': (r) => r.replace('"userIdentity":{', '"userIdentity":'),
      'brackets of the wrong kind': (r) => r.replace('user/alice"}', 'user/alice"]'),
      'a trailing comma': (r) => r.replace(/\}$/, ',}'),
      'a name that is no string': (r) => r.replace('"awsRegion"', 'awsRegion'),
      'a bad token inside userIdentity': (r) => r.replace('"AIDAEXAMPLE"', 'nul'),
      'bytes lost in the middle': (r) => r.slice(0, 200) + r.slice(330),
      'its head lost': (r) => r.slice(150),
      'its end lost': (r) => r.slice(0, 150),
      'a raw control character in a string': (r) => r.replace('us-east-1', 'us-\u0001east'),
      'a number with a leading zero': (r) => r.replace('"readOnly":true', '"readOnly":007'),
    };
    const containers: Readonly<Record<string, (records: readonly string[]) => string>> = {
      'a list on one line': (records) => `{"Records":[${records.join(',')}]}`,
      'a list with a record a line': (records) => `{"Records": [\n  ${records.join(',\n  ')}\n]}\n`,
      'a bare array': (records) => `[${records.join(',')}]`,
      'newline-delimited records': (records) => `${records.join('\n')}\n`,
      'newline-delimited records with CRLF': (records) => `${records.join('\r\n')}\r\n`,
    };
    for (const [what, damage] of Object.entries(breaks)) {
      for (const [where, join] of Object.entries(containers)) {
        it(`${what}, in ${where}`, () => {
          const broken = damage(B);
          assert.notEqual(broken, B);
          const content = join([A, broken, C]);
          const names = namesIn(content);
          assert.deepEqual(names, ['OpA', 'OpC']);
          const result = scan(content);
          assert.equal(result.verdict, 'partial');
          assert.ok(result.rejected >= 1);
          assert.equal(result.rejections[0]?.start, content.indexOf(broken, content.indexOf(A) + A.length));
          assert.match(result.reason ?? '', /could not be read, the first at byte/);
        });
      }
    }

    it('also when the broken one is the first or the last', () => {
      const broken = B.replace('"readOnly":true', '"readOnly":tru');
      assert.deepEqual(namesIn(`{"Records":[${broken},${A},${C}]}`), ['OpA', 'OpC']);
      assert.deepEqual(namesIn(`{"Records":[${A},${C},${broken}]}`), ['OpA', 'OpC']);
      assert.deepEqual(namesIn(`${broken}\n${A}\n${C}`), ['OpA', 'OpC']);
    });

    it('in a pretty-printed list', () => {
      const pretty = JSON.stringify({ Records: [A, B, C].map((text) => JSON.parse(text) as unknown) }, null, 2);
      assert.deepEqual(namesIn(pretty.replace('"OpB"', 'OpB')), ['OpA', 'OpC']);
      assert.deepEqual(namesIn(pretty.replace('"OpB"', '"OpB')), ['OpA', 'OpC']);
    });

    it('when a list of containers has a broken container', () => {
      assert.deepEqual(namesIn(`{"Records":[${A},{"x":"\n{"Records":[${B}]}\n{"Records":[${C}]}`), [
        'OpA',
        'OpB',
        'OpC',
      ]);
    });

    it('when the container is broken before its list', () => {
      assert.deepEqual(namesIn(`{"n":tru,"Records":[${A},${B}]}`), ['OpA', 'OpB']);
    });

    it('when the container is broken behind its list', () => {
      assert.deepEqual(namesIn(`{"Records":[${A}],oops}\n{"Records":[${B}]}`), ['OpA', 'OpB']);
    });

    it('with first fields of its own', () => {
      const lines = [A, B, C].map((text) => text.replace('{', '{"p_row_id":"1",'));
      const broken = (lines[1] ?? '').replace('"us-east-1"', '"us-east-1');
      assert.deepEqual(namesIn(`[${[lines[0], broken, lines[2]].join(',')}]`), ['OpA', 'OpC']);
    });
  });

  it('does not take a look-alike inside a broken record for a record', () => {
    const hiding = B.replace(
      '"requestParameters":null',
      `"requestParameters":{"list":[${named('Fake')},${named('Fake')}]}`,
    );
    const broken = hiding.replace(/"readOnly":true(?!.*"readOnly")/, '"readOnly":tru');
    assert.deepEqual(namesIn(`{"Records":[${A},${broken},${C}]}`), ['OpA', 'OpC']);
  });

  describe('wants time, source and name', () => {
    const bad: Readonly<Record<string, readonly [Record<string, unknown>, RegExp]>> = {
      'no time': [{ eventTime: undefined }, /eventTime is missing/],
      'a time that is none': [{ eventTime: 'soon' }, /eventTime is not a time/],
      'a time of the wrong type': [{ eventTime: {} }, /eventTime is not a time/],
      'no source': [{ eventSource: undefined }, /eventSource is missing/],
      'a source of the wrong type': [{ eventSource: ['x'] }, /eventSource is missing/],
      'no name': [{ eventName: null }, /eventName is missing/],
      'an empty name': [{ eventName: '' }, /eventName is missing/],
    };
    for (const [what, [fields, reason]] of Object.entries(bad)) {
      it(what, () => {
        const content = `[${A},${JSON.stringify(recordOf(fields))},${C}]`;
        assert.deepEqual(namesIn(content), ['OpA', 'OpC']);
        const { rejected, rejections } = scan(content);
        assert.equal(rejected, 1);
        assert.match(rejections[0]?.reason ?? '', reason);
        assert.equal(rejections[0]?.start, A.length + 2);
      });
    }
  });

  it('counts list elements that are no objects', () => {
    const result = scan(`[${A},null,17,"text",[1,[2]],true,${C}]`);
    assert.equal(result.columns?.count, 2);
    // The nested list is entered: its two values are no objects either.
    assert.equal(result.rejected, 6);
    assert.ok(result.rejections.every(({ reason }) => reason === 'not an object'));
    assert.equal(result.rejections.length, 5);
  });

  describe('tells where a file is cut off', () => {
    it('inside a record', () => {
      const content = `{"Records":[${A},${B},${C.slice(0, 40)}`;
      const result = scan(content);
      assert.deepEqual(namesIn(content), ['OpA', 'OpB']);
      assert.equal(result.verdict, 'partial');
      assert.equal(result.reason, `ends inside a record at byte ${(14 + A.length + B.length).toLocaleString('en-US')}`);
      assert.equal(result.rejected, 1);
    });

    it('inside the first record', () => {
      const result = scan(`{"Records":[${A.slice(0, 60)}`);
      assert.equal(result.verdict, 'failed');
      assert.equal(result.reason, 'ends inside a record at byte 12; no record before that');
      assert.equal(result.columns, undefined);
    });

    it('between records', () => {
      const content = `{"Records":[${A},${B}`;
      const result = scan(content);
      assert.equal(result.columns?.count, 2);
      assert.equal(result.verdict, 'partial');
      assert.match(result.reason ?? '', /^ends before the list of records is closed, at byte [\d,]+$/);
    });

    it('in the middle of a line', () => {
      const content = `${A}\n${B.slice(0, 100)}`;
      assert.deepEqual(namesIn(content), ['OpA']);
      assert.match(scan(content).reason ?? '', /^ends inside a record at byte/);
    });

    it('and not where a lost quote only made it look so', () => {
      // The quote of a long nested text is lost: to the letter, the record goes on to the end of the file.
      const open = B.replace('"requestParameters":null', '"requestParameters":{"a":"b');
      const result = scan(`[${A},${open},${C}]`);
      assert.equal(result.columns?.count, 2);
      assert.doesNotMatch(result.reason ?? '', /ends inside/);
    });

    it('wherever that is: nothing but the cut record is lost', () => {
      const content = `{"Records":[${A},${B},${C}]}`;
      const ends = [12 + A.length, 13 + A.length + B.length, 14 + A.length + B.length + C.length];
      for (let length = 1; length < content.length; length += 1) {
        const result = scan(content.slice(0, length));
        assert.equal(result.columns?.count ?? 0, ends.filter((end) => length >= end).length, `cut at ${length}`);
        assert.notEqual(result.verdict, 'read', `cut at ${length}`);
        assert.notEqual(result.reason, undefined);
      }
    });
  });

  it('survives any single byte replaced', () => {
    const content = bytesOf(`{"Records":[${A},${B},${C}]}`);
    for (let at = 0; at < content.length; at += 1) {
      for (const byte of [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x00, 0xff]) {
        const damaged = content.slice();
        damaged[at] = byte;
        const count = scan(damaged).columns?.count ?? 0;
        // The container's own bytes may cost its recognition, never a crash; a byte inside one record costs that record only.
        if (at >= 14) assert.ok(count >= 2, `byte ${byte} at ${at}: ${count} records`);
      }
    }
  });

  describe('limits', () => {
    it('a record too large is skipped without being kept, and the rest is read', () => {
      const large = B.replace('"requestParameters":null', `"requestParameters":"${'x'.repeat(50_000)}"`);
      const file = bytesOf(`{"Records":[${A},${large},${C}]}`);
      for (const sizes of [[file.length], [1000], [333, 4096]]) {
        const result = scanInPieces(file, sizes, { maxRecordBytes: 8192 });
        assert.equal(result.columns?.count, 2);
        assert.equal(result.rejected, 1);
        assert.match(result.rejections[0]?.reason ?? '', /larger than 8,192 bytes/);
        assert.equal(result.rejections[0]?.start, 13 + A.length);
      }
    });

    it('a record that never ends is given up at the limit', () => {
      const file = bytesOf(`{"Records":[${A},{"eventName":"${'x'.repeat(50_000)}`);
      for (const sizes of [[file.length], [1000], [333, 4096]]) {
        const result = scanInPieces(file, sizes, { maxRecordBytes: 8192 });
        assert.equal(result.columns?.count, 1);
        assert.equal(result.rejections.length, 1);
        assert.match(result.rejections[0]?.reason ?? '', /larger than 8,192 bytes/);
        assert.match(result.reason ?? '', /ends inside a record at byte/);
      }
    });

    it('a record nested too deeply is rejected, and the rest is read', () => {
      const deep = (depth: number): string =>
        B.replace('"requestParameters":null', `"requestParameters":${'['.repeat(depth)}${']'.repeat(depth)}`);
      assert.equal(scan(`[${A},${deep(200)},${C}]`).columns?.count, 3);
      const result = scan(`[${A},${deep(3000)},${C}]`);
      assert.equal(result.columns?.count, 2);
      assert.match(result.rejections[0]?.reason ?? '', /nested more than 256 deep/);
      assert.deepEqual(namesIn(`[${A},${deep(100_000)},${C}]`), ['OpA', 'OpC']);
    });

    it('nesting without end neither overflows nor hangs', () => {
      for (const bomb of ['['.repeat(100_000), '{"a":'.repeat(100_000), `{"Records":${'['.repeat(100_000)}`]) {
        assert.notEqual(scan(bomb).verdict, 'read');
        assert.deepEqual(namesIn(`${A}\n${bomb}\n${C}`), ['OpA', 'OpC']);
      }
    });

    it('many broken records cost one pass', async () => {
      const result = scan(bytesOf(brokenLines(10_000)));
      assert.ok(result.rejected > 1000);
      await assertGrowth(join(__dirname, 'hostile-text.work.ts'), 'brokenRecords', 1000);
    });

    it('a stream too long is read up to the limit', () => {
      const content = bytesOf(`{"Records":[${A},${B},${C}]}`);
      const result = scan(content, { maxBytes: 20 + A.length });
      assert.equal(result.columns?.count, 1);
      assert.equal(result.verdict, 'partial');
      assert.match(result.reason ?? '', /^larger than [\d,]+ bytes after decompression: the rest was not read$/);
      assert.equal(result.bytes, 20 + A.length);
      assert.equal(result.rejected, 0);
    });

    it('long values are cut in the dictionaries, not in the records', () => {
      const long = 'u'.repeat(1_000_000);
      const record = recordOf({ userAgent: long, eventID: long, userIdentity: { type: 'IAMUser', userName: long } });
      const columns = columnsOf(JSON.stringify(record));
      assert.equal(textsOf(columns.strings).find((text) => text.startsWith('uu'))?.length, 4097);
      assert.equal(columns.textIds.get(0)?.length, 4097);
      assert.equal(callersOf(columns)[0]?.userName.length, 4097);
      assert.equal(columns.length[0], JSON.stringify(record).length);
    });
  });

  describe('stream errors', () => {
    const finish = (content: string, error: string) => scanWithError(bytesOf(content), error);

    it('keep the intact records', () => {
      const result = finish(`{"Records":[${A},${B},${C.slice(0, 50)}`, 'the gzip data is damaged');
      assert.equal(result.columns?.count, 2);
      assert.equal(result.verdict, 'partial');
      assert.match(result.reason ?? '', /^the gzip data is damaged; ends inside a record at byte/);
      assert.equal(result.format, 'cloudtrail-json-gzip');
    });

    it('fail a file without any', () => {
      for (const content of ['', `{"Records":[${A.slice(0, 50)}`]) {
        const result = finish(content, 'the gzip data is damaged');
        assert.equal(result.verdict, 'failed');
        assert.match(result.reason ?? '', /the gzip data is damaged/);
      }
    });
  });
});

function scanWithError(file: Uint8Array, error: string) {
  const scanner = new FileScanner('a.json.gz');
  scanner.push(file);
  return scanner.finish({ error, gzip: true });
}
