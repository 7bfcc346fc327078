/**
 * What stands on a card and how large it is: narrow and tall where the lineage runs across, wide and low where it runs
 * down, so that as many hops as possible are in sight.
 *
 * Guarantee: pure; no line is wider than its card by the given measure.
 */
import type { TreeNode } from './graph';
import { type CardText, cardText, counted } from './words';

/** The fonts of the drawing; the panel maps them to real ones. */
export type Font = 'title' | 'line' | 'badge' | 'label';
/** Width of a text in px. */
export type Measure = (text: string, font: Font) => number;
export type Direction = 'across' | 'down';

export interface LaidLine {
  readonly text: string;
  readonly role: 'badge' | 'title' | CardText['lines'][number]['role'];
  /** Left end and baseline, relative to the card. */
  readonly x: number;
  readonly y: number;
}

type RawLine = Pick<LaidLine, 'text' | 'role'>;

/** A card before its width is settled: cards of one column are as wide as the widest. */
export interface CardDraft {
  readonly texts: readonly RawLine[];
  /** What the badge leaves free at its right. */
  readonly fold: number;
  readonly wanted: number;
  readonly height: number;
}

export const LINE = 16;
const PAD_X = 13;
const PAD_Y = 7;
/** Left of the badge's text: room for the sign. */
const SIGN = 22;
/** Right of an object's badge: room for the folded corner. */
const FOLD = 12;
/** Between badge and title. */
const LEAD = 4;
const WIDTHS: Readonly<Record<Direction, readonly [number, number]>> = { across: [168, 264], down: [150, 360] };

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

function fontOf(role: LaidLine['role']): Font {
  return role === 'title' || role === 'badge' ? role : 'line';
}

function draft(texts: readonly RawLine[], direction: Direction, measure: Measure, fold = 0): CardDraft {
  const widest = texts.reduce(
    (most, { text, role }) => Math.max(most, measure(text, fontOf(role)) + (role === 'badge' ? SIGN + fold : 0)),
    0,
  );
  const [least, most] = WIDTHS[direction];
  const lead = texts.length > 1 ? LEAD : 0;
  return {
    texts,
    fold,
    wanted: Math.min(most, Math.max(least, Math.ceil(widest) + 2 * PAD_X)),
    height: 2 * PAD_Y + lead + texts.length * LINE,
  };
}

export function nodeCard(tree: TreeNode, direction: Direction, measure: Measure): CardDraft {
  const room = WIDTHS.down[1] - 2 * PAD_X;
  const fits = (line: string): boolean => direction === 'down' && measure(line, 'line') <= room;
  const { badge, title, lines } = cardText(tree.node, fits);
  const texts: readonly RawLine[] = [{ text: badge, role: 'badge' }, { text: title, role: 'title' }, ...lines];
  return draft(texts, direction, measure, tree.node.type === 'object' ? FOLD : 0);
}

/** Stands for the children of a node that are not drawn. */
export function moreCard(tree: TreeNode, direction: Direction, measure: Measure): CardDraft {
  return draft([{ text: counted(tree.folded + tree.missing, 'more session'), role: 'plain' }], direction, measure);
}

export function linesOf({ texts, fold }: CardDraft, width: number, measure: Measure): readonly LaidLine[] {
  return texts.map(({ text, role }, index) => {
    const x = PAD_X + (role === 'badge' ? SIGN : 0);
    const y = PAD_Y + (index > 0 ? LEAD : 0) + index * LINE + 12;
    const free = width - x - PAD_X - (role === 'badge' ? fold : 0);
    return { text: ellipsis(text, free, fontOf(role), measure), role, x, y };
  });
}
