/** What the generated policies do, judged by a simulator of IAM that is not ours. */
import assert from 'node:assert/strict';
import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { emptyCase } from '../../../../src/engine/case-settings';
import { lintPolicy, policySize, sizeLimits } from '../../../../src/engine/remediate/lint-policy';
import {
  denyOlderSessions,
  document,
  effectPlaceholder,
  fillTemplate,
  timePlaceholder,
} from '../../../../src/engine/remediate/policy';
import type { RemediationPlan } from '../../../../src/engine/remediate/remediation';
import { scpDocuments } from '../../../../src/engine/remediate/scp';
import { actions, roleSession, Trail, utc } from '../../../../scripts/sample/records';
import { modelOf } from '../support/files';
import { ACCOUNT, chainPlan, fileText, instanceRecords, INSTANCE, planOf } from './fixture';

const applied = '2023-07-10T13:00:00Z';
const before = '2023-07-10T12:00:00Z';
const after = '2023-07-10T13:00:01Z';
const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

interface Request {
  readonly principal: string;
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
}

interface Policies {
  readonly identity?: readonly unknown[];
  readonly scp?: readonly unknown[];
  readonly resource?: unknown;
}

async function decide(request: Request, policies: Policies): Promise<string> {
  const simulation: Simulation = {
    request: {
      principal: request.principal,
      action: request.action ?? 's3:GetObject',
      resource: { resource: request.resource ?? 'arn:aws:s3:::bucket/key', accountId: ACCOUNT },
      contextVariables: { 'aws:PrincipalArn': principalArn(request.principal), ...request.context },
    },
    identityPolicies: [
      { name: 'administrator', policy: everything },
      ...(policies.identity ?? []).map((policy, index) => ({ name: `incident-${String(index)}`, policy })),
    ],
    serviceControlPolicies: [
      {
        orgIdentifier: ACCOUNT,
        policies: [
          { name: 'FullAWSAccess', policy: everything },
          ...(policies.scp ?? []).map((policy, index) => ({ name: `scp-${String(index)}`, policy })),
        ],
      },
    ],
    resourceControlPolicies: [],
    ...(policies.resource === undefined ? {} : { resourcePolicy: policies.resource }),
  };
  const result = await runSimulation(simulation, {});
  if (result.resultType === 'error') {
    assert.fail(JSON.stringify(result.errors));
  }
  return result.overallResult;
}

/** `aws:PrincipalArn` of a role session is the role's ARN. */
function principalArn(principal: string): string {
  return principal.replace(/^arn:aws:sts::(\d+):assumed-role\/([^/]+)\/.*$/, 'arn:aws:iam::$1:role/$2');
}

function policy(plan: RemediationPlan, path: string): unknown {
  return JSON.parse(fillTemplate(fileText(plan, path), applied));
}

const session = (role: string, name: string): string => `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`;

describe('deny all', () => {
  const { plan } = chainPlan();

  it('denies a role session everything, whenever it was issued', async () => {
    const identity = [policy(plan, `policies/deny-all-role-${ACCOUNT}-R2.json`)];
    for (const action of ['s3:GetObject', 's3:PutObject']) {
      for (const issued of [before, after]) {
        const request = { principal: session('R2', 'beta'), action, context: { 'aws:TokenIssueTime': issued } };
        assert.equal(await decide(request, { identity }), 'ExplicitlyDenied');
        assert.equal(await decide(request, {}), 'Allowed', 'the test would pass without the policy');
      }
    }
    assert.equal(
      await decide(
        { principal: session('R2', 'beta'), action: 'iam:CreateUser', resource: `arn:aws:iam::${ACCOUNT}:user/x` },
        { identity },
      ),
      'ExplicitlyDenied',
    );
  });

  it('denies a user everything, with its long-term key too, which has no time of issue', async () => {
    const identity = [policy(plan, `policies/deny-all-user-${ACCOUNT}-ci-legacy.json`)];
    const principal = `arn:aws:iam::${ACCOUNT}:user/ci-legacy`;
    assert.equal(await decide({ principal }, { identity }), 'ExplicitlyDenied');
    assert.equal(
      await decide({ principal, context: { 'aws:TokenIssueTime': before } }, { identity }),
      'ExplicitlyDenied',
    );
    assert.equal(await decide({ principal }, {}), 'Allowed');
  });
});

