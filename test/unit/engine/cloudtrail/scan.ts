/** Scanning for tests: text or bytes in pieces of any size. */
import type { FileColumns, FileResult } from '../../../../src/engine/cloudtrail/columns';
import { FileScanner, type ScanOptions } from '../../../../src/engine/cloudtrail/scanner';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Pushes `file` in pieces of the given sizes, again and again, through one buffer that is overwritten each time. */
export function scanInPieces(file: Uint8Array, sizes: readonly number[], options: ScanOptions = {}): FileResult {
  const scanner = new FileScanner('log.json', options);
  const buffer = new Uint8Array(Math.max(1, ...sizes));
  let at = 0;
  for (let piece = 0; at < file.length; piece += 1) {
    const size = Math.min(sizes[piece % sizes.length] ?? 1, file.length - at);
    buffer.set(file.subarray(at, at + size));
    scanner.push(buffer.subarray(0, size));
    buffer.fill(0x22);
    at += size;
  }
  return scanner.finish();
}

export function scan(content: string | Uint8Array, options: ScanOptions = {}): FileResult {
  const scanner = new FileScanner('log.json', options);
  scanner.push(typeof content === 'string' ? bytesOf(content) : content);
  return scanner.finish();
}

/** The columns of content that must have some. */
export function columnsOf(content: string | Uint8Array): FileColumns {
  const { columns, reason } = scan(content);
  if (columns === undefined) throw new Error(`nothing was read: ${reason ?? ''}`);
  return columns;
}

/** A small generator (mulberry32): the same seed gives the same sequence. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A sound record; fields given replace or remove (undefined) the defaults. */
export function recordOf(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    eventVersion: '1.08',
    userIdentity: { type: 'IAMUser', principalId: 'AIDAEXAMPLE', arn: 'arn:aws:iam::111122223333:user/alice' },
    eventTime: '2023-07-10T12:00:00Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'ListBuckets',
    awsRegion: 'us-east-1',
    sourceIPAddress: '198.51.100.7',
    userAgent: 'aws-cli/2.13.0',
    requestParameters: null,
    responseElements: null,
    eventID: '11111111-2222-4333-8444-555555555555',
    readOnly: true,
    eventType: 'AwsApiCall',
    recipientAccountId: '111122223333',
    ...fields,
  };
}
