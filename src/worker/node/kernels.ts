/**
 * The WebAssembly module that reads logs: loaded once, shared by all threads as what it was compiled to.
 *
 * Guarantee: where there is none, or the machine cannot run it (no SIMD, no room for its memory), nobody needs it.
 */
import { readFileSync } from 'node:fs';
import { ScanKernel, type ScanExports } from '../../engine/cloudtrail/scan-kernel';
import type { WasmModule } from '../parse-protocol';
import { GunzipKernel, type InflateExports } from './gunzip-kernel';

/** Part of Node, but of no `lib` that this folder is compiled with. */
declare const WebAssembly: {
  readonly validate: (bytes: Uint8Array) => boolean;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: unknown };
};

export interface Kernels {
  readonly gunzip?: GunzipKernel;
  readonly kernel?: ScanKernel;
}

/** Undefined where the file is missing or the machine cannot run what is in it. */
export function loadModule(path: string): WasmModule | undefined {
  try {
    const bytes = readFileSync(path);
    return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined;
  } catch {
    // Everything works without it, more slowly.
    return undefined;
  }
}

/** One instance: both work in its memory. None where the machine has no room for it: there are limits to address space. */
export function kernelsOf(module: WasmModule | undefined): Kernels {
  if (module === undefined) {
    return {};
  }
  let exports: InflateExports & ScanExports;
  try {
    exports = new WebAssembly.Instance(module, {}).exports as InflateExports & ScanExports;
  } catch {
    // Everything works without it, more slowly.
    return {};
  }
  return { gunzip: new GunzipKernel(exports), kernel: new ScanKernel(exports) };
}
