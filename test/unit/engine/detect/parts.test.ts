/** The parts detectors are made of: ids, ranges, globs, trust documents, words. */
import assert from 'node:assert/strict';
import { AddressRanges, parseRange } from '../../../../src/engine/detect/cidr';
import { strangersIn } from '../../../../src/engine/detect/external-trust';
import { chainMatches, globMatches, identityMatches } from '../../../../src/engine/detect/globs';
import { thingsRemoved } from '../../../../src/engine/detect/object-removals';
import { objectMade } from '../../../../src/engine/detect/persistence-objects';
import { clean, counted, duration, listed, ordinal } from '../../../../src/engine/detect/text';
import { stableId } from '../../../../src/engine/stable-id';

describe('stable ids', () => {
  it('are a hash of the parts, each with its length', () => {
    assert.match(stableId('rule', ['a']), /^rule-[0-9a-f]{16}$/);
    assert.equal(stableId('rule', ['a', 'b']), stableId('rule', ['a', 'b']));
    const all = [['a', 'bc'], ['ab', 'c'], ['abc'], ['abc', ''], ['', 'abc'], [], [''], ['1:a']].map((parts) =>
      stableId('x', parts),
    );
    assert.equal(new Set(all).size, all.length);
  });

  it('never change: they are in case files and tickets', () => {
    assert.equal(
      stableId('role-chain-depth', ['111122223333|AIDAEXAMPLE|AKIAEXAMPLE', 'arn:aws:iam::111122223333:role/R1']),
      'role-chain-depth-009b22fa4c87ce45',
    );
  });
});

describe('address ranges', () => {
  const table: readonly [range: string, address: string, inside: boolean][] = [
    ['198.51.100.0/24', '198.51.100.255', true],
    ['198.51.100.0/24', '198.51.101.0', false],
    ['198.51.100.7', '198.51.100.7', true],
    ['198.51.100.7', '198.51.100.8', false],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:DB8:0:0::1', '2001:db8::1', true],
    ['::ffff:198.51.100.7', '198.51.100.7', true],
    ['198.51.100.0/24', '198.51.100.07', false],
    ['198.51.100.0/24', 'AWS Internal', false],
    ['nonsense', '8.8.8.8', false],
  ];
  for (const [range, address, inside] of table) {
    it(`${range} ${inside ? 'holds' : 'does not hold'} ${address}`, () =>
      assert.equal(new AddressRanges([range]).contains(address), inside));
  }
  it('are refused where they mean nothing', () => {
    for (const text of [
      '',
      '1.2.3',
      '1.2.3.4/33',
      '1.2.3.4/',
      '1.2.3.4/-1',
      '1.2.3.4/8/8',
      '01.2.3.4',
      '2001:db8::/129',
      'fe80::1%eth0',
      '1.2.3.4/2e1',
    ]) {
      assert.equal(parseRange(text), undefined, text);
    }
  });
});

describe('globs', () => {
  it('cross slashes and colons, and mean other characters literally', () => {
    assert.ok(globMatches('arn:aws:iam::*:role/*', 'arn:aws:iam::111122223333:role/team/x'));
    assert.ok(globMatches('deploy-*', 'deploy-'));
    assert.ok(!globMatches('deploy-*', 'xdeploy-1'));
    assert.ok(globMatches('a+b@c', 'a+b@c'));
    assert.ok(globMatches('run-?', 'run-1'));
    assert.ok(!globMatches('!x', 'y'), 'no negation');
    assert.ok(!globMatches('', 'x'));
    assert.ok(!globMatches('*'.repeat(5000), 'x'), 'too long to be meant');
  });
  it('meet an identity by its ARN or its name', () => {
    const arn = 'arn:aws:iam::111122223333:role/team/deploy-app';
    assert.ok(identityMatches('deploy-*', arn));
    assert.ok(identityMatches(arn, arn));
    assert.ok(identityMatches('*:role/team/*', arn));
    assert.ok(!identityMatches('team', arn));
    assert.ok(identityMatches('alice', 'arn:aws:iam::111122223333:user/alice'));
  });
  it('match chains in time that grows with their length only', () => {
    const chain = Array.from({ length: 200 }, (_, at) => `arn:aws:iam::111122223333:role/r${String(at)}`);
    assert.ok(!chainMatches(Array.from({ length: 60 }, () => '**').join('>') + '>none', chain));
    assert.ok(chainMatches('**>r199', chain));
    assert.ok(chainMatches('**', []));
  });
});

