/** The rule instance-credential-handoff: what it does to incidents, how much it tells; its cases are in test/corpus/rules. */
import assert from 'node:assert/strict';
import { actions } from '../../../../scripts/sample/records';
import { from, hour, instanceId, minute, R1, R2, World } from '../support/world';

const rule = 'instance-credential-handoff';
const there = from('8.8.8.8');
const sendCommand = actions.plain('ssm', 'SendCommand', {
  instanceIds: [instanceId],
  documentName: 'AWS-RunShellScript',
});

/** Alice's chain of roles sends a command to an instance; its credentials are used from `ip`. */
function world(ip: string): World {
  const made = new World(`handoff to ${ip}`);
  const { v1, v2 } = made.delivers(0);
  made.heartbeat(minute, v2, '2.2.2.2');
  const admin = made.chain(hour, made.alice, [R1, R2], there);
  made.does(hour + 5 * minute, admin, sendCommand, there);
  made.does(hour + 9 * minute, v1, actions.listBuckets, from(ip));
  return made;
}

describe('instance-credential-handoff', () => {
  it('joins the lineage of whoever reached in with that of the instance in one incident', () => {
    const { incidents, findings, model } = world('8.8.8.8').analysis();
    const rules = findings.filter(({ incident }) => incident === incidents[0]?.id).map((finding) => finding.rule);
    assert.equal(incidents.length, 1);
    for (const wanted of [rule, 'role-chain-depth', 'ec2-credential-off-instance']) {
      assert.ok(rules.includes(wanted), `${wanted} is in the incident: ${rules.join(', ')}`);
    }
    const kinds = new Set(
      (findings.find((finding) => finding.rule === rule)?.sessions ?? []).map(
        (id) => model.sessions[model.sessionById.get(id) ?? -1]?.kind,
      ),
    );
    assert.deepEqual([...kinds], ['ec2-instance', 'role']);
  });

  it('leaves them apart where only the time is near', () => {
    const apart = world('9.9.9.9');
    const { incidents } = apart.analysis();
    assert.equal(apart.only(rule).severity, 'low');
    assert.equal(incidents.length, 2);
    const chain = apart.only('role-chain-depth').incident;
    assert.notEqual(apart.only(rule).incident, chain);
  });

  it('tells the first uses and the last, and everybody who reached in', () => {
    const many = new World('many');
    const { v2 } = many.delivers(0);
    many.heartbeat(minute, v2, '2.2.2.2').does(hour, many.alice, sendCommand, there);
    for (let at = 0; at < 100; at++) {
      many.does(hour + minute + at, v2, actions.listBuckets, there);
    }
    const finding = many.only(rule);
    assert.equal(finding.count, 100);
    assert.equal(finding.evidenceTotal, 22);
    assert.equal(finding.firstEventTime, '2025-05-12T09:00:00Z');
    assert.equal(finding.lastEventTime, '2025-05-12T09:02:39Z');
    assert.deepEqual(
      finding.context.map(({ label, eventID }) => [label, eventID === finding.evidence[0]?.eventID]),
      [['Reached into by', true]],
    );
  });
});
