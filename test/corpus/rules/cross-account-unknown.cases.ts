import {
  actions,
  assumeRole,
  assumeRoleWithSaml,
  assumeRoleWithWebIdentity,
  assumeRoot,
  role,
  seenFromOutside,
  throughService,
  user,
  iamUser,
  longTermKey,
  type Action,
  type Caller,
  type JsonObject,
  type Role,
} from '../../../scripts/sample/records';
import {
  account,
  alicesKey,
  minute,
  office,
  other,
  R1,
  R2,
  start,
  stranger,
  World,
} from '../../unit/engine/support/world';
import { policy } from './policies';
import type { ExpectedFinding, RuleCase } from './rule-case';

const { plain } = actions;
const theirs = role(stranger, 'theirs');
const others = role(other, 'others');
const eve = iamUser(user(stranger, 'eve'), longTermKey('eve'));
const snapshot = (...items: readonly JsonObject[]): Action =>
  plain('ec2', 'ModifySnapshotAttribute', {
    snapshotId: 'snap-1',
    attributeType: 'CREATE_VOLUME_PERMISSION',
    createVolumePermission: { add: { items } },
  });
const image = (item: JsonObject): Action =>
  plain('ec2', 'ModifyImageAttribute', { imageId: 'ami-1', launchPermission: { add: { items: [item] } } });
const database = (value: string, attributeName = 'restore'): Action =>
  plain('rds', 'ModifyDBSnapshotAttribute', { dBSnapshotIdentifier: 'orders', attributeName, valuesToAdd: [value] });
const allow = (principal: unknown, condition?: object): object => ({
  Effect: 'Allow',
  Principal: principal,
  Action: '*',
  Resource: '*',
  ...(condition === undefined ? {} : { Condition: condition }),
});
const bucket = (...statements: readonly object[]): Action =>
  plain('s3', 'PutBucketPolicy', {
    bucketName: 'orders',
    bucketPolicy: { Version: '2012-10-17', Statement: statements },
  } as unknown as JsonObject);
const key = (document: string): Action =>
  plain('kms', 'PutKeyPolicy', { keyId: 'k-1', policyName: 'default', policy: document });
const permission = (more: JsonObject): Action =>
  plain('lambda', 'AddPermission20150331v2', {
    functionName: 'f',
    statementId: 's',
    action: 'lambda:InvokeFunction',
    ...more,
  });
const them = { AWS: `arn:aws:iam::${stranger}:root` };

const does = (name: string, list: readonly Action[], by: (world: World) => Caller = ({ alice }) => alice) => {
  return (): World => {
    const world = new World(name);
    const caller = by(world);
    list.forEach((action, at) => world.does((10 + at) * minute, caller, action));
    return world;
  };
};
const one = (
  name: string,
  kind: RuleCase['kind'],
  list: readonly Action[],
  expect: readonly ExpectedFinding[],
  notes: readonly string[] = [],
): RuleCase => ({ name, kind, world: does(name, list), expect, notes });
const publicly: ExpectedFinding = { severity: 'high', techniques: ['T1537'], says: ['No condition restricts that'] };
const withThem: ExpectedFinding = {
  severity: 'medium',
  techniques: ['T1537'],
  says: [`Account ${stranger} is none of`],
};

/** An assumption as the logs of our accounts have it: only the copy that our account received. */
const assumed = (name: string, by: (world: World) => Caller, of: Role) => (): World => {
  const world = new World(name);
  const { records } = assumeRole(world.trail, {
    at: start + 5 * minute,
    caller: by(world),
    role: of,
    name: 's',
    origin: office,
  });
  world.records.push(...records.filter(({ recipientAccountId }) => recipientAccountId !== stranger));
  return world;
};

