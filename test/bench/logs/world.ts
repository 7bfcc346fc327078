/**
 * The organisation of the generated logs: its accounts, and who works in each.
 *
 * Guarantee: an account is the same whoever asks, in whatever order: everything about it is drawn from streams named after
 * the seed and its number.
 *
 * Figures and their reasons. Weights of accounts: the few production accounts of an organisation make most of its traffic.
 * Actors for 25 MB of logs a day (about 17,000 events), chosen so that credential lifetimes give one session for 40 to 60
 * events and two to three AssumeRole* records in a hundred, as in a day of production accounts:
 *   8 instances, credentials of six hours (EC2 renews them so), two keys a delivery (IMDSv1 and v2);
 *   7 container tasks, six hours; 7 function environments, two hours; 3 pods that trade their own token hourly (the SDK's
 *   default), 3 that EKS serves for six hours; 2 pipelines, each a job of fifteen minutes every two hours; 5 people with two
 *   working sessions of four hours; 4 long-term keys of applications outside AWS, 1 that assumes a role hourly; 1 vendor that
 *   assumes a role hourly from its own account; 1 service-linked role, delivered hourly; 1 user of the console; half of the
 *   pipelines deploy into the next account if that is one of three that is deployed to so, and half of those through a
 *   further role there: chains of two and three.
 */
import {
  accessAddress,
  amazonAddress,
  browserAgent,
  privateAddress,
  programAgent,
  shellAgent,
  terraformAgent,
} from './agents';
import type { Environment } from './agents';
import { Dice } from './dice';
import { DAY_SECONDS, HOUR_SECONDS, type Seconds } from './time';

/** Logs of one account of weight 1, bytes a day. */
export const ACCOUNT_BYTES = 25e6;
const WEIGHTS = [2.2, 0.5, 1.3, 0.4, 0.9, 0.3, 1.7, 0.7];
const REGIONS = ['us-east-1', 'eu-central-1', 'us-west-2', 'eu-west-1', 'ap-southeast-2', 'us-east-2'];
const APPS =
  'checkout payments search catalogue pricing inventory shipping billing ledger identity profile notify media reports events ingest export risk fraud support'.split(
    ' ',
  );
const PARTS = ['api', 'worker', 'batch', 'stream', 'web'];
const PEOPLE =
  'a.keller b.osei c.lindqvist d.moreau e.tanaka f.okafor g.rossi h.novak i.patel j.silva k.meyer l.dubois m.haddad n.kowalski o.berg p.ferrari'.split(
    ' ',
  );

export type Kind =
  | 'instance'
  | 'task'
  | 'function'
  | 'irsa'
  | 'pod'
  | 'pipeline'
  | 'person'
  | 'key'
  | 'keyRole'
  | 'vendor'
  | 'linked'
  | 'console'
  | 'deploy'
  | 'stack';

/** Share of the events that each kind makes; services acting for themselves make the rest. */
export const SHARES: Readonly<Record<Kind, number>> = {
  instance: 0.3,
  task: 0.14,
  function: 0.17,
  irsa: 0.08,
  pod: 0.06,
  pipeline: 0.03,
  person: 0.04,
  key: 0.06,
  keyRole: 0.01,
  vendor: 0.025,
  linked: 0.02,
  console: 0.01,
  deploy: 0.01,
  stack: 0.005,
};

export interface RoleOf {
  readonly account: string;
  readonly name: string;
  readonly id: string;
  readonly arn: string;
}

/** Somebody or something that acts, in sessions that follow each other at a fixed interval. */
export interface Actor {
  readonly kind: Kind;
  readonly index: number;
  /** Names the streams of its sessions. */
  readonly path: string;
  readonly region: string;
  readonly role: RoleOf;
  /** Its own name: instance id, function, user, pod. */
  readonly name: string;
  readonly app: string;
  readonly key: string;
  readonly address: string;
  /** The VPC endpoint that its calls come through, if any; the address is private then. */
  readonly endpoint: string;
  readonly agents: readonly string[];
  /** Start of session 0, seconds of the day; before 0 its issuance is not in the logs. */
  readonly phase: Seconds;
  readonly interval: Seconds;
  /** How long of an interval the session is used. */
  readonly active: Seconds;
  /** How long its credentials are good. */
  readonly life: Seconds;
  /** Number of sessions a day at most. */
  readonly sessions: number;
  /** Who assumed the role: for chains, the actor of the session before. */
  readonly caller?: Actor;
}

