/** The same aims in other ways: each variant is a line of a rule that the scenes elsewhere do not show. */
import {
  actions,
  assumeRoot,
  deliver,
  deliverToInstance,
  getFederationToken,
  HOUR,
  isJsonObject,
  longTermKey,
  MINUTE,
  role,
  roleSession,
  type CloudTrailRecord,
} from '../../../scripts/sample/records';
import { on } from '../company/calendar';
import { call, calls } from '../company/calls';
import { MANAGEMENT, PROD, roles, SECURITY, SHARED } from '../company/estate';
import { agents, from, intruder } from '../company/networks';
import type { OrdinaryLife } from '../life/ordinary-life';
import { Scene, type Attack } from './scene';
import { keyOf, victims } from './targets';

const thief = from(intruder.vps, agents.cliLinux);

/** A build's credentials after the build. */
function buildElsewhere(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'the credentials of a build on a rented server', on(9, '09:15'));
  const session = scene.keep(
    deliver(scene.trail, {
      at: scene.at(0),
      service: 'codebuild',
      role: roles.codebuildApp,
      name: `AWSCodeBuild-${scene.trail.random.uuid()}`,
      minutes: 60,
      withAssumedRoleUser: true,
    }),
  );
  scene.doesAll(
    20,
    session,
    [call('ecr:GetAuthorizationToken', {}), call('logs:CreateLogStream')],
    from('18.153.201.9', agents.codeBuild),
    10,
  );
  scene.doesAll(15 * MINUTE, session, [actions.getCallerIdentity, actions.listBuckets], thief, 30);
  return scene
    .expects(
      'workload-credential-off-platform',
      'high',
      { key: session.key },
      '(a) CodeBuild: no marker, another place',
    )
    .done();
}

