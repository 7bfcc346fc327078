/**
 * The answer to "whose is it": each session that the name in an alert leads to, in its lineage from the root down.
 *
 * Guarantee: nothing from a log reaches the terminal as more than visible characters; a lineage is drawn once, also when
 * several of its sessions match.
 */
import type { SessionSummary } from '../contract';
import { counted } from '../detect/text';
import { sliceTree } from './lineage-tree';
import { painter } from './paint';
import { plainText } from './plain-text';
import { branchLines } from './render-text';
import type { LineageSlice } from './slice';

export interface WhoReport {
  readonly query: string;
  /** What the query is; '' when nothing matched. */
  readonly matched: string;
  readonly sessions: readonly SessionSummary[];
  /** Around the matched sessions; those that are in none are listed. */
  readonly slices: readonly LineageSlice[];
}

export function renderWho(
  { query, matched, sessions, slices }: WhoReport,
  options: { readonly colour?: boolean } = {},
): string {
  const paint = painter(options.colour === true);
  const name = plainText(query);
  if (sessions.length === 0) {
    return `Nothing that was read is or has ${name}: no key, session, role, instance, event or address.\n`;
  }
  const drawn = new Set(slices.flatMap(({ nodes }) => nodes.map(({ id }) => id)));
  const listed = sessions.filter(({ id }) => !drawn.has(id));
  const lines = [
    paint('strong', `${name} is ${article(matched)} ${matched} of ${counted(sessions.length, 'session')}`),
  ];
  for (const slice of slices) {
    const { roots, omitted } = sliceTree(slice);
    lines.push('', paint('strong', plainText(slice.title)));
    lines.push(...roots.flatMap((branch) => branchLines(branch, '  ', 'top', paint)));
    lines.push(...(omitted === 0 ? [] : [`  … and ${counted(omitted, 'session')} of this lineage, not drawn`]));
    const { nodes } = slice;
    for (const { id, title, severity } of new Map(
      nodes.flatMap(({ findings }) => findings.map((each) => [each.id, each])),
    ).values()) {
      lines.push(`  ${paint(severity, severity.toUpperCase().padEnd(8))} ${plainText(title, 4096)}  ${plainText(id)}`);
    }
  }
  if (listed.length > 0) {
    lines.push('', paint('strong', `Not drawn: ${counted(listed.length, 'more session')}`));
    for (const { id, arn, events, firstEventTime } of listed) {
      lines.push(
        `  ${plainText(id)}  ${plainText(arn)}  ${counted(events, 'event')}${firstEventTime === null ? '' : `, from ${firstEventTime}`}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function article(word: string): string {
  return /^[aeiou]/.test(word) ? 'an' : 'a';
}
