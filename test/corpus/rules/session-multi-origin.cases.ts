/** Cases of `session-multi-origin`: one session at several places, by each sign that tells people from networks. */
import {
  actions,
  assumeRoot,
  assumeRoleWithSaml,
  consoleFromPortal,
  consoleLogin,
  deliver,
  getFederationToken,
  getSessionToken,
  role,
  roleSession,
  seenFromOutside,
  throughService,
  type Caller,
  type Session,
} from '../../../scripts/sample/records';
import { account, alice, from, hour, minute, onMac, other, R1, start } from '../../unit/engine/support/world';
import { told } from './instance-worlds';
import { networkCases } from './moving-networks';
import { alternates, away, berlin, boto, databases, home, moves, roleOf, saoPaulo } from './moving-sessions';
import type { RuleCase } from './rule-case';

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:125.0) Gecko/20100101 Firefox/125.0';
const s3Console = 'S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.488 Linux/5.10.184 OpenJDK_64-Bit_Server_VM/25.372';
const rdsConsole = 'RDS Console, aws-internal/3 aws-sdk-java/1.11.975 Linux/5.4.247 OpenJDK_64-Bit_Server_VM/25.372';
const inCloudShell =
  'aws-cli/2.15.30 md/Botocore#2.0.0 ua/2.0 os/linux#6.6 md/arch#x86_64 exec-env/CloudShell lang/python#3.11.8';

function withoutCreation(session: Session): Caller {
  const { sessionContext: _unsaid, ...identity } = session.identity;
  return { account: session.account, identity };
}

