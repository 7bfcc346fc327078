/**
 * What the rows of one file have in its dictionaries: texts, callers and actions.
 *
 * Guarantee: numbers count up in the order of first appearance, whoever implements `RowTexts`; string 0 is the empty text.
 */
import { isNotable } from './actions';
import { ByteInterner } from './byte-interner';
import type { Action, FileColumns } from './columns';
import { StringDictionary } from './string-dictionary';
import { decodeUtf8 } from './text';
import { TextsBuilder } from './texts';

export interface KnownAction {
  /** In the file's `actions`. */
  readonly index: number;
  readonly notable: boolean;
  readonly signIn: boolean;
}

/** Longest `userIdentity` that is interned; real ones are below 3 KB. Longer ones are parsed each time. */
export const MAX_IDENTITY = 16 * 1024;

export interface RowTexts {
  /** As `StringDictionary` has it. */
  addString(bytes: Uint8Array, start: number, end: number, escaped: boolean, column: number): number | undefined;
  addText(text: string): number;
  /** The number of a `userIdentity`; undefined when it is not JSON. */
  addCaller(bytes: Uint8Array, start: number, end: number): number | undefined;
  /** The number of the caller of records that name none. */
  absentCaller(): number;
  actionOf(action: Action): KnownAction;
  /** Records with these bytes as `eventSource` and `eventName` have this action. */
  learnAction(
    bytes: Uint8Array,
    source: readonly [number, number],
    name: readonly [number, number],
    action: KnownAction,
  ): void;
  finish(): Pick<FileColumns, 'callers' | 'actions' | 'strings'>;
}

export function isJson(bytes: Uint8Array, start: number, end: number): boolean {
  try {
    JSON.parse(decodeUtf8(bytes, start, end));
    return true;
  } catch {
    // The skipper does not look at every token inside nested values; the caller turns this into a rejection.
    return false;
  }
}

export function whatIs({ eventSource, eventName }: Action): Omit<KnownAction, 'index'> {
  return { notable: isNotable(eventSource, eventName), signIn: eventSource === 'signin.amazonaws.com' };
}

export class FileTexts implements RowTexts {
  private readonly strings = new StringDictionary();
  private readonly callers = new TextsBuilder();
  private readonly identities = new ByteInterner();
  private readonly callerByIdentity: number[] = [];
  private lastIdentity = -1;
  private absent = -1;
  private readonly actions: Action[] = [];
  private readonly knownActions = new Map<string, KnownAction>();

  addString(bytes: Uint8Array, start: number, end: number, escaped: boolean, column: number): number | undefined {
    return this.strings.addString(bytes, start, end, escaped, column);
  }

  addText(text: string): number {
    return this.strings.addText(text);
  }

  addCaller(bytes: Uint8Array, start: number, end: number): number | undefined {
    const number = end - start <= MAX_IDENTITY ? this.identities.intern(bytes, start, end, this.lastIdentity) : -1;
    this.lastIdentity = number;
    const known = this.callerByIdentity[number];
    if (known !== undefined) return known < 0 ? undefined : known;
    const index = isJson(bytes, start, end) ? this.callers.add(bytes, start, end) : -1;
    if (number >= 0) this.callerByIdentity[number] = index;
    return index < 0 ? undefined : index;
  }

  absentCaller(): number {
    if (this.absent < 0) this.absent = this.callers.addText('');
    return this.absent;
  }

  /** Names that differ by their API date only are one action. */
  actionOf(action: Action): KnownAction {
    const key = `${action.eventSource}\n${action.eventName}`;
    const known = this.knownActions.get(key);
    if (known !== undefined) return known;
    const added = { index: this.actions.push(action) - 1, ...whatIs(action) };
    this.knownActions.set(key, added);
    return added;
  }

  learnAction(): void {
    // Rows are read here one by one: who reads them knows.
  }

  finish(): Pick<FileColumns, 'callers' | 'actions' | 'strings'> {
    const actions = this.actions.flatMap(({ eventSource, eventName }) => [
      this.strings.addText(eventSource),
      this.strings.addText(eventName),
    ]);
    return { callers: this.callers.finish(), actions: Uint32Array.from(actions), strings: this.strings.finish() };
  }
}
