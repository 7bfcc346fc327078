/**
 * The analysis as a service: owns the model, answers what the host and the command line ask.
 *
 * Guarantee: a cancelled or failed `analyze` leaves the previous analysis in place; questions before the first analysis
 * get empty answers, not errors; what was found early is asked about only while its analysis is under way, and is never
 * what a report or a remediation is made from. Reading files is the host's part: it comes in as `AnalysisHost`.
 */
import { applyEdits, format } from 'jsonc-parser';
import { analyzeModel, sessionSummary, toReport, type Analysis } from '../engine/analysis';
import { parseCaseFile } from '../engine/case-file';
import { emptyCase } from '../engine/case-settings';
import type { FileResult } from '../engine/cloudtrail/columns';
import type { CoverageNote, Severity } from '../engine/contract';
import { listed } from '../engine/detect/text';
import { buildModel } from '../engine/lineage/build-model';
import type { LineageModel } from '../engine/lineage/model';
import { rowsOfEvent } from '../engine/lineage/table';
import { makeBaseline, renderBaseline } from '../engine/make-baseline';
import { planFor } from '../engine/remediate/plan';
import { buildSlice } from '../engine/report/build-slice';
import { renderReport } from '../engine/report/render-report';
import { severities as allSeverities, severityRank } from '../engine/severity';
import { answerWho, nobody } from '../engine/report/who';
import type { AnalysisHost, OpenedDatabases, ParseContext } from './analysis-host';
import { readBlastRadius } from './blast-radius';
import { EarlyLooks } from './early-looks';
import { HeldFiles } from './held-files';
import type { AnalysisService, AnalysisSummary, AnalyzeRequest, RecordText, SessionRow } from './protocol';
import { throwIfAborted, type CallContext, type Handlers } from './rpc';
import { headOf, partOf } from './summary-parts';

interface Held {
  /** Position in the order in which analyses were made. */
  readonly id: number;
  readonly analysis: Analysis;
  readonly summary: AnalysisSummary;
  readonly paths: ReadonlyMap<string, string>;
  /** Worst severity of an unsuppressed finding, by session id. */
  readonly severities: ReadonlyMap<string, Severity>;
}

export type { AnalysisHost };

