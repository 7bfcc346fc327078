/**
 * Pipelines: GitHub signing in by OIDC, one hop into the stage, CloudFormation with its own role; GitLab behind a pool of
 * addresses; CodeBuild; a release of three roles that the case file allows.
 */
import {
  actions,
  assumeRole,
  assumeRoleWithWebIdentity,
  deliver,
  HOUR,
  MINUTE,
  role,
  serviceOrigin,
  throughService,
  type Action,
  type Origin,
  type Caller,
  type Seconds,
  type Session,
} from '../../../scripts/sample/records';
import { call, createRole, trustFor } from '../company/calls';
import { days, on, workdays } from '../company/calendar';
import type { Diary } from '../company/diary';
import { cfnExec, deployRole, DEV, PROD, roles, SHARED, STAGING } from '../company/estate';
import { agents, buildServer, from, githubRunner, gitlabNat } from '../company/networks';

function gitHub(
  diary: Diary,
  at: Seconds,
  of: typeof roles.ciBuild,
  repository: string,
): { session: Session; origin: Origin } {
  const origin = from(githubRunner(diary.random), agents.githubCli);
  const session = diary.keep(
    assumeRoleWithWebIdentity(diary.trail, {
      at,
      role: of,
      name: 'GitHubActions',
      issuer: 'token.actions.githubusercontent.com',
      audience: 'sts.amazonaws.com',
      subject: `repo:example/${repository}:ref:refs/heads/main`,
      origin,
    }),
    `github ${repository}`,
  );
  diary.shows('a GitHub job on the machine it signed in from');
  return { session, origin };
}

function release(diary: Diary, at: Seconds, account: string, name: string): void {
  const { session, origin } = gitHub(diary, at, roles.ciBuild, 'shop');
  diary.doesAll(
    at + 3,
    session,
    [call('ecr:GetAuthorizationToken', {}), call('ecr:PutImage', { repositoryName: 'shop' })],
    origin,
    20,
  );
  const deploy = diary.keep(
    assumeRole(diary.trail, { at: at + 60, caller: session, role: deployRole(account), name, origin }),
    `deploy ${account}`,
  );
  const stack = `arn:aws:cloudformation:us-east-1:${account}:stack/shop/5b1c7d90-2f4e-11ef-9a3b-0e1f2a3b4c5d`;
  const change = { stackName: 'shop', changeSetName: name };
  const steps: readonly Action[] = [
    call('cloudformation:CreateChangeSet', { ...change, roleARN: cfnExec(account).arn }, { stackId: stack }),
    call('cloudformation:DescribeChangeSet', change),
    call('cloudformation:ExecuteChangeSet', change),
    call('cloudformation:DescribeStacks', { stackName: 'shop' }),
    call('cloudformation:DescribeStackEvents', { stackName: 'shop' }),
  ];
  diary.doesAll(at + 63, deploy, steps, origin, 9);
  stackUpdate(diary, at + 84, account);
  diary.shows('OIDC pipeline > deploy role > CloudFormation role');
}

/** CloudFormation's own role at work: delivered to the service, and each call marked as made by it. */
export function stackUpdate(diary: Diary, at: Seconds, account: string): void {
  const exec = diary.keep(
    deliver(diary.trail, {
      at,
      service: 'cloudformation',
      role: cfnExec(account),
      name: 'AWSCloudFormation',
      minutes: 60,
      withAssumedRoleUser: true,
    }),
  );
  const caller = throughService(exec, 'cloudformation');
  const steps: Action[] = [
    call('lambda:GetFunction20150331v2', { functionName: 'order-indexer' }),
    {
      ...call('lambda:UpdateFunctionCode20150331v2', { functionName: 'order-indexer', s3Bucket: 'company-artifacts' }),
      readOnly: false,
    },
    call('ecs:RegisterTaskDefinition', { family: 'checkout' }),
    call('ecs:UpdateService', { cluster: 'shop', service: 'checkout' }),
    call('ecs:DescribeServices', { cluster: 'shop', services: ['checkout'] }),
  ];
  if (diary.random.chance(0.2)) {
    const made = role(account, `shop-WorkerRole-${diary.random.base32(12)}`);
    steps.push(createRole(made, trustFor({ Service: 'lambda.amazonaws.com' })));
    steps.push(
      call('iam:AttachRolePolicy', {
        roleName: made.name,
        policyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
      }),
    );
    diary.shows('trust for service principals');
  }
  diary.doesAll(at + 2, caller, steps, serviceOrigin('cloudformation'), 2);
  diary.shows('CloudFormation makes roles and functions');
}

/** GitHub straight into the role of the stage: nothing chained. */
function directDeploy(diary: Diary, at: Seconds): void {
  const { session, origin } = gitHub(diary, at, roles.githubDeploy, 'site');
  const steps = [
    call('s3:ListBuckets'),
    actions.putObject(DEV, 'company-site', 'index.html'),
    actions.putObject(DEV, 'company-site', 'main.js'),
    call('cloudfront:CreateInvalidation', { distributionId: 'E1A2B3C4D5E6F7' }),
  ];
  diary.doesAll(at + 5, session, steps, origin, 8);
}

