/**
 * The records behind the answer to "whose is it": what the name led to, what issued each session, and its first use.
 *
 * Guarantee: each record once, in time order; where there are more than may be shown, what the name led to goes first, then
 * for each session in turn what issued it and its first use.
 */
import { formatInstant } from '../cloudtrail/time';
import type { LineageModel } from '../lineage/model';
import { actionAt, callerAt, eventIdAt, succeeded, timeAt } from '../lineage/table';
import type { AskedRow } from './who-match';

export interface WhoRecord {
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly eventSource: string;
  /** As the coverage names it. */
  readonly file: string;
  /** The session that made the call; null where none did (services, federated logins). */
  readonly session: string | null;
  /** What it has to do with the answer: `issued this credential`, `first use`, `the event asked for`, … */
  readonly role: string;
}

/** Of them at most half are what the name led to: an address has a first call of every session. */
export function recordsBehind(
  model: LineageModel,
  sessions: readonly number[],
  asked: readonly AskedRow[],
  most: number,
): { readonly records: readonly WhoRecord[]; readonly total: number } {
  const roles = new Map<number, string>();
  const later: AskedRow[] = [];
  const add = ({ row, role }: AskedRow): void => {
    const known = roles.get(row);
    roles.set(row, known === undefined || known.includes(role) ? (known ?? role) : `${known}; ${role}`);
  };
  asked.slice(0, Math.ceil(most / 2)).forEach(add);
  later.push(...asked.slice(Math.ceil(most / 2)));
  for (const index of sessions) {
    const [issued, ...others] = issuingRows(model, index);
    const use = firstUse(model, index);
    [issued, use].filter((each) => each !== undefined).forEach(add);
    later.push(...others);
  }
  later.forEach(add);
  const shown = [...roles].slice(0, most).sort(([a], [b]) => a - b);
  return { records: shown.map(([row, role]) => recordAt(model, row, role)), total: roles.size };
}

/** Keys of one grant beyond this have records like the first ones. */
const mostIssuances = 8;

function issuingRows({ sessions, issuances, events }: LineageModel, index: number): AskedRow[] {
  return (sessions[index]?.issuances ?? []).slice(0, mostIssuances).flatMap((at) => {
    const issuance = issuances[at];
    if (issuance === undefined) {
      return [];
    }
    const role = issuance.kind === 'console-login' ? 'signed in' : 'issued this credential';
    return [
      { row: issuance.row, role },
      ...(issuance.requestRow === undefined ? [] : [{ row: issuance.requestRow, role: 'asked for this credential' }]),
      ...issuance.twinRows.map((row) => ({
        row,
        role: `${role}, as ${callerAt(events, row).type === 'AWSAccount' ? 'the role’s account' : 'the other account'} logged it`,
      })),
    ];
  });
}

function firstUse({ sessions, events }: LineageModel, index: number): AskedRow | undefined {
  const session = sessions[index];
  const row = session?.explanation.useRow ?? session?.rows[0];
  return row === undefined
    ? undefined
    : { row, role: succeeded(events, row) ? 'first use' : 'first use, which failed' };
}

function recordAt({ events, files, sessions }: LineageModel, row: number, role: string): WhoRecord {
  return {
    eventID: eventIdAt(events, row),
    eventTime: formatInstant(timeAt(events, row)),
    ...actionAt(events, row),
    file: files[events.file[row] ?? -1]?.result.path ?? '',
    session: sessions[events.session[row] ?? -1]?.id ?? null,
    role,
  };
}
