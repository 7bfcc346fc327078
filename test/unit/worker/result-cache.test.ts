/** Results kept on disk: found again by content, never wrong, never in the way, within bounds. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildWasm } from '../../../scripts/lib/build-wasm.mjs';
import type { FileResult } from '../../../src/engine/cloudtrail/columns';
import type { Progress, SourceFile } from '../../../src/worker/protocol';
import { nodeHost } from '../../../src/worker/node/host';
import { kernelsOf, loadModule, type Kernels } from '../../../src/worker/node/kernels';
import { parseFile } from '../../../src/worker/node/parse-file';
import { clearResults, pruneResults, ResultBound } from '../../../src/worker/node/prune-results';
import { fingerprintOf, ResultCache, WORTH_BYTES } from '../../../src/worker/node/result-cache';
import { randomOf, recordOf } from '../engine/cloudtrail/scan';
import { bundlePrograms } from '../support/bundle';

const random = randomOf(3);
const logOf = (count: number): Buffer =>
  Buffer.from(
    JSON.stringify({
      Records: Array.from({ length: count }, () => recordOf({ eventID: `event-${String(random())}` })),
    }),
  );
const json = logOf(1500);
const gzip = gzipSync(json);
const one = '1'.repeat(64);

/** Counts what it is asked, and what it found. */
class Counted extends ResultCache {
  hits = 0;
  misses = 0;
  added = 0;

  override find(key: Buffer, displayPath: string): FileResult | undefined {
    const found = super.find(key, displayPath);
    if (found === undefined) this.misses++;
    else this.hits++;
    return found;
  }

  override add(key: Buffer, result: FileResult): void {
    super.add(key, result);
    this.added++;
  }

  get told(): readonly number[] {
    return [this.hits, this.misses, this.added];
  }
}

