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

/** What an answer holds at most: enough to read and to choose from. Totals say what there is. */
export const whoLimits = { sessions: 200, way: 50, descendants: 200, allDescendants: 1000, records: 50 } as const;

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
      const ways = sessions.map((index) => wayTo(model, index, whoLimits.way));
      const { records, total } = recordsBehind(model, sessions, match.rows, whoLimits.records);
      return {
        name,
        matched: match.matched,
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
  return {
    name: names[0] ?? '',
    matched: '',
    total: 0,
    sessions: [],
    ancestry: [],
    ancestryTotal: [],
    descendants: [],
    descendantsTotal: [],
    records: [],
    recordsTotal: 0,
  };
}

/** What is suspicious, then what was used, then what led to the most, then the first. */
function mostTelling(model: LineageModel, sessions: readonly number[], weight: (index: number) => number): number[] {
  const used = (index: number): number => ((model.sessions[index]?.rows.length ?? 0) > 0 ? 1 : 0);
  return sessions
    .map((index) => ({ index, weight: weight(index), used: used(index), below: descendantCount(model, index) }))
    .sort((a, b) => b.weight - a.weight || b.used - a.used || b.below - a.below || a.index - b.index)
    .slice(0, whoLimits.sessions)
    .map(({ index }) => index);
}

/** Each session gets its share of the room, and what others leave. */
function descendantsOf(model: LineageModel, sessions: readonly number[]): number[][] {
  let room: number = whoLimits.allDescendants;
  return sessions.map((index, at) => {
    const share = Math.max(1, Math.floor(room / (sessions.length - at)));
    const most = Math.min(whoLimits.descendants, share, room);
    const nearest = nearestDescendants(model, index, most);
    room -= nearest.length;
    return nearest;
  });
}
