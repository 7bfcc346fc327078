/** §2.13–2.15: tokens of users, and the console from API credentials. */
import {
  actions,
  getFederationToken,
  getSessionToken,
  iamUser,
  isoTime,
  longTermKey,
  user,
  type Caller,
  type Origin,
  type Session,
} from '../../../scripts/sample/records';
import { call } from '../company/calls';
import { on } from '../company/calendar';
import { DEV, roles, STAGING, users } from '../company/estate';
import { agents, from, intruder } from '../company/networks';
import type { OrdinaryLife } from '../life/ordinary-life';
import { Scene, type Attack } from './scene';
import { copied, keyOf, target, victims } from './targets';

const everythingAllowed = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

const signinToken = {
  ...call('signin:GetSigninToken', null, { GetSigninToken: 'Success' }),
  readOnly: false,
  type: 'AwsConsoleSignIn' as const,
};
const login = {
  ...call('signin:ConsoleLogin', null, { ConsoleLogin: 'Success' }),
  additional: { LoginTo: 'https://console.aws.amazon.com/', MobileVersion: 'No', MFAUsed: 'No' },
  readOnly: false,
  type: 'AwsConsoleSignIn' as const,
};

/** The sign-in has no key. */
function withoutKey(session: Session): Caller {
  const { accessKeyId: _unsaid, ...identity } = session.identity;
  return { account: session.account, identity };
}

/** A federation token for everything, and the console with it. */
function tokenForAll(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a federation token for everything, and the console', on(9, '21:40'));
  const origin = from(intruder.laptop, agents.cliLinux);
  const caller = copied.partnerSync();
  const session = scene.keep(
    getFederationToken(scene.trail, {
      at: scene.at(0),
      caller,
      user: users.partnerSync,
      name: 'helpdesk',
      origin,
      policy: everythingAllowed,
    }),
  );
  scene.doesAll(20, session, [actions.listBuckets, call('ec2:DescribeInstances')], origin, 20);
  scene.does(100, session, signinToken, origin);
  scene.does(103, withoutKey(session), login, from(intruder.laptop, agents.browser));
  return scene
    .expects('federation-token-issued', 'high', { key: longTermKey('partner-sync 2025') }, 'policy allows * on *')
    .expects('console-from-api-credentials', 'low', { key: session.key }, 'FederatedUser ConsoleLogin')
    .done();
}

/** Root's own key hands out a token. */
function tokenOfRoot(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a federation token of root', on(10, '20:30'));
  const origin = from(intruder.vps, agents.cliLinux);
  const key = longTermKey('root of staging');
  const caller: Caller = {
    account: STAGING,
    identity: {
      type: 'Root',
      principalId: STAGING,
      arn: `arn:aws:iam::${STAGING}:root`,
      accountId: STAGING,
      accessKeyId: key,
    },
  };
  const root = { ...user(STAGING, 'root'), id: STAGING, arn: `arn:aws:iam::${STAGING}:root` };
  scene.keep(
    getFederationToken(scene.trail, {
      at: scene.at(0),
      caller,
      user: root,
      name: 'owner',
      origin,
      policy: '{"Version":"2012-10-17","Statement":[]}',
    }),
  );
  return scene.expects('federation-token-issued', 'high', { key }, 'root caller').done();
}

function unreadableToken(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a federation token with a policy that cannot be read', on(12, '03:50'));
  const caller = copied.exporter();
  scene.keep(
    getFederationToken(scene.trail, {
      at: scene.at(0),
      caller,
      user: users.exporter,
      name: 'job',
      origin: from('194.25.8.50', agents.java),
      policy: '{"Version":"2012-10',
    }),
  );
  return scene
    .expects('federation-token-issued', 'medium', { key: longTermKey('nightly-exporter 2') }, 'policy unparsable')
    .done();
}

function tokenWithoutPolicy(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a federation token without a policy', on(12, '06:30'));
  scene.keep(
    getFederationToken(scene.trail, {
      at: scene.at(0),
      caller: copied.smtpRelay(),
      user: users.smtpRelay,
      name: 'none',
      origin: from('35.157.30.13', agents.boto),
    }),
  );
  return scene.expects('federation-token-issued', 'low', { key: longTermKey('smtp-relay') }, 'policy absent').done();
}

