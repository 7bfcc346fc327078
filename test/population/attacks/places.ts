/** §2.11, 2.12, 2.17–2.19: credentials in two places, workloads elsewhere, tools, sessions unlike their peers. */
import {
  actions,
  assumeRoleWithWebIdentity,
  longTermKey,
  MINUTE,
  type Action,
  type Origin,
  type Session,
} from '../../../scripts/sample/records';
import { call, calls, strangersReads, throttled } from '../company/calls';
import { on } from '../company/calendar';
import { DEV, PROD, roles, users } from '../company/estate';
import { agents, from, intruder } from '../company/networks';
import type { OrdinaryLife } from '../life/ordinary-life';
import { Scene, type Attack } from './scene';
import { copied, keyOf, target, victims } from './targets';

/** Now the person, now somebody else, within minutes, with another machine. */
function interleaved(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a session used in turn by its owner and a thief', on(10, '17:40'));
  const home = from('87.123.44.5', agents.cliMac);
  const thief = from(intruder.vps, agents.boto);
  const session = scene.signsOn(0, 'dev.patel', DEV, home);
  for (let turn = 0; turn < 4; turn++) {
    scene.does(60 + turn * 400, session, actions.getCallerIdentity, home);
    scene.does(200 + turn * 400, session, actions.listBuckets, thief);
  }
  return scene
    .expects('session-multi-origin', 'high', { key: session.key }, 'interleaved +2, other OS +2, other tool +1')
    .done();
}

/** In turn, but nothing else differs. */
function sameClient(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a role session used in turn from two places', on(11, '20:10'));
  const desk = from('84.142.10.21', agents.cliMac);
  const session = scene.assumes(0, keyOf(users.emma, ' other'), roles.developer, desk);
  for (let turn = 0; turn < 3; turn++) {
    scene.does(60 + turn * 500, session, actions.listBuckets, desk);
    scene.does(300 + turn * 500, session, actions.listBuckets, from(intruder.laptop, agents.cliMac));
  }
  return scene.expects('session-multi-origin', 'medium', { key: session.key }, 'interleaved only: 2 points').done();
}

/** First here, later there, once: the ambiguous one. */
function movedOnce(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a session that moved once', on(12, '18:20'));
  const home = from('88.130.62.9', agents.cliMac);
  const session = scene.signsOn(0, 'ines', DEV, home);
  scene.doesAll(60, session, [actions.getCallerIdentity, actions.listBuckets], home, 60);
  scene.doesAll(
    3 * 3600,
    session,
    [actions.getCallerIdentity, actions.listBuckets],
    from(intruder.other, agents.cliMac),
    60,
  );
  return scene.expects('session-multi-origin', 'low', { key: session.key }, 'two groups, 0 points').done();
}

/** A function's credentials on a laptop. */
function functionElsewhere(life: OrdinaryLife): Attack {
  const session = life.book.sessionAfter('lambda order-indexer', on(9, '09:00'));
  const scene = new Scene(life, 'the credentials of a function on a laptop', session.issuedAt);
  scene.doesAll(
    25 * MINUTE,
    session,
    [actions.getCallerIdentity, actions.listBuckets, call('dynamodb:ListTables')],
    from(intruder.laptop, agents.cliMac),
    20,
  );
  return scene
    .expects('workload-credential-off-platform', 'high', { key: session.key }, '(a) no marker, other tool, other place')
    .done();
}

function taskElsewhere(life: OrdinaryLife): Attack {
  const session = life.book.sessionAfter('task checkout-task', on(10, '08:00'));
  const scene = new Scene(life, 'the credentials of a task on a rented server', session.issuedAt);
  scene.doesAll(
    50 * MINUTE,
    session,
    [actions.getCallerIdentity, actions.getSecretValue(PROD, 'shop/payment')],
    from(intruder.vps, agents.cliLinux),
    20,
  );
  return scene
    .expects('workload-credential-off-platform', 'high', { key: session.key }, '(a) no marker, other tool, other place')
    .done();
}

