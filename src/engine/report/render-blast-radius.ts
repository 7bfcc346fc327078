/**
 * A blast radius on a page: Markdown for a document, text for a terminal.
 *
 * Guarantee: nothing from a log is more than visible characters, in Markdown never a link, image, HTML, heading or cell of its
 * own; the same blast radius gives the same bytes.
 */
import { withThousands } from '../cloudtrail/text';
import { blastPage, type BlastSection, type BlastTable, type Cell } from './blast-page';
import type { BlastRadius } from './blast-radius';
import { painter, type Paint } from './paint';
import { markdownCellCode, markdownText, plainText } from './plain-text';
import { wrapped } from './wrapped';

export function renderBlastRadius(
  radius: BlastRadius,
  format: 'markdown' | 'text',
  options: { readonly colour?: boolean } = {},
): string {
  const page = blastPage(radius);
  if (format === 'markdown') {
    return `${[`# ${markdownText(page.title)}`, ...page.sections.flatMap(markdownBlocks)].join('\n\n')}\n`;
  }
  const paint = painter(options.colour === true);
  const blocks = page.sections.map((section) => textLines(section, paint).join('\n'));
  return `${[paint('strong', plainText(page.title, 4096)), ...blocks].join('\n\n')}\n`;
}

function markdownBlocks({ title, lines, table }: BlastSection): string[] {
  return [
    `## ${markdownText(title)}`,
    ...(lines.length === 0 ? [] : [lines.map((line) => `- ${markdownText(line)}`).join('\n')]),
    ...(table === undefined ? [] : [markdownTable(table)]),
    ...(table === undefined ? [] : rest(table, table.rows.length).map(markdownText)),
  ];
}

function markdownTable({ head, rows }: BlastTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(head.map(() => '---')),
    ...rows.map((row) =>
      line(row.map((cell) => (typeof cell === 'string' ? markdownText(cell) : markdownCellCode(cell.code)))),
    ),
  ].join('\n');
}

function rest({ total }: BlastTable, shown: number): string[] {
  return total > shown ? [`${withThousands(total - shown)} more of ${withThousands(total)}, not shown.`] : [];
}

/** A terminal scrolls: rows beyond this are in the JSON. */
const mostRows = 30;
/** Wider columns push the rest of the line away; only the last one may be longer. */
const mostWidth = 72;

function textLines({ title, lines, table }: BlastSection, paint: Paint): string[] {
  const shown = table?.rows.slice(0, mostRows) ?? [];
  return [
    paint('strong', plainText(title)),
    ...lines.flatMap((line) => wrapped(plainText(line, 4096), '  ', 2)),
    ...(table === undefined ? [] : columns([table.head, ...shown], paint)),
    ...(table === undefined
      ? []
      : rest(table, shown.length).map(
          (line) =>
            `  … ${line}${table.rows.length > shown.length ? ` --format json has ${withThousands(table.rows.length)}.` : ''}`,
        )),
  ];
}

function columns(rows: readonly (readonly Cell[])[], paint: Paint): string[] {
  const texts = rows.map((row) => row.map((cell) => plainText(typeof cell === 'string' ? cell : cell.code)));
  const used = (texts[0] ?? []).map((_, at) => at).filter((at) => texts.slice(1).some((row) => row[at] !== ''));
  const widths = new Map(
    used.map((at) => [at, Math.min(mostWidth, Math.max(...texts.map((row) => row[at]?.length ?? 0)))]),
  );
  return texts.map((row, index) => {
    const line = `  ${used.map((at) => (row[at] ?? '').padEnd(widths.get(at) ?? 0)).join('  ')}`.trimEnd();
    return index === 0 ? paint('quiet', line) : line;
  });
}
