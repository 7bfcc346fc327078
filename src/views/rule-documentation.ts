/** Where a rule is described: the README at the repository, else the one that ships. */
import * as vscode from 'vscode';

export function ruleDocumentation({
  extensionUri,
  packageJSON,
}: vscode.Extension<unknown>): (rule: string) => vscode.Uri {
  const { repository } = packageJSON as { readonly repository?: { readonly url?: string } };
  const home = repository?.url?.replace(/^git\+/, '').replace(/\.git$/, '');
  const readme =
    home === undefined
      ? vscode.Uri.joinPath(extensionUri, 'README.md')
      : vscode.Uri.parse(`${home}/blob/main/README.md`);
  return (rule) => readme.with({ fragment: rule });
}
