/**
 * What is shown, and what it may be taken for.
 *
 * Guarantee: a run that was overtaken, cancelled or cleared changes nothing any more; what is preliminary is gone with its
 * run, and then the result before is shown again; nothing is called clean before everything is read.
 */
import type { AnalysisSummary } from '../worker/protocol';

export type AnalysisPhase = 'none' | 'analysing' | 'clean' | 'findings' | 'failed';

interface Shown {
  readonly summary: Pick<AnalysisSummary, 'findings'>;
}

export class AnalysisState<R extends Shown> {
  private last: R | undefined;
  private early: R | undefined;
  private running: AbortController | undefined;
  private failed = false;

  /** Of the last analysis that ended. */
  get complete(): R | undefined {
    return this.last;
  }

  /** What there is to see: preliminary while its run lasts. */
  get result(): R | undefined {
    return this.early ?? this.last;
  }

  get isPreliminary(): boolean {
    return this.early !== undefined;
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  get phase(): AnalysisPhase {
    if (this.result?.summary.findings.some(({ suppressed }) => !suppressed) === true) return 'findings';
    if (this.last !== undefined && this.early === undefined) return 'clean';
    if (this.running !== undefined) return 'analysing';
    return this.failed ? 'failed' : 'none';
  }

  /** A run begins; one that is under way is over. */
  begin(): AbortController {
    this.stop();
    this.running = new AbortController();
    this.failed = false;
    return this.running;
  }

  isCurrent(run: AbortController): boolean {
    return this.running === run && !run.signal.aborted;
  }

  /** What a run has found so far. */
  show(run: AbortController, early: R): boolean {
    if (!this.isCurrent(run)) return false;
    this.early = early;
    return true;
  }

  /** The run has ended: with a result, or without one when it was cancelled or failed. False when it was over before. */
  end(run: AbortController, outcome: { readonly result?: R; readonly failed?: boolean }): boolean {
    if (this.running !== run) return false;
    this.running = undefined;
    this.early = undefined;
    this.last = outcome.result ?? this.last;
    this.failed = outcome.failed === true && this.last === undefined;
    return true;
  }

  /** Everything is gone, by the user's wish. */
  clear(): void {
    this.stop();
    this.last = undefined;
    this.failed = false;
  }

  /** Everything is gone, and nobody wished it. A run that is under way ends by itself. */
  lose(): void {
    this.early = undefined;
    this.last = undefined;
    this.failed = true;
  }

  /** Ends what is under way. */
  stop(): void {
    const { running } = this;
    this.running = undefined;
    this.early = undefined;
    running?.abort();
  }
}
