/** From the byte positions of a file to places in an open document. */

const BYTE_ORDER_MARK = '\u{feff}';

/**
 * The index in `text` of the character at byte `target` of its UTF-8 file, `undefined` beyond the end.
 * VS Code strips a byte order mark from what it opens; `markStripped` says that the file began with one.
 */
export function indexOfByte(text: string, target: number, markStripped = false): number | undefined {
  let bytes = markStripped ? new TextEncoder().encode(BYTE_ORDER_MARK).length : 0;
  if (target < bytes) return 0;
  for (let index = 0; index < text.length; index += 1) {
    if (bytes >= target) return index;
    const unit = text.charCodeAt(index);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    // Each half of a surrogate pair is worth two of its four bytes.
    else bytes += unit >= 0xd800 && unit <= 0xdfff ? 2 : 3;
  }
  return bytes >= target ? text.length : undefined;
}
