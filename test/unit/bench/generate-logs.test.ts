/** The logs of the benchmark: as large as asked, always the same, and real work for the analysis. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { analyze, type Analysis } from '../../../src/engine/analysis';
import { emptyCase } from '../../../src/engine/case-settings';
import { FileScanner } from '../../../src/engine/cloudtrail/scanner';
import { copyOf, generateLogs } from '../../bench/generate-logs.mjs';

const sample = join(__dirname, '../../../media/sample-incident/cloudtrail-logs');

function filesOf(folder: string): readonly Buffer[] {
  return readdirSync(folder)
    .sort()
    .map((name) => gunzipSync(readFileSync(join(folder, name))));
}

function analysisOf(files: readonly Buffer[]): Analysis {
  const results = files.map((bytes, at) => {
    const scanner = new FileScanner(`${String(at)}.json`);
    scanner.push(bytes);
    return scanner.finish();
  });
  return analyze(results, emptyCase);
}

describe('the logs of the benchmark', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lineage-bench-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('are as large as asked and always the same', () => {
    const made = generateLogs(sample, join(folder, 'a'), 8e6);
    generateLogs(sample, join(folder, 'b'), 8e6);
    const files = filesOf(join(folder, 'a'));
    const bytes = files.reduce((sum, file) => sum + file.length, 0);
    assert.ok(bytes >= 8e6 && bytes < 8.1e6, String(bytes));
    assert.equal(made.bytes, bytes);
    assert.ok(files.length > 1);
    assert.deepEqual(filesOf(join(folder, 'b')), files);
  });

  it('have no event twice, and as many incidents as copies', () => {
    const one = analysisOf(filesOf(sample)).findings.filter(({ severity }) => severity === 'critical').length;
    const length = filesOf(sample).reduce((sum, file) => sum + file.length, 0);
    const { copies, events } = generateLogs(sample, folder, length * 3);
    assert.ok(copies >= 3);
    const { coverage, findings } = analysisOf(filesOf(folder));
    assert.deepEqual([coverage.events, coverage.duplicates], [events, 0]);
    const critical = findings.filter(({ severity }) => severity === 'critical').length;
    assert.ok(one > 0 && critical >= 3 * one, `${String(critical)} of ${String(one)}`);
  });

  it('shift what belongs together together', () => {
    const text = '"a":"ASIAQQQQQQQQQQQQQQQQ","b":"2025-05-16T01:00:00Z","c":"139f5566-1b16-4c06-9afe-a32614da7767"';
    assert.equal(copyOf(text, 0), text);
    assert.equal(copyOf(text, 1).includes('"b":"2025-05-23T01:00:00Z"'), true);
    const copies = Array.from({ length: 2000 }, (_, n) => copyOf(text, n));
    assert.equal(new Set(copies.map((copy) => copy.slice(5, 25))).size, copies.length);
    assert.equal(new Set(copies.map((copy) => copy.slice(-13, -1))).size, copies.length);
  });
});
