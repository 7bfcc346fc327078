/**
 * What was linked into the model: everything numbered in the order of time, hops counted, what is not known noted.
 *
 * Guarantee: a function of the events and the settings, not of the order in which they were linked. The model never changes
 * afterwards, whatever becomes of the drafts.
 */
import type { CaseSettings } from '../case-settings';
import { compareText } from '../cloudtrail/text';
import { collectAttempts } from './attempts';
import { countHops } from './depth';
import type { EventsUpdate } from './event-store';
import { collectInstances } from './instances';
import type { JoinedCalls } from './joined-calls';
import { LinkedSession } from './linked-session';
import type { EventTable, Issuance, LineageModel, ModelNote, Session } from './model';
import { RowsBySession } from './rows-by-caller';
import { callerAt } from './table';
import type { IssuanceDraft, SessionDraft } from './drafts';

/** What was linked, each list in the order of the model, and numbered so. */
export interface Linked {
  readonly sessions: readonly SessionDraft[];
  readonly issuances: readonly IssuanceDraft[];
  /** Callers that have rows. */
  readonly callers: readonly number[];
  readonly calls: JoinedCalls;
}

/** `events.session` holds the numbers of the sessions already. */
export function assembleModel(
  { files, events, notes: eventNotes }: EventsUpdate,
  linked: Linked,
  settings: CaseSettings,
): LineageModel {
  const issuances = numberIssuances(events, linked);
  const sessions = numberSessions(events, linked, issuances);
  const notes: ModelNote[] = [...eventNotes, ...linkNotes(linked), ...answerNotes(linked)];
  countHops(sessions, issuances, settings.roleChain, notes);
  let byKey: ReadonlyMap<string, number> | undefined;
  let byId: ReadonlyMap<string, number> | undefined;
  return {
    files,
    events,
    sessions,
    issuances,
    attempts: collectAttempts(events, issuances),
    instances: collectInstances(events, sessions),
    // Made when they are asked for.
    get sessionByKey() {
      return (byKey ??= indexKeys(sessions));
    },
    get sessionById() {
      return (byId ??= new Map(sessions.map((session) => [session.id, session.index])));
    },
    notes: [...notes, ...originNotes(events, linked, sessions)],
  };
}

const none: readonly number[] = [];

function numberIssuances(table: EventTable, { issuances, calls }: Linked): Issuance[] {
  return issuances.map((draft, index) => {
    const { caller, child, twinRows } = draft;
    draft.index = index;
    return {
      index,
      kind: draft.kind,
      row: draft.row,
      twinRows: twinRows.length === 0 ? none : [...twinRows],
      time: draft.time,
      issuedKey: draft.issuedKey,
      roleArn: draft.roleArn,
      sessionName: draft.sessionName,
      assumedRoleId: draft.assumedRoleId,
      expiration: draft.expiration,
      service: draft.service,
      requestRow: calls.requestRow(draft),
      callerSession: indexOf(caller),
      childSession: indexOf(child),
      counted: isHop(table, draft, caller !== undefined),
    };
  });
}

/** `undefined` for a draft that no session was made of. */
function indexOf(draft: SessionDraft | undefined): number | undefined {
  return draft === undefined || draft.index < 0 ? undefined : draft.index;
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

function numberSessions(events: EventTable, { sessions }: Linked, issuances: readonly Issuance[]): LinkedSession[] {
  const rows = new RowsBySession(events, sessions.length);
  const told = { events, issuances };
  return sessions.map((draft, index) => {
    const { link, facts } = draft;
    if (facts === undefined) {
      throw new Error(`session ${draft.id} was not linked`);
    }
    draft.rows = rows.of(index);
    const place = {
      index,
      parent: indexOf(link?.parentBy?.caller),
      issuances: link === undefined ? none : link.issuances.map((issuance) => issuance.index),
      candidates:
        link === undefined || link.candidatesBy.length === 0
          ? none
          : link.candidatesBy.flatMap(({ caller }) => indexOf(caller) ?? []),
      rows: draft.rows,
    };
    const session = new LinkedSession(draft, facts, place, told);
    draft.facts = session;
    return session;
  });
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

function linkNotes({ sessions, issuances }: Linked): ModelNote[] {
  let placeholders = 0;
  let issuedTwice = 0;
  let selfIssued = 0;
  for (const issuance of issuances) {
    placeholders += issuance.placeholders;
    issuedTwice += issuance.saidAgain;
    selfIssued += issuance.selfIssued ? 1 : 0;
  }
  const ambiguous = sessions.filter(({ link }) => link?.confidence === 'ambiguous').length;
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
function answerNotes({ issuances }: Linked): ModelNote[] {
  const lost = issuances.filter(({ answered }) => !answered).length;
  return lost === 0
    ? []
    : [
        {
          id: 'no-response-elements',
          message: `${String(lost)} call${lost === 1 ? '' : 's'} that issued a credential ${lost === 1 ? 'has' : 'have'} no responseElements: exported without them (Event history, some queries). What was issued is known by role, session name and time only.`,
        },
      ];
}

function originNotes(table: EventTable, { callers }: Linked, sessions: readonly Session[]): ModelNote[] {
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
  const masked = callers.filter((index) => table.callers[index]?.keyMasked === true).length;
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