/** A pod's session with the same program, but not behind the cluster. */
function podElsewhere(life: OrdinaryLife): Attack {
  const session = life.book.sessionAfter('pod payments', on(9, '11:00'));
  const scene = new Scene(life, 'the credentials of a pod outside of its cluster', session.issuedAt);
  scene.doesAll(
    15 * MINUTE,
    session,
    [actions.getItem(PROD, 'payments-items'), actions.getItem(PROD, 'payments-items')],
    from(intruder.ssrf, agents.podGo),
    30,
  );
  return scene
    .expects('workload-credential-off-platform', 'medium', { key: session.key }, '(b) only the location differs')
    .done();
}

/** A job's session on another machine than the one that signed in. */
function jobElsewhere(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'the credentials of a GitHub job on another machine', on(11, '10:30'));
  const runner = from('20.102.44.7', agents.githubCli);
  const session = scene.keep(
    assumeRoleWithWebIdentity(scene.trail, {
      at: scene.at(0),
      role: roles.githubDeploy,
      name: 'GitHubActions',
      issuer: 'token.actions.githubusercontent.com',
      audience: 'sts.amazonaws.com',
      subject: 'repo:example/site:ref:refs/heads/main',
      origin: runner,
    }),
  );
  scene.doesAll(10, session, [actions.listBuckets, actions.putObject(DEV, 'company-site', 'a.js')], runner, 10);
  scene.doesAll(
    200,
    session,
    [actions.getCallerIdentity, actions.listBuckets, call('secretsmanager:ListSecrets')],
    from(intruder.other, agents.boto),
    15,
  );
  return scene
    .expects(
      'workload-credential-off-platform',
      'high',
      { key: session.key },
      '(b) place and client differ from the issuing runner',
    )
    .done();
}

/** Kali writes. */
function kali(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a copied key from Kali', on(10, '23:00'));
  const caller = copied.felix();
  const origin = from(intruder.laptop, agents.kali);
  scene.doesAll(
    0,
    caller,
    [actions.getCallerIdentity, actions.listBuckets, actions.putObject(DEV, 'company-datasets', 'raw/x')],
    origin,
    40,
  );
  return scene
    .expects('rare-client', 'high', { key: longTermKey('felix') }, 'offensive tool marker, with a write')
    .done();
}

function pacu(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a copied key in Pacu', on(9, '22:30'));
  scene.doesAll(
    0,
    keyOf(victims.probe2),
    [actions.getCallerIdentity, call('iam:ListUsers'), actions.listBuckets],
    from(intruder.vps, agents.pacu),
    40,
  );
  return scene
    .expects('rare-client', 'medium', { key: longTermKey('ticket-bot') }, 'offensive tool marker, reads only')
    .done();
}

/** A client that nobody here uses. */
function unknownClient(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a client that nobody here uses', on(12, '03:10'));
  scene.doesAll(
    0,
    copied.smtpRelay(),
    [actions.getCallerIdentity, actions.listBuckets],
    from('35.157.30.13', 'rclone/v1.62.2'),
    40,
  );
  return scene
    .expects('rare-client', 'low', { key: longTermKey('smtp-relay') }, 'rare family, first time after learning')
    .done();
}

const everything: readonly Action[] = [
  ...strangersReads,
  ...calls(`
    athena:ListWorkGroups glue:GetDatabases redshift:DescribeClusters elasticache:DescribeCacheClusters es:ListDomainNames
    kinesis:ListStreams firehose:ListDeliveryStreams states:ListStateMachines apigateway:GetRestApis cognito-idp:ListUserPools
    route53:ListHostedZones cloudfront:ListDistributions acm:ListCertificates wafv2:ListWebACLs batch:DescribeJobQueues
    codecommit:ListRepositories codebuild:ListProjects codepipeline:ListPipelines iam:CreateUser iam:CreateAccessKey
    lambda:CreateFunction20150331 ec2:CreateKeyPair ec2:RunInstances ssm:SendCommand backup:ListBackupVaults
  `),
];

