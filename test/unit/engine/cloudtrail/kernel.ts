/** The WebAssembly module for tests, and how many rows it has read. */
import assert from 'node:assert/strict';
import { serialize } from 'node:v8';
import type { FileResult } from '../../../../src/engine/cloudtrail/columns';
import { type ScanExports, ScanKernel } from '../../../../src/engine/cloudtrail/scan-kernel';
import { buildWasm } from '../../../../scripts/lib/build-wasm.mjs';

export interface CountedKernel {
  readonly kernel: ScanKernel;
  readonly module: ScanExports;
  /** Rows read by the module, not by the scanner beside it. */
  readonly rows: () => number;
  /** Notable rows among them of which it has written what they tell. */
  readonly told: () => number;
}

let compiled: WebAssembly.Module | undefined;

export async function makeKernel(): Promise<CountedKernel> {
  compiled ??= new WebAssembly.Module(await buildWasm());
  const module = new WebAssembly.Instance(compiled, {}).exports as unknown as ScanExports;
  let rows = 0;
  let told = 0;
  const counted: ScanExports = {
    ...module,
    memory: module.memory,
    takeRows: () => {
      rows += module.rowsRead();
      const [lengthsAt = 0] = new Uint32Array(module.memory.buffer, module.columnTable() + 15 * 4, 1);
      const lengths = new Uint32Array(module.memory.buffer, lengthsAt, module.notableRead());
      told += lengths.filter((length) => length > 0).length;
      module.takeRows();
    },
  };
  return { kernel: new ScanKernel(counted), module, rows: () => rows, told: () => told };
}

/** Byte for byte the same result; in much less time than `deepEqual`, which tells the difference where there is one. */
export function assertSame(actual: FileResult, expected: FileResult, message = 'differs'): void {
  if (serialize(actual).equals(serialize(expected))) return;
  assert.deepEqual(actual, expected, message);
  assert.fail(`${message}: the same values in another form`);
}
