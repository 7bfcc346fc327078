/**
 * Roles that sessions asked for and were refused, one entry a call.
 *
 * Guarantee: a denial around a success of the same caller and role is IAM still spreading a change, and left out; what failed
 * for another reason than a denial too. In time order.
 */
import type { LineageModel } from '../lineage/model';
import { classesOf } from '../lineage/classes';
import { firstFrom } from '../lineage/in-order';
import { timeAt } from '../lineage/table';
import { ownCallsOf } from './own-calls';

/** A success this near to a denial makes it a retry, ms. */
const retryWindowMs = 60_000;

export interface RefusedRole {
  readonly row: number;
  /** '' where the record does not name it. */
  readonly roleArn: string;
}

export interface RefusedRoles {
  /** By index of session. */
  readonly bySession: ReadonlyMap<number, readonly RefusedRole[]>;
  /** Denials that a success of the same caller and role stands beside. */
  readonly retries: ReadonlySet<number>;
}

export function refusedRoles(model: LineageModel): RefusedRoles {
  const { events, attempts } = model;
  const own = ownCallsOf(events);
  const classes = classesOf(events);
  const successes = successTimes(model);
  const bySession = new Map<number, RefusedRole[]>();
  const retries = new Set<number>();
  for (const { callerSession, roleArn, rows } of attempts) {
    if (callerSession === undefined) {
      continue;
    }
    const times = successes.get(keyOf(callerSession, roleArn)) ?? [];
    const refused = bySession.get(callerSession) ?? [];
    for (const row of rows) {
      const time = timeAt(events, row);
      if (!own.has(row) || !classes.isDenied(events, row)) {
        continue;
      }
      const near = times[firstFrom(times, time - retryWindowMs, (success) => success)];
      if (near !== undefined && near <= time + retryWindowMs) {
        retries.add(row);
      } else {
        refused.push({ row, roleArn });
      }
    }
    if (refused.length > 0) {
      bySession.set(callerSession, refused);
    }
  }
  for (const refused of bySession.values()) {
    refused.sort((a, b) => a.row - b.row);
  }
  return { bySession, retries };
}

/** When the callers that were refused a role got it, after all or before; in order. */
function successTimes({ attempts, issuances }: LineageModel): ReadonlyMap<string, readonly number[]> {
  const times = new Map<string, number[]>();
  for (const { callerSession, roleArn, succeeded } of attempts) {
    if (succeeded && callerSession !== undefined) {
      times.set(keyOf(callerSession, roleArn), []);
    }
  }
  for (const { callerSession, roleArn, time } of times.size === 0 ? [] : issuances) {
    times.get(keyOf(callerSession ?? -1, roleArn))?.push(time);
  }
  for (const each of times.values()) {
    each.sort((a, b) => a - b);
  }
  return times;
}

function keyOf(session: number, roleArn: string): string {
  return `${String(session)}|${roleArn}`;
}
