/** The settings of the manifest, read when they are needed. */
import * as vscode from 'vscode';

function read<T>(key: string, fallback: T, scope?: vscode.Uri): T {
  return vscode.workspace.getConfiguration('cloudtrailLineage', scope).get<T>(key, fallback);
}

export const settings = {
  maxGraphNodes: () => Math.max(2, Math.min(500, read('maxGraphNodes', 60))),
  caseFile: (scope: vscode.Uri) => read('caseFile', '.cloudtrail-case.json', scope),
  watchDebounceMs: () => Math.max(1, read('watch.debounceSeconds', 5)) * 1000,
  remediationFolder: (scope: vscode.Uri) => read('remediation.folder', 'remediation', scope),
};
