/**
 * Messages between the extension and the lineage panel. Types only: nothing here exists at run time.
 * Both sides switch on `type` and end in `assertNever`.
 */
import type {
  LineageSlice,
  SliceAction,
  SliceEdge,
  SliceEvidence,
  SliceNode,
  SliceOrigin,
  Tone,
} from '../engine/report/slice';

export type { LineageSlice, SliceAction, SliceEdge, SliceEvidence, SliceNode, SliceOrigin, Tone };

export type ToPanel =
  /** `notice`: what it must not be taken for. */
  | { readonly type: 'slice'; readonly slice: LineageSlice; readonly notice?: string }
  | { readonly type: 'empty'; readonly message: string }
  | { readonly type: 'error'; readonly message: string };

export type FromPanel =
  | { readonly type: 'ready' }
  | { readonly type: 'openEvidence'; readonly eventID: string }
  | { readonly type: 'remediate'; readonly finding: string }
  | { readonly type: 'showFinding'; readonly finding: string }
  | { readonly type: 'showSession'; readonly session: string }
  | { readonly type: 'blastRadius'; readonly session: string }
  | { readonly type: 'copy'; readonly text: string };

/** What the panel keeps with `setState`, given back by the serializer after a reload. */
export interface PanelState {
  readonly version: 1;
  readonly finding: string | null;
  readonly session: string | null;
  readonly selected: string | null;
}
