/**
 * Structures that no honest log has: whatever they are, they end in a note, never in a hang, a throw or a parent that is
 * wrong. Each goes all the way: scanner, linker, detectors, every report, who, slices and blast radius.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { analyze, sessionSummary, toReport, type Analysis } from '../../../../src/engine/analysis';
import { emptyCase } from '../../../../src/engine/case-settings';
import type { FileResult } from '../../../../src/engine/cloudtrail/columns';
import type { LineageModel, Session } from '../../../../src/engine/lineage/model';
import { eventIdAt } from '../../../../src/engine/lineage/table';
import { blastLimits } from '../../../../src/engine/report/blast-radius';
import { ResourceTally, rowsByFile } from '../../../../src/engine/report/blast-resources';
import { surveyBlast } from '../../../../src/engine/report/blast-survey';
import { buildSlice } from '../../../../src/engine/report/build-slice';
import { renderBlastRadius } from '../../../../src/engine/report/render-blast-radius';
import { jsonText } from '../../../../src/engine/report/render-json';
import { renderReport, reportFormats } from '../../../../src/engine/report/render-report';
import { renderWho } from '../../../../src/engine/report/render-who';
import { answerWho } from '../../../../src/engine/report/who';
import {
  actions,
  assumeRole,
  createAccessKey,
  getSessionToken,
  iamUser,
  isoTime,
  longTermKey,
  Random,
  role,
  roleSession,
  user,
  type Caller,
  type CloudTrailRecord,
  type Grant,
  type Session as Held,
} from '../../../../scripts/sample/records';
import { assertGrowth } from '../../support/work';
import { fileOf, sessionWithKey } from '../support/files';
import { shape } from '../support/shape';
import { account, alice, alicesKey, minute, office, other, R1, R2, R3, start, World } from '../support/world';
import { longChain } from './long-chain';

type Json = Record<string, unknown>;

/** Marks that must not reach a terminal, a page or a cell, beside the line ends that the format itself has. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Everything that is made of an analysis, for the sessions at both ends and for those with these keys. */
function reports(
  analysis: Analysis,
  content: string,
  keys: readonly string[] = [],
): readonly (readonly [string, string])[] {
  const { model } = analysis;
  const asked = [
    ...new Set(
      [...keys.map((key) => sessionWithKey(model, key)), model.sessions[0], model.sessions.at(-1)].filter(
        (session) => session !== undefined,
      ),
    ),
  ];
  return [
    ...reportFormats.map((format) => [format, renderReport(analysis, format)] as const),
    ...analysis.findings.slice(0, 3).map(({ id }) => {
      const slice = buildSlice(analysis, { finding: id, maxNodes: 40 });
      assert.ok(slice !== undefined && slice.nodes.length <= 40);
      return ['json of a slice', jsonText(slice)] as const;
    }),
    ...asked.flatMap((session) => aboutSession(analysis, session, content)),
  ];
}

function aboutSession(analysis: Analysis, session: Session, content: string): readonly (readonly [string, string])[] {
  const { model } = analysis;
  const slice = buildSlice(analysis, { session: session.id, maxNodes: 40 });
  assert.ok(slice !== undefined && slice.nodes.length <= 40);
  assert.equal(slice.nodes.filter(({ focus }) => focus).length, 1);
  const survey = surveyBlast(analysis, session, () => null);
  const tally = new ResourceTally(model, blastLimits.records);
  const bytes = Buffer.from(content);
  for (const { path, spans } of rowsByFile(analysis, survey.rows)) {
    for (const { row, start: first, length } of spans) {
      tally.add(path, row, bytes.subarray(first, first + length).toString('utf8'));
    }
  }
  const page = tally.page(survey);
  const told = (query: string): string => {
    const answer = answerWho(model, query);
    const sessions = answer.sessions.map((index) => sessionSummary(analysis, index));
    return renderWho({ query, ...answer, sessions, slices: [slice] });
  };
  return [
    ['who its key is', told(session.keys[0] ?? session.id)],
    ['who its id is', told(session.id)],
    ['who its name is', told(session.name)],
    ['json of a slice', jsonText(slice)],
    ['json of a blast radius', jsonText(page)],
    ['blast radius as text', renderBlastRadius(page, 'text')],
    ['blast radius as Markdown', renderBlastRadius(page, 'markdown')],
  ];
}