/** From the host itself: only what it does is unlike every other session of such hosts. */
function unlikeItsPeers(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a web server that does everything', on(11, '03:20'));
  const host = scene.machine('web-1');
  const own = scene.steals('web-1', 0);
  const regions = ['us-east-1', 'eu-west-1', 'ap-south-1', 'us-west-2', 'sa-east-1', 'ca-central-1'];
  const origin = from(host.exit(scene.at(0)), agents.java);
  everything.forEach((action, index) => {
    const there: Action = { ...action, region: regions[index % regions.length] ?? 'us-east-1' };
    if (index % 2 === 1) scene.isRefused(index * 2, own, there, origin);
    else scene.does(index * 2, own, there, origin);
  });
  return scene
    .expects('session-outlier', 'medium', { instance: host.id }, '≥3 features')
    .expects('access-denied-enumeration', 'medium', { instance: host.id }, '(a) temporary credentials of an instance')
    .done();
}

/** A key that asks for everything within a minute. */
function burstOfKey(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a key reads everything within a minute', on(8, '03:00'));
  const caller = keyOf(victims.burst);
  const origin = from(intruder.other, agents.boto);
  strangersReads.forEach((action, index) => {
    scene.does(index * 2, caller, index % 5 === 4 ? throttled(action) : action, origin);
  });
  return scene
    .expects(
      'discovery-burst',
      'low',
      { key: longTermKey('ci-mirror-2') },
      '≥15 distinct reads in 60 s; throttled ones count',
    )
    .done();
}

/** Exactly fifteen reads (who one is does not count) in exactly sixty seconds, chained: bounds are inclusive. */
function burstAtTheBound(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'fifteen reads in sixty seconds', on(8, '04:40'));
  const origin = from(intruder.vps, agents.cliLinux);
  const session = scene.assumes(0, keyOf(victims.archive), target.logArchive, origin);
  strangersReads.slice(1, 16).forEach((action, index) => {
    scene.does(10 + Math.floor((index * 60) / 14), session, action, origin);
  });
  return scene
    .expects('discovery-burst', 'medium', { key: session.key }, 'chained ≥1, 15 in 60 s, both bounds included')
    .done();
}

/** Terraform on an instance is no excuse. */
function burstOfInstance(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a host reads everything, as Terraform it says', on(10, '07:10'));
  const host = scene.machine('kube-2');
  const origin: Origin = from(host.exit(scene.at(0)), agents.terraform);
  scene.doesAll(0, scene.steals('kube-2', 0), strangersReads, origin, 2.5);
  return scene
    .expects(
      'discovery-burst',
      'medium',
      { instance: host.id },
      'EC2 session; UA terraform is excluded unless instance',
    )
    .done();
}

/** Slower: twenty-five within five minutes, refused mostly. */
function slowBurst(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'forty reads within five minutes, mostly refused', on(12, '04:10'));
  const origin = from(intruder.laptop, agents.cliLinux);
  const session: Session = scene.assumes(0, keyOf(victims.probe, ' slow'), target.sandbox, origin);
  const reads = everything.filter(
    ({ readOnly, name }) =>
      readOnly !== false && !name.startsWith('Create') && !name.startsWith('Run') && !name.startsWith('Send'),
  );
  reads.slice(0, 40).forEach((action, index) => {
    if (index % 3 === 0) scene.does(20 + index * 7, session, action, origin);
    else scene.isRefused(20 + index * 7, session, action, origin);
  });
  return scene
    .expects('discovery-burst', 'medium', { key: session.key }, '≥25 in 300 s, chained')
    .expects('access-denied-enumeration', 'medium', { key: session.key }, '(a) chained')
    .done();
}

export function places(life: OrdinaryLife): Attack[] {
  return [
    interleaved(life),
    sameClient(life),
    movedOnce(life),
    functionElsewhere(life),
    taskElsewhere(life),
    podElsewhere(life),
    jobElsewhere(life),
    kali(life),
    pacu(life),
    unknownClient(life),
    unlikeItsPeers(life),
    burstOfKey(life),
    burstAtTheBound(life),
    burstOfInstance(life),
    slowBurst(life),
  ];
}
