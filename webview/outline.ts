/**
 * The lineage as text, for a ticket or a report: what the drawing and its details say, one indented block a node.
 *
 * Guarantee: pure; every node of the slice is in it once, drawn or not.
 */
import type { LineageSlice, SliceEvidence, SliceNode } from '../src/shared/panel-messages';
import { type TreeNode, buildGraph } from './graph';
import {
  badge,
  confidenceText,
  counted,
  instantText,
  locationsInOrder,
  omittedText,
  periodText,
  visible,
} from './words';

function recordText({ eventTime, eventName, eventID, reason }: SliceEvidence): string {
  return `${instantText(eventTime)} ${visible(eventName)} ${visible(eventID)}: ${visible(reason)}`;
}

function detailsOf(node: SliceNode): string[] {
  const from = locationsInOrder(node).map((p) => `${visible(p.location)}${p.suspicious ? ' (suspicious)' : ''}`);
  const did = node.actions.map(({ eventName, count, denied, failed = 0 }) => {
    const not = [denied > 0 ? `${denied} denied` : '', failed > 0 ? `${failed} failed` : ''].filter(Boolean).join(', ');
    return `${visible(eventName)} ×${count}${not === '' ? '' : ` (${not})`}`;
  });
  const rows: readonly (readonly [string, string])[] = [
    ['account', visible(node.accountId)],
    ['keys', node.keys.map((key) => visible(key)).join(', ')],
    ['active', periodText(node.firstEventTime, node.lastEventTime)],
    ['from', from.join(', ')],
    ['with', node.userAgents.map((agent) => visible(agent)).join(', ')],
    ['events', node.type === 'session' ? `${counted(node.events, 'event')}, ${node.denied} denied` : ''],
    ['did', did.join(', ')],
    ['origin', node.origin === null ? '' : `${visible(node.origin.explanation)} Rule: ${visible(node.origin.rule)}`],
    ...(node.origin?.evidence ?? []).map((e): [string, string] => ['origin record', recordText(e)]),
    ...node.facts.map((fact): [string, string] => [visible(fact.label), visible(fact.value)]),
    ...node.findings.map((finding): [string, string] => [`finding (${finding.severity})`, visible(finding.title)]),
    ...node.evidence.map((e): [string, string] => ['evidence', recordText(e)]),
  ];
  return rows.filter(([, value]) => value !== '').map(([label, value]) => `${label}: ${value}`);
}

export function outlineText(slice: LineageSlice): string {
  const everything = { nodes: Infinity, children: Infinity, unfolded: new Map<string, number>() };
  const graph = buildGraph(slice, everything);
  const lines: string[] = [visible(slice.title), ''];
  // A stack, not recursion: a lineage may be as deep as the log makes it.
  const stack: { tree: TreeNode; depth: number }[] = graph.roots.toReversed().map((tree) => ({ tree, depth: 0 }));
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { tree, depth } = at;
    const indent = '  '.repeat(depth);
    if (tree.edge !== undefined) lines.push(`${indent}via ${visible(tree.edge.label)} (${confidenceText(tree.edge)})`);
    lines.push(
      `${indent}- [${badge(tree.node)}] ${[tree.node.title, tree.node.subtitle]
        .map((t) => visible(t))
        .filter(Boolean)
        .join(', ')}`,
    );
    lines.push(...detailsOf(tree.node).map((line) => `${indent}  ${line}`));
    if (tree.missing > 0) lines.push(`${indent}  ${counted(tree.missing, 'more session')} not in this text`);
    stack.push(...tree.children.toReversed().map((child) => ({ tree: child, depth: depth + 1 })));
  }
  const omitted = omittedText(slice);
  if (omitted !== '') lines.push('', omitted);
  return `${lines.join('\n')}\n`;
}
