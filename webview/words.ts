/**
 * The words of the panel: everything a card, a screen reader or the copied text says about a node or an edge.
 *
 * Guarantee: pure, deterministic, and safe to show: characters that are invisible or turn the reading direction are
 * written out, because session names, user agents and tags are chosen by whoever made the call.
 */
import type { LineageSlice, SliceEdge, SliceNode, SliceOrigin } from '../src/shared/panel-messages';

const KINDS: Readonly<Record<SliceNode['kind'], string>> = {
  'long-term-key': 'Long-term key',
  root: 'Root user',
  role: 'Role session',
  'ec2-instance': 'EC2 instance',
  'ssm-hybrid': 'Managed node',
  lambda: 'Lambda function',
  'ecs-task': 'ECS task',
  'eks-pod': 'EKS pod',
  workload: 'AWS workload',
  'web-identity': 'Web identity',
  saml: 'SAML sign-in',
  sso: 'Identity Center sign-in',
  'roles-anywhere': 'Roles Anywhere',
  cognito: 'Cognito identity',
  console: 'Console sign-in',
  'session-token': 'Session token',
  'federated-user': 'Federated user',
  'assume-root': 'Root session of a member account',
  'service-linked': 'Service-linked role',
  service: 'AWS service',
  'external-account': 'External account',
  unknown: 'Unknown origin',
  user: 'IAM user',
  'access-key': 'Access key',
  'login-profile': 'Console password',
  policy: 'Policy',
  other: 'Object',
};

const CONFIDENCE: Readonly<Record<SliceEdge['confidence'], string>> = {
  exact: 'Exact',
  twin: 'Exact',
  session: 'By session',
  console: 'By sign-in',
  inferred: 'Inferred',
  ambiguous: 'Ambiguous, one of several possible parents',
  none: 'No issuing record in the logs',
};

const EDGE_KINDS: Readonly<Record<SliceEdge['kind'], string>> = {
  assumed: 'assumed the role',
  delivered: 'delivered the role',
  'signed-in': 'signed in',
  federated: 'signed in by federation',
  token: 'asked for a token',
  created: 'created it',
  'used-key': 'was used',
  attempted: 'tried, and was denied',
};

/** How a line is drawn; the words of the legend. */
export type EdgeStyle = 'exact' | 'session' | 'inferred' | 'ambiguous' | 'attempted';

export const EDGE_STYLES: Readonly<Record<EdgeStyle, string>> = {
  exact: 'exact link',
  session: 'linked by session or sign-in',
  inferred: 'inferred link',
  ambiguous: 'ambiguous link (?)',
  attempted: 'failed attempt (×)',
};

export function edgeStyle(edge: Pick<SliceEdge, 'confidence' | 'kind'>): EdgeStyle {
  if (edge.kind === 'attempted') return 'attempted';
  switch (edge.confidence) {
    case 'exact':
    case 'twin':
      return 'exact';
    case 'session':
    case 'console':
      return 'session';
    case 'ambiguous':
      return 'ambiguous';
    case 'inferred':
    case 'none':
      return 'inferred';
  }
}

/**
 * Control characters, line separators, zero-width and direction-changing characters (Unicode Cc, Cf, Zl, Zp), written
 * as `\u{202e}`. A soft limit keeps a megabyte of user agent from becoming a megabyte of page.
 */
export function visible(text: string, limit = 600): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

export function kindLabel(node: Pick<SliceNode, 'kind' | 'type'>): string {
  // `role` is a session of it as a session, and the role itself among the objects.
  return node.kind === 'role' && node.type === 'object' ? 'IAM role' : KINDS[node.kind];
}

const CLASSES: Readonly<Record<string, string>> = {
  read: 'Read',
  identity: 'Identity',
  persistence: 'Persistence',
  privilege: 'Privilege',
  'defense-evasion': 'Defense evasion',
  'credential-access': 'Credential access',
  exfiltration: 'Exfiltration',
  impact: 'Impact',
  'other-write': 'Other write',
  service: 'AWS service',
  internal: 'AWS internal',
  'console-proxy': 'AWS console',
  'vpce-private': 'VPC endpoint',
  'private-odd': 'Private address',
  'public-v4': 'Public IPv4',
  'public-v6': 'Public IPv6',
  reserved: 'Reserved address',
  invalid: 'Not an address',
  none: 'No address',
};

