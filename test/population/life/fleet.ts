/**
 * The instances: web servers behind several NAT gateways, workers behind VPC endpoints, a dual-stack host, one that is
 * stopped at night, an address that moves, an old program that knows the first metadata service only, a jump host.
 */
import {
  actions,
  HOUR,
  MINUTE,
  type Action,
  type Caller,
  type Origin,
  type Seconds,
} from '../../../scripts/sample/records';
import { call } from '../company/calls';
import { days, isWorkday, on, START, workdays } from '../company/calendar';
import type { Diary } from '../company/diary';
import { DEV, permissionSet, PROD, roles, SHARED } from '../company/estate';
import { agents, endpoints, from, prodNat, sharedExit, stagingNat, vpcs } from '../company/networks';
import { launch, lives, works, type Life, type Machine } from './machines';
import { named, signOn } from './staff';

const webWork = (diary: Diary) => (): readonly Action[] =>
  diary.random.chance(0.2)
    ? [actions.getParameter('/shop/web/feature-flags')]
    : [
        actions.getItem(PROD, 'shop-sessions'),
        actions.getObject(PROD, 'company-shop-assets', `img/${diary.random.int(1000, 9999)}.webp`),
        actions.getItem(PROD, 'shop-carts'),
      ];

/** Six web servers in three zones; a route change sends each through another gateway now and then. */
function webServers(diary: Diary, fleet: Map<string, Life>): void {
  for (let index = 0; index < 6; index++) {
    const usual = prodNat[index % prodNat.length] ?? prodNat[0];
    const failover = diary.random.int(3, 11);
    const machine: Machine = {
      id: `i-0a1b2c3d4e5f60${String(index).padStart(3, '0')}`,
      role: roles.web,
      vpc: vpcs.prod,
      privateIp: `10.40.${11 + (index % 3)}.${20 + index}`,
      exit: (at) => (Math.abs(at - on(failover, '12:00')) < 3 * HOUR ? (prodNat[(index + 1) % 3] ?? usual) : usual),
    };
    const life = lives(diary, `web-${index + 1}`, machine);
    // A call in thirty leaves by a gateway that its agent never uses.
    const origin = (at: Seconds): Origin =>
      from(diary.random.chance(0.03) ? diary.random.pick(prodNat) : machine.exit(at), agents.java);
    works(diary, life, 32, webWork(diary), agents.java, { origin });
    fleet.set(`web-${index + 1}`, life);
    diary.shows('several NAT addresses of one VPC');
  }
}

function workers(diary: Diary, fleet: Map<string, Life>): void {
  for (let index = 0; index < 3; index++) {
    const machine: Machine = {
      id: `i-0b7e4c1f9a2d35${String(index).padStart(3, '0')}`,
      role: roles.worker,
      vpc: vpcs.prod,
      privateIp: `10.40.21.${30 + index}`,
      exit: () => prodNat[index] ?? prodNat[0],
    };
    const life = lives(diary, `worker-${index + 1}`, machine);
    const origin = (_at: Seconds, action: Action): Origin =>
      action.source === 's3'
        ? from(machine.privateIp, agents.java, endpoints.s3)
        : from(machine.exit(START), agents.java);
    const work = (): readonly Action[] => {
      const key = `orders/2025/06/${diary.random.int(100_000, 999_999)}.json`;
      return [
        actions.getObject(PROD, 'company-orders', key),
        actions.putObject(PROD, 'company-orders', `done/${key}`),
        call('sqs:GetQueueAttributes'),
      ];
    };
    works(diary, life, 40, work, agents.java, { origin });
    fleet.set(`worker-${index + 1}`, life);
    diary.shows('through a VPC endpoint with the private address');
  }
}

/** S3 over IPv6, everything else over IPv4. */
function dualStack(diary: Diary, fleet: Map<string, Life>): void {
  const v6 = '2a05:d014:40:12::91';
  const machine: Machine = {
    id: 'i-0d6c5b4a39281706f',
    role: roles.stagingWeb,
    vpc: 'vpc-0e5f6a7b8c9d0e1f2',
    privateIp: '10.50.1.91',
    exit: () => stagingNat,
    v6,
  };
  const life = lives(diary, 'dual-stack', machine);
  const origin = (_at: Seconds, action: Action): Origin => from(action.source === 's3' ? v6 : stagingNat, agents.boto);
  works(
    diary,
    life,
    45,
    () => [actions.listObjects(PROD, 'company-staging', 'in/'), call('sqs:GetQueueAttributes')],
    agents.boto,
    { origin },
  );
  fleet.set('dual-stack', life);
  diary.shows('a dual-stack instance');
}

