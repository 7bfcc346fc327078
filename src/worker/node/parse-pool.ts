/**
 * Parses many files on as many threads as the machine has cores, less one where there are more than two.
 *
 * Guarantee: one result a file, in the order of the files, whichever thread was faster; a thread that dies costs the file
 * it was on, which gets a verdict saying so, and nothing else; an abort ends the threads at once.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { FileResult } from '../../engine/cloudtrail/columns';
import type { ParseReply, ParseRequest } from '../parse-protocol';
import type { SourceFile } from '../protocol';
import { AbortError } from '../rpc';

export interface PoolProgress {
  readonly filesDone: number;
  readonly bytesRead: number;
  readonly events: number;
}

export interface ParsePoolOptions {
  readonly workerPath: string;
  readonly threads?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PoolProgress) => void;
  /** Told each result as soon as it is there. */
  readonly onFile?: (result: FileResult) => void;
}

export function defaultThreads(): number {
  const cores = availableParallelism();
  return cores > 2 ? cores - 1 : cores;
}

export async function parseFiles(files: readonly SourceFile[], options: ParsePoolOptions): Promise<FileResult[]> {
  const results: FileResult[] = [];
  const threads = Math.min(options.threads ?? defaultThreads(), files.length);
  const pool = new Pool(files, results, options);
  try {
    await Promise.all(Array.from({ length: threads }, () => pool.work()));
  } finally {
    pool.end();
  }
  return results;
}

class Pool {
  private next = 0;
  private filesDone = 0;
  private bytesRead = 0;
  private events = 0;
  private readonly workers = new Set<Worker>();

  constructor(
    private readonly files: readonly SourceFile[],
    private readonly results: FileResult[],
    private readonly options: ParsePoolOptions,
  ) {}

  /** Takes files until none is left. */
  async work(): Promise<void> {
    let worker: Worker | undefined;
    for (let index = this.next++; index < this.files.length; index = this.next++) {
      const source = this.files[index];
      if (source === undefined) {
        continue;
      }
      worker ??= this.start();
      const result = await this.parse(worker, index, source);
      if (result === undefined) {
        worker = undefined;
      } else {
        this.results[index] = result;
      }
      this.filesDone++;
      this.events += result?.columns?.count ?? 0;
      this.report();
      const settled = this.results[index];
      if (settled !== undefined) {
        this.options.onFile?.(settled);
      }
    }
  }

  end(): void {
    for (const worker of this.workers) {
      void worker.terminate();
    }
  }

  private start(): Worker {
    const worker = new Worker(this.options.workerPath);
    // An error outside of a file has nobody to tell; the exit that follows is seen where a file waits.
    worker.on('error', () => undefined);
    worker.once('exit', () => this.workers.delete(worker));
    this.workers.add(worker);
    return worker;
  }

  private report(): void {
    const { filesDone, bytesRead, events } = this;
    this.options.onProgress({ filesDone, bytesRead, events });
  }

  /** The file's result; `undefined` when the thread died of it, whose verdict is then set. */
  private parse(worker: Worker, id: number, source: SourceFile): Promise<FileResult | undefined> {
    const { signal } = this.options;
    return new Promise((resolve, reject) => {
      let failure = 'the parser stopped unexpectedly';
      const settle = (then: () => void): void => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        signal.removeEventListener('abort', onAbort);
        then();
      };
      const onMessage = (reply: ParseReply): void => {
        if (reply.id !== id) {
          return;
        }
        if (reply.t === 'bytes') {
          this.bytesRead += reply.bytes;
          this.report();
        } else {
          settle(() => {
            resolve(reply.result);
          });
        }
      };
      const onError = (error: Error): void => {
        failure = `the parser crashed on this file: ${error.message}`;
      };
      const onExit = (): void => {
        settle(() => {
          this.results[id] = failed(source, failure);
          resolve(undefined);
        });
      };
      const onAbort = (): void => {
        settle(() => {
          reject(new AbortError());
        });
      };
      if (signal.aborted) {
        reject(new AbortError());
        return;
      }
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      signal.addEventListener('abort', onAbort, { once: true });
      worker.postMessage({ id, source } satisfies ParseRequest);
    });
  }
}

function failed(source: SourceFile, reason: string): FileResult {
  return {
    path: source.displayPath,
    format: 'unknown',
    verdict: 'failed',
    reason,
    rejected: 0,
    rejections: [],
    bytes: 0,
  };
}
