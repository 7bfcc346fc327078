/** Cases of `session-multi-origin` about what is known of addresses, and of hosts that reach AWS in two ways. */
import { actions } from '../../../scripts/sample/records';
import { cli, from, hour, minute } from '../../unit/engine/support/world';
import {
  alternates,
  away,
  berlin,
  boto,
  databases,
  home,
  moves,
  munich,
  potsdam,
  roleOf,
  saoPaulo,
  vienna,
} from './moving-sessions';
import type { RuleCase } from './rule-case';

export const networkCases: readonly RuleCase[] = [
  // Databases of the user's own.
  {
    name: 'another country',
    kind: 'positive',
    world: roleOf('country', moves),
    options: databases({ '203.0.113.7': berlin, '198.51.100.9': vienna }),
    expect: [{ severity: 'medium', says: ['in different countries: AT and DE (+2)'], saysNot: ['travels'] }],
  },
  {
    name: 'another continent in four minutes',
    kind: 'positive',
    world: roleOf('continent', moves),
    options: databases({ '203.0.113.7': berlin, '198.51.100.9': saoPaulo }),
    expect: [
      { severity: 'high', says: ['countries: BR and DE (+2)', 'Nobody travels so fast', 'km in 4 minutes', '(+2)'] },
    ],
  },
  {
    name: 'the same country, too fast',
    kind: 'positive',
    world: roleOf('fast', moves),
    options: databases({ '203.0.113.7': berlin, '198.51.100.9': munich }),
    expect: [{ severity: 'medium', says: ['travels'], saysNot: ['countries'] }],
  },
  {
    name: 'the same country, by train',
    kind: 'negative',
    world: roleOf('train', (world, session) => {
      world.does(minute, session, actions.listBuckets, home).does(50 * minute, session, actions.listBuckets, away);
    }),
    options: databases({ '203.0.113.7': berlin, '198.51.100.9': munich }),
    expect: [{ severity: 'low', saysNot: ['travels'] }],
  },
  {
    name: 'the next town, at once',
    kind: 'negative',
    world: roleOf('next town', (world, session) => {
      world.does(minute, session, actions.listBuckets, home).does(minute, session, actions.listBuckets, away);
    }),
    options: databases({ '203.0.113.7': berlin, '198.51.100.9': potsdam }),
    expect: [{ severity: 'low', saysNot: ['travels'] }],
  },
  {
    name: 'the next town, where the case file takes it for a journey',
    kind: 'positive',
    world: roleOf('next town', (world, session) => {
      world.does(minute, session, actions.listBuckets, home).does(minute, session, actions.listBuckets, away);
    }),
    options: databases({ '203.0.113.7': berlin, '198.51.100.9': potsdam }),
    settings: { thresholds: { 'session-multi-origin': { nearKm: 10 } } },
    expect: [{ severity: 'medium', says: ['travels'] }],
  },
  {
    name: 'a speed that the case file allows',
    kind: 'negative',
    world: roleOf('fast', moves),
    options: databases({ '203.0.113.7': berlin, '198.51.100.9': munich }),
    settings: { thresholds: { 'session-multi-origin': { impossibleKmPerHour: 50000 } } },
    expect: [{ severity: 'low', saysNot: ['travels'] }],
  },
  {
    name: 'there in four minutes, back by a flight that there is',
    kind: 'positive',
    world: roleOf('there and back', (world, session) => {
      moves(world, session);
      world.does(30 * hour, session, actions.listBuckets, home);
    }),
    options: databases({ '203.0.113.7': berlin, '198.51.100.9': saoPaulo }),
    expect: [{ severity: 'high', says: ['km in 4 minutes'] }],
  },
  {
    name: 'two exits of the company in two countries, and an employee at home in one of them',
    kind: 'negative',
    world: roleOf('two exits', (world, session) => {
      world
        .does(minute, session, actions.listBuckets, from('192.0.2.1'))
        .does(2 * minute, session, actions.listBuckets, home)
        .does(5 * minute, session, actions.listBuckets, away);
    }),
    settings: { trustedCidrs: ['203.0.113.0/24', '192.0.2.0/24'] },
    options: databases({ '192.0.2.1': saoPaulo, '203.0.113.7': berlin, '198.51.100.9': potsdam }),
    expect: [{ severity: 'low', saysNot: ['travels', 'countries'] }],
  },
  {
    name: 'both in hosting networks',
    kind: 'positive',
    world: roleOf('hosting', (world, session) => {
      moves(world, session, from('198.51.100.9', boto));
    }),
    options: databases({ '203.0.113.7': { hosting: true }, '198.51.100.9': { hosting: true } }),
    expect: [{ severity: 'medium', says: ['hosting, VPN or proxy networks (+1)', 'Together 2'] }],
  },
  {
    name: 'one of them in a hosting network',
    kind: 'negative',
    world: roleOf('one hosting', (world, session) => {
      moves(world, session, from('198.51.100.9', boto));
    }),
    options: databases({ '203.0.113.7': { hosting: false }, '198.51.100.9': { hosting: true } }),
    expect: [{ severity: 'low', saysNot: ['networks (+1)'] }],
  },
  {
    name: 'roaming in one network',
    kind: 'negative',
    world: roleOf('one network', moves),
    options: databases({ '203.0.113.7': { asn: 64496 }, '198.51.100.9': { asn: 64496 } }),
    expect: [],
  },
  {
    name: 'in turns in one network',
    kind: 'ambiguous',
    world: roleOf('turns in one network', alternates),
    options: databases({ '203.0.113.7': { asn: 64496 }, '198.51.100.9': { asn: 64496 } }),
    expect: [{ severity: 'low', says: ['one network, AS64496 (−1)', 'Together 1'] }],
  },
  {
    name: 'one of two networks is not known',
    kind: 'ambiguous',
    world: roleOf('unknown network', moves),
    options: databases({ '203.0.113.7': { asn: 64496, country: 'DE' } }),
    expect: [{ severity: 'low', says: ['Nothing else tells'] }],
  },

  // One host in two ways.
  {
    name: 'a host with an IPv4 and an IPv6 address',
    kind: 'negative',
    world: roleOf('dual stack', (world, session) => {
      moves(world, session, from('2001:db8::1'));
    }),
    expect: [],
  },
  {
    name: 'a host with both addresses, in turns',
    kind: 'ambiguous',
    world: roleOf('dual stack in turns', (world, session) => {
      alternates(world, session, from('2001:db8::1'));
    }),
    expect: [{ severity: 'low', says: ['(−2)', 'Together 0'] }],
  },
  {
    name: 'an IPv4 and an IPv6 address with different clients',
    kind: 'positive',
    world: roleOf('not dual stack', (world, session) => {
      alternates(world, session, from('2001:db8::1', boto));
    }),
    expect: [{ severity: 'medium', says: ['Together 3'], saysNot: ['(−2)'] }],
  },
  {
    name: 'two IPv6 networks are no dual stack',
    kind: 'positive',
    world: roleOf('two v6', (world, session) => {
      alternates(world, session, from('2001:db8:1::1'), from('2001:db8:2::1'));
    }),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'an IPv4 and an IPv6 address and a third place',
    kind: 'positive',
    world: roleOf('three', (world, session) => {
      alternates(world, session, from('2001:db8::1'));
      world.does(hour, session, actions.listBuckets, away);
    }),
    expect: [{ severity: 'medium', saysNot: ['(−2)'] }],
  },
  {
    name: 'one service behind an endpoint, others over the internet',
    kind: 'negative',
    world: roleOf('endpoint beside NAT', (world, session) => {
      world
        .does(minute, session, actions.listBuckets, from('10.0.0.5', cli, 'vpce-1'))
        .does(5 * minute, session, actions.getCallerIdentity, away);
    }),
    expect: [],
  },
  {
    name: 'one service from one public address, another from another',
    kind: 'positive',
    world: roleOf('two public', (world, session) => {
      world.does(minute, session, actions.listBuckets, home).does(5 * minute, session, actions.getCallerIdentity, away);
    }),
    expect: [{ severity: 'low', saysNot: ['(−2)'] }],
  },
  {
    name: 'one service behind an endpoint and over the internet, in turns',
    kind: 'positive',
    world: roleOf('endpoint and elsewhere', (world, session) => {
      alternates(world, session, away, from('10.0.0.5', cli, 'vpce-1'));
    }),
    expect: [
      {
        severity: 'medium',
        title: 'Session session of role R1 was used from vpce-1 10.0.0.5 and 198.51.100.9 in turns',
      },
    ],
  },
  {
    name: 'one address behind two endpoints is one host',
    kind: 'negative',
    world: roleOf('two endpoints', (world, session) => {
      alternates(world, session, from('10.0.0.5', cli, 'vpce-2'), from('10.0.0.5', cli, 'vpce-1'));
    }),
    expect: [],
  },
  {
    name: 'two addresses behind one endpoint are two hosts',
    kind: 'positive',
    world: roleOf('two hosts', (world, session) => {
      alternates(world, session, from('10.0.0.6', cli, 'vpce-1'), from('10.0.0.5', cli, 'vpce-1'));
    }),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'two addresses of one /24, and one /64',
    kind: 'negative',
    world: roleOf('neighbours', (world, session) => {
      alternates(world, session, from('203.0.113.99'));
    }),
    expect: [],
  },
  {
    name: 'one IPv6 network, written in several ways',
    kind: 'negative',
    world: roleOf('spellings', (world, session) => {
      alternates(world, session, from('2001:DB8:0::7'), from('2001:db8::1'));
    }),
    expect: [],
  },
];