describe('revoke older sessions', () => {
  const { plan } = chainPlan();
  const path = `policies/revoke-older-sessions-${ACCOUNT}-R2.template.json`;

  it('denies sessions issued before the time of applying and lets later ones work', async () => {
    const identity = [policy(plan, path)];
    const at = (issued: string): Promise<string> =>
      decide({ principal: session('R2', 'beta'), context: { 'aws:TokenIssueTime': issued } }, { identity });
    assert.equal(await at(before), 'ExplicitlyDenied');
    assert.equal(await at('2023-07-10T12:59:59Z'), 'ExplicitlyDenied');
    assert.equal(await at(applied), 'Allowed');
    assert.equal(await at(after), 'Allowed');
  });

  it('is refused as it stands, so that a forgotten time is noticed', async () => {
    const template = JSON.parse(fileText(plan, path)) as unknown;
    await assert.rejects(decide({ principal: session('R2', 'beta') }, { identity: [template] }), /Deny|Effect/);
  });
});

describe('deny one session', () => {
  it('hits exactly the sessions of the lineage', async () => {
    const { plan, leaf } = chainPlan();
    const identity = [policy(plan, `policies/deny-session-${ACCOUNT}-R3.template.json`)];
    const as = (userId: string, issued = before): Promise<string> =>
      decide(
        { principal: session('R3', 'x'), context: { 'aws:userid': userId, 'aws:TokenIssueTime': issued } },
        { identity },
      );
    assert.match(leaf.principalId, /^AROA[A-Z0-9]+:gamma$/);
    const roleId = leaf.principalId.split(':')[0] ?? '';
    assert.equal(await as(leaf.principalId), 'ExplicitlyDenied');
    assert.equal(await as(leaf.principalId, after), 'Allowed');
    for (const other of [`${roleId}:other`, `${roleId}:gamma2`, `${roleId}:Gamma`, 'AROAOTHEROTHEROTHER1:gamma']) {
      assert.equal(await as(other), 'Allowed', other);
    }
  });

  it('follows a person by source identity, whatever the session is called', async () => {
    const trail = new Trail('source identity');
    const at = utc('2023-07-10T12:00:00Z');
    const role = { account: ACCOUNT, name: 'R', id: 'AROAEXAMPLEEXAMPLE003', arn: `arn:aws:iam::${ACCOUNT}:role/R` };
    const caller = roleSession({
      role,
      name: 'whatever',
      key: 'ASIAEXAMPLESOURCE001',
      issuedAt: at,
      expiresAt: at + 3600,
      sourceIdentity: 'alice',
    });
    const model = modelOf([trail.record(at, caller, actions.listBuckets, { ip: '192.0.2.1', ua: 'aws-cli' })]);
    const first = model.sessions[0];
    assert.ok(first !== undefined);
    const identity = [policy(planOf(model, first), `policies/deny-source-identity-${ACCOUNT}-R.json`)];
    const as = (person: string): Promise<string> =>
      decide({ principal: session('R', 'new-name'), context: { 'aws:SourceIdentity': person } }, { identity });
    assert.equal(await as('alice'), 'ExplicitlyDenied');
    assert.equal(await as('bob'), 'Allowed');
    assert.equal(await decide({ principal: session('R', 'new-name') }, { identity }), 'Allowed');
  });
});

