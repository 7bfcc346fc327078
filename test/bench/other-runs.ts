/** Two further measurements: analysing again after little changed, and linking very many sessions under one root. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { median, table } from './figures';
import type { Logs } from './logs/write';
import { measure } from './measure';

async function withScratch<T>(run: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), 'cloudtrail-bench-'));
  try {
    return await run(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Seconds of each round, by what happened to the files before. */
export interface Again {
  readonly files: number;
  readonly times: {
    readonly first: readonly number[];
    readonly unchanged: readonly number[];
    readonly changed: readonly number[];
    readonly gone: readonly number[];
  };
}

export function again(logs: Logs, rounds: number): Promise<Again> {
  return withScratch(async (scratch) => {
    // Files are touched and taken away: the kept set stays as it is.
    const folder = join(scratch, 'logs');
    cpSync(logs.folder, folder, { recursive: true });
    const program = join(root, 'test/bench/programs/again.ts');
    const { output } = await measure(['--import', 'tsx', program, folder, String(rounds)], { scratch });
    return JSON.parse(output) as Again;
  });
}

export function againTable({ files, times }: Again): string {
  const first = median(times.first);
  const rows = Object.entries({
    'all read for the first time': times.first,
    nothing: times.unchanged,
    'one changed': times.changed,
    'one is gone': times.gone,
  });
  return table(
    [`what happened to the ${String(files)} files`, 'median s', 'of the first'],
    rows.map(([name, seconds]) => [
      name,
      median(seconds).toFixed(2),
      `${((100 * median(seconds)) / first).toFixed(1)} %`,
    ]),
  );
}

export interface Linked {
  readonly sessions: number;
  readonly scan: number;
  readonly link: number;
  readonly who: number;
  readonly peak: number | undefined;
}

export function linkSessions(sizes: readonly number[]): Promise<Linked[]> {
  return withScratch(async (scratch) => {
    const program = join(root, 'test/bench/programs/link-sessions.ts');
    const rows: Linked[] = [];
    for (const sessions of sizes) {
      const command = ['--max-old-space-size=16384', '--import', 'tsx', program, String(sessions)];
      const { output, peak } = await measure(command, { scratch });
      rows.push({ sessions, peak, ...(JSON.parse(output) as Pick<Linked, 'scan' | 'link' | 'who'>) });
    }
    return rows;
  });
}

export function linkedTable(rows: readonly Linked[]): string {
  const perSession = ({ scan, link, sessions }: Linked): number => (scan + link) / sessions;
  return table(
    ['sessions', 'make and scan s', 'link s', 'who s', 'peak MB', 'time a session, of the first'],
    rows.map((row) => [
      String(row.sessions),
      row.scan.toFixed(1),
      row.link.toFixed(1),
      row.who.toFixed(2),
      row.peak?.toFixed(0) ?? '',
      (perSession(row) / perSession(rows[0] ?? row)).toFixed(2),
    ]),
  );
}
