/**
 * The entry of the WebAssembly module: decompression and scanning in one memory, so that decompressed bytes are scanned
 * where they lie.
 */
export { compressedCapacity, compressedStart, inputCapacity, inputStart, staticsEnd } from './memory';
