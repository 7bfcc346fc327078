/**
 * The table of events over files that come, go and are replaced: what is one event, which of its records is kept, what is
 * said of the others. The records are made for collisions: few events, many copies.
 */
import assert from 'node:assert/strict';
import {
  actions,
  iamUser,
  isoTime,
  longTermKey,
  Random,
  Trail,
  type JsonObject,
} from '../../../../scripts/sample/records';
import type { FileResult } from '../../../../src/engine/cloudtrail/columns';
import { EventStore, type EventsUpdate } from '../../../../src/engine/lineage/event-store';
import type { EventTable } from '../../../../src/engine/lineage/model';
import {
  accountAt,
  actionAt,
  callerAt,
  eventIdAt,
  notableAt,
  rowsOfEvent,
  textAt,
  timeAt,
} from '../../../../src/engine/lineage/table';
import { fileOf, modelOf } from '../support/files';
import { account, alice, alicesKey, office, other, R1, start, stranger, World } from '../support/world';

type Fields = Readonly<Record<string, unknown>>;

const base: Fields = new Trail('event store').record(
  start,
  iamUser(alice, alicesKey),
  actions.listBuckets,
  office,
) as unknown as Fields;

/** A call of alice's; ids are numbered. */
function call(number: number, fields: Fields = {}): Fields {
  return {
    ...base,
    eventID: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    requestID: `request-${String(number)}`,
    eventTime: isoTime(start + number),
    ...fields,
  };
}

/** The same call as the VPC endpoint that it went through saw it: an event of its own, with less of the caller. */
function seenByEndpoint(record: Fields, fields: Fields = {}): Fields {
  return {
    ...record,
    eventID: `9${String(record['eventID']).slice(1)}`,
    eventType: 'AwsVpceEvent',
    eventCategory: 'NetworkActivity',
    userIdentity: { type: 'AWSAccount', principalId: alice.id, accountId: account },
    userAgent: undefined,
    ...fields,
  };
}

