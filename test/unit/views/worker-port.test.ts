/** An analysis as the views ask for it: in parts, early findings on the way, adopted at the end or not at all. */
import assert from 'node:assert/strict';
import { workerPort } from '../../../src/views/worker-port';
import type { AnalysisClient } from '../../../src/worker/client';
import type { AnalysisSummary, AnalyzeRequest, Progress } from '../../../src/worker/protocol';
import { isAbort } from '../../../src/worker/rpc';
import { headOf, partOf } from '../../../src/worker/summary-parts';
import { coverage, finding } from './fixtures';

function summary(findings: number): AnalysisSummary {
  const all = Array.from({ length: findings }, (_, index) => finding(`f${index}`));
  return { coverage: coverage(), findings: all, incidents: [], sessions: 1, caseErrors: [] };
}

const reading: Progress = { filesDone: 1, files: 2, bytesRead: 3, events: 4, stage: 'reading' };

/** A worker that tells `early` while it reads and ends with `last`; `onCall` hears of every call. */
function client(early: AnalysisSummary, last: AnalysisSummary, onCall: (name: string, args: unknown) => void) {
  const known = new Map([
    [1, early],
    [2, last],
  ]);
  const made: Pick<AnalysisClient, 'analyze' | 'part' | 'adopt'> = {
    analyze: async ({ onProgress }, request) => {
      onCall('analyze', request);
      onProgress?.(request.early === true ? { ...reading, early: headOf(early, 1) } : reading);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return headOf(last, 2);
    },
    part: (_, id, index) => {
      onCall('part', id);
      const now = known.get(id);
      return Promise.resolve(now === undefined ? null : partOf(now, index));
    },
    adopt: (_, id) => {
      onCall('adopt', id);
      return Promise.resolve(known.has(id));
    },
  };
  return workerPort(made as AnalysisClient);
}

describe('an analysis as the views ask for it', () => {
  it('comes in parts, the early findings before the last ones', async () => {
    const calls: string[] = [];
    const port = client(summary(70), summary(200), (name, args) => {
      calls.push(name === 'analyze' ? JSON.stringify(args) : `${name} ${String(args)}`);
    });
    const shown: AnalysisSummary[] = [];
    const told: Progress[] = [];
    const last = await port.analyze(
      { files: [] },
      { onEarly: (each) => shown.push(each), onProgress: (now) => told.push(now) },
    );
    assert.deepEqual(shown, [summary(70)]);
    assert.deepEqual(last, summary(200));
    assert.equal(told.length, 1);
    assert.deepEqual(calls, [
      JSON.stringify({ files: [], inParts: true, early: true } satisfies AnalyzeRequest),
      ...['part 1', 'part 1', 'part 2', 'part 2', 'part 2', 'part 2', 'adopt 2'],
    ]);
  });

  it('asks for early findings only where somebody shows them', async () => {
    const requests: unknown[] = [];
    const port = client(summary(1), summary(1), (name, args) => name === 'analyze' && requests.push(args));
    await port.analyze({ files: [] }, {});
    assert.deepEqual(requests, [{ files: [], inParts: true, early: false }]);
  });

  it('does not take effect when it is cancelled before its last part', async () => {
    const cancel = new AbortController();
    const calls: string[] = [];
    const port = client(summary(1), summary(200), (name) => {
      calls.push(name);
      if (calls.filter((each) => each === 'part').length === 2) cancel.abort();
    });
    await assert.rejects(port.analyze({ files: [] }, { signal: cancel.signal }), isAbort);
    assert.ok(!calls.includes('adopt'));
  });
});
