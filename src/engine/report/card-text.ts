/**
 * A card of the lineage in words, the same in every report: who, how it came about, and what is told of it.
 *
 * Guarantee: colours are also words (`ORANGE possibly anomalous`); texts are as the logs have them: whoever prints them cleans them.
 */
import { counted } from '../detect/text';
import type { SliceAction, SliceEdge, SliceNode } from './slice';

export interface CardLine {
  readonly label: string;
  readonly value: string;
}

const kindWords: Readonly<Record<SliceNode['kind'], string>> = {
  'long-term-key': 'user',
  root: 'root user',
  role: 'role',
  'ec2-instance': 'instance',
  'ssm-hybrid': 'managed node',
  lambda: 'Lambda function',
  'ecs-task': 'ECS task',
  'eks-pod': 'pod',
  workload: 'workload',
  'web-identity': 'web identity',
  saml: 'SAML user',
  sso: 'SSO user',
  'roles-anywhere': 'Roles Anywhere',
  cognito: 'Cognito identity',
  console: 'console sign-in',
  'session-token': 'session token of user',
  'federated-user': 'federated user',
  'assume-root': 'root session',
  'service-linked': 'service-linked role',
  service: 'service',
  'external-account': '',
  unknown: 'principal',
  user: 'user',
  'access-key': 'access key',
  'login-profile': 'console password',
  policy: 'policy',
  other: '',
};

export function cardTitle({ kind, title }: SliceNode): string {
  return `${kindWords[kind]} ${title}`.trim();
}

/** The colour of the panel, and what it means. */
export function toneWords({ tone, toneLabel, type, depth, depthText }: SliceNode): string {
  const label = toneLabel.slice(0, 1).toLowerCase() + toneLabel.slice(1);
  const colour = tone === 'orange' ? 'ORANGE ' : tone === 'red' ? 'RED ' : '';
  return `${colour}${label}${type === 'session' && depth > 0 ? `, depth ${depthText}` : ''}`;
}

/** How it came from the card above: `AssumeRole · 02:41:09`, and how sure that is unless the key itself says so. */
export function edgeWords({ label, confidence }: SliceEdge): string {
  switch (confidence) {
    case 'exact':
    case 'twin':
      return label;
    case 'session':
    case 'console':
    case 'inferred':
    case 'none':
      return `${label} (link: ${confidence})`;
    case 'ambiguous':
      return `${label} (one of several possible origins)`;
  }
}

const mostPlaces = 6;
/** Of each class of actions. */
const mostActions = 6;

export function cardLines(node: SliceNode): CardLine[] {
  return node.type === 'object' ? objectLines(node) : sessionLines(node);
}

function objectLines({ subtitle, firstEventTime }: SliceNode): CardLine[] {
  return [{ label: 'what', value: [subtitle, firstEventTime ?? ''].filter((part) => part !== '').join(', ') }];
}

function sessionLines(node: SliceNode): CardLine[] {
  const lines: CardLine[] = [
    { label: 'who', value: whoText(node) },
    { label: 'when', value: whenText(node) },
    { label: 'from', value: placesText(node) },
    ...actionLines(node.actions),
  ];
  if (node.moreChildren > 0) {
    lines.push({ label: 'more', value: `${String(node.moreChildren)} more came of it, not drawn: who ${node.id}` });
  }
  return lines.filter(({ value }) => value !== '');
}

function whoText({ subtitle, accountId, keys }: SliceNode): string {
  const unsaid = keys.filter((key) => !subtitle.includes(key));
  return [
    subtitle,
    accountId === '' ? '' : `account ${accountId}`,
    unsaid.length === 0 ? '' : `${unsaid.length === 1 ? 'key' : 'keys'} ${unsaid.slice(0, 4).join(' ')}`,
    unsaid.length > 4 ? `and ${String(unsaid.length - 4)} more keys` : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function whenText({ firstEventTime, lastEventTime, events, denied }: SliceNode): string {
  const span =
    lastEventTime === null || lastEventTime === firstEventTime
      ? (firstEventTime ?? 'time not told')
      : `${firstEventTime ?? ''} to ${lastEventTime}`;
  return `${span} · ${events === 0 ? 'not used in these logs' : counted(events, 'event')}${denied === 0 ? '' : `, ${String(denied)} denied`}`;
}

function placesText({ locations }: SliceNode): string {
  const texts = locations
    .slice(0, mostPlaces)
    .map(
      ({ location, events, suspicious, network }) =>
        `${location} (${[network ?? '', String(events)].filter((text) => text !== '').join(', ')})${suspicious ? ' SUSPICIOUS' : ''}`,
    );
  return [...texts, ...(locations.length > mostPlaces ? [`${String(locations.length - mostPlaces)} more`] : [])].join(
    ', ',
  );
}

/** One line a class, in the order of the card: the most telling class first. */
function actionLines(actions: readonly SliceAction[]): CardLine[] {
  const byClass = new Map<string, SliceAction[]>();
  for (const action of actions) {
    byClass.set(action.class, [...(byClass.get(action.class) ?? []), action]);
  }
  return [...byClass].map(([name, list]) => ({
    label: 'did',
    value: `${name.replaceAll('-', ' ')}: ${[...list.slice(0, mostActions).map(actionText), ...(list.length > mostActions ? [`${String(list.length - mostActions)} more`] : [])].join(', ')}`,
  }));
}

function actionText({ eventSource, eventName, count, denied, failed = 0 }: SliceAction): string {
  const service = eventSource.replace('.amazonaws.com', '');
  const refused = denied === 0 ? '' : denied === count ? ', denied' : `, ${String(denied)} denied`;
  const failing = failed === 0 ? '' : failed === count ? ', failed' : `, ${String(failed)} failed`;
  return `${service} ${eventName} ×${String(count)}${refused}${failing}`;
}