function addendumTo(record: Fields, number: number, fields: Fields = {}): Fields {
  return {
    ...record,
    eventID: `a0000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    addendum: {
      reason: 'UPDATED_DATA',
      updatedFields: 'userAgent',
      originalRequestID: record['requestID'],
      originalEventID: record['eventID'],
    },
    ...fields,
  };
}

function stored(...files: readonly FileResult[]): EventsUpdate {
  const store = new EventStore();
  files.forEach((file) => {
    store.add(file);
  });
  return store.update();
}

/** What a row says, and where it stands. */
function rowOf({ events, files }: EventsUpdate, row: number) {
  return {
    id: eventIdAt(events, row),
    time: timeAt(events, row),
    account: accountAt(events, row),
    caller: callerAt(events, row),
    action: actionAt(events, row),
    texts: (['sourceAddress', 'userAgent', 'errorCode', 'region', 'vpcEndpoint'] as const).map((name) =>
      textAt(events, name, row),
    ),
    flags: events.flags[row],
    replaces: events.replacing.get(row),
    record: notableAt(events, row),
    file: files[events.file[row] ?? -1]?.result.path,
    span: [events.start[row], events.length[row]],
  };
}

function told(update: EventsUpdate) {
  return {
    rows: Array.from({ length: update.events.count }, (_, row) => rowOf(update, row)),
    files: update.files.map(({ result, events, duplicates, firstEventTime, lastEventTime }) => [
      result.path,
      events,
      duplicates,
      firstEventTime,
      lastEventTime,
    ]),
    notes: update.notes,
  };
}

function noteIds({ notes }: EventsUpdate): string[] {
  return notes.map(({ id }) => id);
}

/** Every record of a file is an event of it or a copy of one. */
function assertCounted({ files }: EventsUpdate, held: ReadonlyMap<string, FileResult>): void {
  for (const { result, events, duplicates } of files) {
    assert.equal(events + duplicates, held.get(result.path)?.columns?.count ?? 0, result.path);
  }
}

function agents({ events }: EventsUpdate): string[] {
  return Array.from({ length: events.count }, (_, row) => textAt(events, 'userAgent', row));
}

/** Each order of the items. */
function orders<T>(items: readonly T[]): T[][] {
  return items.length < 2
    ? [[...items]]
    : items.flatMap((item, at) => orders(items.filter((_, other) => other !== at)).map((rest) => [item, ...rest]));
}

/** The records in files of their own, in every order of paths and of arrival. */
function everyPartition(records: readonly Fields[], check: (update: EventsUpdate) => void): void {
  const paths = records.map((_, at) => `${String(at)}.json`);
  for (const dealt of orders(records)) {
    const files = dealt.map((record, at) => fileOf(paths[at] ?? '', [record]));
    for (const arriving of orders(files)) {
      const store = new EventStore();
      let update: EventsUpdate | undefined;
      for (const file of arriving) {
        store.add(file);
        update = store.update();
      }
      assert.ok(update !== undefined);
      check(update);
      check(stored(...arriving));
    }
    check(stored(fileOf('all.json', dealt)));
  }
}

describe('one event in several records', () => {
  it('T16: a copy in another trail, in a second form of the file or in an overlapping export is counted, not kept', () => {
    const records = [1, 2, 3].map((number) => call(number));
    const files = [
      fileOf('account/a.json', records),
      fileOf('account/a.json.gz', records),
      fileOf('org/b.json', records.slice(1)),
      fileOf('export.json', [...records.slice(0, 2), call(4), call(4)]),
    ];
    const update = stored(...files);
    assert.equal(update.events.count, 4);
    assert.deepEqual(
      told(update).files.map(([path, events, duplicates]) => [path, events, duplicates]),
      [
        ['account/a.json', 3, 0],
        ['account/a.json.gz', 0, 3],
        ['export.json', 1, 3],
        ['org/b.json', 0, 2],
      ],
    );
    assert.deepEqual(update.notes, []);
  });

  it('T16: an event is its id and the account that received it; without that account, the caller’s', () => {
    const nobody: Fields = { recipientAccountId: undefined };
    const cases: readonly (readonly [string, readonly Fields[], number])[] = [
      ['two accounts received it', [call(1), call(1, { recipientAccountId: other })], 2],
      ['the recipient left out of one copy', [call(1), call(1, nobody)], 1],
      ['the recipient left out of both', [call(1, nobody), call(1, nobody)], 1],
      [
        'left out, and another account called',
        [call(1, nobody), call(1, { ...nobody, userIdentity: { type: 'AWSAccount', accountId: stranger } })],
        2,
      ],
      ['two ids', [call(1), call(2)], 2],
      ['ids that are no UUIDs', [call(1, { eventID: 'x' }), call(1, { eventID: 'x' }), call(1, { eventID: 'X' })], 2],
      ['no id: the same text', [call(1, { eventID: undefined }), call(1, { eventID: undefined })], 1],
      [
        'a masked id: other text',
        [call(1, { eventID: '***' }), call(1, { eventID: '***', eventName: 'GetObject' })],
        2,
      ],
    ];
    for (const [what, records, count] of cases) {
      everyPartition(records, (update) => {
        assert.equal(update.events.count, count, what);
      });
    }
  });

  it('of equal copies that of the file whose path sorts first is kept, and in a file the first', () => {
    const copies = [
      fileOf('b.json', [call(1), call(1)]),
      fileOf('a.json', [call(2), call(1), call(1)]),
      fileOf('c.json', [call(1)]),
    ];
    const expected = told(stored(...copies));
    assert.deepEqual(
      expected.rows.map(({ file }) => file),
      ['a.json', 'a.json'],
    );
    const first = expected.rows[0];
    assert.equal(first?.span[0], JSON.stringify({ Records: [call(2)] }).length - 1);
    for (const arriving of orders(copies)) {
      const store = new EventStore();
      arriving.forEach((file) => {
        store.add(file);
        store.update();
      });
      assert.deepEqual(told(store.update()), expected);
    }
  });

  it('of copies that tell different things the fuller is kept, whatever the order and partition, and it is said', () => {
    const full = call(1, { userAgent: 'aws-cli/2.15.30 md/Linux', sourceIPAddress: '203.0.113.70' });
    const edited = call(1, { userAgent: 'x', sourceIPAddress: '203.0.113.70' });
    const more = call(1, { userAgent: 'y', sourceIPAddress: '203.0.113.70' });
    everyPartition([full, edited, more], (update) => {
      assert.deepEqual(agents(update), ['aws-cli/2.15.30 md/Linux']);
      assert.deepEqual(noteIds(update), ['event-id-conflicts']);
      assert.match(update.notes[0]?.message ?? '', /^2 records /);
    });
  });

  it('what a copy leaves out or masks is no contradiction', () => {
    const world = new World('masks');
    world.assumes(0, world.alice, R1);
    const [issued] = world.records as readonly Fields[];
    assert.ok(issued !== undefined);
    const answer = issued['responseElements'] as JsonObject;
    const credentials = answer['credentials'] as JsonObject;
    const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
    const poorer: readonly Fields[] = [
      { ...issued, userAgent: undefined },
      { ...issued, responseElements: null },
      { ...issued, responseElements: { ...answer, credentials: { ...credentials, accessKeyId: hidden } } },
      { ...issued, responseElements: { ...answer, credentials: { ...credentials, accessKeyId: '****' } } },
      { ...issued, requestParameters: null },
    ];
    for (const copy of poorer) {
      everyPartition([issued, copy], (update) => {
        assert.deepEqual(noteIds(update), []);
        assert.deepEqual(update.events.notable.get(0)?.['responseElements'], {
          ...answer,
          credentials: { accessKeyId: credentials['accessKeyId'], expiration: credentials['expiration'] },
        });
        assert.notEqual(textAt(update.events, 'userAgent', 0), '');
        assert.notEqual(update.events.notable.get(0)?.['requestParameters'], null);
      });
    }
  });

  it('each thing that two records of one event can contradict each other in is found', () => {
    const contradictions: readonly Fields[] = [
      { eventTime: isoTime(start + 99) },
      { eventName: 'GetObject' },
      { sourceIPAddress: '198.51.100.1' },
      { errorCode: 'AccessDenied' },
      { awsRegion: 'eu-west-1' },
      { userIdentity: { ...(base['userIdentity'] as JsonObject), accessKeyId: longTermKey('mallory') } },
      { userIdentity: { ...(base['userIdentity'] as JsonObject), principalId: 'AIDAMALLORYMALLORY22' } },
      { userIdentity: { ...(base['userIdentity'] as JsonObject), arn: `arn:aws:iam::${account}:user/mallory` } },
    ];
    for (const fields of contradictions) {
      const first = call(1, { errorCode: 'errorCode' in fields ? 'NoSuchBucket' : undefined });
      everyPartition([first, call(1, fields)], (update) => {
        assert.deepEqual([update.events.count, noteIds(update)], [1, ['event-id-conflicts']], JSON.stringify(fields));
      });
    }
    const created = (at: number): Fields => ({
      userIdentity: {
        ...(base['userIdentity'] as JsonObject),
        sessionContext: { attributes: { creationDate: isoTime(start - at) } },
      },
    });
    everyPartition([call(1, created(1)), call(1, created(2))], (update) => {
      assert.deepEqual(noteIds(update), ['event-id-conflicts'], 'the creation time of the session');
    });
    const world = new World('contradicting answers');
    world.assumes(0, world.alice, R1);
    const [issued] = world.records as readonly Fields[];
    const other = { ...issued, responseElements: { credentials: { accessKeyId: 'ASIAOTHEROTHEROTHER2' } } };
    everyPartition([issued ?? {}, other], (update) => {
      assert.deepEqual(noteIds(update), ['event-id-conflicts']);
    });
  });
});

describe('records that AWS tells anew', () => {
  it('T24: an addendum takes the place of the record that it names, whichever tells more, and it is said', () => {
    const original = call(1, { userAgent: 'an agent with a long name, much longer than the other' });
    const anew = addendumTo(original, 1, { userAgent: 'short' });
    everyPartition([original, anew], (update) => {
      assert.deepEqual(agents(update), ['short']);
      assert.deepEqual(noteIds(update), ['replaced-events']);
      assert.match(update.notes[0]?.message ?? '', /^1 record /);
      assert.equal(eventIdAt(update.events, 0), original['eventID']);
      assert.deepEqual(rowsOfEvent(update.events, String(anew['eventID'])), [0], 'it is found by its own id too');
    });
  });

  it('T24: of two addenda the later is the truth; an addendum alone is the event', () => {
    const original = call(1);
    const first = addendumTo(original, 1, { eventTime: isoTime(start + 10), userAgent: 'told again, at some length' });
    const second = addendumTo(original, 2, { eventTime: isoTime(start + 20), userAgent: 'last' });
    everyPartition([original, first, second], (update) => {
      assert.deepEqual(agents(update), ['last']);
    });
    const alone = stored(fileOf('a.json', [first]));
    assert.deepEqual([alone.events.count, noteIds(alone)], [1, []]);
    assert.equal(eventIdAt(alone.events, 0), original['eventID']);
  });

  it('T24: an addendum that names no record is a late event, no replacement', () => {
    const late = call(1, { addendum: { reason: 'DELIVERY_DELAY' } });
    const update = stored(fileOf('a.json', [late, call(2)]));
    assert.deepEqual([update.events.count, noteIds(update)], [2, []]);
  });

  it('T24: the credential is the one that the addendum tells', () => {
    const world = new World('T24');
    const session = world.assumes(0, world.alice, R1);
    const [issued] = world.records as readonly Fields[];
    assert.ok(issued !== undefined);
    const wrong = { ...issued, responseElements: { credentials: { accessKeyId: 'ASIAWRONGWRONGWRONG2' } } };
    const anew = addendumTo(issued, 1);
    const use = world.trail.record(start + 60, session, actions.listBuckets, office);
    for (const order of orders([wrong, anew, use])) {
      const model = modelOf(order);
      assert.equal(model.sessionByKey.has('ASIAWRONGWRONGWRONG2'), false);
      assert.equal(model.sessions[model.sessionByKey.get(session.key) ?? -1]?.link, 'exact');
    }
  });
});

describe('calls that a VPC endpoint logged too', () => {
  it('T19: one requestID is one call, counted once: the other record is kept, and it is said', () => {
    const direct = call(1);
    for (const fields of [{}, { recipientAccountId: other }]) {
      everyPartition([direct, seenByEndpoint(direct, fields)], (update) => {
        assert.deepEqual([update.events.count, eventIdAt(update.events, 0)], [1, direct['eventID']]);
        assert.deepEqual(noteIds(update), ['network-activity-copies']);
        assert.match(update.notes[0]?.message ?? '', /^1 record /);
      });
    }
  });

  it('T19: without a requestID in common, or alone, it is a use of its own', () => {
    const direct = call(1);
    const masked = { requestID: '***' };
    const cases: readonly (readonly Fields[])[] = [
      [direct, seenByEndpoint(call(2))],
      [call(1, { requestID: undefined }), seenByEndpoint(call(2), { requestID: undefined })],
      [call(1, masked), seenByEndpoint(call(2), masked)],
      [direct, seenByEndpoint(direct, { eventName: 'GetObject' })],
      [seenByEndpoint(direct), seenByEndpoint(call(2))],
    ];
    for (const records of cases) {
      everyPartition(records, (update) => {
        assert.deepEqual([update.events.count, noteIds(update)], [2, []]);
      });
    }
  });

  it('T19: it counts again once the other record is gone, and no longer once that is back', () => {
    const direct = call(1);
    const store = new EventStore();
    store.add(fileOf('direct.json', [direct]));
    store.add(fileOf('endpoint.json', [seenByEndpoint(direct), call(2)]));
    assert.equal(store.update().events.count, 2);
    store.remove('direct.json');
    const without = store.update();
    assert.deepEqual([without.events.count, noteIds(without)], [2, []]);
    assert.equal(without.files[0]?.duplicates, 0);
    store.add(fileOf('direct.json', [direct]));
    const again = store.update();
    assert.deepEqual([again.events.count, noteIds(again)], [2, ['network-activity-copies']]);
    assert.equal(eventIdAt(again.events, 0), direct['eventID']);
  });

  it('T19: it counts again where a fuller copy of the call is known by another request', () => {
    const logged = call(1);
    const fuller = { ...logged, requestID: undefined, userAgent: `${String(logged['userAgent'])} and more` };
    const endpoint = seenByEndpoint(logged);
    const counts = [
      [[logged, endpoint], [fuller]],
      [[fuller], [logged, endpoint]],
    ].map((files) => {
      const store = new EventStore();
      files.forEach((records, index) => {
        store.add(fileOf(`${String(index)}.json`, records));
        store.update();
      });
      return store.update().events.count;
    });
    assert.deepEqual(counts, [2, 2]);
  });

  it('T19: copies of network activity that contradict each other are told the same, one by one and at once', () => {
    const direct = call(1);
    everyPartition(
      [direct, seenByEndpoint(direct, { userAgent: 'a' }), seenByEndpoint(direct, { userAgent: 'bb' })],
      (update) => {
        assert.equal(update.events.count, 1);
        assert.deepEqual(
          noteIds(update),
          noteIds(
            stored(
              fileOf('a.json', [
                direct,
                seenByEndpoint(direct, { userAgent: 'a' }),
                seenByEndpoint(direct, { userAgent: 'bb' }),
              ]),
            ),
          ),
        );
      },
    );
  });

  it('T19: a use that only the endpoint logged is a use of its session', () => {
    const world = new World('T19 use');
    const session = world.assumes(0, world.alice, R1);
    const seen = {
      ...world.trail.record(start + 60, session, actions.listBuckets, { ...office, vpce: 'vpce-0a1' }),
      eventType: 'AwsVpceEvent',
      eventCategory: 'NetworkActivity',
    };
    const model = modelOf([...world.records, seen]);
    const child = model.sessions[model.sessionByKey.get(session.key) ?? -1];
    assert.deepEqual([child?.link, child?.rows.length], ['exact', 1]);
  });

  it('T19: a call to STS that only the endpoint logged hands out nothing: its record has no answer', () => {
    const world = new World('T19 STS');
    world.assumes(0, world.alice, R1);
    const seen = world.records.map((record) => ({
      ...record,
      responseElements: undefined,
      eventType: 'AwsVpceEvent',
      eventCategory: 'NetworkActivity',
    }));
    const model = modelOf(seen);
    assert.deepEqual([model.issuances.length, model.sessions.length, model.notes], [0, 1, []]);
  });
});

describe('the order of the table', () => {
  it('is that of time, then of ids, then of accounts', () => {
    const records = [
      call(3),
      call(1, { eventID: 'f0000000-0000-4000-8000-000000000000' }),
      call(1, { eventID: '10000000-0000-4000-8000-000000000000' }),
      call(1, { eventID: '10000000-0000-4000-8000-000000000000', recipientAccountId: other }),
      call(1, { eventID: '10000000-0000-4000-9000-000000000000' }),
    ];
    for (const order of orders(records)) {
      const { events } = stored(fileOf('a.json', order));
      assert.deepEqual(
        Array.from(
          { length: events.count },
          (_, row) =>
            `${eventIdAt(events, row).slice(0, 2)} ${eventIdAt(events, row).slice(19, 20)} ${accountAt(events, row)}`,
        ),
        [`10 8 ${account}`, `10 8 ${other}`, `10 9 ${account}`, `f0 8 ${account}`, `00 8 ${account}`],
      );
    }
  });
});

describe('files that are added, replaced and taken away', () => {
  /** A file of few events in many versions: copies, poorer and contradicting ones, addenda, network activity. */
  function file(random: Random, path: string): FileResult {
    const records = Array.from({ length: random.int(0, 6) }, (): Fields => {
      const number = random.int(1, 5);
      const original = call(number);
      switch (random.int(0, 7)) {
        case 0:
          return call(number, { userAgent: random.pick(['a', 'bb', 'cc']) });
        case 1:
          return call(number, { userAgent: undefined });
        case 2:
          return addendumTo(original, random.int(1, 2), { eventTime: isoTime(start + random.int(1, 9)) });
        case 3:
          return seenByEndpoint(original);
        case 4:
          return seenByEndpoint(original, { userAgent: random.pick(['a', 'bb']) });
        case 5:
          return call(number, { recipientAccountId: random.chance(0.5) ? undefined : other });
        case 6:
          return call(number, { eventTime: isoTime(start + random.int(1, 9)) });
        default:
          return original;
      }
    });
    return fileOf(path, records);
  }

  function sameEvent(before: EventTable, row: number, after: EventTable, at: number): boolean {
    return eventIdAt(before, row) === eventIdAt(after, at) && accountAt(before, row) === accountAt(after, at);
  }

  it('leave the table that the files held give, every record of theirs counted, in any order of coming and going', () => {
    let displaced = 0;
    for (let seed = 0; seed < 150; seed++) {
      const random = new Random(`files ${String(seed)}`);
      const store = new EventStore();
      const held = new Map<string, FileResult>();
      let before = store.update();
      for (let step = 0; step < 8; step++) {
        for (let change = random.int(1, 2); change > 0; change--) {
          const path = `${String(random.int(0, 4))}.json`;
          if (random.chance(0.35)) {
            store.remove(path);
            held.delete(path);
          } else {
            const arriving = file(random, path);
            store.add(arriving);
            held.set(path, arriving);
          }
        }
        const update = store.update();
        assert.deepEqual(told(update), told(stored(...held.values())), `seed ${String(seed)}, step ${String(step)}`);
        assertCounted(update, held);
        // Where rows went: each row of the table was there before, at one place, or came in.
        const kept = [...update.moved].filter((row) => row >= 0);
        assert.deepEqual(
          [...kept, ...update.inserted].sort((a, b) => a - b),
          Array.from({ length: update.events.count }, (_, row) => row),
        );
        update.moved.forEach((at, row) => {
          assert.ok(at < 0 || sameEvent(before.events, row, update.events, at));
        });
        displaced += update.moved.includes(-1) ? 1 : 0;
        before = update;
      }
    }
    assert.ok(displaced > 150, 'rows leave the table');
  });

  it('leave nothing behind when the last is gone', () => {
    const store = new EventStore();
    store.add(fileOf('a.json', [call(1), call(1, { userAgent: 'other' }), seenByEndpoint(call(1))]));
    assert.equal(store.update().notes.length, 2);
    store.remove('a.json');
    assert.deepEqual(told(store.update()), { rows: [], files: [], notes: [] });
    store.remove('never there');
    assert.deepEqual(told(store.update()), { rows: [], files: [], notes: [] });
  });

  it('may be asked for twice and be changed back before anybody looks', () => {
    const store = new EventStore();
    const a = fileOf('a.json', [call(1)]);
    store.add(a);
    store.add(fileOf('b.json', [call(2)]));
    store.remove('b.json');
    store.remove('a.json');
    store.add(a);
    const update = store.update();
    assert.deepEqual(told(update), told(stored(a)));
    const { moved, inserted, events } = store.update();
    assert.deepEqual([[...moved], [...inserted], events.count], [[0], [], 1], 'nothing was asked for');
  });

  it('that hold no events are listed', () => {
    const update = stored(fileOf('empty.json', []), fileOf('a.json', [call(1)]));
    assert.deepEqual(
      told(update).files.map(([path, events, duplicates]) => [path, events, duplicates]),
      [
        ['a.json', 1, 0],
        ['empty.json', 0, 0],
      ],
    );
  });
});