export interface Account {
  readonly index: number;
  readonly id: string;
  /** Bytes of logs that it writes in the day. */
  readonly bytes: number;
  readonly home: string;
  readonly regions: readonly string[];
  readonly stage: string;
  readonly apps: readonly string[];
  readonly instances: readonly string[];
  readonly actors: readonly Actor[];
}

export interface World {
  readonly seed: string;
  readonly accounts: number;
  readonly bytes: number;
}

export function worldOf(seed: string, bytes: number): World {
  return { seed, bytes, accounts: Math.max(2, Math.round(bytes / ACCOUNT_BYTES)) };
}

function weightOf(index: number): number {
  return WEIGHTS[index % WEIGHTS.length] ?? 1;
}

function idOf(world: World, index: number): string {
  return String(new Dice(`${world.seed} account ${String(index)}`).int(100_000_000_000, 999_999_999_999));
}

export function bytesOf(world: World, index: number): number {
  let sum = 0;
  for (let at = 0; at < world.accounts; at++) {
    sum += weightOf(at);
  }
  return (world.bytes * weightOf(index)) / sum;
}

export function account(world: World, index: number): Account {
  const base = ownActors(world, index);
  const before = ownActors(world, (index + world.accounts - 1) % world.accounts);
  return { ...base, actors: [...base.actors, ...deployers(world, base, before)] };
}

/** Everybody of an account but those that come from the account before it. */
function ownActors(world: World, index: number): Account {
  const dice = new Dice(`${world.seed} world ${String(index)}`);
  const id = idOf(world, index);
  const bytes = bytesOf(world, index);
  const home = REGIONS[index % 3] ?? 'us-east-1';
  const others = REGIONS.filter((region) => region !== home);
  const regions = [home, dice.pick(others), ...(index % 2 === 0 ? ['us-east-1'] : [])];
  const stage = index % 3 === 1 ? 'staging' : 'prod';
  const apps = Array.from({ length: 12 }, () => `${dice.pick(APPS)}-${dice.pick(PARTS)}`);
  const scale = bytes / ACCOUNT_BYTES;
  const makers = new Makers(dice, `${world.seed} ${String(index)}`, id, regions, stage, apps);
  const many = (count: number, make: (at: number) => Actor): Actor[] =>
    Array.from({ length: Math.max(1, Math.round(count * scale)) }, (_, at) => make(at));
  const actors = [
    ...many(8, (at) => makers.instance(at)),
    ...many(7, (at) => makers.task(at)),
    ...many(7, (at) => makers.lambda(at)),
    ...many(3, (at) => makers.irsa(at)),
    ...many(3, (at) => makers.pod(at)),
    ...many(2, (at) => makers.pipeline(at)),
    ...many(5, (at) => makers.person(at)),
    ...many(4, (at) => makers.user('key', at)),
    ...many(1, (at) => makers.keyRole(at)),
    ...many(1, (at) => makers.vendor(at)),
    ...many(1, (at) => makers.linked(at)),
    ...many(1, (at) => makers.user('console', at)),
  ];
  const instances = actors.filter(({ kind }) => kind === 'instance').map(({ name }) => name);
  return { index, id, bytes, home, regions: [...new Set(regions)], stage, apps, instances, actors };
}

/** Jobs of the account before that deploy here, and what they go through. */
function deployers(world: World, base: Account, before: Account): Actor[] {
  if (base.index % 3 !== 0) {
    return [];
  }
  const dice = new Dice(`${world.seed} deployers ${String(base.index)}`);
  return before.actors
    .filter(({ kind, index }) => kind === 'pipeline' && index % 2 === 0)
    .flatMap((caller) => {
      const path = `${world.seed} ${String(base.index)}`;
      const makers = new Makers(dice, path, base.id, base.regions, base.stage, base.apps);
      const deploy = makers.chained('deploy', caller, 'deploy');
      return caller.index % 4 === 0 ? [deploy, makers.chained('stack', deploy, 'stack-exec')] : [deploy];
    });
}

/** Makes the actors of one account, each kind with the lifetimes and the places that it has. */
class Makers {
  private readonly gateways: readonly string[];
  private readonly cluster: string;
  private readonly endpoint: string;
  private readonly office: string;

  constructor(
    private readonly dice: Dice,
    private readonly path: string,
    private readonly account: string,
    private readonly regions: readonly string[],
    private readonly stage: string,
    private readonly apps: readonly string[],
  ) {
    this.gateways = [amazonAddress(dice), amazonAddress(dice), amazonAddress(dice)];
    this.cluster = amazonAddress(dice);
    this.endpoint = `vpce-0${dice.hex(16)}`;
    this.office = accessAddress(dice);
  }

