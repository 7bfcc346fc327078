/**
 * The read-only documents: records and the evidence of a finding, pretty-printed, the runbook before it is written, and the
 * blast radius of a session.
 *
 * Guarantee: made from the analysis when they are opened, made anew when it is repeated; an address of an analysis that is
 * no more says so instead of showing nothing.
 */
import * as vscode from 'vscode';
import type { Finding } from '../engine/contract';
import { renderBlastRadius } from '../engine/report/render-blast-radius';
import type { AnalysisController } from './analysis-controller';
import { documentAddress, documentUri, SCHEME, type DocumentAddress } from './document-uris';
import { evidenceText, tellingRange, type EvidenceText, type TextRange } from './evidence-text';
import { UserError } from './errors';
import { sessionName } from './session-text';

export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly evidenceLoaded = new vscode.EventEmitter<{
    uri: vscode.Uri;
    finding: Finding;
    text: EvidenceText;
  }>();
  private readonly disposables: { dispose(): unknown }[];

  readonly onDidChange = this.changed.event;
  /** The places in an evidence document are known. */
  readonly onDidLoadEvidence = this.evidenceLoaded.event;

  constructor(private readonly analysis: AnalysisController) {
    this.disposables = [
      this.changed,
      this.evidenceLoaded,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
    ];
    let generation = analysis.result?.generation;
    this.disposables.push(
      analysis.onDidChange(() => {
        if (analysis.result?.generation === generation) return;
        generation = analysis.result?.generation;
        for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === SCHEME) this.changed.fire(uri);
      }),
    );
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const address = documentAddress(uri);
    if (address === undefined) throw new Error(`${uri.toString()} is no address of CloudTrail Lineage`);
    return (await this.textOf(uri, address, token)) ?? gone(address);
  }

  private async textOf(
    uri: vscode.Uri,
    address: DocumentAddress,
    token: vscode.CancellationToken,
  ): Promise<string | undefined> {
    if (this.analysis.result === undefined) return undefined;
    switch (address.kind) {
      case 'record':
        return (await this.analysis.service.record(address.id))?.text;
      case 'evidence': {
        const finding = this.analysis.finding(address.id);
        if (finding === undefined) return undefined;
        const text = await this.evidence(finding);
        this.evidenceLoaded.fire({ uri, finding, text });
        return text.text;
      }
      case 'runbook': {
        const plan = await this.analysis.service.remediation(address.id);
        return plan?.files.find(({ path }) => path === 'runbook.md')?.content;
      }
      case 'blast-radius':
        return this.blastRadius(address.id, token);
    }
  }

  /** Reads records again, which takes its time: the status bar shows that it is under way. */
  private async blastRadius(sessionId: string, token: vscode.CancellationToken): Promise<string | undefined> {
    const stop = new AbortController();
    const listener = token.onCancellationRequested(() => stop.abort());
    const options = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Reading the blast radius') };
    try {
      const radius = await vscode.window.withProgress(options, () =>
        this.analysis.service.blastRadius(sessionId, { signal: stop.signal }),
      );
      return radius === null ? undefined : renderBlastRadius(radius, 'markdown');
    } finally {
      listener.dispose();
    }
  }

  private async evidence(finding: Finding): Promise<EvidenceText> {
    const records = await Promise.all(
      finding.evidence.map(({ eventID }) => this.analysis.service.record(eventID).catch(() => null)),
    );
    return evidenceText(
      finding,
      new Map(records.flatMap((record) => (record === null ? [] : [[record.eventID, record.text] as const]))),
    );
  }

  /** Opens a record: in the evidence of its finding when one is given, else alone; the cursor on what tells it. */
  async open(eventID: string, findingId: string | undefined, column: vscode.ViewColumn): Promise<void> {
    this.analysis.required();
    const finding = findingId === undefined ? this.findingWith(eventID) : this.analysis.finding(findingId);
    if (finding === undefined) {
      const record = await this.analysis.service.record(eventID);
      if (record === null) throw new UserError(vscode.l10n.t('The record {0} is not in the analysis.', eventID));
      const uri = vscode.Uri.from(documentUri('record', eventID, `${nameIn(record.text)} ${eventID}`));
      await withText(await vscode.workspace.openTextDocument(uri), record.text);
      await this.show(uri, tellingRange(record.text), column);
      return;
    }
    const document = await vscode.workspace.openTextDocument(evidenceUri(finding));
    const { records, text } = await this.evidence(finding);
    await withText(document, text);
    const place = records.find(({ evidence }) => evidence.eventID === eventID)?.telling;
    await this.show(document.uri, place, column);
  }

  async openRunbook(findingId: string, column: vscode.ViewColumn): Promise<void> {
    this.analysis.complete();
    const finding = this.analysis.finding(findingId);
    const plan = await this.analysis.service.remediation(findingId);
    if (finding === undefined || plan === null) {
      throw new UserError(vscode.l10n.t('There is no response plan for this finding.'));
    }
    const uri = vscode.Uri.from(documentUri('runbook', findingId, `Response to ${finding.title}`));
    await vscode.commands.executeCommand('vscode.openWith', uri, 'vscode.markdown.preview.editor', column);
  }

  /** As a page, with everything that came of a session. */
  async openBlastRadius(sessionId: string, column: vscode.ViewColumn): Promise<void> {
    this.analysis.required();
    const row = await this.analysis.service.session(sessionId);
    if (row === null) throw new UserError(vscode.l10n.t('This session is not in the current analysis.'));
    const uri = vscode.Uri.from(documentUri('blast-radius', sessionId, `Blast radius of ${sessionName(row)}`));
    await vscode.commands.executeCommand('vscode.openWith', uri, 'vscode.markdown.preview.editor', column);
  }

  private findingWith(eventID: string): Finding | undefined {
    return this.analysis.result?.summary.findings.find(({ evidence }) =>
      evidence.some((each) => each.eventID === eventID),
    );
  }

  private async show(uri: vscode.Uri, place: TextRange | undefined, viewColumn: vscode.ViewColumn): Promise<void> {
    const options: vscode.TextDocumentShowOptions = { viewColumn, preview: true };
    if (place !== undefined) {
      // The cursor at its start: there the light bulb appears.
      const { start } = toRange(place);
      options.selection = new vscode.Range(start, start);
    }
    const editor = await vscode.window.showTextDocument(uri, options);
    if (place !== undefined) editor.revealRange(toRange(place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }
}

/** How long a place waits for the text that it is in. */
const STALE_MS = 2000;

/**
 * Once a document has this text: after another analysis VS Code asks for the text of what is still open a moment later,
 * and a place in the new text is none in the old one.
 */
function withText(document: vscode.TextDocument, text: string): Promise<void> {
  if (document.getText() === text) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      changes.dispose();
      clearTimeout(timer);
      resolve();
    };
    const changes = vscode.workspace.onDidChangeTextDocument((change) => {
      if (change.document === document && document.getText() === text) done();
    });
    const timer = setTimeout(done, STALE_MS);
  });
}

/** In the language of the document, so that the editor does not call it a mistake. */
function gone({ kind }: DocumentAddress): string {
  const text = vscode.l10n.t(
    'This is not part of the current analysis. Analyze the logs again, then open it from the view.',
  );
  return kind === 'runbook' || kind === 'blast-radius' ? text : `${JSON.stringify({ message: text }, null, 2)}\n`;
}

export function evidenceUri(finding: Pick<Finding, 'id' | 'title'>): vscode.Uri {
  return vscode.Uri.from(documentUri('evidence', finding.id, finding.title));
}

export function toRange({ startLine, startColumn, endLine, endColumn }: TextRange): vscode.Range {
  return new vscode.Range(startLine, startColumn, endLine, endColumn);
}

function nameIn(record: string): string {
  return /^ {2}"eventName": "([A-Za-z0-9]+)"/m.exec(record)?.[1] ?? 'record';
}
