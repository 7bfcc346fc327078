/**
 * Every way in which AWS hands out a credential, one row of the project's table each: the records that issue it and the
 * records of its use, through the scanner and the linker. Here roles that are assumed by principals and delivered by
 * services (rows 1 to 9, 20, 23 to 25). Rows whose records are in no public log are shaped after the AWS reference.
 */
import assert from 'node:assert/strict';
import {
  actions,
  assumeRole,
  assumeRoleForPodIdentity,
  deliver,
  deliverToInstance,
  getSessionToken,
  instanceIdentity,
  isoTime,
  role,
  serviceOrigin,
  stsDate,
  throughService,
  type Caller,
  type JsonObject,
} from '../../../../scripts/sample/records';
import type { LineageModel } from '../../../../src/engine/lineage/model';
import { eventIdAt } from '../../../../src/engine/lineage/table';
import { modelOf, sessionWithKey } from '../support/files';
import {
  account,
  alice,
  alicesKey,
  from,
  instanceId,
  minute,
  office,
  other,
  R1,
  R2,
  start,
  World,
} from '../support/world';
import { acting, credentialsOf, eventIdOf, facts, holder, issuedBy, parentOf } from './issuing-facts';

describe('the ways in which a role is handed out', () => {
  it('row 1: AssumeRole by an IAM user: the issued key acts, created when it was issued', () => {
    const world = new World('row 1');
    const session = world.assumes(0, world.alice, R1);
    world.does(minute, session, actions.listBuckets);
    const model = modelOf(world.records);
    const child = holder(model, session);
    assert.deepEqual(facts(child), ['role', 'exact', 1, false]);
    assert.equal(parentOf(model, child), sessionWithKey(model, alicesKey));
    assert.deepEqual(
      [child.roleArn, child.principalId, child.creationDate, child.expiresAt, child.rows.length],
      [R1.arn, session.principalId, start * 1000, (start + 3600) * 1000, 1],
    );
    assert.equal(child.explanation.rule, 'issued-key');
  });

  it('row 1: the caller may itself hold a temporary key of its user', () => {
    const world = new World('row 1 with MFA');
    const token = getSessionToken(world.trail, {
      at: start,
      caller: world.alice,
      user: alice,
      origin: office,
      mfa: true,
    });
    const grant = assumeRole(world.trail, {
      at: start + 9,
      caller: token.session,
      role: R1,
      name: 'one',
      origin: office,
    });
    const model = modelOf([...token.records, ...grant.records]);
    assert.equal(parentOf(model, holder(model, grant.session)), holder(model, token.session));
  });

  it('row 2: AssumeRole by a role: one hop deeper', () => {
    const world = new World('row 2');
    const first = world.assumes(0, world.alice, R1);
    const second = world.assumes(minute, first, R2);
    world.does(2 * minute, second, actions.listBuckets);
    const model = modelOf(world.records);
    assert.deepEqual(facts(holder(model, second)), ['role', 'exact', 2, false]);
    assert.equal(parentOf(model, holder(model, second)), holder(model, first));
  });

  it('row 3: a role delivered to a service, which then calls without a key', () => {
    for (const withAssumedRoleUser of [true, false]) {
      const world = new World('row 3');
      const grant = deliver(world.trail, {
        at: start,
        service: 'rds',
        role: R1,
        name: 'monitoring',
        minutes: 60,
        withAssumedRoleUser,
      });
      const use = world.trail.record(
        start + 5,
        throughService(grant.session, 'rds', null),
        actions.listBuckets,
        serviceOrigin('rds'),
      );
      const model = modelOf([...grant.records, use]);
      assert.equal(model.sessions.length, 1, 'the service itself is no session');
      const [session] = model.sessions;
      assert.ok(session !== undefined);
      assert.deepEqual(facts(session), ['service', 'session', 0, false]);
      assert.deepEqual([session.parent, session.rows.length], [undefined, 1]);
    }
  });

  it('row 3: a role delivered to a service that nothing used is no session: services are handed roles all day', () => {
    const world = new World('row 3 unused');
    const grant = deliver(world.trail, {
      at: start,
      service: 'config',
      role: R1,
      name: 'AWSConfig-Describe',
      minutes: 60,
      withAssumedRoleUser: true,
    });
    const model = modelOf(grant.records);
    assert.deepEqual([model.sessions.length, model.issuances.length], [0, 1]);
  });

  it('row 4: an instance profile: two keys in one second are one session of the instance', () => {
    const world = new World('row 4');
    const grant = world.delivers(0);
    world.does(9, grant.v1, actions.listBuckets).does(9, grant.v2, actions.listBuckets);
    const model = modelOf(world.records);
    const session = holder(model, grant.v1);
    assert.deepEqual(facts(session), ['ec2-instance', 'exact', 0, false]);
    assert.deepEqual(session.keys, [grant.v1.key, grant.v2.key].sort());
    assert.deepEqual([session.instanceId, session.issuances.length, model.sessions.length], [instanceId, 2, 1]);
  });

  it('row 4: without the delivery, ec2RoleDelivery says that it is an instance', () => {
    const world = new World('row 4 unseen');
    const grant = deliverToInstance(world.trail, start, R1, instanceId);
    world.does(9, grant.v2, actions.listBuckets);
    const session = holder(modelOf(world.records), grant.v2);
    assert.deepEqual(facts(session), ['ec2-instance', 'inferred', 0, false]);
  });

  it('row 5: the identity of an instance has a principal of several colons', () => {
    const world = new World('row 5');
    const identity = instanceIdentity(account, instanceId, world.trail.temporaryKey(), start);
    world.does(9, identity, actions.heartbeat(instanceId));
    const session = holder(modelOf(world.records), identity);
    assert.deepEqual(facts(session), ['ec2-instance', 'inferred', 0, false]);
    assert.deepEqual(
      [session.name, session.instanceId, session.roleArn],
      [instanceId, instanceId, `arn:aws:iam::${account}:role/aws:ec2-instance`],
    );
  });

  it('row 5: the principal alone says so; a managed node is one that is no instance', () => {
    const world = new World('row 5 alone');
    const identity = instanceIdentity(account, instanceId, world.trail.temporaryKey(), start);
    const { ec2RoleDelivery: _unsaid, ...context } = identity.identity['sessionContext'] as JsonObject;
    const bare = { account, identity: { ...identity.identity, sessionContext: context } };
    const node = acting(world, R1, 'mi-0123456789abcdef0', 0, { ec2RoleDelivery: '2.0' });
    world.does(9, bare, actions.heartbeat(instanceId)).does(9, node, actions.listBuckets);
    const model = modelOf(world.records);
    assert.deepEqual(
      [identity, node].map((held) => [holder(model, held).kind, holder(model, held).instanceId]),
      [
        ['ec2-instance', instanceId],
        ['ssm-hybrid', 'mi-0123456789abcdef0'],
      ],
    );
  });

  it('row 6: Lambda: delivered under a name of its own, live under the name of the function', () => {
    const world = new World('row 6');
    const grant = deliver(world.trail, {
      at: start,
      service: 'lambda',
      role: R1,
      name: 'awslambda_7_20250512080000123',
      minutes: 120,
      withAssumedRoleUser: false,
    });
    world.records.push(...grant.records);
    world.does(5, grant.session, actions.listBuckets);
    const live = acting(world, R2, 'resize-images', 0);
    world.does(5, live, actions.listBuckets, from('198.51.100.9', 'Boto3/1.34 exec-env/AWS_Lambda_python3.12'));
    const model = modelOf(world.records);
    assert.deepEqual(facts(holder(model, grant.session)), ['lambda', 'exact', 0, false]);
    assert.deepEqual(facts(holder(model, live)).slice(0, 3), ['lambda', 'inferred', 0]);
  });

  describe('row 7: workloads that services run', () => {
    const deliveries = [
      ['ecs-tasks', '0123456789abcdef0123456789abcdef', 'ecs-task'],
      ['codebuild', 'AWSCodeBuild-11111111-2222-4333-8444-555555555555', 'workload'],
      ['glue', 'GlueJobRunnerSession', 'workload'],
      ['sagemaker', 'SageMaker', 'workload'],
      ['tasks.apprunner', 'AppRunner', 'workload'],
    ] as const;
    for (const [service, name, kind] of deliveries) {
      it(`row 7: ${service} delivers, used or not`, () => {
        for (const used of [true, false]) {
          const world = new World(`row 7 ${service}`);
          const grant = deliver(world.trail, {
            at: start,
            service,
            role: R1,
            name,
            minutes: 60,
            withAssumedRoleUser: true,
          });
          world.records.push(...grant.records);
          if (used) {
            world.does(5, grant.session, actions.listBuckets);
          }
          const session = holder(modelOf(world.records), grant.session);
          assert.deepEqual([session.kind, session.depth, session.depthIsMinimum], [kind, 0, false]);
          assert.equal(session.parent, undefined);
        }
      });
    }

    it('row 7: a task whose delivery is not in the logs is known by its user agent, inferred', () => {
      for (const engine of ['AWS_ECS_FARGATE', 'AWS_ECS_EC2']) {
        const world = new World('row 7 unseen');
        const task = acting(world, R1, '0123456789abcdef0123456789abcdef', 0);
        world.does(5, task, actions.listBuckets, from('198.51.100.9', `aws-sdk-go-v2/1.30 exec-env/${engine}`));
        assert.deepEqual(facts(holder(modelOf(world.records), task)).slice(0, 3), ['ecs-task', 'inferred', 0]);
      }
    });
  });

  it('row 8: OIDC: a service account of EKS is a pod, a pipeline is a web identity; neither is a hop', () => {
    const world = new World('row 8');
    const pipeline = world.pipeline(0, R2, 'deploy');
    world.does(9, pipeline, actions.listBuckets);
    const issuer = 'oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E';
    const provider = `arn:aws:iam::${account}:oidc-provider/${issuer}`;
    const subject = 'system:serviceaccount:shop:checkout';
    const pod = acting(world, R1, 'botocore-session-1', 0, {
      webIdFederationData: { federatedProvider: provider, attributes: {} },
    });
    world
      .does(
        0,
        {
          account,
          identity: {
            type: 'WebIdentityUser',
            principalId: `${provider}:sts.amazonaws.com:${subject}`,
            userName: subject,
            identityProvider: provider,
          },
        },
        {
          source: 'sts',
          name: 'AssumeRoleWithWebIdentity',
          params: { roleArn: R1.arn, roleSessionName: 'botocore-session-1' },
          response: {
            subjectFromWebIdentityToken: subject,
            provider,
            audience: 'sts.amazonaws.com',
            credentials: credentialsOf(pod.key, 0),
            assumedRoleUser: { assumedRoleId: pod.principalId, arn: pod.identity.arn ?? '' },
          },
        },
      )
      .does(9, pod, actions.listBuckets);
    const model = modelOf(world.records);
    assert.deepEqual(facts(holder(model, pod)), ['eks-pod', 'exact', 0, false]);
    assert.deepEqual(facts(holder(model, pipeline)), ['web-identity', 'exact', 0, false]);
    assert.equal(model.sessions.length, 2, 'who shows a token of a provider is no session');
  });

  describe('row 9: EKS Pod Identity', () => {
    const cluster = 'shop';
    const pods = (name: string) => {
      const world = new World(name);
      const node = world.delivers(-minute).v2;
      const grant = assumeRoleForPodIdentity(world.trail, start, node, R1, cluster, 'checkout', office);
      const use = world.trail.record(start + 9, grant.session, actions.listBuckets, office);
      return { world, node, grant, use };
    };

    it('row 9: EKS Pod Identity: the delivery has the key, the call of the node has asked for it', () => {
      const { world, node, grant, use } = pods('row 9');
      const [asked, delivered] = grant.records;
      const model = modelOf([...world.records, ...grant.records, use]);
      const pod = holder(model, grant.session);
      assert.deepEqual(facts(pod), ['eks-pod', 'exact', 0, false]);
      assert.deepEqual(issuedBy(model, pod), [eventIdOf(delivered)]);
      const issuance = model.issuances[pod.issuances[0] ?? -1];
      assert.equal(eventIdAt(model.events, issuance?.requestRow ?? -1), eventIdOf(asked));
      const requester = model.sessions[model.events.session[issuance?.requestRow ?? -1] ?? -1];
      assert.equal(requester, holder(model, node), 'the node whose session asked');
    });

    it('row 9: EKS Pod Identity: two seconds apart they belong together, three seconds or another cluster not', () => {
      const { world, grant } = pods('row 9 apart');
      const [asked, sent] = grant.records;
      const params = sent?.requestParameters;
      const delivered = {
        ...sent,
        requestParameters: { ...params, tags: [...((params?.['tags'] ?? []) as JsonObject[])].reverse() },
      };
      const joined = (record: object | undefined): boolean => {
        const model = modelOf([...world.records, ...[record, delivered].filter((each) => each !== undefined)]);
        return model.issuances.find(({ service }) => service.startsWith('pods.eks'))?.requestRow !== undefined;
      };
      assert.ok(joined({ ...asked, eventTime: isoTime(start - 2) }));
      assert.ok(joined({ ...asked, eventTime: isoTime(start + 2) }));
      assert.ok(!joined({ ...asked, eventTime: isoTime(start - 3) }));
      assert.ok(!joined({ ...asked, eventTime: isoTime(start + 3) }));
      assert.ok(!joined({ ...asked, requestParameters: { clusterName: 'warehouse' } }));
      assert.ok(!joined(undefined));
    });

    it('row 9: EKS Pod Identity: of two nodes that asked in that second none is chosen', () => {
      const { world, grant } = pods('row 9 two nodes');
      const [asked, delivered] = grant.records;
      const second = world.delivers(-minute, 'i-0fedcba9876543210').v2;
      const again = { ...asked, eventID: '0a0a0a0a-0000-4000-8000-000000000001', userIdentity: second.identity };
      const model = modelOf([...world.records, asked, again, delivered].filter((each) => each !== undefined));
      const pod = holder(model, grant.session);
      assert.equal(model.issuances[pod.issuances[0] ?? -1]?.requestRow, undefined);
    });

    it('row 9: EKS Pod Identity: without the delivery the name of the session tells, inferred', () => {
      const { grant, use } = pods('row 9 unseen');
      assert.deepEqual(facts(holder(modelOf([use]), grant.session)).slice(0, 3), ['eks-pod', 'inferred', 0]);
    });
  });

  it('row 20: a cross-account call is logged twice and is one issuance; a user and a role may call', () => {
    for (const chained of [false, true]) {
      const world = new World('row 20');
      const caller = chained ? world.assumes(0, world.alice, R1) : world.alice;
      const visit = world.assumes(minute, caller, role(other, 'Away'));
      world.does(2 * minute, visit, actions.listBuckets);
      const model = modelOf(world.records);
      const child = holder(model, visit);
      assert.deepEqual(facts(child), ['role', 'twin', chained ? 2 : 1, false]);
      assert.deepEqual([child.accountId, child.issuances.length, child.explanation.rule], [other, 1, 'twin']);
      const issuance = model.issuances[child.issuances[0] ?? -1];
      assert.equal(model.events.callers[model.events.caller[issuance?.row ?? -1] ?? -1]?.type, caller.identity.type);
      assert.equal(issuance?.twinRows.length, 1);
    }
  });

  it('row 20: the copy of the role’s account is in the session that called, of two of one name that were at work', () => {
    for (const caller of [0, 1]) {
      const world = new World('row 20 two');
      const held = [0, 600].map((at) => world.assumes(at, world.alice, R1, office, 'same'));
      const [mine, others] = caller === 0 ? held : [...held].reverse();
      assert.ok(mine !== undefined && others !== undefined);
      world.does(900, others, actions.listBuckets).does(900, mine, actions.listBuckets);
      world.assumes(900, mine, role(other, 'Away'));
      const model = modelOf(world.records);
      assert.deepEqual(
        [mine, others].map((each) => holder(model, each).rows.length),
        [3, 1],
      );
    }
  });

  it('row 23: outbound federation: the token that a session asked for assumes a role elsewhere; one hop', () => {
    const world = new World('row 23');
    const asker = world.assumes(0, world.alice, R1);
    const away = role(other, 'Partner');
    const held = acting(world, away, 'partner', minute + 5);
    const token = '11111111-2222-4333-8444-555555555555';
    const issuer = 'https://11111111-2222-4333-8444-555555555555.tokens.sts.global.api.aws';
    world.does(minute, asker, {
      source: 'sts',
      name: 'GetWebIdentityToken',
      params: { audience: ['https://partner.example'], signingAlgorithm: 'ES384' },
      response: { webIdentityTokenId: token, expiration: stsDate(start + minute + 300) },
    });
    const assumption = (id: string) => ({
      source: 'sts',
      name: 'AssumeRoleWithWebIdentity',
      params: { roleArn: away.arn, roleSessionName: 'partner', webIdentityTokenId: id },
      response: {
        credentials: credentialsOf(held.key, minute + 5),
        assumedRoleUser: { assumedRoleId: held.principalId, arn: held.identity.arn ?? '' },
        provider: issuer,
      },
    });
    const partner: Caller = {
      account: other,
      identity: { type: 'WebIdentityUser', principalId: `${issuer}:partner:${R1.arn}`, identityProvider: issuer },
    };
    const use = world.trail.record(start + minute + 9, held, actions.listBuckets, office);
    const assumed = (id: string): LineageModel =>
      modelOf([...world.records, world.trail.record(start + minute + 5, partner, assumption(id), office), use]);
    const model = assumed(token);
    assert.deepEqual(
      [holder(model, held).link, holder(model, held).depth, parentOf(model, holder(model, held))],
      ['exact', 2, holder(model, asker)],
    );
    const unknown = assumed('22222222-2222-4333-8444-555555555555');
    assert.deepEqual(
      [holder(unknown, held).link, holder(unknown, held).depth, holder(unknown, held).parent],
      ['exact', 0, undefined],
      'a token of somebody else is a first login',
    );
  });

  describe('what is known of a session whose issuing record is not in the logs', () => {
    const federated = (provider: string): JsonObject => ({
      webIdFederationData: { federatedProvider: provider, attributes: {} },
    });
    const arn = `arn:aws:iam::${account}:`;
    const unseen: readonly (readonly [string, string, JsonObject, string, boolean])[] = [
      ['row 8: a pod', 's', federated(`${arn}oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/X`), 'eks-pod', false],
      [
        'row 8: a pipeline',
        's',
        federated(`${arn}oidc-provider/token.actions.githubusercontent.com`),
        'web-identity',
        false,
      ],
      ['row 10: a login by SAML', 's', federated(`${arn}saml-provider/Corporate`), 'saml', false],
      ['row 21: an identity pool', 's', federated('cognito-identity.amazonaws.com'), 'cognito', false],
      ['row 21: the name that identity pools give', 'CognitoIdentityCredentials', {}, 'cognito', true],
      ['row 2: nothing', 's', {}, 'role', true],
    ];
    for (const [what, name, context, kind, minimum] of unseen) {
      it(what, () => {
        const world = new World(what);
        const held = acting(world, R1, name, 0, context);
        world.does(9, held, actions.listBuckets);
        assert.deepEqual(facts(holder(modelOf(world.records), held)), [kind, 'inferred', 0, minimum]);
      });
    }

    it('row 15: a root user who signed in somewhere', () => {
      const world = new World('row 15 unseen');
      const attributes = { creationDate: isoTime(start), mfaAuthenticated: 'true' };
      const root = { type: 'Root', principalId: account, arn: `arn:aws:iam::${account}:root`, accountId: account };
      const key = world.trail.temporaryKey();
      world.does(
        9,
        { account, identity: { ...root, accessKeyId: key, sessionContext: { attributes } } },
        actions.listBuckets,
      );
      assert.deepEqual(facts(holder(modelOf(world.records), { key })), ['root', 'inferred', 0, true]);
    });

    it('row 3: a service that calls with a role and no key', () => {
      const world = new World('row 3 unseen');
      const held = throughService(acting(world, R1, 'monitoring', 0), 'rds', null);
      world.does(9, held, actions.listBuckets, serviceOrigin('rds'));
      const [session] = modelOf(world.records).sessions;
      assert.deepEqual([session?.kind, session?.depth, session?.depthIsMinimum], ['service', 0, false]);
    });
  });

  it('row 24: a call that a service makes for a principal is that principal’s, whatever key it shows', () => {
    const world = new World('row 24');
    const session = world.assumes(0, world.alice, R1, office, 'app');
    world.does(minute, session, actions.getSecretValue(account, 'db'));
    const synthetic = throughService(acting(world, R1, 'app', minute), 'secretsmanager');
    world.does(minute + 1, synthetic, actions.decrypt(account, 'k', {}), serviceOrigin('secretsmanager'));
    const model = modelOf(world.records);
    assert.equal(model.sessions.length, 2);
    assert.equal(holder(model, session).rows.length, 2);
    assert.equal(model.sessionByKey.has(synthetic.identity.accessKeyId ?? ''), false, 'nobody can hold that key');
  });

  it('row 25: work of a service-linked role: delivered, keyless, no hop', () => {
    const world = new World('row 25');
    const linked = role(account, 'AWSServiceRoleForConfig', '/aws-service-role/config.amazonaws.com/');
    const grant = deliver(world.trail, {
      at: start,
      service: 'config',
      role: linked,
      name: 'configLambdaExecution',
      minutes: 60,
      withAssumedRoleUser: true,
    });
    world.records.push(...grant.records);
    world.does(5, throughService(grant.session, 'config', null), actions.listBuckets, serviceOrigin('config'));
    const model = modelOf(world.records);
    assert.equal(model.sessions.length, 1);
    const [session] = model.sessions;
    assert.ok(session !== undefined);
    assert.deepEqual(facts(session), ['service-linked', 'session', 0, false]);
    assert.deepEqual([session.roleArn, session.rows.length, session.parent], [linked.arn, 1, undefined]);
  });

  it('takes every kind of caller that AWS names, one that it does not name, and none', () => {
    const types = [
      ...['Root', 'IAMUser', 'AssumedRole', 'Role', 'FederatedUser', 'Directory', 'AWSAccount', 'AWSService'],
      ...['SAMLUser', 'WebIdentityUser', 'IdentityCenterUser', 'Unknown', 'FutureUser', undefined],
    ];
    const world = new World('types');
    types.forEach((type, at) => {
      world.does(at, { account, identity: type === undefined ? {} : { type } }, actions.listBuckets);
    });
    const service = world.trail.record(start, { account, identity: {} }, actions.listBuckets, office);
    world.records.push({
      ...service,
      eventType: 'AwsServiceEvent',
      userIdentity: { accountId: account, invokedBy: 'kms.amazonaws.com' },
    });
    const { userIdentity: _none, ...nobody } = world.trail.record(start, world.alice, actions.listBuckets, office);
    const model = modelOf([...world.records, nobody, { ...nobody, eventID: 'x', userIdentity: null }]);
    assert.equal(model.events.count, types.length + 3);
    assert.deepEqual(model.sessions, [], 'nobody of them can be told from another');
  });
});
