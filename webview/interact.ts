/**
 * Hands on the drawing: zoom and pan, keyboard, pointer, and what an edge says when pointed at.
 *
 * Guarantee: whatever the pointer can do, the keyboard can: the arrows walk the lineage and the window follows, Enter
 * opens the details, + − 0 zoom. Motion is left out where the system asks for it.
 */
import { type D3ZoomEvent, type Selection, select, zoom, zoomIdentity, zoomTransform } from 'd3';
import type { LaidCard, LaidEdge, Layout } from './layout';
import { moveOfKey, moveTo } from './navigate';
import { type Drawing, cardElement } from './render';
import { type Size, type View, ZOOM_RANGE, firstView, fitAll, reveal } from './viewport';

export interface Callbacks {
  /** Selected by key or pointer. */
  readonly onSelect: (id: string) => void;
  /** Enter, or a double click. */
  readonly onOpen: (id: string) => void;
  /** The window of the drawing has another size, and the user has not moved it yet. */
  readonly onResize: (size: Size) => void;
  readonly edgeText: (edge: LaidEdge) => string;
}

export interface Interaction {
  /** A new layout is drawn: show the part that matters, or keep the view when only a branch was unfolded. */
  readonly show: (layout: Layout, focus: string | null, keepView: boolean) => void;
  readonly fit: () => void;
  readonly zoomBy: (factor: number) => void;
  /** Moves the keyboard's place, and the window with it. */
  readonly focusCard: (id: string) => void;
}

const DURATION = 180;