export function createAnalysisService(host: AnalysisHost): Handlers<AnalysisService> {
  let held: Held | undefined;
  /** Of the analysis that is under way. */
  let early: Held | undefined;
  /** Made, and not adopted yet. */
  let offered: { readonly order: number; readonly made: Held } | undefined;
  let made = 0;
  const files = new HeldFiles(host);
  // In the order of their starts: an analysis that was overtaken by a later one, or by `clear`, does not come back.
  let started = 0;
  let settled = 0;
  const keep = (order: number, next: Held): boolean => {
    if (order <= settled) {
      return false;
    }
    held = next;
    settled = order;
    return true;
  };
  const shown = (): Held | undefined => early ?? held;
  const rowOf = (now: Held, index: number): SessionRow => {
    const session = sessionSummary(now.analysis, index);
    return {
      ...session,
      children: now.analysis.model.sessions[index]?.children.length ?? 0,
      severity: now.severities.get(session.id) ?? null,
    };
  };
  return {
    analyze: async (context, request) => {
      const order = ++started;
      early = undefined;
      offered = undefined;
      const forget = (): void => {
        early = order === started ? undefined : early;
      };
      context.signal.addEventListener('abort', forget, { once: true });
      try {
        const next = await run(host, files, context, request, () => ++made, {
          isWanted: () => order === started && settled < order,
          show: (found) => {
            early = found;
          },
        });
        if (request.inParts !== true) {
          keep(order, next);
          return next.summary;
        }
        offered = order === started ? { order, made: next } : offered;
        return headOf(next.summary, next.id);
      } finally {
        context.signal.removeEventListener('abort', forget);
        forget();
      }
    },
    part: (_, id, index) => {
      const now = [early, offered?.made, held].find((each) => each?.id === id);
      return Promise.resolve(now === undefined ? null : partOf(now.summary, index));
    },
    adopt: (_, id) => {
      const adopted = offered?.made.id === id && keep(offered.order, offered.made);
      offered = adopted ? undefined : offered;
      return Promise.resolve(adopted);
    },
    report: (_, format, options) =>
      Promise.resolve(held === undefined ? '' : renderReport(held.analysis, format, options)),
    json: () => {
      if (held === undefined) {
        throw new Error('Nothing has been analysed yet.');
      }
      return Promise.resolve(toReport(held.analysis));
    },
    baseline: () => {
      const baseline = held === undefined ? undefined : makeBaseline(held.analysis);
      return Promise.resolve(baseline === undefined ? null : renderBaseline(baseline));
    },
    roots: (_, { onlySuspicious, offset, limit }) => {
      const now = shown();
      if (now === undefined) {
        return Promise.resolve({ total: 0, sessions: [] });
      }
      const wanted = rootsOf(now, onlySuspicious);
      return Promise.resolve({
        total: wanted.length,
        sessions: wanted.slice(offset, offset + limit).map((index) => rowOf(now, index)),
      });
    },
    children: (_, id) => {
      const now = shown();
      const session = now?.analysis.model.sessions[now.analysis.model.sessionById.get(id) ?? -1];
      return Promise.resolve(now === undefined ? [] : (session?.children ?? []).map((index) => rowOf(now, index)));
    },
    session: (_, id) => {
      const now = shown();
      const index = now?.analysis.model.sessionById.get(id);
      return Promise.resolve(now === undefined || index === undefined ? null : rowOf(now, index));
    },
    lineage: (_, request) => {
      const now = shown();
      return Promise.resolve(now === undefined ? null : (buildSlice(now.analysis, request) ?? null));
    },
    record: (_, eventId) => {
      const now = shown();
      return now === undefined ? Promise.resolve(null) : readRecord(host, now, eventId);
    },
    who: (_, query) => {
      const now = shown();
      if (now === undefined) {
        return Promise.resolve({ query, ...nobody });
      }
      const answer = answerWho(now.analysis.model, query, (index) => weightOf(now, index));
      // The ways to a thousand sessions of one lineage share their beginning.
      const known = new Map<number, SessionRow>();
      const row = (index: number): SessionRow => {
        const made = known.get(index) ?? rowOf(now, index);
        known.set(index, made);
        return made;
      };
      const rows = (indexes: readonly number[]): SessionRow[] => indexes.map(row);
      return Promise.resolve({
        query,
        ...answer,
        sessions: rows(answer.sessions),
        ancestry: answer.ancestry.map(rows),
        descendants: answer.descendants.map(rows),
      });
    },
    blastRadius: (context, id) => {
      const now = shown();
      const session = now?.analysis.model.sessions[now.analysis.model.sessionById.get(id) ?? -1];
      return now === undefined || session === undefined
        ? Promise.resolve(null)
        : readBlastRadius(host, context, now, session);
    },
    remediation: (_, findingId) =>
      Promise.resolve(held === undefined ? null : (planFor(held.analysis, findingId) ?? null)),
    clear: () => {
      held = undefined;
      early = undefined;
      offered = undefined;
      files.clear();
      settled = started;
      return Promise.resolve();
    },
  };
}

/** The more severe its worst finding, the more. */
function weightOf({ analysis, severities }: Held, index: number): number {
  const severity = severities.get(analysis.model.sessions[index]?.id ?? '');
  return severity === undefined ? 0 : allSeverities.length - severityRank(severity);
}

/** What becomes of the findings that are there before everything is read. */
interface EarlyFindings {
  readonly isWanted: () => boolean;
  readonly show: (found: Held) => void;
}

async function run(
  host: AnalysisHost,
  files: HeldFiles,
  context: CallContext,
  request: AnalyzeRequest,
  nextId: () => number,
  early: EarlyFindings,
): Promise<Held> {
  const caseFile = request.caseFile === undefined ? undefined : parseCaseFile(request.caseFile.text);
  const settings = caseFile?.settings ?? emptyCase;
  const databases =
    request.networkDatabases === undefined ? undefined : await host.networkFacts?.(request.networkDatabases);
  const judged = (model: LineageModel): Held => {
    throwIfAborted(context.signal);
    const analysis = analyzeModel(model, settings, {
      ...(request.since === undefined ? {} : { since: request.since }),
      ...(request.until === undefined ? {} : { until: request.until }),
      ...(request.rules === undefined ? {} : { rules: request.rules }),
      ...(request.ignoreSuppressions === undefined ? {} : { ignoreSuppressions: request.ignoreSuppressions }),
      ...(databases?.facts === undefined ? {} : { network: databases.facts }),
      ...(request.baseline === undefined ? {} : { baseline: request.baseline }),
      hostNotes: databases === undefined ? [] : databaseNotes(databases),
      now: host.now(),
      checkpoint: () => {
        throwIfAborted(context.signal);
      },
    });
    throwIfAborted(context.signal);
    return {
      id: nextId(),
      analysis,
      summary: {
        coverage: analysis.coverage,
        findings: analysis.findings,
        incidents: analysis.incidents,
        sessions: analysis.model.sessions.length,
        caseErrors: caseFile?.errors ?? [],
        ...(databases === undefined || databases.problems.length === 0 ? {} : { networkProblems: databases.problems }),
        ...(analysis.failures.length === 0 ? {} : { failures: analysis.failures }),
      },
      paths: new Map(request.files.map(({ displayPath, absolutePath }) => [displayPath, absolutePath])),
      severities: severitiesOf(analysis),
    };
  };
  const looks = new EarlyLooks(request.files.length, host.now());
  const look = (result: FileResult): void => {
    looks.add(result);
    const began = host.now();
    const due = early.isWanted() ? looks.due(began) : undefined;
    if (due === undefined) {
      return;
    }
    const found = judged(buildModel(due, settings));
    early.show(found);
    const summary = request.inParts === true ? headOf(found.summary, found.id) : found.summary;
    context.progress({ ...looks.progress, stage: 'reading', early: summary });
    looks.judged(due, host.now() - began);
  };
  const reading: ParseContext = { ...context, onFile: request.early === true ? look : () => undefined };
  const others = (request.unreadable ?? []).map(unreadable);
  return judged(await files.update(request.files, others, settings, reading));
}

