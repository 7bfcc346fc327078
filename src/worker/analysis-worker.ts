/** The thread that owns the model. */
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { createAnalysisService } from './analysis-service';
import { nodeHost } from './node/host';
import { loadModule } from './node/kernels';
import { portOf } from './node/port';
import { serve } from './rpc';

/** For measurements: the number of parse threads, and reading without the WebAssembly module. */
const { CLOUDTRAIL_LINEAGE_THREADS: threads, CLOUDTRAIL_LINEAGE_WASM: wasm } = process.env;

if (parentPort !== null) {
  const module = wasm === '0' ? undefined : loadModule(join(__dirname, 'scan.wasm'));
  const host = nodeHost({
    workerPath: join(__dirname, 'parse-worker.js'),
    ...(threads === undefined ? {} : { threads: Number(threads) }),
    workerData: module === undefined ? {} : { module },
  });
  serve(portOf(parentPort), createAnalysisService(host));
}
