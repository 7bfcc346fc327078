/**
 * A slice as a tree to be read from top to bottom: each session below the one that issued it, in the order of time.
 *
 * Guarantee: every node of the slice once, also where a session has several possible parents or edges form a circle.
 */
import { compareText } from '../detect/text';
import type { LineageSlice, SliceEdge, SliceNode } from './slice';

export interface TreeNode {
  readonly node: SliceNode;
  /** What it hangs from; undefined for a root. */
  readonly edge: SliceEdge | undefined;
  /** Titles of other sessions that may have issued it. */
  readonly others: readonly string[];
  readonly children: readonly TreeNode[];
}

export function treesOf(slice: LineageSlice): readonly TreeNode[] {
  const byId = new Map(slice.nodes.map((node) => [node.id, node]));
  const edges = slice.edges.filter(({ from, to }) => byId.has(from) && byId.has(to) && from !== to);
  const incoming = group(edges, ({ to }) => to);
  const outgoing = group(edges, ({ from }) => from);
  const drawn = new Set<string>();
  const grow = (node: SliceNode, edge: SliceEdge | undefined): TreeNode => {
    drawn.add(node.id);
    const children: TreeNode[] = [];
    for (const next of [...(outgoing.get(node.id) ?? [])].sort(byTime)) {
      const child = byId.get(next.to);
      if (child !== undefined && !drawn.has(child.id)) {
        children.push(grow(child, next));
      }
    }
    const others = (incoming.get(node.id) ?? [])
      .filter((other) => edge !== undefined && other.from !== edge.from)
      .map(({ from }) => byId.get(from)?.title ?? '');
    return { node, edge, others, children };
  };
  const starts = slice.nodes.filter(({ id }) => !incoming.has(id));
  const trees = starts.map((node) => grow(node, undefined));
  // What is on a circle has no start: it begins with the first that is left.
  for (const node of slice.nodes) {
    if (!drawn.has(node.id)) {
      trees.push(grow(node, undefined));
    }
  }
  return trees;
}

function byTime(a: SliceEdge, b: SliceEdge): number {
  return compareText(timeOf(a), timeOf(b)) || compareText(a.to, b.to);
}

function timeOf({ evidence }: SliceEdge): string {
  return evidence[0]?.eventTime ?? '';
}

function group(edges: readonly SliceEdge[], key: (edge: SliceEdge) => string): ReadonlyMap<string, SliceEdge[]> {
  const groups = new Map<string, SliceEdge[]>();
  for (const edge of edges) {
    const list = groups.get(key(edge));
    if (list === undefined) {
      groups.set(key(edge), [edge]);
    } else {
      list.push(edge);
    }
  }
  return groups;
}
