/** A worker thread's port, or a worker, as the RPC wants it. */
import type { MessagePort, Worker } from 'node:worker_threads';
import type { Port } from '../rpc';

export function portOf(port: MessagePort | Worker): Port {
  return {
    post: (message) => {
      port.postMessage(message);
    },
    onMessage: (listener) => {
      port.on('message', listener);
    },
  };
}
