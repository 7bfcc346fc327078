/** What is compared: the analysis, others at the same files, and what cannot be beaten. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import type { Logs } from './logs/write';

const program = (name: string): string => join(root, 'test/bench/programs', name);

export interface Contender {
  /** For `--only`. */
  readonly id: string;
  readonly name: string;
  readonly command: readonly string[];
  /** Cores that it is told it has. */
  readonly workers: number;
  /** What ours is compared with it: `id` of one of ours. */
  readonly against: string;
  /** Run once before the first round, not measured. */
  readonly before?: readonly string[];
  /** Why it cannot run here. */
  readonly absent: string | undefined;
  /** True when what it wrote shows that it has seen all of the logs. */
  readonly complete: (output: string, logs: Logs) => boolean;
}

function lacks(command: string): string | undefined {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0
    ? undefined
    : `${command} is not installed`;
}

function lacksPackage(name: string): string | undefined {
  try {
    createRequire(join(root, 'package.json')).resolve(name);
    return undefined;
  } catch {
    return `the package ${name} is not installed for this platform`;
  }
}

/** Ours tells events without the copies of those that were delivered twice. */
function readByUs(output: string, logs: Logs): boolean {
  const [, events, duplicates = '0'] =
    /READ\s+(\d+) events[^]*?(?:(\d+) duplicate event|0 records rejected)/.exec(output) ?? [];
  return Number(events) + Number(duplicates) === logs.events && output.includes(`Files: ${String(logs.files)} read`);
}

function countedAll(output: string, logs: Logs): boolean {
  const { events, bytes } = JSON.parse(output) as { readonly events?: number; readonly bytes?: number };
  return (events ?? logs.events) === logs.events && (bytes ?? logs.bytes) === logs.bytes;
}

export function contenders(folder: string, workers: number, cache: string): Contender[] {
  const cli = [join(root, 'dist/cli.js'), 'analyze', folder];
  const help = spawnSync(process.execPath, [join(root, 'dist/cli.js'), '--help'], { encoding: 'utf8' }).stdout;
  const withCache = [...cli, '--cache', cache];
  const noCache = /^ *--cache /m.test(help) ? undefined : 'the command line has no --cache';
  const many = `${String(workers)} workers`;
  const ours = (id: string, name: string, count: number): Contender => ({
    id,
    name,
    command: cli,
    workers: count,
    against: id,
    absent: undefined,
    complete: readByUs,
  });
  const other = (id: string, name: string, count: number, command: readonly string[], absent?: string): Contender => ({
    id,
    name,
    command,
    workers: count,
    against: workers > 1 && id.endsWith('-1') ? 'ours-1' : 'ours',
    absent,
    complete: countedAll,
  });
  const list = [
    ours('ours', `CloudTrail Lineage, ${many}`, workers),
    ours('ours-1', 'CloudTrail Lineage, 1 worker', 1),
    {
      ...ours('ours-cached', `CloudTrail Lineage, ${many}, from its cache`, workers),
      command: withCache,
      before: withCache,
      against: 'ours',
      absent: noCache,
    },
    other('floor', `decompression alone, ${many}`, workers, [program('floor.mjs'), folder, String(workers)]),
    other('floor-1', 'decompression alone, 1 worker', 1, [program('floor.mjs'), folder, '1']),
    other(
      'duckdb',
      `DuckDB, ${many.replace('workers', 'threads')}`,
      workers,
      [program('duckdb.mjs'), folder, String(workers)],
      lacksPackage('@duckdb/node-api'),
    ),
    other('duckdb-1', 'DuckDB, 1 thread', 1, [program('duckdb.mjs'), folder, '1'], lacksPackage('@duckdb/node-api')),
    other('json-parse', 'gunzip + JSON.parse', 1, [program('json-parse.mjs'), folder]),
    other('jq', 'gzip and jq', 1, [program('jq.mjs'), folder], lacks('jq') ?? lacks('gzip') ?? lacks('xargs')),
  ];
  return workers > 1 ? list : list.filter(({ id }) => !id.endsWith('-1'));
}
