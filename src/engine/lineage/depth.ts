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

/** Counts from the nearest counted ancestor down to `index`, without recursion: chains may be long. */
function resolve(
  index: number,
  sessions: readonly Session[],
  parents: readonly (number | undefined)[],
  issuances: readonly Issuance[],
  settings: RoleChainSettings,
  counts: (Count | undefined)[],
): void {
  const pending: number[] = [];
  for (let at: number | undefined = index; at !== undefined && counts[at] === undefined; at = parents[at]) {
    pending.push(at);
  }
  for (let step = pending.length - 1; step >= 0; step--) {
    const at = pending[step] ?? 0;
    const session = sessions[at];
    const parent = parents[at];
    if (session === undefined) {
      continue;
    }
    const above = parent === undefined ? undefined : counts[parent];
    if (parent === undefined || above === undefined) {
      counts[at] = countFromCandidates(session, sessions, issuances, settings);
    } else if (session.via === 'created-key') {
      counts[at] = { depth: 0, minimum: false, root: above.root };
    } else {
      const hop = countsAsHop(session, sessions[parent], issuances, settings) ? 1 : 0;
      counts[at] = { depth: above.depth + hop, minimum: above.minimum || session.depthIsMinimum, root: above.root };
    }
  }
}

/** A session without a parent: a root, or one with several possible parents. */
function countFromCandidates(
  session: Session,
  sessions: readonly Session[],
  issuances: readonly Issuance[],
  settings: RoleChainSettings,
): Count {
  if (session.link === 'ambiguous' && session.candidates.length > 0) {
    const depths = session.candidates.map((candidate) => chainLength(candidate, sessions, issuances, settings));
    return { depth: Math.min(...depths) + 1, minimum: true, root: session.index };
  }
  if (countsAsHop(session, undefined, issuances, settings)) {
    // Assumed by a caller that has no session in these logs.
    return { depth: 1, minimum: true, root: session.index };
  }
  const unseenHop = settings.assumeUnseenHop && session.depthIsMinimum && session.kind === 'role' ? 1 : 0;
  return { depth: unseenHop, minimum: session.depthIsMinimum, root: session.index };
}

/** Depth of a candidate over its own certain parents. */
function chainLength(
  index: number,
  sessions: readonly Session[],
  issuances: readonly Issuance[],
  settings: RoleChainSettings,
): number {
  let depth = 0;
  const seen = new Set<number>();
  for (
    let at = sessions[index];
    at?.parent !== undefined && !seen.has(at.index) && at.via !== 'created-key';
    at = sessions[at.parent]
  ) {
    seen.add(at.index);
    depth += countsAsHop(at, sessions[at.parent], issuances, settings) ? 1 : 0;
  }
  return depth;
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
