/**
 * The answer to "whose is it": each session that the name in an alert leads to, in its lineage from the root down, and the
 * records that show it.
 *
 * Guarantee: nothing from a log reaches the terminal as more than visible characters; a lineage is drawn once, also when
 * several of its sessions match; what is not shown is counted.
 */
import type { SessionSummary } from '../contract';
import { counted } from '../detect/text';
import { sliceTree } from './lineage-tree';
import { painter, type Paint } from './paint';
import { plainText } from './plain-text';
import { branchLines } from './render-text';
import type { LineageSlice } from './slice';
import type { WhoRecord } from './who';

export interface WhoReport {
  readonly query: string;
  /** What of the query was looked up. */
  readonly name: string;
  /** What the name is; '' when nothing matched. */
  readonly matched: string;
  /** Other ids of the query. */
  readonly alsoNamed: readonly string[];
  /** Sessions matched; `sessions` may hold fewer. */
  readonly total: number;
  readonly sessions: readonly SessionSummary[];
  /** Around the matched sessions; those that are in none are listed. */
  readonly slices: readonly LineageSlice[];
  readonly records: readonly WhoRecord[];
  readonly recordsTotal: number;
}

/** Sessions beyond the drawn ones that are named; the rest is counted. */
const mostListed = 40;

export function renderWho(report: WhoReport, options: { readonly colour?: boolean } = {}): string {
  const { query, name, matched, alsoNamed, total, slices } = report;
  const paint = painter(options.colour === true);
  if (matched === '') {
    return `Nothing that was read is or has ${plainText(query)}: no key, session, principal, role, user, instance, event, request, address or account, and no call that makes or changes something is about it. Objects, secrets and tables that were only read are in the blast radius of a session.\n`;
  }
  const lines = [
    paint(
      'strong',
      `${plainText(name)} is ${article(matched)} ${matched}: ${total === 0 ? 'no session of these logs' : counted(total, 'session')}`,
    ),
    ...(alsoNamed.length === 0
      ? []
      : [`The query names more, which this does not answer: ${alsoNamed.map((other) => plainText(other)).join(', ')}`]),
    ...slices.flatMap((slice) => sliceLines(slice, paint)),
    ...undrawnLines(report, paint),
    ...recordLines(report, paint),
  ];
  return `${lines.join('\n')}\n`;
}

function sliceLines(slice: LineageSlice, paint: Paint): string[] {
  const { roots, omitted } = sliceTree(slice);
  const findings = new Map(slice.nodes.flatMap(({ findings: found }) => found.map((each) => [each.id, each])));
  return [
    '',
    paint('strong', plainText(slice.title)),
    ...roots.flatMap((branch) => branchLines(branch, '  ', 'top', paint)),
    ...(omitted === 0 ? [] : [`  … and ${counted(omitted, 'session')} of this lineage, not drawn`]),
    ...[...findings.values()].map(
      ({ id, title, severity }) =>
        `  ${paint(severity, severity.toUpperCase().padEnd(8))} ${plainText(title, 4096)}  ${plainText(id)}`,
    ),
  ];
}

function undrawnLines({ sessions, slices, total }: WhoReport, paint: Paint): string[] {
  const drawn = new Set(slices.flatMap(({ nodes }) => nodes.map(({ id }) => id)));
  const undrawn = sessions.filter(({ id }) => !drawn.has(id));
  const count = total - (sessions.length - undrawn.length);
  const named = undrawn.slice(0, mostListed);
  return count === 0
    ? []
    : [
        '',
        paint('strong', `Not drawn: ${counted(count, 'more session')}`),
        ...named.map(
          ({ id, arn, events, firstEventTime }) =>
            `  ${plainText(id)}  ${plainText(arn)}  ${counted(events, 'event')}${firstEventTime === null ? '' : `, from ${firstEventTime}`}`,
        ),
        ...(count > named.length ? [`  … and ${String(count - named.length)} more`] : []),
      ];
}

function recordLines({ records, recordsTotal }: WhoReport, paint: Paint): string[] {
  return records.length === 0
    ? []
    : [
        '',
        paint('strong', 'Records'),
        ...records.map(
          ({ eventTime, eventName, role, eventID, file }) =>
            `  ${eventTime}  ${plainText(eventName)}  ${role}  (${plainText(eventID)} in ${plainText(file)})`,
        ),
        ...(recordsTotal > records.length ? [`  … ${String(recordsTotal - records.length)} more`] : []),
      ];
}

function article(word: string): string {
  return /^(?!us)[aeiou]/.test(word) ? 'an' : 'a';
}
