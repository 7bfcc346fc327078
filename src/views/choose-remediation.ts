/**
 * The light bulb's list for whoever has no light bulb: VS Code keeps its own Quick Fix command from read-only documents, so
 * that on evidence its key opens this.
 */
import * as vscode from 'vscode';
import type { Finding } from '../engine/contract';
import type { CommandTarget } from './command-target';
import type { Diagnostics } from './diagnostics';
import { iconSafe, plain } from './labels';

interface Choice extends vscode.QuickPickItem {
  readonly target?: CommandTarget & { readonly finding: string };
}

/** The findings where the cursor is. */
export function findingsAtCursor(diagnostics: Diagnostics): readonly Finding[] {
  const editor = vscode.window.activeTextEditor;
  return editor === undefined ? [] : diagnostics.findingsAt(editor.document.uri, editor.selection);
}

export async function chooseRemediation(
  findings: readonly Finding[],
): Promise<(CommandTarget & { readonly finding: string }) | undefined> {
  const choices = findings.flatMap((finding): Choice[] => [
    { label: finding.rule, kind: vscode.QuickPickItemKind.Separator },
    { label: iconSafe(wholeResponse(finding)), target: { finding: finding.id } },
    ...finding.remediations.map(({ id, title }) => ({
      label: iconSafe(title),
      target: { finding: finding.id, remediation: id },
    })),
  ]);
  const chosen = await vscode.window.showQuickPick(choices, {
    title: vscode.l10n.t('Write Remediation'),
    placeHolder: vscode.l10n.t('What to write into the workspace'),
  });
  return chosen?.target;
}

export function wholeResponse(finding: Finding): string {
  return vscode.l10n.t('The whole response to "{0}"', plain(finding.title, 60));
}
