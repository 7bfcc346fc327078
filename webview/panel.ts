/**
 * The panel: header and toolbar, drawing, legend and details, and the wire between them and the extension.
 *
 * Guarantee: one slice is shown at a time; what is selected survives a reload; messages it does not know change nothing.
 */
import type { FromPanel, LineageSlice } from '../src/shared/panel-messages';
import { renderDetails } from './details';
import { type MakeButton, element } from './dom';
import { type Caps, DEFAULT_CAPS, type SliceGraph, buildGraph } from './graph';
import { FIT, TURN, ZOOM_IN, ZOOM_OUT, svgIcon } from './icons';
import { type Interaction, interact } from './interact';
import type { Direction, Font, Measure } from './card';
import { type LaidCard, type Layout, layOut } from './layout';
import { renderLegend } from './legend';
import { type Host, dispatch, rememberedSelection, rememberedState, stateOf, toPanelMessage } from './messages';
import { firstSelected } from './navigate';
import { outlineText } from './outline';
import { createDrawing, render, renderSelection } from './render';
import { betterDirection } from './viewport';
import { edgeLabel, omittedText, selectionText, visible } from './words';

export interface PanelParts {
  readonly window: Window & typeof globalThis;
  readonly app: HTMLElement;
  readonly host: Host;
  readonly makeButton: MakeButton;
}

