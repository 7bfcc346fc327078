/** The client: the worker starts with the first call, its death is told, the next call starts another. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAnalysisClient } from '../../../src/worker/client';

let folder: string;
let workerPath: string;

/** Speaks the worker's side of the calls; dies of `session('die')`, never answers `session('wait')`. */
const worker = `
const { parentPort, threadId, workerData } = require('node:worker_threads');
parentPort.on('message', ({ t, id, method, args }) => {
  if (t !== 'call') return;
  if (args[0] === 'die') throw new Error('out of luck');
  if (args[0] !== 'wait') parentPort.postMessage({ t: 'result', id, value: { thread: threadId, method, ...workerData } });
});
`;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'lineage-client-'));
  workerPath = join(folder, 'worker.js');
  writeFileSync(workerPath, worker);
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

const threadOf = (answer: unknown): number => (answer as { readonly thread: number }).thread;

describe('the client of the analysis worker', () => {
  it('keeps one worker for all calls', async () => {
    const client = createAnalysisClient({ workerPath });
    try {
      const answers = await Promise.all([client.session({}, 'a'), client.session({}, 'b')]);
      assert.equal(threadOf(answers[0]), threadOf(answers[1]));
    } finally {
      await client.dispose();
    }
  });

  it('fails what is under way when the worker dies, and starts another for the next call', async () => {
    const crashes: Error[] = [];
    const client = createAnalysisClient({ workerPath, onCrash: (error) => crashes.push(error) });
    try {
      const before = threadOf(await client.session({}, 'a'));
      const waiting = client.session({}, 'wait');
      const dying = client.session({}, 'die');
      await assert.rejects(waiting, /worker stopped: out of luck/);
      await assert.rejects(dying, /worker stopped: out of luck/);
      assert.equal(crashes.length, 1);
      assert.notEqual(threadOf(await client.session({}, 'a')), before);
    } finally {
      await client.dispose();
    }
  });

  it('tells the worker where results are kept, and clears them with the analysis', async () => {
    const cacheFolder = join(folder, 'results');
    const entry = join(cacheFolder, 'ab', 'c'.repeat(62));
    mkdirSync(join(cacheFolder, 'ab'), { recursive: true });
    writeFileSync(entry, 'x');
    const client = createAnalysisClient({ workerPath, cacheFolder });
    try {
      const answer = (await client.session({}, 'a')) as unknown;
      assert.equal((answer as { readonly cacheFolder: string }).cacheFolder, cacheFolder);
      assert.ok(existsSync(entry));
      await client.clear({});
      assert.equal(existsSync(cacheFolder), false);
      await client.clear({});
    } finally {
      await client.dispose();
    }
  });

  it('says so when there is no worker to start', async () => {
    const client = createAnalysisClient({ workerPath: join(folder, 'nowhere.js') });
    await assert.rejects(client.session({}, 'a'), /worker stopped: .*nowhere/);
    await client.dispose();
  });

  it('settles what is under way when it is closed, and is no crash', async () => {
    const crashes: Error[] = [];
    const client = createAnalysisClient({ workerPath, onCrash: (error) => crashes.push(error) });
    await client.session({}, 'a');
    const waiting = client.session({}, 'wait');
    const closing = client.dispose();
    await assert.rejects(waiting, /closed/);
    await closing;
    assert.deepEqual(crashes, []);
  });
});
