import assert from 'node:assert/strict';
import {
  AbortError,
  isAbort,
  RpcClient,
  serve,
  throwIfAborted,
  type CallContext,
  type Handlers,
  type Port,
} from '../../../src/worker/rpc';
import type { Progress } from '../../../src/worker/protocol';

interface Sums {
  add(a: number, b: number): Promise<number>;
  fail(): Promise<void>;
  wait(): Promise<void>;
}

/** Two ends; messages are cloned, as between threads. */
function pair(): [Port, Port] {
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const end = (own: number, other: number): Port => ({
    post: (message) => {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() =>
        listeners[other]?.forEach((listener) => {
          listener(copy);
        }),
      );
    },
    onMessage: (listener) => listeners[own]?.push(listener),
  });
  return [end(0, 1), end(1, 0)];
}

const progress: Progress = { filesDone: 1, files: 2, bytesRead: 3, events: 4, stage: 'reading' };

function connect(onWait: (context: CallContext) => Promise<void> = () => Promise.resolve()): RpcClient {
  const [near, far] = pair();
  const handlers: Handlers<Sums> = {
    add: (context, a, b) => {
      context.progress(progress);
      return Promise.resolve(a + b);
    },
    fail: () => Promise.reject(new RangeError('out of range')),
    wait: (context) => onWait(context),
  };
  serve(far, handlers);
  return new RpcClient(near);
}

describe('calls over a port', () => {
  it('give the answer, and progress before it', async () => {
    const seen: Progress[] = [];
    const answer = await connect().call('add', { onProgress: (each) => seen.push(each) }, [2, 3]);
    assert.equal(answer, 5);
    assert.deepEqual(seen, [progress]);
  });

  it('carry errors with name, message and stack', async () => {
    await assert.rejects(connect().call('fail', {}, []), (error: unknown) => {
      assert.ok(error instanceof Error);
      assert.deepEqual([error.name, error.message], ['RangeError', 'out of range']);
      assert.match(error.stack ?? '', /rpc\.test/);
      return true;
    });
  });

  it('know their methods, and nothing that objects inherit', async () => {
    await assert.rejects(connect().call('toString', {}, []), /no call named toString/);
  });

  it('are cancelled by their signal', async () => {
    const controller = new AbortController();
    const client = connect(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reject(new AbortError());
          });
        }),
    );
    const waiting = client.call('wait', { signal: controller.signal }, []);
    controller.abort();
    await assert.rejects(waiting, isAbort);
    await assert.rejects(client.call('wait', { signal: controller.signal }, []), isAbort);
    assert.throws(() => {
      throwIfAborted(controller.signal);
    }, isAbort);
  });

  it('are over at once for the caller, whatever the other side is at, whose answer is dropped', async () => {
    const controller = new AbortController();
    let answer: (() => void) | undefined;
    const seen: Progress[] = [];
    const client = connect((context) => {
      context.progress(progress);
      return new Promise((resolve) => {
        answer = () => {
          context.progress(progress);
          resolve();
        };
      });
    });
    const waiting = client.call('wait', { signal: controller.signal, onProgress: (each) => seen.push(each) }, []);
    assert.equal(await client.call('add', {}, [1, 1]), 2);
    controller.abort();
    await assert.rejects(waiting, isAbort);
    answer?.();
    assert.equal(await client.call('add', {}, [1, 2]), 3);
    assert.equal(seen.length, 1);
  });

  it('are heard to be cancelled in work that lets no message in', async () => {
    const controller = new AbortController();
    let steps = 0;
    const client = connect(({ signal }) => {
      for (; steps < 100; steps++) {
        throwIfAborted(signal);
        // As when the user cancels on the other thread: the message waits until this loop has ended.
        if (steps === 3) {
          controller.abort();
        }
      }
      return Promise.resolve();
    });
    await assert.rejects(client.call('wait', { signal: controller.signal }, []), isAbort);
    assert.equal(steps, 4);
  });

  it('all fail when the other side is gone', async () => {
    const client = connect(() => new Promise(() => undefined));
    const waiting = client.call('wait', {}, []);
    client.failAll(new Error('gone'));
    await assert.rejects(waiting, /gone/);
  });
});
