/** Cases of `rare-client`: new clients among people who always use the same, and clients that name their tool. */
import { actions, throughService } from '../../../scripts/sample/records';
import type { NetworkFacts } from '../../../src/engine/network-facts';
import { day, from, hour, minute, R1, type World } from '../../unit/engine/support/world';
import { told } from './instance-worlds';
import { app, quietWeeks, worker, works } from './quiet-weeks';
import type { RuleCase } from './rule-case';

const rule = 'rare-client';
const techniques = ['T1078.004', 'T1036'];
const boto = 'Boto3/1.34.2 md/Botocore#1.34.2 ua/2.0 os/linux#6.1';
const kali = 'aws-cli/2.15.30 Python/3.11.8 Linux/6.6.9-kali1-amd64 exe/x86_64.kali.2024';

const among = (name: string, happens: (world: World) => void, days = 12): (() => World) =>
  told(name, (world) => {
    quietWeeks(world, days);
    happens(world);
  });
/** A worker's daily work, with another client. */
const withAgent = (world: World, at: number, index: number, agent: string): unknown =>
  works(world, at, index, app, from(`203.0.113.${String(10 + index)}`, agent));

const facts: NetworkFacts = {
  of: (address) =>
    address === '8.8.8.8'
      ? { country: 'NL', asn: 64511, organization: 'Cheap Hosting' }
      : { country: 'DE', asn: 64500 },
};

