/** §2.24, 2.25: what was contained goes on, comes back, or tears off what holds it; what AWS itself says of a key. */
import {
  actions,
  deliverToInstance,
  isoTime,
  longTermKey,
  MINUTE,
  type Action,
  type Caller,
} from '../../../scripts/sample/records';
import { call, putRolePolicy, refused, revokeSessions } from '../company/calls';
import { on } from '../company/calendar';
import { DEV, PROD, roles, SHARED, STAGING } from '../company/estate';
import { agents, from, intruder } from '../company/networks';
import type { OrdinaryLife } from '../life/ordinary-life';
import { Scene, type Attack } from './scene';
import { keyOf, target, victims } from './targets';

const thief = from(intruder.other, agents.cliLinux);
const desk = from('84.60.77.20', agents.cliMac);

/** The key is off, and its role session works on. */
function sessionsLiveOn(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a key switched off, its session works on', on(8, '13:00'));
  const key = longTermKey('inventory-script contained');
  const session = scene.assumes(0, keyOf(victims.probe, ' contained'), target.supportDesk, thief);
  scene.does(30, session, actions.listBuckets, thief);
  const responder = scene.signsOn(5 * MINUTE, 'quinn', SHARED, desk);
  scene.does(
    6 * MINUTE,
    responder,
    call('iam:UpdateAccessKey', { userName: victims.probe.name, accessKeyId: key, status: 'Inactive' }),
    desk,
  );
  scene.doesAll(16 * MINUTE, session, [actions.listBuckets, call('support:DescribeCases')], thief, 60);
  return scene
    .expects('active-after-containment', 'high', { key: session.key }, 'key deactivated, sessions live on')
    .done();
}

/** Sessions revoked, and two minutes later a new one. */
function comesBack(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'sessions revoked, the role assumed again', on(9, '13:45'));
  const caller = keyOf(victims.backup, ' back');
  const before = scene.assumes(0, caller, target.revoked, thief);
  scene.does(20, before, actions.listBuckets, thief);
  const responder = scene.signsOn(200, 'rosa', PROD, from('91.10.18.222', agents.cliLinux));
  scene.does(
    300,
    responder,
    revokeSessions(target.revoked.name, isoTime(scene.at(300))),
    from('91.10.18.222', agents.cliLinux),
  );
  const after = scene.assumes(420, caller, target.revoked, thief);
  scene.does(450, after, actions.listBuckets, thief);
  return scene
    .expects('active-after-containment', 'high', { key: after.key }, 'created after the revoke time: re-assumed')
    .done();
}

/** Four seconds are enough to take the Deny off again. */
function reverted(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a Deny taken off within seconds by whom it was for', on(10, '14:10'));
  const session = scene.assumes(0, keyOf(victims.burst, ' revert'), target.denied, thief);
  scene.does(20, session, actions.listBuckets, thief);
  const home = from('84.60.77.20', agents.cliMac);
  const responder = scene.signsOn(100, 'quinn', DEV, home);
  scene.does(
    200,
    responder,
    putRolePolicy(target.denied.name, 'IncidentDenyAll', { Effect: 'Deny', Action: '*', Resource: '*' }),
    home,
  );
  scene.does(
    204,
    session,
    call('iam:DeleteRolePolicy', { roleName: target.denied.name, policyName: 'IncidentDenyAll' }),
    thief,
  );
  scene.doesAll(300, session, [actions.listBuckets, call('iam:ListUsers')], thief, 30);
  return scene.expects('active-after-containment', 'critical', { role: target.denied.arn }, 'reverted').done();
}

/** The Deny holds: only refusals, and who it is, which cannot be refused. */
function holds(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a Deny that holds', on(11, '14:30'));
  const session = scene.assumes(0, keyOf(victims.trail, ' held'), target.held, thief);
  scene.does(20, session, actions.listBuckets, thief);
  const responder = scene.signsOn(100, 'rosa', PROD, from('91.10.18.222', agents.cliLinux));
  scene.does(
    200,
    responder,
    putRolePolicy(target.held.name, 'IncidentDenyAll', { Effect: 'Deny', Action: '*', Resource: '*' }),
    from('91.10.18.222', agents.cliLinux),
  );
  scene.does(320, session, actions.getCallerIdentity, thief);
  for (const seconds of [330, 400, 500]) scene.does(seconds, session, refused(session, actions.listBuckets), thief);
  return scene
    .expects(
      'active-after-containment',
      'info',
      { role: target.held.arn },
      'only denied calls after: containment holds',
    )
    .done();
}

