/** Calls that services forward, near the moment in which credentials are issued to the same principal. */
import assert from 'node:assert/strict';
import {
  actions,
  assumeRole,
  getSessionToken,
  roleSession,
  throughService,
  type Caller,
} from '../../../../scripts/sample/records';
import { modelOf, sessionWithKey } from '../support/files';
import { alice, alicesKey, hour, minute, office, R1, R2, start, World } from '../support/world';

/** What a service calls with on behalf of a session of R1: a key of its own, created when it is made. */
function forwardedBy(world: World, service: string, at: number, name = 'deploy'): Caller {
  return throughService(
    roleSession({ role: R1, name, key: world.trail.temporaryKey(), issuedAt: start + at, expiresAt: start + hour }),
    service,
    world.trail.temporaryKey(),
  );
}

describe('a call that a service forwards', () => {
  for (const delay of [0, 1, 2, 3]) {
    it(`T8: belongs to the session that caused it, also ${String(delay)} s after that session was issued`, () => {
      const world = new World('forwarded at once');
      const session = world.assumes(0, world.alice, R1, office, 'deploy');
      world.does(delay, session, actions.plain('secretsmanager', 'GetSecretValue'));
      world.does(delay, forwardedBy(world, 'secretsmanager', delay), actions.plain('kms', 'Decrypt'));
      const model = modelOf(world.records);
      assert.equal(model.sessions.length, 2);
      assert.equal(sessionWithKey(model, session.key).rows.length, 2);
    });
  }

  it('T8: belongs to the session created with it where what caused it was not logged', () => {
    const world = new World('cause not logged');
    const session = world.assumes(0, world.alice, R1, office, 'deploy');
    world.does(minute, session, actions.listBuckets);
    world.does(1, forwardedBy(world, 'secretsmanager', 1), actions.plain('kms', 'Decrypt'));
    const model = modelOf(world.records);
    assert.equal(model.sessions.length, 2);
    assert.equal(sessionWithKey(model, session.key).rows.length, 2);
  });

  it('is no use of a token that its user asked for just then', () => {
    const world = new World('token beside');
    world.does(0, world.alice, actions.plain('s3', 'GetObject'));
    const token = getSessionToken(world.trail, {
      at: start,
      user: alice,
      caller: world.alice,
      origin: office,
    });
    const forwarded = world.trail.record(
      start + 1,
      throughService(world.alice, 's3'),
      actions.plain('kms', 'Decrypt'),
      office,
    );
    const dated = {
      ...forwarded,
      userIdentity: {
        ...forwarded.userIdentity,
        accessKeyId: world.trail.temporaryKey(),
        sessionContext: { attributes: { creationDate: '2025-05-12T08:00:01Z' } },
      },
    };
    const model = modelOf([...world.records, ...token.records, dated]);
    assert.equal(sessionWithKey(model, token.session.key).rows.length, 0);
    assert.equal(sessionWithKey(model, alicesKey).rows.length, 3);
  });

  it('carries a chain on: two assumptions in one second through a service are one session’s, two hops deep', () => {
    const world = new World('chain through a service');
    const session = world.assumes(0, world.alice, R1, office, 'deploy');
    world.does(10 * minute, session, actions.plain('cloudformation', 'CreateStack'));
    const grants = [0, 1].map((later) =>
      assumeRole(world.trail, {
        at: start + 10 * minute + 1,
        caller: forwardedBy(world, 'cloudformation', 10 * minute + later),
        role: R2,
        name: 'job',
        origin: office,
      }),
    );
    for (const grant of grants) {
      world.records.push(...grant.records);
      world.does(11 * minute, grant.session, actions.listBuckets);
    }
    const model = modelOf(world.records);
    assert.equal(model.sessions.length, 3);
    const job = sessionWithKey(model, grants[0]?.session.key ?? '');
    assert.equal(job, sessionWithKey(model, grants[1]?.session.key ?? ''));
    assert.deepEqual([job.depth, job.depthIsMinimum, job.parent], [2, false, sessionWithKey(model, session.key).index]);
  });
});
