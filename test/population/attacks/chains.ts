/** §2.1–2.3, 2.7, 2.16: credentials that become roles, one after the other; case 1 and case 2 of the mission. */
import {
  actions,
  createAccessKey,
  createUser,
  longTermKey,
  MINUTE,
  role,
  roleSession,
  type Session,
} from '../../../scripts/sample/records';
import { on } from '../company/calendar';
import { call } from '../company/calls';
import { DEV, PROD, roles, STRANGER, users } from '../company/estate';
import { agents, from, intruder } from '../company/networks';
import type { OrdinaryLife } from '../life/ordinary-life';
import { Scene, type Attack } from './scene';
import { copied, keyOf, target, victims } from './targets';

/** Case 1: a leaked key, three roles, Bob, and Bob's key used. */
function leakedKey(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'case 1: a leaked key becomes three roles and Bob', on(12, '00:47'));
  const origin = from(intruder.leakedKey, agents.cliLinux);
  const leaked = copied.buildServer();
  scene.does(0, leaked, actions.getCallerIdentity, origin).isRefused(31, leaked, call('iam:ListUsers'), origin);
  const last = scene.chain(100, leaked, [target.publisher, target.releaseAdmin, target.iamOperator], origin, 130);
  const bobsKey = longTermKey('bob');
  scene.add([createUser(scene.trail, scene.at(500), last, victims.bob, origin)]);
  const bob = scene.keep(
    createAccessKey(scene.trail, { at: scene.at(506), caller: last, owner: victims.bob, key: bobsKey, origin }),
  );
  scene.does(511, last, actions.attachUserPolicy(victims.bob, 'arn:aws:iam::aws:policy/AdministratorAccess'), origin);
  scene.doesAll(560, bob, [actions.getCallerIdentity, actions.listBuckets], origin, 20);
  return scene
    .expects('role-chain-depth', 'high', { role: target.iamOperator.arn }, 'AKIA → R1 (1) → R2 (2) → R3 (3, red)')
    .expects('chain-then-persistence', 'critical', { key: bobsKey }, 'depth ≥2 and persistence class')
    .expects('created-key-used', 'critical', { key: bobsKey }, 'creator session depth ≥2')
    .done();
}

