/**
 * The cases of `role-juggling`: roles that come back on one chain, chains that are kept alive, and what looks like either. The
 * loop is that of AWSRoleJuggler: a list of roles, each assumed with the session before, one every 540 seconds.
 */
import {
  actions,
  assumeRoleDenied,
  consoleFromPortal,
  longTermKey,
  role,
  roleSession,
  user,
  type Caller,
  type Role,
  type Session,
} from '../../../scripts/sample/records';
import type { World } from '../../unit/engine/support/world';
import { account, day, hour, minute, office, other, R1, R2, R3, start, webRole } from '../../unit/engine/support/world';
import { told } from './instance-worlds';
import type { RuleCase } from './rule-case';
import { assumesAmbiguously } from './shapes';

const R4 = role(account, 'R4');
const R5 = role(account, 'R5');

/** One role after the other, each under its own name unless told, so many seconds apart. */
function juggles(
  world: World,
  at: number,
  caller: Caller,
  roles: readonly Role[],
  gaps: number | readonly number[],
  name = (step: number): string => `step-${String(step)}`,
): Session {
  let session: Session | undefined;
  let time = at;
  roles.forEach((of, step) => {
    session = world.assumes(time, session ?? caller, of, office, name(step));
    time += typeof gaps === 'number' ? gaps : (gaps[step] ?? 0);
  });
  if (session === undefined) {
    throw new Error('a chain needs a role');
  }
  world.does(time, session, actions.listBuckets);
  return session;
}

const always = (name: string) => (): string => name;
const unseen = roleSession({
  role: R1,
  name: 'x',
  key: 'ASIAUNSEEN1234567890',
  issuedAt: start,
  expiresAt: start + hour,
});

const returning: readonly RuleCase[] = [
  {
    name: 'the juggler: three roles in a loop, every nine minutes, named juggle',
    kind: 'positive',
    world: told('juggler', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R3, R1, R2, R3, R1, R2, R3, R1], 540, always('juggle'));
    }),
    expect: [
      {
        severity: 'high',
        count: 7,
        confidence: 'exact',
        techniques: ['T1550.001', 'T1078.004'],
        says: ['7 times', '9 minutes', '81 minutes', '“juggle”'],
        addresses: [office.ip],
      },
    ],
  },
  {
    name: 'there and back once, ten minutes each',
    kind: 'positive',
    world: told('there and back', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R1], 10 * minute);
    }),
    expect: [
      {
        severity: 'medium',
        count: 1,
        says: ['R1 → R2 → R1', '20 minutes after'],
        evidence: ['AssumeRole', 'AssumeRole', 'AssumeRole', 'ListBuckets'],
      },
    ],
  },
  {
    name: 'around four roles once',
    kind: 'positive',
    world: told('around four', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R3, R4, R1], minute);
    }),
    expect: [{ severity: 'medium', count: 1 }],
  },
  {
    name: 'two returns',
    kind: 'positive',
    world: told('two returns', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R1, R2], 5 * minute);
    }),
    expect: [{ severity: 'high', count: 2 }],
  },
  {
    name: 'there and back once, all sessions under one name',
    kind: 'positive',
    world: told('one name', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R1], 10 * minute, always('ops'));
    }),
    expect: [{ severity: 'high', count: 1, says: ['“ops”'] }],
  },
  {
    name: 'there and back once, one session of them named juggle',
    kind: 'positive',
    world: told('one juggle', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R1], 10 * minute, (step) => (step === 1 ? 'juggle' : `s${String(step)}`));
    }),
    expect: [{ severity: 'high', count: 1, says: ['“juggle”'] }],
  },
  {
    name: 'an instance’s own role, by way of another',
    kind: 'positive',
    world: told('instance', (world) => {
      juggles(world, hour, world.delivers(0).v2, [R1, webRole], 10 * minute);
    }),
    expect: [{ severity: 'medium', count: 1, instanceIds: ['i-0123456789abcdef0'] }],
  },
  {
    name: 'a pipeline’s role, by way of another in another account, which logged it too',
    kind: 'positive',
    world: told('across accounts', (world) => {
      const ci = role(account, 'ci');
      juggles(world, 10 * minute, world.pipeline(0, ci, 'run-1'), [role(other, 'deploy'), ci], 10 * minute);
    }),
    expect: [{ severity: 'medium', count: 1 }],
  },
  {
    name: 'sixty seconds apart are enough',
    kind: 'positive',
    world: told('sixty seconds', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R1], 30);
    }),
    expect: [{ severity: 'medium', count: 1 }],
  },
  {
    name: 'two branches of one loop are one finding, what only comes after it none of its own',
    kind: 'positive',
    world: told('branches', (world) => {
      const back = juggles(world, 0, world.alice, [R1, R2, R1], 10 * minute);
      juggles(world, 40 * minute, back, [R4], 0);
      juggles(world, 41 * minute, back, [R5], 0);
    }),
    expect: [{ severity: 'medium', count: 1 }],
  },
  {
    name: 'back twice from one session: one circle, made twice',
    kind: 'positive',
    world: told('back twice', (world) => {
      const away = juggles(world, 0, world.alice, [R1, R2], 10 * minute);
      juggles(world, 30 * minute, away, [R1], 0, always('first'));
      juggles(world, 35 * minute, away, [R1], 0, always('second'));
    }),
    expect: [{ severity: 'medium', count: 2 }],
  },
  {
    name: 'a circle that the team knows, by the role that it ends with',
    kind: 'positive',
    world: told('known circle', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R1], 10 * minute);
    }),
    settings: { suppressions: [{ rule: 'role-juggling', role: 'R1', reason: 'deployment' }] },
    expect: [{ severity: 'medium', suppressed: true }],
  },
  {
    name: 'the same loop from two keys is two',
    kind: 'positive',
    world: told('two keys', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R1], 10 * minute);
      const bob = world.createsKey(0, world.alice, user(account, 'bob'), longTermKey('bob'));
      juggles(world, hour, bob, [R1, R2, R1], 10 * minute);
    }),
    expect: [
      { severity: 'medium', count: 1 },
      { severity: 'medium', count: 1 },
    ],
  },
  {
    name: 'back within the period asked for, gone before it',
    kind: 'positive',
    world: told('into the period', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R1], 20 * minute);
    }),
    options: { since: '2025-05-12T08:30:00Z' },
    expect: [{ severity: 'medium', count: 1 }],
  },
  {
    name: 'back before the period asked for',
    kind: 'negative',
    world: told('before the period', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R1], 10 * minute);
      world.does(day, world.alice, actions.listBuckets);
    }),
    options: { since: '2025-05-12T20:00:00Z' },
    expect: [],
  },
];

