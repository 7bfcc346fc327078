/** Where a rule is described: its page at the repository, else the one that ships. */
import * as vscode from 'vscode';

export function ruleDocumentation({
  extensionUri,
  packageJSON,
}: vscode.Extension<unknown>): (rule: string) => vscode.Uri {
  const { repository } = packageJSON as { readonly repository?: { readonly url?: string } };
  const home = repository?.url?.replace(/^git\+/, '').replace(/\.git$/, '');
  return (rule) =>
    home === undefined
      ? vscode.Uri.joinPath(extensionUri, 'docs', 'rules', `${rule}.md`)
      : vscode.Uri.parse(`${home}/blob/main/docs/rules/${rule}.md`);
}