/** What holds of any lineage: parents and children agree, every way up ends at the root, no event is in two sessions. */
function assertSound({ sessions, events, sessionById }: LineageModel): void {
  const owner = new Int32Array(events.count).fill(-1);
  const rootOf: number[] = [];
  for (const session of sessions) {
    assert.equal(sessionById.get(session.id), session.index, `two sessions have the id ${session.id.slice(0, 200)}`);
    for (const row of session.rows) {
      assert.equal(owner[row], -1, 'an event is in two sessions');
      owner[row] = session.index;
    }
    const way: number[] = [];
    let at = session.index;
    for (let parent = session.parent; rootOf[at] === undefined && parent !== undefined; parent = sessions[at]?.parent) {
      way.push(at);
      assert.ok(way.length <= sessions.length, 'a way to the root does not end');
      at = parent;
    }
    const root = rootOf[at] ?? at;
    [...way, at].forEach((each) => (rootOf[each] = root));
    assert.equal(session.root, root);
    assert.ok(session.parent === undefined || session.candidates.length === 0, 'a session has a parent and candidates');
    assert.ok(Number.isInteger(session.depth) && session.depth >= 0);
  }
  const children = sessions.flatMap((session) => session.children.map((child) => [session.index, child] as const));
  assert.equal(children.length, sessions.filter(({ parent }) => parent !== undefined).length);
  children.forEach(([parent, child]) => {
    assert.equal(sessions[child]?.parent, parent);
  });
  assert.deepEqual([...owner], [...events.session]);
}

interface Gone {
  readonly analysis: Analysis;
  readonly model: LineageModel;
  readonly notes: readonly string[];
}

/** All the way with records; `keys` are asked for. */
function through(records: readonly object[], keys: readonly string[] = []): Gone {
  const content = JSON.stringify({ Records: records });
  return throughFile(fileOf('logs.json', records), content, records.length, keys);
}

function throughFile(file: FileResult, content: string, records: number, keys: readonly string[] = []): Gone {
  const analysis = analyze([file], emptyCase);
  const { model } = analysis;
  const { coverage, sessions } = toReport(analysis);
  assert.equal(coverage.events + coverage.duplicates + coverage.rejected, records);
  assert.equal(sessions.length, model.sessions.length);
  assertSound(model);
  for (const [format, text] of reports(analysis, content, keys)) {
    assert.doesNotMatch(text.replace(/\r?\n/g, ''), hidden, format);
    if (format.startsWith('json')) {
      assert.doesNotThrow(() => JSON.parse(text) as unknown, format);
    }
  }
  return { analysis, model, notes: model.notes.map(({ id }) => id) };
}

const parentOf = (model: LineageModel, key: string): Session | undefined =>
  model.sessions[sessionWithKey(model, key).parent ?? -1];

/** The same record with other values at its top level or in the key that it hands out. */
function changed(record: CloudTrailRecord, fields: Json, issuedKey?: string): Json {
  const copy = structuredClone({ ...record, ...fields }) as Json;
  if (issuedKey !== undefined) {
    const { credentials } = copy['responseElements'] as { credentials: Json };
    credentials['accessKeyId'] = issuedKey;
  }
  return copy;
}

/** A session that its own records tell of, without a record that issued it. */
function held(name: string, at = start, of = R1): Held {
  return roleSession({ role: of, name, key: keyNamed(name), issuedAt: at, expiresAt: at + 3600 });
}

const keyNamed = (name: string): string => `ASIA${new Random(`key ${name}`).base32(16)}`;

/** An assumption whose answer has this key. */
function issues(world: World, at: number, caller: Caller, child: Held, of = R1): Json {
  const grant = assumeRole(world.trail, {
    at: start + at,
    caller,
    role: of,
    name: child.principalId.slice(child.principalId.indexOf(':') + 1),
    origin: office,
  });
  return changed(first(grant), {}, child.key);
}

function first(grant: Grant): CloudTrailRecord {
  const [record] = grant.records;
  assert.ok(record !== undefined);
  return record;
}

