/**
 * The platform team: Terraform through the hub into every account each working day, twice assumed where the state backend
 * and the provider each do so; what it makes (roles, users, policies, a cluster with its OIDC provider, trust within the
 * organisation); and the same from Terraform Cloud.
 */
import {
  actions,
  assumeRole,
  assumeRoleWithWebIdentity,
  HOUR,
  MINUTE,
  role,
  user,
  type Origin,
  type Seconds,
  type Session,
} from '../../../scripts/sample/records';
import { call, planReads, throttled } from '../company/calls';
import { on, workdays } from '../company/calendar';
import type { Diary } from '../company/diary';
import { DEV, permissionSet, PROD, roles, SECURITY, SHARED, STAGING, terraformSpoke } from '../company/estate';
import { agents, from, terraformCloud } from '../company/networks';
import {
  applies,
  keyRotation,
  maintenance,
  newCluster,
  newPipelineProvider,
  trustChanges,
  weeklyWork,
  type Run,
} from './platform-changes';
import { named, placeOf, signOn } from './staff';

/** Reads one module after the other; now and then AWS asks it to slow down. */
function plans(diary: Diary, at: Seconds, session: Session, originOf: () => Origin): Seconds {
  const { random } = diary;
  let when = at;
  for (const read of planReads) {
    if (random.chance(0.02)) {
      diary.does(when, session, throttled(read), originOf());
      diary.shows('throttled calls');
    }
    diary.does(when, session, read, originOf());
    if (random.chance(0.6)) when++;
  }
  diary.shows('a Terraform plan reads much in a minute');
  return when + 2;
}

function run(diary: Diary, at: Seconds, number: number, account: string): Run {
  const who = named(number % 2 === 0 ? 'ana' : 'ben');
  const ip = placeOf(diary, who, number);
  const origin = from(ip, agents.terraform);
  const signedOn = signOn(diary, at, who, permissionSet(SHARED, who.set), from(ip, who.cli));
  const hub = diary.keep(
    assumeRole(diary.trail, { at: at + 60, caller: signedOn, role: roles.terraformHub, name: 'terraform', origin }),
    'terraform hub',
  );
  diary.does(at + 62, hub, actions.getObject(SHARED, 'company-tfstate', `${account}/main.tfstate`), origin);
  const spoke = { caller: hub, role: terraformSpoke(account), name: 'terraform', origin };
  const backend = diary.keep(assumeRole(diary.trail, { ...spoke, at: at + 64 }));
  const provider = diary.keep(
    assumeRole(diary.trail, { ...spoke, at: at + 64 + diary.random.int(0, 1) }),
    `terraform ${account}`,
  );
  diary.does(at + 66, backend, actions.getCallerIdentity, origin);
  diary.shows('an SDK that assumes twice in one second');
  diary.shows('sso > hub > spoke Terraform');
  const done = plans(diary, at + 67, provider, () => origin);
  if (diary.random.chance(0.3)) {
    // A long apply: the hub assumes the spoke again before the first hour is over.
    diary.keep(assumeRole(diary.trail, { ...spoke, at: at + 55 * MINUTE }));
    diary.shows('a refresh: the same parent assumes the role again');
  }
  return { session: provider, at: done + 20, origin };
}

/** Terraform Cloud: signs in with its own OIDC token and calls from whichever of its addresses is free. */
function cloudRuns(diary: Diary, number: number): void {
  const at = on(number, '11:30') + diary.random.int(0, 2 * HOUR);
  const anywhere = (): Origin => from(diary.random.pick(terraformCloud), agents.terraform);
  const session = diary.keep(
    assumeRoleWithWebIdentity(diary.trail, {
      at,
      role: role(STAGING, 'terraform-cloud'),
      name: `run-${diary.random.base62(16)}`,
      issuer: 'app.terraform.io',
      audience: 'aws.workload.identity',
      subject: 'organization:example:project:staging:workspace:network:run_phase:plan',
      origin: anywhere(),
    }),
  );
  plans(diary, at + 4, session, anywhere);
  diary.shows('Terraform Cloud from many addresses');
}

export function platformTeam(diary: Diary): void {
  for (const number of workdays) {
    const at = on(number, '08:30') + diary.random.int(0, 30 * MINUTE);
    // One plan after the other; production last.
    [DEV, STAGING, PROD].forEach((account, index) => {
      const work = run(diary, at + index * 70 * MINUTE, number, account);
      if (account === PROD && [2, 3, 9].includes(number)) trustChanges(diary, work, number);
      else if (account === PROD && number === 4) newCluster(diary, work);
      else if (account === PROD && number === 8) keyRotation(diary, work);
      else if (account === PROD && number === 10) maintenance(diary, work);
      else if (account === DEV && number === 5) newPipelineProvider(diary, work);
      else if (diary.random.chance(0.35)) applies(diary, work, weeklyWork(account, number));
    });
    // The security account joins in the second week, and stays.
    if (number >= 8) {
      run(diary, at + 4 * HOUR, number, SECURITY);
      diary.shows('a new deployment that becomes regular');
    }
    cloudRuns(diary, number);
  }
  // A user for the mail relay, made as code.
  const work = run(diary, on(11, '14:00'), 11, DEV);
  applies(diary, work, [
    call(
      'iam:CreateUser',
      { userName: 'ci-mirror' },
      { user: { userName: 'ci-mirror', userId: user(DEV, 'ci-mirror').id, arn: user(DEV, 'ci-mirror').arn } },
    ),
    call('iam:PutUserPolicy', {
      userName: 'ci-mirror',
      policyName: 'read',
      policyDocument: '{"Version":"2012-10-17","Statement":[]}',
    }),
  ]);
}