  private make(kind: Kind, index: number, over: Partial<Actor> & { readonly role: RoleOf }): Actor {
    const interval = over.interval ?? DAY_SECONDS;
    return {
      kind,
      index,
      path: `${this.path} ${kind} ${String(index)}`,
      region: this.region(),
      name: over.role.name,
      app: this.dice.zipf(this.apps),
      key: '',
      address: this.dice.zipf(this.gateways),
      endpoint: '',
      agents: [programAgent(this.dice, '')],
      // One in twenty was at work before the day began; the others begin within its first minutes.
      phase: this.dice.chance(0.05) ? -this.dice.int(1, interval) : this.dice.int(0, Math.min(1200, interval)),
      interval,
      active: interval,
      life: interval,
      sessions: Math.ceil(DAY_SECONDS / interval) + 1,
      ...over,
    };
  }

  /** Nine calls in ten are made in the account's home region. */
  private region(): string {
    return this.dice.chance(0.85) ? (this.regions[0] ?? 'us-east-1') : this.dice.pick(this.regions);
  }

  private role(name: string, path = '/'): RoleOf {
    const id = `AROA${new Dice(`role ${this.account} ${path}${name}`).base32(17)}`;
    return { account: this.account, name, id, arn: `arn:aws:iam::${this.account}:role${path}${name}` };
  }

  private agentsIn(environment: Environment, count: number): string[] {
    return Array.from({ length: count }, () => programAgent(this.dice, environment));
  }

  instance(index: number): Actor {
    const { dice } = this;
    const app = dice.zipf(this.apps);
    const behindEndpoint = dice.chance(0.4);
    return this.make('instance', index, {
      role: this.role(`${app}-node`),
      app,
      name: `i-0${dice.hex(16)}`,
      address: behindEndpoint ? privateAddress(dice) : amazonAddress(dice),
      endpoint: behindEndpoint ? this.endpoint : '',
      agents: [...this.agentsIn('', 2), 'aws-sdk-go/1.55.5 (go1.22.12; linux; amd64) amazon-ssm-agent/3.3.1957.0'],
      interval: 6 * HOUR_SECONDS - dice.int(0, 900),
      life: 6.4 * HOUR_SECONDS,
    });
  }

  task(index: number): Actor {
    const app = this.dice.zipf(this.apps);
    return this.make('task', index, {
      role: this.role(`${app}-task`),
      app,
      name: this.dice.hex(32),
      agents: this.agentsIn(this.dice.chance(0.7) ? 'AWS_ECS_FARGATE' : 'AWS_ECS_EC2', 2),
      interval: 6 * HOUR_SECONDS,
      life: 6 * HOUR_SECONDS,
    });
  }

  lambda(index: number): Actor {
    const app = this.dice.zipf(this.apps);
    const environment: Environment = this.dice.chance(0.5) ? 'AWS_Lambda_python3.12' : 'AWS_Lambda_nodejs20.x';
    return this.make('function', index, {
      role: this.role(`${app}-function`, '/service-role/'),
      app,
      name: `${app}-${this.stage}-${this.dice.pick(['handler', 'consumer', 'resize', 'notify', 'sync'])}`,
      address: amazonAddress(this.dice),
      agents: this.agentsIn(environment, 1),
      interval: 2 * HOUR_SECONDS,
      life: 2 * HOUR_SECONDS,
    });
  }

  irsa(index: number): Actor {
    const app = this.dice.zipf(this.apps);
    return this.make('irsa', index, {
      role: this.role(`${app}-irsa`),
      app,
      name: `system:serviceaccount:${app.split('-')[0] ?? app}:${app}`,
      address: this.cluster,
      agents: this.agentsIn('', 2),
      interval: HOUR_SECONDS,
      life: HOUR_SECONDS,
    });
  }

  pod(index: number): Actor {
    const app = this.dice.zipf(this.apps);
    return this.make('pod', index, {
      role: this.role(`${app}-pod`),
      app,
      name: `${app}-${this.dice.hex(9)}-${this.dice.hex(5)}`,
      address: this.cluster,
      agents: this.agentsIn('', 2),
      interval: 6 * HOUR_SECONDS,
      life: 6 * HOUR_SECONDS,
    });
  }

