/** The view Findings: incident → finding → session → origin and evidence. What a row says is decided in finding-nodes.ts. */
import * as vscode from 'vscode';
import type { AnalysisController, AnalysisResult } from './analysis-controller';
import type { AnalysisPhase } from './analysis-state';
import type { CaseFileStore } from './case-file-store';
import type { Errors } from './errors';
import {
  evidenceTooltip,
  findingChildren,
  findingItem,
  findingRoots,
  findingTooltip,
  incidentTooltip,
  sessionChildren,
  unreviewed,
  type FindingNode,
  type FindingsNode,
} from './finding-nodes';
import { counted } from './labels';
import { originChildren, originTooltip, type OriginNode } from './origin-nodes';
import { preliminaryNotice } from './preliminary';
import { sessionTooltip } from './session-text';
import { tooltip, treeItem } from './tree-items';

/** Enough for every session of a finding; the graph has its own, smaller limit. */
const SLICE_NODES = 500;

export class FindingsTree implements vscode.TreeDataProvider<FindingsNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<FindingsNode | undefined>();
  private readonly view: vscode.TreeView<FindingsNode>;
  private readonly disposables: { dispose(): unknown }[];
  private roots: readonly FindingsNode[] = [];
  private parents = new Map<string, FindingsNode>();
  /** Children of findings, asked for once an analysis. */
  private readonly details = new Map<string, Promise<readonly FindingsNode[]>>();
  /** What the rows were made from. */
  private shown:
    | {
        readonly result: AnalysisResult | undefined;
        readonly phase: AnalysisPhase;
        readonly decisions: CaseFileStore['decisions'];
      }
    | undefined;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly analysis: AnalysisController,
    private readonly caseFile: CaseFileStore,
    private readonly errors: Errors,
  ) {
    this.view = vscode.window.createTreeView('cloudtrailLineage.findings', {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.disposables = [this.changed, this.view, analysis.onDidChange(() => this.refresh())];
    this.refresh();
  }

  private refresh(): void {
    const { result, phase } = this.analysis;
    const { decisions } = this.caseFile;
    if (result === this.shown?.result && phase === this.shown?.phase && decisions === this.shown.decisions) return;
    if (result !== this.shown?.result) this.details.clear();
    this.shown = { result, phase, decisions };
    this.roots = result === undefined ? [] : findingRoots(result.summary, this.caseFile.triageOf);
    this.parents = new Map(this.roots.map((node) => [node.id, node]));
    const open = result === undefined ? 0 : unreviewed(result.summary, this.caseFile.triageOf);
    this.view.badge = open === 0 ? undefined : { value: open, tooltip: `${counted(open, 'finding')} not reviewed yet` };
    const notice = result === undefined ? '' : preliminaryNotice(result);
    this.view.message =
      phase === 'clean' && this.roots.length > 0
        ? vscode.l10n.t('Nothing but what the case file suppresses. The view Coverage says what was read.')
        : notice;
    this.view.description = notice === '' ? '' : vscode.l10n.t('preliminary');
    this.changed.fire(undefined);
  }

  getTreeItem(node: FindingsNode): vscode.TreeItem {
    return treeItem(findingItem(node));
  }

  resolveTreeItem(item: vscode.TreeItem, node: FindingsNode): vscode.TreeItem {
    switch (node.type) {
      case 'finding':
        item.tooltip = tooltip(findingTooltip(node.finding));
        break;
      case 'session':
      case 'parent':
        item.tooltip = tooltip(sessionTooltip(node.row));
        break;
      case 'origin':
      case 'record':
        item.tooltip = tooltip(originTooltip(node));
        break;
      case 'evidence':
        item.tooltip = tooltip(evidenceTooltip(node.evidence));
        break;
      case 'incident':
        item.tooltip = tooltip(incidentTooltip(node.incident));
        break;
      case 'suppressed':
      case 'moreParents':
        break;
    }
    return item;
  }

  async getChildren(node?: FindingsNode): Promise<FindingsNode[]> {
    if (node === undefined) return [...this.roots];
    switch (node.type) {
      case 'incident':
      case 'suppressed':
        return [...node.children];
      case 'finding':
        return [...(await this.detailsOf(node))];
      case 'session':
        return [...sessionChildren(node)];
      case 'origin':
        return [...(await this.originOf(node))];
      case 'parent':
        return [...node.records];
      case 'evidence':
      case 'record':
      case 'moreParents':
        return [];
    }
  }

  getParent(node: FindingsNode): FindingsNode | undefined {
    switch (node.type) {
      case 'incident':
      case 'suppressed':
        return undefined;
      case 'finding':
        return this.parents.get(node.parentId);
      case 'session':
        return node.finding;
      case 'evidence':
        return node.parent;
      case 'origin':
      case 'record':
      case 'parent':
      case 'moreParents':
        // Never revealed by us.
        return undefined;
    }
  }

  private async originOf(node: OriginNode): Promise<readonly FindingsNode[]> {
    try {
      return await originChildren(node, this.analysis.service);
    } catch (error) {
      this.errors.report('The origin of the session could not be listed.', error);
      return [];
    }
  }

  private detailsOf(node: FindingNode): Promise<readonly FindingsNode[]> {
    const known = this.details.get(node.id);
    if (known !== undefined) return known;
    const details = this.load(node).catch((error: unknown) => {
      this.details.delete(node.id);
      this.errors.report('The sessions of the finding could not be listed.', error);
      return findingChildren(node, [], null);
    });
    this.details.set(node.id, details);
    return details;
  }

  private async load(node: FindingNode): Promise<readonly FindingsNode[]> {
    const { service } = this.analysis;
    const [slice, ...rows] = await Promise.all([
      service.lineage({ finding: node.finding.id, maxNodes: SLICE_NODES }),
      ...node.finding.sessions.map((id) => service.session(id)),
    ]);
    return findingChildren(
      node,
      rows.filter((row) => row !== null),
      slice,
    );
  }

  /** Selects a finding; the view comes to the front. */
  async reveal(findingId: string): Promise<void> {
    for (const root of this.roots) {
      if (root.type !== 'incident' && root.type !== 'suppressed') continue;
      const node = root.children.find(({ finding }) => finding.id === findingId);
      if (node !== undefined) await this.view.reveal(node, { select: true, focus: false, expand: true });
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }
}
