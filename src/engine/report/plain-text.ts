/**
 * Log text on its way into a terminal, a text file or a page.
 *
 * Guarantee: what comes out has no control character, no mark that turns the direction of text around or hides in it, no
 * line break and no half of a surrogate pair. Everything else stays as it was written.
 */

/** Control and format characters (escape sequences, bidirectional marks, zero-width ones), separators of lines. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Shown in the place of each character that is taken out, so that nothing vanishes unseen. */
const replacement = '\ufffd';

export function plainText(text: string, most = 1024): string {
  const plain = text.slice(0, most * 2).replace(hidden, replacement);
  return plain.length <= most ? plain : `${plain.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Every ASCII mark that Markdown, or a renderer's habit of making links, can read a meaning into. */
const marks = /[\\`*_{}[\]<>()#+\-.!|~&:@$=^"']/g;

/** Prose as Markdown shows it: no emphasis, link, image, HTML or table cell can come of it. */
export function markdownText(text: string): string {
  return plainText(text, 4096).replace(marks, '\\$&');
}

/** An identifier as a code span. */
export function markdownCode(text: string): string {
  const plain = plainText(text);
  if (plain.trim() === '') {
    return '';
  }
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return `${fence}${padding}${plain}${padding}${fence}`;
}

/** The same in a table: a bar ends a cell even inside of a code span, unless it is escaped; nothing else can be escaped there. */
export function markdownCellCode(text: string): string {
  return markdownCode(text).replaceAll('|', '\\|');
}
