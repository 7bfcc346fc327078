/**
 * All contenders at the same files, on the same cores, in rounds: each round runs every one of them once, every second round
 * in reverse, so that a busy moment of the machine meets all. Ratios are taken within a round.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contenders, type Contender } from './contenders';
import { median, pairedRatio, spread, table, type Spread } from './figures';
import type { Logs } from './logs/write';
import { measure, type Run } from './measure';

export interface Row {
  readonly id: string;
  readonly name: string;
  readonly seconds: Spread;
  readonly megabytesPerSecond: number;
  readonly eventsPerSecond: number;
  /** Highest of all rounds, MB. */
  readonly peak: number | undefined;
  /** How many times as fast as it ours is, of rounds; undefined for ours. */
  readonly oursIs: Spread | undefined;
  /** Which of ours. */
  readonly against: string;
}

export interface Comparison {
  readonly rows: readonly Row[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

export interface CompareOptions {
  readonly rounds: number;
  readonly workers: number;
  /** Ids of contenders; all when empty. */
  readonly only: readonly string[];
  readonly tell: (text: string) => void;
}

export async function compare(logs: Logs, options: CompareOptions): Promise<Comparison> {
  const scratch = mkdtempSync(join(tmpdir(), 'cloudtrail-bench-'));
  try {
    const { only, workers } = options;
    const all = contenders(logs.folder, workers, join(scratch, 'cache'));
    const unknown = only.filter((id) => !all.some((contender) => contender.id === id));
    if (unknown.length > 0) {
      throw new Error(`--only knows ${all.map(({ id }) => id).join(', ')}; not ${unknown.join(', ')}`);
    }
    const wanted = all.filter(({ id }) => only.length === 0 || only.includes(id));
    const present = wanted.filter(({ absent }) => absent === undefined);
    const runs = await runRounds(present, logs, scratch, options);
    return {
      rows: present.map((contender) => rowOf(contender, runs, logs)),
      skipped: wanted.flatMap(({ name, absent }) => (absent === undefined ? [] : [{ name, reason: absent }])),
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function runRounds(
  present: readonly Contender[],
  logs: Logs,
  scratch: string,
  { rounds, tell }: CompareOptions,
): Promise<Map<string, Run[]>> {
  const runs = new Map<string, Run[]>(present.map(({ id }) => [id, []]));
  for (const { before, workers } of present) {
    if (before !== undefined) {
      await measure(before, { scratch, workers });
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const contender of round % 2 === 0 ? present : [...present].reverse()) {
      const { id, name, command, workers, complete } = contender;
      const run = await measure(command, { scratch, workers });
      if (!complete(run.output, logs)) {
        throw new Error(`${name} has not seen all of ${String(logs.events)} events: ${run.output.slice(0, 500)}`);
      }
      tell(`round ${String(round + 1)}: ${name} ${run.seconds.toFixed(2)} s`);
      runs.get(id)?.push(run);
    }
  }
  return runs;
}

function rowOf({ id, name, against }: Contender, runs: ReadonlyMap<string, readonly Run[]>, logs: Logs): Row {
  const secondsOf = (which: string): number[] => (runs.get(which) ?? []).map(({ seconds }) => seconds);
  const seconds = secondsOf(id);
  const ours = secondsOf(against);
  const peaks = (runs.get(id) ?? []).flatMap(({ peak }) => peak ?? []);
  return {
    id,
    name,
    seconds: spread(seconds),
    megabytesPerSecond: logs.bytes / 1e6 / median(seconds),
    eventsPerSecond: logs.events / median(seconds),
    peak: peaks.length === 0 ? undefined : Math.max(...peaks),
    oursIs: id === against || ours.length === 0 ? undefined : pairedRatio(seconds, ours),
    against,
  };
}

export function comparisonTable({ rows, skipped }: Comparison): string {
  const body = rows.map(({ name, seconds, megabytesPerSecond, eventsPerSecond, peak, oursIs, against }) => [
    name,
    seconds.median.toFixed(2),
    seconds.min.toFixed(2),
    megabytesPerSecond.toFixed(0),
    `${(eventsPerSecond / 1000).toFixed(0)},000`,
    peak?.toFixed(0) ?? '',
    oursIs === undefined
      ? ''
      : `${times(oursIs.median)} (${times(oursIs.min)}–${times(oursIs.max)})${against === 'ours-1' ? ', 1 worker' : ''}`,
  ]);
  return [
    table(['what', 'median s', 'best s', 'MB/s', 'events/s', 'peak MB', 'ours is … times as fast'], body),
    ...skipped.map(({ name, reason }) => `Not compared: ${name}: ${reason}.`),
  ].join('\n');
}

function times(ratio: number): string {
  return ratio.toFixed(ratio < 10 ? 2 : 0);
}
