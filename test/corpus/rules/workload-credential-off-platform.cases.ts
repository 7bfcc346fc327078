/** Cases of `workload-credential-off-platform`: functions, tasks, builds, pods and pipelines, and their credentials elsewhere. */
import {
  actions,
  assumeRoleForPodIdentity,
  assumeRoleWithWebIdentity,
  deliver,
  role,
  roleSession,
  throughService,
  type Origin,
  type Role,
  type Session,
} from '../../../scripts/sample/records';
import type { World } from '../../unit/engine/support/world';
import { account, cli, from, hour, minute, office, onMac, R1, start } from '../../unit/engine/support/world';
import { told } from './instance-worlds';
import type { RuleCase } from './rule-case';

const fn = role(account, 'fn');
const task = role(account, 'task');
const ci = role(account, 'ci');
const pod = role(account, 'pod');
const boto = 'Boto3/1.34.42 md/Botocore#1.34.42 ua/2.0 os/linux#5.10 md/arch#x86_64 lang/python#3.12.3';
const onLambda = `${boto} exec-env/AWS_Lambda_python3.12`;
const onEcs = 'aws-sdk-go-v2/1.26.1 os/linux lang/go#1.22.3 md/GOOS#linux exec-env/AWS_ECS_FARGATE';
const onCodeBuild = 'aws-cli/2.15.30 os/linux#5.10 lang/python#3.11 exec-env/AWS_CodeBuild';
const rust = 'aws-sdk-rust/1.3.0 os/linux lang/rust/1.77.0';
const aws = (ua: string): Origin => from('18.200.1.10', ua);
const thief = from('8.8.8.8', onMac);

function delivered(world: World, service: string, of: Role, name: string, at = 0): Session {
  const grant = deliver(world.trail, {
    at: start + at,
    service,
    role: of,
    name,
    minutes: 360,
    withAssumedRoleUser: service !== 'lambda',
  });
  world.records.push(...grant.records);
  return grant.session;
}

const lambda = (world: World, at = 0): Session => delivered(world, 'lambda', fn, 'resize', at);
const ecs = (world: World): Session => delivered(world, 'ecs-tasks', task, '0123456789abcdef0123456789abcdef');

function webIdentity(world: World, at: number, of: Role, issuer: string, origin: Origin, name = 'run'): Session {
  const grant = assumeRoleWithWebIdentity(world.trail, {
    at: start + at,
    role: of,
    name,
    issuer,
    audience: 'sts.amazonaws.com',
    subject: 'repo:examplecorp/shop:ref:refs/heads/main',
    origin,
  });
  world.records.push(...grant.records);
  return grant.session;
}

const github = 'token.actions.githubusercontent.com';
const cluster = 'oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF';

/** A session works on its platform, then its credentials are used. */
function stolen(name: string, of: (world: World) => Session, own: Origin, use: Origin): () => World {
  return told(name, (world) => {
    const session = of(world);
    world.does(minute, session, actions.listBuckets, own).does(hour, session, actions.getCallerIdentity, use);
  });
}

