/**
 * What the team knows and has decided, as the case file `.cloudtrail-case.json` says.
 * `parseCaseFile` (case-file.ts) makes one from text; `emptyCase` is the absence of a file.
 */

export interface Suppression {
  readonly rule?: string;
  readonly finding?: string;
  /** Globs. */
  readonly caller?: string;
  readonly role?: string;
  readonly account?: string;
  /** CIDR or address. */
  readonly cidr?: string;
  readonly userAgent?: string;
  readonly sessionName?: string;
  readonly reason: string;
  readonly author?: string;
  /** ISO date; a suppression past it no longer applies. */
  readonly expires?: string;
}

export type TriageState = 'open' | 'confirmed' | 'benign';

export interface RoleChainSettings {
  /** Depth from which `role-chain-depth` fires; 2 unless told. */
  readonly warnAt: number;
  readonly depthCounting: 'assumptions' | 'roleToRole';
  readonly assumeUnseenHop: boolean;
}

export interface CaseSettings {
  /** Empty: derived from the logs. */
  readonly ownAccounts: readonly string[];
  readonly trustedAccounts: readonly { readonly id: string; readonly name: string }[];
  readonly trustedCidrs: readonly string[];
  readonly egressByVpc: Readonly<Record<string, readonly string[]>>;
  /** Addresses or CIDRs per instance id. */
  readonly instances: Readonly<Record<string, readonly string[]>>;
  /** `ci-*>deploy-*>cfn-exec-*`: one glob a hop, `**` any number of hops. */
  readonly allowedChains: readonly string[];
  readonly breakGlassRoles: readonly string[];
  readonly ciRoles: readonly string[];
  readonly securityToolRoles: readonly string[];
  readonly roleChain: RoleChainSettings;
  /** Numbers of rules other than the usual ones: by rule, by name (detect/thresholds.ts). */
  readonly thresholds: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly suppressions: readonly Suppression[];
  readonly triage: Readonly<Record<string, { readonly state: TriageState; readonly note?: string }>>;
}

export const emptyCase: CaseSettings = {
  ownAccounts: [],
  trustedAccounts: [],
  trustedCidrs: [],
  egressByVpc: {},
  instances: {},
  allowedChains: [],
  breakGlassRoles: [],
  ciRoles: [],
  securityToolRoles: [],
  roleChain: { warnAt: 2, depthCounting: 'assumptions', assumeUnseenHop: false },
  thresholds: {},
  suppressions: [],
  triage: {},
};
