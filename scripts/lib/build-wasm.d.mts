/** The bytes of the WebAssembly module of src/wasm, compiled when they are not yet. */
export function buildWasm(): Promise<Uint8Array<ArrayBuffer>>;
