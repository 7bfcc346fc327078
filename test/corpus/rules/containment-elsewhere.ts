/** Cases of `active-after-containment`: instances, Identity Center, organizations; what may be no response, and what cannot be told. */
import { actions } from '../../../scripts/sample/records';
import { denyEverything, document } from '../../../src/engine/remediate/policy';
import {
  account,
  alice,
  alicesKey,
  from,
  hour,
  instanceId,
  minute,
  office,
  other,
  R1,
  R2,
  R3,
  webRole,
  World,
} from '../../unit/engine/support/world';
import { cafe, iso, manager, onBehalfOf, reads, refusals, responder, soc, steps } from './responses';
import type { RuleCase } from './rule-case';
import { stolen } from './responses';

export const elsewhere: readonly RuleCase[] = [
  {
    name: 'the instance is terminated and its credential is used elsewhere',
    kind: 'positive',
    world: () => {
      const world = new World('terminated');
      const { v2 } = world.launches(0).delivers(minute);
      world.does(2 * minute, v2, actions.listBuckets, from('198.51.100.9'));
      world.does(hour, responder, steps.terminate(instanceId), soc);
      return reads(world, hour + 2 * minute, v2, 3);
    },
    expect: [{ severity: 'high', count: 3, instanceIds: [instanceId], says: [`Instance ${instanceId} terminated`] }],
  },
  {
    name: 'an instance that shuts down says goodbye from its own address',
    kind: 'ambiguous',
    world: () => {
      const world = new World('shutting-down');
      const { v2 } = world.launches(0).delivers(minute);
      world.does(2 * minute, v2, actions.listBuckets, from('198.51.100.9'));
      world.does(hour, responder, steps.terminate(instanceId), soc);
      return world.does(hour + 90, v2, actions.listBuckets, from('198.51.100.9'));
    },
    expect: [{ severity: 'low', count: 1 }],
  },
  {
    name: 'the profile is taken from the instance; its credential lives on',
    kind: 'positive',
    world: () => {
      const world = new World('profile-taken');
      const { v2 } = world.launches(0).delivers(minute);
      world.does(2 * minute, v2, actions.listBuckets, from('198.51.100.9'));
      world.does(hour, responder, steps.takeProfile(instanceId), soc);
      return reads(world, hour + 2 * minute, v2, 3);
    },
    expect: [{ severity: 'high', count: 3, says: [`Instance profile taken from instance ${instanceId}`] }],
  },
  {
    name: 'the instance itself gives the profile back',
    kind: 'positive',
    world: () => {
      const world = new World('profile-back');
      const { v2 } = world.launches(0).delivers(minute);
      world.does(hour, responder, steps.takeProfile(instanceId), soc);
      return world.does(hour + 2 * minute, v2, steps.giveProfile(instanceId), from('198.51.100.9'));
    },
    expect: [{ severity: 'critical', instanceIds: [instanceId] }],
  },
  {
    name: 'the instance is denied (the plan’s policy): another instance of the role is not meant',
    kind: 'positive',
    world: () => {
      const world = new World('instance-denied');
      const { v2 } = world.launches(0).delivers(minute);
      const mate = world.delivers(minute, 'i-0fedcba9876543210').v2;
      world.does(hour, responder, steps.denyInstance(webRole, v2), soc);
      reads(world, hour + 2 * minute, mate, 3, from('198.51.100.10'));
      return reads(world, hour + 2 * minute, v2, 1, from('198.51.100.9'));
    },
    expect: [{ severity: 'high', count: 1, instanceIds: [instanceId] }],
  },
  {
    name: 'the role of an instance is revoked; EC2 delivers a new credential',
    kind: 'ambiguous',
    world: () => {
      const world = new World('delivered-anew');
      const { v2 } = world.launches(0).delivers(minute);
      world.does(2 * minute, v2, actions.listBuckets, from('198.51.100.9'));
      world.does(hour, responder, steps.revoke(webRole, hour), soc);
      const next = world.delivers(3 * hour).v2;
      return reads(world, 3 * hour + minute, next, 2, from('198.51.100.9'));
    },
    expect: [{ severity: 'medium', count: 2, says: ['issued after that'] }],
  },
  {
    name: 'the assignment of an Identity Center user is deleted; the session lives on',
    kind: 'positive',
    world: () => {
      const world = new World('assignment');
      const session = onBehalfOf(world.signsOn(0, 'mallory'), 'user-1');
      const colleague = onBehalfOf(world.signsOn(0, 'carol'), 'user-2');
      world.does(minute, session, actions.listBuckets);
      world.does(hour, manager, steps.deleteAssignment('user-1'), soc);
      reads(world, hour + 2 * minute, colleague, 4, office);
      return reads(world, hour + 2 * minute, session, 2);
    },
    expect: [
      {
        severity: 'high',
        count: 2,
        says: ['Assignment of account 111122223333 to user user-1 of IAM Identity Center deleted'],
      },
    ],
  },
  {
    name: 'the user of Identity Center is disabled, its sessions denied (the plan’s steps): refused, so it holds',
    kind: 'positive',
    world: () => {
      const world = new World('sso-denied');
      const session = onBehalfOf(world.signsOn(0, 'mallory'), 'user-1');
      world.does(minute, session, actions.listBuckets);
      world.does(hour, manager, steps.disableSignOnUser('user-1'), soc);
      world.does(hour + 10, manager, steps.permissionSetDeny('user-1', hour + 10), soc);
      refusals(world, hour + 2 * minute, session, 3);
      return world;
    },
    expect: [
      { severity: 'info', count: 3, says: ['User user-1 of IAM Identity Center disabled', 'denied everything'] },
    ],
  },
  {
    name: 'a service control policy of the plan denies the lineage, and it goes on',
    kind: 'positive',
    world: stolen('scp', (world, r1) => {
      const ops = world.assumes(0, responder, R3, soc, 'ops');
      world.does(hour - 10, manager, steps.scp([alice.arn, R1.arn]), soc);
      world.does(hour, manager, steps.attachScp(account), soc);
      reads(world, hour + 2 * minute, ops, 3, soc);
      reads(world, hour + 2 * minute, r1, 2);
    }),
    expect: [{ severity: 'high', count: 2, says: ['service control policy p-0incident'] }],
  },
  {
    name: 'a service control policy that is not attached, or to another account, or detached again',
    kind: 'negative',
    world: stolen('scp-elsewhere', (world, r1) => {
      world.does(hour - 10, manager, steps.scp([alice.arn, R1.arn]), soc);
      world.does(hour, manager, steps.attachScp(other), soc);
      world.does(hour + 10, manager, steps.attachScp(account), soc);
      world.does(hour + 30, manager, steps.detachScp(account), soc);
      reads(world, hour + 2 * minute, r1, 2);
    }),
    expect: [],
  },
  {
    name: 'an organizational unit for closed accounts, of which nobody knows which are in it, holds nobody',
    kind: 'negative',
    world: stolen('unit', (world, r1) => {
      const content = document(denyEverything('Closed'));
      const made = actions.plain(
        'organizations',
        'CreatePolicy',
        { name: 'Closed', type: 'SERVICE_CONTROL_POLICY', content: JSON.stringify(content) },
        { policy: { policySummary: { id: 'p-closed', name: 'Closed', type: 'SERVICE_CONTROL_POLICY' } } },
      );
      world.does(hour - 10, manager, made, soc);
      world.does(hour, manager, steps.attachScp('ou-ab12-closed00', 'p-closed'), soc);
      reads(world, hour + 2 * minute, r1, 2);
    }),
    expect: [],
  },
  {
    name: 'a policy on a unit that names the lineage holds it',
    kind: 'positive',
    world: stolen('unit-named', (world, r1) => {
      world.does(hour - 10, manager, steps.scp([alice.arn, R1.arn]), soc);
      world.does(hour, manager, steps.attachScp('ou-ab12-prod0000'), soc);
      reads(world, hour + 2 * minute, r1, 2);
    }),
    expect: [{ severity: 'high', count: 2 }],
  },
  {
    name: 'a deny whose condition is not understood is a partial one',
    kind: 'ambiguous',
    world: stolen('unclear', (world, r1) => {
      const deny = document(denyEverything('Odd', { StringNotEquals: { 'aws:PrincipalTag/team': 'blue' } }));
      world.does(hour, responder, steps.putRole(R1, 'Freeze', deny), soc);
      reads(world, hour + 2 * minute, r1, 2);
    }),
    expect: [{ severity: 'low', count: 2, says: ['A condition of the deny is not understood'] }],
  },
  {
    name: 'guardrails on Regions, MFA and networks contain nobody',
    kind: 'negative',
    world: stolen('guardrails', (world, r1) => {
      const deny = document(
        denyEverything('Region', { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } }),
        denyEverything('Mfa', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }),
        denyEverything('Imds', { NumericLessThan: { 'ec2:RoleDelivery': '2.0' } }),
      );
      world.does(hour, responder, steps.putRole(R1, 'Guardrails', deny), soc);
      reads(world, hour + 2 * minute, r1, 5);
    }),
    expect: [],
  },
  {
    name: 'the key’s own user sets it inactive with it: rotation, no response',
    kind: 'negative',
    world: stolen('own-rotation', (world, r1) => {
      world.does(hour, world.alice, steps.deactivate(alicesKey), office);
      reads(world, hour + 2 * minute, r1, 2);
    }),
    expect: [],
  },
  {
    name: 'whoever sets the key inactive made a new one before: a rotation, perhaps',
    kind: 'ambiguous',
    world: stolen('rotation', (world, r1) => {
      world.createsKey(hour - minute, responder, alice, 'AKIANEWNEWNEWNEWNEW2', soc);
      world.does(hour, responder, steps.deactivate(alicesKey), soc);
      reads(world, hour + 2 * minute, r1, 2);
    }),
    expect: [{ severity: 'low', says: ['it looks like a rotation'] }],
  },
  {
    name: 'Terraform deletes the role under a session',
    kind: 'ambiguous',
    world: stolen('terraform', (world, r1) => {
      world.does(hour, responder, steps.deleteRole(R1), from('192.0.2.50', 'APN/1.0 HashiCorp/1.0 Terraform/1.7.0'));
      reads(world, hour + 2 * minute, r1, 2);
    }),
    expect: [{ severity: 'low', says: ['it was done by terraform'] }],
  },
  {
    name: 'Terraform changes a role and calls are refused: no news',
    kind: 'negative',
    world: stolen('terraform-refused', (world, r1) => {
      world.does(hour, responder, steps.denyRole(R1), from('192.0.2.50', 'APN/1.0 HashiCorp/1.0 Terraform/1.7.0'));
      refusals(world, hour + 2 * minute, r1, 2);
    }),
    expect: [],
  },
  {
    name: 'the session’s origin is not in the logs: one that came after the revoke is taken for the same',
    kind: 'ambiguous',
    world: () => {
      const world = new World('orphans');
      const hidden = new World('hidden');
      const old = hidden.assumes(0, hidden.alice, R1, cafe, 'old');
      const next = hidden.assumes(2 * hour, hidden.alice, R1, cafe, 'new');
      world.does(minute, old, actions.listBuckets, cafe);
      world.does(hour, responder, steps.revoke(R1, hour), soc);
      return reads(world, 2 * hour + minute, next, 2);
    },
    expect: [{ severity: 'medium', confidence: 'inferred', count: 2 }],
  },
  {
    name: 'the logs end with the step',
    kind: 'ambiguous',
    world: () => {
      const world = new World('too-early');
      const r1 = world.assumes(0, world.alice, R1, cafe);
      world.does(minute, r1, actions.listBuckets, cafe);
      world.does(hour, responder, steps.deactivate(alicesKey), soc);
      return world.does(hour + 20, r1, actions.listBuckets, cafe);
    },
    expect: [],
    notes: ['active-after-containment-too-early'],
  },
  {
    name: 'what went on before the period asked for triggers nothing',
    kind: 'negative',
    world: stolen('window', (world, r1) => {
      world.does(hour, responder, steps.deactivate(alicesKey), soc);
      reads(world, hour + 2 * minute, r1, 2);
    }),
    options: { since: iso(3 * hour) },
    expect: [],
  },
  {
    name: 'two steps against two callers are two findings',
    kind: 'positive',
    world: stolen('two-callers', (world, r1) => {
      const run = world.pipeline(minute, R2, 'run-1');
      world.does(hour, responder, steps.denyRole(R1), soc);
      world.does(hour, responder, steps.denyRole(R2), soc);
      reads(world, hour + 2 * minute, r1, 1);
      reads(world, hour + 2 * minute, run, 2);
    }),
    expect: [
      { severity: 'high', count: 2 },
      { severity: 'high', count: 1 },
    ],
  },
];
