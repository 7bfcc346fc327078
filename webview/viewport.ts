/**
 * Which part of the drawing the window shows: pure arithmetic on scale and offset.
 *
 * Guarantee: what is shown first is always readable; a lineage that does not fit is shown from where the user asked,
 * never shrunk to fit.
 */
import type { Direction } from './card';

export interface View {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The smallest text is 12 px: below this scale it would be under 11. */
export const READABLE = 0.92;
export const ZOOM_RANGE: readonly [number, number] = [0.15, 3];

/** The whole drawing, not larger than life; centred where it is smaller than the window. */
export function fitAll(drawing: Size, window: Size): View {
  const scale = Math.min(1, window.width / drawing.width, window.height / drawing.height);
  const k = Number.isFinite(scale) && scale > 0 ? Math.max(ZOOM_RANGE[0], scale) : 1;
  return { k, x: (window.width - drawing.width * k) / 2, y: (window.height - drawing.height * k) / 2 };
}

/** Offset along one side: in the middle where it fits, else `wanted`, within the edges. */
function offset(size: number, window: number, wanted: number): number {
  return size <= window ? (window - size) / 2 : Math.min(0, Math.max(window - size, wanted));
}

/** Of the window, kept for what follows the focus. */
const AHEAD = 0.2;

/**
 * Everything if that is readable. Else, along the lineage, its beginning, moved on as far as it takes to see the focus
 * and a little beyond; beside it, the focus in the middle.
 */
export function firstView(drawing: Size, window: Size, focus: Box | undefined, direction: Direction): View {
  const all = fitAll(drawing, window);
  if (all.k >= READABLE) return all;
  const k = READABLE;
  const box = focus ?? { x: 0, y: 0, width: drawing.width, height: drawing.height };
  const along = (start: number, size: number, space: number): number =>
    focus === undefined ? 0 : Math.max(-start * k, space * (1 - AHEAD) - (start + size) * k);
  const beside = (start: number, size: number, space: number): number => space / 2 - (start + size / 2) * k;
  const [forX, forY] = direction === 'across' ? [along, beside] : [beside, along];
  return {
    k,
    x: offset(drawing.width * k, window.width, forX(box.x, box.width, window.width)),
    y: offset(drawing.height * k, window.height, forY(box.y, box.height, window.height)),
  };
}

function nudge(start: number, size: number, window: number, margin: number): number {
  if (start < margin) return margin - start;
  if (start + size > window - margin) return Math.max(margin - start, window - margin - start - size);
  return 0;
}

/** The smallest move that brings a box into the window. */
export function reveal(view: View, box: Box, window: Size, margin = 24): View {
  const { k } = view;
  return {
    k,
    x: view.x + nudge(view.x + box.x * k, box.width * k, window.width, margin),
    y: view.y + nudge(view.y + box.y * k, box.height * k, window.height, margin),
  };
}

/** How much of a drawing is in sight at a readable scale: 1 for all of it. */
function inSight(drawing: Size, window: Size): number {
  const part = (size: number, space: number): number => Math.min(1, space / READABLE / Math.max(1, size));
  return part(drawing.width, window.width) * part(drawing.height, window.height);
}

/** Down only where it shows clearly more at once: across is how a lineage is read. */
const CLEARLY = 1.2;

export function betterDirection(drawings: Readonly<Record<Direction, Size>>, window: Size): Direction {
  return inSight(drawings.down, window) > CLEARLY * inSight(drawings.across, window) ? 'down' : 'across';
}
