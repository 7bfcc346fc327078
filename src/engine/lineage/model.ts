/**
 * The linked model: every event once, in instant order, and the sessions, issuances and links between them.
 *
 * Guarantee: the same events give the same model, whatever files they came in and in whatever order.
 * `Session.index`, `Issuance.index` and rows are positions in this model, never identities: use `Session.id`.
 */
import type { Caller } from '../cloudtrail/caller';
import type { Action, FileResult, JsonObject } from '../cloudtrail/columns';

/** Indexes into a dictionary, as narrow as it lets them be. */
export type Indexes = Uint16Array | Uint32Array;

/**
 * The events of all files: duplicates dropped, sorted by (time, event id), with the file and the session of each row.
 * What a column holds is told at `FileColumns`.
 */
export interface EventTable {
  readonly count: number;
  readonly time: Float64Array;
  readonly start: Uint32Array | Float64Array;
  readonly length: Uint32Array;
  readonly eventId: Uint32Array;
  readonly requestId: Uint32Array;
  readonly caller: Uint32Array;
  readonly action: Indexes;
  readonly sourceAddress: Indexes;
  readonly userAgent: Indexes;
  readonly errorCode: Indexes;
  readonly region: Indexes;
  readonly recipientAccount: Indexes;
  readonly vpcEndpoint: Indexes;
  readonly flags: Uint16Array;
  /** The dictionaries may hold values that no row has. */
  readonly callers: readonly Caller[];
  readonly actions: readonly Action[];
  /** The first is the empty string: what a record does not have. */
  readonly strings: readonly string[];
  readonly textIds: ReadonlyMap<number, string>;
  readonly replacing: ReadonlyMap<number, string>;
  readonly notable: ReadonlyMap<number, JsonObject>;
  /** Index into `LineageModel.files`. */
  readonly file: Indexes;
  /** Index into `LineageModel.sessions`, or -1 where no session acted (services, service events). */
  readonly session: Int32Array;
}

export type SessionKind =
  | 'long-term-key' // AKIA of an IAM user
  | 'root' // root user, any credential
  | 'role' // a role assumed by a principal
  | 'ec2-instance'
  | 'ssm-hybrid' // mi-… managed node
  | 'lambda'
  | 'ecs-task'
  | 'eks-pod' // IRSA or Pod Identity
  | 'workload' // CodeBuild, Glue, SageMaker, App Runner, …
  | 'web-identity' // OIDC other than a pod, e.g. GitHub Actions
  | 'saml'
  | 'sso' // IAM Identity Center (AWSReservedSSO_)
  | 'roles-anywhere'
  | 'cognito'
  | 'console' // console sign-in of an IAM user or role
  | 'session-token' // GetSessionToken
  | 'federated-user' // GetFederationToken
  | 'assume-root'
  | 'service-linked' // service-linked role work
  | 'service' // role handed to an AWS service
  | 'external-account' // seen only as AWSAccount, from the role's side
  | 'unknown';

/**
 * How surely the origin of a session is known. A session may be linked to the record that issued it and still have no
 * parent: a delivery by a service, a sign-in and a first federated login start a lineage.
 */
export type LinkConfidence =
  | 'exact' // the issued key is the used key
  | 'twin' // the same, the issuing call seen from two accounts
  | 'session' // same role session and creation time
  | 'console' // same principal, created at the sign-in
  | 'inferred' // origin outside the logs, only the issuer's identity is known; or joined by names that others could share
  | 'ambiguous' // several possible parents, listed in `candidates`
  | 'none'; // nothing issued it: a long-term key whose creation is not in the logs

export type IssuanceKind =
  | 'assume-role'
  | 'assume-role-saml'
  | 'assume-role-web-identity'
  | 'assume-root'
  | 'service-delivery' // AWSService caller, incl. EC2, Lambda, ECS, service-linked
  | 'roles-anywhere'
  | 'cognito'
  | 'session-token'
  | 'federation-token'
  | 'console-login'
  | 'cli-login' // `aws login`: CreateOAuth2Token
  | 'switch-role'
  | 'created-key';

/** One successful record (or pair of twin records) that handed out a credential. */
export interface Issuance {
  readonly index: number;
  readonly kind: IssuanceKind;
  /** The record, and its twin as seen from the other account. */
  readonly row: number;
  readonly twinRows: readonly number[];
  readonly time: number;
  /** '' when masked or not part of the answer. */
  readonly issuedKey: string;
  /** Role identity (`arn:…:role/path/name`); '' for keys and tokens of users. */
  readonly roleArn: string;
  readonly sessionName: string;
  /** `AROA…:name`; '' when the answer has none (EC2, Lambda). */
  readonly assumedRoleId: string;
  readonly expiration: number | undefined;
  /** DNS name of the service a delivery was made to, e.g. `ec2.amazonaws.com`; '' otherwise. */
  readonly service: string;
  /** The call that asked a service for this delivery (EKS Pod Identity), or whose token was given (GetWebIdentityToken). */
  readonly requestRow: number | undefined;
  /** Session that made the call. */
  readonly callerSession: number | undefined;
  /** Session that received it. */
  readonly childSession: number | undefined;
  /** True when it counts as an assumption (a hop) for depth. */
  readonly counted: boolean;
}

