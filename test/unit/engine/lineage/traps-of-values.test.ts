/**
 * The traps of real CloudTrail logs that are in single values and in files, by their numbers in the project's list: forms of
 * times and flags, failures, elements that exporters flatten, files that are no log. Through the scanner, the linker and what
 * an analysis says of its files.
 */
import assert from 'node:assert/strict';
import {
  actions,
  assumeRole,
  consoleLogin,
  consoleUser,
  createUser,
  role,
  switchRole,
  user,
  type CloudTrailRecord,
  type JsonObject,
  type Session as Held,
} from '../../../../scripts/sample/records';
import { analyze } from '../../../../src/engine/analysis';
import { emptyCase } from '../../../../src/engine/case-settings';
import type { FileResult } from '../../../../src/engine/cloudtrail/columns';
import { FileScanner } from '../../../../src/engine/cloudtrail/scanner';
import type { Coverage } from '../../../../src/engine/contract';
import { buildModel } from '../../../../src/engine/lineage/build-model';
import type { LineageModel } from '../../../../src/engine/lineage/model';
import { callersOf } from '../../../../src/engine/lineage/table';
import { fileOf, modelOf, sessionWithKey } from '../support/files';
import { account, alice, alicesKey, hour, minute, office, R1, start, World } from '../support/world';
import { facts, holder, parentOf } from './issuing-facts';

const encoder = new TextEncoder();

function fileWith(path: string, content: string | Uint8Array): FileResult {
  const scanner = new FileScanner(path);
  scanner.push(typeof content === 'string' ? encoder.encode(content) : content);
  return scanner.finish();
}

function coverageOf(...files: readonly FileResult[]): Coverage {
  return analyze(files, emptyCase).coverage;
}

/** A role assumed and used, and one field of the issuing record in another form. */
function assumed(name: string, edit: (record: CloudTrailRecord) => object): { model: LineageModel; session: Held } {
  const world = new World(name);
  const session = world.assumes(0, world.alice, R1);
  const records = world.records.map((record) => edit(record as CloudTrailRecord));
  const use = world.trail.record(start + minute, session, actions.listBuckets, office);
  return { model: modelOf([...records, use]), session };
}

