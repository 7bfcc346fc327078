/**
 * How a feature is spread over the sessions of a kind, and how far out one of them is.
 *
 * Guarantee: medians, so that a few strange sessions do not move what is usual; sessions without the feature are left out.
 */
import type { Spread } from '../baseline';

export interface OwnSpread extends Spread {
  /** The second largest: what the largest is compared with. */
  readonly next: number;
}

export function spreadOf(values: Float64Array, sessions: readonly number[]): OwnSpread | undefined {
  const sorted = Float64Array.from(sessions, (index) => values[index] ?? NaN)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (sorted.length === 0) {
    return undefined;
  }
  const median = medianOf(sorted);
  return {
    sessions: sorted.length,
    median,
    mad: medianOf(sorted.map((value) => Math.abs(value - median)).sort()),
    most: sorted.at(-1) ?? 0,
    next: sorted.at(-2) ?? 0,
  };
}

function medianOf(sorted: Float64Array): number {
  const middle = sorted.length >>> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Makes the median absolute deviation of normally spread values their standard deviation. */
const normal = 1.4826;
const timesTheMost = 3;
/** Where all others have none, fewer than that are no sign. */
const leastOfNothing = 3;

/**
 * Usual deviations above the median. Where all are alike, infinite for more than three times as much as any other, else 0.
 * `most`: the largest of the others; `behind`: how many of what the value tells of.
 */
export function deviations(value: number, { median, mad }: Spread, most: number, behind: number): number {
  if (mad > 0) {
    return (value - median) / (normal * mad);
  }
  return value > most * timesTheMost && (most > 0 || behind >= leastOfNothing) ? Infinity : 0;
}
