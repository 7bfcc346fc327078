/**
 * What callers and issuances are called, as hashes of 32 bits, so that millions of names cost nothing. Two names of one hash
 * put strangers into one cell, which costs time and changes nothing.
 *
 * Guarantee: names of one member lie together in one array, numbered in the order in which they first came; they are read from
 * its strings, and looked up by their hashes, once.
 */
import { grown } from '../cloudtrail/grown';
import { ended, hashed } from './running-hash';
import type { Caller } from '../cloudtrail/caller';
import { accountOf, roleNameOf } from '../cloudtrail/record';
import type { Groups } from './groups';
import { IntMap } from './int-map';
import { unusedPrincipal } from './link';
import type { EventTable } from './model';
import { actingAccount, ownerOf, principalOf, sessionNameOf } from './session-draft';
import { switchedFrom } from './sign-ins';
import type { IssuanceDraft } from './drafts';

/** Seeds: a key is never taken for a name. */
const seed = { key: 0x2c1b3c6d, name: 0x297a2d39, user: 0x5bd1e995, keyless: 0x1b873593, call: 0x52dce729 } as const;

/** Numbers before the names of a member: of its call, that join always (with those), at any time, that it spreads. */
const head = 4;

export class NamePool {
  private numbers = new Int32Array(1024);
  private used = 0;
  /** Numbers of names by their hashes. */
  private ids = new IntMap(1024);
  private idCount = 0;

  /** Numbers in use, of members that are gone too. */
  get size(): number {
    return this.used;
  }

  clear(): void {
    this.numbers = new Int32Array(1024);
    this.used = 0;
    this.ids = new IntMap(1024);
    this.idCount = 0;
  }

  private idOf(name: number): number {
    const known = this.ids.claim(name, this.idCount);
    return known === -1 ? this.idCount++ : known;
  }

  /** Adds a member; gives its place. */
  add(
    call: readonly number[],
    always: readonly number[],
    anyTime: readonly number[],
    spread: readonly number[],
  ): number {
    const at = this.used;
    const end = at + head + call.length + always.length + anyTime.length + spread.length;
    if (end > this.numbers.length) {
      this.numbers = grown(this.numbers, end);
    }
    const { numbers } = this;
    numbers[at] = call.length;
    numbers[at + 1] = call.length + always.length;
    numbers[at + 2] = anyTime.length;
    numbers[at + 3] = spread.length;
    let next = at + head;
    for (const names of [call, always, anyTime, spread]) {
      for (const name of names) {
        numbers[next++] = this.idOf(name);
      }
    }
    this.used = next;
    return at;
  }

  /** Numbers of names that a copy of the call in another account has too. */
  call(at: number): Int32Array {
    return this.numbers.subarray(at + head, at + head + (this.numbers[at] ?? 0));
  }

  /** Joins whoever has a name in common, at its time or where somebody spreads it. `places`: of the names of each member. */
  join(places: Int32Array, groups: Groups): void {
    const { numbers } = this;
    const members = places.length;
    const timeless = new Uint8Array(this.idCount);
    for (let member = 0; member < members; member++) {
      const at = places[member] ?? 0;
      const spread = numbers[at + 3] ?? 0;
      const from = at + head + (numbers[at + 1] ?? 0) + (numbers[at + 2] ?? 0);
      for (let next = from; next < from + spread; next++) {
        timeless[numbers[next] ?? 0] = 1;
      }
    }
    const owners = new Int32Array(this.idCount).fill(-1);
    for (let member = 0; member < members; member++) {
      const at = places[member] ?? 0;
      const always = at + head + (numbers[at + 1] ?? 0);
      const anyTime = always + (numbers[at + 2] ?? 0);
      for (let next = at + head; next < anyTime; next++) {
        const name = numbers[next] ?? 0;
        if (next < always || timeless[name] === 1) {
          const owner = owners[name] ?? -1;
          if (owner === -1) {
            owners[name] = member;
          } else {
            groups.join(owner, member);
          }
        }
      }
    }
  }
}

/** What a caller is called, whatever its key and its time: callers of one principal have it in common. */
interface Called {
  readonly caller: Caller;
  readonly names: readonly number[];
}

/** Reads the names of callers; those of one principal, which may be thousands of forwarded calls, once. */
export class CallerNames {
  private readonly byArn = new Map<string, Called>();

  constructor(private readonly pool: NamePool) {}

