/**
 * Runs analyses and holds what the views show.
 *
 * Guarantee: one analysis at a time; a cancelled or failed one leaves the previous result in place; every change of state
 * is announced once, with the context keys already set.
 */
import * as vscode from 'vscode';
import type { CoverageFile, Finding } from '../engine/contract';
import type { AnalysisSummary, Progress } from '../worker/protocol';
import type { AnalysisPort, FindSources, FoundSources } from './analysis-port';
import { analysisPart } from './case-edits';
import type { CaseFileStore } from './case-file-store';
import { isCancelled, UserError, type Errors } from './errors';
import { counted } from './labels';
import { outputSegments } from './remediation-paths';
import { settings } from './settings';

export interface AnalysisResult {
  readonly summary: AnalysisSummary;
  readonly sources: readonly vscode.Uri[];
  /** Absolute path of a file by the path shown to people. */
  readonly absolutePaths: ReadonlyMap<string, string>;
  /** Changes with every analysis: what was remembered about another one is stale. */
  readonly generation: number;
}

export type AnalysisPhase = 'none' | 'analysing' | 'clean' | 'findings' | 'failed';

/** The user is shown a notification, with Cancel, when it takes longer than this. */
const NOTIFY_AFTER_MS = 2000;

export class AnalysisController implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: { dispose(): unknown }[] = [this.changed];
  private current: AnalysisResult | undefined;
  private running: AbortController | undefined;
  private failed = false;
  private generation = 0;
  /** The part of the case file that the result rests on. */
  private caseBasis = '';

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly port: AnalysisPort,
    private readonly findSources: FindSources,
    private readonly caseFile: CaseFileStore,
    private readonly errors: Errors,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions.push(
      caseFile.onDidChange(
        errors.guarded('The analysis could not be repeated with the changed case file.', () => this.caseFileChanged()),
      ),
    );
  }

  get service(): Omit<AnalysisPort, 'analyze' | 'clear'> {
    return this.port;
  }

  get result(): AnalysisResult | undefined {
    return this.current;
  }

  get phase(): AnalysisPhase {
    if (this.current !== undefined) {
      return this.current.summary.findings.some(({ suppressed }) => !suppressed) ? 'findings' : 'clean';
    }
    if (this.running !== undefined) return 'analysing';
    return this.failed ? 'failed' : 'none';
  }

  finding(id: string): Finding | undefined {
    return this.current?.summary.findings.find((finding) => finding.id === id);
  }

  /** The result, or an error that tells the user what to do first. */
  required(): AnalysisResult {
    if (this.current !== undefined) return this.current;
    throw new UserError(vscode.l10n.t('Nothing is analyzed yet. Choose a file or a folder of CloudTrail logs first.'), {
      title: vscode.l10n.t('Analyze CloudTrail'),
      command: 'cloudtrailLineage.analyze',
    });
  }

  /** Analyses again what was analysed last. */
  async repeat(): Promise<void> {
    await this.analyze(this.required().sources, { byUser: false });
  }

  async analyze(sources: readonly vscode.Uri[], { byUser }: { readonly byUser: boolean }): Promise<void> {
    const foreign = sources.find(({ scheme }) => scheme !== 'file');
    if (foreign !== undefined) {
      throw new UserError(vscode.l10n.t('Only files on a disk can be analyzed, not {0}.', foreign.toString(true)));
    }
    this.running?.abort();
    const run = new AbortController();
    this.running = run;
    this.failed = false;
    await this.announce();
    try {
      const result = await this.withProgress(run, byUser, (report) => this.run(sources, run.signal, report));
      if (run.signal.aborted) return;
      this.current = result;
    } catch (error) {
      if (isCancelled(error) || run.signal.aborted) return;
      this.failed = this.current === undefined;
      throw error;
    } finally {
      if (this.running === run) {
        this.running = undefined;
        await this.announce();
      }
    }
  }

  private async run(
    sources: readonly vscode.Uri[],
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<AnalysisResult> {
    const started = Date.now();
    const found = await this.findSources(sources.map(({ fsPath }) => fsPath));
    signal.throwIfAborted();
    const files = found.files.filter(({ absolutePath }) => !isOwnOutput(absolutePath));
    const caseFile = await this.caseFile.read();
    const request = caseFile === undefined ? { files } : { files, caseFile };
    const summary = await this.port.analyze(request, { onProgress, signal });
    this.caseBasis = analysisPart(caseFile?.text ?? '');
    const { coverage, findings } = summary;
    this.log.info(
      `Analyzed ${counted(coverage.files.length, 'file')} with ${counted(coverage.events, 'event')} in ${Date.now() - started} ms: ${counted(findings.length, 'finding')}.`,
    );
    this.generation += 1;
    return {
      summary: withProblems(summary, found.problems),
      sources,
      absolutePaths: new Map(files.map(({ displayPath, absolutePath }) => [displayPath, absolutePath])),
      generation: this.generation,
    };
  }

  /** Progress in the view at once; a notification with Cancel for what the user started and has to wait for. */
  private async withProgress<T>(
    run: AbortController,
    byUser: boolean,
    work: (report: (progress: Progress) => void) => Promise<T>,
  ): Promise<T> {
    let notify: ((progress: Progress) => void) | undefined;
    const working = work((progress) => notify?.(progress));
    const view = { location: { viewId: 'cloudtrailLineage.findings' } };
    void vscode.window.withProgress(view, () => settled(working));
    const timer = setTimeout(() => {
      if (!byUser) return;
      const options = {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Analyzing CloudTrail logs'),
        cancellable: true,
      };
      void vscode.window.withProgress(options, (progress, token) => {
        token.onCancellationRequested(() => run.abort());
        let shown = 0;
        notify = ({ stage, filesDone, files, events }) => {
          const share = files === 0 ? 0 : (filesDone / files) * 100;
          const message =
            stage === 'reading'
              ? `${filesDone.toLocaleString('en-US')} of ${counted(files, 'file')}, ${counted(events, 'event')}`
              : stage;
          progress.report({ message, increment: Math.max(0, share - shown) });
          shown = Math.max(shown, share);
        };
        return settled(working);
      });
    }, NOTIFY_AFTER_MS);
    try {
      return await working;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The worker died, and with it everything it knew. */
  async lost(error: Error): Promise<void> {
    // A call that was under way reports its own failure.
    if (this.running === undefined) this.errors.report('The analysis was lost. Analyze the logs again.', error);
    this.current = undefined;
    this.failed = true;
    await this.announce();
  }

  async clear(): Promise<void> {
    this.running?.abort();
    this.running = undefined;
    this.current = undefined;
    this.failed = false;
    await this.port.clear();
    await this.announce();
  }

  /** Decisions show at once; anything else in the case file is a reason to analyse again. */
  private async caseFileChanged(): Promise<void> {
    this.changed.fire();
    if (this.current === undefined) return;
    const caseFile = await this.caseFile.read();
    if (analysisPart(caseFile?.text ?? '') !== this.caseBasis) await this.repeat();
  }

  private async announce(): Promise<void> {
    await Promise.all([
      vscode.commands.executeCommand('setContext', 'cloudtrailLineage.phase', this.phase),
      vscode.commands.executeCommand('setContext', 'cloudtrailLineage.hasAnalysis', this.current !== undefined),
    ]);
    this.changed.fire();
  }

  dispose(): void {
    this.running?.abort();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }
}

/** What the remediation wrote is no log. */
function isOwnOutput(path: string): boolean {
  return (vscode.workspace.workspaceFolders ?? []).some(({ uri }) => {
    const segments = outputSegments(settings.remediationFolder(uri)) ?? [];
    if (segments.length === 0) return false;
    const folder = vscode.Uri.joinPath(uri, ...segments).fsPath;
    return path.startsWith(folder) && /^[\\/]/.test(path.slice(folder.length));
  });
}

/** Folders that could not be listed stand among the files that could not be read. */
function withProblems(summary: AnalysisSummary, problems: FoundSources['problems']): AnalysisSummary {
  if (problems.length === 0) return summary;
  const unread = problems.map(({ path, reason }): CoverageFile => ({
    path,
    format: '',
    verdict: 'failed',
    reason,
    events: 0,
    duplicates: 0,
    rejected: 0,
    firstEventTime: null,
    lastEventTime: null,
  }));
  const { coverage } = summary;
  return { ...summary, coverage: { ...coverage, files: [...unread, ...coverage.files] } };
}

/** Ends when `work` ends, however it ends: its error is somebody else's to report. */
async function settled(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}
