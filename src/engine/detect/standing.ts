/**
 * How a session came to act: whether roles were assumed on the way to it, or whether an instance stands at its start. What
 * such sessions change weighs more. And which calls are their own.
 */
import type { Caller } from '../cloudtrail/caller';
import { EventFlag } from '../cloudtrail/columns';
import type { FindingConfidence } from '../contract';
import type { EventTable, LineageModel, Session } from '../lineage/model';
import { callerAt, hasFlag } from '../lineage/table';
import { sessionLabel } from './describe';
import { confidenceOf, pathTo } from './paths';
import { counted } from './text';

function isInstance(session: Session | undefined): boolean {
  return session?.kind === 'ec2-instance' || session?.kind === 'ssm-hybrid';
}

/** Reached by assuming roles, or with the credentials of an instance at its start. */
export function isChainedOrInstance({ sessions }: LineageModel, session: Session): boolean {
  return session.depth >= 1 || isInstance(session) || isInstance(sessions[session.root]);
}

/** Why it is; `''` where it is not: `reached by 3 role assumptions`. */
export function standingWords({ sessions }: LineageModel, session: Session): string {
  if (session.depth >= 1) {
    return `reached by ${session.depthIsMinimum ? 'at least ' : ''}${counted(session.depth, 'role assumption')}`;
  }
  const instance = isInstance(session) ? session : sessions[session.root];
  return instance !== undefined && isInstance(instance) ? `made with the credentials of ${sessionLabel(instance)}` : '';
}

/** The sessions on the way to these, themselves first, and the instances among them: what a finding is about. */
export function withOrigins(
  model: LineageModel,
  acting: readonly Session[],
): { readonly sessions: number[]; readonly instanceIds: string[] } {
  const all = new Set([...acting, ...acting.flatMap((session) => pathTo(model, session).sessions)]);
  return {
    sessions: [...all].map(({ index }) => index),
    instanceIds: [...new Set([...all].map(({ instanceId }) => instanceId))].filter((instance) => instance !== ''),
  };
}

/** How sure that is. */
export function standingConfidence(model: LineageModel, session: Session): FindingConfidence {
  return confidenceOf(session.depth >= 1 ? pathTo(model, session).sessions.slice(1) : [session]);
}

/** A record of a call that the session made, itself or through a service: no copy, activity, service event or insight. */
export function isCall(events: EventTable, row: number): boolean {
  return (
    !hasFlag(events, row, EventFlag.networkActivity | EventFlag.insight | EventFlag.serviceEvent) &&
    callerAt(events, row).type !== 'AWSAccount'
  );
}

/** A service made the call on its own account for the caller; the console, which does it for every click, is none. */
export function isForwarded({ invokedBy }: Caller): boolean {
  return invokedBy !== '' && !/^(signin\.|console\.|AWS Internal)/i.test(invokedBy);
}