function databaseNotes({ problems, used }: OpenedDatabases): CoverageNote[] {
  const note = (id: string, message: string): CoverageNote => ({ id, message });
  return [
    ...(used.length === 0 ? [] : [note('network-databases', `Addresses are told by ${listed(used)}.`)]),
    ...(problems.length === 0
      ? []
      : [
          note(
            'network-databases-unusable',
            `Not used: ${listed(problems.map(({ path, reason }) => `${path} (${reason})`))}.`,
          ),
        ]),
  ];
}

function unreadable({ path, reason }: { readonly path: string; readonly reason: string }): FileResult {
  return { path, format: 'unknown', verdict: 'failed', reason, rejected: 0, rejections: [], bytes: 0 };
}

function severitiesOf(analysis: Analysis): Map<string, Severity> {
  const severities = new Map<string, Severity>();
  for (const finding of analysis.findings) {
    if (finding.suppressed) {
      continue;
    }
    for (const id of finding.sessions) {
      const known = severities.get(id);
      if (known === undefined || severityRank(finding.severity) < severityRank(known)) {
        severities.set(id, finding.severity);
      }
    }
  }
  return severities;
}

/** Roots, those of suspicious lineages first, then by time; service work last, as nobody holds its credentials. */
function rootsOf(held: Held, onlySuspicious: boolean): number[] {
  const { sessions } = held.analysis.model;
  const worstOfRoot = new Map<number, number>();
  for (const session of sessions) {
    const severity = held.severities.get(session.id);
    if (severity !== undefined) {
      worstOfRoot.set(session.root, Math.min(worstOfRoot.get(session.root) ?? Infinity, severityRank(severity)));
    }
  }
  const quiet = 5;
  return sessions
    .filter((session) => session.parent === undefined && (!onlySuspicious || worstOfRoot.has(session.index)))
    .map((session) => ({
      session,
      rank: worstOfRoot.get(session.index) ?? (isService(session.kind) ? quiet + 1 : quiet),
    }))
    .sort((a, b) => a.rank - b.rank || a.session.index - b.session.index)
    .map(({ session }) => session.index);
}

function isService(kind: string): boolean {
  return kind === 'service' || kind === 'service-linked';
}

async function readRecord(host: AnalysisHost, held: Held, eventId: string): Promise<RecordText | null> {
  const { events, files } = held.analysis.model;
  const row = rowsOfEvent(events, eventId)[0] ?? -1;
  const displayPath = files[events.file[row] ?? -1]?.result.path;
  const absolutePath = displayPath === undefined ? undefined : held.paths.get(displayPath);
  if (displayPath === undefined || absolutePath === undefined) {
    return null;
  }
  const start = events.start[row] ?? 0;
  const length = events.length[row] ?? 0;
  const raw = await host.readSpan(absolutePath, start, length);
  return { eventID: eventId, displayPath, absolutePath, start, length, text: prettyPrinted(raw) };
}

/** Only white space changes: what the record says stays as AWS wrote it, down to the digits of its numbers. */
function prettyPrinted(raw: string): string {
  if (!raw.trimStart().startsWith('{')) {
    throw new Error('The file changed since it was analysed: analyse it again.');
  }
  return applyEdits(raw, format(raw, undefined, { tabSize: 2, insertSpaces: true, eol: '\n' }));
}
