/** Anything that an alert names leads to whose it is, in whatever form it was pasted. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { answerWho, whoLimits } from '../../../../src/engine/report/who';
import { namesIn } from '../../../../src/engine/report/who-name';
import type { LineageModel } from '../../../../src/engine/lineage/model';
import {
  actions,
  assumeRoleDenied,
  createAccessKey,
  role,
  throughService,
  user,
  type CloudTrailRecord,
} from '../../../../scripts/sample/records';
import { assertGrowth } from '../../support/work';
import { modelOf } from '../support/files';
import { deepModel, wideModel } from './like-one';
import {
  account,
  alice,
  alicesKey,
  from,
  instanceId,
  minute,
  office,
  other,
  R1,
  R2,
  R3,
  start,
  World,
} from '../support/world';

const deep = role(account, 'deep', '/teams/data/');
const never = role(account, 'never-given', '/vault/');
const bob = user(account, 'bob');
const carol = user(account, 'carol');
const bobsKey = 'AKIA0000000000000BOB';
const launched = 'i-0aaaaaaaaaaaaaaa1';

const world = new World('who');
const r1 = world.assumes(0, world.alice, R1, office, 'one');
world.does(minute, r1, actions.listBuckets, from('203.0.113.20'));
const unused = world.assumes(2 * minute, r1, R2, office, 'two');
const inPath = world.assumes(3 * minute, world.alice, deep, office, 'below');
world.does(4 * minute, inPath, actions.listBuckets, from('2001:db8::7'));
world.createsUser(5 * minute, r1, carol);
const madeKey = createAccessKey(world.trail, {
  at: start + 6 * minute,
  caller: r1,
  owner: bob,
  key: bobsKey,
  origin: office,
});
world.records.push(...madeKey.records);
const denied = assumeRoleDenied(world.trail, start + 7 * minute, r1, never, office);
world.records.push(denied);
const { v1, records: delivery } = world.delivers(8 * minute);
world.does(9 * minute, v1, actions.heartbeat(instanceId), from('10.0.0.9', 'agent', 'vpce-1'));
world.launches(10 * minute, {}, launched);
// A service acts for alice with a key of its own.
const forwardedKey = 'ASIA0FORWARDEDBYKMS0';
world.does(11 * minute, throughService(r1, 'kms', forwardedKey), actions.decrypt(account, 'k', {}), office);
// Credentials that were only ever refused.
const refused = world.assumes(12 * minute, world.alice, R3, office, 'refused');
const refusedArn = `arn:aws:sts::${account}:assumed-role/R3/refused`;
world.does(13 * minute, refused, actions.refused(actions.listBuckets, refusedArn));
world.does(
  14 * minute,
  world.alice,
  actions.plain('iam', 'UpdateAccessKey', { accessKeyId: 'AKIA00000000000000AT', status: 'Inactive' }),
);
// An access of somebody else's account.
const elsewhere = { ...actions.getObject(other, 'shared', 'k') };
world.records.push(world.trail.record(start + 15 * minute, inPath, elsewhere, office, { recipient: other }));

const rootArn = `arn:aws:iam::${account}:root`;
const rootUser = {
  type: 'Root',
  principalId: account,
  arn: rootArn,
  accountId: account,
  accessKeyId: 'AKIA0000000000ROOTKY',
};
world.does(16 * minute, { account, identity: rootUser }, actions.listBuckets);

const at = (index: number): CloudTrailRecord => world.records[index] as CloudTrailRecord;

describe('who', () => {
  let model: LineageModel;
  before(() => {
    model = modelOf(world.records);
  });

  /** What the name is, and of which sessions, by name. */
  const answer = (query: string): string => {
    const { matched, sessions, total } = answerWho(model, query);
    assert.equal(sessions.length, total, query);
    const names = sessions.map((index) => model.sessions[index]?.name ?? '?');
    return `${matched}: ${names.join(', ')}`;
  };
  const roles = (query: string): string[] =>
    answerWho(model, query).records.map((record) => `${record.eventName} ${record.role}`);

  const table: readonly (readonly [what: string, query: string, expected: string])[] = [
    ['a long-term key', alicesKey, 'access key: alice'],
    ['a temporary key', r1.key, 'access key: one'],
    ['a key in lower case', r1.key.toLowerCase(), 'access key: one'],
    ['a key that was issued and not used', unused.key, 'access key that was issued and never used here: two'],
    ['a key that was made and not used', bobsKey, 'access key that was made and never used here: one'],
    ['a key of refused calls only', refused.key, 'access key that was only refused: refused'],
    ['a key that somebody deactivated', 'AKIA00000000000000AT', 'access key that calls were about: alice'],
    ['a key of a forwarded call', forwardedKey, 'access key of calls that a service forwarded: one'],
    ['the ARN of a session', `arn:aws:sts::${account}:assumed-role/R1/one`, 'session: one'],
    ['the ARN of an unused session', `arn:aws:sts::${account}:assumed-role/R2/two`, 'session: two'],
    [
      'a session ARN with the path of its role',
      `arn:aws:sts::${account}:assumed-role/teams/data/deep/below`,
      'session: below',
    ],
    ['a session ARN without its session', `arn:aws:sts::${account}:assumed-role/R1`, 'role: one'],
    [
      'the ARN of a delivered session',
      `arn:aws:sts::${account}:assumed-role/web/${instanceId}`,
      `session: ${instanceId}`,
    ],
    ['a principal id', r1.principalId, 'principal: one'],
    ['a principal id with its id in lower case', `${R1.id.toLowerCase()}:one`, 'principal: one'],
    ['a role id alone', R1.id, 'role: one'],
    ['a user id alone', alice.id, 'user: alice'],
    ['a role ARN', R1.arn, 'role: one'],
    ['a role ARN with a path', deep.arn, 'role: below'],
    ['a role ARN without its path', `arn:aws:iam::${account}:role/deep`, 'role: below'],
    ['a role name', 'deep', 'role: below'],
    ['a role of which nobody got credentials', never.arn, 'role that was asked for and denied: one'],
    [
      'the same without its path',
      `arn:aws:iam::${account}:role/never-given`,
      'role that was asked for and denied: one',
    ],
    ['the same by name', 'never-given', 'role that was asked for and denied: one'],
    ['a user ARN', alice.arn, 'user: alice'],
    ['a user ARN with another path', `arn:aws:iam::${account}:user/staff/alice`, 'user: alice'],
    ['a user name', 'alice', 'user: alice'],
    ['a user that was made and did nothing', 'carol', 'user that calls were about: one'],
    ['the ARN of such a user', carol.arn, 'user that calls were about: one'],
    ['the ARN of the root user', rootArn, `root user: ${rootArn}`],
    ['a session name', 'below', 'name: below'],
    ['an instance', instanceId, `instance: ${instanceId}`],
    ['an instance in capitals', instanceId.toUpperCase(), `instance: ${instanceId}`],
    ['the ARN of an instance', `arn:aws:ec2:us-east-1:${account}:instance/${instanceId}`, `instance: ${instanceId}`],
    ['an instance without credentials', launched, 'instance that used no credential here: alice'],
    ['an address', '203.0.113.20', 'address: one'],
    ['an address in another spelling', '2001:0DB8::0:7', 'address: below'],
    ['an IPv4 address written as IPv6', '::ffff:203.0.113.20', 'address: one'],
    ['a range of addresses', '203.0.113.16/28', 'address range: one'],
    ['a range of IPv6 addresses', '2001:db8::/32', 'address range: below'],
    ['an address behind an endpoint', '10.0.0.9', `address: ${instanceId}`],
    ['an account that only others acted in', other, 'account that was acted in: below'],
  ];
  for (const [what, query, expected] of table) {
    it(`knows ${what}`, () => {
      assert.equal(answer(query), expected);
      for (const dressed of [` "${query}", `, `'${query}'`, `<${query}>`, `(${query}).`, `[${query}];`, `“${query}”`]) {
        assert.equal(answer(dressed), expected, dressed);
      }
    });
  }

  it('takes ids out of the text around them', () => {
    for (const text of [
      `"accessKeyId": "${r1.key}",`,
      `accessKeyId=${r1.key}`,
      `GuardDuty: the credentials ${r1.key} were used from somewhere.`,
      `accessKeyId:${r1.key}`,
    ]) {
      assert.equal(answer(text), 'access key: one', text);
    }
    assert.equal(answer(`User: arn:aws:sts::${account}:assumed-role/R1/one is not authorized`), 'session: one');
    assert.equal(answer('from 203.0.113.20, twice'), 'address: one');
    assert.equal(answer('src=[2001:db8::7]'), 'address: below');
    // Words that are no ids name nothing, also when they would alone.
    assert.equal(answer('ask alice about it'), ': ');
  });

  it('does not take a part of an address for one', () => {
    assert.deepEqual(namesIn('2001:db8::7'), ['2001:db8::7']);
    assert.deepEqual(namesIn('2001:db8::'), ['2001:db8::']);
    assert.equal(answer('db8::7'), ': ');
    assert.equal(answer('203.0.113.2'), ': ');
    assert.equal(answer('203.0.113.16/33'), ': ');
  });

  it('leads from a record to who made the call, else to what it issued', () => {
    const assumption = at(0);
    assert.equal(answer(assumption.eventID), 'event: alice');
    assert.equal(answer(assumption.eventID.toUpperCase()), 'event: alice');
    assert.equal(answer(assumption.requestID ?? ''), 'request: alice');
    assert.equal(answer(delivery[0]?.eventID ?? ''), `event that issued the credential: ${instanceId}`);
    assert.equal(answer(delivery[0]?.requestID ?? ''), `request that issued the credential: ${instanceId}`);
  });

  it('takes a name out of Markdown, a URL, a table, a socket and a defanged report', () => {
    const key = 'access key: alice';
    for (const pasted of [
      `**${alicesKey}**`,
      `_${alicesKey}_`,
      `${alicesKey}/`,
      `${alicesKey}|192.0.2.66`,
      `key=${alicesKey}&x=1`,
      `~~${alicesKey}~~ is his`,
    ]) {
      assert.equal(answer(pasted), key, pasted);
    }
    for (const pasted of [
      '203.0.113.20:443',
      '203[.]0[.]113[.]20',
      '203(.)0(.)113(.)20',
      'from 203.0.113[.]20:8443!',
    ]) {
      assert.equal(answer(pasted), 'address: one', pasted);
    }
    assert.equal(answer('**alice**'), answer('alice'));
    assert.equal(answer(encodeURIComponent(R1.arn)), answer(R1.arn));
    assert.ok(answer(R1.arn).startsWith('role: '));
    assert.deepEqual(namesIn('[2001:db8::7]:443').slice(1), ['2001:db8::7']);
    assert.equal(answer('arn%3Aaws%3Aiam%ZZ'), ': ');
  });

  it('tells which other ids of a ticket it does not answer', () => {
    const ticket = `Key **${alicesKey.toLowerCase()}** from 203.0.113.20:443 took ${R1.arn} (again: 203.0.113.20, ${alicesKey})`;
    const { name, alsoNamed } = answerWho(model, ticket);
    assert.equal(name, alicesKey);
    assert.deepEqual(alsoNamed, ['203.0.113.20', R1.arn]);
    for (const single of [alicesKey, `"${alicesKey}",`, R1.arn, '203.0.113.20:443', at(0).eventID.toUpperCase()]) {
      assert.deepEqual(answerWho(model, single).alsoNamed, [], single);
    }
    assert.equal(
      answerWho(model, Array.from({ length: 40 }, (_, n) => `10.0.0.${String(100 + n)}`).join(' ') + ` ${alicesKey}`)
        .alsoNamed.length,
      whoLimits.alsoNamed,
    );
  });

  it('names the records that show it', () => {
    assert.deepEqual(roles(r1.key), ['AssumeRole issued this credential', 'ListBuckets first use']);
    assert.deepEqual(roles(alicesKey), ['AssumeRole first use']);
    assert.deepEqual(roles('alice'), ['AssumeRole first use']);
    assert.deepEqual(roles('carol').at(-1), 'CreateUser about this user');
    assert.deepEqual(roles(bobsKey), [
      'AssumeRole issued this credential',
      'ListBuckets first use',
      'CreateAccessKey issued this key',
    ]);
    assert.deepEqual(roles(never.arn).at(-1), 'AssumeRole denied attempt');
    assert.deepEqual(roles(at(0).eventID), ['AssumeRole the event asked for; first use']);
    assert.deepEqual(roles(refused.key), ['AssumeRole issued this credential', 'ListBuckets first use, which failed']);
    assert.ok(roles(launched).includes('RunInstances launched it'));
    assert.ok(roles('203.0.113.20').includes('ListBuckets first call from this address; first use'));
    const [issued] = answerWho(model, r1.key).records;
    assert.deepEqual(issued, {
      eventID: at(0).eventID,
      eventTime: '2025-05-12T08:00:00Z',
      eventName: 'AssumeRole',
      eventSource: 'sts.amazonaws.com',
      file: 'logs.json',
      session: model.sessions.find(({ name }) => name === 'alice')?.id,
      role: 'issued this credential',
    });
  });

  it('shows the copy of a call into another account beside the call', () => {
    const across = new World('across');
    const there = across.assumes(0, across.alice, role(other, 'there'));
    across.does(minute, there, actions.listBuckets);
    const { records } = answerWho(modelOf(across.records), there.key);
    assert.deepEqual(records.map(({ role: part }) => part).sort(), [
      'first use',
      'issued this credential',
      'issued this credential, as the role’s account logged it',
    ]);
  });

  it('says who tried in vain for a role that others have', () => {
    const both = new World('both');
    const mine = both.assumes(0, both.alice, R1);
    both.records.push(assumeRoleDenied(both.trail, start + minute, mine, R1, office));
    const { matched, records } = answerWho(modelOf(both.records), 'R1');
    assert.deepEqual([matched, records.at(-1)?.role], ['role', 'denied attempt; first use, which failed']);
  });

  it('puts first what is suspicious, then what was used', () => {
    const many = new World('many');
    const quiet = many.assumes(0, many.alice, R1, office, 'unused');
    const busy = many.assumes(minute, many.alice, R1, office, 'busy');
    const bad = many.assumes(2 * minute, many.alice, R1, office, 'bad');
    many.does(3 * minute, busy, actions.listBuckets).does(4 * minute, bad, actions.listBuckets);
    const linked = modelOf(many.records);
    const of = (key: string): number => linked.sessionByKey.get(key) ?? -1;
    assert.deepEqual(answerWho(linked, 'R1', (index) => (index === of(bad.key) ? 3 : 0)).sessions, [
      of(bad.key),
      of(busy.key),
      of(quiet.key),
    ]);
  });

  it('survives names that are no names', () => {
    for (const query of [
      '',
      '   ',
      '""',
      '...',
      '[]',
      '\u0000',
      'x'.repeat(1_000_000),
      `${'A '.repeat(100_000)}${r1.key}`,
      '*',
      '__proto__',
    ]) {
      assert.deepEqual(answerWho(model, query).records, [], query.slice(0, 20));
    }
  });

  it('is bounded by what it shows, not by the sessions of a lineage', async () => {
    const tasks = join(__dirname, 'scale.work.ts');
    // Walking all below each session would be the square.
    await assertGrowth(tasks, 'whoOfOne', 2000);
    await assertGrowth(tasks, 'whoOfAll', 2000);
    const wide = wideModel(100_000);
    const rootKey = wide.sessions[0]?.keys[0] ?? '';
    const ofRoot = answerWho(wide, rootKey);
    const ofAll = answerWho(wide, 'R1');
    assert.deepEqual(
      [ofRoot.total, ofRoot.descendantsTotal[0], ofRoot.descendants[0]?.length],
      [1, 100_000, whoLimits.descendants],
    );
    assert.deepEqual([ofAll.total, ofAll.sessions.length], [100_000, whoLimits.sessions]);
  });

  it('shows the records of the first sessions, and counts the others', () => {
    const many = new World('records');
    for (let number = 0; number < 60; number++) {
      const session = many.assumes(number * minute, many.alice, R1, office, `job-${String(number)}`);
      many.does(number * minute + 30, session, actions.listBuckets);
    }
    const { records, recordsTotal, sessions } = answerWho(modelOf(many.records), 'R1');
    assert.deepEqual([sessions.length, records.length, recordsTotal], [60, whoLimits.records, 120]);
    assert.deepEqual(
      records.slice(0, 4).map(({ role: part, eventTime }) => `${eventTime} ${part}`),
      [
        '2025-05-12T08:00:00Z issued this credential',
        '2025-05-12T08:00:30Z first use',
        '2025-05-12T08:01:00Z issued this credential',
        '2025-05-12T08:01:30Z first use',
      ],
    );
  });

  it('keeps the root and the nearest of a long way, and says how long it is', () => {
    const long = deepModel(5000);
    const last = answerWho(long, long.sessions.at(-1)?.id ?? '');
    assert.deepEqual([last.ancestry[0]?.length, last.ancestryTotal], [whoLimits.way, [5000]]);
    assert.deepEqual([last.ancestry[0]?.[0], last.ancestry[0]?.at(-1)], [0, 4999]);
    const all = answerWho(long, 'R1');
    assert.ok(all.ancestry.flat().length <= whoLimits.allWays);
    assert.ok(all.descendants.flat().length <= whoLimits.allDescendants + whoLimits.sessions);
    assert.equal(all.descendantsTotal[0], 4998);
    const middle = answerWho(long, long.sessions[4990]?.id ?? '');
    assert.deepEqual(middle.descendants[0], [4991, 4992, 4993, 4994, 4995, 4996, 4997, 4998, 4999]);
  });
});
