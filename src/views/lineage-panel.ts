/**
 * The lineage panel: a page that draws what it is sent. It is never kept hidden: what it shows is asked of the worker
 * again whenever the page says that it is ready.
 *
 * Guarantee: one panel a window; after a reload without an analysis it says what to do instead of staying empty; a page that
 * shows something already is not sent it again.
 */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { FromPanel, PanelState, ToPanel } from '../shared/panel-messages';
import type { AnalysisController } from './analysis-controller';
import { assertNever } from './assert-never';
import type { Errors } from './errors';
import { panelHtml } from './panel-html';
import { preliminaryNotice } from './preliminary';
import { settings } from './settings';

export const PANEL_TYPE = 'cloudtrailLineage.panel';

export interface Subject {
  readonly finding: string | null;
  readonly session: string | null;
}

/** What the panel asks the rest of the extension to do. */
export interface PanelActions {
  readonly openEvidence: (eventID: string, finding: string | undefined) => Promise<void>;
  readonly remediate: (finding: string) => Promise<void>;
  readonly showFinding: (finding: string) => Promise<void>;
  readonly showBlastRadius: (session: string) => Promise<void>;
}

export class LineagePanel implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private subject: Subject = { finding: null, session: null };
  private sent = 0;
  /** What the page shows, as text. */
  private shown = '';
  private readonly disposables: { dispose(): unknown }[];

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly analysis: AnalysisController,
    private readonly errors: Errors,
    private readonly actions: PanelActions,
  ) {
    let generation = analysis.result?.generation;
    this.disposables = [
      vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, this),
      analysis.onDidChange(() => {
        if (analysis.result?.generation === generation) return;
        generation = analysis.result?.generation;
        this.send();
      }),
    ];
  }

  show(subject: Subject): void {
    this.analysis.required();
    this.subject = subject;
    if (this.panel !== undefined) {
      this.panel.reveal(undefined, true);
      this.send();
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      PANEL_TYPE,
      vscode.l10n.t('Lineage'),
      { viewColumn: freeColumn(), preserveFocus: true },
      this.options(),
    );
    this.adopt(panel);
  }

  /** Where a document goes beside the graph: never on top of it. */
  documentColumn(): vscode.ViewColumn {
    const column = this.panel?.visible === true ? this.panel.viewColumn : undefined;
    if (column === undefined) return vscode.ViewColumn.Active;
    return column === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One;
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { finding, session } = panelState(state);
    this.subject = { finding, session };
    this.panel?.dispose();
    panel.webview.options = this.options();
    this.adopt(panel);
    return Promise.resolve();
  }

  private options(): vscode.WebviewOptions & vscode.WebviewPanelOptions {
    return {
      enableScripts: true,
      enableForms: false,
      localResourceRoots: ['dist/webview', 'media'].map((folder) => vscode.Uri.joinPath(this.extensionUri, folder)),
    };
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.extensionUri, 'media/icons/lineage-light.svg'),
      dark: vscode.Uri.joinPath(this.extensionUri, 'media/icons/lineage-dark.svg'),
    };
    const { webview } = panel;
    webview.onDidReceiveMessage(
      this.errors.guarded('The lineage panel could not do what was asked.', (message: FromPanel) =>
        this.received(message),
      ),
    );
    panel.onDidDispose(() => {
      if (this.panel === panel) this.panel = undefined;
    });
    const at = (path: string) => webview.asWebviewUri(vscode.Uri.joinPath(this.extensionUri, path)).toString();
    webview.html = panelHtml({
      language: vscode.env.language,
      nonce: randomBytes(16).toString('base64'),
      cspSource: webview.cspSource,
      script: at('dist/webview/panel.js'),
      style: at('dist/webview/panel.css'),
      title: panel.title,
    });
  }

  private async received(message: FromPanel): Promise<void> {
    switch (message.type) {
      case 'ready':
        // A page that is new, or new again, shows nothing.
        this.shown = '';
        return this.deliver();
      case 'openEvidence':
        return this.actions.openEvidence(message.eventID, this.subject.finding ?? undefined);
      case 'remediate':
        return this.actions.remediate(message.finding);
      case 'showFinding':
        return this.actions.showFinding(message.finding);
      case 'showSession':
        this.show({ finding: null, session: message.session });
        return;
      case 'blastRadius':
        return this.actions.showBlastRadius(message.session);
      case 'copy':
        return vscode.env.clipboard.writeText(message.text);
      default:
        assertNever(message);
    }
  }

  private send(): void {
    if (this.panel === undefined) return;
    this.deliver().catch((error: unknown) => {
      this.errors.report('The lineage could not be shown.', error);
      this.post({ type: 'error', message: vscode.l10n.t('The lineage could not be shown. The log says why.') });
    });
  }

  /** Asks for the slice of the subject and sends it; a slower answer to an earlier question is dropped. */
  private async deliver(): Promise<void> {
    this.sent += 1;
    const turn = this.sent;
    const { result } = this.analysis;
    if (result === undefined) {
      const message =
        this.analysis.phase === 'analysing'
          ? vscode.l10n.t('The logs are being analyzed.')
          : vscode.l10n.t(
              'There is no analysis in this window any more. Analyze the logs again: right-click their folder in the Explorer and choose Analyze CloudTrail.',
            );
      this.post({ type: 'empty', message });
      return;
    }
    const { finding, session } = this.subject;
    const slice = await this.analysis.service.lineage({
      ...(finding === null ? {} : { finding }),
      ...(session === null ? {} : { session }),
      maxNodes: settings.maxGraphNodes(),
    });
    if (turn !== this.sent) return;
    const notice = preliminaryNotice(result);
    if (slice !== null) this.post({ type: 'slice', slice, ...(notice === '' ? {} : { notice }) });
    else if (result.preliminary) this.post({ type: 'empty', message: vscode.l10n.t('The logs are being analyzed.') });
    else this.post({ type: 'empty', message: vscode.l10n.t('This lineage is not in the current analysis.') });
  }

  /** What the page shows already is not sent again: it would draw it anew. */
  private post(message: ToPanel): void {
    const text = JSON.stringify(message);
    if (text === this.shown) return;
    this.shown = text;
    void this.panel?.webview.postMessage(message);
  }

  dispose(): void {
    this.panel?.dispose();
    vscode.Disposable.from(...this.disposables).dispose();
  }
}

/** Beside what is open; in the middle when nothing is. */
function freeColumn(): vscode.ViewColumn {
  return vscode.window.tabGroups.activeTabGroup.tabs.length === 0 ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
}

/** The state comes from a page of an earlier version, perhaps. */
function panelState(state: unknown): Pick<PanelState, 'finding' | 'session'> {
  const part = (key: string): string | null => {
    if (typeof state !== 'object' || state === null) return null;
    const value: unknown = Object.entries(state).find(([name]) => name === key)?.[1];
    return typeof value === 'string' ? value : null;
  };
  return { finding: part('finding'), session: part('session') };
}
