/**
 * How a session or an object of a lineage reads, line by line: the same in a terminal and in Markdown.
 *
 * Texts are as the log has them: whoever prints them cleans or escapes them.
 */
import type { ContextFact } from '../contract';
import { counted } from '../detect/text';
import type { SliceAction, SliceNode } from './slice';

const mostPlaces = 4;
const mostActions = 8;
/** Said elsewhere of every session. */
const ordinaryFacts: ReadonlySet<string> = new Set(['Origin', 'Role', 'ARN', 'Principal', 'Expires']);

/** `ORANGE possibly anomalous`: the colour in a word, and what it means. */
export function toneText({ tone, toneLabel }: SliceNode): string {
  return tone === 'orange' || tone === 'red' ? `${tone.toUpperCase()} ${lowerFirst(toneLabel)}` : lowerFirst(toneLabel);
}

export function hopText(node: SliceNode): string {
  return node.type === 'session' && (node.depth > 0 || node.depthText.startsWith('≥')) ? `hop ${node.depthText}` : '';
}

/** Label and value, in the order of reading; what does not apply is left out. */
export function nodeDetails(node: SliceNode): readonly (readonly [label: string, value: string])[] {
  if (node.type === 'object') {
    return [];
  }
  const details: readonly (readonly [string, string])[] = [
    ['keys', node.keys.join(', ')],
    ['used', usedText(node)],
    ['from', placesText(node)],
    ['did', actionsText(node.actions)],
    ['source identity', node.facts.find(({ label }) => label === 'Source identity')?.value ?? ''],
    [
      'not drawn',
      node.moreChildren === 0 ? '' : counted(node.moreChildren, 'session that it issued', 'sessions that it issued'),
    ],
  ];
  return details.filter(([, value]) => value !== '');
}

/** What the logs tell of the instance behind a session. */
export function instanceDetails(node: SliceNode): readonly ContextFact[] {
  return node.kind === 'ec2-instance' || node.kind === 'ssm-hybrid'
    ? node.facts.filter(({ label }) => !ordinaryFacts.has(label) && label !== 'Source identity')
    : [];
}

function usedText(node: SliceNode): string {
  if (node.events === 0) {
    return `never in these logs${node.accountId === '' ? '' : `, account ${node.accountId}`}`;
  }
  const denied = node.denied === 0 ? '' : `, ${String(node.denied)} denied`;
  const period =
    node.firstEventTime === null || node.lastEventTime === null || node.firstEventTime === node.lastEventTime
      ? (node.firstEventTime ?? '')
      : `${node.firstEventTime} to ${node.lastEventTime}`;
  return `${counted(node.events, 'event')}${denied}, ${period}${node.accountId === '' ? '' : `, account ${node.accountId}`}`;
}

function placesText({ locations }: SliceNode): string {
  const ordered = [
    ...locations.filter(({ suspicious }) => suspicious),
    ...locations.filter(({ suspicious }) => !suspicious),
  ];
  const shown = ordered
    .slice(0, mostPlaces)
    .map(
      ({ location, class: kind, events, suspicious }) =>
        `${location} (${suspicious ? 'NOT ITS PLACE, ' : ''}${kind}, ${counted(events, 'event')})`,
    );
  const more = ordered.length - shown.length;
  return [...shown, ...(more > 0 ? [`${String(more)} more`] : [])].join(', ');
}

function actionsText(actions: readonly SliceAction[]): string {
  const shown = actions.slice(0, mostActions).map(({ eventName, count, denied }) => {
    const times = count === 1 ? '' : ` ×${String(count)}`;
    return `${eventName}${times}${denied === 0 ? '' : denied === count ? ' (denied)' : ` (${String(denied)} denied)`}`;
  });
  return [...shown, ...(actions.length > shown.length ? ['…'] : [])].join(', ');
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
