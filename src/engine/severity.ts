/** The severity scale, most severe first, and steps on it. */
import type { Severity } from './contract';

export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** 0 for critical … 4 for info. */
export function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}

export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return severityRank(severity) <= severityRank(threshold);
}

/** One step up; critical stays. */
export function raised(severity: Severity): Severity {
  return severities[Math.max(0, severityRank(severity) - 1)] ?? severity;
}

/** One step down, never below low; info stays. */
export function lowered(severity: Severity): Severity {
  return severity === 'info' ? severity : (severities[Math.min(3, severityRank(severity) + 1)] ?? severity);
}

export function worst(list: readonly Severity[]): Severity {
  return list.reduce((best, each) => (severityRank(each) < severityRank(best) ? each : best), 'info');
}
