/**
 * Linked cells into the model: everything numbered in the order of time, hops counted, what is not known noted.
 *
 * Guarantee: a function of the events and the settings, not of the order of cells.
 */
import type { CaseSettings } from '../case-settings';
import { compareText, lastSegment } from '../cloudtrail/text';
import { formatInstant } from '../cloudtrail/time';
import { splitPrincipalId } from '../cloudtrail/record';
import { collectAttempts } from './attempts';
import { countHops } from './depth';
import type { EventsUpdate } from './event-store';
import { collectInstances } from './instances';
import type { IssuanceDraft } from './issuances';
import { JoinedCalls } from './joined-calls';
import type { KindVerdict } from './kind';
import type { DraftLink } from './link';
import type { LinkedCell, LinkedSession } from './linked-cell';
import type { EventTable, Issuance, LineageModel, LinkConfidence, LinkExplanation, ModelNote, Session } from './model';
import { sessionNameOf, type SessionDraft } from './session-draft';
import { actionAt, callerAt, callersOf, timeAt } from './table';

export function assembleModel(
  { files, events, notes: eventNotes }: EventsUpdate,
  cells: readonly LinkedCell[],
  settings: CaseSettings,
): LineageModel {
  const linked = cells.flatMap(({ sessions }) => sessions);
  linked.sort((a, b) => startOf(events, a.draft) - startOf(events, b.draft) || compareText(a.draft.id, b.draft.id));
  const indexes: Indexes = {
    ofId: new Map(linked.map(({ draft }, index) => [draft.id, index])),
    ofIssuance: new Map(),
  };
  const issuances = numberIssuances(events, cells, indexes);
  const bare = linked.map((session, index) => bareSession(session, index, { indexes, issuances, events }));
  events.session.fill(-1);
  linked.forEach(({ draft }, index) => {
    for (const row of draft.rows) {
      events.session[row] = index;
    }
  });
  const notes: ModelNote[] = [...eventNotes, ...linkNotes(cells), ...answerNotes(cells)];
  const sessions = countHops(bare, issuances, settings.roleChain, notes);
  return {
    files,
    events,
    sessions,
    issuances,
    attempts: collectAttempts(events, issuances),
    instances: collectInstances(events, sessions),
    sessionByKey: indexKeys(sessions),
    sessionById: new Map(sessions.map((session) => [session.id, session.index])),
    notes: [...notes, ...originNotes(events, sessions)],
  };
}

function startOf(table: EventTable, draft: SessionDraft): number {
  const first = draft.rows[0];
  return Math.min(draft.creationDate ?? Infinity, first === undefined ? Infinity : timeAt(table, first));
}

/** Positions in the model. */
interface Indexes {
  readonly ofId: ReadonlyMap<string, number>;
  readonly ofIssuance: Map<IssuanceDraft, number>;
}

