/** The service that owns the model, with files from memory; and once over real threads. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAnalysisService, type AnalysisHost } from '../../../src/worker/analysis-service';
import { createAnalysisClient, isAbort, walkSources } from '../../../src/worker/client';
import type { AnalysisService, AnalyzeRequest, Progress } from '../../../src/worker/protocol';
import { throwIfAborted, type CallContext, type Handlers } from '../../../src/worker/rpc';
import { wholeSummary } from '../../../src/worker/summary-parts';
import { actions, assumeRole, iamUser, longTermKey, role, Trail, user, utc } from '../../../scripts/sample/records';
import { fileOf } from '../engine/support/files';
import { bundlePrograms } from '../support/bundle';
import { resultsOf } from '../support/results-of';

const sample = join(__dirname, '../../../media/sample-incident');
const account = '111122223333';
const origin = { ip: '203.0.113.7', ua: 'aws-cli/2.15.0' };
const t0 = utc('2023-07-10T12:00:00Z');
const trail = new Trail('service');
const alice = iamUser(user(account, 'alice'), longTermKey('alice'));
const first = assumeRole(trail, { at: t0, caller: alice, role: role(account, 'R1'), name: 'one', origin });
const second = assumeRole(trail, {
  at: t0 + 60,
  caller: first.session,
  role: role(account, 'R2'),
  name: 'two',
  origin,
});
const use = trail.record(t0 + 90, second.session, actions.listBuckets, origin);
const records = [...first.records, ...second.records, use];

const files = [{ absolutePath: '/logs/a.json', displayPath: 'a.json' }];
const context = (signal = new AbortController().signal): CallContext => ({ signal, progress: () => undefined });

function host(overrides: Partial<AnalysisHost> = {}): AnalysisHost {
  const text = JSON.stringify({ Records: records });
  return {
    stamp: () => undefined,
    parseFiles: resultsOf(() => Promise.resolve([fileOf('a.json', records)])),
    readSpan: (path, start, length) =>
      Promise.resolve(path === '/logs/a.json' ? text.slice(start, start + length) : ''),
    // eslint-disable-next-line @typescript-eslint/require-await -- what is in memory is there at once
    readSpans: async function* (_, spans) {
      for (const { start, length } of spans) {
        yield text.slice(start, start + length);
      }
    },
    now: () => 0,
    ...overrides,
  };
}

describe('the analysis service', () => {
  it('answers nothing, and does not fail, before the first analysis', async () => {
    const service = createAnalysisService(host());
    assert.deepEqual(await service.roots(context(), { onlySuspicious: false, offset: 0, limit: 9 }), {
      total: 0,
      sessions: [],
    });
    assert.equal(await service.record(context(), 'x'), null);
    assert.equal(await service.lineage(context(), { finding: 'x', maxNodes: 9 }), null);
    assert.equal(await service.remediation(context(), 'x'), null);
    assert.deepEqual((await service.who(context(), 'x')).sessions, []);
  });

  it('gives roots, children, slices, whose, records and plans of one analysis', async () => {
    const service = createAnalysisService(host());
    const summary = await service.analyze(context(), { files });
    const finding = summary.findings[0];
    assert.equal(finding?.rule, 'role-chain-depth');
    assert.equal(summary.sessions, 3);
    const { total, sessions } = await service.roots(context(), { onlySuspicious: true, offset: 0, limit: 9 });
    assert.deepEqual(
      [total, sessions[0]?.name, sessions[0]?.children, sessions[0]?.severity],
      [1, 'alice', 1, finding.severity],
    );
    const children = await service.children(context(), sessions[0]?.id ?? '');
    assert.equal(children[0]?.name, 'one');
    const slice = await service.lineage(context(), { finding: finding.id, maxNodes: 20 });
    assert.deepEqual(
      slice?.nodes.map(({ tone, title }) => `${tone} ${title}`),
      ['root alice', 'ok R1', 'orange R2'],
    );
    const who = await service.who(context(), ` "${second.session.key}" `);
    assert.deepEqual([who.matched, who.ancestry[0]?.map(({ name }) => name)], ['access key', ['alice', 'one', 'two']]);
    const record = await service.record(context(), use.eventID);
    assert.deepEqual([record?.absolutePath, record?.displayPath], ['/logs/a.json', 'a.json']);
    assert.deepEqual(JSON.parse(record?.text ?? ''), use);
    assert.match(record?.text ?? '', /^\{\n {2}"eventVersion"/);
    const plan = await service.remediation(context(), finding.id);
    assert.ok(plan?.files.some(({ path }) => path === 'runbook.md'));
    assert.equal((await service.json(context())).findings.length, summary.findings.length);
    await service.clear(context());
    assert.equal(await service.session(context(), sessions[0]?.id ?? ''), null);
  });

  it('judges the containment anew when later logs come into the folder', async () => {
    const key = longTermKey('alice');
    const responder = iamUser(user(account, 'responder'), longTermKey('responder'));
    const step = (name: string, params: Record<string, string>) =>
      actions.plain('iam', name, { userName: 'alice', ...params });
    const contained = [
      trail.record(t0 + 600, responder, step('UpdateAccessKey', { accessKeyId: key, status: 'Inactive' }), origin),
      trail.record(t0 + 900, responder, actions.listBuckets, origin),
    ];
    const wentOn = trail.record(t0 + 1200, second.session, actions.listBuckets, origin);
    const logs = new Map<string, readonly object[]>([['/logs/a.json', [...records, ...contained]]]);
    const service = createAnalysisService(
      host({
        parseFiles: resultsOf((asked) =>
          Promise.resolve(
            asked.map(({ absolutePath, displayPath }) => fileOf(displayPath, logs.get(absolutePath) ?? [])),
          ),
        ),
      }),
    );
    const before = await service.analyze(context(), { files });
    assert.deepEqual(
      before.incidents.map(({ containment }) => containment?.state),
      ['holds'],
    );
    assert.ok(!before.findings.some(({ rule }) => rule === 'active-after-containment'));

    logs.set('/logs/b.json', [wentOn]);
    const after = await service.analyze(context(), {
      files: [...files, { absolutePath: '/logs/b.json', displayPath: 'b.json' }],
    });
    assert.deepEqual(
      after.incidents.map(({ id, containment }) => [id, containment?.state, containment?.firstSuccess?.eventID]),
      [[before.incidents[0]?.id, 'not-held', wentOn.eventID]],
    );
    assert.equal(after.findings.find(({ rule }) => rule === 'active-after-containment')?.severity, 'high');
  });

  it('keeps the previous analysis when the next is cancelled or fails', async () => {
    let mode: 'fine' | 'fails' = 'fine';
    const service = createAnalysisService(
      host({
        stamp: () => undefined,
        parseFiles: resultsOf(() =>
          mode === 'fine' ? Promise.resolve([fileOf('a.json', records)]) : Promise.reject(new Error('disk')),
        ),
      }),
    );
    await service.analyze(context(), { files });
    mode = 'fails';
    await assert.rejects(service.analyze(context(), { files }), /disk/);
    mode = 'fine';
    const cancelled = new AbortController();
    cancelled.abort();
    await assert.rejects(service.analyze(context(cancelled.signal), { files }), isAbort);
    assert.equal((await service.roots(context(), { onlySuspicious: false, offset: 0, limit: 9 })).total, 1);
  });

  it('keeps the analysis that was started last, whichever ends last, and nothing after it was cleared', async () => {
    const waiting: ((records: readonly object[]) => void)[] = [];
    const service = createAnalysisService(
      host({
        stamp: () => undefined,
        parseFiles: resultsOf(
          () =>
            new Promise((resolve) => {
              waiting.push((read) => {
                resolve([fileOf('a.json', read)]);
              });
            }),
        ),
      }),
    );
    const sessions = async (): Promise<number> => (await service.json(context())).sessions.length;
    const slow = service.analyze(context(), { files });
    const quick = service.analyze(context(), { files });
    await until(() => waiting.length === 2);
    waiting[1]?.(records);
    await quick;
    waiting[0]?.([]);
    assert.equal((await slow).sessions, 0);
    assert.equal(await sessions(), 3);
    const late = service.analyze(context(), { files });
    await until(() => waiting.length === 3);
    await service.clear(context());
    waiting[2]?.(records);
    await late;
    assert.equal((await service.roots(context(), { onlySuspicious: false, offset: 0, limit: 9 })).total, 0);
  });

  describe('while it reads', () => {
    const logs = Array.from({ length: 10 }, (_, index) => ({
      absolutePath: `/logs/${index}.json`,
      displayPath: `${index}.json`,
    }));
    /** The files come one by one, 600 ms after each other; the records are all in the fourth. */
    function slowHost(onFile: (index: number, service: Handlers<AnalysisService>) => Promise<void> | undefined) {
      let now = 0;
      const service: Handlers<AnalysisService> = createAnalysisService(
        host({
          now: () => now,
          parseFiles: async (sources, reading) => {
            const results = sources.map(({ displayPath }, index) => fileOf(displayPath, index === 3 ? records : []));
            for (const [index, result] of results.entries()) {
              now += 600;
              throwIfAborted(reading.signal);
              reading.onFile(result);
              await onFile(index, service);
            }
          },
        }),
      );
      return service;
    }
    const early: AnalyzeRequest = { files: logs, early: true };
    const rootsOf = async (service: Handlers<AnalysisService>): Promise<number> =>
      (await service.roots(context(), { onlySuspicious: false, offset: 0, limit: 9 })).total;

    it('tells what it found so far, answers about that, and then tells the same as without', async () => {
      const told: [number, Progress][] = [];
      const roots: number[] = [];
      let at = 0;
      const service = slowHost(async (index, own) => {
        at = index + 1;
        roots.push(await rootsOf(own));
      });
      const progress = (now: Progress): void => void told.push([at, now]);
      const summary = await service.analyze({ ...context(), progress }, early);
      const shown = told.filter(([, now]) => now.early !== undefined);
      assert.deepEqual(
        shown.map(([file, now]) => [file, now.filesDone, now.early?.findings.length, now.early?.coverage.files.length]),
        [[3, 4, 1, 4]],
      );
      assert.deepEqual(roots, [0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
      const quiet = slowHost(() => undefined);
      assert.deepEqual(await quiet.analyze(context(), { files: logs }), summary);
    });

    it('tells nothing early to whoever did not ask', async () => {
      const told: Progress[] = [];
      const service = slowHost(() => undefined);
      await service.analyze({ ...context(), progress: (now) => told.push(now) }, { files: logs });
      assert.ok(told.every((now) => now.early === undefined));
    });

    it('makes no report and no remediation of what is early', async () => {
      let checked = 0;
      const service = slowHost(async (index, own) => {
        if (index === 5) {
          checked++;
          assert.equal(await rootsOf(own), 1);
          assert.equal(await own.report(context(), 'text'), '');
          assert.throws(() => own.json(context()), /Nothing has been analysed/);
          const slice = await own.lineage(context(), { session: '', maxNodes: 5 });
          assert.equal(slice, null);
        }
      });
      const summary = await service.analyze(context(), early);
      assert.equal(checked, 1);
      assert.ok((await service.remediation(context(), summary.findings[0]?.id ?? '')) !== null);
    });

    it('forgets what is early at once when it is cancelled, and has the analysis before in place', async () => {
      const cancel = new AbortController();
      const seen: number[] = [];
      const service = slowHost(async (index, own) => {
        if (index === 5) {
          seen.push(await rootsOf(own));
          cancel.abort();
          seen.push(await rootsOf(own));
        }
      });
      await assert.rejects(service.analyze(context(cancel.signal), early), isAbort);
      assert.deepEqual(seen, [1, 0]);
      assert.equal(await rootsOf(service), 0);
    });

    it('comes in parts that are the whole, and takes effect when it is adopted', async () => {
      const service = slowHost(() => undefined);
      const whole = await service.analyze(context(), { files: logs });
      await service.clear(context());
      const head = await service.analyze(context(), { files: logs, inParts: true });
      assert.deepEqual([head.findings, head.incidents, head.coverage.files], [[], [], []]);
      assert.equal(await rootsOf(service), 0);
      const partAt = (id: number, index: number) => service.part(context(), id, index);
      assert.deepEqual(await wholeSummary(head, partAt), whole);
      const id = head.parts?.id ?? -1;
      assert.equal(await service.adopt(context(), id), true);
      assert.equal(await rootsOf(service), 1);
      assert.equal(await service.adopt(context(), id), false);
      const late = await service.analyze(context(), { files: logs, inParts: true });
      await service.clear(context());
      assert.equal(await service.part(context(), late.parts?.id ?? -1, 0), null);
      assert.equal(await service.adopt(context(), late.parts?.id ?? -1), false);
    });
  });

  it('says where a case file is broken, and analyses without it', async () => {
    const service = createAnalysisService(host());
    const summary = await service.analyze(context(), {
      files,
      caseFile: { path: 'x', text: '{\n "ownAccounts": 7 }' },
    });
    assert.deepEqual([summary.caseErrors.length, summary.caseErrors[0]?.line, summary.findings.length], [1, 1, 1]);
  });

  it('says so when a record is no longer where it was', async () => {
    const service = createAnalysisService(host({ readSpan: () => Promise.resolve('x"}') }));
    await service.analyze(context(), { files });
    await assert.rejects(service.record(context(), use.eventID), /changed since it was analysed/);
  });
});