describe('credentials that would have issued each other', function () {
  this.timeout(60_000);

  it('a key that issues itself has no parent; what it issued else keeps its own', () => {
    const world = new World('itself');
    const self = held('self');
    const child = world.assumes(minute, self, R2);
    world.does(2 * minute, child, actions.listBuckets);
    world.records.push(issues(world, 0, self, self));
    const { model, notes } = through(world.records, [self.key, child.key]);
    assert.ok(notes.includes('self-issued-keys'));
    const { parent, link, children } = sessionWithKey(model, self.key);
    assert.deepEqual([parent, link, children.length], [undefined, 'inferred', 1]);
    assert.equal(parentOf(model, child.key)?.keys[0], self.key);
  });

  it('so do a session token and a created key', () => {
    const world = new World('tokens of themselves');
    const token = getSessionToken(world.trail, { at: start, caller: world.alice, user: alice, origin: office });
    const again = getSessionToken(world.trail, { at: start + 60, caller: token.session, user: alice, origin: office });
    const made = createAccessKey(world.trail, {
      at: start,
      caller: world.alice,
      owner: alice,
      key: alicesKey,
      origin: office,
    });
    // The first record is lost: only the key's own word says where it comes from.
    const records = [changed(first(again), {}, token.session.key), ...made.records];
    const { model, notes } = through(records, [token.session.key, alicesKey]);
    assert.ok(notes.includes('self-issued-keys'));
    assert.deepEqual(
      model.sessions.map(({ parent }) => parent),
      [undefined, undefined],
    );
  });

  for (const count of [2, 3, 1000]) {
    it(`a cycle of ${String(count)}: cut once, the same in any order, the rest as it was`, () => {
      const world = new World('cycle');
      // The first by id is the last by time.
      const ring = Array.from({ length: count }, (_, at) => held(`ring-${String(at)}`, start + count - at));
      ring.forEach((caller, at) => {
        const child = ring[(at + 1) % count];
        assert.ok(child !== undefined);
        world.records.push(issues(world, count - at, caller, child));
      });
      const below = world.assumes(minute, ring[count - 1] ?? world.alice, R2);
      world.does(2 * minute, below, actions.listBuckets);
      const aside = world.chain(0, world.alice, [R1, R2, R3]);
      const { model, notes } = through(world.records, [below.key, aside.key]);
      assert.ok(notes.includes('issuance-cycles'));
      const sessions = ring.map(({ key }) => sessionWithKey(model, key));
      const smallest = sessions.map(({ id }) => id).sort()[0];
      sessions.forEach((session, at) => {
        const before = sessions[(at + count - 1) % count];
        assert.equal(session.parent, session.id === smallest ? undefined : before?.index);
      });
      assert.equal(parentOf(model, below.key)?.index, sessions[count - 1]?.index);
      assert.equal(sessionWithKey(model, aside.key).depth, 3);
      const shuffled = new Random('cycle').shuffled(world.records);
      assert.deepEqual(shape(analyze([fileOf('logs.json', shuffled)], emptyCase).model), shape(model));
    });
  }

  for (const count of [3, 400]) {
    it(`${String(count)} sessions that each of two others could have issued, round and round: none is chosen`, () => {
      const world = new World('ambiguous');
      const ring = Array.from({ length: count }, (_, at) => held(`ring-${String(at)}`));
      ring.forEach((child, at) => {
        world.does(minute, child, actions.listBuckets);
        for (const step of [1, 2]) {
          const caller = ring[(at + step) % count];
          assert.ok(caller !== undefined);
          // Its key is masked: the call could have been for the one or the other session.
          world.records.push(issues(world, 0, caller, { ...child, key: 'ASIAXXXXXXXXXXXXXXXX' }));
        }
      });
      const { model, notes } = through(world.records);
      assert.ok(notes.includes('ambiguous-parents'));
      assert.equal(model.sessions.length, count);
      ring.forEach(({ key }, at) => {
        const session = sessionWithKey(model, key);
        assert.deepEqual([session.parent, session.link, session.depthIsMinimum], [undefined, 'ambiguous', true]);
        const possible = [1, 2].map((step) => sessionWithKey(model, ring[(at + step) % count]?.key ?? '').index);
        assert.deepEqual(new Set(session.candidates), new Set(possible));
      });
      assert.ok(model.sessions.every(({ depth }) => depth >= 1 && depth <= count));
    });
  }
});

