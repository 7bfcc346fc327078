/** An analysis as text in one of the formats that leave the tool. */
import { toReport, type Analysis } from '../analysis';
import { compareWith } from './compare';
import { renderCsv } from './render-csv';
import { jsonText } from './render-json';
import { renderMarkdown } from './render-markdown';
import { renderSarif } from './render-sarif';
import { renderText } from './render-text';
import type { SavedAnalysis } from './saved-analysis';

export const reportFormats = ['text', 'json', 'sarif', 'markdown', 'csv'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface ReportOptions {
  /** Terminal colours, in the text format only; words say the same. */
  readonly colour?: boolean;
  /** The paths that were analysed, for the commands that a report suggests. */
  readonly sources?: readonly string[];
  /** What to compare with. */
  readonly against?: SavedAnalysis;
}

export function renderReport(analysis: Analysis, format: ReportFormat, options: ReportOptions = {}): string {
  const { against, ...rest } = options;
  const comparison = against === undefined ? {} : { comparison: compareWith(against, analysis.findings) };
  switch (format) {
    case 'text':
      return renderText(analysis, { ...rest, ...comparison });
    case 'json':
      return jsonText({ ...toReport(analysis), ...comparison });
    case 'sarif':
      return renderSarif(analysis, comparison);
    case 'markdown':
      return renderMarkdown(analysis, { ...rest, ...comparison });
    case 'csv':
      return renderCsv(analysis);
  }
}
