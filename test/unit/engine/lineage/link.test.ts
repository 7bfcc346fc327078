/** Linking, from records to sessions. Role chains, cross-account twins and tokens are shaped after the AWS reference. */
import assert from 'node:assert/strict';
import { emptyCase } from '../../../../src/engine/case-settings';
import { buildModel } from '../../../../src/engine/lineage/build-model';
import { ancestors, descendants } from '../../../../src/engine/lineage/walk';
import {
  actions,
  assumeRole,
  assumeRoleDenied,
  assumeRoleWithSaml,
  assumeRoleWithWebIdentity,
  consoleLogin,
  createAccessKey,
  createUser,
  deliver,
  deliverToInstance,
  iamUser,
  longTermKey,
  role,
  roleSession,
  switchRole,
  throughService,
  Trail,
  user,
  utc,
  type Caller,
  type CloudTrailRecord,
} from '../../../../scripts/sample/records';
import { fileOf, modelOf, sessionWithKey } from '../support/files';
import { shape } from '../support/shape';

const account = '111122223333';
const other = '444455556666';
const origin = { ip: '203.0.113.7', ua: 'aws-cli/2.15.0 md/Linux' };
const t0 = utc('2023-07-10T12:00:00Z');
const alice = user(account, 'alice');
const aliceKey = longTermKey('alice');
const alicesKey = iamUser(alice, aliceKey);
const r1 = role(account, 'R1');
const r2 = role(account, 'R2');
const r3 = role(account, 'R3', '/teams/data/');

type Editable = Record<string, unknown> & { userIdentity: Record<string, unknown> };

function edited(record: CloudTrailRecord, edit: (copy: Editable) => void): object {
  const copy = structuredClone(record) as unknown as Editable;
  edit(copy);
  return copy;
}

function chain(trail: Trail) {
  const first = assumeRole(trail, { at: t0, caller: alicesKey, role: r1, name: 'one', origin });
  const second = assumeRole(trail, { at: t0 + 60, caller: first.session, role: r2, name: 'two', origin });
  const third = assumeRole(trail, { at: t0 + 120, caller: second.session, role: r3, name: 'three', origin });
  const use = trail.record(t0 + 180, third.session, actions.listBuckets, origin);
  return { first, second, third, records: [...first.records, ...second.records, ...third.records, use] };
}

