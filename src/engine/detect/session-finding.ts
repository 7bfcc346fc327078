/**
 * A finding about one session: what is the same in all of them is filled in here.
 *
 * Guarantee: evidence in time order, each record once; the session comes first. What a session did is exact: a rule that rests
 * on how sessions were linked says how surely (`confidenceOf`).
 */
import type { Session } from '../lineage/model';
import type { DetectionInput, FindingDraft } from './detector';
import { inTimeOrder } from './hop-evidence';
import { originsOf } from './origins';

/** What a rule has to say; the rest has a value that follows from the session. */
export type SessionFindingParts = Pick<
  FindingDraft,
  'rule' | 'severity' | 'title' | 'explanation' | 'techniques' | 'count' | 'evidence'
> &
  Partial<FindingDraft>;

export function sessionFinding(input: DetectionInput, session: Session, parts: SessionFindingParts): FindingDraft {
  const { evidence, sessions = [], ...rest } = parts;
  return {
    keys: [session.id],
    confidence: 'exact',
    roles: session.roleArn === '' ? [] : [session.roleArn],
    instanceIds: session.instanceId === '' ? [] : [session.instanceId],
    addresses: originsOf(input.model.events).directLocations(session),
    context: [],
    createdObjects: [],
    ...rest,
    sessions: [...new Set([session.index, ...sessions])],
    evidence: inTimeOrder(evidence),
  };
}
