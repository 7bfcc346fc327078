import {
  actions,
  iamUser,
  longTermKey,
  seenFromOutside,
  service,
  throughService,
  user,
  type Action,
  type Caller,
  type JsonObject,
} from '../../../scripts/sample/records';
import { account, alicesKey, minute, office, other, R1, start, World } from '../../unit/engine/support/world';
import type { ExpectedFinding, RuleCase } from './rule-case';

const { plain } = actions;
const trail = (name: string, params: JsonObject = {}): Action => plain('cloudtrail', name, { name: 'main', ...params });
const stops = trail('StopLogging');
const refused = (action: Action, code = 'AccessDenied', params: JsonObject | null = null): Action => ({
  ...action,
  params,
  error: { code, message: 'is not authorized' },
});
const selectors = (params: JsonObject): Action =>
  plain('cloudtrail', 'PutEventSelectors', { trailName: 'main', ...params });
const basic = (...list: readonly JsonObject[]): Action => selectors({ eventSelectors: list });
const management = (readWriteType: string): JsonObject => ({ readWriteType, includeManagementEvents: true });
const advanced = (...fields: readonly (readonly [string, string])[]): Action =>
  selectors({
    advancedEventSelectors: [{ fieldSelectors: fields.map(([field, value]) => ({ field, equals: [value] })) }],
  });
const bucketPolicy = (bucket: string, expiration: JsonObject, more: JsonObject = {}): Action =>
  plain('s3', 'PutBucketLifecycle', {
    lifecycle: '',
    bucketName: bucket,
    LifecycleConfiguration: { Rule: { ID: 'x', Status: 'Enabled', Prefix: '', Expiration: expiration, ...more } },
  });
const makesTrail = plain(
  'cloudtrail',
  'CreateTrail',
  { name: 'main', s3BucketName: 'trail-bucket', isMultiRegionTrail: true, kmsKeyId: 'alias-less-key' },
  {
    name: 'main',
    s3BucketName: 'trail-bucket',
    kmsKeyId: `arn:aws:kms:us-east-1:${account}:key/0a1b2c3d-0000-4000-8000-000000000001`,
  },
);

const does = (name: string, list: readonly Action[], by: (world: World) => Caller = ({ alice }) => alice) => {
  return (): World => {
    const world = new World(name);
    const caller = by(world);
    list.forEach((action, at) => world.does((10 + at) * minute, caller, action));
    return world;
  };
};
const chained = (world: World): Caller => world.assumes(0, world.alice, R1);
const fromInstance = (world: World): Caller => world.delivers(0).v2;

const one = (
  name: string,
  kind: RuleCase['kind'],
  list: readonly Action[],
  expect: readonly ExpectedFinding[],
  notes: readonly string[] = [],
): RuleCase => ({ name, kind, world: does(name, list), expect, notes });

const logs = ['T1562.008', 'T1685.002'];
const tools = ['T1562.001', 'T1685'];

/** Calls that need no certain request, each with the techniques that it shows. */
const always: readonly (readonly [Action, readonly string[]])[] = [
  [stops, logs],
  [trail('DeleteTrail'), logs],
  [
    plain('cloudtrail', 'DeleteEventDataStore', { eventDataStore: 'arn:aws:cloudtrail:us-east-1:1:eventdatastore/e' }),
    logs,
  ],
  [plain('guardduty', 'DeleteDetector', { detectorId: 'd1' }), tools],
  [plain('guardduty', 'UpdateDetector', { detectorId: 'd1', enable: false }), tools],
  [plain('guardduty', 'CreateIPSet', { name: 'mine', activate: true }), ['T1562.007', 'T1686.001']],
  [plain('guardduty', 'CreateFilter', { name: 'f', action: 'ARCHIVE' }), tools],
  [plain('guardduty', 'DisassociateFromMasterAccount', { detectorId: 'd1' }), tools],
  [plain('guardduty', 'DisassociateFromAdministratorAccount', { detectorId: 'd1' }), tools],
  [plain('config', 'StopConfigurationRecorder', { configurationRecorderName: 'default' }), tools],
  [plain('ec2', 'DeleteFlowLogs', { DeleteFlowLogsRequest: { FlowLogId: { content: 'fl-1', tag: 1 } } }), logs],
  [plain('securityhub', 'DisableSecurityHub'), tools],
  [plain('organizations', 'LeaveOrganization'), tools],
  [plain('monitoring', 'DeleteAlarms', { alarmNames: ['root-login'] }), tools],
  [plain('iam', 'DeleteAccountPasswordPolicy'), tools],
];

