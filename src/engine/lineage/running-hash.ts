/** Hashes of names, 32 bits. */

/** The hash goes on where it stopped, so that names are never put together. */
export function hashed(from: number, text: string): number {
  let hash = from;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash;
}

export function ended(hash: number): number {
  return hash ^ (hash >>> 15);
}
