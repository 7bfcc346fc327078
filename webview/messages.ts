/**
 * The panel's end of the wire: what comes in is checked before it is believed, what goes out is typed.
 *
 * Guarantee: a message of a type this panel does not know is ignored, so that a newer extension cannot break a panel
 * that is still open; the remembered state is only used when it has the shape of this version.
 */
import type { FromPanel, LineageSlice, PanelState, ToPanel } from '../src/shared/panel-messages';

/** What VS Code gives a webview, once. */
export interface Host {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: PanelState): void;
}

export function assertNever(value: never): never {
  throw new Error(`Not handled: ${JSON.stringify(value)}`);
}

type Loose = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null;
}

function isSlice(value: unknown): value is LineageSlice {
  return isObject(value) && Array.isArray(value['nodes']) && Array.isArray(value['edges']);
}

/** The message, or undefined for anything that is none: other scripts and extensions post to this window, too. */
export function toPanelMessage(data: unknown): ToPanel | undefined {
  if (!isObject(data)) return undefined;
  const { type, slice, notice, message } = data;
  if (type === 'slice' && isSlice(slice)) return typeof notice === 'string' ? { type, slice, notice } : { type, slice };
  if ((type === 'empty' || type === 'error') && typeof message === 'string') return { type, message };
  return undefined;
}

export interface Handlers {
  readonly slice: (slice: LineageSlice, notice: string) => void;
  readonly empty: (message: string) => void;
  readonly error: (message: string) => void;
}

export function dispatch(message: ToPanel, handlers: Handlers): void {
  switch (message.type) {
    case 'slice':
      handlers.slice(message.slice, message.notice ?? '');
      break;
    case 'empty':
      handlers.empty(message.message);
      break;
    case 'error':
      handlers.error(message.message);
      break;
    default:
      assertNever(message);
  }
}

function textOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

export function rememberedState(value: unknown): PanelState | undefined {
  if (!isObject(value) || value['version'] !== 1) return undefined;
  const { finding, session, selected } = value;
  if (!textOrNull(finding) || !textOrNull(session) || !textOrNull(selected)) return undefined;
  return { version: 1, finding, session, selected };
}

/** The state to keep for a slice with this card selected. */
export function stateOf(slice: LineageSlice, selected: string | null): PanelState {
  const focus = slice.nodes.find((node) => node.focus && node.type === 'session');
  return { version: 1, finding: slice.finding, session: focus?.id ?? null, selected };
}

/** What was selected when the same question was asked before. */
export function rememberedSelection(slice: LineageSlice, before: PanelState | undefined): string | null {
  const now = stateOf(slice, null);
  return before?.finding === now.finding && before.session === now.session ? before.selected : null;
}
