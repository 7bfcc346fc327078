/**
 * `node scripts/with-node.mjs scripts/screenshots.mjs [NAME]...`: takes the pictures of the README from the running thing,
 * on the bundled incident, into media/screenshots. Without names, all of them.
 *
 * Guarantee: a picture is only written when what it shows was found on the page; look at them before committing.
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { openWorkbench, sampleWorkspace, type Workbench } from '../../test/extension/ui/workbench';
import { build } from './build';
import { UsageError } from './launch-options';
import { root } from './paths.mjs';
import { THEMES, type Theme } from './vscode-settings';

const pictures = join(root, 'media/screenshots');

interface Picture {
  readonly name: string;
  readonly theme: Theme;
  /** Brings the analysed window to what the picture shows. */
  readonly show: (vscode: Workbench) => Promise<void>;
}

const themes = Object.keys(THEMES) as Theme[];

const PICTURES: readonly Picture[] = [
  ...themes.map((theme): Picture => ({ name: `lineage-${theme}`, theme, show: showLineage })),
  { name: 'lightbulb', theme: 'dark', show: showLightbulb },
  { name: 'policy', theme: 'light', show: showPolicy },
];

export async function screenshots(names: readonly string[]): Promise<number> {
  const unknown = names.find((name) => !PICTURES.some((picture) => picture.name === name));
  const known = PICTURES.map(({ name }) => name).join(', ');
  if (unknown !== undefined) throw new UsageError(`There is no picture ${unknown}; there are: ${known}`);
  await build();
  fs.mkdirSync(pictures, { recursive: true });
  for (const { name, theme, show } of PICTURES) {
    if (names.length > 0 && !names.includes(name)) continue;
    const vscode = await openWorkbench({
      folder: sampleWorkspace,
      theme,
      size: { width: 1440, height: 860 },
      scale: 1.5,
    });
    try {
      await analyse(vscode);
      await show(vscode);
      await vscode.screenshot(join(pictures, `${name}.png`));
      process.stdout.write(`media/screenshots/${name}.png\n`);
    } catch (error) {
      await vscode.keepEvidence(`screenshot ${name}`);
      throw error;
    } finally {
      await vscode.close();
    }
  }
  return 0;
}

async function analyse(vscode: Workbench): Promise<void> {
  await vscode.explorerMenu('cloudtrail-logs', 'Analyze CloudTrail');
  await vscode.showContainer('CloudTrail Lineage');
  await vscode.treeItem(/./, vscode.view('Findings')).first().waitFor({ timeout: 120_000 });
}

/** The first finding of the most severe incident, that is, of the first row. */
async function firstFinding(vscode: Workbench) {
  const rows = vscode.treeItem(/./, vscode.view('Findings'));
  await vscode.expand(rows.first());
  const finding = vscode.view('Findings').locator('[role=treeitem][aria-level="2"]').first();
  await finding.waitFor();
  return finding;
}

async function showLineage(vscode: Workbench): Promise<void> {
  await (await firstFinding(vscode)).click();
  const panel = await vscode.webview();
  await panel.locator('svg [role]').first().waitFor();
}

/** Down the tree to the first piece of evidence, which opens its record. */
async function openEvidence(vscode: Workbench): Promise<void> {
  const view = vscode.view('Findings');
  await vscode.expand(await firstFinding(vscode));
  await vscode.expand(view.locator('[role=treeitem][aria-level="3"]').first());
  await view.locator('[role=treeitem][aria-level="4"]').first().click();
  await vscode.page.locator('.editor-group-container.active .view-lines').first().waitFor();
  await vscode.page
    .locator('.editor-group-container.active .squiggly-error, .active .squiggly-warning')
    .first()
    .waitFor();
}

async function showLightbulb(vscode: Workbench): Promise<void> {
  await openEvidence(vscode);
  await vscode.runCommand('Go to Next Problem in Files (Error, Warning, Info)');
  await vscode.page.keyboard.press('Escape');
  await vscode.quickFixes();
}

async function showPolicy(vscode: Workbench): Promise<void> {
  await vscode.contextMenu(await firstFinding(vscode), /Remediation/);
  await vscode
    .editorTab(/\.json/)
    .first()
    .waitFor({ timeout: 60_000 });
}
