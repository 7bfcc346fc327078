/** The baseline that the settings name: what quiet weeks look like, counted by every analysis. */
import * as vscode from 'vscode';
import type { Baseline } from '../engine/baseline';
import { parseBaseline } from '../engine/parse-baseline';
import { UserError } from './errors';
import { settings } from './settings';

/** The one of the setting; undefined where none is set. */
export async function configuredBaseline(): Promise<Baseline | undefined> {
  const path = settings.baselineFile();
  if (path === undefined) return undefined;
  try {
    return parseBaseline(new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.file(path))));
  } catch (error) {
    throw new UserError(
      vscode.l10n.t('Cannot use the baseline {0}: {1}.', path, error instanceof Error ? error.message : String(error)),
      { title: vscode.l10n.t('Open Settings'), command: 'workbench.action.openSettings' },
    );
  }
}