describe('one key issued twice', () => {
  const carol = iamUser(user(account, 'carol'), longTermKey('carol'));

  it('in the same call, logged twice: one issuance', () => {
    const world = new World('same call');
    const target = role(other, 'target');
    const child = world.assumes(0, world.alice, target);
    world.does(minute, child, actions.listBuckets);
    const { model, notes } = through(world.records, [child.key]);
    assert.deepEqual([model.issuances.length, model.issuances[0]?.twinRows.length, notes], [1, 1, []]);
    assert.equal(parentOf(model, child.key)?.keys[0], alicesKey);
  });

  it('in another call, to the same session by another caller: the first one stays the issuance', () => {
    const world = new World('other call');
    const child = world.assumes(0, world.alice, R1);
    world.does(2 * minute, child, actions.listBuckets);
    world.records.push(issues(world, minute, carol, child));
    for (const records of [world.records, [...world.records].reverse()]) {
      const { model, notes } = through(records, [child.key]);
      assert.deepEqual(notes, ['key-issued-twice']);
      assert.equal(parentOf(model, child.key)?.keys[0], alicesKey);
      assert.equal(sessionWithKey(model, child.key).link, 'exact');
    }
  });

  it('to another principal: it is no key, and the session is linked by its name and time only', () => {
    const world = new World('other principal');
    const child = world.assumes(0, world.alice, R1);
    world.does(2 * minute, child, actions.listBuckets);
    const stranger = held('stranger', start + minute, R2);
    world.records.push(issues(world, minute, carol, { ...stranger, key: child.key }, R2));
    const { model, notes } = through(world.records, [child.key]);
    assert.ok(notes.includes('repeated-issued-keys'));
    const { link, parent } = sessionWithKey(model, child.key);
    assert.deepEqual([link, model.sessions[parent ?? -1]?.keys[0]], ['session', alicesKey]);
    assert.equal(model.sessions.find(({ roleArn }) => roleArn === R2.arn)?.rows.length, 0);
  });

  it('a thousand times to a thousand principals: nobody is the child of anybody else', () => {
    const world = new World('placeholder');
    const [key] = ['ASIAREDACTEDREDACTED'];
    const children = Array.from({ length: 1000 }, (_, at) => held(`n${String(at)}`, start + at));
    children.forEach((child, at) => {
      const caller = iamUser(user(account, `u${String(at)}`), longTermKey(`u${String(at)}`));
      world.records.push(issues(world, at, caller, { ...child, key }));
      world.does(at + 5, child, actions.listBuckets);
    });
    const { model, notes } = through(world.records);
    assert.ok(notes.includes('repeated-issued-keys'));
    children.forEach((child, at) => {
      assert.equal(parentOf(model, child.key)?.keys[0], longTermKey(`u${String(at)}`));
    });
  });
});

describe('ids that are not one call’s', () => {
  it('one eventID with two contents is one event, the same in any order, and noted', () => {
    const world = new World('two contents');
    const child = world.assumes(0, world.alice, R1);
    world.does(minute, child, actions.listBuckets);
    const [issue, use] = world.records as readonly CloudTrailRecord[];
    assert.ok(issue !== undefined && use !== undefined);
    const forged = changed(use, { eventID: issue.eventID, userAgent: 'somebody else' });
    const models = [
      [issue, use, forged],
      [forged, use, issue],
    ].map((records) => {
      const { model, notes } = through(records);
      assert.ok(notes.includes('event-id-conflicts'));
      assert.equal(model.events.count, 2);
      return shape(model);
    });
    assert.deepEqual(models[0], models[1]);
  });

  it('one requestID and sharedEventID for thousands of unrelated calls joins none of them', () => {
    const world = new World('shared ids');
    const count = 3000;
    const stamps = { requestID: 'every call has this', sharedEventID: 'and this' };
    const pairs = Array.from({ length: count }, (_, at) => {
      const caller = iamUser(user(account, `u${String(at)}`), longTermKey(`u${String(at)}`));
      const child = world.assumes(at % 5, caller, role(account, `T${String(at)}`));
      world.does(minute, child, actions.listBuckets);
      return { caller, child };
    });
    const records = world.records.map((record) => changed(record as CloudTrailRecord, stamps));
    const { model } = through(records);
    assert.equal(model.events.count, 2 * count);
    assert.equal(model.issuances.length, count);
    for (const { caller, child } of pairs) {
      assert.equal(parentOf(model, child.key)?.keys[0], caller.identity.accessKeyId);
    }
  });

  it('one masked eventID for thousands of records loses none of them', () => {
    const world = new World('masked ids');
    const child = world.assumes(0, world.alice, R1);
    for (let at = 0; at < 2000; at++) {
      world.does(minute + at, child, actions.listBuckets);
    }
    const { model } = through(
      world.records.map((record) => changed(record as CloudTrailRecord, { eventID: 'REDACTED' })),
      [child.key],
    );
    assert.equal(model.events.count, 2001);
    assert.equal(sessionWithKey(model, child.key).rows.length, 2000);
  });
});

