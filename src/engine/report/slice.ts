/**
 * The part of the lineage the panel draws: the ancestry of what was asked for, its descendants, and the objects they made.
 *
 * Guarantee: at most `maxNodes` nodes; what is left out is counted on the node it hangs from. All texts are plain text.
 */
import type { ContextFact, Severity } from '../contract';
import type { LinkConfidence, SessionKind } from '../lineage/model';

/** The colour a node has, and its word: the colour is never the only sign. */
export type Tone =
  | 'root' // where the lineage starts
  | 'ok' // depth 0 or 1
  | 'orange' // second assumption: possibly anomalous
  | 'red' // third and later: most likely anomalous
  | 'object'; // a user, key or other object left behind

export interface SliceAction {
  readonly eventSource: string;
  readonly eventName: string;
  readonly count: number;
  /** Refused for lack of permission. */
  readonly denied: number;
  /** Failed for another reason; absent where none did. */
  readonly failed?: number;
  /** `read`, `persistence`, `privilege`, `identity`, … */
  readonly class: string;
}

export interface SliceEvidence {
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly reason: string;
}

/** The records that a link rests on, and the rule that joined them. */
export interface SliceOrigin {
  /** In words. */
  readonly rule: string;
  readonly confidence: LinkConfidence;
  /** One sentence on this very link. */
  readonly explanation: string;
  /** What issued the credential, as seen from every account, then its first use. */
  readonly evidence: readonly SliceEvidence[];
}

export interface SliceNode {
  /** Session id, or `object:<eventID>` for created objects. */
  readonly id: string;
  readonly type: 'session' | 'object';
  readonly kind: SessionKind | 'user' | 'access-key' | 'login-profile' | 'role' | 'policy' | 'other';
  readonly tone: Tone;
  /** `Possibly anomalous`, `Most likely anomalous`, … for screen readers and print. */
  readonly toneLabel: string;
  /** First line: who. */
  readonly title: string;
  /** Second line: which role or key. */
  readonly subtitle: string;
  readonly depth: number;
  /** `2` or `≥ 2`. */
  readonly depthText: string;
  readonly keys: readonly string[];
  readonly accountId: string;
  readonly firstEventTime: string | null;
  readonly lastEventTime: string | null;
  readonly events: number;
  readonly denied: number;
  readonly locations: readonly {
    readonly location: string;
    readonly class: string;
    readonly events: number;
    readonly suspicious: boolean;
    /** Whose network it is, where a database of the user knows. */
    readonly network?: string;
  }[];
  readonly userAgents: readonly string[];
  /** Most telling first: persistence, privilege, … then reads by count; at most 12. */
  readonly actions: readonly SliceAction[];
  readonly facts: readonly ContextFact[];
  readonly findings: readonly { readonly id: string; readonly title: string; readonly severity: Severity }[];
  readonly evidence: readonly SliceEvidence[];
  /** How a session got its credential; null for objects. */
  readonly origin: SliceOrigin | null;
  /** Children not in this slice. */
  readonly moreChildren: number;
  /** True for the session the panel was opened on. */
  readonly focus: boolean;
}

export interface SliceEdge extends SliceOrigin {
  readonly from: string;
  readonly to: string;
  readonly kind: 'assumed' | 'delivered' | 'signed-in' | 'federated' | 'token' | 'created' | 'used-key' | 'attempted';
  /** `AssumeRole · 02:41:09`. */
  readonly label: string;
}

export interface LineageSlice {
  readonly title: string;
  readonly incident: string | null;
  readonly finding: string | null;
  readonly nodes: readonly SliceNode[];
  readonly edges: readonly SliceEdge[];
  /** Sessions of this lineage that are not drawn. */
  readonly omitted: number;
}
