/**
 * Walking a lineage.
 *
 * Guarantee: ends on any model, also one with a cycle made by damaged data; every session is given once.
 */
import type { LineageModel } from './model';

/** From the root to `index`, both included; created keys are followed back to whoever made them. */
export function ancestors(model: LineageModel, index: number): number[] {
  const path: number[] = [];
  const seen = new Set<number>();
  for (let at: number | undefined = index; at !== undefined && !seen.has(at); at = model.sessions[at]?.parent) {
    seen.add(at);
    path.push(at);
  }
  return path.reverse();
}

/** Everything that came of a session, itself excluded, nearest first. */
export function descendants(model: LineageModel, index: number): number[] {
  const seen = new Set([index]);
  const queue = [index];
  for (const at of queue) {
    for (const child of model.sessions[at]?.children ?? []) {
      if (!seen.has(child)) {
        seen.add(child);
        queue.push(child);
      }
    }
  }
  return queue.slice(1);
}