describe('chains longer than any', function () {
  this.timeout(120_000);
  const tasks = join(__dirname, 'hostile.work.ts');

  it('of 2,000 hops: every hop counted, reports bounded', async () => {
    await assertGrowth(tasks, 'chainAnalyzed', 300);
    await assertGrowth(tasks, 'chainReported', 300);
    const { world, last } = longChain(2000, 2000);
    const { analysis, model } = through(world.records, [last.key, alicesKey]);
    const session = sessionWithKey(model, last.key);
    assert.deepEqual([session.depth, model.sessions[session.root]?.keys[0]], [2000, alicesKey]);
    const [finding, ...more] = analysis.findings.filter(({ rule }) => rule === 'role-chain-depth');
    assert.deepEqual([finding?.severity, more.length], ['high', 0]);
    assert.ok((finding?.title.length ?? 0) < 500 && (finding?.explanation.length ?? 0) < 4000);
  });

  it('of 10,000 hops: linked and counted', async () => {
    await assertGrowth(tasks, 'chainDrawn', 500);
    const { world, last } = longChain(10_000, 7);
    const analysis = analyze([fileOf('logs.json', world.records)], emptyCase);
    const { model } = analysis;
    assertSound(model);
    assert.equal(sessionWithKey(model, last.key).depth, 10_000);
    assert.equal(toReport(analysis).sessions.length, 10_001);
    const [finding] = analysis.findings;
    assert.equal(buildSlice(analysis, { finding: finding?.id ?? '', maxNodes: 40 })?.nodes.length, 40);
    const answer = answerWho(model, last.key);
    assert.deepEqual([answer.ancestryTotal, (answer.ancestry[0]?.length ?? 0) <= 50], [[10_001], true]);
    assert.equal(buildSlice(analysis, { session: sessionWithKey(model, last.key).id, maxNodes: 40 })?.omitted, 9961);
    const page = new ResourceTally(model, 0).page(
      surveyBlast(analysis, sessionWithKey(model, alicesKey), () => null, 0),
    );
    assert.equal(page.sessions.total, 10_001);
    assert.ok(renderBlastRadius(page, 'markdown').length < 200_000);
  });
});

