/** What the tests of the user's path have in common: the bundled incident in a window, its findings, its panel. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Frame, Locator } from 'playwright-core';
import type { Workbench } from './workbench';

export const CONTAINER = 'CloudTrail Lineage';

/** Names of the findings in the tree, by what happened. */
export const FINDINGS = {
  userCreated: /^Finding, severity critical.*User bob, access key AKIA2FMTT7JPXFATIXWT/,
  thirdHop: /^Finding, severity high.*Third role assumption in a chain from access key AKIAY7CS5XN4NPZMBXD3/,
  keyOnInstanceChain: /^Finding, severity critical.*Access key AKIASASGYECLQ5NWEJKO of user backup-operator/,
  instanceChain: /^Finding, severity high.*Instance i-0b7e4c1f9a2d35e68 \(web-instance-role\) assumed/,
  offInstance: /^Finding, severity high.*Credentials of instance i-0d19c5a8e3f40b672.*used from 8\.8\.8\.8/,
} as const;

const SAMPLE_DONE = 'CloudTrail: 21 open findings';

/** Analyses the bundled incident by the Explorer, unless it is what the window already shows. */
export async function analysed(vscode: Workbench): Promise<void> {
  if (!(await vscode.statusItem(SAMPLE_DONE).isVisible())) {
    await vscode.explorerMenu('cloudtrail-logs', 'Analyze CloudTrail');
    await vscode.statusItem(SAMPLE_DONE).waitFor({ timeout: 60_000 });
  }
  await vscode.showContainer(CONTAINER);
}

/** Forgets what was analysed. */
export async function cleared(vscode: Workbench): Promise<void> {
  if (await vscode.statusItem('CloudTrail: ').isVisible()) {
    await vscode.runCommand('CloudTrail Lineage: Clear analysis');
    await vscode.statusItem('CloudTrail: ').waitFor({ state: 'hidden' });
  }
}

export async function findingRow(vscode: Workbench, name: RegExp): Promise<Locator> {
  const view = await vscode.onlyView('Findings');
  const row = vscode.treeItem(name, view);
  // The tree draws what is in sight: rows that are open push others out of it.
  const first = vscode.treeItem(/^Incident, severity /, view).first();
  await first.or(row).first().waitFor();
  await view.locator('.monaco-list').first().hover();
  await vscode.page.mouse.wheel(0, -10_000);
  for (let step = 0; step < 40 && !(await row.isVisible()); step++) {
    await vscode.page.mouse.wheel(0, step === 0 ? 0 : 150);
    await vscode.page.waitForTimeout(50);
  }
  await row.waitFor();
  return row;
}

/** Rows of one level below a row, in order, as far as they are in sight. */
export async function namesAtLevel(view: Locator, level: number): Promise<string[]> {
  const drawn = view.locator(`[role=treeitem][aria-level="${level}"]`);
  await drawn.first().waitFor();
  const rows = await drawn.all();
  const placed = await Promise.all(
    rows.map(async (row) => ({
      top: (await row.boundingBox())?.y ?? 0,
      name: (await row.getAttribute('aria-label')) ?? '',
    })),
  );
  return placed.sort((a, b) => a.top - b.top).map(({ name }) => name);
}

/** Opens the lineage of a finding by a click on its row; the panel, drawn. */
export async function openLineage(vscode: Workbench, name: RegExp): Promise<Frame> {
  await (await findingRow(vscode, name)).click();
  const panel = await vscode.webview();
  await panel.locator('.card.selected').waitFor();
  return panel;
}

/** Down the tree to a record: expands the finding and the session, then clicks the evidence. */
export async function openEvidence(
  vscode: Workbench,
  { finding, session, evidence }: { readonly finding: RegExp; readonly session: RegExp; readonly evidence: RegExp },
): Promise<void> {
  const view = await vscode.onlyView('Findings');
  await vscode.expand(await findingRow(vscode, finding));
  // The click on the finding also opened its lineage, and waiting for it keeps the order of the editors.
  const sessionRow = vscode.treeItem(session, view).first();
  await vscode.expand(sessionRow);
  await vscode.treeItem(evidence, view).first().click();
  await vscode.page.locator('.editor-group-container.active .view-lines').first().waitFor();
}

/** Cards of the panel by their accessible name. */
export function card(panel: Frame, name: RegExp): Locator {
  return panel.getByRole('treeitem', { name });
}

/** Selects a card by a click; its details are shown. */
export async function selectCard(panel: Frame, name: RegExp): Promise<Locator> {
  // The whole lineage in sight: a card outside of the frame cannot be clicked.
  await panel.getByRole('button', { name: 'Fit' }).click();
  await card(panel, name).first().click();
  await panel
    .locator('.card.selected')
    .filter({ has: panel.locator('.text-title') })
    .waitFor();
  return panel.locator('.details');
}

/** A field of the details: the value beside its label. */
export async function detail(details: Locator, label: string): Promise<string> {
  const value = details.locator(`dt:text-is(${JSON.stringify(label)}) + dd`).first();
  return (await value.innerText()).trim();
}

export interface LogRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventTime: string;
  readonly errorCode?: string;
  readonly requestParameters?: Readonly<Record<string, unknown>> | null;
}

/** Every record of a folder of delivered files, read without any of our own code. */
export function recordsIn(folder: string, file?: string): readonly LogRecord[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.json.gz') && !name.includes('Digest') && (file === undefined || name === file))
    .flatMap((name) => {
      const { Records } = JSON.parse(gunzipSync(fs.readFileSync(join(folder, name))).toString('utf8')) as {
        Records: readonly LogRecord[];
      };
      return Records;
    });
}

/** Files below a folder, relative, in order; empty when it is not there. */
export function filesBelow(folder: string): readonly string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** The last of the folders that the extension writes remediation to, once there are `count` and nothing is added any more. */
export async function writtenFolder(vscode: Workbench, count: number): Promise<string> {
  const parent = join(vscode.folder, 'remediation');
  const deadline = Date.now() + 15_000;
  let before = -1;
  while (true) {
    const folders = fs.existsSync(parent) ? fs.readdirSync(parent).sort() : [];
    const last = folders.at(-1);
    const files = last === undefined ? [] : filesBelow(join(parent, last));
    if (folders.length === count && last !== undefined && files.includes('runbook.md') && files.length === before) {
      return join(parent, last);
    }
    if (Date.now() > deadline) assert.fail(`No remediation was written: ${folders.join(', ')}`);
    before = files.length;
    await vscode.page.waitForTimeout(300);
  }
}
