/** Whether a file changed, without reading it. */
import { stat } from 'node:fs/promises';

/** Size, times of change of content and of metadata, and the file itself: a copy put in its place differs in one of them. */
export async function stamp(path: string): Promise<string | undefined> {
  try {
    const { size, mtimeMs, ctimeMs, ino } = await stat(path);
    return [size, mtimeMs, ctimeMs, ino].join(' ');
  } catch {
    // Gone or not to be asked: reading it tells why.
    return undefined;
  }
}
