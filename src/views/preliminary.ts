/** How it reads that an analysis is still under way: what is shown of it must not be taken for its result. */
import { counted } from './labels';

interface Result {
  readonly preliminary: boolean;
  readonly summary: { readonly coverage: { readonly events: number } };
}

/** The line below the title of a view. */
export function stillReading({ preliminary }: Result, line: string): string {
  return preliminary ? `Still reading. So far: ${line}` : line;
}

/** Above findings, and beside a lineage. */
export function preliminaryNotice({ preliminary, summary }: Result): string {
  if (!preliminary) return '';
  return `Preliminary: the logs are still being read. This is what the first ${counted(summary.coverage.events, 'event')} show.`;
}
