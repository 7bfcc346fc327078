/** Cases of `session-token-iam-use`: session tokens without MFA, and what changes IAM with one. */
import {
  actions,
  consoleLogin,
  getSessionToken,
  iamUser,
  longTermKey,
  throughService,
  user,
  type Caller,
  type Origin,
  type Session,
} from '../../../scripts/sample/records';
import { account, alice, cli, from, hour, minute, office, start, type World } from '../../unit/engine/support/world';
import { told } from './instance-worlds';
import type { RuleCase } from './rule-case';

const away = from('198.51.100.9');
const vault = from('203.0.113.7', 'aws-vault/7.2.0 aws-sdk-go-v2/1.24.0 os/macos lang/go#1.21.5');
const makesUser = actions.plain('iam', 'CreateUser', { userName: 'bob' }, { user: { userName: 'bob' } });
const attaches = actions.attachUserPolicy(user(account, 'bob'), 'arn:aws:iam::aws:policy/ReadOnlyAccess');

function asks(world: World, at: number, mfa: boolean, origin: Origin = office): Session {
  const grant = getSessionToken(world.trail, { at: start + at, caller: world.alice, user: alice, origin, mfa });
  world.records.push(...grant.records);
  return grant.session;
}

function token(
  name: string,
  mfa: boolean,
  uses: (world: World, session: Session) => void,
  origin?: Origin,
): () => World {
  return told(name, (world) => {
    uses(world, asks(world, 0, mfa, origin));
  });
}

/** A temporary key of alice that nothing in the logs issued. */
function orphan(world: World): Caller {
  const of = getSessionToken(world.trail, { at: start, caller: world.alice, user: alice, origin: office, mfa: true });
  return of.session;
}

