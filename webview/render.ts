/**
 * Draws a layout as SVG, with D3's joins, so that unfolding a branch keeps the cards that stay.
 *
 * Guarantee: everything a log says becomes text content; colours come from classes only; the cards are a tree for
 * assistive technology, with one tab stop; the edges, which say nothing the cards and details do not, are hidden from it.
 */
import { type Selection, select } from 'd3';
import type { Tone } from '../src/shared/panel-messages';
import { iconOf, svgIcon } from './icons';
import type { LaidCard, LaidEdge, Layout } from './layout';
import { treePositions } from './navigate';
import { nodeLabel, suspicious } from './words';

export interface Drawing {
  readonly svg: SVGSVGElement;
  readonly viewport: SVGGElement;
  readonly edges: SVGGElement;
  readonly cards: SVGGElement;
}

const SVG = 'http://www.w3.org/2000/svg';
const TONES: readonly Tone[] = ['root', 'ok', 'orange', 'red', 'object'];

function group(document: Document, className: string): SVGGElement {
  const g = document.createElementNS(SVG, 'g');
  g.setAttribute('class', className);
  return g;
}

/** Arrow heads, one a tone, and the cross of a failed attempt. */
function addMarkers(svg: SVGSVGElement): void {
  const defs = select(svg).append('defs');
  const markers = [
    ...TONES.map((tone) => ({ id: `arrow-${tone}`, path: 'M0,0.5L9,5L0,9.5z', tone })),
    { id: 'cross', path: 'M1,1L9,9M9,1L1,9', tone: 'cross' },
  ];
  for (const { id, path, tone } of markers) {
    defs
      .append('marker')
      .attr('id', id)
      .attr('viewBox', '0 0 10 10')
      .attr('refX', 8)
      .attr('refY', 5)
      .attr('markerWidth', 9)
      .attr('markerHeight', 9)
      .attr('markerUnits', 'userSpaceOnUse')
      .attr('orient', 'auto')
      .append('path')
      .attr('class', `marker tone-${tone}`)
      .attr('d', path);
  }
}

export function createDrawing(document: Document, label: string): Drawing {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'lineage');
  svg.setAttribute('role', 'presentation');
  addMarkers(svg);
  const viewport = group(document, 'viewport');
  const edges = group(document, 'edges');
  edges.setAttribute('aria-hidden', 'true');
  const cards = group(document, 'cards');
  cards.setAttribute('role', 'tree');
  cards.setAttribute('aria-label', label);
  viewport.append(edges, cards);
  svg.append(viewport);
  return { svg, viewport, edges, cards };
}

/** Rounded for sessions; with a folded corner for objects that were left behind; a pill for "more". */
function outline(card: LaidCard): string {
  const { width: w, height: h } = card;
  if (card.type === 'object') {
    const cut = 14;
    return `M3,0H${w - cut}L${w},${cut}V${h - 3}a3,3 0 0 1 -3,3H3a3,3 0 0 1 -3,-3V3a3,3 0 0 1 3,-3z`;
  }
  const r = card.type === 'more' ? h / 2 : 5;
  return `M${r},0H${w - r}a${r},${r} 0 0 1 ${r},${r}V${h - r}a${r},${r} 0 0 1 -${r},${r}H${r}a${r},${r} 0 0 1 -${r},-${r}V${r}a${r},${r} 0 0 1 ${r},-${r}z`;
}

/** The coloured bar at the left, inside the outline. */
function bar(card: LaidCard): string {
  return `M5,0H6V${card.height}H5a5,5 0 0 1 -5,-5V5a5,5 0 0 1 5,-5z`;
}

function moreLabel(card: LaidCard): string {
  const text = card.lines[0]?.text ?? '';
  return card.folded > 0 ? `${text}, Enter shows them` : `${text}, Enter opens the lineage of their parent`;
}

function isSuspicious({ node }: LaidCard): boolean {
  return node !== undefined && suspicious(node);
}

type CardGroup = Selection<SVGGElement, LaidCard, SVGGElement, unknown>;

