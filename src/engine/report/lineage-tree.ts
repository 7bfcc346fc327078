/**
 * The lineage of an incident as a tree of cards, for reports that are read from top to bottom.
 *
 * Guarantee: every session and object once, under the first that led to it, roots first; at most `mostNodes` of them, and what is
 * left out is counted. Texts are as the logs have them: whoever prints them cleans them.
 */
import type { Analysis } from '../analysis';
import type { Incident } from '../contract';
import { buildSlice } from './build-slice';
import type { LineageSlice, SliceEdge, SliceNode } from './slice';

export interface LineageBranch {
  readonly node: SliceNode;
  /** How it came from its parent; absent at the top. */
  readonly edge?: SliceEdge;
  readonly children: readonly LineageBranch[];
}

export interface LineageTree {
  readonly roots: readonly LineageBranch[];
  /** Sessions of the lineage that are not shown. */
  readonly omitted: number;
}

const mostNodes = 60;

export function lineageTree(analysis: Analysis, incident: Incident): LineageTree {
  const nodes = new Map<string, SliceNode>();
  const edges = new Map<string, SliceEdge[]>();
  let sessionsInLineage = 0;
  for (const id of incident.findings) {
    const slice = buildSlice(analysis, { finding: id, maxNodes: mostNodes });
    if (slice === undefined) {
      continue;
    }
    sessionsInLineage = Math.max(sessionsInLineage, slice.omitted + countSessions(slice.nodes));
    for (const node of slice.nodes) {
      if (nodes.has(node.id) || nodes.size < mostNodes) {
        nodes.set(node.id, nodes.get(node.id) ?? node);
      }
    }
    for (const edge of slice.edges) {
      const known = edges.get(edge.to) ?? [];
      edges.set(edge.to, known.some(({ from }) => from === edge.from) ? known : [...known, edge]);
    }
  }
  return {
    roots: branches(nodes, edges),
    omitted: Math.max(0, sessionsInLineage - countSessions([...nodes.values()])),
  };
}

/** One slice as a tree. */
export function sliceTree({ nodes, edges, omitted }: LineageSlice): LineageTree {
  const incoming = new Map<string, SliceEdge[]>();
  for (const edge of edges) {
    incoming.set(edge.to, [...(incoming.get(edge.to) ?? []), edge]);
  }
  return { roots: branches(new Map(nodes.map((node) => [node.id, node])), incoming), omitted };
}

function countSessions(nodes: readonly SliceNode[]): number {
  return nodes.filter(({ type }) => type === 'session').length;
}

function branches(
  nodes: ReadonlyMap<string, SliceNode>,
  edges: ReadonlyMap<string, readonly SliceEdge[]>,
): LineageBranch[] {
  const childrenOf = new Map<string, SliceEdge[]>();
  const roots: SliceNode[] = [];
  for (const node of nodes.values()) {
    const edge = edges.get(node.id)?.find(({ from }) => nodes.has(from) && from !== node.id);
    if (edge === undefined) {
      roots.push(node);
    } else {
      childrenOf.set(edge.from, [...(childrenOf.get(edge.from) ?? []), edge]);
    }
  }
  const placed = new Set<string>();
  const grow = (node: SliceNode, edge?: SliceEdge): LineageBranch => {
    placed.add(node.id);
    const children: LineageBranch[] = [];
    for (const next of childrenOf.get(node.id) ?? []) {
      const child = nodes.get(next.to);
      if (child !== undefined && !placed.has(child.id)) {
        children.push(grow(child, next));
      }
    }
    return { node, ...(edge === undefined ? {} : { edge }), children: inTimeOrder(children) };
  };
  const grown = roots.map((node) => grow(node));
  // Damaged data can close a circle: it is cut at its first session.
  for (const node of nodes.values()) {
    if (!placed.has(node.id)) {
      grown.push(grow(node));
    }
  }
  return grown;
}

function inTimeOrder(children: readonly LineageBranch[]): LineageBranch[] {
  const time = ({ node }: LineageBranch): string => node.firstEventTime ?? '';
  return [...children].sort((a, b) => (time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0));
}
