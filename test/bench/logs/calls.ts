/**
 * The calls that an actor makes with a session.
 *
 * Figures and their reasons. Each program uses a handful of the calls of a few services, over and over, so that names are
 * Zipf-like over the whole; tools and people read widely. Three calls in a hundred fail: denied, throttled, or nothing there.
 * Two in a hundred are made by a service in the caller's name, with a key of their own (forward access sessions).
 */
import { ACTIONS, actionNamed, type Action } from './catalogue';
import { Dice } from './dice';
import { GLOBAL, recordText, type RecordParts } from './record-text';
import { identityOf, type Session } from './sessions';
import type { Seconds } from './time';
import { fill } from './values';
import type { Account, Actor, Kind } from './world';
import type { Placed } from './issuances';

const FAILED = 0.03;
const FORWARDED = 0.02;

/** Services that programs of a kind use, the likelier first. */
const PROGRAM_SERVICES: Partial<Record<Kind, string>> = {
  instance: 'ssm s3 ec2 kms logs sqs dynamodb monitoring autoscaling ecs ecr secretsmanager elasticloadbalancing',
  task: 's3 dynamodb sqs kms secretsmanager monitoring ecr states',
  function: 'dynamodb s3 logs kms sqs secretsmanager ssm lambda states',
  irsa: 's3 ec2 elasticloadbalancing sqs kms glue autoscaling athena',
  pod: 's3 dynamodb kms glue athena secretsmanager sqs config',
  key: 's3 sqs dynamodb kms ssm monitoring',
};
const PIPELINE_SERVICES = 'ecr s3 ecs cloudformation ec2 lambda elasticloadbalancing logs ssm';
const LINKED_SERVICES: Readonly<Record<string, string>> = {
  config: 'ec2 s3 iam rds lambda dynamodb',
  inspector2: 'ec2 ecr lambda ssm',
  rds: 'ec2 rds',
  autoscaling: 'ec2 elasticloadbalancing monitoring',
  securityhub: 'config iam ec2 s3 cloudtrail',
};

/** Calls of an actor, each with the sum of the weights up to it. */
interface Menu {
  readonly actions: readonly Action[];
  readonly sums: readonly number[];
}

const ALL_READS = ACTIONS.filter(({ use }) => use === 'read');
/** Popularity of services among those who read widely: as in the table of the catalogue, EC2 and IAM before all. */
const READ_ORDER = [...new Set(['ec2', 'iam', 's3', 'rds', 'lambda', ...ALL_READS.map(({ service }) => service)])];

function menuOf(weighted: readonly (readonly [Action, number])[]): Menu {
  let sum = 0;
  return { actions: weighted.map(([action]) => action), sums: weighted.map(([, weight]) => (sum += weight)) };
}

function ranked(services: readonly string[], uses: Partial<Record<Action['use'], number>>): [Action, number][] {
  return ACTIONS.flatMap((action): [Action, number][] => {
    const rank = services.indexOf(action.service);
    const weight = rank < 0 ? 0 : ((uses[action.use] ?? 0) * action.weight) / (1 + rank);
    return weight > 0 ? [[action, weight]] : [];
  });
}

const menus = new Map<string, Menu>();

function menuFor(actor: Actor): Menu {
  const known = menus.get(actor.path);
  if (known !== undefined) {
    return known;
  }
  const menu = menuOf(weightedCalls(actor));
  menus.set(actor.path, menu);
  return menu;
}

function weightedCalls(actor: Actor): [Action, number][] {
  const services = PROGRAM_SERVICES[actor.kind]?.split(' ');
  if (services !== undefined) {
    const dice = new Dice(`${actor.path} menu`);
    const own = [...new Set(Array.from({ length: 4 }, () => dice.zipf(services)))];
    return [...ranked(own, { hot: 1, read: 0.1 }), [actionNamed('sts', 'GetCallerIdentity'), 0.5]];
  }
  switch (actor.kind) {
    case 'pipeline':
      return ranked(PIPELINE_SERVICES.split(' '), { hot: 0.3, read: 1, write: 1 });
    case 'deploy':
    case 'stack':
      return ranked(READ_ORDER, { read: 1, write: 0.6 });
    case 'keyRole':
      return ranked(READ_ORDER, { read: 1, write: 0.05 });
    case 'linked':
      return ranked((LINKED_SERVICES[actor.name] ?? 'ec2').split(' '), { read: 1 });
    case 'person':
    case 'console':
      return ranked(READ_ORDER, { read: 1, write: 0.02 });
    default:
      return ranked(READ_ORDER, { read: 1 });
  }
}

function choose(menu: Menu, dice: Dice): Action {
  const { actions, sums } = menu;
  const at = dice.fraction() * (sums[sums.length - 1] ?? 0);
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > at) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  const chosen = actions[low];
  if (chosen === undefined) {
    throw new Error('an actor without calls');
  }
  return chosen;
}

/** Kinds that look at other regions than their own, too. */
const ROAMING: ReadonlySet<Kind> = new Set(['vendor', 'keyRole', 'person', 'linked', 'console']);

