/**
 * What linking works on: sessions and issuances before they have their places in a model. They know each other.
 *
 * Guarantee: nothing here decides anything; whoever fills a field says so there.
 */
import type { Caller } from '../cloudtrail/caller';
import type { IssuanceKind, LinkConfidence, Session } from './model';

/** What a record hands out. Copies of the call fill in what it leaves out. */
export interface IssuanceDraft {
  readonly kind: IssuanceKind;
  /** The copy with the richer caller. */
  row: number;
  /** Of what was made of several records; written to there only. */
  readonly twinRows: number[];
  readonly time: number;
  issuedKey: string;
  roleArn: string;
  sessionName: string;
  assumedRoleId: string;
  expiration: number | undefined;
  readonly service: string;
  /** Account of the credential that was issued; '' when the record does not tell. */
  accountId: string;
  /** principalId that the issued credential will act with; '' when the record does not tell. */
  principalId: string;
  /** ARN that the issued credential will act with; '' when the record does not tell. */
  arn: string;
  /** Who the credential was issued to, as far as the record says: tells one issuance from another, never shown. */
  readonly recipient: string;
  readonly sharedEventId: string;
  readonly requestId: string;
  /** Names the GetWebIdentityToken call whose token was given; '' for tokens of others. */
  readonly webIdentityTokenId: string;
  /** True when the key was issued to several principals, and is none. */
  placeholder: boolean;
  /** Cluster of the pod that a role was delivered to; '' otherwise. */
  readonly podCluster: string;
  /** False where the record has lost its answer, in which the issued key stands. */
  readonly answered: boolean;

  /** Its cell; -1 before it has one. */
  cell: number;
  /** Place of its names; -1 before they were read. */
  names: number;
  /** True for what was made of several records: it moves apart from them. */
  readonly isOfSeveral: boolean;

  /** Its position in the model made last. */
  index: number;

  // What linking found:
  /** Session that made the call. */
  caller: SessionDraft | undefined;
  /** Session that received it. */
  child: SessionDraft | undefined;
  /** The key would have issued itself: the record issued nothing. */
  selfIssued: boolean;
  /** Keys that were issued to different principals, and are none; counted where one was first issued. */
  placeholders: number;
  /** Records that say again that its key was issued. */
  saidAgain: number;
}

/** What a session draft learned of its origin. */
export interface DraftLink {
  /** All issuances of this session; the first is the one the link rests on. */
  readonly issuances: readonly IssuanceDraft[];
  /** Issuance whose caller is the parent; `undefined` where nobody or several called. */
  readonly parentBy: IssuanceDraft | undefined;
  /** Issuances of which each has another caller, where several called. */
  readonly candidatesBy: readonly IssuanceDraft[];
  readonly confidence: LinkConfidence;
}

/** What of a session has nothing to do with its place in a model. */
export interface SessionFacts extends Pick<
  Session,
  | 'kind'
  | 'arn'
  | 'name'
  | 'roleArn'
  | 'identityArn'
  | 'instanceId'
  | 'keys'
  | 'expiresAt'
  | 'sourceIdentity'
  | 'link'
  | 'via'
  | 'timeInconsistent'
  | 'firstEventTime'
  | 'lastEventTime'
  | 'denied'
> {
  /** Its origin is outside the logs. */
  readonly originUnseen: boolean;
}

export class SessionDraft {
  /** Keys of its calls, each once. */
  keys: readonly string[] = none;
  /** Whoever made its first calls; `undefined` where it made none in these logs. */
  caller: Caller | undefined;
  /** Some call tells how EC2 delivered its credential. */
  delivered = false;
  /** In order. */
  rows: Uint32Array = noRows;
  /** Number among the drafts that `Actors` knows; in a model the index of the session. */
  index = -1;
  /** What it learned of its origin. */
  link: DraftLink | undefined;
  /** What is told of it whatever its place in a model; known once it is linked. */
  facts: SessionFacts | undefined;

  constructor(
    readonly id: string,
    /** It is linked to what is in its cell only. */
    readonly cell: number,
    readonly accountId: string,
    readonly principalId: string,
    readonly creationDate: number | undefined,
  ) {}

  /** A call of this caller is one of its own. */
  takes(caller: Caller): void {
    this.caller ??= caller;
    this.delivered ||= caller.ec2RoleDelivery !== undefined;
  }
}

const none: readonly string[] = [];
const noRows = new Uint32Array(0);
