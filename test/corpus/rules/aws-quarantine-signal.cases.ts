/** Cases of `aws-quarantine-signal`: domain facts, section 2.25. */
import { actions, service } from '../../../scripts/sample/records';
import { account, alice, alicesKey, from, hour, minute, R1, R2, World } from '../../unit/engine/support/world';
import { cafe, denyAll, failed, iso, quarantine, reads, responder, soc, steps } from './responses';
import type { RuleCase } from './rule-case';

const leaked = (name: string): World => {
  const world = new World(name);
  world.does(minute, world.alice, actions.listBuckets, cafe);
  const r1 = world.assumes(2 * minute, world.alice, R1, cafe);
  const r2 = world.assumes(3 * minute, r1, R2, cafe);
  return reads(world, 4 * minute, r2, 2);
};

const named = (policyName: string) => `arn:aws:iam::aws:policy/${policyName}`;

export const cases: readonly RuleCase[] = [
  ...['AWSCompromisedKeyQuarantine', 'AWSCompromisedKeyQuarantineV2', 'AWSCompromisedKeyQuarantineV3'].map(
    (policy): RuleCase => ({
      name: `${policy} is attached; everything that came of the key is told`,
      kind: 'positive',
      world: () => leaked(`leaked-${policy}`).does(hour, responder, steps.attachUser(alice, named(policy)), soc),
      expect: [
        {
          severity: 'high',
          confidence: 'exact',
          count: 1,
          title: 'AWS quarantined user alice: a key of it was found in public',
          says: [
            `${policy} was put on user alice at ${iso(hour)}`,
            `Since ${iso(minute)} access key ${alicesKey} of user alice and 2 sessions that came of it made 5 calls`,
          ],
          techniques: ['T1552.001'],
          addresses: ['203.0.113.99'],
          evidence: ['ListBuckets', 'AssumeRole', 'ListBuckets', 'AttachUserPolicy'],
        },
      ],
    }),
  ),
  {
    name: 'the older policy, inline, by AWS itself',
    kind: 'positive',
    world: () =>
      leaked('leaked-inline').does(
        hour,
        service(account, 'iam'),
        steps.putUser(alice, 'AWSExposedCredentialPolicy_DO_NOT_REMOVE', '{}'),
        { ip: 'iam.amazonaws.com', ua: 'iam.amazonaws.com' },
      ),
    expect: [{ severity: 'high', count: 1 }],
  },
  {
    name: 'two of them on one user are one finding',
    kind: 'positive',
    world: () =>
      leaked('leaked-twice')
        .does(hour, responder, steps.attachUser(alice, named('AWSCompromisedKeyQuarantineV2')), soc)
        .does(hour + minute, responder, steps.attachUser(alice, quarantine), soc),
    expect: [{ severity: 'high', count: 2 }],
  },
  {
    name: 'a user who does nothing in these logs',
    kind: 'ambiguous',
    world: () => new World('leaked-silent').does(hour, responder, steps.attachUser(alice, quarantine), soc),
    expect: [{ severity: 'high', count: 1, says: ['No call of this user is in these logs'] }],
  },
  {
    name: 'an attempt that was refused',
    kind: 'negative',
    world: () => leaked('leaked-refused').does(hour, responder, failed(steps.attachUser(alice, quarantine)), soc),
    expect: [],
  },
  {
    name: 'other policies, and names that only resemble it',
    kind: 'negative',
    world: () =>
      leaked('ordinary')
        .does(hour, responder, steps.attachUser(alice, denyAll), soc)
        .does(hour, responder, steps.attachUser(alice, named('MyAWSCompromisedKeyQuarantineV2')), soc)
        .does(hour, responder, steps.putUser(alice, 'AWSCompromisedKeyQuarantineVX', '{}'), soc),
    expect: [],
  },
  {
    name: 'outside the period asked for',
    kind: 'negative',
    world: () =>
      leaked('leaked-window')
        .does(hour, responder, steps.attachUser(alice, quarantine), soc)
        .does(3 * hour, responder, actions.listBuckets, from('192.0.2.50')),
    options: { since: iso(2 * hour) },
    expect: [],
  },
];
