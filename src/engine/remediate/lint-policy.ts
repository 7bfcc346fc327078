/**
 * What IAM and Organizations would refuse, said before a policy is written.
 *
 * Sizes count characters without white space, as IAM does. Source: IAM User Guide, "IAM and AWS STS quotas";
 * Organizations User Guide, "Quotas for AWS Organizations".
 */
import { effectPlaceholder, timePlaceholder } from './policy';

export type PolicyUse = 'user' | 'role' | 'scp' | 'trust' | 'permission-set';

/** Documented limits; for users and roles the sum of all inline policies, so what is there already counts too. */
export const sizeLimits: Readonly<Record<PolicyUse, number>> = {
  user: 2048,
  role: 10240,
  scp: 5120,
  trust: 2048,
  'permission-set': 10240,
};

/** Characters without white space. */
export function policySize(text: string): number {
  return text.replace(/\s/g, '').length;
}

/** Problems in words; none: IAM's grammar is met as far as it is known. `text` may be a template. */
export function lintPolicy(text: string, use: PolicyUse): string[] {
  const problems: string[] = [];
  if (/[^\t\n\r -\u00ff]/.test(text)) {
    problems.push('has characters outside U+0020–U+00FF');
  }
  const size = policySize(text);
  if (size > sizeLimits[use]) {
    problems.push(`has ${String(size)} characters, more than the ${String(sizeLimits[use])} of a ${use} policy`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [...problems, 'is not valid JSON'];
  }
  if (!isObject(parsed)) {
    return [...problems, 'is not a JSON object'];
  }
  if (parsed['Version'] !== '2012-10-17') {
    problems.push('lacks "Version": "2012-10-17"');
  }
  const statements = Array.isArray(parsed['Statement']) ? (parsed['Statement'] as unknown[]) : [parsed['Statement']];
  if (statements.length === 0) {
    problems.push('has no statement');
  }
  const sids = new Set<unknown>();
  for (const statement of statements) {
    if (!isObject(statement)) {
      problems.push('has a statement that is not an object');
      continue;
    }
    problems.push(...lintStatement(statement, use));
    const sid = statement['Sid'];
    if (sid !== undefined && sids.has(sid)) {
      problems.push('has two statements with one Sid');
    }
    sids.add(sid);
  }
  return problems;
}

function lintStatement(statement: Readonly<Record<string, unknown>>, use: PolicyUse): string[] {
  const problems: string[] = [];
  const { Sid, Effect, Principal, Resource, NotAction, Condition } = statement;
  if (typeof Sid === 'string' && !/^[A-Za-z0-9]*$/.test(Sid)) {
    problems.push('has a Sid that is not only letters and digits');
  }
  if (Effect !== 'Allow' && Effect !== 'Deny' && Effect !== effectPlaceholder) {
    problems.push('has an Effect that is neither Allow nor Deny');
  }
  if (Effect === 'Allow' && NotAction !== undefined) {
    problems.push('allows with NotAction');
  }
  if (
    use === 'trust'
      ? Principal === undefined || Resource !== undefined
      : Principal !== undefined || Resource === undefined
  ) {
    problems.push(use === 'trust' ? 'must name a Principal and no Resource' : 'must name a Resource and no Principal');
  }
  let timed = false;
  if (isObject(Condition)) {
    for (const [operator, block] of Object.entries(Condition)) {
      if (!operator.startsWith('Date') || !isObject(block)) {
        continue;
      }
      for (const value of Object.values(block).flat()) {
        timed ||= value === timePlaceholder;
        if (
          value !== timePlaceholder &&
          !(typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value))
        ) {
          problems.push('has a date that is not ISO 8601 in UTC');
        }
      }
    }
  }
  // A time left open must keep the whole statement from being accepted.
  if (timed !== (Effect === effectPlaceholder)) {
    problems.push('has only one of the two marks of a template');
  }
  return problems;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
