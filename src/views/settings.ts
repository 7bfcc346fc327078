/** The settings of the manifest, read when they are needed. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import type { NetworkDatabases } from '../worker/protocol';

function read<T>(key: string, fallback: T, scope?: vscode.Uri): T {
  return vscode.workspace.getConfiguration('cloudtrailLineage', scope).get<T>(key, fallback);
}

function fileAt(path: string): string | undefined {
  return path.trim() === '' ? undefined : absolutePath(path.trim());
}

function database(kind: keyof NetworkDatabases, path: string): NetworkDatabases {
  return path.trim() === '' ? {} : { [kind]: absolutePath(path.trim()) };
}

function absolutePath(path: string): string {
  if (/^~[\\/]/.test(path)) return join(homedir(), path.slice(2));
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  return isAbsolute(path) || folder === undefined ? path : join(folder, path);
}

export const settings = {
  maxGraphNodes: () => Math.max(2, Math.min(500, read('maxGraphNodes', 60))),
  caseFile: (scope: vscode.Uri) => read('caseFile', '.cloudtrail-case.json', scope),
  watchDebounceMs: () => Math.max(1, read('watch.debounceSeconds', 5)) * 1000,
  /** Absolute paths; `~` is the home folder, others are relative to the first folder of the workspace. */
  networkDatabases: (): NetworkDatabases => ({
    ...database('country', read('network.countryDatabase', '')),
    ...database('asn', read('network.asnDatabase', '')),
    ...database('awsIpRanges', read('network.awsIpRanges', '')),
  }),
  /** Absolute path; undefined where none is set. */
  baselineFile: () => fileAt(read('baselineFile', '')),
  remediationFolder: (scope: vscode.Uri) => read('remediation.folder', 'remediation', scope),
};
