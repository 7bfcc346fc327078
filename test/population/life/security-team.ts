/** The security team: a scanner in its own account that reads every other, and people who run assessments by hand. */
import { assumeRole, deliver, HOUR, type Seconds, type Session } from '../../../scripts/sample/records';
import { call, postureReads } from '../company/calls';
import { days, on } from '../company/calendar';
import type { Diary } from '../company/diary';
import { accounts, permissionSet, roles, SECURITY, securityAudit } from '../company/estate';
import { agents, from } from '../company/networks';
import { named, placeOf, signOn } from './staff';

function assesses(diary: Diary, at: Seconds, session: Session, origin: ReturnType<typeof from>): void {
  let when = at;
  for (const read of postureReads) {
    diary.does(when, session, read, origin);
    if (diary.random.chance(0.7)) when++;
  }
  diary.shows('an assessment reads everything');
  diary.shows('an assessment tool of the security team');
}

function scanner(diary: Diary, at: Seconds): void {
  const origin = from('3.65.140.22', agents.scoutSuite);
  const task = diary.keep(
    deliver(diary.trail, {
      at,
      service: 'ecs-tasks',
      role: roles.postureTask,
      name: diary.random.hex(32),
      minutes: 360,
      withAssumedRoleUser: true,
    }),
  );
  accounts
    .filter((account) => account !== SECURITY)
    .forEach((account, index) => {
      const started = at + 20 + index * 240;
      const audit = diary.keep(
        assumeRole(diary.trail, { at: started, caller: task, role: securityAudit(account), name: 'posture', origin }),
      );
      assesses(diary, started + 2, audit, origin);
    });
}

function byHand(diary: Diary, number: number): void {
  const who = named(number % 2 === 0 ? 'quinn' : 'rosa');
  const at = on(number, '13:00') + diary.random.int(0, 2 * HOUR);
  const ip = placeOf(diary, who, number);
  const session = signOn(diary, at, who, permissionSet(SECURITY, who.set), from(ip, who.cli));
  diary.doesAll(
    at + 30,
    session,
    [call('securityhub:GetFindings'), call('guardduty:ListFindings'), call('guardduty:GetFindings')],
    from(ip, who.cli),
    40,
  );
  const account = diary.random.pick(accounts.filter((each) => each !== SECURITY));
  const origin = from(ip, agents.prowler);
  const audit = diary.keep(
    assumeRole(diary.trail, { at: at + 600, caller: session, role: securityAudit(account), name: 'prowler', origin }),
  );
  assesses(diary, at + 602, audit, origin);
}

export function securityTeam(diary: Diary): void {
  for (const number of days) scanner(diary, on(number, '00:30') + diary.random.int(0, 600));
  for (const number of [2, 4, 5, 9, 10, 12]) byHand(diary, number);
}
