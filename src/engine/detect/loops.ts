/**
 * What a chain of role sessions looks like over time: roles that come back on it, and assumptions at even steps that outlive
 * the hour for which credentials of a chain are valid.
 *
 * Guarantee: only assumptions by role sessions count, on one way from a start to an end: sessions that one parent asked for
 * anew are on ways of their own. A joint with several possible callers breaks the way. Sessions of unknown age tell nothing.
 */
import type { LineageModel, Session } from '../lineage/model';
import { isHop, type RolePath } from './paths';

export interface LoopLimits {
  /** From its first session on, ms. */
  readonly returnMs: number;
  readonly hops: number;
  /** At most, ms. */
  readonly medianMs: number;
  /** At most: standard deviation by mean. */
  readonly variation: number;
  /** More than, ms. */
  readonly spanMs: number;
}

/** A role that came back. */
export interface Return {
  readonly session: Session;
  /** The first session of the same role on the way. */
  readonly first: Session;
  readonly afterMs: number;
  /** Assumed by a session of the same role. */
  readonly bySelf: boolean;
}

/** Assumptions at even steps. */
export interface KeptAlive {
  /** That which was followed first, and then one an assumption. */
  readonly sessions: readonly Session[];
  readonly medianMs: number;
  readonly variation: number;
  readonly spanMs: number;
}

/** The part of a path on which every joint is known. */
export function knownPart(path: RolePath): RolePath {
  if (path.candidates.length === 0) {
    return path;
  }
  const from = path.sessions.findLastIndex(({ link, parent }) => link === 'ambiguous' && parent === undefined);
  const sessions = path.sessions.slice(Math.max(0, from));
  const hops = path.hops.filter((hop) => sessions.includes(hop));
  return {
    ...path,
    start: sessions[0] ?? path.leaf,
    sessions,
    hops,
    roles: hops.map(({ roleArn }) => roleArn),
    candidates: [],
  };
}

/** Sessions of roles on the way, in order: the first, and those that a session of a role assumed. */
export function roleSessions(model: LineageModel, { sessions }: RolePath): Session[] {
  const chain: Session[] = [];
  for (const session of sessions) {
    if (session.roleArn !== '' && (chain.length === 0 || isHop(model, session))) {
      chain.push(session);
    }
  }
  return chain;
}

/** In the order of the chain. */
export function returnsOn(model: LineageModel, chain: readonly Session[], { returnMs }: LoopLimits): Return[] {
  const firsts = new Map<string, Session>();
  const returns: Return[] = [];
  chain.forEach((session, at) => {
    const role = roleOf(session);
    const first = firsts.get(role);
    if (first === undefined) {
      firsts.set(role, session);
      return;
    }
    const afterMs = bornAt(model, session) - bornAt(model, first);
    const before = chain[at - 1];
    if (afterMs >= returnMs) {
      returns.push({ session, first, afterMs, bySelf: before !== undefined && roleOf(before) === role });
    }
  });
  return returns;
}

/** The longest row of assumptions up to the end of the chain that keeps it alive. */
export function keptAlive(model: LineageModel, chain: readonly Session[], limits: LoopLimits): KeptAlive | undefined {
  const times = chain.map((session) => bornAt(model, session));
  for (let from = 0; from + limits.hops < chain.length; from++) {
    const spanMs = (times.at(-1) ?? NaN) - (times[from] ?? NaN);
    if (!(spanMs > limits.spanMs)) {
      // Later starts span less, unless the age of this one is unknown.
      if (Number.isNaN(times[from])) {
        continue;
      }
      return undefined;
    }
    const gaps = times.slice(from + 1).map((time, at) => time - (times[from + at] ?? NaN));
    const medianMs = medianOf(gaps);
    const variation = variationOf(gaps);
    if (medianMs <= limits.medianMs && variation <= limits.variation) {
      return { sessions: chain.slice(from), medianMs, variation, spanMs };
    }
  }
  return undefined;
}

/** A role that was deleted and made again under its name has another id. */
function roleOf({ roleArn, principalId }: Session): string {
  const id = /^(AROA[A-Z0-9]+):/.exec(principalId)?.[1] ?? '';
  return `${roleArn}|${id}`;
}

/** NaN where nothing tells. */
function bornAt(model: LineageModel, session: Session): number {
  return session.creationDate ?? model.issuances[session.issuances[0] ?? -1]?.time ?? NaN;
}

function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

/** Standard deviation of all of them, as a part of their mean. */
function variationOf(numbers: readonly number[]): number {
  const mean = numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  const squares = numbers.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return Math.sqrt(squares / numbers.length) / mean;
}
