/** The light bulb of a finding: the whole response, or one remediation of it. The files are written by the command. */
import * as vscode from 'vscode';
import { SCHEME } from './document-uris';
import { wholeResponse } from './choose-remediation';
import type { Diagnostics } from './diagnostics';
import { plain } from './labels';

/** Evidence documents, and JSON files; of those only the analysed ones ever have a finding. */
export const CODE_ACTION_SELECTOR: vscode.DocumentSelector = [
  { scheme: SCHEME, language: 'json' },
  { scheme: 'file', language: 'json' },
  { scheme: 'file', language: 'jsonl' },
];

export class RemediationActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  };

  constructor(private readonly diagnostics: Diagnostics) {}

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const wanted = context.only;
    if (wanted !== undefined && !wanted.contains(vscode.CodeActionKind.QuickFix)) return [];
    return this.diagnostics.findingsAt(document.uri, range).flatMap((finding) => {
      if (finding.remediations.length === 0) return [];
      const problems = context.diagnostics.filter(
        ({ code }) => typeof code === 'object' && code.value === finding.rule,
      );
      const action = (title: string, remediation?: string) => {
        const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
        made.diagnostics = problems;
        made.isPreferred = remediation === undefined;
        made.command = {
          command: 'cloudtrailLineage.generateRemediation',
          title,
          arguments: [{ finding: finding.id, ...(remediation === undefined ? {} : { remediation }) }],
        };
        return made;
      };
      return [
        action(vscode.l10n.t('Write remediation: {0}…', wholeResponse(finding))),
        ...finding.remediations.map(({ id, title }) =>
          action(vscode.l10n.t('Write remediation: {0}…', plain(title, 160)), id),
        ),
      ];
    });
  }
}
