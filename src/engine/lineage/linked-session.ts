/**
 * A session once it is linked: what is told of it whatever else is in a model, and the session of a model.
 *
 * Guarantee: facts are a function of the session's own cell; a session of a model never changes after the model was made.
 */
import type { Caller } from '../cloudtrail/caller';
import { splitPrincipalId } from '../cloudtrail/record';
import { compareText, lastSegment } from '../cloudtrail/text';
import { classesOf } from './classes';
import { explainLink, type Told } from './explain-link';
import { kindOf, type KindVerdict } from './kind';
import type { EventTable, LinkConfidence, LinkExplanation, Session } from './model';
import { earlyToleranceMs, lateToleranceMs, sessionNameOf } from './session-draft';
import { timeAt } from './table';
import type { SessionDraft, SessionFacts } from './drafts';

export function factsOf(table: EventTable, draft: SessionDraft): SessionFacts {
  const { caller, link, rows } = draft;
  const verdict = kindOf(table, draft);
  const issuance = link?.issuances[0];
  const roleSession =
    caller === undefined || caller.type === 'AWSAccount'
      ? issuance !== undefined && issuance.roleArn !== ''
      : caller.type === 'AssumedRole' || caller.type === 'Role';
  const roleArn = roleSession ? caller?.issuer?.arn || issuance?.roleArn || '' : '';
  const arn = caller?.arn || issuance?.arn || '';
  const told = caller === undefined ? splitPrincipalId(draft.principalId).name : sessionNameOf(caller);
  const name = told || caller?.userName || lastSegment(arn) || draft.principalId;
  const first = rows[0];
  const last = rows[rows.length - 1];
  const confidence = link?.confidence ?? confidenceWithoutIssuance(draft, verdict);
  const longTerm = verdict.kind === 'long-term-key';
  return {
    kind: verdict.kind,
    arn,
    name: longTerm || verdict.kind === 'console' ? caller?.userName || name : name,
    roleArn,
    identityArn: roleArn || caller?.issuer?.arn || arn,
    instanceId: verdict.kind === 'ec2-instance' || verdict.kind === 'ssm-hybrid' ? name : '',
    keys: keysOf(draft, longTerm),
    expiresAt: longTerm ? undefined : lastExpiration(draft),
    sourceIdentity: caller?.sourceIdentity ?? '',
    link: confidence,
    via: issuance?.kind,
    originUnseen: confidence === 'ambiguous' || (issuance === undefined && !verdict.originKnown),
    timeInconsistent: isTimeInconsistent(table, draft),
    firstEventTime: first === undefined ? undefined : timeAt(table, first),
    lastEventTime: last === undefined ? undefined : timeAt(table, last),
    denied: deniedAmong(table, rows),
  };
}

/** Keys that it used and keys that it was given. A long-term key is one. */
function keysOf({ keys, link }: SessionDraft, longTerm: boolean): readonly string[] {
  if (longTerm || link === undefined) {
    return keys.length > 1 ? [...keys].sort(compareText) : keys;
  }
  const [only] = link.issuances;
  if (only !== undefined && link.issuances.length === 1 && keys.length <= 1) {
    const { issuedKey } = only;
    const [used] = keys;
    return issuedKey === '' || issuedKey === used
      ? keys
      : used === undefined
        ? [issuedKey]
        : used < issuedKey
          ? [used, issuedKey]
          : [issuedKey, used];
  }
  const all = new Set(keys);
  for (const { issuedKey } of link.issuances) {
    if (issuedKey !== '') {
      all.add(issuedKey);
    }
  }
  return [...all].sort(compareText);
}

function lastExpiration({ link }: SessionDraft): number | undefined {
  let last: number | undefined;
  for (const { expiration } of link?.issuances ?? []) {
    if (expiration !== undefined) {
      last = Math.max(last ?? -Infinity, expiration);
    }
  }
  return last;
}

function confidenceWithoutIssuance(draft: SessionDraft, verdict: KindVerdict): LinkConfidence {
  const undated = draft.creationDate === undefined && (verdict.kind === 'root' || verdict.kind === 'unknown');
  return undated || verdict.kind === 'long-term-key' || verdict.kind === 'external-account' ? 'none' : 'inferred';
}