  pipeline(index: number): Actor {
    const app = this.dice.pick(this.apps);
    return this.make('pipeline', index, {
      role: this.role(`${app}-github`),
      app,
      name: `repo:example-org/${app}:ref:refs/heads/main`,
      agents: [shellAgent(this.dice), terraformAgent(this.dice)],
      phase: this.dice.int(0, 2 * HOUR_SECONDS),
      interval: 2 * HOUR_SECONDS,
      active: 900,
      life: HOUR_SECONDS,
    });
  }

  person(index: number): Actor {
    const name = `${this.dice.pick(PEOPLE)}@example.com`;
    const set = this.dice.pick(['AdministratorAccess', 'PowerUserAccess', 'ReadOnlyAccess', 'Developer', 'Billing']);
    const suffix = new Dice(`permission set ${this.account} ${set}`).hex(16);
    return this.make('person', index, {
      role: this.role(`AWSReservedSSO_${set}_${suffix}`, '/aws-reserved/sso.amazonaws.com/'),
      name,
      address: this.dice.chance(0.6) ? this.office : accessAddress(this.dice),
      agents: [browserAgent(this.dice), shellAgent(this.dice)],
      // Working days begin in several time zones.
      phase: this.dice.int(6, 13) * HOUR_SECONDS + this.dice.int(0, 3599),
      interval: 4 * HOUR_SECONDS,
      life: 4 * HOUR_SECONDS,
      sessions: 2,
    });
  }

  /** A user with a long-term key, outside AWS; or with the console. */
  user(kind: 'key' | 'console' | 'keyRole', index: number): Actor {
    const { dice } = this;
    const name =
      kind === 'console'
        ? dice.pick(PEOPLE)
        : `${dice.zipf(this.apps)}-${kind === 'key' ? 'onprem' : 'terraform'}-${String(index)}`;
    const id = `AIDA${new Dice(`user ${this.account} ${name}`).base32(17)}`;
    return this.make(kind, index, {
      role: { account: this.account, name, id, arn: `arn:aws:iam::${this.account}:user/${name}` },
      name,
      key: `AKIA${dice.base32(16)}`,
      address: kind === 'console' ? this.office : accessAddress(dice),
      agents:
        kind === 'console' ? [browserAgent(dice)] : kind === 'key' ? this.agentsIn('', 1) : [terraformAgent(dice)],
      phase: kind === 'console' ? dice.int(8, 12) * HOUR_SECONDS : -1,
      active: kind === 'console' ? 3 * HOUR_SECONDS : DAY_SECONDS + 2,
      sessions: 1,
    });
  }

  /** A role that a user of the account assumes hourly. */
  keyRole(index: number): Actor {
    const caller = this.user('keyRole', index);
    return this.make('keyRole', index, {
      role: this.role('terraform'),
      name: 'terraform',
      address: caller.address,
      agents: caller.agents,
      interval: HOUR_SECONDS,
      life: HOUR_SECONDS,
      caller,
    });
  }

  vendor(index: number): Actor {
    return this.make('vendor', index, {
      role: this.role(`vendor-${this.dice.pick(['posture', 'metrics', 'backup', 'cost'])}`),
      name: '464622532012',
      address: amazonAddress(this.dice),
      interval: HOUR_SECONDS,
      life: HOUR_SECONDS,
    });
  }

  linked(index: number): Actor {
    const [service, name] = this.dice.pick([
      ['config', 'AWSServiceRoleForConfig'],
      ['inspector2', 'AWSServiceRoleForAmazonInspector2'],
      ['rds', 'AWSServiceRoleForRDS'],
      ['autoscaling', 'AWSServiceRoleForAutoScaling'],
      ['securityhub', 'AWSServiceRoleForSecurityHub'],
    ] as const);
    const dns = `${service}.amazonaws.com`;
    return this.make('linked', index, {
      role: this.role(name, `/aws-service-role/${dns}/`),
      name: service,
      address: dns,
      agents: [dns],
      interval: HOUR_SECONDS,
      life: 900,
    });
  }

  /** A role that the session of another actor assumes soon after it began. */
  chained(kind: 'deploy' | 'stack', caller: Actor, name: string): Actor {
    const after = kind === 'deploy' ? 30 : 20;
    return this.make(kind, caller.index, {
      role: this.role(name),
      region: this.regions[0] ?? 'us-east-1',
      name: caller.app,
      agents: caller.agents,
      phase: caller.phase + after,
      interval: caller.interval,
      active: caller.active - after,
      life: HOUR_SECONDS,
      caller,
    });
  }
}