describe('linking by the issued key', () => {
  it('counts the assumptions from a long-term key: R1 one, R2 two, R3 three', () => {
    const { first, second, third, records } = chain(new Trail('chain'));
    const model = modelOf(records);
    const root = sessionWithKey(model, aliceKey);
    assert.deepEqual([root.kind, root.depth, root.link, root.depthIsMinimum], ['long-term-key', 0, 'none', false]);
    const hops = [first, second, third].map((grant) => sessionWithKey(model, grant.session.key));
    assert.deepEqual(
      hops.map(({ kind, depth, link, depthIsMinimum }) => [kind, depth, link, depthIsMinimum]),
      [
        ['role', 1, 'exact', false],
        ['role', 2, 'exact', false],
        ['role', 3, 'exact', false],
      ],
    );
    assert.deepEqual(
      ancestors(model, hops[2]?.index ?? -1).map((index) => model.sessions[index]?.name),
      ['alice', 'one', 'two', 'three'],
    );
    assert.equal(descendants(model, root.index).length, 3);
    assert.equal(hops[2]?.root, root.index);
    assert.equal(sessionWithKey(model, third.session.key).roleArn, r3.arn, 'the role keeps its path');
  });

  it('T15: does not depend on order, on files, or on which file holds which half', () => {
    const { records } = chain(new Trail('order'));
    const whole = shape(modelOf(records));
    const reversed = shape(modelOf([...records].reverse()));
    const halves = buildModel([fileOf('b.json', records.slice(0, 2)), fileOf('a.json', records.slice(2))], emptyCase);
    assert.deepEqual(reversed, whole);
    assert.deepEqual(shape(halves), whole);
  });

  it('T16: drops and counts the same event in two files', () => {
    const { records } = chain(new Trail('duplicates'));
    const model = buildModel([fileOf('a.json', records), fileOf('b.json', records)], emptyCase);
    assert.equal(model.events.count, records.length);
    assert.deepEqual(
      model.files.map((file) => [file.result.path, file.events, file.duplicates]),
      [
        ['a.json', records.length, 0],
        ['b.json', 0, records.length],
      ],
    );
    assert.deepEqual(shape(model), shape(modelOf(records)));
  });

  it('keeps a role that was assumed and never used', () => {
    const trail = new Trail('unused');
    const grant = assumeRole(trail, { at: t0, caller: alicesKey, role: r1, name: 'idle', origin });
    const model = modelOf(grant.records);
    const session = sessionWithKey(model, grant.session.key);
    assert.equal(session.depth, 1);
    assert.equal(session.rows.length, 0);
    assert.equal(session.id, `${account}|${r1.id}:idle|2023-07-10T12:00:00Z`);
  });

  it('goes on over a created key, whose count starts anew', () => {
    const trail = new Trail('created');
    const { third, records } = chain(trail);
    const bob = user(account, 'bob');
    const made = createAccessKey(trail, {
      at: t0 + 300,
      caller: third.session,
      owner: bob,
      key: longTermKey('bob'),
      origin,
    });
    const use = trail.record(t0 + 400, made.session, actions.getCallerIdentity, origin);
    const next = assumeRole(trail, { at: t0 + 500, caller: made.session, role: r1, name: 'again', origin });
    const model = modelOf([
      ...records,
      createUser(trail, t0 + 299, third.session, bob, origin),
      ...made.records,
      use,
      ...next.records,
    ]);
    const bobs = sessionWithKey(model, longTermKey('bob'));
    assert.deepEqual([bobs.kind, bobs.depth, bobs.via, bobs.link], ['long-term-key', 0, 'created-key', 'exact']);
    assert.equal(bobs.parent, sessionWithKey(model, third.session.key).index);
    assert.equal(
      bobs.root,
      sessionWithKey(model, aliceKey).index,
      'one lineage from the leaked key to what was left behind',
    );
    assert.equal(sessionWithKey(model, next.session.key).depth, 1);
  });

  it('a created key stays one session where a service writes a creation time beside it', () => {
    const trail = new Trail('created-forwarded');
    const { third, records } = chain(trail);
    const made = createAccessKey(trail, {
      at: t0 + 300,
      caller: third.session,
      owner: user(account, 'bob'),
      key: longTermKey('bob'),
      origin,
    });
    const use = trail.record(t0 + 400, made.session, actions.getCallerIdentity, origin);
    const forwarded = edited(
      trail.record(t0 + 410, throughService(made.session, 'cloudformation'), actions.listBuckets, origin),
      ({ userIdentity }) => {
        userIdentity['sessionContext'] = { attributes: { creationDate: '2023-07-10T12:06:40Z' } };
      },
    );
    const orders = [
      [use, forwarded],
      [forwarded, use],
    ];
    for (const uses of orders) {
      const model = modelOf([...records, ...made.records, ...uses]);
      const bobs = sessionWithKey(model, longTermKey('bob'));
      assert.deepEqual(
        [bobs.kind, bobs.via, bobs.link, bobs.rows.length],
        ['long-term-key', 'created-key', 'exact', 2],
      );
      assert.equal(bobs.parent, sessionWithKey(model, third.session.key).index);
    }
  });

  it('T17: merges the two copies of a cross-account call into one issuance, the caller from the richer', () => {
    const trail = new Trail('twins');
    const away = role(other, 'Away');
    const grant = assumeRole(trail, { at: t0, caller: alicesKey, role: away, name: 'visit', origin });
    assert.equal(grant.records.length, 2);
    const use = trail.record(t0 + 5, grant.session, actions.listBuckets, origin);
    for (const records of [
      [...grant.records, use],
      [use, ...[...grant.records].reverse()],
    ]) {
      const model = modelOf(records);
      assert.equal(model.events.count, 3, 'twins are not duplicates');
      assert.equal(model.issuances.length, 1);
      const session = sessionWithKey(model, grant.session.key);
      assert.deepEqual([session.depth, session.link, session.accountId], [1, 'twin', other]);
      assert.equal(session.parent, sessionWithKey(model, aliceKey).index);
      assert.equal(model.sessions.length, 2, 'the copy of the role account makes no stranger');
    }
  });

  it('T17: twins stay one issuance where one copy tells less of the receiver', () => {
    const trail = new Trail('poorer twin');
    const away = role(other, 'Away');
    const grant = assumeRole(trail, { at: t0, caller: alicesKey, role: away, name: 'visit', origin });
    const use = trail.record(t0 + 5, grant.session, actions.listBuckets, origin);
    const edits: ((response: Record<string, unknown>) => void)[] = [
      (response) => delete response['assumedRoleUser'],
      (response) => {
        response['assumedRoleUser'] = { assumedRoleId: 'AROA****************:visit' };
      },
    ];
    for (const edit of edits) {
      for (const poorer of [0, 1]) {
        const records = grant.records.map((record, index) =>
          index === poorer
            ? edited(record, (copy) => {
                edit(copy['responseElements'] as Record<string, unknown>);
              })
            : record,
        );
        const model = modelOf([...records, use]);
        const session = sessionWithKey(model, grant.session.key);
        assert.deepEqual([model.issuances.length, session.link, session.depth], [1, 'twin', 1]);
        assert.deepEqual(model.notes, []);
      }
    }
  });

  it('shows the foreign caller when only the role account logged the call', () => {
    const trail = new Trail('one side');
    const away = role(other, 'Away');
    const grant = assumeRole(trail, { at: t0, caller: alicesKey, role: away, name: 'visit', origin });
    const model = modelOf([
      ...grant.records.slice(1),
      trail.record(t0 + 5, grant.session, actions.listBuckets, origin),
    ]);
    const session = sessionWithKey(model, grant.session.key);
    const caller = model.sessions[session.parent ?? -1];
    assert.deepEqual([caller?.kind, caller?.accountId, caller?.principalId], ['external-account', account, alice.id]);
    assert.deepEqual([session.depth, session.depthIsMinimum], [1, true]);
  });
});

