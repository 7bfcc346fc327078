/** Every kind of remedy, in the order in which it stands within its phase. */
import type { CaseSettings } from '../case-settings';
import { emptyCase } from '../case-settings';
import type { FindingDraft } from '../detect/detector';
import type { LineageModel } from '../lineage/model';
import { eventIdAt } from '../lineage/table';
import { createdObjects } from './created-objects';
import { denyAllRoles } from './deny-all-role';
import { denySessions, denySourceIdentities } from './deny-session';
import { instances } from './ec2-instance';
import { evidence } from './evidence';
import { hardening } from './hardening';
import { incidentNames, type IncidentNames } from './names';
import type { MadeObject, Outline, PlanContext, Remediator } from './outline';
import { refusals } from './refusals';
import type { Phase } from './remediation';
import { revokeOlderSessions } from './revoke-older-sessions';
import { scopeOf } from './scope';
import { serviceControlPolicies } from './scp';
import { singleSignOn } from './sso';
import { trustStatements } from './trust-statement';
import { users } from './user-key';
import { verifyAndLift } from './verify-and-lift';
import { workloads } from './workloads';

export const remediators: readonly Remediator[] = [
  evidence,
  serviceControlPolicies,
  users,
  instances,
  singleSignOn,
  workloads,
  trustStatements,
  denyAllRoles,
  revokeOlderSessions,
  denySessions,
  denySourceIdentities,
  createdObjects,
  refusals,
  hardening,
  verifyAndLift,
];

/** The order that works. Root before leaf: whoever holds an earlier session makes the later ones again. */
export const phases: readonly Phase[] = [
  'evidence',
  'organization',
  'root',
  'trust',
  'sessions',
  'persistence',
  'verify',
  'hardening',
  'lift',
];

export function outlinesOf(context: PlanContext): Outline[] {
  const byId = new Map<string, Outline>();
  for (const outline of remediators.flatMap((remediator) => remediator(context))) {
    // One remedy an identity: a user that the lineage made and that also acted is found twice.
    if (!byId.has(outline.id)) {
      byId.set(outline.id, outline);
    }
  }
  return [...byId.values()].sort((a, b) => phases.indexOf(a.phase) - phases.indexOf(b.phase));
}

/** `related`: what else was found of the same incident; `lastEventTime`: of the finding, ms. */
export function contextOf(
  model: LineageModel,
  settings: CaseSettings,
  draft: FindingDraft,
  related: readonly FindingDraft[],
  lastEventTime = 0,
): PlanContext {
  const scope = scopeOf(model, draft, settings);
  let names: IncidentNames | undefined;
  return {
    model,
    settings,
    scope,
    // Titles do without.
    get names() {
      names ??= incidentNames(lastEventTime, scope.roots.map(({ id }) => id).sort());
      return names;
    },
    made: madeObjects(model, [draft, ...related]),
  };
}

/** Objects of the findings, with their records, and keys that sessions of the lineage made. */
function madeObjects(model: LineageModel, drafts: readonly FindingDraft[]): MadeObject[] {
  const made = new Map<string, MadeObject>();
  for (const draft of drafts) {
    if (draft.createdObjects.length === 0) {
      continue;
    }
    const rows = new Map(draft.evidence.map(({ row }) => [eventIdAt(model.events, row), row]));
    for (const object of draft.createdObjects) {
      const key = `${object.eventID}|${object.kind}|${object.name}|${object.accessKeyId ?? ''}`;
      if (!made.has(key)) {
        made.set(key, { object, row: rows.get(object.eventID) });
      }
    }
  }
  return [...made.values()];
}

/** What a finding offers, without writing any of it. */
export function remediationTitles(
  model: LineageModel,
  draft: FindingDraft,
  settings: CaseSettings = emptyCase,
): readonly { readonly id: string; readonly title: string }[] {
  return outlinesOf(contextOf(model, settings, draft, [])).map(({ id, title }) => ({ id, title }));
}