/** A development box in a public subnet, stopped every evening: another public address each morning. */
function stoppedAtNight(diary: Diary, fleet: Map<string, Life>): void {
  const addressOn = (number: number): string => `3.71.${20 + number}.${100 + number}`;
  const dayOf = (at: Seconds): number => Math.floor((at - START) / (24 * HOUR)) + 1;
  const machine: Machine = {
    id: 'i-0f9e8d7c6b5a41302',
    role: roles.devBox,
    vpc: 'vpc-0d1e2f3a4b5c6d7e8',
    privateIp: '10.20.3.14',
    exit: (at) => addressOn(dayOf(at)),
  };
  const who = named('jan');
  for (const number of workdays) {
    const started = on(number, '07:00') + diary.random.int(0, 20 * MINUTE);
    const ended = on(number, '17:30') + diary.random.int(0, 30 * MINUTE);
    const origin = from(who.home, who.cli);
    const session = signOn(diary, started - 60, who, permissionSet(DEV, who.set), origin, 12);
    const set = { instancesSet: { items: [{ instanceId: machine.id }] } };
    diary.does(started, session, call('ec2:StartInstances', set, set), origin);
    const life = lives(diary, 'dev-box', { ...machine, launchedAt: started + 40, endsAt: ended }, 45);
    works(diary, life, 40, () => [call('s3:ListBuckets'), call('ecr:GetAuthorizationToken')], agents.cliOnHost);
    diary.does(ended + 30, session, call('ec2:StopInstances', set, set), origin);
    if (number === 1) fleet.set('dev-box', life);
    diary.shows('stopped and started: a new public address');
  }
}

/** The Elastic IP of the analytics host, which the mission's example names, later moved to its successor. */
function movedAddress(diary: Diary, fleet: Map<string, Life>): void {
  const elastic = '2.2.2.2';
  const who = named('liam');
  const moved = on(9, '10:30');
  const first: Machine = {
    id: 'i-0d19c5a8e3f40b672',
    role: roles.analytics,
    vpc: vpcs.analytics,
    privateIp: '10.60.1.30',
    exit: (at) => (at < moved ? elastic : '3.121.99.14'),
    launchedAt: on(2, '08:40'),
  };
  const second: Machine = {
    ...first,
    id: 'i-0e2ad6b9f4051c783',
    privateIp: '10.60.1.31',
    exit: (at) => (at < moved ? '3.68.77.31' : elastic),
    launchedAt: on(8, '09:10'),
  };
  const session = (at: Seconds): [Caller, Origin] => {
    const origin = from(who.home, who.cli);
    return [signOn(diary, at - 120, who, permissionSet(PROD, who.set), origin), origin];
  };
  const associate = (at: Seconds, machine: Machine, publicIp: string): void => {
    const [caller, origin] = session(at);
    diary.does(
      at,
      caller,
      call(
        'ec2:AssociateAddress',
        { publicIp, instanceId: machine.id, allowReassociation: true },
        { associationId: `eipassoc-${machine.id.slice(2)}` },
      ),
      origin,
    );
  };
  for (const machine of [first, second]) {
    const at = (machine.launchedAt ?? START) - 45;
    const [caller, origin] = session(at);
    launch(diary, at, caller, machine, origin);
  }
  associate(on(2, '08:40') - 20, first, elastic);
  associate(on(8, '09:10') - 20, second, '3.68.77.31');
  associate(moved - 5, second, elastic);
  associate(moved - 2, first, '3.121.99.14');
  const work = (): readonly Action[] => {
    const prefix = `events/dt=2025-06-${String(diary.random.int(10, 14))}/`;
    return [
      actions.listObjects(PROD, 'company-analytics', prefix),
      actions.getObject(PROD, 'company-analytics', `${prefix}part-1.parquet`),
    ];
  };
  [first, second].forEach((machine, index) => {
    const life = lives(diary, `analytics-${index + 1}`, machine);
    works(diary, life, 45, work, agents.boto);
    fleet.set(`analytics-${index + 1}`, life);
  });
  diary.shows('an Elastic IP moved to another instance');
}

