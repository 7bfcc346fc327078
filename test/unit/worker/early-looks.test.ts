/** When what has been read is judged before everything has been read: counted, on a clock that the test turns. */
import assert from 'node:assert/strict';
import type { FileResult } from '../../../src/engine/cloudtrail/columns';
import { EarlyLooks } from '../../../src/worker/early-looks';
import { actions, iamUser, longTermKey, Trail, user, utc } from '../../../scripts/sample/records';
import { fileOf } from '../engine/support/files';

const alice = iamUser(user('111122223333', 'alice'), longTermKey('alice'));
const call = new Trail('early').record(utc('2023-07-10T12:00:00Z'), alice, actions.listBuckets, {
  ip: '203.0.113.7',
  ua: 'aws-cli/2.15.0',
});
const { columns } = fileOf('x.json', [call]);

/** A file that says it has this many events. */
function file(path: string, count: number): FileResult {
  assert.ok(columns !== undefined);
  return {
    path,
    format: 'records',
    verdict: 'read',
    rejected: 0,
    rejections: [],
    bytes: 9,
    columns: { ...columns, count },
  };
}

interface Look {
  readonly at: number;
  readonly events: number;
}

/** Reads `files` files of `events` events, `every` ms each; judging one event takes `cost` ms, during which the clock runs on. */
function read(
  files: number,
  events: number,
  every: number,
  cost: number,
): { looks: Look[]; spent: number; whole: number } {
  const early = new EarlyLooks(files, 0);
  const looks: Look[] = [];
  let now = 0;
  let spent = 0;
  for (let index = 0; index < files; index++) {
    now += every;
    early.add(file(`${index}`, events));
    const due = early.due(now);
    if (due !== undefined) {
      const seen = due.reduce((sum, each) => sum + (each.columns?.count ?? 0), 0);
      looks.push({ at: now, events: seen });
      now += seen * cost;
      spent += seen * cost;
      early.judged(due, seen * cost);
    }
  }
  return { looks, spent, whole: now };
}

describe('early looks', () => {
  it('begin when somebody may become impatient', () => {
    const { looks } = read(1000, 500, 20, 0.002);
    assert.equal(looks[0]?.at, 1000);
  });

  it('are not taken where reading is short', () => {
    assert.deepEqual(read(100, 2000, 20, 0.002).looks, []);
    assert.deepEqual(read(1, 2000, 60_000, 0.002).looks, []);
  });

  it('see more each time, and not the same again', () => {
    const { looks } = read(5000, 500, 20, 0.0005);
    assert.ok(looks.length >= 2, 'several');
    looks.slice(1).forEach(({ events }, index) => {
      assert.ok(events >= 2 * (looks[index]?.events ?? 0));
    });
  });

  for (const cost of [0.0005, 0.002, 0.01]) {
    it(`cost less than a twentieth of the whole at ${cost * 1000} µs an event`, () => {
      for (const files of [300, 1000, 5000]) {
        const { spent, whole } = read(files, 2000, 60, cost);
        assert.ok(spent <= whole * 0.05, `${spent} of ${whole}`);
      }
    });
  }

  it('are few when judging turns out to be slow', () => {
    assert.ok(read(5000, 500, 20, 0.2).looks.length <= 1);
  });

  it('wait for events: files without any show nothing', () => {
    assert.deepEqual(read(1000, 0, 20, 0.002).looks, []);
  });

  it('hold on to a bounded number of events', () => {
    const { looks } = read(50_000, 2000, 20, 0.000001);
    assert.ok(looks.length > 0);
    assert.ok(looks.every(({ events }) => events <= 200_000));
  });
});
