/** The measurement as text: two tables and what is wrong, for people. */
import type { Finding } from '../../src/engine/contract';
import { lookAlikes, type LookAlike } from './company/look-alikes';
import { isImplemented, notImplemented, type Population, type Quiet, type Recall } from './measurement';
import { rules } from './rules';

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          /^\d/.test(cell) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function lookAlikeTable({ life }: Population): string {
  const rows = (Object.keys(lookAlikes) as LookAlike[]).map((name) => [
    lookAlikes[name],
    name,
    life.book.counts.get(name) ?? 0,
  ]);
  return table(['would be seen by', 'look-alike', 'times'], rows);
}

function told(finding: Finding): string {
  return `  ${finding.rule} ${finding.severity}: ${finding.title}\n    ${finding.explanation}`;
}

export function quietTable({ analysis, alarms, events, perHundredThousand }: Quiet): string {
  const rows = rules.filter(isImplemented).map((rule) => {
    const findings = analysis.findings.filter((finding) => finding.rule === rule && !finding.suppressed);
    const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
    return [rule, count('critical'), count('high'), count('medium'), count('low'), count('info')];
  });
  return [
    `Ordinary life: ${events} events, ${alarms.length} findings at medium or above, ${perHundredThousand.toFixed(1)} per 100,000 events`,
    '',
    table(['rule', 'critical', 'high', 'medium', 'low', 'info'], rows),
    ...(alarms.length === 0 ? [] : ['', 'False alarms:', ...alarms.map(told)]),
  ].join('\n');
}

export function recallTable({ outcomes, strays }: Recall): string {
  const rows = rules.map((rule) => {
    const wanted = outcomes.filter(({ expected }) => expected.rule === rule);
    const found = wanted.filter((each) => each.found).length;
    const verdict = isImplemented(rule)
      ? `${((found * 100) / Math.max(1, wanted.length)).toFixed(0)} %`
      : 'not implemented';
    return [rule, wanted.length, found, verdict];
  });
  const missed = outcomes.filter(({ found, expected }) => !found && isImplemented(expected.rule));
  const open = notImplemented();
  return [
    table(['rule', 'attacks', 'found', 'recall'], rows),
    ...(open.length === 0 ? [] : ['', `Not implemented: ${open.join(', ')}`]),
    ...(missed.length === 0
      ? []
      : [
          '',
          'Missed:',
          ...missed.map(
            ({ attack, expected, instead }) =>
              `  ${expected.rule} (at least ${expected.atLeast}; ${expected.about}) in "${attack}"\n    ${JSON.stringify(expected.entity)}: ${instead}`,
          ),
        ]),
    ...(strays.length === 0 ? [] : ['', 'Alarms that no attack is evidence of:', ...strays.map(told)]),
  ].join('\n');
}
