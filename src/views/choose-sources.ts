/** What to analyse, when the Explorer has not said it. */
import * as vscode from 'vscode';
import { iconSafe } from './labels';

const LOG_NAME = /\.(json|gz|jsonl|ndjson|log)$/i;

/** The rows of the Explorer: all selected ones when the clicked one is among them; else what the user is asked for. */
export async function chooseSources(clicked: unknown, selected: unknown): Promise<readonly vscode.Uri[]> {
  const rows: readonly unknown[] = Array.isArray(selected) ? selected : [];
  const uris = [...rows, clicked].filter(isUri);
  if (uris.length > 0) return unique(uris);
  return ask();
}

async function ask(): Promise<readonly vscode.Uri[]> {
  const open = vscode.window.activeTextEditor?.document.uri ?? activeTabUri();
  const choices: (vscode.QuickPickItem & {
    readonly uris?: readonly vscode.Uri[];
    readonly dialog?: 'files' | 'folders';
  })[] = (vscode.workspace.workspaceFolders ?? []).map(({ name, uri }) => ({
    label: iconSafe(name),
    description: vscode.l10n.t('workspace folder'),
    iconPath: new vscode.ThemeIcon('root-folder'),
    uris: [uri],
  }));
  if (open?.scheme === 'file' && LOG_NAME.test(open.path)) {
    choices.unshift({
      label: iconSafe(open.path.slice(open.path.lastIndexOf('/') + 1)),
      description: vscode.l10n.t('open file'),
      iconPath: new vscode.ThemeIcon('file'),
      uris: [open],
    });
  }
  choices.push(
    { label: vscode.l10n.t('Folder…'), iconPath: new vscode.ThemeIcon('folder-opened'), dialog: 'folders' },
    { label: vscode.l10n.t('Files…'), iconPath: new vscode.ThemeIcon('files'), dialog: 'files' },
  );
  const chosen = await vscode.window.showQuickPick(choices, {
    title: vscode.l10n.t('Analyze CloudTrail'),
    placeHolder: vscode.l10n.t('Logs to analyze: .json, .json.gz, .jsonl, .ndjson, .log, or a folder of them'),
  });
  if (chosen?.uris !== undefined) return chosen.uris;
  if (chosen?.dialog === undefined) return [];
  const folders = chosen.dialog === 'folders';
  const opened = await vscode.window.showOpenDialog({
    canSelectFiles: !folders,
    canSelectFolders: folders,
    canSelectMany: true,
    openLabel: vscode.l10n.t('Analyze'),
  });
  return opened ?? [];
}

function activeTabUri(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? input.uri : undefined;
}

function isUri(value: unknown): value is vscode.Uri {
  return value instanceof vscode.Uri;
}

function unique(uris: readonly vscode.Uri[]): readonly vscode.Uri[] {
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}
