/**
 * The one way for an error to the user: a sentence and one action; the log gets everything else.
 *
 * Guarantee: nothing is swallowed, and what was cancelled is no error.
 */
import * as vscode from 'vscode';
import { plain } from './labels';

/** An error whose message is meant for the user: nothing is broken, something is missing. */
export class UserError extends Error {
  constructor(
    message: string,
    readonly action?: { readonly title: string; readonly command: string },
  ) {
    super(message);
  }
}

export class Errors {
  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** `what` is a whole sentence: "The report could not be written." */
  report(what: string, error: unknown): void {
    if (isCancelled(error)) return;
    const action = error instanceof UserError ? error.action : undefined;
    const sentence = error instanceof UserError ? error.message : what;
    this.log.error(`${what}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    const title = action?.title ?? vscode.l10n.t('Show Log');
    void vscode.window.showErrorMessage(plain(sentence, 500), title).then((chosen) => {
      if (chosen === undefined) return;
      if (action === undefined) this.log.show();
      else void vscode.commands.executeCommand(action.command);
    });
  }

  /** For what nobody waits for: it goes to the log alone. */
  note(what: string, error: unknown): void {
    if (!isCancelled(error))
      this.log.warn(`${what}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }

  /** The same function, whose errors are reported. */
  guarded<A extends readonly unknown[]>(what: string, work: (...args: A) => unknown): (...args: A) => Promise<void> {
    return async (...args) => {
      try {
        await work(...args);
      } catch (error) {
        this.report(what, error);
      }
    };
  }
}

export function isCancelled(error: unknown): boolean {
  return (
    error instanceof vscode.CancellationError ||
    (error instanceof Error && (error.name === 'AbortError' || error.name === 'Canceled'))
  );
}
