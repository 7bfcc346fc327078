/**
 * Chains of role assumptions: for each session that nothing deeper came of, the way from the start of the count to it.
 *
 * Guarantee: ends on any model; a second session that an SDK asked for in the same or next second and never used is not
 * a chain of its own; paths in the order of their last session.
 */
import type { RoleChainSettings } from '../case-settings';
import type { FindingConfidence } from '../contract';
import type { LineageModel, Session } from '../lineage/model';
import { assumedArn } from './describe';
import type { DetectionInput } from './detector';
import { compareText } from '../cloudtrail/text';

/** SDKs that ask twice do so in the same or the next second, ms. */
const siblingWindowMs = 2000;

/** Sessions of one path that are told: nobody chains so many roles, and damaged logs could make paths of thousands. */
const mostSessions = 100;

export interface RolePath {
  readonly start: Session;
  readonly leaf: Session;
  /**
   * Start first, leaf last, also sessions in between that no assumption made. Of a path of more than a hundred sessions the
   * start and the last ninety-nine.
   */
  readonly sessions: readonly Session[];
  /** The sessions on the path that an assumption made, in order. */
  readonly hops: readonly Session[];
  /** One ARN a hop. */
  readonly roles: readonly string[];
  /** Where one joint has several possible callers: all of them; the path goes over the one nearest to its root. */
  readonly candidates: readonly Session[];
  /** An SDK asked for the last session beside another one just before: it is shown, not counted. */
  readonly isSecondAsking: boolean;
}

/** The records that made a session by assumption are there, and count. */
export function isHop(model: LineageModel, session: Session): boolean {
  return session.issuances.some((index) => model.issuances[index]?.counted === true);
}

export function maximalPaths(model: LineageModel, minimumDepth: number): RolePath[] {
  const deepest = deepestBelow(model);
  const siblings = new Siblings(model);
  return model.sessions
    .filter(
      (session) =>
        session.depth >= minimumDepth &&
        isHop(model, session) &&
        (deepest[session.index] ?? 0) <= session.depth &&
        !siblings.isSpare(session),
    )
    .map((leaf) => ({ ...pathTo(model, leaf), isSecondAsking: siblings.followsAnother(leaf) }));
}

/** Depth of the deepest session that came of each, itself included; a created key starts a count of its own. */
function deepestBelow(model: LineageModel): number[] {
  const deepest = model.sessions.map(({ depth }) => depth);
  const waiting = model.sessions.map(({ children }) => children.length);
  const queue = model.sessions.filter(({ children }) => children.length === 0).map(({ index }) => index);
  for (const index of queue) {
    const session = model.sessions[index];
    const parent = session?.parent;
    if (session === undefined || parent === undefined) {
      continue;
    }
    if (session.via !== 'created-key') {
      deepest[parent] = Math.max(deepest[parent] ?? 0, deepest[index] ?? 0);
    }
    const left = (waiting[parent] ?? 0) - 1;
    waiting[parent] = left;
    if (left === 0) {
      queue.push(parent);
    }
  }
  return deepest;
}

class Siblings {
  private readonly groups = new Map<string, Session[]>();

  constructor(model: LineageModel) {
    for (const session of model.sessions) {
      const group = this.groups.get(groupOf(session));
      if (group === undefined) {
        this.groups.set(groupOf(session), [session]);
      } else {
        group.push(session);
      }
    }
  }

  /** Never used, and another one for the same caller, role and name was issued beside it. */
  isSpare(session: Session): boolean {
    if (session.parent === undefined || session.rows.length > 0 || session.children.length > 0) {
      return false;
    }
    // Of several that were never used the first stays.
    if (this.followsAnother(session)) {
      return true;
    }
    const group = this.groups.get(groupOf(session)) ?? [];
    for (let after = this.positionOf(group, session) + 1; after < group.length; after++) {
      const other = group[after];
      if (other === undefined || !isBeside(session, other)) {
        return false;
      }
      if (other.rows.length > 0 || other.children.length > 0) {
        return true;
      }
    }
    return false;
  }

  followsAnother(session: Session): boolean {
    const group = this.groups.get(groupOf(session)) ?? [];
    const before = group[this.positionOf(group, session) - 1];
    return session.parent !== undefined && before !== undefined && isBeside(session, before);
  }

