/**
 * What happened: records read with JSON paths, each event once, in instant order.
 *
 * Guarantee: nothing of the engine is used; copies of an event, whatever their order, give one happening.
 */
import { createHash } from 'node:crypto';

/** One record that happened, with what linking looks at. */
export interface Happening {
  readonly record: unknown;
  readonly id: string;
  /** Ids in this order decide between events of one second. */
  readonly order: string;
  readonly recipient: string;
  readonly time: number;
  readonly action: string;
  readonly replaces: boolean;
  readonly network: boolean;
  readonly succeeded: boolean;
  readonly type: string;
  readonly account: string;
  readonly principal: string;
  /** Whose calls these are, where that is all there is to go by. */
  readonly owner: string;
  readonly arn: string;
  readonly userName: string;
  readonly key: string;
  readonly invokedBy: string;
  readonly created: number | undefined;
  readonly issuerArn: string;
}

export const second = 1000;
export const minute = 60 * second;
export function valueAt(start: unknown, ...path: readonly string[]): unknown {
  let value = start;
  for (const name of path) {
    // T23: exporters write elements as text.
    if (typeof value === 'string' && value.startsWith('{"')) {
      value = JSON.parse(value) as unknown;
    }
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}

export function textAt(start: unknown, ...path: readonly string[]): string {
  const value = valueAt(start, ...path);
  return typeof value === 'string' && value !== '-' && value !== 'null' ? value : '';
}

/** Placeholders are absent: also one repeated character, and a prefix with X's behind it. */
export function keyAt(start: unknown, ...path: readonly string[]): string {
  const key = textAt(start, ...path);
  return /^[A-Z0-9]{16,128}$/.test(key) && !/^(.)\1*$|^A[A-Z]{3}X+$/.test(key) ? key : '';
}

/** `2023-07-10T12:00:00Z`, `.000Z`, `20131102T010628Z`, `Jul 10, 2023, 6:30:22 PM`, `Jul 5, 2021 1:18:34 PM`: all UTC. */
export function instantOf(value: unknown): number | undefined {
  if (typeof value !== 'string') {
    return undefined;
  }
  const us = /^([A-Z][a-z]{2} \d+, \d{4}),? (\d+:\d\d:\d\d)[\s\u202f\u00a0]([AP]M)$/.exec(value);
  const basic = value.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const instant = Date.parse(us === null ? basic : `${us.slice(1).join(' ')} UTC`);
  return Number.isNaN(instant) ? undefined : instant;
}

export function isoSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** T16: one event is one eventID in one recipient account, or in the caller's account where no recipient is named. */
export function happeningsOf(records: readonly unknown[]): Happening[] {
  const found = new Map<string, Happening>();
  for (const record of records) {
    const time = ['eventTime', '@timestamp']
      .map((name) => instantOf(valueAt(record, name)))
      .find((at) => at !== undefined);
    const source = textAt(record, 'eventSource');
    const name = textAt(record, 'eventName').replace(/\d{8}(v\d+)?$/, '');
    if (time === undefined || source === '' || name === '') {
      continue;
    }
    const happening = happeningOf(record, time, `${source.split('.')[0] ?? ''}/${name}`);
    const identity = `${happening.id}|${happening.recipient}`;
    const known = found.get(identity);
    if (known === undefined || tellsMore(happening, known)) {
      found.set(identity, happening);
    }
  }
  const events = [...found.values()];
  // T19: a call that was logged as network activity too happened once.
  const once = events.filter((event) => !event.network || !events.some((other) => isSameCall(event, other)));
  return once.sort((a, b) => a.time - b.time || compare(a.order, b.order) || compare(a.recipient, b.recipient));
}

/** T24: an addendum replaces, the last one of several. Choice: of other copies the one with more keys in it, then the longer. */
function tellsMore(one: Happening, other: Happening): boolean {
  if (one.replaces !== other.replaces) {
    return one.replaces;
  }
  const later = one.replaces ? one.time - other.time : 0;
  const keys = (event: Happening): number =>
    Number(event.key !== '') + Number(keyAt(event.record, 'responseElements', 'credentials', 'accessKeyId') !== '');
  const length = (event: Happening): number => JSON.stringify(event.record).length;
  return (later || keys(one) - keys(other) || length(one) - length(other)) > 0;
}

function isSameCall(network: Happening, other: Happening): boolean {
  const request = textAt(network.record, 'requestID');
  const same = request !== '' && request === textAt(other.record, 'requestID') && network.action === other.action;
  return same && !other.network;
}

export function isMask(id: string): boolean {
  return /^[x0*#-]*$|^(null|none|redacted|hidden_due_to_security_reasons)$/i.test(id);
}

function happeningOf(record: unknown, time: number, action: string): Happening {
  const identity = valueAt(record, 'userIdentity');
  const account = textAt(identity, 'accountId');
  const failure = ['ConsoleLogin', 'SwitchRole'].some((name) => textAt(record, 'responseElements', name) === 'Failure');
  const arn = textAt(identity, 'arn');
  const userName = textAt(identity, 'userName');
  const created = instantOf(valueAt(identity, 'sessionContext', 'attributes', 'creationDate'));
  // Choice: a masked principal is the same for everybody; only a creation time tells its sessions apart.
  const principalId = textAt(identity, 'principalId');
  const masksPrincipal = principalId.includes('***') || principalId.startsWith('HIDDEN_DUE_TO_');
  const written = textAt(record, 'eventID');
  const replaced = textAt(record, 'addendum', 'originalEventID');
  const replaces = !isMask(replaced);
  const id = replaces ? replaced : written;
  const masked = isMask(id);
  const hash = createHash('sha256').update(masked ? JSON.stringify(record) : id);
  const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
  const order = uuid && !masked ? id.replaceAll('-', '') : hash.digest('hex').slice(0, 32);
  return {
    record,
    id: masked ? `hash:${order}` : id,
    order,
    recipient: textAt(record, 'recipientAccountId') || account,
    time,
    action,
    replaces,
    network: textAt(record, 'eventCategory') === 'NetworkActivity' || textAt(record, 'eventType') === 'AwsVpceEvent',
    // T21: sign-in says in its answer that it failed.
    succeeded: textAt(record, 'errorCode') === '' && !(action.startsWith('signin/') && failure),
    type: textAt(identity, 'type'),
    account,
    principal: (masksPrincipal && created === undefined ? '' : principalId) || arn || userName,
    owner: (masksPrincipal ? '' : principalId) || arn || userName,
    arn,
    userName,
    key: keyAt(identity, 'accessKeyId'),
    invokedBy: textAt(identity, 'invokedBy'),
    created,
    issuerArn: textAt(identity, 'sessionContext', 'sessionIssuer', 'arn'),
  };
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What stands behind the role's id, or behind the last colon. */
export function sessionNameOf(principal: string): string {
  return /^A(ROA|IDA)[A-Z0-9]+:/.test(principal) ? principal.replace(/^[^:]*:/, '') : principal.replace(/^.*:/, '');
}

export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
