/**
 * Children, roots and depth: the number of assumptions by a principal from the root of a lineage to a session.
 *
 * A created key starts a new count although its lineage goes on. An ambiguous parent counts with the smallest depth among
 * the candidates. Guarantee: ends on any input; a cycle, which only damaged data can make, is cut where its session with
 * the smallest id was issued, and noted.
 */
import type { RoleChainSettings } from '../case-settings';
import type { LinkedSession } from './linked-session';
import type { Issuance, ModelNote } from './model';

/** Fills in parent, children, depth and root of the sessions, whose parents and candidates are known. */
export function countHops(
  sessions: readonly LinkedSession[],
  issuances: readonly Issuance[],
  settings: RoleChainSettings,
  notes: ModelNote[],
): void {
  const parents = new Int32Array(sessions.length);
  sessions.forEach(({ parent }, index) => {
    parents[index] = parent ?? -1;
  });
  const cut = cutCycles(sessions, parents);
  if (cut > 0) {
    notes.push({
      id: 'issuance-cycles',
      message: `${String(cut)} chain${cut === 1 ? '' : 's'} of sessions that would have issued each other: such records are edited or damaged; each was cut.`,
    });
  }
  new Hops(sessions, parents, issuances, settings).count();
  const children = new Map<number, number[]>();
  for (const session of sessions) {
    const parent = parents[session.index] ?? -1;
    session.parent = parent < 0 ? undefined : parent;
    if (parent >= 0) {
      const known = children.get(parent);
      if (known === undefined) {
        children.set(parent, [session.index]);
      } else {
        known.push(session.index);
      }
    }
  }
  for (const [parent, list] of children) {
    const session = sessions[parent];
    if (session !== undefined) {
      session.children = list;
    }
  }
}

/** Removes one parent from each cycle; returns how many. */
function cutCycles(sessions: readonly LinkedSession[], parents: Int32Array): number {
  const state = new Uint8Array(parents.length); // 0 new, 1 on this walk, 2 done
  let cut = 0;
  const walk: number[] = [];
  for (let start = 0; start < parents.length; start++) {
    walk.length = 0;
    let at = start;
    while (at >= 0 && state[at] === 0) {
      state[at] = 1;
      walk.push(at);
      at = parents[at] ?? -1;
    }
    if (at >= 0 && state[at] === 1) {
      const cycle = walk.slice(walk.indexOf(at));
      const first = cycle.reduce(
        (best, each) => ((sessions[each]?.id ?? '') < (sessions[best]?.id ?? '') ? each : best),
        at,
      );
      parents[first] = -1;
      cut++;
    }
    for (const each of walk) {
      state[each] = 2;
    }
  }
  return cut;
}

/** Sessions above another: its parent, or every possible one, as one list for all. */
class Below {
  private readonly starts: Uint32Array;
  private readonly sessions: Uint32Array;

  constructor(sessions: readonly LinkedSession[], parents: Int32Array) {
    const starts = new Uint32Array(sessions.length + 2);
    let all = 0;
    eachAbove(sessions, parents, (above) => {
      starts[above + 2] = (starts[above + 2] ?? 0) + 1;
      all++;
    });
    for (let at = 2; at < starts.length; at++) {
      starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
    }
    this.sessions = new Uint32Array(all);
    // Filled from the starts, which become the ends; those of the next session are one further.
    eachAbove(sessions, parents, (above, below) => {
      const at = starts[above + 1] ?? 0;
      this.sessions[at] = below;
      starts[above + 1] = at + 1;
    });
    this.starts = starts;
  }

  of(session: number): Uint32Array {
    return this.sessions.subarray(this.starts[session], this.starts[session + 1]);
  }
}

function eachAbove(
  sessions: readonly LinkedSession[],
  parents: Int32Array,
  visit: (above: number, below: number) => void,
): void {
  for (const { index, link, candidates } of sessions) {
    const parent = parents[index] ?? -1;
    if (parent >= 0) {
      visit(parent, index);
    } else if (link === 'ambiguous') {
      for (const candidate of candidates) {
        visit(candidate, index);
      }
    }
  }
}

