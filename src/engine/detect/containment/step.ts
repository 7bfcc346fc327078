/**
 * What contains an identity, and what takes that off again, as the records say it.
 *
 * A *mechanism* is one thing that can be put on and taken off: one inline policy of one role, one access key, one trust policy.
 */
import type { Session } from '../../lineage/model';

/**
 * What a step does to the sessions it is about:
 * `whole` stops them; `cut` stops new ones only (a trust policy, a detached profile); `listed` denies some actions (AWS's
 * quarantine); `unclear` has a condition that is not understood.
 */
export type Strength = 'whole' | 'cut' | 'listed' | 'unclear';

/** `no`: not about this session. `again`: about its role, but issued after the time that the step is bound to. */
export type Cover = 'yes' | 'no' | 'again';

export interface Step {
  readonly row: number;
  readonly time: number;
  readonly mechanism: string;
  /** Sessions are looked up by these: see places.ts. */
  readonly places: readonly string[];
  readonly covers: (session: Session) => Cover;
  readonly strength: Strength;
  /** What was done, as the end of a sentence that starts with the thing: `access key AKIA… set inactive`. */
  readonly words: string;
  /** Why it may be no response at all: `looks like a rotation`; '' otherwise. */
  readonly routine: string;
  /** The instance was told to end, which takes a while. */
  readonly shutsDown: boolean;
  /** Session that did it, where one did. */
  readonly actor: number | undefined;
}

/** The end of a mechanism. */
export interface Lift {
  readonly row: number;
  readonly time: number;
  readonly mechanism: string;
  /** `policy AWSDenyAll detached from user alice`. */
  readonly words: string;
  readonly actor: number | undefined;
}

export type Change = { readonly step: Step } | { readonly lift: Lift };

export function changeTime(change: Change): number {
  return 'step' in change ? change.step.time : change.lift.time;
}

/** After this a change of IAM is everywhere (seconds to minutes); what succeeds later was not stopped. */
export const graceMs = 60_000;
/** How soon a reversal is the attacker's race against the response. */
export const raceMs = 10 * 60_000;