export const cases: readonly RuleCase[] = [
  {
    name: 'a role of an unknown account assumed',
    kind: 'positive',
    world: assumed('out', ({ alice }) => alice, theirs),
    settings: { ownAccounts: [account], trustedAccounts: [{ id: other, name: 'other' }] },
    expect: [
      {
        severity: 'medium',
        count: 1,
        confidence: 'exact',
        title: `Unknown account ${stranger}: its role theirs assumed`,
        says: [
          `Access key ${alicesKey} of user alice assumed theirs of account ${stranger}, 1 time`,
          `Account ${stranger} is none of the known accounts: 1 own, 1 trusted.`,
        ],
        saysNot: ['derived', 'high, not medium'],
        techniques: ['T1199', 'T1078.004'],
        evidence: ['AssumeRole'],
      },
    ],
  },
  {
    name: 'a role of an unknown account assumed by an assumed role',
    kind: 'positive',
    world: assumed('out chained', (world) => world.assumes(0, world.alice, R1), theirs),
    expect: [{ severity: 'high', says: ['reached by 1 role assumption: high, not medium'] }],
  },
  {
    name: 'a role of an unknown account assumed by an instance',
    kind: 'positive',
    world: assumed('out instance', (world) => world.delivers(0).v2, theirs),
    expect: [{ severity: 'high', instanceIds: ['i-0123456789abcdef0'] }],
  },
  {
    name: 'a role of an unknown account that somebody switches to in the console',
    kind: 'positive',
    world: assumed('console', ({ alice }) => throughService(alice, 'AWS Internal'), theirs),
    expect: [{ severity: 'medium', title: `Unknown account ${stranger}: its role theirs assumed` }],
  },
  {
    name: 'an own role assumed by an unknown account',
    kind: 'positive',
    world: assumed('in', () => eve, R2),
    expect: [
      {
        severity: 'medium',
        title: `Unknown account ${stranger}: it assumed role R2`,
        says: ['Own accounts were derived'],
        techniques: ['T1199', 'T1078.004'],
      },
    ],
  },
  {
    name: 'one account, in all directions',
    kind: 'positive',
    world: () => {
      const world = assumed('all', () => eve, R2)();
      world.records.push(...assumed('all out', ({ alice }) => alice, theirs)().records);
      return world.does(20 * minute, world.alice, snapshot({ userId: stranger }));
    },
    expect: [
      {
        severity: 'medium',
        count: 3,
        title: `Unknown account ${stranger}: its role theirs assumed, it assumed role R2 and snapshot snap-1 shared with it`,
        techniques: ['T1537', 'T1199', 'T1078.004'],
      },
    ],
  },
  one(
    'a snapshot for everybody',
    'positive',
    [snapshot({ group: 'all' })],
    [{ ...publicly, title: `Snapshot snap-1 opened to everybody by access key ${alicesKey} of user alice` }],
  ),
  one('a snapshot for an account', 'positive', [snapshot({ userId: stranger })], [withThem]),
  one('an image for everybody', 'positive', [image({ group: 'all' })], [publicly]),
  one('an image for an account', 'positive', [image({ userId: stranger })], [withThem]),
  one('a database snapshot for everybody', 'positive', [database('all')], [publicly]),
  one('a database snapshot for an account', 'positive', [database(stranger)], [withThem]),
  one('a bucket for everybody', 'positive', [bucket(allow('*'))], [publicly]),
  one('a bucket for an account', 'positive', [bucket(allow(them), { ...allow('*'), Effect: 'Deny' })], [withThem]),
  one('a key for everybody', 'positive', [key(policy(allow({ AWS: '*' })))], [publicly]),
  one('a key for an account', 'positive', [key(policy(allow(them)))], [withThem]),
  one('a function for everybody', 'positive', [permission({ principal: '*' })], [publicly]),
  one('a function for an account', 'positive', [permission({ principal: stranger })], [withThem]),
  one(
    'a queue for an account',
    'positive',
    [plain('sqs', 'AddPermission', { queueUrl: 'q', aWSAccountIds: [stranger] })],
    [withThem],
  ),
  one(
    'two things for everybody',
    'positive',
    [snapshot({ group: 'all' }), image({ group: 'all' })],
    [publicly, publicly],
  ),
  {
    name: 'a bucket that CloudFormation opens for somebody',
    kind: 'positive',
    world: does('stack', [bucket(allow('*'))], ({ alice }) => throughService(alice, 'cloudformation')),
    expect: [publicly],
  },

  // Ordinary life.
  {
    name: 'trusted accounts on the other side',
    kind: 'negative',
    world: () => {
      const world = assumed('trusted', () => eve, R2)();
      world.records.push(...assumed('trusted out', ({ alice }) => alice, theirs)().records);
      return world.does(20 * minute, world.alice, bucket(allow(them)));
    },
    settings: { trustedAccounts: [{ id: stranger, name: 'vendor' }] },
    expect: [],
  },
  {
    name: 'another own account',
    kind: 'negative',
    world: assumed('own', ({ alice }) => alice, others),
    settings: { ownAccounts: [account, other] },
    expect: [],
  },
  {
    name: 'people and jobs that sign in to roles of another account: its provider lets them in, no account does',
    kind: 'negative',
    world: () => {
      const world = new World('federated');
      const origin = office;
      world.records.push(
        ...assumeRoleWithSaml(world.trail, { at: start, role: theirs, name: 'ana', provider: 'sso', origin, hours: 1 })
          .records,
        ...assumeRoleWithWebIdentity(world.trail, {
          at: start + minute,
          role: theirs,
          name: 'run-1',
          issuer: 'token.actions.githubusercontent.com',
          audience: 'sts.amazonaws.com',
          subject: 'repo:examplecorp/shop:ref:refs/heads/main',
          origin,
        }).records,
      );
      return world.does(5 * minute, world.alice, actions.listBuckets);
    },
    settings: { ownAccounts: [account] },
    expect: [],
  },
  {
    name: 'root of an own account, assumed from its management account: a rule of its own judges that',
    kind: 'negative',
    world: () => {
      const world = new World('assume root');
      const { records } = assumeRoot(world.trail, start, eve, account, 'IAMAuditRootUserCredentials', office);
      const identity = { type: 'AWSAccount', principalId: eve.identity.principalId ?? '', accountId: stranger };
      world.records.push(
        ...records.map((record) => ({ ...record, recipientAccountId: account, userIdentity: identity })),
      );
      return world.does(5 * minute, world.alice, actions.listBuckets);
    },
    expect: [],
  },
  {
    name: 'unknown accounts among themselves, in logs of theirs',
    kind: 'negative',
    world: assumed('strangers', () => eve, others),
    settings: { ownAccounts: [account] },
    expect: [],
  },
  {
    name: 'a role of an unknown account that a service assumes on behalf of somebody',
    kind: 'negative',
    world: assumed('forwarded', ({ alice }) => throughService(alice, 'cloudformation'), theirs),
    expect: [],
  },
  {
    name: 'a role of an unknown account, refused, and a share that failed',
    kind: 'negative',
    world: does('failed', [
      {
        ...plain('sts', 'AssumeRole', { roleArn: theirs.arn, roleSessionName: 's' }),
        error: { code: 'AccessDenied', message: 'no' },
      },
      { ...snapshot({ group: 'all' }), error: { code: 'Client.UnauthorizedOperation', message: 'no' } },
    ]),
    expect: [],
  },
  {
    name: 'a bucket opened from another own account, which both accounts log, once',
    kind: 'positive',
    world: () => {
      const world = new World('both log');
      const dave = iamUser(user(other, 'dave'), longTermKey('dave'));
      const copy = { recipient: account, sharedEventID: '0a1b2c3d-0000-4000-8000-000000000001' };
      world.records.push(
        world.trail.record(start, dave, bucket(allow('*')), office, { ...copy, recipient: other }),
        world.trail.record(start, seenFromOutside(dave), bucket(allow('*')), office, copy),
      );
      return world;
    },
    settings: { ownAccounts: [account, other] },
    expect: [{ ...publicly, count: 1 }],
  },
  one(
    'a share taken back',
    'negative',
    [
      plain('ec2', 'ModifySnapshotAttribute', {
        snapshotId: 'snap-1',
        createVolumePermission: { remove: { items: [{ group: 'all' }] } },
      }),
    ],
    [],
  ),
  one('another attribute of a database snapshot', 'negative', [database('all', 'other')], []),
  one(
    'a bucket that conditions close',
    'negative',
    [
      bucket(allow('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg' } })),
      bucket(allow('*', { StringEquals: { 'aws:SourceVpce': 'vpce-0a1' } })),
      bucket(allow('*', { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '198.51.100.7', '2001:db8::/32'] } })),
      bucket(allow('*', { ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/*` } })),
      bucket({ ...allow('*'), Effect: 'Deny' }),
      bucket(allow({ Service: 'logging.s3.amazonaws.com' })),
      bucket(allow({ Federated: `arn:aws:iam::${account}:saml-provider/sso` })),
      bucket(allow({ AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1' })),
    ],
    [],
  ),
  one(
    'a bucket that is open to half of the internet',
    'positive',
    [bucket(allow('*', { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '0.0.0.0/1'] } }))],
    [{ severity: 'high', count: 1 }],
  ),
  one(
    'a stranger who is let in from one network is a stranger',
    'positive',
    [bucket(allow(them, { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }))],
    [{ severity: 'medium', count: 1 }],
  ),
  one(
    'a key as AWS writes it for its services',
    'negative',
    [
      key(
        policy(
          allow(
            { AWS: '*' },
            { StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
          ),
        ),
      ),
    ],
    [],
  ),
  one(
    'a function for a service, or for the organization',
    'negative',
    [
      permission({ principal: 's3.amazonaws.com', sourceAccount: account }),
      permission({ principal: 'apigateway.amazonaws.com' }),
      permission({ principal: '*', principalOrgID: 'o-exampleorg' }),
      permission({ principal: account }),
    ],
    [],
  ),

  // What the logs leave open.
  {
    name: 'a caller whose account is masked',
    kind: 'ambiguous',
    world: does(
      'masked',
      [
        plain(
          'sts',
          'AssumeRole',
          { roleArn: R2.arn, roleSessionName: 's' },
          { credentials: { accessKeyId: 'ASIAMASKMASKMASK0001', expiration: 'May 12, 2025, 9:20:00 AM' } },
        ),
      ],
      () => ({
        account,
        identity: { type: 'AWSAccount', principalId: 'AIDAMASKMASKMASK00001', accountId: '************' },
      }),
    ),
    expect: [],
    notes: ['cross-account-unknown-unread'],
  },
  {
    name: 'a role whose account is masked',
    kind: 'ambiguous',
    world: assumed('masked role', ({ alice }) => alice, {
      ...role(account, 'theirs'),
      arn: 'arn:aws:iam::************:role/theirs',
    }),
    expect: [],
  },
  one('a policy that cannot be read', 'ambiguous', [key('{{{')], [], ['cross-account-unknown-unread']),
  one(
    'a principal that is only an id',
    'ambiguous',
    [bucket(allow({ AWS: 'AIDACKCEVSQ6C2EXAMPLE' }))],
    [{ severity: 'medium', says: ['the record does not say'] }],
  ),
  {
    name: 'own accounts derived from logs of two accounts',
    kind: 'ambiguous',
    world: () => {
      const world = new World('derived');
      world.assumes(0, world.alice, others);
      return world;
    },
    expect: [],
  },
  {
    name: 'the period asked for begins later',
    kind: 'ambiguous',
    world: () => {
      const world = assumed('window', ({ alice }) => alice, theirs)();
      return world.does(10 * minute, world.alice, snapshot({ group: 'all' }));
    },
    options: { since: '2025-05-12T09:00:00Z' },
    expect: [],
  },
];
