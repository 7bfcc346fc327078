/** Cases of `access-denied-enumeration`: permissions, roles and principals tried out, and jobs that are only broken. */
import {
  actions,
  assumeRoleDenied,
  consoleLogin,
  deliver,
  longTermKey,
  role,
  throughService,
  type Action,
  type Caller,
  type Origin,
  type Role,
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
  R1,
  start,
  type World,
} from '../../unit/engine/support/world';
import { asks, questions } from './discovery';
import { anchored, told } from './instance-worlds';
import type { RuleCase } from './rule-case';

const rule = 'access-denied-enumeration';
const key = longTermKey('alice');
const techniques = ['T1580', 'T1087.004', 'T1069.003'];

const refusals = (asked: readonly Action[]): Action[] => asked.map((action) => actions.refused(action, alice.arn));
const roles = (count: number, of = account): Role[] =>
  Array.from({ length: count }, (_, index) => role(of, `target-${String(index)}`));

/** The same refused call, `count` times. */
function polls(world: World, at: number, caller: Caller, count: number, every: number, origin: Origin = office): void {
  for (let index = 0; index < count; index++) {
    world.does(at + index * every, caller, actions.refused(actions.getParameter('/app/config'), alice.arn), origin);
  }
}

function tries(world: World, at: number, caller: Caller, targets: readonly Role[], every = minute): void {
  targets.forEach((target, index) => {
    world.records.push(assumeRoleDenied(world.trail, start + at + index * every, caller, target, office));
  });
}

function malformed(
  world: World,
  at: number,
  count: number,
  every: number,
  name = 'UpdateAssumeRolePolicy',
  caller = world.alice,
): void {
  for (let index = 0; index < count; index++) {
    world.does(at + index * every, caller, {
      source: 'iam',
      name,
      params: { roleName: 'mine', policyDocument: `{"n":${String(index)}}` },
      error: { code: 'MalformedPolicyDocumentException', message: 'Invalid principal in policy' },
    });
  }
}

