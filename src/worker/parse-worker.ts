/** A thread that parses the files it is sent, one after the other. */
import { parentPort } from 'node:worker_threads';
import { parseFile } from './node/parse-file';
import { buffersOf, type ParseReply, type ParseRequest } from './parse-protocol';

parentPort?.on('message', ({ id, source }: ParseRequest) => {
  const onBytes = (bytes: number): void => parentPort?.postMessage({ t: 'bytes', id, bytes } satisfies ParseReply);
  void parseFile(source, { onBytes }).then((result) => {
    parentPort?.postMessage({ t: 'done', id, result } satisfies ParseReply, buffersOf(result.columns));
  });
});
