/**
 * How usual an assumption is in the loaded logs: on how many days, and from how many different roots, one identity
 * assumed a role. The identity is the role or user, not its session.
 */
import type { Baseline } from '../baseline';
import { parseInstant } from '../cloudtrail/time';
import type { LineageModel, Session } from '../lineage/model';
import { callerIdentity, rootIdentity } from './describe';
import { knownPopulation, type KnownPopulation } from './known-population';
import { edgeKey as keyOf } from './population-keys';
import { callerOf, type RolePath } from './paths';

export const dayMs = 24 * 3600 * 1000;
/** Logs shorter than this cannot tell usual from unusual. */
export const baselineDays = 3;
const commonFrom = 3;

interface EdgeUse {
  readonly days: Set<number>;
  readonly roots: Set<string>;
}

export interface EdgeCount {
  readonly days: number;
  readonly roots: number;
}

export class CommonEdges {
  private readonly uses = new Map<string, EdgeUse>();
  private readonly known: KnownPopulation;

  /** Of these roles only; what the baseline tells of them counts too. */
  constructor(model: LineageModel, roles: Iterable<string>, baseline?: Baseline) {
    this.known = knownPopulation(baseline);
    const wanted = new Set(roles);
    for (const issuance of wanted.size === 0 ? [] : model.issuances) {
      if (!issuance.counted || issuance.roleArn === '' || !wanted.has(issuance.roleArn)) {
        continue;
      }
      const caller = issuance.callerSession === undefined ? undefined : model.sessions[issuance.callerSession];
      const root = caller === undefined ? undefined : model.sessions[caller.root];
      if (caller === undefined) {
        continue;
      }
      const key = edgeKey(caller, issuance.roleArn);
      const use = this.uses.get(key) ?? { days: new Set<number>(), roots: new Set<string>() };
      this.uses.set(key, use);
      use.days.add(Math.floor(issuance.time / dayMs));
      use.roots.add(rootIdentity(root ?? caller));
    }
  }

  count(caller: Session, roleArn: string): EdgeCount {
    const key = edgeKey(caller, roleArn);
    const use = this.uses.get(key);
    const before = this.known.common.get(key) ?? [];
    if (before.length === 0) {
      return { days: use?.days.size ?? 0, roots: use?.roots.size ?? 0 };
    }
    const days = before.flatMap((edge) => edge.days.map((day) => (parseInstant(day) ?? 0) / dayMs));
    const roots = new Set([...(use?.roots ?? []), ...before.flatMap((edge) => edge.roots)]);
    return {
      days: new Set([...(use?.days ?? []), ...days]).size,
      // Of many roots the baseline names some.
      roots: Math.max(roots.size, ...before.map(({ rootCount }) => rootCount)),
    };
  }

  isCommon(caller: Session, roleArn: string): boolean {
    const { days, roots } = this.count(caller, roleArn);
    return days >= commonFrom || roots >= commonFrom;
  }
}

/** Every assumption on the path was seen on several days or from several roots. */
export function isEveryday(path: RolePath, edges: CommonEdges): boolean {
  return path.hops.every((hop) => {
    const caller = callerOf(path, hop);
    return caller !== undefined && hop.link !== 'ambiguous' && edges.isCommon(caller, hop.roleArn);
  });
}

function edgeKey(caller: Session, roleArn: string): string {
  return keyOf(callerIdentity(caller), roleArn);
}

/** Time from the first to the last event, days, and that of the baseline before; a gap between the two is no time. */
export function spanDays({ events: { count, time } }: LineageModel, baseline?: Baseline): number {
  const { first: from, last: to } = knownPopulation(baseline);
  const first = count === 0 ? 0 : (time[0] ?? 0);
  const last = count === 0 ? 0 : (time[count - 1] ?? 0);
  const before = from === undefined || to === undefined ? 0 : to - from;
  return (before + Math.max(0, last - Math.max(first, to ?? first))) / dayMs;
}