describe('results kept on disk', function () {
  this.timeout(120_000);
  let work: string;
  let folder: string;
  let kernels: Kernels;
  let modulePath: string;

  before(async () => {
    work = mkdtempSync(join(tmpdir(), 'lineage-results-'));
    modulePath = join(work, 'scan.wasm');
    writeFileSync(modulePath, await buildWasm());
    kernels = kernelsOf(loadModule(modulePath));
    await bundlePrograms(work, ['parse-worker']);
  });
  after(() => {
    rmSync(work, { recursive: true, force: true });
  });
  beforeEach(() => {
    folder = join(mkdtempSync(join(work, 'cache-')), 'results');
  });

  const put = (name: string, content: Buffer | string): SourceFile => {
    const absolutePath = join(work, name);
    writeFileSync(absolutePath, content);
    return { absolutePath, displayPath: name };
  };
  const entries = (): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  const only = (): string => {
    const [path, ...others] = entries();
    assert.deepEqual(others, []);
    return path ?? '';
  };
  const cache = (fingerprint = one): Counted => new Counted({ folder, fingerprint });

  it('are what reading gives, from memory and as a stream, under any name', async () => {
    for (const [at, content] of [gzip, json, Buffer.concat([gzip, gzip])].entries()) {
      const source = put(`same-${String(at)}`, content);
      const copy = put(`copy-${String(at)}`, content);
      const expected = await parseFile(source);
      assert.equal(expected.verdict, 'read');
      for (const by of [kernels, {}]) {
        rmSync(folder, { recursive: true, force: true });
        const results = cache();
        const told: number[] = [];
        const options = { ...by, results, onBytes: (bytes: number) => told.push(bytes) };
        assert.deepEqual(await parseFile(source, options), expected);
        assert.deepEqual(results.told, [0, 1, 1]);
        assert.deepEqual(await parseFile(source, options), expected);
        assert.deepEqual(await parseFile(copy, options), { ...expected, path: copy.displayPath });
        assert.deepEqual(results.told, [2, 1, 1]);
        assert.equal(
          told.reduce((a, b) => a + b, 0),
          expected.bytes * 3,
        );
      }
    }
  });

  it('are kept of damaged content, not of what is no log, of small files, or of what cannot be read', async () => {
    const cut = put('cut.gz', gzip.subarray(0, gzip.length - 100));
    for (const by of [kernels, {}]) {
      rmSync(folder, { recursive: true, force: true });
      const results = cache();
      const expected = await parseFile(cut);
      assert.equal(expected.verdict, 'partial');
      assert.deepEqual(await parseFile(cut, { ...by, results }), expected);
      assert.deepEqual(await parseFile(cut, { ...by, results }), expected);
      assert.deepEqual(results.told, [1, 1, 1]);
    }
    rmSync(folder, { recursive: true, force: true });
    const small = JSON.stringify({ Records: [recordOf()] });
    assert.ok(small.length < WORTH_BYTES);
    const csv = 'a,b\n'.repeat(10_000);
    for (const content of [small, csv, gzipSync(csv, { level: 0 }), '', `{"Records":${json.toString()}`]) {
      const source = put('other', content);
      const expected = await parseFile(source);
      for (const by of [kernels, {}, kernels]) {
        assert.deepEqual(await parseFile(source, { ...by, results: cache() }), expected);
      }
    }
    const locked = put('locked', gzip);
    chmodSync(locked.absolutePath, 0);
    for (const source of [
      { absolutePath: work, displayPath: 'w' },
      { absolutePath: '/missing', displayPath: 'm' },
    ]) {
      assert.deepEqual(await parseFile(source, { ...kernels, results: cache() }), await parseFile(source));
    }
    assert.deepEqual(await parseFile(locked, { ...kernels, results: cache() }), await parseFile(locked));
  });

  it('are not kept of a file that changed while it was read', async () => {
    const source = put('growing', json);
    const results = cache();
    let grown = false;
    const onBytes = (): void => {
      if (!grown) appendFileSync(source.absolutePath, '\n');
      grown = true;
    };
    await parseFile(source, { results, onBytes });
    assert.deepEqual(results.told, [0, 1, 0]);
  });

  it('are missed when the entry is damaged, cut off, empty or foreign, and written again', async () => {
    const source = put('damaged', gzip);
    const expected = await parseFile(source);
    await parseFile(source, { ...kernels, results: cache() });
    const path = only();
    const sound = readFileSync(path);
    const foreign = put('foreign', gzipSync(logOf(1500)));
    const bad = [
      Buffer.alloc(0),
      sound.subarray(0, 200),
      sound.subarray(0, sound.length - 16),
      Buffer.concat([sound, sound]),
      Buffer.from(sound.map((byte, at) => (at === sound.length >> 1 ? byte ^ 1 : byte))),
      Buffer.from(json),
    ];
    for (const content of bad) {
      writeFileSync(path, content);
      const results = cache();
      assert.deepEqual(await parseFile(source, { ...kernels, results }), expected);
      assert.deepEqual(results.told, [0, 1, 1]);
      assert.deepEqual(readFileSync(path), sound);
    }
    rmSync(path);
    await parseFile(foreign, { ...kernels, results: cache() });
    writeFileSync(path, readFileSync(only()));
    assert.deepEqual(await parseFile(source, { ...kernels, results: cache() }), expected);
  });

  it('are missed by another version of the program, which replaces them', async () => {
    const source = put('version', gzip);
    const results = [cache(), cache('2'.repeat(64)), cache('2'.repeat(64)), cache()];
    for (const each of results) await parseFile(source, { ...kernels, results: each });
    assert.deepEqual(
      results.map(({ hits }) => hits),
      [0, 0, 1, 0],
    );
    only();
  });

  it('tell versions of the program apart by what it consists of', () => {
    const [a, b, missing] = [put('a.js', 'a').absolutePath, put('b.wasm', 'b').absolutePath, join(work, 'missing')];
    const all = [[a, b], [b, a], [a], [a, missing], [b, missing]].map(fingerprintOf);
    assert.equal(new Set(all).size, all.length);
    assert.match(all.join(), /^[\da-f]{64}(?:,[\da-f]{64})+$/);
    assert.equal(fingerprintOf([a, b]), all[0]);
  });

  it('are for the user alone, and leave nothing unfinished', async function () {
    if (process.platform === 'win32') this.skip();
    await parseFile(put('private', gzip), { ...kernels, results: cache() });
    const path = only();
    assert.match(path, /[\\/][\da-f]{2}[\\/][\da-f]{62}$/);
    const modes = [path, dirname(path), folder].map((each) => statSync(each).mode & 0o777);
    assert.deepEqual(modes, [0o600, 0o700, 0o700]);
  });

  it('are done without where they cannot be written or read', async () => {
    const source = put('nowhere', gzip);
    const expected = await parseFile(source);
    mkdirSync(dirname(folder), { recursive: true });
    writeFileSync(folder, 'a file');
    assert.deepEqual(await parseFile(source, { ...kernels, results: cache() }), expected);
    assert.equal(readFileSync(folder, 'utf8'), 'a file');
    rmSync(folder);
    await parseFile(source, { ...kernels, results: cache() });
    const path = only();
    rmSync(path);
    mkdirSync(path);
    assert.deepEqual(await parseFile(source, { ...kernels, results: cache() }), expected);
    assert.deepEqual(entries(), []);
    await clearResults(join(work, 'never-made'));
    pruneResults(join(work, 'never-made'));
  });

  describe('within bounds', () => {
    /** Five of 100 bytes; the first was used last. */
    const fill = (): string[] => {
      const paths = Array.from({ length: 5 }, (_, at) => join(folder, `a${String(at)}`, String(at).repeat(62)));
      paths.forEach((path, at) => {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, Buffer.alloc(100));
        const used = Date.now() / 1000 - at * 1000;
        utimesSync(path, used, used);
      });
      return paths;
    };
    const left = (paths: readonly string[]): readonly number[] =>
      paths.flatMap((path, at) => (existsSync(path) ? [at] : []));

    it('remove what was not used for longest', () => {
      const paths = fill();
      assert.deepEqual(pruneResults(folder, { bytes: 500, entries: 5 }), { bytes: 500, entries: 5 });
      assert.deepEqual(left(paths), [0, 1, 2, 3, 4]);
      assert.deepEqual(pruneResults(folder, { bytes: 499, entries: 5 }), { bytes: 400, entries: 4 });
      assert.deepEqual(left(paths), [0, 1, 2, 3]);
      assert.deepEqual(pruneResults(folder, { bytes: 1000, entries: 2 }), { bytes: 200, entries: 2 });
      assert.deepEqual(left(paths), [0, 1]);
    });

    it('keep what is used', async () => {
      const sources = [put('used', gzip), put('unused', gzipSync(logOf(1500)))];
      const parse = (source: SourceFile | undefined): Promise<FileResult> =>
        parseFile(source ?? put('none', ''), { ...kernels, results: cache() });
      for (const source of sources) await parse(source);
      const long = Date.now() / 1000 - 7 * 24 * 3600;
      for (const [used, unused] of [sources, [...sources].reverse()]) {
        for (const path of entries()) utimesSync(path, long, long);
        await parse(used);
        pruneResults(folder, { bytes: Number.MAX_SAFE_INTEGER, entries: 1 });
        const results = cache();
        await parseFile(used ?? put('none', ''), { ...kernels, results });
        assert.deepEqual(results.told, [1, 0, 0]);
        await parseFile(unused ?? put('none', ''), { ...kernels, results });
        assert.deepEqual(results.told, [1, 1, 1]);
      }
    });

    it('remove what a thread that died was writing, and nothing that is not theirs', async () => {
      const paths = fill();
      const uuid = '11111111-2222-4333-8444-555555555555';
      const temporary = (at: number): string => `${paths[at] ?? ''}.${uuid}.tmp`;
      const others = [join(folder, 'notes.txt'), join(folder, 'a0', 'notes.txt'), join(folder, 'a0', 'b'.repeat(61))];
      for (const path of [...others, temporary(0), temporary(1)]) writeFileSync(path, 'x');
      for (const path of [...others, temporary(0)]) utimesSync(path, 1, 1);
      pruneResults(folder, { bytes: 10_000, entries: 100 });
      assert.deepEqual([existsSync(temporary(0)), existsSync(temporary(1))], [false, true]);
      await clearResults(folder);
      assert.deepEqual(left([...others, ...paths, temporary(1)]), [0, 1, 2]);
    });

    it('are looked through only when they may be too many', () => {
      const paths = fill();
      const bound = new ResultBound(folder, { bytes: 440, entries: 10 });
      bound.keep();
      assert.deepEqual(left(paths), [0, 1, 2, 3]);
      fill();
      bound.count(40);
      bound.keep();
      assert.deepEqual(left(paths), [0, 1, 2, 3, 4], 'by what was counted, they still fit');
      bound.count(1);
      assert.deepEqual(left(paths), [0, 1, 2, 3, 4], 'for a while there may be more');
      bound.keep();
      assert.deepEqual(left(paths), [0, 1, 2, 3]);
      fill();
      bound.count(150);
      assert.deepEqual(left(paths), [0, 1, 2, 3, 4]);
      bound.count(1);
      assert.deepEqual(left(paths), [0, 1, 2, 3], 'but not much');
      const many = new ResultBound(folder, { bytes: 10_000, entries: 4 });
      fill();
      many.count(1);
      assert.deepEqual(left(paths), [0, 1, 2, 3], 'in the beginning it is not known');
      fill();
      many.count(1);
      many.keep();
      assert.deepEqual(left(paths), [0, 1, 2, 3]);
    });
  });

  it('are used by threads, which may find the folder gone', async () => {
    const sources = Array.from({ length: 6 }, (_, at) => put(`thread-${String(at)}.gz`, gzipSync(logOf(1000 + at))));
    const module = loadModule(modulePath);
    const parse = async (options: { readonly cached: boolean; readonly remove?: boolean }): Promise<FileResult[]> => {
      const results: FileResult[] = [];
      const host = nodeHost({
        workerPath: join(work, 'parse-worker.js'),
        threads: 2,
        workerData: {
          ...(module === undefined ? {} : { module }),
          ...(options.cached ? { cache: { folder, fingerprint: one } } : {}),
        },
      });
      await host.parseFiles(sources, {
        signal: new AbortController().signal,
        progress: (_: Progress) => undefined,
        onFile: (result) => {
          results.push(result);
          if (options.remove === true) rmSync(folder, { recursive: true, force: true, maxRetries: 9 });
        },
      });
      return results.sort((a, b) => (a.path < b.path ? -1 : 1));
    };
    const expected = await parse({ cached: false });
    assert.deepEqual(await parse({ cached: true }), expected);
    assert.equal(entries().length, sources.length);
    const written = entries().map((path) => statSync(path).ino);
    assert.deepEqual(await parse({ cached: true }), expected);
    assert.deepEqual(
      entries().map((path) => statSync(path).ino),
      written,
    );
    assert.deepEqual(await parse({ cached: true, remove: true }), expected);
  });
});
