/** What each phase is called and why it stands where it stands; the accounts and variables that a plan needs. */
import { profileVariable } from './command';
import type { Call, Phase, Remediation, SessionChoice } from './remediation';

export const phaseTitles: Readonly<Record<Phase, string>> = {
  evidence: 'Keep the evidence',
  organization: 'Above the accounts: service control policy',
  root: 'The root: where the lineage starts',
  trust: 'The edges: who may assume which role',
  sessions: 'All sessions, on every role of the path',
  persistence: 'What was left behind',
  verify: 'Verify',
  hardening: 'Hardening',
  lift: 'Lift',
};

export const phaseReasons: Readonly<Record<Phase, string>> = {
  evidence: 'First, because everything after it changes what there is to see.',
  organization:
    'Before the rest where there is an organisation: IAM changes take seconds to spread, and an attacker who may write IAM can take policies off again in that time. A service control policy is out of their reach.',
  root: 'Whoever holds the root makes every later session again: it is closed first. A leaf is never fixed alone.',
  trust: 'Then each role stops trusting the hop before it, so that sessions that still live cannot make new ones.',
  sessions:
    'A temporary credential cannot be cancelled. Permissions are looked up at every request, so a Deny on the role is what ends a session. All roles at once, with one and the same time.',
  persistence: 'Users, keys and policies outlive every session.',
  verify: 'At least five minutes later.',
  hardening: 'When it is quiet. Nothing here is applied by the scripts.',
  lift: 'When the sessions of before have expired and the way in is closed.',
};

/** How a session remedy is chosen. */
export const choiceText: Readonly<Record<SessionChoice, string>> = {
  'deny-all': 'deny everything to the roles of the lineage: surest; stops everybody who uses them',
  revoke: 'end the sessions issued until now, let new ones work: needs the root and the trust edges closed',
  session: 'deny only the sessions of the lineage: least damage; the attacker chooses the next name',
};

export const sessionChoices: readonly SessionChoice[] = ['deny-all', 'revoke', 'session'];

/** What a plan applies when nobody chooses. */
export const defaultChoice: SessionChoice = 'deny-all';

/** All calls of a plan: those of the steps, their checks and undos. */
export function callsOf(remediations: readonly Remediation[]): Call[] {
  return remediations
    .flatMap(({ steps }) => steps)
    .flatMap(({ commands, check, undo }) => [...commands, ...check, ...undo])
    .flatMap(({ call }) => call ?? []);
}

/** Shell variables with CLI profiles that a plan's commands name. */
export function profileVariables(
  remediations: readonly Remediation[],
): { readonly account: string; readonly variable: string }[] {
  const accounts = [...new Set(callsOf(remediations).map(({ account }) => account))].sort();
  return accounts.map((account) => ({ account, variable: profileVariable(account) }));
}

/** Variables that a person sets: named in calls, captured by none. */
export function openVariables(remediations: readonly Remediation[]): string[] {
  const calls = callsOf(remediations);
  const captured = new Set(calls.flatMap(({ captureAs }) => captureAs ?? []));
  const used = calls.flatMap(({ args }) =>
    args.flatMap((argument) => (typeof argument === 'string' ? [] : [argument.variable])),
  );
  return [...new Set(used)].filter((variable) => !captured.has(variable)).sort();
}
