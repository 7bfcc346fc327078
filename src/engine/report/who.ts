/**
 * Whose is it: anything that an alert names, to its sessions, their ancestry to the root and all that came of them.
 *
 * Guarantee: exact matches only, after trimming and unquoting; addresses are compared in canonical form.
 */
import { canonicalAddress } from '../cloudtrail/network';
import { roleNameOf } from '../cloudtrail/record';
import type { LineageModel, Session } from '../lineage/model';
import { rowsOfEvent, textAt } from '../lineage/table';
import { ancestors, descendants } from '../lineage/walk';

export interface Whose {
  /** What the query is: `access key`, `session`, `role`, … ; '' when nothing matched. */
  readonly matched: string;
  readonly sessions: readonly number[];
  /** For each session: root first, itself last. */
  readonly ancestry: readonly (readonly number[])[];
  readonly descendants: readonly (readonly number[])[];
}

/** A name may have many sessions; beyond this they are not walked. */
const mostSessions = 200;

export function answerWho(model: LineageModel, query: string): Whose {
  const text = query.trim().replace(/^["'`]|["'`,;]+$/g, '');
  for (const [matched, find] of finders) {
    const sessions = text === '' ? [] : find(model, text).slice(0, mostSessions);
    if (sessions.length > 0) {
      return {
        matched,
        sessions,
        ancestry: sessions.map((index) => ancestors(model, index)),
        descendants: sessions.map((index) => descendants(model, index)),
      };
    }
  }
  return { matched: '', sessions: [], ancestry: [], descendants: [] };
}

type Finder = (model: LineageModel, text: string) => number[];

function sessionsWhere(test: (session: Session, text: string) => boolean): Finder {
  return (model, text) => model.sessions.filter((session) => test(session, text)).map(({ index }) => index);
}

const finders: readonly (readonly [string, Finder])[] = [
  ['access key', (model, text) => keep(model.sessionByKey.get(text))],
  ['session', (model, text) => keep(model.sessionById.get(text))],
  ['principal', sessionsWhere((session, text) => session.principalId === text)],
  ['session', sessionsWhere((session, text) => session.arn === text)],
  ['role', sessionsWhere((session, text) => session.roleArn === text || session.identityArn === text)],
  ['instance', sessionsWhere((session, text) => session.instanceId === text)],
  ['event', sessionsOfEvent],
  ['event that issued the credential', issuedByEvent],
  ['address', sessionsOfAddress],
  ['role', sessionsWhere((session, text) => session.roleArn !== '' && roleNameOf(session.roleArn) === text)],
  ['name', sessionsWhere((session, text) => session.name === text)],
  ['account', sessionsWhere((session, text) => session.accountId === text)],
  ['key, never used here, issued by a call', issuersOfKey],
];

function keep(index: number | undefined): number[] {
  return index === undefined ? [] : [index];
}

/** A service's delivery or a federated login is no session's call: it leads to the session that it made. */
function issuedByEvent(model: LineageModel, text: string): number[] {
  const rows = new Set(rowsOfEvent(model.events, text));
  return model.issuances.flatMap(({ row, twinRows, childSession }) =>
    childSession !== undefined && [row, ...twinRows].some((each) => rows.has(each)) ? [childSession] : [],
  );
}

/** A key that was made and not used has no session yet: it leads to whoever made it. */
function issuersOfKey(model: LineageModel, text: string): number[] {
  return model.issuances.flatMap(({ issuedKey, callerSession }) =>
    issuedKey === text && callerSession !== undefined ? [callerSession] : [],
  );
}

function sessionsOfEvent({ events }: LineageModel, text: string): number[] {
  return rowsOfEvent(events, text)
    .map((row) => events.session[row] ?? -1)
    .filter((session) => session >= 0)
    .slice(0, 1);
}

function sessionsOfAddress(model: LineageModel, text: string): number[] {
  const { events } = model;
  const wanted = canonicalAddress(text);
  const columns = new Set<number>();
  events.strings.forEach((value, index) => {
    if (value !== '' && canonicalAddress(value) === wanted) {
      columns.add(index);
    }
  });
  const sessions = new Set<number>();
  for (let row = 0; columns.size > 0 && row < events.count; row++) {
    const session = events.session[row] ?? -1;
    if (session >= 0 && columns.has(events.sourceAddress[row] ?? 0) && textAt(events, 'sourceAddress', row) !== '') {
      sessions.add(session);
    }
  }
  return [...sessions];
}
