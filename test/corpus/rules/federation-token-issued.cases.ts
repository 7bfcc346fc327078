/** Cases of `federation-token-issued`: who asks for tokens of what power, from where, and what becomes of them. */
import {
  actions,
  getFederationToken,
  iamUser,
  longTermKey,
  user,
  type Caller,
  type Origin,
  type Session,
} from '../../../scripts/sample/records';
import {
  account,
  alice,
  day,
  from,
  hour,
  minute,
  office,
  other,
  start,
  type World,
} from '../../unit/engine/support/world';
import { told } from './instance-worlds';
import type { RuleCase } from './rule-case';

function policy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
const narrow = policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::reports/*' });
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:125.0) Gecko/20100101 Firefox/125.0';
const vault = 'APN/1.0 HashiCorp/1.0 Vault/1.15.2 aws-sdk-go/1.45.26 (go1.21.3; linux; amd64)';

interface Asking {
  readonly policy?: string;
  readonly params?: object;
  readonly origin?: Origin;
  readonly caller?: Caller;
  readonly name?: string;
}

/** A token for a guest; `params`: what else the request has. */
function asks(world: World, at: number, asking: Asking = {}): Session {
  const { policy: text, params, origin = office, caller = world.alice, name = 'guest' } = asking;
  const grant = getFederationToken(world.trail, {
    at: start + at,
    caller,
    user: alice,
    name,
    origin,
    ...(text === undefined ? {} : { policy: text }),
  });
  const [record] = grant.records;
  world.records.push(
    params === undefined
      ? { ...record }
      : { ...record, requestParameters: { ...record?.requestParameters, ...params } },
  );
  return grant.session;
}

/** Alice's key is in use for two days, then asks. */
function token(
  name: string,
  asking: Asking,
  after: (world: World, guest: Session) => void = () => undefined,
): () => World {
  return told(name, (world) => {
    world.spans(2);
    after(world, asks(world, 2 * day, asking));
  });
}

/** Alice's key works from the office for so many days. */
function works(world: World, days: number): void {
  for (let at = 0; at < days; at++) {
    world.does(at * day, world.alice, actions.listBuckets);
  }
}

function signsIn(world: World, at: number, guest: Session, outcome: 'Success' | 'Failure' = 'Success'): void {
  const { accessKeyId: _unsaid, ...identity } = guest.identity;
  world.does(
    at,
    { account, identity },
    {
      source: 'signin',
      name: 'ConsoleLogin',
      response: { ConsoleLogin: outcome },
      additional: { LoginTo: 'https://console.aws.amazon.com/', MobileVersion: 'No', MFAUsed: 'No' },
      readOnly: false,
      type: 'AwsConsoleSignIn',
    },
    from('203.0.113.7', firefox),
  );
}

const key = `access key ${longTermKey('alice')} of user alice`;

