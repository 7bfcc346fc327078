/**
 * Markdown out of texts that an attacker may have written.
 *
 * Guarantee: `text` and `code` give what reads as the same characters and is nothing else: no link, image, heading, list,
 * table cell or HTML begins or ends in it, and it stays on its line. Source: CommonMark, GitHub Flavored Markdown.
 */
import { plain } from './text-writer';

/** Plain words inside a line. */
export function text(value: string): string {
  return (
    plain(value)
      .replace(/[\\`*_{}[\]<>#|~&$^]/g, '\\$&')
      // Renderers link bare addresses of web pages and mail.
      .replace(/:(?=\/\/)/g, '\\:')
      .replace(/\bwww(?=\.)/gi, '$&\\')
      .replace(/@/g, '\\@')
      // At the start of an item these would begin a list, a quote, a heading's underline or an ordered list.
      .replace(/^(\s*)([-+=])/, '$1\\$2')
      .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
  );
}

/** A name, an id, an ARN: as code. */
export function code(value: string): string {
  const content = plain(value);
  if (content === '') {
    return '';
  }
  const longest = Math.max(0, ...(content.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = content.startsWith('`') || content.endsWith('`') || /^\s.*\s$/.test(content) ? ' ' : '';
  return `${fence}${pad}${content}${pad}${fence}`;
}

/** The same in a table: where a cell ends is decided before what is code. */
export function cellCode(value: string): string {
  return code(value).replaceAll('|', '\\|');
}

/** `lines` are Markdown already. */
export class MarkdownWriter {
  private readonly lines: string[] = [];

  line(line: string): void {
    this.lines.push(line);
  }

  /** A block of its own. */
  block(...lines: readonly string[]): void {
    if (this.lines.length > 0 && this.lines.at(-1) !== '') {
      this.lines.push('');
    }
    this.lines.push(...lines);
    this.lines.push('');
  }

  table(header: readonly string[], rows: readonly (readonly string[])[]): void {
    const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
    this.block(row(header), row(header.map(() => '---')), ...rows.map(row));
  }

  toString(): string {
    return `${this.lines.join('\n').trimEnd()}\n`;
  }
}
