/**
 * A detector is a pure function from the linked model and the case to findings.
 *
 * Guarantee asked of every detector: no clock, no randomness, the same model gives the same findings in the
 * same order; what could not be judged is said in a coverage note instead of silence.
 */
import type { Baseline } from '../baseline';
import type { CaseSettings } from '../case-settings';
import type { ContextFact, CoverageNote, CreatedObject, FindingConfidence, Severity } from '../contract';
import type { LineageModel } from '../lineage/model';
import type { NetworkFacts } from '../network-facts';

export interface DetectionInput {
  readonly model: LineageModel;
  readonly settings: CaseSettings;
  /** Own accounts: the case's, or those that received the events when the case names none. */
  readonly ownAccounts: ReadonlySet<string>;
  /** False for rows outside the period asked for: those link and tell what is normal, but trigger nothing. */
  readonly inWindow: (row: number) => boolean;
  /** What databases of the user's own say of addresses; absent unless some are configured. */
  readonly network?: NetworkFacts;
  /** What quiet weeks before look like; absent unless one is given. */
  readonly baseline?: Baseline;
}

export interface EvidenceRow {
  readonly row: number;
  /** One line: what this record shows. */
  readonly reason: string;
  /**
   * `decisive` rows are kept first where evidence is cut to its cap; `background` rows (what is known of an instance) do
   * not count for the first and last time of the finding.
   */
  readonly role?: 'decisive' | 'background';
}

/** A finding before it has its id, its incident and its remediations. */
export interface FindingDraft {
  readonly rule: string;
  /** Stable entity keys (session ids, `caller→role`, `account|instance`); with the rule they make the finding's id. */
  readonly keys: readonly string[];
  readonly severity: Severity;
  readonly confidence: FindingConfidence;
  readonly title: string;
  readonly explanation: string;
  /** Session indexes; the first is the one the finding is about. */
  readonly sessions: readonly number[];
  readonly roles: readonly string[];
  readonly instanceIds: readonly string[];
  readonly addresses: readonly string[];
  readonly techniques: readonly string[];
  /** How often it happened (paths, events …). */
  readonly count: number;
  /** In time order, uncapped. */
  readonly evidence: readonly EvidenceRow[];
  readonly context: readonly ContextFact[];
  readonly createdObjects: readonly CreatedObject[];
  /** A decision of the case file other than a suppression hides it, e.g. an allowed chain. */
  readonly allowedBy?: string;
}

export interface Detection {
  readonly findings: readonly FindingDraft[];
  readonly notes: readonly CoverageNote[];
}

export interface Detector {
  /** Rule id, e.g. `role-chain-depth`. */
  readonly id: string;
  readonly title: string;
  /** What it means, one or two sentences. */
  readonly description: string;
  /** Severities it can give, most severe first. */
  readonly severities: readonly Severity[];
  /** ATT&CK technique ids. */
  readonly techniques: readonly string[];
  detect(input: DetectionInput): Detection;
}
