/** What did not change is not read again; what is held makes no difference to what is found. */
import assert from 'node:assert/strict';
import { emptyCase } from '../../../src/engine/case-settings';
import { buildModel } from '../../../src/engine/lineage/build-model';
import type { FileResult } from '../../../src/engine/cloudtrail/columns';
import type { AnalysisHost, ParseContext } from '../../../src/worker/analysis-host';
import { HeldFiles } from '../../../src/worker/held-files';
import type { SourceFile } from '../../../src/worker/protocol';
import { fileOf } from '../engine/support/files';
import { shape } from '../engine/support/shape';
import { minute, R1, R2, R3, World } from '../engine/support/world';
import { resultsOf } from '../support/results-of';

const world = new World('held');
world.chain(minute, world.alice, [R1, R2, R3]);
const { records } = world;

function sourceOf(name: string): SourceFile {
  return { absolutePath: `/logs/${name}`, displayPath: name };
}

/** Files as they are on a disk that a test changes. */
class Disk {
  readonly files = new Map<string, { records: readonly object[]; stamp: string | undefined }>();
  readonly read: string[] = [];
  /** Called before files are read. */
  beforeReading: () => Promise<void> = () => Promise.resolve();

  put(name: string, content: readonly object[], stamp: string | undefined = `v${String(content.length)}`): void {
    this.files.set(name, { records: content, stamp });
  }

  get host(): AnalysisHost {
    return {
      stamp: (path) => this.files.get(path.slice('/logs/'.length))?.stamp,
      parseFiles: resultsOf(async (files) => {
        await this.beforeReading();
        this.read.push(...files.map(({ displayPath }) => displayPath));
        return files.map(({ displayPath }) => fileOf(displayPath, this.files.get(displayPath)?.records ?? []));
      }),
      readSpan: () => Promise.reject(new Error('not asked for')),
      readSpans: () => {
        throw new Error('not asked for');
      },
      now: () => 0,
    };
  }

  get sources(): SourceFile[] {
    return [...this.files.keys()].map(sourceOf);
  }

  /** The lineage of what is on the disk now, from nothing. */
  get expected(): ReturnType<typeof shape> {
    return shape(
      buildModel(
        [...this.files].map(([name, file]): FileResult => fileOf(name, file.records)),
        emptyCase,
      ),
    );
  }
}

function context(signal: AbortSignal = new AbortController().signal): ParseContext {
  return { signal, progress: () => undefined, onFile: () => undefined };
}

