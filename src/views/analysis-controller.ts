/**
 * Runs analyses and holds what the views show.
 *
 * Guarantee: one analysis at a time; a cancelled or failed one leaves the previous result in place, at once; what is found
 * while the rest is still being read is shown as preliminary, and no report or remediation is made from it; every change
 * of state is announced once, with the context keys already set.
 */
import { withThousands } from '../engine/cloudtrail/text';
import * as vscode from 'vscode';
import type { CoverageFile, Finding } from '../engine/contract';
import type { AnalysisSummary, Progress } from '../worker/protocol';
import { AbortError } from '../worker/rpc';
import type { AnalysisPort, FindSources, FoundSources } from './analysis-port';
import { AnalysisState, type AnalysisPhase } from './analysis-state';
import { analysisPart } from './case-edits';
import type { CaseFileStore } from './case-file-store';
import { configuredBaseline } from './configured-baseline';
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
  /** Of the first of the files, while the others are still being read. */
  readonly preliminary: boolean;
}

/** The user is shown a notification, with Cancel, when it takes longer than this. */
const NOTIFY_AFTER_MS = 2000;

export class AnalysisController implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: { dispose(): unknown }[] = [this.changed];
  private readonly state = new AnalysisState<AnalysisResult>();
  private generation = 0;
  /** The case file changed while an analysis was under way. */
  private caseChanged = false;
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
    return this.state.result;
  }

  get phase(): AnalysisPhase {
    return this.state.phase;
  }

  finding(id: string): Finding | undefined {
    return this.result?.summary.findings.find((finding) => finding.id === id);
  }

  /** The result, perhaps a preliminary one, or an error that tells the user what to do first. */
  required(): AnalysisResult {
    if (this.result !== undefined) return this.result;
    throw new UserError(vscode.l10n.t('Nothing is analyzed yet. Choose a file or a folder of CloudTrail logs first.'), {
      title: vscode.l10n.t('Analyze CloudTrail'),
      command: 'cloudtrailLineage.analyze',
    });
  }

  /** The result of all that was to be read, for what people act on. */
  complete(): AnalysisResult {
    const result = this.required();
    if (!result.preliminary) return result;
    throw new UserError(
      vscode.l10n.t('The logs are still being read, and these findings are preliminary. Wait for the analysis to end.'),
      { title: vscode.l10n.t('Show Findings'), command: 'cloudtrailLineage.findings.focus' },
    );
  }

  /** Analyses again what was analysed last. */
  async repeat(): Promise<void> {
    await this.analyze(this.complete().sources, { byUser: false });
  }

  async analyze(sources: readonly vscode.Uri[], { byUser }: { readonly byUser: boolean }): Promise<void> {
    const foreign = sources.find(({ scheme }) => scheme !== 'file');
    if (foreign !== undefined) {
      throw new UserError(vscode.l10n.t('Only files on a disk can be analyzed, not {0}.', foreign.toString(true)));
    }
    const run = this.state.begin();
    this.caseChanged = false;
    await this.announce();
    let outcome: { readonly result?: AnalysisResult; readonly failed?: boolean } = {};
    try {
      const result = await this.withProgress(run, byUser, (report) => this.run(sources, run, report));
      outcome = { result };
    } catch (error) {
      if (isCancelled(error) || run.signal.aborted) return;
      outcome = { failed: true };
      throw error;
    } finally {
      if (this.state.end(run, outcome)) {
        await this.announce();
        if (outcome.result !== undefined) await this.caseChangedMeanwhile();
      }
    }
  }

  private async run(
    sources: readonly vscode.Uri[],
    run: AbortController,
    onProgress: (progress: Progress) => void,
  ): Promise<AnalysisResult> {
    const { signal } = run;
    const started = Date.now();
    const [found, caseFile, baseline] = await unlessAborted(
      Promise.all([this.findSources(sources.map(({ fsPath }) => fsPath)), this.caseFile.read(), configuredBaseline()]),
      signal,
    );
    const own = ownOutput();
    const files = found.files.filter(({ absolutePath }) => !own.some((folder) => isBelow(absolutePath, folder)));
    const networkDatabases = settings.networkDatabases();
    const request = {
      files,
      ...(caseFile === undefined ? {} : { caseFile }),
      ...(baseline === undefined ? {} : { baseline }),
      ...(Object.keys(networkDatabases).length === 0 ? {} : { networkDatabases }),
    };
    const absolutePaths = new Map(files.map(({ displayPath, absolutePath }) => [displayPath, absolutePath]));
    const resultOf = (summary: AnalysisSummary, preliminary: boolean): AnalysisResult => {
      this.generation += 1;
      return {
        summary: withProblems(summary, found.problems),
        sources,
        absolutePaths,
        generation: this.generation,
        preliminary,
      };
    };
    const onEarly = (early: AnalysisSummary): void => {
      if (this.state.show(run, resultOf(early, true))) void this.announce();
    };
    const summary = await this.port.analyze(request, {
      onProgress,
      signal,
      // Whoever has the result of these logs before them keeps it until the new one is whole.
      ...(this.isShown(sources) ? {} : { onEarly }),
    });
    this.caseBasis = analysisPart(caseFile?.text ?? '');
    const { coverage, findings } = summary;
    this.log.info(
      `Analyzed ${counted(coverage.files.length, 'file')} with ${counted(coverage.events, 'event')} in ${Date.now() - started} ms: ${counted(findings.length, 'finding')}.`,
    );
    for (const { path, reason } of summary.networkProblems ?? []) {
      this.log.error(`${path} is not used: ${reason}.`);
    }
    for (const { rule, stack } of summary.failures ?? []) {
      this.log.error(`The rule ${rule} broke and was not evaluated.\n${stack}`);
    }
    return resultOf(summary, false);
  }

  private isShown(sources: readonly vscode.Uri[]): boolean {
    const shown = this.state.complete?.sources.map(String) ?? [];
    return shown.length === sources.length && sources.every((uri) => shown.includes(uri.toString()));
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
              ? `${withThousands(filesDone)} of ${counted(files, 'file')}, ${counted(events, 'event')}`
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
    if (!this.state.isRunning) this.errors.report('The analysis was lost. Analyze the logs again.', error);
    this.state.lose();
    await this.announce();
  }

  async clear(): Promise<void> {
    this.state.clear();
    await this.port.clear();
    await this.announce();
  }

  /** Decisions show at once; anything else in the case file is a reason to analyse again. */
  private async caseFileChanged(): Promise<void> {
    this.changed.fire();
    this.caseChanged = this.state.isRunning;
    if (this.caseChanged || this.result === undefined) return;
    const caseFile = await this.caseFile.read();
    if (analysisPart(caseFile?.text ?? '') !== this.caseBasis) await this.repeat();
  }

  private async caseChangedMeanwhile(): Promise<void> {
    if (this.caseChanged) await this.caseFileChanged();
  }

  private async announce(): Promise<void> {
    await Promise.all([
      vscode.commands.executeCommand('setContext', 'cloudtrailLineage.phase', this.phase),
      vscode.commands.executeCommand('setContext', 'cloudtrailLineage.hasAnalysis', this.result !== undefined),
    ]);
    this.changed.fire();
  }

  dispose(): void {
    this.state.stop();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }
}

/** Where the remediation writes: that is no log. Asked once a run: a setting takes its time, and files are many. */
function ownOutput(): readonly string[] {
  return (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) => {
    const segments = outputSegments(settings.remediationFolder(uri)) ?? [];
    return segments.length === 0 ? [] : [vscode.Uri.joinPath(uri, ...segments).fsPath];
  });
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder) && /^[\\/]/.test(path.slice(folder.length));
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

/** Over at once when the user cancels, whatever `work` is at. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new AbortError());
    signal.addEventListener('abort', abort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  });
}

/** Ends when `work` ends, however it ends: its error is somebody else's to report. */
async function settled(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}
