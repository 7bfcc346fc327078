/** What came of a session, its records read again from files on disk: whole, damaged, changed, gone. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createAnalysisService, type AnalysisHost } from '../../../src/worker/analysis-service';
import { parseFile } from '../../../src/worker/node/parse-file';
import { readSpan } from '../../../src/worker/node/read-span';
import { readSpans } from '../../../src/worker/node/read-spans';
import type { BlastRadius, Progress, SourceFile } from '../../../src/worker/protocol';
import { isAbort, type CallContext } from '../../../src/worker/rpc';
import { actions } from '../../../scripts/sample/records';
import { account, alicesKey, minute, R1, World } from '../engine/support/world';
import { resultsOf } from '../support/results-of';

let folder: string;
let read: string[] = [];

const host: AnalysisHost = {
  stamp: () => undefined,
  parseFiles: resultsOf((files) => Promise.all(files.map((source) => parseFile(source)))),
  readSpan,
  readSpans: (path, spans, signal) => {
    read.push(path.slice(folder.length + 1));
    return readSpans(path, spans, signal);
  },
  now: () => 0,
};

function context(signal = new AbortController().signal, told: Progress[] = []): CallContext {
  return {
    signal,
    progress: (progress) => {
      told.push(progress);
    },
  };
}

/** Three files: a compressed one, a plain one, a compressed one, with a session whose calls are in all of them. */
const world = new World('blast on files');
const session = world.assumes(0, world.alice, R1);
for (let number = 0; number < 60; number++) {
  world.does(minute + number, session, actions.getItem(account, `t-${String(number).padStart(2, '0')}`));
}
const parts = [0, 1, 2].map((part) => world.records.filter((_, at) => at % 3 === part));
const content = (part: number): Buffer => {
  const json = Buffer.from(JSON.stringify({ Records: parts[part] }));
  return part === 1 ? json : gzipSync(json);
};
const names = ['a.json.gz', 'b.json', 'c.json.gz'];
const put = (part: number, bytes = content(part)): void => {
  writeFileSync(join(folder, names[part] ?? ''), bytes);
};

async function analysed(): Promise<ReturnType<typeof createAnalysisService>> {
  const service = createAnalysisService(host);
  const files: SourceFile[] = names.map((name) => ({ absolutePath: join(folder, name), displayPath: name }));
  await service.analyze(context(), { files });
  return service;
}

async function radius(service: ReturnType<typeof createAnalysisService>, told: Progress[] = []): Promise<BlastRadius> {
  const { sessions } = await service.who(context(), alicesKey);
  const found = await service.blastRadius(context(undefined, told), sessions[0]?.id ?? '');
  assert.ok(found !== null);
  return found;
}