/** A terminated host that goes on calling. */
function terminated(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a terminated host goes on calling', on(9, '07:30'));
  const id = 'i-0abcabcabcabc0001';
  const grant = deliverToInstance(scene.trail, scene.at(0), roles.stagingWeb, id);
  scene.add(grant.records);
  scene.does(60, grant.v2, actions.heartbeat(id), from('52.28.7.7', agents.ssmAgent));
  const responder = scene.signsOn(200, 'ben', STAGING, from('91.64.33.80', agents.cliLinux));
  const set = { instancesSet: { items: [{ instanceId: id }] } };
  scene.does(400, responder, call('ec2:TerminateInstances', set, set), from('91.64.33.80', agents.cliLinux));
  scene.doesAll(
    30 * MINUTE,
    grant.v2,
    [actions.listBuckets, call('ec2:DescribeInstances')],
    from(intruder.vps, agents.cliLinux),
    60,
  );
  return scene
    .expects('active-after-containment', 'high', { instance: id }, 'TerminateInstances, then use')
    .expects('ec2-credential-off-instance', 'high', { instance: id }, 'public, K known')
    .done();
}

/** A user is deleted; a role session of its goes on. */
function userGone(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a user deleted, its role session goes on', on(12, '13:10'));
  const session = scene.assumes(0, keyOf(victims.support, ' gone'), target.sandbox, thief);
  const home = from('84.60.77.20', agents.cliMac);
  const responder = scene.signsOn(100, 'quinn', DEV, home);
  scene.does(200, responder, call('iam:DeleteUser', { userName: victims.support.name }), home);
  scene.doesAll(600, session, [actions.listBuckets, actions.listObjects(DEV, 'company-datasets', '')], thief, 60);
  return scene
    .expects('active-after-containment', 'high', { key: session.key }, 'DeleteUser, a child session lives on')
    .done();
}

/** AWS found the key in public, and says so by a policy; the user takes it off. */
function quarantine(life: OrdinaryLife, takenOff: boolean): Attack {
  const scene = new Scene(
    life,
    takenOff ? 'a quarantine that its user takes off' : 'a quarantine of AWS',
    on(takenOff ? 11 : 8, '09:40'),
  );
  const who = takenOff ? victims.trail : victims.quarantined;
  const caller = keyOf(who, ' public');
  scene.doesAll(-600, caller, [actions.getCallerIdentity, actions.listBuckets], thief, 60);
  const aws: Caller = {
    account: who.account,
    identity: {
      type: 'Root',
      principalId: who.account,
      arn: `arn:aws:iam::${who.account}:root`,
      accountId: who.account,
      invokedBy: 'AWS Internal',
    },
  };
  const policyArn = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3';
  const attach: Action = call('iam:AttachUserPolicy', { userName: who.name, policyArn });
  scene.does(0, aws, attach, { ip: 'AWS Internal', ua: 'AWS Internal' });
  if (!takenOff)
    return scene.expects('aws-quarantine-signal', 'high', { user: who.name }, 'AttachUserPolicy …QuarantineV3').done();
  scene.does(240, caller, call('iam:DetachUserPolicy', { userName: who.name, policyArn }), thief);
  scene.doesAll(330, caller, [actions.listBuckets, call('iam:ListUsers')], thief, 30);
  return scene
    .expects('aws-quarantine-signal', 'high', { user: who.name }, 'AttachUserPolicy …QuarantineV3')
    .expects(
      'active-after-containment',
      'critical',
      { key: longTermKey(`${who.name} public`) },
      'detached by the same user',
    )
    .done();
}

export function containment(life: OrdinaryLife): Attack[] {
  return [
    sessionsLiveOn(life),
    comesBack(life),
    reverted(life),
    holds(life),
    terminated(life),
    userGone(life),
    quarantine(life, false),
    quarantine(life, true),
  ];
}
