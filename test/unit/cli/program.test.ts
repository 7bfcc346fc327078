/** The program itself, built as it ships and run in a process of its own: output, exit status, determinism. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Ajv from 'ajv';
import type { AnalysisReport } from '../../../src/engine/contract';
import { version } from '../../../package.json';
import { bobsKey, incident } from '../engine/report/incident';
import { bundlePrograms } from '../support/bundle';

const root = join(__dirname, '../../..');
let dist: string;
let work: string;
let finding: string;

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** `closeEarly`: closes the standard output after the first bytes, as `head` does. */
function run(
  args: readonly string[],
  options: { readonly cwd?: string; readonly closeEarly?: boolean } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(dist, 'cli.js'), ...args], {
      cwd: options.cwd ?? work,
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (options.closeEarly === true) {
        child.stdout.destroy();
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, out, err });
    });
  });
}

const reportOf = ({ out }: Ran): AnalysisReport => JSON.parse(out) as AnalysisReport;

before(async function () {
  this.timeout(60_000);
  dist = mkdtempSync(join(tmpdir(), 'lineage-dist-'));
  await bundlePrograms(dist, ['cli', 'analysis-worker', 'parse-worker']);
  work = mkdtempSync(join(tmpdir(), 'lineage-work-'));
  const { records } = incident();
  mkdirSync(join(work, 'logs/sub'), { recursive: true });
  records.forEach((record, at) => {
    const text = JSON.stringify({ Records: [record] });
    writeFileSync(
      join(work, 'logs', at % 2 === 0 ? `sub/${String(at)}.json` : `${String(at)}.json.gz`),
      at % 2 === 0 ? text : gzipSync(text),
    );
  });
  writeFileSync(join(work, 'logs/notes.txt'), 'hello');
  const first = reportOf(await run(['analyze', 'logs', '--format', 'json'])).findings[0];
  assert.ok(first !== undefined);
  finding = first.id;
});
after(() => {
  rmSync(dist, { recursive: true, force: true });
  rmSync(work, { recursive: true, force: true });
});

