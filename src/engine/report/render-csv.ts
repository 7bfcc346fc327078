/**
 * Findings and coverage as a table for spreadsheets: one row a finding, then one a file that was not read in full and one
 * a note, so that an empty list of findings never stands without what was looked at.
 *
 * Guarantee: RFC 4180 with CRLF; no cell starts a formula.
 */
import { stringify } from 'csv-stringify/browser/esm/sync';
import type { Analysis } from '../analysis';
import type { Finding } from '../contract';
import { plainText } from './plain-text';

const columns = [
  'row',
  'incident',
  'id',
  'rule',
  'severity',
  'confidence',
  'suppressed',
  'title',
  'explanation',
  'firstEventTime',
  'lastEventTime',
  'count',
  'sessions',
  'accessKeyIds',
  'roles',
  'instanceIds',
  'addresses',
  'techniques',
  'created',
  'remediations',
  'evidenceTotal',
  'evidence',
] as const;

type Row = Readonly<Partial<Record<(typeof columns)[number], string | number>>>;

export function renderCsv({ findings, coverage }: Analysis): string {
  const rows: Row[] = [
    ...findings.map(findingRow),
    ...coverage.files
      .filter(({ verdict }) => verdict !== 'read')
      .map(({ path, verdict, reason, events }) => ({
        row: 'file',
        id: path,
        rule: verdict,
        explanation: reason ?? '',
        count: events,
      })),
    ...coverage.notes.map(({ id, message }) => ({ row: 'note', id, explanation: message })),
    {
      row: 'coverage',
      title: `${String(coverage.files.length)} files, ${String(coverage.events)} events, ${String(coverage.duplicates)} duplicates, ${String(coverage.rejected)} rejected records`,
      firstEventTime: coverage.firstEventTime ?? '',
      lastEventTime: coverage.lastEventTime ?? '',
      count: coverage.events,
    },
  ];
  return stringify(rows.map(safe), {
    header: true,
    columns: [...columns],
    record_delimiter: 'windows',
    // A cell that starts with = + - @, a tab or a return gets an apostrophe in front.
    escape_formulas: true,
  });
}

function findingRow(finding: Finding): Row {
  const { entities } = finding;
  return {
    row: 'finding',
    incident: finding.incident,
    id: finding.id,
    rule: finding.rule,
    severity: finding.severity,
    confidence: finding.confidence,
    suppressed: finding.suppressed ? `yes: ${finding.suppressedBy?.reason ?? ''}` : 'no',
    title: finding.title,
    explanation: finding.explanation,
    firstEventTime: finding.firstEventTime,
    lastEventTime: finding.lastEventTime,
    count: finding.count,
    sessions: finding.sessions.join('; '),
    accessKeyIds: entities.accessKeyIds.join('; '),
    roles: entities.roles.join('; '),
    instanceIds: entities.instanceIds.join('; '),
    addresses: entities.addresses.join('; '),
    techniques: finding.techniques.join('; '),
    created: finding.createdObjects
      .map(({ kind, name, accessKeyId }) => [kind, name, accessKeyId ?? ''].join(' ').trim())
      .join('; '),
    remediations: finding.remediations.map(({ title }) => title).join('; '),
    evidenceTotal: finding.evidenceTotal,
    evidence: finding.evidence
      .map(({ eventTime, eventName, eventID }) => `${eventTime} ${eventName} ${eventID}`)
      .join('; '),
  };
}

/** Numbers stay numbers; a spreadsheet shows at most 32,767 characters of a cell. */
function safe(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === 'number' ? value : plainText(value, 32_767),
    ]),
  );
}