export const cases: readonly RuleCase[] = [
  {
    name: 'a known user calls with a client that nobody uses',
    kind: 'positive',
    world: among('boto', (world) => world.does(8 * day, worker(1), actions.listBuckets, from('203.0.113.11', boto))),
    expect: [
      {
        severity: 'low',
        confidence: 'exact',
        count: 1,
        techniques,
        evidence: ['ListBuckets'],
        says: ['the client boto3|linux for the first time', '1 session of 1 caller shows it', 'the caller’s own word'],
      },
    ],
  },
  {
    name: 'a new version of the usual client',
    kind: 'negative',
    world: among('version', (world) =>
      world.does(8 * day, worker(1), actions.listBuckets, from('203.0.113.11', 'aws-cli/2.99.0 os/linux#7.0')),
    ),
    expect: [],
  },
  {
    name: 'the same client in the learning part',
    kind: 'negative',
    world: among('learning', (world) =>
      world.does(2 * day, worker(1), actions.listBuckets, from('203.0.113.11', boto)),
    ),
    expect: [],
  },
  {
    name: 'used by three callers',
    kind: 'negative',
    world: among('three callers', (world) => {
      [1, 2, 3].forEach((index) => world.does(8 * day, worker(index), actions.listBuckets, from('203.0.113.11', boto)));
    }),
    expect: [],
  },
  {
    name: 'used by two',
    kind: 'positive',
    world: told('two callers', (world) => {
      quietWeeks(world, 25);
      [1, 2].forEach((index) => world.does(20 * day, worker(index), actions.listBuckets, from('203.0.113.11', boto)));
    }),
    expect: [
      { severity: 'low', says: ['2 sessions of 2 callers'] },
      { severity: 'low', says: ['2 sessions of 2 callers'] },
    ],
  },
  {
    name: 'used by three callers, in less than one percent of the sessions',
    kind: 'negative',
    world: told('three of many', (world) => {
      quietWeeks(world, 36);
      [1, 2, 3].forEach((index) =>
        world.does(30 * day, worker(index), actions.listBuckets, from('203.0.113.11', boto)),
      );
    }),
    expect: [],
  },
  {
    name: 'in one percent of the sessions or more',
    kind: 'negative',
    world: among('many sessions', (world) => {
      [0, 1, 2, 3, 4].forEach((at) => withAgent(world, 8 * day + at * hour, 1, boto));
    }),
    expect: [],
  },
  {
    name: 'of somebody who is new altogether',
    kind: 'negative',
    world: among('new', (world) => world.does(8 * day, worker(8), actions.listBuckets, from('203.0.113.11', boto))),
    expect: [],
  },
  {
    name: 'no client named is none',
    kind: 'negative',
    world: among('none', (world) => world.does(8 * day, worker(1), actions.listBuckets, from('203.0.113.11', '-'))),
    expect: [],
  },
  {
    name: 'the client of a service that forwards a call',
    kind: 'negative',
    world: among('forwarded', (world) =>
      world.does(8 * day, throughService(works(world, 8 * day, 1), 'cloudformation'), actions.listBuckets, {
        ip: 'cloudformation.amazonaws.com',
        ua: 'cloudformation.amazonaws.com',
      }),
    ),
    expect: [],
  },
  {
    name: 'from a country and a network that nobody else calls from',
    kind: 'positive',
    world: among('abroad', (world) =>
      world.does(8 * day, worker(1), actions.listBuckets, from('8.8.8.8', 'aws-cli/2.15.30 os/linux#6.6')),
    ),
    options: { network: facts },
    expect: [
      { severity: 'low', says: ['from the network AS64511 Cheap Hosting'] },
      { severity: 'low', says: ['from the country NL'] },
    ],
  },
  {
    name: 'of which no database tells',
    kind: 'negative',
    world: among('abroad, unknown', (world) =>
      world.does(8 * day, worker(1), actions.listBuckets, from('8.8.8.8', 'aws-cli/2.15.30 os/linux#6.6')),
    ),
    expect: [],
  },
  {
    name: 'a distribution made for attacks, that only reads',
    kind: 'positive',
    world: told('kali', (world) => world.does(minute, world.alice, actions.listBuckets, from('8.8.8.8', kali))),
    expect: [
      { severity: 'medium', count: 1, says: ['names kali', 'others name no tool means nothing'], saysNot: ['changed'] },
    ],
    notes: [`${rule}-baseline`],
  },
  {
    name: 'that changes something',
    kind: 'positive',
    world: told('kali writes', (world) =>
      world
        .does(minute, world.alice, actions.listBuckets, from('8.8.8.8', kali))
        .does(2 * minute, world.alice, actions.plain('s3', 'CreateBucket', { bucketName: 'b' }), from('8.8.8.8', kali)),
    ),
    expect: [{ severity: 'high', count: 2, says: ['1 call of them changed something'] }],
  },
  {
    name: 'that assumes a role, and asks who it is: that changes nothing by itself',
    kind: 'positive',
    world: told('kali assumes', (world) => {
      world.assumes(minute, world.alice, R1, from('8.8.8.8', kali));
      world.does(2 * minute, world.alice, actions.getCallerIdentity, from('8.8.8.8', kali));
    }),
    expect: [{ severity: 'medium', count: 2 }],
  },
  {
    name: 'a tool that nobody else uses is one, and not a rare client too',
    kind: 'positive',
    world: among('kali among others', (world) =>
      world.does(8 * day, worker(1), actions.listBuckets, from('203.0.113.11', kali)),
    ),
    expect: [{ severity: 'medium', says: ['names kali'] }],
  },
  {
    name: 'that tries to, in vain',
    kind: 'positive',
    world: told('kali refused', (world) =>
      world.does(
        minute,
        world.alice,
        actions.refused(actions.plain('s3', 'CreateBucket'), 'arn:aws:iam::111122223333:user/alice'),
        from('8.8.8.8', kali),
      ),
    ),
    expect: [{ severity: 'medium' }],
  },
  ...['pacu', 'cloudfox', 'TruffleHog', 'S3 Browser/11', 'parrot', 'pentoo'].map((tool): RuleCase => ({
    name: `the attack tool ${tool}`,
    kind: 'positive',
    world: told(tool, (world) =>
      world.does(minute, world.alice, actions.listBuckets, from('8.8.8.8', `${tool} boto3`)),
    ),
    expect: [{ severity: 'medium' }],
  })),
  ...['stratus-red-team_1', 'prowler/4', 'ScoutSuite/5'].map((tool): RuleCase => ({
    name: `the security tool ${tool}, whatever it does`,
    kind: 'positive',
    world: told(tool, (world) =>
      world.does(minute, world.alice, actions.plain('s3', 'CreateBucket', { bucketName: 'b' }), from('8.8.8.8', tool)),
    ),
    expect: [{ severity: 'info', says: ['a security tool'] }],
  })),
  {
    name: 'one tool in two sessions of one caller is one finding',
    kind: 'positive',
    world: told('two sessions', (world) => {
      [1, 2].forEach((at) =>
        world.does(
          at * hour + 1,
          world.assumes(at * hour, world.alice, R1),
          actions.listBuckets,
          from('8.8.8.8', kali),
        ),
      );
    }),
    expect: [{ severity: 'medium', count: 2, says: ['Sessions that show it'] }],
  },
  {
    name: 'a tool outside the period asked for',
    kind: 'negative',
    world: told('outside', (world) => world.does(minute, world.alice, actions.listBuckets, from('8.8.8.8', kali))),
    options: { since: '2025-05-13T00:00:00Z' },
    expect: [],
  },
  {
    name: 'too little to tell what is rare',
    kind: 'ambiguous',
    world: among(
      'few days',
      (world) => world.does(5 * day, worker(1), actions.listBuckets, from('203.0.113.11', boto)),
      7,
    ),
    expect: [],
    notes: [`${rule}-baseline`],
  },
];
