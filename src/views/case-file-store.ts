/**
 * The case file of the workspace: read for every analysis, watched, and edited by triage and suppressions.
 *
 * Guarantee: edits go through the document, so that unsaved changes of the user are neither lost nor written behind
 * their back; a missing file is created, a broken one is left alone.
 */
import * as vscode from 'vscode';
import type { TriageState } from '../engine/case-settings';
import { NEW_CASE_FILE, triageIn } from './case-edits';
import { UserError } from './errors';
import { outputSegments } from './remediation-paths';
import { settings } from './settings';

export class CaseFileStore implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly disposables: { dispose(): unknown }[] = [this.changed];
  private watcher: vscode.Disposable | undefined;
  private triage: ReadonlyMap<string, TriageState> = new Map();

  /** The file on disk has changed; `triageOf` already answers by it. */
  readonly onDidChange = this.changed.event;

  constructor() {
    this.watch();
    this.disposables.push(
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.watch()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('cloudtrailLineage.caseFile')) this.watch();
      }),
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (document.uri.toString() === this.uri()?.toString()) void this.refresh();
      }),
    );
  }

  /** Where the case file is or would be; undefined with no folder open. */
  uri(): vscode.Uri | undefined {
    const folder = vscode.workspace.workspaceFolders?.[0];
    if (folder === undefined) return undefined;
    const segments = outputSegments(settings.caseFile(folder.uri));
    if (segments === undefined || segments.length === 0)
      return vscode.Uri.joinPath(folder.uri, '.cloudtrail-case.json');
    return vscode.Uri.joinPath(folder.uri, ...segments);
  }

  /** Another object whenever a decision may be another. */
  get decisions(): ReadonlyMap<string, TriageState> {
    return this.triage;
  }

  triageOf = (findingId: string): TriageState => this.triage.get(findingId) ?? 'open';

  /** Text and path for the analysis; undefined where there is no such file. */
  async read(): Promise<{ readonly path: string; readonly text: string } | undefined> {
    const uri = this.uri();
    const text = uri && (await textAt(uri));
    this.triage = triageIn(text ?? '');
    return uri === undefined || text === undefined ? undefined : { path: uri.fsPath, text };
  }

  async refresh(): Promise<void> {
    await this.read();
    this.changed.fire();
  }

  /** Applies `edit` to the text and saves; `edit` throws where it must not. */
  async edit(edit: (text: string) => string): Promise<void> {
    const document = await this.open();
    const before = document.getText();
    const after = edit(before);
    if (after === before) return;
    const change = new vscode.WorkspaceEdit();
    change.replace(document.uri, new vscode.Range(document.positionAt(0), document.positionAt(before.length)), after);
    if (!(await vscode.workspace.applyEdit(change)) || !(await document.save())) {
      throw new Error(`${document.uri.fsPath} could not be saved`);
    }
    await this.refresh();
  }

  /** The document, of a file made now if there is none. */
  async open(): Promise<vscode.TextDocument> {
    const uri = this.uri();
    if (uri === undefined) {
      throw new UserError(vscode.l10n.t('Decisions are kept in a file of the workspace. Open a folder first.'), {
        title: vscode.l10n.t('Open Folder'),
        command: 'vscode.openFolder',
      });
    }
    if ((await textAt(uri)) === undefined) {
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(NEW_CASE_FILE));
    }
    return vscode.workspace.openTextDocument(uri);
  }

  private watch(): void {
    this.watcher?.dispose();
    const uri = this.uri();
    if (uri === undefined) return;
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), name),
    );
    const refresh = () => void this.refresh();
    this.watcher = vscode.Disposable.from(
      watcher,
      watcher.onDidChange(refresh),
      watcher.onDidCreate(refresh),
      watcher.onDidDelete(refresh),
    );
  }

  dispose(): void {
    this.watcher?.dispose();
    vscode.Disposable.from(...this.disposables).dispose();
  }
}

async function textAt(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}