const itself: readonly RuleCase[] = [
  {
    name: 'a program that refreshes its role by assuming itself, once, under one name',
    kind: 'positive',
    world: told('self', (world) => {
      juggles(world, 0, world.alice, [R1, R1], 50 * minute, always('app'));
    }),
    expect: [{ severity: 'low', count: 1, says: ['R1 → R1', 'refresh'] }],
  },
  {
    name: 'an instance that assumes its own role, once',
    kind: 'positive',
    world: told('instance self', (world) => {
      juggles(world, hour, world.delivers(0).v2, [webRole], 0);
    }),
    expect: [{ severity: 'low', count: 1 }],
  },
  {
    name: 'the same, of a role that the team knows to do it',
    kind: 'positive',
    world: told('known self', (world) => {
      juggles(world, 0, world.alice, [R1, R1], 50 * minute);
    }),
    settings: { suppressions: [{ rule: 'role-juggling', role: 'R1', reason: 'old SDK' }] },
    expect: [{ severity: 'low', suppressed: true }],
  },
  {
    name: 'itself once, but named juggle',
    kind: 'positive',
    world: told('self juggle', (world) => {
      juggles(world, 0, world.alice, [R1, R1], 9 * minute, always('juggle'));
    }),
    expect: [{ severity: 'high', count: 1 }],
  },
  {
    name: 'itself twice',
    kind: 'positive',
    world: told('self twice', (world) => {
      juggles(world, 0, world.alice, [R1, R1, R1], 25 * minute);
    }),
    expect: [{ severity: 'high', count: 2 }],
  },
];

const alive: readonly RuleCase[] = [
  {
    name: 'four roles, half an hour apart',
    kind: 'positive',
    world: told('alive', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R3, R4], 30 * minute);
    }),
    expect: [{ severity: 'high', count: 3, says: ['3 assumptions', '30 minutes', '90 minutes'] }],
  },
  {
    name: 'three roles from a sign-on, that session the first to be followed',
    kind: 'positive',
    world: told('alive from a sign-on', (world) => {
      juggles(world, 25 * minute, world.signsOn(0, 'ana'), [R1, R2, R3], 25 * minute);
    }),
    expect: [{ severity: 'high', count: 3 }],
  },
  {
    name: 'from a session that was hours old, the last four at even steps',
    kind: 'positive',
    world: told('alive from an old session', (world) => {
      juggles(world, 5 * hour, world.signsOn(0, 'ana'), [R1, R2, R3, R4], 30 * minute);
    }),
    expect: [{ severity: 'high', count: 3 }],
  },
  {
    name: 'sixty-one minutes in all',
    kind: 'positive',
    world: told('just over an hour', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R3, R4], [20 * minute, 20 * minute, 21 * minute]);
    }),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'an hour in all, which one credential of a chain lasts',
    kind: 'negative',
    world: told('one hour', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R3, R4], 20 * minute);
    }),
    expect: [],
  },
  {
    name: 'two role sessions that assumed another: too few',
    kind: 'negative',
    world: told('two hops', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R3], 40 * minute);
    }),
    expect: [],
  },
  {
    name: 'four roles at uneven steps',
    kind: 'negative',
    world: told('uneven', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R3, R4, R5], [2 * minute, 55 * minute, 2 * minute, 50 * minute]);
    }),
    expect: [],
  },
  {
    name: 'steps of more than an hour, by roles whose sessions may last longer',
    kind: 'negative',
    world: told('long steps', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R3, R4], 61 * minute);
    }),
    expect: [],
  },
  {
    name: 'the case file asks for longer runs',
    kind: 'negative',
    world: told('longer runs', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R3, R4], 30 * minute);
    }),
    settings: { thresholds: { 'role-juggling': { keepAliveHops: 4 } } },
    expect: [],
  },
];

