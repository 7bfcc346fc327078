/**
 * How usual an assumption is in the loaded logs: on how many days, and from how many different roots, one identity
 * assumed a role. The identity is the role or user, not its session.
 */
import type { LineageModel, Session } from '../lineage/model';
import { callerIdentity, rootIdentity } from './describe';

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

  /** Of these roles only. */
  constructor(model: LineageModel, roles: Iterable<string>) {
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
    const use = this.uses.get(edgeKey(caller, roleArn));
    return { days: use?.days.size ?? 0, roots: use?.roots.size ?? 0 };
  }

  isCommon(caller: Session, roleArn: string): boolean {
    const { days, roots } = this.count(caller, roleArn);
    return days >= commonFrom || roots >= commonFrom;
  }
}

function edgeKey(caller: Session, roleArn: string): string {
  return `${callerIdentity(caller)}\n${roleArn}`;
}

/** Time from the first to the last event, days. */
export function spanDays(model: LineageModel): number {
  const { count, time } = model.events;
  return count === 0 ? 0 : ((time[count - 1] ?? 0) - (time[0] ?? 0)) / dayMs;
}
