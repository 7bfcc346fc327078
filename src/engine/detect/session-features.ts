/**
 * What a session can be measured by, beside the other sessions of its kind: counts and shares, one number a session.
 *
 * Guarantee: the session's own calls only; NaN where a number would say nothing (too few calls, no other session of the role).
 * Two passes over the rows, each action, place and client looked at once.
 */
import { classesOf } from '../lineage/classes';
import type { LineageModel, Session, SessionKind } from '../lineage/model';
import { actionClassesOf, type ActionClasses } from './action-classes';
import type { DetectionInput } from './detector';
import { directCallsOf } from './direct-calls';
import { knownPopulation } from './known-population';
import { Marks } from './marks';
import { originsOf } from './origins';
import { ownCallsOf } from './own-calls';
import { isConsoleSession } from './session-nature';

export const featureNames = [
  'services',
  'actions',
  'unseen',
  'denied',
  'writes',
  'peak',
  'regions',
  'locations',
  'depth',
] as const;
export type FeatureName = (typeof featureNames)[number];

/** Shares of fewer calls say nothing of refusals. */
const leastCalls = 10;
const minuteMs = 60_000;

const notCompared: ReadonlySet<SessionKind> = new Set(['service', 'service-linked', 'external-account', 'unknown']);

export interface Features {
  /** By name and index of session. */
  readonly values: Readonly<Record<FeatureName, Float64Array>>;
  /** Calls behind the shares, by index of session. */
  readonly calls: Float64Array;
  /** Sessions that are compared, by kind, in order. */
  readonly byKind: ReadonlyMap<SessionKind, readonly number[]>;
  /** Names of actions by role: what its sessions do. */
  readonly actionsOf: ReadonlyMap<string, ReadonlySet<number>>;
  /** First rows of the actions of a session that no other session of its role did. */
  readonly unseenRows: (session: number) => number[];
}

export function roleOf({ roleArn, identityArn, accountId, principalId }: Session): string {
  return roleArn || identityArn || `${accountId}|${principalId}`;
}

/** `s3:GetObject`. */
export function actionNames({ events }: LineageModel): readonly string[] {
  return events.actions.map(({ eventSource, eventName }) => `${eventSource.split('.')[0] ?? ''}:${eventName}`);
}

const computed = new WeakMap<DetectionInput, Features>();

export function featuresOf(input: DetectionInput): Features {
  const known = computed.get(input) ?? measure(input);
  computed.set(input, known);
  return known;
}

