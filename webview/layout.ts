/**
 * Where everything goes: one column (or row) for each step from the root, across from left to right or down.
 *
 * Guarantee: pure; the same slice and the same measure give the same picture, whatever the order of the slice's
 * arrays. No two cards overlap, a child always lies one step further than its parent, and labels keep to their edge.
 */
import { hierarchy, tree } from 'd3';
import type { SliceEdge, SliceNode, Tone } from '../src/shared/panel-messages';
import {
  type CardDraft,
  type Direction,
  type LaidLine,
  type Measure,
  ellipsis,
  linesOf,
  moreCard,
  nodeCard,
} from './card';
import { type SliceGraph, type TreeNode, compareText } from './graph';
import { BEND, type Span, extraRoute, treeRoute } from './route';
import { type EdgeStyle, edgeStyle, visible } from './words';

export interface LaidCard {
  readonly id: string;
  readonly type: 'session' | 'object' | 'more';
  readonly node: SliceNode | undefined;
  /** The id whose children a `more` card stands for; '' for others. */
  readonly moreOf: string;
  /** How many of them the slice holds: they can be unfolded here. */
  readonly folded: number;
  readonly tone: Tone;
  /** Steps from the root of the drawing. */
  readonly column: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly LaidLine[];
  readonly parent: string | undefined;
}

export interface EdgeText {
  readonly text: string;
  readonly x: number;
  /** Baseline. */
  readonly y: number;
  readonly anchor: 'middle' | 'start';
  readonly role: 'what' | 'when' | 'sign';
}

export interface LaidEdge {
  readonly key: string;
  /** Undefined towards a `more` card. */
  readonly edge: SliceEdge | undefined;
  readonly from: string;
  readonly to: string;
  readonly style: EdgeStyle;
  /** The colour of where it leads. */
  readonly tone: Tone;
  readonly path: string;
  readonly labels: readonly EdgeText[];
}

export interface Layout {
  readonly direction: Direction;
  /** Depth-first, the way a screen reader goes. */
  readonly cards: readonly LaidCard[];
  readonly edges: readonly LaidEdge[];
  readonly width: number;
  readonly height: number;
}

const MARGIN = 16;
const ARROW = 10;
const LABEL_MAX = 168;
const BETWEEN: Readonly<Record<Direction, number>> = { across: 20, down: 24 };
/** Between two rows of a lineage that runs down: with labels beside straight edges, and with corners. */
const ROW_GAP = { straight: 32, bent: BEND + 34 } as const;

interface Item {
  readonly id: string;
  readonly tree: TreeNode | undefined;
  readonly moreOf: TreeNode | undefined;
  readonly children: readonly Item[];
  readonly card: CardDraft;
  /** What the edge to it says: what, when. */
  readonly label: readonly string[];
}

interface Settings {
  readonly direction: Direction;
  readonly measure: Measure;
}

function labelLines(edge: SliceEdge | undefined, measure: Measure): readonly string[] {
  if (edge === undefined) return [];
  const [first = '', ...rest] = visible(edge.label).split(' · ');
  const sign = edgeStyle(edge) === 'ambiguous' ? '? ' : '';
  return [`${sign}${first}`, rest.join(' · ')]
    .filter((text) => text !== '')
    .map((text) => ellipsis(text, LABEL_MAX, 'label', measure));
}

/** The forest as items, with a `more` item at the end of a parent that does not show all. */
function itemOf(treeNode: TreeNode, settings: Settings): Item {
  const { direction, measure } = settings;
  const children = treeNode.children.map((child) => itemOf(child, settings));
  if (treeNode.folded + treeNode.missing > 0) {
    const card = moreCard(treeNode, direction, measure);
    children.push({ id: `more:${treeNode.id}`, tree: undefined, moreOf: treeNode, children: [], card, label: [] });
  }
  const card = nodeCard(treeNode, direction, measure);
  const label = labelLines(treeNode.edge, measure);
  return { id: treeNode.id, tree: treeNode, moreOf: undefined, children, card, label };
}

/** An item with its place beside the lineage: the middle of its card. */
interface Placed {
  readonly item: Item;
  readonly column: number;
  readonly middle: number;
  readonly parent: Placed | undefined;
}

