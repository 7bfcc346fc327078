import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { FileResult, JsonObject } from '../../../../src/engine/cloudtrail/columns';
import type { ScanKernel } from '../../../../src/engine/cloudtrail/scan-kernel';
import { FileScanner } from '../../../../src/engine/cloudtrail/scanner';
import { telling } from '../../../../src/engine/cloudtrail/telling-record';
import { decodeUtf8 } from '../../../../src/engine/cloudtrail/text';
import { hashBytes } from '../../../../src/engine/cloudtrail/text-hash';
import { textsOf } from '../../../../src/engine/cloudtrail/texts';
import { assertSame, type CountedKernel, makeKernel } from './kernel';
import { assertAgrees, oddFile, pick, type Random, randomRecord, uuid, write } from './odd-records';
import { bytesOf, randomOf, recordOf, scan, scanInPieces } from './scan';

const SESSIONS = ['alice', 'bob', 'carol', 'dörte', 'i-0123456789abcdef0'];
const ACTIONS = [
  ['s3.amazonaws.com', 'ListBuckets'],
  ['sts.amazonaws.com', 'AssumeRole'],
  ['lambda.amazonaws.com', 'GetFunction20150331v2'],
  ['lambda.amazonaws.com', 'GetFunction20150331'],
  ['iam.amazonaws.com', 'CreateUser'],
  ['signin.amazonaws.com', 'ConsoleLogin'],
] as const;

