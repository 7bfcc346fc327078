import assert from 'node:assert/strict';
import type { JsonValue } from '../../../../src/engine/cloudtrail/columns';
import { ABSENT_CALLER, parseCaller } from '../../../../src/engine/cloudtrail/parse-caller';

describe('parseCaller', () => {
  it('an assumed role', () => {
    assert.deepEqual(
      parseCaller({
        type: 'AssumedRole',
        principalId: 'AROAEXAMPLE:i-0a',
        arn: 'arn:aws:sts::111122223333:assumed-role/App/i-0a',
        accountId: '111122223333',
        accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: 'AROAEXAMPLE',
            arn: 'arn:aws:iam::111122223333:role/path/App',
            accountId: '111122223333',
            userName: 'App',
          },
          webIdFederationData: { federatedProvider: 'p' },
          attributes: { creationDate: '20131102T010628Z', mfaAuthenticated: 'false' },
          ec2RoleDelivery: '2.0',
          sourceIdentity: 'CN=x',
        },
      }),
      {
        ...ABSENT_CALLER,
        type: 'AssumedRole',
        principalId: 'AROAEXAMPLE:i-0a',
        arn: 'arn:aws:sts::111122223333:assumed-role/App/i-0a',
        accountId: '111122223333',
        accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
        issuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLE',
          arn: 'arn:aws:iam::111122223333:role/path/App',
          accountId: '111122223333',
          userName: 'App',
        },
        creationDate: Date.UTC(2013, 10, 2, 1, 6, 28),
        mfaAuthenticated: false,
        ec2RoleDelivery: 2,
        sourceIdentity: 'CN=x',
        federatedProvider: 'p',
      },
    );
  });

  it('absent, or nothing that is an identity', () => {
    for (const value of [undefined, null, '', 'text', 7, true, []] as (JsonValue | undefined)[]) {
      assert.deepEqual(parseCaller(value), ABSENT_CALLER);
    }
  });

  it('a service event has account and service but no type', () => {
    const caller = parseCaller({ accountId: '111122223333', invokedBy: 'rds.amazonaws.com' });
    assert.equal(caller.type, 'Absent');
    assert.equal(caller.invokedBy, 'rds.amazonaws.com');
    assert.equal(parseCaller({ type: 'Martian' }).type, 'Unknown');
  });

  it('wrong types and placeholders everywhere', () => {
    const caller = parseCaller({
      type: 7,
      principalId: null,
      arn: '-',
      accountId: 11122223333,
      accessKeyId: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      userName: {},
      sessionContext: { sessionIssuer: {}, attributes: [], ec2RoleDelivery: 3 },
      onBehalfOf: 'x',
    });
    assert.deepEqual(caller, { ...ABSENT_CALLER, accountId: '011122223333', keyMasked: true });
  });

  for (const [value, expected] of [
    ['1.0', 1],
    ['2.0', 2],
    ['1', 1],
    [2, 2],
    [1, 1],
    ['3.0', undefined],
    ['2x', undefined],
    ['', undefined],
    [true, undefined],
  ] as const) {
    it(`role delivery ${JSON.stringify(value)}`, () => {
      assert.equal(parseCaller({ sessionContext: { ec2RoleDelivery: value } }).ec2RoleDelivery, expected);
    });
  }

  it('MFA as text or boolean', () => {
    const of = (mfaAuthenticated: JsonValue) =>
      parseCaller({ sessionContext: { attributes: { mfaAuthenticated } } }).mfaAuthenticated;
    assert.deepEqual(['true', true, 'false', false, 'yes', null].map(of), [
      true,
      true,
      false,
      false,
      undefined,
      undefined,
    ]);
  });

  it('the flattened form of exports', () => {
    const caller = parseCaller(
      '{type=AssumedRole, principalid=x, principalId=AROA:me, sessionContext={attributes={creationDate=2023-07-10T12:00:00Z}}}',
    );
    assert.equal(caller.type, 'AssumedRole');
    assert.equal(caller.principalId, 'AROA:me');
    assert.equal(caller.creationDate, Date.UTC(2023, 6, 10, 12));
    assert.equal(parseCaller('{"type":"Root"}').type, 'Root');
  });
});
