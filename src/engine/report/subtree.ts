/**
 * How much came of a session, and the nearest of it.
 *
 * Guarantee: counting costs one pass over the sessions of a model, however often and for whichever of them it is asked;
 * listing costs what is listed.
 */
import type { LineageModel } from '../lineage/model';

const counts = new WeakMap<LineageModel, Uint32Array>();

/** Sessions below `index`, itself excluded. */
export function descendantCount(model: LineageModel, index: number): number {
  let known = counts.get(model);
  if (known === undefined) {
    known = countAll(model);
    counts.set(model, known);
  }
  return known[index] ?? 0;
}

function countAll({ sessions }: LineageModel): Uint32Array {
  // Parents before their children; the model has no cycles.
  const order = sessions.filter(({ parent }) => parent === undefined).map(({ index }) => index);
  for (const at of order) {
    for (const child of sessions[at]?.children ?? []) {
      order.push(child);
    }
  }
  const below = new Uint32Array(sessions.length);
  for (const at of order.reverse()) {
    const parent = sessions[at]?.parent;
    if (parent !== undefined) {
      below[parent] = (below[parent] ?? 0) + (below[at] ?? 0) + 1;
    }
  }
  return below;
}

/** The nearest sessions below `index`, at most `most`. */
export function nearestDescendants({ sessions }: LineageModel, index: number, most: number): number[] {
  const found: number[] = [];
  for (let at = index, next = 0; found.length < most; at = found[next++] ?? -1) {
    if (at < 0) {
      break;
    }
    found.push(...(sessions[at]?.children ?? []).slice(0, most - found.length));
  }
  return found;
}

/** From the root to `index`; of a way longer than `most` the root and the nearest. With the length of the whole way. */
export function wayTo(
  { sessions }: LineageModel,
  index: number,
  most: number,
): { readonly way: readonly number[]; readonly length: number } {
  const nearest: number[] = [];
  let length = 0;
  let root = index;
  for (let at: number | undefined = index; at !== undefined; at = sessions[at]?.parent) {
    length++;
    root = at;
    if (nearest.length < most - 1) {
      nearest.push(at);
    }
  }
  nearest.reverse();
  return { way: nearest[0] === root ? nearest : [root, ...nearest], length };
}
