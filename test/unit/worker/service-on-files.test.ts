/** The service with files on disk: what cannot be read is in the coverage, records come back as they were written. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createAnalysisService, type AnalysisHost } from '../../../src/worker/analysis-service';
import { parseFile } from '../../../src/worker/node/parse-file';
import { readSpan } from '../../../src/worker/node/read-span';
import { readSpans } from '../../../src/worker/node/read-spans';
import type { Progress, SourceFile } from '../../../src/worker/protocol';
import type { CallContext } from '../../../src/worker/rpc';
import { incident } from '../engine/report/incident';
import { resultsOf } from '../support/results-of';

let folder: string;
let file: SourceFile;
const { records } = incident();
const first = records[0] as { readonly eventID: string };

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'lineage-service-'));
  file = { absolutePath: join(folder, 'logs.json.gz'), displayPath: 'logs.json.gz' };
  writeFileSync(file.absolutePath, gzipSync(JSON.stringify({ Records: records })));
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

function context(signal = new AbortController().signal, told: Progress[] = []): CallContext {
  return {
    signal,
    progress: (progress) => {
      told.push(progress);
    },
  };
}

const host: AnalysisHost = {
  stamp: () => undefined,
  parseFiles: resultsOf((files) => Promise.all(files.map((source) => parseFile(source)))),
  readSpan,
  readSpans,
  now: () => Date.parse('2026-01-01T00:00:00Z'),
};

describe('the analysis service on files', () => {
  it('tells what it found, and what it could not read', async () => {
    const service = createAnalysisService(host);
    const told: Progress[] = [];
    const summary = await service.analyze(context(undefined, told), {
      files: [file, { absolutePath: join(folder, 'gone.json'), displayPath: 'gone.json' }],
      unreadable: [{ path: 'locked', reason: 'no permission' }],
    });
    assert.deepEqual(
      summary.findings.map(({ rule }) => rule),
      ['chain-then-persistence', 'created-key-used', 'role-chain-depth'],
    );
    assert.deepEqual(summary.coverage.files.map(({ path, verdict }) => `${path} ${verdict}`).sort(), [
      'gone.json failed',
      'locked failed',
      'logs.json.gz read',
    ]);
    assert.equal(told.at(-1)?.stage, 'linking');
    assert.equal(told.at(-1)?.events, records.length);
  });

  it('reads a record back from its compressed file, as AWS wrote it', async () => {
    const service = createAnalysisService(host);
    await service.analyze(context(), { files: [file] });
    for (const record of records as { readonly eventID: string }[]) {
      const text = await service.record(context(), record.eventID);
      assert.deepEqual(JSON.parse(text?.text ?? ''), record);
      assert.equal(text?.absolutePath, file.absolutePath);
      assert.match(text.text, /^\{\n {2}"/);
    }
    assert.equal(await service.record(context(), '00000000-0000-0000-0000-000000000000'), null);
  });

  it('does not show other text where a file changed', async () => {
    const changed = { absolutePath: join(folder, 'changed.json'), displayPath: 'changed.json' };
    writeFileSync(changed.absolutePath, JSON.stringify({ Records: records }));
    const service = createAnalysisService(host);
    await service.analyze(context(), { files: [changed] });
    writeFileSync(changed.absolutePath, '');
    await assert.rejects(service.record(context(), first.eventID), /analyse it again/);
    writeFileSync(changed.absolutePath, ' '.repeat(200_000));
    await assert.rejects(service.record(context(), first.eventID), /analyse it again/);
  });
});
