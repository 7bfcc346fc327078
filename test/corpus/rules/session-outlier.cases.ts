/** Cases of `session-outlier`: one session among others of its kind. */
import {
  actions,
  consoleLogin,
  deliver,
  role,
  throughService,
  user,
  type Action,
  type Session,
} from '../../../scripts/sample/records';
import { account, alice, day, from, hour, minute, office, start, type World } from '../../unit/engine/support/world';
import { asks, questions } from './discovery';
import { told } from './instance-worlds';
import { app, worker, works } from './quiet-weeks';
import type { RuleCase } from './rule-case';

const rule = 'session-outlier';
const inRegion = (action: Action, region: string): Action => ({ ...action, region });

/** `count` sessions of the role `app` that do a little more or less of the same; then another one. */
function sessions(world: World, count: number): World {
  for (let at = 0; at < count; at++) {
    const session = works(world, at * hour, at % 3);
    for (let more = 0; more < 8 + (at % 4); more++) {
      world.does(
        at * hour + (10 + more) * minute,
        session,
        actions.plain('dynamodb', 'Query', { tableName: 'orders' }),
      );
    }
  }
  return world;
}

const stack = from('cloudformation.amazonaws.com', 'cloudformation.amazonaws.com');

const beside = (name: string, count: number, happens: (world: World, odd: Session) => void): (() => World) =>
  told(name, (world) => {
    sessions(world, count);
    happens(world, world.assumes(2 * day, worker(0), app, office, 'odd'));
  });

const few = (world: World, odd: Session): void => {
  ['GetItem', 'Query', 'Scan'].forEach((name, step) => {
    world.does(2 * day + (step + 1) * minute, odd, actions.plain('dynamodb', name, { tableName: 'orders' }));
  });
};

