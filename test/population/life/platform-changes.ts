/** What the platform team makes and changes with Terraform, in the third session of a chain: all of it as code. */
import {
  actions,
  createAccessKey,
  HOUR,
  iamUser,
  longTermKey,
  role,
  type Action,
  type Caller,
  type Origin,
  type Seconds,
  type Session,
} from '../../../scripts/sample/records';
import { on, workdays } from '../company/calendar';
import { call, createRole, putRolePolicy, trustFor } from '../company/calls';
import type { Diary } from '../company/diary';
import { DEV, METRICS_VENDOR, ORGANIZATION, PROD, roles, users } from '../company/estate';
import { agents, from, partnerSite } from '../company/networks';

export interface Run {
  readonly session: Session;
  readonly at: Seconds;
  readonly origin: Origin;
}

/** A person looks at the plan, then applies it: what is made, a second apart. */
export function applies(diary: Diary, { session, at, origin }: Run, made: readonly Action[]): void {
  diary.doesAll(at, session, made, origin, 1.5);
  diary.shows('Terraform makes roles, users, policies in a chain');
}

const inOrganization = { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION } };

export function weeklyWork(account: string, number: number): readonly Action[] {
  const service = role(account, `svc-${number}-task`);
  return [
    createRole(service, trustFor({ Service: 'ecs-tasks.amazonaws.com' })),
    putRolePolicy(service.name, 'access', { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['*'] }),
    call('iam:CreatePolicy', {
      policyName: `svc-${number}`,
      policyDocument: '{"Version":"2012-10-17","Statement":[]}',
    }),
    call('iam:AttachRolePolicy', { roleName: service.name, policyArn: `arn:aws:iam::${account}:policy/svc-${number}` }),
    {
      ...call('lambda:CreateFunction20150331', {
        functionName: `svc-${number}`,
        runtime: 'python3.12',
        role: service.arn,
      }),
      readOnly: false,
    },
  ];
}

/** Trust that stays inside the company or names whom the case file trusts. */
export function trustChanges(diary: Diary, run1: Run, number: number): void {
  const shared = role(PROD, 'shared-lookup');
  const made: Action[] = [];
  if (number === 2) {
    made.push(createRole(shared, trustFor({ AWS: '*' }, inOrganization)));
    diary.shows('trust for the own organisation');
    made.push(createRole(role(PROD, 'from-tooling'), trustFor({ AWS: roles.terraformHub.arn })));
    diary.shows('trust for another own account');
  }
  if (number === 3) {
    made.push(
      createRole(
        role(PROD, 'vendor-metrics-streams'),
        trustFor(
          { AWS: `arn:aws:iam::${METRICS_VENDOR}:root` },
          { StringEquals: { 'sts:ExternalId': 'example-7341' } },
        ),
      ),
    );
    diary.shows('a vendor is onboarded with an external id');
  }
  if (number === 9) {
    const document = JSON.stringify(trustFor({ AWS: '*' }, inOrganization));
    made.push(call('iam:UpdateAssumeRolePolicy', { roleName: shared.name, policyDocument: document }));
    diary.shows('trust for the own organisation');
  }
  applies(diary, run1, made);
}

/** A cluster and what it needs, with the trust of its first service account. */
export function newCluster(diary: Diary, work: Run): void {
  const issuer = 'oidc.eks.eu-central-1.amazonaws.com/id/7F3A9C1E5B7D2F4A6C8E0B1D3F5A7C9E';
  const provider = `arn:aws:iam::${PROD}:oidc-provider/${issuer}`;
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: provider },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${issuer}:sub`]: 'system:serviceaccount:recommend:api' } },
      },
    ],
  };
  applies(diary, work, [
    { ...call('eks:CreateCluster', { name: 'recommend' }), readOnly: false },
    call(
      'iam:CreateOpenIDConnectProvider',
      { url: `https://${issuer}`, clientIDList: ['sts.amazonaws.com'], thumbprintList: [] },
      { openIDConnectProviderArn: provider },
    ),
    createRole(role(PROD, 'irsa-recommend'), trust),
  ]);
  diary.shows('the OIDC provider of a new cluster');
}

