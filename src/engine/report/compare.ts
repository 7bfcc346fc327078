/**
 * Two analyses beside each other: what is new since the saved one, what is gone, what changed.
 *
 * Guarantee: findings are told apart by their ids alone, which do not depend on times, counts or paths; each finding of either
 * is counted once. New and changed ones are in the order of the analysis, gone ones in that of the saved one.
 */
import type { Comparison, Finding } from '../contract';
import type { SavedAnalysis, SavedFinding } from './saved-analysis';

export function compareWith(saved: SavedAnalysis, findings: readonly Finding[]): Comparison {
  const before = new Map(saved.findings.map((finding) => [finding.id, finding]));
  const now = new Set(findings.map(({ id }) => id));
  const known = findings.flatMap((finding) => {
    const old = before.get(finding.id);
    return old === undefined ? [] : [{ id: finding.id, changes: changesOf(old, finding) }];
  });
  const changed = known.filter(({ changes }) => changes.length > 0);
  return {
    against: saved.read,
    new: findings.filter(({ id }) => !before.has(id)).map(({ id }) => id),
    gone: [...before.values()]
      .filter(({ id }) => !now.has(id))
      .map(({ id, rule, severity, title }) => ({ id, rule, severity, title })),
    changed,
    unchanged: known.length - changed.length,
  };
}

/** The number of findings of each kind, in words. */
export function comparisonText({ new: added, gone, changed, unchanged }: Comparison): string {
  return `${String(added.length)} new, ${String(gone.length)} gone, ${String(changed.length)} changed, ${String(unchanged)} as before`;
}

function changesOf(before: SavedFinding, now: SavedFinding): string[] {
  const changes: string[] = [];
  const tell = (what: string, old: string | number, current: string | number): void => {
    if (old !== current) {
      changes.push(`${what} ${String(old)}, now ${String(current)}`);
    }
  };
  tell('severity', before.severity, now.severity);
  tell('confidence', before.confidence, now.confidence);
  tell('count', before.count, now.count);
  tell('records', before.evidenceTotal, now.evidenceTotal);
  tell('last seen', before.lastEventTime, now.lastEventTime);
  if (before.suppressed !== now.suppressed) {
    changes.push(now.suppressed ? 'now hidden by the case file' : 'no longer hidden by the case file');
  }
  if (changes.length === 0 && before.title !== now.title) {
    changes.push('told otherwise');
  }
  return changes;
}
