/** Logs of any size in which one name is everywhere: what the tests and the tasks of `scale` link. */
import assert from 'node:assert/strict';
import {
  actions,
  assumeRole,
  deliver,
  iamUser,
  longTermKey,
  role,
  roleSession,
  seenFromOutside,
  throughService,
  Trail,
  user,
  utc,
  type Caller,
  type CloudTrailRecord,
  type Session,
} from '../../../../scripts/sample/records';
import type { FileResult } from '../../../../src/engine/cloudtrail/columns';
import { FileScanner } from '../../../../src/engine/cloudtrail/scanner';
import { keyOf } from '../../../bench/many-sessions';
import { fileOf } from '../support/files';

const account = '111122223333';
const t0 = utc('2023-07-10T12:00:00Z');
const origin = { ip: '203.0.113.7', ua: 'aws-cli/2.15.0 md/Linux' };
const alice = iamUser(user(account, 'alice'), longTermKey('alice'));
const r1 = role(account, 'R1');

function each(count: number, make: (index: number) => readonly object[]): FileResult {
  return fileOf('logs.json', Array.from({ length: count }, (_, index) => make(index)).flat());
}

/** A role handed to a service every five minutes. */
export function deliveries(count: number): FileResult {
  const trail = new Trail('service');
  const watcher = role(account, 'watcher');
  return each(count, (index) => {
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
  });
}

function masked(record: CloudTrailRecord): object {
  const copy = structuredClone(record) as unknown as { responseElements: { credentials: { accessKeyId: string } } };
  copy.responseElements.credentials.accessKeyId = 'ASIAXXXXXXXXXXXXXXXX';
  return copy;
}

/** A role assumed with one session name, all keys masked, once in so many seconds. */
export function maskedGrants(count: number, every: number): FileResult {
  const trail = new Trail('masked');
  return each(count, (index) =>
    assumeRole(trail, { at: t0 + index * every, caller: alice, role: r1, name: 'job', origin }).records.map(masked),
  );
}

/** Calls that services forward for a pipeline of many sessions, one in so many seconds. */
export function pipeline(count: number, every: number): FileResult {
  const trail = new Trail('pipeline');
  return each(count, (index) => {
    const at = t0 + index * every;
    const made = (issuedAt: number): Session =>
      roleSession({ role: r1, name: 'deploy', key: trail.temporaryKey(), issuedAt, expiresAt: issuedAt + 3600 });
    const session = made(at);
    // A forwarded call has a key and a creation time of its own.
    const forwarded = throughService(made(at + 30), 'cloudformation');
    return [
      trail.record(at, session, actions.listBuckets, origin),
      trail.record(at + 31, forwarded, actions.listBuckets, origin),
    ];
  });
}

/** So many copies of a record, each an event of its own. */
function copies(record: CloudTrailRecord, count: number, key = ''): FileResult {
  const text = JSON.stringify(record);
  const scanner = new FileScanner('copies.json');
  const encoder = new TextEncoder();
  for (let at = 0; at < count; at++) {
    const number = at.toString(16).padStart(12, '0');
    const copy = text
      .replaceAll(record.eventID, `${record.eventID.slice(0, 24)}${number}`)
      .replaceAll(record.requestID ?? record.eventID, `${record.eventID.slice(0, 23)}f${number}`);
    scanner.push(encoder.encode(`${key === '' ? copy : copy.replaceAll(key, keyOf(at))}\n`));
  }
  return scanner.finish();
}

const trail = new Trail('calls');
const session = roleSession({
  role: r1,
  name: 'deploy',
  key: trail.temporaryKey(),
  issuedAt: t0,
  expiresAt: t0 + 3600,
});

const callers = {
  forwarded: throughService(session, 'cloudformation'),
  outside: seenFromOutside(session),
  itself: session,
} as const satisfies Readonly<Record<string, Caller>>;

/** Calls of one session: those that a service forwards, that another account logs, or that it makes itself. */
export function callsOf(caller: keyof typeof callers, count: number): FileResult {
  return copies(trail.record(t0 + 60, callers[caller], actions.listBuckets, origin), count);
}

/** One role given to one user in one second, each time with a key of its own. */
export function grantsAtOnce(count: number): FileResult {
  const grant = assumeRole(trail, { at: t0, caller: alice, role: r1, name: 'job', origin });
  const [issue] = grant.records;
  assert.ok(issue !== undefined);
  return copies(issue, count, grant.session.key);
}
