/**
 * Many records of one file, read back in one pass.
 *
 * Guarantee: a compressed file is decompressed once, as a stream, and not beyond the last span; what is held in memory is the
 * span that is being read and one chunk. A span beyond the end of the file ends the reading with a clear error; the spans
 * before it have been given.
 */
import { open } from 'node:fs/promises';
import { throwIfAborted } from '../rpc';
import { gunzippedChunks, isGzip } from './decompressed';

/** In bytes of the decompressed file. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** The texts of `spans`, which are in the order of their starts; stops between two of them when `signal` is aborted. */
export async function* readSpans(path: string, spans: readonly Span[], signal: AbortSignal): AsyncGenerator<string> {
  yield* (await isGzip(path)) ? spansOfStream(path, spans, signal) : spansOfFile(path, spans, signal);
}

async function* spansOfFile(path: string, spans: readonly Span[], signal: AbortSignal): AsyncGenerator<string> {
  const file = await open(path, 'r');
  try {
    for (const { start, length } of spans) {
      throwIfAborted(signal);
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, start);
      if (bytesRead < length) {
        throw tooShort(path);
      }
      yield buffer.toString('utf8');
    }
  } finally {
    await file.close();
  }
}

async function* spansOfStream(path: string, spans: readonly Span[], signal: AbortSignal): AsyncGenerator<string> {
  let next = 0;
  let parts: Buffer[] = [];
  let base = 0;
  for await (const chunk of gunzippedChunks(path)) {
    throwIfAborted(signal);
    const end = base + chunk.length;
    for (let span = spans[next]; span !== undefined && span.start < end; span = spans[next]) {
      const from = Math.max(0, span.start - base);
      const to = Math.min(chunk.length, span.start + span.length - base);
      parts.push(chunk.subarray(from, to));
      if (span.start + span.length > end) {
        break;
      }
      yield Buffer.concat(parts).toString('utf8');
      parts = [];
      next++;
    }
    if (next === spans.length) {
      return;
    }
    // The rest of the chunk is not kept alive by a slice of it.
    parts = parts.map((part) => Buffer.from(part));
    base = end;
  }
  throw tooShort(path);
}

function tooShort(path: string): Error {
  return new Error(`${path} is shorter than when it was analysed: analyse it again.`);
}
