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

function along(drawing: number, window: number, k: number, middle: number): number {
  const size = drawing * k;
  if (size <= window) return (window - size) / 2;
  return Math.min(0, Math.max(window - size, window / 2 - middle * k));
}

/** Everything if that is readable; else a readable part with `focus` in the middle, as far as the edges allow. */
export function firstView(drawing: Size, window: Size, focus: Box | undefined): View {
  const all = fitAll(drawing, window);
  if (all.k >= READABLE) return all;
  const k = READABLE;
  const box = focus ?? { x: 0, y: drawing.height / 2, width: 0, height: 0 };
  return {
    k,
    x: along(drawing.width, window.width, k, box.x + box.width / 2),
    y: along(drawing.height, window.height, k, box.y + box.height / 2),
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
