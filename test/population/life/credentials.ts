/**
 * Credentials of the older sort, and how a team handles them: keys of machines, rotations by a service and by hand,
 * session tokens, a broker of federation tokens, console links from the command line.
 */
import {
  actions,
  assumeRole,
  createAccessKey,
  deliver,
  getFederationToken,
  getSessionToken,
  HOUR,
  iamUser,
  longTermKey,
  MINUTE,
  serviceOrigin,
  throughService,
  type Caller,
  type Origin,
  type Seconds,
} from '../../../scripts/sample/records';
import { call, handCalls } from '../company/calls';
import { days, on, workdays } from '../company/calendar';
import type { Diary } from '../company/diary';
import { DEV, PROD, roles, users } from '../company/estate';
import { agents, from, partnerSite, prodNat } from '../company/networks';

/** Nightly jobs with long-term keys; the key of one is rotated by the secrets service in the second week. */
function machinesWithKeys(diary: Diary): void {
  const rotatedAt = on(9, '02:30');
  const rotation = diary.keep(
    deliver(diary.trail, {
      at: rotatedAt - 4,
      service: 'secretsmanager',
      role: roles.keyRotation,
      name: 'rotation',
      minutes: 60,
      withAssumedRoleUser: true,
    }),
  );
  const rotating = throughService(rotation, 'secretsmanager');
  const byService = serviceOrigin('secretsmanager');
  const before = iamUser(users.exporter, longTermKey('nightly-exporter 1'));
  const made = diary.keep(
    createAccessKey(diary.trail, {
      at: rotatedAt,
      caller: rotating,
      owner: users.exporter,
      key: longTermKey('nightly-exporter 2'),
      origin: byService,
    }),
  );
  const old = { userName: users.exporter.name, accessKeyId: longTermKey('nightly-exporter 1') };
  diary.does(rotatedAt + 5, rotating, call('iam:UpdateAccessKey', { ...old, status: 'Inactive' }), byService);
  diary.does(rotatedAt + 9, rotating, call('iam:DeleteAccessKey', old), byService);
  diary.shows('a service rotates a user key');
  const smtp = iamUser(users.smtpRelay, longTermKey('smtp-relay'));
  for (const number of days) {
    const at = on(number, '03:30') + diary.random.int(0, 900);
    const holder = at < rotatedAt ? before : made;
    diary.doesAll(
      at,
      holder,
      [
        actions.listObjects(PROD, 'company-exports', 'out/'),
        actions.putObject(PROD, 'company-exports', `out/${number}.zip`),
      ],
      from(partnerSite, agents.java),
      30,
    );
    for (const clock of ['06:00', '12:00', '18:00']) {
      diary.does(
        on(number, clock) + diary.random.int(0, 600),
        smtp,
        call('ses:GetSendQuota'),
        from(prodNat[2], agents.boto),
      );
    }
  }
}

/** The portal of the old days: one user hands out tokens to readers of reports, who call from the portal itself. */
function broker(diary: Diary): void {
  const caller = iamUser(users.portalBroker, longTermKey('legacy-portal-broker'));
  const origin = from(prodNat[1], agents.javaOld);
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: ['arn:aws:s3:::company-portal/*'] },
    ],
  });
  for (const number of workdays) {
    for (let visit = 0; visit < 5; visit++) {
      const at = on(number, '07:00') + visit * 2 * HOUR + diary.random.int(0, HOUR);
      const reader = `reader-${diary.random.int(100, 140)}`;
      const grant = getFederationToken(diary.trail, {
        at,
        caller,
        user: users.portalBroker,
        name: reader,
        origin,
        policy,
        seconds: 3600,
      });
      const session = diary.keep(grant);
      diary.doesAll(
        at + 2,
        session,
        [
          actions.listObjects(PROD, 'company-portal', 'reports/'),
          actions.getObject(PROD, 'company-portal', 'reports/today.pdf'),
        ],
        origin,
        10,
      );
      diary.shows('a broker of federation tokens');
    }
  }
}

