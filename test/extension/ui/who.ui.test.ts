/** Whose an id is, as a user asks it: over a note, from the palette, in the tree. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import expected from '../../unit/sample/expected.json';
import { analysed, card, findingRow, FINDINGS } from './incident';
import { sampleWorkspace, useWorkbench, type Workbench } from './workbench';

const [keyCase] = expected.cases;
const third = keyCase?.hops[2];
assert.ok(keyCase !== undefined && third !== undefined);
const { accessKeyId } = third;

const FIND = 'CloudTrail Lineage: Find Access Key, Session or Address…';
const NOTES = `# Ticket\n\nThe alert names ${accessKeyId}, used from ${keyCase.address}.\n`;

/** Opens the notes; the place in them where a text stands. */
async function notes(vscode: Workbench, text: string): Promise<Locator> {
  await vscode.openFile('notes.md');
  return vscode.page.locator('.editor-group-container.active .view-line').filter({ hasText: text }).first();
}

/** The pointer, or the cursor, into a word of a line. */
async function placeOf(line: Locator, text: string): Promise<{ readonly x: number; readonly y: number }> {
  const place = await line.evaluate((row, word) => {
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const start = node.textContent?.indexOf(word) ?? -1;
      if (start < 0) continue;
      const range = document.createRange();
      range.setStart(node, start);
      range.setEnd(node, start + word.length);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }
    return null;
  }, text);
  assert.ok(place !== null, `${text} is not drawn in one piece`);
  return place;
}

/** The card over a word of the notes. */
async function hover(vscode: Workbench, text: string): Promise<Locator> {
  const line = await notes(vscode, text);
  const { x, y } = await placeOf(line, text);
  const shown = vscode.page.locator('.monaco-hover:visible').filter({ hasText: 'Show lineage' });
  for (let tries = 0; tries < 5 && !(await shown.isVisible()); tries++) {
    await vscode.page.mouse.move(x - 40, y + 60);
    await vscode.page.mouse.move(x, y);
    await shown.waitFor({ timeout: 3000 }).catch(() => undefined);
  }
  await shown.waitFor();
  return shown;
}

describe('whose it is', () => {
  const workbench = useWorkbench({
    folder: () => {
      const folder = sampleWorkspace();
      fs.writeFileSync(join(folder, 'notes.md'), NOTES);
      return folder;
    },
  });

  beforeEach(async () => {
    const vscode = workbench();
    await vscode.page.keyboard.press('Escape');
    await vscode.closeEditors();
    await analysed(vscode);
  });

  it('is said over a key in a note, and leads to its lineage', async () => {
    const vscode = workbench();
    const shown = await hover(vscode, accessKeyId);
    const text = await shown.innerText();
    assert.match(text, new RegExp(`${accessKeyId} · access key`));
    assert.match(text, /platform-admin as botocore-session-\d+ · role session · depth 3 · most likely anomalous/);
    assert.match(text, /ci-legacy-deploy → deploy-staging → deploy-production → platform-admin/);
    assert.match(text, /Link exact: /);
    await shown.getByText('Show lineage').click();
    const panel = await vscode.webview();
    await card(panel, /^Hop 3 · Most likely anomalous, platform-admin/).waitFor();
    assert.match(await panel.locator('.details h2').innerText(), /platform-admin/);
  });

  it('is found from the palette: what stands at the cursor, by keyboard, to the graph', async () => {
    const vscode = workbench();
    const line = await notes(vscode, accessKeyId);
    const { x, y } = await placeOf(line, accessKeyId);
    await vscode.page.mouse.click(x, y);
    await vscode.runCommand(FIND);
    const input = vscode.quickInput();
    await vscode.page.waitForFunction(
      (value) => document.querySelector<HTMLInputElement>('.quick-input-widget input.input')?.value === value,
      accessKeyId,
    );

    await input.fill('ASIAAAAAAAAAAAAAAAAA');
    await vscode.page.keyboard.press('Enter');
    await vscode.page
      .locator('.quick-input-message')
      .filter({ hasText: 'Nothing in these logs is or has ASIAAAAAAAAAAAAAAAAA' })
      .waitFor();

    await input.fill(` "${accessKeyId}", `);
    await vscode.page.keyboard.press('Enter');
    await vscode.page
      .locator('.quick-input-title')
      .filter({ hasText: `${accessKeyId} is an access key: 1 session` })
      .waitFor();
    const entries = vscode.page.locator('.quick-input-list .monaco-list-row');
    const texts = await entries.allInnerTexts();
    assert.match(texts[0] ?? '', /platform-admin as .*ci-legacy-deploy → /s);
    assert.ok(
      texts.some((text) => text.includes('Issued this credential: AssumeRole')),
      texts.join('\n'),
    );
    assert.ok(
      texts.some((text) => text.includes('Blast radius of platform-admin')),
      texts.join('\n'),
    );
    await vscode.page.keyboard.press('Enter');
    const panel = await vscode.webview();
    await card(panel, /^Hop 3 · Most likely anomalous, platform-admin/).waitFor();
  });

  it('leads from the palette to the record that issued the credential', async () => {
    const vscode = workbench();
    await vscode.page.evaluate((text) => navigator.clipboard.writeText(text), accessKeyId);
    await vscode.runCommand(FIND);
    await vscode.page.waitForFunction(
      (value) => document.querySelector<HTMLInputElement>('.quick-input-widget input.input')?.value === value,
      accessKeyId,
    );
    await vscode.page.keyboard.press('Enter');
    await vscode.quickPick('Issued this credential: AssumeRole').click();
    await vscode.page.locator('.editor-group-container.active .view-lines', { hasText: accessKeyId }).waitFor();
  });

  it('is explained below each session: the rule, and both records', async () => {
    const vscode = workbench();
    const view = await vscode.onlyView('Lineage');
    for (const session of [/^Session ci-legacy-deploy, /, /^Session deploy-staging as /]) {
      await vscode.expand(vscode.treeItem(session, view).first());
    }
    const origin = vscode.treeItem(/^Origin of deploy-staging as /, view);
    await origin.waitFor();
    assert.match(
      (await origin.getAttribute('aria-label')) ?? '',
      /: exact, the issued access key was used; the issuing call is recorded in two accounts$/,
      'into another account: both log the call',
    );
    await vscode.expand(origin);
    const issued = vscode.treeItem(/^Record: AssumeRole at 2025-05-16T00:53:13Z, Issued the credential/, view);
    await issued.waitFor();
    await vscode.treeItem(/^Record: AssumeRole .*, The same call, recorded in the other account$/, view).waitFor();
    await vscode
      .treeItem(/^Record: .*, First used it$/, view)
      .first()
      .waitFor();
    await issued.click();
    const [first] = keyCase.hops;
    assert.ok(first !== undefined);
    await vscode.page.locator('.editor-group-container.active .view-lines', { hasText: first.accessKeyId }).waitFor();
  });

  it('shows what came of an incident’s first credential as a page, from the tree', async () => {
    const vscode = workbench();
    await findingRow(vscode, FINDINGS.userCreated);
    const incident = vscode.treeItem(/^Incident, severity critical: .*ci-legacy-deploy/);
    await vscode.contextMenu(incident, 'Show blast radius');
    await vscode.editorTab(/Blast radius of ci-legacy-deploy/).waitFor();
    const page = await vscode.webview();
    await page.getByRole('heading', { level: 1 }).waitFor();
    const text = await page.locator('body').innerText();
    for (const part of ['ci-legacy-deploy', 'platform-admin', 'bob', 'AKIA2FMTT7JPXFATIXWT'])
      assert.ok(text.includes(part), `${part} is not on the page`);
  });
});
