/** The analysis on Node: files by a pool of parse threads, spans from disk, results of earlier analyses within bounds. */
import { columnBytes } from '../../engine/cloudtrail/pack-result';
import type { AnalysisHost } from '../analysis-host';
import { ParsePool, type ParsePoolOptions } from './parse-pool';
import { ResultBound } from './prune-results';
import { readSpan } from './read-span';
import { readSpans } from './read-spans';
import { openDatabases } from './network-databases';
import { stamp } from './stamp';

/** Progress is told at most this often, ms. */
const progressInterval = 100;

export function nodeHost(options: ParsePoolOptions): AnalysisHost {
  const pool = new ParsePool(options);
  const cache = options.workerData?.cache;
  const bound = cache && new ResultBound(cache.folder);
  return {
    parseFiles: async (files, { signal, progress, onFile }) => {
      let told = 0;
      const parsing = pool.parse(files, {
        signal,
        onFile: (result) => {
          if (bound !== undefined && result.columns !== undefined) {
            bound.count(columnBytes(result.columns));
          }
          onFile(result);
        },
        onProgress: (now) => {
          const time = Date.now();
          if (time - told >= progressInterval) {
            told = time;
            progress({ ...now, files: files.length, stage: 'reading' });
          }
        },
      });
      await parsing.finally(() => bound?.keep());
    },
    stamp,
    networkFacts: rememberedDatabases(),
    readSpan,
    readSpans,
    now: () => Date.now(),
  };
}

/** The databases of the last analysis stay open: they are large, and rarely other ones. */
function rememberedDatabases(): NonNullable<AnalysisHost['networkFacts']> {
  let last: { readonly key: string; readonly opened: ReturnType<typeof openDatabases> } | undefined;
  return (databases) => {
    const paths = [databases.country, databases.asn, databases.awsIpRanges];
    const key = JSON.stringify(paths.map((path) => [path, path === undefined ? undefined : stamp(path)]));
    if (last?.key !== key) {
      last = { key, opened: openDatabases(databases) };
    }
    return last.opened;
  };
}
