/** What the views need of the analysis; the worker's client is one. */
import type {
  AnalysisService,
  AnalysisSummary,
  AnalyzeRequest,
  BlastRadius,
  Progress,
  SourceFile,
} from '../worker/protocol';

export interface AnalyzeOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Asks for what is found while the rest is still being read: preliminary, each time more. */
  readonly onEarly?: (summary: AnalysisSummary) => void;
  readonly signal?: AbortSignal;
}

/** The service, with progress and cancelling for the calls that read logs. */
export interface AnalysisPort extends Omit<AnalysisService, 'analyze' | 'part' | 'adopt' | 'blastRadius'> {
  analyze(request: AnalyzeRequest, options: AnalyzeOptions): Promise<AnalysisSummary>;
  blastRadius(sessionId: string, options: AnalyzeOptions): Promise<BlastRadius | null>;
}

/** The files below what the user chose; lists and stats only. What could not be listed is named. */
export interface FoundSources {
  readonly files: readonly SourceFile[];
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
}

export type FindSources = (paths: readonly string[]) => Promise<FoundSources>;
