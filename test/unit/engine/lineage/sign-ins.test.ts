/** Who stood behind a sign-in to the console: found by time, by success and by what the sign-in was recorded with. */
import assert from 'node:assert/strict';
import {
  actions,
  consoleLogin,
  consoleUser,
  isoTime,
  role,
  switchRole,
  type JsonObject,
  type Session as Held,
} from '../../../../scripts/sample/records';
import type { LineageModel } from '../../../../src/engine/lineage/model';
import { modelOf } from '../support/files';
import { account, alice, hour, office, other, R1, start, World } from '../support/world';
import { holder, parentOf } from './issuing-facts';

const loginAfter = 10;

function signIn(name: string, outcome: string) {
  return { source: 'signin', name, response: { [name]: outcome }, readOnly: false, type: 'AwsConsoleSignIn' } as const;
}

interface Portal {
  readonly model: LineageModel;
  readonly api: Held;
  readonly inConsole: Held;
}

/** A role session that asks for a sign-in token, and a console session of the same principal. */
function portal(
  options: { readonly token?: string; readonly after?: number; readonly withContext?: boolean } = {},
): Portal {
  const world = new World('portal');
  const api = world.assumes(0, world.alice, R1, office, 'dana');
  const at = 300 + (options.after ?? loginAfter);
  const { accessKeyId: _used, sessionContext, ...identity } = api.identity;
  const attributes = { creationDate: isoTime(start + at), mfaAuthenticated: 'false' };
  const key = world.trail.temporaryKey();
  const inConsole: Held = {
    ...api,
    key,
    identity: { ...identity, accessKeyId: key, sessionContext: { ...(sessionContext as JsonObject), attributes } },
  };
  if (options.token !== undefined) {
    world.does(300, api, signIn('GetSigninToken', options.token));
  }
  const login = options.withContext === true ? { ...identity, sessionContext } : identity;
  world
    .does(at, { account, identity: login }, signIn('ConsoleLogin', 'Success'))
    .does(at + 20, inConsole, actions.plain('ec2', 'DescribeInstances'));
  return { model: modelOf(world.records), api, inConsole };
}

function isLinked({ model, api, inConsole }: Portal): boolean {
  const child = holder(model, inConsole);
  assert.equal(child.link, 'console');
  return parentOf(model, child) === holder(model, api);
}

describe('a sign-in with a token', () => {
  it('follows the call that asked for the token, a quarter of an hour at most', () => {
    assert.ok(isLinked(portal({ token: 'Success' })));
    assert.ok(isLinked(portal({ token: 'Success', after: 15 * 60 })));
    assert.ok(!isLinked(portal({ token: 'Success', after: 15 * 60 + 1 })));
  });

  it('does not follow a call that failed, or none', () => {
    assert.ok(!isLinked(portal({ token: 'Failure' })));
    assert.ok(!isLinked(portal()));
  });

  it('is that of the session with whose credentials it was recorded', () => {
    assert.ok(isLinked(portal({ withContext: true })));
  });
});

describe('a sign-in with a password', () => {
  it('is nobody’s child, whatever its user did in another browser before', () => {
    const world = new World('password');
    const before = consoleUser(alice, world.trail.temporaryKey(), start, true);
    world.does(60, before, signIn('AuthorizeOAuth2Access', 'Success'));
    const login = consoleLogin(world.trail, start + 120, alice, office, 1);
    const [held] = login.keys;
    assert.ok(held !== undefined);
    world.does(150, held, actions.plain('ec2', 'DescribeInstances'));
    const child = holder(modelOf([...world.records, ...login.records]), held);
    assert.deepEqual([child.kind, child.link, child.parent], ['console', 'console', undefined]);
  });
});

describe('a switch of role', () => {
  it('is made by the session of that user that was created last before it', () => {
    const world = new World('switch');
    const sessions = [0, hour, 3 * hour].map((at) => consoleUser(alice, world.trail.temporaryKey(), start + at, true));
    for (const [index, held] of sessions.entries()) {
      world.does([60, hour + 60, 3 * hour + 60][index] ?? 0, held, actions.plain('ec2', 'DescribeInstances'));
    }
    const [first, second] = sessions;
    assert.ok(first !== undefined && second !== undefined);
    const switched = switchRole(world.trail, start + 2 * hour, second, alice, role(other, 'Auditor'), office, 1);
    const [used] = switched.keys;
    assert.ok(used !== undefined);
    const use = world.trail.record(start + 2 * hour + 9, used, actions.listBuckets, office);
    const model = modelOf([...world.records, ...switched.records.slice(2), use]);
    assert.equal(parentOf(model, holder(model, used)), holder(model, second));
  });
});