export const cases: readonly RuleCase[] = [
  {
    name: 'many services and actions that no other session of the role uses',
    kind: 'positive',
    world: beside('explorer', 12, (world, odd) => asks(world, 2 * day + minute, odd, questions(14), 3 * hour)),
    expect: [
      {
        severity: 'medium',
        confidence: 'exact',
        techniques: ['T1078.004'],
        says: [
          'Beside 12 other sessions of the kind (assumed roles)',
          '6 services',
          '14 different actions',
          '100 %',
          'ec2:DescribeInstances',
        ],
      },
    ],
  },
  { name: 'one that does what all do', kind: 'negative', world: beside('same', 12, few), expect: [] },
  {
    name: 'a single number, far out: calls in one minute',
    kind: 'positive',
    world: beside('fast', 12, (world, odd) => {
      for (let at = 0; at < 30; at++) {
        world.does(2 * day + minute + at, odd, actions.plain('dynamodb', 'Query', { tableName: 'orders' }));
      }
    }),
    expect: [{ severity: 'low', count: 1, says: ['30 calls in one minute'], saysNot: ['services'] }],
  },
  {
    name: 'a single Region more is not three times as many',
    kind: 'negative',
    world: beside('two regions', 12, (world, odd) => {
      few(world, odd);
      world.does(2 * day + hour, odd, inRegion(actions.plain('dynamodb', 'Query'), 'eu-west-1'));
    }),
    expect: [],
  },
  {
    name: 'three more are',
    kind: 'positive',
    world: beside('four regions', 12, (world, odd) => {
      few(world, odd);
      ['eu-west-1', 'eu-west-2', 'sa-east-1'].forEach((region, at) =>
        world.does(2 * day + (at + 1) * hour * 0.1, odd, inRegion(actions.plain('dynamodb', 'Query'), region)),
      );
    }),
    expect: [
      {
        severity: 'low',
        says: ['4 Regions, of the others all about 1 and none above 1'],
        evidence: ['GetItem', 'Query', 'Query', 'Query'],
      },
    ],
  },
  {
    name: 'four network places',
    kind: 'positive',
    world: beside('places', 12, (world, odd) => {
      few(world, odd);
      ['198.51.100.1', '8.8.8.8', '9.9.9.9'].forEach((ip, at) =>
        world.does(2 * day + (at + 10) * minute, odd, actions.plain('dynamodb', 'Query'), from(ip)),
      );
    }),
    expect: [{ severity: 'low', says: ['4 network places'] }],
  },
  {
    name: 'a third of ten calls refused, where nobody else is',
    kind: 'positive',
    world: beside('refused', 12, (world, odd) => {
      for (let at = 0; at < 10; at++) {
        const query = actions.plain('dynamodb', 'Query');
        world.does(2 * day + (at + 1) * minute, odd, at < 4 ? actions.refused(query, app.arn) : query);
      }
    }),
    expect: [{ severity: 'low', says: ['40 % refused calls'], evidence: ['Query', 'Query', 'Query', 'Query'] }],
  },
  {
    name: 'all of nine calls: too few for a share',
    kind: 'negative',
    world: beside('nine refused', 12, (world, odd) => {
      for (let at = 0; at < 9; at++) {
        world.does(2 * day + (at + 1) * minute, odd, actions.refused(actions.plain('dynamodb', 'Query'), app.arn));
      }
    }),
    expect: [],
  },
  {
    name: 'two of twenty refused, where nobody else is: too few',
    kind: 'negative',
    world: beside('two refused', 12, (world, odd) => {
      for (let at = 0; at < 20; at++) {
        const query = actions.plain('dynamodb', 'Query');
        world.does(2 * day + (at + 1) * minute, odd, at < 2 ? actions.refused(query, app.arn) : query);
      }
    }),
    expect: [],
  },
  {
    name: 'a third of ten calls refused, where the others make too few calls to tell what is usual',
    kind: 'ambiguous',
    world: told('refused among short ones', (world) => {
      for (let at = 0; at < 12; at++) {
        works(world, at * hour, at % 3);
      }
      const odd = world.assumes(2 * day, worker(0), app, office, 'odd');
      for (let at = 0; at < 10; at++) {
        const query = actions.plain('dynamodb', 'Query', { tableName: 'orders' });
        world.does(2 * day + (at + 1) * minute, odd, at < 4 ? actions.refused(query, app.arn) : query);
      }
    }),
    expect: [],
  },
  {
    name: 'what a service asks on behalf of a session',
    kind: 'negative',
    world: beside('forwarded', 12, (world, odd) => {
      few(world, odd);
      asks(world, 2 * day + hour * 0.5, throughService(odd, 'cloudformation'), questions(14), 20 * minute, stack);
    }),
    expect: [],
  },
  {
    name: 'services at work for themselves are not compared',
    kind: 'negative',
    world: told('service-linked', (world) => {
      for (let at = 0; at < 13; at++) {
        const { records, session } = deliver(world.trail, {
          at: start + at * hour,
          service: 'autoscaling',
          role: role(account, 'AWSServiceRoleForAutoScaling', '/aws-service-role/autoscaling.amazonaws.com/'),
          name: 'AutoScaling',
          minutes: 60,
          withAssumedRoleUser: true,
        });
        world.records.push(...records);
        asks(world, at * hour + minute, session, questions(at === 12 ? 14 : 1), 20 * minute);
      }
    }),
    expect: [],
  },
  {
    name: 'that changes things, where all others read',
    kind: 'positive',
    world: beside('writes', 12, (world, odd) => {
      few(world, odd);
      [1, 2, 3].forEach((at) => world.does(2 * day + at * hour * 0.1, odd, actions.plain('dynamodb', 'PutItem')));
    }),
    expect: [{ severity: 'low', says: ['50 % calls that change something'] }],
  },
  {
    name: 'that makes something lasting which the role never did',
    kind: 'positive',
    world: beside('persistence', 12, (world, odd) => {
      few(world, odd);
      world
        .createsUser(2 * day + hour * 0.2, odd, user(account, 'bob'))
        .does(2 * day + hour * 0.3, odd, actions.plain('iam', 'CreateLoginProfile', { userName: 'bob' }))
        .createsKey(2 * day + hour * 0.4, odd, user(account, 'bob'), 'AKIAINVENTED12345678');
    }),
    expect: [{ severity: 'medium', says: ['iam:CreateUser', 'can leave something behind'] }],
  },
  {
    name: 'a long chain: each of its steps is one of the others',
    kind: 'negative',
    world: told('depth', (world) => {
      sessions(world, 12);
      const chain = ['b', 'c', 'd'].map((name) => role(account, name));
      const last = world.chain(2 * day, works(world, 2 * day - hour, 0), chain);
      few(world, last);
    }),
    expect: [],
  },
  {
    name: 'seven sessions of the kind are too few',
    kind: 'ambiguous',
    world: beside('few', 6, (world, odd) => asks(world, 2 * day + minute, odd, questions(14), 3 * hour)),
    expect: [],
    notes: [`${rule}-population`],
  },
  {
    name: 'eight are enough',
    kind: 'positive',
    world: beside('enough', 7, (world, odd) => asks(world, 2 * day + minute, odd, questions(14), 3 * hour)),
    expect: [{ severity: 'medium', says: ['Beside 7 other sessions'] }],
  },
  {
    name: 'a console session is compared with console sessions only',
    kind: 'negative',
    world: told('console', (world) => {
      sessions(world, 12);
      const { records, keys } = consoleLogin(world.trail, start + 2 * day, alice, office, 1);
      world.records.push(...records);
      asks(world, 2 * day + minute, keys[0] ?? world.alice, questions(40), 60);
    }),
    expect: [],
    notes: [`${rule}-population`],
  },
  {
    name: 'a role session of the console too',
    kind: 'negative',
    world: beside('console role', 12, (world, odd) => {
      asks(world, 2 * day + minute, odd, questions(40), 60, { ...office, fromConsole: true });
    }),
    expect: [],
  },
  {
    name: 'outside the period asked for',
    kind: 'negative',
    world: beside('outside', 12, (world, odd) => asks(world, 2 * day + minute, odd, questions(14), 3 * hour)),
    options: { since: '2025-05-15T00:00:00Z' },
    expect: [],
  },
  {
    name: 'the case file asks for more',
    kind: 'negative',
    world: beside('more', 12, (world, odd) => asks(world, 2 * day + minute, odd, questions(14), 3 * hour)),
    settings: { thresholds: { [rule]: { sessions: 50 } } },
    expect: [],
    notes: [`${rule}-population`],
  },
  {
    name: 'the only session of its role: what others of the role do is not known',
    kind: 'ambiguous',
    world: told('alone', (world) => {
      sessions(world, 12);
      few(world, world.assumes(2 * day, worker(0), role(account, 'alone')));
    }),
    expect: [],
  },
];