describe('linking by session', () => {
  it('T5/T6: one EC2 session with two keys, delivered, at depth 0', () => {
    const trail = new Trail('ec2');
    const grant = deliverToInstance(trail, t0, r1, 'i-0123456789abcdef0');
    const uses = [grant.v1, grant.v2].map((key) => trail.record(t0 + 30, key, actions.listBuckets, origin));
    const next = assumeRole(trail, { at: t0 + 60, caller: grant.v1, role: r2, name: 'hop', origin });
    const model = modelOf([...grant.records, ...uses, ...next.records]);
    const session = sessionWithKey(model, grant.v1.key);
    assert.equal(session, sessionWithKey(model, grant.v2.key));
    assert.deepEqual(
      [session.kind, session.depth, session.parent, session.instanceId],
      ['ec2-instance', 0, undefined, 'i-0123456789abcdef0'],
    );
    assert.equal(session.keys.length, 2);
    assert.equal(sessionWithKey(model, next.session.key).depth, 1);
  });

  it('T7: all keys of a console sign-in are one session, the sign-in record with them', () => {
    const trail = new Trail('console');
    const login = consoleLogin(trail, t0, alice, origin, 4);
    const uses = login.keys.map((key, at) =>
      trail.record(t0 + 10 + at, key, actions.plain('ec2', 'DescribeInstances'), { ...origin, fromConsole: at === 2 }),
    );
    const model = modelOf([...login.records, ...uses]);
    assert.equal(model.sessions.length, 1);
    const session = model.sessions[0];
    assert.deepEqual(
      [session?.kind, session?.link, session?.keys.length, session?.rows.length],
      ['console', 'console', 4, 5],
    );
  });

  it('console SwitchRole: the key used is not the key issued', () => {
    const trail = new Trail('switch');
    const login = consoleLogin(trail, t0, alice, origin, 2);
    const away = role(other, 'Away');
    const from = login.keys[0];
    assert.ok(from);
    const switched = switchRole(trail, t0 + 600, from, alice, away, origin, 3);
    const uses = switched.keys.map((key) => trail.record(t0 + 610, key, actions.listBuckets, origin));
    const first = trail.record(t0 + 1, from, actions.listBuckets, origin);
    const model = modelOf([...login.records, first, ...switched.records, ...uses]);
    const session = sessionWithKey(model, switched.keys[1]?.key ?? '');
    assert.equal(session.keys.filter((key) => switched.keys.some((grant) => grant.key === key)).length, 3);
    assert.deepEqual([session.link, session.depth], ['session', 1]);
    assert.equal(model.sessions[session.parent ?? -1]?.kind, 'console');
    assert.equal(model.sessions.length, 2);
  });

  it('T4: SDK sibling issuances add no depth', () => {
    const trail = new Trail('siblings');
    const one = assumeRole(trail, { at: t0, caller: alicesKey, role: r1, name: 'sdk', origin });
    const same = assumeRole(trail, { at: t0, caller: alicesKey, role: r1, name: 'sdk', origin });
    const next = assumeRole(trail, { at: t0 + 1, caller: alicesKey, role: r1, name: 'sdk', origin });
    const use = trail.record(t0 + 30, one.session, actions.listBuckets, origin);
    const model = modelOf([...one.records, ...same.records, ...next.records, use]);
    const session = sessionWithKey(model, one.session.key);
    assert.equal(session, sessionWithKey(model, same.session.key));
    assert.deepEqual([session.depth, sessionWithKey(model, next.session.key).depth], [1, 1]);
    assert.equal(sessionWithKey(model, next.session.key).parent, session.parent);
    assert.notEqual(sessionWithKey(model, next.session.key), session, 'created a second later');
  });

  it('masked keys: links by role session and creation time', () => {
    const { records } = chain(new Trail('masked'));
    const masked = records.map((record) =>
      edited(record, (copy) => {
        copy.userIdentity['accessKeyId'] = 'HIDDEN_DUE_TO_SECURITY_REASONS';
        const credentials = (copy['responseElements'] as Record<string, Record<string, unknown>> | null)?.[
          'credentials'
        ];
        if (credentials !== undefined) credentials['accessKeyId'] = 'HIDDEN_DUE_TO_SECURITY_REASONS';
      }),
    );
    const model = modelOf(masked);
    assert.deepEqual(
      model.sessions.map(({ name, depth, link }) => [name, depth, link]),
      [
        ['alice', 0, 'none'],
        ['one', 1, 'session'],
        ['two', 2, 'session'],
        ['three', 3, 'session'],
      ],
    );
    assert.ok(model.notes.some((note) => note.id === 'masked-keys'));
  });

  it('two callers, one session name, one second, masked: ambiguous, both listed, none chosen', () => {
    const trail = new Trail('ambiguous');
    const carol = iamUser(user(account, 'carol'), longTermKey('carol'));
    const grants = [alicesKey, carol].map((caller) =>
      assumeRole(trail, { at: t0, caller, role: r1, name: 'shared', origin }),
    );
    const use = trail.record(t0 + 9, grants[0]?.session ?? alicesKey, actions.listBuckets, origin);
    const masked = edited(use, (copy) => delete copy.userIdentity['accessKeyId']);
    const model = modelOf([...grants.flatMap((grant) => grant.records), masked]);
    const session = model.sessions.find((each) => each.rows.length === 1 && each.kind === 'role');
    assert.deepEqual(
      [session?.link, session?.parent, session?.depth, session?.depthIsMinimum],
      ['ambiguous', undefined, 1, true],
    );
    assert.deepEqual(session?.candidates.map((index) => model.sessions[index]?.name).sort(), ['alice', 'carol']);
  });

  it('two callers, one session name, one second: told apart by their keys', () => {
    const trail = new Trail('split');
    const carol = iamUser(user(account, 'carol'), longTermKey('carol'));
    const grants = [alicesKey, carol].map((caller) =>
      assumeRole(trail, { at: t0, caller, role: r1, name: 'shared', origin }),
    );
    const uses = grants.map((grant) => trail.record(t0 + 9, grant.session, actions.listBuckets, origin));
    const model = modelOf([...grants.flatMap((grant) => grant.records), ...uses]);
    assert.deepEqual(
      grants.map((grant) => model.sessions[sessionWithKey(model, grant.session.key).parent ?? -1]?.name),
      ['alice', 'carol'],
    );
  });
});

