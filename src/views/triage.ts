/** Decisions about findings, kept in the case file where the team sees them. */
import * as vscode from 'vscode';
import type { Suppression, TriageState } from '../engine/case-settings';
import type { Finding } from '../engine/contract';
import { withSuppression, withTriage } from './case-edits';
import type { CaseFileStore } from './case-file-store';
import { literalGlob } from './known-good';
import { iconSafe } from './labels';

export async function setTriage(
  caseFile: CaseFileStore,
  findings: readonly string[],
  state: TriageState,
): Promise<void> {
  await caseFile.edit((text) => findings.reduce((before, id) => withTriage(before, id, state), text));
}

/** How wide a suppression is; a person chooses, the narrowest comes first. */
interface Scope extends vscode.QuickPickItem {
  readonly matcher: Omit<Suppression, 'reason'>;
}

export async function suppress(caseFile: CaseFileStore, finding: Finding): Promise<void> {
  const scopes: readonly Scope[] = [
    {
      label: vscode.l10n.t('Only this finding'),
      description: iconSafe(finding.title),
      matcher: { finding: finding.id },
    },
    ...finding.entities.roles.map((role) => ({
      label: vscode.l10n.t('This rule for the role'),
      description: iconSafe(role),
      matcher: { rule: finding.rule, role: literalGlob(role) },
    })),
    ...finding.entities.addresses.map((address) => ({
      label: vscode.l10n.t('This rule for the address'),
      description: iconSafe(address),
      matcher: { rule: finding.rule, cidr: address },
    })),
  ];
  const title = vscode.l10n.t('Suppress Finding');
  const scope = await vscode.window.showQuickPick(scopes, { title, placeHolder: vscode.l10n.t('What to suppress') });
  if (scope === undefined) return;
  const reason = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Why is this no concern? The reason is kept in the case file.'),
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('A suppression needs a reason.') : undefined),
  });
  if (reason === undefined) return;
  await caseFile.edit((text) => withSuppression(text, { ...scope.matcher, reason: reason.trim() }));
}
