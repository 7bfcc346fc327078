// Speed and memory of `analyze` on generated logs, beside what reading them costs in any case, and of analysing again. Rounds are interleaved, so
// that a busy moment of the machine meets every program; absolute figures differ from machine to machine: read the ratios.
//
//   npm run bench -- [--size MB] [--rounds N]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateLogs } from '../test/bench/generate-logs.mjs';
import { measure, median, table } from '../test/bench/measure.mjs';
import { root } from './lib/paths.mjs';

function positive(name, text) {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0, not ${text}.`);
  return value;
}

function has(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

async function main() {
  const { values } = parseArgs({
    options: { size: { type: 'string', default: '300' }, rounds: { type: 'string', default: '5' } },
  });
  const size = positive('size', values.size);
  const rounds = Math.ceil(positive('rounds', values.rounds));
  const built = spawnSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (built.status !== 0) throw new Error('the build failed');

  const scratch = mkdtempSync(join(tmpdir(), 'cloudtrail-bench-'));
  try {
    const folder = join(scratch, 'logs');
    const made = generateLogs(join(root, 'media/sample-incident/cloudtrail-logs'), folder, size * 1e6);
    const megabytes = made.bytes / 1e6;
    console.log(
      `${megabytes.toFixed(0)} MB of logs (${(made.compressed / 1e6).toFixed(0)} MB compressed), ${made.events} events, ${made.files} files; ` +
        `${availableParallelism()} cores, Node ${process.versions.node}, ${rounds} rounds\n`,
    );
    const programs = [
      {
        name: 'cloudtrail-lineage analyze',
        command: { node: [join(root, 'dist/cli.js'), 'analyze', folder, '--format', 'json'] },
        events: (output) => JSON.parse(output).coverage.events,
      },
      {
        name: 'gunzip + JSON.parse, one thread',
        command: { node: [join(root, 'test/bench/json-parse.mjs'), folder] },
        events: Number,
      },
      ...(has('jq') && has('gzip')
        ? [
            {
              name: 'gzip | jq, count only',
              command: {
                shell: `cat '${folder}'/*.gz | gzip -dc | jq -n 'reduce (inputs.Records | length) as $n (0; . + $n)'`,
              },
              events: Number,
            },
          ]
        : []),
    ].map((program) => ({ ...program, runs: [] }));

    for (let round = 0; round < rounds; round++) {
      for (const program of programs) {
        const run = await measure(program.command, scratch);
        const events = program.events(run.output);
        if (events !== made.events) throw new Error(`${program.name} counted ${events} events of ${made.events}`);
        program.runs.push(run);
      }
    }
    const ours = median(programs[0].runs.map(({ seconds }) => seconds));
    console.log(
      table(
        ['program', 'median s', 'best s', 'MB/s', 'peak MB', 'times ours'],
        programs.map(({ name, runs }) => {
          const seconds = runs.map((run) => run.seconds);
          const peaks = runs.flatMap(({ peak }) => peak ?? []);
          return [
            name,
            median(seconds).toFixed(2),
            Math.min(...seconds).toFixed(2),
            (megabytes / median(seconds)).toFixed(0),
            peaks.length === 0 ? '' : median(peaks).toFixed(0),
            (median(seconds) / ours).toFixed(2),
          ];
        }),
      ),
    );
    const again = await measure(
      { node: ['--import', 'tsx', join(root, 'test/bench/again.ts'), folder, String(rounds)] },
      scratch,
    );
    const { files, times } = JSON.parse(again.output);
    const first = median(times.first);
    console.log(`\nthe same analysis again, in one worker, of ${files} files`);
    console.log(
      table(
        ['what happened to the files', 'median s', 'of the first'],
        Object.entries({
          'all read for the first time': times.first,
          nothing: times.unchanged,
          'one changed': times.changed,
          'one is gone': times.gone,
        }).map(([name, seconds]) => [name, median(seconds).toFixed(2), (median(seconds) / first).toFixed(2)]),
      ),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
