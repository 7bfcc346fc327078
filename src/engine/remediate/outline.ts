/**
 * A remediation before it is written out: cheap to list for every finding, built only when somebody asks for the plan.
 */
import type { CaseSettings } from '../case-settings';
import type { CreatedObject } from '../contract';
import type { LineageModel } from '../lineage/model';
import type { IncidentNames } from './names';
import type { GeneratedFile, Phase, SessionChoice, Step } from './remediation';
import type { Scope } from './scope';

/** An object that a session of the lineage made, and the record that made it where it is at hand. */
export interface MadeObject {
  readonly object: CreatedObject;
  readonly row: number | undefined;
}

export interface PlanContext {
  readonly model: LineageModel;
  readonly settings: CaseSettings;
  readonly scope: Scope;
  readonly names: IncidentNames;
  readonly made: readonly MadeObject[];
  /** What the logs say of steps that were taken already; absent where nothing was asked. */
  readonly containment?: string;
}

export interface Built {
  readonly steps: readonly Step[];
  readonly files: readonly GeneratedFile[];
}

export interface Outline {
  /** See `Remediation.id`. */
  readonly id: string;
  readonly title: string;
  readonly phase: Phase;
  /** Worked out when asked for, where it takes long. */
  readonly choices?: readonly SessionChoice[];
  build(): Built;
}

/** One kind of remedy: what it offers for a lineage, in the order of the lineage. */
export type Remediator = (context: PlanContext) => readonly Outline[];

/** An id without surprises: anything beyond the characters of AWS names is escaped. */
export function outlineId(kind: string, key: string): string {
  return `${kind}:${key}`.replace(/[^\w+=,.@:/-]/gu, (character) => `%${(character.codePointAt(0) ?? 0).toString(16)}`);
}