/** Programs older than the second metadata service: on one host the application, on another the agent alone. */
function oldPrograms(diary: Diary, fleet: Map<string, Life>): void {
  const machine = (index: number, agentVersion: 'v1' | 'v2'): Machine => ({
    id: `i-0c5d6e7f8091a2${String(index).padStart(3, '0')}`,
    role: roles.legacyErp,
    vpc: vpcs.prod,
    privateIp: `10.40.31.${10 + index}`,
    exit: () => prodNat[1],
    agentVersion,
  });
  const work = (): readonly Action[] => [
    call('sqs:ReceiveMessage', { queueUrl: 'erp' }),
    actions.putObject(PROD, 'company-erp', `out/${diary.random.int(1, 9999)}.xml`),
  ];
  // The old agent beside a program of today; and on a third, an old program beside an agent of today.
  const third = lives(diary, 'erp-3', machine(3, 'v2'));
  works(diary, third, 60, work, agents.javaOld, { key: 'v1' });
  const alone = lives(diary, 'erp-1', machine(1, 'v1'));
  works(diary, alone, 45, work, agents.javaOld, { key: 'v1' });
  const beside = lives(diary, 'erp-2', machine(2, 'v1'));
  works(diary, beside, 45, work, agents.java);
  fleet.set('erp-1', alone).set('erp-2', beside).set('erp-3', third);
  diary.shows('an old agent beside a newer program');
  diary.shows('an old SDK that knows IMDSv1 only');
}

/** Operators reach hosts through the jump network: people and instances leave it by the same address. */
function jumpNetwork(diary: Diary, fleet: Map<string, Life>): void {
  for (let index = 0; index < 2; index++) {
    const machine: Machine = {
      id: `i-07a6b5c4d3e2f1${String(index).padStart(3, '0')}`,
      role: roles.jump,
      vpc: vpcs.shared,
      privateIp: `10.10.1.${10 + index}`,
      exit: () => sharedExit,
    };
    const life = lives(diary, `jump-${index + 1}`, machine);
    works(
      diary,
      life,
      60,
      () => [call('s3:ListBuckets'), actions.getObject(SHARED, 'company-tools', 'ssh-ca.pub')],
      agents.cliOnHost,
    );
    fleet.set(`jump-${index + 1}`, life);
    for (const number of workdays) {
      const who = named(index === 0 ? 'ana' : 'ben');
      const at = on(number, '10:00') + diary.random.int(0, 4 * HOUR);
      const origin = from(sharedExit, who.cli);
      const session = signOn(diary, at, who, permissionSet(SHARED, who.set), origin, 4);
      diary.does(
        at + 60,
        session,
        call('ssm:StartSession', { target: machine.id }, { sessionId: `${who.name}-${diary.random.hex(17)}` }),
        origin,
      );
      diary.does(
        at + 300,
        life.sessionAt(at + 300).v2,
        actions.getObject(SHARED, 'company-tools', 'inventory.json'),
        from(sharedExit, agents.cliOnHost),
      );
      diary.does(at + 1200, session, call('ssm:TerminateSession', { sessionId: 'mine' }), origin);
      diary.shows('an SSM session to an instance behind the same exit');
      diary.shows('operators and instances behind one exit');
    }
  }
}

/** Patches go out as commands; the instances go on as before. */
function commands(diary: Diary, fleet: ReadonlyMap<string, Life>): void {
  const ids = ['web-1', 'web-2', 'worker-1', 'erp-1'].flatMap((name) => fleet.get(name)?.machine.id ?? []);
  for (const number of days.filter((each) => isWorkday(each) && each % 2 === 0)) {
    const who = named('chloe');
    const at = on(number, '12:20') + diary.random.int(0, HOUR);
    const origin = from(who.home, who.cli);
    const session = signOn(diary, at, who, permissionSet(PROD, who.set), origin, 4);
    diary.does(
      at + 90,
      session,
      call(
        'ssm:SendCommand',
        { instanceIds: ids, documentName: 'AWS-RunPatchBaseline' },
        { command: { commandId: diary.random.uuid(), status: 'Pending' } },
      ),
      origin,
    );
    diary.shows('a command sent to instances');
  }
}

export function instances(diary: Diary): Map<string, Life> {
  const fleet = new Map<string, Life>();
  webServers(diary, fleet);
  workers(diary, fleet);
  dualStack(diary, fleet);
  stoppedAtNight(diary, fleet);
  movedAddress(diary, fleet);
  oldPrograms(diary, fleet);
  jumpNetwork(diary, fleet);
  commands(diary, fleet);
  return fleet;
}
