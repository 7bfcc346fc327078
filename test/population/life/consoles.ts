/**
 * The console: pages that read in bursts over many keys, AWS's own proxies in between, CloudShell inside of it, Switch
 * Role from the identity account, and clicks that are refused.
 */
import {
  actions,
  consoleLogin,
  createUser,
  HOUR,
  MINUTE,
  serviceOrigin,
  switchRole,
  throughService,
  user,
  type Origin,
  type Seconds,
  type Session,
} from '../../../scripts/sample/records';
import { call, calls, consolePages, handCalls, refused } from '../company/calls';
import { on, workdays } from '../company/calendar';
import type { Diary } from '../company/diary';
import { DEV, permissionSet, PROD, roles, STAGING, users } from '../company/estate';
import { agents, corporate } from '../company/networks';
import { named, openConsole, placeOf, staff, type Person } from './staff';

const proxy: Origin = { ip: '10.8.8.10', ua: agents.s3Console, vpce: 'vpce-f40dc59d', vpceAccount: '777788889999' };

/** A few pages, one after the other: each a burst. */
export function browses(
  diary: Diary,
  at: Seconds,
  keys: readonly Session[],
  ip: string,
  ua: string,
  pages: number,
): void {
  const { random } = diary;
  let when = at;
  for (let page = 0; page < pages; page++) {
    random.pick(consolePages).forEach((action, index) => {
      const agent = random.chance(0.5) ? 'AWS Internal' : ua;
      diary.does(when + Math.floor(index / 3), random.pick(keys), action, {
        ip,
        ua: agent,
        fromConsole: random.chance(0.6),
      });
    });
    if (random.chance(0.25)) {
      diary.does(when + 3, random.pick(keys), actions.listBuckets, proxy);
      diary.shows('a console session seen through AWS proxies');
    }
    when += random.int(20, 400);
  }
  diary.shows('console pages: bursts of reads');
}

function readsInConsole(diary: Diary, who: Person, number: number): void {
  const { random } = diary;
  const account = who.set === 'Developer' ? random.pick([DEV, STAGING]) : PROD;
  const at = on(number, '08:00') + random.int(0, 8 * HOUR);
  const ip = placeOf(diary, who, number);
  const keys = openConsole(diary, at, who, permissionSet(account, who.set), ip);
  if (random.chance(0.2)) dashboard(diary, at + 4, keys, ip, who.browser);
  browses(diary, at + 60, keys, ip, who.browser, random.int(3, 8));
  if (who.set === 'ReadOnly' && random.chance(0.5)) refusedClicks(diary, at + 40 * MINUTE, keys, ip, who.browser);
}

/** The start page of a team: all its widgets ask at once. */
function dashboard(diary: Diary, at: Seconds, keys: readonly Session[], ip: string, ua: string): void {
  consolePages.flat().forEach((action, index) => {
    diary.does(at + index, diary.random.pick(keys), action, { ip, ua, fromConsole: diary.random.chance(0.6) });
  });
  diary.shows('a dashboard of the console: thirty reads in a minute');
}

/** Somebody who may only read presses what is not for readers: several things refused within minutes. */
function refusedClicks(diary: Diary, at: Seconds, keys: readonly Session[], ip: string, ua: string): void {
  const pressed = diary.random.shuffled(
    calls(
      'ec2:StopInstances ec2:RebootInstances iam:ListUsers iam:GetAccountSummary kms:ListAliases billing:GetBillingData support:DescribeCases',
    ),
  );
  pressed.slice(0, diary.random.int(3, 7)).forEach((action, index) => {
    const key = diary.random.pick(keys);
    diary.does(at + index * 25, key, refused(key, action), { ip, ua, fromConsole: true });
  });
  diary.shows('refused clicks in the console');
}