function deniedAmong(table: EventTable, rows: Uint32Array): number {
  const classes = classesOf(table);
  const { errorCode } = table;
  let denied = 0;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0;
    if (errorCode[row] !== 0 && classes.isDenied(table, row)) {
      denied++;
    }
  }
  return denied;
}

/** A use earlier than 5 s before the issuance, or later than 60 s after the expiration, of every issued key. */
function isTimeInconsistent(table: EventTable, draft: SessionDraft): boolean {
  const { link } = draft;
  if (link === undefined || (link.confidence !== 'exact' && link.confidence !== 'twin') || draft.rows.length === 0) {
    return false;
  }
  const issued = link.issuances.reduce((first, { time }) => Math.min(first, time), Infinity);
  const expirations = link.issuances.map((issuance) => issuance.expiration).filter((time) => time !== undefined);
  const expires = link.issuances.some((issuance) => issuance.kind === 'created-key')
    ? Infinity
    : expirations.length === 0
      ? Infinity
      : expirations.reduce((last, time) => Math.max(last, time), -Infinity);
  const first = timeAt(table, draft.rows[0] ?? 0);
  const last = timeAt(table, draft.rows[draft.rows.length - 1] ?? 0);
  return first < issued - earlyToleranceMs || last > expires + lateToleranceMs;
}

/** Positions of a session's relatives in a model. */
export interface Place {
  readonly index: number;
  readonly parent: number | undefined;
  readonly issuances: readonly number[];
  readonly candidates: readonly number[];
  /** Rows of its calls in the model's table. */
  readonly rows: Uint32Array;
}

const none: readonly number[] = [];

/** Written to only while its model is being made. */
export class LinkedSession implements Session, SessionFacts {
  readonly index: number;
  readonly id: string;
  readonly kind: Session['kind'];
  readonly accountId: string;
  readonly principalId: string;
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly identityArn: string;
  readonly instanceId: string;
  readonly keys: readonly string[];
  readonly creationDate: number | undefined;
  readonly expiresAt: number | undefined;
  readonly sourceIdentity: string;
  readonly issuances: readonly number[];
  parent: number | undefined;
  readonly link: LinkConfidence;
  readonly via: Session['via'];
  readonly candidates: readonly number[];
  children: readonly number[] = none;
  depth = 0;
  depthIsMinimum: boolean;
  root: number;
  readonly timeInconsistent: boolean;
  readonly rows: Uint32Array;
  readonly firstEventTime: number | undefined;
  readonly lastEventTime: number | undefined;
  readonly denied: number;

  readonly #caller: Caller | undefined;
  readonly #told: Told;
  readonly #originUnseen: boolean;

  constructor(draft: SessionDraft, facts: SessionFacts, place: Place, told: Told) {
    this.index = place.index;
    this.id = draft.id;
    this.kind = facts.kind;
    this.accountId = draft.accountId;
    this.principalId = draft.principalId;
    this.arn = facts.arn;
    this.name = facts.name;
    this.roleArn = facts.roleArn;
    this.identityArn = facts.identityArn;
    this.instanceId = facts.instanceId;
    this.keys = facts.keys;
    this.creationDate = draft.creationDate;
    this.expiresAt = facts.expiresAt;
    this.sourceIdentity = facts.sourceIdentity;
    this.issuances = place.issuances;
    this.parent = place.parent;
    this.link = facts.link;
    this.via = facts.via;
    this.candidates = place.candidates;
    this.depthIsMinimum = facts.originUnseen;
    this.root = place.index;
    this.timeInconsistent = facts.timeInconsistent;
    this.rows = place.rows;
    this.firstEventTime = facts.firstEventTime;
    this.lastEventTime = facts.lastEventTime;
    this.denied = facts.denied;
    this.#caller = draft.caller;
    this.#told = told;
    this.#originUnseen = facts.originUnseen;
  }

  get originUnseen(): boolean {
    return this.#originUnseen;
  }

  /** Told when it is asked for: few sessions are looked at so closely. */
  get explanation(): LinkExplanation {
    return explainLink(this, this.#caller, this.#told);
  }
}
