/**
 * The calls that put a session far out: some of each kind, to be looked at.
 *
 * Guarantee: the session's own calls, at most ten a feature, the first of them.
 */
import { classesOf } from '../lineage/classes';
import type { LineageModel, Session } from '../lineage/model';
import { actionClassesOf } from './action-classes';
import type { EvidenceRow } from './detector';
import { originsOf } from './origins';
import { ownCallsOf } from './own-calls';
import type { FeatureName } from './session-features';

const mostRows = 10;
const minuteMs = 60_000;

export function outlyingRows(
  { events }: LineageModel,
  session: Session,
  features: readonly FeatureName[],
): EvidenceRow[] {
  const own = ownCallsOf(events);
  const rows = [...session.rows].filter((row) => own.has(row));
  const classes = actionClassesOf(events);
  const denials = classesOf(events);
  const origins = originsOf(events);
  const firstOfEach = (keyOf: (row: number) => string): number[] => {
    const seen = new Set<string>();
    return rows.filter((row) => {
      const key = keyOf(row);
      const isNew = key !== '' && !seen.has(key);
      seen.add(key);
      return isNew;
    });
  };
  const actionOf = (row: number): string => String(events.action[row] ?? 0);
  const told = (found: readonly number[], reason: string): EvidenceRow[] =>
    found.slice(0, mostRows).map((row) => ({ row, reason, role: 'decisive' }));
  return features.flatMap((feature): EvidenceRow[] => {
    switch (feature) {
      case 'denied':
        return told(
          rows.filter((row) => denials.isDenied(events, row)),
          'Refused',
        );
      case 'writes':
        return told(
          rows.filter((row) => classes.at(row) !== 'read' && classes.at(row) !== 'identity'),
          'Changes something',
        );
      case 'peak':
        return told(busiestMinute(rows, events.time), 'In its busiest minute');
      case 'services':
        return told(
          firstOfEach((row) => events.actions[events.action[row] ?? -1]?.eventSource ?? ''),
          'Its first call of this service',
        );
      case 'actions':
        return told(firstOfEach(actionOf), 'Its first call of this action');
      case 'regions':
        return told(
          firstOfEach((row) => events.strings[events.region[row] ?? 0] ?? ''),
          'Its first call in this Region',
        );
      case 'locations':
        return told(
          firstOfEach((row) => (origins.at(row).direct ? origins.at(row).group : '')),
          'Its first call from this place',
        );
      case 'unseen':
      case 'depth':
        return [];
    }
  });
}

function busiestMinute(rows: readonly number[], time: Float64Array): number[] {
  let best = { from: 0, to: -1 };
  let from = 0;
  rows.forEach((row, to) => {
    while ((time[row] ?? 0) - (time[rows[from] ?? 0] ?? 0) >= minuteMs) {
      from++;
    }
    best = to - from > best.to - best.from ? { from, to } : best;
  });
  return rows.slice(best.from, best.to + 1);
}