/** CloudShell calls with the console's session, from a machine of AWS. */
function cloudShell(diary: Diary, number: number): void {
  const who = named('erin');
  const ip = placeOf(diary, who, number);
  const at = on(number, '13:05') + diary.random.int(0, HOUR);
  const keys = openConsole(diary, at, who, permissionSet(DEV, who.set), ip);
  const first = keys[0];
  if (first === undefined) return;
  browses(diary, at + 5, keys, ip, who.browser, 3);
  const shell: Origin = {
    ip: `3.${diary.random.int(248, 251)}.${diary.random.int(1, 250)}.${diary.random.int(1, 250)}`,
    ua: agents.cloudShell,
    fromConsole: true,
  };
  diary.does(at + 500, first, call('cloudshell:CreateEnvironment', {}), { ip, ua: who.browser, fromConsole: true });
  diary.does(at + 504, first, call('cloudshell:CreateSession', {}), { ip, ua: who.browser, fromConsole: true });
  for (let step = 0; step < 8; step++) {
    diary.does(at + 540 + step * 45, first, diary.random.pick(handCalls), shell);
  }
  browses(diary, at + 700, keys, ip, who.browser, 2);
  diary.shows('CloudShell in a console session');
}

/** The person on call: an IAM user of the identity account, into production by Switch Role. */
function onCall(diary: Diary, number: number): void {
  const { random } = diary;
  const at = on(number, '16:40') + random.int(0, 2 * HOUR);
  const origin: Origin = { ip: corporate[0], ua: agents.browser };
  const signIn = consoleLogin(diary.trail, at, users.onCall, origin, 10);
  diary.add(signIn.records);
  const first = signIn.keys[0];
  if (first === undefined) return;
  browses(diary, at + 5, signIn.keys, origin.ip, origin.ua, 3);
  diary.does(
    at + 6,
    throughService(first, 'health', diary.trail.temporaryKey()),
    call('health:DescribeEvents'),
    serviceOrigin('health'),
  );
  const prod = switchRole(diary.trail, at + 300, first, users.onCall, roles.opsReadonly, origin, 6);
  diary.add(prod.records);
  browses(diary, at + 306, prod.keys, origin.ip, origin.ua, 3);
}

/** One night somebody on call needs the stronger role, for the first and only time. */
function nightOnCall(diary: Diary): void {
  const at = on(8, '01:17');
  const origin: Origin = { ip: named('ana').home, ua: agents.browser };
  const signIn = consoleLogin(diary.trail, at, users.onCall, origin, 6);
  diary.add(signIn.records);
  const first = signIn.keys[0];
  if (first === undefined) return;
  const admin = switchRole(diary.trail, at + 120, first, users.onCall, roles.adminOps, origin, 5);
  diary.add(admin.records);
  browses(diary, at + 130, admin.keys, origin.ip, origin.ua, 4);
  const key = admin.keys[0];
  if (key === undefined) return;
  diary.does(
    at + 600,
    key,
    call('ecs:UpdateService', { cluster: 'shop', service: 'checkout', forceNewDeployment: true }),
    {
      ip: origin.ip,
      ua: origin.ua,
      fromConsole: true,
    },
  );
  diary.shows('an engineer on call for one night');
}

/** A colleague starts: user and first password made in the console, used next day from home. */
function newColleague(diary: Diary): void {
  const who = named('chloe');
  const at = on(3, '10:10');
  const keys = openConsole(diary, at, who, permissionSet(DEV, 'AdministratorAccess'), who.home);
  const key = keys[1];
  if (key === undefined) return;
  const origin: Origin = { ip: who.home, ua: who.browser, fromConsole: true };
  const starter = user(DEV, 'sven.holt');
  diary.add([createUser(diary.trail, at + 60, key, starter, origin)]);
  diary.does(
    at + 62,
    key,
    call(
      'iam:CreateLoginProfile',
      { userName: starter.name, passwordResetRequired: true },
      { loginProfile: { userName: starter.name, passwordResetRequired: true } },
    ),
    origin,
  );
  diary.does(at + 64, key, call('iam:AddUserToGroup', { userName: starter.name, groupName: 'testers' }), origin);
  for (const number of [4, 5, 9, 11]) {
    const first = on(number, '08:50') + diary.random.int(0, HOUR);
    const home: Origin = { ip: '85.214.66.9', ua: agents.browserWindows };
    const signIn = consoleLogin(diary.trail, first, starter, home, 5);
    diary.add(signIn.records);
    browses(diary, first + 5, signIn.keys, home.ip, home.ua, 2);
  }
  diary.shows('a new user signs in with the first password');
}

export function consoles(diary: Diary): void {
  for (const number of workdays) {
    for (const who of staff) if (diary.random.chance(0.55)) readsInConsole(diary, who, number);
    if (number % 2 === 0) cloudShell(diary, number);
    onCall(diary, number);
  }
  nightOnCall(diary);
  newColleague(diary);
}
