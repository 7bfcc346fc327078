/** Cases of `active-after-containment`: what is done to users, keys and roles, and against it. */
import assert from 'node:assert/strict';
import { actions, consoleLogin } from '../../../scripts/sample/records';
import { denyEverything, document } from '../../../src/engine/remediate/policy';
import { account, alice, alicesKey, hour, minute, office, R1, R2, R3, start } from '../../unit/engine/support/world';
import {
  admin,
  allowTo,
  cafe,
  denyAll,
  failed,
  forwarded,
  iso,
  planDeny,
  quarantine,
  reads,
  refusals,
  responder,
  soc,
  steps,
  tokenOf,
} from './responses';
import type { RuleCase } from './rule-case';
import { stolen } from './responses';

const bob = { account, name: 'bob', id: 'AIDABOB', arn: `arn:aws:iam::${account}:user/bob` };

export const byIam: readonly RuleCase[] = [
  {
    name: 'the key is set inactive and a session issued from it goes on',
    kind: 'positive',
    world: stolen('key-inactive', (world, r1) => {
      world.does(hour, responder, steps.deactivate(alicesKey), soc);
      reads(world, hour + 2 * minute, r1, 5);
    }),
    expect: [
      {
        severity: 'high',
        confidence: 'exact',
        count: 5,
        title: `Still active after containment: 1 session of access key ${alicesKey} of user alice, after access key ${alicesKey} of user alice set inactive`,
        says: [
          `set inactive at ${iso(hour)}`,
          '1 session went on: 5 successful calls',
          `the last at ${iso(hour + 6 * minute)}`,
          'A temporary credential cannot be cancelled',
        ],
        techniques: ['T1078.004'],
        evidence: ['UpdateAccessKey', ...Array<string>(5).fill('ListBuckets')],
      },
    ],
  },
  {
    name: 'three sessions of the key, and what one of them assumed, go on',
    kind: 'positive',
    world: stolen('key-inactive-many', (world, r1) => {
      const second = world.assumes(10 * minute, world.alice, R1, cafe, 'second');
      const third = world.assumes(20 * minute, r1, R2, cafe, 'third');
      world.does(hour, responder, steps.deactivate(alicesKey), soc);
      reads(world, hour + 2 * minute, r1, 2);
      reads(world, hour + 2 * minute, second, 2);
      reads(world, hour + 2 * minute, third, 3);
    }),
    expect: [{ severity: 'high', count: 7, says: ['3 sessions went on: 7 successful calls'] }],
  },
  {
    name: 'in the minute that a change needs, success proves nothing',
    kind: 'negative',
    world: stolen('grace', (world, r1) => {
      world.does(hour, responder, steps.deactivate(alicesKey), soc);
      world.does(hour + 59, r1, actions.listBuckets, cafe);
    }),
    expect: [],
  },
  {
    name: 'at sixty seconds it does',
    kind: 'positive',
    world: stolen('grace-over', (world, r1) => {
      world.does(hour, responder, steps.deactivate(alicesKey), soc);
      world.does(hour + 60, r1, actions.listBuckets, cafe);
    }),
    expect: [{ severity: 'high', count: 1 }],
  },
  {
    name: 'GetCallerIdentity cannot be denied: it is no proof',
    kind: 'ambiguous',
    world: stolen('who-am-i', (world, r1) => {
      world.does(hour, responder, steps.deactivate(alicesKey), soc);
      world.does(hour + 5 * minute, r1, actions.getCallerIdentity, cafe);
    }),
    expect: [],
  },
  {
    name: 'what a service does on behalf of the session is left out',
    kind: 'ambiguous',
    world: stolen('forwarded', (world, r1) => {
      world.does(hour, responder, steps.deactivate(alicesKey), soc);
      world.does(hour + 5 * minute, forwarded(r1), actions.listBuckets, {
        ip: 'athena.amazonaws.com',
        ua: 'athena.amazonaws.com',
      });
    }),
    expect: [],
  },
  {
    name: 'nothing happens after the key is set inactive',
    kind: 'negative',
    world: stolen('silence', (world) => world.does(hour, responder, steps.deactivate(alicesKey), soc)),
    expect: [],
  },
  {
    name: 'the key is deleted and its session goes on',
    kind: 'positive',
    world: stolen('key-deleted', (world, r1) => {
      world.does(hour, responder, steps.deleteKey(alicesKey), soc);
      reads(world, hour + 2 * minute, r1, 1);
    }),
    expect: [{ severity: 'high', says: [`Access key ${alicesKey} of user alice deleted`] }],
  },
  {
    name: 'a failed attempt to set it inactive contains nothing',
    kind: 'negative',
    world: stolen('step-failed', (world, r1) => {
      world.does(hour, responder, failed(steps.deactivate(alicesKey)), soc);
      reads(world, hour + 2 * minute, r1, 3);
    }),
    expect: [],
  },
  {
    name: 'the user is deleted; sessions of the roles it assumed go on',
    kind: 'positive',
    world: stolen('user-deleted', (world, r1) => {
      world.does(hour, responder, steps.deleteUser(alice), soc);
      reads(world, hour + 2 * minute, r1, 2);
    }),
    expect: [{ severity: 'high', count: 2, says: ['User alice deleted at'] }],
  },
  {
    name: 'the user is denied everything (the plan’s policy) and its session token still works',
    kind: 'positive',
    world: stolen('user-denied', (world) => {
      const token = tokenOf(world, 10 * minute);
      world.does(hour, responder, steps.denyUser(alice), soc);
      reads(world, hour + 2 * minute, token, 2);
    }),
    expect: [
      { severity: 'high', count: 2, says: ['Everything denied to user alice (policy IncidentDenyAll-20250512-ab12)'] },
    ],
  },
  {
    name: 'the role is denied everything (the plan’s policy) and all calls are refused: it holds',
    kind: 'positive',
    world: stolen('role-denied', (world, r1) => {
      world.does(hour, responder, steps.denyRole(R1), soc);
      world.does(hour + 30, r1, actions.listBuckets, cafe);
      refusals(world, hour + 2 * minute, r1, 4);
    }),
    expect: [
      {
        severity: 'info',
        count: 4,
        title:
          'Containment holds: only refused calls since everything denied to role R1 (policy IncidentDenyAll-20250512-ab12)',
        says: ['Since then 4 calls were refused and none succeeded'],
      },
    ],
  },
  {
    name: 'what the role assumed before lives on when only the role is denied',
    kind: 'positive',
    world: stolen('role-denied-child', (world, r1) => {
      const r2 = world.assumes(10 * minute, r1, R2, cafe);
      world.does(hour, responder, steps.denyRole(R1), soc);
      refusals(world, hour + 2 * minute, r1, 2);
      reads(world, hour + 3 * minute, r2, 3);
    }),
    expect: [{ severity: 'high', count: 3, says: ['1 session went on: 3 successful calls', '2 calls were refused'] }],
  },
  {
    name: 'sessions of another role of the same key are not about a deny of one role',
    kind: 'negative',
    world: stolen('other-role', (world) => {
      const r3 = world.assumes(10 * minute, world.alice, R3, cafe);
      world.does(hour, responder, steps.denyRole(R1), soc);
      reads(world, hour + 3 * minute, r3, 3);
    }),
    expect: [],
  },
  {
    name: 'sessions are revoked; an old one goes on',
    kind: 'positive',
    world: stolen('revoked-old', (world, r1) => {
      world.does(hour, responder, steps.revoke(R1, hour), soc);
      reads(world, hour + 2 * minute, r1, 1);
    }),
    expect: [
      {
        severity: 'high',
        title: `Still active after containment: 1 session of access key ${alicesKey} of user alice, after sessions of role R1 issued before ${iso(hour)} revoked (policy AWSRevokeOlderSessions)`,
      },
    ],
  },
  {
    name: 'sessions are revoked and the same caller assumes the role again',
    kind: 'positive',
    world: stolen('revoked-again', (world, r1) => {
      world.does(hour, responder, steps.revoke(R1, hour), soc);
      refusals(world, hour + minute, r1, 2);
      const next = world.assumes(hour + 2 * minute, world.alice, R1, cafe, 'again');
      reads(world, hour + 3 * minute, next, 4);
    }),
    expect: [
      {
        severity: 'high',
        count: 4,
        title: `Issued again after containment: 1 session of access key ${alicesKey} of user alice, after sessions of role R1 issued before ${iso(hour)} revoked (policy AWSRevokeOlderSessions)`,
        says: ['1 session issued after that: 4 successful calls', 'the way in is open'],
      },
    ],
  },
  {
    name: 'issued between the time in the policy and its application',
    kind: 'positive',
    world: stolen('revoked-between', (world) => {
      const between = world.assumes(hour - 2 * minute, world.alice, R1, cafe, 'between');
      world.does(hour, responder, steps.revoke(R1, hour - 5 * minute), soc);
      reads(world, hour + 3 * minute, between, 2);
    }),
    expect: [{ severity: 'high', count: 2, says: ['issued after that'] }],
  },
  {
    name: 'after a revoke other callers use the role as before',
    kind: 'negative',
    world: stolen('revoked-others', (world) => {
      world.does(hour, responder, steps.revoke(R1, hour), soc);
      const pipeline = world.pipeline(hour + 2 * minute, R1, 'run-1');
      reads(world, hour + 3 * minute, pipeline, 4, office);
    }),
    expect: [],
  },
  {
    name: 'the log left the document of a revoke out: its name says what it is',
    kind: 'ambiguous',
    world: stolen('revoked-by-name', (world, r1) => {
      world.does(hour, responder, steps.putRole(R1, 'AWSRevokeOlderSessions'), soc);
      reads(world, hour + 2 * minute, r1, 2);
    }),
    expect: [{ severity: 'high', count: 2 }],
  },
  {
    name: 'a single session is denied (the plan’s policy) and goes on; its neighbour is not meant',
    kind: 'positive',
    world: stolen('session-denied', (world, r1) => {
      const neighbour = world.assumes(10 * minute, world.alice, R1, office, 'neighbour');
      world.does(hour, responder, steps.denySession(R1, r1, hour), soc);
      reads(world, hour + 2 * minute, r1, 1);
      reads(world, hour + 2 * minute, neighbour, 5);
    }),
    expect: [{ severity: 'high', count: 1, says: ['Single sessions of role R1 issued before'] }],
  },
  {
    name: 'AWSDenyAll is attached to the role',
    kind: 'positive',
    world: stolen('aws-deny-all', (world, r1) => {
      world.does(hour, responder, steps.attachRole(R1, denyAll), soc);
      reads(world, hour + 2 * minute, r1, 1);
    }),
    expect: [{ severity: 'high', says: ['Everything denied to role R1 (policy AWSDenyAll)'] }],
  },
  {
    name: 'AWSDenyAll is attached to a group of the user',
    kind: 'positive',
    world: stolen('group-deny-all', (world, r1) => {
      world.does(10 * minute, responder, steps.addToGroup(alice, 'frozen'), soc);
      world.does(hour, responder, steps.attachGroup('frozen', denyAll), soc);
      reads(world, hour + 2 * minute, r1, 1);
    }),
    expect: [{ severity: 'high', says: ['Everything denied to group frozen'] }],
  },
  {
    name: 'a deny of the team’s own, known by the document that it was made with',
    kind: 'positive',
    world: stolen('own-deny', (world, r1) => {
      world.does(10 * minute, responder, steps.createPolicy('Freeze', document(denyEverything('Freeze'))), soc);
      world.does(hour, responder, steps.attachRole(R1, `arn:aws:iam::${account}:policy/Freeze`), soc);
      reads(world, hour + 2 * minute, r1, 1);
    }),
    expect: [{ severity: 'high', says: ['policy Freeze'] }],
  },
  {
    name: 'an ordinary policy is attached',
    kind: 'negative',
    world: stolen('ordinary-policy', (world, r1) => {
      world.does(hour, responder, steps.attachRole(R1, 'arn:aws:iam::aws:policy/ReadOnlyAccess'), soc);
      reads(world, hour + 2 * minute, r1, 3);
    }),
    expect: [],
  },
  {
    name: 'AWS quarantined the user; the session of a role goes on',
    kind: 'positive',
    world: stolen('quarantined', (world, r1) => {
      world.does(hour, responder, steps.attachUser(alice, quarantine), soc);
      reads(world, hour + 2 * minute, r1, 3);
    }),
    expect: [
      {
        severity: 'high',
        count: 3,
        says: ['AWSCompromisedKeyQuarantineV3 attached to user alice', 'denies some actions only'],
      },
    ],
  },
  {
    name: 'the quarantined user takes the policy off itself, hours later',
    kind: 'ambiguous',
    world: stolen('unquarantined', (world) => {
      world.does(hour, responder, steps.attachUser(alice, quarantine), soc);
      world.does(5 * hour, world.alice, steps.detachUser(alice, quarantine), cafe);
    }),
    expect: [
      {
        severity: 'critical',
        title: `Containment of access key ${alicesKey} of user alice reverted: policy AWSCompromisedKeyQuarantineV3 detached from user alice`,
        techniques: ['T1078.004', 'T1098'],
      },
    ],
  },
  {
    name: 'the deny is deleted four seconds later by the session that it is about',
    kind: 'positive',
    world: stolen('reverted', (world, r1) => {
      world.does(hour, responder, steps.denyRole(R1), soc);
      world.does(hour + 4, r1, steps.undenyRole(R1), cafe);
      reads(world, hour + 5 * minute, r1, 2);
    }),
    expect: [
      {
        severity: 'critical',
        count: 2,
        says: [
          `policy IncidentDenyAll-20250512-ab12 deleted from role R1 at ${iso(hour + 4)} by session session of role R1`,
        ],
      },
    ],
  },
  {
    name: 'it is taken off by what the contained session had assumed, nine minutes later',
    kind: 'positive',
    world: stolen('reverted-by-child', (world, r1) => {
      const r2 = world.assumes(10 * minute, r1, R2, cafe);
      world.does(hour, responder, steps.attachRole(R1, denyAll), soc);
      world.does(hour + 9 * minute, r2, steps.detachRole(R1, denyAll), cafe);
    }),
    expect: [{ severity: 'critical' }],
  },
  {
    name: 'a contained session makes a new key within minutes',
    kind: 'positive',
    world: stolen('new-key', (world, r1) => {
      world.does(hour, responder, steps.denyRole(R1), soc);
      world.createsKey(hour + 30, r1, bob, 'AKIABOBBOBBOBBOBBOB2', cafe);
    }),
    expect: [{ severity: 'critical', says: ['made a new access key'] }],
  },
  {
    name: 'after eleven minutes a new key is one more success, not a race',
    kind: 'positive',
    world: stolen('new-key-late', (world, r1) => {
      world.does(hour, responder, steps.denyRole(R1), soc);
      world.createsKey(hour + 11 * minute, r1, bob, 'AKIABOBBOBBOBBOBBOB2', cafe);
    }),
    expect: [{ severity: 'high', count: 1 }],
  },
  {
    name: 'permissions are attached again within minutes',
    kind: 'positive',
    world: stolen('re-attached', (world, r1) => {
      world.does(hour, responder, steps.deactivate(alicesKey), soc);
      world.does(hour + 3 * minute, r1, steps.attachUser(alice, admin), cafe);
    }),
    expect: [{ severity: 'critical', says: ['attached a policy to a user'] }],
  },
  {
    name: 'the key is set active again by a session that came of it',
    kind: 'positive',
    world: stolen('key-active-again', (world, r1) => {
      world.does(hour, responder, steps.deactivate(alicesKey), soc);
      world.does(hour + 2 * minute, r1, steps.activate(alicesKey), cafe);
    }),
    expect: [{ severity: 'critical', says: [`access key ${alicesKey} set active again`] }],
  },
  {
    name: 'responders take it off themselves: what comes then is theirs to answer for',
    kind: 'negative',
    world: stolen('lifted', (world, r1) => {
      world.does(hour, responder, steps.denyRole(R1), soc);
      world.does(hour + 30, responder, steps.undenyRole(R1), soc);
      reads(world, hour + 5 * minute, r1, 5);
    }),
    expect: [],
  },
  {
    name: 'the trust of the role in the user is removed, the former policy known; its session goes on',
    kind: 'positive',
    world: stolen('trust-removed', (world, r1) => {
      world.does(-hour, responder, steps.trust(R1, allowTo(alice.arn, `arn:aws:iam::${account}:role/ops`)), soc);
      world.does(hour, responder, steps.trust(R1, allowTo(`arn:aws:iam::${account}:role/ops`)), soc);
      reads(world, hour + 2 * minute, r1, 2);
    }),
    expect: [
      { severity: 'high', count: 2, says: [`Trust of role R1 in access key ${alicesKey} of user alice removed`] },
    ],
  },
  {
    name: 'the trust policy gets the Deny that the plan writes; the role is assumed all the same',
    kind: 'positive',
    world: stolen('trust-denied', (world) => {
      world.does(hour, responder, steps.trust(R1, allowTo(`arn:aws:iam::${account}:root`), planDeny(alice.arn)), soc);
      const next = world.assumes(hour + 5 * minute, world.alice, R1, cafe, 'again');
      reads(world, hour + 6 * minute, next, 1);
    }),
    expect: [{ severity: 'high', count: 1 }],
  },
  {
    name: 'a trust policy that still lets the user in removes nobody',
    kind: 'negative',
    world: stolen('trust-kept', (world, r1) => {
      world.does(hour, responder, steps.trust(R1, allowTo(`arn:aws:iam::${account}:root`)), soc);
      reads(world, hour + 2 * minute, r1, 2);
    }),
    expect: [],
  },
  {
    name: 'another caller of the role is removed from its trust',
    kind: 'negative',
    world: stolen('trust-other', (world, r1) => {
      const old = world.assumes(5 * minute, r1, R2, cafe);
      world.assumes(6 * minute, old, R1, cafe, 'back');
      world.does(hour, responder, steps.trust(R1, allowTo(alice.arn)), soc);
      reads(world, hour + 2 * minute, r1, 2);
    }),
    expect: [],
  },
  {
    name: 'the console password is deleted; the console session goes on',
    kind: 'positive',
    world: stolen('password-deleted', (world) => {
      const { records, keys } = consoleLogin(world.trail, start, alice, cafe, 1);
      const [session] = keys;
      assert.ok(session !== undefined);
      world.records.push(...records);
      world.does(hour, responder, steps.deletePassword(alice), soc);
      reads(world, hour + 2 * minute, session, 2);
    }),
    expect: [{ severity: 'high', count: 2, says: ['Console password of user alice deleted'] }],
  },
  {
    name: 'the key of a user whose console password is deleted is not meant',
    kind: 'negative',
    world: stolen('password-only', (world, r1) => {
      world.does(hour, responder, steps.deletePassword(alice), soc);
      reads(world, hour + 2 * minute, r1, 2);
      reads(world, hour + 2 * minute, world.alice, 2);
    }),
    expect: [],
  },
  {
    name: 'the role is deleted; another of its name is made and used',
    kind: 'negative',
    world: stolen('role-made-anew', (world) => {
      world.does(hour, responder, steps.deleteRole(R1), soc);
      world.does(2 * hour, responder, actions.createRole(R1, 'ec2.amazonaws.com', ''), soc);
      const next = world.assumes(3 * hour, world.alice, R1, cafe, 'new');
      reads(world, 3 * hour + minute, next, 2, soc);
    }),
    expect: [],
  },
  {
    name: 'the role is deleted and an old session still works',
    kind: 'positive',
    world: stolen('role-deleted', (world, r1) => {
      world.does(hour, responder, steps.deleteRole(R1), soc);
      reads(world, hour + 2 * minute, r1, 2);
    }),
    expect: [{ severity: 'high', says: ['Role R1 deleted at'] }],
  },
];
