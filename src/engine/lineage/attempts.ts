/**
 * Failed AssumeRole* calls, one group a caller and role.
 *
 * A denied AssumeRole has neither request nor response in its record: its target stands only in the error message.
 * Denials around a success of the same caller and role are IAM still spreading a change, not probing.
 *
 * Guarantee: groups in the order of their first row.
 */
import { boundedText, requestParameters, stringAt } from '../cloudtrail/record';
import type { JsonObject } from '../cloudtrail/columns';
import { ActionClass, classesOf } from './classes';
import type { Attempt, EventTable, Issuance } from './model';
import { succeeded, timeAt } from './table';

/** A success this near to a denial makes it a retry, ms. */
const retryWindowMs = 60_000;

export function collectAttempts(table: EventTable, issuances: readonly Issuance[]): Attempt[] {
  const groups = new Map<string, { callerSession: number | undefined; roleArn: string; rows: number[] }>();
  const classes = classesOf(table).ofActions(table.actions);
  for (let row = 0; row < table.count; row++) {
    const isAttempt = ((classes[table.action[row] ?? 0] ?? 0) & ActionClass.assumes) !== 0 && !succeeded(table, row);
    const record = isAttempt ? table.notable.get(row) : undefined;
    if (record === undefined) {
      continue;
    }
    const session = table.session[row] ?? -1;
    const callerSession = session < 0 ? undefined : session;
    const roleArn = attemptedRole(record);
    const key = `${String(session)}|${roleArn}`;
    const group = groups.get(key) ?? { callerSession, roleArn, rows: [] };
    groups.set(key, group);
    group.rows.push(row);
  }
  const successes = new Map<string, number[]>();
  for (const { callerSession, roleArn, time } of groups.size === 0 ? [] : issuances) {
    const key = `${String(callerSession ?? -1)}|${roleArn}`;
    if (!groups.has(key)) {
      continue;
    }
    const times = successes.get(key) ?? [];
    successes.set(key, times);
    times.push(time);
  }
  return [...groups.entries()]
    .map(([key, group]) => {
      const times = successes.get(key) ?? [];
      return {
        ...group,
        succeeded: areNear(
          group.rows.map((row) => timeAt(table, row)),
          times,
        ),
      };
    })
    .sort((a, b) => (a.rows[0] ?? 0) - (b.rows[0] ?? 0));
}

/** Some time of the one is within the window of some time of the other; the first are in order. */
function areNear(denials: readonly number[], successes: readonly number[]): boolean {
  const sorted = [...successes].sort((a, b) => a - b);
  let at = 0;
  return denials.some((denial) => {
    while (at < sorted.length && (sorted[at] ?? 0) < denial - retryWindowMs) {
      at++;
    }
    return (sorted[at] ?? Infinity) <= denial + retryWindowMs;
  });
}

/** Role that a failed call asked for; '' when the record does not tell. */
export function attemptedRole(record: JsonObject): string {
  const requested = boundedText(requestParameters(record), 'roleArn');
  if (requested !== '') {
    return requested;
  }
  return /on resource: (arn:[^\s"']{1,600})/.exec(stringAt(record, 'errorMessage'))?.[1] ?? '';
}
