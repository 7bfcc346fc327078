/**
 * A case of a rule: what happened, in records shaped after the AWS reference (the builders of the sample; every id is
 * invented), and what the rule has to say of it. Written from the definition of the rule, before the rule is run.
 */
import type { AnalyzeOptions } from '../../../src/engine/analysis';
import type { CaseSettings } from '../../../src/engine/case-settings';
import type { FindingConfidence, Severity } from '../../../src/engine/contract';
import type { World } from '../../unit/engine/support/world';

export interface RuleCase {
  /** What it is a case of, in words: `an operator's own address, within the hour`. */
  readonly name: string;
  /** Attacks that must be found; ordinary life that must not; records that leave it open. */
  readonly kind: 'positive' | 'negative' | 'ambiguous';
  readonly world: () => World;
  readonly settings?: Partial<CaseSettings>;
  readonly options?: AnalyzeOptions;
  /** All findings of the rule, most severe first, suppressed ones too; none: []. */
  readonly expect: readonly ExpectedFinding[];
  /** Ids of coverage notes that have to be there. */
  readonly notes?: readonly string[];
}

export interface ExpectedFinding {
  readonly severity: Severity;
  readonly title?: string;
  readonly confidence?: FindingConfidence;
  readonly count?: number;
  readonly suppressed?: boolean;
  /** Parts of the explanation: the numbers that decided. */
  readonly says?: readonly string[];
  /** Parts that it must not have. */
  readonly saysNot?: readonly string[];
  readonly addresses?: readonly string[];
  readonly instanceIds?: readonly string[];
  readonly techniques?: readonly string[];
  /** Names of the events of its evidence, in order. */
  readonly evidence?: readonly string[];
}
