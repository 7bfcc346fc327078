/** The bundled sample: what is committed is what the generator makes, delivered as CloudTrail delivers. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse, type ParseError } from 'jsonc-parser';
import { buildSample } from '../../../scripts/sample/sample';
import type { CloudTrailRecord, JsonObject } from '../../../scripts/sample/records';
import expected from './expected.json';

const folder = resolve('media/sample-incident');
const logs = join(folder, 'cloudtrail-logs');
const sample = buildSample();
const delivered = sample.files.filter((file) => file.records.length > 0);
const everyRecord = delivered.flatMap((file) => file.records);

function object(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

function issuedKey(record: CloudTrailRecord): string | undefined {
  const response = object(record.responseElements);
  const key = object(response['credentials'])['accessKeyId'] ?? object(response['accessKey'])['accessKeyId'];
  return typeof key === 'string' ? key : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function creationDate(record: CloudTrailRecord): unknown {
  return object(object(record.userIdentity['sessionContext'])['attributes'])['creationDate'];
}

describe('sample incident: files', () => {
  it('is made the same twice', () => {
    assert.deepEqual(
      buildSample().files.map(({ name, text }) => [name, text]),
      sample.files.map(({ name, text }) => [name, text]),
    );
  });

  it('is committed as the generator makes it', () => {
    const committed = readdirSync(logs).sort();
    assert.deepEqual(committed, sample.files.map(({ name }) => name).sort());
    for (const { name, text } of sample.files) {
      assert.ok(gunzipSync(readFileSync(join(logs, name))).toString('utf8') === text, `${name}: run npm run sample`);
    }
  });

  it('packs without time or system in the gzip headers', () => {
    for (const name of readdirSync(logs)) {
      const bytes = readFileSync(join(logs, name));
      assert.deepEqual([...bytes.subarray(4, 8)], [0, 0, 0, 0], `${name}: time`);
      assert.equal(bytes[9], 255, `${name}: system`);
    }
  });

  it('stays small enough for the package', () => {
    const bytes = readdirSync(logs).reduce((sum, name) => sum + statSync(join(logs, name)).size, 0);
    assert.ok(bytes < 1_000_000, `${bytes} bytes`);
    const events = new Set(everyRecord.map(({ eventID }) => eventID)).size;
    assert.ok(events >= 3000 && events <= 5000, `${events} events`);
  });

  it('names files as CloudTrail does', () => {
    for (const { name } of delivered) {
      assert.match(name, /^\d{12}_CloudTrail_[a-z]+-[a-z]+-\d_\d{8}T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz$/);
    }
  });

  it('has a case file that parses, and a story', () => {
    const errors: ParseError[] = [];
    const caseFile: unknown = parse(readFileSync(join(folder, '.cloudtrail-case.json'), 'utf8'), errors);
    assert.deepEqual(errors, []);
    const accounts = new Set(everyRecord.map((record) => record.recipientAccountId));
    assert.deepEqual(object(caseFile)['ownAccounts'], [...accounts].sort());
    assert.ok(existsSync(join(folder, 'README.md')));
  });
});

describe('sample incident: delivery', () => {
  it('repeats the events of exactly one file, and no other', () => {
    const seen = new Map<string, number>();
    for (const { eventID } of everyRecord) seen.set(eventID, (seen.get(eventID) ?? 0) + 1);
    const repeated = [...seen].filter(([, times]) => times > 1).map(([id]) => id);
    const copy = delivered.at(-1);
    assert.ok(copy !== undefined && repeated.length > 0);
    assert.deepEqual(repeated.sort(), copy.records.map(({ eventID }) => eventID).sort());
    assert.equal(everyRecord.length, seen.size + repeated.length);
  });

  it('keeps files unsorted inside', () => {
    const sorted = delivered.filter(
      ({ records }) =>
        records.length > 6 &&
        records.every((record, at) => at === 0 || (records[at - 1]?.eventTime ?? '') <= record.eventTime),
    );
    assert.deepEqual(
      sorted.map(({ name }) => name),
      [],
    );
  });

  it('spreads each case over several files', () => {
    for (const [index, records] of sample.cases.entries()) {
      const ids = new Set(records.map(({ eventID }) => eventID));
      const holding = delivered.filter((file) => file.records.some(({ eventID }) => ids.has(eventID)));
      assert.ok(holding.length >= 3, `case ${index + 1} is in ${holding.length} files`);
    }
  });

  it('puts a hop and the use of its key into different files somewhere in both chains', () => {
    const fileOf = new Map(delivered.flatMap(({ name, records }) => records.map((record) => [record.eventID, name])));
    for (const records of sample.cases.slice(0, 2)) {
      const split = records.some((issue) => {
        const key = issuedKey(issue);
        const uses = records.filter((use) => key !== undefined && use.userIdentity.accessKeyId === key);
        return uses.some((use) => fileOf.get(use.eventID) !== fileOf.get(issue.eventID));
      });
      assert.ok(split);
    }
  });

  it('lays a digest beside the logs, which is no log', () => {
    const digest = sample.files.find(({ name }) => name.includes('CloudTrail-Digest'));
    assert.ok(digest !== undefined);
    assert.deepEqual(
      Object.keys(object(JSON.parse(digest.text))).filter((key) => key === 'Records' || key === 'logFiles'),
      ['logFiles'],
    );
  });
});

describe('sample incident: credentials', () => {
  const issues = new Map<string, CloudTrailRecord>();
  for (const record of everyRecord) {
    const key = issuedKey(record);
    if (key?.startsWith('ASIA') === true) issues.set(key, record);
  }

  it('dates every session to the second it was issued, and uses it within its life', () => {
    let checked = 0;
    for (const record of everyRecord) {
      const issue = issues.get(record.userIdentity.accessKeyId ?? '');
      if (issue === undefined) continue;
      checked++;
      assert.equal(creationDate(record), issue.eventTime, record.eventID);
      assert.ok(record.eventTime >= issue.eventTime, record.eventID);
      const expiration = object(object(issue.responseElements)['credentials'])['expiration'];
      assert.ok(
        Date.parse(`${text(expiration)} UTC`) > Date.parse(record.eventTime),
        `${record.eventID} after its key expired`,
      );
    }
    assert.ok(checked > 1500, `${checked} checked`);
  });

  it('gives an instance two keys in one second, without assumedRoleUser', () => {
    const deliveries = [...issues.values()].filter((record) => record.userIdentity.invokedBy === 'ec2.amazonaws.com');
    const perSecond = new Map<string, number>();
    for (const record of deliveries) {
      assert.equal(object(record.responseElements)['assumedRoleUser'], undefined);
      assert.equal(record.userIdentity.accessKeyId, undefined);
      const grant = `${text(object(record.requestParameters)['roleSessionName'])} ${record.eventTime}`;
      perSecond.set(grant, (perSecond.get(grant) ?? 0) + 1);
    }
    assert.ok(perSecond.size > 50);
    assert.deepEqual(new Set(perSecond.values()), new Set([2]));
  });

  it('says nothing but an error message in a refused AssumeRole', () => {
    const refused = everyRecord.filter(
      ({ eventName, errorCode }) => eventName === 'AssumeRole' && errorCode !== undefined,
    );
    assert.ok(refused.length >= 4);
    for (const record of refused) {
      assert.equal(record.requestParameters, null);
      assert.equal(record.responseElements, null);
      assert.match(record.errorMessage ?? '', /on resource: arn:aws:iam::\d{12}:role\//);
    }
  });

  it('records a hop into another account twice', () => {
    const byKey = new Map<string, Map<string, CloudTrailRecord>>();
    for (const record of everyRecord) {
      const key = issuedKey(record);
      const target = object(record.requestParameters)['roleArn'];
      if (key === undefined || record.sharedEventID === undefined || typeof target !== 'string') continue;
      if (record.userIdentity.type === 'AWSService') continue;
      const copies = byKey.get(key) ?? new Map<string, CloudTrailRecord>();
      byKey.set(key, copies.set(record.eventID, record));
    }
    const twins = [...byKey.values()].map((copies) => [...copies.values()]).filter((copies) => copies.length === 2);
    assert.ok(twins.length > 10);
    for (const [one, other] of twins) {
      assert.equal(one?.sharedEventID, other?.sharedEventID);
      assert.equal(one?.requestID, other?.requestID);
      assert.notEqual(one?.recipientAccountId, other?.recipientAccountId);
    }
  });

  it('holds no secret', () => {
    const everything = delivered.map((file) => file.text).join('\n');
    const tokens = new Set([...everything.matchAll(/"sessionToken":"([^"]*)"/g)].map((match) => match[1]));
    assert.deepEqual([...tokens], ['REMOVED_FROM_THE_SAMPLE']);
    assert.ok(!everything.includes('secretAccessKey'));
  });
});

describe('sample incident: the three cases', () => {
  for (const one of expected.cases) {
    it(`contains ${one.name}`, () => {
      const root = everyRecord.filter(({ userIdentity }) => userIdentity.accessKeyId === one.root.accessKeyId);
      assert.ok(root.some(({ sourceIPAddress }) => sourceIPAddress === one.address));
      let caller = one.root.accessKeyId;
      for (const hop of one.hops) {
        const issue = everyRecord.find(
          (record) => issuedKey(record) === hop.accessKeyId && record.userIdentity.accessKeyId === caller,
        );
        assert.ok(issue !== undefined, `${hop.role} was not assumed by ${caller}`);
        assert.equal(issue.eventTime, hop.issuedAt);
        assert.equal(object(issue.requestParameters)['roleArn'], hop.role);
        assert.equal(object(issue.requestParameters)['roleSessionName'], hop.session);
        caller = hop.accessKeyId;
      }
      if (one.created !== undefined) {
        const made = everyRecord.find((record) => issuedKey(record) === one.created.accessKeyId);
        assert.equal(made?.eventName, 'CreateAccessKey');
        assert.equal(made.userIdentity.accessKeyId, caller);
        assert.equal(object(made.requestParameters)['userName'], one.created.user);
        const used = everyRecord.some(({ userIdentity }) => userIdentity.accessKeyId === one.created.accessKeyId);
        assert.equal(used, one.created.used);
      }
    });
  }

  it('leaves no other caller on the intruders’ addresses', () => {
    const allowed = new Set(sample.cases.flat().map(({ eventID }) => eventID));
    const strangers = everyRecord.filter(
      ({ eventID, sourceIPAddress }) => ['192.0.2.66', '8.8.8.8'].includes(sourceIPAddress) && !allowed.has(eventID),
    );
    assert.deepEqual(strangers, []);
  });

  it('shows the third instance at 2.2.2.2 before and while it is impersonated', () => {
    const beats = everyRecord.filter(
      (record) => record.eventName === 'UpdateInstanceInformation' && record.sourceIPAddress === '2.2.2.2',
    );
    assert.ok(beats.some(({ eventTime }) => eventTime < '2025-05-16T01:52:37Z'));
    assert.ok(beats.some(({ eventTime }) => eventTime > '2025-05-16T01:52:37Z'));
  });

  it('has the benign daily chain on at least three days', () => {
    const days = new Set(
      sample.benign
        .filter((record) => text(object(record.requestParameters)['roleArn']).endsWith('role/terraform-spoke'))
        .map(({ eventTime }) => eventTime.slice(0, 10)),
    );
    assert.ok(days.size >= 3);
  });
});