/** A runner of the company's own GitLab: each call may leave by another address of the pool. */
function gitLab(diary: Diary, at: Seconds): void {
  const anywhere = (): Origin => from(diary.random.pick(gitlabNat), agents.cliLinux);
  const session = diary.keep(
    assumeRoleWithWebIdentity(diary.trail, {
      at,
      role: roles.gitlabDeploy,
      name: `gitlab-${diary.random.int(10_000, 99_999)}`,
      issuer: 'gitlab.company.example',
      audience: 'https://gitlab.company.example',
      subject: 'project_path:shop/api:ref_type:branch:ref:main',
      origin: anywhere(),
    }),
    'gitlab runner',
  );
  for (let step = 0; step < 9; step++) {
    const action = diary.random.pick([
      call('ecr:DescribeImages', { repositoryName: 'api' }),
      call('ecr:PutImage', { repositoryName: 'api' }),
      call('ecs:DescribeServices', { cluster: 'api' }),
      call('ecs:UpdateService', { cluster: 'api', service: 'api' }),
    ]);
    diary.does(at + 5 + step * diary.random.int(8, 20), session, action, anywhere());
  }
  diary.shows('a runner behind a pool of NAT addresses');
}

/** CodeBuild: its own marker on the command line's calls, and a test program that carries none, from the same machine. */
function codeBuild(diary: Diary, at: Seconds): void {
  const session = diary.keep(
    deliver(diary.trail, {
      at,
      service: 'codebuild',
      role: roles.codebuildApp,
      name: `AWSCodeBuild-${diary.random.uuid()}`,
      minutes: 60,
      withAssumedRoleUser: true,
    }),
    'codebuild app',
  );
  const ip = `18.153.${diary.random.int(1, 250)}.${diary.random.int(1, 250)}`;
  const marked = from(ip, agents.codeBuild);
  const steps = [
    call('logs:CreateLogStream', { logGroupName: '/aws/codebuild/app' }),
    actions.getObject(SHARED, 'company-artifacts', 'source.zip'),
    call('ecr:GetAuthorizationToken', {}),
    call('codeartifact:GetAuthorizationToken', { domain: 'company' }),
  ];
  diary.doesAll(at + 20, session, steps, marked, 6);
  diary.doesAll(
    at + 70,
    session,
    [actions.getObject(SHARED, 'company-artifacts', 'fixtures.tar'), call('sqs:GetQueueUrl')],
    from(ip, agents.java),
    5,
  );
  diary.doesAll(
    at + 200,
    session,
    [actions.putObject(SHARED, 'company-artifacts', `app/${diary.random.hex(8)}.zip`)],
    marked,
  );
  diary.shows('a CodeBuild run with several programs');
}

/** Build, promote, release: three roles in a row, every time the same three. */
function promotedRelease(diary: Diary, at: Seconds): void {
  const { session, origin } = gitHub(diary, at, roles.ciBuild, 'billing');
  const promote = diary.keep(
    assumeRole(diary.trail, {
      at: at + 30,
      caller: session,
      role: role(SHARED, 'ci-promote'),
      name: 'billing',
      origin,
    }),
  );
  const staged = diary.keep(
    assumeRole(diary.trail, {
      at: at + 60,
      caller: promote,
      role: role(STAGING, 'ci-release'),
      name: 'billing',
      origin,
    }),
  );
  const released = diary.keep(
    assumeRole(diary.trail, { at: at + 240, caller: staged, role: role(PROD, 'ci-release'), name: 'billing', origin }),
  );
  diary.doesAll(
    at + 245,
    released,
    [call('ecs:DescribeServices'), call('ecs:UpdateService', { cluster: 'billing', service: 'api' })],
    origin,
    6,
  );
  diary.shows('a three-role release, allowed in the case file');
}

/** A build server of the old sort: a long-term key, always the same address. */
function oldBuildServer(diary: Diary, session: Caller, at: Seconds): void {
  diary.doesAll(
    at,
    session,
    [
      actions.getCallerIdentity,
      actions.getObject(SHARED, 'company-artifacts', 'legacy/billing.tar.gz'),
      actions.putObject(SHARED, 'company-artifacts', 'legacy/out.tar.gz'),
    ],
    from(buildServer, agents.oldCli),
    40,
  );
}

export function pipelines(diary: Diary, buildServerKey: Caller): void {
  const { random } = diary;
  for (const number of workdays) {
    [DEV, DEV, DEV, STAGING, STAGING, PROD, PROD].forEach((account, run) => {
      release(
        diary,
        on(number, '07:30') + run * 80 * MINUTE + random.int(0, 60 * MINUTE),
        account,
        `shop-${number}-${run}`,
      );
    });
    for (let run = 0; run < 4; run++) directDeploy(diary, on(number, '08:00') + random.int(0, 9 * HOUR));
    for (let run = 0; run < 6; run++) gitLab(diary, on(number, '07:00') + run * 90 * MINUTE + random.int(0, HOUR));
    for (let run = 0; run < 8; run++) codeBuild(diary, on(number, '06:30') + run * 75 * MINUTE + random.int(0, HOUR));
    promotedRelease(diary, on(number, '14:00') + random.int(0, HOUR));
  }
  for (const number of days) oldBuildServer(diary, buildServerKey, on(number, '04:30') + random.int(0, 600));
}
