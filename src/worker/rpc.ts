/**
 * Typed calls over a message port, derived from one interface: a method of `S` is a request, its promise the answer.
 *
 * Guarantee: every call settles; an error crosses with its name, message and stack; aborting a call's signal rejects the
 * call with an `AbortError` at once, whatever the other side is at, and what that side still answers is dropped. There,
 * `throwIfAborted` hears of it even in work that lets no message in. The port is all it needs: the same code serves a
 * worker thread and a test's pair of arrays.
 */
import type { Progress } from './protocol';

/** What is needed of a `MessagePort` or a `Worker`. */
export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

export interface CallContext {
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** The other side of a service: each method is given the call's context first. */
export type Handlers<S> = {
  readonly [M in keyof S]: S[M] extends (...args: infer A) => infer R ? (context: CallContext, ...args: A) => R : never;
};

/** What is called: each method takes the call's options first. */
export type Caller<S> = {
  readonly [M in keyof S]: S[M] extends (...args: infer A) => infer R ? (options: CallOptions, ...args: A) => R : never;
};

interface ErrorText {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

type ToService =
  | {
      readonly t: 'call';
      readonly id: number;
      readonly method: string;
      readonly args: readonly unknown[];
      /** One number, which both sides see: 1 once the call is cancelled. Only calls that can be have it. */
      readonly cancelled?: SharedArrayBuffer;
    }
  | { readonly t: 'cancel'; readonly id: number };

type FromService =
  | { readonly t: 'result'; readonly id: number; readonly value: unknown }
  | { readonly t: 'error'; readonly id: number; readonly error: ErrorText }
  | { readonly t: 'progress'; readonly id: number; readonly progress: Progress };

/** The call was cancelled by its caller. */
export class AbortError extends Error {
  override readonly name = 'AbortError';

  constructor() {
    super('The operation was cancelled.');
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Of the signals of calls that are under way: the number that tells of a cancellation before its message is heard. */
const cancelledOf = new WeakMap<AbortSignal, Int32Array>();

/** Throws an `AbortError` once the signal is aborted, or its call cancelled by the other side; cheap enough for a loop. */
export function throwIfAborted(signal: AbortSignal): void {
  const cancelled = cancelledOf.get(signal);
  if (signal.aborted || (cancelled !== undefined && Atomics.load(cancelled, 0) === 1)) {
    throw new AbortError();
  }
}

/** Answers the calls that come over `port` with `handlers`. */
export function serve<S>(port: Port, handlers: Handlers<S>): void {
  const running = new Map<number, AbortController>();
  const post = (message: FromService): void => {
    port.post(message);
  };
  const answer = async ({ id, method, args, cancelled }: Extract<ToService, { t: 'call' }>): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    if (cancelled !== undefined) {
      cancelledOf.set(controller.signal, new Int32Array(cancelled));
    }
    try {
      const handler: unknown = Object.hasOwn(handlers, method) ? handlers[method as keyof S] : undefined;
      if (typeof handler !== 'function') {
        throw new Error(`There is no call named ${method}.`);
      }
      const context: CallContext = {
        signal: controller.signal,
        progress: (progress) => {
          post({ t: 'progress', id, progress });
        },
      };
      const value: unknown = await (handler as (...all: readonly unknown[]) => unknown)(context, ...args);
      post({ t: 'result', id, value });
    } catch (error) {
      post({ t: 'error', id, error: textOf(error) });
    } finally {
      running.delete(id);
    }
  };
  port.onMessage((message) => {
    const request = message as ToService;
    if (request.t === 'call') {
      void answer(request);
    } else {
      running.get(request.id)?.abort();
    }
  });
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** The calling side. `failAll` settles what is under way when the other side has died. */
export class RpcClient {
  private readonly pending = new Map<number, Pending>();
  private next = 1;

  constructor(private readonly port: Port) {
    port.onMessage((message) => {
      this.receive(message as FromService);
    });
  }

  async call(method: string, options: CallOptions, args: readonly unknown[]): Promise<unknown> {
    const { signal } = options;
    if (signal?.aborted === true) {
      throw new AbortError();
    }
    const id = this.next++;
    const cancelled = signal === undefined ? undefined : new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const cancel = (): void => {
      if (cancelled !== undefined) {
        Atomics.store(new Int32Array(cancelled), 0, 1);
      }
      this.port.post({ t: 'cancel', id } satisfies ToService);
      this.pending.get(id)?.reject(new AbortError());
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await new Promise((resolve, reject) => {
        this.pending.set(id, { resolve, reject, onProgress: options.onProgress });
        const call = { t: 'call' as const, id, method, args };
        this.port.post((cancelled === undefined ? call : { ...call, cancelled }) satisfies ToService);
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.pending.delete(id);
    }
  }

  failAll(error: Error): void {
    for (const { reject } of this.pending.values()) {
      reject(error);
    }
  }

  private receive(message: FromService): void {
    const pending = this.pending.get(message.id);
    if (pending === undefined) {
      return;
    }
    switch (message.t) {
      case 'result':
        pending.resolve(message.value);
        return;
      case 'error':
        pending.reject(errorOf(message.error));
        return;
      case 'progress':
        pending.onProgress?.(message.progress);
        return;
    }
  }
}

function textOf(error: unknown): ErrorText {
  return error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack ?? '' }
    : { name: 'Error', message: String(error), stack: '' };
}

function errorOf(text: ErrorText): Error {
  if (text.name === 'AbortError') {
    return new AbortError();
  }
  const error = new Error(text.message);
  error.name = text.name;
  error.stack = text.stack;
  return error;
}
