/**
 * The light bulb inside evidence: VS Code shows its own in no read-only document, so that the remediation stands above
 * each place of a finding.
 */
import * as vscode from 'vscode';
import { SCHEME } from './document-uris';
import type { Diagnostics } from './diagnostics';

export const LENS_SELECTOR: vscode.DocumentSelector = { scheme: SCHEME, language: 'json' };

export class RemediationLenses implements vscode.CodeLensProvider {
  constructor(private readonly diagnostics: Diagnostics) {}

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    return this.diagnostics.placesIn(document.uri).flatMap(({ range, finding }) => {
      if (finding.remediations.length === 0) return [];
      const title = `$(lightbulb) ${vscode.l10n.t('Write remediation…')}`;
      const tooltip = vscode.l10n.t('The whole response, as files in the workspace. Single parts of it: Ctrl+. here.');
      const command = 'cloudtrailLineage.generateRemediation';
      return [new vscode.CodeLens(range, { command, title, tooltip, arguments: [{ finding: finding.id }] })];
    });
  }
}
