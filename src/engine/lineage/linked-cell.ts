/**
 * One cell, linked: its sessions, what each came from, and what only its own events tell.
 *
 * Guarantee: rows move with the table; nothing else in it changes afterwards.
 */
import type { JsonObject } from '../cloudtrail/columns';
import { isDenied } from '../cloudtrail/outcome';
import type { CellMembers } from './cells';
import type { IssuanceDraft, MergedIssuances } from './issuances';
import { kindOf, type KindVerdict } from './kind';
import { isTimeInconsistent, linkSessions, type DraftLink, type Links } from './link';
import type { EventTable } from './model';
import type { SessionDraft } from './session-draft';
import type { SessionDrafts } from './session-drafts';
import { textAt } from './table';

export interface LinkedSession {
  readonly draft: SessionDraft;
  readonly link: DraftLink | undefined;
  readonly verdict: KindVerdict;
  readonly timeInconsistent: boolean;
  readonly denied: number;
}

export interface LinkedCell {
  readonly callers: readonly number[];
  /** Records that handed something out. */
  readonly records: readonly JsonObject[];
  readonly merged: MergedIssuances;
  readonly sessions: readonly LinkedSession[];
  readonly links: Links;
}

export function linkCell(
  table: EventTable,
  members: CellMembers,
  merged: MergedIssuances,
  drafted: SessionDrafts,
  issuerOf: (issuance: IssuanceDraft) => SessionDraft | undefined,
): LinkedCell {
  const links = linkSessions(table, drafted, merged.drafts, issuerOf);
  return {
    callers: members.callers,
    records: members.issuances.map(({ row }) => table.notable.get(row)).filter((record) => record !== undefined),
    merged,
    sessions: [...drafted.drafts.values()].map((draft) => {
      const link = links.links.get(draft);
      return {
        draft,
        link,
        verdict: kindOf(table, draft, link),
        timeInconsistent: isTimeInconsistent(table, draft, link),
        denied: draft.rows.reduce((sum, row) => sum + (isDenied(textAt(table, 'errorCode', row)) ? 1 : 0), 0),
      };
    }),
    links,
  };
}
