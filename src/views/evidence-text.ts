/**
 * The text of an evidence document: what the finding says, then every record of its evidence, pretty-printed, with the
 * places that matter.
 *
 * Guarantee: pure; the text is JSON; ranges are in lines and UTF-16 columns of exactly this text.
 */
import { findNodeAtLocation, parseTree, type JSONPath, type Node } from 'jsonc-parser';
import type { Evidence, Finding } from '../engine/contract';

export interface TextRange {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface EvidenceRecord {
  readonly evidence: Evidence;
  /** The whole record. */
  readonly range: TextRange;
  /** The property that tells it: the issued key, the address, the event's name. */
  readonly telling: TextRange;
}

export interface EvidenceText {
  readonly text: string;
  /** The line with the finding's title. */
  readonly headline: TextRange;
  readonly records: readonly EvidenceRecord[];
}

/** Where the record itself shows what a rule saw; the first that is there is taken. */
const TELLING: readonly JSONPath[] = [
  ['responseElements', 'credentials', 'accessKeyId'],
  ['responseElements', 'accessKey', 'accessKeyId'],
  ['responseElements', 'user', 'userName'],
  ['requestParameters', 'policyName'],
  ['requestParameters', 'policyArn'],
  ['errorCode'],
  ['eventName'],
];
const BY_RULE: Readonly<Record<string, readonly JSONPath[]>> = {
  'ec2-credential-off-instance': [['sourceIPAddress']],
};

/** The title's range in the document of a finding, known without reading any record. */
export function headlineOf(finding: Pick<Finding, 'title'>): TextRange {
  const line = headline(finding);
  return { startLine: 1, startColumn: 2, endLine: 1, endColumn: line.length - 1 };
}

function headline({ title }: Pick<Finding, 'title'>): string {
  return `  "finding": ${JSON.stringify(title)},`;
}

/** `records` are the pretty-printed texts by event id; evidence whose file has gone says so in its place. */
export function evidenceText(finding: Finding, records: ReadonlyMap<string, string>): EvidenceText {
  const lines = ['{', headline(finding)];
  const put = (key: string, value: unknown) => lines.push(`  ${JSON.stringify(key)}: ${JSON.stringify(value)},`);
  put('severity', finding.severity);
  put('rule', finding.rule);
  put('techniques', finding.techniques);
  put('explanation', finding.explanation);
  put('id', finding.id);
  if (finding.evidenceTotal > finding.evidence.length) {
    put('evidence', `${finding.evidence.length} of ${finding.evidenceTotal} records`);
  }
  lines.push('  "Records": [');
  const placed = finding.evidence.map((evidence, index): EvidenceRecord => {
    const text = records.get(evidence.eventID) ?? missing(evidence);
    const first = lines.length;
    const own = text.split('\n');
    lines.push(...own.map((line) => `    ${line}`));
    const last = lines.length - 1;
    const range = { startLine: first, startColumn: 4, endLine: last, endColumn: lines[last]?.length ?? 0 };
    if (index < finding.evidence.length - 1) lines[last] = `${lines[last] ?? ''},`;
    return { evidence, range, telling: moved(tellingRange(text, finding.rule), first, 4) };
  });
  lines.push('  ]', '}', '');
  return { text: lines.join('\n'), headline: headlineOf(finding), records: placed };
}

function missing({ eventID, eventName, file }: Evidence): string {
  return JSON.stringify({ eventID, eventName, file, note: 'The record could not be read from its file.' }, null, 2);
}

/** The telling property of one pretty-printed record. */
export function tellingRange(record: string, rule = ''): TextRange {
  const root = parseTree(record);
  const paths = [...(BY_RULE[rule] ?? []), ...TELLING];
  for (const path of root === undefined ? [] : paths) {
    const property = root && findNodeAtLocation(root, path)?.parent;
    if (property !== undefined) return rangeOf(record, property);
  }
  const end = record.indexOf('\n');
  return { startLine: 0, startColumn: 0, endLine: 0, endColumn: end < 0 ? record.length : end };
}

function rangeOf(text: string, { offset, length }: Pick<Node, 'offset' | 'length'>): TextRange {
  const [startLine, startColumn] = positionOf(text, offset);
  const [endLine, endColumn] = positionOf(text, offset + length);
  return { startLine, startColumn, endLine, endColumn };
}

function positionOf(text: string, offset: number): readonly [line: number, column: number] {
  let line = 0;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    start = at + 1;
  }
  return [line, offset - start];
}

function moved(range: TextRange, lines: number, columns: number): TextRange {
  return {
    startLine: range.startLine + lines,
    startColumn: range.startColumn + columns,
    endLine: range.endLine + lines,
    endColumn: range.endColumn + columns,
  };
}
