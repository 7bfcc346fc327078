/** The analysis beside one that was saved earlier: what is new, what is gone, what changed. */
import * as vscode from 'vscode';
import { parseSavedAnalysis, type SavedAnalysis } from '../engine/report/saved-analysis';
import type { AnalysisController } from './analysis-controller';
import { UserError } from './errors';

export async function compareAnalysis(analysis: AnalysisController, viewColumn: vscode.ViewColumn): Promise<void> {
  analysis.complete();
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Compare with Saved Analysis'),
      openLabel: vscode.l10n.t('Compare'),
      filters: { JSON: ['json'] },
      ...(folder === undefined ? {} : { defaultUri: folder }),
    })) ?? [];
  if (file === undefined) return;
  const against = await savedAnalysis(file);
  const content = await analysis.service.report('markdown', { against });
  const document = await vscode.workspace.openTextDocument({ content, language: 'markdown' });
  await vscode.window.showTextDocument(document, { viewColumn });
}

async function savedAnalysis(file: vscode.Uri): Promise<SavedAnalysis> {
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  try {
    return parseSavedAnalysis(text);
  } catch (error) {
    throw new UserError(
      vscode.l10n.t(
        'Cannot compare with {0}: {1}.',
        vscode.workspace.asRelativePath(file),
        error instanceof Error ? error.message : String(error),
      ),
      { title: vscode.l10n.t('Export Report…'), command: 'cloudtrailLineage.exportReport' },
    );
  }
}
