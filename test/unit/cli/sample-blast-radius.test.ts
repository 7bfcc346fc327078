/**
 * The blast radius of the sample's first two cases, through the program, against the records themselves: read here with nothing
 * but JSON.parse, following keys from the first one on.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { BlastRadius, WhoAnswer } from '../../../src/worker/protocol';
import expected from '../sample/expected.json';
import { bundlePrograms } from '../support/bundle';

const sample = join(__dirname, '../../../media/sample-incident');
let dist: string;

interface Raw {
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly errorCode?: string;
  readonly requestID?: string;
  readonly recipientAccountId: string;
  readonly sourceIPAddress: string;
  readonly userIdentity: { readonly type?: string; readonly accessKeyId?: string };
  readonly requestParameters: Readonly<Record<string, string>> | null;
  readonly responseElements: {
    readonly credentials?: { readonly accessKeyId: string };
    readonly accessKey?: { readonly accessKeyId: string };
  } | null;
}

/** Every record once. */
function allRecords(): Raw[] {
  const folder = join(sample, 'cloudtrail-logs');
  const byId = new Map<string, Raw>();
  for (const name of readdirSync(folder)) {
    const { Records = [] } = JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString('utf8')) as {
      Records?: readonly Raw[];
    };
    for (const record of Records) {
      byId.set(`${record.eventID} ${record.recipientAccountId}`, record);
    }
  }
  return [...byId.values()].sort((a, b) => (a.eventTime < b.eventTime ? -1 : 1));
}

/** What these keys did, and every key that came of them; the copy in the other account of a call of theirs, too. */
function cameOf(records: readonly Raw[], first: readonly string[]): Raw[] {
  const keys = new Set(first);
  for (let size = 0; size < keys.size;) {
    size = keys.size;
    for (const { userIdentity, responseElements } of records) {
      const issued = responseElements?.credentials?.accessKeyId ?? responseElements?.accessKey?.accessKeyId;
      if (keys.has(userIdentity.accessKeyId ?? '') && issued !== undefined) {
        keys.add(issued);
      }
    }
  }
  const own = records.filter(({ userIdentity }) => keys.has(userIdentity.accessKeyId ?? ''));
  const requests = new Set(own.map(({ requestID }) => requestID));
  return records.filter(
    (record) => own.includes(record) || (record.userIdentity.type === 'AWSAccount' && requests.has(record.requestID)),
  );
}

function counted(records: readonly Raw[], nameOf: (record: Raw) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const record of records) {
    counts[nameOf(record)] = (counts[nameOf(record)] ?? 0) + 1;
  }
  return counts;
}

const counts = (list: readonly { readonly name: string; readonly events: number }[]): Record<string, number> =>
  Object.fromEntries(list.map(({ name, events }) => [name, events]));

before(async function () {
  this.timeout(60_000);
  dist = mkdtempSync(join(tmpdir(), 'lineage-blast-sample-'));
  await bundlePrograms(dist, ['cli', 'analysis-worker', 'parse-worker']);
});
after(() => rmSync(dist, { recursive: true, force: true }));

