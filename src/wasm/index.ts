/**
 * The entry of the WebAssembly module: decompression and scanning in one memory, so that decompressed bytes are scanned
 * where they lie.
 */
export { crc32 } from './crc32';
export { inflate, inflatedBytes, inflateEnd } from './inflate';
export { compressedCapacity, compressedStart, inputCapacity, inputStart, staticsEnd } from './memory';
export {
  absentCaller,
  actionList,
  actionNumber,
  beginFile,
  columnTable,
  defineAction,
  defineField,
  definePair,
  emptyText,
  notableRead,
  refusedAt,
  rowsRead,
  scanRecords,
  takeRows,
  tellField,
} from './scan-rows';
export { toldStart } from './scan-tell';
export {
  arenaTop,
  create,
  dictionaryBytes,
  dictionarySize,
  find,
  hashBytes,
  numberOf,
  packDictionary,
  prepare,
  reserve,
  setTarget,
} from './scan-texts';
