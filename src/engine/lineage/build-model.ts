/**
 * Files' events into the linked model: merge, find sessions and issuances, link them, count hops.
 *
 * Guarantee: a function of the set of events and the settings; files may come in any order and any partition.
 */
import type { CaseSettings } from '../case-settings';
import type { FileResult } from '../cloudtrail/columns';
import { compareText, lastSegment } from '../cloudtrail/text';
import { formatInstant } from '../cloudtrail/time';
import { splitPrincipalId } from '../cloudtrail/record';
import { collectAttempts } from './attempts';
import { countHops } from './depth';
import { collectInstances } from './instances';
import { extractIssuances, type IssuanceDraft } from './issuances';
import { kindOf, type KindVerdict } from './kind';
import { isTimeInconsistent, linkSessions, type DraftLink, type Links } from './link';
import { EventStore } from './event-store';
import type { EventTable, Issuance, LineageModel, LinkConfidence, LinkExplanation, ModelNote, Session } from './model';
import { draftSessions, type SessionDraft } from './session-drafts';
import { callerAt, succeeded, timeAt } from './table';

export function buildModel(files: readonly FileResult[], settings: CaseSettings): LineageModel {
  const store = new EventStore();
  files.forEach((file) => store.add(file));
  const { files: modelFiles, events, notes: eventNotes } = store.update();
  const extracted = extractIssuances(events);
  const drafted = draftSessions(events, extracted.drafts);
  const linked = linkSessions(events, drafted, extracted.drafts);

  const ordered = [...drafted.drafts.values()].sort(
    (a, b) => startOf(events, a) - startOf(events, b) || compareText(a.id, b.id),
  );
  const indexOf = new Map(ordered.map((draft, index) => [draft, index]));
  const issuances = numberIssuances(events, extracted.drafts, linked, indexOf);
  const issuanceIndex = new Map(extracted.drafts.map((draft, index) => [draft, index]));
  for (const [row, draft] of drafted.draftOfRow) {
    events.session[row] = indexOf.get(draft) ?? -1;
  }

  const bare = ordered.map((draft, index) =>
    bareSession(events, draft, index, linked.links.get(draft), { indexOf, issuanceIndex }),
  );
  const notes: ModelNote[] = [...eventNotes, ...extracted.notes, ...linked.notes];
  const sessions = countHops(bare, issuances, settings.roleChain, notes);
  const model: LineageModel = {
    files: modelFiles,
    events,
    sessions,
    issuances,
    attempts: collectAttempts(events, issuances),
    instances: collectInstances(events, sessions),
    sessionByKey: indexKeys(sessions),
    sessionById: new Map(sessions.map((session) => [session.id, session.index])),
    notes: [...notes, ...originNotes(events, sessions)],
  };
  return model;
}

function startOf(table: EventTable, draft: SessionDraft): number {
  const first = draft.rows[0];
  return Math.min(draft.creationDate ?? Infinity, first === undefined ? Infinity : timeAt(table, first));
}

function numberIssuances(
  table: EventTable,
  drafts: readonly IssuanceDraft[],
  linked: Links,
  indexOf: ReadonlyMap<SessionDraft, number>,
): Issuance[] {
  return drafts.map((draft, index) => {
    const caller = linked.callerOf.get(draft);
    const child = linked.childOf.get(draft);
    return {
      index,
      kind: draft.kind,
      row: draft.row,
      twinRows: draft.twinRows,
      time: draft.time,
      issuedKey: draft.issuedKey,
      roleArn: draft.roleArn,
      sessionName: draft.sessionName,
      assumedRoleId: draft.assumedRoleId,
      expiration: draft.expiration,
      service: draft.service,
      callerSession: caller === undefined ? undefined : indexOf.get(caller),
      childSession: child === undefined ? undefined : indexOf.get(child),
      counted: isHop(table, draft, caller !== undefined),
    };
  });
}

