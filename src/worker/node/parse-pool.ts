/**
 * Parses many files on as many threads as the machine has cores, less one where there are more than two.
 *
 * Threads are kept for the next files, for a while, unless they read much. Each is given a few files at once, so that none
 * waits for the thread that takes the results, which is busy with them.
 *
 * Guarantee: one result a file, given as soon as it is there; a thread that dies costs the file it was on, which gets a
 * verdict saying so, and nothing else; an abort ends the threads at once. Idle threads keep no process alive.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { FileResult } from '../../engine/cloudtrail/columns';
import type { ParseReply, ParseRequest, ParseWorkerData } from '../parse-protocol';
import type { SourceFile } from '../protocol';
import { AbortError, throwIfAborted } from '../rpc';

export interface PoolProgress {
  readonly filesDone: number;
  readonly bytesRead: number;
  readonly events: number;
}

export interface ParsePoolOptions {
  readonly workerPath: string;
  readonly threads?: number;
  readonly workerData?: ParseWorkerData;
}

export interface ParseJob {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PoolProgress) => void;
  /** Told each result as soon as it is there, in any order. */
  readonly onFile: (result: FileResult) => void;
}

/** Files that a thread has been given and not dealt with. */
const queueLength = 3;
/** Threads that read more than this are not kept: what they remember of it is needed for linking, bytes. */
const keepingBytes = 128 * 1024 * 1024;
/** What a thread makes is soon garbage: more room for it would only be filled, MB. */
const youngMegabytes = 24;
/** Threads that nobody needed for so long are ended, ms. */
const idleTime = 30_000;

export function defaultThreads(): number {
  const cores = availableParallelism();
  return cores > 2 ? cores - 1 : cores;
}

export class ParsePool {
  private readonly idle: Thread[] = [];
  private retire: NodeJS.Timeout | undefined;

  constructor(private readonly options: ParsePoolOptions) {}

  async parse(files: readonly SourceFile[], job: ParseJob): Promise<void> {
    if (files.length === 0) {
      return;
    }
    throwIfAborted(job.signal);
    clearTimeout(this.retire);
    const run = new Run(files, job, () => this.hire());
    try {
      await run.finished(this.threadsFor(files.length));
    } finally {
      const free = run.end();
      if (run.bytes > keepingBytes) {
        free.forEach((thread) => {
          thread.end();
        });
      } else {
        this.keep(free);
      }
    }
  }

  dispose(): void {
    clearTimeout(this.retire);
    for (const thread of this.idle.splice(0)) {
      thread.end();
    }
  }

  private threadsFor(files: number): number {
    return Math.min(this.options.threads ?? defaultThreads(), files);
  }

  /** A thread that died while it was idle is none. */
  private hire(): Thread {
    let thread = this.idle.pop();
    while (thread?.alive === false) {
      thread = this.idle.pop();
    }
    return thread ?? this.start();
  }

  private start(): Thread {
    const { workerPath, workerData } = this.options;
    return new Thread(
      new Worker(workerPath, { workerData, resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes } }),
    );
  }

  private keep(threads: readonly Thread[]): void {
    for (const thread of threads) {
      if (thread.alive && this.idle.length < (this.options.threads ?? defaultThreads())) {
        this.idle.push(thread);
      } else {
        thread.end();
      }
    }
    clearTimeout(this.retire);
    this.retire = setTimeout(() => {
      this.dispose();
    }, idleTime);
    this.retire.unref();
  }
}

/** What a thread tells, and whom. */
interface Listener {
  readonly onReply: (reply: ParseReply) => void;
  readonly onExit: (reason: string) => void;
}

class Thread {
  alive = true;
  /** Positions of the files given and not done, in order: it is on the first. */
  readonly queue: number[] = [];
  /** Results of it that were not taken yet. */
  waiting = 0;
  private listener: Listener | undefined;
  private failure = 'the parser stopped unexpectedly';

  constructor(private readonly worker: Worker) {
    worker.on('message', (reply: ParseReply) => {
      this.listener?.onReply(reply);
    });
    worker.on('error', (error) => {
      this.failure = `the parser crashed on this file: ${error.message}`;
    });
    worker.once('exit', () => {
      this.alive = false;
      this.listener?.onExit(this.failure);
    });
    worker.unref();
  }