describe('the program', function () {
  this.timeout(60_000);

  it('analyses a folder, names what it skipped, and is done', async () => {
    const ran = await run(['analyze', 'logs', '--format', 'json']);
    assert.equal(ran.status, 0);
    const { coverage, findings } = reportOf(ran);
    assert.deepEqual(
      coverage.files.filter(({ verdict }) => verdict !== 'read').map(({ path, verdict }) => [path, verdict]),
      [['notes.txt', 'skipped']],
    );
    assert.deepEqual(
      findings.map(({ rule, severity }) => [rule, severity]),
      [
        ['chain-then-persistence', 'critical'],
        ['created-key-used', 'critical'],
        ['role-chain-depth', 'high'],
      ],
    );
  });

  it('prints neither progress nor colour where nobody watches', async () => {
    const ran = await run(['analyze', 'logs']);
    assert.equal(ran.err, '');
    assert.equal(ran.out.includes('\u001b'), false);
    assert.match(ran.out, /RED most likely anomalous/);
    assert.match(ran.out, new RegExp(`remediate logs --finding ${finding} --out remediation/incident-`));
  });

  it('gives the same bytes however the files are named and split', async () => {
    const whole = reportOf(await run(['analyze', 'logs', '--format', 'json']));
    const apart = [
      'logs/sub',
      ...readdirSync(join(work, 'logs'))
        .filter((name) => name.endsWith('.gz'))
        .map((name) => `logs/${name}`),
    ];
    const [one, other] = await Promise.all([
      run(['analyze', ...apart, '--format', 'json']),
      run(['analyze', ...[...apart].reverse(), './logs/sub/', '--format', 'json']),
    ]);
    assert.equal(one.out, other.out);
    assert.deepEqual(
      reportOf(one).findings.map(({ id }) => id),
      whole.findings.map(({ id }) => id),
    );
    assert.deepEqual(reportOf(one).sessions, whole.sessions);
  });

  it('gives the same bytes with a cache, full or empty, and keeps it away from the logs', async () => {
    const records = Array.from({ length: 40 }, () => incident().records).flat();
    mkdirSync(join(work, 'cached-logs'));
    writeFileSync(join(work, 'cached-logs/a.json'), JSON.stringify({ Records: records }));
    writeFileSync(join(work, 'cached-logs/b.json'), JSON.stringify({ Records: records }).slice(0, -30));
    const analyze = (...options: string[]): Promise<Ran> =>
      run(['analyze', 'cached-logs', '--format', 'json', ...options]);
    const without = await analyze();
    assert.equal(without.status, 0);
    const cached = ['--cache', 'made/cache'];
    assert.deepEqual(await analyze(...cached), without);
    const entries = (): string[] =>
      readdirSync(join(work, 'made/cache'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name, parentPath }) => `${name} ${String(statSync(join(parentPath, name)).ino)}`);
    const first = entries();
    assert.equal(first.length, 2);
    assert.deepEqual(await analyze(...cached), without);
    assert.deepEqual(entries(), first);
    for (const [command, option] of [
      [['who', 'alice', 'cached-logs'], 'made/cache'],
      [['remediate', 'cached-logs', '--finding', 'x', '--out', 'y'], 'made/cache'],
    ] as const) {
      const [plain, again] = [await run(command), await run([...command, '--cache', option])];
      assert.deepEqual(again, plain);
    }
    for (const cache of ['cached-logs', 'cached-logs/cache', 'cached-logs/a.json', 'cached-logs/b.json/c']) {
      const refused = await analyze('--cache', cache);
      assert.deepEqual([refused.status, refused.out], [2, '']);
      assert.match(refused.err, /is among the logs/);
    }
    assert.deepEqual(readdirSync(join(work, 'cached-logs')), ['a.json', 'b.json']);
    writeFileSync(join(work, 'made/file'), '');
    const blocked = await analyze('--cache', 'made/file');
    assert.deepEqual([blocked.status, blocked.out], [2, '']);
    assert.match(blocked.err, /Cannot write .*made.file/);
  });

  it('keeps folders of one name apart', async () => {
    cpSync(join(work, 'logs'), join(work, 'x/logs'), { recursive: true });
    const { coverage } = reportOf(await run(['analyze', 'logs', 'x/logs', '--format', 'json']));
    const paths = coverage.files.map(({ path }) => path);
    assert.equal(new Set(paths).size, paths.length);
    assert.ok(paths.includes('x/logs/notes.txt'));
  });

  it('fails on what it was asked to fail on, suppressed findings aside', async () => {
    assert.equal((await run(['analyze', 'logs', '--fail-on', 'critical'])).status, 1);
    assert.equal((await run(['analyze', 'logs', '--fail-on', 'low'])).status, 1);
    const chains = ['analyze', 'logs', '--rule', 'role-chain-depth', '--fail-on'];
    assert.equal((await run([...chains, 'critical'])).status, 0);
    assert.equal((await run([...chains, 'high'])).status, 1);
    writeFileSync(join(work, 'drill.json'), '{ "suppressions": [{ "rule": "role-chain-depth", "reason": "drill" }] }');
    assert.equal((await run([...chains, 'low', '--case', 'drill.json'])).status, 0);
    assert.equal((await run([...chains, 'low', '--case', 'drill.json', '--no-suppressions'])).status, 1);
    const later = await run(['analyze', 'logs', '--fail-on', 'low', '--since', '2030-01-01']);
    assert.equal(later.status, 0);
  });

  it('says which case file it uses, and where one is broken', async () => {
    writeFileSync(join(work, 'broken.json'), '{\n  "ownAccount": []\n}');
    const ran = await run(['analyze', 'logs', '--case', 'broken.json']);
    assert.equal(ran.status, 0);
    assert.match(ran.err, /^Case file: .*broken\.json$/m);
    assert.match(ran.err, /broken\.json:2:\d+: .*ownAccount/);
    assert.match(ran.err, /was not applied/);
  });

  it('says in one sentence what is wrong', async () => {
    const ran = await run(['analyze', 'logs', '--format', 'pdf']);
    assert.deepEqual([ran.status, ran.out], [2, '']);
    assert.match(ran.err, /^cloudtrail-lineage: .*pdf.*\n$/);
    assert.equal((await run([])).status, 2);
  });

  it('says when nothing could be read', async () => {
    mkdirSync(join(work, 'empty'), { recursive: true });
    for (const path of ['empty', 'nowhere', 'logs/notes.txt']) {
      const ran = await run(['analyze', path]);
      assert.equal(ran.status, 3, path);
      assert.match(ran.err, /nothing could be read/, path);
    }
    assert.equal((await run(['who', 'AKIA', 'nowhere'])).status, 3);
    assert.equal((await run(['remediate', 'nowhere', '--finding', finding, '--out', 'o'])).status, 3);
  });

  it('names a path that is not there beside others, in the coverage too', async () => {
    const ran = await run(['analyze', 'logs', 'nowhere', '--format', 'json']);
    assert.equal(ran.status, 0);
    assert.match(ran.err, /nowhere was not read/);
    assert.ok(
      reportOf(ran).coverage.files.some(({ path, verdict }) => path.endsWith('nowhere') && verdict === 'failed'),
    );
  });

  it('writes a report to a file, never over a log', async () => {
    const ran = await run(['analyze', 'logs', '--format', 'csv', '--out', 'report.csv']);
    assert.deepEqual([ran.status, ran.out], [0, '']);
    assert.ok(readFileSync(join(work, 'report.csv'), 'utf8').includes(finding));
    const log = join(work, 'logs/sub/0.json');
    const before = readFileSync(log, 'utf8');
    const refused = await run(['analyze', 'logs', '--out', 'logs/sub/0.json']);
    assert.equal(refused.status, 2);
    assert.match(refused.err, /one of the logs/);
    assert.equal(readFileSync(log, 'utf8'), before);
    assert.equal((await run(['analyze', 'logs', '--out', 'no/such/folder/r.txt'])).status, 2);
  });

  it('does not mind a reader that leaves', async () => {
    // More than a pipe takes before anybody reads.
    const logs = join(root, 'media/sample-incident/cloudtrail-logs');
    const args = ['analyze', logs, '--format', 'json', '--fail-on', 'low'];
    assert.ok((await run(args)).out.length > 200_000);
    const ran = await run(args, { closeEarly: true });
    assert.deepEqual([ran.status, ran.err], [1, '']);
  });

  it('tells whose a key is', async () => {
    const ran = await run(['who', bobsKey, 'logs']);
    assert.equal(ran.status, 0);
    assert.ok(ran.out.indexOf('role R3  [RED') > ran.out.indexOf('user alice'));
    const { matched, ancestry } = JSON.parse((await run(['who', bobsKey, 'logs', '--format', 'json'])).out) as {
      matched: string;
      ancestry: { name: string }[][];
    };
    assert.deepEqual([matched, ancestry[0]?.length], ['access key', 5]);
    assert.match(
      ran.out,
      /^Records\n {2}2025-05-12T08:04:00Z {2}CreateAccessKey {2}issued this credential {2}\([0-9a-f-]{36} in (sub\/)?\d\.json/m,
    );
    assert.doesNotMatch(ran.out, /Blast radius/);
    const nobody = await run(['who', 'AKIANOBODY', 'logs']);
    assert.equal(nobody.status, 0);
    assert.match(nobody.out, /^Nothing that was read is or has AKIANOBODY/);
  });

  it('tells on request what came of the first credential of a lineage, in words and as its schema says', async () => {
    const ran = await run(['who', bobsKey, 'logs', '--blast-radius']);
    assert.deepEqual([ran.status, ran.err], [0, '']);
    assert.match(ran.out, /^Blast radius of access key \w+ of user alice$/m);
    assert.match(ran.out, /5 sessions; 6 events, 0 of them denied/);
    assert.match(ran.out, /^ {2}2025-05-12T08:03:00Z {2}user bob +still there +session/m);
    const json = await run(['who', bobsKey, 'logs', '--blast-radius', '--format', 'json']);
    const schema = (name: string): object =>
      JSON.parse(readFileSync(join(root, 'media/schemas', name), 'utf8')) as object;
    const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false });
    ajv.addSchema(schema('analysis-1.json'), 'analysis-1.json');
    const validate = ajv.compile(schema('who-1.json'));
    const answer = JSON.parse(json.out) as { blastRadius: { records: { read: number } }[]; lineages: number };
    assert.ok(validate(answer), JSON.stringify(validate.errors));
    assert.deepEqual([answer.lineages, answer.blastRadius.length, answer.blastRadius[0]?.records.read], [1, 1, 3]);
    assert.equal((await run(['who', bobsKey, 'logs', '--blast-radius', '--format', 'json'])).out, json.out);
  });

  it('writes the response, and nothing over it', async () => {
    const args = ['remediate', 'logs', '--finding', finding, '--out', 'response'];
    const ran = await run(args);
    assert.equal(ran.status, 0, ran.err);
    const written = readdirSync(join(work, 'response'), { recursive: true, encoding: 'utf8' });
    for (const name of ['runbook.md', 'respond.sh', 'respond.ps1']) {
      assert.ok(written.includes(name), name);
    }
    const policies = readdirSync(join(work, 'response/policies'));
    assert.ok(policies.length > 0);
    for (const name of policies) {
      JSON.parse(readFileSync(join(work, 'response/policies', name), 'utf8'));
    }
    const again = await run(args);
    assert.equal(again.status, 2);
    assert.match(again.err, /runbook\.md.*--force/);
    assert.equal((await run([...args, '--force'])).status, 0);
    const unknown = await run(['remediate', 'logs', '--finding', 'nope', '--out', 'other']);
    assert.equal(unknown.status, 2);
    assert.match(unknown.err, /no finding nope/);
  });

  it('lists its rules and its version', async () => {
    const rules = JSON.parse((await run(['rules', '--format', 'json'])).out) as { id: string }[];
    assert.ok(rules.some(({ id }) => id === 'role-chain-depth'));
    assert.match((await run(['rules'])).out, /^role-chain-depth {2}/);
    assert.equal((await run(['--version'])).out, `${version}\n`);
    assert.match((await run(['--help'])).out, /Exit status: 0 done/);
  });
});