describe('traps of values', () => {
  it('T11: an expiration is an instant in every form, UTC, and unknown where it cannot be read', () => {
    const at = Date.UTC(2025, 4, 12, 18, 30, 22);
    const forms: readonly (readonly [string | number, number | undefined])[] = [
      ['May 12, 2025, 6:30:22 PM', at],
      ['May 12, 2025 6:30:22 PM', at],
      ['May 12, 2025, 6:30:22\u202fPM', at],
      ['May 12, 2025, 6:30:22\u00a0PM', at],
      ['2025-05-12T18:30:22Z', at],
      ['2025-05-12T18:30:22.000Z', at],
      [at / 1000, at],
      [at, at],
      ['tomorrow', undefined],
      ['', undefined],
    ];
    for (const [expiration, expected] of forms) {
      const { model, session } = assumed('T11', (record) => ({
        ...record,
        responseElements: {
          ...record.responseElements,
          credentials: { ...(record.responseElements?.['credentials'] as JsonObject), expiration },
        },
      }));
      const child = holder(model, session);
      assert.deepEqual(
        [child.link, child.expiresAt, child.timeInconsistent],
        ['exact', expected, false],
        String(expiration),
      );
    }
  });

  it('T12: a creation time is an instant: its forms are one session', () => {
    const world = new World('T12');
    const session = world.assumes(0, world.alice, R1);
    for (const creationDate of ['2025-05-12T08:00:00Z', '20250512T080000Z', '2025-05-12T08:00:00.000Z']) {
      const context = session.identity['sessionContext'] as JsonObject;
      const { accessKeyId: _masked, ...identity } = session.identity;
      world.does(
        minute,
        { account, identity: { ...identity, sessionContext: { ...context, attributes: { creationDate } } } },
        actions.listBuckets,
      );
    }
    const model = modelOf(world.records);
    assert.equal(model.sessions.length, 2);
    assert.deepEqual([holder(model, session).link, holder(model, session).rows.length], ['session', 3]);
  });

  it('T13: MFA as text or as a boolean is the same', () => {
    const world = new World('T13');
    const session = world.assumes(0, world.alice, R1);
    const context = session.identity['sessionContext'] as JsonObject;
    const forms: readonly (readonly [string | boolean, boolean])[] = [
      ['true', true],
      [true, true],
      ['false', false],
      [false, false],
    ];
    for (const [mfaAuthenticated, expected] of forms) {
      const attributes = { ...(context['attributes'] as JsonObject), mfaAuthenticated };
      const caller = { account, identity: { ...session.identity, sessionContext: { ...context, attributes } } };
      const use = world.trail.record(start + minute, caller, actions.listBuckets, office);
      const model = modelOf([...world.records, use]);
      assert.deepEqual(
        callersOf(model.events).flatMap((each) => each.mfaAuthenticated ?? []),
        [expected],
      );
      assert.equal(model.sessions.length, 2);
    }
  });

  it('T20: a denial is one in every spelling; throttling is neither that nor a success', () => {
    const denials = [
      ...['Client.UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'],
      ...['AuthorizationErrorException', 'NotAuthorizedException', 'Forbidden'],
    ];
    const others = ['ThrottlingException', 'Client.RequestLimitExceeded', 'NoSuchBucket', 'ValidationError'];
    const world = new World('T20');
    const session = world.assumes(0, world.alice, R1);
    for (const [at, code] of [...denials, ...others].entries()) {
      world.does(minute + at, session, { ...actions.listBuckets, error: { code, message: 'no' } });
    }
    const throttled = assumeRole(world.trail, {
      at: start + hour,
      caller: session,
      role: R1,
      name: 'x',
      origin: office,
    });
    const model = modelOf([
      ...world.records,
      ...throttled.records.map((record) => ({ ...record, errorCode: 'ThrottlingException' })),
    ]);
    const child = holder(model, session);
    assert.deepEqual([child.denied, child.rows.length], [denials.length, denials.length + others.length + 1]);
    assert.ok(!model.sessionByKey.has(throttled.session.key), 'a throttled call hands out nothing, whatever it says');
  });

  it('T21: a sign-in that fails, in its answer or by error code, opens no session', () => {
    for (const failure of [
      { responseElements: { ConsoleLogin: 'Failure' } },
      { responseElements: null, errorCode: 'Failed authentication' },
      { responseElements: { ConsoleLogin: 'Failure' }, errorMessage: 'Failed authentication' },
    ]) {
      const world = new World('T21');
      const login = consoleLogin(world.trail, start, alice, office, 0).records.map((each) => ({ ...each, ...failure }));
      const held = consoleUser(alice, world.trail.temporaryKey(), start, true);
      world.does(60, held, actions.listBuckets, { ...office, fromConsole: true });
      const model = modelOf([...login, ...world.records]);
      assert.deepEqual(facts(holder(model, held)).slice(0, 2), ['console', 'inferred']);
      assert.equal(model.issuances.length, 0);
    }
  });

  it('T21: a switch of role that fails in its answer only is no hop', () => {
    const world = new World('T21 switch');
    const held = consoleUser(alice, world.trail.temporaryKey(), start, true);
    const [record] = switchRole(world.trail, start + 60, held, alice, R1, office, 0).records.slice(1);
    assert.equal(record?.eventName, 'SwitchRole');
    const failed = modelOf([{ ...record, responseElements: { SwitchRole: 'Failure' } }]);
    assert.deepEqual([failed.issuances.length, failed.sessions.filter(({ depth }) => depth > 0).length], [0, 0]);
    assert.equal(modelOf([record]).issuances.length, 1);
  });

  it('T23: the parts of a record that exporters write as text link as the record does', () => {
    const mapOf = (value: unknown): string =>
      Array.isArray(value)
        ? `[${value.map(mapOf).join(', ')}]`
        : typeof value === 'object' && value !== null
          ? `{${Object.entries(value)
              .map(([name, each]) => `${name}=${mapOf(each)}`)
              .join(', ')}}`
          : String(value);
    const forms: readonly (readonly [string, (value: JsonObject | null) => unknown])[] = [
      ['JSON text', (value) => JSON.stringify(value)],
      ['map text', mapOf],
    ];
    for (const [form, write] of forms) {
      const { model, session } = assumed(`T23 ${form}`, (record) => ({
        ...record,
        requestParameters: write(record.requestParameters),
        responseElements: write(record.responseElements),
      }));
      const child = holder(model, session);
      assert.deepEqual(facts(child), ['role', 'exact', 1, false], form);
      assert.deepEqual([child.roleArn, child.expiresAt], [R1.arn, (start + 3600) * 1000], form);
    }
  });

  it('T23: what is left out or cut costs no more than what it said', () => {
    for (const requestParameters of [
      null,
      { omitted: true, originalSize: 102_401, reason: 'too large' },
      '{"roleArn":"arn:a',
      'text',
      '{',
    ]) {
      const { model, session } = assumed('T23 cut', (record) => ({ ...record, requestParameters }));
      assert.deepEqual(facts(holder(model, session)), ['role', 'exact', 1, false], JSON.stringify(requestParameters));
    }
    for (const responseElements of [null, { omitted: true }, '{"credentials":{"accessKeyId":"ASIA', '{credentials={']) {
      const { model, session } = assumed('T23 answer', (record) => ({ ...record, responseElements }));
      const child = holder(model, session);
      assert.deepEqual([child.link, child.depth, parentOf(model, child)?.name], ['session', 1, 'alice']);
    }
  });

  it('T23: the role that was assumed is told by parameters, resources or answer, whichever is left', () => {
    const pathed = role(account, 'deploy', '/teams/ci/');
    const pathless = `arn:aws:iam::${account}:role/deploy`;
    const parts: readonly (readonly [Partial<CloudTrailRecord>, string])[] = [
      [{ requestParameters: null, responseElements: null }, pathed.arn],
      [{ resources: [], responseElements: null }, pathed.arn],
      [{ requestParameters: null, resources: [] }, pathless],
    ];
    for (const [lost, expected] of parts) {
      const world = new World('T23 role');
      world.assumes(0, world.alice, pathed);
      const model = modelOf(world.records.map((record) => ({ ...record, ...lost })));
      assert.equal(model.issuances[0]?.roleArn, expected);
    }
  });

  it('T23: where the answers were left out, the analysis says so', () => {
    const { model } = assumed('T23 note', (record) => ({ ...record, responseElements: null }));
    assert.ok(model.notes.some(({ id }) => id === 'no-response-elements'));
    const whole = assumed('T23 note', (record) => record);
    assert.ok(!whole.model.notes.some(({ id }) => id === 'no-response-elements'));
  });

  it('T24: numbers as text, and what a later version of the format adds, change nothing', () => {
    const { model, session } = assumed('T24', (record) => ({
      ...record,
      eventVersion: '1.11',
      eventContext: { requestContext: { 'aws:SourceVpc': 'vpc-1' }, tagContext: [] },
      somethingNew: [{ deep: { er: 1 } }],
      requestParameters: { ...record.requestParameters, durationSeconds: '3600' },
    }));
    assert.deepEqual(facts(holder(model, session)), ['role', 'exact', 1, false]);
    assert.deepEqual(model.files[0]?.result.verdict, 'read');
  });

  it('T25: what Athena and Lake make of nothing is nothing', () => {
    for (const nothing of ['', '-', null]) {
      const world = new World('T25');
      const session = world.assumes(0, world.alice, R1);
      const bare = { ...session.identity, accessKeyId: nothing };
      const use = world.trail.record(start + minute, session, actions.listBuckets, office);
      const model = modelOf([
        ...world.records.map((record) => ({
          ...record,
          errorCode: nothing,
          errorMessage: nothing,
          sharedEventID: nothing,
        })),
        { ...use, userIdentity: bare, errorCode: nothing, vpcEndpointId: nothing },
      ]);
      const child = holder(model, session);
      assert.deepEqual([child.link, child.rows.length, child.denied], ['session', 1, 0], JSON.stringify(nothing));
      assert.ok(!model.notes.some(({ id }) => id === 'masked-keys'));
    }
  });

  it('T32: a record without eventTime happened when its shipper says', () => {
    const at = Date.UTC(2025, 4, 12, 8, 1, 0, 123);
    const iso = '2025-05-12T08:01:00.123Z';
    const wrong = '2026-01-01T00:00:00Z';
    const cases = [
      { '@timestamp': iso },
      { time: iso },
      { event_time: iso },
      { _time: iso },
      { '@timestamp': iso, time: wrong, event_time: wrong, _time: wrong },
      { time: iso, event_time: wrong, _time: wrong },
      { event_time: iso, _time: wrong },
      { eventTime: iso, '@timestamp': wrong, time: wrong, event_time: wrong, _time: wrong },
    ];
    for (const times of cases) {
      const world = new World('T32');
      const session = world.assumes(0, world.alice, R1);
      const { eventTime: _dropped, ...use } = world.trail.record(start + minute, session, actions.listBuckets, office);
      const child = holder(modelOf([...world.records, { ...use, ...times }]), session);
      assert.deepEqual([child.link, child.firstEventTime], ['exact', at], JSON.stringify(times));
    }
  });

  it('T33: the times of Panther and Athena are times, UTC', () => {
    for (const eventTime of ['2025-05-12 08:00:00.000000000', '2025-05-12 08:00:00.000', '2025-05-12 08:00:00']) {
      const { model, session } = assumed('T33', (record) => ({ ...record, eventTime }));
      const child = holder(model, session);
      assert.deepEqual([child.link, model.issuances[0]?.time], ['exact', start * 1000], eventTime);
    }
  });
});