/** Failed AssumeRole* calls of one caller to one role, merged (IAM propagation retries are one group). */
export interface Attempt {
  readonly callerSession: number | undefined;
  readonly roleArn: string;
  readonly rows: readonly number[];
  /** True when the same caller succeeded for the same role within 60 s. */
  readonly succeeded: boolean;
}

/** The record that issued and the first record that used, and the rule that joined them. */
export interface LinkExplanation {
  readonly rule: 'issued-key' | 'twin' | 'role-session' | 'console' | 'created-key' | 'issuer-only' | 'root';
  readonly issueRow: number | undefined;
  readonly useRow: number | undefined;
  /** The call that asked for what was issued, where AWS logs it apart: `Issuance.requestRow`. */
  readonly requestRow?: number;
  /** For people. */
  readonly text: string;
}

export interface Session {
  readonly index: number;
  /** `account|principalId|creationDate` (ISO, seconds), or `account|principalId|accessKeyId` for a long-term key. Stable between runs. */
  readonly id: string;
  readonly kind: SessionKind;
  /** Account the identity belongs to. */
  readonly accountId: string;
  readonly principalId: string;
  readonly arn: string;
  /** Session name, user name, instance id … */
  readonly name: string;
  /** Role identity of a role session (sessionIssuer.arn or the requested role ARN); '' otherwise. */
  readonly roleArn: string;
  /** ARN of the durable identity behind: role, user, root. Equal to `roleArn` for role sessions. */
  readonly identityArn: string;
  /** `i-…` / `mi-…` for instance sessions; '' otherwise. */
  readonly instanceId: string;
  readonly keys: readonly string[];
  readonly creationDate: number | undefined;
  readonly expiresAt: number | undefined;
  readonly sourceIdentity: string;
  /** Indexes into `issuances` that gave this session its keys (EC2: two). */
  readonly issuances: readonly number[];
  readonly parent: number | undefined;
  readonly link: LinkConfidence;
  /** Kind of the issuance that made it; undefined where none is in the logs. */
  readonly via: IssuanceKind | undefined;
  readonly explanation: LinkExplanation;
  /** Possible parents when the link is ambiguous. */
  readonly candidates: readonly number[];
  readonly children: readonly number[];
  /** Assumptions by a principal from the lineage root to here. */
  readonly depth: number;
  /** True when the origin is outside the logs: print `≥ depth`. */
  readonly depthIsMinimum: boolean;
  /** Root of the lineage, across created keys too. */
  readonly root: number;
  /** A use lies outside the validity of its credential. */
  readonly timeInconsistent: boolean;
  /** Rows of its events in time order. */
  readonly rows: Uint32Array;
  readonly firstEventTime: number | undefined;
  readonly lastEventTime: number | undefined;
  readonly denied: number;
}

export interface ModelFile {
  readonly result: Omit<FileResult, 'columns'>;
  readonly events: number;
  readonly duplicates: number;
  readonly firstEventTime: number | undefined;
  readonly lastEventTime: number | undefined;
}

/** What CloudTrail alone says of an EC2 instance. Every fact names the row it was read from. */
export interface InstanceContext {
  /** `account|instanceId`. */
  readonly key: string;
  readonly accountId: string;
  readonly instanceId: string;
  readonly region: string;
  readonly roleArn: string;
  readonly instanceProfileArn: string;
  readonly launch: { readonly row: number; readonly time: number; readonly by: string } | undefined;
  readonly imageId: string;
  readonly vpcId: string;
  readonly subnetId: string;
  /** `optional` | `required` at launch or as last modified; '' unknown. */
  readonly httpTokens: string;
  /** Known addresses with the record that tells them. */
  readonly addresses: readonly InstanceAddress[];
  /** StopInstances / StartInstances / TerminateInstances, in time order. */
  readonly lifecycle: readonly {
    readonly row: number;
    readonly time: number;
    readonly event: 'stop' | 'start' | 'terminate';
  }[];
  /** Last SSM commands and sessions aimed at it. */
  readonly ssmRows: readonly number[];
  /** All its sessions. */
  readonly sessions: readonly number[];
}

export interface InstanceAddress {
  /** Canonical literal. */
  readonly address: string;
  readonly scope: 'private' | 'public' | 'ipv6';
  /** RunInstances, AssociateAddress, agent heartbeat, … */
  readonly source: 'launch' | 'network-interface' | 'elastic-ip' | 'start' | 'agent';
  readonly row: number;
  readonly time: number;
}

export interface ModelNote {
  /** Stable id, e.g. `ambiguous-parents`, `masked-keys`, `key-issued-twice`. */
  readonly id: string;
  readonly message: string;
}

export interface LineageModel {
  readonly files: readonly ModelFile[];
  readonly events: EventTable;
  readonly sessions: readonly Session[];
  readonly issuances: readonly Issuance[];
  readonly attempts: readonly Attempt[];
  /** By `account|instanceId`. */
  readonly instances: ReadonlyMap<string, InstanceContext>;
  /** Session that used or received a key. */
  readonly sessionByKey: ReadonlyMap<string, number>;
  readonly sessionById: ReadonlyMap<string, number>;
  readonly notes: readonly ModelNote[];
}
