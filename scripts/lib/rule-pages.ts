/**
 * The parts of the documentation that repeat what the code says: the facts of each rule on its page, the list of rules in
 * the README, the thresholds in the schema of the case file. Between marks, so that everything around them is written by hand.
 *
 * Guarantee: the same code gives the same text; a text without its marks is an error that names the file.
 */
import { caseListsOf } from '../../src/engine/detect/case-lists';
import type { Detector } from '../../src/engine/detect/detector';
import { techniqueName } from '../../src/engine/detect/attack';
import { detectors } from '../../src/engine/detect/index';
import { thresholds, type Threshold } from '../../src/engine/detect/thresholds';

const begin = '<!-- generated: npm run docs -->';
const end = '<!-- end of generated -->';

/** The marked part of a text, replaced. */
export function withGenerated(file: string, text: string, generated: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) {
    throw new Error(`${file} has no part between "${begin}" and "${end}".`);
  }
  return `${text.slice(0, from + begin.length)}\n\n${generated}\n\n${text.slice(to)}`;
}

export function thresholdsOf(rule: string): readonly (readonly [string, Threshold])[] {
  const tables: Readonly<Record<string, Readonly<Record<string, Threshold>>>> = thresholds;
  return Object.entries(tables[rule] ?? {});
}

/** Severities, techniques and thresholds of a rule. */
export function factsOf({ id, severities, techniques }: Detector): string {
  const rows = [
    ['Severity', severities.join(', ')],
    ['ATT&CK', techniques.map((technique) => `${linkOf(technique)} ${techniqueName(technique)}`).join('<br>')],
  ];
  const lists = caseListsOf[id] ?? [];
  if (lists.length > 0) {
    rows.push(['Made quieter by', lists.map((list) => `\`${list}\``).join(', ')]);
  }
  const numbers = thresholdsOf(id);
  return [
    tableOf(['Rule', `\`${id}\``], rows),
    ...(numbers.length === 0
      ? []
      : [
          `The case file may set other numbers: \`"thresholds": { "${id}": { … } }\`.`,
          tableOf(
            ['Threshold', 'Usual', 'Range', 'What it decides'],
            numbers.map(([name, { usual, least, most, description }]) => [
              `\`${name}\``,
              String(usual),
              `${String(least)}–${String(most)}`,
              description,
            ]),
          ),
        ]),
  ].join('\n\n');
}

export function listOfRules(): string {
  return tableOf(
    ['Rule', 'What it finds', 'Severity'],
    detectors.map(({ id, title, severities }) => [
      `[\`${id}\`](docs/rules/${id}.md)`,
      title,
      severities.length === 1 ? (severities[0] ?? '') : `${severities.at(-1) ?? ''} – ${severities[0] ?? ''}`,
    ]),
  );
}

function linkOf(technique: string): string {
  return `[${technique}](https://attack.mitre.org/techniques/${technique.replace('.', '/')}/)`;
}

/** As Prettier writes it. */
function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((line) => line.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length), 3));
  const lineOf = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [first = [], ...others] = lines;
  return [lineOf(first), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...others.map(lineOf)].join(
    '\n',
  );
}

/** What the schema of the case file says of `thresholds`. */
export function thresholdsSchema(): Readonly<Record<string, unknown>> {
  const rules = detectors.map(({ id }) => [id, thresholdsOf(id)] as const).filter(([, numbers]) => numbers.length > 0);
  return Object.fromEntries(
    rules.map(([id, numbers]) => [
      id,
      {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(
          numbers.map(([name, { usual, least, most, description }]) => [
            name,
            { type: 'number', minimum: least, maximum: most, default: usual, description },
          ]),
        ),
        description: `Thresholds of ${id}.`,
      },
    ]),
  );
}
