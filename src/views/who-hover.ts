/**
 * Whose the id under the pointer is, in any text: a ticket, notes, a log.
 *
 * Guarantee: nothing is shown, asked or read before something is analysed; each id is asked for once an analysis; what no
 * longer interests anybody is not waited for; a failure is in the log, never in the way.
 */
import * as vscode from 'vscode';
import type { WhoAnswer } from '../worker/protocol';
import type { AnalysisController } from './analysis-controller';
import { AskedOnce } from './asked-once';
import { SCHEME } from './document-uris';
import type { Errors } from './errors';
import { idsAt } from './id-at';
import { CARD_COMMANDS, whoCard } from './who-card';

export const HOVER_SELECTOR: vscode.DocumentSelector = [{ scheme: 'file' }, { scheme: 'untitled' }, { scheme: SCHEME }];

/** Answers kept; whoever reads a log hovers over the same few dozen ids. */
const MAX_KNOWN = 200;

export class WhoHover implements vscode.HoverProvider {
  private readonly answers: AskedOnce<WhoAnswer>;

  constructor(
    private readonly analysis: AnalysisController,
    private readonly errors: Errors,
  ) {
    this.answers = new AskedOnce((id) => analysis.service.who(id), MAX_KNOWN);
  }

  async provideHover(
    document: vscode.TextDocument,
    { line, character }: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const { result } = this.analysis;
    if (result === undefined) return undefined;
    for (const { text, start, end } of idsAt(document.lineAt(line).text, character)) {
      const answer = await unlessCancelled(this.ask(text, result.generation), token);
      // The analysis may be another one meanwhile: its answer is not this one's.
      if (answer === undefined || this.analysis.result !== result) return undefined;
      const card = whoCard(answer, result.summary.findings);
      if (card !== undefined) return new vscode.Hover(markdown(card), new vscode.Range(line, start, line, end));
    }
    return undefined;
  }

  private ask(id: string, generation: number): Promise<WhoAnswer | undefined> {
    return this.answers.get(id, generation).catch((error: unknown) => {
      this.errors.note('What an id stands for could not be asked.', error);
      return undefined;
    });
  }
}

function markdown(text: string): vscode.MarkdownString {
  const card = new vscode.MarkdownString(text);
  card.isTrusted = { enabledCommands: CARD_COMMANDS };
  card.supportHtml = false;
  card.supportThemeIcons = false;
  return card;
}

async function unlessCancelled<T>(work: Promise<T>, token: vscode.CancellationToken): Promise<T | undefined> {
  if (token.isCancellationRequested) return undefined;
  let listener: vscode.Disposable | undefined;
  const cancelled = new Promise<undefined>((resolve) => {
    listener = token.onCancellationRequested(() => resolve(undefined));
  });
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    listener?.dispose();
  }
}