describe('texts of a megabyte', function () {
  this.timeout(120_000);
  const long = (start: string, end: string): string => start + 'x'.repeat(1 << 20) + end;

  it('as eventIDs: events with different ones stay different, with equal ones become one', () => {
    const world = new World('long ids');
    const child = world.assumes(0, world.alice, R1);
    world.does(minute, child, actions.listBuckets);
    const [issue, use] = world.records as readonly CloudTrailRecord[];
    assert.ok(issue !== undefined && use !== undefined);
    const records = [
      issue,
      ...['a', 'b', 'c', 'c'].map((end) =>
        changed(use, { eventID: long('id ', end), requestID: long('request ', end) }),
      ),
    ];
    const { model } = through(records, [child.key]);
    assert.equal(model.events.count, 4);
    assert.equal(new Set(model.events.requestId.filter((_, at) => at % 2 === 0)).size, 4);
  });

  it('as names, ARNs, keys and accounts: no event is lost, what is held and told is bounded', () => {
    const world = new World('long names');
    const before = world.chain(0, world.alice, [R1, R2]);
    const sound = shape(analyze([fileOf('logs.json', world.records)], emptyCase).model);
    for (let at = 0; at < 3; at++) {
      const named = held(long('n', String(at)), start + at, role('555566667777', long('R', String(at))));
      const use = world.trail.record(start + minute, named, actions.listBuckets, office);
      world.records.push(
        issues(world, at, iamUser(user('555566667777', `u${String(at)}`), longTermKey(`u${String(at)}`)), named),
        changed(use, {
          userAgent: long('ua', ''),
          sourceIPAddress: long('198.51.100.', ''),
          awsRegion: long('region', ''),
          recipientAccountId: long('', ''),
          errorCode: long('Access', 'Denied'),
          vpcEndpointId: long('vpce-', ''),
          eventName: long('Op', String(at)),
        }),
        changed(use, {
          eventID: `short ${String(at)}`,
          userIdentity: { ...use.userIdentity, accessKeyId: long('ASIA', '') },
        }),
      );
    }
    const { analysis, model } = through(world.records, [before.key]);
    assert.equal(model.events.count, world.records.length);
    const texts = [...model.events.strings, ...model.events.actions.map(({ eventName }) => eventName)];
    assert.ok(texts.every((text) => text.length <= 4097));
    const rest = shape(model).filter(({ id }) => sound.some((each) => each.id === id));
    assert.deepEqual(rest, sound);
    for (const format of ['text', 'markdown', 'csv', 'sarif'] as const) {
      assert.ok(renderReport(analysis, format).length < 2_000_000, format);
    }
  });
});

describe('times that are none', () => {
  const uses: Readonly<Record<string, readonly [unknown, boolean]>> = {
    'the beginning of time': ['1970-01-01T00:00:00Z', true],
    'far away': ['2999-12-31T23:59:59Z', true],
    'the last year of four digits': ['9999-12-31T23:59:59-14:00', true],
    'the year one': ['0001-01-01T00:00:00Z', false],
    'before the beginning': ['1969-12-31T23:59:59Z', false],
    'a negative year': ['-271821-04-20T00:00:00Z', false],
    'the end of Date': ['+275760-09-13T00:00:00Z', false],
    'a negative number': [-1, false],
    'a number beyond Date': [1e308, false],
    'a day that is none': ['2023-02-30T00:00:00Z', false],
    nothing: ['', false],
  };
  for (const [what, [time, isTime]] of Object.entries(uses)) {
    it(`${what} as eventTime, creationDate and expiration`, () => {
      const world = new World('times');
      const child = world.assumes(0, world.alice, R1);
      world.does(minute, child, actions.listBuckets);
      const aside = world.chain(hour(2), world.alice, [R2, R3]);
      const [issue, use, ...rest] = world.records as readonly CloudTrailRecord[];
      assert.ok(issue !== undefined && use !== undefined);
      const atNoTime = through([changed(issue, {}), changed(use, { eventTime: time }), ...rest], [aside.key]);
      assert.equal(atNoTime.model.events.count, isTime ? 5 : 4);
      assert.equal(sessionWithKey(atNoTime.model, aside.key).depth, 2);
      if (isTime) {
        assert.ok(atNoTime.notes.includes('time-inconsistent'));
      }
      const created = changed(use, {});
      const { sessionContext } = created['userIdentity'] as { sessionContext: { attributes: Json } };
      sessionContext.attributes['creationDate'] = time;
      const expiring = changed(issue, {});
      (expiring['responseElements'] as { credentials: Json }).credentials['expiration'] = time;
      const { model } = through([expiring, created, ...rest], [aside.key]);
      assert.equal(model.events.count, 5);
      assert.equal(parentOf(model, child.key)?.keys[0], alicesKey);
      assert.equal(sessionWithKey(model, aside.key).depth, 2);
      assert.ok(model.sessions.every(({ expiresAt }) => expiresAt === undefined || Number.isFinite(expiresAt)));
    });
  }

  it('a creation after the expiration is used outside its validity, and says so', () => {
    const world = new World('expired at birth');
    const child = world.assumes(0, world.alice, R1);
    world.does(minute, child, actions.listBuckets);
    const [issue, use] = world.records as readonly CloudTrailRecord[];
    assert.ok(issue !== undefined && use !== undefined);
    const expired = changed(issue, {});
    (expired['responseElements'] as { credentials: Json }).credentials['expiration'] = isoTime(start - hour(5));
    const { model, notes } = through([expired, use], [child.key]);
    assert.deepEqual(notes, ['time-inconsistent']);
    assert.equal(parentOf(model, child.key)?.keys[0], alicesKey);
  });

  function hour(count: number): number {
    return count * 3600;
  }
});

