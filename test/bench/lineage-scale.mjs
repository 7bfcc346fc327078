// What linking a lineage of many sessions costs: time of each step and the most memory, at several sizes, each in a process of
// its own. Absolute figures differ from machine to machine: the last column says how each size does against the first.
//
//   node --import tsx test/bench/lineage-scale.mjs [SESSIONS]...     100,000 and 1,000,000 unless told
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure, table } from './measure.mjs';

const script = fileURLToPath(import.meta.url);

async function steps(sessions) {
  const { manySessions, recordsOf, rootKey } = await import('./many-sessions.ts');
  const { emptyCase } = await import('../../src/engine/case-settings.ts');
  const { buildModel } = await import('../../src/engine/lineage/build-model.ts');
  const { answerWho } = await import('../../src/engine/report/who.ts');
  const took = (step) => {
    const begin = performance.now();
    const result = step();
    return [result, (performance.now() - begin) / 1000];
  };
  const [file, scan] = took(() => manySessions(sessions));
  const [model, link] = took(() => buildModel([file], emptyCase));
  const [answer, who] = took(() => answerWho(model, rootKey));
  const root = model.sessions[answer.sessions[0]];
  if (model.events.count !== recordsOf(sessions) || root?.children.length !== sessions) {
    throw new Error(`${model.events.count} events, ${root?.children.length} sessions under the root`);
  }
  process.stdout.write(JSON.stringify({ scan, link, who }));
}

async function main(sizes) {
  const scratch = mkdtempSync(join(tmpdir(), 'lineage-scale-'));
  try {
    const rows = [];
    for (const sessions of sizes) {
      const run = await measure(
        { node: ['--max-old-space-size=16384', '--import', 'tsx', script, '--steps', String(sessions)] },
        scratch,
      );
      rows.push({ sessions, peak: run.peak, ...JSON.parse(run.output) });
    }
    const perSession = ({ scan, link, sessions }) => (scan + link) / sessions;
    console.log(
      table(
        ['sessions', 'make and scan s', 'link s', 'who s', 'peak MB', 'time a session, of the first'],
        rows.map((row) => [
          String(row.sessions),
          row.scan.toFixed(1),
          row.link.toFixed(1),
          row.who.toFixed(2),
          row.peak.toFixed(0),
          (perSession(row) / perSession(rows[0])).toFixed(2),
        ]),
      ),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--steps') {
  await steps(Number(rest[0]));
} else {
  const sizes = process.argv.slice(2).map(Number);
  await main(sizes.length > 0 ? sizes : [100_000, 1_000_000]);
}
