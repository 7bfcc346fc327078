/**
 * Linking on logs in which one name is everywhere. Each case took 13 to 100 times as long when it was compared item by
 * item; the limits leave a slow machine room.
 */
import assert from 'node:assert/strict';
import {
  actions,
  assumeRole,
  deliver,
  iamUser,
  longTermKey,
  role,
  roleSession,
  throughService,
  Trail,
  user,
  utc,
  type CloudTrailRecord,
  type Session,
} from '../../../../scripts/sample/records';
import { emptyCase } from '../../../../src/engine/case-settings';
import { buildModel } from '../../../../src/engine/lineage/build-model';
import type { LineageModel } from '../../../../src/engine/lineage/model';
import { fileOf } from '../support/files';

const account = '111122223333';
const t0 = utc('2023-07-10T12:00:00Z');
const origin = { ip: '203.0.113.7', ua: 'aws-cli/2.15.0 md/Linux' };
const alice = iamUser(user(account, 'alice'), longTermKey('alice'));
const r1 = role(account, 'R1');
const many = 20_000;

function linked(records: readonly object[], limitMs: number): LineageModel {
  const file = fileOf('logs.json', records);
  const begin = performance.now();
  const model = buildModel([file], emptyCase);
  const took = performance.now() - begin;
  assert.ok(took < limitMs, `${String(Math.round(took))} ms for ${String(records.length)} records`);
  return model;
}

function each(make: (index: number) => readonly CloudTrailRecord[]): CloudTrailRecord[] {
  return Array.from({ length: many }, (_, index) => make(index)).flat();
}

function masked(record: CloudTrailRecord): object {
  const copy = structuredClone(record) as unknown as { responseElements: { credentials: { accessKeyId: string } } };
  copy.responseElements.credentials.accessKeyId = 'ASIAXXXXXXXXXXXXXXXX';
  return copy;
}

describe('one name everywhere', () => {
  it('a role handed to a service every five minutes', () => {
    const trail = new Trail('service');
    const watcher = role(account, 'watcher');
    const model = linked(
      each((index) => {
        const at = t0 + index * 300;
        const grant = deliver(trail, {
          at,
          service: 'config',
          role: watcher,
          name: 'AWSConfig-Describe',
          minutes: 60,
          withAssumedRoleUser: true,
        });
        return [...grant.records, trail.record(at + 9, grant.session, actions.listBuckets, origin)];
      }),
      4000,
    );
    assert.equal(model.sessions.filter(({ link }) => link === 'exact').length, many);
  });

  it('a role assumed with one session name, all keys masked, in one second or over weeks', () => {
    const trail = new Trail('masked');
    const grant = (at: number): object[] =>
      assumeRole(trail, { at, caller: alice, role: r1, name: 'job', origin }).records.map(masked);
    const weeks = linked(Array.from({ length: many }, (_, index) => grant(t0 + index * 60)).flat(), 4000);
    assert.equal(weeks.sessions.length, many + 1);
    const second = linked(Array.from({ length: many }, () => grant(t0)).flat(), 4000);
    assert.equal(second.sessions.length, 2);
    assert.equal(second.issuances.length, many);
  });

  it('calls that services forward for a pipeline of many sessions', () => {
    const trail = new Trail('pipeline');
    const model = linked(
      each((index) => {
        const at = t0 + index * 60;
        const made = (issuedAt: number): Session =>
          roleSession({ role: r1, name: 'deploy', key: trail.temporaryKey(), issuedAt, expiresAt: issuedAt + 3600 });
        const session = made(at);
        // A forwarded call has a key and a creation time of its own.
        const forwarded = throughService(made(at + 30), 'cloudformation');
        return [
          trail.record(at, session, actions.listBuckets, origin),
          trail.record(at + 31, forwarded, actions.listBuckets, origin),
        ];
      }),
      4000,
    );
    assert.equal(model.sessions.length, many);
    assert.ok(model.sessions.every(({ rows }) => rows.length === 2));
  });
});
