/**
 * Who somebody is for comparisons with the population: the durable identity behind a session, as fine as AWS tells people and
 * programs apart.
 *
 * Guarantee: session names count only where the caller does not choose them; services are nobody ('').
 */
import type { LineageModel, Session, SessionKind } from '../lineage/model';
import { callerAt } from '../lineage/table';

export const callerKinds = ['user', 'sso', 'ec2', 'workload', 'role', 'other account'] as const;
export type CallerKind = (typeof callerKinds)[number];

const kinds: Readonly<Record<SessionKind, CallerKind | undefined>> = {
  'long-term-key': 'user',
  root: 'user',
  'session-token': 'user',
  'federated-user': 'user',
  sso: 'sso',
  saml: 'sso',
  'ec2-instance': 'ec2',
  'ssm-hybrid': 'ec2',
  lambda: 'workload',
  'ecs-task': 'workload',
  'eks-pod': 'workload',
  workload: 'workload',
  'web-identity': 'workload',
  'roles-anywhere': 'workload',
  cognito: 'workload',
  role: 'role',
  'assume-root': 'role',
  'external-account': 'other account',
  unknown: 'role',
  // By what is behind the sign-in.
  console: undefined,
  service: undefined,
  'service-linked': undefined,
};

/** Undefined for services. */
export function callerKindOf({ kind, roleArn }: Session): CallerKind | undefined {
  return kind === 'console' ? (roleArn === '' ? 'user' : 'role') : kinds[kind];
}

/** '' for services, and for sessions of which nothing durable is known. */
export function callerKeyOf(model: LineageModel, session: Session): string {
  if (callerKindOf(session) === undefined) {
    return '';
  }
  switch (session.kind) {
    case 'sso':
    case 'saml':
      return `${session.roleArn || session.identityArn}|${session.name}`;
    case 'web-identity':
    case 'eks-pod': {
      const issuance = model.issuances[session.issuances[0] ?? -1];
      return (issuance === undefined ? '' : subjectKey(model, issuance.row)) || session.identityArn;
    }
    case 'external-account':
      return `${session.accountId}|${session.principalId.split(':')[0] ?? ''}`;
    default:
      return session.identityArn || session.arn;
  }
}

/** Provider and subject of a web identity; '' where the record tells of none. */
export function subjectKey({ events }: LineageModel, row: number): string {
  const { identityProvider, userName } = callerAt(events, row);
  return identityProvider === '' || userName === '' ? '' : `${identityProvider}|${userName}`;
}
