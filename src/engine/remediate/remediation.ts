/**
 * What ends a credential: policies, steps for console and command line, their side effects and how to undo them.
 *
 * Guarantee: nothing here runs anything. Values from logs reach a command only when they match the characters
 * AWS allows for them; otherwise the step says so in words. Policies are always files (`file://`).
 */

export interface GeneratedFile {
  /** Relative to the output folder, `/` separators, `[A-Za-z0-9._-]` segments. */
  readonly path: string;
  readonly content: string;
}

/** A command in both shells; `undefined` where a value from the logs is not safe to put into one. */
export interface Command {
  readonly posix: string;
  readonly powershell: string;
}

export interface Step {
  readonly title: string;
  readonly console: readonly string[];
  readonly commands: readonly Command[];
  /** What stops working. */
  readonly breaks: readonly string[];
  readonly check: readonly Command[];
  readonly undo: readonly Command[];
  readonly notes: readonly string[];
}

/** Phases of the response in the order that works; a plan never fixes only the leaf. */
export type Phase = 'evidence' | 'organization' | 'root' | 'trust' | 'sessions' | 'persistence' | 'verify' | 'hardening' | 'lift';

export interface Remediation {
  /** Stable, e.g. `deny-all:role:111122223333:R1`. */
  readonly id: string;
  readonly title: string;
  readonly phase: Phase;
  readonly steps: readonly Step[];
  readonly files: readonly GeneratedFile[];
}

/** Everything for one finding's whole lineage, ordered by phase. */
export interface RemediationPlan {
  /** Folder name below `remediation/`, from the incident id. */
  readonly folder: string;
  readonly title: string;
  readonly remediations: readonly Remediation[];
  /** Policies, `runbook.md`, `respond.sh`, `respond.ps1`. */
  readonly files: readonly GeneratedFile[];
}