/** Depths from the roots down, the shortest way first; without recursion: chains may be long. */
class Hops {
  /** -1 where none was found yet. */
  private readonly depths: Int32Array;
  /** An issuance counts as a hop. */
  private readonly counted: Uint8Array;
  /** Sessions that have this one as their parent or as a possible one. */
  private readonly below: Below;
  /** Sessions that some way leads to, by its number of hops. */
  private readonly reached: number[][] = [];

  constructor(
    private readonly sessions: readonly LinkedSession[],
    private readonly parents: Int32Array,
    issuances: readonly Issuance[],
    private readonly settings: RoleChainSettings,
  ) {
    this.depths = new Int32Array(sessions.length).fill(-1);
    this.counted = new Uint8Array(sessions.length);
    sessions.forEach((session, at) => {
      this.counted[at] = session.issuances.some((index) => issuances[index]?.counted === true) ? 1 : 0;
    });
    this.below = new Below(sessions, parents);
  }

  count(): void {
    for (const session of this.sessions) {
      const { index } = session;
      if ((this.parents[index] ?? -1) < 0 && (session.link !== 'ambiguous' || session.candidates.length === 0)) {
        this.reach(index, this.depthOfRoot(session));
      } else if (session.via === 'created-key') {
        this.reach(index, 0);
      }
    }
    this.spread();
    // Possible parents that hang on each other only, which damaged data can make: the first is taken as called from outside.
    for (const { index } of this.sessions) {
      if (this.depths[index] === -1) {
        this.reach(index, 1);
        this.spread();
      }
    }
    this.tell();
  }

  private reach(at: number, depth: number): void {
    (this.reached[depth] ??= []).push(at);
  }

  private spread(): void {
    for (let depth = 0; depth < this.reached.length; depth++) {
      // The list grows while it is walked: what no hop leads to has the same depth.
      for (const at of this.reached[depth] ?? []) {
        if (this.depths[at] !== -1) {
          continue;
        }
        this.depths[at] = depth;
        const parent = this.sessions[at];
        for (const below of this.below.of(at)) {
          if (this.depths[below] === -1) {
            this.reach(below, depth + (this.countsAsHop(below, parent) ? 1 : 0));
          }
        }
      }
      this.reached[depth] = [];
    }
  }

  private depthOfRoot(session: LinkedSession): number {
    if (session.link === 'ambiguous' || this.countsAsHop(session.index, undefined)) {
      // Assumed by a caller that has no session in these logs.
      return 1;
    }
    return this.settings.assumeUnseenHop && session.originUnseen && session.kind === 'role' ? 1 : 0;
  }

  private countsAsHop(index: number, parent: LinkedSession | undefined): boolean {
    return (
      this.counted[index] === 1 &&
      (this.settings.depthCounting === 'assumptions' || (parent !== undefined && parent.roleArn !== ''))
    );
  }

  /** The counts of each session after those of whatever it came from. */
  private tell(): void {
    const told = new Uint8Array(this.sessions.length);
    const way: LinkedSession[] = [];
    for (const session of this.sessions) {
      let at: LinkedSession | undefined = session;
      while (at !== undefined && told[at.index] === 0) {
        way.push(at);
        at = this.sessions[this.parents[at.index] ?? -1];
      }
      for (let step = way.pop(); step !== undefined; step = way.pop()) {
        const above: LinkedSession | undefined = this.sessions[this.parents[step.index] ?? -1];
        step.depth = this.depths[step.index] ?? 0;
        step.depthIsMinimum =
          above === undefined
            ? step.originUnseen || this.countsAsHop(step.index, undefined)
            : step.via !== 'created-key' && (above.depthIsMinimum || step.originUnseen);
        step.root = above === undefined ? step.index : above.root;
        told[step.index] = 1;
      }
    }
  }
}
