/**
 * The dictionaries that all files share: what the columns of the event table are indexes into.
 *
 * Guarantee: indexes never change; each value once; string 0 is the empty one. Dictionaries only grow: they may hold values
 * that no event has any more.
 */
import { grown } from '../cloudtrail/grown';
import { ended, hashed } from './running-hash';
import type { Caller, SessionIssuer } from '../cloudtrail/caller';
import type { Action, FileColumns, JsonValue } from '../cloudtrail/columns';
import { ABSENT_CALLER, parseCaller } from '../cloudtrail/parse-caller';
import { type Texts, textAtIndex } from '../cloudtrail/texts';
import { TextNumbers } from './text-numbers';

/** How the dictionaries of one file map to the shared ones. */
export interface Remap {
  readonly strings: Uint32Array;
  readonly callers: Uint32Array;
  readonly actions: Uint32Array;
}

/** Callers compared with each other; more that are alike are looked up by their text. */
const mostAlike = 8;

/** Longest `userIdentity` that is remembered by its bytes; real ones are below 3 KB. Longer ones are parsed each time. */
const longestIdentity = 16 * 1024;

export class Dictionaries {
  readonly strings: string[] = [''];
  readonly callers: Caller[] = [];
  readonly actions: Action[] = [];
  /** Account of each caller, as an index into the strings. */
  callerAccounts = new Uint32Array(256);

  private readonly stringNumbers = new TextNumbers();
  private readonly identities = new TextNumbers();
  /** By number of `identities`. */
  private readonly callerOfIdentity: number[] = [];
  /** By a hash of what tells most callers apart, the last one: records write one caller in several ways. */
  private readonly lastAlike = new Map<number, number>();
  /** The caller before of the same hash + 1; 0 where there is none. */
  private readonly alikeBefore: number[] = [];
  /** By ARN, the last one of each. */
  private readonly issuers = new Map<string, SessionIssuer>();
  /** Of callers, as indexes of strings. */
  private readonly accounts = new Map<string, number>();
  private readonly callersByText = new Map<string, number>();
  /** By source × 2²⁶ + name, indexes of strings. */
  private readonly actionOfNames = new Map<number, number>();

  constructor() {
    this.stringNumbers.ofText('');
  }

  unify({ strings, callers, actions }: FileColumns): Remap {
    const ofStrings = new Uint32Array(strings.ends.length);
    for (let index = 0; index < ofStrings.length; index++) {
      ofStrings[index] = this.stringOf(strings, index);
    }
    const ofCallers = new Uint32Array(callers.ends.length);
    for (let index = 0; index < ofCallers.length; index++) {
      ofCallers[index] = this.callerOf(callers, index);
    }
    const ofActions = new Uint32Array(actions.length / 2);
    for (let index = 0; index < ofActions.length; index++) {
      ofActions[index] = this.actionOf(
        ofStrings[actions[index * 2] ?? 0] ?? 0,
        ofStrings[actions[index * 2 + 1] ?? 0] ?? 0,
      );
    }
    return { strings: ofStrings, callers: ofCallers, actions: ofActions };
  }

  private stringOf(texts: Texts, index: number): number {
    const number = this.stringNumbers.ofTexts(texts, index);
    if (number === this.strings.length) {
      this.strings.push(textAtIndex(texts, index));
    }
    return number;
  }

  private stringIndex(text: string): number {
    const number = this.stringNumbers.ofText(text);
    if (number === this.strings.length) {
      this.strings.push(text);
    }
    return number;
  }

  private callerOf(texts: Texts, index: number): number {
    const length = (texts.ends[index] ?? 0) - (index === 0 ? 0 : (texts.ends[index - 1] ?? 0));
    if (length > longestIdentity) {
      return this.callerIndex(callerIn(textAtIndex(texts, index)));
    }
    const number = this.identities.ofTexts(texts, index);
    const known = this.callerOfIdentity[number];
    if (known !== undefined) {
      return known;
    }
    const caller = this.callerIndex(callerIn(textAtIndex(texts, index)));
    this.callerOfIdentity[number] = caller;
    return caller;
  }

  private callerIndex(caller: Caller): number {
    const hash = likeness(caller);
    const last = this.lastAlike.get(hash);
    let alike = 0;
    for (let at = (last ?? -1) + 1; at > 0 && alike < mostAlike; at = this.alikeBefore[at - 1] ?? 0) {
      const other = this.callers[at - 1];
      if (other !== undefined && sameCaller(caller, other)) {
        return at - 1;
      }
      alike++;
    }
    const text = alike === mostAlike ? JSON.stringify(caller) : '';
    const known = text === '' ? undefined : this.callersByText.get(text);
    if (known !== undefined) {
      return known;
    }
    const index = this.callers.push(this.withSharedTexts(caller)) - 1;
    if (text !== '') {
      this.callersByText.set(text, index);
    } else {
      this.alikeBefore[index] = (last ?? -1) + 1;
      this.lastAlike.set(hash, index);
    }
    if (index === this.callerAccounts.length) {
      this.callerAccounts = grown(this.callerAccounts, index + 1);
    }
    this.callerAccounts[index] = this.accountIndex(caller.accountId);
    return index;
  }

  private accountIndex(account: string): number {
    const known = this.accounts.get(account);
    if (known !== undefined) {
      return known;
    }
    const index = this.stringIndex(account);
    this.accounts.set(account, index);
    return index;
  }

  /** Sessions of one role have its issuer in common, and those of an account its number. */
  private withSharedTexts(caller: Caller): Caller {
    const { issuer } = caller;
    if (issuer === undefined) {
      return caller;
    }
    const known = this.issuers.get(issuer.arn);
    if (!sameIssuer(known, issuer)) {
      this.issuers.set(issuer.arn, issuer);
      return caller;
    }
    return {
      ...caller,
      issuer: known,
      accountId: caller.accountId === issuer.accountId ? (known?.accountId ?? '') : caller.accountId,
    };
  }

  private actionOf(source: number, name: number): number {
    const key = source * 0x4000000 + name;
    const known = this.actionOfNames.get(key);
    if (known !== undefined) {
      return known;
    }
    const index =
      this.actions.push({ eventSource: this.strings[source] ?? '', eventName: this.strings[name] ?? '' }) - 1;
    this.actionOfNames.set(key, index);
    return index;
  }
}

function callerIn(identity: string): Caller {
  return identity === '' ? ABSENT_CALLER : parseCaller(JSON.parse(identity) as JsonValue);
}

/** Equal for equal callers; different for most others. */
function likeness({ accessKeyId, principalId, creationDate, invokedBy }: Caller): number {
  const named = hashed(hashed(0, accessKeyId || principalId), invokedBy);
  return ended(named ^ Math.imul((creationDate ?? 0) / 1000, 0x9e3779b1));
}

function sameCaller(a: Caller, b: Caller): boolean {
  return fields.every((name) => a[name] === b[name]) && sameIssuer(a.issuer, b.issuer);
}

function sameIssuer(a: SessionIssuer | undefined, b: SessionIssuer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : issuerFields.every((name) => a[name] === b[name]);
}

/** All but the issuer. */
const fields = Object.keys(ABSENT_CALLER).filter((name) => name !== 'issuer') as readonly Exclude<
  keyof Caller,
  'issuer'
>[];
const issuerFields = [
  'type',
  'principalId',
  'arn',
  'accountId',
  'userName',
] as const satisfies readonly (keyof SessionIssuer)[];
