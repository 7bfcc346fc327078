/** Cases of `rare-role-edge`: who assumes what they never did, among people who do the same every day. */
import { actions, user } from '../../../scripts/sample/records';
import { account, day, from, hour, minute, type World } from '../../unit/engine/support/world';
import { told } from './instance-worlds';
import { admin, app, quietWeeks, vault, worker, works } from './quiet-weeks';
import type { RuleCase } from './rule-case';

const rule = 'rare-role-edge';
const techniques = ['T1078.004'];

/** Quiet weeks, and then something on the ninth day. */
const among = (name: string, happens: (world: World) => void, days = 10, workers = 6): (() => World) =>
  told(name, (world) => {
    quietWeeks(world, days, workers);
    happens(world);
  });

export const cases: readonly RuleCase[] = [
  {
    name: 'a known user assumes a role that nobody else does',
    kind: 'positive',
    world: among('admin', (world) =>
      world.does(8 * day + 1, world.assumes(8 * day, worker(1), admin), actions.listBuckets),
    ),
    expect: [
      {
        severity: 'low',
        confidence: 'exact',
        count: 1,
        techniques,
        evidence: ['AssumeRole'],
        says: ['is 1 of 1 caller of role admin, of 9 callers of any role', '1 session', '1 other role usually'],
        saysNot: ['of its kind', 'call that'],
      },
    ],
  },
  {
    name: 'a role of which all other callers are of another kind',
    kind: 'positive',
    world: among('another kind', (world) => works(world, 8 * day, 1, vault)),
    expect: [
      {
        severity: 'medium',
        says: ['1 of 4 callers of role vault', 'None of the other callers of the role is of its kind (user)'],
      },
    ],
  },
  {
    name: 'a role that has a caller of the same kind',
    kind: 'positive',
    world: among('same kind', (world) => {
      for (let at = 0; at < 10; at++) {
        works(world, at * day + 3 * hour, 2, vault);
      }
      works(world, 8 * day, 1, vault);
    }),
    expect: [{ severity: 'low', says: ['1 of 5 callers'] }],
  },
  {
    name: 'two callers of another kind tell too little',
    kind: 'positive',
    world: told('two others', (world) => {
      quietWeeks(world);
      for (let at = 0; at < 10; at++) {
        ['ana', 'ben'].forEach((person, index) => {
          const signedOn = world.signsOn(at * day + 4 * hour + index * minute, person);
          world.assumes(at * day + 4 * hour + index * minute + 30, signedOn, admin);
        });
      }
      works(world, 8 * day, 1, admin);
    }),
    expect: [{ severity: 'low', says: ['1 of 3 callers'] }],
  },
  {
    name: 'that is then used to make a user',
    kind: 'positive',
    world: among('persistence', (world) => {
      const session = world.assumes(8 * day, worker(1), admin);
      world.createsUser(8 * day + minute, session, user(account, 'bob'));
    }),
    expect: [{ severity: 'medium', evidence: ['AssumeRole', 'CreateUser'], says: ['used for 1 call'] }],
  },
  {
    name: 'or to read a secret, or to stop logging',
    kind: 'positive',
    world: among('secret', (world) => {
      const session = world.assumes(8 * day, worker(1), admin);
      world.does(8 * day + minute, session, actions.getSecretValue(account, 'db'));
      world.does(8 * day + 2 * minute, session, actions.plain('cloudtrail', 'StopLogging', { name: 'main' }));
    }),
    expect: [{ severity: 'medium', says: ['used for 2 calls'] }],
  },
  {
    name: 'or tries to, and is refused',
    kind: 'positive',
    world: among('refused', (world) => {
      const session = world.assumes(8 * day, worker(1), admin);
      world.does(8 * day + minute, session, actions.refused(actions.getSecretValue(account, 'db'), admin.arn));
    }),
    expect: [{ severity: 'low', saysNot: ['used for'] }],
  },
  {
    name: 'in the learning part',
    kind: 'negative',
    world: among('learning', (world) => works(world, 2 * day + 23 * hour, 1, admin)),
    expect: [],
  },
  {
    name: 'just after it',
    kind: 'positive',
    world: among('after learning', (world) => works(world, 3 * day + hour, 1, admin)),
    expect: [{ severity: 'low' }],
  },
  {
    name: 'a longer time has a longer learning part: thirty percent',
    kind: 'negative',
    world: among('thirty percent', (world) => works(world, 5 * day, 1, admin), 20),
    expect: [],
  },
  {
    name: 'again on another day: a new habit',
    kind: 'negative',
    world: among('two days', (world) => {
      works(world, 8 * day, 1, admin);
      works(world, 9 * day, 1, admin);
    }),
    expect: [],
  },
  {
    name: 'three sessions on one day',
    kind: 'positive',
    world: among('three sessions', (world) => {
      [0, 1, 2].forEach((at) => works(world, 8 * day + at * hour, 1, admin));
    }),
    expect: [{ severity: 'low', count: 3, says: ['3 sessions'] }],
  },
  {
    name: 'four sessions on one day: a job',
    kind: 'negative',
    world: among('four sessions', (world) => {
      [0, 1, 2, 3].forEach((at) => works(world, 8 * day + at * hour, 1, admin));
    }),
    expect: [],
  },
  {
    name: 'what an SDK asked for twice in a second is one session',
    kind: 'positive',
    world: among('SDK', (world) => {
      [0, 1, 2].forEach((at) => {
        works(world, 8 * day + at * hour, 1, admin);
        works(world, 8 * day + at * hour + 1, 1, admin);
      });
    }),
    expect: [{ severity: 'low', count: 3 }],
  },
  {
    name: 'somebody who is new altogether has no habits',
    kind: 'negative',
    world: among('new worker', (world) => works(world, 8 * day, 7, admin)),
    expect: [],
  },
  {
    name: 'a role session goes on to a role that its role never assumed',
    kind: 'positive',
    world: among('role to role', (world) => world.assumes(8 * day + minute, works(world, 8 * day, 1), admin)),
    expect: [{ severity: 'low', says: ['of any role', 'assumes no other role'] }],
  },
  {
    name: 'one SSO user does what only others of the permission set did',
    kind: 'positive',
    world: told('SSO user', (world) => {
      quietWeeks(world);
      for (let at = 0; at < 10; at++) {
        world.assumes(at * day + 5 * hour, world.signsOn(at * day + 4 * hour, 'ana'), admin);
      }
      world.assumes(8 * day + 5 * hour, world.signsOn(8 * day + 4 * hour + 1, 'ben'), admin);
    }),
    expect: [{ severity: 'low', says: ['1 of 2 callers of role admin'] }],
  },
  {
    name: 'an instance of a role of which another instance does it every day',
    kind: 'negative',
    world: told('instances', (world) => {
      quietWeeks(world);
      for (let at = 0; at < 10; at++) {
        world.assumes(at * day + 5 * hour, world.delivers(at * day + 4 * hour).v2, admin, from('2.2.2.2'));
      }
      world.assumes(8 * day + hour, world.delivers(8 * day, 'i-0fedcba9876543210').v2, admin, from('2.2.2.3'));
    }),
    expect: [],
  },
  {
    name: 'outside the period asked for',
    kind: 'negative',
    world: among('outside', (world) => works(world, 8 * day, 1, admin)),
    options: { since: '2025-05-21T00:00:00Z' },
    expect: [],
  },
  {
    name: 'the case file has other numbers',
    kind: 'negative',
    world: among('numbers', (world) => works(world, 8 * day, 1, admin)),
    settings: { thresholds: { [rule]: { learningPercent: 90 } } },
    expect: [],
  },
  {
    name: 'too few days',
    kind: 'ambiguous',
    world: among('six days', (world) => works(world, 5 * day, 1, admin), 7),
    expect: [],
    notes: [`${rule}-baseline`],
  },
  {
    name: 'too few assumptions',
    kind: 'ambiguous',
    world: among('few', (world) => works(world, 8 * day, 1, admin), 9, 2),
    expect: [],
    notes: [`${rule}-baseline`],
  },
  {
    name: 'too few callers',
    kind: 'ambiguous',
    world: told('few callers', (world) => {
      for (let at = 0; at < 60; at++) {
        works(world, at * 4 * hour, at % 4);
      }
      works(world, 8 * day, 1, admin);
    }),
    expect: [],
    notes: [`${rule}-baseline`],
  },
  {
    name: 'who made the call is not in the logs',
    kind: 'ambiguous',
    world: among('app to app', (world) => {
      // Its caller is a role session of which nothing else is known; its role is.
      const session = works(world, 8 * day, 1, app);
      world.assumes(8 * day + hour, session, vault);
    }),
    expect: [{ severity: 'medium', says: ['(role)'] }],
  },
];
