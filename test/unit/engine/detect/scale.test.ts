/** Detectors on what somebody does ten thousand times: twice as often must not be more than about twice the work. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Finding } from '../../../../src/engine/contract';
import { assertGrowth } from '../../support/work';
import type { World } from '../support/world';
import { madeAndDeleted, refusals, starts } from './over-and-over';

const tasks = join(__dirname, 'scale.work.ts');

function found(world: World, rule: string): readonly Finding[] {
  return world.findings(rule, {}, { rules: [rule] });
}

describe('ten thousand times', () => {
  it('a user made and deleted: each finds its own deletion, and the text stays short', async () => {
    const [finding] = found(madeAndDeleted(10_000), 'chain-then-persistence');
    assert.equal(finding?.count, 10_000);
    const at = (object: number): string => finding.createdObjects[object]?.deletedAt ?? '';
    assert.deepEqual([at(0), at(9_999)], ['2025-05-12T09:00:01Z', '2025-05-12T14:33:19Z']);
    assert.ok(finding.explanation.length < 2000);
    assert.match(finding.explanation, /9992 more of them were later deleted or undone/);
    await assertGrowth(tasks, 'deletions', 500);
  });

  it('a chain that ends in a refusal: each finding shows its own', async () => {
    const findings = found(refusals(3000), 'role-chain-depth');
    assert.equal(findings.length, 3000);
    assert.ok(
      findings.every(({ evidence }) => evidence.filter(({ reason }) => reason.startsWith('Attempt')).length === 1),
    );
    // Few, as each finding goes over all calls of the session above it for their addresses: little, but the square.
    await assertGrowth(tasks, 'chainsThatEnd', 100);
  });

  it('an instance started over and over: each start is an epoch of its own', async () => {
    const [finding] = found(starts(3000), 'ec2-credential-off-instance');
    assert.equal(finding?.count, 3000);
    await assertGrowth(tasks, 'epochs', 300);
  });
});
