/**
 * Linking where exporters, maskers and older services lost what links: the issuer of a session, its creation time, the id of a
 * created key. What is left is used, and marked by how sure it is.
 */
import assert from 'node:assert/strict';
import {
  actions,
  createAccessKey,
  iamUser,
  longTermKey,
  role,
  user,
  type Caller,
  type CloudTrailRecord,
  type JsonObject,
  type Session as Held,
} from '../../../../scripts/sample/records';
import type { LineageModel, Session } from '../../../../src/engine/lineage/model';
import { modelOf, sessionWithKey } from '../support/files';
import { account, hour, minute, office, other, R1, R2, start, World } from '../support/world';
import { holder, parentOf } from './issuing-facts';

/** The same session without its key and the named parts of its context. */
function without(held: Held, ...parts: readonly ('sessionIssuer' | 'attributes')[]): Caller {
  const { accessKeyId: _masked, sessionContext, ...identity } = held.identity;
  const context = Object.fromEntries(
    Object.entries(sessionContext as JsonObject).filter(([name]) => !parts.some((part) => part === name)),
  );
  return { account: held.account, identity: { ...identity, sessionContext: context } };
}

describe('a session whose issuer is lost', () => {
  const pathed = role(account, 'deploy', '/teams/ci/');

  /** The assumption without its answer, and a use: only role, session name and time are left. */
  function lost(edit: (use: CloudTrailRecord) => object = (use) => use, later = 0): Session | undefined {
    const world = new World('issuer lost');
    const held = world.assumes(0, world.alice, pathed, office, 'run-1');
    const issued = world.records.map((record) => ({ ...record, responseElements: null }));
    const context = held.identity['sessionContext'] as JsonObject;
    const attributes = {
      ...(context['attributes'] as JsonObject),
      creationDate: `2025-05-12T08:00:0${String(later)}Z`,
    };
    const { accessKeyId: _masked, ...identity } = held.identity;
    const use = world.trail.record(
      start + minute,
      { account, identity: { ...identity, sessionContext: { attributes } } },
      actions.listBuckets,
      office,
    );
    const model = modelOf([...issued, edit(use)]);
    return model.sessions.find(({ rows, name }) => rows.length === 1 && name !== 'alice');
  }

  it('is linked by account, last segment of the role and session name, and that is inferred', () => {
    const session = lost();
    assert.deepEqual([session?.link, session?.depth, session?.explanation.rule], ['inferred', 1, 'role-session']);
    assert.notEqual(session?.parent, undefined);
    assert.match(session?.explanation.text ?? '', /inferred/i);
  });

  it('not to another account, role, session name or time', () => {
    const arnOf = (of: string, roleName: string, name: string): ((use: CloudTrailRecord) => object) => {
      const arn = `arn:aws:sts::${of}:assumed-role/${roleName}/${name}`;
      return (use) => ({
        ...use,
        userIdentity: { ...use.userIdentity, arn, accountId: of, principalId: `${pathed.id}:${name}` },
      });
    };
    assert.notEqual(lost(arnOf(account, 'deploy', 'run-1'))?.parent, undefined, 'the same again');
    for (const edit of [
      arnOf(other, 'deploy', 'run-1'),
      arnOf(account, 'deploy2', 'run-1'),
      arnOf(account, 'deploy', 'run-2'),
    ]) {
      assert.equal(lost(edit)?.parent, undefined);
    }
    assert.notEqual(lost(undefined, 2)?.parent, undefined);
    assert.equal(lost(undefined, 3)?.parent, undefined);
  });

  it('also where the principal is masked or lost: its ARN has all three', () => {
    for (const principalId of ['AROA*****************:run-1', undefined]) {
      const world = new World('principal lost');
      const held = world.assumes(0, world.alice, pathed, office, 'run-1');
      const issued = world.records.map((record) => ({ ...record, responseElements: null }));
      const use = world.trail.record(start + minute, without(held, 'sessionIssuer'), actions.listBuckets, office);
      const model = modelOf([...issued, { ...use, userIdentity: { ...use.userIdentity, principalId } }]);
      const session = model.sessions.find(({ depth }) => depth === 1);
      assert.deepEqual(
        [session?.link, session?.roleArn, session?.name, session?.rows.length],
        ['inferred', pathed.arn, 'run-1', 1],
        principalId,
      );
      assert.equal(model.sessions.length, 2);
    }
  });

  it('is linked surely by what the issuer tells: the role with its path, or the role id of the principal', () => {
    for (const answered of [true, false]) {
      const world = new World('issuer known');
      const held = world.assumes(0, world.alice, pathed, office, 'run-1');
      const issued = answered ? world.records : world.records.map((record) => ({ ...record, responseElements: null }));
      const use = world.trail.record(
        start + minute,
        without(held, ...(answered ? (['sessionIssuer'] as const) : [])),
        actions.listBuckets,
        office,
      );
      const session = modelOf([...issued, use]).sessions.find(({ depth }) => depth === 1);
      assert.deepEqual([session?.link, session?.rows.length], ['session', 1]);
    }
  });

  it('is not taken for a role of the same name that was made again', () => {
    const world = new World('made again');
    const held = world.assumes(0, world.alice, R1, office, 'run-1');
    const issuer = {
      ...((held.identity['sessionContext'] as JsonObject)['sessionIssuer'] as JsonObject),
      principalId: 'AROAMADEAGAINMADEAGAIN',
    };
    const use = world.trail.record(
      start + hour,
      {
        account,
        identity: {
          ...held.identity,
          accessKeyId: 'ASIAMADEAGAINMADE222',
          principalId: 'AROAMADEAGAINMADEAGAIN:run-1',
          sessionContext: { sessionIssuer: issuer, attributes: { creationDate: '2025-05-12T08:50:00Z' } },
        },
      },
      actions.listBuckets,
      office,
    );
    const model = modelOf([...world.records, use]);
    assert.equal(sessionWithKey(model, 'ASIAMADEAGAINMADE222').parent, undefined);
    assert.equal(model.sessions.length, 3);
  });
});

