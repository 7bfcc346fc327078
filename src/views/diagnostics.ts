/**
 * Findings as problems: on the evidence documents, and on the plain JSON logs that are open.
 *
 * Guarantee: a problem belongs to exactly one finding of the current analysis; all of them go away with it. Places inside
 * an evidence document are known once it is open; before that, its problem is on the title. However many there are, they
 * come in batches, between which everything else in the extension host has its turn.
 */
import * as vscode from 'vscode';
import type { Evidence, Finding } from '../engine/contract';
import { severityRank } from '../engine/severity';
import type { RecordText } from '../worker/protocol';
import type { AnalysisController } from './analysis-controller';
import { indexOfByte } from './byte-offsets';
import { batches, nextTurn } from './batches';
import type { CaseFileStore } from './case-file-store';
import { evidenceUri, toRange, type Documents } from './documents';
import type { Errors } from './errors';
import { headlineOf, type EvidenceText } from './evidence-text';
import { plain } from './labels';
import { severityMark, type Mark } from './severity-words';

const SOURCE = 'CloudTrail Lineage';

/** VS Code stops drawing a line here; what lies in longer ones is shown in the evidence documents. */
const MAX_LINE = 10_000;
/** Larger open files are left alone: every place in them costs a walk over their text. */
const MAX_TEXT = 5_000_000;

/** Findings whose problems are published together: a few milliseconds of work. */
const BATCH = 32;

const MARKS: Readonly<Record<Mark, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

interface Placed {
  readonly range: vscode.Range;
  readonly finding: Finding;
}

interface Problem extends Placed {
  readonly message: string;
  readonly chain?: vscode.DiagnosticRelatedInformation[];
}

export class Diagnostics implements vscode.Disposable {
  private readonly problems = vscode.languages.createDiagnosticCollection('cloudtrailLineage');
  private readonly caseProblems = vscode.languages.createDiagnosticCollection('cloudtrailLineage.caseFile');
  private readonly placed = new Map<string, readonly Placed[]>();
  private readonly disposables: { dispose(): unknown }[];
  private generation: number | undefined;