  /** While somebody listens, the thread keeps the process alive. */
  listen(listener: Listener | undefined): void {
    this.listener = listener;
    if (listener === undefined) {
      this.worker.unref();
    } else {
      this.worker.ref();
    }
  }

  give(id: number, source: SourceFile): void {
    this.queue.push(id);
    this.worker.postMessage({ id, source } satisfies ParseRequest);
  }

  end(): void {
    void this.worker.terminate();
  }
}

/** Some files on some threads. */
class Run {
  private next = 0;
  /** Files whose thread died of another one. */
  private readonly again: number[] = [];
  private readonly threads = new Set<Thread>();
  private readonly told = new Map<number, number>();
  private filesDone = 0;
  private bytesRead = 0;
  private events = 0;
  private over = false;
  private settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;

  constructor(
    private readonly files: readonly SourceFile[],
    private readonly job: ParseJob,
    private readonly hire: () => Thread,
  ) {}

  async finished(threads: number): Promise<void> {
    const { signal } = this.job;
    let onAbort: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        onAbort = () => {
          reject(new AbortError());
        };
        signal.addEventListener('abort', onAbort, { once: true });
        this.settle = { resolve, reject };
        for (let count = 0; count < threads; count++) {
          this.employ(this.hire());
        }
      });
    } finally {
      if (onAbort !== undefined) {
        signal.removeEventListener('abort', onAbort);
      }
    }
  }

  /** Read, after decompression. */
  get bytes(): number {
    return this.bytesRead;
  }

  /** Threads that are free again; those that are not are ended. */
  end(): readonly Thread[] {
    this.over = true;
    for (const thread of this.threads) {
      thread.listen(undefined);
      if (thread.queue.length > 0) {
        thread.end();
      }
    }
    return [...this.threads].filter(({ queue }) => queue.length === 0);
  }

  private employ(thread: Thread): void {
    this.threads.add(thread);
    thread.listen({
      onReply: (reply) => {
        this.received(thread, reply);
      },
      onExit: (reason) => {
        this.lost(thread, reason);
      },
    });
    this.feed(thread);
  }

  private feed(thread: Thread): void {
    while (thread.alive && thread.queue.length + thread.waiting < queueLength) {
      const id = this.again.pop() ?? this.next++;
      const source = this.files[id];
      if (source === undefined) {
        return;
      }
      thread.give(id, source);
    }
  }

  private received(thread: Thread, reply: ParseReply): void {
    if (reply.t === 'bytes') {
      this.told.set(reply.id, (this.told.get(reply.id) ?? 0) + reply.bytes);
      this.bytesRead += reply.bytes;
      this.report();
      return;
    }
    thread.queue.splice(thread.queue.indexOf(reply.id), 1);
    thread.waiting++;
    this.bytesRead += reply.result.bytes - (this.told.get(reply.id) ?? 0);
    // In a turn of its own: results that come as fast as they are taken would keep a cancellation from being heard.
    setImmediate(() => {
      thread.waiting--;
      if (!this.over) {
        this.done(reply.result);
        this.feed(thread);
      }
    });
  }

  private lost(thread: Thread, reason: string): void {
    this.threads.delete(thread);
    const [current, ...others] = thread.queue.splice(0);
    this.again.push(...others.reverse());
    if (this.again.length > 0 || this.next < this.files.length) {
      this.employ(this.hire());
    }
    const source = this.files[current ?? -1];
    if (source !== undefined) {
      this.done(failed(source, reason));
    }
  }

  private done(result: FileResult): void {
    this.filesDone++;
    this.events += result.columns?.count ?? 0;
    this.report();
    try {
      throwIfAborted(this.job.signal);
      this.job.onFile(result);
    } catch (error) {
      this.settle?.reject(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (this.filesDone === this.files.length) {
      this.settle?.resolve();
    }
  }

  private report(): void {
    const { filesDone, bytesRead, events } = this;
    this.job.onProgress({ filesDone, bytesRead, events });
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
