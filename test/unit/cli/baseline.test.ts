/** A baseline through the program: written from quiet weeks, counted beside a later day, refused where it is none. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnalysisReport } from '../../../src/engine/contract';
import { parseBaseline } from '../../../src/engine/parse-baseline';
import { quietWeeks, vault, works } from '../../corpus/rules/quiet-weeks';
import { day, World } from '../engine/support/world';
import { bundlePrograms } from '../support/bundle';

describe('a baseline on the command line', function () {
  this.timeout(60_000);
  let dist = '';
  let work = '';

  const run = (...args: string[]): { readonly status: number | null; readonly out: string; readonly err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(dist, 'cli.js'), ...args], {
      cwd: work,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '' },
    });
    return { status, out: stdout, err: stderr };
  };
  const save = (name: string, records: readonly object[]): void => {
    writeFileSync(join(work, name), JSON.stringify({ Records: records }));
  };
  const rare = (...args: string[]): readonly string[] => {
    const { out } = run('analyze', 'today.json', '--format', 'json', '--rule', 'rare-role-edge', ...args);
    return (JSON.parse(out) as AnalysisReport).findings.map(({ rule, severity }) => `${severity} ${rule}`);
  };

  before(async () => {
    dist = mkdtempSync(join(tmpdir(), 'lineage-baseline-dist-'));
    await bundlePrograms(dist, ['cli', 'analysis-worker', 'parse-worker']);
    work = mkdtempSync(join(tmpdir(), 'lineage-baseline-'));
    save('weeks.json', quietWeeks(new World('weeks'), 12).records);
    const today = new World('today');
    works(today, 13 * day, 1, vault);
    save('today.json', today.records);
  });
  after(() => {
    rmSync(dist, { recursive: true, force: true });
    rmSync(work, { recursive: true, force: true });
  });

  it('is written beside the report, and judges a later day', () => {
    const { status, out } = run('analyze', 'weeks.json', '--write-baseline', 'weeks-baseline.json');
    assert.equal(status, 0);
    assert.match(out, /^READ /);
    const text = readFileSync(join(work, 'weeks-baseline.json'), 'utf8');
    assert.equal(parseBaseline(text).firstEventTime, '2025-05-12T08:00:00Z');
    assert.deepEqual(rare(), []);
    assert.deepEqual(rare('--baseline', 'weeks-baseline.json'), ['medium rare-role-edge']);
    const again = run('analyze', 'weeks.json', '--write-baseline', 'again.json');
    assert.equal(again.status, 0);
    assert.equal(readFileSync(join(work, 'again.json'), 'utf8'), text);
  });

  it('that is broken, foreign or not there is one error with its name and the reason', () => {
    for (const [name, text, reason] of [
      ['broken.json', '{', 'it is not JSON'],
      ['foreign.json', '{"Records":[]}', 'it is no baseline: write one with analyze --write-baseline.'],
      ['absent.json', undefined, 'ENOENT'],
    ] as const) {
      if (text !== undefined) {
        writeFileSync(join(work, name), text);
      }
      const { status, out, err } = run('analyze', 'today.json', '--baseline', name);
      assert.deepEqual([status, out], [2, '']);
      assert.ok(err.includes(`Cannot use the baseline ${join(work, name)}: `) && err.includes(reason), err);
      assert.equal(err.trim().split('\n').length, 1, err);
    }
  });

  it('takes the place of no log, and is not made of nothing', () => {
    const { status, err } = run('analyze', 'today.json', '--write-baseline', './today.json');
    assert.equal(status, 2);
    assert.ok(err.includes('--write-baseline ./today.json is one of the logs that were analysed.'), err);
    writeFileSync(join(work, 'empty.json'), '');
    assert.equal(run('analyze', 'empty.json', '--write-baseline', 'none.json').status, 3);
    assert.ok(!existsSync(join(work, 'none.json')));
  });

  it('needs a name', () => {
    for (const option of ['--baseline', '--write-baseline']) {
      const { status, err } = run('analyze', 'today.json', `${option}= `);
      assert.equal(status, 2);
      assert.ok(err.includes(`${option} is empty.`), err);
    }
  });
});
