/** What the shapes and lines of the drawing mean; only those that are in it. */
import type { Tone } from '../src/shared/panel-messages';
import { element } from './dom';
import { iconOf, svgIcon } from './icons';
import type { LaidCard, LaidEdge } from './layout';
import { EDGE_STYLES, type EdgeStyle, visible } from './words';

const SVG = 'http://www.w3.org/2000/svg';
const STYLES: readonly EdgeStyle[] = ['exact', 'session', 'inferred', 'ambiguous', 'attempted'];
const TONES: readonly Tone[] = ['orange', 'red', 'object'];

function sample(document: Document, style: EdgeStyle): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 30 10');
  svg.setAttribute('width', '30');
  svg.setAttribute('height', '10');
  svg.setAttribute('class', `edge style-${style}`);
  svg.setAttribute('aria-hidden', 'true');
  const wire = document.createElementNS(SVG, 'path');
  wire.setAttribute('class', 'wire');
  wire.setAttribute('d', 'M1,5H29');
  svg.append(wire);
  return svg;
}

export function renderLegend(legend: HTMLElement, edges: readonly LaidEdge[], cards: readonly LaidCard[]): void {
  const { ownerDocument: document } = legend;
  const tones = TONES.flatMap((tone) => {
    const card = cards.find((one) => one.tone === tone && one.node !== undefined);
    if (card?.node === undefined) return [];
    const icon = svgIcon(document, iconOf(card.node));
    return [element(document, 'span', { class: `sign tone-${tone}` }, icon, visible(card.node.toneLabel))];
  });
  const styles = STYLES.filter((style) => edges.some((edge) => edge.edge !== undefined && edge.style === style)).map(
    (style) => element(document, 'span', {}, sample(document, style), EDGE_STYLES[style]),
  );
  legend.replaceChildren(...tones, ...styles);
}
