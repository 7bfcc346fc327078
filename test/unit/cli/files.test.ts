/** Which case file goes with what is analysed, and how a plan is written. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../src/cli/arguments';
import { caseFileName, findCaseFile } from '../../../src/cli/find-case-file';
import { writePlan } from '../../../src/cli/write-plan';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lineage-cli-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function put(path: string, content = '{}'): string {
  const full = join(root, path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, content);
  return full;
}

describe('the case file', () => {
  it('is the nearest one between the analysed folder and the current one', async () => {
    put('work/a/logs/x.json');
    put(`work/${caseFileName}`, '1');
    const cwd = join(root, 'work');
    assert.equal((await findCaseFile(cwd, ['a/logs'], undefined))?.text, '1');
    put(`work/a/${caseFileName}`, '2');
    assert.equal((await findCaseFile(cwd, ['a/logs'], undefined))?.text, '2');
    assert.equal((await findCaseFile(cwd, ['a/logs/x.json'], undefined))?.text, '2');
    put(`work/a/logs/${caseFileName}`, '3');
    assert.equal((await findCaseFile(cwd, ['a/logs/x.json'], undefined))?.text, '3');
  });

  it('is not looked for above the current folder', async () => {
    put('work/logs/x.json');
    put(caseFileName);
    assert.equal(await findCaseFile(join(root, 'work'), ['logs', '.'], undefined), undefined);
  });

  it('of logs elsewhere is in their folder, or in the current one', async () => {
    put('elsewhere/logs/x.json');
    put(`elsewhere/${caseFileName}`, 'not this');
    put(`work/${caseFileName}`, 'current');
    const cwd = join(root, 'work');
    const logs = join(root, 'elsewhere/logs');
    assert.equal((await findCaseFile(cwd, [logs], undefined))?.text, 'current');
    put(`elsewhere/logs/${caseFileName}`, 'theirs');
    assert.equal((await findCaseFile(cwd, [logs], undefined))?.text, 'theirs');
  });

  it('is the one that was named, which has to be there', async () => {
    put('logs/x.json');
    put(`logs/${caseFileName}`, 'found');
    put('mine.json', 'named');
    assert.equal((await findCaseFile(root, ['logs'], 'mine.json'))?.text, 'named');
    await assert.rejects(
      findCaseFile(root, ['logs'], 'other.json'),
      (error) => error instanceof UsageError && error.message.includes('other.json'),
    );
  });

  it('is a question when two apply', async () => {
    put(`a/${caseFileName}`);
    put(`b/${caseFileName}`);
    await assert.rejects(
      findCaseFile(root, ['a', 'b'], undefined),
      (error) => error instanceof UsageError && error.message.includes('--case'),
    );
    put(`both/${caseFileName}`, 'one');
    mkdirSync(join(root, 'both/x'));
    mkdirSync(join(root, 'both/y'));
    assert.equal((await findCaseFile(root, ['both/x', 'both/y'], undefined))?.text, 'one');
  });
});

describe('a plan', () => {
  const files = [
    { path: 'runbook.md', content: '# r' },
    { path: 'policies/deny.json', content: '{}' },
    { path: 'respond.sh', content: '#!/bin/bash' },
  ];

  it('is written as it is, its script executable', async () => {
    const folder = join(root, 'out/deep');
    const written = await writePlan(folder, files, false);
    assert.deepEqual(
      written,
      files.map(({ path }) => join(folder, ...path.split('/'))),
    );
    assert.equal(readFileSync(join(folder, 'policies/deny.json'), 'utf8'), '{}');
    if (process.platform !== 'win32') {
      assert.equal(statSync(join(folder, 'respond.sh')).mode & 0o111, 0o111);
    }
  });

  it('overwrites nothing, and writes nothing at all where anything is there', async () => {
    put('out/respond.sh', 'mine');
    await assert.rejects(
      writePlan(join(root, 'out'), files, false),
      (error) => error instanceof UsageError && /respond\.sh.*--force/.test(error.message),
    );
    assert.equal(readFileSync(join(root, 'out/respond.sh'), 'utf8'), 'mine');
    assert.equal(existsSync(join(root, 'out/runbook.md')), false);
  });

  it('overwrites with force, but not what a link leads to', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    const precious = put('precious', 'precious');
    mkdirSync(join(root, 'out'));
    symlinkSync(precious, join(root, 'out/runbook.md'));
    await writePlan(join(root, 'out'), files, true);
    assert.equal(readFileSync(precious, 'utf8'), 'precious');
    assert.equal(readFileSync(join(root, 'out/runbook.md'), 'utf8'), '# r');
  });

  it('stays in its folder', async () => {
    for (const path of ['../up.md', '/abs.md', 'a/../../b', 'a//b', '.', 'a/./b', 'a\\b']) {
      await assert.rejects(writePlan(join(root, 'out'), [{ path, content: '' }], true), /unsafe name/, path);
    }
    assert.equal(existsSync(join(root, 'up.md')), false);
  });
});
