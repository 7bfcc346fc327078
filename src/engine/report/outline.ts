/**
 * An analysis in the order in which somebody reads it: incidents with their lineages, instances and what was left behind,
 * then what was suppressed. Text and Markdown are two ways to print this.
 *
 * Guarantee: every finding appears once; the drawings are capped, and say so.
 */
import type { Analysis } from '../analysis';
import { formatInstant } from '../cloudtrail/time';
import type { ContextFact, CreatedObject, Finding, Incident, Severity } from '../contract';
import { eventIdAt, timeAt } from '../lineage/table';
import { severities } from '../severity';
import { buildSlice } from './build-slice';
import { instanceDetails } from './node-text';
import type { LineageSlice } from './slice';

export interface LeftBehind {
  readonly object: CreatedObject;
  /** ISO; '' when its record is not among the evidence. */
  readonly time: string;
}

export interface IncidentOutline {
  readonly incident: Incident;
  /** Not suppressed, most severe first. */
  readonly findings: readonly Finding[];
  readonly lineages: readonly LineageSlice[];
  /** Lineages of further findings that are not drawn. */
  readonly moreLineages: number;
  readonly instances: readonly { readonly id: string; readonly facts: readonly ContextFact[] }[];
  readonly leftBehind: readonly LeftBehind[];
}

export interface ReportOutline {
  readonly incidents: readonly IncidentOutline[];
  readonly suppressed: readonly Finding[];
  /** Findings that are not suppressed, by severity, most severe first; only those that occur. */
  readonly counts: readonly (readonly [Severity, number])[];
}

/** Beyond this an incident is told in words. */
const mostIncidentsDrawn = 100;
const mostLineages = 4;
const mostNodes = 40;

export function outlineOf(analysis: Analysis): ReportOutline {
  const byId = new Map(analysis.findings.map((finding) => [finding.id, finding]));
  const open = analysis.findings.filter(({ suppressed }) => !suppressed);
  const incidents: IncidentOutline[] = [];
  for (const incident of analysis.incidents) {
    const findings = incident.findings.flatMap((id) => byId.get(id) ?? []).filter(({ suppressed }) => !suppressed);
    if (findings.length > 0) {
      incidents.push(incidentOutline(analysis, incident, findings, incidents.length < mostIncidentsDrawn));
    }
  }
  return {
    incidents,
    suppressed: analysis.findings.filter(({ suppressed }) => suppressed),
    counts: severities
      .map((severity): [Severity, number] => [severity, open.filter((each) => each.severity === severity).length])
      .filter(([, count]) => count > 0),
  };
}

function incidentOutline(
  analysis: Analysis,
  incident: Incident,
  findings: readonly Finding[],
  isDrawn: boolean,
): IncidentOutline {
  const lineages: LineageSlice[] = [];
  const drawn = new Set<string>();
  let moreLineages = 0;
  for (const finding of findings) {
    if (finding.sessions.every((id) => drawn.has(id))) {
      continue;
    }
    const slice =
      isDrawn && lineages.length < mostLineages
        ? buildSlice(analysis, { finding: finding.id, maxNodes: mostNodes })
        : undefined;
    if (slice === undefined) {
      moreLineages++;
    } else {
      lineages.push(slice);
      slice.nodes.forEach(({ id }) => drawn.add(id));
    }
  }
  return {
    incident,
    findings,
    lineages,
    moreLineages,
    instances: instancesOf(lineages),
    leftBehind: leftBehindIn(analysis, findings),
  };
}

function instancesOf(lineages: readonly LineageSlice[]): IncidentOutline['instances'] {
  const instances = new Map<string, readonly ContextFact[]>();
  for (const node of lineages.flatMap(({ nodes }) => nodes)) {
    const facts = instanceDetails(node);
    const id = facts.find(({ label }) => label === 'Instance')?.value ?? '';
    const known = instances.get(id);
    if (id !== '' && (known === undefined || known.length < facts.length)) {
      instances.set(id, facts);
    }
  }
  return [...instances].map(([id, facts]) => ({ id, facts: facts.filter(({ label }) => label !== 'Instance') }));
}

function leftBehindIn(analysis: Analysis, findings: readonly Finding[]): LeftBehind[] {
  const { events } = analysis.model;
  const times = new Map<string, number>();
  const objects = new Map<string, CreatedObject>();
  for (const finding of findings.filter(({ createdObjects }) => createdObjects.length > 0)) {
    for (const { row } of analysis.drafts.get(finding.id)?.evidence ?? []) {
      times.set(eventIdAt(events, row), timeAt(events, row));
    }
    for (const object of finding.createdObjects) {
      objects.set(`${object.eventID}|${object.kind}`, object);
    }
  }
  return [...objects.values()]
    .map((object) => ({ object, at: times.get(object.eventID) ?? Infinity }))
    .sort((a, b) => a.at - b.at)
    .map(({ object, at }) => ({ object, time: formatInstant(at) }));
}
