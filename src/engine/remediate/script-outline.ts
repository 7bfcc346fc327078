/**
 * What a script does, apart from the language it is written in.
 *
 * Guarantee: `respond.sh` and `respond.ps1` do the same phases, the same calls, and leave the same to a person, because both
 * are told here.
 */
import { phases } from './index';
import { openVariables, profileVariables } from './phase-text';
import { filledPath, isTemplate } from './policy';
import { commentText } from './quote';
import type { About } from './render-runbook';
import type { Call, Phase, Remediation, RemediationPlan, Step } from './remediation';

type PlanBody = Omit<RemediationPlan, 'files'>;

/** Phases that only a person does, when the incident is over. */
const notScripted: ReadonlySet<Phase> = new Set(['hardening', 'lift']);

/** Phases that the plan has something for, in the order that works. */
export function scriptedPhases(
  plan: PlanBody,
): { readonly phase: Phase; readonly remediations: readonly Remediation[] }[] {
  return phases
    .filter((phase) => !notScripted.has(phase))
    .map((phase) => ({
      phase,
      remediations: plan.remediations.filter((each) => each.phase === phase && each.choices?.length !== 0),
    }))
    .filter(({ remediations }) => remediations.length > 0);
}

/** Paths of the policies that the script fills with its time, as they are called once filled. */
export function filledPolicies({ policies }: About): ReadonlySet<string> {
  return new Set(policies.filter(({ path }) => isTemplate(path)).map(({ path }) => filledPath(path)));
}

/** Comment lines at the head: what it is for, how it is made to act, what to set. `applyFlag` as the shell writes it. */
export function headerComments(plan: PlanBody, { finding, names }: About, applyFlag: string, usage?: string): string[] {
  return [
    `# Response to: ${commentText(finding.title)}`,
    `# Finding ${commentText(finding.id)}; the policies carry the mark ${names.id}. Explanations, undo and what is left to you: runbook.md`,
    '#',
    `# Prints what it would do. With ${applyFlag} it does it, and asks before each phase.`,
    '#',
    ...(usage === undefined ? [] : [`#   ${usage}`, '#']),
    '# Set in the environment: AWS CLI profiles by account, or PROFILE for all that have none of their own.',
    ...profileVariables(plan.remediations).map(
      ({ account, variable }) => `#   ${variable}   a profile in account ${commentText(account)}`,
    ),
    ...openVariables(plan.remediations).map(
      (variable) => `#   ${variable}   see runbook.md; steps that need it are left out without it`,
    ),
  ];
}

export interface ScriptedStep {
  readonly comments: readonly string[];
  /** What a person has to do, without any text of the logs; undefined when the calls are all there is. */
  readonly byHand: string | undefined;
  readonly calls: readonly Call[];
}

export function scriptedStep(step: Step): ScriptedStep {
  const calls = step.commands.flatMap(({ call }) => call ?? []);
  // Filling and merging are the script's own doing.
  const wanted = step.commands.filter(({ posix }) => !posix.startsWith('sed ') && !posix.startsWith('jq '));
  const incomplete = calls.length < wanted.length || (step.refused !== undefined && calls.length === 0);
  return {
    comments: [
      `    # ${commentText(step.title)}`,
      ...(step.refused === undefined ? [] : [`    # No command: ${commentText(step.refused)}`]),
    ],
    // Titles may hold text of the logs: the reader is sent to the page, where it is escaped.
    byHand: !incomplete
      ? undefined
      : calls.length > 0
        ? 'the commands that are not shown here'
        : 'a step without commands',
    calls,
  };
}

/** Variables that a call needs to have a value. */
export function variablesOf(call: Call): string[] {
  return call.args.flatMap((argument) => (typeof argument === 'string' ? [] : [argument.variable]));
}
