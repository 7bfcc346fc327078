/**
 * `npm run bench`: speed and memory of the analysis beside others at the same logs, its growth, analysing again, linking.
 *
 * Guarantee: what is measured is the built program, built anew; each thing in a process of its own; nothing is left running.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/lib/paths.mjs';
import { compare, comparisonTable } from './compare';
import { growth, growthTable } from './growth';
import { cachedLogs, type Logs } from './logs/write';
import { again, againTable, linkedTable, linkSessions } from './other-runs';

export const usage = `npm run bench -- [options]     the analysis beside DuckDB, jq, JSON.parse and decompression alone
  --size 1GB                   decompressed size of the logs (100MB, 1GB, 10GB or any other)
  --rounds 5                   of which medians are taken
  --only ID,…                  ours, ours-1, ours-cached, floor, floor-1, duckdb, duckdb-1, json-parse, jq
  --growth 100MB,1GB           instead: time an event and peak memory of the analysis at several sizes
  --again                      instead: analysing again after one file changed or went
  --editor                     instead: what a real VS Code feels of an analysis, one run
  --sessions 100000,1000000    instead: linking that many sessions under one key
  --workers N                  cores to use; all that there are unless told
  --json                       figures instead of tables
`;

export class BenchUsageError extends Error {}

const UNITS: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9 };

export function bytesOf(text: string): number {
  const [, number, unit = 'MB'] = /^(\d+(?:\.\d+)?)(MB|GB)?$/i.exec(text.trim()) ?? [];
  const bytes = Number(number) * (UNITS[unit.toUpperCase()] ?? NaN);
  if (!(bytes > 0)) {
    throw new BenchUsageError(`A size is like 100MB or 1GB, not ${text}.`);
  }
  return bytes;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new BenchUsageError(`--${name} takes a whole number above 0, not ${text}.`);
  }
  return value;
}

function listed(text: string | undefined): string[] {
  return (text ?? '').split(',').filter((item) => item !== '');
}

function optionsOf(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        size: { type: 'string', default: '1GB' },
        rounds: { type: 'string', default: '5' },
        workers: { type: 'string', default: String(availableParallelism()) },
        only: { type: 'string' },
        growth: { type: 'string' },
        again: { type: 'boolean', default: false },
        editor: { type: 'boolean', default: false },
        sessions: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new BenchUsageError(error instanceof Error ? error.message : String(error));
  }
}

export async function bench(argv: readonly string[]): Promise<void> {
  const values = optionsOf(argv);
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const rounds = positive('rounds', values.rounds);
  const workers = positive('workers', values.workers);
  const tell = (text: string): void => void process.stderr.write(`${text}\n`);
  const logsOf = (size: string): Promise<Logs> => cachedLogs(join(root, '.cache/bench'), { bytes: bytesOf(size) });
  const machine = {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.versions.node,
    rounds,
    workers,
  };
  const print = (figures: object, text: string): void => {
    process.stdout.write(values.json ? `${JSON.stringify({ ...machine, ...figures }, undefined, 2)}\n` : `${text}\n`);
  };
  const on = `${machine.date}, ${String(machine.cores)} cores (${machine.processor}), Node ${machine.node}, ${String(rounds)} rounds`;
  build();
  if (values.sessions !== undefined) {
    const rows = await linkSessions(listed(values.sessions).map((text) => positive('sessions', text)));
    print({ sessions: rows }, linkedTable(rows));
  } else if (values.growth !== undefined) {
    const sizes: Logs[] = [];
    for (const size of listed(values.growth)) {
      sizes.push(await logsOf(size));
    }
    const rows = await growth(sizes, { rounds, workers, tell });
    print({ growth: rows }, `${on}\n\n${growthTable(rows)}`);
  } else {
    const logs = await logsOf(values.size);
    const of = `${(logs.bytes / 1e6).toFixed(0)} MB of logs (${(logs.compressed / 1e6).toFixed(0)} MB compressed), ${String(logs.events)} events, ${String(logs.files)} files; ${on}`;
    if (values.editor) {
      print({ logs }, of);
      editor(logs, values.json);
    } else if (values.again) {
      const times = await again(logs, rounds);
      print({ logs, again: times }, `${of}\n\n${againTable(times)}`);
    } else {
      const comparison = await compare(logs, { rounds, workers, only: listed(values.only), tell });
      print({ logs, ...comparison }, `${of}\n\n${comparisonTable(comparison)}`);
    }
  }
}

/** It builds what it needs, and prints what it measured. */
function editor(logs: Logs, json: boolean): void {
  const args = ['--import', 'tsx', join(root, 'test/bench/editor.ts'), logs.folder, ...(json ? ['--json'] : [])];
  if (spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status !== 0) {
    throw new Error('the editor could not be measured');
  }
}

function build(): void {
  const built = spawnSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (built.status !== 0) {
    throw new Error('the build failed');
  }
}
