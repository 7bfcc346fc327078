/** What does not go well: damaged logs, nothing to read, an analysis that takes too long, a window that is reloaded; and every theme. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Frame } from 'playwright-core';
import { THEMES, type Theme } from '../../../scripts/lib/vscode-settings';
import { analysed, cleared, CONTAINER, FINDINGS, findingRow, namesAtLevel, openLineage } from './incident';
import { sampleWorkspace, useWorkbench } from './workbench';

const GOOD = '111122223333_CloudTrail_us-east-1_20250516T0115Z_RDGpJKW1BMV5gJcf.json.gz';

/** The sample, with a folder of damage, an empty one, and one that takes long to read. */
function troubledWorkspace(): string {
  const folder = sampleWorkspace();
  const packed = fs.readFileSync(join(folder, 'cloudtrail-logs', GOOD));
  const text = gunzipSync(packed).toString('utf8');
  const put = (name: string, content: string | Buffer) => {
    fs.mkdirSync(join(folder, 'damaged'), { recursive: true });
    fs.writeFileSync(join(folder, 'damaged', name), content);
  };
  put('good.json.gz', packed);
  put('broken.json.gz', Buffer.concat([packed.subarray(0, 20), Buffer.alloc(200, 0xaa)]));
  put('cut-off.json', text.slice(0, Math.floor(text.length * 0.6)));
  put('notes.txt', 'Called the customer at nine.\n');
  fs.mkdirSync(join(folder, 'empty'));

  // Many names for one file of a hundred megabytes: nothing on the disk, minutes to read.
  fs.mkdirSync(join(folder, 'archive'));
  const records = text.slice(text.indexOf('[') + 1, text.lastIndexOf(']'));
  const many = `{"Records":[${Array.from({ length: Math.ceil(5e7 / records.length) }, () => records).join(',')}]}`;
  const first = join(folder, 'archive/000.json.gz');
  fs.writeFileSync(first, gzipSync(many, { level: 1 }));
  for (let n = 1; n < 400; n++) fs.linkSync(first, join(folder, 'archive', `${String(n).padStart(3, '0')}.json.gz`));
  return folder;
}

async function seriousViolations(panel: Frame): Promise<readonly string[]> {
  await panel.evaluate(axe.source);
  const { violations } = await panel.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary ?? ''}`).join('; ')}`,
    );
}

describe('on bad days', () => {
  const workbench = useWorkbench({ folder: troubledWorkspace });

  beforeEach(async () => {
    const vscode = workbench();
    await vscode.page.keyboard.press('Escape');
    await vscode.closeEditors();
  });

  it('names the digest file among the files that were not read, and why', async () => {
    const vscode = workbench();
    await analysed(vscode);
    const view = await vscode.onlyView('Coverage');
    await vscode.treeItem(/^Not CloudTrail logs, 1 file$/, view).waitFor();
    const row = vscode.treeItem(/^File 111122223333_CloudTrail-Digest_.*, not cloudtrail logs, /, view);
    assert.match((await row.getAttribute('aria-label')) ?? '', /CloudTrail digest file: .*holds no events/);
    assert.match(await view.innerText(), /98 files, 3,396 events, 12 duplicates/);
  });

  it('names what is damaged with its reason, and analyzes the rest', async () => {
    const vscode = workbench();
    await cleared(vscode);
    await vscode.explorerMenu('damaged', 'Analyze CloudTrail');
    await vscode.statusItem('CloudTrail: ').waitFor();
    await vscode.showContainer(CONTAINER);
    const view = await vscode.onlyView('Coverage');
    await vscode.treeItem(/^Read, 1 file$/, view).waitFor();
    await vscode.expand(vscode.treeItem(/^Read, 1 file$/, view));
    await vscode.treeItem(/^File good/, view).waitFor();
    const rows = (await namesAtLevel(view, 2)).filter((name) => name.startsWith('File '));
    const of = (file: string) =>
      rows.find((name) => name.startsWith(`File ${file}, `)) ?? `no ${file} in ${rows.join('\n')}`;
    assert.match(of('good.json.gz'), /, read, [1-9]\d* events/);
    assert.match(of('cut-off.json'), /, read in part, ends inside a record at byte [\d,]+, [1-9]\d* events?/);
    assert.match(of('broken.json.gz'), /, (not readable|read in part), .*gzip/);
    assert.match(of('notes.txt'), /, not cloudtrail logs, text, not JSON/);
    assert.equal(rows.length, 4);
  });

  it('explains an empty folder', async () => {
    const vscode = workbench();
    await cleared(vscode);
    await vscode.explorerMenu('empty', 'Analyze CloudTrail');
    await vscode.showContainer(CONTAINER);
    const view = await vscode.onlyView('Coverage');
    await view
      .getByText(/no files?\b/i)
      .first()
      .waitFor({ timeout: 10_000 });
  });

  it('keeps the previous results when an analysis is cancelled, and can analyze again', async () => {
    const vscode = workbench();
    await analysed(vscode);
    const before = await namesAtLevel(await vscode.onlyView('Findings'), 1);
    await vscode.explorerMenu('archive', 'Analyze CloudTrail');
    const progress = vscode.notification('Analyzing CloudTrail logs');
    await progress.getByText(/of 400 files/).waitFor();
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await progress.waitFor({ state: 'hidden' });
    const view = await vscode.onlyView('Findings');
    await view.locator('.monaco-progress-container.active').waitFor({ state: 'hidden' });
    assert.deepEqual(await namesAtLevel(view, 1), before);
    assert.ok(await vscode.statusItem('CloudTrail: 21 open findings').isVisible());
    assert.equal(await vscode.notification(/CloudTrail|analyz/i).count(), 0, 'a cancelled analysis is no error');

    await cleared(vscode);
    await analysed(vscode);
    assert.deepEqual(await namesAtLevel(await vscode.onlyView('Findings'), 1), before);
  });

  for (const theme of [
    'dark',
    'light',
    'high-contrast-dark',
    'high-contrast-light',
  ] as const satisfies readonly Theme[]) {
    it(`has a panel without barriers in ${THEMES[theme]}`, async () => {
      const vscode = workbench();
      await analysed(vscode);
      await vscode.setTheme(theme);
      const panel = await openLineage(vscode, FINDINGS.userCreated);
      assert.deepEqual(await seriousViolations(panel), []);
    });
  }

  it('brings the panel back after a reload, saying what to do', async () => {
    const vscode = workbench();
    await analysed(vscode);
    await openLineage(vscode, FINDINGS.userCreated);
    // A window in a browser writes down its editors every few seconds, and not when it is left.
    await vscode.page.waitForTimeout(8000);
    await vscode.reload();
    const panel = await vscode.webview();
    await panel.getByText('There is no analysis in this window any more').waitFor();
    // The panel that came back is the one that shows the next lineage.
    await analysed(vscode);
    await (await findingRow(vscode, FINDINGS.offInstance)).click();
    await (await vscode.webview()).getByRole('treeitem', { name: /analytics-instance-role/ }).waitFor();
    assert.equal(await vscode.editorTab('Lineage').count(), 1);
  });
});
