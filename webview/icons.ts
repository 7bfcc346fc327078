/**
 * The few signs of the panel, drawn for it on a grid of 16: outlines in the current colour, so that they follow every
 * theme. Each tone and each kind of object has its own shape: colour is never the only sign.
 */
import type { SliceNode } from '../src/shared/panel-messages';

export interface Icon {
  /** Path of the outline. */
  readonly line: string;
  /** Path filled with the current colour. */
  readonly fill?: string;
}

const KEY: Icon = {
  line: 'M10.5 2.5a3.5 3.5 0 1 1-1.9 6.4L7 10.5H5.5V12H4v1.5H2V11l4.4-4.4a3.5 3.5 0 0 1 4.1-4.1z',
  fill: 'M11.5 4.5a1 1 0 1 1-.01 0z',
};
const PERSON: Icon = { line: 'M8 2a2.8 2.8 0 1 1-.01 0zM2.5 14c0-3 2.4-4.7 5.5-4.7s5.5 1.7 5.5 4.7z' };
const HAT: Icon = { line: 'M8 1.8l5.2 2v3.9c0 3.2-2.2 5.4-5.2 6.5-3-1.1-5.2-3.3-5.2-6.5V3.8z' };
const SERVER: Icon = {
  line: 'M2.5 2.5h11v4h-11zM2.5 9.5h11v4h-11z',
  fill: 'M4.5 3.9h1.3v1.3H4.5zM4.5 10.9h1.3v1.3H4.5z',
};
const FUNCTION: Icon = { line: 'M3 2.5h3l6 11h2M7.3 6.8L3 13.5' };
const BOX: Icon = { line: 'M8 1.8l5.5 3v6.4L8 14.2l-5.5-3V4.8zM2.5 4.8L8 7.9l5.5-3.1M8 7.9v6.3' };
const GLOBE: Icon = {
  line: 'M8 1.8a6.2 6.2 0 1 1-.01 0zM1.8 8h12.4M8 1.8c3.6 3.4 3.6 9 0 12.4M8 1.8c-3.6 3.4-3.6 9 0 12.4',
};
const SCREEN: Icon = { line: 'M1.8 2.8h12.4v8.4H1.8zM5 13.8h6M8 11.2v2.6' };
const DOCUMENT: Icon = { line: 'M3.5 1.8h6l3 3v9.4h-9zM9.5 1.8v3h3M5.5 8h5M5.5 10.8h5' };
const LOCK: Icon = { line: 'M3 7h10v7H3zM5 7V5a3 3 0 0 1 6 0v2' };
const CROWN: Icon = { line: 'M2 12.8h12L15 4.5l-4 3.2L8 2.8 5 7.7 1 4.5z' };
const QUESTION: Icon = {
  line: 'M8 1.8a6.2 6.2 0 1 1-.01 0zM6 6.2c0-2.8 4-2.6 4-.2 0 1.6-2 1.6-2 3.2',
  fill: 'M7.3 10.8h1.4v1.4H7.3z',
};

const WARNING: Icon = { line: 'M8 1.8l6.6 12H1.4zM8 6v4', fill: 'M7.3 11.1h1.4v1.4H7.3z' };
const ALARM: Icon = {
  line: 'M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3zM6.2 4.3v4.5M9.8 4.3v4.5',
  fill: 'M5.5 10.2h1.4v1.5H5.5zM9.1 10.2h1.4v1.5H9.1z',
};

const KINDS: Readonly<Partial<Record<SliceNode['kind'], Icon>>> = {
  'long-term-key': KEY,
  'access-key': KEY,
  'session-token': KEY,
  root: CROWN,
  'assume-root': CROWN,
  user: PERSON,
  'federated-user': PERSON,
  'ec2-instance': SERVER,
  'ssm-hybrid': SERVER,
  lambda: FUNCTION,
  'ecs-task': BOX,
  'eks-pod': BOX,
  workload: BOX,
  service: BOX,
  'service-linked': BOX,
  'web-identity': GLOBE,
  saml: GLOBE,
  sso: GLOBE,
  cognito: GLOBE,
  'roles-anywhere': GLOBE,
  'external-account': GLOBE,
  console: SCREEN,
  'login-profile': LOCK,
  policy: DOCUMENT,
  unknown: QUESTION,
  other: DOCUMENT,
};

export function iconOf(node: SliceNode): Icon {
  if (node.tone === 'red') return ALARM;
  if (node.tone === 'orange') return WARNING;
  return KINDS[node.kind] ?? HAT;
}

export const ZOOM_IN: Icon = { line: 'M7 2a5 5 0 1 1-.01 0zM10.6 10.6L14.5 14.5M4.7 7h4.6M7 4.7v4.6' };
export const ZOOM_OUT: Icon = { line: 'M7 2a5 5 0 1 1-.01 0zM10.6 10.6L14.5 14.5M4.7 7h4.6' };
export const TURN: Icon = {
  line: 'M2 2.5h5v4H2zM9 9.5h5v4H9zM9.5 4.5h2v3M11.5 4.5V7.5M9.8 6l1.7 1.7L13.2 6',
};
export const FIT: Icon = { line: 'M2 5.5V2h3.5M10.5 2H14v3.5M14 10.5V14h-3.5M5.5 14H2v-3.5M5 5.5h6v5H5z' };

const SVG = 'http://www.w3.org/2000/svg';

export function svgIcon(document: Document, icon: Icon): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('width', '16');
  svg.setAttribute('height', '16');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('class', 'icon-line');
  line.setAttribute('d', icon.line);
  svg.append(line);
  if (icon.fill !== undefined) {
    const fill = document.createElementNS(SVG, 'path');
    fill.setAttribute('class', 'icon-fill');
    fill.setAttribute('d', icon.fill);
    svg.append(fill);
  }
  return svg;
}
