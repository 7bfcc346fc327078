/** What makes a finding expected: entries that the case file takes, and that do what they say when the analysis reads them. */
import assert from 'node:assert/strict';
import { emptyCase, type CaseSettings } from '../../../src/engine/case-settings';
import { parseCaseFile } from '../../../src/engine/case-file';
import type { Finding } from '../../../src/engine/contract';
import { caseListsOf } from '../../../src/engine/detect/case-lists';
import { detectors } from '../../../src/engine/detect/index';
import { withEntry } from '../../../src/views/case-edits';
import { knownGoodFor } from '../../../src/views/known-good';
import { account, from, hour, other, R1, R2, R3, World } from '../engine/support/world';

const ofRule = (world: World, rule: string): Finding => world.only(rule);

/** The settings that the case file has after each of these entries. */
function settingsWith(finding: Finding, list: string): Partial<CaseSettings> {
  const known = knownGoodFor(finding, [account]).find((each) => each.list === list);
  assert.ok(known, `${list} is offered`);
  const { settings, errors } = parseCaseFile(withEntry('{}', known.list, known.entry));
  assert.deepEqual(errors, []);
  return settings;
}

describe('what makes a finding expected', () => {
  it('is of rules that there are', () => {
    const rules = new Set(detectors.map(({ id }) => id));
    assert.deepEqual(
      Object.keys(caseListsOf).filter((rule) => !rules.has(rule)),
      [],
    );
  });

  it('hides a chain, of these roles in this order alone', () => {
    const world = new World('known chain').spans(1);
    world.chain(hour, world.alice, [R1, R2, R3]);
    world.chain(3 * hour, world.alice, [R3, R2, R1]);
    const [finding] = world.findings('role-chain-depth');
    assert.ok(finding);
    const after = world.findings('role-chain-depth', settingsWith(finding, 'allowedChains'));
    assert.deepEqual(after.map(({ id, suppressed }) => `${String(id === finding.id)} ${String(suppressed)}`).sort(), [
      'false false',
      'true true',
    ]);
  });

  it('trusts a network: the address, or the one around it', () => {
    const world = new World('known network').launches(0, { privateIpAddress: '10.0.0.5', ipAddress: '2.2.2.2' });
    world.chain(hour, world.delivers(60).v1, [R1], from('8.8.8.8'));
    const finding = ofRule(world, 'ec2-credential-off-instance');
    assert.deepEqual(
      knownGoodFor(finding, [account]).map(({ list, entry }) => `${list} ${entry}`),
      ['trustedCidrs 8.8.8.8', 'trustedCidrs 8.8.8.0/24'],
    );
    assert.deepEqual(world.findings('ec2-credential-off-instance', settingsWith(finding, 'trustedCidrs')), []);
  });

  it('offers an account that is not our own, and the address behind an endpoint', () => {
    const base = ofRule(chainInto(), 'role-chain-depth');
    assert.deepEqual(
      knownGoodFor(base, [account])
        .filter(({ list }) => list === 'trustedAccounts')
        .map(({ entry }) => entry),
      [other],
    );
    const places = { ...base.entities, addresses: ['vpce-1 10.0.0.7', '2001:db8::1', 'AWS Internal', '253.252.51.07'] };
    assert.deepEqual(
      knownGoodFor({ ...base, rule: 'ec2-credential-off-instance', entities: places }, []).map(({ entry }) => entry),
      ['10.0.0.7', '10.0.0.0/24', '2001:db8::1', '2001:db8::1/64'],
    );
  });

  it('takes wildcards of a log for themselves', () => {
    const base = ofRule(chainInto(), 'role-chain-depth');
    const roles = [`arn:aws:iam::${account}:role/*`, `arn:aws:iam::${account}:role/a{b}`];
    const [chain] = knownGoodFor({ ...base, entities: { ...base.entities, roles } }, []);
    assert.equal(chain?.entry, `arn:aws:iam::${account}:role/\\*>arn:aws:iam::${account}:role/a\\{b\\}`);
    assert.deepEqual(emptyCase.allowedChains, []);
  });
});

function chainInto(): World {
  const world = new World('into another account');
  world.chain(0, world.alice, [R1, { ...R2, arn: `arn:aws:iam::${other}:role/R2`, account: other }]);
  return world;
}
