/**
 * The one memory of the module, and who owns which part of it.
 *
 *     0          statics: tables and constants of the compiler and of `memory.data`
 *     COMPRESSED bytes of a compressed file, as read
 *     INPUT      decompressed bytes, which the scanner reads
 *     ARENA      interned values; grows to the end of the memory
 *
 * Guarantee: behind each part PADDING bytes may be read, whatever they hold, so that vectors may be loaded across its end.
 * Pages that nothing has written to cost no memory: the parts are generous.
 */

export const PADDING: usize = 256;

const MIB: usize = 1 << 20;

/** Statics end below this: the build fails where they do not. */
export const COMPRESSED: usize = 2 * MIB;
export const COMPRESSED_CAPACITY: usize = 16 * MIB - PADDING;

export const INPUT: usize = COMPRESSED + 16 * MIB;
export const INPUT_CAPACITY: usize = 64 * MIB - PADDING;

export const ARENA: usize = INPUT + 64 * MIB;

/** Where the statics end. */
export function staticsEnd(): usize {
  return __heap_base;
}

export function compressedStart(): usize {
  return COMPRESSED;
}

export function compressedCapacity(): usize {
  return COMPRESSED_CAPACITY;
}

export function inputStart(): usize {
  return INPUT;
}

export function inputCapacity(): usize {
  return INPUT_CAPACITY;
}

/** Makes bytes [0, end + PADDING) of the memory exist; false where the host has no more. The memory's buffer changes. */
export function ensure(end: usize): bool {
  const pages = <i32>((end + PADDING + 0xffff) >>> 16);
  const more = pages - memory.size();
  if (more <= 0) return true;
  // In steps of 4 MiB: every growth detaches the views that JavaScript has.
  return memory.grow(more < 64 ? 64 : more) >= 0;
}
