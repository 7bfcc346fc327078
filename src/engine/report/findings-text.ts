/** Which incidents a report for people tells in full, and the sentences that all of them share. */
import type { Analysis } from '../analysis';
import type { Coverage, CoverageFile, Finding, Incident, Severity } from '../contract';
import { compareText } from '../cloudtrail/text';
import { counted } from '../detect/text';
import { isAtLeast, severities } from '../severity';

export interface ReportIncident {
  readonly incident: Incident;
  /** Not suppressed, most severe first. */
  readonly findings: readonly Finding[];
}

export interface ReportOutline {
  /** Told in full, lineage and all. */
  readonly full: readonly ReportIncident[];
  /** Named in one line each: low and info, and what goes beyond a readable length. */
  readonly brief: readonly ReportIncident[];
  readonly suppressed: readonly Finding[];
}

/** A report longer than this is read by nobody; JSON, SARIF and CSV have everything. */
const mostFull = 50;

export function reportOutline({ findings, incidents }: Analysis): ReportOutline {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const open = incidents
    .map((incident) => ({
      incident,
      findings: incident.findings
        .map((id) => byId.get(id))
        .filter((finding) => finding !== undefined)
        .filter(({ suppressed }) => !suppressed),
    }))
    .filter((each) => each.findings.length > 0);
  const serious = open.filter(({ incident }) => isAtLeast(incident.severity, 'medium'));
  const full = serious.slice(0, mostFull);
  return {
    full,
    brief: open.filter((each) => !full.includes(each)),
    suppressed: findings.filter(({ suppressed }) => suppressed),
  };
}

/** `2 critical, 4 high and 4 low findings in 7 incidents`. */
export function verdictText({ findings }: Analysis, outline: ReportOutline): string {
  const open = findings.filter(({ suppressed }) => !suppressed);
  if (open.length === 0) {
    return 'No findings in what was read';
  }
  const counts = severities
    .map((severity) => ({ severity, count: open.filter((finding) => finding.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${String(count)} ${severity}`);
  return `${counts.join(', ')} ${open.length === 1 ? 'finding' : 'findings'} in ${counted(outline.full.length + outline.brief.length, 'incident')}`;
}

/** What was read, in one line each. */
export function coverageLines(coverage: Coverage): string[] {
  const { files, events, duplicates, rejected, firstEventTime, lastEventTime, accounts, regions } = coverage;
  const span = firstEventTime === null ? '' : `, ${firstEventTime} to ${lastEventTime ?? firstEventTime}`;
  const verdicts = (['read', 'partial', 'skipped', 'failed'] as const)
    .map((verdict) => ({ verdict, count: files.filter((file) => file.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${String(count)} ${verdict}`);
  return [
    `${counted(events, 'event')} in ${counted(files.length, 'file')}${span}`,
    `Files: ${verdicts.length === 0 ? 'none' : verdicts.join(', ')}; ${counted(duplicates, 'duplicate event')}, ${counted(rejected, 'record')} rejected`,
    ...(accounts.length === 0 ? [] : [`Accounts: ${some(accounts)}`]),
    ...(regions.length === 0 ? [] : [`Regions: ${some(regions)}`]),
  ];
}

/** Every file that was not read in full. */
export function unreadFiles({ files }: Coverage): readonly CoverageFile[] {
  return files.filter(({ verdict }) => verdict !== 'read');
}

/** What to run for the response to a finding. `sources`: the paths that were analysed, where they are known. */
export function nextCommand({ id, incident }: Finding, sources: readonly string[] = []): string {
  const paths = sources.length === 0 ? 'PATH...' : [...sources].sort(compareText).map(shellWord).join(' ');
  return `cloudtrail-lineage remediate ${paths} --finding ${id} --out remediation/${incident}`;
}

/** For a POSIX shell; an ordinary path stays as it is. */
function shellWord(path: string): string {
  return /^[\w./][\w./:@%+,=-]*$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

export function severityWord(severity: Severity): string {
  return severity.toUpperCase();
}

const confidenceWords: Readonly<Record<Finding['confidence'], string>> = {
  exact: 'exact: every link is recorded',
  session: 'linked by session',
  inferred: 'rests on an inferred link',
};

export function confidenceText({ confidence }: Finding): string {
  return confidenceWords[confidence];
}

function some(items: readonly string[]): string {
  const most = 12;
  return items.length <= most
    ? items.join(', ')
    : `${items.slice(0, most).join(', ')} and ${String(items.length - most)} more`;
}
