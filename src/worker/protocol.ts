/**
 * What the host and the command line ask of the analysis worker. The client and the worker derive their messages from
 * this one interface: a method here is a request there.
 *
 * Guarantee: everything crossing is structured-cloneable plain data; long calls report progress and can be cancelled,
 * a cancelled or failed `analyze` leaves the previous analysis in place.
 */
import type { RuleFailure } from '../engine/analysis';
import type { Baseline } from '../engine/baseline';
import type { AnalysisReport, Coverage, Finding, Incident, SessionSummary } from '../engine/contract';
import type { BlastRadius } from '../engine/report/blast-radius';
import type { ReportFormat, ReportOptions } from '../engine/report/render-report';
import type { LineageSlice } from '../engine/report/slice';
import type { WhoRecord } from '../engine/report/who';
import type { RemediationPlan } from '../engine/remediate/remediation';

export type { BlastRadius, ReportFormat, ReportOptions, WhoRecord };

/** What the analysis worker is started with. */
export interface AnalysisWorkerData {
  /** Where results of files are kept for the next analysis; nowhere when absent. */
  readonly cacheFolder?: string | undefined;
}

export interface AnalyzeRequest {
  /** Absolute paths of files or folders, in any order. Folders are walked by the caller: these are files. */
  readonly files: readonly SourceFile[];
  /** What was chosen and could not even be listed: it stands in the coverage among the files, as failed. */
  readonly unreadable?: readonly { readonly path: string; readonly reason: string }[];
  /** Text of the case file and its path, when there is one. */
  readonly caseFile?: { readonly path: string; readonly text: string };
  /** ISO instants bounding the events that findings may rest on. */
  readonly since?: string;
  readonly until?: string;
  /** Rule ids; all when absent. */
  readonly rules?: readonly string[];
  readonly ignoreSuppressions?: boolean;
  /** What quiet weeks before look like. */
  readonly baseline?: Baseline;
  readonly networkDatabases?: NetworkDatabases;
  /**
   * The lists of the answer are empty and come by `part`, so that no message is large; until `adopt`, questions are about
   * the analysis before.
   */
  readonly inParts?: boolean;
  /** Progress may bring what was found so far; until the call has ended, questions are about that. */
  readonly early?: boolean;
}

/** Absolute paths of databases of the user. */
export interface NetworkDatabases {
  /** MaxMind-format, with countries. */
  readonly country?: string;
  /** MaxMind-format, with autonomous systems. */
  readonly asn?: string;
  /** `ip-ranges.json` of AWS. */
  readonly awsIpRanges?: string;
}

/** A database that cannot be used; the analysis goes without it. */
export interface NetworkProblem {
  readonly path: string;
  readonly reason: string;
}

export interface SourceFile {
  /** Where to read it. */
  readonly absolutePath: string;
  /** How to name it to people and in reports: relative to what the user chose, `/` separators. */
  readonly displayPath: string;
}

/** Everything the views list, without the quiet sessions. */
export interface AnalysisSummary {
  readonly coverage: Coverage;
  readonly findings: readonly Finding[];
  readonly incidents: readonly Incident[];
  readonly sessions: number;
  /** Errors of the case file, on their line (zero-based) and column. */
  readonly caseErrors: readonly { readonly line: number; readonly column: number; readonly message: string }[];
  readonly networkProblems?: readonly NetworkProblem[];
  /** Rules that broke, with their stacks: for the log. */
  readonly failures?: readonly RuleFailure[];
  /** Where to ask for the lists, which are empty then. */
  readonly parts?: { readonly id: number; readonly count: number };
}

/** Some of the findings, incidents and files of a summary. */
export interface SummaryPart {
  readonly findings: readonly Finding[];
  readonly incidents: readonly Incident[];
  readonly files: Coverage['files'];
}

export interface SessionRow extends SessionSummary {
  readonly children: number;
  /** Worst severity of a finding on it, null when quiet. */
  readonly severity: Finding['severity'] | null;
}

export interface RecordText {
  readonly eventID: string;
  readonly displayPath: string;
  readonly absolutePath: string;
  /** Position in the decompressed file. */
  readonly start: number;
  readonly length: number;
  /** The record, pretty-printed with two spaces. */
  readonly text: string;
}

export interface WhoAnswer {
  readonly query: string;
  /** What of the query was looked up: the name without what stood around it. */
  readonly name: string;
  /** What the name is, as a noun: `access key`, `session`, `address`, `role that was asked for and denied`, …; '' for nothing. */
  readonly matched: string;
  /** Other ids of the query, at most 20, which this is no answer to. */
  readonly alsoNamed: readonly string[];
  /** Sessions matched in all; records may answer without any. */
  readonly total: number;
  /** At most 200 of them, the most telling first. */
  readonly sessions: readonly SessionRow[];
  /** Root first, itself last, for each session in `sessions`; of a long way, more than 50 or 2,000 of all of them together, the root and the nearest. */
  readonly ancestry: readonly (readonly SessionRow[])[];
  readonly ancestryTotal: readonly number[];
  /** For each session in `sessions` the nearest of what came of it: at most 200, and 1,000 of all of them together. */
  readonly descendants: readonly (readonly SessionRow[])[];
  readonly descendantsTotal: readonly number[];
  /** The records behind the answer in time order, at most 50. */
  readonly records: readonly WhoRecord[];
  readonly recordsTotal: number;
}

/** While records are read again for a blast radius, `events` counts them. */
export interface Progress {
  readonly filesDone: number;
  readonly files: number;
  readonly bytesRead: number;
  readonly events: number;
  readonly stage: 'reading' | 'linking' | 'detecting';
  /** Of the files read so far, or of the first of them: preliminary, as what issued a session may stand in the next file. */
  readonly early?: AnalysisSummary;
}

export interface AnalysisService {
  analyze(request: AnalyzeRequest): Promise<AnalysisSummary>;
  /** A part of the lists of a summary; null once the analysis is no more. */
  part(id: number, index: number): Promise<SummaryPart | null>;
  /** The analysis takes the place of the one before; false when it is no more or was overtaken. */
  adopt(id: number): Promise<boolean>;
  report(format: ReportFormat, options?: ReportOptions): Promise<string>;
  json(): Promise<AnalysisReport>;
  /** What the analysed logs look like, as a baseline file; null where nothing was read. */
  baseline(): Promise<string | null>;
  roots(options: {
    readonly onlySuspicious: boolean;
    readonly offset: number;
    readonly limit: number;
  }): Promise<{ readonly total: number; readonly sessions: readonly SessionRow[] }>;
  children(sessionId: string): Promise<readonly SessionRow[]>;
  session(sessionId: string): Promise<SessionRow | null>;
  /** Slice around a finding or a session id; null when unknown. */
  lineage(request: {
    readonly finding?: string;
    readonly session?: string;
    readonly maxNodes: number;
  }): Promise<LineageSlice | null>;
  record(eventID: string): Promise<RecordText | null>;
  who(query: string): Promise<WhoAnswer>;
  /** Everything from a session down, its resources read again from the logs; null when unknown. */
  blastRadius(sessionId: string): Promise<BlastRadius | null>;
  remediation(findingId: string): Promise<RemediationPlan | null>;
  clear(): Promise<void>;
}