export const cases: readonly RuleCase[] = [
  // Issued without MFA.
  {
    name: 'a token without MFA, used where it was issued',
    kind: 'positive',
    world: token('without', false, (world, session) => {
      world.does(minute, session, actions.listBuckets);
    }),
    expect: [
      {
        severity: 'low',
        title: `Access key ${longTermKey('alice')} of user alice issued 1 session token without MFA`,
        count: 1,
        confidence: 'exact',
        techniques: ['T1550.001'],
        evidence: ['GetSessionToken', 'ListBuckets'],
      },
    ],
  },
  {
    name: 'a token without MFA that was never used',
    kind: 'positive',
    world: token('unused', false, () => undefined),
    expect: [{ severity: 'low' }],
  },
  {
    name: 'used from elsewhere',
    kind: 'positive',
    world: token('elsewhere', false, (world, session) => {
      world.does(minute, session, actions.listBuckets).does(hour, session, actions.listBuckets, away);
    }),
    expect: [{ severity: 'medium', says: ['198.51.100.9', 'one step more severe'] }],
  },
  {
    name: 'a token a day is one finding',
    kind: 'positive',
    world: told('several', (world) => {
      asks(world, 0, false);
      asks(world, hour, false);
      asks(world, 2 * hour, true);
    }),
    expect: [{ severity: 'low', count: 2 }],
  },
  {
    name: 'a token with MFA',
    kind: 'negative',
    world: token('with', true, (world, session) => {
      world.does(minute, session, actions.listBuckets, away);
    }),
    expect: [],
  },
  {
    name: 'the request names no device, the calls say MFA',
    kind: 'ambiguous',
    world: told('contradiction', (world) => {
      const grant = getSessionToken(world.trail, {
        at: start,
        caller: world.alice,
        user: alice,
        origin: office,
        mfa: true,
      });
      const [record] = grant.records;
      world.records.push({ ...record, requestParameters: null });
      world.does(minute, grant.session, actions.listBuckets);
    }),
    expect: [],
  },
  {
    name: 'refused',
    kind: 'negative',
    world: told('refused', (world) => {
      world.does(0, world.alice, actions.refused(actions.plain('sts', 'GetSessionToken'), alice.arn));
    }),
    expect: [],
  },
  {
    name: 'issued over IPv4, used over IPv6 and behind an endpoint: one host may do that',
    kind: 'negative',
    world: token('families', false, (world, session) => {
      world
        .does(minute, session, actions.listBuckets, from('2001:db8::1'))
        .does(2 * minute, session, actions.listBuckets, from('10.0.0.5', cli, 'vpce-1'));
    }),
    expect: [{ severity: 'low' }],
  },
  {
    name: 'issued and used at two exits of the company',
    kind: 'negative',
    world: token('exits', false, (world, session) => {
      world.does(minute, session, actions.listBuckets, away);
    }),
    settings: { trustedCidrs: ['203.0.113.0/24', '198.51.100.0/24'] },
    expect: [{ severity: 'low' }],
  },
  {
    name: 'issued in the company, used elsewhere',
    kind: 'positive',
    world: token('one exit', false, (world, session) => {
      world.does(minute, session, actions.listBuckets, away);
    }),
    settings: { trustedCidrs: ['203.0.113.0/24'] },
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'issued before the period asked for',
    kind: 'negative',
    world: token('before', false, (world, session) => {
      world.does(2 * hour, session, actions.listBuckets);
    }),
    options: { since: '2025-05-12T09:00:00Z' },
    expect: [],
  },

  // IAM changed with one.
  {
    name: 'a user made with a session token',
    kind: 'positive',
    world: token('makes', true, (world, session) => {
      world.does(minute, session, makesUser);
    }),
    expect: [
      {
        severity: 'medium',
        title: 'A session token of user alice changed IAM: CreateUser',
        confidence: 'exact',
        count: 1,
        evidence: ['GetSessionToken', 'CreateUser'],
        saysNot: ['one step more severe'],
      },
    ],
  },
  {
    name: 'a user made elsewhere than the token was issued',
    kind: 'positive',
    world: token('makes elsewhere', true, (world, session) => {
      world.does(minute, session, makesUser, away);
    }),
    expect: [{ severity: 'high', says: ['issued at 203.0.113.7 and used from 198.51.100.9'] }],
  },
  {
    name: 'another change of IAM',
    kind: 'positive',
    world: token('attaches', true, (world, session) => {
      world
        .does(minute, session, attaches)
        .does(2 * minute, session, actions.plain('iam', 'DeleteUser', { userName: 'b' }));
    }),
    expect: [
      {
        severity: 'low',
        count: 2,
        title: 'A session token of user alice changed IAM: AttachUserPolicy and DeleteUser',
      },
    ],
  },
  {
    name: 'reads of IAM, an assumed role, changes of other services',
    kind: 'negative',
    world: token('reads', true, (world, session) => {
      world
        .does(minute, session, actions.plain('iam', 'ListUsers'))
        .does(2 * minute, session, { ...actions.plain('iam', 'GenerateCredentialReport'), name: 'GetCredentialReport' })
        .does(3 * minute, session, actions.plain('sts', 'AssumeRole'))
        .does(4 * minute, session, actions.plain('lambda', 'CreateFunction20150331'));
    }),
    expect: [],
  },
  {
    name: 'refused to make a user',
    kind: 'negative',
    world: token('refused change', true, (world, session) => {
      world.does(minute, session, actions.refused(makesUser, alice.arn));
    }),
    expect: [],
  },
  {
    name: 'aws-vault, with MFA',
    kind: 'negative',
    world: token(
      'vault',
      true,
      (world, session) => {
        world.does(minute, session, makesUser, vault);
      },
      vault,
    ),
    expect: [{ severity: 'info', says: ['expected'] }],
  },
  {
    name: 'somebody who says to be aws-vault, without MFA in the calls',
    kind: 'ambiguous',
    world: told('vault without', (world) => {
      world.does(minute, asks(world, 0, false, vault), makesUser, vault);
    }),
    expect: [{ severity: 'medium' }, { severity: 'low' }],
  },
  {
    name: 'aws-vault for one call, something else for another',
    kind: 'positive',
    world: token('vault and more', true, (world, session) => {
      world.does(minute, session, makesUser, vault).does(2 * minute, session, makesUser);
    }),
    expect: [{ severity: 'medium', count: 2, saysNot: ['expected'] }],
  },
  {
    name: 'the user’s own long-term key',
    kind: 'negative',
    world: told('own key', (world) => {
      world.does(minute, world.alice, makesUser);
    }),
    expect: [],
  },
  {
    name: 'the console of the user',
    kind: 'negative',
    world: told('console', (world) => {
      const { records, keys } = consoleLogin(world.trail, start, alice, office, 1);
      world.records.push(...records);
      for (const key of keys) {
        world.does(minute, key, makesUser).does(2 * minute, key, makesUser);
      }
    }),
    expect: [],
  },
  {
    name: 'a service on behalf of the token',
    kind: 'negative',
    world: token('forwarded', true, (world, session) => {
      world
        .does(minute, session, actions.listBuckets)
        .does(2 * minute, throughService(session, 'cloudformation'), makesUser);
    }),
    expect: [],
  },

  // Of unseen origin.
  {
    name: 'a temporary key that nothing issued, with several calls',
    kind: 'ambiguous',
    world: told('orphan', (world) => {
      const key = orphan(world);
      world.does(minute, key, actions.getCallerIdentity).does(2 * minute, key, makesUser);
    }),
    expect: [{ severity: 'medium', confidence: 'session', says: ['not in these logs'] }],
  },
  {
    name: 'a temporary key that nothing issued, with one call',
    kind: 'ambiguous',
    world: told('orphan once', (world) => {
      world.does(2 * minute, orphan(world), makesUser);
    }),
    expect: [],
  },
  {
    name: 'a temporary key that nothing issued, some call of which is the console’s',
    kind: 'ambiguous',
    world: told('orphan console', (world) => {
      const key = orphan(world);
      world
        .does(minute, key, actions.listBuckets, { ...office, fromConsole: true })
        .does(2 * minute, key, makesUser)
        .does(3 * minute, key, makesUser);
    }),
    expect: [],
  },
  {
    name: 'a temporary key that nothing issued, in CloudShell',
    kind: 'ambiguous',
    world: told('orphan cloudshell', (world) => {
      const key = orphan(world);
      const shell = from('198.51.100.9', `${cli} exec-env/CloudShell`);
      world.does(minute, key, actions.listBuckets, shell).does(2 * minute, key, makesUser, shell);
    }),
    expect: [],
  },
  {
    name: 'a change before the period asked for',
    kind: 'negative',
    world: token('change before', true, (world, session) => {
      world.does(minute, session, makesUser).does(2 * hour, session, actions.listBuckets);
    }),
    options: { since: '2025-05-12T09:00:00Z' },
    expect: [],
  },
  {
    name: 'another user’s key is another finding',
    kind: 'positive',
    world: told('two users', (world) => {
      asks(world, 0, false);
      const bob = user(account, 'bob');
      const grant = getSessionToken(world.trail, {
        at: start + minute,
        caller: iamUser(bob, longTermKey('bob')),
        user: bob,
        origin: office,
      });
      world.records.push(...grant.records);
    }),
    expect: [
      { severity: 'low', count: 1 },
      { severity: 'low', count: 1 },
    ],
  },
];