/** File transfers for customers: the same, for whoever logs in there, with a policy of a prefix. */
function transfers(diary: Diary): void {
  const caller = iamUser(users.transferBroker, longTermKey('transfer-portal-broker'));
  const origin = from(prodNat[2], agents.java);
  for (const number of days) {
    for (let visit = 0; visit < 3; visit++) {
      const at = on(number, '08:00') + visit * 4 * HOUR + diary.random.int(0, HOUR);
      const customer = `customer-${diary.random.int(10, 60)}`;
      const policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:s3:::company-transfer/${customer}/*` }],
      });
      const grant = getFederationToken(diary.trail, {
        at,
        caller,
        user: users.transferBroker,
        name: customer,
        origin,
        policy,
        seconds: 3600,
      });
      const session = diary.keep(grant);
      diary.does(at + 4, session, actions.putObject(PROD, 'company-transfer', `${customer}/upload.zip`), origin);
      diary.shows('a portal for file transfers');
    }
  }
}

/** Developers who still have users: aws-vault asks for a token with MFA, and for a role with it. */
function awsVault(diary: Diary): void {
  const desk = '79.192.14.60';
  const person = users.emma;
  const rotatedAt = on(8, '09:00');
  const keyAt = (at: Seconds): Caller => iamUser(person, longTermKey(at < rotatedAt + 30 ? 'emma 1' : 'emma 2'));
  for (const number of workdays) {
    // On the day of the rotation she waits for it.
    const at = number === 8 ? rotatedAt + 600 : on(number, '07:40') + diary.random.int(0, HOUR);
    const vault = from(desk, agents.awsVault);
    const token = diary.keep(
      getSessionToken(diary.trail, {
        at,
        caller: keyAt(at),
        user: person,
        origin: vault,
        mfa: true,
        seconds: 8 * 3600,
      }),
      'emma token',
    );
    diary.shows('a session token with MFA (aws-vault)');
    const session = diary.keep(
      assumeRole(diary.trail, { at: at + 2, caller: token, role: roles.developer, name: 'emma', origin: vault }),
      'emma developer',
    );
    for (let step = 0; step < 8; step++) {
      diary.does(
        at + 30 + step * diary.random.int(60, 360),
        session,
        diary.random.pick(handCalls),
        from(desk, agents.cliMac),
      );
    }
    if (number % 3 === 0) consoleLink(diary, at + 20 * MINUTE, session, from(desk, agents.awsVault));
  }
  // Her own key, at the same desk: a new one, tried, and the old one gone. The last session of the old one is over by then.
  const token = diary.keep(
    getSessionToken(diary.trail, {
      at: rotatedAt - 20,
      caller: keyAt(rotatedAt - 60),
      user: person,
      origin: from(desk, agents.awsVault),
      mfa: true,
      seconds: 900,
    }),
  );
  const made = createAccessKey(diary.trail, {
    at: rotatedAt,
    caller: token,
    owner: person,
    key: longTermKey('emma 2'),
    origin: from(desk, agents.awsVault),
    ownKey: true,
  });
  const fresh = diary.keep(made);
  diary.does(rotatedAt + 12, fresh, actions.getCallerIdentity, from(desk, agents.cliMac));
  diary.does(
    rotatedAt + 15,
    token,
    call('iam:DeleteAccessKey', { accessKeyId: longTermKey('emma 1') }),
    from(desk, agents.awsVault),
  );
  diary.shows('a person rotates the own key at the desk');
}

/** `granted` and `aws-vault login` open the console with a role's credentials. */
function consoleLink(diary: Diary, at: Seconds, session: Parameters<Diary['forwards']>[1], origin: Origin): void {
  const { accessKeyId: _unsaid, ...withoutKey } = session.identity;
  diary.does(
    at,
    session,
    {
      ...call('signin:GetSigninToken', null, { GetSigninToken: 'Success' }),
      readOnly: false,
      type: 'AwsConsoleSignIn',
    },
    { ...origin, ua: agents.granted },
  );
  diary.does(
    at + 2,
    { account: session.account, identity: withoutKey },
    {
      ...call('signin:ConsoleLogin', null, { ConsoleLogin: 'Success' }),
      additional: { LoginTo: 'https://console.aws.amazon.com/', MobileVersion: 'No', MFAUsed: 'No' },
      readOnly: false,
      type: 'AwsConsoleSignIn',
    },
    { ...origin, ua: agents.browser },
  );
  diary.shows('a console link from the command line');
}

/** A script that asks for a session token without MFA, and reads with it. */
function tokenWithoutMfa(diary: Diary): void {
  const caller = iamUser(users.felix, longTermKey('felix'));
  for (const number of workdays) {
    const at = on(number, '08:15') + diary.random.int(0, 900);
    const origin = from('91.55.12.7', agents.botoMac);
    const session = diary.keep(getSessionToken(diary.trail, { at, caller, user: users.felix, origin, seconds: 3600 }));
    diary.doesAll(
      at + 3,
      session,
      [
        actions.listBuckets,
        actions.listObjects(DEV, 'company-datasets', 'raw/'),
        actions.getObject(DEV, 'company-datasets', 'raw/1.csv'),
      ],
      origin,
      20,
    );
    diary.shows('a session token without MFA');
  }
}

export function credentials(diary: Diary): void {
  machinesWithKeys(diary);
  broker(diary);
  transfers(diary);
  awsVault(diary);
  tokenWithoutMfa(diary);
}
