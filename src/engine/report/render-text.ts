/**
 * The analysis as a responder reads it in a terminal: what was read, then incident by incident the lineage, the findings with
 * their evidence, and the command to run next.
 *
 * Guarantee: nothing from a log reaches the terminal as more than visible characters; colours only when asked for, and never as
 * the only sign; the same analysis gives the same text.
 */
import type { Analysis } from '../analysis';
import type { Comparison, ContextFact, CreatedObject, Finding, Severity } from '../contract';
import { counted } from '../detect/text';
import { cardLines, cardTitle, edgeWords, toneWords } from './card-text';
import { comparisonText } from './compare';
import { containmentText } from './containment-text';
import {
  confidenceText,
  coverageLines,
  nextCommand,
  reportOutline,
  severityWord,
  unreadFiles,
  verdictText,
  type ReportIncident,
} from './findings-text';
import { lineageTree, type LineageBranch } from './lineage-tree';
import { painter, type Paint } from './paint';
import { plainText } from './plain-text';
import type { SliceNode } from './slice';
import { wrapped } from './wrapped';

const mostEvidence = 20;

export interface TextOptions {
  readonly colour?: boolean;
  readonly sources?: readonly string[];
  readonly comparison?: Comparison;
}

export function renderText(analysis: Analysis, options: TextOptions = {}): string {
  const paint = painter(options.colour === true);
  const outline = reportOutline(analysis);
  const total = outline.full.length + outline.brief.length;
  const blocks: string[][] = [
    coverageBlock(analysis, paint),
    [paint('strong', `FOUND  ${verdictText(analysis, outline)}`)],
    comparisonBlock(analysis, options.comparison, paint),
    ...outline.full.map((each, index) =>
      incidentBlock(analysis, each, `${String(index + 1)} of ${String(total)}`, paint, options.sources),
    ),
    briefBlock(outline.brief, paint),
    suppressedBlock(outline.suppressed, paint),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function coverageBlock({ coverage }: Analysis, paint: Paint): string[] {
  const [first, ...rest] = coverageLines(coverage);
  return [
    paint('strong', `READ   ${plainText(first ?? '')}`),
    ...rest.map((line) => `       ${plainText(line)}`),
    ...unreadFiles(coverage).map(
      ({ path, verdict, reason }) =>
        `  ${paint(verdict === 'failed' ? 'high' : 'medium', verdict.toUpperCase().padEnd(8))} ${plainText(path)}: ${plainText(reason ?? 'no reason told')}`,
    ),
    ...coverage.notes.flatMap(({ message }) => wrapped(`NOTE     ${plainText(message, 4096)}`, '  ', 9)),
  ];
}

function comparisonBlock({ findings }: Analysis, comparison: Comparison | undefined, paint: Paint): string[] {
  if (comparison === undefined) {
    return [];
  }
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const line = (word: string, severity: Severity, title: string, id: string): string =>
    `  ${word.padEnd(8)} ${paint(severity, severityWord(severity).padEnd(8))} ${plainText(title)}  ${paint('quiet', plainText(id))}`;
  return [
    paint('strong', `SINCE  the saved analysis: ${comparisonText(comparison)}`),
    ...comparison.new.flatMap((id) => {
      const finding = byId.get(id);
      return finding === undefined ? [] : [line('NEW', finding.severity, finding.title, id)];
    }),
    ...comparison.changed.flatMap(({ id, changes }) => {
      const finding = byId.get(id);
      return finding === undefined
        ? []
        : [line('CHANGED', finding.severity, finding.title, id), `           ${plainText(changes.join('; '))}`];
    }),
    ...comparison.gone.map(({ id, severity, title }) => line('GONE', severity, title, id)),
  ];
}

function incidentBlock(
  analysis: Analysis,
  { incident, findings }: ReportIncident,
  position: string,
  paint: Paint,
  sources: readonly string[] | undefined,
): string[] {
  const tree = lineageTree(analysis, incident);
  return [
    paint('rule', '─'.repeat(100)),
    ...wrapped(`INCIDENT ${position}  ${severityWord(incident.severity)}  ${plainText(incident.title)}`, '', 2).map(
      (line) => paint(incident.severity, line),
    ),
    paint('quiet', `  ${plainText(incident.id)}`),
    ...wrapped(`Containment  ${plainText(containmentText(incident), 4096)}`, '  ', 13),
    '',
    paint('strong', '  Lineage'),
    ...tree.roots.flatMap((branch) => branchLines(branch, '  ', 'top', paint)),
    ...(tree.omitted === 0 ? [] : [`  … and ${counted(tree.omitted, 'session')} of this lineage, not drawn`]),
    ...findings.flatMap((finding) => ['', ...findingLines(analysis, finding, paint, sources)]),
  ];
}

/** A branch of a lineage and all that hangs from it. */
export function branchLines(
  { node, edge, children }: LineageBranch,
  indent: string,
  place: 'top' | 'middle' | 'last',
  paint: Paint,
): string[] {
  const elbow = place === 'top' ? '' : place === 'last' ? '└─ ' : '├─ ';
  const below = place === 'top' ? '' : place === 'last' ? '   ' : '│  ';
  const stem = children.length > 0 ? '│' : ' ';
  const how = edge === undefined ? '' : `${plainText(edgeWords(edge))} → `;
  return [
    `${indent}${elbow}${how}${paint('strong', plainText(cardTitle(node)))}  ${paint(toneStyle(node), `[${toneWords(node)}]`)}`,
    ...cardLines(node).map(({ label, value }) => `${indent}${below}${stem}  ${label.padEnd(4)} ${plainText(value)}`),
    ...children.flatMap((child, index) =>
      branchLines(child, `${indent}${below}`, index === children.length - 1 ? 'last' : 'middle', paint),
    ),
  ];
}

function toneStyle({ tone }: SliceNode): Parameters<Paint>[0] {
  return tone === 'red' ? 'high' : tone === 'orange' ? 'orange' : tone === 'object' ? 'medium' : 'quiet';
}

function findingLines(
  { settings }: Analysis,
  finding: Finding,
  paint: Paint,
  sources: readonly string[] | undefined,
): string[] {
  const triage = settings.triage[finding.id];
  const shown = finding.evidence.slice(0, mostEvidence);
  return [
    `  ${paint(finding.severity, severityWord(finding.severity))}  ${paint('strong', finding.rule)}  ${plainText(finding.id)}`,
    ...wrapped(plainText(finding.title, 4096), '    '),
    ...wrapped(plainText(finding.explanation, 4096), '    '),
    ...labelled('When', [
      `${finding.firstEventTime} to ${finding.lastEventTime}, ${counted(finding.count, 'time')} (${confidenceText(finding)})`,
    ]),
    ...labelled('ATT&CK', finding.techniques.length === 0 ? [] : [finding.techniques.join(', ')]),
    ...labelled(
      'Triage',
      triage === undefined ? [] : [`${triage.state}${triage.note === undefined ? '' : `: ${triage.note}`}`],
    ),
    ...labelled('Left behind', finding.createdObjects.map(objectText)),
    ...labelled('Context', finding.context.map(factText)),
    ...labelled('Evidence', [
      ...shown.map(
        ({ eventTime, eventName, reason, eventID, file }) =>
          `${eventTime}  ${eventName}  ${reason}  (${eventID} in ${file})`,
      ),
      ...(finding.evidenceTotal > shown.length
        ? [`… ${String(finding.evidenceTotal - shown.length)} more: --format json`]
        : []),
    ]),
    ...labelled(
      'Respond',
      finding.remediations.map(({ title }) => title),
    ),
    ...labelled('Next', [nextCommand(finding, sources)]),
  ];
}

function labelled(label: string, values: readonly string[]): string[] {
  return values.map((value, index) => `    ${(index === 0 ? label : '').padEnd(12)} ${plainText(value)}`);
}

export function objectText({ kind, name, accessKeyId, arn, deletedAt }: CreatedObject): string {
  return [
    `${kind.replaceAll('-', ' ')} ${accessKeyId === undefined ? name : `${accessKeyId} of ${name}`}`,
    ...(arn === undefined ? [] : [arn]),
    ...(deletedAt === undefined ? ['still there at the end of the logs'] : [`deleted ${deletedAt}`]),
  ].join(', ');
}

export function factText({ label, value }: ContextFact): string {
  return `${label}: ${value}`;
}

function briefBlock(brief: readonly ReportIncident[], paint: Paint): string[] {
  return brief.length === 0
    ? []
    : [
        paint('rule', '─'.repeat(100)),
        paint('strong', `ALSO SEEN  ${counted(brief.length, 'incident')}, in brief`),
        ...brief.flatMap(({ findings }) => findings.flatMap((finding) => briefLines(finding, finding.severity, paint))),
      ];
}

function briefLines(finding: Finding, style: Severity, paint: Paint): string[] {
  return [
    `  ${paint(style, severityWord(finding.severity).padEnd(8))} ${plainText(finding.title)}`,
    paint('quiet', `           ${finding.firstEventTime}  ${plainText(finding.id)}`),
  ];
}

function suppressedBlock(suppressed: readonly Finding[], paint: Paint): string[] {
  return suppressed.length === 0
    ? []
    : [
        paint('strong', `SUPPRESSED  ${counted(suppressed.length, 'finding')}, by the case file`),
        ...suppressed.map(
          ({ severity, title, id, suppressedBy }) =>
            `  ${severityWord(severity).padEnd(8)} ${plainText(title)} (${plainText(suppressedBy?.reason ?? '')}; ${plainText(id)})`,
        ),
      ];
}
