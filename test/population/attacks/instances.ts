/** §2.4–2.6: the credentials of instances, elsewhere; case 3 of the mission. */
import {
  actions,
  deliverToInstance,
  HOUR,
  iamUser,
  longTermKey,
  MINUTE,
  type Action,
} from '../../../scripts/sample/records';
import { on } from '../company/calendar';
import { call, strangersReads } from '../company/calls';
import { DEV, PROD, roles, SHARED, users } from '../company/estate';
import { agents, endpoints, from, intruder } from '../company/networks';
import type { OrdinaryLife } from '../life/ordinary-life';
import { Scene, type Attack } from './scene';
import { target } from './targets';

/** Case 3: the host behind 2.2.2.2, its credentials at 8.8.8.8; and a look around from there. */
function missionAddresses(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'case 3: credentials of 2.2.2.2 at 8.8.8.8', on(6, '01:30'));
  const own = scene.steals('analytics-1', 0);
  const origin = from(intruder.mission, agents.botoMac);
  scene.doesAll(0, own, strangersReads, origin, 2);
  return scene
    .expects(
      'ec2-credential-off-instance',
      'high',
      { instance: scene.machine('analytics-1').id },
      'public, K from the API and the agent',
    )
    .expects(
      'discovery-burst',
      'high',
      { instance: scene.machine('analytics-1').id },
      'a theft finding exists on the session',
    )
    .done();
}

/** The same with a write, from an address that is far from all gateways. */
function offAndWrites(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'stolen instance credentials write', on(9, '04:10'));
  const own = scene.steals('worker-3', 0);
  const origin = from(intruder.ssrf, agents.cliLinux);
  scene.doesAll(
    0,
    own,
    [
      actions.getCallerIdentity,
      actions.listObjects(PROD, 'company-orders', 'done/'),
      actions.putObject(PROD, 'company-orders', 'README.txt'),
      call('sqs:PurgeQueue', { queueUrl: 'orders' }),
    ],
    origin,
    30,
  );
  return scene
    .expects(
      'ec2-credential-off-instance',
      'critical',
      { instance: scene.machine('worker-3').id },
      'a write by the off location',
    )
    .done();
}

/** Over IPv6: the host has an IPv6 address of its own, this is another. */
function overV6(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'stolen instance credentials over IPv6', on(8, '22:40'));
  const origin = from(intruder.v6, agents.cliLinux);
  scene.doesAll(0, scene.steals('dual-stack', 0), [actions.getCallerIdentity, actions.listBuckets], origin, 40);
  return scene
    .expects(
      'ec2-credential-off-instance',
      'medium',
      { instance: scene.machine('dual-stack').id },
      'v6 is compared with v6',
    )
    .done();
}

/** Behind the same endpoint, another host. */
function otherHost(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'another host behind the endpoint', on(10, '15:25'));
  const origin = from('10.40.99.7', agents.cliOnHost, endpoints.s3);
  scene.doesAll(
    0,
    scene.steals('worker-1', 0),
    [actions.listObjects(PROD, 'company-orders', ''), actions.getObject(PROD, 'company-orders', 'orders/1.json')],
    origin,
    15,
  );
  return scene
    .expects(
      'ec2-credential-off-instance',
      'high',
      { instance: scene.machine('worker-1').id },
      'vpce-private, K holds private addresses',
    )
    .done();
}

/** An instance that the intruder knew first: used elsewhere before its agent ever called. */
function intruderFirst(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'the intruder is first in the logs', on(11, '06:00'));
  const id = 'i-0e1d2c3b4a5968770';
  const grant = deliverToInstance(scene.trail, scene.at(0), roles.stagingWeb, id);
  scene.add(grant.records);
  scene.doesAll(
    90,
    grant.v2,
    [actions.getCallerIdentity, actions.listBuckets],
    from(intruder.vps, agents.cliLinux),
    30,
  );
  for (const hours of [1, 2, 3]) {
    scene.does(hours * HOUR, grant.v2, actions.heartbeat(id), from('52.28.7.7', agents.ssmAgent));
  }
  return scene
    .expects(
      'ec2-credential-off-instance',
      'high',
      { instance: id },
      'before any anchor: anchors apply whatever the order',
    )
    .done();
}

/** Two places, no agent, no launch: one of them is not the instance. */
function undecided(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'two places, and nothing tells which is the instance', on(8, '10:00'));
  const id = 'i-0f0e0d0c0b0a09080';
  const grant = deliverToInstance(scene.trail, scene.at(0), roles.devBox, id);
  scene.add(grant.records);
  scene.doesAll(
    60,
    grant.v2,
    [call('s3:ListBuckets'), call('ecr:GetAuthorizationToken')],
    from('18.184.99.5', agents.boto),
    30,
  );
  scene.doesAll(
    20 * MINUTE,
    grant.v2,
    [call('s3:ListBuckets'), actions.getObject(DEV, 'company-datasets', 'raw/1.csv')],
    from(intruder.laptop, agents.boto),
    60,
  );
  return scene
    .expects('ec2-credential-off-instance', 'medium', { instance: id }, '3b: K empty, later locations undecided')
    .done();
}

