/** The stable interface as text: media/schemas/analysis-1.json describes it. */
import { toReport, type Analysis } from '../analysis';

export function renderJson(analysis: Analysis): string {
  return `${JSON.stringify(toReport(analysis), null, 2)}\n`;
}
