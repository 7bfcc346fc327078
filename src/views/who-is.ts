/** Who is behind an access key, a session name, an address …: from what an alert names to its lineage. */
import * as vscode from 'vscode';
import type { SessionRow, WhoAnswer } from '../worker/protocol';
import type { AnalysisController } from './analysis-controller';
import { iconSafe } from './labels';
import { sessionDescription, sessionName } from './session-text';

/** Asks what to look for, and which of the sessions found; returns its id. */
export async function askWho(analysis: AnalysisController): Promise<string | undefined> {
  analysis.required();
  const title = vscode.l10n.t('Who Is');
  const query = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Access key, session name, address, event id, role, instance id or principal'),
    placeHolder: 'ASIA…, i-…, 203.0.113.7',
    ignoreFocusOut: true,
  });
  if (query === undefined || query.trim() === '') return undefined;
  const answer = await analysis.service.who(query.trim());
  if (answer.sessions.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('No session in these logs has to do with {0}.', iconSafe(query, 100)),
    );
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(choices(answer), {
    title: vscode.l10n.t('{0} as {1}', iconSafe(query, 100), answer.matched),
    placeHolder: vscode.l10n.t('Session whose lineage to show'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.session;
}

function choices({
  sessions,
  ancestry,
  descendants,
}: WhoAnswer): (vscode.QuickPickItem & { readonly session: string })[] {
  return sessions.map((row, index) => {
    const above = (ancestry[index] ?? []).filter(({ id }) => id !== row.id);
    const below = (descendants[index] ?? []).filter(({ id }) => id !== row.id);
    const path = above.length === 0 ? '' : vscode.l10n.t('issued by {0}', above.map(name).reverse().join(', '));
    const issued = below.length === 0 ? '' : vscode.l10n.t('issued {0} more', String(below.length));
    return {
      label: name(row),
      description: sessionDescription(row),
      detail: [path, issued].filter(Boolean).join('; '),
      session: row.id,
    };
  });
}

function name(row: SessionRow): string {
  return iconSafe(sessionName(row));
}