describe('what starts a lineage', () => {
  it('a first federated login is no hop: SAML, OIDC', () => {
    const trail = new Trail('federated');
    const sso = role(account, 'AWSReservedSSO_Admin_0123456789abcdef', '/aws-reserved/sso.amazonaws.com/');
    const saml = assumeRoleWithSaml(trail, {
      at: t0,
      role: sso,
      name: 'dana@example.com',
      provider: 'AWSSSO_x_DO_NOT_DELETE',
      origin,
      hours: 8,
    });
    const oidc = assumeRoleWithWebIdentity(trail, {
      at: t0,
      role: r2,
      name: 'gh',
      issuer: 'token.actions.githubusercontent.com',
      audience: 'sts.amazonaws.com',
      subject: 'repo:example/app:ref:refs/heads/main',
      origin,
    });
    const hop = assumeRole(trail, { at: t0 + 9, caller: saml.session, role: r1, name: 'tf', origin });
    const model = modelOf([
      ...saml.records,
      ...oidc.records,
      ...hop.records,
      trail.record(t0 + 8, oidc.session, actions.listBuckets, origin),
    ]);
    const [samlSession, oidcSession, hopSession] = [saml, oidc, hop].map((grant) =>
      sessionWithKey(model, grant.session.key),
    );
    assert.deepEqual([samlSession?.kind, samlSession?.depth, samlSession?.depthIsMinimum], ['sso', 0, false]);
    assert.deepEqual([oidcSession?.kind, oidcSession?.depth], ['web-identity', 0]);
    assert.equal(hopSession?.depth, 1);
  });

  it('T28: services that receive roles are deliveries, and service-linked work is named so', () => {
    const trail = new Trail('services');
    const lambda = deliver(trail, {
      at: t0,
      service: 'lambda',
      role: r1,
      name: 'fn',
      minutes: 120,
      withAssumedRoleUser: false,
    });
    const linked = role(account, 'AWSServiceRoleForConfig', '/aws-service-role/config.amazonaws.com/');
    const work = throughService(
      roleSession({
        role: linked,
        name: 'configLambdaExecution',
        key: 'ASIAEXAMPLEEXAMPLE22',
        issuedAt: t0,
        expiresAt: t0 + 3600,
      }),
      'config',
      null,
    );
    const model = modelOf([
      ...lambda.records,
      trail.record(t0 + 1, lambda.session, actions.listBuckets, origin),
      trail.record(t0 + 2, work, actions.listBuckets, { ip: 'config.amazonaws.com', ua: 'config.amazonaws.com' }),
    ]);
    assert.deepEqual(
      new Set(model.sessions.map(({ kind, depth }) => `${kind} ${String(depth)}`)),
      new Set(['lambda 0', 'service-linked 0']),
    );
  });

  it('an unseen origin is a minimum; its issuer is known', () => {
    const trail = new Trail('unseen');
    const unseen = roleSession({
      role: r1,
      name: 'who',
      key: 'ASIAUNSEENUNSEEN2222',
      issuedAt: t0,
      expiresAt: t0 + 3600,
    });
    const hop = assumeRole(trail, { at: t0 + 60, caller: unseen, role: r2, name: 'hop', origin });
    const model = modelOf(hop.records);
    const session = sessionWithKey(model, unseen.key);
    assert.deepEqual(
      [session.kind, session.link, session.depth, session.depthIsMinimum, session.identityArn],
      ['role', 'inferred', 0, true, r1.arn],
    );
    const child = sessionWithKey(model, hop.session.key);
    assert.deepEqual([child.depth, child.depthIsMinimum], [1, true]);
    assert.ok(model.notes.some((note) => note.id === 'unseen-origins'));
  });

  it('T22: a session name that imitates an instance makes no instance', () => {
    const trail = new Trail('masquerade');
    const grant = assumeRole(trail, { at: t0, caller: alicesKey, role: r1, name: 'i-0123456789abcdef0', origin });
    const model = modelOf([...grant.records, trail.record(t0 + 1, grant.session, actions.listBuckets, origin)]);
    const session = sessionWithKey(model, grant.session.key);
    assert.deepEqual([session.kind, session.instanceId, session.depth], ['role', '', 1]);
  });
});

