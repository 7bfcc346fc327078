/**
 * Linking on logs in which one name is everywhere, or everything comes of one key. The first cases took 13 to 100 times as
 * long when they were compared item by item: twice the records must not be more than about twice the work.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { emptyCase } from '../../../../src/engine/case-settings';
import type { FileResult } from '../../../../src/engine/cloudtrail/columns';
import { buildModel } from '../../../../src/engine/lineage/build-model';
import type { LineageModel } from '../../../../src/engine/lineage/model';
import { answerWho } from '../../../../src/engine/report/who';
import { keyOf, manySessions, recordsOf, rootKey } from '../../../bench/many-sessions';
import { assertGrowth } from '../../support/work';
import { callsOf, deliveries, grantsAtOnce, maskedGrants, pipeline } from './same-names';

const tasks = join(__dirname, 'scale.work.ts');

function linked(file: FileResult): LineageModel {
  return buildModel([file], emptyCase);
}

describe('one name everywhere', () => {
  const many = 5000;

  it('a role handed to a service every five minutes', async () => {
    const model = linked(deliveries(many));
    assert.equal(model.sessions.filter(({ link }) => link === 'exact').length, many);
    await assertGrowth(tasks, 'delivered', 500);
  });

  it('a role assumed with one session name, all keys masked, in one second or over weeks', async () => {
    assert.equal(linked(maskedGrants(many, 60)).sessions.length, many + 1);
    await assertGrowth(tasks, 'maskedOverWeeks', 500);
    const second = linked(maskedGrants(many, 0));
    assert.equal(second.sessions.length, 2);
    assert.equal(second.issuances.length, many);
    await assertGrowth(tasks, 'maskedInOneSecond', 500);
  });

  it('calls that services forward for a pipeline of many sessions', async () => {
    const model = linked(pipeline(many, 60));
    assert.equal(model.sessions.length, many);
    assert.ok(model.sessions.every(({ rows }) => rows.length === 2));
    await assertGrowth(tasks, 'forwarded', 500);
  });
});

describe('one caller, more calls than an argument list can hold', function () {
  this.timeout(120_000);
  const calls = 150_000;
  const cases = [
    ['that a service forwards', 'forwarded', 'callsForwarded'],
    ['that another account logs', 'outside', 'callsFromOutside'],
    ['that it makes itself', 'itself', 'callsItself'],
  ] as const;
  for (const [what, caller, task] of cases) {
    it(what, async () => {
      await assertGrowth(tasks, task, 1000);
      assert.deepEqual(
        linked(callsOf(caller, calls)).sessions.map(({ rows }) => rows.length),
        [calls],
      );
    });
  }

  it('that give it one role in one second, each with a key of its own', async () => {
    await assertGrowth(tasks, 'grantedAtOnce', 500);
    const model = linked(grantsAtOnce(100_000));
    assert.deepEqual([model.sessions.length, model.issuances.length], [2, 100_000]);
    const child = model.sessions.find(({ parent }) => parent !== undefined);
    assert.deepEqual([child?.keys.length, child?.depth], [100_000, 1]);
  });
});

describe('a hundred thousand sessions under one key', function () {
  this.timeout(120_000);

  it('are all there', () => {
    const file = manySessions(100_000);
    assert.deepEqual([file.verdict, file.columns?.count], ['read', recordsOf(100_000)]);
    const model = linked(file);
    const root = model.sessions[model.sessionByKey.get(rootKey) ?? -1];
    assert.deepEqual([model.sessions.length, root?.children.length], [100_001, 100_000]);
    const last = model.sessions[model.sessionByKey.get(keyOf(99_990)) ?? -1];
    assert.deepEqual([last?.parent, last?.link, last?.rows.length], [root?.index, 'exact', 1]);
    const { total, descendants, descendantsTotal } = answerWho(model, rootKey);
    assert.deepEqual([total, descendantsTotal, (descendants[0]?.length ?? 0) <= 200], [1, [100_000], true]);
  });

  it('are twice the work of half as many', () => assertGrowth(tasks, 'underOneKey', 1000));
});
