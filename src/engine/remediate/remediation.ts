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
  /** The same as data, for the scripts; absent where only a person can do it. */
  readonly call?: Call;
}

/** An argument: a checked literal, or a shell variable that a person (or an earlier call) sets. */
export type Argument = string | { readonly variable: string };

/** One call of the AWS CLI. */
export interface Call {
  /** Twelve digits, or the role the account plays where its number is not in the logs. */
  readonly account: string;
  /** '' for global services. */
  readonly region: string;
  readonly args: readonly Argument[];
  /** File below the output folder that gets the answer. */
  readonly saveTo?: string;
  /** Shell variable that gets the answer. */
  readonly captureAs?: string;
  /** After this call, add the statements of a file to a saved trust policy. */
  readonly mergeTrust?: { readonly before: string; readonly statements: string; readonly after: string };
}

/** What the scripts do with sessions of ordinary roles; a person chooses one. */
export type SessionChoice = 'deny-all' | 'revoke' | 'session';

export interface Step {
  readonly title: string;
  /** What it does, for people. */
  readonly does?: string;
  readonly console: readonly string[];
  readonly commands: readonly Command[];
  /** What stops working. */
  readonly breaks: readonly string[];
  readonly check: readonly Command[];
  readonly undo: readonly Command[];
  readonly notes: readonly string[];
  /** Why there is no command: what it concerns cannot be changed, or a value of the logs is not safe to use. */
  readonly refused?: string;
}

/** Phases of the response in the order that works; a plan never fixes only the leaf. */
export type Phase =
  'evidence' | 'organization' | 'root' | 'trust' | 'sessions' | 'persistence' | 'verify' | 'hardening' | 'lift';

export interface Remediation {
  /** Stable, e.g. `deny-all:role:111122223333:R1`. */
  readonly id: string;
  readonly title: string;
  readonly phase: Phase;
  /**
   * The choices under which the scripts apply it; absent: always; empty: never, it is there for a person to take instead of
   * another.
   */
  readonly choices?: readonly SessionChoice[];
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
