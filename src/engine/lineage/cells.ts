/**
 * Which callers and issuances can have to do with each other: those that share a name. A cell is all that hangs together by
 * keys, principals, role sessions and user names; linking looks at one cell, and at who made its issuing calls.
 *
 * A name counts at its time: sessions of one name that were created at other times have nothing to do with each other. It
 * counts for all times where some call of that name has no creation time of its own: one that a service forwarded, that
 * another account logged, that a sign-in refers to.
 *
 * Guarantee: two sessions that one issuance could be linked to, two issuances that one session could come from, and two
 * callers whose calls could be one session's are in one cell. Cost: linear in callers and issuances; names are read once.
 */
import type { Caller } from '../cloudtrail/caller';
import type { JsonObject } from '../cloudtrail/columns';
import { callNames, isSignIn, issuanceOf, type IssuanceDraft } from './issuances';
import type { EventTable } from './model';
import { actingAccount, ownerOf, principalOf, sessionNameOf } from './session-draft';
import { shortName, unusedPrincipal } from './link';
import { switchedFrom } from './sign-ins';
import { callerAt } from './table';

/** What belongs together. Callers are in the order of their first rows, issuances in the order of theirs. */
export interface CellMembers {
  readonly callers: number[];
  readonly issuances: IssuanceDraft[];
}

export class Cells {
  private readonly namesOfCaller: Names[] = [];
  private readonly issuanceOfRecord = new WeakMap<JsonObject, NamedIssuance | null>();

  /** Successful records that hand out a credential, in the order of rows. */
  issuances(table: EventTable): IssuanceDraft[] {
    const found: IssuanceDraft[] = [];
    for (const [row, record] of table.notable) {
      const named = this.namedIssuance(table, row, record);
      if (named !== null) {
        found.push({ ...named.draft, row });
      }
    }
    return found;
  }

  /** `callers`: those that have rows, in the order of their first. */
  divide(table: EventTable, callers: readonly number[], issuances: readonly IssuanceDraft[]): CellMembers[] {
    const ofCallers = callers.map((caller) => this.namedCaller(table, caller));
    const ofIssuances = issuances.map(({ row }) => {
      const record = table.notable.get(row);
      return (record === undefined ? null : this.namedIssuance(table, row, record)) ?? unnamed;
    });
    const members: readonly Names[] = [...ofCallers, ...ofIssuances];
    const timeless = new Set<number>();
    for (const { spreads } of members) {
      for (const name of spreads) {
        timeless.add(name);
      }
    }
    const groups = new Groups(members.length);
    const ownerOfName = new Map<number, number>();
    const join = (member: number, name: number): void => {
      const owner = ownerOfName.get(name);
      if (owner === undefined) {
        ownerOfName.set(name, member);
      } else {
        groups.join(owner, member);
      }
    };
    members.forEach(({ always, atAnyTime }, member) => {
      always.forEach((name) => {
        join(member, name);
      });
      atAnyTime.forEach((name) => {
        if (timeless.has(name)) {
          join(member, name);
        }
      });
    });
    // The record of a sign-in is the session's own; a copy in another account goes where the call that it copies went.
    const memberOfCaller = new Map(callers.map((caller, member) => [caller, member]));
    const isCopy = ({ row }: IssuanceDraft): boolean => callerAt(table, row).type === 'AWSAccount';
    const copied = new Set(
      issuances.flatMap((issuance, index) => (isCopy(issuance) ? (ofIssuances[index]?.call ?? []) : [])),
    );
    issuances.forEach((issuance, index) => {
      const caller = memberOfCaller.get(table.caller[issuance.row] ?? -1);
      const call = ofIssuances[index]?.call ?? [];
      if (caller !== undefined && (isSignIn(issuance) || isCopy(issuance) || call.some((name) => copied.has(name)))) {
        groups.join(caller, callers.length + index);
      }
    });
    const cells = new Map<number, CellMembers>();
    const cellOf = (member: number): CellMembers => {
      const group = groups.of(member);
      const cell = cells.get(group) ?? { callers: [], issuances: [] };
      cells.set(group, cell);
      return cell;
    };
    callers.forEach((caller, member) => cellOf(member).callers.push(caller));
    issuances.forEach((issuance, index) => cellOf(callers.length + index).issuances.push(issuance));
    return [...cells.values()];
  }

  private namedCaller(table: EventTable, index: number): Names {
    let names = this.namesOfCaller[index];
    if (names === undefined) {
      const caller = table.callers[index];
      names = caller === undefined ? unnamed : namesOfCaller(caller);
      this.namesOfCaller[index] = names;
    }
    return names;
  }

