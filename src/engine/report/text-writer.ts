/**
 * Lines for a terminal or a text file.
 *
 * Guarantee: the only control characters in the result are line feeds and, with `colour`, the writer's own colour codes:
 * whatever a log says is cleaned here, where nobody can forget it. Colour is never the only sign.
 */
import { plainText } from './plain-text';

export type Style = 'bold' | 'dim' | 'red' | 'orange' | 'green' | 'cyan';

export interface Span {
  readonly text: string;
  readonly style: Style;
}

export type Piece = string | Span;

/** Orange is 208 of the 256 colours: the 16 basic ones have none. */
const codes: Readonly<Record<Style, string>> = {
  bold: '1',
  dim: '2',
  red: '31;1',
  orange: '38;5;208',
  green: '32',
  cyan: '36',
};

/** Columns that running text is broken at. */
const width = 100;

export function span(style: Style, text: string): Span {
  return { text, style };
}

/** A text without anything that moves a cursor, starts a line or turns the direction of reading, at full length. */
export function plain(text: string): string {
  return plainText(text, Infinity);
}

export class TextWriter {
  private readonly lines: string[] = [];

  constructor(private readonly colour: boolean) {}

  line(...pieces: readonly Piece[]): void {
    const text = pieces.map((piece) => this.render(piece)).join('');
    this.lines.push(text.trimEnd());
  }

  /** An empty line, never two in a row. */
  gap(): void {
    if (this.lines.length > 0 && this.lines.at(-1) !== '') {
      this.lines.push('');
    }
  }

  /** Running text, broken between words; the first line begins with `first`, the others with as many blanks. */
  paragraph(first: string, text: string): void {
    const indent = ' '.repeat(first.length);
    let current = '';
    const rows: string[] = [];
    for (const word of plain(text).split(' ')) {
      if (current !== '' && first.length + current.length + 1 + word.length > width) {
        rows.push(current);
        current = word;
      } else {
        current = current === '' ? word : `${current} ${word}`;
      }
    }
    [...rows, current].forEach((row, at) => {
      this.line(at === 0 ? first : indent, row);
    });
  }

  toString(): string {
    return `${this.lines.join('\n').trimEnd()}\n`;
  }

  private render(piece: Piece): string {
    if (typeof piece === 'string') {
      return plain(piece);
    }
    const text = plain(piece.text);
    return this.colour && text !== '' ? `\u001b[${codes[piece.style]}m${text}\u001b[0m` : text;
  }
}
