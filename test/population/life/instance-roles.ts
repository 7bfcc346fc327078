/** Instances that assume roles because they are built that way: daily, on several hosts, always the same edge. */
import { actions, assumeRole, deliver, HOUR, MINUTE, type Seconds } from '../../../scripts/sample/records';
import { call } from '../company/calls';
import { days, moments, on, workdays } from '../company/calendar';
import type { Diary } from '../company/diary';
import { backupMember, DEV, PROD, roles, SHARED, STAGING } from '../company/estate';
import { agents, clusterNat, corporate, from, prodNat, sharedNat, vpcs } from '../company/networks';
import { lives, works, type Life, type Machine } from './machines';

/** The web servers read prices with a role of their own, some times a day. */
function appRole(diary: Diary, fleet: ReadonlyMap<string, Life>): void {
  for (const name of ['web-1', 'web-2', 'web-3', 'web-4']) {
    const life = fleet.get(name);
    if (life === undefined) throw new Error(`${name} is missing`);
    for (const number of days) {
      for (const clock of ['00:20', '06:20', '12:20', '18:20']) {
        const at = on(number, clock) + diary.random.int(0, 20 * MINUTE);
        const origin = from(life.machine.exit(at), agents.java);
        const session = diary.keep(
          assumeRole(diary.trail, {
            at,
            caller: life.sessionAt(at).v2,
            role: roles.priceReader,
            name: 'prices',
            origin,
          }),
        );
        diary.doesAll(
          at + 1,
          session,
          [actions.getItem(PROD, 'prices'), actions.getItem(PROD, 'discounts')],
          origin,
          30,
        );
        diary.shows('an app role assumed daily by several instances');
      }
    }
  }
}

/** Two nodes of an older cluster: an agent on each assumes the roles of the pods, with the pod's name. */
function kube2iam(diary: Diary, fleet: Map<string, Life>): void {
  for (let index = 0; index < 3; index++) {
    const machine: Machine = {
      id: `i-05d4c3b2a1f0e9${String(index).padStart(3, '0')}`,
      role: roles.kubeNode,
      vpc: vpcs.prod,
      privateIp: `10.40.60.${10 + index}`,
      exit: () => clusterNat[index % 2] ?? clusterNat[0],
    };
    const life = lives(diary, `kube-${index + 1}`, machine);
    works(diary, life, 90, () => [call('ec2:DescribeInstances'), call('ecr:GetAuthorizationToken')], agents.podGo);
    fleet.set(`kube-${index + 1}`, life);
    for (const at of moments(diary.random, 170)) {
      const asked = from(machine.exit(at), agents.kube);
      const name = `reports-${diary.random.hex(5)}`;
      const pod = diary.keep(
        assumeRole(diary.trail, {
          at,
          caller: life.sessionAt(at).v2,
          role: roles.kiamPodRole,
          name,
          origin: asked,
          seconds: 900,
        }),
      );
      const origin = from(machine.exit(at), agents.podGo);
      diary.doesAll(
        at + 2,
        pod,
        [actions.getItem(PROD, 'reports'), actions.putObject(PROD, 'company-reports', `${name}.csv`)],
        origin,
        20,
      );
      diary.shows('kube2iam: nodes assume the roles of pods');
    }
  }
}

/** Jenkins on an instance of shared services releases into production. */
function jenkins(diary: Diary, fleet: Map<string, Life>): void {
  const machine: Machine = {
    id: 'i-03b2a1908f7e6d5c4',
    role: roles.jenkins,
    vpc: vpcs.shared,
    privateIp: '10.10.2.20',
    exit: () => sharedNat,
  };
  const life = lives(diary, 'jenkins', machine);
  works(
    diary,
    life,
    60,
    () => [actions.getObject(SHARED, 'company-artifacts', 'cache.tgz'), call('ecr:DescribeImages')],
    agents.jenkins,
  );
  fleet.set('jenkins', life);
  for (const number of workdays) {
    for (let run = 0; run < 3; run++) {
      const at = on(number, '09:00') + run * 3 * HOUR + diary.random.int(0, HOUR);
      const origin = from(sharedNat, agents.jenkins);
      const session = diary.keep(
        assumeRole(diary.trail, {
          at,
          caller: life.sessionAt(at).v2,
          role: roles.jenkinsRelease,
          name: 'jenkins',
          origin,
        }),
      );
      diary.doesAll(
        at + 3,
        session,
        [
          call('ecs:DescribeServices'),
          call('ecs:RegisterTaskDefinition'),
          call('ecs:UpdateService'),
          call('ecs:DescribeServices'),
        ],
        origin,
        15,
      );
      diary.shows('Jenkins on an instance assumes its release role');
    }
  }
}