  private namedIssuance(table: EventTable, row: number, record: JsonObject): NamedIssuance | null {
    let named = this.issuanceOfRecord.get(record);
    if (named === undefined) {
      const draft = issuanceOf(table, row, record);
      named = draft === undefined ? null : { draft, ...namesOfIssuance(table, draft) };
      this.issuanceOfRecord.set(record, named);
    }
    return named;
  }
}

/**
 * Names as hashes of 32 bits, so that millions of them cost nothing. Two names of one hash put strangers into one cell, which
 * costs time and changes nothing.
 */
interface Names {
  /** Names that join whoever has them: keys, calls, names at a time. */
  readonly always: readonly number[];
  /** Names that join where somebody spreads them. */
  readonly atAnyTime: readonly number[];
  /** Names that this member is looked up by, or looks up others by, whatever their time. */
  readonly spreads: readonly number[];
}

interface IssuanceNames extends Names {
  /** What a copy of the call in another account has too. */
  readonly call: readonly number[];
}

interface NamedIssuance extends IssuanceNames {
  readonly draft: IssuanceDraft;
}

const unnamed: IssuanceNames = { always: [], atAnyTime: [], spreads: [], call: [] };

function namesOfCaller(caller: Caller): Names {
  const principal = principalOf(caller);
  const session = sessionNameOf(caller);
  const issuer = caller.issuer?.arn ?? '';
  const names = hashes('name', [
    principal,
    ownerOf(caller),
    issuer === '' ? '' : `${issuer}/${session}`,
    caller.arn,
    issuer === '' && caller.arn !== '' ? shortName(caller.arn, session) : '',
  ]);
  const user = caller.type === 'IAMUser' && caller.userName !== '' ? `${caller.accountId}|${caller.userName}` : '';
  const keyless = caller.accessKeyId === '' && caller.creationDate === undefined;
  const undated = caller.creationDate === undefined && caller.type !== 'IAMUser' && caller.type !== 'Root';
  return {
    always: [
      ...hashes('key', [caller.accessKeyId]),
      // Without key and creation time all calls of a principal are one session's.
      ...(keyless ? hashes('keyless', [`${actingAccount(caller)}|${principal}`]) : []),
      ...(caller.creationDate === undefined ? [] : atTime(names, caller.creationDate, [0])),
    ],
    atAnyTime: [...names, ...hashes('user', [user])],
    spreads: undated || caller.invokedBy !== '' || caller.type === 'AWSAccount' ? names : [],
  };
}

function namesOfIssuance(table: EventTable, draft: IssuanceDraft): IssuanceNames {
  const { kind, issuedKey, principalId, roleArn, sessionName, arn, time } = draft;
  const names = hashes('name', [
    principalId,
    ...(roleArn === '' ? [] : [`${roleArn}/${sessionName}`, shortName(roleArn, sessionName)]),
    arn,
  ]);
  const masked = kind === 'created-key' && issuedKey === '' ? hashes('user', [draft.recipient]) : [];
  const from = kind === 'switch-role' ? hashes('name', [switchedFrom(table, draft.row)]) : [];
  const signIn = kind === 'console-login' || kind === 'cli-login' ? names : from;
  const call = [...hashes('key', [issuedKey]), ...hashes('call', callNames(draft))];
  return {
    call,
    always: [
      ...call,
      ...atTime([...names, ...hashes('name', [`${draft.accountId}|${unusedPrincipal(draft)}`])], time, [-2, 2]),
    ],
    atAnyTime: [...names, ...masked, ...signIn],
    spreads: [...masked, ...signIn],
  };
}

/** Of the names that are not empty. */
function hashes(kind: string, names: readonly string[]): number[] {
  return names.filter((name) => name !== '').map((name) => hashText(name, hashText(kind, 0)));
}

function hashText(text: string, seed: number): number {
  let hash = seed ^ 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}

/**
 * Names with the span of four seconds that a time lies in, and the spans of times so many seconds before or after: a creation
 * time and the time of a call that are two seconds apart or less have a span in common.
 */
function atTime(names: readonly number[], time: number, seconds: readonly number[]): number[] {
  const second = Math.floor(time / 1000);
  return names.flatMap((name) =>
    seconds.map((more) => Math.imul(name ^ Math.floor((second + more) / 4), 0x85ebca6b) ^ (name >>> 13)),
  );
}

/** Union-find over members by number. */
class Groups {
  private readonly above: Int32Array;

  constructor(members: number) {
    this.above = Int32Array.from({ length: members }, (_, member) => member);
  }

  of(member: number): number {
    const { above } = this;
    let at = member;
    while (above[at] !== at) {
      // Halving the way for whoever comes next.
      above[at] = above[above[at] ?? at] ?? at;
      at = above[at] ?? at;
    }
    return at;
  }

  join(a: number, b: number): void {
    const first = this.of(a);
    const second = this.of(b);
    this.above[Math.max(first, second)] = Math.min(first, second);
  }
}