describe('traps of files', () => {
  it('T18: a call to a global service that several trails delivered is one event', () => {
    const world = new World('T18');
    const made = createUser(world.trail, start, world.alice, user(account, 'bob'), office);
    const paths = ['us-east-1/a.json', 'eu-west-1/b.json', 'org/c.json'];
    const model = buildModel(
      paths.map((path) => fileOf(path, [made])),
      emptyCase,
    );
    assert.deepEqual([model.events.count, model.files.reduce((sum, { duplicates }) => sum + duplicates, 0)], [1, 2]);
  });

  it('T18: logs of other Regions only say that calls to IAM and STS may be missing', () => {
    const world = new World('T18 regions');
    const use = world.trail.record(start, world.alice, { ...actions.listBuckets, region: 'eu-west-1' }, office);
    const noted = (records: readonly object[]): boolean =>
      coverageOf(fileOf('a.json', records)).notes.some(({ id }) => id === 'no-us-east-1');
    assert.ok(noted([use]));
    assert.ok(!noted([use, world.trail.record(start, world.alice, actions.getCallerIdentity, office)]));
  });

  it('T19: a digest is counted as a file and holds no events; an insight is nobody’s call', () => {
    const digest = fileWith(
      'CloudTrail-Digest/d.json',
      '{"awsAccountId":"1","digestStartTime":"2025-05-12T08:00:00Z","logFiles":[]}',
    );
    const world = new World('T19');
    const use = world.trail.record(start, world.alice, actions.listBuckets, office);
    const insight = {
      eventVersion: '1.08',
      eventTime: '2025-05-12T08:00:00Z',
      awsRegion: 'us-east-1',
      eventID: '11111111-0000-4000-8000-000000000001',
      eventType: 'AwsCloudTrailInsight',
      recipientAccountId: account,
      insightDetails: { state: 'Start', eventSource: 'iam.amazonaws.com', eventName: 'CreateUser' },
      eventCategory: 'Insight',
    };
    const files = [digest, fileOf('a.json', [use, insight])];
    const coverage = coverageOf(...files);
    assert.deepEqual(
      coverage.files.map(({ path, verdict, events, reason }) => [path, verdict, events, (reason ?? '').split(':')[0]]),
      [
        ['CloudTrail-Digest/d.json', 'skipped', 0, 'CloudTrail digest file'],
        ['a.json', 'read', 2, ''],
      ],
    );
    const model = buildModel(files, emptyCase);
    assert.deepEqual(
      model.sessions.map(({ name, rows }) => [name, rows.length]),
      [['alice', 1]],
    );
  });

  it('T25: sources that are not read yet are named, with what helps', () => {
    const record = JSON.stringify(
      new World('T25 sources').trail.record(start, new World('x').alice, actions.listBuckets, office),
    );
    const sources: readonly (readonly [string, string, RegExp])[] = [
      ['eventbridge', `{"version":"0","detail-type":"AWS API Call via CloudTrail","detail":${record}}`, /EventBridge/],
      [
        'lookup-events',
        `{"Events":[{"EventId":"1","EventName":"x","CloudTrailEvent":${JSON.stringify(record)}}]}`,
        /lookup-events/,
      ],
      [
        'event-history-csv',
        'User name,AWS access key,Event time,Event source,Event name,AWS region,Source IP address,User agent,Error code,Resources,Request ID,Event ID,Read-only,Event type,Recipient Account Id,Event category\n',
        /Event history CSV/,
      ],
      ['athena-csv', '"eventversion","useridentity","eventtime","eventsource"\n', /Athena/],
    ];
    for (const [format, content, reason] of sources) {
      const [file] = coverageOf(fileWith('export', content)).files;
      assert.deepEqual([file?.format, file?.verdict, file?.events], [format, 'skipped', 0]);
      assert.match(file?.reason ?? '', reason);
    }
  });

  it('T26: every file has a verdict, and every file that is not read a reason; the others are read', () => {
    const world = new World('T26');
    const session = world.assumes(0, world.alice, R1);
    world.does(minute, session, actions.listBuckets);
    const [first, second] = world.records.map((record) => JSON.stringify(record));
    const utf16 = Buffer.from(`\uFEFF[${first ?? ''}]`, 'utf16le');
    const contents: readonly (readonly [string, string | Uint8Array, string, RegExp])[] = [
      ['azure.json', '{"records":[{"time":"2025-05-12","operationName":"x","category":"y"}]}', 'skipped', /Azure/],
      ['bom.json', `\uFEFF{"Records":[${first ?? ''}]}`, 'read', /^$/],
      ['crlf.json', `${first ?? ''}\r\n${second ?? ''}\r\n`, 'read', /^$/],
      ['cut.json', `{"Records":[${(first ?? '').slice(0, 200)}`, 'failed', /ends inside a record/],
      ['empty-list.json', '[]', 'read', /empty/],
      ['half.json', `{"Records":[${first ?? ''},${(second ?? '').slice(0, 200)}`, 'partial', /ends inside a record/],
      ['lfs.json', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n', 'skipped', /git-lfs/],
      ['nothing.json', '', 'skipped', /empty/],
      ['utf16.json', utf16, 'skipped', /UTF-16/],
    ];
    const files = contents.map(([path, content]) => fileWith(path, content));
    const coverage = coverageOf(...files);
    assert.deepEqual(
      coverage.files.map(({ path, verdict }) => [path, verdict]),
      contents.map(([path, , verdict]) => [path, verdict]),
    );
    contents.forEach(([path, , , reason], at) => {
      assert.match(coverage.files[at]?.reason ?? '', reason, path);
    });
    // What could be read of them is one lineage.
    const model = buildModel(files, emptyCase);
    assert.deepEqual([model.events.count, coverage.duplicates], [2, 2]);
    assert.equal(parentOf(model, holder(model, session)), sessionWithKey(model, alicesKey));
  });
});
