/**
 * How a session reads in trees and choices: who, in which role, how deep, how much.
 *
 * Guarantee: pure; every text from a log has passed `plain`.
 */
import type { SessionKind } from '../engine/lineage/model';
import type { SessionRow } from '../worker/protocol';
import type { ItemModel, TooltipLine } from './item-model';
import { counted, plain } from './labels';
import { depthColor, depthWords, type Sign } from './severity-words';

interface KindText {
  readonly words: string;
  readonly icon: string;
}

const KINDS: Readonly<Record<SessionKind, KindText>> = {
  'long-term-key': { words: 'long-term key', icon: 'key' },
  root: { words: 'root user', icon: 'shield' },
  role: { words: 'role session', icon: 'person' },
  'ec2-instance': { words: 'EC2 instance', icon: 'server' },
  'ssm-hybrid': { words: 'managed node', icon: 'server-environment' },
  lambda: { words: 'Lambda function', icon: 'symbol-event' },
  'ecs-task': { words: 'ECS task', icon: 'package' },
  'eks-pod': { words: 'EKS pod', icon: 'package' },
  workload: { words: 'AWS workload', icon: 'gear' },
  'web-identity': { words: 'web identity', icon: 'globe' },
  saml: { words: 'SAML sign-in', icon: 'sign-in' },
  sso: { words: 'Identity Center sign-in', icon: 'sign-in' },
  'roles-anywhere': { words: 'Roles Anywhere', icon: 'verified' },
  cognito: { words: 'Cognito identity', icon: 'globe' },
  console: { words: 'console sign-in', icon: 'browser' },
  'session-token': { words: 'session token', icon: 'key' },
  'federated-user': { words: 'federated user', icon: 'person-add' },
  'assume-root': { words: 'root session of a member account', icon: 'shield' },
  'service-linked': { words: 'service-linked role', icon: 'gear' },
  service: { words: 'AWS service', icon: 'gear' },
  'external-account': { words: 'external account', icon: 'link-external' },
  unknown: { words: 'unknown origin', icon: 'question' },
};

export function kindWords(kind: SessionKind): string {
  return KINDS[kind].words;
}

/** `platform-admin as botocore-session-1`, `ci-legacy-deploy`. */
export function sessionName(row: Pick<SessionRow, 'arn' | 'name' | 'principalId' | 'id'>): string {
  const [, role, session] = /:assumed-role\/(?:.*\/)?([^/]+)\/([^/]+)$/.exec(row.arn) ?? [];
  if (role !== undefined && session !== undefined) return plain(`${role} as ${session}`);
  return plain(row.name || row.arn || row.principalId || row.id);
}

/** `8.8.8.8 (AS15169 Google LLC, US; 12)`. */
function placeText({ location, events, network }: SessionRow['locations'][number]): string {
  return `${location} (${network === undefined ? '' : `${network}; `}${events})`;
}

export function depthText(row: Pick<SessionRow, 'depth' | 'depthIsMinimum'>): string {
  return row.depthIsMinimum ? `≥ ${row.depth}` : String(row.depth);
}

export function sessionDescription(row: SessionRow): string {
  const parts = [kindWords(row.kind)];
  if (row.depth > 0 || row.depthIsMinimum) parts.push(`depth ${depthText(row)}`);
  const anomaly = row.severity === null ? undefined : depthWords(row.depth);
  if (anomaly !== undefined) parts.push(anomaly);
  parts.push(counted(row.events, 'event'));
  if (row.denied > 0) parts.push(`${row.denied} denied`);
  return parts.join(' · ');
}

/** Coloured by depth where a finding is on it; a deep chain that the case file allows is no alarm. */
export function sessionSign(row: SessionRow): Sign {
  const color = row.severity === null ? undefined : depthColor(row.depth);
  return color === undefined ? { icon: KINDS[row.kind].icon } : { icon: KINDS[row.kind].icon, color };
}

export function sessionAccessible(row: SessionRow): string {
  const severity = row.severity === null ? 'no finding' : `worst finding ${row.severity}`;
  return `Session ${sessionName(row)}, ${sessionDescription(row).replaceAll(' · ', ', ')}, ${severity}`;
}

/** A row of the lineage tree. */
export function sessionItem(row: SessionRow, id: string): ItemModel {
  return {
    id,
    label: sessionName(row),
    description: [row.severity, sessionDescription(row)].filter(Boolean).join(' · '),
    sign: sessionSign(row),
    contextValue: 'session',
    accessible: `${sessionAccessible(row)}${row.children > 0 ? `, issued ${counted(row.children, 'session')}` : ''}`,
    // Its origin is below it, if nothing else.
    expand: 'collapsed',
    command: { id: 'cloudtrailLineage.showLineage', title: 'Show lineage', arguments: [{ session: row.id }] },
  };
}

const MAX_LISTED = 5;

export function sessionTooltip(row: SessionRow): readonly TooltipLine[] {
  const listed = (values: readonly string[]) =>
    values.length <= MAX_LISTED
      ? values.map((value) => plain(value)).join(', ')
      : `${values
          .slice(0, MAX_LISTED)
          .map((value) => plain(value))
          .join(', ')} and ${values.length - MAX_LISTED} more`;
  const lines: TooltipLine[] = [
    { text: sessionName(row) },
    { label: 'Kind', text: kindWords(row.kind) },
    { label: 'ARN', text: plain(row.arn) },
    { label: 'Account', text: plain(row.accountId) },
    { label: row.keys.length === 1 ? 'Access key' : 'Access keys', text: listed(row.keys) },
    { label: 'Active', text: `${row.firstEventTime ?? 'never'} to ${row.lastEventTime ?? 'never'}` },
    { label: 'From', text: listed(row.locations.map(placeText)) },
    { label: 'With', text: listed(row.userAgents) },
    { label: 'Origin', text: plain(row.linkExplanation.text) },
  ];
  return lines.filter(({ text }) => text !== '');
}
