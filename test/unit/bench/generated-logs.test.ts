/** The generated logs of the benchmark: always the same, read whole, and a day whose sessions and incidents the analysis finds. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { analyze, type Analysis } from '../../../src/engine/analysis';
import { emptyCase } from '../../../src/engine/case-settings';
import { FileScanner } from '../../../src/engine/cloudtrail/scanner';
import { accountDay, type Delivery } from '../../bench/logs/day';
import { recordText } from '../../bench/logs/record-text';
import { Dice } from '../../bench/logs/dice';
import { ACTIONS } from '../../bench/logs/catalogue';
import { account, worldOf } from '../../bench/logs/world';
import { fill } from '../../bench/logs/values';
import { generateLogs } from '../../bench/logs/write';

const world = worldOf('test', 4e6);

interface Shape {
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly errorCode?: string;
  readonly recipientAccountId: string;
  readonly sharedEventID?: string;
  readonly userIdentity: { readonly type: string; readonly accessKeyId?: string; readonly invokedBy?: string };
  readonly responseElements: { readonly credentials?: { readonly accessKeyId: string } } | null;
}

function recordsOf(delivery: Delivery): Shape[] {
  return (JSON.parse(delivery.text) as { readonly Records: Shape[] }).Records;
}

function analysisOf(deliveries: readonly Delivery[]): Analysis {
  const encoder = new TextEncoder();
  const files = deliveries.map(({ path, text }) => {
    const scanner = new FileScanner(path);
    scanner.push(encoder.encode(text));
    return scanner.finish();
  });
  return analyze(files, emptyCase);
}

describe('the generated logs of the benchmark', function () {
  this.timeout(60_000);
  let deliveries: Delivery[];
  let records: Shape[];
  let analysis: Analysis;
  before(() => {
    deliveries = Array.from({ length: world.accounts }, (_, index) => [...accountDay(world, index)]).flat();
    records = deliveries.flatMap(recordsOf);
    analysis = analysisOf(deliveries);
  });

  it('are as large as asked, a file a line, below the paths that CloudTrail gives', () => {
    const bytes = deliveries.reduce((sum, { text }) => sum + text.length, 0);
    assert.ok(bytes >= world.bytes && bytes < world.bytes * 1.1, String(bytes));
    for (const { path, text, events } of deliveries) {
      const [, id, region] = /^AWSLogs\/(\d{12})\/CloudTrail\/([a-z0-9-]+)\/2025\/05\/15\//.exec(path) ?? [];
      assert.match(
        path,
        new RegExp(`/${id ?? '-'}_CloudTrail_${region ?? '-'}_2025051[56]T\\d{4}Z_[A-Za-z0-9]{16}[.]json[.]gz$`),
      );
      assert.equal(text.includes('\n'), false);
      assert.ok(text.startsWith('{"Records":[{"eventVersion":') && events > 0);
    }
    assert.equal(new Set(deliveries.map(({ path }) => path)).size, deliveries.length);
  });

  it('are read record for record; what was delivered twice counts once', () => {
    const { coverage } = analysis;
    const distinct = new Set(records.map(({ eventID, recipientAccountId }) => `${eventID} ${recipientAccountId}`)).size;
    assert.ok(distinct < records.length, 'something is delivered twice');
    assert.deepEqual(
      [coverage.events, coverage.duplicates, coverage.rejected],
      [distinct, records.length - distinct, 0],
    );
    assert.deepEqual(
      coverage.files.filter(({ verdict }) => verdict !== 'read'),
      [],
    );
  });

  it('issue every key before it is used, but for those of the console, of services, and of the night before', () => {
    const issued = new Map<string, string>();
    for (const { responseElements, eventTime } of records) {
      const key = responseElements?.credentials?.accessKeyId;
      if (key !== undefined) issued.set(key, eventTime);
    }
    const direct = records.filter(
      ({ userIdentity: { type, accessKeyId, invokedBy } }) =>
        type === 'AssumedRole' && invokedBy === undefined && accessKeyId !== undefined,
    );
    const linked = direct.filter(({ userIdentity: { accessKeyId = '' } }) => issued.has(accessKeyId));
    assert.ok(linked.length > 0.9 * direct.length, `${String(linked.length)} of ${String(direct.length)}`);
    for (const { eventTime, userIdentity } of linked) {
      assert.ok(eventTime >= (issued.get(userIdentity.accessKeyId ?? '') ?? ''), JSON.stringify(userIdentity));
    }
  });

  it('tell of the two planted incidents', () => {
    const rules = analysis.findings.map(({ rule }) => rule);
    assert.equal(rules.filter((rule) => rule === 'chain-then-persistence').length, 1);
    assert.equal(rules.filter((rule) => rule === 'ec2-credential-off-instance').length, 1);
  });

  it('have twins: the same assumption in the account of the caller and in that of the role', () => {
    const shared = new Map<string, Set<string>>();
    for (const { sharedEventID, recipientAccountId } of records) {
      if (sharedEventID !== undefined) {
        shared.set(sharedEventID, (shared.get(sharedEventID) ?? new Set()).add(recipientAccountId));
      }
    }
    assert.ok([...shared.values()].some(({ size }) => size === 2));
  });

  it('fail and are throttled now and then', () => {
    const failed = records.filter(({ errorCode }) => errorCode !== undefined).length / records.length;
    assert.ok(failed > 0.01 && failed < 0.05, String(failed));
    assert.ok(records.some(({ errorCode }) => errorCode === 'ThrottlingException'));
  });

  it('are written the same by one thread and by three, and as they are made in memory', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lineage-bench-'));
    try {
      const filesOf = (name: string): Map<string, string> =>
        new Map(
          readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' })
            .filter((path) => path.endsWith('.gz'))
            .sort()
            .map((path) => [path, gunzipSync(readFileSync(join(folder, name, path))).toString('utf8')]),
        );
      const options = { seed: world.seed, bytes: world.bytes };
      const totals = await generateLogs(join(folder, 'one'), { ...options, threads: 1 });
      await generateLogs(join(folder, 'three'), { ...options, threads: 3 });
      const one = filesOf('one');
      assert.deepEqual(one, filesOf('three'));
      assert.equal(one.size, deliveries.length);
      for (const { path, text } of deliveries) assert.equal(one.get(path), text);
      assert.deepEqual([totals.files, totals.events], [deliveries.length, records.length]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('differ with the seed', () => {
    const [other] = accountDay(worldOf('another', 4e6), 0);
    assert.notEqual(other?.text, deliveries[0]?.text);
  });
});

describe('the calls of the generated logs', () => {
  const here = account(worldOf('test', 4e6), 0);
  const dice = new Dice('calls');
  const call = { account: here, region: here.home, at: 1_747_300_000, app: 'checkout-api', actor: here.actors[0] };

  it('are JSON with every value filled in', () => {
    for (const action of ACTIONS) {
      const text = recordText(
        {
          identity: '{}',
          at: call.at,
          service: action.service,
          name: action.name,
          region: call.region,
          address: '192.0.2.1',
          agent: 'agent',
          request: fill(action.request, dice, call),
          response: fill(action.response, dice, call),
          additional: fill(action.additional, dice, call),
          readOnly: action.readOnly,
          resources: fill(action.resources, dice, call),
          account: here.id,
        },
        dice,
      );
      assert.doesNotThrow(() => JSON.parse(text), `${action.service}:${action.name}: ${text}`);
      assert.doesNotMatch(text, /<\w+>|undefined/);
    }
    assert.ok(ACTIONS.length > 300);
  });
});
