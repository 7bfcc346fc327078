/** The bundled incident, as a folder of the user's that may be written to. */
import * as vscode from 'vscode';

/** Opens it in a window: this one when nothing is open here. A copy made earlier is kept, with what was decided in it. */
export async function openSample({ extensionUri, globalStorageUri }: vscode.ExtensionContext): Promise<void> {
  const copy = vscode.Uri.joinPath(globalStorageUri, 'sample-incident');
  if (!(await exists(copy))) {
    await vscode.workspace.fs.createDirectory(globalStorageUri);
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(extensionUri, 'media/sample-incident'), copy);
  }
  const forceNewWindow = vscode.workspace.workspaceFolders !== undefined;
  await vscode.commands.executeCommand('vscode.openFolder', copy, { forceNewWindow });
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return false;
    throw error;
  }
}
