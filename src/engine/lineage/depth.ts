/**
 * Children, roots and depth: the number of assumptions by a principal from the root of a lineage to a session.
 *
 * A created key starts a new count although its lineage goes on. An ambiguous parent counts with the smallest depth among
 * the candidates. Guarantee: ends on any input; a cycle, which only damaged data can make, is cut where its session with
 * the smallest id was issued, and noted.
 */
import type { RoleChainSettings } from '../case-settings';
import type { Issuance, ModelNote, Session } from './model';

interface Count {
  depth: number;
  minimum: boolean;
  root: number;
}

export function countHops(
  bare: readonly Session[],
  issuances: readonly Issuance[],
  settings: RoleChainSettings,
  notes: ModelNote[],
): Session[] {
  const parents = bare.map((session) => session.parent);
  const cut = cutCycles(bare, parents);
  if (cut > 0) {
    notes.push({
      id: 'issuance-cycles',
      message: `${String(cut)} chain${cut === 1 ? '' : 's'} of sessions that would have issued each other: such records are edited or damaged; each was cut.`,
    });
  }
  const counts: (Count | undefined)[] = bare.map(() => undefined);
  for (let index = 0; index < bare.length; index++) {
    resolve(index, bare, parents, issuances, settings, counts);
  }
  const children: number[][] = bare.map(() => []);
  parents.forEach((parent, index) => {
    if (parent !== undefined) {
      children[parent]?.push(index);
    }
  });
  return bare.map((session, index) => {
    const count = counts[index] ?? { depth: 0, minimum: true, root: index };
    return {
      ...session,
      parent: parents[index],
      children: children[index] ?? [],
      depth: count.depth,
      depthIsMinimum: count.minimum,
      root: count.root,
    };
  });
}

/** Removes one parent from each cycle; returns how many. */
function cutCycles(sessions: readonly Session[], parents: (number | undefined)[]): number {
  const state = new Uint8Array(sessions.length); // 0 new, 1 on this walk, 2 done
  let cut = 0;
  for (let start = 0; start < sessions.length; start++) {
    const walk: number[] = [];
    let at: number | undefined = start;
    while (at !== undefined && state[at] === 0) {
      state[at] = 1;
      walk.push(at);
      at = parents[at];
    }
    if (at !== undefined && state[at] === 1) {
      const cycle = walk.slice(walk.indexOf(at));
      const first = cycle.reduce(
        (best, each) => ((sessions[each]?.id ?? '') < (sessions[best]?.id ?? '') ? each : best),
        at,
      );
      parents[first] = undefined;
      cut++;
    }
    for (const each of walk) {
      state[each] = 2;
    }
  }
  return cut;
}

interface Step {
  readonly at: number;
  /** Sessions that have to be counted first: the parent, or every possible one. */
  readonly before: readonly number[];
  next: number;
}

/** Counts whatever the session hangs on, then the session; without recursion: chains may be long. */
function resolve(
  index: number,
  sessions: readonly Session[],
  parents: readonly (number | undefined)[],
  issuances: readonly Issuance[],
  settings: RoleChainSettings,
  counts: (Count | undefined)[],
): void {
  const stepTo = (at: number): Step => {
    const parent = parents[at];
    return { at, before: parent === undefined ? (sessions[at]?.candidates ?? []) : [parent], next: 0 };
  };
  const steps = [stepTo(index)];
  const waiting = new Set([index]);
  for (let step = steps.at(-1); step !== undefined; step = steps.at(-1)) {
    const before = step.before[step.next++];
    if (before !== undefined) {
      // One that waits for this session itself, which damaged data can make, is left out.
      if (counts[before] === undefined && !waiting.has(before)) {
        waiting.add(before);
        steps.push(stepTo(before));
      }
      continue;
    }
    const session = sessions[step.at];
    if (session !== undefined) {
      counts[step.at] ??= countOf(session, parents[step.at], sessions, issuances, settings, counts);
    }
    waiting.delete(step.at);
    steps.pop();
  }
}

/** The count of a session whose parent, or possible parents, have theirs. */
function countOf(
  session: Session,
  parent: number | undefined,
  sessions: readonly Session[],
  issuances: readonly Issuance[],
  settings: RoleChainSettings,
  counts: readonly (Count | undefined)[],
): Count {
  const above = parent === undefined ? undefined : counts[parent];
  if (parent === undefined || above === undefined) {
    return countFromCandidates(session, sessions, issuances, settings, counts);
  }
  if (session.via === 'created-key') {
    return { depth: 0, minimum: false, root: above.root };
  }
  const hop = countsAsHop(session, sessions[parent], issuances, settings) ? 1 : 0;
  return { depth: above.depth + hop, minimum: above.minimum || session.depthIsMinimum, root: above.root };
}

/** A session without a parent: a root, or one with several possible parents. */
function countFromCandidates(
  session: Session,
  sessions: readonly Session[],
  issuances: readonly Issuance[],
  settings: RoleChainSettings,
  counts: readonly (Count | undefined)[],
): Count {
  if (session.link === 'ambiguous' && session.candidates.length > 0) {
    // The whole way to each candidate, with what is uncertain on it, counts; the shortest is taken.
    const depth = session.candidates.reduce((least, candidate) => {
      const hop = countsAsHop(session, sessions[candidate], issuances, settings) ? 1 : 0;
      return Math.min(least, (counts[candidate]?.depth ?? Infinity) + hop);
    }, Infinity);
    return { depth: Number.isFinite(depth) ? depth : 1, minimum: true, root: session.index };
  }
  if (countsAsHop(session, undefined, issuances, settings)) {
    // Assumed by a caller that has no session in these logs.
    return { depth: 1, minimum: true, root: session.index };
  }
  const unseenHop = settings.assumeUnseenHop && session.depthIsMinimum && session.kind === 'role' ? 1 : 0;
  return { depth: unseenHop, minimum: session.depthIsMinimum, root: session.index };
}

function countsAsHop(
  session: Session,
  parent: Session | undefined,
  issuances: readonly Issuance[],
  settings: RoleChainSettings,
): boolean {
  const counted = session.issuances.some((index) => issuances[index]?.counted === true);
  return counted && (settings.depthCounting === 'assumptions' || (parent !== undefined && parent.roleArn !== ''));
}