/** The word for a class of actions or networks; one that is not known here, as it is. */
export function classWord(name: string): string {
  return Object.hasOwn(CLASSES, name) ? (CLASSES[name] ?? name) : visible(name);
}

export function confidenceText(edge: Pick<SliceEdge, 'confidence' | 'kind'>): string {
  return edge.kind === 'attempted' ? 'Attempt: the call failed, nothing was issued' : CONFIDENCE[edge.confidence];
}

/** How surely, and by which rule. */
export function linkText(link: Pick<SliceEdge, 'confidence' | 'kind' | 'rule'>): string {
  return withRule(confidenceText(link), link.rule);
}

/** The same of what hangs from no card. */
export function originText({ confidence, rule }: Pick<SliceOrigin, 'confidence' | 'rule'>): string {
  return withRule(confidence === 'none' ? 'The lineage starts here' : CONFIDENCE[confidence], rule);
}

function withRule(words: string, rule: string): string {
  return rule === '' ? words : `${words}. Rule: ${visible(rule)}.`;
}

export function edgeKindText(kind: SliceEdge['kind']): string {
  return EDGE_KINDS[kind];
}

export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** Header of the card: place in the lineage and what colour says, in words. */
export function badge(node: SliceNode): string {
  const kind = kindLabel(node);
  const hop = node.depth > 0 ? `Hop ${visible(node.depthText)}` : '';
  switch (node.tone) {
    case 'root':
      return `Root · ${kind}`;
    case 'object':
      // What has no kind of its own says on its second line what it is.
      return [visible(node.toneLabel) || 'Left behind', node.kind === 'other' ? '' : kind].filter(Boolean).join(' · ');
    case 'ok':
      return hop === '' ? kind : `${hop} · ${kind}`;
    case 'orange':
    case 'red':
      return [hop, visible(node.toneLabel)].filter(Boolean).join(' · ');
  }
}

/** `2023-07-10 02:41–02:44 UTC`; minutes, since the details have the seconds. */
export function spanText(first: string | null, last: string | null): string {
  if (first === null) return '';
  const from = `${first.slice(0, 10)} ${first.slice(11, 16)}`;
  if (last === null || last.slice(0, 16) === first.slice(0, 16)) return `${from} UTC`;
  const sameDay = last.slice(0, 10) === first.slice(0, 10);
  const sameYear = last.slice(0, 4) === first.slice(0, 4);
  const until = sameDay ? last.slice(11, 16) : `${last.slice(sameYear ? 5 : 0, 10)} ${last.slice(11, 16)}`;
  return `${from}${sameDay ? '–' : ' – '}${until} UTC`;
}

/** `2023-07-10 02:41:09 – 02:44:10 UTC`. */
export function periodText(first: string | null, last: string | null): string {
  if (first === null) return '';
  const from = instantText(first);
  if (last === null || last === first) return from;
  const until = instantText(last);
  return `${from.replace(/ UTC$/, '')} – ${until.slice(0, 10) === from.slice(0, 10) ? until.slice(11) : until}`;
}

/** `2023-07-10 02:41:09 UTC` of `2023-07-10T02:41:09Z`; anything else as it is. */
export function instantText(time: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time)
    ? `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`
    : visible(time);
}

export function suspicious(node: SliceNode): boolean {
  return node.locations.some((location) => location.suspicious);
}

/** Suspicious places first: they are why someone looks. */
export function locationsInOrder(node: SliceNode): SliceNode['locations'] {
  return [...node.locations].sort((a, b) => Number(b.suspicious) - Number(a.suspicious));
}

