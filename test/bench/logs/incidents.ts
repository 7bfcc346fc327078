/**
 * The two incidents that are planted in one account of every forty: a stolen long-term key that goes through three roles
 * and leaves a user with a key of its own; an instance's credential used from elsewhere.
 */
import type { Dice } from './dice';
import { chained, type Placed } from './issuances';
import { recordText, type RecordParts } from './record-text';
import { numberAt, sessionOf, type Session } from './sessions';
import { DAY_SECONDS, DAY_START, HOUR_SECONDS, isoTime, type Seconds } from './time';
import type { Account, Actor, RoleOf } from './world';

export interface Planted extends Placed {
  readonly at: Seconds;
}

const CHAIN_AT = DAY_START + 13 * HOUR_SECONDS;
const THEFT_AT = DAY_START + 15 * HOUR_SECONDS;
const CHAIN_ADDRESS = '45.148.10.87';
const THEFT_ADDRESS = '185.220.101.34';
const AGENT =
  'aws-cli/2.15.30 Python/3.11.8 Linux/6.6.9-amd64 source/x86_64.kali.2024 prompt/off command/sts.get-caller-identity';

export function incidentsOf(account: Account, dice: Dice): Planted[] {
  return account.index % 40 === 0 ? [...chainToUser(account, dice), ...theft(account, dice)] : [];
}

type Told = Pick<RecordParts, 'service' | 'name'> & Partial<RecordParts>;

function told(account: Account, identity: string, address: string, at: Seconds, call: Told, dice: Dice): Planted {
  const region = 'us-east-1';
  const text = recordText(
    {
      identity,
      at,
      region,
      address,
      agent: AGENT,
      request: 'null',
      response: 'null',
      readOnly: true,
      account: account.id,
      ...call,
    },
    dice,
  );
  return { region, at, text };
}

function chainToUser(account: Account, dice: Dice): Planted[] {
  const user = account.actors.find(({ kind }) => kind === 'key');
  if (user === undefined) {
    throw new Error('an account without a user');
  }
  let at = CHAIN_AT;
  const say = (identity: string, call: Told): Planted => told(account, identity, CHAIN_ADDRESS, (at += 7), call, dice);
  const planted = [say(sessionOf(user, 0).identity, { service: 'sts', name: 'GetCallerIdentity' })];
  let caller: Actor = { ...user, address: CHAIN_ADDRESS };
  let session: Session | undefined;
  for (const name of ['support-tooling', 'platform-audit', 'org-operations']) {
    const role: RoleOf = {
      account: account.id,
      name,
      id: `AROA${dice.base32(17)}`,
      arn: `arn:aws:iam::${account.id}:role/${name}`,
    };
    at += 60;
    const actor: Actor = {
      ...user,
      kind: 'keyRole',
      path: `${user.path} ${name}`,
      region: 'us-east-1',
      role,
      key: '',
      address: CHAIN_ADDRESS,
      agents: [AGENT],
      phase: at - DAY_START,
      interval: DAY_SECONDS,
      life: HOUR_SECONDS,
      caller,
    };
    session = sessionOf(actor, 0);
    planted.push(
      { ...chained(session, account.id, dice), at },
      say(session.identity, { service: 'sts', name: 'GetCallerIdentity' }),
    );
    caller = actor;
  }
  const last = session?.identity ?? '';
  const name = 'svc-backup-sync';
  const id = `AIDA${dice.base32(17)}`;
  const key = `AKIA${dice.base32(16)}`;
  const arn = `arn:aws:iam::${account.id}:user/${name}`;
  planted.push(
    say(last, {
      service: 'iam',
      name: 'CreateUser',
      readOnly: false,
      request: `{"userName":"${name}"}`,
      response: `{"user":{"path":"/","userName":"${name}","userId":"${id}","arn":"${arn}","createDate":"${isoTime(at)}"}}`,
    }),
    say(last, {
      service: 'iam',
      name: 'CreateAccessKey',
      readOnly: false,
      request: `{"userName":"${name}"}`,
      response: `{"accessKey":{"userName":"${name}","accessKeyId":"${key}","status":"Active","createDate":"${isoTime(at)}"}}`,
    }),
  );
  const created = `{"type":"IAMUser","principalId":"${id}","arn":"${arn}","accountId":"${account.id}","accessKeyId":"${key}","userName":"${name}"}`;
  planted.push(
    say(created, { service: 'sts', name: 'GetCallerIdentity' }),
    say(created, { service: 's3', name: 'ListBuckets' }),
  );
  return planted;
}

function theft(account: Account, dice: Dice): Planted[] {
  const found = account.actors
    .filter(({ kind }) => kind === 'instance')
    .flatMap((actor) => {
      const number = numberAt(actor, THEFT_AT);
      return number === undefined ? [] : [sessionOf(actor, number)];
    })[0];
  if (found === undefined) {
    throw new Error('an account without an instance at work');
  }
  return [
    { service: 'sts', name: 'GetCallerIdentity' },
    { service: 's3', name: 'ListBuckets' },
    { service: 'ec2', name: 'DescribeInstances', request: '{"instancesSet":{},"filterSet":{}}' },
    { service: 'secretsmanager', name: 'ListSecrets', request: '{"maxResults":100}' },
  ].map((call, at) => told(account, found.identity, THEFT_ADDRESS, THEFT_AT + 20 * at, call, dice));
}
