/** The record builders that fixtures are made of: the fields that each way of issuing has and lacks. */
import assert from 'node:assert/strict';
import {
  actions,
  assumeRole,
  assumeRoleForPodIdentity,
  assumeRoot,
  consoleLogin,
  deliverToInstance,
  getFederationToken,
  getSessionToken,
  iamDate,
  iamUser,
  isJsonObject,
  isoTime,
  longTermKey,
  role,
  stsDate,
  switchRole,
  throughService,
  Trail,
  user,
  utc,
  type Json,
} from '../../../scripts/sample/records';

const at = utc('2023-07-10T12:23:05Z');
const origin = { ip: '203.0.113.7', ua: 'aws-cli/2' };
const dana = user('111122223333', 'dana');
const caller = iamUser(dana, longTermKey('dana'));
const auditor = role('111122223333', 'auditor', '/teams/');
const elsewhere = role('444455556666', 'elsewhere');

function inside(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, key) => (isJsonObject(inner) ? inner[key] : undefined), value);
}

describe('record builders', () => {
  it('writes dates as STS and IAM do', () => {
    assert.equal(stsDate(utc('2023-07-10T18:30:22Z')), 'Jul 10, 2023, 6:30:22 PM');
    assert.equal(stsDate(utc('2023-07-10T00:05:00Z')), 'Jul 10, 2023, 12:05:00 AM');
    assert.equal(iamDate(at), 'Jul 10, 2023 12:23:05 PM');
    assert.equal(isoTime(at), '2023-07-10T12:23:05Z');
  });

  it('keeps the path of a role in its issuer and out of the session ARN', () => {
    const { records, session } = assumeRole(new Trail('t'), { at, caller, role: auditor, name: 'dana', origin });
    assert.equal(records.length, 1);
    assert.equal(session.identity.arn, 'arn:aws:sts::111122223333:assumed-role/auditor/dana');
    assert.equal(inside(session.identity, 'sessionContext', 'sessionIssuer', 'arn'), auditor.arn);
    assert.equal(inside(session.identity, 'sessionContext', 'attributes', 'creationDate'), records[0]?.eventTime);
    assert.equal(inside(records[0]?.responseElements, 'credentials', 'accessKeyId'), session.key);
    assert.equal(inside(records[0]?.responseElements, 'assumedRoleUser', 'assumedRoleId'), session.principalId);
  });

  it('records an assumption across accounts in both, the outer one without name or key', () => {
    const { records } = assumeRole(new Trail('t'), { at, caller, role: elsewhere, name: 'x1', origin });
    const [inner, outer] = records;
    assert.ok(inner !== undefined && outer !== undefined);
    assert.deepEqual(outer.userIdentity, { type: 'AWSAccount', principalId: dana.id, accountId: dana.account });
    assert.deepEqual([inner.recipientAccountId, outer.recipientAccountId], ['111122223333', '444455556666']);
    assert.equal(inner.sharedEventID, outer.sharedEventID);
    assert.equal(inner.requestID, outer.requestID);
    assert.notEqual(inner.eventID, outer.eventID);
    assert.deepEqual(inner.responseElements, outer.responseElements);
  });

  it('delivers one instance session as two keys', () => {
    const { records, v1, v2 } = deliverToInstance(new Trail('t'), at, auditor, 'i-0123456789abcdef0');
    assert.equal(records.length, 2);
    assert.equal(v1.principalId, v2.principalId);
    assert.equal(v1.issuedAt, v2.issuedAt);
    assert.notEqual(v1.key, v2.key);
    assert.equal(inside(v1.identity, 'sessionContext', 'ec2RoleDelivery'), '1.0');
    assert.equal(inside(v2.identity, 'sessionContext', 'ec2RoleDelivery'), '2.0');
    for (const record of records) assert.deepEqual(Object.keys(record.userIdentity), ['type', 'invokedBy']);
  });

  it('gives console sessions keys that no record issues', () => {
    const trail = new Trail('t');
    const signIn = consoleLogin(trail, at, dana, origin, 5);
    assert.equal(new Set(signIn.keys.map(({ key }) => key)).size, 5);
    assert.ok(!signIn.records.some((record) => JSON.stringify(record).includes('ASIA')));
    const [first] = signIn.keys;
    assert.ok(first !== undefined);
    const switched = switchRole(trail, at + 60, first, dana, elsewhere, origin, 2);
    assert.deepEqual(
      switched.records.map(({ eventName }) => eventName),
      ['AssumeRole', 'AssumeRole', 'SwitchRole'],
    );
    const issued = inside(switched.records[0]?.responseElements, 'credentials', 'accessKeyId');
    assert.ok(switched.keys.every(({ key }) => key !== issued));
    assert.equal(switched.records[2]?.sourceIPAddress, origin.ip);
  });

  it('keeps the kind of caller of each token', () => {
    const trail = new Trail('t');
    const token = getSessionToken(trail, { at, caller, user: dana, origin, mfa: true });
    assert.equal(token.session.identity.type, 'IAMUser');
    assert.ok(token.session.identity.accessKeyId?.startsWith('ASIA'));
    const federated = getFederationToken(trail, { at, caller, user: dana, origin, name: 'guest' });
    assert.equal(federated.session.principalId, '111122223333:guest');
    assert.equal(inside(federated.session.identity, 'sessionContext', 'sessionIssuer', 'principalId'), dana.id);
    assert.equal(inside(federated.records[0]?.responseElements, 'assumedRoleUser'), undefined);
    const root = assumeRoot(trail, at, caller, '444455556666', 'IAMAuditRootUserCredentials', origin);
    assert.equal(root.session.identity.type, 'Root');
    assert.equal(root.session.account, '444455556666');
  });

  it('issues a pod its key in the second of two records', () => {
    const trail = new Trail('t');
    const node = deliverToInstance(trail, at - 60, auditor, 'i-0123456789abcdef0').v2;
    const { records, session } = assumeRoleForPodIdentity(trail, at, node, elsewhere, 'blue', 'api-0', origin);
    const [asked, delivered] = records;
    assert.ok(asked !== undefined && delivered !== undefined);
    assert.equal(asked.responseElements, null);
    assert.equal(inside(delivered.responseElements, 'credentials', 'accessKeyId'), session.key);
    assert.equal(asked.eventTime, delivered.eventTime);
  });

  it('shows a service acting for a session with another key, the same key, or none', () => {
    const { session } = assumeRole(new Trail('t'), { at, caller, role: auditor, name: 'dana', origin });
    assert.equal(throughService(session, 'kms').identity.accessKeyId, session.key);
    assert.equal(throughService(session, 'kms', 'ASIAOTHER').identity.accessKeyId, 'ASIAOTHER');
    assert.ok(!('accessKeyId' in throughService(session, 'kms', null).identity));
    assert.equal(throughService(session, 'kms').identity.invokedBy, 'kms.amazonaws.com');
  });

  it('leaves the request out when it is refused, and TLS out between services', () => {
    const trail = new Trail('t');
    const refused = trail.record(at, caller, actions.refused(actions.listBuckets, dana.arn), origin);
    assert.deepEqual(
      [refused.errorCode, refused.requestParameters, refused.responseElements],
      ['AccessDenied', null, null],
    );
    assert.ok(refused.tlsDetails !== undefined);
    const inner = trail.record(at, caller, actions.listBuckets, {
      ip: 'config.amazonaws.com',
      ua: 'config.amazonaws.com',
    });
    assert.equal(inner.tlsDetails, undefined);
  });

  it('keeps scenarios apart: the same calls in one give the same ids, whatever another does', () => {
    const one = new Trail('a');
    new Trail('b').random.uuid();
    const again = new Trail('a');
    assert.deepEqual(
      one.record(at, caller, actions.getCallerIdentity, origin),
      again.record(at, caller, actions.getCallerIdentity, origin),
    );
    assert.notEqual(new Trail('a').random.uuid(), new Trail('b').random.uuid());
  });
});