function numbersOf<T>(items: readonly T[], keyOf: (item: T) => string): Uint32Array {
  const numbers = new Map<string, number>();
  return Uint32Array.from(items, (item) => {
    const key = keyOf(item);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

function measure(input: DetectionInput): Features {
  const { model } = input;
  const { events, sessions } = model;
  const own = ownCallsOf(events);
  const classes = actionClassesOf(events);
  const denials = classesOf(events);
  const origins = originsOf(events);
  const direct = directCallsOf(events);
  const empty = (): Float64Array => new Float64Array(sessions.length).fill(NaN);
  const values = Object.fromEntries(featureNames.map((name) => [name, empty()])) as Record<FeatureName, Float64Array>;
  const calls = new Float64Array(sessions.length);
  const byKind = new Map<SessionKind, number[]>();
  const serviceOf = numbersOf(events.actions, ({ eventSource }) => eventSource);
  const roleNumber = numbersOf(sessions, roleOf);
  const actions = new Marks(events.actions.length);
  const services = new Marks(events.actions.length);
  const regions = new Marks(events.strings.length);
  const places = new Set<string>();
  const times = new Float64Array(sessions.reduce((most, { rows }) => Math.max(most, rows.length), 0));
  const usersOfAction = new Map<number, number>();
  const sessionsOfRole = new Uint32Array(sessions.length);
  const keyOf = (session: number, action: number): number =>
    (roleNumber[session] ?? 0) * events.actions.length + action;
  for (const session of sessions) {
    if (notCompared.has(session.kind)) {
      continue;
    }
    const { index } = session;
    [actions, services, regions].forEach((marks) => {
      marks.clear();
    });
    places.clear();
    let count = 0;
    let lastPlace = -1;
    let denied = 0;
    let writes = 0;
    const { rows } = session;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] ?? 0;
      if (!own.has(row)) {
        continue;
      }
      times[count++] = events.time[row] ?? 0;
      const action = events.action[row] ?? 0;
      if (actions.add(action)) {
        services.add(serviceOf[action] ?? 0);
        const key = keyOf(index, action);
        usersOfAction.set(key, (usersOfAction.get(key) ?? 0) + 1);
      }
      regions.add(events.region[row] ?? 0);
      const place = direct.placeAt(row);
      if (place !== lastPlace) {
        lastPlace = place;
        if (place >= 0) {
          places.add(origins.get(place).group);
        }
      }
      denied += denials.isDenied(events, row) ? 1 : 0;
      writes += isWrite(classes, row) ? 1 : 0;
    }
    if (count === 0) {
      continue;
    }
    const role = roleNumber[index] ?? 0;
    sessionsOfRole[role] = (sessionsOfRole[role] ?? 0) + 1;
    const kind = isConsoleSession(events, session) ? 'console' : session.kind;
    const ofKind = byKind.get(kind) ?? [];
    byKind.set(kind, ofKind);
    ofKind.push(index);
    calls[index] = count;
    values.services[index] = services.count;
    values.actions[index] = actions.count;
    values.denied[index] = count >= leastCalls ? denied / count : NaN;
    values.writes[index] = writes / count;
    values.peak[index] = peakOf(times, count);
    values.regions[index] = regions.count;
    values.locations[index] = places.size;
    values.depth[index] = session.depth;
  }
  const known = knownPopulation(input.baseline);
  const names = actionNames(model);
  const unseenRows = (index: number): number[] => {
    const session = sessions[index];
    const before = session === undefined ? undefined : known.actionsOf.get(roleOf(session));
    actions.clear();
    const found: number[] = [];
    const rows = session?.rows ?? [];
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] ?? 0;
      const action = events.action[row] ?? 0;
      if (
        own.has(row) &&
        actions.add(action) &&
        usersOfAction.get(keyOf(index, action)) === 1 &&
        before?.has(names[action] ?? '') !== true
      ) {
        found.push(row);
      }
    }
    return found;
  };
  for (const index of [...byKind.values()].flat()) {
    const session = sessions[index];
    const alone = (sessionsOfRole[roleNumber[index] ?? 0] ?? 0) < 2;
    if (session !== undefined && !(alone && known.actionsOf.get(roleOf(session)) === undefined)) {
      values.unseen[index] = unseenRows(index).length / Math.max(1, values.actions[index] ?? 1);
    }
  }
  const actionsOf = new Map<string, Set<number>>();
  const roles = new Map<number, string>(sessions.map((session) => [roleNumber[session.index] ?? 0, roleOf(session)]));
  for (const key of usersOfAction.keys()) {
    const role = roles.get(Math.floor(key / events.actions.length)) ?? '';
    const done = actionsOf.get(role) ?? new Set<number>();
    actionsOf.set(role, done);
    done.add(key % events.actions.length);
  }
  return { values, calls, byKind, actionsOf, unseenRows };
}

function isWrite(classes: ActionClasses, row: number): boolean {
  const kind = classes.at(row);
  return kind !== 'read' && kind !== 'identity';
}

/** Most calls within sixty seconds, of the first `count` times, which are in order. */
function peakOf(times: Float64Array, count: number): number {
  let most = 0;
  let from = 0;
  for (let to = 0; to < count; to++) {
    const time = times[to] ?? 0;
    while (time - (times[from] ?? 0) >= minuteMs) {
      from++;
    }
    most = Math.max(most, to - from + 1);
  }
  return most;
}
