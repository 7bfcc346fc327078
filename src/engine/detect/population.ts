/**
 * Who assumes which role in these logs, and since when everybody is known: worked out once a model, for all the rules that
 * compare one with the others.
 *
 * Guarantee: a function of the set of events; no step is quadratic. What an SDK asked for twice in a second is one session.
 */
import { least } from '../extremes';
import type { Issuance, LineageModel, Session } from '../lineage/model';
import { callerKeyOf, callerKindOf, subjectKey, type CallerKind } from './caller-key';
import { dayMs } from './common-edges';
import { callerIdentity, rootIdentity } from './describe';
import { edgeKey } from './population-keys';

/** SDKs that ask twice do so in the same or the next second, ms. */
const siblingWindowMs = 2000;

export interface Caller {
  readonly key: string;
  readonly kind: CallerKind;
  /** First event or issuance, ms. */
  firstSeen: number;
}

/** One caller, one role, however often. */
export interface RoleEdge {
  readonly caller: Caller;
  /** What `CommonEdges` calls the caller: the role or user, not the person. */
  readonly identity: string;
  readonly roleArn: string;
  /** In time order. */
  readonly issuances: Issuance[];
  /** UTC, days since the epoch. */
  readonly days: Set<number>;
  /** Sessions that it made. */
  sessions: number;
  readonly roots: Set<string>;
}

export interface Population {
  readonly callers: ReadonlyMap<string, Caller>;
  /** By index of session; undefined for services. */
  readonly callerOf: readonly (Caller | undefined)[];
  /** By `edgeKey`, in the order first made. */
  readonly edges: ReadonlyMap<string, RoleEdge>;
  /** By role. */
  readonly edgesTo: ReadonlyMap<string, readonly RoleEdge[]>;
  /** By key of caller. */
  readonly edgesFrom: ReadonlyMap<string, readonly RoleEdge[]>;
  /** Successful assumptions by principals. */
  readonly assumptions: number;
}

const computed = new WeakMap<LineageModel, Population>();

export function populationOf(model: LineageModel): Population {
  const known = computed.get(model) ?? collect(model);
  computed.set(model, known);
  return known;
}

function collect(model: LineageModel): Population {
  const callers = new Map<string, Caller>();
  const callerNamed = (key: string, kind: CallerKind, time: number): Caller => {
    const caller = callers.get(key) ?? { key, kind, firstSeen: time };
    callers.set(key, caller);
    caller.firstSeen = Math.min(caller.firstSeen, time);
    return caller;
  };
  const callerOf = model.sessions.map((session) => {
    const kind = callerKindOf(session);
    const key = kind === undefined ? '' : callerKeyOf(model, session);
    return kind === undefined || key === '' ? undefined : callerNamed(key, kind, firstSeen(model, session));
  });
  const edges = new Map<string, RoleEdge>();
  const last = new Map<string, number>();
  let assumptions = 0;
  for (const issuance of [...model.issuances].sort((a, b) => a.time - b.time || a.row - b.row)) {
    const made = callerOfIssuance(model, issuance, callerOf, callerNamed);
    if (made === undefined) {
      continue;
    }
    const key = edgeKey(made.caller.key, issuance.roleArn);
    const edge = edges.get(key) ?? newEdge(made.caller, made.identity, issuance.roleArn);
    edges.set(key, edge);
    edge.issuances.push(issuance);
    edge.days.add(Math.floor(issuance.time / dayMs));
    edge.roots.add(made.root);
    const askedFor = `${key}\n${issuance.sessionName}`;
    if (issuance.time - (last.get(askedFor) ?? -Infinity) > siblingWindowMs) {
      edge.sessions++;
      assumptions++;
    }
    last.set(askedFor, issuance.time);
  }
  const all = [...edges.values()];
  return {
    callers,
    callerOf,
    edges,
    edgesTo: grouped(all, ({ roleArn }) => roleArn),
    edgesFrom: grouped(all, ({ caller }) => caller.key),
    assumptions,
  };
}

function firstSeen({ issuances }: LineageModel, { firstEventTime, issuances: own }: Session): number {
  return Math.min(firstEventTime ?? Infinity, least(own.map((index) => issuances[index]?.time ?? Infinity)));
}

/** Undefined for what no principal asked for. */
function callerOfIssuance(
  model: LineageModel,
  issuance: Issuance,
  callerOf: readonly (Caller | undefined)[],
  callerNamed: (key: string, kind: CallerKind, time: number) => Caller,
): { readonly caller: Caller; readonly identity: string; readonly root: string } | undefined {
  if (issuance.roleArn === '') {
    return undefined;
  }
  if (issuance.kind === 'assume-role-web-identity') {
    const key = subjectKey(model, issuance.row);
    const caller = key === '' ? undefined : callerNamed(key, 'workload', issuance.time);
    return caller === undefined ? undefined : { caller, identity: key, root: key };
  }
  const session = issuance.counted ? model.sessions[issuance.callerSession ?? -1] : undefined;
  const caller = session === undefined ? undefined : callerOf[session.index];
  return session === undefined || caller === undefined
    ? undefined
    : {
        caller,
        identity: callerIdentity(session),
        root: rootIdentity(model.sessions[session.root] ?? session),
      };
}

function newEdge(caller: Caller, identity: string, roleArn: string): RoleEdge {
  return { caller, identity, roleArn, issuances: [], days: new Set(), sessions: 0, roots: new Set() };
}

export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [item]);
    } else {
      group.push(item);
    }
  }
  return groups;
}