/** Where it was used from: one line, or a line for each place when one of them is suspicious. */
function placeLines(node: SliceNode): CardLine[] {
  const places = locationsInOrder(node);
  const more = (shown: number): string => (places.length > shown ? ` +${places.length - shown}` : '');
  const [first] = places;
  if (first === undefined) return [];
  if (!first.suspicious) return [{ text: `from ${visible(first.location, 200)}${more(1)}`, role: 'muted' }];
  return places.slice(0, 2).map(({ location, suspicious: odd }, index) => ({
    text: `${odd ? 'Suspicious: ' : 'from '}${visible(location, 200)}${index === 1 ? more(2) : ''}`,
    role: odd ? 'alert' : 'muted',
  }));
}

export function countsText(node: SliceNode): string {
  if (node.type === 'object' && node.events === 0) return '';
  return node.denied > 0 ? `${counted(node.events, 'event')}, ${node.denied} denied` : counted(node.events, 'event');
}

interface CardLine {
  readonly text: string;
  readonly role: 'plain' | 'muted' | 'alert';
}

export interface CardText {
  readonly badge: string;
  readonly title: string;
  /** The lines under the title; none is empty. */
  readonly lines: readonly CardLine[];
}

/** What a card says; time and place share a line where `fits` says that they may. */
export function cardText(node: SliceNode, fits: (line: string) => boolean = () => false): CardText {
  const when = spanText(node.firstEventTime, node.lastEventTime);
  const places = placeLines(node);
  const [place] = places;
  const both = `${when} · ${place?.text ?? ''}`;
  const shared = when !== '' && places.length === 1 && place?.role === 'muted' && fits(both);
  const middle: readonly CardLine[] = shared
    ? [{ text: both, role: 'muted' }]
    : [{ text: when, role: 'muted' }, ...places];
  const lines: readonly CardLine[] = [
    { text: visible(node.subtitle, 200), role: 'plain' },
    ...middle,
    { text: [visible(node.accountId), countsText(node)].filter(Boolean).join(' · '), role: 'muted' },
  ];
  return { badge: badge(node), title: visible(node.title, 200), lines: lines.filter((line) => line.text !== '') };
}

const COLOURS: Readonly<Record<SliceNode['tone'], string>> = {
  root: '',
  ok: '',
  orange: 'orange',
  red: 'red',
  object: '',
};

/**
 * What a screen reader says of a node: what is on its card, in that order (so that speech input can name it), then in
 * full what had to be cut there, what the colour says, and what there is besides.
 */
export function nodeLabel(node: SliceNode, drawn?: readonly string[]): string {
  const card = cardText(node);
  const whole = [card.badge, card.title, ...card.lines.map((line) => line.text)];
  const shown = drawn ?? whole;
  const said = shown.join(' ');
  const colour = COLOURS[node.tone];
  const word = visible(node.toneLabel);
  return [
    ...shown,
    ...whole.filter((text) => !said.includes(text)),
    colour === '' ? '' : `${colour}: ${word}`,
    card.badge.includes(kindLabel(node)) ? '' : kindLabel(node),
    node.locations.length > 1 ? `used from ${node.locations.length} addresses` : '',
    node.findings.length > 0 ? counted(node.findings.length, 'finding') : '',
    node.focus ? 'opened here' : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** Said on selection, in addition to the label: what the details hold. */
export function selectionText(node: SliceNode): string {
  const parts = [
    counted(node.actions.length, 'action'),
    counted(node.evidence.length, 'evidence record'),
    counted(node.findings.length, 'finding'),
  ];
  return `Details of ${visible(node.title, 200)}: ${parts.join(', ')}.`;
}

/** What an edge says when pointed at: ends, how surely it is known, the rule, its records; one a line. */
export function edgeLabel(edge: SliceEdge, from: string, to: string): string {
  const evidence = edge.evidence.map(
    (e) => `${visible(e.reason)}: ${visible(e.eventName)} at ${instantText(e.eventTime)}`,
  );
  return [
    `${visible(from, 200)} → ${visible(to, 200)}: ${visible(edge.label)}`,
    linkText(edge),
    visible(edge.explanation),
    ...evidence,
  ]
    .filter(Boolean)
    .join('\n');
}

export function omittedText(slice: LineageSlice): string {
  return slice.omitted > 0
    ? `${counted(slice.omitted, 'more session')} of this lineage ${slice.omitted === 1 ? 'is' : 'are'} not drawn.`
    : '';
}
