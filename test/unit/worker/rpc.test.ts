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

  it('all fail when the other side is gone', async () => {
    const client = connect(() => new Promise(() => undefined));
    const waiting = client.call('wait', {}, []);
    client.failAll(new Error('gone'));
    await assert.rejects(waiting, /gone/);
  });
});
