/**
 * The details of one node: who, which role, keys, when, from where, with what, what it did, what is known of the
 * instance, what is wrong, and the records that say so.
 *
 * Guarantee: everything drawn on the card or said by an edge is here as text, so that the drawing is never needed to
 * read a lineage; all of it is plain text, in native tables, lists and buttons.
 */
import type { FromPanel, SliceEdge, SliceEvidence, SliceNode, SliceOrigin } from '../src/shared/panel-messages';
import { type Child, type MakeButton, element, linkButton } from './dom';
import { iconOf, svgIcon } from './icons';
import {
  badge,
  classWord,
  counted,
  edgeKindText,
  instantText,
  kindLabel,
  linkText,
  locationsInOrder,
  originText,
  periodText,
  suspicious,
  visible,
} from './words';

export interface DetailsInput {
  readonly node: SliceNode;
  /** The edges that lead to it, drawn or not, and the titles of where they come from. */
  readonly incoming: readonly { readonly edge: SliceEdge; readonly fromTitle: string }[];
  readonly post: (message: FromPanel) => void;
  readonly select: (id: string) => void;
  readonly makeButton: MakeButton;
}

function section(document: Document, title: string, ...children: readonly Child[]): HTMLElement {
  return element(document, 'section', {}, element(document, 'h3', {}, title), ...children);
}

function facts(document: Document, rows: readonly (readonly [string, Child | undefined])[]): HTMLElement {
  const list = element(document, 'dl', {});
  for (const [label, value] of rows) {
    if (value === undefined || value === '') continue;
    list.append(element(document, 'dt', {}, label), element(document, 'dd', {}, value));
  }
  return list;
}

function table(
  document: Document,
  label: string,
  heads: readonly string[],
  rows: readonly (readonly Child[])[],
): HTMLElement {
  const numeric = (head: string): string | undefined => (/^(Count|Events)$/.test(head) ? 'number' : undefined);
  const head = heads.map((text) => element(document, 'th', { scope: 'col', class: numeric(text) }, text));
  const body = rows.map((cells) =>
    element(
      document,
      'tr',
      {},
      ...cells.map((cell, i) => element(document, 'td', { class: numeric(heads[i] ?? '') }, cell)),
    ),
  );
  const made = element(
    document,
    'table',
    { 'aria-label': label },
    element(document, 'thead', {}, element(document, 'tr', {}, ...head)),
    element(document, 'tbody', {}, ...body),
  );
  return made;
}

function code(document: Document, text: string): HTMLElement {
  return element(document, 'code', {}, visible(text));
}

function evidenceList(input: DetailsInput, document: Document, evidence: readonly SliceEvidence[]): HTMLElement {
  const items = evidence.map((record) => {
    const label = `${instantText(record.eventTime)} ${visible(record.eventName)}`;
    const open = linkButton(document, label, `Open record ${visible(record.eventID)}`, () => {
      input.post({ type: 'openEvidence', eventID: record.eventID });
    });
    return element(document, 'li', {}, open, element(document, 'span', { class: 'reason' }, visible(record.reason)));
  });
  return element(document, 'ul', { class: 'evidence' }, ...items);
}

function findings(input: DetailsInput, document: Document): HTMLElement {
  const items = input.node.findings.map((finding) => {
    const title = linkButton(document, visible(finding.title), 'Show this finding', () => {
      input.post({ type: 'showFinding', finding: finding.id });
    });
    const remediate = input.makeButton(document, {
      label: 'Remediate…',
      title: `Generate the remediation for: ${visible(finding.title)}`,
      appearance: 'secondary',
      onClick: () => {
        input.post({ type: 'remediate', finding: finding.id });
      },
    });
    const severity = element(document, 'span', { class: `severity severity-${finding.severity}` }, finding.severity);
    return element(document, 'li', {}, element(document, 'div', {}, severity, ' ', title), remediate);
  });
  return section(document, 'Findings', element(document, 'ul', { class: 'findings' }, ...items));
}

/** The rule and how surely, then the records that it rests on. */
function link(input: DetailsInput, document: Document, origin: SliceOrigin, how: string): readonly Child[] {
  return [
    element(document, 'p', { class: 'muted' }, how),
    element(document, 'p', {}, visible(origin.explanation)),
    evidenceList(input, document, origin.evidence),
  ];
}

function origins(input: DetailsInput, document: Document): HTMLElement {
  const parts = input.incoming.map(({ edge, fromTitle }) => {
    const from = linkButton(document, visible(fromTitle, 200), 'Go to where it came from', () => {
      input.select(edge.from);
    });
    return element(
      document,
      'div',
      { class: 'origin' },
      element(
        document,
        'p',
        {},
        from,
        ` ${edgeKindText(edge.kind)}: `,
        element(document, 'strong', {}, visible(edge.label)),
      ),
      ...link(input, document, edge, linkText(edge)),
    );
  });
  // A delivery by a service, a sign-in and whatever nothing issued hang from no card: the records are there all the same.
  const { origin, type } = input.node;
  if (parts.length === 0 && origin !== null) {
    parts.push(element(document, 'div', { class: 'origin' }, ...link(input, document, origin, originText(origin))));
  }
  return section(document, type === 'object' ? 'How it was made' : 'How it got its credential', ...parts);
}