  /** Sessions of a group are in the order of their index. */
  private positionOf(group: readonly Session[], session: Session): number {
    let low = 0;
    let high = group.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((group[middle]?.index ?? 0) < session.index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

function isBeside(a: Session, b: Session): boolean {
  return (
    a.creationDate !== undefined &&
    b.creationDate !== undefined &&
    Math.abs(a.creationDate - b.creationDate) <= siblingWindowMs
  );
}

function groupOf(session: Session): string {
  return `${String(session.parent ?? -1)}|${session.roleArn}|${session.name}`;
}

/** How often a path was made: what an SDK asked for twice in a second is once. */
export function timesMade(paths: readonly RolePath[]): number {
  return Math.max(1, paths.filter(({ isSecondAsking }) => !isSecondAsking).length);
}

export function pathTo(model: LineageModel, leaf: Session): RolePath {
  const upwards: Session[] = [];
  const seen = new Set<number>();
  let candidates: readonly Session[] = [];
  for (let at: Session | undefined = leaf; at !== undefined && !seen.has(at.index);) {
    seen.add(at.index);
    upwards.push(at);
    if (at.via === 'created-key') {
      break;
    }
    if (at.parent === undefined && at.link === 'ambiguous' && candidates.length === 0) {
      candidates = at.candidates.map((index) => model.sessions[index]).filter((session) => session !== undefined);
      at = nearestToRoot(candidates);
    } else if (upwards.length >= mostSessions - 1) {
      at = startsOf(model)[at.index];
    } else {
      at = at.parent === undefined ? undefined : model.sessions[at.parent];
    }
  }
  const sessions = upwards.reverse();
  const hops = sessions.filter((session) => session.via !== 'created-key' && isHop(model, session));
  return {
    start: sessions[0] ?? leaf,
    leaf,
    sessions,
    hops,
    roles: hops.map(assumedArn),
    candidates,
    isSecondAsking: false,
  };
}

const knownStarts = new WeakMap<LineageModel, readonly (Session | undefined)[]>();

/** Where the count of each session starts: at a created key, or at a session without a parent. */
function startsOf(model: LineageModel): readonly (Session | undefined)[] {
  const known = knownStarts.get(model);
  if (known !== undefined) {
    return known;
  }
  const starts: (Session | undefined)[] = [];
  for (const session of model.sessions) {
    const way: Session[] = [];
    let at: Session | undefined = session;
    while (at !== undefined && starts[at.index] === undefined) {
      way.push(at);
      const above: Session | undefined =
        at.via === 'created-key' || at.parent === undefined ? undefined : model.sessions[at.parent];
      if (above === undefined) {
        starts[at.index] = at;
      }
      at = above;
    }
    const start = starts[(at ?? way.at(-1) ?? session).index];
    for (const each of way) {
      starts[each.index] = start;
    }
  }
  knownStarts.set(model, starts);
  return starts;
}

/** True where the path has more sessions than are told. */
export function isCut({ sessions }: RolePath): boolean {
  return sessions.length >= mostSessions && sessions[1]?.parent !== sessions[0]?.index;
}

function nearestToRoot(candidates: readonly Session[]): Session | undefined {
  return [...candidates].sort((a, b) => a.depth - b.depth || compareText(a.id, b.id))[0];
}

/** From which depth the rule speaks: one assumption is what roles are for. */
export function warnDepth(settings: RoleChainSettings): number {
  return Math.max(1, Math.floor(settings.warnAt));
}

/**
 * How sure the joints of a path are. The first session may come from outside the logs: that makes a depth a minimum, not
 * a joint a guess. Where a joint has several possible callers, that it is a joint is still certain.
 */
export function confidenceOf(joined: readonly Session[]): FindingConfidence {
  return joined.every(({ link }) => link === 'exact' || link === 'twin') ? 'exact' : 'session';
}

/** The last assumption of the path lies in the period asked for. */
export function endsInWindow({ model, inWindow }: DetectionInput, path: RolePath): boolean {
  return path.leaf.issuances.some((index) => {
    const issuance = model.issuances[index];
    return issuance?.counted === true && [issuance.row, ...issuance.twinRows].some(inWindow);
  });
}
