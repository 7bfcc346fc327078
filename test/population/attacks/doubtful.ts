/** What a rule calls ambiguous and has to tell all the same: half of it unseen, masked, failed, undone or unfinished. */
import {
  actions,
  assumeRole,
  createAccessKey,
  DAY,
  isJsonObject,
  longTermKey,
  MINUTE,
  role,
  type CloudTrailRecord,
  type JsonObject,
} from '../../../scripts/sample/records';
import { on } from '../company/calendar';
import { call, putRolePolicy, trustFor } from '../company/calls';
import { DEV, PROD, SHARED, STAGING } from '../company/estate';
import { agents, from, intruder } from '../company/networks';
import type { OrdinaryLife } from '../life/ordinary-life';
import { named } from '../life/staff';
import { Scene, type Attack } from './scene';
import { keyOf, victims } from './targets';

const thief = from(intruder.other, agents.cliLinux);

/** Two callers give the same role the same session name in the same second: whose the third session is nobody can say. */
function whoseSession(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'two possible callers of one session', on(10, '05:10'));
  const shared = role(PROD, 'shared-step');
  const last = role(PROD, 'last-step');
  const issued = ['one', 'two'].map((suffix) => {
    const first = scene.assumes(0, keyOf(victims.backup, ` ${suffix}`), role(PROD, `step-${suffix}`), thief);
    return scene.keep(
      assumeRole(scene.trail, { at: scene.at(60), caller: first, role: shared, name: 'job', origin: thief }),
    );
  });
  // The key that acts is neither of the two: as in the console, or where keys are masked.
  const [session] = issued;
  if (session === undefined) throw new Error('nothing was issued');
  const other = { ...session, identity: { ...session.identity, accessKeyId: scene.trail.temporaryKey() } };
  scene.does(90, other, actions.listBuckets, thief);
  const end = scene.assumes(120, other, last, thief);
  scene.does(130, end, actions.listBuckets, thief);
  return scene
    .expects('role-chain-depth', 'medium', { role: last.arn }, 'ambiguous parent: the smallest depth, and said so')
    .done();
}

/** Nobody used the last role. */
function neverUsed(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'the last role of a chain is never used', on(11, '05:50'));
  const first = scene.assumes(0, keyOf(victims.backup, ' unused'), role(PROD, 'unused-one'), thief);
  const last = role(PROD, 'unused-two');
  scene.assumes(60, first, last, thief);
  return scene.expects('role-chain-depth', 'medium', { role: last.arn }, 'issued, never used: counts').done();
}

/** The response was not recorded, and there is no error: it happened. */
function withoutResponse(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a user made, the response not recorded', on(8, '21:30'));
  const session = scene.chain(
    0,
    keyOf(victims.probe, ' silent'),
    [role(SHARED, 'quiet-one'), role(SHARED, 'quiet-two')],
    thief,
  );
  scene.does(100, session, call('iam:CreateUser', { userName: 'svc-quiet' }), thief);
  return scene
    .expects(
      'chain-then-persistence',
      'critical',
      { role: role(SHARED, 'quiet-two').arn },
      'RE null but no errorCode → success',
    )
    .done();
}

