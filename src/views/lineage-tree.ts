/**
 * The view Lineage: the sessions nothing issued, and below each how it got its credential and what it issued.
 *
 * Guarantee: asks the worker for one level or one page at a time; however many sessions the logs hold, one level of the
 * tree has at most a page of them.
 */
import { withThousands } from '../engine/cloudtrail/text';
import * as vscode from 'vscode';
import type { SessionRow } from '../worker/protocol';
import type { AnalysisController } from './analysis-controller';
import type { Errors } from './errors';
import { counted } from './labels';
import { stillReading } from './preliminary';
import { originChildren, originItem, originNode, originTooltip, type OriginTreeNode } from './origin-nodes';
import { sessionItem, sessionTooltip } from './session-text';
import { tooltip, treeItem } from './tree-items';

const PAGE = 200;

type LineageNode =
  | OriginTreeNode
  | {
      readonly type: 'session';
      readonly id: string;
      readonly row: SessionRow;
      readonly parent: LineageNode | undefined;
    }
  | { readonly type: 'page'; readonly id: string; readonly offset: number; readonly total: number };

export class LineageTree implements vscode.TreeDataProvider<LineageNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly disposables: { dispose(): unknown }[];
  private readonly view: vscode.TreeView<LineageNode>;
  private generation = 0;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly analysis: AnalysisController,
    private readonly errors: Errors,
  ) {
    this.view = vscode.window.createTreeView('cloudtrailLineage.lineage', {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.disposables = [this.changed, this.view, analysis.onDidChange(() => this.refresh())];
  }

  private refresh(): void {
    const generation = this.analysis.result?.generation ?? 0;
    if (generation === this.generation) return;
    this.generation = generation;
    const { result } = this.analysis;
    this.view.message = result === undefined ? '' : stillReading(result, counted(result.summary.sessions, 'session'));
    this.changed.fire(undefined);
  }

  getTreeItem(node: LineageNode): vscode.TreeItem {
    switch (node.type) {
      case 'session':
        return treeItem(sessionItem(node.row, node.id));
      case 'origin':
      case 'record':
      case 'parent':
      case 'moreParents':
        return treeItem(originItem(node));
      case 'page': {
        const last = Math.min(node.offset + PAGE, node.total);
        const label = `Sessions ${withThousands(node.offset + 1)} to ${withThousands(last)}`;
        return treeItem({
          id: node.id,
          label,
          description: `of ${withThousands(node.total)}`,
          sign: { icon: 'ellipsis' },
          contextValue: 'page',
          accessible: `${label} of ${withThousands(node.total)}`,
          expand: 'collapsed',
        });
      }
    }
  }

  resolveTreeItem(item: vscode.TreeItem, node: LineageNode): vscode.TreeItem {
    switch (node.type) {
      case 'session':
      case 'parent':
        item.tooltip = tooltip(sessionTooltip(node.row));
        break;
      case 'origin':
      case 'record':
        item.tooltip = tooltip(originTooltip(node));
        break;
      case 'moreParents':
      case 'page':
        break;
    }
    return item;
  }

  async getChildren(node?: LineageNode): Promise<LineageNode[]> {
    if (this.analysis.result === undefined) return [];
    try {
      switch (node?.type) {
        case undefined:
        case 'page':
          return await this.rootsFrom(node);
        case 'session': {
          const rows = await this.analysis.service.children(node.row.id);
          return [
            originNode(node.row, node.id),
            ...rows.map((row): LineageNode => ({ type: 'session', id: `${node.id}/${row.id}`, row, parent: node })),
          ];
        }
        case 'origin':
          return [...(await originChildren(node, this.analysis.service))];
        case 'parent':
          return [...node.records];
        case 'record':
        case 'moreParents':
          return [];
      }
    } catch (error) {
      this.errors.report('The sessions could not be listed.', error);
      return [];
    }
  }

  private async rootsFrom(page: Extract<LineageNode, { type: 'page' }> | undefined): Promise<LineageNode[]> {
    const { total, sessions } = await this.page(page?.offset ?? 0);
    const rows = sessions.map((row): LineageNode => ({ type: 'session', id: row.id, row, parent: page }));
    if (page !== undefined || total <= PAGE) return rows;
    const pages = Array.from({ length: Math.ceil(total / PAGE) - 1 }, (_, index): LineageNode => {
      const offset = (index + 1) * PAGE;
      return { type: 'page', id: `page:${offset}`, offset, total };
    });
    return [...rows, ...pages];
  }

  getParent(node: LineageNode): LineageNode | undefined {
    return node.type === 'session' ? node.parent : undefined;
  }

  private page(offset: number) {
    return this.analysis.service.roots({ onlySuspicious: false, offset, limit: PAGE });
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }
}