function places(document: Document, node: SliceNode): HTMLElement {
  const rows = locationsInOrder(node).map((place) => [
    element(
      document,
      'span',
      {},
      code(document, place.location),
      ...(place.network === undefined ? [] : [' ', place.network]),
      ...(place.suspicious ? [' ', element(document, 'strong', { class: 'alert' }, 'Suspicious')] : []),
    ),
    classWord(place.class),
    String(place.events),
  ]);
  return section(document, 'From where', table(document, 'From where', ['Address', 'Network', 'Events'], rows));
}

function actions(document: Document, node: SliceNode): HTMLElement {
  // The denied and the otherwise failed stand under the count, not in a column of their own: the pane is narrow beside the drawing.
  const rows = node.actions.map((action) => [
    element(
      document,
      'span',
      {},
      code(document, action.eventName),
      element(document, 'span', { class: 'service' }, visible(action.eventSource.replace(/\.amazonaws\.com$/, ''))),
    ),
    element(
      document,
      'span',
      { class: `class class-${/^[a-z-]+$/.test(action.class) ? action.class : 'other'}` },
      classWord(action.class),
    ),
    element(
      document,
      'span',
      {},
      String(action.count),
      ...(action.denied > 0 ? [element(document, 'span', { class: 'denied' }, `${action.denied} denied`)] : []),
      ...((action.failed ?? 0) > 0 ? [element(document, 'span', { class: 'denied' }, `${action.failed} failed`)] : []),
    ),
  ]);
  return section(document, 'What it did', table(document, 'What it did', ['Action', 'Class', 'Count'], rows));
}

function context(input: DetailsInput, document: Document): HTMLElement {
  const rows = input.node.facts.map((fact): [string, Child] => {
    const { eventID } = fact;
    if (eventID === undefined) return [visible(fact.label), visible(fact.value)];
    const link = linkButton(document, visible(fact.value), `Open record ${visible(eventID)}`, () => {
      input.post({ type: 'openEvidence', eventID });
    });
    return [visible(fact.label), link];
  });
  return section(document, 'Context from the logs', facts(document, rows));
}

function summary(document: Document, node: SliceNode): HTMLElement {
  const keys = element(document, 'span', { class: 'keys' }, ...node.keys.map((key) => code(document, key)));
  return facts(document, [
    ['What', kindLabel(node)],
    ['Account', node.accountId === '' ? undefined : code(document, node.accountId)],
    [node.keys.length === 1 ? 'Key' : 'Keys', node.keys.length === 0 ? undefined : keys],
    ['Active', periodText(node.firstEventTime, node.lastEventTime)],
    ['Hop', node.type === 'session' ? visible(node.depthText) : undefined],
    ['Events', node.type === 'session' ? `${node.events}, ${counted(node.denied, 'denied', 'denied')}` : undefined],
  ]);
}

/** Where else to look from this session. */
function more(input: DetailsInput, document: Document): HTMLElement {
  const { node } = input;
  const button = (label: string, title: string, type: 'showSession' | 'blastRadius'): HTMLElement =>
    input.makeButton(document, {
      label,
      title,
      appearance: 'secondary',
      onClick: () => {
        input.post({ type, session: node.id });
      },
    });
  return element(
    document,
    'div',
    { class: 'more' },
    button('Blast radius', 'Everything that came of this session, as a page', 'blastRadius'),
    ...(node.focus ? [] : [button('Show the lineage of this session', 'Draw around this session', 'showSession')]),
  );
}

/** Fills the pane. */
export function renderDetails(pane: HTMLElement, input: DetailsInput): void {
  const { node } = input;
  const document = pane.ownerDocument;
  const parts: HTMLElement[] = [
    element(
      document,
      'div',
      { class: `chip tone-${node.tone}${suspicious(node) ? ' is-suspicious' : ''}` },
      svgIcon(document, iconOf(node)),
      badge(node),
    ),
    element(document, 'h2', { tabindex: '-1' }, visible(node.title)),
    element(document, 'p', { class: 'subtitle' }, visible(node.subtitle)),
  ];
  if (node.findings.length > 0) parts.push(findings(input, document));
  parts.push(summary(document, node));
  if (input.incoming.length > 0 || node.origin !== null) parts.push(origins(input, document));
  if (node.facts.length > 0) parts.push(context(input, document));
  if (node.locations.length > 0) parts.push(places(document, node));
  if (node.actions.length > 0) parts.push(actions(document, node));
  if (node.userAgents.length > 0) {
    const agents = node.userAgents.map((agent) => element(document, 'li', {}, code(document, agent)));
    parts.push(section(document, 'With what', element(document, 'ul', { class: 'agents' }, ...agents)));
  }
  if (node.evidence.length > 0) parts.push(section(document, 'Evidence', evidenceList(input, document, node.evidence)));
  if (node.type === 'session') parts.push(more(input, document));
  pane.replaceChildren(...parts);
  pane.scrollTop = 0;
}