describe('a blast radius read from files', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lineage-blast-'));
    read = [];
    [0, 1, 2].forEach((part) => {
      put(part);
    });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('reads each file once, compressed or not, and tells progress', async () => {
    const told: Progress[] = [];
    const { resources, records, tally } = await radius(await analysed(), told);
    assert.deepEqual([resources.total, records.read, records.problems, tally.events], [60, 60, [], 61]);
    assert.deepEqual(
      resources.listed.map(({ name, reads }) => `${name} ${String(reads)}`).sort(),
      Array.from({ length: 60 }, (_, number) => `t-${String(number).padStart(2, '0')} 1`),
    );
    assert.deepEqual(read, names);
    assert.deepEqual(
      [told[0]?.filesDone, told.at(-1)?.filesDone, told.at(-1)?.files, told.at(-1)?.events],
      [0, 3, 3, 60],
    );
  });

  it('goes on without files that changed, became shorter, were damaged or vanished, and names each', async () => {
    const service = await analysed();
    rmSync(join(folder, 'a.json.gz'));
    // Stored, so that a cut is inside the records and not inside a block of them.
    const whole = gzipSync(JSON.stringify({ Records: parts[2] }), { level: 0 });
    put(2, whole.subarray(0, whole.length >> 1));
    const gone = await radius(service);
    const [a, c] = gone.records.problems;
    assert.deepEqual(a, { file: 'a.json.gz', records: 20, reason: 'no longer there' });
    assert.deepEqual([c?.file, c?.reason], ['c.json.gz', 'its compression is damaged from there on']);
    assert.ok((c?.records ?? 0) > 5 && (c?.records ?? 0) < 15, String(c?.records));
    assert.equal(gone.records.read, 40 - (c?.records ?? 0));
    assert.equal(gone.resources.total, gone.records.read);
    // What the event table tells is whole.
    assert.deepEqual([gone.tally.events, gone.records.total], [61, 60]);

    put(0);
    put(1, content(1).subarray(0, 3000));
    put(2, gzipSync(JSON.stringify({ Records: (parts[2] ?? []).slice().reverse() })));
    const changed = await radius(service);
    assert.deepEqual(
      changed.records.problems.map(({ file, reason }) => `${file} ${reason}`),
      ['b.json changed since it was analysed', 'c.json.gz changed since it was analysed'],
    );
    assert.equal(
      changed.records.problems.reduce((sum, { records }) => sum + records, 0) + changed.records.read,
      changed.records.total,
    );
  });

  it('stops when it is cancelled, and leaves the analysis in place', async () => {
    const service = await analysed();
    const { sessions } = await service.who(context(), alicesKey);
    const id = sessions[0]?.id ?? '';
    const before = new AbortController();
    before.abort();
    await assert.rejects(service.blastRadius(context(before.signal), id), isAbort);
    const during = new AbortController();
    const stop: CallContext = {
      signal: during.signal,
      progress: ({ filesDone }) => {
        if (filesDone === 1) {
          during.abort();
        }
      },
    };
    read = [];
    await assert.rejects(service.blastRadius(stop, id), isAbort);
    assert.deepEqual(read, names.slice(0, 1));
    assert.equal((await service.session(context(), id))?.id, id);
  });

  it('is null for a session that is not there', async () => {
    const service = createAnalysisService(host);
    assert.equal(await service.blastRadius(context(), 'x'), null);
    assert.equal(await (await analysed()).blastRadius(context(), 'x'), null);
  });
});

describe('reading many records of a file', () => {
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lineage-spans-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const signal = new AbortController().signal;
  const all = async (path: string, spans: readonly { start: number; length: number }[]): Promise<string[]> => {
    const texts: string[] = [];
    for await (const text of readSpans(path, spans, signal)) {
      texts.push(text);
    }
    return texts;
  };

  it('gives the same as one by one, also across the borders of chunks', async () => {
    // Spans of every size over four megabytes: some in one chunk, some over several, some side by side, some apart.
    const text = Array.from(
      { length: 130_000 },
      (_, at) => `é${String(at).padStart(7, '0')}…${at % 97 === 0 ? '\n'.repeat(90) : ''}`,
    );
    const bytes = Buffer.from(text.join(''));
    assert.ok(bytes.length > 1_500_000);
    const plain = join(folder, 'plain');
    const gzip = join(folder, 'gzip');
    writeFileSync(plain, bytes);
    writeFileSync(gzip, gzipSync(bytes));
    const spans: { start: number; length: number }[] = [];
    for (let at = 0, step = 1; at < bytes.length; at += step) {
      step = (step * 7919 + 13) % 40_007;
      const length = Math.min(bytes.length - at, step % 3 === 0 ? step : Math.floor(step / 2));
      spans.push({ start: at, length });
    }
    spans.push({ start: bytes.length - 1, length: 1 });
    const expected = spans.map(({ start, length }) => bytes.subarray(start, start + length).toString('utf8'));
    assert.deepEqual(await all(plain, spans), expected);
    assert.deepEqual(await all(gzip, spans), expected);
    const long = [{ start: 17, length: 1_400_000 }];
    assert.deepEqual(await all(gzip, long), [bytes.subarray(17, 1_400_017).toString('utf8')]);
    assert.deepEqual(await all(gzip, []), []);
  });

  it('gives what is before the end of a file that became shorter, and says so', async () => {
    for (const name of ['short', 'short.gz']) {
      const path = join(folder, name);
      writeFileSync(path, name === 'short' ? '0123456789' : gzipSync('0123456789'));
      const given: string[] = [];
      await assert.rejects(async () => {
        const spans = [
          { start: 2, length: 3 },
          { start: 8, length: 5 },
        ];
        for await (const text of readSpans(path, spans, signal)) {
          given.push(text);
        }
      }, /shorter than when it was analysed/);
      assert.deepEqual(given, ['234']);
    }
  });
});
