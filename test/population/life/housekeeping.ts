/** Keys and users that go, as they do in every company: nobody uses them afterwards. */
import { actions, createAccessKey, iamUser, longTermKey, MINUTE, type Caller } from '../../../scripts/sample/records';
import { call, putUserPolicy } from '../company/calls';
import { on, workdays } from '../company/calendar';
import type { Diary } from '../company/diary';
import { DEV, permissionSet, users } from '../company/estate';
import { agents, corporate, from } from '../company/networks';
import { named, signOn } from './staff';

/** A person rotating the own long-term key directly, and users and keys that go. */
export function housekeeping(diary: Diary): void {
  const desk = from(corporate[0], agents.cliWindows);
  const greta = (key: string): Caller => iamUser(users.greta, longTermKey(key));
  const at = on(10, '10:00');
  for (const number of workdays) {
    const when = on(number, '09:20') + diary.random.int(0, 20 * MINUTE);
    diary.doesAll(
      when,
      greta(when < at ? 'greta 1' : 'greta 2'),
      [actions.getCallerIdentity, actions.listBuckets, call('ecr:DescribeImages')],
      desk,
      30,
    );
  }
  diary.keep(
    createAccessKey(diary.trail, {
      at,
      caller: greta('greta 1'),
      owner: users.greta,
      key: longTermKey('greta 2'),
      origin: desk,
      ownKey: true,
    }),
  );
  diary.does(at + 25, greta('greta 2'), actions.getCallerIdentity, desk);
  diary.does(
    at + 40,
    greta('greta 2'),
    call('iam:UpdateAccessKey', {
      userName: users.greta.name,
      accessKeyId: longTermKey('greta 1'),
      status: 'Inactive',
    }),
    desk,
  );
  diary.does(
    at + 90,
    greta('greta 2'),
    call('iam:DeleteAccessKey', { userName: users.greta.name, accessKeyId: longTermKey('greta 1') }),
    desk,
  );
  diary.shows('a person rotates the own key at the desk');

  const who = named('chloe');
  const origin = from(who.home, who.cli);
  for (const number of [3, 10]) {
    const started = on(number, '15:00');
    const admin = signOn(diary, started, who, permissionSet(DEV, 'AdministratorAccess'), origin, 4);
    const unused = { userName: `old-script-${number}`, accessKeyId: longTermKey(`old-script-${number}`) };
    diary.does(started + 60, admin, call('iam:GetAccessKeyLastUsed', { accessKeyId: unused.accessKeyId }), origin);
    diary.does(started + 90, admin, call('iam:UpdateAccessKey', { ...unused, status: 'Inactive' }), origin);
    diary.does(started + 30 * MINUTE, admin, call('iam:DeleteAccessKey', unused), origin);
    diary.shows('an unused key switched off and deleted');
  }
  // Tom worked until Wednesday; on Friday his user goes.
  const tom = iamUser(users.leaver, longTermKey('tom'));
  for (const number of [1, 2, 3]) {
    diary.doesAll(
      on(number, '09:30'),
      tom,
      [actions.getCallerIdentity, actions.listBuckets],
      from('93.220.40.11', agents.cliMac),
      60,
    );
  }
  const leaves = on(5, '15:30');
  const admin = signOn(diary, leaves, who, permissionSet(DEV, 'AdministratorAccess'), origin, 4);
  diary.doesAll(
    leaves + 60,
    admin,
    [
      call('iam:DeleteLoginProfile', { userName: users.leaver.name }),
      call('iam:DeleteAccessKey', { userName: users.leaver.name, accessKeyId: longTermKey('tom') }),
      call('iam:RemoveUserFromGroup', { userName: users.leaver.name, groupName: 'developers' }),
      call('iam:DeleteUser', { userName: users.leaver.name }),
    ],
    origin,
    4,
  );
  diary.shows('a colleague leaves: user deleted');
  // Without MFA nothing goes: a Deny with a condition, on somebody who goes on working.
  diary.does(
    leaves + 300,
    admin,
    putUserPolicy(users.greta.name, 'mfa-or-nothing', {
      Effect: 'Deny',
      NotAction: ['iam:ListMFADevices', 'iam:EnableMFADevice'],
      Resource: '*',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false', 'aws:ViaAWSService': 'false' } },
    }),
    origin,
  );
}
