/**
 * The findings tree as data: incident → finding → session → origin and evidence, most severe first; what the case file suppresses
 * is kept apart at the end.
 *
 * Guarantee: pure; ids are stable between analyses; every finding is in the tree exactly once.
 */
import { append } from '../engine/append';
import type { TriageState } from '../engine/case-settings';
import type { Evidence, Finding, Incident } from '../engine/contract';
import { containmentText, containmentWord } from '../engine/report/containment-text';
import type { LineageSlice } from '../engine/report/slice';
import { isAtLeast, severityRank } from '../engine/severity';
import type { AnalysisSummary, SessionRow } from '../worker/protocol';
import type { ItemModel, TooltipLine } from './item-model';
import { counted, plain, timeOfDay } from './labels';
import { originItem, originNode, type OriginNode, type OriginTreeNode } from './origin-nodes';
import { sessionAccessible, sessionDescription, sessionName, sessionSign } from './session-text';
import { severitySign } from './severity-words';

export type TriageOf = (findingId: string) => TriageState;

export interface IncidentNode {
  readonly type: 'incident';
  readonly id: string;
  readonly incident: Incident;
  readonly children: readonly FindingNode[];
}

export interface SuppressedNode {
  readonly type: 'suppressed';
  readonly id: string;
  readonly children: readonly FindingNode[];
}

export interface FindingNode {
  readonly type: 'finding';
  readonly id: string;
  readonly finding: Finding;
  readonly triage: TriageState;
  /** Id of the incident's or the suppressed group's node. */
  readonly parentId: string;
}

export interface SessionNode {
  readonly type: 'session';
  readonly id: string;
  readonly row: SessionRow;
  readonly finding: FindingNode;
  readonly evidence: readonly Evidence[];
}

export interface EvidenceNode {
  readonly type: 'evidence';
  readonly id: string;
  readonly evidence: Evidence;
  readonly parent: FindingNode | SessionNode;
  readonly finding: FindingNode;
}

export type FindingsNode = IncidentNode | SuppressedNode | FindingNode | SessionNode | EvidenceNode | OriginTreeNode;

/** The two upper levels; the lower ones are asked for when somebody looks. */
export function findingRoots(
  summary: Pick<AnalysisSummary, 'findings' | 'incidents'>,
  triageOf: TriageOf,
): readonly (IncidentNode | SuppressedNode)[] {
  const nodeOf = (finding: Finding, parentId: string): FindingNode => ({
    type: 'finding',
    id: `finding:${finding.id}`,
    finding,
    triage: triageOf(finding.id),
    parentId,
  });
  const shown = summary.findings.filter(({ suppressed }) => !suppressed);
  const known = new Set(summary.incidents.map(({ id }) => id));
  const orphans = shown.filter(({ incident }) => !known.has(incident));
  const byIncident = new Map<string, Finding[]>();
  for (const finding of shown) {
    append(byIncident, finding.incident, finding);
  }
  const incidents = [...summary.incidents, ...orphans.map(incidentOf)].flatMap((incident) => {
    const id = `incident:${incident.id}`;
    const children = (byIncident.get(incident.id) ?? []).map((finding) => nodeOf(finding, id)).sort(byWeight);
    return children.length === 0 ? [] : [{ type: 'incident' as const, id, incident, children }];
  });
  incidents.sort((a, b) => severityRank(a.incident.severity) - severityRank(b.incident.severity));
  const suppressed = summary.findings
    .filter((finding) => finding.suppressed)
    .map((finding) => nodeOf(finding, 'suppressed'))
    .sort(byWeight);
  if (suppressed.length === 0) return incidents;
  return [...incidents, { type: 'suppressed', id: 'suppressed', children: suppressed }];
}

/** A finding whose incident the summary does not list stands for itself. */
function incidentOf(finding: Finding): Incident {
  const { incident: id, severity, title, sessions } = finding;
  return { id, root: sessions[0] ?? '', severity, title, findings: [finding.id], sessions };
}

/** Benign findings last, then by severity, then in the order of the analysis. */
function byWeight(a: FindingNode, b: FindingNode): number {
  return (
    Number(a.triage === 'benign') - Number(b.triage === 'benign') ||
    severityRank(a.finding.severity) - severityRank(b.finding.severity)
  );
}

