/** Cases of `console-from-api-credentials`: who turned credentials for programs into a console session. */
import {
  assumeRoleWithSaml,
  consoleFromPortal,
  consoleLogin,
  deliver,
  getFederationToken,
  instanceIdentity,
  role,
  roleSession,
  seenFromOutside,
  throughService,
  type Caller,
  type Session,
} from '../../../scripts/sample/records';
import {
  account,
  alice,
  day,
  from,
  hour,
  instanceId,
  minute,
  office,
  other,
  R1,
  R2,
  R3,
  start,
  type World,
} from '../../unit/engine/support/world';
import { told } from './instance-worlds';
import type { RuleCase } from './rule-case';

const thief = from('198.51.100.9');
const browser = from('198.51.100.9', 'Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0');
const portal = from('198.51.100.9', 'Jersey/${project.version} (HttpUrlConnection 21.0.2)');

function asks(
  world: World,
  at: number,
  session: Caller,
  origin = thief,
  outcome: 'Success' | 'Failure' = 'Success',
): void {
  world.does(
    at,
    session,
    {
      source: 'signin',
      name: 'GetSigninToken',
      response: { credentials: 'HIDDEN_DUE_TO_SECURITY_REASONS', GetSigninToken: outcome },
      readOnly: false,
      type: 'AwsConsoleSignIn',
    },
    origin,
  );
}

/** The record of a sign-in has no key, and may have no session context either. */
function signsIn(
  world: World,
  at: number,
  session: Caller,
  context = true,
  outcome: 'Success' | 'Failure' = 'Success',
): void {
  const { accessKeyId: _key, sessionContext, ...identity } = session.identity;
  world.does(
    at,
    { account: session.account, identity: context ? { ...identity, sessionContext } : identity },
    {
      source: 'signin',
      name: 'ConsoleLogin',
      response: { ConsoleLogin: outcome },
      additional: { LoginTo: 'https://console.aws.amazon.com/', MobileVersion: 'No', MFAUsed: 'No' },
      readOnly: false,
      type: 'AwsConsoleSignIn',
    },
    browser,
  );
}

function opens(world: World, at: number, session: Caller, context = true): void {
  asks(world, at, session);
  signsIn(world, at + 3, session, context);
}

function workload(world: World, service: string): Session {
  const grant = deliver(world.trail, {
    at: start,
    service,
    role: role(account, 'work'),
    name: 'work',
    minutes: 120,
    withAssumedRoleUser: true,
  });
  world.records.push(...grant.records);
  return grant.session;
}

function guest(world: World): Session {
  const grant = getFederationToken(world.trail, {
    at: start,
    caller: world.alice,
    user: alice,
    name: 'guest',
    origin: office,
  });
  world.records.push(...grant.records);
  return grant.session;
}