/** An assumption made by a principal. Deliveries, sign-ins, first federated logins, tokens and created keys are none. */
function isHop(table: EventTable, draft: IssuanceDraft, hasCaller: boolean): boolean {
  switch (draft.kind) {
    case 'assume-role':
    case 'assume-root':
    case 'switch-role':
      return true;
    case 'assume-role-saml':
    case 'assume-role-web-identity':
    case 'roles-anywhere':
      return hasCaller && callerAt(table, draft.row).type === 'AssumedRole';
    default:
      return false;
  }
}

interface Indexes {
  readonly indexOf: ReadonlyMap<SessionDraft, number>;
  readonly issuanceIndex: ReadonlyMap<IssuanceDraft, number>;
}

/** The session before hops are counted: depth, root and children are filled in by `countHops`. */
function bareSession(
  table: EventTable,
  draft: SessionDraft,
  index: number,
  link: DraftLink | undefined,
  indexes: Indexes,
): Session {
  const caller = draft.callers[0];
  const issuance = link?.issuances[0];
  const verdict = kindOf(table, draft, link);
  const roleSession =
    caller === undefined ? issuance?.roleArn !== '' : caller.type === 'AssumedRole' || caller.type === 'Role';
  const roleArn = roleSession ? caller?.issuer?.arn || issuance?.roleArn || '' : '';
  const arn = caller?.arn || issuance?.arn || '';
  const name = splitPrincipalId(draft.principalId).name || caller?.userName || lastSegment(arn) || draft.principalId;
  const expirations = (link?.issuances ?? []).map(({ expiration }) => expiration).filter((time) => time !== undefined);
  const first = draft.rows[0];
  const last = draft.rows[draft.rows.length - 1];
  const confidence = link?.confidence ?? confidenceWithoutIssuance(draft, verdict);
  const longTerm = verdict.kind === 'long-term-key';
  return {
    index,
    id: draft.id,
    kind: verdict.kind,
    accountId: draft.accountId,
    principalId: draft.principalId,
    arn,
    name: longTerm || verdict.kind === 'console' ? caller?.userName || name : name,
    roleArn,
    identityArn: roleArn || caller?.issuer?.arn || arn,
    instanceId: verdict.kind === 'ec2-instance' || verdict.kind === 'ssm-hybrid' ? name : '',
    keys: [...new Set([...draft.keys, ...(longTerm ? [] : issuedKeys(link))])].sort(),
    creationDate: draft.creationDate,
    expiresAt:
      longTerm || expirations.length === 0
        ? undefined
        : expirations.reduce((last, time) => Math.max(last, time), -Infinity),
    sourceIdentity: caller?.sourceIdentity ?? '',
    issuances: (link?.issuances ?? []).map((each) => indexes.issuanceIndex.get(each) ?? -1).filter((at) => at >= 0),
    parent: link?.parent === undefined ? undefined : indexes.indexOf.get(link.parent),
    link: confidence,
    via: issuance?.kind,
    explanation: explain(draft, link, confidence, verdict),
    candidates: (link?.candidates ?? []).map((each) => indexes.indexOf.get(each) ?? -1).filter((at) => at >= 0),
    children: [],
    depth: 0,
    depthIsMinimum: confidence === 'ambiguous' || (issuance === undefined && !verdict.originKnown),
    root: index,
    timeInconsistent: isTimeInconsistent(table, draft, link),
    rows: Uint32Array.from(draft.rows),
    firstEventTime: first === undefined ? undefined : timeAt(table, first),
    lastEventTime: last === undefined ? undefined : timeAt(table, last),
    denied: draft.rows.reduce((sum, row) => sum + (succeeded(table, row) ? 0 : 1), 0),
  };
}

function issuedKeys(link: DraftLink | undefined): string[] {
  return (link?.issuances ?? []).map(({ issuedKey }) => issuedKey).filter((key) => key !== '');
}

function confidenceWithoutIssuance(draft: SessionDraft, verdict: KindVerdict): LinkConfidence {
  const startsHere =
    verdict.kind === 'long-term-key' || verdict.kind === 'external-account' || draft.creationDate === undefined;
  return startsHere ? 'none' : 'inferred';
}

