/** The thread that owns the model. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { createAnalysisService } from './analysis-service';
import { nodeHost } from './node/host';
import { loadModule } from './node/kernels';
import { portOf } from './node/port';
import { fingerprintOf } from './node/result-cache';
import type { AnalysisWorkerData } from './protocol';
import { serve } from './rpc';

/** For measurements: the number of parse threads, and reading without the WebAssembly module. */
const { CLOUDTRAIL_LINEAGE_THREADS: threads, CLOUDTRAIL_LINEAGE_WASM: wasm } = process.env;

if (parentPort !== null) {
  const workerPath = join(__dirname, 'parse-worker.js');
  const modulePath = join(__dirname, 'scan.wasm');
  const { cacheFolder: folder } = (workerData ?? {}) as AnalysisWorkerData;
  const module = wasm === '0' ? undefined : loadModule(modulePath);
  const host = nodeHost({
    workerPath,
    ...(threads === undefined ? {} : { threads: Number(threads) }),
    workerData: {
      ...(module === undefined ? {} : { module }),
      ...(folder === undefined ? {} : { cache: { folder, fingerprint: fingerprintOf([workerPath, modulePath]) } }),
    },
  });
  serve(portOf(parentPort), createAnalysisService(host));
}