export const cases: readonly RuleCase[] = [
  ...always.flatMap(([action, techniques]): RuleCase[] => [
    one(`${action.name}, done`, 'positive', [action], [{ severity: 'high', techniques, evidence: [action.name] }]),
    one(
      `${action.name}, refused`,
      'positive',
      [refused(action)],
      [{ severity: 'low', techniques, says: ['0 successful calls', '1 failed one', 'had it worked'] }],
    ),
  ]),
  {
    name: 'a trail stopped and started again',
    kind: 'positive',
    world: does('stopped', [stops, actions.listBuckets, trail('StartLogging')]),
    expect: [
      {
        severity: 'high',
        count: 1,
        confidence: 'exact',
        title: `StopLogging of trail main by access key ${alicesKey} of user alice`,
        says: [
          '1 successful call that blinds',
          'StopLogging of trail main at 2025-05-12T08:10:00Z',
          `Logging may be blind: trail main of account ${account} from 2025-05-12T08:10:00Z until 2025-05-12T08:12:00Z`,
        ],
        saysNot: ['more severe'],
      },
    ],
    notes: ['logging-stopped'],
  },
  one(
    'a trail stopped at the second try, and not started again at the first',
    'positive',
    [
      refused(stops, 'AccessDenied', { name: 'main' }),
      stops,
      refused(trail('StartLogging'), 'AccessDenied', { name: 'main' }),
    ],
    [
      {
        severity: 'high',
        count: 2,
        says: [`trail main of account ${account} from 2025-05-12T08:11:00Z on, to the end of these logs`],
      },
    ],
    ['logging-stopped'],
  ),
  {
    name: 'a rule on the bucket of a trail from another own account, which both accounts log, once',
    kind: 'positive',
    world: () => {
      const world = does('both log', [makesTrail])();
      const dave = iamUser(user(other, 'dave'), longTermKey('dave'));
      const copy = { recipient: account, sharedEventID: '0a1b2c3d-0000-4000-8000-000000000001' };
      const rule = bucketPolicy('trail-bucket', { Days: 1 });
      world.records.push(
        world.trail.record(start + 20 * minute, dave, rule, office, { ...copy, recipient: other }),
        world.trail.record(start + 20 * minute, seenFromOutside(dave), rule, office, copy),
      );
      return world;
    },
    settings: { ownAccounts: [account, other] },
    expect: [{ severity: 'high', count: 1 }],
  },
  {
    name: 'a trail stopped by an assumed role',
    kind: 'positive',
    world: does('chained', [stops], chained),
    expect: [{ severity: 'critical', says: ['reached by 1 role assumption', 'on, to the end of these logs'] }],
  },
  {
    name: 'a trail stopped with the credentials of an instance',
    kind: 'positive',
    world: does('instance', [stops], fromInstance),
    expect: [{ severity: 'critical', instanceIds: ['i-0123456789abcdef0'] }],
  },
  {
    name: 'tried in vain by an assumed role',
    kind: 'positive',
    world: does('chained attempt', [refused(stops)], chained),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'several, done and failed, and a second session',
    kind: 'positive',
    world: () => {
      const world = does('several', [
        refused(trail('DeleteTrail')),
        stops,
        stops,
        plain('guardduty', 'DeleteDetector', { detectorId: 'd1' }),
      ])();
      return world.does(30 * minute, world.signsOn(0, 'carol@example.com'), stops);
    },
    expect: [
      {
        severity: 'high',
        count: 4,
        title: `StopLogging of trail main and DeleteDetector of detector d1 by access key ${alicesKey} of user alice`,
        says: ['3 successful calls', '1 failed one'],
        techniques: [...logs, ...tools],
      },
      { severity: 'high', count: 1 },
    ],
  },
  one(
    'one Region only',
    'positive',
    [trail('UpdateTrail', { isMultiRegionTrail: false })],
    [{ severity: 'high', says: ['logs one Region only', 'without other Regions'] }],
    ['logging-stopped'],
  ),
  one(
    'another bucket',
    'positive',
    [makesTrail, trail('UpdateTrail', { s3BucketName: 'mine' })],
    [{ severity: 'high', says: ['bucket mine instead of trail-bucket'] }],
  ),
  one(
    'no management events',
    'positive',
    [basic({ readWriteType: 'All', includeManagementEvents: false })],
    [{ severity: 'high', says: ['leaves out management events'] }],
    ['logging-stopped'],
  ),
  one('write events only', 'positive', [basic(management('WriteOnly'))], [{ severity: 'high', says: ['read events'] }]),
  one('read events only', 'positive', [basic(management('ReadOnly'))], [{ severity: 'high', says: ['write events'] }]),
  one('no selectors', 'positive', [basic()], [{ severity: 'high' }]),
  one('advanced selectors for data events', 'positive', [advanced(['eventCategory', 'Data'])], [{ severity: 'high' }]),
  one(
    'advanced selectors for write events',
    'positive',
    [advanced(['eventCategory', 'Management'], ['readOnly', 'false'])],
    [{ severity: 'high', says: ['leaves out read events'] }],
  ),
  one(
    'a rule that deletes what the trail delivers',
    'positive',
    [makesTrail, bucketPolicy('trail-bucket', { Days: 7 })],
    [{ severity: 'high', says: ['deleted after 7 days'] }],
  ),
  {
    name: 'the same, on a bucket that CloudTrail looks at',
    kind: 'positive',
    world: () => {
      const world = does('looked at', [bucketPolicy('trail-bucket', { Days: 1 })])();
      return world.does(
        30 * minute,
        service(account, 'cloudtrail'),
        plain('s3', 'GetBucketAcl', { bucketName: 'trail-bucket' }),
      );
    },
    expect: [{ severity: 'high' }],
  },
  one(
    'a rule with a date',
    'positive',
    [makesTrail, bucketPolicy('trail-bucket', { Date: '2025-05-14T00:00:00Z' })],
    [{ severity: 'high', says: ['deleted after 2 days'] }],
  ),
  one(
    'the key of a trail',
    'positive',
    [makesTrail, plain('kms', 'ScheduleKeyDeletion', { keyId: '0a1b2c3d-0000-4000-8000-000000000001' })],
    [{ severity: 'high' }],
  ),
  {
    name: 'a trail that goes with a stack',
    kind: 'positive',
    world: does('stack', [trail('DeleteTrail')], ({ alice }) => throughService(alice, 'cloudformation')),
    expect: [{ severity: 'high' }],
    notes: ['logging-stopped'],
  },
  {
    name: 'alarms deleted in the console of long ago',
    kind: 'positive',
    world: does('console', [plain('monitoring', 'DeleteAlarms', { alarmNames: ['root-login'] })], ({ alice }) => {
      const { identity } = alice;
      return { account, identity: { ...identity, invokedBy: 'signin.amazonaws.com' } };
    }),
    expect: [{ severity: 'high' }],
  },

  // Ordinary life.
  one(
    'the same trail as before',
    'negative',
    [makesTrail, trail('UpdateTrail', { isMultiRegionTrail: true, s3BucketName: 'trail-bucket' })],
    [],
  ),
  one(
    'a change of a trail that leaves its bucket and Regions alone',
    'negative',
    [makesTrail, trail('UpdateTrail', { enableLogFileValidation: true })],
    [],
  ),
  one('all events', 'negative', [basic(management('All'))], []),
  one('all events, in two halves', 'negative', [basic(management('ReadOnly'), management('WriteOnly'))], []),
  one('all management events, advanced', 'negative', [advanced(['eventCategory', 'Management'])], []),
  one('GuardDuty stays on', 'negative', [plain('guardduty', 'UpdateDetector', { detectorId: 'd1', enable: true })], []),
  one(
    'a filter that archives nothing',
    'negative',
    [plain('guardduty', 'CreateFilter', { name: 'f', action: 'NOOP' })],
    [],
  ),
  one(
    'a rule on the bucket of a trail that keeps for a year',
    'negative',
    [makesTrail, bucketPolicy('trail-bucket', { Days: 8 })],
    [],
  ),
  one(
    'a rule that is off',
    'negative',
    [makesTrail, bucketPolicy('trail-bucket', { Days: 1 }, { Status: 'Disabled' })],
    [],
  ),
  one('a rule on another bucket', 'negative', [makesTrail, bucketPolicy('scratch', { Days: 1 })], []),
  one(
    'a rule on a bucket that somebody looks at, and no trail delivers to',
    'negative',
    [makesTrail, plain('s3', 'GetBucketAcl', { bucketName: 'scratch' }), bucketPolicy('scratch', { Days: 1 })],
    [],
  ),
  one(
    'a rule on a bucket that a trail should have had, which was refused',
    'negative',
    [
      makesTrail,
      refused(trail('CreateTrail'), 'S3BucketDoesNotExistException', { name: 'second', s3BucketName: 'scratch' }),
      bucketPolicy('scratch', { Days: 1 }),
    ],
    [],
  ),
  one('another key', 'negative', [makesTrail, plain('kms', 'ScheduleKeyDeletion', { keyId: 'other' })], []),
  one('a rule on another bucket, refused', 'negative', [refused(bucketPolicy('x', { Days: 1 }))], []),
  one('a call that was throttled', 'negative', [refused(stops, 'ThrottlingException')], []),
  {
    name: 'alarms that go with a scaling group',
    kind: 'negative',
    world: does('scaling', [plain('monitoring', 'DeleteAlarms', { alarmNames: ['cpu'] })], ({ alice }) =>
      throughService(alice, 'autoscaling'),
    ),
    expect: [],
  },
  {
    name: 'a longer time that the case file sets, and a rule within it',
    kind: 'positive',
    world: does('threshold', [makesTrail, bucketPolicy('trail-bucket', { Days: 30 })]),
    settings: { thresholds: { 'defense-evasion-in-session': { trailRetentionDays: 30 } } },
    expect: [{ severity: 'high' }],
  },

  // What the logs leave open.
  one(
    'a trail that is not there',
    'ambiguous',
    [refused(stops, 'TrailNotFoundException', { name: 'gone' })],
    [
      {
        severity: 'low',
        evidence: ['StopLogging'],
        title: `StopLogging of trail gone tried in vain by access key ${alicesKey} of user alice`,
      },
    ],
  ),
  one(
    'a bucket, and no record of the one before',
    'ambiguous',
    [trail('UpdateTrail', { s3BucketName: 'mine' })],
    [{ severity: 'medium', says: ['which one it had is not in these logs'] }],
  ),
  one(
    'a change of a trail that was refused, without its request',
    'ambiguous',
    [refused(trail('UpdateTrail'))],
    [{ severity: 'low' }],
  ),
  one(
    'a bucket where no record tells those of a trail',
    'ambiguous',
    [bucketPolicy('maybe', { Days: 1 })],
    [],
    ['defense-evasion-in-session-targets'],
  ),
  one(
    'a key where no record tells those of a trail',
    'ambiguous',
    [plain('kms', 'ScheduleKeyDeletion', { keyId: 'maybe' })],
    [],
    ['defense-evasion-in-session-targets'],
  ),
  one(
    'selectors that the record does not have',
    'ambiguous',
    [selectors({})],
    [],
    ['defense-evasion-in-session-targets'],
  ),
  {
    name: 'the period asked for begins later',
    kind: 'ambiguous',
    world: does('window', [stops]),
    options: { since: '2025-05-12T09:00:00Z' },
    expect: [],
    notes: ['logging-stopped'],
  },
];
