/**
 * Whose is it: anything that an alert names, to its sessions, their ancestry to the root and what came of them, with the
 * records that show it.
 *
 * Guarantee: whole names only, after what stands around them is taken away; the most telling sessions first, those that
 * are not listed counted; the cost is bounded by the size of the logs, the answer by the limits below.
 */
import type { LineageModel } from '../lineage/model';
import { descendantCount, nearestDescendants, wayTo } from './subtree';
import { finders } from './who-finders';
import { namesIn } from './who-name';
import { recordsBehind, type WhoRecord } from './who-records';

export type { WhoRecord };

export interface Whose {
  /** What of the query was looked up. */
  readonly name: string;
  /** What the name is: `access key`, `session`, `role`, … ; '' when nothing matched. */
  readonly matched: string;
  /** Other ids of the query, which this is no answer to: a ticket names several. */
  readonly alsoNamed: readonly string[];
  /** Sessions matched in all. */
  readonly total: number;
  readonly sessions: readonly number[];
  /** For each session: root first, itself last; of a long way the root and the nearest. */
  readonly ancestry: readonly (readonly number[])[];
  readonly ancestryTotal: readonly number[];
  /** For each session: the nearest of what came of it. */
  readonly descendants: readonly (readonly number[])[];
  readonly descendantsTotal: readonly number[];
  readonly records: readonly WhoRecord[];
  readonly recordsTotal: number;
}

/** The answer when nothing matched. */
export const nobody = {
  name: '',
  matched: '',
  alsoNamed: [],
  total: 0,
  sessions: [],
  ancestry: [],
  ancestryTotal: [],
  descendants: [],
  descendantsTotal: [],
  records: [],
  recordsTotal: 0,
} as const;

/** What an answer holds at most: enough to read and to choose from. Totals say what there is. */
export const whoLimits = {
  sessions: 200,
  way: 50,
  allWays: 2000,
  descendants: 200,
  allDescendants: 1000,
  records: 50,
  alsoNamed: 20,
} as const;

/** `weight`: how much a session matters; the larger first, among equals the earlier. */
export function answerWho(model: LineageModel, query: string, weight: (index: number) => number = () => 0): Whose {
  const names = namesIn(query);
  for (const name of names) {
    for (const find of finders) {
      const match = find(model, name);
      if (match === undefined) {
        continue;
      }
      const sessions = mostTelling(model, match.sessions, weight);
      const longest = Math.min(whoLimits.way, Math.floor(whoLimits.allWays / Math.max(1, sessions.length)));
      const ways = sessions.map((index) => wayTo(model, index, longest));
      const { records, total } = recordsBehind(model, sessions, match.rows, whoLimits.records);
      return {
        name,
        matched: match.matched,
        alsoNamed: othersIn(names, name),
        total: match.sessions.length,
        sessions,
        ancestry: ways.map(({ way }) => way),
        ancestryTotal: ways.map(({ length }) => length),
        descendants: descendantsOf(model, sessions),
        descendantsTotal: sessions.map((index) => descendantCount(model, index)),
        records,
        recordsTotal: total,
      };
    }
  }
  return { ...nobody, name: names[0] ?? '' };
}

/** Names are in the order in which they are tried: the query as a whole, its ids, each in several forms. */
function othersIn(names: readonly string[], answered: string): string[] {
  const others: string[] = [];
  const isForm = (one: string, other: string): boolean =>
    one.toLowerCase().includes(other.toLowerCase()) || other.toLowerCase().includes(one.toLowerCase());
  for (const name of names) {
    if (others.length < whoLimits.alsoNamed && ![answered, ...others].some((known) => isForm(known, name))) {
      others.push(name);
    }
  }
  return others;
}

/** What is suspicious, then what was used, then what led to the most, then the first. */
function mostTelling(model: LineageModel, sessions: readonly number[], weight: (index: number) => number): number[] {
  const best: { readonly index: number; readonly rank: number; readonly below: number }[] = [];
  for (const index of sessions) {
    const used = (model.sessions[index]?.rows.length ?? 0) > 0 ? 1 : 0;
    const one = { index, rank: weight(index) * 2 + used, below: descendantCount(model, index) };
    // Sessions come in their order: an equal one stands behind.
    const precedes = (other: (typeof best)[number]): boolean =>
      one.rank > other.rank || (one.rank === other.rank && one.below > other.below);
    const last = best.at(-1);
    if (best.length === whoLimits.sessions && last !== undefined && !precedes(last)) {
      continue;
    }
    const at = best.findIndex(precedes);
    best.splice(at < 0 ? best.length : at, 0, one);
    best.length = Math.min(best.length, whoLimits.sessions);
  }
  return best.map(({ index }) => index);
}

/** The first get what they need while there is room; something is left for each. */
function descendantsOf(model: LineageModel, sessions: readonly number[]): number[][] {
  let room: number = whoLimits.allDescendants;
  return sessions.map((index, at) => {
    const most = Math.max(1, Math.min(whoLimits.descendants, room - (sessions.length - at - 1)));
    const nearest = nearestDescendants(model, index, most);
    room -= nearest.length;
    return nearest;
  });
}
