/**
 * The analysis worker seen from the extension host or the command line.
 *
 * Guarantee: the worker starts with the first call; when it dies, what is under way fails with a clear error and the next
 * call starts a new one, which knows nothing yet; `dispose` ends it at once.
 */
import { Worker } from 'node:worker_threads';
import { portOf } from './node/port';
import { clearResults } from './node/prune-results';
import type { AnalysisService, AnalysisWorkerData } from './protocol';
import { RpcClient, type Caller, type CallOptions } from './rpc';

export { walkSources, type WalkedSources } from './node/walk-sources';
export { isAbort } from './rpc';

export interface AnalysisClient extends Caller<AnalysisService> {
  dispose(): Promise<void>;
}

export interface AnalysisClientOptions {
  /** dist/analysis-worker.js. */
  readonly workerPath: string;
  /**
   * Where results of files are kept, so that the same content is not read again. Made when needed, may be deleted at any
   * time; `clear` empties it.
   */
  readonly cacheFolder?: string;
  /** Told when the worker died although nobody ended it: its analysis is gone. */
  readonly onCrash?: (error: Error) => void;
}

/** Room for what was just made: beyond this V8 takes 80 MB more at its peak and no less time, MB. */
const youngMegabytes = 48;

export function createAnalysisClient(options: AnalysisClientOptions): AnalysisClient {
  const connection = new Connection(options);
  const call =
    <M extends keyof AnalysisService>(method: M) =>
    (callOptions: CallOptions, ...args: Parameters<AnalysisService[M]>): ReturnType<AnalysisService[M]> =>
      connection.call(method, callOptions, args) as ReturnType<AnalysisService[M]>;
  return {
    analyze: call('analyze'),
    part: call('part'),
    adopt: call('adopt'),
    report: call('report'),
    json: call('json'),
    baseline: call('baseline'),
    roots: call('roots'),
    children: call('children'),
    session: call('session'),
    lineage: call('lineage'),
    record: call('record'),
    who: call('who'),
    blastRadius: call('blastRadius'),
    remediation: call('remediation'),
    clear: async (callOptions) => {
      await call('clear')(callOptions);
      if (options.cacheFolder !== undefined) {
        await clearResults(options.cacheFolder);
      }
    },
    dispose: () => connection.dispose(),
  };
}

class Connection {
  private worker: Worker | undefined;
  private rpc: RpcClient | undefined;

  constructor(private readonly options: AnalysisClientOptions) {}

  async call(method: string, options: CallOptions, args: readonly unknown[]): Promise<unknown> {
    return (this.rpc ?? this.start()).call(method, options, args);
  }

  async dispose(): Promise<void> {
    const worker = this.worker;
    this.worker = undefined;
    this.rpc?.failAll(new Error('The analysis was closed.'));
    this.rpc = undefined;
    await worker?.terminate();
  }

  private start(): RpcClient {
    const { workerPath, cacheFolder } = this.options;
    const worker = new Worker(workerPath, {
      workerData: { cacheFolder } satisfies AnalysisWorkerData,
      resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
    });
    const rpc = new RpcClient(portOf(worker));
    let reason = 'it ended';
    worker.on('error', (error) => {
      reason = error.message;
    });
    worker.once('exit', () => {
      const error = new Error(`The analysis worker stopped: ${reason}. Analyse again to go on.`);
      rpc.failAll(error);
      if (this.worker === worker) {
        this.worker = undefined;
        this.rpc = undefined;
        this.options.onCrash?.(error);
      }
    });
    this.worker = worker;
    this.rpc = rpc;
    return rpc;
  }
}
