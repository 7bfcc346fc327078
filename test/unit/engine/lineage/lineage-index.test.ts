/**
 * The lineage of files that come and go: what it is does not depend on the way there, and a change costs what it touches.
 * What holds for random worlds is in properties.test.ts; here are the changes that are easy to get wrong, one by one.
 */
import assert from 'node:assert/strict';
import {
  actions,
  assumeRole,
  createAccessKey,
  iamUser,
  longTermKey,
  role,
  roleSession,
  throughService,
  Trail,
  user,
  type Caller,
  type CloudTrailRecord,
} from '../../../../scripts/sample/records';
import { emptyCase } from '../../../../src/engine/case-settings';
import type { FileResult } from '../../../../src/engine/cloudtrail/columns';
import { buildModel } from '../../../../src/engine/lineage/build-model';
import { LineageIndex } from '../../../../src/engine/lineage/lineage-index';
import type { LineageModel } from '../../../../src/engine/lineage/model';
import { eventIdAt } from '../../../../src/engine/lineage/table';
import { fileOf, sessionWithKey } from '../support/files';
import { shape } from '../support/shape';
import { account, alice, alicesKey, hour, minute, office, other, R1, R2, R3, start, World } from '../support/world';

/** Everything that must be the same: sessions and links, issuing records, attempts, files, notes. */
function told(model: LineageModel) {
  const idOf = (index: number | undefined): string | undefined => model.sessions[index ?? -1]?.id;
  return {
    sessions: shape(model),
    uses: model.sessions.map(({ rows }) => [...rows].map((row) => eventIdAt(model.events, row))),
    issuances: model.issuances.map((issuance) => [
      eventIdAt(model.events, issuance.row),
      issuance.twinRows.map((row) => eventIdAt(model.events, row)),
      issuance.requestRow === undefined ? undefined : eventIdAt(model.events, issuance.requestRow),
      idOf(issuance.callerSession),
      idOf(issuance.childSession),
      issuance.issuedKey,
    ]),
    attempts: model.attempts.map(({ callerSession, roleArn, rows }) => [idOf(callerSession), roleArn, rows.length]),
    instances: [...model.instances.keys()],
    keys: Object.fromEntries([...model.sessionByKey].map(([key, index]) => [key, idOf(index)])),
    files: model.files.map(({ result, events, duplicates }) => [result.path, events, duplicates]),
    notes: model.notes,
  };
}

/** An index, and the files that it holds beside it. */
class Held {
  readonly index = new LineageIndex();
  private readonly files = new Map<string, FileResult>();

  add(path: string, records: readonly object[]): this {
    const file = fileOf(path, records);
    this.index.add(file);
    this.files.set(path, file);
    return this;
  }

  remove(path: string): this {
    this.index.remove(path);
    this.files.delete(path);
    return this;
  }

  /** The model, which is that of the files at once. */
  model(): LineageModel {
    const model = this.index.model(emptyCase);
    assert.deepEqual(told(model), told(buildModel([...this.files.values()], emptyCase)));
    return model;
  }

  /** Cells that the last change linked. */
  get linked(): number {
    return this.index.work.linked;
  }
}

/** A chain of one user's, of roles that nobody else assumes. */
function chain(number: number): CloudTrailRecord[] {
  const trail = new Trail(`chain ${String(number)}`);
  const name = `user-${String(number)}`;
  let caller: Caller = iamUser(user(account, name), longTermKey(name));
  const records: CloudTrailRecord[] = [];
  for (const hop of [1, 2, 3]) {
    const at = start + number * 10 + hop * minute;
    const of = role(account, `role-${String(number)}-${String(hop)}`);
    const grant = assumeRole(trail, { at, caller, role: of, name: `session-${String(number)}`, origin: office });
    records.push(...grant.records);
    caller = grant.session;
  }
  records.push(trail.record(start + hour, caller, actions.listBuckets, office));
  return records;
}

