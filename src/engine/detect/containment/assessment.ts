/**
 * What became of the response, by lineage: worked out once for a model, for the rule and for the incidents.
 */
import type { CaseSettings } from '../../case-settings';
import type { LineageModel } from '../../lineage/model';
import { activityOf, CallFacts, type Activity } from './activity';
import { holdsOf } from './holds';

export interface Assessment {
  /** Of every session that something held, by its index. */
  readonly bySession: ReadonlyMap<number, Activity>;
  /** The same by root session, in the order of the sessions. */
  readonly byRoot: ReadonlyMap<number, readonly Activity[]>;
  readonly facts: CallFacts;
}

const perModel = new WeakMap<LineageModel, { readonly settings: CaseSettings; readonly assessment: Assessment }>();

export function assessContainment(model: LineageModel, settings: CaseSettings): Assessment {
  const known = perModel.get(model);
  if (known?.settings === settings) {
    return known.assessment;
  }
  const facts = new CallFacts(model.events);
  const bySession = new Map<number, Activity>();
  const byRoot = new Map<number, Activity[]>();
  for (const [index, holds] of [...holdsOf(model, settings)].sort(([a], [b]) => a - b)) {
    const session = model.sessions[index];
    if (session === undefined) {
      continue;
    }
    const activity = activityOf(model, session, holds, facts);
    bySession.set(index, activity);
    const list = byRoot.get(session.root) ?? [];
    byRoot.set(session.root, list);
    list.push(activity);
  }
  const assessment = { bySession, byRoot, facts };
  perModel.set(model, { settings, assessment });
  return assessment;
}
