/** Runs a program in a process of its own and tells how long it took, how much memory it held at most, and what it wrote. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';

const hook = join(root, 'test/bench/programs/hook.cjs');

export interface Run {
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** Resident memory at its highest, MB; undefined where the system doesn't tell. */
  readonly peak: number | undefined;
  readonly output: string;
}

export interface MeasureOptions {
  /** For files that come and go with the run. */
  readonly scratch: string;
  /** Cores that the program is told it has. */
  readonly workers?: number;
}

/** `command` are Node's arguments: flags, the script and its own arguments. */
export function measure(command: readonly string[], { scratch, workers }: MeasureOptions): Promise<Run> {
  const peakFile = join(scratch, 'peak');
  rmSync(peakFile, { force: true });
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, ['--require', hook, ...command], {
      env: {
        ...process.env,
        BENCH_PEAK_FILE: peakFile,
        ...(workers === undefined ? {} : { BENCH_WORKERS: String(workers) }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    const errors: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
    child.on('error', reject);
    child.on('close', (code) => {
      const seconds = (performance.now() - started) / 1000;
      if (code !== 0) {
        reject(new Error(`${command.join(' ')} ended with ${String(code)}: ${errors.join('').trim()}`));
        return;
      }
      const peak = existsSync(peakFile) ? Number(readFileSync(peakFile, 'utf8')) : undefined;
      resolve({ seconds, peak, output: output.join('') });
    });
  });
}