describe('deny one instance', () => {
  const fixture = instanceRecords();
  const model = modelOf(fixture.records);
  const subject = model.sessions.find(({ instanceId }) => instanceId === INSTANCE);
  assert.ok(subject !== undefined);
  const plan = planOf(model, subject);

  it('hits the instance after every rotation, and no other of its role', async () => {
    const identity = [policy(plan, `policies/deny-instance-${ACCOUNT}-web-role.json`)];
    const as = (instance: string, issued: string): Promise<string> =>
      decide(
        {
          principal: session('web-role', instance),
          context: { 'aws:userid': `${fixture.role.id}:${instance}`, 'aws:TokenIssueTime': issued },
        },
        { identity },
      );
    assert.equal(await as(INSTANCE, before), 'ExplicitlyDenied');
    assert.equal(await as(INSTANCE, '2030-01-01T00:00:00Z'), 'ExplicitlyDenied');
    assert.equal(await as(fixture.otherInstance, before), 'Allowed');
  });

  it('can be hardened against IMDSv1 without touching other calls', async () => {
    const identity = [policy(plan, 'policies/harden-deny-imdsv1.json')];
    const principal = session('web-role', INSTANCE);
    assert.equal(await decide({ principal, context: { 'ec2:RoleDelivery': '1.0' } }, { identity }), 'ExplicitlyDenied');
    assert.equal(await decide({ principal, context: { 'ec2:RoleDelivery': '2.0' } }, { identity }), 'Allowed');
    assert.equal(await decide({ principal }, { identity }), 'Allowed');
  });

  it('can be bound to its host, without touching calls that do not come of an instance', async () => {
    const identity = [policy(plan, 'policies/harden-instance-perimeter.json')];
    const principal = session('web-role', INSTANCE);
    const credential = {
      'ec2:SourceInstanceARN': `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/${INSTANCE}`,
      'aws:ec2InstanceSourceVPC': 'vpc-1',
      'aws:ec2InstanceSourcePrivateIPv4': '10.0.0.1',
      'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/web-role`,
    };
    const from = (vpc: Readonly<Record<string, string>>): Promise<string> =>
      decide({ principal, context: { ...credential, ...vpc } }, { identity });
    assert.equal(await from({ 'aws:SourceVpc': 'vpc-1', 'aws:VpcSourceIp': '10.0.0.1' }), 'Allowed');
    assert.equal(await from({ 'aws:SourceVpc': 'vpc-1', 'aws:VpcSourceIp': '10.0.0.2' }), 'ExplicitlyDenied');
    assert.equal(await from({ 'aws:SourceVpc': 'vpc-2', 'aws:VpcSourceIp': '10.0.0.1' }), 'ExplicitlyDenied');
    assert.equal(await from({}), 'ExplicitlyDenied');
    assert.equal(await decide({ principal: session('human', 'x') }, { identity }), 'Allowed');
  });
});

describe('the service control policy', () => {
  const { plan } = chainPlan();

  it('denies the roles and users of the lineage, and nobody else', async () => {
    const scp = [policy(plan, 'policies/scp-deny-lineage.json')];
    for (const name of ['R1', 'R2', 'R3']) {
      assert.equal(await decide({ principal: session(name, 'x') }, { scp }), 'ExplicitlyDenied', name);
    }
    for (const name of ['ci-legacy', 'Bob']) {
      assert.equal(
        await decide({ principal: `arn:aws:iam::${ACCOUNT}:user/${name}` }, { scp }),
        'ExplicitlyDenied',
        name,
      );
    }
    assert.equal(await decide({ principal: session('R4', 'x') }, { scp }), 'Allowed');
    assert.equal(await decide({ principal: session('R11', 'x') }, { scp }), 'Allowed');
  });

  it('keeps the quarantine on for everybody but the responders', async () => {
    const guarded = chainPlan({}, { ...emptyCase, breakGlassRoles: ['IncidentResponse*'] }).plan;
    const scp = [policy(guarded, 'policies/scp-protect-quarantine.json')];
    const remove = (principal: string, resource: string): Promise<string> =>
      decide({ principal, action: 'iam:DeleteRolePolicy', resource }, { scp });
    const contained = `arn:aws:iam::${ACCOUNT}:role/R2`;
    assert.equal(await remove(session('OtherAdmin', 'x'), contained), 'ExplicitlyDenied');
    assert.equal(await remove(session('IncidentResponder', 'x'), contained), 'ExplicitlyDenied');
    assert.equal(await remove(session('IncidentResponseLead', 'x'), contained), 'Allowed');
    assert.equal(await remove(session('OtherAdmin', 'x'), `arn:aws:iam::${ACCOUNT}:role/R4`), 'Allowed');
  });

  it('is split before it grows over the limit', () => {
    const arns = Array.from(
      { length: 150 },
      (_, index) => `arn:aws:iam::${ACCOUNT}:role/some/path/role-${String(index)}`,
    );
    const documents = scpDocuments({ arns, userIds: ['AROAEXAMPLEEXAMPLE001:i-0123456789abcdef0'] });
    assert.ok(documents.length > 1);
    for (const each of documents) {
      assert.deepEqual(lintPolicy(JSON.stringify(each), 'scp'), []);
    }
    for (const arn of arns) {
      assert.equal(documents.filter((each) => JSON.stringify(each).includes(`"${arn}"`)).length, 1);
    }
  });
});

