/**
 * What `<name>` stands for in the calls of the catalogue: names of an account's own resources, few and often repeated,
 * beside ids that no other call has.
 */
import { privateAddress } from './agents';
import { Dice } from './dice';
import { isoTime, type Seconds } from './time';
import type { Account, Actor } from './world';

/** What a call is filled with. */
export interface Call {
  readonly account: Account;
  readonly region: string;
  readonly at: Seconds;
  /** The actor's application; its resources are called after it. */
  readonly app: string;
  /** The instance that is called about: the caller's own, if it is one. */
  readonly actor: Actor | undefined;
}

type Value = (dice: Dice, call: Call) => string;
type Template = readonly (string | Value)[];

const SETTINGS = ['database-url', 'feature-flags', 'log-level', 'pool-size', 'timeouts', 'endpoints', 'quota', 'tls'];
const FOLDERS = ['incoming', 'exports/daily', 'images/thumbs', 'backups', 'events/dt=2025-05-15', 'sessions', 'models'];
const EXTENSIONS = ['json.gz', 'parquet', 'png', 'csv', 'bin', 'avro'];

/** One of an account's `count` resources of a sort, some more often than others: always the same ones. */
function resource(sort: string, count: number, make: (dice: Dice, call: Call) => string): Value {
  const known = new Map<string, readonly string[]>();
  return (dice, call) => {
    const place = `${call.account.id} ${call.region}`;
    let names = known.get(place);
    if (names === undefined) {
      const own = new Dice(`${sort} ${place}`);
      names = Array.from({ length: count }, () => make(own, call));
      known.set(place, names);
    }
    return dice.zipf(names);
  };
}

const VALUES: Readonly<Record<string, Value>> = {
  account: (_, { account }) => account.id,
  region: (_, { region }) => region,
  stage: (_, { account }) => account.stage,
  app: (_, { app }) => app,
  setting: (dice) => dice.pick(SETTINGS),
  person: (dice) => dice.pick(['build', 'release', 'monitoring', 'backup', 'data', 'support']),
  bucket: (dice, { app, account }) => `${app}-${account.stage}-${dice.zipf(['data', 'assets', 'logs', 'export'])}`,
  key: (dice) => `${dice.zipf(FOLDERS)}/${dice.hex(12)}.${dice.zipf(EXTENSIONS)}`,
  table: (dice, { app, account }) => `${app}-${account.stage}-${dice.zipf(['items', 'state', 'locks', 'audit'])}`,
  queue: (dice, { app, account }) => `${app}-${account.stage}-${dice.zipf(['jobs', 'events', 'dead-letters'])}`,
  function: (dice, { app, account }) =>
    `${app}-${account.stage}-${dice.zipf(['handler', 'consumer', 'resize', 'sync'])}`,
  logGroup: (dice, { app, account }) => `/aws/${dice.pick(['ecs', 'lambda'])}/${app}-${account.stage}`,
  secret: resource('secret', 12, (dice, { account, region }) => {
    const name = `${dice.pick(account.apps)}/${account.stage}/${dice.pick(SETTINGS)}-${dice.base62(6)}`;
    return `arn:aws:secretsmanager:${region}:${account.id}:secret:${name}`;
  }),
  kms: resource('kms', 10, (dice, { account, region }) => `arn:aws:kms:${region}:${account.id}:key/${dice.uuid()}`),
  instance: (dice, { account, actor }) => (actor?.kind === 'instance' ? actor.name : dice.zipf(account.instances)),
  vpc: resource('vpc', 3, (dice) => `vpc-0${dice.hex(16)}`),
  subnet: resource('subnet', 9, (dice) => `subnet-0${dice.hex(16)}`),
  sg: resource('sg', 20, (dice) => `sg-0${dice.hex(16)}`),
  eni: resource('eni', 60, (dice) => `eni-0${dice.hex(16)}`),
  volume: resource('volume', 40, (dice) => `vol-0${dice.hex(16)}`),
  ami: resource('ami', 5, (dice) => `ami-0${dice.hex(16)}`),
  private: resource('private', 60, (dice) => privateAddress(dice)),
  host: resource('host', 60, (dice) => privateAddress(dice).replaceAll('.', '-')),
  hash: (dice) => dice.hex(32),
  digest: (dice) => dice.hex(64),
  shorthex: (dice) => dice.hex(16),
  longhex: (dice) => `0${dice.hex(16)}`,
  uuid: (dice) => dice.uuid(),
  token: (dice) => dice.base62(22),
  id2: (dice) => `${dice.base64(75)}=`,
  digits: (dice) => String(dice.int(100_000_000, 999_999_999)),
  small: (dice) => String(dice.int(1, 90)),
  large: (dice) => String(dice.int(300, 900_000)),
  epoch: (_, { at }) => String(at * 1000),
  time: (_, { at }) => isoTime(at),
};

const compiled = new Map<string, Template>();

function templateOf(text: string): Template {
  let template = compiled.get(text);
  if (template === undefined) {
    template = text.split(/<(\w+)>/).map((part, at) => {
      const value = at % 2 === 0 ? part : VALUES[part];
      if (value === undefined) {
        throw new Error(`no value for <${part}>`);
      }
      return value;
    });
    compiled.set(text, template);
  }
  return template;
}

export function fill(text: string, dice: Dice, call: Call): string {
  let out = '';
  for (const part of templateOf(text)) {
    out += typeof part === 'string' ? part : part(dice, call);
  }
  return out;
}
