/**
 * Writes a response into the workspace.
 *
 * Guarantee: nothing outside the chosen folder, also not through a link; nothing that exists is overwritten unless the user
 * has just said so; all files or none.
 */
import * as vscode from 'vscode';
import type { GeneratedFile, RemediationPlan } from '../engine/remediate/remediation';
import { UserError } from './errors';
import { plain } from './labels';
import { freeName, mainPolicy, outputSegments, safeSegments } from './remediation-paths';
import { settings } from './settings';

/** Returns where it wrote; undefined when the user changed their mind. */
export async function writeRemediation(plan: RemediationPlan, remediation?: string): Promise<vscode.Uri | undefined> {
  const files = filesOf(plan, remediation);
  const base = await baseFolder();
  if (base === undefined) return undefined;
  const segments = outputSegments(settings.remediationFolder(base));
  if (segments === undefined) {
    throw new UserError(
      vscode.l10n.t(
        'The setting cloudtrailLineage.remediation.folder leads out of the workspace: {0}',
        settings.remediationFolder(base),
      ),
      { title: vscode.l10n.t('Open Settings'), command: 'workbench.action.openSettings' },
    );
  }
  const parent = await insideOf(base, segments);
  const [name = 'incident'] = safeSegments(plan.folder);
  const folder = await chooseFolder(parent, name, files);
  if (folder === undefined) return undefined;

  const edit = new vscode.WorkspaceEdit();
  for (const { path, content } of files) {
    const target = await insideOf(folder.uri, safeSegments(path));
    edit.createFile(target, { overwrite: folder.overwrite, contents: new TextEncoder().encode(content) });
  }
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new Error(`VS Code refused to create files in ${folder.uri.fsPath}`);
  return folder.uri;
}

/** The runbook first, the main policy beside it. */
export async function openWritten(
  folder: vscode.Uri,
  plan: RemediationPlan,
  remediation: string | undefined,
  viewColumn: vscode.ViewColumn,
): Promise<void> {
  const paths = filesOf(plan, remediation).map(({ path }) => path);
  const policy = mainPolicy(paths);
  if (paths.includes('runbook.md')) {
    await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, 'runbook.md'), { viewColumn, preview: false });
  }
  if (policy !== undefined) {
    await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, policy), { viewColumn, preview: false });
  }
}

/** Everything, or the files of one remediation; one that has no file is explained by the runbook. */
function filesOf(plan: RemediationPlan, remediation: string | undefined): readonly GeneratedFile[] {
  if (remediation === undefined) return plan.files;
  const { files = [] } = plan.remediations.find(({ id }) => id === remediation) ?? {};
  const runbook = plan.files.filter(({ path }) => path === 'runbook.md');
  return [...runbook, ...files];
}

async function baseFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 1 && folders[0] !== undefined) return folders[0].uri;
  if (folders.length > 1) {
    const placeHolder = vscode.l10n.t('Folder to write the remediation to');
    return (await vscode.window.showWorkspaceFolderPick({ placeHolder }))?.uri;
  }
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: vscode.l10n.t('Write Remediation Here'),
  });
  return chosen?.[0];
}

/** The place below `base`, when no part of the way is a link or a file. */
async function insideOf(base: vscode.Uri, segments: readonly string[]): Promise<vscode.Uri> {
  let at = base;
  for (const segment of segments) {
    at = vscode.Uri.joinPath(at, segment);
    const type = await typeOf(at);
    if (type !== undefined && (type & vscode.FileType.SymbolicLink) !== 0) {
      throw new UserError(vscode.l10n.t('{0} is a link. Remediation is written into real folders only.', at.fsPath));
    }
  }
  return at;
}

async function chooseFolder(
  parent: vscode.Uri,
  name: string,
  files: readonly GeneratedFile[],
): Promise<{ readonly uri: vscode.Uri; readonly overwrite: boolean } | undefined> {
  const uri = vscode.Uri.joinPath(parent, name);
  const types = await Promise.all(files.map(({ path }) => typeOf(vscode.Uri.joinPath(uri, ...safeSegments(path)))));
  const existing = types.filter((type) => type !== undefined).length;
  if (existing === 0 && ((await typeOf(uri)) ?? vscode.FileType.Directory) === vscode.FileType.Directory) {
    return { uri, overwrite: false };
  }
  const overwrite = vscode.l10n.t('Overwrite');
  const keep = vscode.l10n.t('Keep Both');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      'The remediation of this incident has already been written to {0}.',
      plain(vscode.workspace.asRelativePath(uri)),
    ),
    {
      modal: true,
      detail: vscode.l10n.t('{0} of its files would be replaced, with any changes made to them.', String(existing)),
    },
    overwrite,
    keep,
  );
  if (answer === overwrite) return { uri, overwrite: true };
  if (answer !== keep) return undefined;
  const free = await freeName(name, async (each) => (await typeOf(vscode.Uri.joinPath(parent, each))) !== undefined);
  return { uri: vscode.Uri.joinPath(parent, free), overwrite: false };
}

async function typeOf(uri: vscode.Uri): Promise<vscode.FileType | undefined> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}
