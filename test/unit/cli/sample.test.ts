/**
 * The shipped sample through the program, held against the list that was written by hand, and the same with damaged files
 * beside it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { AnalysisReport, Finding } from '../../../src/engine/contract';
import { isAtLeast } from '../../../src/engine/severity';
import expected from '../sample/expected.json';
import { bundlePrograms } from '../support/bundle';

const root = join(__dirname, '../../..');
const logs = join(root, 'media/sample-incident/cloudtrail-logs');
let dist: string;

/** From the folder of the sample, whose case file applies. */
function run(
  args: readonly string[],
  cwd = join(root, 'media/sample-incident'),
): { status: number | null; out: string } {
  const { status, stdout } = spawnSync(process.execPath, [join(dist, 'cli.js'), ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  return { status, out: stdout };
}

const analyze = (...args: string[]): AnalysisReport =>
  JSON.parse(run(['analyze', ...args, '--format', 'json']).out) as AnalysisReport;

const brief = (findings: readonly Finding[]): string[] =>
  findings
    .filter(({ severity }) => isAtLeast(severity, 'medium'))
    .map(({ rule, severity, id }) => `${severity} ${rule} ${id}`)
    .sort();

before(async function () {
  this.timeout(60_000);
  dist = mkdtempSync(join(tmpdir(), 'lineage-sample-'));
  await bundlePrograms(dist, ['cli', 'analysis-worker', 'parse-worker']);
});
after(() => rmSync(dist, { recursive: true, force: true }));

describe('the sample incident on the command line', function () {
  this.timeout(60_000);

  it('has what an analyst should find at medium and above, and nothing else', () => {
    const { findings } = analyze('cloudtrail-logs');
    const serious = findings.filter(({ severity }) => isAtLeast(severity, 'medium'));
    const left = new Set(serious);
    for (const { name, root: start, hops, findings: rules } of expected.cases) {
      const first = 'instanceId' in start ? start.instanceId : start.accessKeyId;
      const entities = [first, ...hops.map(({ accessKeyId }) => accessKeyId)];
      for (const [rule, severity] of Object.entries(rules)) {
        const found = serious.filter(
          (finding) =>
            finding.rule === rule &&
            [...finding.entities.instanceIds, ...finding.entities.accessKeyIds].some((entity) =>
              entities.includes(entity),
            ),
        );
        assert.deepEqual(
          found.map((finding) => finding.severity),
          [severity],
          `${rule} of “${name}”`,
        );
        found.forEach((finding) => left.delete(finding));
      }
    }
    assert.deepEqual(
      [...left].map(({ rule, title }) => `${rule}: ${title}`),
      [],
    );
  });

  for (const one of expected.cases) {
    it(`draws ${one.name}`, () => {
      const { out } = run(['analyze', 'cloudtrail-logs']);
      const incident = out.split(/^INCIDENT /m).find((text) => text.includes(one.root.accessKeyId));
      assert.ok(incident !== undefined, 'no incident shows the first key');
      const lines = incident.split('\n');
      const lineOf = (text: string): number => lines.findIndex((line) => line.includes(text));
      for (const { depth, role, accessKeyId } of one.hops) {
        const card = lineOf(accessKeyId) - 1;
        const words =
          depth === 1 ? 'first assumption' : depth === 2 ? 'ORANGE possibly anomalous' : 'RED most likely anomalous';
        assert.match(
          lines[card] ?? '',
          new RegExp(`AssumeRole · .* → role ${role.split('/').at(-1) ?? ''}  \\[${words}, depth ${String(depth)}\\]`),
        );
      }
      // Each hop hangs from the one before.
      const indents = one.hops.map(({ accessKeyId }) => (lines[lineOf(accessKeyId) - 1] ?? '').search(/[├└]/));
      assert.deepEqual(
        indents,
        [...indents].sort((a, b) => a - b),
      );
      assert.equal(new Set(indents).size, one.hops.length);
      // What came of one card is in time order; all of it happened on one day.
      const last = new Map<number, string>();
      for (const line of lines) {
        const [, before = '', time] = /^([ │]*)[├└]─ .*? · (\d\d:\d\d:\d\d)/.exec(line) ?? [];
        if (time !== undefined) {
          [...last.keys()].filter((indent) => indent > before.length).forEach((indent) => last.delete(indent));
          assert.ok((last.get(before.length) ?? '') <= time, line);
          last.set(before.length, time);
        }
      }
      if ('created' in one) {
        const { accessKeyId, used } = one.created;
        assert.match(incident, new RegExp(`CreateAccessKey · .* → access key ${accessKeyId}  \\[left behind\\]`));
        assert.equal(incident.includes('[RED key left behind, in use]'), used);
      }
      if ('instanceAddress' in one) {
        assert.match(incident, new RegExp(`from .*${one.address.replaceAll('.', '\\.')} \\(\\d+\\) SUSPICIOUS`));
        assert.ok(incident.includes(one.instanceAddress));
      }
      assert.match(incident, /Next +cloudtrail-lineage remediate cloudtrail-logs --finding [\w-]+ --out /);
    });
  }

  it('gives the same bytes in whatever order its files are named', () => {
    const names = readdirSync(logs).map((name) => join(logs, name));
    const shuffled = names.map((name, at) => ({ name, key: (at * 37) % 101 })).sort((a, b) => a.key - b.key);
    for (const format of ['json', 'csv', 'sarif']) {
      const one = run(['analyze', ...names, '--format', format]).out;
      assert.ok(one.length > 1000);
      assert.equal(run(['analyze', ...shuffled.map(({ name }) => name), '--format', format]).out, one);
    }
  });

  it('loses nothing to damaged files beside it, and names each', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lineage-damaged-'));
    try {
      cpSync(join(root, 'media/sample-incident'), folder, { recursive: true });
      // The largest: cut anywhere, it has whole records before the cut.
      const [whole = ''] = readdirSync(logs)
        .filter((name) => !name.includes('Digest'))
        .sort((a, b) => statSync(join(logs, b)).size - statSync(join(logs, a)).size || (a < b ? -1 : 1));
      const bytes = readFileSync(join(logs, whole));
      const text = gunzipSync(bytes);
      const damaged = {
        'cut.json': text.subarray(0, Math.floor(text.length * 0.7)),
        'cut.json.gz': bytes.subarray(0, Math.floor(bytes.length * 0.7)),
        'empty.json': Buffer.alloc(0),
        'garbage.gz': Buffer.from([0x1f, 0x8b, 0x07, 0x07, 0x07, 0x07]),
        'other.json': Buffer.from('{"name":"not-a-log","version":"1.0.0"}'),
        'other.json.gz': gzipSync('just words'),
        'picture.json': readFileSync(join(root, 'media/icon.png')),
      };
      for (const [name, content] of Object.entries(damaged)) {
        writeFileSync(join(folder, 'cloudtrail-logs', name), content);
      }
      const { status, out } = run(['analyze', 'cloudtrail-logs', '--format', 'json'], folder);
      assert.equal(status, 0);
      const { findings, coverage } = JSON.parse(out) as AnalysisReport;
      assert.deepEqual(brief(findings), brief(analyze('cloudtrail-logs').findings));
      const verdicts = new Map(coverage.files.map(({ path, verdict, reason }) => [path, { verdict, reason }]));
      assert.deepEqual(
        Object.keys(damaged).map((name) => [name, verdicts.get(name)?.verdict]),
        [
          ['cut.json', 'partial'],
          ['cut.json.gz', 'partial'],
          ['empty.json', 'skipped'],
          ['garbage.gz', 'failed'],
          ['other.json', 'skipped'],
          ['other.json.gz', 'skipped'],
          ['picture.json', 'skipped'],
        ],
      );
      const shown = run(['analyze', 'cloudtrail-logs'], folder).out;
      for (const name of Object.keys(damaged)) {
        assert.ok(shown.includes(`${name}: ${verdicts.get(name)?.reason ?? 'missing'}`), name);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
