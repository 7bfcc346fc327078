/**
 * What happened in an incident, in the order of time: the evidence of its findings and the steps of the response together.
 *
 * Guarantee: each record once, with what the most severe finding says of it; suppressed findings are left out.
 */
import { append } from '../append';
import { compareText } from '../cloudtrail/text';
import type { Finding, Incident, IncidentReport, TimelineEntry } from '../contract';

/** An incident with more is read by its findings. */
const mostEntries = 200;

export function withTimeline(incident: Incident, findings: ReadonlyMap<string, Finding>): IncidentReport {
  const entries = new Map<string, TimelineEntry>();
  const tellers = new Map<string, string[]>();
  for (const id of incident.findings) {
    const finding = findings.get(id);
    if (finding === undefined || finding.suppressed) {
      continue;
    }
    for (const { eventID, eventTime, eventName, reason } of finding.evidence) {
      append(tellers, eventID, id);
      if (!entries.has(eventID)) {
        entries.set(eventID, { eventID, eventTime, eventName, what: reason, findings: [] });
      }
    }
  }
  for (const event of incident.containment?.events ?? []) {
    entries.set(event.eventID, { ...event, findings: [] });
  }
  const all = [...entries.values()].sort(
    (a, b) => compareText(a.eventTime, b.eventTime) || compareText(a.eventID, b.eventID),
  );
  return {
    ...incident,
    timeline: all
      .slice(0, mostEntries)
      .map((entry) => ({ ...entry, findings: [...new Set(tellers.get(entry.eventID) ?? [])] })),
    timelineTotal: all.length,
  };
}
