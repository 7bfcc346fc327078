/**
 * The stable interface: what `--format json` prints and what the views are built from.
 *
 * Guarantee: documented by the JSON Schema in `schemas`, tested against it; fields are added, never changed, within one `schemaVersion`.
 * Times are ISO 8601 UTC with seconds (`2023-07-10T12:00:00Z`), unless said otherwise.
 */
import type { FileVerdict } from './cloudtrail/columns';
import type { LinkConfidence, SessionKind } from './lineage/model';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';
export type FindingConfidence = 'exact' | 'session' | 'inferred';

export interface CoverageFile {
  readonly path: string;
  readonly format: string;
  readonly verdict: FileVerdict;
  readonly reason?: string;
  readonly events: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly firstEventTime: string | null;
  readonly lastEventTime: string | null;
}

export interface CoverageNote {
  readonly id: string;
  readonly message: string;
}

export interface Coverage {
  readonly files: readonly CoverageFile[];
  readonly events: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly firstEventTime: string | null;
  readonly lastEventTime: string | null;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly notes: readonly CoverageNote[];
}

export interface SessionLocation {
  readonly location: string;
  /** Network class: `public-v4`, `vpce-private`, … */
  readonly class: string;
  readonly events: number;
  /** What the user's databases say of the address: `AS15169 Google LLC, US`. Absent where none knows it. */
  readonly network?: string;
}

export interface SessionSummary {
  readonly id: string;
  readonly kind: SessionKind;
  readonly arn: string;
  readonly principalId: string;
  readonly accountId: string;
  readonly name: string;
  readonly keys: readonly string[];
  /** Session id of the parent. */
  readonly parent: string | null;
  readonly link: LinkConfidence;
  /** The two records and the rule that joined them. */
  readonly linkExplanation: {
    readonly rule: string;
    readonly text: string;
    readonly issueEventID?: string;
    readonly useEventID?: string;
    /** The call that asked for it, where AWS logs that apart: a node for its pod, a session for a web identity token. */
    readonly requestEventID?: string;
  };
  readonly candidates?: readonly string[];
  readonly depth: number;
  readonly depthIsMinimum: boolean;
  readonly root: string;
  readonly firstEventTime: string | null;
  readonly lastEventTime: string | null;
  readonly issuedAt?: string;
  readonly expiresAt?: string;
  readonly events: number;
  readonly denied: number;
  readonly locations: readonly SessionLocation[];
  readonly userAgents: readonly string[];
}

export interface Evidence {
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly file: string;
  readonly reason: string;
}

/** A fact about the entity of a finding, read from the logs (an instance's launch, its subnet …). */
export interface ContextFact {
  readonly label: string;
  readonly value: string;
  readonly eventID?: string;
}

/** Something a session made that outlives it. */
export interface CreatedObject {
  readonly kind: string;
  readonly name: string;
  readonly arn?: string;
  readonly accessKeyId?: string;
  readonly eventID: string;
  /** ISO time when the logs show it deleted again. */
  readonly deletedAt?: string;
}

export interface Finding {
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: FindingConfidence;
  readonly title: string;
  readonly explanation: string;
  readonly sessions: readonly string[];
  readonly entities: {
    readonly accessKeyIds: readonly string[];
    readonly roles: readonly string[];
    readonly instanceIds: readonly string[];
    readonly addresses: readonly string[];
  };
  readonly techniques: readonly string[];
  readonly firstEventTime: string;
  readonly lastEventTime: string;
  readonly count: number;
  /** At most 50; `evidenceTotal` is the true number. */
  readonly evidence: readonly Evidence[];
  readonly evidenceTotal: number;
  readonly context: readonly ContextFact[];
  readonly createdObjects: readonly CreatedObject[];
  readonly remediations: readonly { readonly id: string; readonly title: string }[];
  readonly incident: string;
  readonly suppressed: boolean;
  readonly suppressedBy?: { readonly reason: string; readonly author?: string; readonly expires?: string };
}

export interface Incident {
  readonly id: string;
  /** Session id of the lineage root. */
  readonly root: string;
  readonly severity: Severity;
  readonly title: string;
  readonly findings: readonly string[];
  readonly sessions: readonly string[];
  /** Absent where the logs show no step that would contain anything of the lineage. */
  readonly containment?: Containment;
}

/** What an incident's record shows. */
export interface TimelineEntry {
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly what: string;
  /** The findings that rest on it; none for a step of the response that no finding is about. */
  readonly findings: readonly string[];
}

/** An incident in the report. */
export interface IncidentReport extends Incident {
  /** The evidence of its findings and the steps of the response in time order; at most 200, `timelineTotal` is the true number. */
  readonly timeline: readonly TimelineEntry[];
  readonly timelineTotal: number;
}

/**
 * Whether a response held, at the end of the logs: `holds`: nothing succeeded since the last step; `partial`: sessions that no
 * step is about went on, or the steps stop some actions only; `not-held`: what it should have stopped went on; `reverted`: the
 * lineage took it off, or made itself a new key; `lifted`: others took all of it off; `too-early`: the logs end within a minute of
 * the last step.
 */
export type ContainmentState = 'holds' | 'partial' | 'not-held' | 'reverted' | 'lifted' | 'too-early';

export interface Containment {
  readonly state: ContainmentState;
  /** One or two sentences with the numbers. */
  readonly text: string;
  /** What was done, in time order; at most 20, `eventsTotal` is the true number. */
  readonly events: readonly {
    readonly eventID: string;
    readonly eventTime: string;
    readonly eventName: string;
    /** What was contained: `access key AKIA… of user alice set inactive`. */
    readonly what: string;
  }[];
  readonly eventsTotal: number;
  /** The first call that succeeded in spite of it, a minute after or later. */
  readonly firstSuccess?: {
    readonly eventID: string;
    readonly eventTime: string;
    readonly eventName: string;
    /** Session id. */
    readonly session: string;
  };
  /** Calls that succeeded in spite of it, and those that were refused. */
  readonly successes: number;
  readonly refused: number;
  readonly lastSuccessTime?: string;
}

/** What became of the findings of a saved analysis. */
export interface Comparison {
  /** What the saved analysis had read. */
  readonly against: {
    readonly events: number;
    readonly firstEventTime: string | null;
    readonly lastEventTime: string | null;
  };
  /** Finding ids. */
  readonly new: readonly string[];
  readonly gone: readonly {
    readonly id: string;
    readonly rule: string;
    readonly severity: Severity;
    readonly title: string;
  }[];
  /** What is different, in words: `severity medium, now high`. */
  readonly changed: readonly { readonly id: string; readonly changes: readonly string[] }[];
  readonly unchanged: number;
}

export interface AnalysisReport {
  readonly schemaVersion: 1;
  readonly coverage: Coverage;
  readonly sessions: readonly SessionSummary[];
  readonly findings: readonly Finding[];
  readonly incidents: readonly IncidentReport[];
  /** Only where a saved analysis was given to compare with. */
  readonly comparison?: Comparison;
}