/** Its only place is where a person sits. */
function sharedPlace(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'the only place of an instance is a desk', on(9, '15:00'));
  const id = 'i-01020304050607080';
  const grant = deliverToInstance(scene.trail, scene.at(0), roles.devBox, id);
  scene.add(grant.records);
  const desk = intruder.other;
  scene.doesAll(60, grant.v2, [actions.getCallerIdentity, actions.listBuckets], from(desk, agents.cliMac), 30);
  scene.does(30 * MINUTE, iamUser(users.felix, longTermKey('felix')), actions.listBuckets, from(desk, agents.cliMac));
  return scene
    .expects(
      'ec2-credential-off-instance',
      'medium',
      { instance: id },
      '4: one location, K empty, shared with a person',
    )
    .done();
}

/** Stolen and chained: the two together are more than each. */
function stolenAndChained(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'stolen instance credentials assume a role', on(10, '02:50'));
  const origin = from(intruder.ssrf, agents.cliLinux);
  const session = scene.assumes(20, scene.steals('web-6', 0), target.dataLake, origin);
  scene.does(0, scene.steals('web-6', 0), actions.getCallerIdentity, origin);
  scene.does(40, session, actions.listBuckets, origin);
  return scene
    .expects(
      'ec2-credential-chain',
      'critical',
      { instance: scene.machine('web-6').id },
      'off-instance on the same session',
    )
    .expects('ec2-credential-off-instance', 'high', { instance: scene.machine('web-6').id }, 'public, K known')
    .done();
}

/** An operator opens a session on a host, and half an hour later its credentials are at the operator's. */
function handoff(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'an operator takes the credentials home', on(9, '19:20'));
  const home = from('46.5.90.201', agents.cliWindows);
  const operator = scene.signsOn(0, 'hugo', PROD, home);
  const host = scene.machine('web-3');
  scene.does(30, operator, call('ssm:StartSession', { target: host.id }, { sessionId: 'hugo-0a1b2c' }), home);
  scene.doesAll(
    25 * MINUTE,
    scene.steals('web-3', 25 * MINUTE),
    [actions.getCallerIdentity, actions.listBuckets],
    home,
    30,
  );
  return scene
    .expects('instance-credential-handoff', 'high', { instance: host.id }, 'the same address within 60 minutes')
    .expects('ec2-credential-off-instance', 'high', { instance: host.id }, 'public, K known')
    .done();
}

const sendCommand = (scene: Scene, id: string): Action =>
  call(
    'ssm:SendCommand',
    { instanceIds: [id], documentName: 'AWS-RunShellScript' },
    { command: { commandId: scene.trail.random.uuid(), status: 'Pending' } },
  );

/** The same over IPv6, from another address of the same line. */
function handoffV6(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'an operator takes the credentials home, over IPv6', on(11, '12:00'));
  const asked = from('2003:e1:7b33:4d00::8', agents.cliMac);
  const used = from('2003:e1:7b33:4d00:91ab::2', agents.cliMac);
  const host = scene.machine('worker-2');
  scene.does(60, scene.signsOn(0, 'mia', PROD, asked), sendCommand(scene, host.id), asked);
  scene.doesAll(900, scene.steals('worker-2', 900), [actions.getCallerIdentity, actions.listBuckets], used, 30);
  return scene
    .expects('instance-credential-handoff', 'high', { instance: host.id }, 'the same /64 within 60 minutes')
    .done();
}

/** Only the hour tells: a command, and minutes later the key of the older metadata service for the first time. */
function handoffByTime(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a command, then the older key for the first time', on(9, '12:40'));
  const host = scene.machine('jump-2');
  const home = from('91.64.33.80', agents.cliLinux);
  scene.does(60, scene.signsOn(0, 'ben', SHARED, home), sendCommand(scene, host.id), home);
  const exit = from(host.exit(scene.at(300)), agents.cliOnHost);
  scene.does(300, scene.steals('jump-2 v1', 300), actions.getCallerIdentity, exit);
  return scene
    .expects(
      'instance-credential-handoff',
      'low',
      { instance: host.id },
      'first use of an unused key within 10 minutes: timing only',
    )
    .done();
}

/** The older metadata service's key beside the newer one's, from outside: the pattern of a theft by request forgery. */
function olderKey(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'the older key of a host, from outside', on(10, '05:45'));
  const host = scene.machine('web-2');
  scene.doesAll(
    0,
    scene.steals('web-2 v1', 0),
    [actions.getCallerIdentity, actions.listBuckets],
    from(intruder.vps, agents.cliLinux),
    30,
  );
  return scene
    .expects('imdsv1-credential-use', 'medium', { instance: host.id }, 'v1 beside 2.0 keys, not by the agent')
    .expects('ec2-credential-off-instance', 'high', { instance: host.id }, 'public, K known')
    .done();
}

function olderKeyOnly(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a host that knows the older service only, from outside', on(9, '02:20'));
  const host = scene.machine('erp-1');
  scene.doesAll(
    0,
    scene.steals('erp-1 v1', 0),
    [actions.getCallerIdentity, actions.listBuckets],
    from(intruder.laptop, agents.cliLinux),
    30,
  );
  return scene
    .expects('imdsv1-credential-use', 'low', { instance: host.id }, 'v1 from an unknown location: low by default')
    .done();
}

export function instanceThefts(life: OrdinaryLife): Attack[] {
  return [
    missionAddresses(life),
    offAndWrites(life),
    overV6(life),
    otherHost(life),
    intruderFirst(life),
    undecided(life),
    sharedPlace(life),
    stolenAndChained(life),
    handoff(life),
    handoffV6(life),
    handoffByTime(life),
    olderKey(life),
    olderKeyOnly(life),
  ];
}
