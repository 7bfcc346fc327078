/**
 * How edges run: from the end of a card along a trunk, around one rounded corner, and straight into the child; the
 * straight part belongs to one child alone, so that its label cannot collide with another.
 *
 * Guarantee: pure. Everything is reckoned along the lineage (`along`) and beside it (`beside`), and turned at the end.
 */
import type { Direction } from './card';

/** A card as an edge sees it. */
export interface Span {
  readonly along: number;
  readonly length: number;
  readonly middle: number;
  readonly breadth: number;
}

/** From a parent's end to its trunk and around the corner. */
export const BEND = 24;
const TRUNK = 12;
const CORNER = 8;
/** Short of the child, for the arrow head. */
const HEAD = 2;

export interface Route {
  readonly path: string;
  /** Where the part starts that is the child's alone. */
  readonly straight: number;
}

type Point = readonly [along: number, beside: number];

function writer(direction: Direction): (point: Point) => string {
  const round = (value: number): number => Math.round(value * 10) / 10;
  return ([along, beside]) =>
    direction === 'across' ? `${round(along)},${round(beside)}` : `${round(beside)},${round(along)}`;
}

export function treeRoute(from: Span, to: Span, direction: Direction): Route {
  const p = writer(direction);
  const [a0, b0, a1, b1] = [from.along + from.length, from.middle, to.along - HEAD, to.middle];
  if (Math.abs(b0 - b1) < 1) return { path: `M${p([a0, b0])}L${p([a1, b0])}`, straight: a0 };
  const trunk = a0 + TRUNK;
  const r = Math.min(CORNER, Math.abs(b1 - b0) / 2);
  const turn = b1 > b0 ? r : -r;
  const path =
    `M${p([a0, b0])}L${p([trunk - r, b0])}Q${p([trunk, b0])} ${p([trunk, b0 + turn])}` +
    `L${p([trunk, b1 - turn])}Q${p([trunk, b1])} ${p([trunk + r, b1])}L${p([a1, b1])}`;
  return { path, straight: a0 + BEND };
}

export interface ExtraRoute {
  readonly path: string;
  /** Where its sign stands, and how far out it swings. */
  readonly along: number;
  readonly beside: number;
}

/** An edge beside the tree: into a later column from end to start; else it swings out behind both ends. */
export function extraRoute(from: Span, to: Span, direction: Direction): ExtraRoute {
  const p = writer(direction);
  const [a0, b0, b1] = [from.along + from.length, from.middle + 12, to.middle + 12];
  if (to.along > a0) {
    const a1 = to.along - HEAD;
    const half = Math.max(30, (a1 - a0) / 2);
    const path = `M${p([a0, b0])}C${p([a0 + half, b0])} ${p([a1 - half, b1])} ${p([a1, b1])}`;
    return { path, along: (a0 + a1) / 2, beside: (b0 + b1) / 2 };
  }
  const a1 = to.along + to.length + HEAD;
  const out = Math.max(a0, a1) + 48;
  const path = `M${p([a0, b0])}C${p([out, b0])} ${p([out, b1])} ${p([a1, b1])}`;
  return { path, along: out - 12, beside: (b0 + b1) / 2 };
}
