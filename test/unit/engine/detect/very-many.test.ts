/** Whoever writes logs can make any one thing in them very many: twice as many must not be much more than twice the work. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { denyOf } from '../../../../src/engine/detect/containment/deny-documents';
import { assertGrowth } from '../../support/work';
import type { World } from '../support/world';
import * as worlds from './very-many';

const tasks = join(__dirname, 'very-many.work.ts');

/** Rule, and what it finds of fifty. */
const expected: Readonly<Record<keyof typeof worlds, readonly [rule: string, findings: number, severity: string]>> = {
  newRoles: ['rare-role-edge', 50, 'low'],
  newCallers: ['rare-role-edge', 50, 'low'],
  newClients: ['rare-client', 50, 'low'],
  givenAndRefused: ['access-denied-enumeration', 1, 'low'],
  denied: ['active-after-containment', 1, 'high'],
  everywhere: ['session-multi-origin', 1, 'low'],
  lettingIn: ['trust-policy-backdoor', 1, 'high'],
  maskedKeys: ['created-key-used', 50, 'low'],
  signingIn: ['console-from-api-credentials', 50, 'low'],
  passwords: ['chain-then-persistence', 1, 'critical'],
  federated: ['federation-token-issued', 1, 'medium'],
};

describe('very many of one thing', () => {
  for (const [name, [rule, count, severity]] of Object.entries(expected)) {
    it(`${name}: ${rule}`, async () => {
      const make: (times: number) => World = worlds[name as keyof typeof worlds];
      const found = make(50).findings(rule, {}, { rules: [rule] });
      assert.deepEqual([found.length, found[0]?.severity], [count, severity]);
      assert.ok(found.every(({ explanation }) => explanation.length < 2000));
      // Which places there are in one second takes little of all that is done with a place.
      await assertGrowth(tasks, name, name === 'everywhere' ? 2500 : 600);
    });
  }

  it('times in a condition, more than a call takes arguments', () => {
    const times = Array<string>(300_000).fill('2025-05-12T09:00:00Z');
    assert.equal(denyOf({ DateLessThan: { 'aws:TokenIssueTime': times } })?.before, Date.parse('2025-05-12T09:00:00Z'));
  });
});
