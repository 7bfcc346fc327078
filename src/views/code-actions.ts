/**
 * The light bulb of a finding: the whole response, one remediation of it, or what makes it expected. The files are written by
 * the commands.
 */
import * as vscode from 'vscode';
import { SCHEME } from './document-uris';
import type { AnalysisController } from './analysis-controller';
import { wholeResponse } from './choose-remediation';
import type { CommandTarget } from './command-target';
import type { Diagnostics } from './diagnostics';
import { plain } from './labels';
import { knownGoodOf, knownGoodTitle } from './mark-expected';

/** Evidence documents, and JSON files; of those only the analysed ones ever have a finding. */
export const CODE_ACTION_SELECTOR: vscode.DocumentSelector = [
  { scheme: SCHEME, language: 'json' },
  { scheme: 'file', language: 'json' },
  { scheme: 'file', language: 'jsonl' },
];

export class FindingActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  };

  constructor(
    private readonly diagnostics: Diagnostics,
    private readonly analysis: AnalysisController,
  ) {}

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const wanted = context.only;
    if (wanted !== undefined && !wanted.contains(vscode.CodeActionKind.QuickFix)) return [];
    return this.diagnostics.findingsAt(document.uri, range).flatMap((finding) => {
      const problems = context.diagnostics.filter(
        ({ code }) => typeof code === 'object' && code.value === finding.rule,
      );
      const action = (title: string, command: string, target: CommandTarget): vscode.CodeAction => {
        const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
        made.diagnostics = problems;
        made.command = { command, title, arguments: [{ ...target, finding: finding.id }] };
        return made;
      };
      const remediate = 'cloudtrailLineage.generateRemediation';
      const whole = action(vscode.l10n.t('Write remediation: {0}…', wholeResponse(finding)), remediate, {});
      whole.isPreferred = true;
      const lists = new Set(knownGoodOf(this.analysis, finding).map(({ list }) => list));
      return [
        ...(finding.remediations.length === 0 ? [] : [whole]),
        ...finding.remediations.map(({ id, title }) =>
          action(vscode.l10n.t('Write remediation: {0}…', plain(title, 160)), remediate, { remediation: id }),
        ),
        ...[...lists].map((list) =>
          action(vscode.l10n.t('{0}…', knownGoodTitle(list)), 'cloudtrailLineage.markExpected', { list }),
        ),
        action(vscode.l10n.t('Suppress this finding…'), 'cloudtrailLineage.suppress', {}),
      ];
    });
  }
}