/** The policy is named, not written. */
function adminToken(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a federation token of AdministratorAccess', on(11, '21:15'));
  const grant = getFederationToken(scene.trail, {
    at: scene.at(0),
    caller: keyOf(victims.backup, ' token'),
    user: victims.backup,
    name: 'admin',
    origin: thief,
  });
  const withPolicy = (record: CloudTrailRecord): CloudTrailRecord => ({
    ...record,
    requestParameters: {
      ...(isJsonObject(record.requestParameters ?? undefined) ? record.requestParameters : {}),
      policyArns: [{ arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
    },
  });
  scene.keep({ ...grant, records: grant.records.map(withPolicy) });
  return scene
    .expects(
      'federation-token-issued',
      'high',
      { key: longTermKey('backup-operator token') },
      'policyArns has AdministratorAccess',
    )
    .done();
}

/** An Instance Connect key pushed to a host, its credentials at the same desk soon after. */
function instanceConnect(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a key pushed by Instance Connect, the credentials taken', on(12, '10:40'));
  const home = from('178.1.30.77', agents.cliLinux);
  const host = scene.machine('ecs-host-2');
  const push = call(
    'ec2-instance-connect:SendSSHPublicKey',
    { instanceId: host.id, instanceOSUser: 'ec2-user', sSHPublicKey: 'ssh-ed25519 AAAA' },
    { success: true },
  );
  scene.does(30, scene.signsOn(0, 'jan', PROD, home), push, home);
  scene.doesAll(
    40 * MINUTE,
    scene.steals('ecs-host-2', 40 * MINUTE),
    [actions.getCallerIdentity, actions.listBuckets],
    home,
    30,
  );
  return scene
    .expects(
      'instance-credential-handoff',
      'high',
      { instance: host.id },
      'SendSSHPublicKey, the same address within 60 minutes',
    )
    .done();
}

/** A managed node outside EC2 assumes a role. */
function hybridNode(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a managed node outside EC2 assumes two roles', on(10, '06:40'));
  const id = 'mi-0a1b2c3d4e5f60718';
  const node = scene.keep(
    deliver(scene.trail, {
      at: scene.at(0),
      service: 'ssm',
      role: role(SHARED, 'hybrid-node'),
      name: id,
      minutes: 60,
      withAssumedRoleUser: true,
    }),
  );
  const origin = from('194.25.8.61', agents.cliLinux);
  scene.chain(60, node, [role(SHARED, 'hybrid-step'), role(PROD, 'hybrid-goal')], origin);
  return scene
    .expects(
      'ec2-credential-chain',
      'high',
      { role: role(PROD, 'hybrid-goal').arn },
      'mi-…: ssm-hybrid, same rule, ≥2 hops',
    )
    .done();
}

/** A session that only calls itself an instance. */
function imitatesInstance(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a chain whose sessions are called like instances', on(8, '20:10'));
  const goal = role(PROD, 'imitated-goal');
  scene.chain(0, keyOf(victims.trail, ' imitating'), [role(PROD, 'imitated'), goal], thief, 60, 'i-0aaaabbbbccccdddd');
  return scene.expects('role-chain-depth', 'medium', { role: goal.arn }, 'session name imitates an instance').done();
}

/** Root of a member by an administrator of Identity Center: not chained, but no one named for it. */
function rootByAdministrator(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'root of a member by an employee', on(12, '11:05'));
  const home = from('84.142.10.21', agents.cliMac);
  const session = scene.signsOn(0, 'ana', MANAGEMENT, home);
  const root = scene.keep(assumeRoot(scene.trail, scene.at(60), session, SECURITY, 'SQSUnlockQueuePolicy', home));
  scene.does(80, root, call('sqs:SetQueueAttributes', { queueUrl: 'locked' }), home);
  return scene.expects('assume-root-use', 'medium', { key: root.key }, 'AssumeRoot issued').done();
}

/** A bucket, and a function, for everybody. */
function publicShares(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a bucket and a function for everybody', on(12, '01:50'));
  const caller = keyOf(victims.trail, ' public shares');
  const bucketPolicy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::company-erp/*' }],
  };
  scene.does(0, caller, call('s3:PutBucketPolicy', { bucketName: 'company-erp', bucketPolicy }), thief);
  scene.does(
    40,
    caller,
    {
      ...call('lambda:AddPermission20150331v2', {
        functionName: 'mailer',
        statementId: 'x',
        action: 'lambda:InvokeFunction',
        principal: '*',
      }),
      readOnly: false,
    },
    thief,
  );
  return scene
    .expects('cross-account-unknown', 'high', { key: longTermKey('audit-export public shares') }, '(share) public')
    .done();
}

/** Somebody looks for secrets with a tool made for it. */
function truffleHog(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a key tried by TruffleHog', on(12, '22:00'));
  scene.does(0, keyOf(victims.quarantined, ' found'), actions.getCallerIdentity, from(intruder.laptop, 'TruffleHog'));
  return scene
    .expects('rare-client', 'medium', { key: longTermKey('data-science found') }, 'offensive tool marker')
    .done();
}

/** An employee does in an hour what nobody of the kind does in a day. */
function unlikeEmployees(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'an employee unlike all others', on(11, '22:10'));
  const home = from('62.155.80.12', agents.cliMac);
  const session = scene.signsOn(0, 'kira', PROD, home);
  const services =
    'athena glue redshift elasticache es kinesis firehose states apigateway batch backup codecommit codebuild codepipeline appsync'.split(
      ' ',
    );
  const writes = services.flatMap((service) => [1, 2, 3, 4].map((step) => call(`${service}:UpdateThing${step}`)));
  const regions =
    'eu-west-2 eu-west-3 eu-north-1 us-east-2 us-west-1 us-west-2 ap-south-1 sa-east-1 ca-central-1'.split(' ');
  writes.forEach((action, index) => {
    const region = regions[index % regions.length] ?? 'us-west-2';
    scene.does(60 + index * 2, session, { ...action, region }, home);
  });
  scene.doesAll(
    400,
    session,
    calls('lambda:CreateFunction20150331 ec2:CreateKeyPair events:PutRule events:PutTargets'),
    home,
    2,
  );
  return scene
    .expects('session-outlier', 'medium', { key: session.key }, '≥3 features: actions, calls in a minute, regions')
    .done();
}

/** The first hop from an instance into a role that only people assume. */
function edgeOfAnotherKind(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a host assumes what only people assume', on(12, '07:15'));
  const host = scene.machine('worker-3');
  const origin = from(host.exit(scene.at(0)), agents.cliOnHost);
  const session = scene.assumes(0, scene.steals('worker-3', 0), roles.terraformHub, origin);
  scene.does(20, session, actions.getCallerIdentity, origin);
  return scene
    .expects('rare-role-edge', 'low', { role: roles.terraformHub.arn }, 'first seen after learning, on one day')
    .done();
}

/** A host that was never launched in these logs, taken over IPv4 while its agent calls over IPv4: and it writes. */
function freshHost(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a new host, taken over on its second day', on(10, '09:00'));
  const id = 'i-0cafe0cafe0cafe01';
  const grant = deliverToInstance(scene.trail, scene.at(0), roles.worker, id);
  scene.add(grant.records);
  for (const hours of [0.2, 1.2, 2.2])
    scene.does(hours * HOUR, grant.v2, actions.heartbeat(id), from('35.157.30.13', agents.ssmAgent));
  scene.doesAll(
    3 * HOUR,
    grant.v2,
    [actions.getCallerIdentity, call('ec2:CreateKeyPair', { keyName: 'x' })],
    thief,
    30,
  );
  return scene
    .expects('ec2-credential-off-instance', 'critical', { instance: id }, 'a persistence call by the off location')
    .done();
}

/** A session from nowhere, with a marker of a function, on a laptop with another program. */
function functionFromNowhere(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a function of unknown origin, and a laptop', on(8, '11:20'));
  const session = roleSession({
    role: roles.mailer,
    name: 'mailer',
    key: scene.trail.temporaryKey(),
    issuedAt: scene.at(-MINUTE),
    expiresAt: scene.at(HOUR),
  });
  scene.doesAll(0, session, [call('ses:SendEmail'), call('ses:SendEmail')], from('3.66.2.9', agents.lambdaNode), 20);
  scene.doesAll(
    600,
    session,
    [actions.getCallerIdentity, actions.listBuckets],
    from(intruder.laptop, agents.cliMac),
    20,
  );
  return scene
    .expects(
      'workload-credential-off-platform',
      'medium',
      { key: session.key },
      'no issuing event: kind from markers (inferred, one step lower)',
    )
    .done();
}

export function otherWays(life: OrdinaryLife): Attack[] {
  return [
    buildElsewhere(life),
    adminToken(life),
    instanceConnect(life),
    hybridNode(life),
    imitatesInstance(life),
    rootByAdministrator(life),
    publicShares(life),
    truffleHog(life),
    unlikeEmployees(life),
    edgeOfAnotherKind(life),
    freshHost(life),
    functionFromNowhere(life),
  ];
}
