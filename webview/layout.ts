/**
 * Where everything goes: cards in columns from left to right, one column for each step from the root.
 *
 * Guarantee: pure; the same slice and the same measure give the same picture, whatever the order of the slice's
 * arrays. No two cards overlap, a child is always right of its parent, and no text is wider than its card.
 */
import { hierarchy, tree } from 'd3';
import type { SliceEdge, SliceNode, Tone } from '../src/shared/panel-messages';
import { type SliceGraph, type TreeNode, compareText } from './graph';
import { type EdgeStyle, cardText, counted, edgeStyle, visible } from './words';

/** The fonts of the drawing; the panel maps them to real ones. */
export type Font = 'title' | 'line' | 'badge' | 'label';
/** Width of a text in px. */
export type Measure = (text: string, font: Font) => number;

export interface LaidLine {
  readonly text: string;
  readonly role: 'badge' | 'title' | 'plain' | 'muted' | 'alert';
  /** Left end and baseline, relative to the card. */
  readonly x: number;
  readonly y: number;
}

export interface LaidCard {
  readonly id: string;
  readonly type: 'session' | 'object' | 'more';
  readonly node: SliceNode | undefined;
  /** The id whose children a `more` card stands for; '' for others. */
  readonly moreOf: string;
  /** How many of them the slice holds: they can be unfolded here. */
  readonly folded: number;
  readonly tone: Tone;
  readonly column: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly LaidLine[];
  readonly parent: string | undefined;
}

export interface LaidEdge {
  readonly key: string;
  readonly edge: SliceEdge | undefined;
  readonly from: string;
  readonly to: string;
  readonly style: EdgeStyle;
  /** The colour of where it leads. */
  readonly tone: Tone;
  readonly path: string;
  /** One line above the edge, one below; with the middle they share. */
  readonly labels: readonly string[];
  readonly labelX: number;
  readonly labelY: number;
}

export interface Layout {
  /** Depth-first, the way a screen reader goes. */
  readonly cards: readonly LaidCard[];
  readonly edges: readonly LaidEdge[];
  readonly width: number;
  readonly height: number;
}

export const SIZES = {
  line: 17,
  padX: 12,
  padY: 8,
  icon: 22,
  minWidth: 168,
  maxWidth: 264,
  rowGap: 22,
  bend: 34,
  arrow: 9,
  labelMax: 168,
  margin: 20,
} as const;

/** Cuts a text to a width, with an ellipsis; never inside a surrogate pair. */
export function ellipsis(text: string, width: number, font: Font, measure: Measure): string {
  if (measure(text, font) <= width) return text;
  const letters = Array.from(text);
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(`${letters.slice(0, middle).join('').trimEnd()}…`, font) <= width) low = middle;
    else high = middle - 1;
  }
  return `${letters.slice(0, low).join('').trimEnd()}…`;
}

interface Item {
  readonly id: string;
  readonly tree: TreeNode | undefined;
  readonly moreOf: TreeNode | undefined;
  readonly children: readonly Item[];
  readonly texts: readonly { readonly text: string; readonly role: LaidLine['role'] }[];
  readonly height: number;
}

function fontOf(role: LaidLine['role']): Font {
  return role === 'title' || role === 'badge' ? role : 'line';
}

function moreText(of: TreeNode): string {
  return counted(of.folded + of.missing, 'more session');
}

/** The forest as items, with a `more` item at the end of a parent that does not show all. */
function itemOf(treeNode: TreeNode): Item {
  const card = cardText(treeNode.node);
  const texts: Item['texts'] = [
    { text: card.badge, role: 'badge' },
    { text: card.title, role: 'title' },
    ...card.lines,
  ];
  const children = treeNode.children.map(itemOf);
  if (treeNode.folded + treeNode.missing > 0) children.push(moreItem(treeNode));
  const height = 2 * SIZES.padY + texts.length * SIZES.line;
  return { id: treeNode.id, tree: treeNode, moreOf: undefined, children, texts, height };
}

function moreItem(of: TreeNode): Item {
  const texts: Item['texts'] = [{ text: moreText(of), role: 'plain' }];
  return { id: `more:${of.id}`, tree: undefined, moreOf: of, children: [], texts, height: 2 * SIZES.padY + SIZES.line };
}

function labelLines(edge: SliceEdge | undefined, measure: Measure): string[] {
  if (edge === undefined) return [];
  const [first = '', ...rest] = visible(edge.label).split(' · ');
  const mark = edgeStyle(edge) === 'ambiguous' ? '? ' : '';
  return [`${mark}${first}`, rest.join(' · ')].map((text) => ellipsis(text, SIZES.labelMax, 'label', measure));
}

interface Placed {
  readonly item: Item;
  readonly column: number;
  readonly middle: number;
  readonly parent: Placed | undefined;
}