describe('a session whose creation time is lost', () => {
  it('in some of its records is one session over its key', () => {
    for (const seen of [true, false]) {
      const world = new World('undated');
      const held = world.assumes(0, world.alice, R1);
      const issued = seen ? [...world.records] : [];
      const { sessionContext: _lost, ...bare } = held.identity;
      const dated = world.trail.record(start + minute, held, actions.listBuckets, office);
      const undated = world.trail.record(start + 2 * minute, { account, identity: bare }, actions.listBuckets, office);
      for (const order of [
        [dated, undated],
        [undated, dated],
      ]) {
        const model = modelOf([...issued, ...order]);
        const session = holder(model, held);
        assert.deepEqual([session.rows.length, session.creationDate], [2, start * 1000]);
        assert.equal(model.sessions.length, seen ? 2 : 1);
      }
    }
  });

  it('in all of them has that of the call that issued its key', () => {
    const world = new World('undated all');
    const held = world.assumes(0, world.alice, R1);
    const { sessionContext: _lost, ...bare } = held.identity;
    world.does(minute, { account, identity: bare }, actions.listBuckets);
    const session = holder(modelOf(world.records), held);
    assert.deepEqual([session.link, session.creationDate, session.rows.length], ['exact', start * 1000, 1]);
  });
});

describe('a created key whose id is masked', () => {
  const bob = user(account, 'bob');
  const bobsKey = longTermKey('bob');

  function masked(records: readonly CloudTrailRecord[]): object[] {
    return records.map((record) => ({
      ...record,
      responseElements: {
        accessKey: { accessKeyId: 'HIDDEN_DUE_TO_SECURITY_REASONS', userName: 'bob', status: 'Active' },
      },
    }));
  }

  function created(name: string, more: (world: World, by: Held) => readonly object[], creations = 1): LineageModel {
    const world = new World(name);
    const by = world.assumes(0, world.alice, R1);
    const made = Array.from({ length: creations }, (_, at) =>
      createAccessKey(world.trail, { at: start + minute + at, caller: by, owner: bob, key: bobsKey, origin: office }),
    );
    return modelOf([...world.records, ...made.flatMap(({ records }) => masked(records)), ...more(world, by)]);
  }

  const use = (world: World, at: number, key = bobsKey, of = bob): object =>
    world.trail.record(start + at, iamUser(of, key), actions.listBuckets, office);

  it('is the one key of its user, first used after it: inferred', () => {
    const model = created('masked key', (world) => [use(world, hour)]);
    const session = sessionWithKey(model, bobsKey);
    assert.deepEqual([session.link, session.via, session.depth], ['inferred', 'created-key', 0]);
    assert.equal(parentOf(model, session)?.roleArn, R1.arn);
    assert.match(session.explanation.text, /masked/);
  });

  it('nobody’s, where the user was seen before, has two keys, is of another account or of another name', () => {
    const elsewhere = user(other, 'bob');
    const cases: readonly (readonly [string, (world: World) => readonly object[]])[] = [
      ['seen before', (world) => [use(world, 30), use(world, hour)]],
      ['two keys', (world) => [use(world, hour), use(world, hour, longTermKey('bob too'))]],
      ['another account', (world) => [use(world, hour, bobsKey, elsewhere)]],
      ['another name', (world) => [use(world, hour, bobsKey, user(account, 'carol'))]],
    ];
    for (const [what, more] of cases) {
      const others = created(what, more).sessions.filter(
        ({ kind, name }) => kind === 'long-term-key' && name !== 'alice',
      );
      assert.ok(others.length > 0, what);
      for (const { link, parent } of others) {
        assert.deepEqual([link, parent], ['none', undefined], what);
      }
    }
  });

  it('is not guessed where the record tells the key', () => {
    const world = new World('told key');
    const by = world.assumes(0, world.alice, R1);
    const made = createAccessKey(world.trail, {
      at: start + minute,
      caller: by,
      owner: bob,
      key: longTermKey('bob too'),
      origin: office,
    });
    const model = modelOf([...world.records, ...made.records, use(world, hour)]);
    assert.deepEqual([sessionWithKey(model, bobsKey).link, sessionWithKey(model, bobsKey).parent], ['none', undefined]);
  });
});

describe('an answer that is lost', () => {
  it('leaves role, session name and time, which are a session’s own', () => {
    const world = new World('answers');
    const first = world.assumes(0, world.alice, R1, office, 'one');
    const second = world.assumes(minute, first, R2, office, 'two');
    const use = world.trail.record(start + hour, second, actions.listBuckets, office);
    const model = modelOf([...world.records.map((record) => ({ ...record, responseElements: null })), use]);
    const session = holder(model, second);
    assert.deepEqual([session.link, session.depth, parentOf(model, session)?.name], ['session', 2, 'one']);
    const note = model.notes.find(({ id }) => id === 'no-response-elements');
    assert.match(note?.message ?? '', /^2 calls /);
  });
});
