/** Files from disk: parsing, spans, walking, the pool of threads. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { kernelsOf, loadModule } from '../../../src/worker/node/kernels';
import { parseFile } from '../../../src/worker/node/parse-file';
import { ParsePool, type ParsePoolOptions } from '../../../src/worker/node/parse-pool';
import { readSpan } from '../../../src/worker/node/read-span';
import { distinctlyNamed, walkSources } from '../../../src/worker/node/walk-sources';
import type { FileResult } from '../../../src/engine/cloudtrail/columns';
import type { SourceFile } from '../../../src/worker/protocol';
import { isAbort } from '../../../src/worker/rpc';
import { actions, iamUser, longTermKey, Trail, user, utc } from '../../../scripts/sample/records';
import { bundlePrograms } from '../support/bundle';

const caller = iamUser(user('111122223333', 'alice'), longTermKey('alice'));
const trail = new Trail('files');
const records = Array.from({ length: 300 }, (_, at) =>
  trail.record(utc('2023-07-10T12:00:00Z') + at, caller, actions.listBuckets, { ip: '203.0.113.7', ua: 'aws-cli é' }),
);
const json = Buffer.from(JSON.stringify({ Records: records }));

let folder: string;
const put = (name: string, content: Buffer | string): { absolutePath: string; displayPath: string } => {
  const absolutePath = join(folder, name);
  writeFileSync(absolutePath, content);
  return { absolutePath, displayPath: name };
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lineage-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('parsing a file', () => {
  it('reads plain and gzip alike, by content and not by name', async () => {
    const plain = await parseFile(put('a.gz', json));
    const gzip = await parseFile(put('b.json', gzipSync(json)));
    assert.deepEqual([plain.verdict, plain.format, plain.columns?.count], ['read', 'cloudtrail-json', 300]);
    assert.deepEqual([gzip.verdict, gzip.format, gzip.columns?.count], ['read', 'cloudtrail-json-gzip', 300]);
  });

  it('reads gzip of several members as one stream', async () => {
    const half = json.length >> 1;
    const result = await parseFile(
      put('m.json.gz', Buffer.concat([gzipSync(json.subarray(0, half)), gzipSync(json.subarray(half))])),
    );
    assert.deepEqual([result.verdict, result.columns?.count], ['read', 300]);
  });

  it('keeps the records before a broken end of gzip, and says why it stopped', async () => {
    // Stored, not compressed: the cut is where the bytes are.
    const whole = gzipSync(json, { level: 0 });
    const result = await parseFile(put('cut.json.gz', whole.subarray(0, whole.length >> 1)));
    assert.equal(result.verdict, 'partial');
    assert.match(result.reason ?? '', /gzip stream ends too early/);
    const kept = result.columns?.count ?? 0;
    assert.ok(kept > 100 && kept < 200, String(kept));
  });

  it('names what is wrong with a file that cannot be read', async () => {
    const missing = await parseFile({ absolutePath: join(folder, 'none.json'), displayPath: 'none.json' });
    assert.deepEqual([missing.verdict, (missing.reason ?? '').includes('no longer there')], ['failed', true]);
    const directory = await parseFile({ absolutePath: folder, displayPath: 'x' });
    assert.match(directory.reason ?? '', /folder/);
    const empty = await parseFile(put('empty.json', ''));
    assert.equal(empty.verdict === 'read', false);
    assert.notEqual(empty.reason, undefined);
    const noise = await parseFile(put('noise.gz', Buffer.concat([Buffer.from([0x1f, 0x8b, 8]), Buffer.alloc(40, 7)])));
    assert.match(noise.reason ?? '', /gzip/);
  });
});

describe('reading a record back', () => {
  it('gives exactly its bytes, from plain and from gzip', async () => {
    const files = [put('a.json', json), put('b.json.gz', gzipSync(json))];
    for (const source of files) {
      const { columns } = await parseFile(source);
      const [start = 0, length = 0] = [columns?.start[217], columns?.length[217]];
      assert.deepEqual(JSON.parse(await readSpan(source.absolutePath, start, length)), records[217]);
    }
  });

  it('says so when the file became shorter', async () => {
    const { absolutePath } = put('a.json', '{"Records":[]}');
    await assert.rejects(readSpan(absolutePath, 10, 1000), /shorter than when it was analysed/);
  });
});

describe('walking what was chosen', () => {
  it('lists files of folders once, sorted, whatever the order, links followed once', async () => {
    mkdirSync(join(folder, 'b/c'), { recursive: true });
    mkdirSync(join(folder, 'node_modules'));
    for (const name of ['z.json', 'b/a.json', 'b/c/d.json', 'node_modules/x.json', '.hidden']) put(name, '{}');
    symlinkSync(folder, join(folder, 'b/loop'));
    symlinkSync(join(folder, 'z.json'), join(folder, 'b/again.json'));
    const walked = await walkSources([folder]);
    assert.deepEqual(
      walked.files.map(({ displayPath }) => displayPath),
      ['b/a.json', 'b/again.json', 'b/c/d.json'],
    );
    const twice = await walkSources([join(folder, 'b'), folder, join(folder, 'z.json')]);
    const back = await walkSources([join(folder, 'z.json'), folder, join(folder, 'b')]);
    assert.deepEqual(twice, back);
    assert.equal(twice.files.length, 3);
  });

  it('names what is not there or cannot be listed, and goes on', async function () {
    put('a.json', '{}');
    mkdirSync(join(folder, 'secret'));
    chmodSync(join(folder, 'secret'), 0);
    const walked = await walkSources([folder, join(folder, 'none')]);
    assert.equal(walked.files.length, 1);
    assert.match(walked.problems.map(({ reason }) => reason).join(), /no such file/);
    chmodSync(join(folder, 'secret'), 0o700);
  });

  it('tells two files of one name apart', () => {
    const file = (absolutePath: string, displayPath: string) => ({ absolutePath, displayPath });
    const names = distinctlyNamed([
      file('/a/b/c.json', 'a/b/c.json'),
      file('/q/a/b/c.json', 'a/b/c.json'),
      file('/q/a/b/d.json', 'a/b/d.json'),
    ]).map(({ displayPath }) => displayPath);
    assert.deepEqual(names, ['a/b/c.json', '/q/a/b/c.json', 'a/b/d.json']);
  });

  it('names a chosen folder without any file, not one whose files were all chosen before', async () => {
    mkdirSync(join(folder, 'empty/deeper'), { recursive: true });
    put('a.json', '{}');
    const empty = await walkSources([join(folder, 'empty')]);
    assert.deepEqual(empty.files, []);
    assert.deepEqual(empty.problems, [{ path: join(folder, 'empty'), reason: 'there are no files in this folder' }]);
    assert.deepEqual((await walkSources([folder, join(folder, 'empty')])).problems, []);
  });
});

describe('the WebAssembly module', () => {
  it('is done without where it cannot be instantiated, as where memory is limited', () => {
    assert.deepEqual(kernelsOf(undefined), {});
    // A module that wants a function that nobody gives.
    const bytes = Buffer.from('0061736d01000000010401600000020701016101620000', 'hex');
    const module = loadModule(put('wanting.wasm', bytes).absolutePath);
    assert.notEqual(module, undefined);
    assert.deepEqual(kernelsOf(module), {});
  });
});

describe('the pool of parse threads', () => {
  const workers = mkdtempSync(join(tmpdir(), 'lineage-workers-'));
  const workerPath = join(workers, 'parse-worker.js');

  before(async function () {
    this.timeout(30_000);
    await bundlePrograms(workers, ['parse-worker']);
  });
  after(() => {
    rmSync(workers, { recursive: true, force: true });
  });

  /** Parses with threads that end with it; results in the order in which they came. */
  async function parse(
    sources: readonly SourceFile[],
    { signal = new AbortController().signal, ...options }: ParsePoolOptions & { readonly signal?: AbortSignal },
  ): Promise<FileResult[]> {
    const pool = new ParsePool(options);
    const results: FileResult[] = [];
    try {
      await pool.parse(sources, { signal, onProgress: () => undefined, onFile: (result) => results.push(result) });
    } finally {
      pool.dispose();
    }
    return results;
  }
  const inOrder = (results: readonly FileResult[]): FileResult[] =>
    results.toSorted((a, b) => (a.path < b.path ? -1 : 1));

  it('gives a result for each file, whatever the number of threads', async () => {
    const sources = ['a', 'b', 'c', 'd', 'e'].map((name, at) =>
      put(`${name}.json`, JSON.stringify({ Records: records.slice(0, at * 50) })),
    );
    const counts = async (threads: number) =>
      inOrder(await parse(sources, { workerPath, threads })).map(({ path, columns }) => [path, columns?.count ?? 0]);
    const one = await counts(1);
    assert.deepEqual(one, [
      ['a.json', 0],
      ['b.json', 50],
      ['c.json', 100],
      ['d.json', 150],
      ['e.json', 200],
    ]);
    assert.deepEqual(await counts(3), one);
  });

  it('goes on without the file that its thread died of, and says so', async () => {
    const crashing = join(workers, 'crashing.js');
    writeFileSync(
      crashing,
      `const { parentPort } = require('node:worker_threads');
       parentPort.on('message', ({ id, source }) => {
         if (source.displayPath === 'bad.json') throw new Error('boom');
         if (source.displayPath === 'exit.json') process.exit(3);
         parentPort.postMessage({ t: 'done', id, result: { path: source.displayPath, verdict: 'read' } });
       });`,
    );
    const sources = ['a.json', 'bad.json', 'c.json', 'exit.json', 'e.json'].map((name) => put(name, '{}'));
    const results = inOrder(await parse(sources, { workerPath: crashing, threads: 1 }));
    assert.deepEqual(
      results.map(({ path, verdict }) => `${path} ${verdict}`),
      ['a.json read', 'bad.json failed', 'c.json read', 'e.json read', 'exit.json failed'],
    );
    assert.match(results[1]?.reason ?? '', /crashed on this file: boom/);
  });

  it('does not count on a thread that died while it had nothing to do', async () => {
    const leaving = join(workers, 'leaving.js');
    writeFileSync(
      leaving,
      `const { parentPort } = require('node:worker_threads');
       parentPort.on('message', ({ id, source }) => {
         parentPort.postMessage({ t: 'done', id, result: { path: source.displayPath, verdict: 'read' } });
         setTimeout(() => process.exit(1), 20);
       });`,
    );
    const pool = new ParsePool({ workerPath: leaving, threads: 1 });
    const results: FileResult[] = [];
    const { signal } = new AbortController();
    const job = { signal, onProgress: () => undefined, onFile: (result: FileResult) => results.push(result) };
    try {
      await pool.parse([put('a.json', '{}')], job);
      const { idle } = pool as unknown as { readonly idle: readonly { readonly alive: boolean }[] };
      assert.equal(idle.length, 1);
      while (idle.some(({ alive }) => alive)) {
        await pause(5);
      }
      await pool.parse([put('b.json', '{}')], job);
    } finally {
      pool.dispose();
    }
    assert.deepEqual(
      results.map(({ path, verdict }) => `${path} ${verdict}`),
      ['a.json read', 'b.json read'],
    );
  });

  it('stops at once when it is cancelled', async () => {
    const stuck = join(workers, 'stuck.js');
    writeFileSync(stuck, `require('node:worker_threads').parentPort.on('message', () => {});`);
    const controller = new AbortController();
    const running = parse([put('a.json', '{}')], { workerPath: stuck, signal: controller.signal });
    setTimeout(() => {
      controller.abort();
    }, 50);
    await assert.rejects(running, isAbort);
  });
});
