/**
 * A baseline from the text of its file.
 *
 * Guarantee: whatever the text is, an `Error` whose message is the reason, or a baseline all of whose parts are there. Fields
 * that later versions add are ignored.
 */
import { baselineFormat, type Baseline, type BaselineUse, type Spread } from './baseline';
import type { JsonObject, JsonValue } from './cloudtrail/columns';
import { isJsonObject } from './cloudtrail/record';
import { parseInstant } from './cloudtrail/time';
import { callerKinds } from './detect/caller-key';
import type { SessionKind } from './lineage/model';

export function parseBaseline(text: string): Baseline {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`it is not JSON (${error instanceof Error ? error.message : String(error)})`, { cause: error });
  }
  if (!isJsonObject(parsed) || parsed['format'] !== baselineFormat) {
    throw new Error('it is no baseline: write one with analyze --write-baseline');
  }
  if (parsed['schemaVersion'] !== 1) {
    throw new Error(`its schema version is ${JSON.stringify(parsed['schemaVersion'] ?? null)}, and 1 is known here`);
  }
  const firstEventTime = instantOf(parsed, 'firstEventTime', 'the baseline');
  const lastEventTime = instantOf(parsed, 'lastEventTime', 'the baseline');
  if ((parseInstant(firstEventTime) ?? 0) > (parseInstant(lastEventTime) ?? 0)) {
    throw new Error(`it ends at ${lastEventTime}, before it begins`);
  }
  return {
    format: baselineFormat,
    schemaVersion: 1,
    firstEventTime,
    lastEventTime,
    events: countOf(parsed, 'events', 'the baseline'),
    sessions: countOf(parsed, 'sessions', 'the baseline'),
    assumptions: countOf(parsed, 'assumptions', 'the baseline'),
    accounts: textsOf(parsed, 'accounts', 'the baseline'),
    callers: objectsOf(parsed, 'callers', (caller, place) => ({
      key: textOf(caller, 'key', place),
      kind: oneOf(caller, 'kind', callerKinds, place),
      clients: usesOf(caller, 'clients', place),
      countries: usesOf(caller, 'countries', place),
      networks: usesOf(caller, 'networks', place),
    })),
    edges: objectsOf(parsed, 'edges', (edge, place) => ({
      caller: textOf(edge, 'caller', place),
      identity: textOf(edge, 'identity', place),
      role: textOf(edge, 'role', place),
      days: textsOf(edge, 'days', place).map((day) => dayOf(day, place)),
      sessions: countOf(edge, 'sessions', place),
      roots: textsOf(edge, 'roots', place),
      rootCount: countOf(edge, 'rootCount', place),
    })),
    roles: objectsOf(parsed, 'roles', (role, place) => ({
      role: textOf(role, 'role', place),
      actions: textsOf(role, 'actions', place),
    })),
    kinds: objectsOf(parsed, 'kinds', (kind, place) => ({
      // A kind that is not known here is never asked for.
      kind: textOf(kind, 'kind', place) as SessionKind,
      sessions: countOf(kind, 'sessions', place),
      features: spreadsOf(kind, place),
    })),
  };
}

function usesOf(from: JsonObject, name: string, place: string): BaselineUse[] {
  return objectsOf(
    from,
    name,
    (use, at) => ({ name: textOf(use, 'name', at), sessions: countOf(use, 'sessions', at) }),
    `${place} `,
  );
}

function spreadsOf(kind: JsonObject, place: string): Readonly<Record<string, Spread>> {
  const features = kind['features'];
  if (!isJsonObject(features)) {
    throw new Error(`${place} has no features`);
  }
  return Object.fromEntries(
    Object.entries(features).map(([name, spread]) => {
      if (!isJsonObject(spread)) {
        throw new Error(`${place} has a feature ${JSON.stringify(name)} without numbers`);
      }
      return [
        name,
        {
          sessions: countOf(spread, 'sessions', place),
          median: countOf(spread, 'median', place),
          mad: countOf(spread, 'mad', place),
          most: countOf(spread, 'most', place),
        },
      ];
    }),
  );
}

/** The items of a list, each named by its place: `edges 3`. */
function objectsOf<T>(from: JsonObject, name: string, read: (item: JsonObject, place: string) => T, before = ''): T[] {
  return listOf(from, name, before === '' ? 'the baseline' : before.trim()).map((item, index) => {
    const place = `${before}${name} ${String(index + 1)}`;
    if (!isJsonObject(item)) {
      throw new Error(`${place} is no object`);
    }
    return read(item, place);
  });
}

function listOf(from: JsonObject, name: string, place: string): readonly JsonValue[] {
  const list = from[name];
  if (!Array.isArray(list)) {
    throw new Error(`${place} has no list ${name}`);
  }
  return list as readonly JsonValue[];
}

function textsOf(from: JsonObject, name: string, place: string): string[] {
  return listOf(from, name, place).map((item) => {
    if (typeof item !== 'string') {
      throw new Error(`${place} has a ${name} that is no text`);
    }
    return item;
  });
}

function textOf(from: JsonObject, name: string, place: string): string {
  const text = from[name];
  if (typeof text !== 'string' || text === '') {
    throw new Error(`${place} has no ${name}`);
  }
  return text;
}

function oneOf<T extends string>(from: JsonObject, name: string, allowed: readonly T[], place: string): T {
  const found = allowed.find((each) => each === from[name]);
  if (found === undefined) {
    throw new Error(`${place} has no ${name} that is known here`);
  }
  return found;
}

/** Not negative. */
function countOf(from: JsonObject, name: string, place: string): number {
  const number = from[name];
  if (typeof number !== 'number' || !(number >= 0) || number === Infinity) {
    throw new Error(`${place} has no number ${name}`);
  }
  return number;
}

function instantOf(from: JsonObject, name: string, place: string): string {
  const text = textOf(from, name, place);
  if (parseInstant(text) === undefined) {
    throw new Error(`${place} has a ${name} that is no time: ${JSON.stringify(text.slice(0, 64))}`);
  }
  return text;
}

function dayOf(day: string, place: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) {
    throw new Error(`${place} has a day that is none: ${JSON.stringify(day.slice(0, 64))}`);
  }
  return day;
}
