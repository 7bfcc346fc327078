/** The analysis on Node: files by a pool of parse threads, spans from disk. */
import type { AnalysisHost } from '../analysis-host';
import { ParsePool, type ParsePoolOptions } from './parse-pool';
import { readSpan } from './read-span';
import { readSpans } from './read-spans';
import { stamp } from './stamp';

/** Progress is told at most this often, ms. */
const progressInterval = 100;

export function nodeHost(options: ParsePoolOptions): AnalysisHost {
  const pool = new ParsePool(options);
  return {
    parseFiles: (files, { signal, progress, onFile }) => {
      let told = 0;
      return pool.parse(files, {
        signal,
        onFile,
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
