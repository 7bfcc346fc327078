/**
 * What sorts of sessions rules tell apart: those of machines, and those of the console, which calls on its own.
 *
 * Guarantee: a user agent, which the caller chooses, makes no console session of a long-term key or of a machine.
 */
import { EventFlag } from '../cloudtrail/columns';
import { AgentClass, classesOf } from '../lineage/classes';
import type { EventTable, Session, SessionKind } from '../lineage/model';

const workloadKinds: ReadonlySet<SessionKind> = new Set([
  'lambda',
  'ecs-task',
  'eks-pod',
  'workload',
  'web-identity',
  'roles-anywhere',
]);

export function isInstanceSession({ kind }: Session): boolean {
  return kind === 'ec2-instance' || kind === 'ssm-hybrid';
}

/** Credentials that a platform hands to a program of its own. */
export function isWorkloadSession({ kind }: Session): boolean {
  return workloadKinds.has(kind);
}

/** Kinds that people open the console with. */
const consoleKinds: ReadonlySet<SessionKind> = new Set([
  'role',
  'sso',
  'saml',
  'session-token',
  'federated-user',
  'root',
]);

/** A console session, or one of which any call is the console’s (it marks only some). */
export function isConsoleSession(table: EventTable, session: Session): boolean {
  if (session.kind === 'console') {
    return true;
  }
  if (!consoleKinds.has(session.kind) || session.creationDate === undefined) {
    return false;
  }
  const classes = classesOf(table);
  const { flags } = table;
  const { rows } = session;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0;
    if (((flags[row] ?? 0) & EventFlag.fromConsole) !== 0 || (classes.ofAgent(table, row) & AgentClass.console) !== 0) {
      return true;
    }
  }
  return false;
}
