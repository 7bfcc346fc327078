/** The whole analysis as a file, in the format of the command line. */
import * as vscode from 'vscode';
import type { ReportFormat } from '../worker/protocol';
import type { AnalysisController } from './analysis-controller';

interface Format extends vscode.QuickPickItem {
  readonly format: ReportFormat;
  readonly extension: string;
}

export async function exportReport(analysis: AnalysisController, viewColumn: vscode.ViewColumn): Promise<void> {
  analysis.complete();
  const formats: readonly Format[] = [
    { label: 'Markdown', description: vscode.l10n.t('for people'), format: 'markdown', extension: 'md' },
    { label: 'JSON', description: vscode.l10n.t('everything, with a schema'), format: 'json', extension: 'json' },
    { label: 'SARIF', description: vscode.l10n.t('findings, for other tools'), format: 'sarif', extension: 'sarif' },
    { label: 'CSV', description: vscode.l10n.t('findings, for spreadsheets'), format: 'csv', extension: 'csv' },
    {
      label: vscode.l10n.t('Text'),
      description: vscode.l10n.t('as the command line prints it'),
      format: 'text',
      extension: 'txt',
    },
  ];
  const chosen = await vscode.window.showQuickPick(formats, {
    title: vscode.l10n.t('Export Report'),
    placeHolder: vscode.l10n.t('Format'),
  });
  if (chosen === undefined) return;
  const name = `cloudtrail-lineage-report.${chosen.extension}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
    filters: { [chosen.label]: [chosen.extension] },
    title: vscode.l10n.t('Export Report'),
  });
  if (target === undefined) return;
  const report = await analysis.service.report(chosen.format);
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(report));
  await vscode.window.showTextDocument(target, { viewColumn });
}
