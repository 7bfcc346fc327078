import assert from 'node:assert/strict';
import type { AnalysisSummary, SummaryPart } from '../../../src/worker/protocol';
import { headOf, partOf, wholeSummary } from '../../../src/worker/summary-parts';
import { coverage, coverageFile, finding, incident } from '../views/fixtures';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function summary(findings: number, incidents: number, files: number): AnalysisSummary {
  return {
    coverage: coverage({ files: numbers(files).map((index) => coverageFile(`${index}.json.gz`)) }),
    findings: numbers(findings).map((index) => finding(`f${index}`)),
    incidents: numbers(incidents).map((index) => incident(`i${index}`)),
    sessions: 7,
    caseErrors: [],
  };
}

describe('a summary in parts', () => {
  for (const [findings, incidents, files] of [
    [0, 0, 0],
    [1, 1, 1],
    [64, 1, 1],
    [65, 300, 1],
    [3, 2, 5000],
    [1000, 700, 10],
  ] as const) {
    it(`is whole again with ${findings} findings, ${incidents} incidents and ${files} files`, async () => {
      const whole = summary(findings, incidents, files);
      const head = headOf(whole, 5);
      assert.deepEqual([head.findings, head.incidents, head.coverage.files], [[], [], []]);
      assert.deepEqual(await wholeSummary(head, (_, index) => Promise.resolve(partOf(whole, index))), whole);
    });
  }

  it('has parts of a bounded size, asked for one after the other', async () => {
    const whole = summary(1000, 700, 5000);
    let open = 0;
    const asked: SummaryPart[] = [];
    await wholeSummary(headOf(whole, 5), async (id, index) => {
      assert.equal(id, 5);
      assert.equal(++open, 1);
      await Promise.resolve();
      open--;
      const part = partOf(whole, index);
      asked.push(part);
      return part;
    });
    assert.equal(asked.length, Math.ceil(1000 / 64));
    for (const { findings, incidents, files } of asked) {
      assert.ok(findings.length <= 64 && incidents.length <= 256 && files.length <= 1024);
    }
  });

  it('is none once the analysis is no more', async () => {
    const whole = summary(1000, 1, 1);
    const gone = await wholeSummary(headOf(whole, 5), (_, index) =>
      Promise.resolve(index < 2 ? partOf(whole, index) : null),
    );
    assert.equal(gone, undefined);
  });

  it('may come whole', async () => {
    const whole = summary(1, 1, 1);
    assert.equal(await wholeSummary(whole, () => assert.fail('nothing to ask for')), whole);
  });
});
