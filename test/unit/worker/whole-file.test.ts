/** A file read at once into the module's memory gives what it gives as a stream, whatever is wrong with it. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildWasm } from '../../../scripts/lib/build-wasm.mjs';
import { type ScanExports, ScanKernel } from '../../../src/engine/cloudtrail/scan-kernel';
import { GunzipKernel, type InflateExports } from '../../../src/worker/node/gunzip-kernel';
import { parseFile } from '../../../src/worker/node/parse-file';
import { readWhole } from '../../../src/worker/node/whole-file';
import { randomOf, recordOf } from '../engine/cloudtrail/scan';

const records = Array.from({ length: 400 }, (_, at) => recordOf({ eventID: `event-${String(at)}` }));
const json = Buffer.from(JSON.stringify({ Records: records }));
const gzip = gzipSync(json);

describe('a file read at once', function () {
  this.timeout(60_000);
  let module: InflateExports;
  let kernel: GunzipKernel;
  let folder: string;

  before(async function () {
    this.timeout(120_000);
    module = new WebAssembly.Instance(new WebAssembly.Module(await buildWasm())).exports as unknown as InflateExports;
    kernel = new GunzipKernel(module);
    folder = mkdtempSync(join(tmpdir(), 'lineage-whole-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const put = (name: string, content: Buffer | string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const assertSame = async (absolutePath: string, by = kernel): Promise<void> => {
    const source = { absolutePath, displayPath: 'logs/a' };
    const told: number[] = [];
    const result = await parseFile(source, { gunzip: by, onBytes: (bytes) => told.push(bytes) });
    assert.deepEqual(result, await parseFile(source), absolutePath);
    assert.equal(
      told.reduce((a, b) => a + b, 0),
      result.bytes,
    );
  };

  it('is read without the module where the memory of that is full', async () => {
    const full = (): never => {
      throw new WebAssembly.RuntimeError('unreachable');
    };
    const scanner = module as unknown as ScanExports;
    for (const odd of [{ scanRecords: full }, { packDictionary: full }]) {
      const scan = new ScanKernel({ ...scanner, memory: scanner.memory, ...odd });
      for (const source of [put('plain.json', json), put('a.json.gz', gzip)].map((absolutePath) => ({
        absolutePath,
        displayPath: 'logs/a',
      }))) {
        const expected = await parseFile(source);
        assert.equal(expected.columns?.count, 400);
        assert.deepEqual(await parseFile(source, { kernel: scan, gunzip: kernel }), expected);
        assert.deepEqual(await parseFile(source, { kernel: scan }), expected);
      }
    }
  });

  it('is the same file', () => {
    for (const [name, content, isGzip] of [
      ['plain.json', json, false],
      ['a.json.gz', gzip, true],
    ] as const) {
      const file = readWhole(put(name, content), kernel);
      assert.deepEqual([file?.gzip, file && json.equals(file.bytes)], [isGzip, true]);
    }
  });

  it('has the same result as a stream, sound or not', async () => {
    const random = randomOf(11);
    const noise = Buffer.from(Array.from({ length: 3_000_000 }, () => Math.floor(random() * 256)));
    const damaged = (at: number): Buffer => Buffer.from(gzip.map((byte, index) => (index === at ? byte ^ 0x10 : byte)));
    const files: readonly (Buffer | string)[] = [
      json,
      gzip,
      Buffer.concat([gzipSync(json.subarray(0, 9000)), gzipSync(json.subarray(9000))]),
      Buffer.concat([gzip, Buffer.alloc(512)]),
      Buffer.concat([gzip, Buffer.from('garbage')]),
      Buffer.concat([gzip, Buffer.from([0, 0, 1, 2])]),
      ...[0, 2, 3, 200, gzip.length >> 1, gzip.length - 7, gzip.length - 2].map(damaged),
      ...[1, 2, 9, 17, 18, 300, gzip.length - 9, gzip.length - 1].map((length) => gzip.subarray(0, length)),
      gzipSync(json, { level: 0 }).subarray(0, 20_000),
      json.subarray(0, json.length - 100),
      '',
      '{',
      '\ufeff{"Records":[]}',
      `${' '.repeat(10_000)}${json.toString()}`,
      gzipSync(`${'\n'.repeat(10_000)}${json.toString()}`),
      'a,b\n1,2\n',
      gzipSync('a,b\n1,2\n'),
      gzipSync(gzip),
      noise,
      gzipSync(noise),
      gzipSync(''),
      Buffer.alloc(2_000_000, ' '),
      gzipSync(Buffer.alloc(2_000_000, ' ')),
    ];
    for (const [at, content] of files.entries()) await assertSame(put(`file-${String(at)}`, content));
    const locked = put('locked', json);
    chmodSync(locked, 0);
    for (const path of [folder, join(folder, 'missing'), locked]) await assertSame(path);
  });

  it('leaves what does not fit to a stream', async () => {
    const tight = (inputCapacity: number, compressedCapacity: number): GunzipKernel =>
      new GunzipKernel({
        ...module,
        inputCapacity: () => inputCapacity + 512,
        compressedCapacity: () => compressedCapacity,
      });
    const [plainFile, gzipFile] = [put('b.json', json), put('b.json.gz', gzip)];
    const members = put('m.json.gz', Buffer.concat([gzip, gzip]));
    const fits = (path: string, by: GunzipKernel): boolean => readWhole(path, by) !== undefined;
    const exact = tight(json.length, gzip.length);
    assert.deepEqual([fits(plainFile, exact), fits(gzipFile, exact)], [true, true]);
    for (const less of [tight(json.length - 1, gzip.length), tight(json.length, gzip.length - 1)]) {
      assert.equal(fits(gzipFile, less), false);
      await assertSame(gzipFile, less);
    }
    assert.equal(fits(plainFile, tight(json.length - 1, gzip.length)), false);
    // The length that the last member tells is not that of the file.
    assert.equal(fits(members, tight(json.length * 2 - 1, gzip.length * 2)), false);
    assert.equal(fits(members, tight(json.length * 2, gzip.length * 2)), true);
  });
});