describe('the blast radius of the sample incident', function () {
  this.timeout(60_000);
  let records: readonly Raw[];
  before(() => {
    records = allRecords();
  });

  function who(...args: string[]): string {
    const { stdout, status } = spawnSync(process.execPath, [join(dist, 'cli.js'), 'who', ...args], {
      cwd: sample,
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    assert.equal(status, 0);
    return stdout;
  }

  /** Asked from the far end: the key that was made, else the last hop's. */
  function radiusOf(key: string): BlastRadius {
    const answer = JSON.parse(who(key, 'cloudtrail-logs', '--blast-radius', '--format', 'json')) as WhoAnswer & {
      blastRadius: readonly BlastRadius[];
    };
    const [radius] = answer.blastRadius;
    assert.ok(radius !== undefined);
    return radius;
  }

  const cases = expected.cases.slice(0, 2);
  for (const one of cases) {
    it(`counts what the records say: ${one.name}`, () => {
      const last = one.hops.at(-1);
      const { created } = one;
      assert.ok(last !== undefined && created !== undefined);
      const radius = radiusOf(last.accessKeyId);
      // An instance has a second key, delivered in the same second.
      const root = records.find(
        ({ responseElements }) => responseElements?.credentials?.accessKeyId === one.root.accessKeyId,
      );
      const delivered = records
        .filter(
          ({ eventTime, requestParameters }) =>
            eventTime === root?.eventTime &&
            requestParameters?.['roleSessionName'] === root.requestParameters?.['roleSessionName'],
        )
        .flatMap(({ responseElements }) => responseElements?.credentials?.accessKeyId ?? []);
      const came = cameOf(records, [one.root.accessKeyId, ...delivered]);
      assert.ok(radius.session.keys.includes(one.root.accessKeyId));
      assert.deepEqual(
        [radius.tally.events, radius.tally.denied + radius.tally.failed],
        [came.length, came.filter(({ errorCode }) => errorCode !== undefined).length],
      );
      assert.deepEqual([radius.firstEventTime, radius.lastEventTime], [came[0]?.eventTime, came.at(-1)?.eventTime]);
      assert.deepEqual(
        counts(radius.accounts.listed),
        counted(came, ({ recipientAccountId }) => recipientAccountId),
      );
      assert.deepEqual(
        counts(radius.services.listed),
        counted(came, ({ eventSource }) => eventSource),
      );
      assert.deepEqual(
        Object.fromEntries(radius.addresses.listed.map(({ location, events }) => [location, events])),
        counted(came, ({ sourceIPAddress }) => sourceIPAddress),
      );
      const well = came.filter(({ errorCode }) => errorCode === undefined);
      const named = (type: string): Record<string, number> =>
        Object.fromEntries(
          radius.resources.listed
            .filter((resource) => resource.type === type && resource.reads > 0)
            .map(({ name, reads }) => [name, reads]),
        );
      const calls = (
        name: string,
        nameOf: (request: Readonly<Record<string, string>>) => string,
      ): Record<string, number> =>
        counted(
          well.filter(({ eventName }) => eventName === name),
          ({ requestParameters }) => nameOf(requestParameters ?? {}),
        );
      assert.deepEqual(
        named('AWS::S3::Object'),
        calls('GetObject', ({ bucketName = '', key = '' }) => `${bucketName}/${key}`),
      );
      assert.deepEqual(
        named('AWS::SecretsManager::Secret'),
        calls('GetSecretValue', ({ secretId = '' }) => secretId.split(':secret:')[1] ?? ''),
      );
      assert.deepEqual(
        named('AWS::SSM::Parameter'),
        calls('GetParameter', ({ name = '' }) => name),
      );
      assert.deepEqual(
        named('AWS::DynamoDB::Table'),
        calls('GetItem', ({ tableName = '' }) => tableName),
      );
      assert.deepEqual(radius.records.problems, []);
      for (const { accessKeyId, depth } of one.hops) {
        const hop = radius.sessions.listed.find(({ keys }) => keys.includes(accessKeyId));
        assert.equal(hop?.depth, depth);
      }
      const key = radius.objects.listed.find(({ accessKeyId }) => accessKeyId === created.accessKeyId);
      assert.equal(key?.name, created.user);
      assert.equal(
        radius.sessions.listed.some(({ keys }) => keys.includes(created.accessKeyId)),
        created.used,
      );
    });
  }

  it('tells of the first case what was read out of the logs by hand', () => {
    const [first] = cases;
    const text = who(first?.root.accessKeyId ?? '', 'cloudtrail-logs', '--blast-radius');
    for (const line of [
      /6 sessions, 1 of them issued and never used here; 46 events, 5 of them denied/,
      /3 lasting objects made or changed, 3 still there at the end of the logs/,
      /2025-05-16T01:11:20Z {2}user bob +still there +session botocore-session-1747357562 of role platform-admin/,
      /2025-05-16T01:11:52Z {2}access key AKIA2FMTT7JPXFATIXWT of bob +still there/,
      /2025-05-16T01:12:30Z {2}policy AdministratorAccess on user bob/,
      /SecretsManager Secret shop\/database\/app-Qr7sTu .*2025-05-16T01:02:22Z/,
      /S3 Object examplecorp-orders\/done\/orders\/2025\/05\/822207\.json/,
      /192\.0\.2\.66 +public-v4 +38/,
      /arn:aws:iam::111122223333:role\/platform-admin +2025-05-16T00:51:44Z/,
    ]) {
      assert.match(text, line);
    }
  });

  it('knows what is in the logs of the night by whatever an alert would name', () => {
    const [first, second] = cases;
    const answers: readonly (readonly [query: string, first: RegExp])[] = [
      [`"accessKeyId": "${(first?.hops[2]?.accessKeyId ?? '').toLowerCase()}",`, /is an access key: 1 session/],
      ['arn:aws:iam::111122223333:role/platform-admin', /is a role: \d+ session/],
      ['arn:aws:sts::444455556666:assumed-role/iam-operator/web-report', /is a session: 1 session/],
      [second?.created?.accessKeyId ?? '', /is an access key that was made and never used here: 1 session/],
      ['i-0b7e4c1f9a2d35e68', /is an instance: \d+ sessions/],
      ['192.0.2.66', /is an address: \d+ sessions/],
      ['192.0.2.64/29', /is an address range: \d+ sessions/],
      ['bob', /is a user: 1 session/],
      ['139f5566-1b16-4c06-9afe-a32614da7767', /is an event: 1 session/],
      [records.find(({ eventID }) => eventID.startsWith('139f5566'))?.requestID ?? '', /is a request: 1 session/],
    ];
    for (const [query, said] of answers) {
      assert.match(who(query, 'cloudtrail-logs').split('\n')[0] ?? '', said, query);
    }
  });
});
