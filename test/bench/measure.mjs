// Runs a program and tells how long it took, how much memory it held, and what it counted.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const hook = pathToFileURL(fileURLToPath(new URL('peak-memory.mjs', import.meta.url))).href;

/** `command` of `{ node: [script, ...args] }` or `{ shell: text }`; resolves to seconds, peak in MB (Node only) and output. */
export function measure(command, scratch) {
  const peakFile = join(scratch, 'peak');
  rmSync(peakFile, { force: true });
  const [program, args] =
    'node' in command ? [process.execPath, ['--import', hook, ...command.node]] : ['sh', ['-c', command.shell]];
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, args, {
      env: { ...process.env, BENCH_PEAK_FILE: peakFile },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(`${program} ${args.join(' ')} ended with ${code}: ${errors.trim()}`));
      const seconds = (performance.now() - started) / 1000;
      resolve({ seconds, peak: existsSync(peakFile) ? Number(readFileSync(peakFile, 'utf8')) : undefined, output });
    });
  });
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Rows of texts as a table, numbers to the right. */
export function table(head, rows) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const line = (row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  ');
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
