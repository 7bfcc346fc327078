/** Detectors on what somebody does ten thousand times. The limits leave a slow machine room. */
import assert from 'node:assert/strict';
import { actions, assumeRoleDenied, role, user } from '../../../../scripts/sample/records';
import type { Finding } from '../../../../src/engine/contract';
import { account, from, hour, instanceId, minute, office, R1, R2, start, World } from '../support/world';

function found(world: World, rule: string, limitMs: number): readonly Finding[] {
  const begin = performance.now();
  const findings = world.findings(rule, {}, { rules: [rule] });
  const took = performance.now() - begin;
  assert.ok(took < limitMs, `${String(Math.round(took))} ms for ${String(world.records.length)} records`);
  return findings;
}

describe('ten thousand times', () => {
  it('a user made and deleted: each finds its own deletion, and the text stays short', () => {
    const world = new World('made and deleted');
    const session = world.chain(0, world.alice, [R1, R2]);
    const bob = user(account, 'bob');
    for (let at = 0; at < 10_000; at++) {
      world.createsUser(hour + at * 2, session, bob);
      world.does(hour + at * 2 + 1, session, actions.plain('iam', 'DeleteUser', { userName: 'bob' }));
    }
    const [finding] = found(world, 'chain-then-persistence', 8000);
    assert.equal(finding?.count, 10_000);
    const at = (object: number): string => finding.createdObjects[object]?.deletedAt ?? '';
    assert.deepEqual([at(0), at(9_999)], ['2025-05-12T09:00:01Z', '2025-05-12T14:33:19Z']);
    assert.ok(finding.explanation.length < 2000);
    assert.match(finding.explanation, /9992 more of them were later deleted or undone/);
  });

  it('a chain that ends in a refusal: each finding shows its own', () => {
    const world = new World('refusals');
    const first = world.assumes(0, world.alice, R1);
    for (let at = 0; at < 3000; at++) {
      const next = world.assumes(minute + at * 3, first, role(account, `target-${String(at)}`));
      world.records.push(assumeRoleDenied(world.trail, start + minute + at * 3 + 1, next, R2, office));
    }
    const findings = found(world, 'role-chain-depth', 15_000);
    assert.equal(findings.length, 3000);
    assert.ok(
      findings.every(({ evidence }) => evidence.filter(({ reason }) => reason.startsWith('Attempt')).length === 1),
    );
  });

  it('an instance started over and over: each start is an epoch of its own', () => {
    const world = new World('starts');
    const { v2 } = world.delivers(0);
    for (let at = 0; at < 3000; at++) {
      world.lifecycle(hour + at * 100, 'StartInstances');
      world.heartbeat(hour + at * 100 + 5, v2, '198.51.100.21', instanceId);
      world.does(hour + at * 100 + 10, v2, actions.listBuckets, from('203.0.113.200'));
    }
    const [finding] = found(world, 'ec2-credential-off-instance', 6000);
    assert.equal(finding?.count, 3000);
  });
});
