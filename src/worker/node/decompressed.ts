/**
 * A file's bytes, decompressed as a stream when they begin like gzip, whatever the file is called.
 *
 * Guarantee: what precedes a damage is given before the error is thrown; both streams are closed when the reader stops.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { GzipMagic } from '../../engine/cloudtrail/sniff';

const chunkBytes = 1024 * 1024;

/** True when the file begins with a gzip member. */
export async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(GzipMagic.length), 0, GzipMagic.length, 0);
    return bytesRead === GzipMagic.length && buffer[0] === GzipMagic[0] && buffer[1] === GzipMagic[1];
  } finally {
    await file.close();
  }
}

export async function* plainChunks(path: string): AsyncGenerator<Buffer> {
  yield* createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>;
}

/** All members of a gzip file, one after the other. */
export async function* gunzippedChunks(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: chunkBytes });
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  file.once('error', (error) => gunzip.destroy(error));
  file.pipe(gunzip);
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}
