/** The rule imdsv1-credential-use: what it does to incidents and how much it tells; its cases are in test/corpus/rules. */
import assert from 'node:assert/strict';
import { actions } from '../../../../scripts/sample/records';
import { from, hour, minute, World } from '../support/world';

const rule = 'imdsv1-credential-use';
const first = 'i-0aaaaaaaaaaaaaaa1';
const last = 'i-0aaaaaaaaaaaaaaa2';

/** Two instances of one role, each known to be somewhere, each used from elsewhere. */
function robbedTwice(version: 'v1' | 'v2'): World {
  const world = new World(`robbed ${version}`);
  [first, last].forEach((id, at) => {
    const grant = world.delivers(at, id);
    world.heartbeat(minute, grant.v2, `5.5.${String(at)}.5`, id);
    world.does(hour, grant[version], actions.listBuckets, from('8.8.8.8'));
    world.does(2 * hour + at, grant.v1, actions.heartbeat(id), from(`5.5.${String(at)}.5`));
  });
  return world;
}

describe('imdsv1-credential-use', () => {
  it('joins the incidents of instances that were robbed the same way, not of all that have a role in common', () => {
    const joined = robbedTwice('v1');
    assert.equal(joined.only(rule).severity, 'medium');
    assert.equal(joined.only(rule).sessions.length, 2);
    assert.equal(joined.analysis().incidents.length, 1);
    const apart = robbedTwice('v2');
    assert.equal(apart.only(rule).severity, 'info', 'version 1 by agents only');
    assert.deepEqual(apart.only(rule).entities.instanceIds, [first, last]);
    assert.equal(apart.findings('ec2-credential-off-instance').length, 2);
    assert.equal(apart.analysis().incidents.length, 2);
  });

  it('shows the first call from each place and the last, and counts the others', () => {
    const world = new World('many');
    const { v1 } = world.delivers(0);
    for (let at = 0; at < 200; at++) {
      world.does(hour + at, v1, actions.listBuckets, from(at % 2 === 0 ? '2.2.2.2' : '3.3.3.3'));
    }
    const finding = world.only(rule);
    assert.equal(finding.count, 200);
    assert.equal(finding.evidenceTotal, 3);
    assert.equal(finding.firstEventTime, '2025-05-12T09:00:00Z');
    assert.equal(finding.lastEventTime, '2025-05-12T09:03:19Z');
    assert.deepEqual(
      finding.context.map(({ label, value }) => `${label}: ${value}`),
      ['Instance i-0123456789abcdef0: 200 calls with keys of IMDSv1'],
    );
  });

  it('tells of text from logs what it is, not what it does to a screen', () => {
    const world = new World('hostile');
    world.heartbeat(minute, world.delivers(0).v2, '2.2.2.2');
    world.does(hour, world.delivers(0).v1, actions.listBuckets, from('8.8.8.8', 'evil\u202e\u0007client/1'));
    assert.doesNotMatch(JSON.stringify(world.only(rule)), /\\u202e|\\u0007|\u202e/);
  });
});
