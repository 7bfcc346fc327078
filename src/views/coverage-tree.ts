/** The view Coverage: what was read, what was not and why. "No findings" is never shown without it. */
import * as vscode from 'vscode';
import type { AnalysisController, AnalysisResult } from './analysis-controller';
import { coverageItem, coverageMessage, coverageRoots, fileTooltip, type CoverageNode } from './coverage-nodes';
import { stillReading } from './preliminary';
import { tooltip, treeItem } from './tree-items';

export class CoverageTree implements vscode.TreeDataProvider<CoverageNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly view: vscode.TreeView<CoverageNode>;
  private readonly disposables: { dispose(): unknown }[];
  private roots: readonly CoverageNode[] = [];
  private shown: AnalysisResult | undefined;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly analysis: AnalysisController) {
    this.view = vscode.window.createTreeView('cloudtrailLineage.coverage', {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.disposables = [this.changed, this.view, analysis.onDidChange(() => this.refresh())];
    this.refresh();
  }

  private refresh(): void {
    const { result } = this.analysis;
    if (result === this.shown) return;
    this.shown = result;
    this.roots = result === undefined ? [] : coverageRoots(result.summary.coverage);
    this.view.message = result === undefined ? '' : stillReading(result, coverageMessage(result.summary.coverage));
    this.changed.fire(undefined);
  }

  getTreeItem(node: CoverageNode): vscode.TreeItem {
    const item = treeItem(coverageItem(node));
    const path = node.type === 'file' ? this.analysis.result?.absolutePaths.get(node.file.path) : undefined;
    // A compressed file has nothing that an editor could show.
    if (path !== undefined && !/\.gz$/i.test(path)) {
      item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [vscode.Uri.file(path)] };
    }
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, node: CoverageNode): vscode.TreeItem {
    if (node.type === 'file') item.tooltip = tooltip(fileTooltip(node.file));
    if (node.type === 'note') item.tooltip = tooltip([{ text: coverageItem(node).label }]);
    return item;
  }

  getChildren(node?: CoverageNode): CoverageNode[] {
    if (node === undefined) return [...this.roots];
    return node.type === 'group' || node.type === 'notes' ? [...node.children] : [];
  }

  getParent(node: CoverageNode): CoverageNode | undefined {
    return 'parentId' in node ? this.roots.find(({ id }) => id === node.parentId) : undefined;
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }
}
