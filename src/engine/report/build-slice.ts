/**
 * The part of a lineage that is drawn around a finding or a session.
 *
 * Guarantee: never more than `maxNodes` nodes: the way from the root to what was asked for always, then its descendants,
 * suspicious and deeper ones first; what is left out is counted where it hangs. Deterministic.
 */
import type { Analysis } from '../analysis';
import type { CreatedObject, Finding } from '../contract';
import { roleLabel, sessionLabel } from '../detect/describe';
import { clean } from '../detect/text';
import { formatInstant } from '../cloudtrail/time';
import type { IssuanceKind, Session } from '../lineage/model';
import { actionAt, eventIdAt, timeAt } from '../lineage/table';
import { ancestors } from '../lineage/walk';
import type { LineageSlice, SliceEdge, SliceNode } from './slice';
import { evidenceAt, findingsBySession, originOf, sessionNode } from './slice-session';

export interface SliceRequest {
  readonly finding?: string;
  readonly session?: string;
  readonly maxNodes: number;
}

/** Refused assumptions drawn beside one session. */
const mostAttempts = 3;

export function buildSlice(analysis: Analysis, request: SliceRequest): LineageSlice | undefined {
  const finding = analysis.findings.find(({ id }) => id === request.finding);
  const focus = focusOf(analysis, request, finding);
  if (focus === undefined) {
    return undefined;
  }
  const { model } = analysis;
  const bySession = findingsBySession(analysis.findings);
  const chosen = chooseSessions(analysis, focus, finding, bySession, request.maxNodes);
  const nodes: SliceNode[] = [];
  const edges: SliceEdge[] = [];
  const objects = new ObjectNodes(analysis, nodes, edges, request.maxNodes);
  for (const index of chosen) {
    const session = model.sessions[index];
    if (session !== undefined) {
      const moreChildren = session.children.filter((child) => !chosen.has(child)).length;
      nodes.push(
        sessionNode(analysis, session, bySession.get(session.id) ?? [], { focus: index === focus.index, moreChildren }),
      );
    }
  }
  for (const index of chosen) {
    const session = model.sessions[index];
    if (session !== undefined) {
      objects.addMadeBy(session, bySession.get(session.id) ?? []);
      objects.addAttempts(session);
    }
  }
  for (const index of chosen) {
    const session = model.sessions[index];
    if (session !== undefined) {
      edges.push(...edgesTo(analysis, session, chosen, objects));
    }
  }
  const root = model.sessions[focus.root] ?? focus;
  return {
    title: finding?.title ?? `Lineage of ${sessionLabel(focus)}`,
    incident: finding?.incident ?? bySession.get(focus.id)?.[0]?.incident ?? null,
    finding: finding?.id ?? null,
    nodes,
    edges,
    omitted:
      lineageSize(analysis, root.index) -
      [...chosen].filter((index) => model.sessions[index]?.root === focus.root).length,
  };
}

function focusOf(analysis: Analysis, request: SliceRequest, finding: Finding | undefined): Session | undefined {
  const { model } = analysis;
  const id = request.finding === undefined ? request.session : finding?.sessions[0];
  return model.sessions[model.sessionById.get(id ?? '') ?? -1];
}

function lineageSize({ model }: Analysis, root: number): number {
  return model.sessions.reduce((count, session) => count + (session.root === root ? 1 : 0), 0);
}

