/** Whether a file changed, without reading it. */
import { statSync } from 'node:fs';

/**
 * Size, times of change of content and of metadata, and the file itself: a copy put in its place differs in one of them.
 * Asked at once, in a thread of its own: a thousand answers that are waited for cost more than the files.
 */
export function stamp(path: string): string | undefined {
  try {
    const { size, mtimeMs, ctimeMs, ino } = statSync(path);
    return [size, mtimeMs, ctimeMs, ino].join(' ');
  } catch {
    // Gone or not to be asked: reading it tells why.
    return undefined;
  }
}
