/** Sentences that every report for people has, apart from how they are printed. */
import { withThousands } from '../cloudtrail/text';
import type { Coverage, CoverageFile, Finding, Severity } from '../contract';
import { techniqueName } from '../detect/attack';
import { counted, listed } from '../detect/text';
import type { LeftBehind } from './outline';

const mostListed = 12;

/** `92 files: 90 read, 2 skipped`. */
export function filesText({ files }: Coverage): string {
  const verdicts = (['read', 'partial', 'skipped', 'failed'] as const)
    .map((verdict) => [verdict, files.filter((file) => file.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${withThousands(count)} ${verdict}`);
  return `${withThousands(files.length)} ${files.length === 1 ? 'file' : 'files'}${verdicts.length === 0 ? '' : `: ${verdicts.join(', ')}`}`;
}

export function eventsText({ events, duplicates, rejected }: Coverage): string {
  const extra = [
    ...(duplicates === 0
      ? []
      : [`${withThousands(duplicates)} ${duplicates === 1 ? 'duplicate' : 'duplicates'} dropped`]),
    ...(rejected === 0 ? [] : [`${withThousands(rejected)} rejected`]),
  ];
  return `${withThousands(events)} ${events === 1 ? 'event' : 'events'}${extra.length === 0 ? '' : ` (${extra.join(', ')})`}`;
}

export function periodText({
  firstEventTime,
  lastEventTime,
}: Pick<Coverage, 'firstEventTime' | 'lastEventTime'>): string {
  if (firstEventTime === null || lastEventTime === null) {
    return 'no events';
  }
  return firstEventTime === lastEventTime ? firstEventTime : `${firstEventTime} to ${lastEventTime}`;
}

export function accountsText({ accounts, regions }: Coverage): string {
  return [
    `${accounts.length === 1 ? 'account' : 'accounts'} ${accounts.length === 0 ? 'not told' : listed(accounts, mostListed)}`,
    `${regions.length === 1 ? 'region' : 'regions'} ${regions.length === 0 ? 'not told' : listed(regions, mostListed)}`,
  ].join('; ');
}

/** Files that were not wholly read. */
export function unreadFiles({ files }: Coverage): readonly CoverageFile[] {
  return files.filter(({ verdict }) => verdict !== 'read');
}

/** `2 critical, 1 high`; `no findings`. */
export function countsText(counts: readonly (readonly [Severity, number])[]): string {
  return counts.length === 0
    ? 'no findings'
    : counts.map(([severity, count]) => `${String(count)} ${severity}`).join(', ');
}

export const noFindingsText =
  'No rule found anything. That is an answer about the events above only: see what was not read and not judged.';

export function techniquesText({ techniques }: Finding): string {
  return techniques.map((id) => (techniqueName(id) === id ? id : `${id} ${techniqueName(id)}`)).join('; ');
}

export function whenText({ firstEventTime, lastEventTime, count }: Finding): string {
  return `${periodText({ firstEventTime, lastEventTime })}${count > 1 ? `, ${counted(count, 'time')}` : ''}`;
}

/** `user bob (arn:aws:iam::…:user/bob)`. */
export function objectText({ object }: LeftBehind): string {
  const kind = object.kind.replaceAll('-', ' ');
  const what =
    object.accessKeyId === undefined ? `${kind} ${object.name}` : `${kind} ${object.accessKeyId} of ${object.name}`;
  const deleted = object.deletedAt === undefined ? '' : `, deleted again at ${object.deletedAt}`;
  return `${what}${object.arn === undefined ? '' : ` (${object.arn})`}${deleted}`;
}

export function suppressedText(finding: Finding): string {
  const { reason = '', author, expires } = finding.suppressedBy ?? {};
  return `${reason}${author === undefined ? '' : `, by ${author}`}${expires === undefined ? '' : `, until ${expires}`}`;
}

/** What to run to get the response for a finding. `sources`: the paths that were analysed, when they are known. */
export function remediateCommand(finding: Finding, sources: readonly string[] | undefined): string {
  const paths = sources === undefined || sources.length === 0 ? 'PATH...' : sources.map(shellWord).join(' ');
  return `cloudtrail-lineage remediate ${paths} --finding ${finding.id} --out remediation/${finding.incident}`;
}

/** For a POSIX shell; an ordinary path stays as it is. */
function shellWord(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