function labelWidth(item: Item, measure: Measure): number {
  return item.label.reduce((most, text) => Math.max(most, measure(text, 'label')), 0);
}

/** Tidy tree of cards of different breadths. Running down, a label stands beside its edge and needs room there too. */
function place(items: readonly Item[], { direction, measure }: Settings): Placed[] {
  const breadth = (item: Item): number =>
    direction === 'across' ? item.card.height : Math.max(item.card.wanted, 2 * (labelWidth(item, measure) + 12));
  const top: Item = {
    id: '',
    tree: undefined,
    moreOf: undefined,
    children: items,
    card: { texts: [], fold: 0, wanted: 0, height: 0 },
    label: [],
  };
  const laid = tree<Item>()
    .nodeSize([1, 1])
    .separation((a, b) => (breadth(a.data) + breadth(b.data)) / 2 + BETWEEN[direction])(
    hierarchy<Item>(top, (item) => item.children),
  );
  const byNode = new Map<unknown, Placed>();
  const placed: Placed[] = [];
  laid.eachBefore((node) => {
    if (node.depth === 0) return;
    const parent = byNode.get(node.parent);
    const one: Placed = { item: node.data, column: node.depth - 1, middle: Math.round(node.x), parent };
    byNode.set(node, one);
    placed.push(one);
  });
  return placed;
}

interface Column {
  readonly start: number;
  /** Of its longest card, along the lineage. */
  readonly length: number;
  /** An edge into it turns a corner. */
  readonly bent: boolean;
}

function columnsOf(placed: readonly Placed[], { direction, measure }: Settings): readonly Column[] {
  const length: number[] = [];
  const label: number[] = [];
  const bent: boolean[] = [];
  for (const { item, column, parent, middle } of placed) {
    const own = direction === 'across' ? item.card.wanted : item.card.height;
    length[column] = Math.max(length[column] ?? 0, own);
    label[column] = Math.max(label[column] ?? 0, labelWidth(item, measure));
    if (parent !== undefined && parent.middle !== middle) bent[column] = true;
  }
  let start = MARGIN;
  return length.map((size, column) => {
    const corner = bent[column] === true;
    if (column > 0) {
      const across = (corner ? BEND : 10) + Math.ceil(label[column] ?? 0) + 8 + ARROW;
      start += direction === 'across' ? across : corner ? ROW_GAP.bent : ROW_GAP.straight;
    }
    const own = { start, length: size, bent: corner };
    start += size;
    return own;
  });
}

function cardOf(placed: Placed, columns: readonly Column[], shift: number, settings: Settings): LaidCard {
  const { item, column, middle } = placed;
  const node = item.tree?.node;
  const { start = MARGIN, length = 0 } = columns[column] ?? {};
  const across = settings.direction === 'across';
  const width = across ? length : item.card.wanted;
  const { height } = item.card;
  return {
    id: item.id,
    type: node?.type ?? 'more',
    node,
    moreOf: item.moreOf?.id ?? '',
    folded: item.moreOf?.folded ?? 0,
    // What was refused is no trace that anybody left.
    tone: item.tree?.edge?.kind === 'attempted' ? 'ok' : (node?.tone ?? 'ok'),
    column,
    x: across ? start : middle - width / 2 + shift,
    y: across ? middle - height / 2 + shift : start,
    width,
    height,
    lines: linesOf(item.card, width, settings.measure),
    parent: placed.parent?.item.id,
  };
}

function spanOf(card: LaidCard, direction: Direction): Span {
  const { x, y, width, height } = card;
  return direction === 'across'
    ? { along: x, length: width, middle: y + height / 2, breadth: height }
    : { along: y, length: height, middle: x + width / 2, breadth: width };
}

