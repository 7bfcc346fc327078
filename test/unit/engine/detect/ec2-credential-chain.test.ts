/** The rule ec2-credential-chain, clause by clause. */
import assert from 'node:assert/strict';
import { actions, instanceIdentity, role, roleSession } from '../../../../scripts/sample/records';
import {
  account,
  agent,
  day,
  from,
  hour,
  instanceId,
  minute,
  office,
  R1,
  R2,
  R3,
  start,
  webRole,
  World,
} from '../support/world';

const rule = 'ec2-credential-chain';
const home = from('198.51.100.21');

describe('ec2-credential-chain', () => {
  it('is orange on the first role that an instance assumes, red on the second', () => {
    const one = new World('one');
    one.chain(hour, one.delivers(0).v1, [R1], home);
    assert.equal(one.only(rule).severity, 'medium');
    assert.equal(one.only(rule).title, `Instance ${instanceId} (web) assumed R1 with its own credentials`);
    const three = new World('three');
    three.chain(hour, three.delivers(0).v1, [R1, R2, R3], home);
    assert.equal(three.only(rule).severity, 'high');
    assert.equal(three.only(rule).title, `Instance ${instanceId} (web) assumed R1 → R2 → R3 with its own credentials`);
    assert.equal(three.only(rule).confidence, 'exact');
    assert.deepEqual(three.only(rule).entities.instanceIds, [instanceId]);
  });

  it('shows the whole context of the instance, each fact with its record', () => {
    const world = new World('context');
    world.launches(0, {
      privateIpAddress: '10.0.0.5',
      ipAddress: '198.51.100.21',
      iamInstanceProfile: { arn: `arn:aws:iam::${account}:instance-profile/web` },
      metadataOptions: { httpTokens: 'optional' },
    });
    const { v1, v2 } = world.delivers(minute);
    world.heartbeat(2 * minute, v2, '198.51.100.21');
    for (let at = 0; at < 7; at++) {
      world.does(
        3 * minute + at,
        world.alice,
        actions.plain('ssm', 'SendCommand', { instanceIds: [instanceId], documentName: `AWS-Run${String(at)}` }),
      );
    }
    world.chain(hour, v1, [R1], home);
    const { context } = world.only(rule);
    const told = Object.fromEntries(context.map(({ label, value }) => [label, value]));
    assert.equal(told['Instance'], instanceId);
    assert.equal(told['Account'], account);
    assert.equal(told['Region'], 'us-east-1');
    assert.equal(told['Instance role'], webRole.arn);
    assert.equal(told['Instance profile'], `arn:aws:iam::${account}:instance-profile/web`);
    assert.equal(told['Launched'], `2025-05-12T08:00:00Z by arn:aws:iam::${account}:user/alice`);
    assert.equal(told['AMI'], 'ami-1');
    assert.equal(told['VPC'], 'vpc-0a1');
    assert.equal(told['Subnet'], 'subnet-1');
    assert.equal(told['Metadata service (httpTokens)'], 'optional: IMDSv1 answers any request');
    assert.equal(told['Credential delivery (ec2RoleDelivery)'], '1.0 (IMDSv1)');
    const addresses = context.filter(({ label }) => label === 'Known address').map(({ value }) => value);
    assert.deepEqual(addresses.sort(), [
      '10.0.0.5 (at launch)',
      '198.51.100.21 (at launch)',
      '198.51.100.21 (its agent calls from here)',
    ]);
    const commands = context.filter(({ label }) => label === 'Systems Manager');
    assert.deepEqual(
      commands.map(({ value }) => value.split(' ')[1]),
      ['AWS-Run2', 'AWS-Run3', 'AWS-Run4', 'AWS-Run5', 'AWS-Run6'],
      'the last five',
    );
    const ids = new Set((world.records as { eventID: string }[]).map(({ eventID }) => eventID));
    for (const { label, eventID } of context.filter(({ label: each }) =>
      /^(Launched|AMI|VPC|Subnet|Known|Systems|Credential)/.test(each),
    )) {
      assert.ok(eventID !== undefined && ids.has(eventID), label);
    }
  });

  it('says of what the logs do not tell that they do not', () => {
    const world = new World('bare');
    world.chain(hour, world.delivers(0).v2, [R1], home);
    const told = Object.fromEntries(world.only(rule).context.map(({ label, value }) => [label, value]));
    assert.equal(told['Launched'], 'not in these logs');
    assert.equal(told['Known addresses'], 'not in these logs');
    assert.equal(told['Credential delivery (ec2RoleDelivery)'], '2.0 (IMDSv2)');
  });

  it('is low where the assumption is an everyday one: three days, or three instances of the role', () => {
    const days = new World('days');
    [0, 1, 2].forEach((at) => days.chain(at * day + hour, days.delivers(at * day).v2, [R1], home));
    assert.equal(days.only(rule).severity, 'low');
    assert.equal(days.only(rule).count, 3, 'one finding an instance and path, over its rotating sessions');
    const fleet = new World('fleet');
    ['i-0aaaaaaaaaaaaaaa1', 'i-0aaaaaaaaaaaaaaa2', 'i-0aaaaaaaaaaaaaaa3'].forEach((id, at) =>
      fleet.chain(hour + at, fleet.delivers(at, id).v2, [R1], home),
    );
    assert.deepEqual(
      fleet.findings(rule).map(({ severity }) => severity),
      ['low', 'low', 'low'],
    );
    const two = new World('two');
    ['i-0aaaaaaaaaaaaaaa1', 'i-0aaaaaaaaaaaaaaa2'].forEach((id, at) =>
      two.chain(hour + at, two.delivers(at, id).v2, [R1], home),
    );
    assert.deepEqual(
      two.findings(rule).map(({ severity }) => severity),
      ['medium', 'medium'],
    );
    const deep = new World('deep');
    [0, 1, 2].forEach((at) => deep.chain(at * day + hour, deep.delivers(at * day).v2, [R1, R2], home));
    assert.equal(deep.only(rule).severity, 'high', 'two in a row stay red');
  });

  it('knows an instance by ec2RoleDelivery where the delivery is not in the logs, and never by its name', () => {
    const world = new World('unseen delivery');
    const common = { role: webRole, name: instanceId, issuedAt: start, expiresAt: start + 6 * hour };
    world.chain(hour, roleSession({ ...common, key: 'ASIADELIVERED1234567', ec2RoleDelivery: '2.0' }), [R1], home);
    assert.equal(world.findings(rule).length, 1);
    const named = new World('named');
    named.chain(hour, roleSession({ ...common, key: 'ASIAIMITATED12345678' }), [R1], home);
    assert.deepEqual(named.findings(rule), []);
  });

  it('knows the identity that Systems Manager gives an instance, and managed nodes', () => {
    const world = new World('identity');
    world.chain(hour, instanceIdentity(account, instanceId, 'ASIAIDENTITY12345678', start), [R1], home);
    assert.equal(world.findings(rule).length, 1);
    const node = new World('node');
    const hybrid = roleSession({
      role: webRole,
      name: 'mi-0123456789abcdef0',
      key: 'ASIAHYBRID1234567890',
      issuedAt: start,
      expiresAt: start + hour,
      ec2RoleDelivery: '2.0',
    });
    node.chain(minute, hybrid, [R1], home);
    assert.match(node.only(rule).title, /^Managed node mi-0123456789abcdef0/);
  });

  it('is critical together with use from elsewhere, which it carries as context', () => {
    const thief = from('8.8.8.8');
    const build = (roles: readonly (typeof R1)[]): World => {
      const world = new World(`stolen ${String(roles.length)}`);
      const { v1, v2 } = world.delivers(0);
      world.heartbeat(minute, v2, '2.2.2.2');
      world.chain(hour, v1, roles, thief);
      return world;
    };
    const stolen = build([R1, R2]).only(rule);
    assert.equal(stolen.severity, 'critical');
    assert.match(stolen.title, /which were also used elsewhere$/);
    assert.ok(
      stolen.context.some(({ label, value }) => label === 'Used elsewhere' && value.startsWith('8.8.8.8: 1 call')),
    );
    assert.ok(stolen.context.some(({ label, value }) => label === 'The instance itself' && value === '2.2.2.2'));
    assert.equal(build([R1]).only(rule).severity, 'critical', 'one role is enough');
    assert.equal(build([R1]).findings('ec2-credential-off-instance').length, 1);
    const otherSession = new World('other session');
    otherSession.heartbeat(minute, otherSession.delivers(0).v2, '2.2.2.2');
    otherSession.does(2 * minute, otherSession.delivers(0).v2, actions.listBuckets, thief);
    otherSession.chain(7 * hour, otherSession.delivers(6 * hour).v2, [R1, R2], from('2.2.2.2', agent));
    assert.equal(otherSession.only(rule).severity, 'high', 'another session of the instance was stolen, not this one');
  });

  it('keeps chains of the same roles in another order apart', () => {
    const world = new World('orders');
    const { v1 } = world.delivers(0);
    world.chain(minute, v1, [R1, R2], home);
    world.chain(hour, v1, [R2, R1], home);
    assert.equal(world.findings('ec2-credential-chain').length, 2);
  });

  it('does not fire for other callers of the same role', () => {
    const world = new World('user');
    world.delivers(0);
    world.chain(hour, world.alice, [R1, R2], office);
    world.chain(hour, world.alice, [role(account, 'web')], office);
    assert.deepEqual(world.findings(rule), []);
  });
});