function fillCard(g: SVGGElement, card: LaidCard): void {
  const own = select(g);
  own.selectAll('*').remove();
  own.append('path').attr('class', 'halo').attr('d', outline(card));
  own.append('path').attr('class', 'face').attr('d', outline(card));
  if (card.type !== 'more') own.append('path').attr('class', 'bar').attr('d', bar(card));
  if (card.type === 'object')
    own
      .append('path')
      .attr('class', 'fold')
      .attr('d', `M${card.width - 14},0v14h14`);
  if (card.node !== undefined) {
    const icon = svgIcon(g.ownerDocument, iconOf(card.node));
    icon.setAttribute('x', '12');
    icon.setAttribute('y', '7');
    g.append(icon);
  }
  for (const line of card.lines) {
    // Between the lines for whoever reads the text: it is not drawn.
    g.append(' ');
    own.append('text').attr('class', `text-${line.role}`).attr('x', line.x).attr('y', line.y).text(line.text);
  }
}

function renderCards(drawing: Drawing, layout: Layout): void {
  const positions = treePositions(layout.cards);
  drawing.cards.setAttribute('aria-orientation', layout.direction === 'across' ? 'horizontal' : 'vertical');
  const cards: CardGroup = select(drawing.cards)
    .selectAll<SVGGElement, LaidCard>('g.card')
    .data([...layout.cards], (card) => card.id)
    .join('g');
  cards
    .attr('class', (card) => `card type-${card.type} tone-${card.tone}${isSuspicious(card) ? ' is-suspicious' : ''}`)
    .attr('role', 'treeitem')
    .attr('tabindex', '-1')
    .attr('transform', (card) => `translate(${card.x},${card.y})`)
    .attr('aria-label', (card) =>
      card.node === undefined
        ? moreLabel(card)
        : nodeLabel(
            card.node,
            card.lines.map(({ text }) => text),
          ),
    )
    .attr('aria-level', (card) => positions.get(card.id)?.level ?? 1)
    .attr('aria-posinset', (card) => positions.get(card.id)?.position ?? 1)
    .attr('aria-setsize', (card) => positions.get(card.id)?.size ?? 1)
    .attr('aria-selected', 'false')
    .each(function (card) {
      fillCard(this, card);
    })
    .order();
}

function fillEdge(g: SVGGElement, edge: LaidEdge): void {
  const own = select(g);
  own.selectAll('*').remove();
  own.append('path').attr('class', 'hit').attr('d', edge.path);
  own
    .append('path')
    .attr('class', 'wire')
    .attr('d', edge.path)
    .attr('marker-end', edge.style === 'attempted' ? 'url(#cross)' : `url(#arrow-${edge.tone})`);
  for (const { text, x, y, anchor, role } of edge.labels) {
    own
      .append('text')
      .attr('class', `label label-${role}`)
      .attr('x', x)
      .attr('y', y)
      .attr('text-anchor', anchor)
      .text(text);
  }
}

function renderEdges(drawing: Drawing, layout: Layout): void {
  select(drawing.edges)
    .selectAll<SVGGElement, LaidEdge>('g.edge')
    .data([...layout.edges], (edge) => edge.key)
    .join('g')
    .attr('class', (edge) => `edge style-${edge.style} tone-${edge.tone}${edge.edge === undefined ? ' to-more' : ''}`)
    .each(function (edge) {
      fillEdge(this, edge);
    });
}

export function render(drawing: Drawing, layout: Layout): void {
  renderEdges(drawing, layout);
  renderCards(drawing, layout);
}

/** Marks one card as selected and as the tab stop, and the edges that lead to it. */
export function renderSelection(drawing: Drawing, selected: string | null): void {
  select(drawing.cards)
    .selectAll<SVGGElement, LaidCard>('g.card')
    .attr('tabindex', (card) => (card.id === selected ? '0' : '-1'))
    .attr('aria-selected', (card) => String(card.id === selected))
    .classed('selected', (card) => card.id === selected);
  select(drawing.edges)
    .selectAll<SVGGElement, LaidEdge>('g.edge')
    .classed('leads-here', (edge) => edge.to === selected);
}

export function cardElement(drawing: Drawing, id: string): SVGGElement | undefined {
  return select(drawing.cards)
    .selectAll<SVGGElement, LaidCard>('g.card')
    .filter((card) => card.id === id)
    .nodes()[0];
}
