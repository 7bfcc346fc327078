/**
 * What quiet weeks look like: written by one analysis, counted by later ones of a day or two beside their own logs.
 *
 * Guarantee: names of identities and numbers only, no keys and no addresses. Documented by the JSON Schema `baseline-1`.
 */
import type { CallerKind } from './detect/caller-key';
import type { SessionKind } from './lineage/model';

export const baselineFormat = 'cloudtrail-lineage-baseline';

export interface BaselineUse {
  readonly name: string;
  readonly sessions: number;
}

export interface BaselineCaller {
  readonly key: string;
  readonly kind: CallerKind;
  /** Families of user agents. */
  readonly clients: readonly BaselineUse[];
  /** Only where databases told them. */
  readonly countries: readonly BaselineUse[];
  readonly networks: readonly BaselineUse[];
}

export interface BaselineEdge {
  /** Key of a caller. */
  readonly caller: string;
  /** The role or user that assumes, whoever has it. */
  readonly identity: string;
  readonly role: string;
  /** `2025-05-12`, UTC. */
  readonly days: readonly string[];
  readonly sessions: number;
  /** At most twenty of `rootCount`. */
  readonly roots: readonly string[];
  readonly rootCount: number;
}

/** Of one feature of all sessions of a kind. */
export interface Spread {
  readonly sessions: number;
  readonly median: number;
  /** Median absolute deviation. */
  readonly mad: number;
  readonly most: number;
}

export interface BaselineKind {
  readonly kind: SessionKind;
  readonly sessions: number;
  /** By name of the feature. */
  readonly features: Readonly<Record<string, Spread>>;
}

export interface BaselineRole {
  readonly role: string;
  /** `s3:GetObject`. */
  readonly actions: readonly string[];
}

export interface Baseline {
  readonly format: typeof baselineFormat;
  readonly schemaVersion: 1;
  readonly firstEventTime: string;
  readonly lastEventTime: string;
  readonly events: number;
  /** Sessions of callers with a direct call. */
  readonly sessions: number;
  /** Successful assumptions by principals. */
  readonly assumptions: number;
  readonly accounts: readonly string[];
  readonly callers: readonly BaselineCaller[];
  readonly edges: readonly BaselineEdge[];
  readonly roles: readonly BaselineRole[];
  readonly kinds: readonly BaselineKind[];
}
