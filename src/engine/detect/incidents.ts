/**
 * Findings of one lineage together: what an analyst takes on, and forwards.
 *
 * Findings belong together when their sessions have a common root, over created keys too; the sessions of one instance,
 * whose credentials rotate, count as one root. Guarantee: every finding is in exactly one incident; an incident's id comes
 * from its root session alone.
 */
import { append } from '../append';
import type { CaseSettings } from '../case-settings';
import type { Finding, Incident, Severity } from '../contract';
import type { LineageModel } from '../lineage/model';
import { isAtLeast, raised, severityRank, worst } from '../severity';
import { stableId } from '../stable-id';
import { sessionLabel } from './describe';
import type { FindingDraft } from './detector';
import { containmentOf } from './incident-containment';
import { compareText } from '../cloudtrail/text';
import { capital } from './text';

/** So many different rules of medium or more say more together than each alone. */
const rulesThatRaise = 3;

/** What the roll-up needs to know of a finding. */
export interface Judged {
  readonly id: string;
  readonly draft: FindingDraft;
  readonly severity: Severity;
  readonly suppressed: boolean;
}

export interface IncidentGroup {
  readonly id: string;
  /** Root session; of several the one whose id comes first; -1 where a finding has no session. */
  readonly root: number;
  /** The root sessions of all its lineages. */
  readonly roots: readonly number[];
  readonly findings: readonly Judged[];
}

/** `judged` in display order. */
export function groupByRoot(model: LineageModel, judged: readonly Judged[]): IncidentGroup[] {
  const groups = new Groups();
  for (const { draft } of judged) {
    const nodes = draft.sessions.map((index) => nodeOf(model, index));
    for (const node of nodes) {
      groups.join(nodes[0] ?? node, node);
    }
  }
  const members = new Map<string, Judged[]>();
  const roots = new Map<string, Set<number>>();
  for (const each of judged) {
    const first = each.draft.sessions[0];
    const group = groups.find(first === undefined ? `finding:${each.id}` : nodeOf(model, first));
    append(members, group, each);
    const known = roots.get(group) ?? new Set<number>();
    roots.set(group, known);
    each.draft.sessions.forEach((index) => known.add(model.sessions[index]?.root ?? index));
  }
  return [...members].map(([group, findings]) => {
    const all = [...(roots.get(group) ?? [])].sort((a, b) => compareText(idOf(model, a), idOf(model, b)));
    const root = all[0] ?? -1;
    // A finding about somebody who did nothing in these logs is an incident of its own.
    const key = root < 0 ? group : idOf(model, root);
    return { id: stableId('incident', [key]), root, roots: all, findings };
  });
}

function idOf(model: LineageModel, index: number): string {
  return model.sessions[index]?.id ?? '';
}

/** What stands for the root of a session's lineage: the instance, else the root session. */
function nodeOf(model: LineageModel, index: number): string {
  const root = model.sessions[model.sessions[index]?.root ?? index];
  return root === undefined
    ? `session:${String(index)}`
    : root.instanceId === ''
      ? root.id
      : `${root.accountId}|${root.instanceId}`;
}

/** `findings` of the report, in display order. */
export function incidentOf(
  model: LineageModel,
  group: IncidentGroup,
  findings: ReadonlyMap<string, Finding>,
  settings: CaseSettings,
): Incident {
  const open = group.findings.filter(({ suppressed }) => !suppressed);
  const strongest = open[0] ?? group.findings[0];
  const rules = new Set(open.filter(({ severity }) => isAtLeast(severity, 'medium')).map(({ draft }) => draft.rule));
  const severity = worst(open.map((each) => each.severity));
  const sessions = new Set(group.findings.flatMap(({ draft }) => draft.sessions));
  const containment = containmentOf(model, settings, lineagesOf(model, group.roots));
  return {
    id: group.id,
    root: idOf(model, group.root),
    severity: rules.size >= rulesThatRaise ? raised(severity) : severity,
    title: titleOf(model, group.root, (strongest === undefined ? undefined : findings.get(strongest.id)?.title) ?? ''),
    findings: group.findings.map(({ id }) => id),
    sessions: [...sessions].sort((a, b) => a - b).map((index) => idOf(model, index)),
    ...(containment === undefined ? {} : { containment }),
  };
}

/** The root sessions, and for an instance, whose credentials rotate, those of all its sessions. */
function lineagesOf(model: LineageModel, roots: readonly number[]): number[] {
  const all = new Set(roots);
  for (const index of roots) {
    const root = model.sessions[index];
    const instance = root?.instanceId === '' ? undefined : model.instances.get(nodeOf(model, index));
    instance?.sessions.forEach((session) => all.add(model.sessions[session]?.root ?? session));
  }
  return [...all];
}

/** The credential that it starts from, and the worst that came of it. */
function titleOf(model: LineageModel, root: number, finding: string): string {
  const session = model.sessions[root];
  if (session === undefined || (session.instanceId !== '' && finding.includes(session.instanceId))) {
    return finding;
  }
  return `${capital(sessionLabel(session))}: ${finding}`;
}

/** Most severe first, then the first to begin. */
export function inIncidentOrder(incidents: readonly Incident[], findings: ReadonlyMap<string, Finding>): Incident[] {
  const begin = (incident: Incident): string =>
    incident.findings.map((id) => findings.get(id)?.firstEventTime ?? '').reduce((a, b) => (a < b ? a : b), '~');
  return [...incidents].sort(
    (a, b) =>
      severityRank(a.severity) - severityRank(b.severity) || compareText(begin(a), begin(b)) || compareText(a.id, b.id),
  );
}

/** Disjoint sets of texts. */
class Groups {
  private readonly parents = new Map<string, string>();

  find(node: string): string {
    let at = node;
    for (let up = this.parents.get(at); up !== undefined && up !== at; up = this.parents.get(at)) {
      const above = this.parents.get(up);
      if (above !== undefined) {
        this.parents.set(at, above);
      }
      at = up;
    }
    return at;
  }

  join(a: string, b: string): void {
    const [first, second] = [this.find(a), this.find(b)].sort();
    if (first !== undefined && second !== undefined && first !== second) {
      this.parents.set(second, first);
    }
  }
}
