/**
 * Who is behind an access key, a session name, an address …: from whatever an alert names to its lineage, the records
 * that show it, and what came of it.
 *
 * Guarantee: a name that nothing matches keeps the question open, with the reason; nothing typed is lost.
 */
import * as vscode from 'vscode';
import type { WhoAnswer } from '../worker/protocol';
import type { AnalysisController } from './analysis-controller';
import { idIn, idsAt } from './id-at';
import { iconSafe, plain } from './labels';
import { blastRadiusChoices, whoChoices, type WhoHeading, type WhoChoice, type WhoTarget } from './who-choices';
import { whoTitle } from './who-words';

/** Asks for a name, unless one is given, and what of the answer to open. */
export async function askWho(analysis: AnalysisController, query: string | undefined): Promise<WhoTarget | undefined> {
  const answer = await answerTo(analysis, query, () => true);
  if (answer === undefined) return undefined;
  const placeholder = vscode.l10n.t('Choose a session to see its lineage, a record, or a blast radius');
  return choose(answer, whoChoices(answer), placeholder);
}

/** Asks for a name and, where it has several, for one of its sessions; returns the session's id. */
export async function askSession(analysis: AnalysisController): Promise<string | undefined> {
  const answer = await answerTo(analysis, undefined, ({ sessions }) => sessions.length > 0);
  const [only, ...others] = answer?.sessions ?? [];
  if (answer === undefined || others.length === 0) return only?.id;
  const target = await choose(answer, blastRadiusChoices(answer), vscode.l10n.t('Session whose blast radius to show'));
  return target?.type === 'blastRadius' ? target.session : undefined;
}

type Accepts = (answer: WhoAnswer) => boolean;

async function answerTo(
  analysis: AnalysisController,
  query: string | undefined,
  accepts: Accepts,
): Promise<WhoAnswer | undefined> {
  analysis.required();
  if (query !== undefined) {
    const answer = await analysis.service.who(query);
    if (answer.matched !== '' && accepts(answer)) return answer;
  }
  return askName(analysis, query ?? (await likelyName()), accepts);
}

/** What the user probably means: what is selected, the id at the cursor, an id on the clipboard. */
async function likelyName(): Promise<string> {
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined) {
    const { document, selection } = editor;
    const selected = document.getText(selection).trim();
    if (selected !== '' && selected.length <= MAX_SELECTED && selection.isSingleLine) return selected;
    const { line, character } = selection.active;
    const text = document.lineAt(line).text;
    // The cursor may stand behind the last character.
    const [id] = [...idsAt(text, character), ...idsAt(text, character - 1)];
    if (id !== undefined) return id.text;
  }
  const copied = await vscode.env.clipboard.readText().then(undefined, () => '');
  return idIn(copied) ?? '';
}

const MAX_SELECTED = 2048;

function askName(analysis: AnalysisController, value: string, accepts: Accepts): Promise<WhoAnswer | undefined> {
  const box = vscode.window.createInputBox();
  box.title = vscode.l10n.t('Find Access Key, Session or Address');
  box.prompt = vscode.l10n.t(
    'Anything an alert names: access key, session, principal, role, user, ARN, instance, address, event id',
  );
  box.placeholder = 'ASIA…, AROA…:name, arn:aws:sts::…, i-…, 203.0.113.7';
  box.ignoreFocusOut = true;
  box.value = value;
  box.valueSelection = [0, value.length];
  return new Promise<WhoAnswer | undefined>((resolve, reject) => {
    const accepted = async (): Promise<void> => {
      const query = box.value.trim();
      if (query === '' || box.busy) return;
      box.busy = true;
      const answer = await analysis.service.who(query).finally(() => (box.busy = false));
      if (answer.matched !== '' && accepts(answer)) {
        resolve(answer);
        box.hide();
      } else if (box.value.trim() === query) {
        box.validationMessage = {
          message: nothing(answer, query),
          severity: vscode.InputBoxValidationSeverity.Warning,
        };
      }
    };
    box.onDidAccept(() => {
      accepted().catch((error: unknown) => {
        reject(error instanceof Error ? error : new Error(String(error)));
        box.hide();
      });
    });
    box.onDidChangeValue(() => (box.validationMessage = undefined));
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

function nothing({ matched }: WhoAnswer, query: string): string {
  const name = plain(query, 100);
  return matched === ''
    ? vscode.l10n.t(
        'Nothing in these logs is or has {0}: no key, session, principal, role, user, instance, event, request, address or account, and no call that makes or changes something is about it. The view Coverage says what was read.',
        name,
      )
    : vscode.l10n.t('{0} belongs to no session in these logs.', name);
}

type Entry = vscode.QuickPickItem & { readonly target?: WhoTarget };

async function choose(
  answer: WhoAnswer,
  choices: readonly (WhoHeading | WhoChoice)[],
  placeHolder: string,
): Promise<WhoTarget | undefined> {
  const entries = choices.map((choice): Entry =>
    'heading' in choice ? { label: choice.heading, kind: vscode.QuickPickItemKind.Separator } : choice,
  );
  const chosen = await vscode.window.showQuickPick(entries, {
    title: iconSafe(whoTitle(answer)),
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return chosen?.target;
}