export const cases: readonly RuleCase[] = [
  {
    name: 'a token for everything, used',
    kind: 'positive',
    world: token('everything', { policy: everything }, (world, guest) => {
      world
        .does(2 * day + minute, guest, actions.listBuckets)
        .does(2 * day + 2 * minute, guest, actions.listBuckets)
        .does(2 * day + 3 * minute, guest, actions.getCallerIdentity);
    }),
    expect: [
      {
        severity: 'high',
        title: `A${key.slice(1)} issued 1 federation token for guest`,
        count: 1,
        confidence: 'exact',
        techniques: ['T1550.001', 'T1098.001'],
        says: ['all actions on all resources', 'stay valid when the key is deactivated'],
        evidence: ['GetFederationToken', 'ListBuckets'],
      },
    ],
  },
  {
    name: 'everything but one service, under a condition',
    kind: 'positive',
    world: token('nearly everything', {
      policy: policy({
        Effect: 'Allow',
        NotAction: 'iam:*',
        Resource: ['*'],
        Condition: { Bool: { 'aws:SecureTransport': 'true' } },
      }),
    }),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'the managed policy of administrators',
    kind: 'positive',
    world: token('managed', {
      params: { policyArns: [{ arn: 'arn:aws-us-gov:iam::aws:policy/AdministratorAccess' }] },
    }),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'a policy that limits the token',
    kind: 'positive',
    world: token('narrow', { policy: narrow }),
    expect: [{ severity: 'medium', says: ['its policy limits it'] }],
  },
  {
    name: 'all actions on one bucket, one action on everything, and everything denied',
    kind: 'positive',
    world: token('mixed', {
      policy: JSON.stringify({
        Statement: [
          { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::reports' },
          { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' },
          { Effect: 'Deny', Action: '*', Resource: '*' },
        ],
      }),
    }),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'another managed policy',
    kind: 'positive',
    world: token('read only', { params: { policyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] } }),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'a policy that cannot be read',
    kind: 'ambiguous',
    world: token('unreadable', { policy: '{"Version":"2012-10-17","Statement"' }),
    expect: [{ severity: 'medium', says: ['cannot be read'] }],
  },
  {
    name: 'a policy that is masked',
    kind: 'ambiguous',
    world: token('masked', { policy: 'HIDDEN_DUE_TO_SECURITY_REASONS' }),
    expect: [{ severity: 'medium', says: ['cannot be read'] }],
  },
  {
    name: 'no policy: nothing but what resources let it',
    kind: 'ambiguous',
    world: token('no policy', {}),
    expect: [{ severity: 'low', says: ['without a policy'] }],
  },
  {
    name: 'root',
    kind: 'positive',
    world: token('root', {
      policy: narrow,
      caller: {
        account,
        identity: {
          type: 'Root',
          principalId: account,
          arn: `arn:aws:iam::${account}:root`,
          accountId: account,
          accessKeyId: 'AKIAAAAAAAAAAAAAAAA1',
        },
      },
    }),
    expect: [{ severity: 'high', says: ['root’s own credentials'] }],
  },
  {
    name: 'a key that nobody saw before',
    kind: 'positive',
    world: told('new key', (world) => {
      const fresh = iamUser(alice, longTermKey('alice 2'));
      world.spans(2).does(2 * day, fresh, actions.getCallerIdentity);
      asks(world, 2 * day + 59 * minute, { policy: narrow, caller: fresh });
    }),
    expect: [{ severity: 'high', says: ['first seen 59 minutes before'] }],
  },
  {
    name: 'a key that was first seen an hour before',
    kind: 'negative',
    world: told('hour old key', (world) => {
      const fresh = iamUser(alice, longTermKey('alice 2'));
      world.spans(2).does(2 * day, fresh, actions.getCallerIdentity);
      asks(world, 2 * day + hour, { policy: narrow, caller: fresh });
    }),
    expect: [{ severity: 'medium', saysNot: ['first seen'] }],
  },
  {
    name: 'the case file calls it new for two hours',
    kind: 'positive',
    world: told('hour old key', (world) => {
      const fresh = iamUser(alice, longTermKey('alice 2'));
      world.spans(2).does(2 * day, fresh, actions.getCallerIdentity);
      asks(world, 2 * day + hour, { policy: narrow, caller: fresh });
    }),
    settings: { thresholds: { 'federation-token-issued': { newKeyMinutes: 120 } } },
    expect: [{ severity: 'high' }],
  },
  {
    name: 'a key that was just created, in logs that begin with it',
    kind: 'positive',
    world: told('created', (world) => {
      const bob = user(account, 'bob');
      const made = world.createsKey(0, world.alice, bob, longTermKey('bob'));
      asks(world, 10 * minute, { policy: narrow, caller: made });
    }),
    expect: [{ severity: 'high', says: ['first seen 10 minutes before'] }],
  },
  {
    name: 'the logs begin with the call: nobody can say whether the key is new',
    kind: 'ambiguous',
    world: told('short', (world) => {
      asks(world, 0, { policy: narrow });
    }),
    expect: [{ severity: 'medium', saysNot: ['first seen'] }],
    notes: ['federation-token-issued-new-keys'],
  },
  {
    name: 'from a place that the key was not used from on three days',
    kind: 'positive',
    world: told('elsewhere', (world) => {
      works(world, 3);
      asks(world, 3 * day, { policy: narrow, origin: from('198.51.100.9') });
    }),
    expect: [{ severity: 'high', says: ['asked for from 198.51.100.9', 'on 3 days before'] }],
  },
  {
    name: 'from such a place after two days only',
    kind: 'ambiguous',
    world: told('elsewhere early', (world) => {
      works(world, 2);
      asks(world, 3 * day, { policy: narrow, origin: from('198.51.100.9') });
    }),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'from a place that it was used from before, and from one of the team’s own',
    kind: 'negative',
    world: told('usual places', (world) => {
      works(world, 3);
      world.does(hour, world.alice, actions.listBuckets, from('198.51.100.77'));
      asks(world, 3 * day, { policy: narrow, origin: from('198.51.100.9') });
      asks(world, 4 * day, { policy: narrow, origin: from('192.0.2.1') });
    }),
    settings: { trustedCidrs: ['192.0.2.0/24'] },
    expect: [{ severity: 'medium', count: 2 }],
  },
  {
    name: 'the broker that Vault is',
    kind: 'negative',
    world: token('vault', { policy: narrow, origin: from('203.0.113.7', vault) }),
    expect: [{ severity: 'info', says: ['broker'] }],
  },
  {
    name: 'somebody who says to be Vault and asks for everything',
    kind: 'positive',
    world: token('vault everything', { policy: everything, origin: from('203.0.113.7', vault) }),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'the console with a token that is limited',
    kind: 'positive',
    world: token('console', { policy: narrow }, (world, guest) => {
      signsIn(world, 2 * day + minute, guest);
    }),
    expect: [
      {
        severity: 'high',
        title: `A${key.slice(1)} issued 1 federation token for guest, used to sign in to the console`,
        evidence: ['GetFederationToken', 'ConsoleLogin'],
        says: ['signed in to the console'],
      },
    ],
  },
  {
    name: 'the console with a token for everything',
    kind: 'positive',
    world: token('console everything', { policy: everything }, (world, guest) => {
      signsIn(world, 2 * day + minute, guest);
    }),
    expect: [{ severity: 'critical' }],
  },
  {
    name: 'a sign-in that failed, and one after the token had expired',
    kind: 'negative',
    world: token('failed', { policy: narrow }, (world, guest) => {
      signsIn(world, 2 * day + minute, guest, 'Failure');
      signsIn(world, 3 * day, guest);
    }),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'a sign-in of another guest',
    kind: 'negative',
    world: token('another', { policy: narrow }, (world) => {
      signsIn(world, 2 * day + minute, asks(world, 2 * day, { policy: narrow, caller: { ...world.alice }, name: 'b' }));
    }),
    expect: [{ severity: 'high', count: 2, says: ['With 1 of them'] }],
  },
  {
    name: 'many tokens of one broker are one finding',
    kind: 'positive',
    world: told('many', (world) => {
      world.spans(2);
      for (let at = 0; at < 12; at++) {
        asks(world, 2 * day + at * minute, { policy: narrow, name: `reader-${String(at)}` });
      }
    }),
    expect: [
      {
        severity: 'medium',
        count: 12,
        title: `A${key.slice(1)} issued 12 federation tokens for reader-0, reader-1 and 10 more`,
      },
    ],
  },
  {
    name: 'refused',
    kind: 'negative',
    world: told('refused', (world) => {
      world.does(0, world.alice, actions.refused(actions.plain('sts', 'GetFederationToken'), alice.arn));
    }),
    expect: [],
  },
  {
    name: 'session tokens are another thing',
    kind: 'negative',
    world: told('other account', (world) => {
      world.does(0, iamUser(user(other, 'x'), longTermKey('x')), actions.plain('sts', 'GetSessionToken'));
    }),
    expect: [],
  },
  {
    name: 'before the period asked for',
    kind: 'negative',
    world: token('window', { policy: everything }, (world) => {
      world.does(3 * day, world.alice, actions.listBuckets);
    }),
    options: { since: '2025-05-15T00:00:00Z' },
    expect: [],
  },
];
