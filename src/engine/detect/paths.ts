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

/** `mayEnd`: which sessions are looked at. */
export function maximalPaths(
  model: LineageModel,
  minimumDepth: number,
  mayEnd: (session: Session) => boolean = () => true,
): RolePath[] {
  const deepest = deepestBelow(model);
  const siblings = new Siblings(model);
  return model.sessions
    .filter(
      (session) =>
        session.depth >= minimumDepth &&
        isHop(model, session) &&
        (deepest[session.index] ?? 0) <= session.depth &&
        mayEnd(session) &&
        !siblings.isSpare(session),
    )
    .map((leaf) => ({ ...pathTo(model, leaf), isSecondAsking: siblings.followsAnother(leaf) }));
}

const knownDepths = new WeakMap<LineageModel, Uint32Array>();

/** Depth of the deepest session that came of each, itself included; a created key starts a count of its own. */
function deepestBelow(model: LineageModel): Uint32Array {
  const known = knownDepths.get(model);
  if (known !== undefined) {
    return known;
  }
  const { sessions } = model;
  const deepest = Uint32Array.from(sessions, ({ depth }) => depth);
  const waiting = Uint32Array.from(sessions, ({ children }) => children.length);
  for (const { index: leaf, children } of sessions) {
    // Up from each session without children, as far as nothing else is waited for.
    for (let index = children.length === 0 ? leaf : undefined; index !== undefined;) {
      const session: Session | undefined = sessions[index];
      const parent = session?.parent;
      if (session === undefined || parent === undefined) {
        break;
      }
      if (session.via !== 'created-key') {
        deepest[parent] = Math.max(deepest[parent] ?? 0, deepest[index] ?? 0);
      }
      const left = (waiting[parent] ?? 0) - 1;
      waiting[parent] = left;
      index = left === 0 ? parent : undefined;
    }
  }
  knownDepths.set(model, deepest);
  return deepest;
}

/** Sessions that were asked for with the same credentials, for the same role and under the same name. */
class Siblings {
  private readonly groups = new Map<number, ReadonlyMap<string, readonly Session[]>>();

  constructor(private readonly model: LineageModel) {}

  /** Never used, and another one for the same caller, role and name was issued beside it. */
  isSpare(session: Session): boolean {
    if (session.parent === undefined || session.rows.length > 0 || session.children.length > 0) {
      return false;
    }
    // Of several that were never used the first stays.
    if (this.followsAnother(session)) {
      return true;
    }
    const group = this.groupOf(session);
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
    const group = this.groupOf(session);
    const before = group[this.positionOf(group, session) - 1];
    return before !== undefined && isBeside(session, before);
  }

  /** In the order of their indexes. */
  private groupOf(session: Session): readonly Session[] {
    return session.parent === undefined ? [] : (this.groupsOf(session.parent).get(roleAndName(session)) ?? []);
  }

  private groupsOf(parent: number): ReadonlyMap<string, readonly Session[]> {
    const known = this.groups.get(parent);
    if (known !== undefined) {
      return known;
    }
    const groups = new Map<string, Session[]>();
    const { sessions } = this.model;
    for (const index of [...(sessions[parent]?.children ?? [])].sort((a, b) => a - b)) {
      const child = sessions[index];
      if (child === undefined) {
        continue;
      }
      const group = groups.get(roleAndName(child));
      if (group === undefined) {
        groups.set(roleAndName(child), [child]);
      } else {
        group.push(child);
      }
    }
    this.groups.set(parent, groups);
    return groups;
  }

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

function roleAndName({ roleArn, name }: Session): string {
  return `${roleArn}|${name}`;
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

/** Where the count of each session starts: at a created key, or at a session without a parent. In a cycle it does not. */
function startsOf(model: LineageModel): readonly (Session | undefined)[] {
  const known = knownStarts.get(model);
  if (known !== undefined) {
    return known;
  }
  const { sessions } = model;
  const starts: (Session | undefined)[] = sessions.map(() => undefined);
  const seen = new Uint8Array(sessions.length);
  for (const session of sessions) {
    const way: Session[] = [];
    let at: Session | undefined = session;
    while (at !== undefined && seen[at.index] === 0) {
      seen[at.index] = 1;
      way.push(at);
      at = at.via === 'created-key' || at.parent === undefined ? undefined : sessions[at.parent];
    }
    const start = at === undefined ? way.at(-1) : starts[at.index];
    for (const each of way) {
      starts[each.index] = start;
    }
  }
  knownStarts.set(model, starts);
  return starts;
}

/**
 * True for every session to which a path leads from one that passes, and for those whose path may start anywhere, as they
 * have several possible callers.
 */
export function startsIn(model: LineageModel, passes: (start: Session) => boolean): (session: Session) => boolean {
  const starts = startsOf(model);
  return ({ index }) => {
    const start = starts[index];
    return start === undefined || start.link === 'ambiguous' || passes(start);
  };
}

/** Who made an assumption of the path. */
export function callerOf({ sessions }: RolePath, hop: Session): Session | undefined {
  return sessions[sessions.indexOf(hop) - 1];
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
