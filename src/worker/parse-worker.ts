/** A thread that parses the files it is sent, one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { kernelsOf } from './node/kernels';
import { parseFile } from './node/parse-file';
import { ResultCache } from './node/result-cache';
import { buffersOf, type ParseReply, type ParseRequest, type ParseWorkerData } from './parse-protocol';

/** Bytes of one file between two messages about them. */
const tellingBytes = 8 * 1024 * 1024;

const { module, cache } = (workerData ?? {}) as ParseWorkerData;
const kernels = kernelsOf(module);
const results = cache && new ResultCache(cache);
let last = Promise.resolve();

async function parse({ id, source }: ParseRequest): Promise<void> {
  let untold = 0;
  const onBytes = (bytes: number): void => {
    untold += bytes;
    if (untold >= tellingBytes) {
      parentPort?.postMessage({ t: 'bytes', id, bytes: untold } satisfies ParseReply);
      untold = 0;
    }
  };
  const result = await parseFile(source, { ...kernels, onBytes, results });
  parentPort?.postMessage({ t: 'done', id, result } satisfies ParseReply, buffersOf(result.columns));
}

parentPort?.on('message', (request: ParseRequest) => {
  last = last.then(() => parse(request));
});