/** Sessions to draw, roots before what came of them. */
function chooseSessions(
  analysis: Analysis,
  focus: Session,
  finding: Finding | undefined,
  bySession: ReadonlyMap<string, readonly Finding[]>,
  maxNodes: number,
): Set<number> {
  const { model } = analysis;
  const chosen = new Set<number>();
  const add = (index: number): void => {
    if (chosen.size < maxNodes) {
      chosen.add(index);
    }
  };
  // Of a way longer than there is room for its root and its end.
  const way = ancestors(model, focus.index);
  const nearest = Math.max(0, Math.min(way.length, maxNodes) - 1);
  [...way.slice(0, nearest === 0 ? 0 : 1), ...way.slice(way.length - Math.max(1, nearest))].forEach(add);
  for (const id of finding?.sessions ?? []) {
    if (chosen.size >= maxNodes) {
      break;
    }
    ancestors(model, model.sessionById.get(id) ?? focus.index).forEach(add);
  }
  for (const candidate of focus.candidates) {
    ancestors(model, candidate).forEach(add);
  }
  // Then everything below, the telling ones first. Objects need room as well.
  const room = Math.max(chosen.size, Math.ceil(maxNodes * 0.8));
  const queue = [...chosen];
  for (const index of queue) {
    const children = (model.sessions[index]?.children ?? [])
      .map((child) => model.sessions[child])
      .filter((child) => child !== undefined)
      .sort((a, b) => weight(b, bySession) - weight(a, bySession) || a.index - b.index);
    for (const child of children) {
      if (!chosen.has(child.index) && chosen.size < room) {
        chosen.add(child.index);
        queue.push(child.index);
      }
    }
  }
  return new Set([...chosen].sort((a, b) => a - b));
}

function weight(session: Session, bySession: ReadonlyMap<string, readonly Finding[]>): number {
  return (bySession.has(session.id) ? 1000 : 0) + session.depth * 10 + (session.rows.length > 0 ? 1 : 0);
}

const noRows: ReadonlyMap<string, number> = new Map();

/** Users, keys and policies left behind, and roles that were refused. */
class ObjectNodes {
  private readonly userNodes = new Map<string, string>();
  private readonly keyNodes = new Map<string, string>();
  private readonly drawn = new Set<string>();
  private readonly evidenceRows = new Map<string, ReadonlyMap<string, number>>();

  constructor(
    private readonly analysis: Analysis,
    private readonly nodes: SliceNode[],
    private readonly edges: SliceEdge[],
    private readonly maxNodes: number,
  ) {}

  /** Node of a key that this lineage made. */
  keyNode(accessKeyId: string): string | undefined {
    return this.keyNodes.get(accessKeyId);
  }

  addMadeBy(session: Session, findings: readonly Finding[]): void {
    const { events } = this.analysis.model;
    for (const finding of findings) {
      const rows = finding.createdObjects.length === 0 ? noRows : this.rowsOf(finding);
      for (const object of finding.createdObjects) {
        const row = rows.get(object.eventID);
        if (row !== undefined && events.session[row] === session.index) {
          this.addObject(session, object, row);
        }
      }
    }
  }

  /** Rows of a finding's evidence by event id: asked for by each of its sessions, worked out once. */
  private rowsOf(finding: Finding): ReadonlyMap<string, number> {
    let rows = this.evidenceRows.get(finding.id);
    if (rows === undefined) {
      const { events } = this.analysis.model;
      const evidence = this.analysis.drafts.get(finding.id)?.evidence ?? [];
      rows = new Map(evidence.map(({ row }) => [eventIdAt(events, row), row]));
      this.evidenceRows.set(finding.id, rows);
    }
    return rows;
  }

  private addObject(session: Session, object: CreatedObject, row: number): void {
    const id = `object:${object.eventID}`;
    if (this.drawn.has(id) || this.nodes.length >= this.maxNodes) {
      return;
    }
    this.drawn.add(id);
    const at = formatInstant(timeAt(this.analysis.model.events, row));
    const key = object.accessKeyId ?? '';
    const title = key === '' ? clean(object.name, 64) : key;
    this.nodes.push(this.node(id, kindOf(object.kind), title, subtitleOf(object), at, row, 'Left behind'));
    const owner = key === '' ? undefined : this.userNodes.get(object.name);
    const { eventName } = actionAt(this.analysis.model.events, row);
    this.edges.push({
      from: owner ?? session.id,
      to: id,
      kind: 'created',
      label: `${eventName} · ${at.slice(11, 19)}`,
      rule: 'the record of the call itself',
      confidence: 'exact',
      explanation: `${eventName} succeeded at ${at}.`,
      evidence: [evidenceAt(this.analysis, row, `Made ${title}`)],
    });
    if (object.kind === 'user') {
      this.userNodes.set(object.name, id);
    }
    if (key !== '') {
      this.keyNodes.set(key, id);
    }
  }

