/** An analysis as text in one of the formats that leave the tool. */
import type { Analysis } from '../analysis';
import { renderCsv } from './render-csv';
import { renderJson } from './render-json';
import { renderMarkdown } from './render-markdown';
import { renderSarif } from './render-sarif';
import { renderText } from './render-text';

export const reportFormats = ['text', 'json', 'sarif', 'markdown', 'csv'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface ReportOptions {
  /** Terminal colours, in the text format only; words say the same. */
  readonly colour?: boolean;
  /** The paths that were analysed, for the commands that a report suggests. */
  readonly sources?: readonly string[];
}

export function renderReport(analysis: Analysis, format: ReportFormat, options: ReportOptions = {}): string {
  switch (format) {
    case 'text':
      return renderText(analysis, options);
    case 'json':
      return renderJson(analysis);
    case 'sarif':
      return renderSarif(analysis);
    case 'markdown':
      return renderMarkdown(analysis, options);
    case 'csv':
      return renderCsv(analysis);
  }
}