  constructor(
    private readonly analysis: AnalysisController,
    documents: Documents,
    private readonly caseFile: CaseFileStore,
    private readonly errors: Errors,
    /** The page about a rule. */
    private readonly ruleDocumentation: (rule: string) => vscode.Uri,
  ) {
    this.disposables = [
      this.problems,
      this.caseProblems,
      analysis.onDidChange(() => this.refresh()),
      documents.onDidLoadEvidence(({ uri, finding, text }) => this.placeEvidence(uri, finding, text)),
      vscode.workspace.onDidOpenTextDocument((document) => this.placeInLog(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === 'file') this.set(uri, []);
      }),
    ];
  }

  /** The findings that have a problem here, most severe first, each once. */
  findingsAt(uri: vscode.Uri, range: vscode.Range): readonly Finding[] {
    const here = (this.placed.get(uri.toString()) ?? []).filter((each) => each.range.intersection(range) !== undefined);
    const found = new Map(here.map(({ finding }) => [finding.id, finding]));
    return [...found.values()].sort((a, b) => severityRank(a.severity) - severityRank(b.severity));
  }

  /** Every problem of a document, in the order it was placed. */
  placesIn(uri: vscode.Uri): readonly { readonly range: vscode.Range; readonly finding: Finding }[] {
    return this.placed.get(uri.toString()) ?? [];
  }

  private refresh(): void {
    const { result } = this.analysis;
    if (result?.generation === this.generation) return;
    this.generation = result?.generation;
    this.problems.clear();
    this.caseProblems.clear();
    this.placed.clear();
    if (result === undefined) return;
    this.publish(result.summary.findings).catch((error: unknown) =>
      this.errors.report('The findings could not be listed as problems.', error),
    );
    for (const document of vscode.workspace.textDocuments) this.placeInLog(document);
    const caseUri = this.caseFile.uri();
    if (caseUri !== undefined) {
      this.caseProblems.set(
        caseUri,
        result.summary.caseErrors.map(({ line, column, message }) => {
          const problem = new vscode.Diagnostic(new vscode.Range(line, column, line, column + 1), plain(message, 500));
          problem.source = SOURCE;
          return problem;
        }),
      );
    }
  }

  /** On the titles of the evidence documents; one that was opened meanwhile has its places already. */
  private async publish(findings: readonly Finding[]): Promise<void> {
    const { generation } = this;
    for (const batch of batches(findings, BATCH)) {
      await nextTurn();
      if (generation !== this.generation) return;
      const entries = batch
        .filter(({ suppressed }) => !suppressed)
        .map((finding) => ({ uri: evidenceUri(finding), finding }))
        .filter(({ uri }) => !this.placed.has(uri.toString()))
        .map(({ uri, finding }): [vscode.Uri, vscode.Diagnostic[]] => {
          const range = toRange(headlineOf(finding));
          this.placed.set(uri.toString(), [{ range, finding }]);
          return [uri, [this.problem({ range, finding, message: plain(finding.explanation, 2000) })]];
        });
      this.problems.set(entries);
    }
  }

  private placeEvidence(uri: vscode.Uri, finding: Finding, { headline, records }: EvidenceText): void {
    if (finding.suppressed) return;
    const chain = records.map(
      ({ evidence, telling }) =>
        new vscode.DiagnosticRelatedInformation(new vscode.Location(uri, toRange(telling)), step(evidence)),
    );
    this.set(uri, [
      { range: toRange(headline), finding, message: plain(finding.explanation, 2000), chain },
      ...records.map(({ evidence, telling }) => ({
        range: toRange(telling),
        finding,
        message: `${plain(evidence.reason, 500)} (${plain(finding.title)})`,
      })),
    ]);
  }

  /** Problems of an open log file, where its lines are short enough to be drawn. */
  private placeInLog(document: vscode.TextDocument): void {
    const { result } = this.analysis;
    if (document.uri.scheme !== 'file' || result === undefined || document.isDirty) return;
    const shown = [...result.absolutePaths].find(([, absolute]) => absolute === document.uri.fsPath)?.[0];
    if (shown === undefined || document.languageId === 'plaintext') return;
    this.locate(document, shown).catch((error: unknown) =>
      this.errors.report('The findings could not be shown in the log file.', error),
    );
  }

  private async locate(document: vscode.TextDocument, displayPath: string): Promise<void> {
    const generation = this.generation;
    const text = document.getText();
    if (text.length > MAX_TEXT) return;
    const here = (this.analysis.result?.summary.findings ?? [])
      .filter(({ suppressed }) => !suppressed)
      .flatMap((finding) =>
        finding.evidence.filter(({ file }) => file === displayPath).map((evidence) => ({ finding, evidence })),
      );
    if (here.length === 0) return;
    const [first, second, third] = await vscode.workspace.fs.readFile(document.uri);
    const marked = first === 0xef && second === 0xbb && third === 0xbf;
    const found = await Promise.all(
      here.map(async ({ finding, evidence }) => {
        const record = await this.analysis.service.record(evidence.eventID);
        const range = record === null ? undefined : placeOf(document, text, record, marked);
        return range === undefined
          ? []
          : [{ range, finding, message: `${plain(evidence.reason, 500)} (${plain(finding.title)})` }];
      }),
    );
    if (document.isClosed || generation !== this.generation) return;
    this.set(document.uri, found.flat());
  }

  private set(uri: vscode.Uri, problems: readonly Problem[]): void {
    this.placed.set(uri.toString(), problems);
    this.problems.set(
      uri,
      problems.map((each) => this.problem(each)),
    );
  }

  private problem({ range, finding, message, chain }: Problem): vscode.Diagnostic {
    const problem = new vscode.Diagnostic(range, message, MARKS[severityMark(finding.severity)]);
    problem.source = SOURCE;
    problem.code = { value: finding.rule, target: this.ruleDocumentation(finding.rule) };
    if (chain !== undefined) problem.relatedInformation = chain;
    return problem;
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }
}

function step({ eventTime, eventName, reason }: Evidence): string {
  return plain(`${eventTime} ${eventName}: ${reason}`, 500);
}

/** The record's event id in the document; undefined where the bytes are not where the analysis saw them. */
function placeOf(
  document: vscode.TextDocument,
  text: string,
  record: RecordText,
  marked: boolean,
): vscode.Range | undefined {
  const start = indexOfByte(text, record.start, marked);
  const end = start === undefined ? undefined : indexOfByte(text, record.start + record.length, marked);
  if (start === undefined || end === undefined) return undefined;
  const offset = text.slice(start, end).indexOf(record.eventID);
  if (offset < 0) return undefined;
  const line = document.lineAt(document.positionAt(start + offset).line);
  if (line.text.length > MAX_LINE) return undefined;
  const name = /"eventName"\s*:\s*"[^"]*"/.exec(text.slice(start, end));
  const from = start + (name === null ? offset : name.index);
  return new vscode.Range(
    document.positionAt(from),
    document.positionAt(from + (name === null ? record.eventID.length : name[0].length)),
  );
}
