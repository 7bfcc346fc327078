/**
 * Every way in which AWS hands out a credential, one row of the project's table each: what people sign in with and the keys
 * of users (rows 10 to 19, 21, 22, 26). Rows whose records are in no public log are shaped after the AWS reference.
 */
import assert from 'node:assert/strict';
import {
  actions,
  assumeRoot,
  consoleLogin,
  consoleUser,
  createAccessKey,
  getFederationToken,
  getSessionToken,
  isoTime,
  longTermKey,
  role,
  switchRole,
  user,
  type Caller,
  type JsonObject,
  type Session as Held,
} from '../../../../scripts/sample/records';
import { modelOf, sessionWithKey } from '../support/files';
import { account, alice, alicesKey, minute, office, other, R1, R2, start, World } from '../support/world';
import { acting, credentialsOf, facts, holder, parentOf, unknownCaller } from './issuing-facts';

describe('the ways in which people and users get a credential', () => {
  it('row 10: SAML: the first login of a person is no hop', () => {
    const world = new World('row 10');
    const signedIn = acting(world, R1, 'dana@example.com', 0);
    world
      .does(
        0,
        {
          account,
          identity: {
            type: 'SAMLUser',
            principalId: 'ExampleNameQualifier=:dana@example.com',
            userName: 'dana@example.com',
            identityProvider: 'ExampleNameQualifier=',
          },
        },
        {
          source: 'sts',
          name: 'AssumeRoleWithSAML',
          params: {
            sAMLAssertionID: '_11111111-2222-4333-8444-555555555555',
            roleSessionName: 'dana@example.com',
            durationSeconds: 3600,
            roleArn: R1.arn,
            principalArn: `arn:aws:iam::${account}:saml-provider/Corporate`,
          },
          response: {
            subjectType: 'persistent',
            issuer: 'https://idp.example.com',
            subject: 'dana@example.com',
            audience: 'https://signin.aws.amazon.com/saml',
            nameQualifier: 'ExampleNameQualifier=',
            credentials: credentialsOf(signedIn.key, 0),
            assumedRoleUser: { assumedRoleId: signedIn.principalId, arn: signedIn.identity.arn ?? '' },
          },
        },
      )
      .does(9, signedIn, actions.listBuckets);
    const next = world.assumes(minute, signedIn, R2);
    const model = modelOf(world.records);
    assert.deepEqual(facts(holder(model, signedIn)), ['saml', 'exact', 0, false]);
    assert.equal(holder(model, signedIn).parent, undefined);
    assert.deepEqual([holder(model, next).kind, holder(model, next).depth], ['role', 1]);
  });

  it('row 11: Identity Center: a person of a permission set, whatever the portal logged beside', () => {
    const world = new World('row 11');
    const session = world.signsOn(0, 'dana@example.com');
    world.does(9, session, actions.listBuckets);
    const person: Caller = {
      account: other,
      identity: {
        type: 'IdentityCenterUser',
        accountId: other,
        onBehalfOf: {
          userId: '544894e8-80c1-707f-60e3-3ba6510dfac1',
          identityStoreArn: `arn:aws:identitystore::${other}:identitystore/d-9067642ac7`,
        },
        credentialId: 'EXAMPLEVHULjJdTUdPJfofVa1sufHDoj7aYcOYcxFVllWR_Whr1fEXAMPLE',
      },
    };
    for (const [at, name] of ['CreateToken', 'Federate', 'GetRoleCredentials'].entries()) {
      world.does(
        at,
        at === 1 ? unknownCaller(other) : person,
        actions.plain('sso', name, { role_name: 'Engineer', account_id: account }),
      );
    }
    const model = modelOf(world.records);
    const child = holder(model, session);
    assert.deepEqual(facts(child), ['sso', 'exact', 0, false]);
    assert.deepEqual([child.name, child.parent], ['dana@example.com', undefined]);
    assert.match(child.roleArn, /:role\/aws-reserved\/sso\.amazonaws\.com\/AWSReservedSSO_Engineer_/);
  });

  it('row 11: Identity Center: the sign-in is not in the logs; the reserved role says what it is', () => {
    const world = new World('row 11 unseen');
    const reserved = role(
      account,
      'AWSReservedSSO_Admin_0123456789abcdef',
      '/aws-reserved/sso.amazonaws.com/eu-west-1/',
    );
    const session = acting(world, reserved, 'dana@example.com', 0);
    world.does(9, session, actions.listBuckets);
    const child = holder(modelOf(world.records), session);
    assert.deepEqual(facts(child), ['sso', 'inferred', 0, false]);
    assert.equal(child.identityArn, reserved.arn, 'the role with its path, not as the session writes it');
  });

  it('row 12: GetSessionToken: the child stays a user, with a temporary key; no hop', () => {
    const world = new World('row 12');
    const token = getSessionToken(world.trail, {
      at: start,
      caller: world.alice,
      user: alice,
      origin: office,
      mfa: true,
    });
    world.records.push(...token.records);
    world.does(9, token.session, actions.listBuckets);
    const next = world.assumes(minute, token.session, R1);
    const model = modelOf(world.records);
    const child = holder(model, token.session);
    assert.deepEqual(facts(child), ['session-token', 'exact', 0, false]);
    assert.equal(parentOf(model, child), sessionWithKey(model, alicesKey));
    assert.equal(child.principalId, alice.id);
    assert.deepEqual([holder(model, next).kind, holder(model, next).depth], ['role', 1]);
  });

  it('row 12: GetSessionToken by the root user gives a root session below the root key', () => {
    const world = new World('row 12 root');
    const rootKey = longTermKey('root');
    const identity = { type: 'Root', principalId: account, arn: `arn:aws:iam::${account}:root`, accountId: account };
    const root: Caller = { account, identity: { ...identity, accessKeyId: rootKey } };
    const key = world.trail.temporaryKey();
    world
      .does(0, root, { source: 'sts', name: 'GetSessionToken', response: { credentials: credentialsOf(key, 0) } })
      .does(
        9,
        {
          account,
          identity: {
            ...identity,
            accessKeyId: key,
            sessionContext: { attributes: { creationDate: isoTime(start), mfaAuthenticated: 'false' } },
          },
        },
        actions.listBuckets,
      );
    const model = modelOf(world.records);
    const child = sessionWithKey(model, key);
    assert.deepEqual([child.kind, child.link, child.depth], ['root', 'exact', 0]);
    assert.equal(parentOf(model, child), sessionWithKey(model, rootKey));
  });

  it('row 13: GetFederationToken: a federated user of the account, issued by the user; no hop', () => {
    const world = new World('row 13');
    const token = getFederationToken(world.trail, {
      at: start,
      caller: world.alice,
      user: alice,
      name: 'mallory',
      policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
      origin: office,
    });
    world.records.push(...token.records);
    world.does(9, token.session, actions.listBuckets);
    const model = modelOf(world.records);
    const child = holder(model, token.session);
    assert.deepEqual(facts(child), ['federated-user', 'exact', 0, false]);
    assert.equal(parentOf(model, child), sessionWithKey(model, alicesKey));
    assert.deepEqual(
      [child.principalId, child.name, child.arn, child.identityArn],
      [`${account}:mallory`, 'mallory', `arn:aws:sts::${account}:federated-user/mallory`, alice.arn],
    );
  });

  it('row 13: GetFederationToken: known by its answer where nothing used it', () => {
    const world = new World('row 13 unused');
    const token = getFederationToken(world.trail, {
      at: start,
      caller: world.alice,
      user: alice,
      name: 'mallory',
      origin: office,
    });
    const child = holder(modelOf(token.records), token.session);
    assert.deepEqual(
      [child.kind, child.id, child.arn, child.rows.length],
      [
        'federated-user',
        `${account}|${account}:mallory|${isoTime(start)}`,
        `arn:aws:sts::${account}:federated-user/mallory`,
        0,
      ],
    );
  });

  it('row 13: GetFederationToken: linked by principal and creation time where keys are masked', () => {
    const world = new World('row 13 masked');
    const token = getFederationToken(world.trail, {
      at: start,
      caller: world.alice,
      user: alice,
      name: 'mallory',
      origin: office,
    });
    const use = world.trail.record(start + 9, token.session, actions.listBuckets, office);
    const { accessKeyId: _masked, ...identity } = use.userIdentity;
    const model = modelOf([...token.records, { ...use, userIdentity: { ...identity, accessKeyId: '***' } }]);
    const child = model.sessions.find(({ kind }) => kind === 'federated-user');
    assert.ok(child !== undefined);
    assert.deepEqual([child.link, child.rows.length, parentOf(model, child)?.name], ['session', 1, 'alice']);
  });

  it('row 14: AssumeRoot: root of a member account, one hop below whoever asked', () => {
    const world = new World('row 14');
    const admin = world.assumes(0, world.alice, R1);
    for (const target of [other, `arn:aws:iam::${other}:root`]) {
      const grant = assumeRoot(world.trail, start + minute, admin, target, 'IAMAuditRootUserCredentials', office);
      const root: Held = {
        ...grant.session,
        account: other,
        identity: {
          ...grant.session.identity,
          principalId: other,
          arn: `arn:aws:iam::${other}:root`,
          accountId: other,
        },
      };
      const model = modelOf([
        ...world.records,
        ...grant.records,
        world.trail.record(start + 2 * minute, root, actions.listBuckets, office),
      ]);
      const child = holder(model, root);
      assert.deepEqual(facts(child), ['assume-root', 'exact', 2, false]);
      assert.deepEqual([child.accountId, parentOf(model, child)], [other, holder(model, admin)]);
      const unused = holder(modelOf([...world.records, ...grant.records]), root);
      assert.deepEqual(
        [unused.kind, unused.accountId, unused.principalId, unused.depth],
        ['assume-root', other, other, 2],
        'known by its call where nothing used it',
      );
    }
  });

  describe('row 15: console sign-in', () => {
    it('row 15: console sign-in: twenty keys that nothing issued, one session, created at the sign-in', () => {
      for (const key of ['', undefined]) {
        const world = new World('row 15');
        const login = consoleLogin(world.trail, start, alice, office, 20);
        const records = login.records.map((record) => {
          const { accessKeyId: _empty, ...identity } = record.userIdentity;
          return { ...record, userIdentity: { ...identity, ...(key === undefined ? {} : { accessKeyId: key }) } };
        });
        login.keys.forEach((held, at) => world.does(5 + at, held, actions.plain('ec2', 'DescribeInstances')));
        const model = modelOf([...records, ...world.records]);
        assert.equal(model.sessions.length, 1);
        const [session] = model.sessions;
        assert.ok(session !== undefined);
        assert.deepEqual(facts(session), ['console', 'console', 0, false]);
        assert.deepEqual([session.keys.length, session.rows.length, session.parent], [20, 21, undefined]);
        assert.equal(session.creationDate, start * 1000);
      }
    });

    it('row 15: console sign-in: two seconds from the creation time it is the sign-in, three seconds not', () => {
      for (const [after, link] of [
        [2, 'console'],
        [3, 'inferred'],
      ] as const) {
        const world = new World('row 15 late');
        const login = consoleLogin(world.trail, start + after, alice, office, 0);
        const held = consoleUser(alice, world.trail.temporaryKey(), start, true);
        world.does(60, held, actions.plain('ec2', 'DescribeInstances'), { ...office, fromConsole: true });
        const session = holder(modelOf([...login.records, ...world.records]), held);
        assert.deepEqual([session.kind, session.link], ['console', link]);
      }
    });

    it('row 15: console sign-in: the root user signs in as others do', () => {
      const world = new World('row 15 root');
      const identity = { type: 'Root', principalId: account, arn: `arn:aws:iam::${account}:root`, accountId: account };
      const key = world.trail.temporaryKey();
      world
        .does(
          0,
          { account, identity: { ...identity, accessKeyId: '' } },
          {
            source: 'signin',
            name: 'ConsoleLogin',
            response: { ConsoleLogin: 'Success' },
            additional: { LoginTo: 'https://console.aws.amazon.com/', MobileVersion: 'No', MFAUsed: 'No' },
            type: 'AwsConsoleSignIn',
          },
        )
        .does(
          60,
          {
            account,
            identity: {
              ...identity,
              accessKeyId: key,
              sessionContext: { attributes: { creationDate: isoTime(start), mfaAuthenticated: 'false' } },
            },
          },
          actions.listBuckets,
        );
      const model = modelOf(world.records);
      assert.deepEqual(facts(sessionWithKey(model, key)), ['root', 'console', 0, false]);
      assert.equal(model.sessions.length, 1);
    });
  });

  it('row 16: Switch Role: three records, one hop; the keys used are not the issued one', () => {
    const world = new World('row 16');
    const login = consoleLogin(world.trail, start, alice, office, 2);
    const [held] = login.keys;
    assert.ok(held !== undefined);
    world.does(9, held, actions.plain('ec2', 'DescribeInstances'));
    const away = role(other, 'Auditor');
    const switched = switchRole(world.trail, start + 600, held, alice, away, office, 3);
    assert.equal(switched.records.length, 3);
    const uses = switched.keys.map((key) => world.trail.record(start + 630, key, actions.listBuckets, office));
    const model = modelOf([...login.records, ...world.records, ...switched.records, ...uses]);
    const child = holder(model, switched.keys[0] as Held);
    assert.deepEqual(facts(child), ['role', 'session', 1, false]);
    assert.equal(parentOf(model, child), holder(model, held));
    assert.equal(new Set(switched.keys.map((key) => holder(model, key))).size, 1);
    assert.equal(child.rows.length, 4, 'the three uses, and the record that alone has the address of the person');
    assert.equal(model.sessions.length, 2);
  });

  it('row 16: Switch Role: its own record is enough where the accounts that logged the rest are not there', () => {
    const world = new World('row 16 alone');
    const held = consoleUser(alice, world.trail.temporaryKey(), start, true);
    const switched = switchRole(world.trail, start + 600, held, alice, role(other, 'Auditor'), office, 1);
    const use = world.trail.record(start + 630, switched.keys[0] as Held, actions.listBuckets, office);
    const model = modelOf([...switched.records.slice(2), use]);
    const child = holder(model, switched.keys[0] as Held);
    assert.deepEqual([child.link, child.via, child.depth], ['console', 'switch-role', 1]);
  });

  it('row 16: Switch Role: one session also where nothing used it and its record sorts before the assumption', () => {
    for (const eventID of ['00000000-0000-4000-8000-000000000001', 'ffffffff-0000-4000-8000-000000000001']) {
      const world = new World('row 16 unused');
      const held = consoleUser(alice, world.trail.temporaryKey(), start, true);
      const switched = switchRole(world.trail, start + 600, held, alice, role(other, 'Auditor'), office, 0);
      const [called, twin, record] = switched.records;
      const model = modelOf(
        [called, twin, { ...record, eventID, additionalEventData: {} }].filter((each) => each !== undefined),
      );
      const children = model.sessions.filter(({ depth }) => depth === 1);
      assert.deepEqual(
        children.map(({ link, rows, issuances }) => [link, rows.length, issuances.length]),
        [['session', 1, 2]],
      );
      assert.equal(children[0]?.parent !== undefined, true);
    }
  });

  it('row 16: Switch Role: a record that does not say who switched contradicts none that does', () => {
    const world = new World('row 16 twice');
    const held = consoleUser(alice, world.trail.temporaryKey(), start, true);
    world.does(9, held, actions.plain('ec2', 'DescribeInstances'));
    const switched = switchRole(world.trail, start + 600, held, alice, role(other, 'Auditor'), office, 1);
    const [record] = switched.records.slice(2);
    const silent = { ...record, eventID: '0a0a0a0a-0000-4000-8000-000000000002', additionalEventData: {} };
    const use = world.trail.record(start + 630, switched.keys[0] as Held, actions.listBuckets, office);
    const model = modelOf([...world.records, silent, use, ...switched.records.slice(2)]);
    const child = holder(model, switched.keys[0] as Held);
    assert.deepEqual([child.link, parentOf(model, child)], ['console', holder(model, held)]);
  });

  it('row 17: a console session out of API credentials hangs below the session that made it; no hop', () => {
    for (const grantOf of ['role', 'federated'] as const) {
      const world = new World(`row 17 ${grantOf}`);
      let api: Held;
      if (grantOf === 'role') {
        api = world.assumes(0, world.alice, R1, office, 'dana');
      } else {
        const token = getFederationToken(world.trail, {
          at: start,
          caller: world.alice,
          user: alice,
          name: 'mallory',
          origin: office,
        });
        world.records.push(...token.records);
        api = token.session;
      }
      const signIn = (name: string, response: JsonObject) =>
        ({ source: 'signin', name, response, readOnly: false, type: 'AwsConsoleSignIn' }) as const;
      const { accessKeyId: _used, sessionContext, ...identity } = api.identity;
      const inConsole: Held = {
        ...api,
        key: world.trail.temporaryKey(),
        identity: {
          ...identity,
          sessionContext: {
            ...(sessionContext as JsonObject),
            attributes: { creationDate: isoTime(start + 310), mfaAuthenticated: 'false' },
          },
        },
      };
      world
        .does(300, api, signIn('GetSigninToken', { GetSigninToken: 'Success' }))
        .does(310, { account, identity }, signIn('ConsoleLogin', { ConsoleLogin: 'Success' }))
        .does(
          330,
          { account, identity: { ...inConsole.identity, accessKeyId: inConsole.key } },
          actions.plain('ec2', 'DescribeInstances'),
        );
      const model = modelOf(world.records);
      const child = holder(model, inConsole);
      assert.equal(child.link, 'console');
      assert.equal(parentOf(model, child), holder(model, api));
      assert.equal(child.depth, holder(model, api).depth);
      assert.equal(child.via, 'console-login');
    }
  });

  it('row 18: CreateAccessKey: the lineage goes on, hops start anew; a user may make a key for itself', () => {
    for (const ownKey of [false, true]) {
      const world = new World('row 18');
      const session = world.assumes(0, world.alice, R1);
      const made = createAccessKey(world.trail, {
        at: start + minute,
        caller: ownKey ? world.alice : session,
        owner: ownKey ? alice : user(account, 'bob'),
        key: longTermKey('made'),
        origin: office,
        ownKey,
      });
      world.records.push(...made.records);
      world.does(2 * minute, made.session, actions.listBuckets);
      const model = modelOf(world.records);
      const child = sessionWithKey(model, longTermKey('made'));
      assert.deepEqual(facts(child), ['long-term-key', 'exact', 0, false]);
      assert.deepEqual([child.via, child.explanation.rule], ['created-key', 'created-key']);
      assert.equal(parentOf(model, child), ownKey ? sessionWithKey(model, alicesKey) : holder(model, session));
      assert.equal(child.root, sessionWithKey(model, alicesKey).index);
    }
  });

  it('row 19: IAM Roles Anywhere: the answer is a list; a certificate is the root of its lineage', () => {
    const world = new World('row 19');
    const serial = '00c2a5f3b1e08d7746';
    const held = acting(world, R1, serial, 0, { sourceIdentity: 'CN=build-server' });
    world
      .does(0, unknownCaller(account), {
        source: 'rolesanywhere',
        name: 'CreateSession',
        params: { roleArn: R1.arn, durationSeconds: 3600, cert: 'MIIDEXAMPLE' },
        response: {
          credentialSet: [
            {
              assumedRoleUser: { assumedRoleId: held.principalId, arn: held.identity.arn ?? '' },
              credentials: credentialsOf(held.key, 0),
              packedPolicySize: 0,
              roleArn: R1.arn,
              sourceIdentity: 'CN=build-server',
            },
          ],
          subjectArn: `arn:aws:rolesanywhere:us-east-1:${account}:subject/11111111-2222-4333-8444-555555555555`,
        },
      })
      .does(9, held, actions.listBuckets);
    const next = world.assumes(minute, held, R2);
    const model = modelOf(world.records);
    const child = holder(model, held);
    assert.deepEqual(facts(child), ['roles-anywhere', 'exact', 0, false]);
    assert.deepEqual([child.name, child.sourceIdentity, child.parent], [serial, 'CN=build-server', undefined]);
    assert.equal(holder(model, next).depth, 1);
  });

  it('row 21: Cognito: an identity pool hands out a role to nobody in particular', () => {
    const world = new World('row 21');
    const held = acting(world, R1, 'CognitoIdentityCredentials', 0);
    world
      .does(0, unknownCaller(account), {
        source: 'cognito-identity',
        name: 'GetCredentialsForIdentity',
        params: { identityId: 'us-east-1:11111111-2222-4333-8444-555555555555' },
        response: {
          identityId: 'us-east-1:11111111-2222-4333-8444-555555555555',
          credentials: credentialsOf(held.key, 0),
        },
      })
      .does(9, held, actions.listBuckets);
    const model = modelOf(world.records);
    assert.deepEqual(facts(holder(model, held)), ['cognito', 'exact', 0, false]);
    assert.equal(holder(model, held).parent, undefined);
  });

  it('row 22: aws login: what it hands out looks like a console session, and is refreshed within it', () => {
    const world = new World('row 22');
    const login = consoleLogin(world.trail, start - 600, alice, office, 1);
    const [browser] = login.keys;
    assert.ok(browser !== undefined);
    world.records.push(...login.records);
    const signIn = (name: string) =>
      ({
        source: 'signin',
        name,
        readOnly: false,
        type: 'AwsApiCall',
        params: { client_id: 'arn:aws:signin:::devtools/same-device' },
      }) as const;
    const held = [0, 1].map(() => consoleUser(alice, world.trail.temporaryKey(), start, true));
    const bare = consoleUser(alice, '', start, true).identity;
    world
      .does(-5, browser, signIn('AuthorizeOAuth2Access'))
      .does(0, { account, identity: { ...bare, accessKeyId: '' } }, signIn('CreateOAuth2Token'))
      .does(9, held[0] as Held, actions.listBuckets)
      .does(900, { account, identity: { ...bare, accessKeyId: '' } }, signIn('CreateOAuth2Token'))
      .does(909, held[1] as Held, actions.listBuckets);
    const model = modelOf(world.records);
    const child = holder(model, held[0] as Held);
    assert.deepEqual(facts(child), ['console', 'console', 0, false]);
    assert.equal(child, holder(model, held[1] as Held), 'one login, two keys');
    assert.equal(model.sessions.length, 2, 'what was refreshed is no session of its own');
    assert.equal(parentOf(model, child), holder(model, browser), 'the browser that allowed it');
  });

  it('row 26: a phantom user of a service is a user of its own, not the session that made its credential', () => {
    const world = new World('row 26');
    const phantom = user(account, 'BedrockAPIKey-x7q2');
    const session = world.assumes(0, world.alice, R1);
    world
      .createsUser(minute, session, phantom)
      .does(minute + 1, session, {
        ...actions.plain(
          'iam',
          'CreateServiceSpecificCredential',
          { userName: phantom.name, serviceName: 'bedrock.amazonaws.com' },
          {
            serviceSpecificCredential: {
              userName: phantom.name,
              serviceName: 'bedrock.amazonaws.com',
              serviceSpecificCredentialId: 'ACCAEXAMPLE123EXAMPLE',
              status: 'Active',
            },
          },
        ),
      })
      .does(
        2 * minute,
        {
          account,
          identity: {
            type: 'IAMUser',
            principalId: phantom.id,
            arn: phantom.arn,
            accountId: account,
            userName: phantom.name,
          },
        },
        actions.plain('bedrock', 'InvokeModel', { modelId: 'example' }),
      );
    const model = modelOf(world.records);
    const used = model.sessions.find(({ principalId }) => principalId === phantom.id);
    assert.deepEqual([used?.name, used?.rows.length, used?.depth], [phantom.name, 1, 0]);
    assert.deepEqual(holder(model, session).rows.length, 2);
    assert.ok(
      model.issuances.every(
        ({ row }) => model.events.actions[model.events.action[row] ?? -1]?.eventName === 'AssumeRole',
      ),
    );
  });
});
