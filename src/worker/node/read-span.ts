/**
 * The bytes of one record, read back from its file.
 *
 * Guarantee: reads no further than the end of the span; a file that became shorter gives a clear error, not other text.
 */
import { open } from 'node:fs/promises';
import { gunzippedChunks, isGzip } from './decompressed';

/** `start` and `length` in bytes of the decompressed file. */
export async function readSpan(path: string, start: number, length: number): Promise<string> {
  const bytes = await ((await isGzip(path)) ? readCompressed : readPlain)(path, start, length);
  if (bytes.length < length) {
    throw new Error(`${path} is shorter than when it was analysed: analyse it again.`);
  }
  return bytes.toString('utf8');
}

async function readPlain(path: string, start: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function readCompressed(path: string, start: number, length: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  const end = start + length;
  let at = 0;
  for await (const chunk of gunzippedChunks(path)) {
    const from = Math.max(0, start - at);
    const to = Math.min(chunk.length, end - at);
    if (from < to) {
      parts.push(chunk.subarray(from, to));
    }
    at += chunk.length;
    if (at >= end) {
      break;
    }
  }
  return Buffer.concat(parts);
}
