/** The analysis on Node: files by a pool of parse threads, spans from disk. */
import type { AnalysisHost } from '../analysis-host';
import { parseFiles } from './parse-pool';
import { readSpan } from './read-span';
import { readSpans } from './read-spans';
import { stamp } from './stamp';

/** Progress is told at most this often, ms. */
const progressInterval = 100;

export function nodeHost(parseWorkerPath: string): AnalysisHost {
  return {
    parseFiles: (files, { signal, progress, onFile }) => {
      let told = 0;
      return parseFiles(files, {
        workerPath: parseWorkerPath,
        signal,
        ...(onFile === undefined ? {} : { onFile }),
        onProgress: (now) => {
          const time = Date.now();
          if (time - told >= progressInterval) {
            told = time;
            progress({ ...now, files: files.length, stage: 'reading' });
          }
        },
      });
    },
    stamp,
    readSpan,
    readSpans,
    now: () => Date.now(),
  };
}
