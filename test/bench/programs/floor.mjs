// Decompression alone, as fast as node:zlib does it: one instance a thread, set back for each file, into one buffer that grows
// to the largest file. Nothing looks at what comes out.
//
//   node floor.mjs FOLDER THREADS
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { createGunzip } from 'node:zlib';
import { gzipFiles } from './files.mjs';

function decompressAll(files, next) {
  // The handle behind the stream works synchronously; the stream itself would copy and wait.
  const gunzip = createGunzip();
  const { _handle: handle, _writeState: left } = gunzip;
  const finish = 4;
  let output = Buffer.allocUnsafeSlow(4 << 20);
  let bytes = 0;
  for (let index = Atomics.add(next, 0, 1); index < files.length; index = Atomics.add(next, 0, 1)) {
    const input = readFileSync(files[index]);
    const size = input.readUInt32LE(input.length - 4);
    if (output.length <= size) output = Buffer.allocUnsafeSlow(size + (size >> 2));
    handle.reset();
    handle.writeSync(finish, input, 0, input.length, output, 0, output.length);
    if (left[1] !== 0 || output.length - left[0] !== size) throw new Error(`${files[index]} is not one gzip member`);
    bytes += size;
  }
  return bytes;
}

if (isMainThread) {
  const [folder, threads] = process.argv.slice(2);
  const files = gzipFiles(folder);
  const next = new Int32Array(new SharedArrayBuffer(4));
  const parts =
    Number(threads) === 1
      ? [decompressAll(files, next)]
      : await Promise.all(
          Array.from(
            { length: Number(threads) },
            () =>
              new Promise((resolve, reject) => {
                const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { files, next } });
                worker.once('message', resolve);
                worker.once('error', reject);
              }),
          ),
        );
  process.stdout.write(JSON.stringify({ bytes: parts.reduce((sum, part) => sum + part, 0) }));
} else {
  parentPort.postMessage(decompressAll(workerData.files, workerData.next));
}
