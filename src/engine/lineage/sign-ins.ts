/**
 * Who stood behind a sign-in: the session that switched role, or whose temporary credentials were made into a console
 * session through the federation endpoint.
 *
 * Guarantee: searched by time in the sessions of the sign-in's cell, built at the first question.
 */
import { stringAt } from '../cloudtrail/record';
import { compareText } from '../cloudtrail/text';
import type { Actors } from './actors';
import { ActionClass, classesOf } from './classes';
import { firstFrom } from './in-order';
import type { EventTable } from './model';
import { creationToleranceMs } from './grants';
import type { DraftsById } from './drafts-by-id';
import { callerAt, succeeded, timeAt } from './table';
import type { IssuanceDraft, SessionDraft } from './drafts';

/** A sign-in token lives so long, ms. Source: IAM User Guide, "Enable custom identity broker access to the AWS console". */
const signinTokenLifeMs = 15 * 60_000;

export class SignIns {
  private byArn: ReadonlyMap<string, readonly SessionDraft[]> | undefined;
  /** Rows of successful calls that a sign-in may follow, by principal, in order. */
  private tokens: ReadonlyMap<string, readonly number[]> | undefined;

  constructor(
    private readonly table: EventTable,
    private readonly drafts: DraftsById,
    private readonly actors: Actors,
  ) {}

  behindLogin(issuance: IssuanceDraft): SessionDraft | undefined {
    const draft = this.actors.at(issuance.row);
    if (Math.abs((draft?.creationDate ?? issuance.time) - issuance.time) > creationToleranceMs) {
      // The sign-in was recorded with the credentials that it was made with.
      return draft;
    }
    const { type, principalId } = callerAt(this.table, issuance.row);
    if (
      principalId === '' ||
      (issuance.kind === 'console-login' && type !== 'AssumedRole' && type !== 'FederatedUser')
    ) {
      return undefined;
    }
    this.tokens ??= this.tokenCalls();
    const rows = this.tokens.get(`${String(issuance.cell)} ${principalId}`) ?? [];
    const row = rows[firstFrom(rows, issuance.time + 1, (each) => timeAt(this.table, each)) - 1];
    return row === undefined || timeAt(this.table, row) < issuance.time - signinTokenLifeMs
      ? undefined
      : this.actors.at(row);
  }

  /** The session that the record names, of those created before the switch the last. */
  behindSwitch(issuance: IssuanceDraft): SessionDraft | undefined {
    const from = switchedFrom(this.table, issuance.row);
    if (from === '') {
      return undefined;
    }
    this.byArn ??= sessionsByArn(this.drafts);
    const known = this.byArn.get(from) ?? [];
    return known[firstCreated(known, issuance.time + 1) - 1];
  }

  private tokenCalls(): ReadonlyMap<string, readonly number[]> {
    const { table } = this;
    const classes = classesOf(table).ofActions(table.actions);
    const calls = new Map<string, number[]>();
    for (let row = 0; row < table.count; row++) {
      const isToken = ((classes[table.action[row] ?? 0] ?? 0) & ActionClass.signInToken) !== 0;
      const draft = isToken && succeeded(table, row) ? this.actors.at(row) : undefined;
      if (draft !== undefined) {
        const inCell = `${String(draft.cell)} ${callerAt(table, row).principalId}`;
        const rows = calls.get(inCell) ?? [];
        calls.set(inCell, rows);
        rows.push(row);
      }
    }
    return calls;
  }
}

/** ARN of whoever switched role; '' when the record does not tell. */
export function switchedFrom(table: EventTable, row: number): string {
  const record = table.notable.get(row);
  return record === undefined ? '' : stringAt(record, 'additionalEventData', 'SwitchFrom');
}

/** Sessions with a creation time by the ARN that they act with, in the order of that time. */
function sessionsByArn(drafts: DraftsById): ReadonlyMap<string, readonly SessionDraft[]> {
  const byArn = new Map<string, SessionDraft[]>();
  for (const draft of drafts.values()) {
    const arn = draft.caller?.arn ?? '';
    if (arn !== '' && draft.creationDate !== undefined) {
      const list = byArn.get(arn) ?? [];
      byArn.set(arn, list);
      list.push(draft);
    }
  }
  for (const list of byArn.values()) {
    list.sort(byCreation);
  }
  return byArn;
}

export function byCreation(a: SessionDraft, b: SessionDraft): number {
  return (a.creationDate ?? 0) - (b.creationDate ?? 0) || compareText(a.id, b.id);
}

/** Position of the first draft created at or after `time`; the list is in the order of creation. */
export function firstCreated(list: readonly SessionDraft[], time: number): number {
  return firstFrom(list, time, ({ creationDate }) => creationDate ?? 0);
}
