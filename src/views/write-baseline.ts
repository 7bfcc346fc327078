/** What the analysed weeks look like, as a file that later analyses are given. */
import * as vscode from 'vscode';
import type { AnalysisController } from './analysis-controller';
import { UserError } from './errors';

export async function writeBaseline(analysis: AnalysisController): Promise<void> {
  analysis.complete();
  const baseline = await analysis.service.baseline();
  if (baseline === null) {
    throw new UserError(vscode.l10n.t('The logs have no events that a baseline could be made from.'), {
      title: vscode.l10n.t('Show Coverage'),
      command: 'cloudtrailLineage.coverage.focus',
    });
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, 'cloudtrail-baseline.json') }),
    filters: { JSON: ['json'] },
    title: vscode.l10n.t('Write Baseline'),
  });
  if (target === undefined) return;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(baseline));
}