describe('the trust statement', () => {
  it('keeps the hop before from assuming the role, and nobody else', async () => {
    const { plan } = chainPlan();
    const added = JSON.parse(fileText(plan, `policies/trust-deny-${ACCOUNT}-R2.statements.json`)) as unknown[];
    const wide = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    };
    const trust = (statements: readonly unknown[]): unknown => ({
      Version: '2012-10-17',
      Statement: [wide, ...statements],
    });
    const assume = (principal: string, statements: readonly unknown[]): Promise<string> =>
      decide(
        { principal, action: 'sts:AssumeRole', resource: `arn:aws:iam::${ACCOUNT}:role/R2` },
        { resource: trust(statements) },
      );
    assert.equal(await assume(session('R1', 'alpha'), added), 'ExplicitlyDenied');
    assert.equal(await assume(session('R1', 'alpha'), []), 'Allowed');
    assert.equal(await assume(session('R5', 'someone'), added), 'Allowed');
    assert.equal(await assume(`arn:aws:iam::${ACCOUNT}:user/ops`, added), 'Allowed');
  });
});

describe('the policy linter', () => {
  const good = { Version: '2012-10-17', Statement: [{ Sid: 'A', Effect: 'Deny', Action: '*', Resource: '*' }] };
  const withStatement = (change: object): string =>
    JSON.stringify({ ...good, Statement: [{ ...good.Statement[0], ...change }] });

  it('takes a good policy and its template', () => {
    assert.deepEqual(lintPolicy(JSON.stringify(good), 'role'), []);
    assert.deepEqual(lintPolicy(JSON.stringify(document(denyOlderSessions('A'))), 'role'), []);
  });

  for (const [what, text, message] of [
    ['broken JSON', '{', /not valid JSON/],
    ['a list', '[]', /not a JSON object/],
    ['no version', JSON.stringify({ Statement: good.Statement }), /Version/],
    ['characters beyond U+00FF', withStatement({ Action: 's3:Ā' }), /characters outside/],
    ['a Sid with a dash', withStatement({ Sid: 'a-b' }), /Sid/],
    ['a lower-case effect', withStatement({ Effect: 'deny' }), /neither Allow nor Deny/],
    ['NotAction with Allow', withStatement({ Effect: 'Allow', NotAction: 'iam:*' }), /NotAction/],
    ['a principal', withStatement({ Principal: '*' }), /no Principal/],
    [
      'a local date',
      withStatement({ Condition: { DateLessThan: { 'aws:TokenIssueTime': '2023-07-10 13:00' } } }),
      /not ISO 8601/,
    ],
    [
      'an open time that IAM might accept',
      withStatement({ Condition: { DateLessThan: { 'aws:TokenIssueTime': timePlaceholder } } }),
      /only one of the two marks/,
    ],
    ['an open effect without a time', withStatement({ Effect: effectPlaceholder }), /only one of the two marks/],
    [
      'two statements of one Sid',
      JSON.stringify({ ...good, Statement: [...good.Statement, ...good.Statement] }),
      /one Sid/,
    ],
    [
      'too much',
      withStatement({ Action: Array.from({ length: 900 }, (_, index) => `s3:Action${String(index)}`) }),
      /more than/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.match(lintPolicy(text, 'role').join('; '), message);
    });
  }

  it('counts as IAM does, without white space', () => {
    assert.equal(policySize(JSON.stringify(good, null, 4)), policySize(JSON.stringify(good)));
    assert.equal(sizeLimits.user, 2048);
  });
});
