/**
 * What kind of action an API call is, and of which records the request and the answer are kept.
 *
 * Guarantee: tables only (action-tables.ts); an action in no table is a read or `other-write`. API-date suffixes are
 * stripped here too, so both spellings of a name give the same answer.
 */
import { type ActionClass, CLASS_TABLES, NOTABLE_ACTIONS, NOT_NOTABLE, READ_PREFIXES } from './action-tables';

export type { ActionClass };

/** `20150331`, `20150331v2`, `2020_05_31`: API dates behind the names of Lambda and CloudFront. */
const API_DATE = /(?:\d{8}|\d{4}_\d{2}_\d{2})(?:v\d+)?$/;

/** Classes whose every request and answer someone will want. */
const NOTABLE_CLASSES: ReadonlySet<ActionClass> = new Set(['identity', 'persistence', 'privilege', 'defense-evasion']);

/** `CreateFunction20150331` → `CreateFunction`. */
export function stripApiDate(eventName: string): string {
  return eventName.replace(API_DATE, '');
}

function keyOf(eventSource: string, eventName: string): string {
  const service = eventSource.toLowerCase().replace(/\.amazonaws\.(?:com(?:\.cn)?|eu)$/, '');
  return `${service}:${stripApiDate(eventName)}`;
}

const CLASS_BY_ACTION: ReadonlyMap<string, ActionClass> = new Map(
  CLASS_TABLES.flatMap(([actionClass, services]) =>
    Object.entries(services).flatMap(([service, names]) =>
      names.split(/\s+/).map((name): [string, ActionClass] => [`${service}:${name}`, actionClass]),
    ),
  ),
);

function keysOf(services: Readonly<Record<string, string>>): ReadonlySet<string> {
  return new Set(
    Object.entries(services).flatMap(([service, names]) => names.split(/\s+/).map((name) => `${service}:${name}`)),
  );
}

const NOTABLE = keysOf(NOTABLE_ACTIONS);
const QUIET = keysOf(NOT_NOTABLE);
const READ = new RegExp(`^(?:${READ_PREFIXES.join('|')})(?![a-z])`);

export function actionClass(eventSource: string, eventName: string, readOnly: boolean): ActionClass {
  const listed = CLASS_BY_ACTION.get(keyOf(eventSource, eventName));
  if (listed !== undefined) return listed;
  return readOnly || READ.test(eventName) ? 'read' : 'other-write';
}

/** True for actions whose requests and answers linking, detection or remediation read, failed ones too. */
export function isNotable(eventSource: string, eventName: string): boolean {
  const key = keyOf(eventSource, eventName);
  if (QUIET.has(key)) return false;
  if (NOTABLE.has(key)) return true;
  const listed = CLASS_BY_ACTION.get(key);
  return listed !== undefined && NOTABLE_CLASSES.has(listed);
}