  /** Adds a member; gives its place. */
  add(caller: Caller): number {
    const { accessKeyId, accountId, creationDate, userName, invokedBy, type } = caller;
    const names = this.namesOf(caller);
    const always: number[] = [];
    push(always, seed.key, accessKeyId);
    if (accessKeyId === '' && creationDate === undefined) {
      // Without key and creation time all calls of a principal are one session's.
      always.push(ended(hashed(hashed(hashed(seed.keyless, actingAccount(caller)), '|'), principalOf(caller))));
    }
    if (creationDate !== undefined) {
      const span = spanOf(creationDate, 0);
      for (const name of names) {
        always.push(atSpan(name, span));
      }
    }
    const undated = creationDate === undefined && type !== 'IAMUser' && type !== 'Root';
    const spreads = undated || invokedBy !== '' || type === 'AWSAccount' ? names : none;
    const anyTime =
      type === 'IAMUser' && userName !== ''
        ? [...names, ended(hashed(hashed(hashed(seed.user, accountId), '|'), userName))]
        : names;
    return this.pool.add(none, always, anyTime, spreads);
  }

  private namesOf(caller: Caller): readonly number[] {
    const known = this.byArn.get(caller.arn);
    if (known !== undefined && isCalledTheSame(known.caller, caller)) {
      return known.names;
    }
    const names = namesOf(caller);
    this.byArn.set(caller.arn, { caller, names });
    return names;
  }
}

function isCalledTheSame(a: Caller, b: Caller): boolean {
  return (
    a.principalId === b.principalId &&
    a.arn === b.arn &&
    a.userName === b.userName &&
    a.issuer?.arn === b.issuer?.arn &&
    (a.creationDate === undefined) === (b.creationDate === undefined)
  );
}

function namesOf(caller: Caller): readonly number[] {
  const { arn } = caller;
  const principal = principalOf(caller);
  const owner = ownerOf(caller);
  const session = sessionNameOf(caller);
  const issuer = caller.issuer?.arn ?? '';
  const names: number[] = [];
  push(names, seed.name, principal);
  if (owner !== principal) {
    push(names, seed.name, owner);
  }
  if (issuer !== '') {
    names.push(ended(hashed(hashed(hashed(seed.name, issuer), '/'), session)));
  }
  push(names, seed.name, arn);
  if (issuer === '' && arn !== '') {
    names.push(hashOfShortName(arn, session));
  }
  return names;
}

export function nameIssuance(pool: NamePool, table: EventTable, draft: IssuanceDraft): number {
  const { kind, issuedKey, principalId, roleArn, sessionName, arn, time, sharedEventId, requestId } = draft;
  const names: number[] = [];
  push(names, seed.name, principalId);
  if (roleArn !== '') {
    names.push(ended(hashed(hashed(hashed(seed.name, roleArn), '/'), sessionName)));
    names.push(hashOfShortName(roleArn, sessionName));
  }
  push(names, seed.name, arn);
  const call: number[] = [];
  push(call, seed.key, issuedKey);
  if (sharedEventId !== '' || requestId !== '') {
    const ofCall = hashed(seed.call ^ Math.imul(time / 1000, 0x85ebca6b), kind);
    push(call, ofCall ^ 1, sharedEventId);
    push(call, ofCall ^ 2, requestId);
  }
  const always: number[] = [];
  const spans = [spanOf(time, -2), spanOf(time, 2)];
  const unused = ended(hashed(hashed(hashed(seed.name, draft.accountId), '|'), unusedPrincipal(draft)));
  for (const span of spans[0] === spans[1] ? spans.slice(1) : spans) {
    for (const name of names) {
      always.push(atSpan(name, span));
    }
    always.push(atSpan(unused, span));
  }
  const spreads: number[] = [];
  const anyTime = [...names];
  if (kind === 'created-key' && issuedKey === '') {
    push(spreads, seed.user, draft.recipient);
    push(anyTime, seed.user, draft.recipient);
  }
  if (kind === 'console-login' || kind === 'cli-login') {
    spreads.push(...names);
  } else if (kind === 'switch-role') {
    const from = switchedFrom(table, draft.row);
    push(spreads, seed.name, from);
    push(anyTime, seed.name, from);
  }
  return pool.add(call, always, anyTime, spreads);
}

const none: readonly number[] = [];

function push(names: number[], from: number, name: string): void {
  if (name !== '') {
    names.push(ended(hashed(from, name)));
  }
}

/** As `shortName` spells it. */
function hashOfShortName(arn: string, sessionName: string): number {
  const account = hashed(hashed(seed.name, accountOf(arn)), '|');
  return ended(hashed(hashed(hashed(account, roleNameOf(arn)), '/'), sessionName));
}

/**
 * The span of four seconds that a time lies in, so many seconds later: a creation time and the time of a call that are two
 * seconds apart or less have a span in common.
 */
function spanOf(time: number, secondsMore: number): number {
  return Math.floor((Math.floor(time / 1000) + secondsMore) / 4);
}

function atSpan(name: number, span: number): number {
  return Math.imul(name ^ span, 0x85ebca6b) ^ (name >>> 13);
}
