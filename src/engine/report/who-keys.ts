/**
 * Access keys: used, issued, made, only named, or used by a service on somebody's behalf.
 *
 * Guarantee: whole key ids only.
 */
import { requestParameters, stringAt } from '../cloudtrail/record';
import type { LineageModel } from '../lineage/model';
import { asked, found, sessionsAt, withRows, type Finder, type Match } from './who-match';

const keyShape = /^A[A-Z]{3}[A-Z0-9]{12,124}$/;

function usedKey(model: LineageModel, name: string): Match | undefined {
  return withRows(sessionOfKey, namedKey)(model, name);
}

function sessionOfKey(model: LineageModel, name: string): Match | undefined {
  const session = model.sessions[model.sessionByKey.get(name) ?? -1];
  if (session === undefined) {
    return undefined;
  }
  if (session.rows.length > 0 && session.denied === session.rows.length) {
    return found('access key that was only refused', [session.index]);
  }
  return found(session.rows.length === 0 ? 'access key that was issued and never used here' : 'access key', [
    session.index,
  ]);
}

/** A key that was made and not used has no session yet: it leads to whoever made it. */
function madeKey(model: LineageModel, name: string): Match | undefined {
  const made = keyShape.test(name) ? model.issuances.filter(({ issuedKey }) => issuedKey === name) : [];
  return found(
    'access key that was made and never used here',
    made.flatMap(({ callerSession }) => callerSession ?? []),
    asked(
      made.map(({ row }) => row),
      'issued this key',
    ),
  );
}

/** A key of calls that are in another key's session, or in none: what services did on somebody's behalf. */
function keyOfCalls(model: LineageModel, name: string): Match | undefined {
  const { events } = model;
  const callers = new Set<number>();
  if (keyShape.test(name)) {
    events.callers.forEach(({ accessKeyId }, index) => {
      if (accessKeyId === name) {
        callers.add(index);
      }
    });
  }
  const rows = callers.size === 0 ? [] : rowsWhere(model, (row) => callers.has(events.caller[row] ?? -1));
  return found(
    'access key of calls that a service forwarded',
    sessionsAt(model, rows),
    asked(rows, 'made with this key'),
  );
}

/** A key that others deactivated, deleted or looked at, and that never acted here. */
function namedKey(model: LineageModel, name: string): Match | undefined {
  if (!keyShape.test(name)) {
    return undefined;
  }
  const rows: number[] = [];
  for (const [row, record] of model.events.notable) {
    if (stringAt(requestParameters(record), 'accessKeyId') === name) {
      rows.push(row);
    }
  }
  rows.sort((a, b) => a - b);
  return found('access key that calls were about', sessionsAt(model, rows), asked(rows, 'about this key'));
}

function rowsWhere({ events }: LineageModel, test: (row: number) => boolean): number[] {
  const rows: number[] = [];
  for (let row = 0; row < events.count; row++) {
    if (test(row)) {
      rows.push(row);
    }
  }
  return rows;
}

/** The first that knows the key. */
export const keyFinders: readonly Finder[] = [usedKey, madeKey, keyOfCalls, namedKey];