describe('strangers in a trust document', () => {
  const known = new Set(['111122223333']);
  const allow = (more: object): string =>
    JSON.stringify({ Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', ...more } });
  const table: readonly [what: string, document: string | object | undefined, strangers: string[]][] = [
    ['own account', allow({ Principal: { AWS: 'arn:aws:iam::111122223333:root' } }), []],
    ['a bare account id', allow({ Principal: { AWS: '999988887777' } }), ['account 999988887777']],
    ['a user elsewhere', allow({ Principal: { AWS: ['arn:aws:iam::999988887777:user/x'] } }), ['account 999988887777']],
    ['everybody', allow({ Principal: '*' }), ['everybody']],
    ['everybody, as an element', allow({ Principal: { AWS: '*' } }), ['everybody']],
    ['all but some', allow({ NotPrincipal: { AWS: 'arn:aws:iam::111122223333:root' } }), ['everybody but those named']],
    ['a service', allow({ Principal: { Service: 'ec2.amazonaws.com' } }), []],
    [
      'an OIDC provider',
      allow({
        Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com' },
      }),
      ['identity provider arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com'],
    ],
    [
      'the provider of the sign-on',
      allow({ Principal: { Federated: 'arn:aws:iam::111122223333:saml-provider/AWSSSO_0f_DO_NOT_DELETE' } }),
      [],
    ],
    ['a denial', JSON.stringify({ Statement: [{ Effect: 'Deny', Principal: '*' }] }), []],
    [
      'everybody of own accounts',
      allow({ Principal: '*', Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } } }),
      [],
    ],
    [
      'everybody of other accounts',
      allow({ Principal: '*', Condition: { StringEquals: { 'aws:SourceAccount': '999988887777' } } }),
      ['everybody'],
    ],
    [
      'everybody, if the key is there',
      allow({ Principal: '*', Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } } }),
      ['everybody'],
    ],
    ['URL-encoded', encodeURIComponent(allow({ Principal: '*' })), ['everybody']],
    ['an object', { Statement: [{ Effect: 'Allow', Principal: '*' }] }, ['everybody']],
    ['no JSON', '{{{', []],
    ['broken encoding', '%7b%zz', []],
    ['nothing', undefined, []],
  ];
  for (const [what, document, strangers] of table) {
    it(what, () => assert.deepEqual(strangersIn(document as never, known), strangers));
  }
});

describe('objects and their removal', () => {
  it('meet by the thing, not by the name people see', () => {
    const fields = (request: object, response: object = {}) => ({ request, response, self: '' }) as never;
    const key = objectMade(
      'iam.amazonaws.com',
      'CreateAccessKey',
      fields({ userName: 'bob' }, { accessKey: { accessKeyId: 'AKIA1', userName: 'bob' } }),
    );
    assert.deepEqual([key.kind, key.name, key.accessKeyId], ['access-key', 'bob', 'AKIA1']);
    const removed = (accessKeyId: string) =>
      thingsRemoved('iam.amazonaws.com', 'DeleteAccessKey', fields({ userName: 'bob', accessKeyId }));
    assert.deepEqual(key.thing, [[...removed('AKIA1'), 'user|bob']]);
    assert.notDeepEqual(removed('AKIA2'), removed('AKIA1'));
    assert.equal(
      objectMade('iam.amazonaws.com', 'CreateAccessKey', { request: {}, response: {}, self: 'carol' }).name,
      'carol',
      'a user making a key for itself',
    );
    assert.equal(objectMade('x.amazonaws.com', 'CreateSomething', fields({})).kind, 'other');
    assert.deepEqual(thingsRemoved('iam.amazonaws.com', 'ListUsers', fields({})), []);
  });

  it('are one whether a call names a function or its ARN, and go with what they are of', () => {
    const fields = (request: object) => ({ request, response: {}, self: '' }) as never;
    const lambda = 'lambda.amazonaws.com';
    const arn = 'arn:aws:lambda:eu-west-1:111122223333:function:collect:PROD';
    const changed = objectMade(lambda, 'UpdateFunctionCode', fields({ functionName: arn }));
    assert.equal(changed.name, 'collect');
    assert.ok(
      thingsRemoved(lambda, 'DeleteFunction', fields({ functionName: 'collect' })).some((name) =>
        changed.thing[0]?.includes(name),
      ),
    );
    const trust = objectMade('iam.amazonaws.com', 'UpdateAssumeRolePolicy', fields({ roleName: 'R1' }));
    assert.ok(
      thingsRemoved('iam.amazonaws.com', 'DeleteRole', fields({ roleName: 'R1' })).some((name) =>
        trust.thing[0]?.includes(name),
      ),
    );
  });
});

describe('words', () => {
  it('list, count and number', () => {
    assert.deepEqual(
      [[], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd', 'e']].map((items) => listed(items)),
      ['', 'a', 'a and b', 'a, b and c', 'a, b, c and 2 more'],
    );
    assert.deepEqual(
      [counted(1, 'event'), counted(2, 'event'), counted(0, 'identity', 'identities')],
      ['1 event', '2 events', '0 identities'],
    );
    assert.deepEqual([3, 11, 12, 13, 21, 22, 103, 111].map(ordinal), [
      'Third',
      '11th',
      '12th',
      '13th',
      '21st',
      '22nd',
      '103rd',
      '111th',
    ]);
  });
  it('tell how long something took', () => {
    const minute = 60_000;
    assert.deepEqual(
      [0, 1000, 119_499, 2 * minute, 9.4 * minute, 119 * minute, 2 * 60 * minute, 150 * minute, 47 * 60 * minute].map(
        duration,
      ),
      [
        '0 seconds',
        '1 second',
        '119 seconds',
        '2 minutes',
        '9 minutes',
        '119 minutes',
        '2 hours',
        '2.5 hours',
        '47 hours',
      ],
    );
    assert.deepEqual([48 * 60 * minute, 60 * 60 * minute].map(duration), ['2 days', '2.5 days']);
  });
  it('clear log text of what would break or turn a line, and cut it', () => {
    assert.equal(clean('a\nb\u202Ec\u0000d\u200Be'), 'a\ufffdb\ufffdc\ufffdd\ufffde');
    assert.equal(clean('x'.repeat(500), 10), 'xxxxxxxxx…');
    assert.equal(clean('<b>$(id)`</b>'), '<b>$(id)`</b>');
  });
});