/** Measures with the fonts the style sheet gives to the drawing. */
function canvasMeasure(window: Window & typeof globalThis): Measure {
  const context = window.document.createElement('canvas').getContext('2d');
  const family = window.getComputedStyle(window.document.body).fontFamily || 'sans-serif';
  const fonts: Readonly<Record<Font, string>> = {
    title: `600 13px ${family}`,
    badge: `600 12px ${family}`,
    line: `12px ${family}`,
    label: `12px ${family}`,
  };
  // Both directions and every unfolding measure the same texts again, and setting a font is what costs.
  const known = new Map<string, number>();
  return (text, font) => {
    if (context === null) return text.length * 7;
    const key = `${font} ${text}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    context.font = fonts[font];
    const { width } = context.measureText(text);
    known.set(key, width);
    return width;
  };
}

/** How many children more one unfolding shows. */
const UNFOLD = 50;

export function startPanel({ window, app, host, makeButton }: PanelParts): void {
  const { document } = window;
  const before = rememberedState(host.getState());
  const post = (message: FromPanel): void => {
    host.postMessage(message);
  };

  let slice: LineageSlice | undefined;
  let graph: SliceGraph | undefined;
  let layout: Layout | undefined;
  let selected: string | null = null;
  /** Chosen by the user; else what shows more. */
  let direction: Direction | undefined;
  let measure = canvasMeasure(window);
  let unfolded: ReadonlyMap<string, number> = new Map();

  // ---- The page
  const title = element(document, 'h1', {});
  const note = element(document, 'p', { class: 'note' });
  const toolbar = element(document, 'div', { class: 'toolbar', role: 'group', 'aria-label': 'Lineage' });
  const header = element(document, 'header', {}, element(document, 'div', { class: 'heading' }, title, note), toolbar);
  const drawing = createDrawing(document, 'Lineage');
  const tooltip = element(document, 'div', { class: 'tooltip', role: 'tooltip' });
  tooltip.hidden = true;
  const frame = element(document, 'div', { class: 'frame' }, drawing.svg, tooltip);
  const legend = element(document, 'div', { class: 'legend' });
  const graphPane = element(document, 'section', { class: 'graph', 'aria-label': 'Lineage graph' }, frame, legend);
  const details = element(document, 'section', { class: 'details', 'aria-label': 'Details', tabindex: '0' });
  const live = element(document, 'div', { class: 'visually-hidden', 'aria-live': 'polite', role: 'status' });
  const body = element(document, 'main', {}, graphPane, details);
  const message = element(document, 'p', { role: 'status' }, 'Waiting for the analysis…');
  const notice = element(document, 'main', { class: 'message' }, element(document, 'h1', {}, 'Lineage'), message);
  app.replaceChildren(notice, live);

  const hands: Interaction = interact(drawing, frame, tooltip, {
    onSelect: choose,
    onOpen: open,
    onResize: () => {
      if (direction === undefined && slice !== undefined && chooseLayout().direction !== layout?.direction) draw(true);
    },
    edgeText: ({ edge, from, to }) => (edge === undefined ? 'Not drawn' : edgeLabel(edge, titleOf(from), titleOf(to))),
  });

  function titleOf(id: string): string {
    return slice?.nodes.find((node) => node.id === id)?.title ?? id;
  }
  const cardOf = (id: string): LaidCard | undefined => layout?.cards.find((card) => card.id === id);

  function choose(id: string): void {
    selected = id;
    renderSelection(drawing, id);
    if (slice === undefined) return;
    host.setState(stateOf(slice, id));
    const node = cardOf(id)?.node;
    if (node === undefined) return;
    showDetails();
    live.textContent = selectionText(node);
  }

  function showDetails(): void {
    const node = slice?.nodes.find(({ id }) => id === selected);
    if (node === undefined) {
      details.replaceChildren();
      return;
    }
    const incoming = (graph?.incoming.get(node.id) ?? []).map((edge) => ({ edge, fromTitle: titleOf(edge.from) }));
    renderDetails(details, { node, incoming, post, makeButton, select: goTo });
  }

  /** To another card from the details; one that is not drawn has no card, and then nothing moves. */
  function goTo(id: string): void {
    if (cardOf(id) === undefined) return;
    choose(id);
    hands.focusCard(id);
  }

  function open(id: string): void {
    const card = cardOf(id);
    if (card === undefined) return;
    if (card.type !== 'more') {
      details.querySelector<HTMLElement>('h2')?.focus();
      return;
    }
    if (card.folded === 0) {
      post({ type: 'showSession', session: card.moreOf });
      return;
    }
    unfolded = new Map([...unfolded, [card.moreOf, (unfolded.get(card.moreOf) ?? 0) + UNFOLD]]);
    draw(true);
    hands.focusCard(card.moreOf);
    choose(card.moreOf);
  }

  details.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || selected === null) return;
    event.preventDefault();
    hands.focusCard(selected);
  });

  /** In the direction asked for, else in the one that shows more of it in this window. */
  function chooseLayout(): Layout {
    const now = graph ?? { roots: [], byId: new Map(), extras: [], incoming: new Map(), undrawn: 0 };
    if (direction !== undefined) return layOut(now, measure, direction);
    const both = { across: layOut(now, measure, 'across'), down: layOut(now, measure, 'down') };
    return both[betterDirection(both, { width: frame.clientWidth, height: frame.clientHeight })];
  }

  function turn(): void {
    direction = layout?.direction === 'across' ? 'down' : 'across';
    draw(false);
    live.textContent = direction === 'down' ? 'The lineage runs down.' : 'The lineage runs across.';
  }

  function draw(keepView: boolean): void {
    if (slice === undefined) return;
    const caps: Caps = { ...DEFAULT_CAPS, nodes: DEFAULT_CAPS.nodes + UNFOLD * unfolded.size, unfolded };
    graph = buildGraph(slice, caps);
    layout = chooseLayout();
    render(drawing, layout);
    renderSelection(drawing, selected);
    hands.show(layout, selected, keepView);
  }

  function fillToolbar(): void {
    const finding = slice?.finding ?? slice?.nodes.flatMap((node) => node.findings)[0]?.id ?? null;
    const shown = slice;
    const tool = (label: string, icon: SVGElement, onClick: () => void, hint: string): HTMLElement =>
      makeButton(document, { label, icon, appearance: 'icon', title: hint, onClick });
    toolbar.replaceChildren(
      tool('Zoom in', svgIcon(document, ZOOM_IN), () => hands.zoomBy(1.25), 'Zoom in (+)'),
      tool('Zoom out', svgIcon(document, ZOOM_OUT), () => hands.zoomBy(0.8), 'Zoom out (−)'),
      tool('Turn', svgIcon(document, TURN), turn, 'Turn the lineage: across or down'),
      tool('Fit', svgIcon(document, FIT), hands.fit, 'Show the whole lineage (0)'),
      makeButton(document, {
        label: 'Copy as text',
        appearance: 'secondary',
        onClick: () => {
          if (shown !== undefined) post({ type: 'copy', text: outlineText(shown) });
          live.textContent = 'The lineage is copied as text.';
        },
      }),
    );
    if (finding === null) return;
    toolbar.append(
      makeButton(document, {
        label: 'Remediate…',
        title: 'Generate the policies and steps that stop this',
        appearance: 'primary',
        onClick: () => post({ type: 'remediate', finding }),
      }),
    );
  }

  function showSlice(next: LineageSlice, notice: string): void {
    // Anew for each slice: the theme may have brought another font.
    measure = canvasMeasure(window);
    const again = slice === undefined ? before : stateOf(slice, selected);
    const remembered = rememberedSelection(next, again);
    // The same question after a new analysis: who reads on keeps their place.
    const keepView = slice !== undefined && remembered !== null;
    slice = next;
    unfolded = new Map();
    title.textContent = visible(next.title);
    title.title = title.textContent;
    app.replaceChildren(header, body, live);
    draw(true);
    note.textContent = [
      visible(notice),
      omittedText(next),
      graph !== undefined && graph.undrawn > 0 ? `${graph.undrawn} folded.` : '',
    ]
      .filter(Boolean)
      .join(' ');
    selected = firstSelected(layout?.cards ?? [], remembered);
    renderSelection(drawing, selected);
    renderLegend(legend, layout?.edges ?? [], layout?.cards ?? []);
    fillToolbar();
    showDetails();
    host.setState(stateOf(next, selected));
    if (layout !== undefined) hands.show(layout, selected, keepView);
  }

  function showMessage(text: string, role: 'status' | 'alert'): void {
    slice = undefined;
    message.setAttribute('role', role);
    message.textContent = visible(text, 4000);
    app.replaceChildren(notice, live);
  }

  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const received = toPanelMessage(event.data);
    if (received === undefined) return;
    dispatch(received, {
      slice: showSlice,
      empty: (text) => {
        showMessage(text, 'status');
      },
      error: (text) => {
        showMessage(text, 'alert');
      },
    });
  });
  post({ type: 'ready' });
}
