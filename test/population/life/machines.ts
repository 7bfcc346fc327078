/** One instance over the two weeks: deliveries of its role, its agent calling home, and a place to call from. */
import {
  actions,
  deliverToInstance,
  HOUR,
  MINUTE,
  type Action,
  type Caller,
  type Origin,
  type Role,
  type Seconds,
  type Session,
} from '../../../scripts/sample/records';
import { END, moments, START } from '../company/calendar';
import { call } from '../company/calls';
import type { Diary } from '../company/diary';
import { agents, from } from '../company/networks';

export interface Machine {
  readonly id: string;
  readonly role: Role;
  readonly vpc: string;
  readonly privateIp: string;
  /** Where it calls from at a moment. */
  readonly exit: (at: Seconds) => string;
  readonly v6?: string;
  /** What its agent uses: the newer metadata service unless told. */
  readonly agentVersion?: 'v1' | 'v2';
  readonly launchedAt?: Seconds;
  readonly endsAt?: Seconds;
}

export interface Life {
  readonly machine: Machine;
  sessionAt(at: Seconds): { readonly v1: Session; readonly v2: Session };
}

/** Instances of the population by name, for whoever wants to rob one. */
export type Fleet = ReadonlyMap<string, Life>;

export function lives(diary: Diary, name: string, machine: Machine, heartbeatMinutes = 60): Life {
  const { random, trail } = diary;
  const from0 = machine.launchedAt ?? START - random.int(0, 5 * HOUR);
  const until = machine.endsAt ?? END;
  const grants: { readonly v1: Session; readonly v2: Session }[] = [];
  for (let at = from0; at < until; at += random.int(330, 358) * MINUTE) {
    const grant = deliverToInstance(trail, at, machine.role, machine.id);
    diary.add(grant.records);
    diary.book.hold(name, grant.v2);
    diary.book.hold(`${name} v1`, grant.v1);
    grants.push(grant);
  }
  const sessionAt = (at: Seconds): { readonly v1: Session; readonly v2: Session } => {
    const current = grants.findLast((grant) => grant.v2.issuedAt < at) ?? grants[0];
    if (current === undefined) throw new Error(`${name} has no session`);
    return current;
  };
  for (let at = from0 + random.int(60, 900); at < until; at += heartbeatMinutes * MINUTE + random.int(0, 300)) {
    const session = sessionAt(at)[machine.agentVersion ?? 'v2'];
    diary.does(at, session, actions.heartbeat(machine.id), from(machine.exit(at), agents.ssmAgent));
    if (random.chance(0.15)) {
      diary.does(
        at + 2,
        session,
        call('ssm:ListInstanceAssociations', { instanceId: machine.id }),
        from(machine.exit(at), agents.ssmAgent),
      );
    }
  }
  return { machine, sessionAt };
}

/** An application of an instance: every so many minutes some calls with the newer key (or the older). */
export function works(
  diary: Diary,
  life: Life,
  everyMinutes: number,
  what: () => readonly Action[],
  ua: string,
  options: { readonly key?: 'v1' | 'v2'; readonly origin?: (at: Seconds, action: Action) => Origin } = {},
): void {
  const { machine } = life;
  const origin = options.origin ?? ((at: Seconds): Origin => from(machine.exit(at), ua));
  for (const at of moments(diary.random, everyMinutes, machine.launchedAt ?? START, machine.endsAt ?? END)) {
    const session = life.sessionAt(at)[options.key ?? 'v2'];
    what().forEach((action, index) => {
      diary.does(at + index, session, action, origin(at, action));
    });
  }
}

/** `RunInstances` as its owner ran it. */
export function launch(
  diary: Diary,
  at: Seconds,
  by: Caller,
  machine: Machine,
  origin: Origin,
  publicIp?: string,
): void {
  const item = {
    instanceId: machine.id,
    imageId: 'ami-0c1f5d7e9a3b42860',
    instanceType: 't3.medium',
    vpcId: machine.vpc,
    subnetId: 'subnet-0b3d5f7a9c1e24680',
    privateIpAddress: machine.privateIp,
    ...(publicIp === undefined ? {} : { publicIpAddress: publicIp }),
    iamInstanceProfile: { arn: `arn:aws:iam::${machine.role.account}:instance-profile/${machine.role.name}` },
    metadataOptions: { httpTokens: 'optional', httpEndpoint: 'enabled' },
    networkInterfaceSet: {
      items: [
        {
          networkInterfaceId: `eni-${machine.id.slice(2)}`,
          vpcId: machine.vpc,
          privateIpAddress: machine.privateIp,
          privateIpAddressesSet: { items: [{ privateIpAddress: machine.privateIp, primary: true }] },
          ipv6AddressesSet: machine.v6 === undefined ? {} : { items: [{ ipv6Address: machine.v6 }] },
        },
      ],
    },
  };
  diary.does(
    at,
    by,
    call(
      'ec2:RunInstances',
      {
        instancesSet: { items: [{ imageId: item.imageId, minCount: 1, maxCount: 1 }] },
        instanceType: item.instanceType,
      },
      { instancesSet: { items: [item] } },
    ),
    origin,
  );
}
