/** Logs that one kind of thing makes long: what the tests and the tasks of `very-many` judge. */
import {
  actions,
  assumeRoleDenied,
  getFederationToken,
  iamUser,
  longTermKey,
  role,
  user,
  type Caller,
} from '../../../../scripts/sample/records';
import { responder } from '../../../corpus/rules/responses';
import { lets, policy, trusts } from '../../../corpus/rules/policies';
import { quietWeeks, worker } from '../../../corpus/rules/quiet-weeks';
import { account, alice, cli, day, from, hour, office, R1, R2, start, stranger, World } from '../support/world';

function repeat(times: number, act: (at: number) => void): void {
  for (let at = 0; at < times; at++) {
    act(at);
  }
}

/** A known caller who assumes any number of roles that nobody else does. */
export function newRoles(times: number): World {
  const world = quietWeeks(new World('new roles'));
  repeat(times, (at) => world.assumes(8 * day + at, worker(1), role(account, `new-${String(at)}`)));
  return world;
}

/** Callers who are known and assume a role that everybody assumes for the first time. */
export function newCallers(times: number): World {
  const world = quietWeeks(new World('new callers'));
  repeat(times, (at) => world.does(at, worker(100 + at), actions.listBuckets));
  repeat(times, (at) => world.assumes(8 * day + at, worker(100 + at), role(account, 'popular')));
  return world;
}

/** A client of another name with every call. */
export function newClients(times: number): World {
  const world = quietWeeks(new World('new clients'), 14);
  repeat(times, (at) =>
    world.does(8 * day + at, worker(1), actions.listBuckets, from('203.0.113.11', `tool${String(at)}/1.0`)),
  );
  return world;
}

/** A role that a caller was often given, and later refused as often. */
export function givenAndRefused(times: number): World {
  const world = new World('given and refused');
  const refused = (at: number): void => {
    world.records.push(assumeRoleDenied(world.trail, start + at, world.alice, R1, office));
  };
  repeat(times, (at) => world.assumes(at, world.alice, R1, office, `session-${String(at)}`));
  refused(1);
  repeat(times, (at) => refused(10 * hour + at));
  return world;
}

/** Everything denied to a user by any number of policies, who goes on. */
export function denied(times: number): World {
  const world = new World('denied');
  world.does(0, world.alice, actions.listBuckets);
  repeat(times, (at) =>
    world.does(
      hour + at,
      responder,
      actions.plain('iam', 'PutUserPolicy', {
        userName: 'alice',
        policyName: `deny-${String(at)}`,
        policyDocument: policy({ Effect: 'Deny', Action: '*', Resource: '*' }),
      }),
    ),
  );
  repeat(times, (at) => world.does(10 * hour + at, world.alice, actions.listBuckets));
  return world;
}

/** One session at any number of places within a second. */
export function everywhere(times: number): World {
  const world = new World('everywhere');
  const session = world.assumes(0, world.alice, R1);
  repeat(times, (at) =>
    world.does(hour, session, actions.listBuckets, from(`20.${String(at >> 8)}.${String(at & 255)}.7`, cli)),
  );
  return world;
}

/** A trust policy that lets in a stranger, written again and again. */
export function lettingIn(times: number): World {
  const world = new World('letting in');
  const document = policy(lets({ AWS: `arn:aws:iam::${stranger}:root` }));
  repeat(times, (at) => world.does(at, world.alice, trusts(R2, document)));
  return world;
}

/** Keys whose ids are masked where they were made. */
export function maskedKeys(times: number): World {
  const world = new World('masked keys');
  const bob = user(account, 'bob');
  repeat(times, (at) =>
    world.does(at, world.alice, {
      source: 'iam',
      name: 'CreateAccessKey',
      params: { userName: 'bob' },
      response: { accessKey: { accessKeyId: 'HIDDEN_DUE_TO_SECURITY_REASONS', userName: 'bob', status: 'Active' } },
    }),
  );
  repeat(times, (at) =>
    world.does(10 * hour + at, iamUser(bob, longTermKey(`bob-${String(at)}`)), actions.listBuckets),
  );
  return world;
}

/** Sessions of a role that each ask for a sign-in token of the console. */
export function signingIn(times: number): World {
  const world = new World('signing in');
  repeat(times, (at) => {
    const session = world.assumes(at, world.alice, R1, office, `session-${String(at)}`);
    world.does(hour + at, session, { source: 'signin', name: 'GetSigninToken', readOnly: false });
  });
  return world;
}

/** A password that a chain sets again and again, and as many sign-ins. */
export function passwords(times: number): World {
  const world = new World('passwords');
  const session = world.chain(0, world.alice, [R1, R2]);
  const bob = user(account, 'bob');
  repeat(times, (at) =>
    world.does(hour + at, session, actions.plain('iam', 'UpdateLoginProfile', { userName: 'bob' })),
  );
  repeat(times, (at) => {
    const { accessKeyId: _unsaid, ...identity } = iamUser(bob, longTermKey('bob')).identity;
    world.does(
      10 * hour + at,
      { account, identity },
      { source: 'signin', name: 'ConsoleLogin', response: { ConsoleLogin: 'Success' }, type: 'AwsConsoleSignIn' },
    );
  });
  return world;
}

/** Tokens of one federated user, and as many sign-ins. */
export function federated(times: number): World {
  const world = new World('federated');
  let guest: Caller | undefined;
  repeat(times, (at) => {
    const grant = getFederationToken(world.trail, {
      at: start + at,
      caller: world.alice,
      user: alice,
      name: 'guest',
      origin: office,
    });
    world.records.push(...grant.records);
    guest = grant.session;
  });
  const { accessKeyId: _unsaid, ...identity } = guest?.identity ?? world.alice.identity;
  repeat(times, (at) =>
    world.does(
      hour + at,
      { account, identity },
      {
        source: 'signin',
        name: 'ConsoleLogin',
        response: { ConsoleLogin: 'Success' },
        readOnly: false,
        type: 'AwsConsoleSignIn',
      },
    ),
  );
  return world;
}