export const cases: readonly RuleCase[] = [
  {
    name: 'one place and another in turns, with the same client',
    kind: 'positive',
    world: roleOf('turns', alternates),
    expect: [
      {
        severity: 'medium',
        title: 'Session session of role R1 was used from 203.0.113.7 and 198.51.100.9 in turns',
        confidence: 'exact',
        count: 1,
        addresses: ['203.0.113.7', '198.51.100.9'],
        techniques: ['T1550.001', 'T1078.004'],
        evidence: ['AssumeRole', 'ListBuckets', 'ListBuckets', 'ListBuckets'],
        says: [
          '3 direct calls of this one session came from 2 places: 203.0.113.7 (2) and 198.51.100.9 (1)',
          'They were used in turns',
          'within 9 minutes (+2)',
          'Together 2 of the 4 points',
          'All but one came from the same place',
        ],
      },
    ],
    notes: ['session-multi-origin-no-databases'],
  },
  {
    name: 'one place after the other: somebody went home',
    kind: 'positive',
    world: roleOf('moves', moves),
    expect: [{ severity: 'low', says: ['Nothing else tells them apart'], saysNot: ['in turns', 'All but one'] }],
  },
  {
    name: 'in turns, on another operating system',
    kind: 'positive',
    world: roleOf('turns mac', (world, session) => {
      alternates(world, session, from('198.51.100.9', onMac));
    }),
    expect: [{ severity: 'high', says: ['operating systems differ: darwin and linux (+2)', 'Together 4'] }],
  },
  {
    name: 'another operating system at the other place',
    kind: 'positive',
    world: roleOf('mac', (world, session) => {
      moves(world, session, from('198.51.100.9', onMac));
    }),
    expect: [{ severity: 'medium', says: ['operating systems differ'], saysNot: ['The clients differ'] }],
  },
  {
    name: 'another tool at the other place',
    kind: 'positive',
    world: roleOf('tool', (world, session) => {
      moves(world, session, from('198.51.100.9', boto));
    }),
    expect: [{ severity: 'low', says: ['The clients differ: aws-cli and boto3 (+1)', 'Together 1 of'] }],
  },
  {
    name: 'in turns, with another tool: three points are not four',
    kind: 'positive',
    world: roleOf('turns tool', (world, session) => {
      alternates(world, session, from('198.51.100.9', boto));
    }),
    expect: [{ severity: 'medium', says: ['Together 3 of'] }],
  },
  {
    name: 'a tool more at one of the places',
    kind: 'positive',
    world: roleOf('tool more', (world, session) => {
      moves(world, session);
      world.does(6 * minute, session, actions.listBuckets, from('198.51.100.9', boto));
    }),
    expect: [{ severity: 'low', says: ['The clients differ: aws-cli and boto3 (+1)'] }],
  },
  {
    name: 'both clients at both places tell nobody apart',
    kind: 'negative',
    world: roleOf('both clients', (world, session) => {
      moves(world, session);
      moves(world, session, from('198.51.100.9', onMac), from('203.0.113.7', onMac));
    }),
    expect: [{ severity: 'low', saysNot: ['differ'] }],
  },
  {
    name: 'away and back in exactly half an hour',
    kind: 'positive',
    world: roleOf('half an hour', (world, session) => {
      moves(world, session);
      world.does(31 * minute, session, actions.listBuckets, home);
    }),
    expect: [{ severity: 'medium', says: ['in turns'] }],
  },
  {
    name: 'away and back a second later than that',
    kind: 'negative',
    world: roleOf('half an hour and a second', (world, session) => {
      moves(world, session);
      world.does(31 * minute + 1, session, actions.listBuckets, home);
    }),
    expect: [{ severity: 'low', saysNot: ['in turns'] }],
  },
  {
    name: 'the case file says that five minutes are in turns',
    kind: 'negative',
    world: roleOf('five minutes', alternates),
    settings: { thresholds: { 'session-multi-origin': { turnsMinutes: 5 } } },
    expect: [{ severity: 'low', saysNot: ['in turns'] }],
  },
  {
    name: 'between two calls from home, in one second with another one',
    kind: 'positive',
    world: roleOf('between', (world, session) => {
      world
        .does(minute, session, actions.listBuckets, home)
        .does(2 * minute, session, actions.listBuckets, home)
        .does(2 * minute, session, actions.listBuckets, away)
        .does(3 * minute, session, actions.listBuckets, home);
    }),
    expect: [{ severity: 'medium', says: ['in turns', 'within 2 minutes'] }],
  },
  {
    name: 'two places in one second, of which nobody knows the order',
    kind: 'ambiguous',
    world: roleOf('one second', (world, session) => {
      world
        .does(minute, session, actions.listBuckets, home)
        .does(minute, session, actions.listBuckets, away)
        .does(minute, session, actions.listBuckets, home)
        .does(minute + 1, session, actions.listBuckets, away);
    }),
    expect: [{ severity: 'low', saysNot: ['in turns'] }],
  },
  {
    name: 'four places',
    kind: 'positive',
    world: roleOf('four', (world, session) => {
      moves(world, session);
      world
        .does(hour, session, actions.listBuckets, from('192.0.2.1'))
        .does(2 * hour, session, actions.listBuckets, from('8.8.8.8'));
    }),
    expect: [{ severity: 'low', title: 'Session session of role R1 was used from 4 places', count: 3 }],
  },

  ...networkCases,

  // Ranges of the case file.
  {
    name: 'two ways out of the company',
    kind: 'negative',
    world: roleOf('egress', alternates),
    settings: { trustedCidrs: ['203.0.113.0/24', '198.51.100.0/24'] },
    expect: [],
  },
  {
    name: 'the company and elsewhere',
    kind: 'positive',
    world: roleOf('company and elsewhere', (world, session) => {
      alternates(world, session);
      world.does(6 * minute, session, actions.listBuckets, from('192.0.2.1'));
    }),
    settings: { trustedCidrs: ['203.0.113.0/24', '192.0.2.0/24'] },
    expect: [
      {
        severity: 'medium',
        title:
          'Session session of role R1 was used from your own ranges (203.0.113.7 and 192.0.2.1) and 198.51.100.9 in turns',
      },
    ],
  },

  // Which sessions.
  {
    name: 'a session token of a user',
    kind: 'positive',
    world: told('session token', (world) => {
      const grant = getSessionToken(world.trail, { at: start, caller: world.alice, user: alice, origin: home });
      world.records.push(...grant.records);
      alternates(world, grant.session);
    }),
    expect: [
      {
        severity: 'medium',
        title: 'A session token of user alice was used from 203.0.113.7 and 198.51.100.9 in turns',
      },
    ],
  },
  {
    name: 'a federated user',
    kind: 'positive',
    world: told('federated user', (world) => {
      const grant = getFederationToken(world.trail, {
        at: start,
        caller: world.alice,
        user: alice,
        name: 'guest',
        origin: home,
      });
      world.records.push(...grant.records);
      alternates(world, grant.session);
    }),
    expect: [{ severity: 'medium', title: 'Federated user guest was used from 203.0.113.7 and 198.51.100.9 in turns' }],
  },
  {
    name: 'a root session',
    kind: 'positive',
    world: told('root session', (world) => {
      const grant = assumeRoot(
        world.trail,
        start,
        world.assumes(0, world.alice, R1),
        other,
        'IAMAuditRootUserCredentials',
        home,
      );
      world.records.push(...grant.records);
      alternates(world, grant.session);
    }),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'a person of the sign-on, a SAML user and a pipeline',
    kind: 'positive',
    world: told('federated logins', (world) => {
      const saml = assumeRoleWithSaml(world.trail, {
        at: start,
        role: role(account, 'staff'),
        name: 'dora',
        provider: 'corporate',
        origin: home,
        hours: 1,
      });
      world.records.push(...saml.records);
      alternates(world, world.signsOn(0, 'carol'));
      moves(world, saml.session);
      moves(world, world.pipeline(0, role(account, 'deploy'), 'run-1'));
    }),
    expect: [{ severity: 'medium' }, { severity: 'low' }, { severity: 'low' }],
  },
  {
    name: 'a long-term key is no session',
    kind: 'negative',
    world: told('long-term key', (world) => {
      alternates(world, world.alice, from('198.51.100.9', onMac));
    }),
    expect: [],
  },
  {
    name: 'root’s own key is no session either',
    kind: 'negative',
    world: told('root key', (world) => {
      const arn = `arn:aws:iam::${account}:root`;
      const identity = {
        type: 'Root',
        principalId: account,
        arn,
        accountId: account,
        accessKeyId: 'AKIAAAAAAAAAAAAAAAA1',
      };
      alternates(world, { account, identity });
    }),
    expect: [],
  },
  {
    name: 'instances and workloads have rules of their own',
    kind: 'negative',
    world: told('workloads', (world) => {
      alternates(world, world.delivers(0).v2, from('198.51.100.9', onMac));
      for (const service of ['lambda', 'ecs-tasks', 'pods.eks', 'codebuild']) {
        const grant = deliver(world.trail, {
          at: start,
          service,
          role: role(account, service),
          name: 'work',
          minutes: 60,
          withAssumedRoleUser: true,
        });
        world.records.push(...grant.records);
        alternates(world, grant.session, from('198.51.100.9', onMac));
      }
    }),
    expect: [],
  },

  // Which calls.
  {
    name: 'a service calls on behalf of the session',
    kind: 'negative',
    world: roleOf('forwarded', (world, session) => {
      world
        .does(minute, session, actions.listBuckets, home)
        .does(5 * minute, throughService(session, 'athena'), actions.listBuckets, away);
    }),
    expect: [],
  },
  {
    name: 'what another account saw of a call',
    kind: 'negative',
    world: roleOf('copy', (world, session) => {
      world
        .does(minute, session, actions.listBuckets, home)
        .does(5 * minute, { ...seenFromOutside(session), account: other }, actions.listBuckets, away);
    }),
    expect: [],
  },
  {
    name: 'what an endpoint saw, what a service did for itself, what was unusual',
    kind: 'negative',
    world: roleOf('no actions', (world, session) => {
      world.does(minute, session, actions.listBuckets, home);
      const call = world.trail.record(start + 5 * minute, session, actions.getCallerIdentity, away);
      world.records.push(
        { ...call, eventType: 'AwsVpceEvent', eventCategory: 'NetworkActivity' },
        { ...call, eventID: 'b3b1ad6c-3f4c-4b5b-9b5c-000000000001', requestID: 'r-2', eventType: 'AwsServiceEvent' },
        {
          ...call,
          eventID: 'b3b1ad6c-3f4c-4b5b-9b5c-000000000002',
          requestID: 'r-3',
          eventType: 'AwsCloudTrailInsight',
          eventCategory: 'Insight',
        },
      );
    }),
    expect: [],
  },
  {
    name: 'the console of a person who goes home',
    kind: 'negative',
    world: told('console', (world) => {
      const { records, keys } = consoleLogin(world.trail, start, alice, from('203.0.113.7', firefox), 3);
      world.records.push(...records);
      const [first, second, third] = keys;
      if (first !== undefined && second !== undefined && third !== undefined) {
        world
          .does(minute, first, actions.listBuckets, { ...from('203.0.113.7', firefox), fromConsole: true })
          .does(2 * minute, second, actions.listBuckets, from('203.0.113.7', s3Console))
          .does(3 * minute, third, actions.listBuckets, from('203.0.113.7', rdsConsole))
          .does(4 * minute, third, actions.listBuckets, from('10.0.0.9', s3Console, 'vpce-aws'))
          .does(hour, first, actions.listBuckets, from('198.51.100.9', firefox));
      }
    }),
    expect: [{ severity: 'low', saysNot: ['differ'], addresses: ['203.0.113.7', '198.51.100.9'] }],
  },
  {
    name: 'the console of an SSO user through AWS’s own endpoints',
    kind: 'negative',
    world: told('portal', (world) => {
      const portal = world.signsOn(0, 'carol');
      const of = role(account, 'AWSReservedSSO_Engineer_0123456789abcdef', '/aws-reserved/sso.amazonaws.com/');
      const { records, keys } = consoleFromPortal(
        world.trail,
        start + 5,
        of,
        portal,
        'carol',
        from('203.0.113.7', firefox),
        1,
      );
      world.records.push(...records);
      const [key] = keys;
      if (key !== undefined) {
        world
          .does(minute, key, actions.listBuckets, { ...from('203.0.113.7', firefox), fromConsole: true })
          .does(2 * minute, key, actions.listBuckets, { ...from('10.0.0.9', firefox, 'vpce-aws'), fromConsole: true })
          .does(3 * minute, key, actions.listBuckets, { ...from('203.0.113.7', firefox), fromConsole: true });
      }
    }),
    expect: [],
  },
  {
    name: 'CloudShell beside the console',
    kind: 'ambiguous',
    world: told('cloudshell', (world) => {
      const { records, keys } = consoleLogin(world.trail, start, alice, from('203.0.113.7', firefox), 2);
      world.records.push(...records);
      const [browser, shell] = keys;
      if (browser !== undefined && shell !== undefined) {
        world
          .does(minute, browser, actions.listBuckets, { ...from('203.0.113.7', firefox), fromConsole: true })
          .does(5 * minute, shell, actions.listBuckets, from('198.51.100.9', inCloudShell))
          .does(10 * minute, browser, actions.listBuckets, { ...from('203.0.113.7', firefox), fromConsole: true });
      }
    }),
    options: databases({ '203.0.113.7': berlin, '198.51.100.9': { ...saoPaulo, asn: 16509 } }),
    expect: [
      {
        severity: 'low',
        title: 'The console sign-in of user alice was used from 203.0.113.7 and CloudShell',
        says: ['Nothing else tells'],
      },
    ],
  },
  {
    name: 'somebody who says to be CloudShell, from a network that is not Amazon’s',
    kind: 'positive',
    world: told('no cloudshell', (world) => {
      const { records, keys } = consoleLogin(world.trail, start, alice, from('203.0.113.7', firefox), 2);
      world.records.push(...records);
      const [browser, shell] = keys;
      if (browser !== undefined && shell !== undefined) {
        world
          .does(minute, browser, actions.listBuckets, { ...from('203.0.113.7', firefox), fromConsole: true })
          .does(5 * minute, shell, actions.listBuckets, from('198.51.100.9', inCloudShell));
      }
    }),
    options: databases({ '203.0.113.7': berlin, '198.51.100.9': saoPaulo }),
    expect: [{ severity: 'high', saysNot: ['and CloudShell'] }],
  },
  {
    name: 'somebody who says to be CloudShell, from a private address',
    kind: 'positive',
    world: told('private cloudshell', (world) => {
      const { records, keys } = consoleLogin(world.trail, start, alice, from('203.0.113.7', firefox), 1);
      world.records.push(...records);
      for (const key of keys) {
        moves(world, key, from('10.0.0.6', inCloudShell), from('203.0.113.7', firefox));
      }
    }),
    expect: [{ severity: 'medium', title: 'The console sign-in of user alice was used from 203.0.113.7 and 10.0.0.6' }],
  },
  {
    name: 'somebody who says to be CloudShell, with a session that no console opened',
    kind: 'positive',
    world: roleOf('no console', (world, session) => {
      alternates(world, session, from('198.51.100.9', inCloudShell), from('203.0.113.7', onMac));
    }),
    expect: [{ severity: 'high', says: ['in turns', 'operating systems differ'] }],
  },

  // Open ones.
  {
    name: 'an address that is none is a place of its own',
    kind: 'ambiguous',
    world: roleOf('invalid', (world, session) => {
      alternates(world, session, from('253.252.51.07'));
    }),
    expect: [{ severity: 'medium', addresses: ['203.0.113.7', '253.252.51.07'] }],
  },
  {
    name: 'a call without a user agent may be of any client',
    kind: 'ambiguous',
    world: roleOf('no agent', (world, session) => {
      moves(world, session, from('198.51.100.9', ''));
    }),
    expect: [{ severity: 'low', saysNot: ['differ'] }],
  },
  {
    name: 'no creation time: one session a key',
    kind: 'ambiguous',
    world: told('by key', (world) => {
      const [first, second, third] = ['ASIAAAAAAAAAAAAAAAA1', 'ASIAAAAAAAAAAAAAAAA2', 'ASIAAAAAAAAAAAAAAAA3'].map(
        (key) => withoutCreation(roleSession({ role: R1, name: 'job', key, issuedAt: start, expiresAt: start + hour })),
      );
      if (first !== undefined && second !== undefined && third !== undefined) {
        world.does(minute, first, actions.listBuckets, home).does(5 * minute, second, actions.listBuckets, away);
        alternates(world, third);
      }
    }),
    expect: [{ severity: 'medium', count: 1 }],
  },
  {
    name: 'neither a creation time nor a key: not judged, and said so',
    kind: 'ambiguous',
    world: told('by name', (world) => {
      const session = roleSession({ role: R1, name: 'job', key: '', issuedAt: start, expiresAt: start + hour });
      alternates(world, withoutCreation(session), from('198.51.100.9', onMac));
    }),
    expect: [],
    notes: ['session-multi-origin-nameless'],
  },
  {
    name: 'a second place before the period asked for',
    kind: 'negative',
    world: roleOf('before', (world, session) => {
      alternates(world, session);
      world.does(2 * hour, world.alice, actions.listBuckets);
    }),
    options: { since: '2025-05-12T09:00:00Z' },
    expect: [],
  },
  {
    name: 'used in the period asked for, after a second place before it',
    kind: 'positive',
    world: roleOf('into', (world, session) => {
      alternates(world, session);
      world.does(50 * minute, session, actions.listBuckets, home);
    }),
    options: { since: '2025-05-12T08:45:00Z' },
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'the first place only in the period asked for',
    kind: 'negative',
    world: roleOf('until', alternates),
    options: { until: '2025-05-12T08:03:00Z' },
    expect: [],
  },
];
