/** The rule ec2-credential-off-instance, clause by clause. */
import assert from 'node:assert/strict';
import {
  actions,
  instanceIdentity,
  role,
  roleSession,
  throughService,
  type Action,
  type Session,
} from '../../../../scripts/sample/records';
import {
  account,
  agent,
  brief,
  cli,
  day,
  from,
  hour,
  instanceId,
  minute,
  onMac,
  other,
  R1,
  start,
  webRole,
  World,
} from '../support/world';

const rule = 'ec2-credential-off-instance';
const write: Action = { source: 's3', name: 'PutBucketPolicy', params: { bucketName: 'b' } };

/** An instance whose agent calls from 2.2.2.2, an hour after the delivery. */
function anchored(name: string): { readonly world: World; readonly v1: Session; readonly v2: Session } {
  const world = new World(name);
  const { v1, v2 } = world.delivers(0);
  world.heartbeat(hour, v2, '2.2.2.2');
  return { world, v1, v2 };
}

function severities(world: World, settings = {}): string[] {
  return world.findings(rule, settings).map(({ severity }) => severity);
}

describe('ec2-credential-off-instance', () => {
  it('tells 8.8.8.8 from the instance at 2.2.2.2', () => {
    const { world, v1 } = anchored('mission');
    world.does(2 * hour, v1, actions.getCallerIdentity, from('8.8.8.8'));
    world.does(3 * hour, v1, actions.listBuckets, from('8.8.8.8'));
    const finding = world.only(rule);
    assert.deepEqual(brief([finding]), [
      `high ×2 Credentials of instance ${instanceId} (web) used from 8.8.8.8, not from the instance (2.2.2.2)`,
    ]);
    assert.deepEqual(finding.entities.addresses, ['8.8.8.8']);
    assert.deepEqual(finding.entities.instanceIds, [instanceId]);
    assert.equal(finding.firstEventTime, '2025-05-12T10:00:00Z', 'the anchor is background');
    assert.ok(finding.evidence.some(({ reason }) => reason === 'Known address 2.2.2.2: its agent calls from here'));
  });

  it('is silent while the instance calls from where it is', () => {
    const { world, v1, v2 } = anchored('quiet');
    world.does(2 * hour, v1, write, from('2.2.2.2')).does(3 * hour, v2, actions.listBuckets, from('2.2.2.99'));
    assert.deepEqual(severities(world), [], 'the same /24 is the same place');
  });

  it('judges what came before the first sign of the instance like what came after: attacker first', () => {
    const { world, v1 } = anchored('attacker first');
    world.does(minute, v1, actions.getCallerIdentity, from('8.8.8.8'));
    assert.match(world.only(rule).title, /used from 8\.8\.8\.8, not from the instance \(2\.2\.2\.2\)/);
  });

  it('is critical when the thief changes something or reads a secret; asking and reading are not', () => {
    const table: readonly [Action, string][] = [
      [actions.getCallerIdentity, 'high'],
      [actions.listBuckets, 'high'],
      [actions.getObject(account, 'b', 'k'), 'high'],
      [write, 'critical'],
      [actions.getSecretValue(account, 's'), 'critical'],
      [actions.plain('iam', 'CreateUser', { userName: 'x' }), 'critical'],
      [{ ...write, error: { code: 'AccessDenied', message: 'no' } }, 'high'],
    ];
    for (const [action, severity] of table) {
      const { world, v1 } = anchored(`write ${action.name}`);
      world.does(2 * hour, v1, action, from('8.8.8.8'));
      assert.deepEqual(severities(world), [severity], action.name);
    }
    const { world, v1 } = anchored('own write');
    world.does(2 * hour, v1, write, from('2.2.2.2')).does(2 * hour, v1, actions.listBuckets, from('8.8.8.8'));
    assert.deepEqual(severities(world), ['high'], 'the instance’s own writes do not count');
  });

  it('knows addresses from the launch, interfaces and Elastic IPs', () => {
    const launched = new World('launched');
    launched.launches(0, { privateIpAddress: '10.0.0.5', ipAddress: '2.2.2.2' });
    const { v1 } = launched.delivers(minute);
    launched.does(hour, v1, actions.listBuckets, from('2.2.2.2'));
    assert.deepEqual(severities(launched), []);
    launched.does(2 * hour, v1, actions.listBuckets, from('8.8.8.8'));
    assert.deepEqual(severities(launched), ['high']);
    const elastic = new World('elastic');
    elastic.does(0, elastic.alice, actions.plain('ec2', 'AssociateAddress', { instanceId, publicIp: '2.2.2.2' }));
    elastic.does(hour, elastic.delivers(minute).v2, actions.listBuckets, from('8.8.8.8'));
    assert.deepEqual(severities(elastic), ['high']);
  });

  it('takes any known IPv4 address for a sign that another is not it, and hints at NAT', () => {
    const world = new World('private only');
    world.launches(0, { privateIpAddress: '10.0.0.5' });
    world.does(hour, world.delivers(minute).v2, actions.listBuckets, from('8.8.8.8'));
    assert.equal(world.only(rule).severity, 'high');
    assert.match(world.only(rule).explanation, /NAT gateway, name that address under egressByVpc/);
    assert.deepEqual(severities(world, { egressByVpc: { 'vpc-0a1': ['8.8.8.8'] } }), []);
  });

  it('learns the exit of a VPC from the agents of its other instances', () => {
    const world = new World('exit');
    const second = 'i-0fedcba9876543210';
    world.launches(0, { privateIpAddress: '10.0.0.5' }).launches(0, { privateIpAddress: '10.0.0.6' }, second);
    const first = world.delivers(minute).v2;
    world.heartbeat(hour, world.delivers(minute, second).v2, '198.51.100.21', second);
    world.does(hour, first, actions.listBuckets, from('198.51.100.21'));
    assert.deepEqual(severities(world), []);
    world.does(hour, first, actions.listBuckets, from('8.8.8.8'));
    assert.deepEqual(severities(world), ['high']);
  });

  it('lets the case file name exits, addresses of an instance, and trusted ranges', () => {
    const nat = (): World => {
      const { world, v1 } = anchored('nat');
      world.does(2 * hour, v1, actions.listBuckets, from('198.51.100.22'));
      return world;
    };
    assert.deepEqual(severities(nat()), ['high'], 'a second NAT gateway that nobody named');
    assert.deepEqual(
      severities(nat(), { egressByVpc: { 'vpc-0a1': ['2.2.2.0/24', '198.51.100.0/24'] } }),
      [],
      'its VPC is unknown: any exit will do',
    );
    assert.deepEqual(severities(nat(), { instances: { [instanceId]: ['198.51.100.22'] } }), []);
    assert.deepEqual(severities(nat(), { instances: { 'i-0fedcba9876543210': ['198.51.100.22'] } }), ['high']);
    assert.deepEqual(severities(nat(), { trustedCidrs: ['198.51.100.16/28'] }), []);
    const launched = new World('other vpc');
    launched.launches(0, { ipAddress: '2.2.2.2' });
    launched.does(hour, launched.delivers(minute).v1, actions.listBuckets, from('198.51.100.22'));
    assert.deepEqual(
      severities(launched, { egressByVpc: { 'vpc-other': ['198.51.100.22'] } }),
      ['high'],
      'the exit of another VPC',
    );
    assert.deepEqual(severities(launched, { egressByVpc: { 'vpc-0a1': ['198.51.100.22'] } }), []);
  });

  it('takes what the case file says of an instance for a sign of where it is', () => {
    const world = new World('case anchor');
    world.does(hour, world.delivers(0).v1, actions.listBuckets, from('8.8.8.8'));
    assert.deepEqual(severities(world), [], 'one place, and nothing to compare it with');
    assert.deepEqual(severities(world, { instances: { [instanceId]: ['2.2.2.2/32'] } }), ['high']);
    assert.deepEqual(
      severities(world, { trustedCidrs: ['203.0.113.0/24'] }),
      [],
      'a trusted range does not say that the instance is there',
    );
  });

  it('is orange where two places are seen and nothing tells which is the instance', () => {
    const world = new World('undecided');
    const { v1, v2 } = world.delivers(0);
    world.does(hour, v2, actions.listBuckets, from('2.2.2.2')).does(2 * hour, v1, write, from('8.8.8.8'));
    assert.deepEqual(brief(world.findings(rule)), [
      `medium ×1 Credentials of instance ${instanceId} (web) used from several places: 2.2.2.2 and 8.8.8.8`,
    ]);
    assert.deepEqual(
      severities(world, { egressByVpc: { 'vpc-0a1': ['2.2.2.2', '8.8.8.8'] } }),
      [],
      'a pair of NAT gateways',
    );
  });

  it('calls the second place undecided, also where people use the first', () => {
    const world = new World('shared and undecided');
    const { v1, v2 } = world.delivers(0);
    world
      .does(hour, v2, actions.listBuckets, from('2.2.2.2'))
      .does(hour, world.alice, actions.listBuckets, from('2.2.2.2'));
    world.does(2 * hour, v1, actions.listBuckets, from('8.8.8.8'));
    assert.equal(world.only(rule).count, 1);
    assert.match(world.only(rule).title, /used from several places/);
  });

  it('does not rate what is undecided by what it wrote', () => {
    const { world, v1 } = anchored('undecided write');
    world.does(2 * hour, v1, actions.listBuckets, from('8.8.8.8'));
    world
      .does(2 * hour, v1, actions.listBuckets, from('2001:db8:1::1'))
      .does(3 * hour, v1, write, from('2001:db8:2::1'));
    assert.deepEqual(severities(world), ['high'], 'the write came from an IPv6 address that may be the instance');
  });

  it('does not take the use of a place that people share for a habit', () => {
    const world = new World('shared habit');
    [0, 1, 2].forEach((at) => {
      world.does(at * day + hour, world.delivers(at * day).v2, actions.listBuckets, from('8.8.8.8'));
      world
        .does(at * day + 2 * hour, world.alice, actions.listBuckets, from('8.8.8.8'))
        .does(at * day, world.alice, actions.listBuckets);
    });
    assert.deepEqual(severities(world), ['medium']);
  });

  it('takes three days of use for a habit, which decides less surely', () => {
    const two = new World('two days');
    const twice = [0, 1].map((at) => two.delivers(at * day).v2);
    twice.forEach((session, at) => two.does(at * day + hour, session, actions.listBuckets, from('2.2.2.2')));
    two.does(day + 2 * hour, twice[1] ?? fail(), actions.listBuckets, from('8.8.8.8'));
    assert.match(two.only(rule).title, /used from several places/, 'two days are no habit');
    const world = new World('habit');
    const sessions = [0, 1, 2].map((at) => world.delivers(at * day).v2);
    sessions.forEach((session, at) => world.does(at * day + hour, session, actions.listBuckets, from('2.2.2.2')));
    assert.deepEqual(severities(world), []);
    world.does(2 * day + 2 * hour, sessions[2] ?? fail(), actions.listBuckets, from('8.8.8.8'));
    assert.deepEqual(severities(world), ['medium']);
    assert.match(world.only(rule).title, /used from 8\.8\.8\.8, not from the instance \(2\.2\.2\.2\)/);
    const { world: nats, v2 } = anchored('habit beside an anchor');
    [0, 1, 2].forEach((at) =>
      nats.does(
        at * day + 2 * hour,
        at === 0 ? v2 : nats.delivers(at * day).v2,
        actions.listBuckets,
        from('198.51.100.22'),
      ),
    );
    assert.deepEqual(severities(nats), [], 'a second exit in daily use');
  });

  describe('from one place only', () => {
    const build = (withPerson: boolean, ua = cli, at = 2 * hour): World => {
      const world = new World('shared');
      world.does(hour, world.delivers(0).v1, actions.listBuckets, from('8.8.8.8', ua));
      world.does(hour, world.alice, actions.listBuckets, from('203.0.113.7'));
      if (withPerson) {
        world.does(at, world.alice, actions.listBuckets, from('8.8.8.8', onMac));
      }
      return world;
    };

    it('fires where a person uses the same address within a day', () => {
      assert.deepEqual(severities(build(false)), []);
      const finding = build(true).only(rule);
      assert.equal(finding.severity, 'medium');
      assert.match(finding.title, /used from 8\.8\.8\.8, where people work$/);
      assert.match(finding.explanation, /the same address was used by access key \w+ of user alice/);
      assert.deepEqual(severities(build(true, cli, hour + day)), ['medium']);
      assert.deepEqual(severities(build(true, cli, hour + day + 1)), [], 'a day later says nothing');
    });

    it('says that it could not judge where nobody does', () => {
      const note = build(false)
        .analysis()
        .coverage.notes.find(({ id }) => id === `${rule}-unlocated`);
      assert.match(note?.message ?? '', /not evaluated for 1 instance/);
    });

    it('is red when the client gives it away', () => {
      assert.deepEqual(severities(build(true, 'aws-cli/2.15 os/linux#6.6 kali-rolling')), ['high']);
      const world = build(true, onMac);
      world.does(hour, world.delivers(30 * minute).v2, actions.listBuckets, from('8.8.8.8', cli));
      assert.deepEqual(severities(world), ['high'], 'a Mac, beside Linux');
      assert.deepEqual(severities(build(false, onMac)), [], 'alone it never fires');
    });

    it('does not take other machines and roles for people', () => {
      const world = build(false);
      const second = 'i-0fedcba9876543210';
      world.does(hour, world.delivers(0, second).v2, actions.listBuckets, from('8.8.8.8'));
      world.chain(hour, world.delivers(2 * hour, second).v2, [R1], from('8.8.8.8'));
      assert.deepEqual(severities(world), []);
    });

    it('says little, and says so, where the whole load knows one address', () => {
      const world = new World('one location');
      world.does(hour, world.delivers(0).v1, actions.listBuckets, from('1.2.3.4'));
      world.does(hour, world.alice, actions.listBuckets, from('1.2.3.4'));
      assert.deepEqual(severities(world), ['low']);
      const note = world.analysis().coverage.notes.find(({ id }) => id === 'one-location');
      assert.match(note?.message ?? '', /only one network location in these logs; they may be anonymised or filtered/);
    });
  });

  it('tells another host behind a VPC endpoint from the instance', () => {
    const world = new World('endpoint');
    world.launches(0, { privateIpAddress: '10.0.0.5' });
    const { v2 } = world.delivers(minute);
    world.does(hour, v2, actions.listBuckets, from('10.0.0.5', cli, 'vpce-1'));
    assert.deepEqual(severities(world), []);
    world.does(2 * hour, v2, actions.listBuckets, from('10.0.0.77', cli, 'vpce-1'));
    assert.deepEqual(
      brief(world.findings(rule)),
      [
        `high ×1 Credentials of instance ${instanceId} (web) used from vpce-1 10.0.0.77, not from the instance (10.0.0.5)`,
      ].map((text) => text.replace('(10.0.0.5)', '(vpce-1 10.0.0.5)')),
    );
    const agentBehind = new World('agent behind an endpoint');
    const session = agentBehind.delivers(0).v2;
    agentBehind.does(hour, session, actions.heartbeat(instanceId), from('10.0.0.5', agent, 'vpce-2'));
    agentBehind.does(hour, session, actions.listBuckets, from('10.0.0.77', cli, 'vpce-1'));
    assert.deepEqual(severities(agentBehind), ['high'], 'the agent tells the private address');
  });

  it('takes the first address behind an endpoint for the instance where none is known', () => {
    const { world, v2 } = anchored('first behind');
    world
      .does(hour, v2, actions.listBuckets, from('10.0.0.5', cli, 'vpce-1'))
      .does(hour, v2, actions.listBuckets, from('10.0.0.5', cli, 'vpce-2'));
    assert.deepEqual(severities(world), [], 'each service has an endpoint of its own');
    world.does(2 * hour, v2, actions.listBuckets, from('10.0.0.6', cli, 'vpce-1'));
    assert.deepEqual(severities(world), ['medium']);
  });

  it('compares IPv6 with IPv6 only: both sides of a dual-stack host are the instance', () => {
    const { world, v2 } = anchored('dual stack');
    world
      .does(2 * hour, v2, actions.listBuckets, from('2001:db8:40:12::91'))
      .does(3 * hour, v2, actions.listBuckets, from('2001:DB8:40:12:0:0:0:92'));
    assert.deepEqual(severities(world), [], 'one /64');
    world.does(4 * hour, v2, actions.listBuckets, from('2001:db8:ffff::1'));
    assert.deepEqual(severities(world), ['medium'], 'a second one, and no known IPv6 address');
    const known = new World('known v6');
    known.launches(0, {
      privateIpAddress: '10.0.0.5',
      networkInterfaceSet: {
        items: [{ networkInterfaceId: 'eni-1', ipv6AddressesSet: { items: [{ ipv6Address: '2001:0db8:40:12::91' }] } }],
      },
    });
    const session = known.delivers(minute).v2;
    known.does(hour, session, actions.listBuckets, from('2001:db8:40:12::91'));
    assert.deepEqual(severities(known), []);
    known.does(2 * hour, session, actions.listBuckets, from('2001:db8:ffff::1'));
    assert.deepEqual(severities(known), ['high']);
  });

  it('forgets public addresses when the instance was stopped and started', () => {
    const world = new World('epochs');
    world.heartbeat(hour, world.delivers(0).v2, '2.2.2.2');
    world.lifecycle(2 * hour, 'StopInstances').lifecycle(3 * hour, 'StartInstances');
    const { v1, v2 } = world.delivers(3 * hour + minute);
    world.heartbeat(4 * hour, v2, '5.5.5.5');
    assert.deepEqual(severities(world), [], 'a new address after the start');
    world.does(5 * hour, v1, actions.listBuckets, from('2.2.2.2'));
    assert.match(world.only(rule).title, /used from 2\.2\.2\.2/, 'the old address is somebody else’s now');
    const kept = new World('elastic over a stop');
    kept.does(0, kept.alice, actions.plain('ec2', 'AssociateAddress', { instanceId, publicIp: '2.2.2.2' }));
    kept.lifecycle(2 * hour, 'StopInstances').lifecycle(3 * hour, 'StartInstances');
    const restarted = kept.delivers(3 * hour).v2;
    kept.does(4 * hour, restarted, actions.listBuckets, from('2.2.2.2'));
    assert.deepEqual(severities(kept), [], 'an Elastic IP stays');
    kept.does(5 * hour, restarted, actions.listBuckets, from('8.8.8.8'));
    assert.deepEqual(severities(kept), ['high'], 'and still tells another place from it');
  });

  it('knows that a terminated instance calls no more', () => {
    const { world, v1 } = anchored('terminated');
    world
      .lifecycle(2 * hour, 'TerminateInstances')
      .does(2 * hour + 5 * minute, v1, actions.listBuckets, from('2.2.2.2'));
    assert.deepEqual(severities(world), [], 'while it shuts down it may');
    world.does(3 * hour, v1, actions.listBuckets, from('2.2.2.2'));
    assert.match(world.only(rule).explanation, /after the instance was terminated/);
  });

  it('counts a call that two accounts logged once', () => {
    const { world, v1 } = anchored('twins');
    world.assumes(2 * hour, v1, role(other, 'R1'), from('8.8.8.8'));
    assert.equal(world.records.length, 5, 'delivered twice, one heartbeat, one call logged twice');
    assert.equal(world.only(rule).count, 1);
  });

  it('counts direct use only', () => {
    const { world, v1 } = anchored('forwarded');
    world.does(
      2 * hour,
      throughService(v1, 'cloudformation'),
      actions.listBuckets,
      from('cloudformation.amazonaws.com'),
    );
    world.does(2 * hour, v1, actions.listBuckets, from('AWS Internal'));
    world.does(2 * hour, v1, actions.listBuckets, from('10.9.9.9', '[S3Console/0.4]', 'vpce-9'));
    world.does(2 * hour, v1, actions.listBuckets, from('127.0.0.1'));
    assert.deepEqual(severities(world), []);
  });

  it('compares text that is no address as text', () => {
    const world = new World('invalid');
    const { v2 } = world.delivers(0);
    world.heartbeat(hour, v2, '253.252.51.07').does(2 * hour, v2, actions.listBuckets, from('253.252.51.07'));
    assert.deepEqual(severities(world), []);
    world.does(3 * hour, v2, actions.listBuckets, from('253.252.51.007'));
    assert.deepEqual(severities(world), ['high']);
  });

  it('keys instances by account and id over rotating sessions, and knows them without their delivery', () => {
    const { world } = anchored('rotation');
    world.does(7 * hour, world.delivers(6 * hour).v1, actions.listBuckets, from('8.8.8.8'));
    world.does(13 * hour, world.delivers(12 * hour).v1, actions.listBuckets, from('9.9.9.9'));
    const finding = world.only(rule);
    assert.deepEqual(finding.entities.addresses, ['8.8.8.8', '9.9.9.9']);
    assert.equal(finding.sessions.length, 2);
    assert.equal(finding.confidence, 'exact');
    const unseen = new World('unseen');
    const session = instanceIdentity(account, instanceId, 'ASIAIDENTITY12345678', start);
    unseen.heartbeat(hour, session, '2.2.2.2').does(2 * hour, session, actions.listBuckets, from('8.8.8.8'));
    assert.equal(unseen.only(rule).confidence, 'session');
    const named = new World('named');
    const imitated = roleSession({
      role: webRole,
      name: instanceId,
      key: 'ASIAIMITATED12345678',
      issuedAt: start,
      expiresAt: start + 9 * hour,
    });
    named.heartbeat(hour, imitated, '2.2.2.2').does(2 * hour, imitated, actions.listBuckets, from('8.8.8.8'));
    assert.deepEqual(severities(named), [], 'a session that is only called like an instance');
  });

  it('keeps the decisive records where there are too many', () => {
    const { world, v1 } = anchored('many');
    for (let at = 0; at < 80; at++) {
      world.does(2 * hour + at, v1, actions.listBuckets, from('8.8.8.8'));
    }
    world.does(3 * hour, v1, write, from('8.8.8.8'));
    const finding = world.only(rule);
    assert.equal(finding.evidence.length, 50);
    assert.equal(finding.evidenceTotal, 82);
    assert.ok(finding.evidence.some(({ eventName }) => eventName === 'PutBucketPolicy'));
    const times = finding.evidence.map(({ eventTime }) => eventTime);
    assert.deepEqual(times, [...times].sort());
    assert.equal(finding.lastEventTime, '2025-05-12T11:00:00Z');
  });
});

function fail(): never {
  throw new Error('no session');
}
