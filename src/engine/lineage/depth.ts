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
  readonly depth: number;
  readonly minimum: boolean;
  readonly root: number;
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
  const counts = new Hops(bare, parents, issuances, settings).count();
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

/** Depths from the roots down, the shortest way first; without recursion: chains may be long. */
class Hops {
  private readonly depths: (number | undefined)[];
  /** Sessions that have this one as their parent or as a possible one. */
  private readonly below: readonly number[][];
  /** Sessions that some way leads to, by its number of hops. */
  private readonly reached: number[][] = [];

  constructor(
    private readonly sessions: readonly Session[],
    private readonly parents: readonly (number | undefined)[],
    private readonly issuances: readonly Issuance[],
    private readonly settings: RoleChainSettings,
  ) {
    this.depths = sessions.map(() => undefined);
    this.below = sessions.map(() => []);
    for (const session of sessions) {
      for (const above of this.above(session)) {
        this.below[above]?.push(session.index);
      }
    }
  }

  count(): readonly Count[] {
    for (const session of this.sessions) {
      if (this.above(session).length === 0) {
        this.reach(session.index, this.depthOfRoot(session));
      } else if (session.via === 'created-key') {
        this.reach(session.index, 0);
      }
    }
    this.spread();
    // Possible parents that hang on each other only, which damaged data can make: the first is taken as called from outside.
    for (const { index } of this.sessions) {
      if (this.depths[index] === undefined) {
        this.reach(index, 1);
        this.spread();
      }
    }
    const counts: (Count | undefined)[] = this.sessions.map(() => undefined);
    return this.sessions.map((session) => this.countOf(session, counts));
  }

  /** The parent, or every possible one. */
  private above({ index, link, candidates }: Session): readonly number[] {
    const parent = this.parents[index];
    return parent !== undefined ? [parent] : link === 'ambiguous' ? candidates : [];
  }

  private reach(at: number, depth: number): void {
    (this.reached[depth] ??= []).push(at);
  }

  private spread(): void {
    for (let depth = 0; depth < this.reached.length; depth++) {
      // The list grows while it is walked: what no hop leads to has the same depth.
      for (const at of this.reached[depth] ?? []) {
        if (this.depths[at] !== undefined) {
          continue;
        }
        this.depths[at] = depth;
        for (const below of this.below[at] ?? []) {
          const session = this.sessions[below];
          if (session !== undefined && this.depths[below] === undefined) {
            this.reach(below, depth + (countsAsHop(session, this.sessions[at], this.issuances, this.settings) ? 1 : 0));
          }
        }
      }
      this.reached[depth] = [];
    }
  }

  private depthOfRoot(session: Session): number {
    if (session.link === 'ambiguous' || countsAsHop(session, undefined, this.issuances, this.settings)) {
      // Assumed by a caller that has no session in these logs.
      return 1;
    }
    return this.settings.assumeUnseenHop && session.depthIsMinimum && session.kind === 'role' ? 1 : 0;
  }

  /** The count of a session after those of whatever it came from. */
  private countOf(session: Session, counts: (Count | undefined)[]): Count {
    const way: Session[] = [];
    let at: Session | undefined = session;
    while (at !== undefined && counts[at.index] === undefined) {
      way.push(at);
      at = this.sessions[this.parents[at.index] ?? -1];
    }
    let count: Count = { depth: 0, minimum: true, root: session.index };
    for (let step = way.pop() ?? at; step !== undefined; step = way.pop()) {
      const above = counts[this.parents[step.index] ?? -1];
      const known = counts[step.index];
      count = known ?? {
        depth: this.depths[step.index] ?? 0,
        ...(above === undefined
          ? {
              minimum: step.depthIsMinimum || countsAsHop(step, undefined, this.issuances, this.settings),
              root: step.index,
            }
          : {
              minimum: step.via !== 'created-key' && (above.minimum || step.depthIsMinimum),
              root: above.root,
            }),
      };
      counts[step.index] = count;
    }
    return count;
  }
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