describe('the work of a change', () => {
  const many = 300;
  /** Callers and issuances of a chain that can be in cells of their own: its user, its three sessions. */
  const cellsOfChain = 4;
  const paths = Array.from({ length: many }, (_, number) => `${String(number).padStart(3, '0')}.json`);
  let held: Held;

  beforeEach(() => {
    held = new Held();
    paths.forEach((path, number) => held.add(path, chain(number)));
    held.index.model(emptyCase);
  });

  it('is everything at first', () => {
    assert.deepEqual(held.index.work, { linked: many * cellsOfChain, cells: many * cellsOfChain });
  });

  it('is a handful of cells for one more file, whose chain has nothing to do with the others', () => {
    held.add('more.json', chain(many));
    const model = held.model();
    assert.ok(held.linked > 0 && held.linked <= cellsOfChain, String(held.linked));
    assert.equal(held.index.work.cells, (many + 1) * cellsOfChain);
    assert.equal(model.sessions.filter(({ depth }) => depth === 3).length, many + 1);
  });

  it('is a handful of cells for a file that goes, and for one in the midst of the table that comes back', () => {
    held.remove('150.json');
    held.model();
    assert.ok(held.linked <= cellsOfChain, String(held.linked));
    held.add('150.json', chain(150));
    held.model();
    assert.ok(held.linked <= cellsOfChain, String(held.linked));
  });

  it('is a handful of cells for a file that is replaced by another chain or by its like', () => {
    held.add('007.json', chain(many + 7));
    held.model();
    assert.ok(held.linked > 0 && held.linked <= 2 * cellsOfChain, String(held.linked));
    held.add('008.json', chain(8));
    held.model();
    assert.ok(held.linked <= cellsOfChain, String(held.linked));
  });

  it('is none for a file of copies', () => {
    held.add('zzz.json', chain(12));
    held.model();
    assert.equal(held.linked, 0);
  });

  it('is none for another question about the same files', () => {
    const before = held.index.work;
    held.index.model({ ...emptyCase, roleChain: { ...emptyCase.roleChain, depthCounting: 'roleToRole' } });
    assert.equal(held.index.work, before);
  });

  it('is that of the sessions that a late record touches, not of what they issued to others', () => {
    const trail = new Trail('late');
    const name = 'user-5';
    const late = trail.record(
      start + 2 * hour,
      iamUser(user(account, name), longTermKey(name)),
      actions.listBuckets,
      office,
    );
    held.add('late.json', [late]);
    held.model();
    assert.equal(held.linked, 1);
  });
});

describe('the work of a change to sessions of one name', () => {
  /** A job that assumes its role every hour, and calls with it. */
  function run(hours: number): CloudTrailRecord[] {
    const trail = new Trail(`run ${String(hours)}`);
    const at = start + hours * hour;
    const job = iamUser(alice, alicesKey);
    const grant = assumeRole(trail, { at, caller: job, role: R1, name: 'nightly', origin: office });
    return [...grant.records, trail.record(at + minute, grant.session, actions.listBuckets, office)];
  }

  it('is that of its time: sessions created at other times have nothing to do with it', () => {
    const held = new Held();
    for (let hours = 0; hours < 100; hours++) {
      held.add(`${String(hours)}.json`, run(hours));
    }
    held.index.model(emptyCase);
    assert.equal(held.index.work.cells, 101);
    held.add('more.json', run(100));
    held.model();
    assert.ok(held.linked > 0 && held.linked <= 2, 'who assumes, and what was assumed');
  });
});