/** ECS on instances: the host's own role, and the tasks' roles that ECS hands out on it. */
function ecsOnInstances(diary: Diary, fleet: Map<string, Life>): void {
  for (let index = 0; index < 2; index++) {
    const machine: Machine = {
      id: `i-0918273645fedc${String(index).padStart(3, '0')}`,
      role: roles.ecsHost,
      vpc: vpcs.prod,
      privateIp: `10.40.51.${10 + index}`,
      exit: () => prodNat[index] ?? prodNat[0],
    };
    const life = lives(diary, `ecs-host-${index + 1}`, machine);
    works(
      diary,
      life,
      60,
      () => [call('ecs:DiscoverPollEndpoint'), call('ecr:GetAuthorizationToken')],
      agents.ecsAgent,
    );
    fleet.set(`ecs-host-${index + 1}`, life);
    for (const at of moments(diary.random, 260)) {
      const task = diary.keep(
        deliver(diary.trail, {
          at,
          service: 'ecs-tasks',
          role: roles.mediaTask,
          name: diary.random.hex(32),
          minutes: 360,
          withAssumedRoleUser: true,
        }),
      );
      const origin = from(machine.exit(at), agents.ecsOnEc2);
      for (let step = 0; step < 6; step++) {
        const when: Seconds = at + 20 + step * diary.random.int(60, 900);
        diary.does(when, task, actions.getObject(PROD, 'company-media', `${diary.random.hex(6)}.mp4`), origin);
      }
      // The same host assumes the reading role for its log router.
      const router = diary.keep(
        assumeRole(diary.trail, {
          at: at + 5,
          caller: life.sessionAt(at + 5).v2,
          role: roles.reporting,
          name: 'log-router',
          origin: from(machine.exit(at), agents.podGo),
        }),
      );
      diary.does(at + 6, router, call('logs:DescribeLogGroups'), from(machine.exit(at), agents.podGo));
      diary.shows('ECS on EC2: host and tasks');
    }
  }
}

/** A backup host of shared services opens the backup role of each account every night. */
function backupHost(diary: Diary, fleet: Map<string, Life>): void {
  const machine: Machine = {
    id: 'i-06a5b4c3d2e1f0987',
    role: roles.backupHost,
    vpc: vpcs.shared,
    privateIp: '10.10.3.30',
    exit: () => sharedNat,
  };
  const life = lives(diary, 'backup-host', machine);
  fleet.set('backup-host', life);
  const origin = from(sharedNat, agents.boto);
  for (const number of days) {
    for (const account of [DEV, STAGING, PROD]) {
      const at = on(number, '23:05') + diary.random.int(0, 40 * MINUTE);
      const caller = life.sessionAt(at).v2;
      const session = diary.keep(
        assumeRole(diary.trail, { at, caller, role: backupMember(account), name: 'backup-host', origin }),
      );
      const steps = ['ec2:DescribeVolumes', 'ec2:DescribeSnapshots', 'ec2:CreateSnapshot'];
      diary.doesAll(at + 2, session, steps.map((name) => call(name)), origin, 5); // prettier-ignore
      diary.shows('a backup host assumes the backup role of each account');
    }
  }
}

/** Two web servers read the tax rates that shared services keep. */
function taxRates(diary: Diary, fleet: ReadonlyMap<string, Life>): void {
  for (const name of ['web-3', 'web-4']) {
    const life = fleet.get(name);
    if (life === undefined) throw new Error(`${name} is missing`);
    for (const number of days) {
      const at = on(number, '05:10') + diary.random.int(0, HOUR);
      const origin = from(life.machine.exit(at), agents.java);
      const caller = life.sessionAt(at).v2;
      const session = diary.keep(assumeRole(diary.trail, { at, caller, role: roles.taxRates, name: 'rates', origin }));
      diary.does(at + 1, session, actions.getItem(SHARED, 'tax-rates'), origin);
      diary.shows('an instance reads in another own account by a role');
    }
  }
}

/** The gateway of the plant calls over the line of the company, and through its proxy. */
function plant(diary: Diary, fleet: Map<string, Life>): void {
  const machine: Machine = {
    id: 'i-02f1e0d9c8b7a6543',
    role: roles.plant,
    vpc: 'vpc-0f0e1d2c3b4a59687',
    privateIp: '10.70.1.5',
    exit: () => '3.123.60.71',
  };
  const life = lives(diary, 'plant', machine);
  fleet.set('plant', life);
  const origin = (): ReturnType<typeof from> =>
    from(diary.random.chance(0.5) ? '3.123.60.71' : diary.random.pick(corporate), agents.boto);
  const work = (): ReturnType<typeof actions.putObject>[] => [
    actions.putObject(PROD, 'company-plant', `line-${diary.random.int(1, 9)}.json`),
  ];
  works(diary, life, 60, work, agents.boto, { origin });
  diary.shows('an instance that leaves through the proxy of the company');
}

export function instanceRoles(diary: Diary, fleet: Map<string, Life>): void {
  appRole(diary, fleet);
  kube2iam(diary, fleet);
  jenkins(diary, fleet);
  ecsOnInstances(diary, fleet);
  backupHost(diary, fleet);
  taxRates(diary, fleet);
  plant(diary, fleet);
}