export const cases: readonly RuleCase[] = [
  {
    name: 'five different refused actions in five minutes, both ends included',
    kind: 'positive',
    world: told('five', (world) => asks(world, minute, world.alice, refusals(questions(5)), 300)),
    expect: [
      {
        severity: 'low',
        title: `Access key ${key} of user alice was refused 5 calls of 5 actions in 5 minutes`,
        confidence: 'exact',
        count: 1,
        techniques,
        evidence: questions(5).map(({ name }) => name),
        says: ['5 refused calls of 5 different actions within 300 seconds', '5 of the session’s 5 calls were refused'],
        saysNot: ['broken', 'console'],
      },
    ],
  },
  {
    name: 'five in five minutes and a second',
    kind: 'negative',
    world: told('five, slower', (world) => asks(world, minute, world.alice, refusals(questions(5)), 301)),
    expect: [],
  },
  {
    name: 'four different ones',
    kind: 'negative',
    world: told('four', (world) => asks(world, minute, world.alice, refusals([...questions(4), ...questions(4)]), 60)),
    expect: [],
  },
  {
    name: 'ten refused calls of one action in five minutes',
    kind: 'positive',
    world: told('ten', (world) => {
      polls(world, minute, world.alice, 10, 33);
    }),
    expect: [{ severity: 'low', says: ['10 refused calls of 1 different action'], saysNot: ['broken'] }],
  },
  {
    name: 'nine',
    kind: 'negative',
    world: told('nine', (world) => {
      polls(world, minute, world.alice, 9, 10);
    }),
    expect: [],
  },
  {
    name: 'a role that was assumed',
    kind: 'positive',
    world: told('chained', (world) =>
      asks(world, hour, world.assumes(minute, world.alice, R1), refusals(questions(6)), 60),
    ),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'an instance',
    kind: 'positive',
    world: told('instance', (world) =>
      asks(world, hour, anchored(world).v2, refusals(questions(6)), 60, from('2.2.2.2')),
    ),
    expect: [{ severity: 'medium', says: ['the credentials of a machine'] }],
  },
  {
    name: 'a function',
    kind: 'positive',
    world: told('function', (world) => {
      const grant = deliver(world.trail, {
        at: start,
        service: 'lambda',
        role: role(account, 'fn'),
        name: 'report',
        minutes: 120,
        withAssumedRoleUser: false,
      });
      world.records.push(...grant.records);
      asks(world, hour, grant.session, refusals(questions(6)), 60, from('3.3.3.3', 'exec-env/AWS_Lambda_python3.12'));
    }),
    expect: [{ severity: 'medium', says: ['the credentials of a machine'] }],
  },
  {
    name: 'an app that polls one action for more than an hour is broken',
    kind: 'positive',
    world: told('broken', (world) => {
      polls(world, minute, anchored(world).v2, 250, 20, from('2.2.2.2'));
    }),
    expect: [
      {
        severity: 'low',
        title: 'Instance i-0123456789abcdef0 was refused ssm:GetParameter again and again',
        says: ['looks like a broken job'],
      },
    ],
  },
  {
    name: 'for an hour it may be anything',
    kind: 'positive',
    world: told('an hour', (world) => {
      polls(world, minute, anchored(world).v2, 181, 20, from('2.2.2.2'));
    }),
    expect: [{ severity: 'medium', saysNot: ['broken'] }],
  },
  {
    name: 'with a second action among them it is none',
    kind: 'positive',
    world: told('not broken', (world) => {
      const { v2 } = anchored(world);
      polls(world, minute, v2, 250, 20, from('2.2.2.2'));
      world.does(hour, v2, actions.refused(actions.listBuckets, alice.arn), from('2.2.2.2'));
    }),
    expect: [{ severity: 'medium', saysNot: ['broken'] }],
  },
  {
    name: 'pages of the console of a switched role',
    kind: 'positive',
    world: told('console role', (world) => {
      const session = world.assumes(minute, world.alice, R1);
      asks(world, hour, session, refusals(questions(8)), 60, { ...office, fromConsole: true });
    }),
    expect: [{ severity: 'low', says: ['The console asks for more'] }],
  },
  {
    name: 'calls that a service forwarded',
    kind: 'negative',
    world: told('forwarded', (world) => {
      const session = world.assumes(minute, world.alice, R1);
      asks(world, hour, throughService(session, 'cloudformation'), refusals(questions(20)), 60, {
        ip: 'cloudformation.amazonaws.com',
        ua: 'cloudformation.amazonaws.com',
      });
    }),
    expect: [],
  },
  {
    name: 'throttled and failed calls are not refused',
    kind: 'negative',
    world: told('throttled', (world) =>
      asks(
        world,
        minute,
        world.alice,
        questions(20).map((action, index) => ({
          ...action,
          error: { code: index % 2 === 0 ? 'ThrottlingException' : 'NoSuchEntityException', message: 'no' },
        })),
        60,
      ),
    ),
    expect: [],
  },
  {
    name: 'among failed ones a few refused ones',
    kind: 'negative',
    world: told('failed and refused', (world) => {
      polls(world, minute, world.alice, 6, 10);
      asks(
        world,
        minute,
        world.alice,
        questions(20).map((action) => ({ ...action, error: { code: 'NoSuchEntityException', message: 'no' } })),
        60,
      );
    }),
    expect: [],
  },
  {
    name: 'three roles in ten minutes, both ends included',
    kind: 'positive',
    world: told('three roles', (world) => {
      tries(world, minute, world.alice, roles(3), 300);
    }),
    expect: [
      {
        severity: 'medium',
        title: `Access key ${key} of user alice tried to assume 3 roles and was refused`,
        count: 1,
        evidence: ['AssumeRole', 'AssumeRole', 'AssumeRole'],
        says: ['3 different roles refused within 600 seconds', 'target-0, target-1 and target-2'],
        saysNot: ['another account', 'refused calls'],
      },
    ],
  },
  {
    name: 'three roles in ten minutes and two seconds',
    kind: 'negative',
    world: told('slow roles', (world) => {
      tries(world, minute, world.alice, roles(3), 301);
    }),
    expect: [],
  },
  {
    name: 'roles that could not be assumed for another reason',
    kind: 'negative',
    world: told('invalid', (world) => {
      roles(5).forEach((target, index) => {
        world.does(minute + index, world.alice, {
          source: 'sts',
          name: 'AssumeRole',
          params: { roleArn: target.arn, roleSessionName: 'x' },
          error: { code: 'ValidationError', message: 'The requested DurationSeconds exceeds the MaxSessionDuration' },
        });
      });
    }),
    expect: [],
  },
  {
    name: 'one role over and over',
    kind: 'negative',
    world: told('one role', (world) => {
      tries(world, minute, world.alice, [R1, R1, R1, R1], 10);
    }),
    expect: [],
  },
  {
    name: 'ten roles',
    kind: 'positive',
    world: told('ten roles', (world) => {
      tries(world, minute, world.alice, roles(10), 20);
    }),
    expect: [{ severity: 'high', says: ['10 different roles', '10 refused calls of 1 different action'] }],
  },
  {
    name: 'nine roles',
    kind: 'positive',
    world: told('nine roles', (world) => {
      tries(world, minute, world.alice, roles(9), 20);
    }),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'a role of another account among them',
    kind: 'positive',
    world: told('foreign role', (world) => {
      tries(world, minute, world.alice, [...roles(2), ...roles(1, other)]);
    }),
    expect: [{ severity: 'high', says: [`another account: ${other}`] }],
  },
  {
    name: 'denials while IAM spreads the change: each role is granted in the end',
    kind: 'negative',
    world: told('retries', (world) => {
      roles(6).forEach((target, index) => {
        const at = minute + index * 30;
        tries(world, at, world.alice, [target, target], 3);
        world.assumes(at + 8, world.alice, target);
      });
    }),
    expect: [],
  },
  {
    name: 'two of them are',
    kind: 'negative',
    world: told('two left', (world) => {
      tries(world, minute, world.alice, roles(3), 10);
      world.assumes(minute + 60, world.alice, roles(1)[0] ?? R1);
    }),
    expect: [],
  },
  {
    name: 'granted only later than within a minute',
    kind: 'positive',
    world: told('later', (world) => {
      tries(world, minute, world.alice, roles(3), 10);
      world.assumes(minute + 61, world.alice, roles(1)[0] ?? R1);
    }),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'roles that a service asked for on behalf of somebody',
    kind: 'negative',
    world: told('forwarded roles', (world) => {
      tries(world, minute, throughService(world.alice, 'cloudformation'), roles(4, other));
    }),
    expect: [],
  },
  {
    name: 'trust documents that name one principal after the other',
    kind: 'positive',
    world: told('malformed', (world) => {
      malformed(world, minute, 3, 300);
    }),
    expect: [
      {
        severity: 'medium',
        title: `Access key ${key} of user alice wrote 3 trust documents that IAM could not accept`,
        evidence: ['UpdateAssumeRolePolicy', 'UpdateAssumeRolePolicy', 'UpdateAssumeRolePolicy'],
        says: ['3 trust documents refused as malformed'],
      },
    ],
  },
  {
    name: 'by making roles',
    kind: 'positive',
    world: told('malformed roles', (world) => {
      malformed(world, minute, 4, 10, 'CreateRole');
    }),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'two of them, or three in more than ten minutes',
    kind: 'negative',
    world: told('typos', (world) => {
      malformed(world, minute, 2, 10);
      malformed(world, 2 * hour, 3, 301);
    }),
    expect: [],
  },
  {
    name: 'malformed documents of a stack that a service makes for somebody',
    kind: 'negative',
    world: told('malformed stack', (world) => {
      malformed(world, minute, 3, 10, 'CreateRole', throughService(world.alice, 'cloudformation'));
    }),
    expect: [],
  },
  {
    name: 'malformed policies of other calls',
    kind: 'negative',
    world: told('other documents', (world) => {
      malformed(world, minute, 5, 10, 'PutUserPolicy');
    }),
    expect: [],
  },
  {
    name: 'outside the period asked for',
    kind: 'negative',
    world: told('before', (world) => {
      asks(world, minute, world.alice, refusals(questions(9)), 60);
      tries(world, minute, world.alice, roles(5));
      malformed(world, minute, 5, 10);
    }),
    options: { since: '2025-05-13T00:00:00Z' },
    expect: [],
  },
  {
    name: 'the case file has other numbers',
    kind: 'negative',
    world: told('other numbers', (world) => {
      asks(world, minute, world.alice, refusals(questions(9)), 60);
      tries(world, hour, world.alice, roles(4));
    }),
    settings: { thresholds: { [rule]: { calls: 100, actions: 10, roles: 5 } } },
    expect: [],
  },
  {
    name: 'twice in one session is one finding with a count',
    kind: 'positive',
    world: told('twice', (world) => {
      asks(world, minute, world.alice, refusals(questions(6)), 60);
      asks(world, day, world.alice, refusals(questions(7)), 60);
    }),
    expect: [{ severity: 'low', count: 2, says: ['7 refused calls', '13 of the session’s 13 calls'] }],
  },
  {
    name: 'spread over two sessions',
    kind: 'negative',
    world: told('two sessions', (world) => {
      asks(world, hour, world.assumes(minute, world.alice, R1), refusals(questions(4)), 60);
      asks(world, hour, world.assumes(2 * minute, world.alice, R1), refusals(questions(8).slice(4)), 60);
    }),
    expect: [],
  },
  {
    name: 'the record does not say which role was refused',
    kind: 'ambiguous',
    world: told('unnamed', (world) => {
      for (let index = 0; index < 4; index++) {
        world.does(minute + index, world.alice, {
          source: 'sts',
          name: 'AssumeRole',
          error: { code: 'AccessDenied', message: 'Access denied' },
        });
      }
    }),
    expect: [],
    notes: [`${rule}-roles`],
  },
  {
    name: 'nor do such records make a third role of two',
    kind: 'ambiguous',
    world: told('two and unnamed', (world) => {
      tries(world, minute, world.alice, roles(2));
      world.does(2 * minute, world.alice, {
        source: 'sts',
        name: 'AssumeRole',
        error: { code: 'AccessDenied', message: 'Access denied' },
      });
    }),
    expect: [],
    notes: [`${rule}-roles`],
  },
  {
    name: 'a person in the console who may do little',
    kind: 'ambiguous',
    world: told('console user', (world) => {
      const { records, keys } = consoleLogin(world.trail, start, alice, office, 1);
      world.records.push(...records);
      asks(world, minute, keys[0] ?? world.alice, refusals(questions(12)), 60);
    }),
    expect: [{ severity: 'low', says: ['The console asks for more'] }],
  },
];