export const cases: readonly RuleCase[] = [
  {
    name: 'the credentials of an instance',
    kind: 'positive',
    world: told('instance', (world) => {
      opens(world, minute, world.delivers(0).v2);
    }),
    expect: [
      {
        severity: 'high',
        title: `Instance ${instanceId} signed in to the console`,
        count: 1,
        instanceIds: [instanceId],
        techniques: ['T1021.007', 'T1550.001'],
        evidence: ['GetSigninToken', 'ConsoleLogin'],
        says: ['1 sign-in and 1 sign-in token from 198.51.100.9', 'have no use for a console'],
      },
    ],
  },
  {
    name: 'an instance that only asked for a token',
    kind: 'positive',
    world: told('instance token', (world) => {
      asks(world, minute, world.delivers(0).v2);
    }),
    expect: [{ severity: 'high', title: `Instance ${instanceId} asked for a console sign-in token` }],
  },
  {
    name: 'an instance without a profile',
    kind: 'positive',
    world: told('instance identity', (world) => {
      asks(world, minute, instanceIdentity(account, instanceId, 'ASIAAAAAAAAAAAAAAAA1', start));
    }),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'a function, a task, a pod, a build and a pipeline',
    kind: 'positive',
    world: told('workloads', (world) => {
      ['lambda', 'ecs-tasks', 'pods.eks', 'codebuild'].forEach((service, at) => {
        const grant = deliver(world.trail, {
          at: start,
          service,
          role: role(account, service),
          name: 'work',
          minutes: 120,
          withAssumedRoleUser: true,
        });
        world.records.push(...grant.records);
        opens(world, (at + 1) * minute, grant.session);
      });
      asks(world, 10 * minute, world.pipeline(0, role(account, 'deploy'), 'run-1'));
    }),
    expect: [
      { severity: 'high' },
      { severity: 'high' },
      { severity: 'high' },
      { severity: 'high' },
      { severity: 'high' },
    ],
  },
  {
    name: 'the sign-in of a function, of which the logs have nothing else',
    kind: 'positive',
    world: told('function login', (world) => {
      signsIn(world, hour, workload(world, 'lambda'));
    }),
    expect: [
      {
        severity: 'high',
        title: 'Lambda function work (role work) signed in to the console',
        evidence: ['ConsoleLogin'],
      },
    ],
  },
  {
    name: 'the same, where the record names the principal only',
    kind: 'ambiguous',
    world: told('function principal', (world) => {
      signsIn(world, hour, workload(world, 'lambda'), false);
    }),
    expect: [{ severity: 'high', title: 'Lambda function work (role work) signed in to the console' }],
  },
  {
    name: 'the same, when its credentials had expired',
    kind: 'ambiguous',
    world: told('function expired', (world) => {
      signsIn(world, day, workload(world, 'lambda'), false);
    }),
    expect: [],
  },
  {
    name: 'the end of a chain of two',
    kind: 'positive',
    world: told('chain', (world) => {
      opens(world, hour, world.chain(0, world.alice, [R1, R2]));
    }),
    expect: [
      {
        severity: 'high',
        title: 'Session session of role R2 signed in to the console',
        confidence: 'exact',
        evidence: ['AssumeRole', 'AssumeRole', 'GetSigninToken', 'ConsoleLogin'],
        says: ['2 role assumptions'],
      },
    ],
  },
  {
    name: 'the end of a chain of three, known by its sign-in and its principal',
    kind: 'positive',
    world: told('chain login', (world) => {
      signsIn(world, 30 * minute, world.chain(0, world.alice, [R1, R2, R3]), false);
    }),
    expect: [{ severity: 'high', title: 'Session session of role R3 signed in to the console' }],
  },
  {
    name: 'a role that a user assumed, as aws-vault opens it',
    kind: 'positive',
    world: told('one role', (world) => {
      opens(world, minute, world.assumes(0, world.alice, R1));
    }),
    expect: [{ severity: 'low', title: 'Session session of role R1 signed in to the console', says: ['aws-vault'] }],
  },
  {
    name: 'the sign-in of a role that a user assumed, without a token call',
    kind: 'positive',
    world: told('one role login', (world) => {
      signsIn(world, hour / 2, world.assumes(0, world.alice, R1));
    }),
    expect: [{ severity: 'low', evidence: ['AssumeRole', 'ConsoleLogin'] }],
  },
  {
    name: 'a federated user',
    kind: 'positive',
    world: told('federated', (world) => {
      opens(world, minute, guest(world));
    }),
    expect: [
      { severity: 'low', title: 'Federated user guest signed in to the console', says: ['goes on when the key'] },
    ],
  },
  {
    name: 'a federated user, known by the sign-in and the principal',
    kind: 'positive',
    world: told('federated login', (world) => {
      signsIn(world, minute, guest(world), false);
    }),
    expect: [{ severity: 'low', evidence: ['ConsoleLogin'] }],
  },
  {
    name: 'twice with one session is one finding',
    kind: 'positive',
    world: told('twice', (world) => {
      const session = world.assumes(0, world.alice, R1);
      opens(world, minute, session);
      opens(world, 10 * minute, session);
    }),
    expect: [{ severity: 'low', count: 2, says: ['2 sign-ins and 2 sign-in tokens'] }],
  },
  {
    name: 'a role session of unseen origin that asks for a token',
    kind: 'ambiguous',
    world: told('unseen', (world) => {
      asks(
        world,
        minute,
        roleSession({ role: R1, name: 'who', key: 'ASIAAAAAAAAAAAAAAAA1', issuedAt: start, expiresAt: start + hour }),
      );
    }),
    expect: [{ severity: 'low' }],
  },
  {
    name: 'a SAML user, who asks for a token',
    kind: 'positive',
    world: told('saml token', (world) => {
      const grant = assumeRoleWithSaml(world.trail, {
        at: start,
        role: role(account, 'staff'),
        name: 'dora',
        provider: 'corporate',
        origin: office,
        hours: 1,
      });
      world.records.push(...grant.records);
      asks(world, minute, grant.session);
    }),
    expect: [{ severity: 'low' }],
  },
  {
    name: 'a SAML user, who signs in to the console as SAML users do',
    kind: 'negative',
    world: told('saml', (world) => {
      const grant = assumeRoleWithSaml(world.trail, {
        at: start,
        role: role(account, 'staff'),
        name: 'dora',
        provider: 'corporate',
        origin: office,
        hours: 1,
      });
      world.records.push(...grant.records);
      signsIn(world, 1, grant.session, false);
    }),
    expect: [],
  },
  {
    name: 'people of the access portal',
    kind: 'negative',
    world: told('portal', (world) => {
      const session = world.signsOn(0, 'carol');
      const of = role(account, 'AWSReservedSSO_Engineer_0123456789abcdef', '/aws-reserved/sso.amazonaws.com/');
      world.records.push(...consoleFromPortal(world.trail, start + 5, of, session, 'carol', office, 1).records);
      asks(world, minute, session);
    }),
    expect: [],
  },
  {
    name: 'the portal’s agent, with a role that a user assumed',
    kind: 'negative',
    world: told('portal agent', (world) => {
      asks(world, minute, world.assumes(0, world.alice, R1), portal);
    }),
    expect: [],
  },
  {
    name: 'the portal’s agent, with the credentials of an instance',
    kind: 'positive',
    world: told('portal agent of an instance', (world) => {
      asks(world, minute, world.delivers(0).v2, portal);
    }),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'a user with a password',
    kind: 'negative',
    world: told('user', (world) => {
      world.records.push(...consoleLogin(world.trail, start, alice, office, 1).records);
    }),
    expect: [],
  },
  {
    name: 'what failed',
    kind: 'ambiguous',
    world: told('failed', (world) => {
      const { v2 } = world.delivers(0);
      asks(world, minute, v2, thief, 'Failure');
      signsIn(world, 2 * minute, v2, true, 'Failure');
    }),
    expect: [],
  },
  {
    name: 'what a service did, what another account saw, and a call of the same name',
    kind: 'negative',
    world: told('not its own', (world) => {
      const { v2 } = world.delivers(0);
      asks(world, minute, throughService(v2, 'quicksight'));
      asks(world, 2 * minute, { ...seenFromOutside(v2), account: other });
      world.does(3 * minute, v2, { source: 'elsewhere', name: 'GetSigninToken' });
    }),
    expect: [],
  },
  {
    name: 'before the period asked for',
    kind: 'negative',
    world: told('before', (world) => {
      const { v2 } = world.delivers(0);
      opens(world, minute, v2);
      world.heartbeat(2 * hour, v2, '2.2.2.2');
    }),
    options: { since: '2025-05-12T09:00:00Z' },
    expect: [],
  },
];
