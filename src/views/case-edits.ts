/**
 * Changes to the text of a case file: triage, suppressions and what is known good.
 *
 * Guarantee: pure; comments, order and everything that is not changed stay as they are; a file that does not parse is
 * refused, never repaired.
 */
import { applyEdits, modify, parse, type JSONPath, type ParseError } from 'jsonc-parser';
import type { Suppression, TriageState } from '../engine/case-settings';
import type { CaseList } from '../engine/detect/case-lists';

export class BrokenCaseFile extends Error {
  constructor() {
    super('The case file has errors; nothing was changed in it.');
  }
}

const FORMAT = { formattingOptions: { insertSpaces: true, tabSize: 2, eol: '\n' } };

/** What a new case file starts with. */
export const NEW_CASE_FILE = '{\n}\n';

export function withTriage(text: string, findingId: string, state: TriageState, note?: string): string {
  const whole = checked(text);
  const path: JSONPath = ['triage', findingId];
  const root: unknown = parse(whole);
  const before = isObject(root) && isObject(root['triage']) ? root['triage'][findingId] : undefined;
  if (state === 'open') return before === undefined ? whole : change(whole, path, undefined);
  const kept = isObject(before) ? before : {};
  return change(whole, path, { ...kept, state, ...(note === undefined ? {} : { note }) });
}

export function withSuppression(text: string, suppression: Suppression): string {
  const whole = checked(text);
  const root: unknown = parse(whole);
  const list: unknown = isObject(root) ? root['suppressions'] : undefined;
  if (list === undefined) return change(whole, ['suppressions'], [suppression]);
  if (!Array.isArray(list)) throw new BrokenCaseFile();
  return change(whole, ['suppressions', list.length], suppression, true);
}

/** Adds to a list of the case file what is not there yet. */
export function withEntry(text: string, list: CaseList, entry: string): string {
  const whole = checked(text);
  const root: unknown = parse(whole);
  const before: unknown = isObject(root) ? root[list] : undefined;
  if (before === undefined) return change(whole, [list], [entry]);
  if (!Array.isArray(before)) throw new BrokenCaseFile();
  const known = before.some((each: unknown) => each === entry || (isObject(each) && each['id'] === entry));
  return known ? whole : change(whole, [list, before.length], entry, true);
}

function change(text: string, path: JSONPath, value: unknown, isArrayInsertion = false): string {
  return applyEdits(text, modify(text, path, value, { ...FORMAT, isArrayInsertion }));
}

/** The text, or an empty object for an empty file. */
function checked(text: string): string {
  if (text.trim() === '') return NEW_CASE_FILE;
  const errors: ParseError[] = [];
  const root: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || !isObject(root)) throw new BrokenCaseFile();
  return text;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const TRIAGE_STATES: readonly TriageState[] = ['open', 'confirmed', 'benign'];

/**
 * The decisions in a case file, as far as they can be read: a mistake elsewhere in the file must not make decisions
 * disappear from the tree.
 */
export function triageIn(text: string): ReadonlyMap<string, TriageState> {
  const root: unknown = parse(text, [], { allowTrailingComma: true });
  const triage = isObject(root) ? root['triage'] : undefined;
  if (!isObject(triage)) return new Map();
  return new Map(
    Object.entries(triage).flatMap(([id, entry]) => {
      const state = TRIAGE_STATES.find((each) => isObject(entry) && entry['state'] === each);
      return state === undefined ? [] : [[id, state] as const];
    }),
  );
}

/** What a new analysis would depend on: the same text here means that only triage or comments changed. */
export function analysisPart(text: string): string {
  const root: unknown = parse(text, [], { allowTrailingComma: true });
  return isObject(root) ? JSON.stringify({ ...root, triage: undefined, $schema: undefined }) : text;
}