  addAttempts(session: Session): void {
    const { attempts, events } = this.analysis.model;
    const refused = attempts.filter(({ callerSession, succeeded }) => callerSession === session.index && !succeeded);
    for (const { roleArn, rows } of refused.slice(0, mostAttempts)) {
      const row = rows[0];
      if (row === undefined || this.nodes.length >= this.maxNodes) {
        continue;
      }
      const id = `attempt:${eventIdAt(events, row)}`;
      const at = formatInstant(timeAt(events, row));
      const { eventName } = actionAt(events, row);
      this.nodes.push(
        this.node(id, 'role', roleArn === '' ? 'a role' : roleLabel(roleArn), 'assumption denied', at, row, 'Denied'),
      );
      this.edges.push({
        from: session.id,
        to: id,
        kind: 'attempted',
        label: `${eventName} denied · ${at.slice(11, 19)}`,
        rule: 'the record of the call itself',
        confidence: 'exact',
        explanation: `${eventName} was denied at ${at}.`,
        evidence: [evidenceAt(this.analysis, row, 'Denied')],
      });
    }
  }

  private node(
    id: string,
    kind: SliceNode['kind'],
    title: string,
    subtitle: string,
    at: string,
    row: number,
    toneLabel: string,
  ): SliceNode {
    return {
      id,
      type: 'object',
      kind,
      tone: 'object',
      toneLabel,
      title,
      subtitle,
      depth: 0,
      depthText: '',
      keys: [],
      accountId: '',
      firstEventTime: at,
      lastEventTime: at,
      events: 0,
      denied: 0,
      locations: [],
      userAgents: [],
      actions: [],
      facts: [],
      findings: [],
      evidence: [evidenceAt(this.analysis, row, toneLabel)],
      origin: null,
      moreChildren: 0,
      focus: false,
    };
  }
}

function kindOf(kind: string): SliceNode['kind'] {
  switch (kind) {
    case 'user':
    case 'access-key':
    case 'login-profile':
    case 'role':
    case 'policy':
      return kind;
    default:
      return 'other';
  }
}

function subtitleOf(object: CreatedObject): string {
  const what = object.kind.replaceAll('-', ' ');
  const of = object.accessKeyId === undefined ? what : `${what} of ${clean(object.name, 64)}`;
  return object.deletedAt === undefined ? of : `${of}, deleted ${object.deletedAt}`;
}

const edgeKinds: Readonly<Record<IssuanceKind, SliceEdge['kind']>> = {
  'assume-role': 'assumed',
  'assume-role-saml': 'federated',
  'assume-role-web-identity': 'federated',
  'assume-root': 'assumed',
  'service-delivery': 'delivered',
  'roles-anywhere': 'federated',
  cognito: 'federated',
  'session-token': 'token',
  'federation-token': 'token',
  'console-login': 'signed-in',
  'cli-login': 'signed-in',
  'switch-role': 'assumed',
  'created-key': 'created',
};

function edgesTo(analysis: Analysis, session: Session, chosen: ReadonlySet<number>, objects: ObjectNodes): SliceEdge[] {
  const { model } = analysis;
  const issuances = session.issuances.map((index) => model.issuances[index]).filter((each) => each !== undefined);
  const parents = session.parent === undefined ? session.candidates : [session.parent];
  return parents
    .filter((parent) => chosen.has(parent))
    .map((parent): SliceEdge => {
      const keyNode =
        session.via === 'created-key'
          ? session.keys.map((key) => objects.keyNode(key)).find((id) => id !== undefined)
          : undefined;
      // Of several possible parents each made a call of its own.
      const own =
        session.parent === undefined ? issuances.find(({ callerSession }) => callerSession === parent) : undefined;
      const issuance = own ?? issuances[0];
      const name = issuance === undefined ? '' : actionAt(model.events, issuance.row).eventName;
      const first = session.firstEventTime;
      return {
        from: keyNode ?? model.sessions[parent]?.id ?? '',
        to: session.id,
        kind: keyNode === undefined ? edgeKinds[session.via ?? 'assume-role'] : 'used-key',
        label:
          keyNode === undefined || first === undefined
            ? `${name} · ${issuance === undefined ? '' : formatInstant(issuance.time).slice(11, 19)}`
            : `first used · ${formatInstant(first).slice(11, 19)}`,
        ...originOf(analysis, session, issuance),
      };
    });
}