function numberIssuances(table: EventTable, cells: readonly LinkedCell[], indexes: Indexes): Issuance[] {
  const all = cells.flatMap(({ merged, links }) => merged.drafts.map((draft) => ({ draft, links })));
  all.sort((a, b) => a.draft.row - b.draft.row);
  const calls = new JoinedCalls(table);
  return all.map(({ draft, links }, index) => {
    indexes.ofIssuance.set(draft, index);
    const caller = links.callerOf.get(draft);
    const child = links.childOf.get(draft);
    return {
      index,
      kind: draft.kind,
      row: draft.row,
      twinRows: [...draft.twinRows],
      time: draft.time,
      issuedKey: draft.issuedKey,
      roleArn: draft.roleArn,
      sessionName: draft.sessionName,
      assumedRoleId: draft.assumedRoleId,
      expiration: draft.expiration,
      service: draft.service,
      requestRow: calls.requestRow(draft),
      callerSession: caller === undefined ? undefined : indexes.ofId.get(caller),
      childSession: child === undefined ? undefined : indexes.ofId.get(child.id),
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
    case 'assume-role-web-identity':
      // With a token that a session of these logs asked AWS for; a token of others is a first login.
      return hasCaller;
    case 'assume-role-saml':
    case 'roles-anywhere':
      return hasCaller && callerAt(table, draft.row).type === 'AssumedRole';
    default:
      return false;
  }
}

interface Numbered {
  readonly indexes: Indexes;
  readonly issuances: readonly Issuance[];
  readonly events: EventTable;
}

/** The session before hops are counted: depth, root and children are filled in by `countHops`. */
function bareSession(
  { draft, link, verdict, timeInconsistent, denied }: LinkedSession,
  index: number,
  { indexes, issuances, events: table }: Numbered,
): Session {
  const caller = draft.callers[0];
  const issuance = link?.issuances[0];
  const roleSession =
    caller === undefined || caller.type === 'AWSAccount'
      ? issuance !== undefined && issuance.roleArn !== ''
      : caller.type === 'AssumedRole' || caller.type === 'Role';
  const roleArn = roleSession ? caller?.issuer?.arn || issuance?.roleArn || '' : '';
  const arn = caller?.arn || issuance?.arn || '';
  const told = caller === undefined ? splitPrincipalId(draft.principalId).name : sessionNameOf(caller);
  const name = told || caller?.userName || lastSegment(arn) || draft.principalId;
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
    keys: [...new Set([...draft.keys, ...(longTerm ? [] : issuedKeys(link))])].sort(compareText),
    creationDate: draft.creationDate,
    expiresAt:
      longTerm || expirations.length === 0
        ? undefined
        : expirations.reduce((last, time) => Math.max(last, time), -Infinity),
    sourceIdentity: caller?.sourceIdentity ?? '',
    issuances: (link?.issuances ?? []).flatMap((each) => indexes.ofIssuance.get(each) ?? []),
    parent: link?.parent === undefined ? undefined : indexes.ofId.get(link.parent),
    link: confidence,
    via: issuance?.kind,
    explanation: askedFor(
      table,
      explain(draft, link, confidence, verdict),
      issuance === undefined ? undefined : issuances[indexes.ofIssuance.get(issuance) ?? -1]?.requestRow,
    ),
    candidates: (link?.candidates ?? []).flatMap((each) => indexes.ofId.get(each) ?? []),
    children: [],
    depth: 0,
    depthIsMinimum: confidence === 'ambiguous' || (issuance === undefined && !verdict.originKnown),
    root: index,
    timeInconsistent,
    rows: new Uint32Array(draft.rows),
    firstEventTime: first === undefined ? undefined : timeAt(table, first),
    lastEventTime: last === undefined ? undefined : timeAt(table, last),
    denied,
  };
}

function issuedKeys(link: DraftLink | undefined): string[] {
  return (link?.issuances ?? []).map(({ issuedKey }) => issuedKey).filter((key) => key !== '');
}

function confidenceWithoutIssuance(draft: SessionDraft, verdict: KindVerdict): LinkConfidence {
  const undated = draft.creationDate === undefined && (verdict.kind === 'root' || verdict.kind === 'unknown');
  return undated || verdict.kind === 'long-term-key' || verdict.kind === 'external-account' ? 'none' : 'inferred';
}

/** With the call that asked for it, where AWS logs that apart. */
function askedFor(table: EventTable, explanation: LinkExplanation, requestRow: number | undefined): LinkExplanation {
  if (requestRow === undefined) {
    return explanation;
  }
  const { arn, principalId } = callerAt(table, requestRow);
  return {
    ...explanation,
    requestRow,
    text: `${explanation.text} Asked for by ${arn || principalId}, with ${actionAt(table, requestRow).eventName}.`,
  };
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
      text:
        confidence === 'inferred'
          ? `A key of this user was created at ${at}, its id is masked: this is the only key of the user, and not used before. Inferred.`
          : `The access key ${issuance.issuedKey} was created at ${at} and is used here.`,
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
  if (confidence === 'inferred') {
    return {
      rule: 'role-session',
      issueRow,
      useRow,
      text: `Same account, role name and session name, created when it was issued: ${at}. Its records do not tell the ARN of the role: inferred.`,
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

function linkNotes(cells: readonly LinkedCell[]): ModelNote[] {
  const total = (count: (cell: LinkedCell) => number): number => cells.reduce((sum, cell) => sum + count(cell), 0);
  const placeholders = total(({ merged }) => merged.placeholders);
  const issuedTwice = total(({ merged }) => merged.issuedTwice);
  const selfIssued = total(({ links }) => links.selfIssued);
  const ambiguous = total(({ sessions }) => sessions.filter(({ link }) => link?.confidence === 'ambiguous').length);
  const notes: ModelNote[] = [];
  if (placeholders > 0) {
    notes.push({
      id: 'repeated-issued-keys',
      message: `${String(placeholders)} access key id${placeholders === 1 ? ' was' : 's were'} issued to several principals: masked or anonymised, not used for linking.`,
    });
  }
  if (issuedTwice > 0) {
    notes.push({
      id: 'key-issued-twice',
      message: `${String(issuedTwice)} record${issuedTwice === 1 ? ' says' : 's say'} again that a key was issued, in another call: the first record is taken as the issuance.`,
    });
  }
  if (ambiguous > 0) {
    notes.push({
      id: 'ambiguous-parents',
      message: `${String(ambiguous)} session${ambiguous === 1 ? ' has' : 's have'} several possible parents: all are listed, none is chosen.`,
    });
  }
  if (selfIssued > 0) {
    notes.push({
      id: 'self-issued-keys',
      message: `${String(selfIssued)} key${selfIssued === 1 ? '' : 's'} would have issued itself: such records are edited or damaged, and were not used for linking.`,
    });
  }
  return notes;
}

/** Issuing calls whose records lost their answers: exported from where answers are not kept. */
function answerNotes(cells: readonly LinkedCell[]): ModelNote[] {
  const lost = cells.reduce((sum, { merged }) => sum + merged.drafts.filter(({ answered }) => !answered).length, 0);
  return lost === 0
    ? []
    : [
        {
          id: 'no-response-elements',
          message: `${String(lost)} call${lost === 1 ? '' : 's'} that issued a credential ${lost === 1 ? 'has' : 'have'} no responseElements: exported without them (Event history, some queries). What was issued is known by role, session name and time only.`,
        },
      ];
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
  const masked = callersOf(table).reduce((sum, caller) => sum + (caller.keyMasked ? 1 : 0), 0);
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
