/**
 * The slice as a forest to draw: one drawing parent for each node, the other edges beside it, and what is left out.
 *
 * Guarantee: the result depends on the slice's content, never on the order of its arrays; bad input (unknown ends,
 * cycles, doubled ids) still gives a forest that holds every node at most once; no more than the caps allow is drawn,
 * and what is dropped is counted on the node it hangs from.
 */
import type { LineageSlice, SliceEdge, SliceNode } from '../src/shared/panel-messages';

export interface TreeNode {
  readonly id: string;
  readonly node: SliceNode;
  /** The edge it hangs from; none for a root. */
  readonly edge: SliceEdge | undefined;
  readonly parent: TreeNode | undefined;
  readonly children: readonly TreeNode[];
  /** Children not drawn although the slice holds them: they can be unfolded. */
  readonly folded: number;
  /** Children that the slice does not hold. */
  readonly missing: number;
}

export interface SliceGraph {
  readonly roots: readonly TreeNode[];
  readonly byId: ReadonlyMap<string, TreeNode>;
  /** Edges between drawn nodes that are not the drawing parent's. */
  readonly extras: readonly SliceEdge[];
  /** All edges that end in a node, drawn or not. */
  readonly incoming: ReadonlyMap<string, readonly SliceEdge[]>;
  /** Nodes of the slice that are not drawn. */
  readonly undrawn: number;
}

export interface Caps {
  /** Most cards drawn. */
  readonly nodes: number;
  /** Most children drawn under one parent; what is suspicious or leads to the focus comes first. */
  readonly children: number;
  /** Parents that the user unfolded, and how many children more each shows. */
  readonly unfolded: ReadonlyMap<string, number>;
}

export const DEFAULT_CAPS: Caps = { nodes: 300, children: 15, unfolded: new Map() };

const CONFIDENCE_RANK: Readonly<Record<SliceEdge['confidence'], number>> = {
  exact: 0,
  twin: 1,
  session: 2,
  console: 3,
  inferred: 4,
  ambiguous: 5,
  none: 6,
};
const TONE_RANK: Readonly<Record<SliceNode['tone'], number>> = { red: 4, orange: 3, object: 2, root: 1, ok: 0 };
/** Leads to the session the panel was opened on: above every tone. */
const FOCUS_RANK = 9;

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sessions in the order they began; what has no time, last; objects after the sessions of the same moment. */
function compareNodes(a: SliceNode, b: SliceNode): number {
  const [timeA, timeB] = [a.firstEventTime ?? '9', b.firstEventTime ?? '9'];
  return (
    compareText(timeA, timeB) || Number(a.type === 'object') - Number(b.type === 'object') || compareText(a.id, b.id)
  );
}

function compareEdges(a: SliceEdge, b: SliceEdge): number {
  return (
    Number(a.kind === 'attempted') - Number(b.kind === 'attempted') ||
    CONFIDENCE_RANK[a.confidence] - CONFIDENCE_RANK[b.confidence] ||
    compareText(a.from, b.from) ||
    compareText(a.label, b.label) ||
    compareText(a.kind, b.kind) ||
    compareText(a.explanation, b.explanation)
  );
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

interface Draft {
  readonly node: SliceNode;
  edge: SliceEdge | undefined;
  readonly children: Draft[];
  depth: number;
  /** The highest rank in its subtree. */
  worth: number;
}

/**
 * Gives every node one drawing parent: the surest edge whose start does not lie below the node itself. Walks from the
 * nodes nothing leads to; what only a cycle holds is entered at its first node.
 */
function spanningForest(nodes: readonly SliceNode[], incoming: ReadonlyMap<string, readonly SliceEdge[]>): Draft[] {
  const drafts = new Map(
    nodes.map((node): [string, Draft] => [node.id, { node, edge: undefined, children: [], depth: 0, worth: 0 }]),
  );
  const roots: Draft[] = [];
  const isBelow = (draft: Draft, above: Draft): boolean => {
    const seen = new Set<Draft>();
    for (let at: Draft | undefined = draft; at !== undefined && !seen.has(at);) {
      if (at === above) return true;
      seen.add(at);
      at = at.edge === undefined ? undefined : drafts.get(at.edge.from);
    }
    return false;
  };
  for (const draft of drafts.values()) {
    const edge = incoming.get(draft.node.id)?.find((candidate) => {
      const parent = drafts.get(candidate.from);
      return parent !== undefined && !isBelow(parent, draft);
    });
    const parent = edge === undefined ? undefined : drafts.get(edge.from);
    draft.edge = edge;
    (parent?.children ?? roots).push(draft);
  }
  return roots;
}

/** Depth and worth of all, children after their parents in the answer. */
function measureForest(roots: readonly Draft[]): Draft[] {
  const all: Draft[] = [...roots];
  for (const draft of all) {
    for (const child of draft.children) {
      child.depth = draft.depth + 1;
      all.push(child);
    }
  }
  for (const draft of all.toReversed()) {
    const own = draft.node.focus ? FOCUS_RANK : TONE_RANK[draft.node.tone];
    draft.worth = draft.children.reduce((most, child) => Math.max(most, child.worth), own);
  }
  return all;
}

/**
 * Who is drawn: the children cap for each parent, then the cap over all. Both take the worthiest first; since a parent
 * is never less worth than its child and nearer to the root, nobody is drawn without their parent.
 */
function choose(roots: readonly Draft[], caps: Caps): Set<Draft> {
  const within: Draft[] = [];
  const byWorth = (a: Draft, b: Draft): number => b.worth - a.worth;
  const queue: Draft[] = [...roots].sort(byWorth);
  for (const draft of queue) {
    within.push(draft);
    const most = caps.children + (caps.unfolded.get(draft.node.id) ?? 0);
    queue.push(...[...draft.children].sort(byWorth).slice(0, most));
  }
  within.sort((a, b) => byWorth(a, b) || a.depth - b.depth);
  return new Set(within.slice(0, Math.max(1, caps.nodes)));
}

export function buildGraph(slice: LineageSlice, caps: Caps = DEFAULT_CAPS): SliceGraph {
  const nodes = [...new Map(slice.nodes.map((node) => [node.id, node])).values()].sort(compareNodes);
  const known = new Set(nodes.map((node) => node.id));
  const edges = slice.edges.filter((e) => e.from !== e.to && known.has(e.from) && known.has(e.to)).sort(compareEdges);
  const incoming = groupBy(edges, (edge) => edge.to);
  const roots = spanningForest(nodes, incoming);
  measureForest(roots);
  const drawn = choose(roots, caps);

  const byId = new Map<string, TreeNode>();
  const used = new Set<SliceEdge>();
  const finish = (drafts: readonly Draft[], parent: TreeNode | undefined): TreeNode[] =>
    drafts
      .filter((draft) => drawn.has(draft))
      .map((draft) => {
        const children: TreeNode[] = [];
        const kept = draft.children.filter((child) => drawn.has(child)).length;
        const { node, edge } = draft;
        const folded = draft.children.length - kept;
        const tree: TreeNode = {
          id: node.id,
          node,
          edge,
          parent,
          children,
          folded,
          missing: Math.max(0, node.moreChildren),
        };
        byId.set(node.id, tree);
        if (edge !== undefined) used.add(edge);
        children.push(...finish(draft.children, tree));
        return tree;
      });
  const trees = finish(roots, undefined);
  const extras = edges.filter((edge) => !used.has(edge) && byId.has(edge.from) && byId.has(edge.to));
  return { roots: trees, byId, extras, incoming, undrawn: nodes.length - byId.size };
}
