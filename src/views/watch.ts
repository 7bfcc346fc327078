/**
 * Watching: what was analysed is analysed again when files in it come, change or go.
 *
 * Guarantee: a burst of files is one analysis; at most one runs, and what arrives meanwhile is not lost.
 */
import * as vscode from 'vscode';
import type { AnalysisController } from './analysis-controller';
import type { Errors } from './errors';
import { settings } from './settings';

/** The names of delivered and exported logs. */
const LOGS = '**/*.{json,gz,jsonl,ndjson,log}';

export class Watch implements vscode.Disposable {
  private watching: vscode.Disposable | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private busy = false;
  private again = false;
  private readonly changed = new vscode.EventEmitter<void>();

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly analysis: AnalysisController,
    private readonly errors: Errors,
  ) {}

  get active(): boolean {
    return this.watching !== undefined;
  }

  async start(sources: readonly vscode.Uri[]): Promise<void> {
    this.watching?.dispose();
    const watchers = await Promise.all(sources.map(watcherOf));
    const soon = () => this.soon();
    this.watching = vscode.Disposable.from(
      ...watchers.flatMap((watcher) => [
        watcher,
        watcher.onDidCreate(soon),
        watcher.onDidChange(soon),
        watcher.onDidDelete(soon),
      ]),
    );
    await this.announce();
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.watching?.dispose();
    this.watching = undefined;
    await this.announce();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), settings.watchDebounceMs());
  }

  private async run(): Promise<void> {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      await this.analysis.repeat();
    } catch (error) {
      this.errors.report('The changed logs could not be analyzed.', error);
    } finally {
      this.busy = false;
    }
    if (this.again && this.active) {
      this.again = false;
      this.soon();
    }
  }

  private async announce(): Promise<void> {
    await vscode.commands.executeCommand('setContext', 'cloudtrailLineage.watching', this.active);
    this.changed.fire();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.watching?.dispose();
    this.changed.dispose();
  }
}

async function watcherOf(uri: vscode.Uri): Promise<vscode.FileSystemWatcher> {
  const { type } = await vscode.workspace.fs.stat(uri);
  const isFolder = (type & vscode.FileType.Directory) !== 0;
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  return vscode.workspace.createFileSystemWatcher(
    isFolder ? new vscode.RelativePattern(uri, LOGS) : new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), name),
  );
}
