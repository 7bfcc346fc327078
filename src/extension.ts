/** Builds the parts and registers them. What happens is decided in views/. */
import * as vscode from 'vscode';
import { AnalysisController } from './views/analysis-controller';
import { CaseFileStore } from './views/case-file-store';
import { CODE_ACTION_SELECTOR, FindingActions } from './views/code-actions';
import { registerCommands, remediate } from './views/commands';
import { CoverageTree } from './views/coverage-tree';
import { Diagnostics } from './views/diagnostics';
import { Documents } from './views/documents';
import { Errors } from './views/errors';
import { FindingsTree } from './views/findings-tree';
import { LineagePanel } from './views/lineage-panel';
import { LineageTree } from './views/lineage-tree';
import { LENS_SELECTOR, RemediationLenses } from './views/remediation-lenses';
import { ruleDocumentation } from './views/rule-documentation';
import { StatusBar } from './views/status-bar';
import { Watch } from './views/watch';
import { HOVER_SELECTOR, WhoHover } from './views/who-hover';
import { workerPort } from './views/worker-port';
import { createAnalysisClient, walkSources } from './worker/client';

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('CloudTrail Lineage', { log: true });
  const errors = new Errors(log);
  const client = createAnalysisClient({
    workerPath: vscode.Uri.joinPath(context.extensionUri, 'dist/analysis-worker.js').fsPath,
    cacheFolder: vscode.Uri.joinPath(context.globalStorageUri, 'results').fsPath,
    onCrash: (error) => void analysis.lost(error),
  });
  const caseFile = new CaseFileStore();
  const analysis: AnalysisController = new AnalysisController(workerPort(client), walkSources, caseFile, errors, log);
  const documents = new Documents(analysis);
  const diagnostics = new Diagnostics(analysis, documents, caseFile, errors, ruleDocumentation(context.extension));
  const findings = new FindingsTree(analysis, caseFile, errors);
  const panel: LineagePanel = new LineagePanel(context.extensionUri, analysis, errors, {
    openEvidence: (eventID, finding) => documents.open(eventID, finding, panel.documentColumn()),
    remediate: (finding) => remediate({ analysis, panel }, { finding }),
    showFinding: (finding) => findings.reveal(finding),
    showBlastRadius: (session) => documents.openBlastRadius(session, panel.documentColumn()),
  });
  const watch = new Watch(analysis, errors);
  context.subscriptions.push(
    log,
    { dispose: () => void client.dispose() },
    caseFile,
    analysis,
    documents,
    diagnostics,
    findings,
    new LineageTree(analysis, errors),
    new CoverageTree(analysis),
    panel,
    watch,
    new StatusBar(analysis, caseFile, watch),
    vscode.languages.registerCodeActionsProvider(
      CODE_ACTION_SELECTOR,
      new FindingActions(diagnostics, analysis),
      FindingActions.metadata,
    ),
    vscode.languages.registerHoverProvider(HOVER_SELECTOR, new WhoHover(analysis, errors)),
    vscode.languages.registerCodeLensProvider(LENS_SELECTOR, new RemediationLenses(diagnostics)),
    registerCommands({ context, analysis, caseFile, diagnostics, documents, panel, watch, errors }),
  );
}