describe('names that mean something to a program', () => {
  const names: Readonly<Record<string, string>> = {
    'right-to-left override': '\u202egnp.exe',
    NUL: 'a\u0000b',
    'a lone high surrogate': 'a\ud800b',
    'a lone low surrogate': '\udc00',
    'an escape sequence': '\u001b[2J\u001b]0;owned\u0007',
    'line separators': 'a\u2028b\u2029c\u0085d\r\ne',
    'zero-width and tag characters': 'a\u200b\u2066\ufeff\u{e0041}b',
    ['__proto__']: '__proto__',
    constructor: 'constructor',
    toString: 'toString',
    hasOwnProperty: 'hasOwnProperty',
    'a separator of our ids': 'a|b|c#d\ne',
    'a formula': '=HYPERLINK("http://example.com")',
    'a link': '[x](http://example.com) <b>|`</b>',
  };
  for (const [what, name] of Object.entries(names)) {
    it(`${what}: as user, role, session, account, key, id and member`, () => {
      const world = new World('names');
      const sound = world.chain(0, world.alice, [R1, R2]);
      const expected = shape(analyze([fileOf('logs.json', world.records)], emptyCase).model);
      const before = world.records.length;
      const someone = user('555566667777', name);
      const caller = iamUser(someone, longTermKey('someone'));
      const target = role('555566667777', name);
      const child = world.assumes(10 * minute, caller, target, office, name);
      const next = world.assumes(11 * minute, child, role('555566667777', `${name}2`), office, name);
      world.createsUser(12 * minute, next, user('555566667777', `${name}3`));
      const made = world.createsKey(13 * minute, next, user('555566667777', `${name}3`), longTermKey('made'));
      world.does(14 * minute, made, actions.listBuckets, { ip: name, ua: name });
      // The same for every id that a record has, and a member of that name.
      const odd = world.trail.record(start + 15 * minute, next, actions.listBuckets, office);
      world.records.push(
        changed(odd, {
          eventID: name,
          requestID: name,
          sharedEventID: name,
          recipientAccountId: name,
          userIdentity: { ...odd.userIdentity, accountId: name, accessKeyId: name, principalId: name, userName: name },
        }),
      );
      const content = JSON.stringify({ Records: world.records }).replaceAll(
        '"requestParameters":{',
        `"requestParameters":{"__proto__":{"roleArn":"polluted"},${JSON.stringify(name)}:{"a":1},`,
      );
      const file = fileOfText(content);
      const { model, analysis } = throughFile(file, content, world.records.length, [sound.key, next.key]);
      assert.equal(model.events.count, world.records.length);
      assert.equal(sessionWithKey(model, next.key).depth, 2);
      assert.equal(parentOf(model, next.key)?.keys[0], child.key);
      assert.equal(parentOf(model, child.key)?.keys[0], longTermKey('someone'));
      assert.equal(parentOf(model, longTermKey('made'))?.keys[0], next.key);
      assert.deepEqual(
        shape(model).filter(({ id }) => expected.some((each) => each.id === id)),
        expected,
      );
      assert.ok(before > 0 && analysis.findings.some(({ rule }) => rule === 'chain-then-persistence'));
      assert.equal(({} as Json)['roleArn'], undefined);
      assert.equal(eventIdAt(model.events, model.events.count - 1).length > 0, true);
    });
  }
});

function fileOfText(content: string): FileResult {
  const records = (JSON.parse(content) as { Records: readonly object[] }).Records;
  return fileOf('logs.json', records);
}