async function until(done: () => boolean): Promise<void> {
  while (!done()) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe('the client, over real threads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lineage-client-'));
  const client = createAnalysisClient({ workerPath: join(folder, 'analysis-worker.js') });

  before(async function () {
    this.timeout(60_000);
    await bundlePrograms(folder, ['analysis-worker', 'parse-worker']);
  });
  after(async () => {
    await client.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('analyses the sample incident, and tells progress', async function () {
    this.timeout(60_000);
    const { files: logs } = await walkSources([join(sample, 'cloudtrail-logs')]);
    const told: Progress[] = [];
    const summary = await client.analyze({ onProgress: (progress) => told.push(progress) }, { files: logs });
    assert.ok(summary.coverage.events > 3000);
    assert.deepEqual(told.at(-1)?.filesDone, logs.length);
    const record = await client.record({}, summary.findings[0]?.evidence[0]?.eventID ?? '');
    assert.equal(
      (JSON.parse(record?.text ?? '') as { eventName: string }).eventName,
      summary.findings[0]?.evidence[0]?.eventName,
    );
  });

  it('keeps the previous analysis when it is cancelled while it links', async function () {
    this.timeout(60_000);
    const { files: logs } = await walkSources([join(sample, 'cloudtrail-logs')]);
    const before = await client.analyze({}, { files: logs.slice(0, 1) });
    const cancel = new AbortController();
    const onProgress = ({ stage }: Progress): void => {
      if (stage === 'linking') {
        cancel.abort();
      }
    };
    await assert.rejects(client.analyze({ signal: cancel.signal, onProgress }, { files: logs }), isAbort);
    assert.equal((await client.json({})).coverage.events, before.coverage.events);
  });

  it('fails what is under way when it is closed, and starts again with the next call', async function () {
    this.timeout(60_000);
    const { files: logs } = await walkSources([join(sample, 'cloudtrail-logs')]);
    const running = client.analyze({}, { files: logs });
    const closed = client.dispose();
    await assert.rejects(running, /closed/);
    await closed;
    assert.deepEqual((await client.who({}, 'x')).sessions, []);
  });
});
