/** §2.20, 2.21: refusals in a row, logging and guards switched off. */
import { longTermKey, role, type Action } from '../../../scripts/sample/records';
import { call, calls, failing, trustFor } from '../company/calls';
import { on } from '../company/calendar';
import { OTHER_STRANGER, PROD, SHARED } from '../company/estate';
import { agents, from, intruder } from '../company/networks';
import type { OrdinaryLife } from '../life/ordinary-life';
import { Scene, type Attack } from './scene';
import { keyOf, target, victims } from './targets';

/** Ten refusals within five minutes. */
function refusals(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'ten refusals of a key', on(9, '05:30'));
  const caller = keyOf(victims.burst, ' refused');
  const tried = calls('iam:ListUsers iam:ListRoles s3:ListBuckets ec2:DescribeInstances kms:ListKeys');
  for (let step = 0; step < 10; step++) {
    scene.isRefused(
      step * 30,
      caller,
      tried[step % tried.length] ?? call('iam:ListUsers'),
      from(intruder.other, agents.cliLinux),
    );
  }
  return scene
    .expects('access-denied-enumeration', 'low', { key: longTermKey('ci-mirror-2 refused') }, '(a) ≥10 denied in 5 min')
    .done();
}

function probing(life: OrdinaryLife, count: number, day: number, atLeast: 'medium' | 'high'): Attack {
  const scene = new Scene(life, `${count} roles tried, none granted`, on(day, '04:45'));
  const caller = keyOf(victims.probe, ` probing ${count}`);
  for (let step = 0; step < count; step++) {
    scene.isRefusedRole(step * 40, caller, role(SHARED, `admin-${step}`), from(intruder.vps, agents.boto));
  }
  return scene
    .expects(
      'access-denied-enumeration',
      atLeast,
      { key: longTermKey(`inventory-script probing ${count}`) },
      `(b) ${count} roles in 10 minutes`,
    )
    .done();
}

/** Principals guessed by writing them into a trust policy: AWS refuses those that do not exist. */
function guessing(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'principals guessed in a trust policy', on(11, '04:25'));
  const caller = keyOf(victims.ghost, ' guessing');
  for (let step = 0; step < 4; step++) {
    const document = JSON.stringify(trustFor({ AWS: `arn:aws:iam::${OTHER_STRANGER}:role/guess-${step}` }));
    const action = call('iam:UpdateAssumeRolePolicy', { roleName: 'guessing', policyDocument: document });
    scene.does(
      step * 20,
      caller,
      failing(action, 'MalformedPolicyDocumentException', 'Invalid principal in policy'),
      from(intruder.laptop, agents.boto),
    );
  }
  return scene
    .expects(
      'access-denied-enumeration',
      'low',
      { key: longTermKey('ghost guessing') },
      "(b') ≥3 MalformedPolicyDocument in 10 minutes",
    )
    .done();
}

interface Sabotage {
  readonly day: number;
  readonly clock: string;
  readonly action: Action;
  readonly about: string;
}

/** Each by a long-term key of its own (nothing chained): high. */
const sabotages: readonly Sabotage[] = [
  {
    day: 8,
    clock: '02:10',
    action: call('cloudtrail:StopLogging', { name: `arn:aws:cloudtrail:us-east-1:${PROD}:trail/local` }),
    about: 'StopLogging',
  },
  {
    day: 9,
    clock: '02:55',
    action: call('cloudtrail:PutEventSelectors', {
      trailName: 'local',
      eventSelectors: [{ readWriteType: 'WriteOnly', includeManagementEvents: false, dataResources: [] }],
    }),
    about: 'management events off',
  },
  {
    day: 9,
    clock: '03:10',
    action: call('cloudtrail:UpdateTrail', {
      name: 'local',
      s3BucketName: 'elsewhere-logs',
      isMultiRegionTrail: false,
    }),
    about: 'another bucket, one region',
  },
  {
    day: 10,
    clock: '00:15',
    action: call('guardduty:UpdateDetector', { detectorId: 'd1', enable: false }),
    about: 'a detector switched off',
  },
  {
    day: 10,
    clock: '00:40',
    action: call('config:StopConfigurationRecorder', { configurationRecorderName: 'default' }),
    about: 'StopConfigurationRecorder',
  },
  {
    day: 11,
    clock: '00:25',
    action: call('ec2:DeleteFlowLogs', { DeleteFlowLogsRequest: { FlowLogId: { content: 'fl-1', tag: 1 } } }),
    about: 'DeleteFlowLogs',
  },
  {
    day: 11,
    clock: '00:55',
    action: call('s3:PutBucketLifecycle', {
      bucketName: 'company-cloudtrail-archive',
      lifecycle: '',
      LifecycleConfiguration: { Rule: { ID: 'x', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } } },
    }),
    about: 'the trail bucket forgets after a day',
  },
  {
    day: 12,
    clock: '01:05',
    action: call('guardduty:CreateFilter', { detectorId: 'd1', name: 'quiet', action: 'ARCHIVE', findingCriteria: {} }),
    about: 'a filter that archives',
  },
];

function sabotage(life: OrdinaryLife, { day, clock, action, about }: Sabotage): Attack {
  const scene = new Scene(life, `guards: ${about}`, on(day, clock));
  const name = ` ${about}`;
  scene.does(0, keyOf(victims.archive, name), action, from(intruder.other, agents.cliLinux));
  return scene.expects('defense-evasion-in-session', 'high', { key: longTermKey(`log-archiver${name}`) }, about).done();
}

/** In a chain it is worse, and an attempt is still told. */
function chainedSabotage(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'logging stopped by a chained session', on(12, '04:55'));
  const origin = from(intruder.vps, agents.cliLinux);
  const session = scene.assumes(0, keyOf(victims.archive, ' chained'), target.logArchive, origin);
  scene.does(30, session, call('cloudtrail:DeleteTrail', { name: 'organization' }), origin);
  return scene.expects('defense-evasion-in-session', 'critical', { key: session.key }, 'success +1 at depth ≥1').done();
}

function attempted(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a trail that is not there', on(8, '05:05'));
  const caller = keyOf(victims.ghost, ' attempt');
  const action = call('cloudtrail:StopLogging', { name: 'Default' });
  scene.does(
    0,
    caller,
    failing(action, 'TrailNotFoundException', 'Unknown trail: Default'),
    from(intruder.other, agents.cliLinux),
  );
  return scene
    .expects(
      'defense-evasion-in-session',
      'low',
      { key: longTermKey('ghost attempt') },
      'TrailNotFoundException is an attempt',
    )
    .done();
}

function detectorByHost(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a host deletes the detector', on(11, '07:40'));
  const host = scene.machine('ecs-host-2');
  scene.does(
    0,
    scene.steals('ecs-host-2', 0),
    call('guardduty:DeleteDetector', { detectorId: 'd2' }),
    from(host.exit(scene.at(0)), agents.cliOnHost),
  );
  return scene
    .expects('defense-evasion-in-session', 'critical', { instance: host.id }, 'success +1 by an instance')
    .done();
}

export function evasion(life: OrdinaryLife): Attack[] {
  return [
    refusals(life),
    probing(life, 3, 9, 'medium'),
    probing(life, 11, 10, 'high'),
    guessing(life),
    ...sabotages.map((each) => sabotage(life, each)),
    chainedSabotage(life),
    attempted(life),
    detectorByHost(life),
  ];
}
