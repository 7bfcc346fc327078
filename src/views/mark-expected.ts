/** What a team knows, from a finding into the lists of the case file: the rule reads them from then on. */
import * as vscode from 'vscode';
import type { Finding } from '../engine/contract';
import type { CaseList } from '../engine/detect/case-lists';
import type { AnalysisController } from './analysis-controller';
import { assertNever } from './assert-never';
import { withEntry } from './case-edits';
import type { CaseFileStore } from './case-file-store';
import { UserError } from './errors';
import { knownGoodFor, type KnownGood } from './known-good';
import { iconSafe } from './labels';

/** As an answer to the finding. */
export function knownGoodTitle(list: CaseList): string {
  switch (list) {
    case 'allowedChains':
      return vscode.l10n.t('This chain is expected');
    case 'trustedCidrs':
      return vscode.l10n.t('This network is ours');
    case 'trustedAccounts':
      return vscode.l10n.t('This account is trusted');
    case 'ciRoles':
      return vscode.l10n.t('This role is a pipeline’s');
    case 'breakGlassRoles':
      return vscode.l10n.t('This role is for emergencies');
    case 'securityToolRoles':
      return vscode.l10n.t('This role is a security tool’s');
    default:
      return assertNever(list);
  }
}

export function knownGoodOf(analysis: AnalysisController, finding: Finding): readonly KnownGood[] {
  return knownGoodFor(finding, analysis.required().summary.coverage.accounts);
}

/** `wanted`: the list, where the user has chosen one already. */
export async function markExpected(
  analysis: AnalysisController,
  caseFile: CaseFileStore,
  finding: Finding,
  wanted?: string,
): Promise<void> {
  const offered = knownGoodOf(analysis, finding).filter(({ list }) => wanted === undefined || list === wanted);
  if (offered.length === 0) {
    throw new UserError(
      vscode.l10n.t('No list of the case file makes this finding expected. Suppress it, with a reason.'),
      {
        title: vscode.l10n.t('Open Case File'),
        command: 'cloudtrailLineage.openCaseFile',
      },
    );
  }
  const [only] = offered;
  const chosen =
    wanted !== undefined && offered.length === 1 && only !== undefined
      ? { known: only }
      : await vscode.window.showQuickPick(
          offered.map((known) => ({
            label: knownGoodTitle(known.list),
            description: iconSafe(known.entry),
            known,
          })),
          { title: vscode.l10n.t('Mark as Expected'), placeHolder: vscode.l10n.t('What the case file should say') },
        );
  if (chosen === undefined) return;
  await caseFile.edit((text) => withEntry(text, chosen.known.list, chosen.known.entry));
}
