/** Messages between the analysis worker and its parse workers. */
import type { FileColumns, FileResult } from '../engine/cloudtrail/columns';
import type { ResultCacheOptions } from './node/result-cache';
import type { SourceFile } from './protocol';

/** A compiled `WebAssembly.Module`: threads can be given it, and nothing here looks into it. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

/** What a parse worker is started with. */
export interface ParseWorkerData {
  /** The compiled module of src/wasm; without it everything is done in TypeScript. */
  readonly module?: WasmModule;
  /** Where results are kept for the next analysis. */
  readonly cache?: ResultCacheOptions | undefined;
}

export interface ParseRequest {
  readonly id: number;
  readonly source: SourceFile;
}

export type ParseReply =
  | { readonly t: 'bytes'; readonly id: number; readonly bytes: number }
  | { readonly t: 'done'; readonly id: number; readonly result: FileResult };

/** The buffers of a result, to be transferred instead of cloned. */
export function buffersOf(columns: FileColumns | undefined): ArrayBuffer[] {
  if (columns === undefined) {
    return [];
  }
  const parts = [columns, columns.callers, columns.strings, columns.notable, columns.notable.records];
  const arrays = parts
    .flatMap((part): unknown[] => Object.values(part))
    .filter((value): value is Float64Array | Uint32Array | Uint16Array | Uint8Array => ArrayBuffer.isView(value));
  return [...new Set(arrays.map((array) => array.buffer).filter((buffer) => buffer instanceof ArrayBuffer))];
}