/** A record as services write them. */
function ordinaryRecord(random: Random): Record<string, unknown> {
  const [eventSource, eventName] = pick(random, ACTIONS);
  const name = pick(random, SESSIONS);
  return recordOf({
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROAEXAMPLE:${name}`,
      arn: `arn:aws:sts::111122223333:assumed-role/app/${name}`,
      sessionContext: { attributes: { creationDate: '2023-07-10T11:00:00Z', mfaAuthenticated: 'false' } },
    },
    eventSource,
    eventName,
    eventTime: `2023-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 9)}T1${Math.floor(random() * 9)}:05:3${Math.floor(random() * 9)}Z`,
    errorCode: random() < 0.1 ? 'AccessDenied' : undefined,
    sourceIPAddress: `198.51.100.${Math.floor(random() * 20)}`,
    requestParameters: random() < 0.5 ? null : { bucket: 'a"b\\', list: [{ x: [1, 'y}', true] }, {}] },
    requestID: random() < 0.5 ? uuid(random) : 'N4GFEXAMPLE7',
    eventID: uuid(random),
    eventCategory: pick(random, ['Management', 'Data']),
  });
}

/** Records of one notable action, with these members as they stand. */
function notableFile(members: readonly string[]): Uint8Array {
  const records = members.map((text, i) => {
    const {
      requestParameters: _request,
      responseElements: _response,
      ...rest
    } = recordOf({ eventID: uuid(randomOf(i)) });
    const record = { ...rest, eventSource: 'sts.amazonaws.com', eventName: 'AssumeRole' };
    return JSON.stringify(record).replace(/\}$/, text === '' ? '}' : `,${text}}`);
  });
  return bytesOf(`{"Records":[${records.join(',')}]}`);
}

/** Values that `JSON.stringify` writes as they are read here, blanks aside. */
const TOLD = [
  '',
  '"requestParameters":null',
  '"requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/app","durationSeconds":3600,"x":[true,false,null,-5,0]}',
  ' "requestParameters" : { "a" : [ 1 , { } , [ ] ] ,\n "b" : { "a" : "" } } ',
  '"requestParameters":{"policy":"{\\n \\"Version\\": \\"2012-10-17\\"\\t\\r\\b\\f \\\\ }"}',
  '"requestParameters":{"path":"\\/a\\/b","less":"\\u003c\\u0022\\u005C\\u007f\\u00E9\\u20ac\\u2028"}',
  '"requestParameters":{"čeština":"日本語 🦊","":"x"}',
  '"errorMessage":"no","resources":[{"ARN":"a"}],"sharedEventID":"s","requestID":"r","additionalEventData":{"x":1}',
  '"serviceEventDetails":{"x":1},"insightDetails":{"y":[]},"requestParameters":"a string","responseElements":"null"',
  '"responseElements":{"credentials":{"accessKeyId":"A","sessionToken":"SECRET","expiration":"e"}}',
  '"responseElements":{"credentials":{"sessionToken":"SECRET"},"sessionToken":"kept"}',
  '"responseElements":{"credentials":{"a":1,"sessionToken":{"x":["SECRET",1.5]}},"credentialSet":null}',
  '"responseElements":{"credentials":[{"sessionToken":"kept"}],"credentialSet":{"credentials":{"sessionToken":"kept"}}}',
  '"responseElements":{"credentialSet":[{"credentials":{"sessionToken":"SECRET","b":2},"c":{"sessionToken":"kept"}},7]}',
  '"responseElements":{"a":{"credentials":{"sessionToken":"kept"}}},"requestParameters":{"credentials":{"sessionToken":"kept"}}',
  '"requestParameters":{"a":1},"requestParameters":{"b":2}',
  `"requestParameters":{"long":"${'x'.repeat(70)}","${'n'.repeat(40)}a":1,"${'n'.repeat(40)}b":2}`,
];

/** Values of which another text comes out, or of which the kernel is not sure. */
const NOT_TOLD = [
  '"requestParameters":{"a":1,"b":2,"a":3}',
  '"requestParameters":{"b":1,"10":2,"2":3}',
  '"requestParameters":{"a":1,"\\u0061":2}',
  '"requestParameters":{"x":1.50}',
  '"requestParameters":{"x":1e3}',
  '"requestParameters":{"x":-0}',
  '"requestParameters":{"x":12345678901234567890}',
  '"requestParameters":{"x":"\\ud83e\\udd8a"}',
  '"requestParameters":{"x":"\\ud800"}',
  '"requestParameters":{"x":"\\u000a\\u0000"}',
  '"responseElements":{"credentials":{"sessionToken":"SECRET","sessionToken":"SECRET"}}',
  '"responseElements":{"credentials":{"session\\u0054oken":"SECRET"}}',
  `"requestParameters":{${Array.from({ length: 300 }, (_, i) => `"k${i}":${i}`).join(',')}}`,
];

/** In the kernel's memory, as decompression leaves it. */
function placed(kernel: ScanKernel, file: Uint8Array): Uint8Array {
  kernel.bytes.set(file, kernel.inputStart);
  return kernel.bytes.subarray(kernel.inputStart, kernel.inputStart + file.length);
}

function scanWhole(kernel: ScanKernel, file: Uint8Array): FileResult {
  return new FileScanner('log.json', { kernel }).finishInPlace(placed(kernel, file));
}

/** The file window by window in the kernel's memory, what is left of one at the beginning of the next. */
function scanWindows(kernel: ScanKernel, file: Uint8Array, size: number): FileResult {
  const scanner = new FileScanner('log.json', { kernel });
  let done = 0;
  for (let end = size; end < file.length; end += size)
    done += scanner.pushInPlace(placed(kernel, file.subarray(done, end)));
  return scanner.finishInPlace(placed(kernel, file.subarray(done)));
}

describe('scan kernel', () => {
  let counted: CountedKernel;
  let kernel: ScanKernel;

  before(async function () {
    // The module may have to be compiled first.
    this.timeout(120_000);
    counted = await makeKernel();
    kernel = counted.kernel;
  });

  it('hashes as the engine does', () => {
    const random = randomOf(7);
    for (let length = 0; length < 200; length += 1) {
      const bytes = Uint8Array.from({ length: length + 3 }, () => random() * 256);
      kernel.bytes.set(bytes, kernel.inputStart);
      assert.equal(counted.module.hashBytes(kernel.inputStart + 3, length) >>> 0, hashBytes(bytes, 3, length + 3));
    }
  });

  it('reads ordinary records itself, all but the first of each action', () => {
    const random = randomOf(1);
    const records = Array.from({ length: 3000 }, () => ordinaryRecord(random)).filter(
      ({ eventSource }) => eventSource !== 'signin.amazonaws.com',
    );
    for (const content of [
      JSON.stringify({ Records: records }),
      JSON.stringify(records),
      JSON.stringify({ Records: records.slice(0, 500) }, null, 2),
      records.map((record) => JSON.stringify(record)).join('\n'),
    ]) {
      const file = bytesOf(content);
      const known = counted.rows();
      const result = scanWhole(kernel, file);
      const read = counted.rows() - known;
      assert.ok((result.columns?.count ?? 0) - read <= ACTIONS.length, `${read} of ${result.columns?.count ?? 0}`);
      assertSame(result, scan(file), content.slice(0, 40));
    }
  });

  it('writes what notable records tell as JSON.stringify does, without session tokens', async () => {
    const own = await makeKernel();
    // The first of an action is not the kernel's.
    scanWhole(own.kernel, notableFile(['']));
    for (const [members, told] of [
      [TOLD, TOLD.length + 1],
      [NOT_TOLD, 1],
    ] as const) {
      const file = notableFile(['', ...members]);
      const known = own.told();
      const result = scanWhole(own.kernel, file);
      assert.equal(own.told() - known, told);
      assertSame(result, scan(file));
      const records = result.columns?.notable.records;
      assert.ok(records !== undefined);
      const texts = textsOf(records);
      const expected = (JSON.parse(decodeUtf8(file, 0, file.length)) as { Records: JsonObject[] }).Records;
      assert.deepEqual(
        texts,
        expected.map((record) => JSON.stringify(telling(record))),
      );
      assert.ok(!texts.some((text) => text.includes('SECRET')));
    }
  });

  it('leaves bytes that are not UTF-8 in notable records to the scanner, where they are told', async () => {
    const own = await makeKernel();
    const file = notableFile(['', '"requestParameters":{"x":"\u0001"}', '"tlsDetails":{"x":"\u0001"}']);
    // A half of a surrogate pair in three bytes would be the same to a look at leading bytes only.
    file.forEach((byte, at) => {
      if (byte === 1) file[at] = 0xed;
    });
    const known = own.told();
    assertSame(scanWhole(own.kernel, file), scan(file));
    assert.equal(own.told() - known, 1);
  });

  it('rejects notable records that are not JSON, for the reason for which the scanner does', () => {
    for (const value of ['{"a":tru}', '{"a":01}', '{"a":"\\x"}', '[1,]', '{"a" 1}', '{"a":1 2}']) {
      for (const name of ['requestParameters', 'tlsDetails']) {
        const file = notableFile(['', `"${name}":${value}`, '']);
        const result = scanWhole(kernel, file);
        assertSame(result, scan(file), value);
        assert.equal(result.rejected, 1, value);
      }
    }
  });

  it('writes more than it has room for in several goes, and leaves what is longer than that to the scanner', async () => {
    const own = await makeKernel();
    const sizes = [10, 300_000, 300_000, 600_000, 20, 524_000, 1, 500_000, 100_000];
    const file = notableFile(['', ...sizes.map((size) => `"requestParameters":{"x":"${'y'.repeat(size)}"}`)]);
    const known = own.told();
    assertSame(scanWhole(own.kernel, file), scan(file));
    assert.equal(own.told() - known, sizes.length - 2);
  });

  // 10,000 odd records: 400 files of 25.
  for (let first = 1; first <= 400; first += 50) {
    it(`gives what the scanner gives alone, and JSON.parse, on odd records, seeds from ${first} on`, () => {
      for (let seed = first; seed < first + 50; seed += 1) {
        const random = randomOf(seed);
        const { file, used } = oddFile(random, 25, 3);
        const expected = scan(file);
        const result = scanWhole(kernel, file);
        assertSame(result, expected, `seed ${seed}`);
        if (seed % 4 === 0) assertAgrees(file, used, result);
        const size = 1 + Math.floor(random() * 9000);
        const again =
          seed % 2 === 0 ? scanInPieces(file, [size, 77], { kernel }) : scanWindows(kernel, file, 200 + size);
        assertSame(again, expected, `seed ${seed} by ${size}`);
      }
    });
  }

  it('gives what the scanner gives alone on real logs and on the sample', function () {
    const corpora = process.env['CLOUDTRAIL_CORPORA'] ?? path.resolve('..', 'shared', 'corpora');
    if (!existsSync(corpora)) process.stdout.write(`      no logs at ${corpora}: only the sample is read\n`);
    let events = 0;
    for (const folder of [corpora, 'media/sample-incident'].filter((name) => existsSync(name))) {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const name = path.join(entry.parentPath, entry.name);
        const raw = readFileSync(name);
        const file = new Uint8Array(raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw);
        const expected = scan(file);
        assertSame(scanWhole(kernel, file), expected, name);
        assertSame(scanInPieces(file, [10_007], { kernel }), scanInPieces(file, [10_007]), name);
        events += expected.columns?.count ?? 0;
      }
    }
    assert.ok(events > 100, `${events} events`);
  });

  it('gives what the scanner gives alone where odd records stand among ordinary ones', () => {
    const known = counted.rows();
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = randomOf(seed);
      const texts = Array.from({ length: 60 }, () =>
        random() < 0.8 ? JSON.stringify(ordinaryRecord(random)) : write(random, randomRecord(random, 3)),
      );
      const content = pick(random, [`{"Records":[${texts.join(',')}]}`, `[${texts.join(' ,\n')}]`, texts.join('\n')]);
      const file = bytesOf(content);
      const expected = scan(file);
      assertSame(scanWhole(kernel, file), expected, `seed ${seed}`);
      assertSame(scanInPieces(file, [1 + Math.floor(random() * 9000)], { kernel }), expected, `seed ${seed}`);
    }
    assert.ok(counted.rows() - known > 200 * 2 * 30, 'the kernel has read most of them');
  });

  it('gives what the scanner gives alone on damaged files', () => {
    const bytes = bytesOf('"\\{}[]:,\u0000\u001f \n0etn\u00e9');
    for (let seed = 1; seed <= 1500; seed += 1) {
      const random = randomOf(seed);
      const records = Array.from({ length: 12 }, () => ordinaryRecord(random));
      const file = bytesOf(pick(random, [JSON.stringify({ Records: records }), JSON.stringify(records, null, 1)]));
      for (let damage = 0; damage < 3; damage += 1) {
        const at = Math.floor(random() * file.length);
        const length = random() < 0.7 ? 1 : Math.floor(random() * 200);
        if (random() < 0.8) file.fill(pick(random, [...bytes, 255]), at, at + length);
        else file.copyWithin(at, Math.floor(random() * file.length), at + length);
      }
      assertSame(scanWhole(kernel, file), scan(file), `seed ${seed}`);
    }
  });

  it('gives the same result wherever a file is cut', () => {
    const records = [
      recordOf({ eventName: 'AssumeRole', eventSource: 'sts.amazonaws.com', userAgent: 'ž 🦊 \\ "q"' }),
      recordOf({ requestParameters: { list: [{ eventName: 'x' }, '}]"'] }, readOnly: false, number: -1.5e3 }),
      recordOf(),
      recordOf({ eventTime: '2023-07-10 12:00:00' }),
      recordOf(),
    ];
    for (const content of [
      JSON.stringify({ before: [1, { Records: 1 }], Records: records, after: null }),
      JSON.stringify(records, null, 1),
      `${records.map((record) => JSON.stringify(record)).join('\r\n')}\r\n`,
      JSON.stringify({ Records: records }).slice(0, -200),
    ]) {
      // Longer than the first look, so that the cuts are where records are read.
      const file = bytesOf(`${' '.repeat(4096)}${content}`);
      const whole = scan(file);
      for (let cut = 4000; cut < file.length; cut += 1) {
        assertSame(scanInPieces(file, [cut, file.length], { kernel }), whole, `cut at ${cut}`);
      }
      for (const size of [1, 2, 3, 63, 64, 65]) {
        assertSame(scanInPieces(file, [size], { kernel }), whole, `pieces of ${size}`);
      }
      for (let cut = 4000; cut < file.length; cut += 7) {
        assertSame(scanWindows(kernel, file, cut), whole, `windows of ${cut}`);
      }
    }
  });

  it('numbers the texts of a file without regard to the files before it', async () => {
    const random = randomOf(3);
    const files = Array.from({ length: 5 }, () =>
      bytesOf(JSON.stringify({ Records: Array.from({ length: 50 }, () => ordinaryRecord(random)) })),
    );
    const forwards = files.map((file) => scanWhole(kernel, file));
    const { kernel: other } = await makeKernel();
    const backwards = files.toReversed().map((file) => scanWhole(other, file));
    assert.deepEqual(forwards, backwards.reverse());
  });

  it('forgets the texts of earlier files when they have become many', async () => {
    const { kernel: own, module } = await makeKernel();
    const first = module.arenaTop();
    const records = Array.from({ length: 20_000 }, (_, i) => recordOf({ userAgent: `${i} ${'x'.repeat(3800)}` }));
    const file = bytesOf(JSON.stringify({ Records: records.slice(0, 15_000) }));
    const small = bytesOf(JSON.stringify({ Records: records.slice(15_000) }));
    scanWhole(own, file.subarray(0, own.inputCapacity));
    scanWhole(own, small);
    assert.ok(module.arenaTop() - first > 64 * 1024 * 1024, 'the memory has grown');
    const last = scanWhole(own, bytesOf(JSON.stringify({ Records: records.slice(0, 3) })));
    assert.ok(module.arenaTop() - first < 1024 * 1024, 'the texts are forgotten');
    assertSame(last, scan(JSON.stringify({ Records: records.slice(0, 3) })));
  });

  it('keeps apart texts that are made to collide', () => {
    const agents: string[] = [];
    for (let i = 0; agents.length < 120; i += 1) {
      const agent = `agent ${i}`;
      if ((hashBytes(bytesOf(agent), 0, agent.length) & 0xffff) < 16) agents.push(agent);
    }
    const records = [...agents, ...agents].map((userAgent) => recordOf({ userAgent, eventID: '---' }));
    const file = bytesOf(
      JSON.stringify({ Records: records.map((record) => ({ ...record, eventID: uuid(randomOf(1)) })) }),
    );
    assertSame(scanWhole(kernel, file), scan(file), 'colliding');
  });

  it('finds the caller of records that name none among texts that are made to collide with it', async () => {
    const { kernel: fresh } = await makeKernel();
    // The hash of a caller is that of its bytes and this; the table begins with 2¹⁶ slots.
    const slot = (hashBytes(new Uint8Array(0), 0, 0) + 0x85ebca77) & 0xffff;
    const agents: string[] = [];
    for (let i = 0; agents.length < 200; i += 1) {
      const agent = `agent ${i}`;
      if (((hashBytes(bytesOf(agent), 0, agent.length) - slot + 64) & 0xffff) < 128) agents.push(agent);
    }
    const random = randomOf(2);
    const records = [...agents, 'one', 'two'].map((userAgent) =>
      recordOf({ userAgent, eventID: uuid(random), ...(userAgent.length === 3 ? { userIdentity: undefined } : {}) }),
    );
    const file = bytesOf(JSON.stringify({ Records: records }));
    assertSame(scanWhole(fresh, file), scan(file));
  });

  it('takes no mask for the id of a request, whatever its length', () => {
    const random = randomOf(3);
    const masks = ['x', '0', '*', '#', '-'].flatMap((mark) => [1, 4, 8, 12, 30, 36].map((times) => mark.repeat(times)));
    const words = ['null', 'NONE', 'redacted', 'HIDDEN_DUE_TO_SECURITY_REASONS'];
    const ids = [...masks, ...words, 'X0X0', '00000001', 'nulls', 'N4GFEXAM', '0', 'x'];
    const records = [...ids, ...ids].map((requestID) => recordOf({ requestID, eventID: uuid(random) }));
    const file = bytesOf(JSON.stringify({ Records: records }));
    assertSame(scanWhole(kernel, file), scan(file));
  });

  it('leaves records longer than the limit to the scanner', () => {
    const file = bytesOf(JSON.stringify({ Records: [recordOf(), recordOf({ x: 'y'.repeat(5000) }), recordOf()] }));
    const options = { maxRecordBytes: 2000, maxBytes: file.length - 300 };
    assertSame(scan(file, { ...options, kernel }), scan(file, options));
    assertSame(
      new FileScanner('log.json', { ...options, kernel }).finishInPlace(placed(kernel, file)),
      scan(file, options),
    );
  });
});