/** Tidy tree with cards of different heights; x of d3 is our vertical. */
function place(items: readonly Item[]): Placed[] {
  const top: Item = { id: '', tree: undefined, moreOf: undefined, children: items, texts: [], height: 0 };
  const root = hierarchy<Item>(top, (item) => item.children);
  const laid = tree<Item>()
    .nodeSize([1, 1])
    .separation((a, b) => (a.data.height + b.data.height) / 2 + SIZES.rowGap)(root);
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

interface Columns {
  readonly left: readonly number[];
  readonly width: readonly number[];
}

function columnsOf(placed: readonly Placed[], measure: Measure): Columns {
  const width: number[] = [];
  const gap: number[] = [];
  for (const { item, column, parent, middle } of placed) {
    const widest = item.texts.reduce((most, { text, role }) => {
      const indent = role === 'badge' ? SIZES.icon : 0;
      return Math.max(most, measure(text, fontOf(role)) + indent);
    }, 0);
    const wanted = Math.ceil(widest) + 2 * SIZES.padX;
    width[column] = Math.max(width[column] ?? 0, Math.min(SIZES.maxWidth, Math.max(SIZES.minWidth, wanted)));
    if (parent === undefined) continue;
    const label = labelLines(item.tree?.edge, measure).reduce(
      (most, text) => Math.max(most, measure(text, 'label')),
      12,
    );
    const bend = middle === parent.middle ? 12 : SIZES.bend;
    gap[column] = Math.max(gap[column] ?? 0, bend + Math.ceil(label) + 8 + SIZES.arrow);
  }
  const left: number[] = [];
  let x: number = SIZES.margin;
  width.forEach((columnWidth, column) => {
    x += gap[column] ?? 0;
    left.push(x);
    x += columnWidth;
  });
  return { left, width };
}

function cardOf(placed: Placed, columns: Columns, shift: number, measure: Measure): LaidCard {
  const { item, column } = placed;
  const width = columns.width[column] ?? SIZES.minWidth;
  const node = item.tree?.node;
  const lines = item.texts.map(({ text, role }, index): LaidLine => {
    const x = SIZES.padX + (role === 'badge' ? SIZES.icon : 0);
    const y = SIZES.padY + index * SIZES.line + 12.5;
    return { text: ellipsis(text, width - x - SIZES.padX, fontOf(role), measure), role, x, y };
  });
  return {
    id: item.id,
    type: node?.type ?? 'more',
    node,
    moreOf: item.moreOf?.id ?? '',
    folded: item.moreOf?.folded ?? 0,
    tone: node?.tone ?? 'ok',
    column,
    x: columns.left[column] ?? 0,
    y: placed.middle - item.height / 2 + shift,
    width,
    height: item.height,
    lines,
    parent: placed.parent?.item.id,
  };
}

/** Leaves the parent's right side, bends early, and runs straight under its label into the child. */
function treePath(from: LaidCard, to: LaidCard): { path: string; straight: number } {
  const [x0, y0] = [from.x + from.width, from.y + from.height / 2];
  const [x1, y1] = [to.x - 2, to.y + to.height / 2];
  if (y0 === y1) return { path: `M${x0},${y0}H${x1}`, straight: x0 + 12 };
  const bend = x0 + SIZES.bend;
  const middle = (x0 + bend) / 2;
  return { path: `M${x0},${y0}C${middle},${y0} ${middle},${y1} ${bend},${y1}H${x1}`, straight: bend };
}

/** An edge beside the tree, from side to side; backwards or in one column it swings out to the right. */
function extraPath(from: LaidCard, to: LaidCard): { path: string; x: number; y: number } {
  const [x0, y0] = [from.x + from.width, from.y + from.height / 2 + 10];
  const y1 = to.y + to.height / 2 + 10;
  if (to.column > from.column) {
    const x1 = to.x - 2;
    const bend = Math.max(40, (x1 - x0) / 2);
    return {
      path: `M${x0},${y0}C${x0 + bend},${y0} ${x1 - bend},${y1} ${x1},${y1}`,
      x: (x0 + x1) / 2,
      y: (y0 + y1) / 2,
    };
  }
  const x1 = to.x + to.width + 2;
  const out = Math.max(x0, x1) + 48;
  return { path: `M${x0},${y0}C${out},${y0} ${out},${y1} ${x1},${y1}`, x: out - 12, y: (y0 + y1) / 2 };
}

function edgesOf(
  graph: SliceGraph,
  cards: ReadonlyMap<string, LaidCard>,
  placed: readonly Placed[],
  measure: Measure,
): LaidEdge[] {
  const edges: LaidEdge[] = [];
  for (const { item, parent } of placed) {
    const [from, to] = [cards.get(parent?.item.id ?? ''), cards.get(item.id)];
    if (from === undefined || to === undefined) continue;
    const edge = item.tree?.edge;
    const { path, straight } = treePath(from, to);
    edges.push({
      key: `${from.id}→${to.id}`,
      edge,
      from: from.id,
      to: to.id,
      style: edge === undefined ? 'inferred' : edgeStyle(edge),
      tone: to.tone,
      path,
      labels: labelLines(edge, measure),
      labelX: (straight + to.x - SIZES.arrow) / 2,
      labelY: to.y + to.height / 2,
    });
  }
  graph.extras.forEach((edge, index) => {
    const [from, to] = [cards.get(edge.from), cards.get(edge.to)];
    if (from === undefined || to === undefined) return;
    const { path, x, y } = extraPath(from, to);
    const style = edgeStyle(edge);
    const labels = style === 'ambiguous' ? ['?'] : style === 'attempted' ? ['×'] : [];
    edges.push({
      key: `${edge.from}→${edge.to}#${index}`,
      edge,
      from: edge.from,
      to: edge.to,
      style,
      tone: to.tone,
      path,
      labels,
      labelX: x,
      labelY: y,
    });
  });
  return edges.sort((a, b) => compareText(a.key, b.key));
}

export function layOut(graph: SliceGraph, measure: Measure): Layout {
  const placed = place(graph.roots.map(itemOf));
  const columns = columnsOf(placed, measure);
  const top = placed.reduce((least, { item, middle }) => Math.min(least, middle - item.height / 2), Infinity);
  const shift = Number.isFinite(top) ? SIZES.margin - top : 0;
  const cards = placed.map((one) => cardOf(one, columns, shift, measure));
  const edges = edgesOf(graph, new Map(cards.map((card) => [card.id, card])), placed, measure);
  return {
    cards,
    edges,
    width: cards.reduce((most, card) => Math.max(most, card.x + card.width), 0) + SIZES.margin,
    height: cards.reduce((most, card) => Math.max(most, card.y + card.height), 0) + SIZES.margin,
  };
}