/** Only what a session may do is widened: one step lower. */
function privilegeOnly(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a chained session widens a role', on(12, '15:10'));
  const last = role(STAGING, 'widened');
  const session = scene.chain(0, keyOf(victims.ghost, ' widening'), [role(STAGING, 'widening'), last], thief);
  scene.does(
    90,
    session,
    call('iam:AttachRolePolicy', { roleName: last.name, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    thief,
  );
  return scene
    .expects('chain-then-persistence', 'high', { role: last.arn }, 'privilege class only: one step lower')
    .done();
}

/** The new key is masked: the next key of that user must be it. */
function maskedKey(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a key made, its id masked, a new key used', on(9, '11:30'));
  const who = named('dev.patel');
  const origin = from(who.home, who.cli);
  const admin = scene.signsOn(0, 'dev.patel', DEV, origin);
  const key = longTermKey('masked');
  const made = createAccessKey(scene.trail, { at: scene.at(120), caller: admin, owner: victims.support, key, origin });
  scene.add(made.records.map(masked));
  scene.doesAll(
    DAY,
    made.session,
    [actions.getCallerIdentity, actions.listBuckets],
    from('141.20.5.77', agents.boto),
    60,
  );
  return scene
    .expects('created-key-used', 'low', { key }, 'masked new key id: user and first seen key, inferred')
    .done();
}

function masked(record: CloudTrailRecord): CloudTrailRecord {
  const made = record.responseElements?.['accessKey'];
  const accessKey: JsonObject = { ...(isJsonObject(made) ? made : {}), accessKeyId: 'HIDDEN_DUE_TO_SECURITY_REASONS' };
  return { ...record, responseElements: { accessKey } };
}

/** A Deny with a condition that nobody here can judge: partial. */
function partialDeny(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a Deny with a condition, and the session goes on', on(9, '16:30'));
  const held = role(PROD, 'partly-denied');
  const session = scene.assumes(0, keyOf(victims.trail, ' partly'), held, thief);
  scene.does(20, session, actions.listBuckets, thief);
  const desk = from('91.10.18.222', agents.cliLinux);
  const responder = scene.signsOn(60, 'rosa', PROD, desk);
  const deny = {
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalTag/state': 'suspect' } },
  };
  scene.does(120, responder, putRolePolicy(held.name, 'IncidentDeny', deny), desk);
  scene.doesAll(10 * MINUTE, session, [actions.listBuckets, call('ec2:DescribeInstances')], thief, 60);
  return scene
    .expects('active-after-containment', 'low', { role: held.arn }, 'Deny with a condition: partial, low')
    .done();
}

/** The parent is taken out of the trust policy: new sessions stop, this one does not. */
function trustRemoved(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'the caller taken out of the trust policy, the session goes on', on(10, '16:20'));
  const of = role(PROD, 'once-trusted');
  const who = { ...victims.backup, name: 'once-trusting', arn: `arn:aws:iam::${PROD}:user/once-trusting` };
  const trusting = (principal: string): JsonObject => trustFor({ AWS: principal });
  const desk = from('91.10.18.222', agents.cliLinux);
  const responder = scene.signsOn(-MINUTE, 'rosa', PROD, desk);
  scene.does(-30, responder, actions.updateTrust(of, trusting(who.arn)), desk);
  const session = scene.assumes(0, keyOf(who), of, thief);
  scene.does(20, session, actions.listBuckets, thief);
  scene.does(300, responder, actions.updateTrust(of, trusting(`arn:aws:iam::${PROD}:role/deploy`)), desk);
  scene.doesAll(20 * MINUTE, session, [actions.listBuckets, call('ec2:DescribeInstances')], thief, 60);
  return scene
    .expects('active-after-containment', 'high', { key: session.key }, 'UpdateAssumeRolePolicy removing the parent')
    .done();
}

/** The responder rotates the key as on any day; what the thief made of the old one goes on. */
function rotatedAway(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a copied key rotated away, its role session goes on', on(12, '09:30'));
  const old = longTermKey('inventory-script rotated');
  const session = scene.assumes(0, keyOf(victims.probe, ' rotated'), role(SHARED, 'inventory-writer'), thief);
  scene.does(20, session, actions.listBuckets, thief);
  const desk = from('84.60.77.20', agents.cliMac);
  const responder = scene.signsOn(60, 'quinn', SHARED, desk);
  const key = longTermKey('inventory-script new');
  scene.keep(
    createAccessKey(scene.trail, { at: scene.at(120), caller: responder, owner: victims.probe, key, origin: desk }),
  );
  const change = { userName: victims.probe.name, accessKeyId: old };
  scene.does(180, responder, call('iam:UpdateAccessKey', { ...change, status: 'Inactive' }), desk);
  scene.doesAll(15 * MINUTE, session, [actions.listBuckets, call('ec2:DescribeInstances')], thief, 60);
  return scene
    .expects(
      'active-after-containment',
      'high',
      { key: session.key },
      'key deactivated, sessions live on: also in a rotation',
    )
    .done();
}

/** The role is deleted; what was issued of it is not. */
function roleDeleted(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a role deleted, its session goes on', on(11, '13:10'));
  const of = role(STAGING, 'deleted-in-haste');
  const session = scene.assumes(0, keyOf(victims.ghost, ' deleted'), of, thief);
  const desk = from('91.64.33.80', agents.cliLinux);
  const responder = scene.signsOn(60, 'ben', STAGING, desk);
  scene.does(120, responder, call('iam:DeleteRole', { roleName: of.name }), desk);
  scene.doesAll(5 * MINUTE, session, [actions.listBuckets, call('ec2:DescribeInstances')], thief, 60);
  return scene
    .expects('active-after-containment', 'high', { role: of.arn }, 'DeleteRole, and the session lives on')
    .done();
}

export function doubtful(life: OrdinaryLife): Attack[] {
  return [
    whoseSession(life),
    neverUsed(life),
    withoutResponse(life),
    privilegeOnly(life),
    maskedKey(life),
    partialDeny(life),
    trustRemoved(life),
    rotatedAway(life),
    roleDeleted(life),
  ];
}
