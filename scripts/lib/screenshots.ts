/**
 * `npm run screenshots [-- NAME...]`: takes the pictures of the README from the running thing,
 * on the bundled incident, into media/screenshots. Without names, all of them.
 *
 * Guarantee: a picture is only written when what it shows was found on the page; look at them before committing.
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import {
  analysed,
  FINDINGS,
  findingRow,
  openEvidence,
  openLineage,
  writtenFolder,
} from '../../test/extension/ui/incident';
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
  { name: 'explorer', theme: 'dark', show: showMenu },
  ...themes.map((theme): Picture => ({ name: `lineage-${theme}`, theme, show: showLineage })),
  { name: 'lightbulb', theme: 'dark', show: showLightbulb },
  { name: 'policy', theme: 'light', show: showPolicy },
];

/** Wide enough for the titles of the findings. */
const SIDEBAR_WIDTH = 380;

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
      size: { width: 1440, height: 900 },
    });
    try {
      await widenSidebar(vscode);
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

async function widenSidebar({ page }: Workbench): Promise<void> {
  const sidebar = await page.locator('.part.sidebar').boundingBox();
  if (sidebar === null) throw new Error('There is no sidebar');
  const edge = sidebar.x + sidebar.width;
  await page.mouse.move(edge + 2, 400);
  await page.mouse.down();
  await page.mouse.move(sidebar.x + SIDEBAR_WIDTH, 400, { steps: 5 });
  await page.mouse.up();
}

async function showMenu(vscode: Workbench): Promise<void> {
  await vscode.openContextMenu(vscode.explorerItem('cloudtrail-logs'), 'Analyze CloudTrail');
  await vscode.menuItem('Analyze CloudTrail').hover();
}

async function showLineage(vscode: Workbench): Promise<void> {
  await analysed(vscode);
  const panel = await openLineage(vscode, FINDINGS.userCreated);
  await panel.getByRole('button', { name: 'Fit' }).click();
  await vscode.expand(await findingRow(vscode, FINDINGS.userCreated));
  const sessions = vscode.treeItem(/^Session platform-admin as /, vscode.view('Findings'));
  await vscode.expand(sessions.first());
  await settled(vscode);
}

/** The evidence in all the width, its problem below with the light bulb's list open. */
async function showLightbulb(vscode: Workbench): Promise<void> {
  await analysed(vscode);
  await openEvidence(vscode, {
    finding: FINDINGS.offInstance,
    session: /^Session analytics-instance-role as /,
    evidence: /^Evidence: GetCallerIdentity at /,
  });
  await vscode
    .editorTab('Lineage')
    .getByRole('button', { name: /^Close/ })
    .click();
  const above = vscode.page.locator('.codelens-decoration a').filter({ hasText: 'Write remediation', visible: true });
  await above.first().waitFor();
  await vscode.problemFixes('Called from 8.8.8.8');
  await vscode.page.keyboard.press('ArrowDown');
  await above.first().waitFor();
  await settled(vscode);
}

async function showPolicy(vscode: Workbench): Promise<void> {
  await analysed(vscode);
  await vscode.contextMenu(await findingRow(vscode, FINDINGS.userCreated), /^Generate remediation…/);
  await writtenFolder(vscode, 1);
  await vscode
    .editorTab(/^deny-all-.*\.json/)
    .first()
    .waitFor();
  await vscode.editorTab(/^runbook\.md/).click();
  await vscode.runCommand('View: Move Editor into Next Group');
  await settled(vscode);
}

/** The last movements of the window are over, and the pointer hovers over nothing. */
async function settled(vscode: Workbench): Promise<void> {
  await vscode.page.mouse.move(1, 1);
  await vscode.page.waitForTimeout(1000);
}
