/** What goes wrong on ordinary days: a job that asks in vain for hours, roles that are not there yet, too many calls. */
import { actions, assumeRole, assumeRoleDenied, deliver, HOUR, MINUTE, role } from '../../../scripts/sample/records';
import { call, calls, failing, refused, throttled } from '../company/calls';
import { on, workdays } from '../company/calendar';
import type { Diary } from '../company/diary';
import { DEV, permissionSet, PROD, roles, SHARED } from '../company/estate';
import { agents, from, prodNat } from '../company/networks';
import { named, placeOf, signOn } from './staff';

/** Its queue was renamed on Tuesday night; nobody looks before Wednesday noon. It asks every twenty seconds. */
function brokenJob(diary: Diary): void {
  const origin = from(prodNat[0], agents.fargate);
  for (let started = on(2, '22:00'); started < on(3, '12:00'); started += 5 * HOUR) {
    const session = diary.keep(
      deliver(diary.trail, {
        at: started,
        service: 'ecs-tasks',
        role: roles.legacyReports,
        name: diary.random.hex(32),
        minutes: 360,
        withAssumedRoleUser: true,
      }),
    );
    const asks = refused(session, call('sqs:ReceiveMessage'));
    for (let at = started + 10; at < Math.min(started + 5 * HOUR, on(3, '12:00')); at += 20)
      diary.does(at, session, asks, origin);
    diary.shows('a broken job asks the same thing for hours');
  }
}

/** IAM takes seconds to spread: the new role is refused twice, then granted. */
function notThereYet(diary: Diary, number: number): void {
  const who = named('ben');
  const ip = placeOf(diary, who, number);
  const origin = from(ip, agents.terraform);
  const at = on(number, '15:30') + diary.random.int(0, HOUR);
  const person = signOn(diary, at, who, permissionSet(SHARED, who.set), from(ip, who.cli));
  const hub = diary.keep(
    assumeRole(diary.trail, { at: at + 10, caller: person, role: roles.terraformHub, name: 'terraform', origin }),
  );
  const fresh = role(PROD, 'terraform-spoke');
  for (const delay of [14, 16]) diary.add([assumeRoleDenied(diary.trail, at + delay, hub, fresh, origin)]);
  const granted = diary.keep(
    assumeRole(diary.trail, { at: at + 19, caller: hub, role: fresh, name: 'terraform', origin }),
  );
  diary.does(at + 21, granted, actions.getCallerIdentity, origin);
  diary.shows('a new role that is not there yet: refused, then granted');
}

/** An engineer whose permission set lacks something new tries what he can think of, and asks a colleague. */
function withoutPermission(diary: Diary): void {
  const who = named('finn');
  const at = on(9, '09:40');
  const origin = from(who.home, who.cli);
  const session = signOn(diary, at, who, permissionSet(DEV, who.set), origin);
  calls(
    'bedrock:ListFoundationModels bedrock:GetFoundationModel bedrock:InvokeModel iam:ListAttachedRolePolicies iam:GetRole',
  )
    .concat(calls('bedrock:ListFoundationModels bedrock:InvokeModel'))
    .forEach((action, index) => {
      diary.does(at + 60 + index * 30, session, refused(session, action), origin);
    });
  diary.shows('an engineer without a permission tries a few things');
}

/** A batch that runs into every limit at once. */
function tooManyCalls(diary: Diary, number: number): void {
  const at = on(number, '04:00') + diary.random.int(0, 20 * MINUTE);
  const session = diary.keep(
    deliver(diary.trail, {
      at,
      service: 'ecs-tasks',
      role: roles.mediaTask,
      name: diary.random.hex(32),
      minutes: 360,
      withAssumedRoleUser: true,
    }),
  );
  const origin = from(prodNat[2], agents.fargate);
  for (let step = 0; step < 30; step++) {
    const action = call('rekognition:DetectLabels');
    diary.does(at + 5 + step * 2, session, diary.random.chance(0.5) ? throttled(action) : action, origin);
  }
  diary.does(
    at + 90,
    session,
    failing(actions.getObject(PROD, 'company-media', 'gone.mp4'), 'NoSuchKey', 'The specified key does not exist.'),
    origin,
  );
  diary.shows('throttled calls');
}

export function trouble(diary: Diary): void {
  brokenJob(diary);
  withoutPermission(diary);
  for (const number of workdays) {
    if (number % 3 === 1) notThereYet(diary, number);
    tooManyCalls(diary, number);
  }
}