const ordinary: readonly RuleCase[] = [
  {
    name: 'a chain of three roles without a return',
    kind: 'negative',
    world: told('chain', (world) => {
      world.chain(0, world.alice, [R1, R2, R3]);
    }),
    expect: [],
  },
  {
    name: 'a key that assumes the same role every hour',
    kind: 'negative',
    world: told('every hour', (world) => {
      for (let at = 0; at < 12; at++) {
        world.does(at * hour + minute, world.assumes(at * hour, world.alice, R1), actions.listBuckets);
      }
    }),
    expect: [],
  },
  {
    name: 'a role that refreshes another one from the same session',
    kind: 'negative',
    world: told('refresh', (world) => {
      const first = world.signsOn(0, 'ana');
      for (let at = 0; at < 6; at++) {
        world.does(at * hour + minute, world.assumes(at * hour, first, R2), actions.listBuckets);
      }
    }),
    expect: [],
  },
  {
    name: 'an SDK that asked twice in a second, and went on with each',
    kind: 'negative',
    world: told('siblings', (world) => {
      const first = world.assumes(0, world.alice, R1);
      for (const at of [minute, minute + 1]) {
        world.does(at + minute, world.assumes(at, first, R2), actions.listBuckets);
      }
    }),
    expect: [],
  },
  {
    name: 'back within a minute',
    kind: 'negative',
    world: told('within a minute', (world) => {
      juggles(world, 0, world.alice, [R1, R2, R1], [29, 30]);
    }),
    expect: [],
  },
  {
    name: 'roles of one name in two accounts',
    kind: 'negative',
    world: told('two accounts', (world) => {
      juggles(world, 0, world.alice, [R1, R2, role(other, 'R1')], 10 * minute);
    }),
    expect: [],
  },
  {
    name: 'a user’s key, made by a session of the role that it then assumes',
    kind: 'negative',
    world: told('created key', (world) => {
      const first = world.assumes(0, world.alice, R1);
      const bob = world.createsKey(5 * minute, first, user(account, 'bob'), longTermKey('bob'));
      juggles(world, 10 * minute, bob, [R1], 0);
    }),
    expect: [],
  },
  {
    name: 'the console opened with a role session, which then assumes another: the first was assumed once',
    kind: 'negative',
    world: told('console', (world) => {
      const first = world.assumes(0, world.alice, R1, office, 'dana');
      const opened = consoleFromPortal(world.trail, start + 10 * minute, R1, first, 'dana', office, 1);
      world.records.push(...opened.records);
      opened.keys.forEach((key) => juggles(world, 12 * minute, key, [R2], 0));
    }),
    expect: [],
  },
];

const open: readonly RuleCase[] = [
  {
    name: 'a return that was refused',
    kind: 'ambiguous',
    world: told('refused', (world) => {
      const second = juggles(world, 0, world.alice, [R1, R2], 10 * minute);
      world.records.push(assumeRoleDenied(world.trail, start + 25 * minute, second, R1, office));
    }),
    expect: [],
  },
  {
    name: 'a start outside the logs is a role that can come back',
    kind: 'ambiguous',
    world: told('unseen start', (world) => {
      juggles(world, 10 * minute, unseen, [R2, R1], 10 * minute);
    }),
    expect: [{ severity: 'medium', count: 1, says: ['Its origin is outside these logs'] }],
  },
  {
    name: 'several possible callers break the chain',
    kind: 'ambiguous',
    world: told('ambiguous', (world) => {
      const here = world.assumes(0, world.alice, R1);
      const there = world.assumes(minute, world.alice, R1, office, 'there');
      const held = assumesAmbiguously(world, 10 * minute, [here, there], R2);
      world.does(15 * minute, held, actions.listBuckets);
      juggles(world, 20 * minute, held, [R1], 0);
    }),
    expect: [],
  },
  {
    name: 'a role that was deleted and made again under its name is another role',
    kind: 'ambiguous',
    world: told('made again', (world) => {
      juggles(world, 0, world.alice, [R1, R2, { ...R1, id: 'AROAMADEAGAIN12345678' }], 10 * minute);
    }),
    expect: [],
  },
];

export const cases: readonly RuleCase[] = [...returning, ...itself, ...alive, ...ordinary, ...open];