describe('calls that a service forwards', () => {
  it('T8: a one-call key belongs to the session on whose behalf the service called', () => {
    const trail = new Trail('forwarded');
    const grant = assumeRole(trail, { at: t0, caller: alicesKey, role: r1, name: 'app', origin });
    const cause = trail.record(t0 + 100, grant.session, actions.getSecretValue(account, 'db'), origin);
    const forwarded = throughService(
      roleSession({ role: r1, name: 'app', key: 'ASIAFORWARDFORWARD22', issuedAt: t0 + 100, expiresAt: t0 + 3600 }),
      'secretsmanager',
    );
    const call = trail.record(t0 + 101, forwarded, actions.decrypt(account, 'k', {}), {
      ip: 'secretsmanager.amazonaws.com',
      ua: 'secretsmanager.amazonaws.com',
    });
    const model = modelOf([...grant.records, cause, call]);
    assert.equal(model.sessions.length, 2);
    assert.equal(sessionWithKey(model, grant.session.key).rows.length, 2);
  });
});

describe('attempts', () => {
  it('T2/T3: a denied assumption names its role in the error; a retry that succeeds is one group', () => {
    const trail = new Trail('attempts');
    const denied = [0, 3].map((later) => assumeRoleDenied(trail, t0 + later, alicesKey, r1, origin));
    const probed = assumeRoleDenied(trail, t0, alicesKey, r2, origin);
    const grant = assumeRole(trail, { at: t0 + 7, caller: alicesKey, role: r1, name: 'late', origin });
    const model = modelOf([...denied, probed, ...grant.records]);
    assert.deepEqual(
      new Set(
        model.attempts.map(({ roleArn, rows, succeeded }) => `${roleArn} ${String(rows.length)} ${String(succeeded)}`),
      ),
      new Set([`${r1.arn} 2 true`, `${r2.arn} 1 false`]),
    );
    assert.equal(model.sessions.length, 2, 'an attempt is no session');
  });
});

