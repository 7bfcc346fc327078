/** The one status bar item: the number of findings, and whether the logs are watched. It is there once something was analysed. */
import * as vscode from 'vscode';
import type { AnalysisController } from './analysis-controller';
import type { CaseFileStore } from './case-file-store';
import { unreviewed } from './finding-nodes';
import { counted } from './labels';
import type { Watch } from './watch';

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('cloudtrailLineage.status', vscode.StatusBarAlignment.Left);
  private readonly disposables: { dispose(): unknown }[];

  constructor(
    private readonly analysis: AnalysisController,
    private readonly caseFile: CaseFileStore,
    private readonly watch: Watch,
  ) {
    this.item.name = 'CloudTrail Lineage';
    this.item.command = 'cloudtrailLineage.findings.focus';
    this.disposables = [this.item, analysis.onDidChange(() => this.refresh()), watch.onDidChange(() => this.refresh())];
  }

  private refresh(): void {
    const { result } = this.analysis;
    if (result === undefined && !this.watch.active) {
      this.item.hide();
      return;
    }
    const open = result === undefined ? 0 : unreviewed(result.summary, this.caseFile.triageOf);
    const counts = open === 0 ? 'no open findings' : counted(open, 'open finding');
    const findings = result?.preliminary !== true ? counts : open === 0 ? 'still reading' : `${counts} so far`;
    this.item.text = `${this.watch.active ? '$(eye)' : '$(shield)'} CloudTrail: ${findings}`;
    this.item.tooltip = this.watch.active
      ? vscode.l10n.t('CloudTrail Lineage is watching the logs. Show the findings.')
      : vscode.l10n.t('Show the findings of CloudTrail Lineage.');
    this.item.accessibilityInformation = {
      label: `CloudTrail: ${findings}${this.watch.active ? ', watching the logs' : ''}`,
    };
    this.item.show();
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }
}
