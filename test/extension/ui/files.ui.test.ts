/** What the analysis leaves in files, and takes up again: a baseline, a saved analysis to compare with. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { analysed } from './incident';
import { sampleWorkspace, useWorkbench, type Workbench } from './workbench';

/** Takes the place that the dialog offers. */
async function save(vscode: Workbench, name: string): Promise<string> {
  const dialog = vscode.page.locator('.quick-input-widget:visible');
  await vscode.page.waitForFunction(
    (end) => document.querySelector<HTMLInputElement>('.quick-input-widget input.input')?.value.endsWith(`/${end}`),
    name,
  );
  await dialog.getByRole('button', { name: /^(OK|Save)$/ }).click();
  await dialog.waitFor({ state: 'hidden' });
  return written(join(vscode.folder, name));
}

async function written(path: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    if (fs.existsSync(path) && fs.statSync(path).size > 0) return fs.readFileSync(path, 'utf8');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`${path} was not written`);
}

describe('files of an analysis', () => {
  const workbench = useWorkbench({ folder: sampleWorkspace });

  it('are a baseline of what was read', async () => {
    const vscode = workbench();
    await analysed(vscode);
    await vscode.runCommand('CloudTrail Lineage: Write baseline…');
    const baseline = JSON.parse(await save(vscode, 'cloudtrail-baseline.json')) as { readonly schemaVersion: number };
    assert.equal(baseline.schemaVersion, 1);
  });

  it('are a saved analysis, with which the next one is compared', async () => {
    const vscode = workbench();
    await analysed(vscode);
    const name = 'cloudtrail-lineage-report.json';
    await vscode.runCommand('CloudTrail Lineage: Export report…');
    await vscode.quickPick(/^JSON/).click();
    const saved = JSON.parse(await save(vscode, name)) as {
      findings: { id: string; severity: string; title: string }[];
    };
    assert.equal(saved.findings.length, 21);
    const [first, second, ...others] = saved.findings;
    assert.ok(first && second);
    const gone = { ...first, id: 'role-chain-depth-0000000000000000', title: 'Something that is over' };
    fs.writeFileSync(
      join(vscode.folder, name),
      JSON.stringify({ ...saved, findings: [gone, { ...second, severity: 'low' }, ...others] }),
    );
    await vscode.closeEditors();
    await vscode.runCommand('CloudTrail Lineage: Compare with saved analysis…');
    await vscode.quickPick(name).click();
    await vscode.page.getByText('Since the saved analysis').first().waitFor();
    const text = await vscode.editorText();
    assert.match(text, /1 new, 1 gone, 1 changed, 19 as before/);
    assert.match(text, /Something that is over/);
  });
});