/** One call of a session. */
export function callOf(account: Account, session: Session, at: Seconds, dice: Dice): Placed {
  const { actor } = session;
  if (actor.kind !== 'linked' && actor.kind !== 'console' && dice.chance(FORWARDED)) {
    return forwarded(account, session, at, dice);
  }
  const action = choose(menuFor(actor), dice);
  const region = GLOBAL.has(action.service)
    ? 'us-east-1'
    : ROAMING.has(actor.kind) && dice.chance(0.25)
      ? dice.pick(account.regions)
      : actor.region;
  const app = dice.chance(0.8) ? actor.app : dice.zipf(account.apps);
  const call = { account, region, at, app, actor };
  const browsing = actor.kind === 'console' || (actor.kind === 'person' && dice.chance(0.6));
  const parts = {
    identity: actor.kind === 'console' && dice.chance(0.5) ? otherKey(session) : session.identity,
    at,
    service: action.service,
    name: action.name,
    region,
    address: session.address,
    agent: agentOf(actor, action, browsing, dice),
    request: fill(action.request, dice, call),
    response: action.response === 'null' ? 'null' : fill(action.response, dice, call),
    additional: action.additional === '' ? '' : fill(action.additional, dice, call),
    readOnly: action.readOnly,
    resources: action.resources === '' ? '' : fill(action.resources, dice, call),
    data: action.data,
    account: account.id,
    endpoint: actor.endpoint,
    fromConsole: browsing,
  };
  return { region, text: recordText(dice.chance(FAILED) ? failed(parts, actor, dice) : parts, dice) };
}

/** The console signs with several keys in turn. */
function otherKey({ actor, name, spare, issuedAt }: Session): string {
  return identityOf(actor, name, spare, issuedAt, '');
}

function agentOf(actor: Actor, action: Action, browsing: boolean, dice: Dice): string {
  if (actor.kind === 'person' || actor.kind === 'console') {
    return browsing ? (actor.agents[0] ?? '') : `${actor.agents[1] ?? ''}${action.service}.${dashed(action.name)}`;
  }
  if (actor.kind === 'pipeline') {
    const agent = dice.pick(actor.agents);
    return agent.endsWith('#') ? `${agent}${action.service}.${dashed(action.name)}` : agent;
  }
  return action.name.endsWith('InstanceInformation') && actor.kind === 'instance'
    ? (actor.agents[2] ?? '')
    : dice.zipf(actor.agents);
}

/** `DescribeInstances` as the command line has it: `describe-instances`. */
function dashed(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}

function failed(parts: RecordParts, actor: Actor, dice: Dice): RecordParts {
  const { service, name } = parts;
  const kind = dice.fraction();
  const none = { response: 'null', request: kind < 0.55 && service !== 's3' ? 'null' : parts.request };
  if (kind < 0.55) {
    const verb = `${service}:${name.replace(/\d.*/, '')}`;
    const denied = `User: arn:aws:sts::${actor.role.account}:assumed-role/${actor.role.name}/${actor.name} is not authorized to perform: ${verb} because no identity-based policy allows the ${verb} action`;
    return service === 'ec2'
      ? {
          ...parts,
          ...none,
          errorCode: 'Client.UnauthorizedOperation',
          errorMessage: `You are not authorized to perform this operation. ${denied}. Encoded authorization failure message: ${dice.base62(420)}`,
        }
      : {
          ...parts,
          ...none,
          errorCode: service === 's3' || service === 'iam' ? 'AccessDenied' : 'AccessDeniedException',
          errorMessage: denied,
        };
  }
  if (kind < 0.75) {
    return { ...parts, ...none, errorCode: 'ThrottlingException', errorMessage: 'Rate exceeded' };
  }
  return service === 's3'
    ? { ...parts, ...none, errorCode: 'NoSuchKey', errorMessage: 'The specified key does not exist.' }
    : {
        ...parts,
        ...none,
        errorCode: 'ResourceNotFoundException',
        errorMessage: `Requested resource not found: ${name}`,
      };
}

/** A service decrypts for the caller: its principal, another key, no address. */
function forwarded(account: Account, session: Session, at: Seconds, dice: Dice): Placed {
  const action = actionNamed('kms', dice.chance(0.8) ? 'Decrypt' : 'GenerateDataKey');
  const { actor } = session;
  const service = dice.pick(['AWS Internal', 'secretsmanager.amazonaws.com', 'ssm.amazonaws.com', 's3.amazonaws.com']);
  return ofService(account, actor.region, at, action, service, dice, {
    identity: identityOf({ ...actor, key: '' }, session.name, `ASIA${dice.base32(16)}`, at, service),
  });
}

/** A call that a service makes for itself. */
export function serviceCall(account: Account, region: string, at: Seconds, dice: Dice): Placed {
  const action = actionNamed('kms', dice.chance(0.6) ? 'GenerateDataKey' : 'Decrypt');
  const dns = `${dice.zipf(['s3', 'dynamodb', 'ebs', 'logs', 'delivery.logs', 'rds', 'cloudtrail', 'sqs'])}.amazonaws.com`;
  return ofService(account, region, at, action, dns, dice, {
    identity: `{"type":"AWSService","invokedBy":"${dns}"}`,
    sharedEventID: dice.uuid(),
  });
}

function ofService(
  account: Account,
  region: string,
  at: Seconds,
  action: Action,
  dns: string,
  dice: Dice,
  more: Pick<RecordParts, 'identity' | 'sharedEventID'>,
): Placed {
  const call = { account, region, at, app: dice.zipf(account.apps), actor: undefined };
  const text = recordText(
    {
      at,
      service: action.service,
      name: action.name,
      region,
      address: dns,
      agent: dns,
      request: fill(action.request, dice, call),
      response: 'null',
      readOnly: action.readOnly,
      resources: fill(action.resources, dice, call),
      account: account.id,
      ...more,
    },
    dice,
  );
  return { region, text };
}
