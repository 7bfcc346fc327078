/** The records of the assumptions on a path, each with what it shows. */
import type { LineageModel, Session } from '../lineage/model';
import { accountAt, callerAt } from '../lineage/table';
import { assumedArn, roleLabel, sessionLabel } from './describe';
import type { EvidenceRow } from './detector';
import type { RolePath } from './paths';
import { clean, counted } from './text';

export function hopEvidence(model: LineageModel, path: RolePath, role?: 'decisive' | 'background'): EvidenceRow[] {
  const rows: EvidenceRow[] = [];
  const { events } = model;
  const total = String(path.hops.length);
  path.hops.forEach((hop, position) => {
    const at = path.sessions.indexOf(hop);
    const caller =
      position > 0 ? `role ${roleLabel(assumedArn(path.hops[position - 1] ?? hop))}` : callerLabel(path, at);
    const unused = hop.rows.length === 0 && hop === path.leaf ? '; never used in these logs' : '';
    const number = `Assumption ${String(position + 1)} of ${total}`;
    for (const index of hop.issuances) {
      const issuance = model.issuances[index];
      if (issuance?.counted !== true) {
        continue;
      }
      const what = `${caller} assumed ${roleLabel(assumedArn(hop))} as session ${clean(hop.name, 64)}`;
      rows.push({ row: issuance.row, reason: `${number}: ${what}${unused}`, ...(role === undefined ? {} : { role }) });
      for (const row of issuance.twinRows) {
        const account = clean(accountAt(events, row), 64);
        const seen =
          callerAt(events, row).type === 'AWSAccount'
            ? 'the same call as the role’s account'
            : 'the same call as account';
        rows.push({ row, reason: `${number}: ${seen} ${account} logged it`, ...(role === undefined ? {} : { role }) });
      }
    }
  });
  return rows;
}

/** The session, and how it was come by: `role R3 after 3 role assumptions from access key … of user alice`. */
export function reachedBy(path: RolePath, session: Session): string {
  if (session.depth < 1) {
    return sessionLabel(session);
  }
  const from = path.candidates.length > 0 ? 'one of several possible callers' : sessionLabel(path.start);
  const count = `${session.depthIsMinimum ? 'at least ' : ''}${counted(session.depth, 'role assumption')}`;
  return `role ${roleLabel(assumedArn(session))} after ${count} from ${from}`;
}

function callerLabel(path: RolePath, at: number): string {
  const caller = path.sessions[at - 1];
  if (path.candidates.length > 0 && at > 0 && path.sessions[at]?.link === 'ambiguous') {
    return `one of ${String(path.candidates.length)} possible callers`;
  }
  return caller === undefined ? 'a caller outside these logs' : sessionLabel(caller);
}

/** In time order, each record once; what was said first of a record stays. */
export function inTimeOrder(rows: readonly EvidenceRow[]): EvidenceRow[] {
  const byRow = new Map<number, EvidenceRow>();
  for (const each of rows) {
    if (!byRow.has(each.row)) {
      byRow.set(each.row, each);
    }
  }
  return [...byRow.values()].sort((a, b) => a.row - b.row);
}