export const cases: readonly RuleCase[] = [
  {
    name: 'a function’s credentials on a laptop',
    kind: 'positive',
    world: stolen('lambda', lambda, aws(onLambda), thief),
    expect: [
      {
        severity: 'high',
        title: 'Credentials of Lambda function resize (role fn) used from 8.8.8.8, not from Lambda',
        confidence: 'exact',
        count: 1,
        addresses: ['8.8.8.8'],
        techniques: ['T1552.005', 'T1078.004'],
        evidence: ['ListBuckets', 'GetCallerIdentity'],
        says: ['1 of 2 direct calls', 'aws-cli|darwin', 'exec-env/AWS_Lambda_'],
      },
    ],
  },
  {
    name: 'a task’s credentials on a laptop',
    kind: 'positive',
    world: stolen('ecs', ecs, aws(onEcs), thief),
    expect: [{ severity: 'high', techniques: ['T1552.005', 'T1552.007', 'T1078.004'] }],
  },
  {
    name: 'a build’s credentials on a laptop',
    kind: 'positive',
    world: stolen('codebuild', (world) => delivered(world, 'codebuild', R1, 'AWSCodeBuild-1'), aws(onCodeBuild), thief),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'known by its mark alone, without the record that issued it',
    kind: 'positive',
    world: stolen(
      'marked',
      () =>
        roleSession({
          role: fn,
          name: 'resize',
          key: 'ASIAFUNCTION12345678',
          issuedAt: start,
          expiresAt: start + hour,
        }),
      aws(onLambda),
      thief,
    ),
    expect: [{ severity: 'high', confidence: 'session' }],
  },
  {
    name: 'the mark is there, but a Mac behind it',
    kind: 'positive',
    world: stolen('forged', lambda, aws(onLambda), from('8.8.8.8', `${onMac} exec-env/AWS_Lambda_python3.12`)),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'the client that it uses itself, at another place and without the mark',
    kind: 'positive',
    world: stolen('no mark', lambda, aws(onLambda), from('8.8.8.8', boto)),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'a client without the mark that the function uses itself, at another place',
    kind: 'positive',
    world: told('own client', (world) => {
      const session = lambda(world);
      world.does(minute, session, actions.listBuckets, aws(onLambda));
      world.does(2 * minute, session, actions.listBuckets, aws(rust));
      world.does(hour, session, actions.listBuckets, from('8.8.8.8', rust));
    }),
    expect: [{ severity: 'medium', count: 1 }],
  },
  {
    name: 'a runtime that writes no mark, and nothing tells where it runs',
    kind: 'positive',
    world: told('rust', (world) => world.does(minute, lambda(world), actions.listBuckets, aws(rust))),
    expect: [{ severity: 'low', says: ['nothing tells where'] }],
  },
  {
    name: 'the credentials of a pipeline, away from its runner, by another client',
    kind: 'positive',
    world: stolen('github', (world) => webIdentity(world, 0, ci, github, office), office, thief),
    expect: [
      {
        severity: 'high',
        title: 'Credentials of web identity session run of role ci used from 8.8.8.8, not from its runner',
        techniques: ['T1528', 'T1078.004'],
        says: ['203.0.113.7'],
      },
    ],
  },
  {
    name: 'the credentials of a pipeline, away from its runner, by the same client',
    kind: 'positive',
    world: stolen('github same', (world) => webIdentity(world, 0, ci, github, office), office, from('8.8.8.8', cli)),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'two sessions of a pipeline at one foreign address do not make it a runner',
    kind: 'positive',
    world: told('github twice', (world) =>
      [0, 1].forEach((at) =>
        world.does(
          at * minute + 30,
          webIdentity(world, at * minute, ci, github, office, `run-${String(at)}`),
          actions.listBuckets,
          thief,
        ),
      ),
    ),
    expect: [{ severity: 'high', count: 2 }],
  },
  {
    name: 'the credentials of a pod outside its cluster',
    kind: 'positive',
    world: stolen('irsa', (world) => webIdentity(world, 0, pod, cluster, aws(boto)), aws(boto), thief),
    expect: [{ severity: 'high', techniques: ['T1552.007', 'T1528', 'T1078.004'] }],
  },
  {
    name: 'one finding a role, over its sessions',
    kind: 'positive',
    world: told('sessions', (world) =>
      [0, 1].forEach((at) => {
        const session = lambda(world, at * hour);
        world.does(at * hour + minute, session, actions.listBuckets, aws(onLambda));
        world.does(at * hour + 2 * minute, session, actions.listBuckets, thief);
      }),
    ),
    expect: [{ severity: 'high', count: 2, says: ['2 of 4 direct calls'] }],
  },
  {
    name: 'Glue is known to run on AWS only where a database tells what that is',
    kind: 'ambiguous',
    world: told('glue', (world) =>
      world.does(minute, delivered(world, 'glue', R1, 'GlueJobRunnerSession'), actions.listBuckets, thief),
    ),
    expect: [],
    notes: ['workload-credential-off-platform-unlocated'],
  },
  {
    name: 'a function at several addresses of Lambda',
    kind: 'negative',
    world: stolen('many', lambda, aws(onLambda), from('18.200.7.7', onLambda)),
    expect: [],
  },
  {
    name: 'an embedded client without the mark, where marked calls come from',
    kind: 'negative',
    world: stolen('embedded', lambda, aws(onLambda), aws(rust)),
    expect: [],
  },
  {
    name: 'an embedded client where other functions’ marked calls come from',
    kind: 'negative',
    world: told('shared exit', (world) => {
      world.does(minute, delivered(world, 'lambda', R1, 'other'), actions.listBuckets, aws(onLambda));
      world.does(hour, lambda(world), actions.listBuckets, aws(rust));
    }),
    expect: [],
  },
  {
    name: 'a function in a VPC, through its endpoint',
    kind: 'negative',
    world: stolen('vpc', lambda, aws(onLambda), from('10.0.0.9', rust, 'vpce-1')),
    expect: [],
  },
  {
    name: 'from where the case file trusts',
    kind: 'negative',
    world: stolen('trusted', lambda, aws(onLambda), thief),
    settings: { trustedCidrs: ['8.8.8.0/24'] },
    expect: [],
  },
  {
    name: 'a task that leaves by a gateway of its VPC',
    kind: 'negative',
    world: stolen('egress', ecs, aws(onEcs), from('8.8.8.8', rust)),
    settings: { egressByVpc: { 'vpc-0a1': ['8.8.8.8/32'] } },
    expect: [],
  },
  {
    name: 'a pipeline that stays on its runner',
    kind: 'negative',
    world: stolen('stays', (world) => webIdentity(world, 0, ci, github, office), office, from('203.0.113.7', onMac)),
    expect: [],
  },
  {
    name: 'another runner of the same pipeline',
    kind: 'negative',
    world: told('runners', (world) => {
      webIdentity(world, 0, ci, github, from('203.0.113.8'), 'run-1');
      const session = webIdentity(world, 0, ci, github, office, 'run-2');
      world.does(hour, session, actions.listBuckets, from('203.0.113.8'));
    }),
    expect: [],
  },
  {
    name: 'pods that leave by another way than they signed in',
    kind: 'negative',
    world: told('pod exit', (world) =>
      [0, 1].forEach((at) => {
        const session = webIdentity(world, at * minute, pod, cluster, aws(boto), `pod-${String(at)}`);
        world.does(hour + at, session, actions.listBuckets, from('18.200.99.1', boto));
      }),
    ),
    expect: [],
  },
  {
    name: 'calls that a service made',
    kind: 'negative',
    world: told('forwarded', (world) => {
      const session = lambda(world);
      world.does(minute, session, actions.listBuckets, aws(onLambda));
      world.does(hour, throughService(session, 'athena'), actions.listBuckets, thief);
    }),
    expect: [],
  },
  {
    name: 'before the period that is asked for',
    kind: 'negative',
    world: stolen('before', lambda, aws(onLambda), thief),
    options: { since: '2025-05-12T10:00:00Z' },
    expect: [],
  },
  {
    name: 'a user’s session under the name of a function',
    kind: 'ambiguous',
    world: told('named', (world) => {
      const session = world.assumes(0, world.alice, fn, office, 'resize');
      world.does(minute, session, actions.listBuckets, aws(onLambda)).does(hour, session, actions.listBuckets, thief);
    }),
    expect: [],
  },
  {
    name: 'neither mark nor record that issued it: no workload, whatever its name',
    kind: 'ambiguous',
    world: told('pod name', (world) => {
      const name = 'eks-prod-shop-0a1b2c3d-1111-2222-3333-444455556666';
      const session = roleSession({
        role: pod,
        name,
        key: 'ASIAPODNAME123456789',
        issuedAt: start,
        expiresAt: start + hour,
      });
      world.does(minute, session, actions.listBuckets, aws(boto)).does(hour / 2, session, actions.listBuckets, thief);
    }),
    expect: [],
  },
  {
    name: 'a pod whose node asked for it, at the address of the node and elsewhere',
    kind: 'ambiguous',
    world: told('pod identity', (world) => {
      const node = world.delivers(0).v2;
      const grant = assumeRoleForPodIdentity(world.trail, start + minute, node, pod, 'prod', 'shop', aws(boto));
      world.records.push(...grant.records);
      world.does(hour, grant.session, actions.listBuckets, aws(boto));
      world.does(2 * hour, grant.session, actions.listBuckets, thief);
    }),
    expect: [{ severity: 'high', count: 1, addresses: ['8.8.8.8'] }],
  },
  {
    name: 'IPv6 beside an IPv4 address may be the same machine',
    kind: 'ambiguous',
    world: stolen('v6', (world) => webIdentity(world, 0, ci, github, office), office, from('2001:db8:40:12::91', cli)),
    expect: [],
    notes: ['workload-credential-off-platform-unlocated'],
  },
  {
    name: 'a function over IPv6 without the mark, where only its IPv4 addresses are known',
    kind: 'ambiguous',
    world: stolen('v6 function', lambda, aws(onLambda), from('2001:db8:40:12::91', rust)),
    expect: [],
    notes: ['workload-credential-off-platform-unlocated'],
  },
];