function explain(
  draft: SessionDraft,
  link: DraftLink | undefined,
  confidence: LinkConfidence,
  verdict: KindVerdict,
): LinkExplanation {
  const issuance = link?.issuances[0];
  const useRow = draft.rows.find((row) => row !== issuance?.row);
  if (link === undefined || issuance === undefined) {
    const issuer = draft.callers[0]?.issuer?.arn ?? '';
    return confidence === 'inferred'
      ? {
          rule: 'issuer-only',
          issueRow: undefined,
          useRow,
          text: `The record that issued this session is not in these logs; only its issuer is known: ${issuer || draft.principalId} (${verdict.kind}).`,
        }
      : {
          rule: 'root',
          issueRow: undefined,
          useRow,
          text: 'Nothing in these logs issued this credential: the lineage starts here.',
        };
  }
  const at = formatInstant(issuance.time);
  const issueRow = issuance.row;
  if (confidence === 'ambiguous') {
    const count = String(link.candidates.length);
    return {
      rule: 'role-session',
      issueRow,
      useRow,
      text: `${count} callers issued a session of this name within two seconds of ${at}: ambiguous, none is chosen.`,
    };
  }
  if (issuance.kind === 'created-key') {
    return {
      rule: 'created-key',
      issueRow,
      useRow,
      text: `The access key ${issuance.issuedKey} was created at ${at} and is used here.`,
    };
  }
  if (link.exact) {
    const seen = confidence === 'twin' ? ', in a call logged in both accounts' : '';
    return {
      rule: confidence === 'twin' ? 'twin' : 'issued-key',
      issueRow,
      useRow,
      text: `The key used here is the key issued at ${at}${seen}.`,
    };
  }
  if (confidence === 'console') {
    return { rule: 'console', issueRow, useRow, text: `Same principal, created at the sign-in of ${at}.` };
  }
  const used =
    draft.rows.length === 0
      ? 'Issued here and not used in these logs'
      : 'Same role session, created when it was issued';
  return { rule: 'role-session', issueRow, useRow, text: `${used}: ${at}.` };
}

function indexKeys(sessions: readonly Session[]): Map<string, number> {
  const index = new Map<string, number>();
  for (const session of sessions) {
    for (const key of session.keys) {
      // A key that acted tells more than one that was only handed out.
      const known = index.get(key);
      if (known === undefined || (sessions[known]?.rows.length === 0 && session.rows.length > 0)) {
        index.set(key, session.index);
      }
    }
  }
  return index;
}

function originNotes(table: EventTable, sessions: readonly Session[]): ModelNote[] {
  const notes: ModelNote[] = [];
  const unseen = new Map<string, number>();
  for (const session of sessions) {
    if (session.link === 'inferred') {
      unseen.set(session.kind, (unseen.get(session.kind) ?? 0) + 1);
    }
  }
  if (unseen.size > 0) {
    const kinds = [...unseen.entries()]
      .sort(([a], [b]) => compareText(a, b))
      .map(([kind, count]) => `${String(count)} ${kind}`);
    const minimum = sessions.filter((session) => session.link === 'inferred' && session.depthIsMinimum).length;
    const depth =
      minimum === 0
        ? ''
        : ` Whoever assumed ${String(minimum)} of them is unknown: depths counted from there are a minimum.`;
    notes.push({
      id: 'unseen-origins',
      message: `Sessions whose issuing record is not in these logs: ${kinds.join(', ')}.${depth}`,
    });
  }
  const masked = table.callers.reduce((sum, caller) => sum + (caller.keyMasked ? 1 : 0), 0);
  if (masked > 0) {
    notes.push({
      id: 'masked-keys',
      message: `${String(masked)} caller${masked === 1 ? ' has a' : 's have'} masked access key id${masked === 1 ? '' : 's'}: linked by session where possible.`,
    });
  }
  const inconsistent = sessions.filter((session) => session.timeInconsistent).length;
  if (inconsistent > 0) {
    notes.push({
      id: 'time-inconsistent',
      message: `${String(inconsistent)} session${inconsistent === 1 ? ' was' : 's were'} used outside the validity of the credential: clocks differ, or the logs were edited.`,
    });
  }
  return notes;
}
