/** The thread that owns the model. */
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { createAnalysisService } from './analysis-service';
import { nodeHost } from './node/host';
import { portOf } from './node/port';
import { serve } from './rpc';

if (parentPort !== null) {
  serve(portOf(parentPort), createAnalysisService(nodeHost(join(__dirname, 'parse-worker.js'))));
}