/** Findings nobody has decided about: the number on the view. */
export function unreviewed(summary: Pick<AnalysisSummary, 'findings'>, triageOf: TriageOf): number {
  return summary.findings.filter(({ id, suppressed }) => !suppressed && triageOf(id) === 'open').length;
}

/** The sessions of a finding with their evidence, then the evidence that belongs to none of them. */
export function findingChildren(
  node: FindingNode,
  rows: readonly SessionRow[],
  slice: Pick<LineageSlice, 'nodes' | 'edges'> | null,
): readonly (SessionNode | EvidenceNode)[] {
  const sessionOf = evidenceOwners(node.finding, slice);
  const sessions = [...rows].sort(byStart).map((row): SessionNode => {
    const evidence = node.finding.evidence.filter(({ eventID }) => sessionOf.get(eventID) === row.id);
    return { type: 'session', id: `${node.id}/session:${row.id}`, row, finding: node, evidence };
  });
  const placed = new Set(sessions.flatMap(({ evidence }) => evidence.map(({ eventID }) => eventID)));
  const rest = node.finding.evidence.filter(({ eventID }) => !placed.has(eventID));
  return [...sessions, ...rest.map((evidence) => evidenceNode(evidence, node, node))];
}

/** In the order they began, the root first: a session cannot begin before the one that issued it. */
export function byStart(a: SessionRow, b: SessionRow): number {
  const [first, second] = [a, b].map(({ issuedAt, firstEventTime }) => issuedAt ?? firstEventTime ?? '');
  return (first ?? '') < (second ?? '') ? -1 : Number(first !== second);
}

export function sessionChildren(node: SessionNode): readonly (OriginNode | EvidenceNode)[] {
  return [
    originNode(node.row, node.id),
    ...node.evidence.map((evidence) => evidenceNode(evidence, node, node.finding)),
  ];
}

function evidenceNode(evidence: Evidence, parent: FindingNode | SessionNode, finding: FindingNode): EvidenceNode {
  return { type: 'evidence', id: `${parent.id}/event:${evidence.eventID}`, evidence, parent, finding };
}

/** Session of each piece of evidence: the one that made the call, else the one that the call issued. */
function evidenceOwners(
  finding: Finding,
  slice: Pick<LineageSlice, 'nodes' | 'edges'> | null,
): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  const members = new Set(finding.sessions);
  const claim = (sessionId: string, evidence: readonly { readonly eventID: string }[]) => {
    if (!members.has(sessionId)) return;
    for (const { eventID } of evidence) if (!owners.has(eventID)) owners.set(eventID, sessionId);
  };
  for (const node of slice?.nodes ?? []) claim(node.id, node.evidence);
  for (const edge of slice?.edges ?? []) claim(edge.to, edge.evidence);
  for (const edge of slice?.edges ?? []) claim(edge.from, edge.evidence);
  return owners;
}

export function findingItem(node: FindingsNode): ItemModel {
  switch (node.type) {
    case 'incident':
      return incidentItem(node);
    case 'suppressed':
      return {
        id: node.id,
        label: 'Suppressed by the case file',
        description: counted(node.children.length, 'finding'),
        sign: { icon: 'eye-closed' },
        contextValue: 'suppressed',
        accessible: `${counted(node.children.length, 'finding')} suppressed by the case file`,
        expand: 'collapsed',
      };
    case 'finding':
      return oneFinding(node);
    case 'session':
      return {
        id: node.id,
        label: sessionName(node.row),
        description: sessionDescription(node.row),
        sign: sessionSign(node.row),
        contextValue: 'session',
        accessible: `${sessionAccessible(node.row)}, ${counted(node.evidence.length, 'piece', 'pieces')} of evidence`,
        expand: 'collapsed',
      };
    case 'evidence':
      return {
        id: node.id,
        label: plain(node.evidence.eventName),
        description: `${timeOfDay(node.evidence.eventTime)} · ${plain(node.evidence.reason)}`,
        sign: { icon: 'symbol-event' },
        contextValue: 'evidence',
        accessible: `Evidence: ${plain(node.evidence.eventName)} at ${node.evidence.eventTime}, ${plain(node.evidence.reason)}`,
        expand: 'none',
        command: {
          id: 'cloudtrailLineage.openEvidence',
          title: 'Open evidence',
          arguments: [{ finding: node.finding.finding.id, eventID: node.evidence.eventID }],
        },
      };
    case 'origin':
    case 'record':
    case 'parent':
    case 'moreParents':
      return originItem(node);
  }
}

