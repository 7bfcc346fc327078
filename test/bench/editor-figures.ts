/** How the measurement in the extension host and its launcher agree. */

/** Environment variables; the launcher sets them, they reach the extension host. */
export const REPORT_VARIABLE = 'CLOUDTRAIL_LINEAGE_BENCH_REPORT';
export const PROFILE_VARIABLE = 'CLOUDTRAIL_LINEAGE_BENCH_PROFILE';

/** How late the event loop was, ms. */
export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface HostFigures {
  /** From asking VS Code for the extension until it is there, ms: its code loaded cold, `activate` run. */
  readonly activation: number;
  readonly seconds: number;
  /** Before the extension is there: what VS Code and the machine do by themselves. */
  readonly quiet: Delays;
  /** Until the views are filled with the result. */
  readonly analysing: Delays;
  /** The same folder again, nothing changed, with the views full. */
  readonly repeated: Delays;
}

export interface WindowFigures {
  /** What VS Code itself shows under Running Extensions, ms. */
  readonly activation: number;
  /** From the choice in the menu until a finding is in the view, s. */
  readonly firstFindings: number;
  readonly seconds: number;
  /** From the click on Cancel until nothing says any more that an analysis is running, ms. */
  readonly cancel: readonly number[];
}