/** Across: one line above the edge and one below. Down: beside it, in one line where it is straight. */
function labelsOf(
  label: readonly string[],
  straight: number,
  to: Span,
  column: Column,
  direction: Direction,
): EdgeText[] {
  const roles = ['what', 'when'] as const;
  if (direction === 'across') {
    const x = (straight + to.along - ARROW) / 2;
    return label.map((text, i) => ({
      text,
      x,
      y: to.middle + (i === 0 ? -6 : 16),
      anchor: 'middle',
      role: roles[i] ?? 'when',
    }));
  }
  const x = to.middle + 9;
  if (!column.bent) {
    const text = label.join(' · ');
    return text === '' ? [] : [{ text, x, y: (straight + to.along) / 2 + 3, anchor: 'start', role: 'what' }];
  }
  return label.map((text, i) => ({ text, x, y: to.along - 22 + i * 15, anchor: 'start', role: roles[i] ?? 'when' }));
}

interface Drawn {
  readonly edges: readonly LaidEdge[];
  /** How far edges reach beyond the cards, along the lineage. */
  readonly reach: number;
}

function edgesOf(
  graph: SliceGraph,
  cards: ReadonlyMap<string, LaidCard>,
  placed: readonly Placed[],
  columns: readonly Column[],
  settings: Settings,
): Drawn {
  const { direction } = settings;
  const edges: LaidEdge[] = [];
  let reach = 0;
  for (const { item, parent, column: index } of placed) {
    const [from, to, column] = [cards.get(parent?.item.id ?? ''), cards.get(item.id), columns[index]];
    if (from === undefined || to === undefined || column === undefined) continue;
    const span = spanOf(to, direction);
    const { path, straight } = treeRoute(spanOf(from, direction), span, direction);
    const edge = item.tree?.edge;
    edges.push({
      key: `${from.id}→${to.id}`,
      edge,
      from: from.id,
      to: to.id,
      style: edge === undefined ? 'inferred' : edgeStyle(edge),
      tone: to.tone,
      path,
      labels: labelsOf(item.label, straight, span, column, direction),
    });
  }
  graph.extras.forEach((edge, index) => {
    const [from, to] = [cards.get(edge.from), cards.get(edge.to)];
    if (from === undefined || to === undefined) return;
    const { path, along, beside } = extraRoute(spanOf(from, direction), spanOf(to, direction), direction);
    reach = Math.max(reach, along + MARGIN);
    const style = edgeStyle(edge);
    const text = style === 'ambiguous' ? '?' : style === 'attempted' ? '×' : '';
    const [x, y] = direction === 'across' ? [along, beside] : [beside, along];
    const labels: EdgeText[] = text === '' ? [] : [{ text, x: x + 10, y: y + 4, anchor: 'middle', role: 'sign' }];
    const key = `${edge.from}→${edge.to}#${index}`;
    edges.push({ key, edge, from: edge.from, to: edge.to, style, tone: to.tone, path, labels });
  });
  return { edges: edges.sort((a, b) => compareText(a.key, b.key)), reach };
}

export function layOut(graph: SliceGraph, measure: Measure, direction: Direction): Layout {
  const settings: Settings = { direction, measure };
  const placed = place(
    graph.roots.map((root) => itemOf(root, settings)),
    settings,
  );
  const columns = columnsOf(placed, settings);
  const least = placed.reduce((most, { item, middle }) => {
    const breadth = direction === 'across' ? item.card.height : item.card.wanted;
    return Math.min(most, middle - breadth / 2);
  }, Infinity);
  const shift = Number.isFinite(least) ? MARGIN - least : 0;
  const cards = placed.map((one) => cardOf(one, columns, shift, settings));
  const { edges, reach } = edgesOf(graph, new Map(cards.map((card) => [card.id, card])), placed, columns, settings);
  const right = cards.reduce((most, card) => Math.max(most, card.x + card.width), 0);
  const bottom = cards.reduce((most, card) => Math.max(most, card.y + card.height), 0);
  // Labels that stand beside the edges of the last cards.
  const labels = edges.flatMap((edge) => edge.labels.filter(({ anchor }) => anchor === 'start'));
  const labelled = labels.reduce((most, { text, x }) => Math.max(most, x + measure(text, 'label')), 0);
  return {
    direction,
    cards,
    edges,
    width: Math.max(right, labelled, direction === 'across' ? reach : 0) + MARGIN,
    height: Math.max(bottom, direction === 'down' ? reach : 0) + MARGIN,
  };
}