/** The platform team lets its own GitLab sign in: what the case file says of this role is meant for this. */
export function newPipelineProvider(diary: Diary, work: Run): void {
  const provider = 'gitlab.company.example';
  applies(diary, work, [
    call(
      'iam:CreateOpenIDConnectProvider',
      { url: `https://${provider}`, clientIDList: ['sts.amazonaws.com'], thumbprintList: [] },
      { openIDConnectProviderArn: `arn:aws:iam::${DEV}:oidc-provider/${provider}` },
    ),
  ]);
  diary.shows('a platform team adds an OIDC provider');
}

/** A user key rotated by Terraform: a new one made, used by the partner from then on, the old one deleted unused. */
export function keyRotation(diary: Diary, work: Run): void {
  const owner = users.partnerSync;
  const before = iamUser(owner, longTermKey('partner-sync 2024'));
  const made = createAccessKey(diary.trail, {
    at: work.at,
    caller: work.session,
    owner,
    key: longTermKey('partner-sync 2025'),
    origin: work.origin,
  });
  diary.keep(made);
  for (const number of workdays) {
    const at = on(number, '05:00') + diary.random.int(0, HOUR);
    const holder: Caller = at < work.at ? before : made.session;
    const sync = from(partnerSite, agents.java);
    diary.doesAll(
      at,
      holder,
      [
        actions.listObjects(PROD, 'company-partner', 'in/'),
        actions.getObject(PROD, 'company-partner', 'in/latest.csv'),
      ],
      sync,
      2,
    );
  }
  const old = { userName: owner.name, accessKeyId: longTermKey('partner-sync 2024') };
  diary.does(work.at + 3, work.session, call('iam:UpdateAccessKey', { ...old, status: 'Inactive' }), work.origin);
  diary.does(work.at + 5, work.session, call('iam:DeleteAccessKey', old), work.origin);
  diary.shows('Terraform rotates a user key');
}

/** Maintenance that resembles sabotage or containment, and is neither. */
export function maintenance(diary: Diary, work: Run): void {
  const bucket = 'company-scratch';
  applies(diary, work, [
    call('cloudtrail:PutEventSelectors', {
      trailName: 'organization',
      eventSelectors: [
        {
          readWriteType: 'All',
          includeManagementEvents: true,
          dataResources: [{ type: 'AWS::S3::Object', values: ['arn:aws:s3'] }],
        },
      ],
    }),
    call('s3:PutBucketLifecycle', {
      bucketName: bucket,
      lifecycle: '',
      LifecycleConfiguration: {
        Rule: { ID: 'tmp', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 3 } },
      },
    }),
    call('kms:ScheduleKeyDeletion', { keyId: 'a0b1c2d3-0000-4000-8000-00000000app1', pendingWindowInDays: 30 }),
    call('s3:PutBucketPolicy', {
      bucketName: bucket,
      bucketPolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: `arn:aws:s3:::${bucket}/*`,
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
          {
            Effect: 'Allow',
            Principal: '*',
            Action: 's3:GetObject',
            Resource: `arn:aws:s3:::${bucket}/*`,
            Condition: inOrganization,
          },
        ],
      },
    }),
    // All regions but two are refused to the role; whoever works in those goes on.
    putRolePolicy(roles.web.name, 'region-guard', {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-central-1', 'eu-west-1'] } },
    }),
  ]);
  diary.shows('data events switched on, management events kept');
  diary.shows('an application key scheduled for deletion');
  diary.shows('expiry of temporary files in an ordinary bucket');
  diary.shows('a bucket policy that refuses plain HTTP to all');
  diary.shows('a bucket policy for the own organisation');
  diary.shows('a region guard: a Deny with a condition');
}
