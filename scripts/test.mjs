// Everything that has to be right before a change goes in, step by step; a failed step does not keep the later ones
// from running. Ends with one line, "N passed, N failed[, N skipped]": each step counts as one check, and each test that
// a step ran counts as well. Exit code 1 if anything failed.
//
//   npm test                 everything
//   npm test -- lint unit    these steps only
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { countTests } from './lib/count-tests.mjs';
import { root } from './lib/paths.mjs';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const eslint = 'node_modules/eslint/bin/eslint.js';
const prettier = 'node_modules/prettier/bin/prettier.cjs';
const mocha = 'node_modules/mocha/bin/mocha.js';

/** `tests`: the step runs tests, and fails if it ran none. */
const steps = [
  { name: 'typecheck', args: ['scripts/typecheck.mjs'] },
  { name: 'lint', args: [eslint, '.', '--max-warnings', '0'] },
  { name: 'format', args: [prettier, '--check', '--log-level', 'warn', '.'] },
  { name: 'build', args: ['esbuild.mjs'] },
  {
    name: 'unit',
    args: [mocha, '--reporter', 'dot', '--parallel', '--jobs', String(availableParallelism())],
    tests: true,
  },
  { name: 'extension', args: ['scripts/test-extension.mjs'], tests: true },
  { name: 'package', args: ['scripts/package.mjs'] },
  {
    name: 'packaged',
    args: ['scripts/test-extension.mjs', '--vsix', `cloudtrail-lineage-${version}.vsix`],
    tests: true,
  },
];

/** Runs one step, showing its output as it comes; resolves to its exit code and what it printed. */
function execute(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const [stream, shown] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        shown.write(text);
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

async function main(wanted) {
  const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    const names = steps.map(({ name }) => name).join(', ');
    process.stderr.write(`There is no step ${unknown.join(', ')}; the steps are: ${names}\n`);
    process.exitCode = 2;
    return;
  }

  const total = { passed: 0, failed: 0, skipped: 0 };
  const verdicts = [];
  for (const { name, args, tests = false } of steps) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    process.stdout.write(`\n── ${name}\n`);
    const started = performance.now();
    const { code, output } = await execute(args);
    const counts = tests ? countTests(output) : { passed: 0, failed: 0, skipped: 0 };
    const ranNone = tests && counts.passed + counts.failed === 0;
    const ok = code === 0 && counts.failed === 0 && !ranNone;
    total.passed += counts.passed + (ok ? 1 : 0);
    total.failed += counts.failed + (ok ? 0 : 1);
    total.skipped += counts.skipped;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const detail = tests ? ` (${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped)` : '';
    const reason = ok ? '' : ranNone ? ': no test ran' : `: exit code ${code}`;
    verdicts.push(`${ok ? 'ok    ' : 'FAILED'} ${name}${detail} in ${seconds} s${reason}`);
  }
  process.stdout.write(`\n${verdicts.join('\n')}\n\n`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
  if (total.failed > 0) process.exitCode = 1;
}

await main(process.argv.slice(2));
