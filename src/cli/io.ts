/** Where a program runs. */
export interface Io {
  readonly cwd: string;
  readonly version: string;
  /** dist/analysis-worker.js. */
  readonly workerPath: string;
  /** Resolves when the text is on its way. */
  out(text: string): Promise<void>;
  err(text: string): void;
  readonly outHasColour: boolean;
  readonly errIsTerminal: boolean;
}

/** The line that progress is written over. */
export const clearLine = '\r\u001b[2K';