describe('nonsense', () => {
  it('a key that issues itself, and roles that issue each other, end in notes', () => {
    const trail = new Trail('nonsense');
    const { first, second, records } = chain(trail);
    const self = edited(records[0] as CloudTrailRecord, (copy) => {
      copy.userIdentity = structuredClone(first.session.identity);
      copy['eventID'] = 'ffffffff-0000-4000-8000-000000000001';
      copy['requestID'] = 'ffffffff-0000-4000-8000-000000000001';
    });
    const loop = edited(records[0] as CloudTrailRecord, (copy) => {
      copy.userIdentity = structuredClone(second.session.identity);
    });
    const selfModel = modelOf([self, ...records.slice(1)]);
    assert.ok(selfModel.notes.some((note) => note.id === 'self-issued-keys'));
    const loopModel = modelOf([loop, ...records.slice(1)]);
    assert.ok(loopModel.notes.some((note) => note.id === 'issuance-cycles'));
    assert.equal(ancestors(loopModel, 0).length <= loopModel.sessions.length, true);
  });

  it('a key issued to two principals is a placeholder', () => {
    const trail = new Trail('repeated');
    const grants = [r1, r2].map((to) => assumeRole(trail, { at: t0, caller: alicesKey, role: to, name: 'x', origin }));
    const same = grants.flatMap((grant) =>
      grant.records.map((record) =>
        edited(record, (copy) => {
          (copy['responseElements'] as Record<string, Record<string, unknown>>)['credentials'] = {
            accessKeyId: 'ASIAEXAMPLEMASKEDKEY',
          };
        }),
      ),
    );
    const model = modelOf(same);
    assert.ok(model.notes.some((note) => note.id === 'repeated-issued-keys'));
    assert.equal(model.sessionByKey.has('ASIAEXAMPLEMASKEDKEY'), false);
    assert.deepEqual(
      model.sessions.map(({ depth }) => depth),
      [0, 1, 1],
    );
  });

  it('a key created for two users is a placeholder: nobody is made its creator', () => {
    const trail = new Trail('published');
    const published = 'AKIAIOSFODNN7EXAMPLE';
    const grants = [r1, r2].map((to) => assumeRole(trail, { at: t0, caller: alicesKey, role: to, name: 'x', origin }));
    const made = grants.map(({ session }, index) =>
      createAccessKey(trail, {
        at: t0 + 60 + index,
        caller: session,
        owner: user(account, `user-${String(index)}`),
        key: published,
        origin,
      }),
    );
    const use = made.map(({ session }) => trail.record(t0 + 90, session, actions.listBuckets, origin));
    const model = modelOf([...grants, ...made].flatMap(({ records }) => records).concat(use));
    assert.ok(model.notes.some((note) => note.id === 'repeated-issued-keys'));
    assert.deepEqual(
      model.sessions.filter(({ keys }) => keys.includes(published)).map(({ link, parent }) => [link, parent]),
      [
        ['none', undefined],
        ['none', undefined],
      ],
    );
  });

  it('counts the whole way to an ambiguous session that other ambiguous ones hang on', () => {
    const trail = new Trail('twice ambiguous');
    const callers = ['one', 'two'].map((name) => iamUser(user(account, name), longTermKey(name)));
    const masked = (records: readonly CloudTrailRecord[]): object[] =>
      records.map((record) =>
        edited(record, (copy) => {
          (copy['responseElements'] as Record<string, Record<string, unknown>>)['credentials'] = {};
        }),
      );
    const unkeyed = (at: number, caller: Caller): object =>
      edited(trail.record(at, caller, actions.listBuckets, origin), ({ userIdentity }) => {
        delete userIdentity['accessKeyId'];
      });
    const first = callers.map((caller) => assumeRole(trail, { at: t0, caller, role: r1, name: 's', origin }));
    const [either] = first;
    assert.ok(either !== undefined);
    const second = ['p', 'q'].map((name) => {
      const grant = assumeRole(trail, { at: t0 + 60, caller: either.session, role: r2, name, origin });
      return {
        session: grant.session,
        records: grant.records.map((record) =>
          edited(record, ({ userIdentity }) => {
            delete userIdentity['accessKeyId'];
          }),
        ),
      };
    });
    const third = second.map(({ session }) =>
      assumeRole(trail, { at: t0 + 120, caller: session, role: r3, name: 'z', origin }),
    );
    const model = modelOf([
      ...first.flatMap(({ records }) => masked(records)),
      unkeyed(t0 + 30, either.session),
      ...second.flatMap(({ records }) => records),
      ...third.flatMap(({ records }) => masked(records)),
      ...third.slice(0, 1).map(({ session }) => unkeyed(t0 + 150, session)),
    ]);
    assert.deepEqual(
      model.sessions.filter(({ link }) => link === 'ambiguous').map(({ name, depth }) => [name, depth]),
      [
        ['s', 1],
        ['z', 3],
      ],
    );
  });
});
