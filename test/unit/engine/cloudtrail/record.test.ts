import assert from 'node:assert/strict';
import { join } from 'node:path';
import { isMaskedKey, usableKey } from '../../../../src/engine/cloudtrail/keys';
import { isDenied, isThrottled } from '../../../../src/engine/cloudtrail/outcome';
import {
  accountOf,
  arrayAt,
  objectAt,
  partitionOf,
  requestParameters,
  responseElements,
  roleNameOf,
  splitPrincipalId,
  stringAt,
} from '../../../../src/engine/cloudtrail/record';
import { assertGrowth } from '../../support/work';
import { hostileMaps } from './hostile-text';

describe('reading records', () => {
  const record = { a: { b: { c: 'text', dash: '-', none: null, n: 1, list: [1] } }, s: 'x' };

  it('paths', () => {
    assert.equal(stringAt(record, 'a', 'b', 'c'), 'text');
    assert.equal(stringAt(record, 'a', 'b', 'dash'), '');
    assert.equal(stringAt(record, 'a', 'b', 'none'), '');
    assert.equal(stringAt(record, 'a', 'b', 'n'), '');
    assert.equal(stringAt(record, 'a', 'x', 'y'), '');
    assert.equal(stringAt(record, 's', 'length'), '');
    assert.equal(stringAt(undefined, 'a'), '');
    assert.deepEqual(objectAt(record, 'a', 'b'), record.a.b);
    assert.equal(objectAt(record, 'a', 'b', 'list'), undefined);
    assert.deepEqual(arrayAt(record, 'a', 'b', 'list'), [1]);
    assert.deepEqual(arrayAt(record, 's'), []);
  });

  it('inherited properties are no fields', () => {
    assert.equal(objectAt({}, 'constructor'), undefined);
    assert.equal(stringAt({}, 'constructor', 'name'), '');
    assert.equal(objectAt({}, '__proto__'), undefined);
  });

  it('requestParameters in every form', () => {
    const of = (value: unknown) => requestParameters({ requestParameters: value as string });
    assert.deepEqual(of({ roleArn: 'r' }), { roleArn: 'r' });
    assert.deepEqual(of('{"roleArn":"r"}'), { roleArn: 'r' });
    assert.deepEqual(of('{roleArn=arn:aws:iam::1:role/a, roleSessionName=me, tags=[{key=a, value=b}], x=null}'), {
      roleArn: 'arn:aws:iam::1:role/a',
      roleSessionName: 'me',
      tags: [{ key: 'a', value: 'b' }],
      x: null,
    });
    assert.deepEqual(of('{policy=a, b, c, name=n}'), { policy: 'a, b, c', name: 'n' });
    assert.deepEqual(of('{credentials={accessKeyId=ASIA, expiration=Jul 10, 2023, 6:30:22 PM}, a=b'), {
      credentials: { accessKeyId: 'ASIA', expiration: 'Jul 10, 2023, 6:30:22 PM' },
      a: 'b',
    });
    assert.deepEqual(of('{"roleArn":"r","tags":[{"key":"a","value":"b"},{"key":"c","val'), {
      roleArn: 'r',
      tags: [{ key: 'a', value: 'b' }, { key: 'c' }],
    });
    for (const value of [null, undefined, '', 'text', '{', '{}x', '{"', '[1]', 7, true, [], '{=', '{{{{']) of(value);
    assert.equal(of(null), undefined);
    assert.equal(of('text'), undefined);
    assert.equal(of('[1]'), undefined);
    assert.equal(responseElements({ responseElements: null }), undefined);
  });

  it('hostile map text neither overflows nor hangs', async () => {
    for (const [what, make] of Object.entries(hostileMaps)) {
      await assertGrowth(join(__dirname, 'hostile-text.work.ts'), what, 2000);
      requestParameters({ requestParameters: make(50_000) });
    }
  });

  it('principal ids', () => {
    assert.deepEqual(splitPrincipalId('AROAEXAMPLE:me'), { id: 'AROAEXAMPLE', name: 'me' });
    assert.deepEqual(splitPrincipalId('AROAEXAMPLE:a:b'), { id: 'AROAEXAMPLE', name: 'a:b' });
    assert.deepEqual(splitPrincipalId('111122223333:bob'), { id: '111122223333', name: 'bob' });
    assert.deepEqual(splitPrincipalId('111122223333:aws:ec2-instance:i-0a'), {
      id: '111122223333:aws:ec2-instance',
      name: 'i-0a',
    });
    assert.deepEqual(splitPrincipalId('AIDAEXAMPLE'), { id: 'AIDAEXAMPLE', name: '' });
    assert.deepEqual(splitPrincipalId(''), { id: '', name: '' });
  });

  it('ARNs', () => {
    assert.equal(
      roleNameOf('arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_x'),
      'AWSReservedSSO_x',
    );
    assert.equal(roleNameOf('arn:aws:sts::111122223333:assumed-role/Admin/me'), 'Admin');
    assert.equal(roleNameOf('arn:aws:iam::111122223333:user/bob'), '');
    assert.equal(roleNameOf('role/bob'), '');
    assert.equal(accountOf('arn:aws-us-gov:iam::111122223333:role/a'), '111122223333');
    assert.equal(partitionOf('arn:aws-us-gov:iam::111122223333:role/a'), 'aws-us-gov');
    assert.equal(accountOf('nonsense'), '');
    assert.equal(partitionOf(''), '');
  });
});

describe('keys', () => {
  it('usable', () => {
    for (const key of ['AKIAIOSFODNN7EXAMPLE', 'ASIATFQZ7NSC8Q4X21BJ', 'ASIA0000000000000000'])
      assert.equal(usableKey(key), key);
  });

  it('placeholders', () => {
    for (const value of [
      'HIDDEN_DUE_TO_SECURITY_REASONS',
      'REDACTED',
      '***',
      '1111',
      'A'.repeat(20),
      'ASIAXXXXXXXXXXXXXXXX',
      7,
      {},
    ]) {
      assert.equal(usableKey(value), '');
      assert.equal(isMaskedKey(value), true);
    }
    for (const value of [undefined, null, '', '-']) {
      assert.equal(usableKey(value), '');
      assert.equal(isMaskedKey(value), false);
    }
  });
});

describe('outcomes', () => {
  const denied = [
    'AccessDenied',
    'AccessDeniedException',
    'Client.UnauthorizedOperation',
    'NotAuthorized',
    'AuthorizationError',
    'Forbidden',
  ];
  const throttled = ['ThrottlingException', 'Client.RequestLimitExceeded', 'TooManyRequestsException', 'SlowDown'];
  it('denied, throttled, neither', () => {
    for (const code of denied) assert.deepEqual([isDenied(code), isThrottled(code)], [true, false], code);
    for (const code of throttled) assert.deepEqual([isDenied(code), isThrottled(code)], [false, true], code);
    for (const code of ['', 'NoSuchBucket', 'Client.VpcLimitExceeded', 'ValidationException']) {
      assert.deepEqual([isDenied(code), isThrottled(code)], [false, false], code);
    }
  });
});