/** A stolen token of somebody who uses MFA makes a key elsewhere. */
function stolenToken(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a stolen session token makes a key elsewhere', on(10, '12:30'));
  const token = scene.steals('emma token', 0);
  const origin = from(intruder.other, agents.cliLinux);
  scene.doesAll(0, token, [call('iam:GetUser'), call('iam:ListAccessKeys')], origin, 20);
  scene.does(
    60,
    token,
    call('iam:CreateAccessKey', null, {
      accessKey: { accessKeyId: longTermKey('emma of the thief'), userName: users.emma.name, status: 'Active' },
    }),
    origin,
  );
  return scene
    .expects(
      'session-token-iam-use',
      'high',
      { key: token.key },
      'IAM persistence by an ASIA key of a user; issued and used in different places +1',
    )
    .done();
}

function tokenWithoutMfa(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a session token without MFA', on(8, '23:10'));
  const origin = from(intruder.vps, agents.cliLinux);
  const token = scene.keep(
    getSessionToken(scene.trail, { at: scene.at(0), caller: keyOf(victims.probe2), user: victims.probe2, origin }),
  );
  scene.does(40, token, actions.listBuckets, origin);
  return scene.expects('session-token-iam-use', 'low', { key: longTermKey('ticket-bot') }, 'issued without MFA').done();
}

/** A temporary key of a user that nobody issued in these logs: not the console, not a service. */
function orphanToken(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a session token from nowhere gives itself a password', on(11, '05:15'));
  const origin = from(intruder.laptop, agents.cliLinux);
  const who = victims.burst;
  const key = scene.trail.temporaryKey();
  const token: Caller = {
    account: DEV,
    identity: {
      ...iamUser(who, key).identity,
      sessionContext: { attributes: { creationDate: isoTime(scene.at(-600)), mfaAuthenticated: 'true' } },
    },
  };
  scene.doesAll(0, token, [call('iam:GetUser'), call('iam:ListMFADevices')], origin, 20);
  scene.does(60, token, call('iam:CreateLoginProfile', { userName: who.name, passwordResetRequired: false }), origin);
  return scene
    .expects(
      'session-token-iam-use',
      'medium',
      { key },
      'IAM persistence by an ASIA key of a user, orphan, several events',
    )
    .done();
}

/** The console with what a host holds. */
function consoleOfHost(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'the console with the credentials of a host', on(9, '06:15'));
  const own = scene.steals('web-4', 0);
  const origin: Origin = from(intruder.ssrf, 'python-requests/2.31.0');
  scene.does(0, own, signinToken, origin);
  scene.does(3, withoutKey(own), login, from(intruder.ssrf, agents.browser));
  return scene
    .expects('console-from-api-credentials', 'high', { instance: scene.machine('web-4').id }, 'instance kind')
    .done();
}

function consoleOfChain(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'the console at the end of a chain', on(10, '02:20'));
  const origin = from(intruder.other, agents.botoMac);
  const last = scene.chain(0, keyOf(victims.probe, ' console'), [target.supportDesk, target.releaseAdmin], origin);
  scene.does(90, last, signinToken, origin);
  scene.does(93, withoutKey(last), login, from(intruder.other, agents.browser));
  return scene.expects('console-from-api-credentials', 'high', { key: last.key }, 'chained ≥2').done();
}

/** A function's session at the sign-in, without a token call in the logs. */
function consoleOfFunction(life: OrdinaryLife): Attack {
  const session = life.book.sessionAfter('lambda mailer', on(8, '09:00'));
  const scene = new Scene(life, 'the console with the credentials of a function', session.issuedAt);
  scene.does(15 * 60, withoutKey(session), login, from(intruder.vps, agents.browser));
  return scene
    .expects('console-from-api-credentials', 'high', { role: roles.mailer.arn }, 'ConsoleLogin by a function')
    .done();
}

export function tokens(life: OrdinaryLife): Attack[] {
  return [
    tokenForAll(life),
    tokenOfRoot(life),
    unreadableToken(life),
    tokenWithoutPolicy(life),
    stolenToken(life),
    tokenWithoutMfa(life),
    orphanToken(life),
    consoleOfHost(life),
    consoleOfChain(life),
    consoleOfFunction(life),
  ];
}