describe('a lineage in which', () => {
  it('the halves of chains come in any order', () => {
    const records = [1, 2, 3].flatMap((number) => chain(number));
    const parts = records.map((record, at) => ({
      path: `${String((at * 7) % records.length)}.json`,
      records: [record],
    }));
    for (const order of [parts, [...parts].reverse()]) {
      const held = new Held();
      for (const { path, records: part } of order) {
        held.add(path, part).model();
      }
      assert.equal(held.model().sessions.filter(({ depth }) => depth === 3).length, 3);
      for (const { path } of order) {
        held.remove(path).model();
      }
      assert.deepEqual(held.model().sessions, []);
    }
  });

  it('a session gets its creation time by a late issuance, and so another name: what it issued follows', () => {
    const world = new World('renamed');
    const first = assumeRole(world.trail, { at: start, caller: world.alice, role: R1, name: 'one', origin: office });
    const { sessionContext: _lost, ...bare } = first.session.identity;
    const caller: Caller = { account, identity: bare };
    const second = assumeRole(world.trail, { at: start + minute, caller, role: R2, name: 'two', origin: office });
    const use = world.trail.record(start + hour, second.session, actions.listBuckets, office);
    const held = new Held().add('later.json', [...second.records, use]);
    const alone = sessionWithKey(held.model(), second.session.key);
    assert.deepEqual([alone.depth, alone.depthIsMinimum], [1, true]);
    const model = held.add('first.json', first.records).model();
    const child = sessionWithKey(model, second.session.key);
    assert.equal(child.parent, sessionWithKey(model, first.session.key).index);
    assert.deepEqual([child.depth, child.depthIsMinimum], [2, false]);
    held.remove('first.json').model();
  });

  it('two callers turn out to be one session by a late issuance: what they issued in one second is one too', () => {
    const world = new World('merged');
    const siblings = [0, 1].map(() =>
      assumeRole(world.trail, { at: start, caller: world.alice, role: R1, name: 'sdk', origin: office }),
    );
    const next = siblings.map(({ session }) => {
      const { sessionContext: _lost, ...identity } = session.identity;
      const caller: Caller = { account, identity };
      return assumeRole(world.trail, { at: start + minute, caller, role: R2, name: 'two', origin: office });
    });
    const uses = next.map(({ session }) => world.trail.record(start + hour, session, actions.listBuckets, office));
    const held = new Held().add('z.json', [...next.flatMap(({ records }) => records), ...uses]);
    const named = (): number => held.model().sessions.filter(({ name }) => name === 'two').length;
    assert.equal(named(), 2);
    held.add(
      'a.json',
      siblings.flatMap(({ records }) => records),
    );
    assert.equal(named(), 1);
    held.remove('a.json');
    assert.equal(named(), 2);
  });

  it('a second caller of the same second makes a session two, and one again when it goes', () => {
    const world = new World('split');
    const carol = iamUser(user(account, 'carol'), longTermKey('carol'));
    const grants = [world.alice, carol].map((caller) =>
      assumeRole(world.trail, { at: start, caller, role: R1, name: 'shared', origin: office }),
    );
    const held = new Held();
    grants.forEach((grant, at) => {
      const next = assumeRole(world.trail, {
        at: start + minute,
        caller: grant.session,
        role: [R2, R3][at] ?? R2,
        name: 'next',
        origin: office,
      });
      held.add(`${String(at)}.json`, [...grant.records, ...next.records]).model();
    });
    assert.equal(held.model().sessions.filter(({ name }) => name === 'shared').length, 2);
    held.remove('1.json');
    assert.equal(held.model().sessions.filter(({ name }) => name === 'shared').length, 1);
  });

  it('the twin of a cross-account call comes before, after or instead of the other', () => {
    const world = new World('twins');
    const visit = assumeRole(world.trail, {
      at: start,
      caller: world.alice,
      role: role(other, 'Away'),
      name: 'v',
      origin: office,
    });
    const use = world.trail.record(start + minute, visit.session, actions.listBuckets, office);
    const held = new Held().add('use.json', [use]);
    const links: string[] = [];
    const see = (): void => {
      links.push(sessionWithKey(held.model(), visit.session.key).link);
    };
    see();
    held.add('theirs.json', visit.records.slice(1));
    see();
    held.add('ours.json', visit.records.slice(0, 1));
    see();
    held.remove('theirs.json');
    see();
    assert.deepEqual(links, ['inferred', 'exact', 'twin', 'exact']);
  });

  it('a call that a service forwards finds the session that made it when that comes', () => {
    const world = new World('forwarded');
    const session = world.assumes(0, world.alice, R1, office, 'app');
    const cause = world.trail.record(start + minute, session, actions.getSecretValue(account, 'db'), office);
    const forwarded = world.trail.record(
      start + minute + 1,
      throughService(session, 'secretsmanager', 'ASIAFORWARDFORWARD22'),
      actions.decrypt(account, 'k', {}),
      office,
    );
    const held = new Held().add('c.json', [forwarded]);
    held.model();
    held.add('b.json', [cause]).model();
    const model = held.add('a.json', world.records).model();
    assert.equal(sessionWithKey(model, session.key).rows.length, 2);
    held.remove('b.json').model();
    held.remove('a.json').model();
  });

  it('a key turns out to be a placeholder when it is issued to another, and is a key again without that', () => {
    const world = new World('placeholder');
    const grants = [R1, R2].map((of) =>
      assumeRole(world.trail, { at: start, caller: world.alice, role: of, name: 'x', origin: office }),
    );
    const [first] = grants;
    assert.ok(first !== undefined);
    const same = grants.map(({ records }) =>
      records.map((record) => ({
        ...record,
        responseElements: { ...record.responseElements, credentials: { accessKeyId: first.session.key } },
      })),
    );
    const held = new Held().add('a.json', same[0] ?? []);
    assert.ok(held.model().sessionByKey.has(first.session.key));
    assert.ok(
      !held
        .add('b.json', same[1] ?? [])
        .model()
        .sessionByKey.has(first.session.key),
    );
    assert.ok(held.remove('b.json').model().sessionByKey.has(first.session.key));
  });

  it('the creation of a key comes after its use, and goes before it', () => {
    const world = new World('created');
    const session = world.assumes(0, world.alice, R1);
    const made = createAccessKey(world.trail, {
      at: start + minute,
      caller: session,
      owner: user(account, 'bob'),
      key: longTermKey('bob'),
      origin: office,
    });
    const held = new Held().add('z.json', [
      world.trail.record(start + hour, made.session, actions.listBuckets, office),
    ]);
    assert.equal(sessionWithKey(held.model(), longTermKey('bob')).link, 'none');
    held.add('a.json', [...world.records, ...made.records]);
    const model = held.model();
    assert.equal(sessionWithKey(model, longTermKey('bob')).root, sessionWithKey(model, alicesKey).index);
    held.remove('a.json');
    assert.equal(sessionWithKey(held.model(), longTermKey('bob')).link, 'none');
  });

  it('the kept copy of a record goes, and the other stands for it', () => {
    const world = new World('copies');
    const session = world.assumes(0, world.alice, R1);
    world.does(minute, session, actions.listBuckets);
    const held = new Held().add('a.json', world.records).add('b.json', world.records);
    held.model();
    const model = held.remove('a.json').model();
    assert.equal(sessionWithKey(model, session.key).link, 'exact');
    assert.deepEqual(
      model.files.map(({ result, events, duplicates }) => [result.path, events, duplicates]),
      [['b.json', 2, 0]],
    );
  });

  it('files come and go leaves the models as they were that somebody still looks at', () => {
    const held = new Held().add('a.json', chain(1)).add('b.json', chain(2));
    const before = held.model();
    const asItWas = JSON.stringify([told(before), [...before.events.session]]);
    held.add('0.json', chain(0)).remove('b.json').model();
    assert.equal(JSON.stringify([told(before), [...before.events.session]]), asItWas);
    assert.equal(before.sessions.length, 8);
    assert.equal(sessionWithKey(before, longTermKey('user-2')).accountId, alice.account);
  });

  it('a model says where its records stand, whatever files come later', () => {
    const world = new World('places');
    world.does(0, world.alice, actions.listBuckets);
    const later = new World('places later');
    later.does(minute, later.alice, actions.listBuckets);
    const held = new Held().add('b.json', [...later.records, ...world.records]);
    const before = held.model();
    const places = () =>
      [...before.events.file].map((file, row) => [
        before.files[file]?.result.path,
        before.events.start[row],
        before.events.length[row],
      ]);
    const asTheyWere = places();
    // One file moves the other to another position; a copy in it is where the record is read from now on.
    held.add('a.json', world.records).model();
    assert.deepEqual(places(), asTheyWere);
  });

  it('files that went or were replaced before anybody asked', () => {
    // Issuing records are read when a file comes: those of files that went are none, copies are one.
    const held = new Held()
      .add('a.json', chain(1))
      .add('b.json', chain(2))
      .add('copies.json', [...chain(1), ...chain(3)])
      .remove('b.json')
      .add('a.json', chain(4))
      .add('gone.json', chain(5))
      .remove('gone.json');
    assert.equal(held.model().issuances.length, 3 * 3);
    // The better copy comes last, and once more after the model was made.
    const without = chain(6).map(({ userIdentity, ...record }) => ({
      ...record,
      userIdentity: { ...userIdentity, userName: undefined },
    }));
    held.add('poor.json', without).add('rich.json', chain(6));
    assert.equal(held.model().issuances.length, 4 * 3);
    held.remove('rich.json').add('a.json', chain(1));
    assert.equal(held.model().issuances.length, 3 * 3);
  });

  it('a later file tells that two keys that issued were of one session', () => {
    const trail = new Trail('renamed');
    const keys = ['ASIAONEONEONEONEONE2', 'ASIATWOTWOTWOTWOTWO2'].map((key) =>
      roleSession({ role: R1, name: 'deploy', key, issuedAt: start, expiresAt: start + hour }),
    );
    const undated = (record: CloudTrailRecord): object => ({
      ...record,
      userIdentity: { ...record.userIdentity, sessionContext: undefined },
    });
    const grants = keys.map((caller) =>
      assumeRole(trail, { at: start + minute, caller, role: R2, name: 'job', origin: office }),
    );
    const uses = grants.map(({ session }) => trail.record(start + 2 * minute, session, actions.listBuckets, office));
    const held = new Held().add('a.json', grants.flatMap(({ records }) => records).map(undated)).add('b.json', uses);
    const ofJob = (model: LineageModel): string[] =>
      model.sessions.filter(({ name }) => name === 'job').map(({ id }) => id.replace(/^.*T\d\d:\d\d:\d\dZ/, ''));
    assert.deepEqual(ofJob(held.model()), grants.map(({ session }) => `#${session.key}`).sort());
    // Calls of the two keys that tell when they were issued: at once.
    held.add(
      'c.json',
      keys.map((key) => trail.record(start + 3 * minute, key, actions.listBuckets, office)),
    );
    assert.deepEqual(ofJob(held.model()), ['']);
    held.remove('c.json');
    assert.equal(ofJob(held.model()).length, 2);
  });
});
