/**
 * The analysis as a Markdown document, for tickets and case notes.
 *
 * Guarantee: values from logs are text or code spans, never links, images, HTML, headings or table cells of their own.
 */
import type { Analysis } from '../analysis';
import type { Comparison, Finding, Incident } from '../contract';
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
import { markdownCellCode, markdownCode, markdownText } from './plain-text';
import { factText, objectText } from './render-text';

export interface MarkdownOptions {
  readonly sources?: readonly string[];
  readonly comparison?: Comparison;
}

export function renderMarkdown(analysis: Analysis, { sources, comparison }: MarkdownOptions = {}): string {
  const outline = reportOutline(analysis);
  const blocks: string[] = [
    '# CloudTrail Lineage report',
    `**${markdownText(verdictText(analysis, outline))}.**`,
    ...comparisonBlocks(analysis, comparison),
    ...coverageBlocks(analysis),
    ...outline.full.flatMap((each) => incidentBlocks(analysis, each, sources)),
    ...briefBlocks(outline.brief),
    ...suppressedBlocks(outline.suppressed),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function comparisonBlocks({ findings }: Analysis, comparison: Comparison | undefined): string[] {
  if (comparison === undefined) {
    return [];
  }
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const row = (what: string, id: string, { severity, title }: Pick<Finding, 'severity' | 'title'>): string[] => [
    what,
    severity,
    markdownText(title),
    markdownCellCode(id),
  ];
  const known = (id: string, what: string): string[][] => {
    const finding = byId.get(id);
    return finding === undefined ? [] : [row(what, id, finding)];
  };
  const rows = [
    ...comparison.new.flatMap((id) => known(id, 'new')),
    ...comparison.changed.flatMap(({ id, changes }) => known(id, `changed: ${markdownText(changes.join('; '))}`)),
    ...comparison.gone.map((finding) => row('gone', finding.id, finding)),
  ];
  return [
    '## Since the saved analysis',
    `${markdownText(comparisonText(comparison))}\\.`,
    ...(rows.length === 0 ? [] : [table(['What', 'Severity', 'Finding', 'Id'], rows)]),
  ];
}

function coverageBlocks({ coverage }: Analysis): string[] {
  const unread = unreadFiles(coverage);
  return [
    '## What was read',
    list(coverageLines(coverage).map(markdownText)),
    ...(unread.length === 0
      ? []
      : [
          table(
            ['File', 'Verdict', 'Reason'],
            unread.map(({ path, verdict, reason }) => [markdownCellCode(path), verdict, markdownText(reason ?? '')]),
          ),
        ]),
    ...(coverage.notes.length === 0
      ? []
      : [list(coverage.notes.map(({ message }) => `Note: ${markdownText(message)}`))]),
  ];
}

function incidentBlocks(
  analysis: Analysis,
  { incident, findings }: ReportIncident,
  sources: readonly string[] | undefined,
): string[] {
  const tree = lineageTree(analysis, incident);
  return [
    `## ${severityWord(incident.severity)}: ${markdownText(incident.title)}`,
    markdownCode(incident.id),
    ...containmentBlocks(incident),
    '### Lineage',
    tree.roots.flatMap((branch) => branchLines(branch, '')).join('\n'),
    tree.omitted === 0 ? '' : `${counted(tree.omitted, 'more session')} of this lineage not drawn\\.`,
    ...findings.flatMap((finding) => findingBlocks(analysis, finding, sources)),
  ];
}

function containmentBlocks(incident: Incident): string[] {
  const { containment } = incident;
  return [
    `**Containment:** ${markdownText(containmentText(incident))}`,
    ...(containment === undefined
      ? []
      : [
          table(
            ['Time', 'Step', 'Record'],
            containment.events.map(({ eventTime, what, eventID }) => [
              eventTime,
              markdownText(what),
              markdownCellCode(eventID),
            ]),
          ),
          containment.eventsTotal > containment.events.length
            ? `${String(containment.eventsTotal - containment.events.length)} more steps\\.`
            : '',
        ]),
  ];
}

function branchLines({ node, edge, children }: LineageBranch, indent: string): string[] {
  const how = edge === undefined ? '' : `${markdownText(edgeWords(edge))} → `;
  return [
    `${indent}- ${how}**${markdownText(cardTitle(node))}** — ${markdownText(toneWords(node))}`,
    ...cardLines(node).map(({ label, value }) => `${indent}  - ${label}: ${markdownText(value)}`),
    ...children.flatMap((child) => branchLines(child, `${indent}  `)),
  ];
}

function findingBlocks({ settings }: Analysis, finding: Finding, sources: readonly string[] | undefined): string[] {
  const triage = settings.triage[finding.id];
  return [
    `### ${severityWord(finding.severity)}: ${finding.rule}`,
    `**${markdownText(finding.title)}**`,
    markdownText(finding.explanation),
    list([
      `Finding ${markdownCode(finding.id)}, ${confidenceText(finding)}`,
      `${finding.firstEventTime} to ${finding.lastEventTime}, ${counted(finding.count, 'time')}`,
      ...(finding.techniques.length === 0 ? [] : [`ATT\\&CK: ${finding.techniques.join(', ')}`]),
      ...(triage === undefined
        ? []
        : [`Triage: ${triage.state}${triage.note === undefined ? '' : `: ${markdownText(triage.note)}`}`]),
      ...finding.createdObjects.map((object) => `Left behind: ${markdownText(objectText(object))}`),
    ]),
    ...(finding.context.length === 0
      ? []
      : ['Context:', list(finding.context.map((fact) => markdownText(factText(fact))))]),
    table(
      ['Time', 'Event', 'What it shows', 'Record'],
      finding.evidence.map(({ eventTime, eventName, reason, eventID, file }) => [
        eventTime,
        markdownCellCode(eventName),
        markdownText(reason),
        `${markdownCellCode(eventID)} in ${markdownCellCode(file)}`,
      ]),
    ),
    finding.evidenceTotal > finding.evidence.length
      ? `${String(finding.evidenceTotal - finding.evidence.length)} more records\\.`
      : '',
    'Response:',
    list(finding.remediations.map(({ title }) => markdownText(title))),
    `Next: ${markdownCode(nextCommand(finding, sources))}`,
  ];
}

function briefBlocks(brief: readonly ReportIncident[]): string[] {
  return brief.length === 0
    ? []
    : [
        '## Also seen',
        table(
          ['Severity', 'What', 'Since', 'Finding'],
          brief.flatMap(({ findings }) =>
            findings.map(({ severity, title, firstEventTime, id }) => [
              severity,
              markdownText(title),
              firstEventTime,
              markdownCellCode(id),
            ]),
          ),
        ),
      ];
}

function suppressedBlocks(suppressed: readonly Finding[]): string[] {
  return suppressed.length === 0
    ? []
    : [
        '## Suppressed by the case file',
        table(
          ['Severity', 'What', 'Reason', 'Finding'],
          suppressed.map(({ severity, title, suppressedBy, id }) => [
            severity,
            markdownText(title),
            markdownText(suppressedBy?.reason ?? ''),
            markdownCellCode(id),
          ]),
        ),
      ];
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
