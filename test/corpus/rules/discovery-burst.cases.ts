/** Cases of `discovery-burst`: many different questions at once, and what only looks like it. */
import {
  actions,
  consoleLogin,
  deliver,
  longTermKey,
  role,
  seenFromOutside,
  throughService,
  type Caller,
} from '../../../scripts/sample/records';
import {
  account,
  agent,
  alice,
  cli,
  from,
  hour,
  instanceId,
  minute,
  office,
  onMac,
  R1,
  start,
  World,
} from '../../unit/engine/support/world';
import { asks, questions } from './discovery';
import { anchored, told } from './instance-worlds';
import type { RuleCase } from './rule-case';

const terraform = from(
  '203.0.113.7',
  'APN/1.0 HashiCorp/1.0 Terraform/1.9.5 (+https://www.terraform.io) terraform-provider-aws/5.65.0',
);
const browser = from('203.0.113.7', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/124.0 Safari/537.36');
const techniques = ['T1580', 'T1526', 'T1087.004', 'T1069.003'];
const key = longTermKey('alice');

/** Alice's own key asks. */
const byKey = (name: string, count: number, seconds: number, services: readonly string[] = []) =>
  told(name, (world) => asks(world, minute, world.alice, questions(count, services), seconds));

function consoleKeys(world: World): readonly Caller[] {
  const { records, keys } = consoleLogin(world.trail, start, alice, office, 3);
  world.records.push(...records);
  return keys;
}

export const cases: readonly RuleCase[] = [
  {
    name: 'fifteen actions in sixty seconds, both ends included',
    kind: 'positive',
    world: byKey('fifteen', 15, 60),
    expect: [
      {
        severity: 'low',
        title: `Access key ${key} of user alice asked 15 different questions in 60 seconds`,
        confidence: 'exact',
        count: 1,
        addresses: ['203.0.113.7'],
        techniques,
        evidence: questions(15).map(({ name }) => name),
        says: ['15 different read actions of 6 services within 60 seconds', '15 calls.'],
        saysNot: ['refused', 'throttled', 'happened'],
      },
    ],
  },
  { name: 'fifteen in sixty-one seconds', kind: 'negative', world: byKey('61', 15, 61), expect: [] },
  { name: 'fourteen in sixty seconds', kind: 'negative', world: byKey('fourteen', 14, 60), expect: [] },
  {
    name: 'twenty-five in three hundred seconds, never fifteen in sixty',
    kind: 'positive',
    world: byKey('twenty-five', 25, 300),
    expect: [
      {
        severity: 'low',
        title: `Access key ${key} of user alice asked 25 different questions in 300 seconds`,
        says: ['within 300 seconds'],
      },
    ],
  },
  { name: 'twenty-five in three hundred and one seconds', kind: 'negative', world: byKey('301', 25, 301), expect: [] },
  { name: 'twenty-four in three hundred seconds', kind: 'negative', world: byKey('24', 24, 300), expect: [] },
  {
    name: 'of two services only',
    kind: 'negative',
    world: byKey('two services', 20, 30, ['ec2', 'iam']),
    expect: [],
  },
  {
    name: 'of three services',
    kind: 'positive',
    world: byKey('three services', 21, 30, ['ec2', 'iam', 's3']),
    expect: [{ severity: 'low', says: ['21 different read actions of 3 services'] }],
  },
  {
    name: 'the same few questions over and over',
    kind: 'negative',
    world: told('polling', (world) => {
      for (let round = 0; round < 10; round++) {
        asks(world, minute + round * 5, world.alice, questions(10), 4);
      }
    }),
    expect: [],
  },
  {
    name: 'calls that change something do not count',
    kind: 'negative',
    world: told('writes', (world) =>
      asks(
        world,
        minute,
        world.alice,
        [
          ...questions(14),
          actions.plain('s3', 'CreateBucket', { bucketName: 'b' }),
          actions.plain('sns', 'CreateTopic', { name: 't' }),
          actions.plain('sqs', 'CreateQueue', { queueName: 'q' }),
          actions.getCallerIdentity,
        ],
        30,
      ),
    ),
    expect: [],
  },
  {
    name: 'refused and throttled ones do',
    kind: 'positive',
    world: told('refused', (world) =>
      asks(
        world,
        minute,
        world.alice,
        questions(18).map((action, index) =>
          index % 3 === 0
            ? actions.refused(action, alice.arn)
            : index % 3 === 1
              ? { ...action, error: { code: 'ThrottlingException', message: 'Rate exceeded' } }
              : action,
        ),
        40,
      ),
    ),
    expect: [{ severity: 'low', says: ['18 different', '6 of them refused', '6 of them throttled'] }],
  },
  {
    name: 'twice in one session is one finding with a count, and tells the fuller burst',
    kind: 'positive',
    world: told('twice', (world) => {
      asks(world, minute, world.alice, questions(16), 40);
      asks(world, 2 * hour, world.alice, questions(20), 40);
    }),
    expect: [
      {
        severity: 'low',
        title: `Access key ${key} of user alice asked 20 different questions in 60 seconds`,
        count: 2,
        says: ['It happened 2 times'],
        evidence: ['DescribeInstances', ...questions(20).map(({ name }) => name)],
      },
    ],
  },
  {
    name: 'by a role that was assumed',
    kind: 'positive',
    world: told('chained', (world) => asks(world, hour, world.assumes(minute, world.alice, R1), questions(20), 30)),
    expect: [{ severity: 'medium', says: ['(depth 1)'] }],
  },
  {
    name: 'by an instance, where it is',
    kind: 'positive',
    world: told('instance', (world) => {
      const { v2 } = anchored(world);
      asks(world, hour, v2, questions(20), 30, from('2.2.2.2', cli));
    }),
    expect: [{ severity: 'medium', says: ['the credentials of a machine'], saysNot: ['elsewhere'] }],
  },
  {
    name: 'with the stolen credentials of an instance',
    kind: 'positive',
    world: told('stolen', (world) => {
      const { v2 } = anchored(world);
      asks(world, hour, v2, questions(20), 30, from('8.8.8.8', cli));
    }),
    expect: [{ severity: 'high', says: ['were used from elsewhere than the instance: high'] }],
  },
  {
    name: 'with the stolen credentials of a function',
    kind: 'positive',
    world: told('stolen function', (world) => {
      const grant = deliver(world.trail, {
        at: start,
        service: 'lambda',
        role: role(account, 'fn'),
        name: 'report',
        minutes: 120,
        withAssumedRoleUser: false,
      });
      world.records.push(...grant.records);
      const own = from('3.3.3.3', 'Boto3/1.34 md/Botocore#1.34 os/linux#5.10 exec-env/AWS_Lambda_python3.12');
      world
        .does(minute, grant.session, actions.listBuckets, own)
        .does(2 * minute, grant.session, actions.listBuckets, own);
      asks(world, hour, grant.session, questions(20), 30, from('8.8.8.8', onMac));
    }),
    expect: [{ severity: 'high', says: ['by something else than the platform they are for: high'] }],
  },
  {
    name: 'carried out of the instance by somebody who reached into it',
    kind: 'positive',
    world: told('handoff', (world) => {
      const { v2 } = world.delivers(0);
      world.does(
        hour,
        world.alice,
        actions.plain('ssm', 'SendCommand', { instanceIds: [instanceId], documentName: 'AWS-RunShellScript' }),
        from('8.8.8.8', cli),
      );
      asks(world, hour + 5 * minute, v2, questions(20), 30, from('8.8.8.8', cli));
    }),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'that were stolen outside the period asked for',
    kind: 'positive',
    world: told('stolen before', (world) => {
      const { v2 } = anchored(world);
      world.does(30 * minute, v2, actions.getCallerIdentity, from('8.8.8.8'));
      asks(world, hour, v2, questions(20), 30, from('2.2.2.2', cli));
    }),
    options: { since: '2025-05-12T08:45:00Z' },
    expect: [{ severity: 'medium', saysNot: ['elsewhere'] }],
  },
  {
    name: 'by a function',
    kind: 'positive',
    world: told('function', (world) => {
      const grant = deliver(world.trail, {
        at: start,
        service: 'lambda',
        role: role(account, 'fn'),
        name: 'report',
        minutes: 120,
        withAssumedRoleUser: false,
      });
      world.records.push(...grant.records);
      asks(world, hour, grant.session, questions(15), 20, from('3.3.3.3', 'Boto3/1.34 exec-env/AWS_Lambda_python3.12'));
    }),
    expect: [{ severity: 'medium', says: ['the credentials of a machine'] }],
  },
  {
    name: 'the pages of the console ask by themselves',
    kind: 'negative',
    world: told('console', (world) => {
      const keys = consoleKeys(world);
      questions(40).forEach((action, index) => {
        world.does(minute + index, keys[index % keys.length] ?? keys[0] ?? world.alice, action, browser);
      });
    }),
    expect: [],
  },
  {
    name: 'so do those of a signed-on role, of which only some calls are marked',
    kind: 'negative',
    world: told('console of a role', (world) => {
      const session = world.signsOn(0, 'dana@example.com');
      asks(world, minute, session, questions(40), 50, browser);
      world.does(hour, session, actions.listBuckets, { ...browser, fromConsole: true });
    }),
    expect: [],
  },
  {
    name: 'or of which one has the console’s own user agent',
    kind: 'negative',
    world: told('console agent', (world) => {
      const session = world.signsOn(0, 'dana@example.com');
      asks(world, minute, session, questions(40), 50, browser);
      world.does(hour, session, actions.listBuckets, from('203.0.113.7', 'S3Console/0.4, aws-internal/3'));
    }),
    expect: [],
  },
  {
    name: 'a key that calls itself the console is none',
    kind: 'positive',
    world: told('imitates', (world) =>
      asks(world, minute, world.alice, questions(20), 30, from('8.8.8.8', 'S3Console/0.4')),
    ),
    expect: [{ severity: 'low' }],
  },
  {
    name: 'a service that asks with forwarded credentials',
    kind: 'negative',
    world: told('forwarded', (world) => {
      const session = world.assumes(minute, world.alice, R1);
      asks(world, hour, throughService(session, 'cloudformation'), questions(30), 30, {
        ip: 'cloudformation.amazonaws.com',
        ua: 'cloudformation.amazonaws.com',
      });
    }),
    expect: [],
  },
  {
    name: 'a service that does not say for whom it asks',
    kind: 'negative',
    world: told('by a service', (world) => {
      const session = world.assumes(minute, world.alice, R1);
      asks(world, hour, session, questions(30), 30, { ip: 'config.amazonaws.com', ua: 'config.amazonaws.com' });
    }),
    expect: [],
  },
  {
    name: 'copies in another account of calls to what it shares',
    kind: 'negative',
    world: told('copies', (world) => asks(world, hour, seenFromOutside(world.alice), questions(30), 30)),
    expect: [],
  },
  {
    name: 'Terraform reads all before it plans',
    kind: 'negative',
    world: told('terraform', (world) =>
      asks(world, hour, world.assumes(minute, world.alice, R1), questions(40), 50, terraform),
    ),
    expect: [],
  },
  {
    name: 'on an instance that it says Terraform does not help',
    kind: 'positive',
    world: told('terraform on an instance', (world) => {
      const { v2 } = anchored(world);
      asks(world, hour, v2, questions(20), 30, { ...terraform, ip: '2.2.2.2' });
    }),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'nor for a key that an attack tool uses too',
    kind: 'positive',
    world: told('terraform of a tool', (world) => {
      asks(world, hour, world.alice, questions(20), 30, terraform);
      world.does(2 * hour, world.alice, actions.getCallerIdentity, from('203.0.113.7', 'stratus-red-team_1234'));
    }),
    expect: [{ severity: 'low' }],
  },
  {
    name: 'a role of a security tool that the case file names',
    kind: 'negative',
    world: told('posture', (world) =>
      asks(world, hour, world.assumes(minute, world.alice, role(account, 'posture-audit')), questions(30), 30),
    ),
    settings: { securityToolRoles: ['posture-*'] },
    expect: [],
  },
  {
    name: 'the same role where it names another',
    kind: 'positive',
    world: told('posture', (world) =>
      asks(world, hour, world.assumes(minute, world.alice, role(account, 'posture-audit')), questions(30), 30),
    ),
    settings: { securityToolRoles: ['other-*'] },
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'spread over two sessions of one role it is not one burst',
    kind: 'negative',
    world: told('two sessions', (world) => {
      const asked = questions(24);
      asks(world, hour, world.assumes(minute, world.alice, R1), asked.slice(0, 12), 30);
      asks(world, hour, world.assumes(2 * minute, world.alice, R1), asked.slice(12), 30);
    }),
    expect: [],
  },
  {
    name: 'the case file asks for more',
    kind: 'negative',
    world: byKey('more', 20, 30),
    settings: { thresholds: { 'discovery-burst': { actionsInOneMinute: 21 } } },
    expect: [],
  },
  {
    name: 'the case file asks for fewer',
    kind: 'positive',
    world: byKey('fewer', 6, 200),
    settings: { thresholds: { 'discovery-burst': { actionsInFiveMinutes: 6, services: 2 } } },
    expect: [{ severity: 'low', says: ['6 different'] }],
  },
  {
    name: 'outside the period asked for',
    kind: 'negative',
    world: byKey('outside', 20, 30),
    options: { since: '2025-05-12T09:00:00Z' },
    expect: [],
  },
  {
    name: 'addresses that were masked do not hide it',
    kind: 'ambiguous',
    world: told('masked', (world) => asks(world, minute, world.alice, questions(20), 30, from('-'))),
    expect: [{ severity: 'low', addresses: [] }],
  },
  {
    name: 'the origin of the role is not in the logs: the depth seen is what counts',
    kind: 'ambiguous',
    world: told('unknown origin', (world) => {
      const elsewhere = new World('elsewhere');
      asks(world, hour, elsewhere.assumes(minute, elsewhere.alice, R1), questions(20), 30);
    }),
    expect: [{ severity: 'low' }],
  },
  {
    name: 'agents of the instance ask too, mixed with it',
    kind: 'ambiguous',
    world: told('agents', (world) => {
      const { v2 } = anchored(world);
      asks(world, hour, v2, questions(8), 30, from('2.2.2.2', agent));
      asks(world, hour + 20, v2, questions(15).slice(7), 30, from('2.2.2.2', cli));
    }),
    expect: [{ severity: 'medium', says: ['15 different', '16 calls'] }],
  },
];