/** Case 2: an instance's own credentials, from the instance, three roles, and trust for strangers. */
function instanceChain(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'case 2: an instance becomes three roles and opens a trust policy', on(11, '02:10'));
  const web = scene.machine('web-5');
  const origin = from(web.exit(scene.at(0)), agents.cliOnHost);
  const own = scene.steals('web-5', 0);
  const last = scene.chain(20, own, [roles.priceReader, target.dataLake, target.legacyAdmin], origin, 75);
  const document = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${STRANGER}:root` }, Action: 'sts:AssumeRole' }],
  };
  scene.does(300, last, actions.updateTrust(target.legacyAdmin, document), origin);
  return scene
    .expects('ec2-credential-chain', 'high', { instance: web.id }, '≥2 hops')
    .expects('role-chain-depth', 'high', { role: target.legacyAdmin.arn }, 'EC2 (0) → R1 (1) → R2 (2) → R3 (3, red)')
    .expects('chain-then-persistence', 'critical', { role: target.legacyAdmin.arn }, 'depth ≥2 and persistence class')
    .expects(
      'trust-policy-backdoor',
      'critical',
      { role: target.legacyAdmin.arn },
      'unknown account, by a chained session +1',
    )
    .done();
}

/** Two roles only, once: possibly anomalous. */
function twoRoles(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'two roles from a copied key', on(10, '22:15'));
  const origin = from(intruder.other, agents.cliLinux);
  const last = scene.chain(0, copied.smtpRelay(), [target.supportDesk, target.billingReader], origin);
  scene.does(90, last, actions.listBuckets, origin);
  return scene.expects('role-chain-depth', 'medium', { role: target.billingReader.arn }, 'depth 2, orange').done();
}

/** Nobody knows where the first session came from; the two after it count all the same. */
function unknownRoot(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'two roles from a session of unknown origin', on(9, '23:40'));
  const origin = from(intruder.vps, agents.cliLinux);
  const stray = roleSession({
    role: role(PROD, 'forgotten-tool'),
    name: 'tool',
    key: scene.trail.temporaryKey(),
    issuedAt: scene.at(-1800),
    expiresAt: scene.at(1800),
  });
  scene.does(0, stray, actions.getCallerIdentity, origin);
  scene.chain(30, stray, [target.dataLake, target.billingReader], origin);
  return scene
    .expects(
      'role-chain-depth',
      'medium',
      { role: target.billingReader.arn },
      'root unknown: ≥2, severity by what is seen',
    )
    .done();
}

/** The second hop leaves the company. */
function outOfTheCompany(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a chain into the account of a stranger', on(10, '03:30'));
  const origin = from(intruder.vps, agents.cliLinux);
  const inside = scene.chain(0, keyOf(victims.backup), [target.dataLake], origin);
  // What happens over there is in the logs of the other account.
  const outside = scene.assumes(60, inside, target.strangersDrop, origin);
  scene.does(70, inside, actions.listBuckets, origin);
  return scene
    .expects('role-chain-depth', 'high', { key: outside.key }, 'depth 2, +1 into an account outside own ∪ trusted')
    .expects('cross-account-unknown', 'high', { account: STRANGER }, '(out) from a chained session')
    .done();
}

/** One role, then a password for somebody else, who signs in from the same place. */
function passwordForSupport(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a role session gives a user a password and uses it', on(9, '21:05'));
  const origin = from(intruder.laptop, agents.cliMac);
  const session = scene.assumes(0, keyOf(users.greta, ' copied'), target.devAdmin, origin);
  scene.does(
    30,
    session,
    call(
      'iam:CreateLoginProfile',
      { userName: victims.support.name, passwordResetRequired: false },
      { loginProfile: { userName: victims.support.name } },
    ),
    origin,
  );
  const login = {
    account: DEV,
    identity: {
      type: 'IAMUser',
      principalId: victims.support.id,
      arn: victims.support.arn,
      accountId: DEV,
      userName: victims.support.name,
      accessKeyId: '',
    },
  };
  scene.does(
    200,
    login,
    {
      ...call('signin:ConsoleLogin', null, { ConsoleLogin: 'Success' }),
      additional: { LoginTo: 'https://console.aws.amazon.com/', MobileVersion: 'No', MFAUsed: 'No' },
      readOnly: false,
      type: 'AwsConsoleSignIn',
    },
    from(intruder.laptop, agents.browser),
  );
  return scene
    .expects('chain-then-persistence', 'high', { role: target.devAdmin.arn }, 'depth 1, a login profile')
    .expects(
      'created-key-used',
      'high',
      { user: victims.support.name },
      'CreateLoginProfile → ConsoleLogin from the same address, another user',
    )
    .done();
}

/** A function makes a user; and in a chain a key is made and deleted again: both stay findings. */
function machineMakesUser(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a function makes a user', on(11, '13:20'));
  const session = scene.steals('lambda order-indexer', 0);
  const origin = from('10.40.21.201', agents.lambdaPython, 'vpce-0aa0bb0cc0dd0ee0f');
  scene.add([createUser(scene.trail, scene.at(5), session, victims.ghost, origin)]);
  return scene
    .expects('chain-then-persistence', 'high', { role: roles.orderIndexer.arn }, 'a function creating users, depth 0')
    .done();
}

function madeAndDeleted(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a key made in a chain and deleted again', on(8, '20:45'));
  const origin = from(intruder.other, agents.cliLinux);
  const last = scene.chain(0, copied.partnerSync(), [target.sandbox, target.devAdmin], origin);
  const key = longTermKey('short-lived');
  scene.keep(createAccessKey(scene.trail, { at: scene.at(100), caller: last, owner: users.felix, key, origin }));
  scene.does(160, last, call('iam:DeleteAccessKey', { userName: users.felix.name, accessKeyId: key }), origin);
  return scene.expects('chain-then-persistence', 'critical', { key }, 'deleted afterwards: still fires').done();
}

/** For the first time an instance assumes a role, on one day, and takes secrets with it. */
function firstHop(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'an instance assumes a role that it never did', on(10, '12:05'));
  const host = scene.machine('ecs-host-1');
  const origin = from(host.exit(scene.at(0)), agents.cliOnHost);
  const session = scene.assumes(0, scene.steals('ecs-host-1', 0), roles.jenkinsRelease, origin);
  scene.doesAll(
    10,
    session,
    [actions.getCallerIdentity, actions.getSecretValue(PROD, 'shop/payment'), actions.getSecretValue(PROD, 'shop/db')],
    origin,
    20,
  );
  return scene
    .expects('ec2-credential-chain', 'medium', { instance: host.id }, 'first hop, not common')
    .expects(
      'rare-role-edge',
      'medium',
      { role: roles.jenkinsRelease.arn },
      'new edge, and the child session reads secrets',
    )
    .done();
}

/** An employee assumes what they never did, once. */
function rareEdge(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a data engineer assumes the support role once', on(11, '11:45'));
  const home = from('37.4.250.61', agents.cliLinux);
  const session = scene.assumes(60, scene.signsOn(0, 'liam', PROD, home), target.supportDesk, home, 'liam');
  scene.doesAll(70, session, [actions.getCallerIdentity, call('support:DescribeCases')], home, 15);
  return scene
    .expects('rare-role-edge', 'low', { role: target.supportDesk.arn }, 'first seen after learning, on one day')
    .done();
}

/** AWSRoleJuggler: two roles in a loop, every nine minutes, two hours long. */
function juggler(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'roles juggled every nine minutes', on(11, '18:00'));
  const origin = from(intruder.vps, agents.boto);
  const ring = [target.circleOne, target.circleTwo];
  scene.chain(
    0,
    copied.exporter(),
    Array.from({ length: 13 }, (_, index) => ring[index % 2] ?? target.circleOne),
    origin,
    9 * MINUTE,
    'juggle',
  );
  return scene.expects('role-juggling', 'high', { role: target.circleOne.arn }, '(A) ≥2 returns, named juggle').done();
}

function oneReturn(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'there and back again', on(12, '16:10'));
  const origin = from(intruder.other, agents.cliLinux);
  scene.chain(0, keyOf(victims.probe), [target.returnOne, target.returnTwo, target.returnOne], origin, 4 * MINUTE);
  return scene.expects('role-juggling', 'medium', { role: target.returnOne.arn }, '(A) one return, circle').done();
}

/** Never the same role twice, but a new one each fifty minutes. */
function keepAlive(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'kept alive over four roles', on(12, '05:00'));
  const origin = from(intruder.vps, agents.cliLinux);
  const path: readonly Session[] = [
    scene.chain(
      0,
      keyOf(victims.ghost),
      [target.stayOne, target.stayTwo, target.stayThree, target.stayFour],
      origin,
      50 * MINUTE,
      'work',
    ),
  ];
  return scene
    .expects('role-juggling', 'high', { key: path[0]?.key ?? '' }, '(B) ≥3 hops, steady gaps, more than an hour')
    .done();
}

export function chains(life: OrdinaryLife): Attack[] {
  return [
    leakedKey(life),
    instanceChain(life),
    twoRoles(life),
    unknownRoot(life),
    outOfTheCompany(life),
    passwordForSupport(life),
    machineMakesUser(life),
    madeAndDeleted(life),
    firstHop(life),
    rareEdge(life),
    juggler(life),
    oneReturn(life),
    keepAlive(life),
  ];
}