export function interact(
  drawing: Drawing,
  frame: HTMLElement,
  tooltip: HTMLElement,
  callbacks: Callbacks,
): Interaction {
  const svg: Selection<SVGSVGElement, unknown, null, undefined> = select(drawing.svg);
  let layout: Layout = { direction: 'across', cards: [], edges: [], width: 0, height: 0 };
  let focus: string | null = null;
  /** True once the user moved the drawing: from then on a resize leaves it where it is. */
  let moved = false;

  const size = (): Size => ({ width: frame.clientWidth, height: frame.clientHeight });
  const cardAt = (id: string | null): LaidCard | undefined => layout.cards.find((card) => card.id === id);
  const { body, defaultView } = frame.ownerDocument;
  // The class is VS Code's own setting, `workbench.reduceMotion`.
  const calm = (): boolean =>
    body.classList.contains('vscode-reduce-motion') ||
    (defaultView?.matchMedia('(prefers-reduced-motion: reduce)').matches ?? true);

  const behaviour = zoom<SVGSVGElement, unknown>()
    .scaleExtent([...ZOOM_RANGE])
    .filter((event: Event) => {
      // Sideways scrolling pans (below); only what is meant as zoom or drag comes through.
      if (event instanceof WheelEvent) return !isSideways(event);
      return event instanceof MouseEvent ? event.button === 0 && !event.ctrlKey : true;
    })
    .on('zoom', (event: D3ZoomEvent<SVGSVGElement, unknown>) => {
      drawing.viewport.setAttribute('transform', event.transform.toString());
      if (event.sourceEvent !== null) moved = true;
      hideTooltip();
    });
  svg.call(behaviour).on('dblclick.zoom', null);
  drawing.svg.addEventListener(
    'wheel',
    (event) => {
      if (!isSideways(event)) return;
      event.preventDefault();
      moved = true;
      const by = event.deltaX === 0 ? event.deltaY : event.deltaX;
      behaviour.translateBy(svg, -by / zoomTransform(drawing.svg).k, 0);
    },
    { passive: false },
  );

  function apply(view: View, animated: boolean): void {
    const transform = zoomIdentity.translate(view.x, view.y).scale(view.k);
    if (!animated || calm()) behaviour.transform(svg, transform);
    else behaviour.transform(svg.transition().duration(DURATION), transform);
  }

  function showFirst(): void {
    if (frame.clientWidth > 0) apply(firstView(layout, size(), cardAt(focus), layout.direction), false);
  }

  const resized = new ResizeObserver(() => {
    if (moved || frame.clientWidth === 0) return;
    callbacks.onResize(size());
    showFirst();
  });
  resized.observe(frame);

  function focusCard(id: string): void {
    const card = cardAt(id);
    if (card === undefined) return;
    const { k, x, y } = zoomTransform(drawing.svg);
    const view = reveal({ k, x, y }, card, size());
    if (view.x !== x || view.y !== y) {
      moved = true;
      apply(view, true);
    }
    // The browser's own scrolling into view would shift the frame under the transform.
    cardElement(drawing, id)?.focus({ preventScroll: true });
  }

  function zoomBy(factor: number): void {
    moved = true;
    if (calm()) behaviour.scaleBy(svg, factor);
    else behaviour.scaleBy(svg.transition().duration(DURATION), factor);
  }

  function fit(): void {
    moved = true;
    apply(fitAll(layout, size()), true);
  }

  // ---- Cards
  const cardOf = (target: EventTarget | null): LaidCard | undefined => {
    const g = target instanceof Element ? target.closest('g.card') : null;
    return g === null ? undefined : select<Element, LaidCard>(g).datum();
  };
  drawing.cards.addEventListener('click', (event) => {
    const card = cardOf(event.target);
    if (card === undefined) return;
    focusCard(card.id);
    callbacks.onSelect(card.id);
    if (card.type === 'more') callbacks.onOpen(card.id);
  });
  drawing.cards.addEventListener('dblclick', (event) => {
    const card = cardOf(event.target);
    if (card !== undefined && card.type !== 'more') callbacks.onOpen(card.id);
  });
  drawing.cards.addEventListener('keydown', (event) => {
    const card = cardOf(event.target);
    if (card === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (act(event.key, card)) event.preventDefault();
  });

  function act(key: string, card: LaidCard): boolean {
    const move = moveOfKey(key, layout.direction);
    if (move !== undefined) {
      const next = moveTo(layout.cards, card.id, move);
      focusCard(next);
      if (next !== card.id) callbacks.onSelect(next);
      return true;
    }
    switch (key) {
      case 'Enter':
      case ' ':
        callbacks.onOpen(card.id);
        return true;
      case 'Escape':
        hideTooltip();
        return true;
      case '+':
      case '=':
        zoomBy(1.25);
        return true;
      case '-':
        zoomBy(0.8);
        return true;
      case '0':
        fit();
        return true;
      default:
        return false;
    }
  }

  // ---- Edges: what they say while pointed at; a click goes where they lead
  function hideTooltip(): void {
    tooltip.hidden = true;
  }
  const edgeOf = (target: EventTarget | null): LaidEdge | undefined => {
    const g = target instanceof Element ? target.closest('g.edge') : null;
    return g === null ? undefined : select<Element, LaidEdge>(g).datum();
  };
  drawing.edges.addEventListener('pointermove', (event) => {
    const edge = edgeOf(event.target);
    if (edge === undefined) return;
    if (tooltip.hidden) tooltip.textContent = callbacks.edgeText(edge);
    tooltip.hidden = false;
    const box = frame.getBoundingClientRect();
    const x = Math.max(8, Math.min(event.clientX - box.left + 12, box.width - tooltip.offsetWidth - 8));
    const below = event.clientY - box.top + 16;
    const fits = below + tooltip.offsetHeight < box.height;
    tooltip.style.left = `${x}px`;
    tooltip.style.top = `${fits ? below : Math.max(8, below - tooltip.offsetHeight - 28)}px`;
  });
  drawing.edges.addEventListener('pointerout', hideTooltip);
  drawing.edges.addEventListener('click', (event) => {
    const edge = edgeOf(event.target);
    if (edge === undefined) return;
    focusCard(edge.to);
    callbacks.onSelect(edge.to);
  });
  frame.ownerDocument.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hideTooltip();
  });

  return {
    show: (next, wanted, keepView) => {
      layout = next;
      focus = wanted;
      if (keepView) return;
      moved = false;
      showFirst();
    },
    fit,
    zoomBy,
    focusCard,
  };
}

function isSideways(event: WheelEvent): boolean {
  return !event.ctrlKey && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY));
}
