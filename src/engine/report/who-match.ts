/**
 * What a finder of `who` gives, and what finders are made of.
 *
 * Guarantee: a match has a session or a record; its sessions come each once, in the order of the model.
 */
import type { LineageModel, Session } from '../lineage/model';

/** A record that the name itself leads to, and why. */
export interface AskedRow {
  readonly row: number;
  readonly role: string;
}

export interface Match {
  /** What the name is: `access key`, `role that was asked for and denied`, … */
  readonly matched: string;
  readonly sessions: readonly number[];
  readonly rows: readonly AskedRow[];
}

export type Finder = (model: LineageModel, name: string) => Match | undefined;

/** Records of one kind that a name leads to; an address may have a million. */
const mostRows = 50;

export function found(matched: string, sessions: readonly number[], rows: readonly AskedRow[] = []): Match | undefined {
  return sessions.length === 0 && rows.length === 0
    ? undefined
    : { matched, sessions: [...new Set(sessions)].filter((index) => index >= 0).sort((a, b) => a - b), rows };
}

export function sessionsThat(matched: string, test: (session: Session, name: string) => boolean): Finder {
  return ({ sessions }, name) =>
    found(
      matched,
      sessions.filter((session) => test(session, name)).map(({ index }) => index),
    );
}

/** The answer of one finder with the records of another. */
export function withRows(find: Finder, more: Finder): Finder {
  return (model, name) => {
    const match = find(model, name);
    return match === undefined ? undefined : { ...match, rows: more(model, name)?.rows ?? [] };
  };
}

/** Sessions that acted in rows. */
export function sessionsAt({ events }: LineageModel, rows: readonly number[]): number[] {
  return rows.map((row) => events.session[row] ?? -1);
}

export function asked(rows: readonly number[], role: string): AskedRow[] {
  return rows.slice(0, mostRows).map((row) => ({ row, role }));
}