describe('the files of the last analysis', () => {
  it('are read once, and again when they changed, came or went', async () => {
    const disk = new Disk();
    const held = new HeldFiles(disk.host);
    const update = async () => shape(await held.update(disk.sources, [], emptyCase, context()));
    disk.put('a.json', records.slice(0, 2));
    disk.put('b.json', records.slice(2, 3));
    assert.deepEqual(await update(), disk.expected);
    assert.deepEqual(disk.read.splice(0), ['a.json', 'b.json']);
    assert.deepEqual(await update(), disk.expected);
    assert.deepEqual(disk.read.splice(0), []);
    disk.put('c.json', records.slice(3));
    assert.deepEqual(await update(), disk.expected);
    assert.deepEqual(disk.read.splice(0), ['c.json']);
    disk.put('b.json', records.slice(0, 1), 'changed');
    disk.files.delete('c.json');
    assert.deepEqual(await update(), disk.expected);
    assert.deepEqual(disk.read.splice(0), ['b.json']);
  });

  it('are read every time where nobody can tell whether they changed', async () => {
    const disk = new Disk();
    disk.files.set('a.json', { records, stamp: undefined });
    const held = new HeldFiles(disk.host);
    for (let time = 1; time <= 2; time++) {
      await held.update(disk.sources, [], emptyCase, context());
      assert.equal(disk.read.length, time);
    }
  });

  it('are tried again where they could not be read, changed or not', async () => {
    const disk = new Disk();
    disk.put('a.json', records);
    const host: AnalysisHost = {
      ...disk.host,
      parseFiles: resultsOf((files) => {
        disk.read.push(...files.map(({ displayPath }) => displayPath));
        return Promise.resolve(
          files.map(({ displayPath: path }): FileResult => ({
            path,
            format: 'unknown',
            verdict: 'failed',
            reason: 'locked',
            rejected: 0,
            rejections: [],
            bytes: 0,
          })),
        );
      }),
    };
    const held = new HeldFiles(host);
    await held.update(disk.sources, [], emptyCase, context());
    await held.update(disk.sources, [], emptyCase, context());
    assert.deepEqual(disk.read, ['a.json', 'a.json']);
  });

  it('are as they were after an update that was cancelled while it read', async () => {
    const disk = new Disk();
    const held = new HeldFiles(disk.host);
    disk.put('a.json', records);
    const before = shape(await held.update(disk.sources, [], emptyCase, context()));
    const cancel = new AbortController();
    disk.put('b.json', records.slice(0, 1));
    disk.files.delete('a.json');
    disk.beforeReading = () => {
      cancel.abort();
      return Promise.resolve();
    };
    await assert.rejects(held.update(disk.sources, [], emptyCase, context(cancel.signal)));
    disk.beforeReading = () => Promise.resolve();
    disk.put('a.json', records);
    disk.files.delete('b.json');
    disk.read.length = 0;
    assert.deepEqual(shape(await held.update(disk.sources, [], emptyCase, context())), before);
    assert.deepEqual(disk.read, [], 'a.json was held all the time');
  });

  it('are read again by an update that another one overtook', async () => {
    const disk = new Disk();
    const held = new HeldFiles(disk.host);
    disk.put('a.json', records.slice(0, 2));
    await held.update(disk.sources, [], emptyCase, context());
    disk.put('b.json', records.slice(2));
    const both = disk.sources;
    const expected = disk.expected;
    // While b.json is read, an analysis of another folder lets go of a.json.
    disk.beforeReading = async () => {
      disk.beforeReading = () => Promise.resolve();
      await held.update([], [], emptyCase, context());
    };
    disk.read.length = 0;
    assert.deepEqual(shape(await held.update(both, [], emptyCase, context())), expected);
    assert.deepEqual(disk.read, ['b.json', 'a.json']);
  });

  it('give the model of the files asked for to each of two updates at once', async () => {
    const disk = new Disk();
    const held = new HeldFiles(disk.host);
    disk.put('a.json', records.slice(0, 2));
    const one = [disk.sources, disk.expected] as const;
    disk.put('b.json', records.slice(2));
    const both = [disk.sources, disk.expected] as const;
    await held.update(both[0], [], emptyCase, context());
    const models = await Promise.all([both, one].map(([sources]) => held.update(sources, [], emptyCase, context())));
    assert.deepEqual(models.map(shape), [both[1], one[1]]);
  });

  it('may be more than a call takes arguments', async () => {
    const disk = new Disk();
    const nothing = fileOf('x', []);
    const host: AnalysisHost = {
      ...disk.host,
      parseFiles: resultsOf((files) => Promise.resolve(files.map(({ displayPath: path }) => ({ ...nothing, path })))),
    };
    const sources = Array.from({ length: 150_000 }, (_, index) => sourceOf(`${String(index)}.json`));
    const model = await new HeldFiles(host).update(sources, [], emptyCase, context());
    assert.equal(model.files.length, sources.length);
  });

  it('keep what could not be listed among the files, as long as it is named', async () => {
    const disk = new Disk();
    const held = new HeldFiles(disk.host);
    disk.put('a.json', records);
    const locked: FileResult = {
      path: 'locked',
      format: 'unknown',
      verdict: 'failed',
      reason: 'no permission',
      rejected: 0,
      rejections: [],
      bytes: 0,
    };
    const paths = async (others: readonly FileResult[]): Promise<string[]> =>
      (await held.update(disk.sources, others, emptyCase, context())).files.map(({ result }) => result.path);
    assert.deepEqual(await paths([locked]), ['a.json', 'locked']);
    assert.deepEqual(await paths([]), ['a.json']);
  });
});