function incidentItem({ id, incident, children }: IncidentNode): ItemModel {
  const findings = counted(children.length, 'finding');
  const sessions = counted(incident.sessions.length, 'session');
  const { containment } = incident;
  const contained = containment === undefined ? '' : `containment ${containmentWord(containment)}`;
  return {
    id,
    label: plain(incident.title),
    description: [incident.severity, findings, sessions, contained].filter((part) => part !== '').join(' · '),
    sign: severitySign(incident.severity),
    contextValue: 'incident',
    accessible: `Incident, severity ${incident.severity}: ${plain(incident.title)}, ${findings}, ${sessions}${contained === '' ? '' : `, ${contained}`}`,
    // What is not urgent does not push the rest out of sight.
    expand: isAtLeast(incident.severity, 'medium') ? 'expanded' : 'collapsed',
  };
}

function oneFinding({ id, finding, triage }: FindingNode): ItemModel {
  const parts: string[] = [finding.severity];
  if (triage !== 'open') parts.push(triage);
  if (finding.count > 1) parts.push(`${finding.count}×`);
  parts.push(counted(finding.evidenceTotal, 'event'));
  const remediable = finding.remediations.length > 0 ? '.remediable' : '';
  return {
    id,
    label: plain(finding.title),
    description: parts.join(' · '),
    sign: triage === 'benign' ? { icon: 'pass' } : severitySign(finding.severity),
    contextValue: `finding.${finding.suppressed ? 'suppressed' : triage}${remediable}`,
    accessible: `Finding, severity ${finding.severity}, ${triage === 'open' ? 'not reviewed' : triage}: ${plain(finding.title)}, ${counted(finding.evidenceTotal, 'event')} of evidence`,
    expand: 'collapsed',
    command: { id: 'cloudtrailLineage.showLineage', title: 'Show lineage', arguments: [{ finding: finding.id }] },
  };
}

export function incidentTooltip(incident: Incident): readonly TooltipLine[] {
  const { containment } = incident;
  const lines: TooltipLine[] = [
    { text: plain(incident.title) },
    { label: 'Severity', text: incident.severity },
    { label: 'Containment', text: plain(containmentText(incident), 2000) },
    ...(containment?.events ?? []).map(({ eventTime, what }) => ({ label: eventTime, text: plain(what) })),
  ];
  const more = (containment?.eventsTotal ?? 0) - (containment?.events.length ?? 0);
  return more > 0 ? [...lines, { label: 'And', text: counted(more, 'more step') }] : lines;
}

export function findingTooltip(finding: Finding): readonly TooltipLine[] {
  const lines: TooltipLine[] = [
    { text: plain(finding.title) },
    { text: plain(finding.explanation, 2000) },
    { label: 'Severity', text: finding.severity },
    { label: 'Confidence', text: finding.confidence },
    { label: 'Rule', text: finding.rule },
    { label: 'ATT&CK', text: finding.techniques.join(', ') },
    { label: 'From', text: `${finding.firstEventTime} to ${finding.lastEventTime}` },
    ...finding.createdObjects.map(({ kind, name, deletedAt }) => ({
      label: 'Left behind',
      text: plain(`${kind} ${name}${deletedAt === undefined ? '' : `, deleted ${deletedAt}`}`),
    })),
    ...finding.context.map(({ label, value }) => ({ label: plain(label), text: plain(value) })),
  ];
  if (finding.suppressedBy !== undefined) {
    const { reason, author, expires } = finding.suppressedBy;
    const who = author === undefined ? '' : ` (${author})`;
    const until = expires === undefined ? '' : `, until ${expires}`;
    lines.push({ label: 'Suppressed', text: plain(`${reason}${who}${until}`) });
  }
  return lines.filter(({ text }) => text !== '');
}

export function evidenceTooltip(evidence: Evidence): readonly TooltipLine[] {
  return [
    { text: plain(evidence.eventName) },
    { text: plain(evidence.reason, 2000) },
    { label: 'Time', text: evidence.eventTime },
    { label: 'Event id', text: plain(evidence.eventID) },
    { label: 'File', text: plain(evidence.file) },
  ];
}
