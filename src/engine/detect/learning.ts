/**
 * From when on the logs, with the baseline before them, tell what is new: the learning part, and whether there is enough of
 * it.
 *
 * Guarantee: with a baseline that is long enough, everything after it is judged; a gap between it and the logs is no time.
 */
import type { DetectionInput } from './detector';
import { dayMs, spanDays } from './common-edges';
import { knownPopulation } from './known-population';
import { populationOf } from './population';
import { thresholdOf } from './thresholds';

export interface Learning {
  /** What begins at or after it, ms, is new; undefined where there is too little to tell. */
  readonly until: number | undefined;
  /** Days that the logs and the baseline span together. */
  readonly days: number;
  /** What there is and what is needed, where there is too little. */
  readonly lacks: string;
}

const rule = 'rare-role-edge';

export function learningOf(input: DetectionInput): Learning {
  const { model, settings, baseline } = input;
  const { count, time } = model.events;
  const known = knownPopulation(baseline);
  const { edges, assumptions } = populationOf(model);
  const first = count === 0 ? 0 : (time[0] ?? 0);
  const before = known.first === undefined || known.last === undefined ? 0 : known.last - known.first;
  const span = spanDays(model, baseline) * dayMs;
  const callers = new Set([...known.assumers, ...[...edges.values()].map(({ caller }) => caller.key)]).size;
  const made = assumptions + known.assumptions;
  const needs = [
    { has: span / dayMs, least: thresholdOf(settings, rule, 'days'), noun: 'days', digits: 1 },
    { has: made, least: thresholdOf(settings, rule, 'assumptions'), noun: 'successful assumptions', digits: 0 },
    { has: callers, least: thresholdOf(settings, rule, 'callers'), noun: 'callers', digits: 0 },
  ];
  const lacks = needs
    .filter(({ has, least }) => has < least)
    .map(({ has, least, noun, digits }) => `${has.toFixed(digits)} ${noun} of the ${String(least)} needed`);
  const share = thresholdOf(settings, rule, 'learningPercent') / 100;
  const learned = Math.max(thresholdOf(settings, rule, 'learningDays') * dayMs, share * span);
  const from = known.last === undefined ? first : before >= learned ? known.last + 1 : Math.max(first, known.last);
  const until = before >= learned ? from : from + (learned - before);
  return { until: lacks.length > 0 ? undefined : until, days: span / dayMs, lacks: lacks.join(', ') };
}
