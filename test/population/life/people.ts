/**
 * People at work on the command line: sessions of Identity Center from the office, from home, on the train, over IPv4 and
 * IPv6, and the calls that services make for them.
 */
import { actions, HOUR, MINUTE, type Role, type Seconds, type Session } from '../../../scripts/sample/records';
import { call, createRole, handCalls, refused, trustFor } from '../company/calls';
import { END, on, workdays, days, isWorkday } from '../company/calendar';
import type { Diary } from '../company/diary';
import { DEV, MANAGEMENT, permissionSet, PROD, SHARED, STAGING } from '../company/estate';
import { agents, corporate, from } from '../company/networks';
import { named, placeOf, signOn, staff, type Person } from './staff';

const accountsOf: Readonly<Record<Person['set'], readonly string[]>> = {
  Developer: [DEV, STAGING],
  PlatformEngineer: [SHARED, PROD],
  ReadOnly: [PROD],
  SecurityEngineer: [PROD, SHARED],
  DataEngineer: [PROD],
};

/** Calls by hand, now and then, from where the person is at that moment. */
function works(
  diary: Diary,
  session: Session,
  from0: Seconds,
  until: Seconds,
  originAt: (at: Seconds) => ReturnType<typeof from>,
): void {
  const { random } = diary;
  for (let at = from0 + 20; at < until; at += random.int(8, 35) * MINUTE) {
    const burst = random.int(1, 3);
    for (let step = 0; step < burst; step++) {
      diary.does(at + step * random.int(3, 25), session, random.pick(handCalls), originAt(at));
    }
    if (random.chance(0.04)) diary.does(at + 70, session, refused(session, call('iam:ListUsers')), originAt(at));
  }
}

function day(diary: Diary, who: Person, number: number, role: Role): void {
  const { random } = diary;
  const at = on(number, '07:00') + random.int(0, 150) * MINUTE;
  const ip = placeOf(diary, who, number);
  const cli = number >= 9 && who.cli === agents.cliMac && who.set === 'Developer' ? agents.cliNewer : who.cli;
  if (cli === agents.cliNewer) diary.shows('a newer version of a tool');
  const session = signOn(diary, at, who, role, from(ip, cli));
  const until = at + random.int(4, 7) * HOUR;
  const office = corporate[0] === ip || corporate[1] === ip;
  if (office) diary.shows('one company, several exits');
  if (who.home6 !== undefined) diary.shows('a dual-stack laptop');
  works(diary, session, at, until, () => {
    // The web proxy takes calls out through either of its clouds; a dual-stack laptop prefers IPv6 mostly.
    if (office) return from(random.chance(0.25) ? random.pick(corporate) : ip, cli);
    return from(who.home6 !== undefined && random.chance(0.6) ? who.home6 : ip, cli);
  });
  if (random.chance(0.3)) {
    const reading = at + random.int(30, 180) * MINUTE;
    const secret = `app/config-${random.int(1, 6)}`;
    diary.does(reading, session, actions.getSecretValue(role.account, secret), from(ip, cli));
    const context = { SecretARN: `arn:aws:secretsmanager:us-east-1:${role.account}:secret:${secret}` };
    diary.forwards(reading, session, 'secretsmanager', actions.decrypt(role.account, `key-${role.account}`, context));
  }
}

/** From home to the train to the office within one session, in that order. */
function travels(diary: Diary, who: Person, number: number): void {
  const role = permissionSet(DEV, 'Developer');
  const at = on(number, '06:10') + diary.random.int(0, 20 * MINUTE);
  const session = signOn(diary, at, who, role, from(who.home, who.cli));
  const train = `109.43.${diary.random.int(1, 250)}.${diary.random.int(1, 250)}`;
  works(diary, session, at, at + 35 * MINUTE, () => from(who.home, who.cli));
  works(diary, session, at + 75 * MINUTE, at + 110 * MINUTE, () => from(train, who.cli));
  works(diary, session, at + 150 * MINUTE, at + 6 * HOUR, () => from(corporate[1], who.cli));
  diary.shows('a laptop that travels');
}

/** An administrator of Identity Center, at depth 0: makes a role by hand, and a service makes its own on first use. */
function administers(diary: Diary): void {
  const who = named('chloe');
  const role = permissionSet(MANAGEMENT, 'AdministratorAccess');
  for (const number of [2, 4, 9, 11]) {
    const at = on(number, '09:20') + diary.random.int(0, HOUR);
    const origin = from(who.home, who.cli);
    const session = signOn(diary, at, who, role, origin, 4);
    diary.doesAll(at + 40, session, [call('organizations:ListAccounts'), call('iam:ListRoles')], origin, 20);
    const created: Role = {
      ...role,
      name: `report-export-${number}`,
      arn: `arn:aws:iam::${MANAGEMENT}:role/report-export-${number}`,
    };
    diary.does(at + 300, session, createRole(created, trustFor({ Service: 'lambda.amazonaws.com' })), origin);
    diary.shows('an SSO administrator makes a role by hand');
    diary.shows('trust for service principals');
    if (number === 4) {
      const linked = call('iam:CreateServiceLinkedRole', { aWSServiceName: 'ssm-incidents.amazonaws.com' });
      diary.does(at + 420, session, linked, origin);
      diary.shows('service-linked role made on first use');
    }
    if (number === 9) {
      const source = {
        sourceType: 'AWS_ACM_PCA',
        sourceData: { acmPcaArn: `arn:aws:acm-pca:us-east-1:${MANAGEMENT}:certificate-authority/a1` },
      };
      const made = { trustAnchor: { trustAnchorId: 'b2', name: 'own-ca', source } };
      diary.does(
        at + 500,
        session,
        call('rolesanywhere:CreateTrustAnchor', { name: 'own-ca', source, enabled: true }, made),
        origin,
      );
      diary.shows('a trust anchor of the own private CA');
    }
  }
}

/** On Saturday and Sunday somebody looks once. */
function weekends(diary: Diary): void {
  for (const number of days.filter((each) => !isWorkday(each))) {
    const who = diary.random.pick(staff.filter(({ set }) => set === 'PlatformEngineer'));
    const at = on(number, '10:00') + diary.random.int(0, 3 * HOUR);
    const origin = from(who.home, who.cli);
    const session = signOn(diary, at, who, permissionSet(PROD, who.set), origin);
    works(diary, session, at, Math.min(at + HOUR, END), () => origin);
  }
}

/** A release night: the same people, the same work, three times as much. */
function releaseNight(diary: Diary): void {
  const who = named('ben');
  const at = on(10, '18:30');
  const origin = from(who.home, who.cli);
  const session = signOn(diary, at, who, permissionSet(PROD, who.set), origin);
  for (let step = 0; step < 90; step++) {
    diary.does(at + 60 + step * diary.random.int(60, 110), session, diary.random.pick(handCalls), origin);
  }
  diary.shows('a release night: more than usual');
}

export function peopleAtWork(diary: Diary): void {
  for (const number of workdays) {
    for (const who of staff) {
      if (diary.random.chance(0.12)) continue;
      if (who.name.startsWith('gina') && number % 7 === 2) {
        travels(diary, who, number);
        continue;
      }
      for (const account of accountsOf[who.set].slice(0, diary.random.chance(0.4) ? 2 : 1)) {
        day(diary, who, number, permissionSet(account, who.set));
      }
    }
  }
  administers(diary);
  weekends(diary);
  releaseNight(diary);
}
