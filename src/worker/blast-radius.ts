/**
 * A blast radius with what only the records tell: read again from their files, each file once.
 *
 * Guarantee: a file that changed or vanished since the analysis is named on the page and the others are read; cancelling stops
 * between records; at most `blastLimits.records` records are read.
 */
import type { Analysis } from '../engine/analysis';
import type { Severity } from '../engine/contract';
import { blastLimits, type BlastRadius } from '../engine/report/blast-radius';
import { ResourceTally, rowsByFile, type FileRows } from '../engine/report/blast-resources';
import { surveyBlast } from '../engine/report/blast-survey';
import type { Session } from '../engine/lineage/model';
import type { AnalysisHost } from './analysis-host';
import { isAbort, throwIfAborted, type CallContext } from './rpc';

/** Progress is told after so many records. */
const progressStep = 500;

/** What there is to read from. */
interface Analysed {
  readonly analysis: Analysis;
  /** Absolute paths by the names of the coverage. */
  readonly paths: ReadonlyMap<string, string>;
  /** Worst severity of a finding, by session id. */
  readonly severities: ReadonlyMap<string, Severity>;
}

export async function readBlastRadius(
  host: AnalysisHost,
  context: CallContext,
  { analysis, paths, severities }: Analysed,
  session: Session,
): Promise<BlastRadius> {
  const survey = surveyBlast(analysis, session, ({ id }) => severities.get(id) ?? null);
  const files = rowsByFile(analysis, survey.rows);
  const tally = new ResourceTally(analysis.model, blastLimits.records);
  let records = 0;
  let bytesRead = 0;
  const tell = (filesDone: number): void => {
    context.progress({ filesDone, files: files.length, bytesRead, events: records, stage: 'reading' });
  };
  for (const [done, file] of files.entries()) {
    tell(done);
    throwIfAborted(context.signal);
    await readFile(host, context.signal, paths.get(file.path), file, tally, (length) => {
      bytesRead += length;
      records++;
      if (records % progressStep === 0) {
        tell(done);
      }
    });
  }
  tell(files.length);
  return tally.page(survey);
}

async function readFile(
  host: AnalysisHost,
  signal: AbortSignal,
  absolutePath: string | undefined,
  { path, spans }: FileRows,
  tally: ResourceTally,
  onRecord: (length: number) => void,
): Promise<void> {
  if (absolutePath === undefined) {
    tally.miss(path, spans.length, 'not among the files of the analysis');
    return;
  }
  let next = 0;
  try {
    for await (const text of host.readSpans(absolutePath, spans, signal)) {
      const span = spans[next++];
      if (span !== undefined) {
        tally.add(path, span.row, text);
        onRecord(span.length);
      }
    }
  } catch (error) {
    if (isAbort(error)) {
      throw error;
    }
    tally.miss(path, spans.length - next, reasonOf(error));
  }
}

/** One phrase, without the path: the page names the file as the user did. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  switch (code) {
    case 'ENOENT':
      return 'no longer there';
    case 'EACCES':
    case 'EPERM':
      return 'no permission to read it';
    case 'Z_BUF_ERROR':
    case 'Z_DATA_ERROR':
      return 'its compression is damaged from there on';
    default:
      return code === undefined ? 'changed since it was analysed' : `cannot be read (${message ?? code})`;
  }
}
