/** How time and memory of an analysis grow with the logs, beside what they may: 250 MB and 64 bytes an event. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contenders } from './contenders';
import { median, table } from './figures';
import type { Logs } from './logs/write';
import { measure } from './measure';

export interface GrowthRow {
  readonly bytes: number;
  readonly events: number;
  readonly seconds: number;
  readonly microsecondsPerEvent: number;
  /** Of the first size's. */
  readonly ofFirst: number;
  readonly peak: number;
  /** The most that it may hold, MB. */
  readonly bound: number;
}

export interface GrowthOptions {
  readonly rounds: number;
  readonly workers: number;
  readonly tell: (text: string) => void;
}

export async function growth(sizes: readonly Logs[], options: GrowthOptions): Promise<GrowthRow[]> {
  const { rounds, workers, tell } = options;
  const scratch = mkdtempSync(join(tmpdir(), 'cloudtrail-bench-'));
  try {
    const runs = sizes.map((logs) => ({ logs, seconds: [] as number[], peaks: [] as number[] }));
    for (let round = 0; round < rounds; round++) {
      for (const { logs, seconds, peaks } of runs) {
        const [ours] = contenders(logs.folder, workers, scratch);
        if (ours === undefined) {
          throw new Error('nothing to measure');
        }
        const run = await measure(ours.command, { scratch, workers });
        if (!ours.complete(run.output, logs)) {
          throw new Error(`not all of ${String(logs.events)} events were read: ${run.output.slice(0, 500)}`);
        }
        tell(`round ${String(round + 1)}: ${String(logs.events)} events ${run.seconds.toFixed(2)} s`);
        seconds.push(run.seconds);
        peaks.push(run.peak ?? NaN);
      }
    }
    const perEvent = runs.map(({ logs, seconds }) => (median(seconds) / logs.events) * 1e6);
    return runs.map(({ logs, seconds, peaks }, at) => ({
      bytes: logs.bytes,
      events: logs.events,
      seconds: median(seconds),
      microsecondsPerEvent: perEvent[at] ?? NaN,
      ofFirst: (perEvent[at] ?? NaN) / (perEvent[0] ?? NaN),
      peak: Math.max(...peaks),
      bound: 250 + (64 * logs.events) / 1e6,
    }));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

export function growthTable(rows: readonly GrowthRow[]): string {
  return table(
    ['MB of logs', 'events', 'median s', 'µs an event', 'of the first', 'peak MB', 'bound MB', 'peak of bound'],
    rows.map(({ bytes, events, seconds, microsecondsPerEvent, ofFirst, peak, bound }) => [
      (bytes / 1e6).toFixed(0),
      String(events),
      seconds.toFixed(2),
      microsecondsPerEvent.toFixed(2),
      ofFirst.toFixed(2),
      peak.toFixed(0),
      bound.toFixed(0),
      `${((100 * peak) / bound).toFixed(0)} %`,
    ]),
  );
}
