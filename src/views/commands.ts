/** The commands of the manifest: each finds what it was called on, calls the part that does it, and reports what fails. */
import * as vscode from 'vscode';
import type { AnalysisController } from './analysis-controller';
import { assertNever } from './assert-never';
import type { CaseFileStore } from './case-file-store';
import { chooseRemediation, findingsAtCursor } from './choose-remediation';
import { chooseSources } from './choose-sources';
import { compareAnalysis } from './compare-analysis';
import { commandTarget, commandTargets, type CommandTarget } from './command-target';
import type { Diagnostics } from './diagnostics';
import type { Documents } from './documents';
import { UserError, type Errors } from './errors';
import { byStart } from './finding-nodes';
import { exportReport } from './export-report';
import { iconSafe } from './labels';
import type { LineagePanel } from './lineage-panel';
import { markExpected } from './mark-expected';
import { openWritten, writeRemediation } from './remediation-writer';
import { openSample } from './sample';
import { setTriage, suppress } from './triage';
import type { Watch } from './watch';
import type { WhoTarget } from './who-choices';
import { askSession, askWho } from './who-is';
import { writeBaseline } from './write-baseline';

export interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly analysis: AnalysisController;
  readonly caseFile: CaseFileStore;
  readonly diagnostics: Diagnostics;
  readonly documents: Documents;
  readonly panel: LineagePanel;
  readonly watch: Watch;
  readonly errors: Errors;
}

type Run = (clicked?: unknown, selected?: unknown) => Promise<void>;

interface Command {
  readonly run: Run;
  /** What the user reads when it fails. */
  readonly failure: string;
}

export function registerCommands(parts: Parts): vscode.Disposable {
  const registered = Object.entries(commands(parts)).map(([name, { run, failure }]) =>
    vscode.commands.registerCommand(`cloudtrailLineage.${name}`, parts.errors.guarded(failure, run)),
  );
  return vscode.Disposable.from(...registered);
}

function commands(parts: Parts): Readonly<Record<string, Command>> {
  const { context, analysis, caseFile, diagnostics, documents, panel, watch } = parts;
  return {
    analyze: {
      failure: vscode.l10n.t('The logs could not be analyzed.'),
      run: async (clicked, selected) => analyze(parts, await chooseSources(clicked, selected)),
    },
    analyzeWorkspace: {
      failure: vscode.l10n.t('The workspace could not be analyzed.'),
      run: () => analyze(parts, workspaceFolders()),
    },
    watchWorkspace: {
      failure: vscode.l10n.t('The logs could not be watched.'),
      run: async () => {
        if (watch.active) return watch.stop();
        if (analysis.result === undefined) await analyze(parts, workspaceFolders());
        if (analysis.result !== undefined) await watch.start(analysis.result.sources);
      },
    },
    openSample: {
      failure: vscode.l10n.t('The sample incident could not be opened.'),
      run: () => openSample(context),
    },
    showLineage: {
      failure: vscode.l10n.t('The lineage could not be shown.'),
      run: async (clicked) => {
        const { session, finding } = commandTarget(clicked);
        if (session !== undefined) {
          panel.show({ finding: null, session });
          return;
        }
        const id = finding ?? (await pickFinding(analysis));
        if (id !== undefined) panel.show({ finding: id, session: null });
      },
    },
    whoIs: {
      failure: vscode.l10n.t('The logs could not be searched.'),
      run: async (clicked) => openTarget(parts, await askWho(analysis, commandTarget(clicked).name)),
    },
    showBlastRadius: {
      failure: vscode.l10n.t('The blast radius could not be shown.'),
      run: async (clicked) => {
        const session = (await sessionOf(analysis, commandTarget(clicked))) ?? (await askSession(analysis));
        if (session !== undefined) await openTarget(parts, { type: 'blastRadius', session });
      },
    },
    openEvidence: {
      failure: vscode.l10n.t('The record could not be opened.'),
      run: async (clicked) => {
        const { eventID, finding } = commandTarget(clicked);
        if (eventID === undefined)
          throw new UserError(vscode.l10n.t('Choose a piece of evidence in the view Findings.'));
        await documents.open(eventID, finding, panel.documentColumn());
      },
    },
    generateRemediation: {
      failure: vscode.l10n.t('The remediation could not be written.'),
      run: async (clicked) => {
        const target = commandTarget(clicked);
        if (target.finding !== undefined) {
          return remediate(parts, { ...target, finding: target.finding });
        }
        const here = findingsAtCursor(diagnostics);
        const chosen = await (here.length > 0 ? chooseRemediation(here) : pickFinding(analysis).then(asTarget));
        if (chosen !== undefined) await remediate(parts, chosen);
      },
    },
    openResponsePlan: {
      failure: vscode.l10n.t('The response plan could not be opened.'),
      run: async (clicked) => {
        const finding = commandTarget(clicked).finding ?? (await pickFinding(analysis));
        if (finding !== undefined) await documents.openRunbook(finding, panel.documentColumn());
      },
    },
    exportReport: {
      failure: vscode.l10n.t('The report could not be written.'),
      run: () => exportReport(analysis, panel.documentColumn()),
    },
    compareAnalysis: {
      failure: vscode.l10n.t('The analyses could not be compared.'),
      run: () => compareAnalysis(analysis, panel.documentColumn()),
    },
    writeBaseline: {
      failure: vscode.l10n.t('The baseline could not be written.'),
      run: () => writeBaseline(analysis),
    },
    'triage.confirm': triage(caseFile, 'confirmed'),
    'triage.benign': triage(caseFile, 'benign'),
    'triage.reopen': triage(caseFile, 'open'),
    suppress: {
      failure: vscode.l10n.t('The suppression could not be written to the case file.'),
      run: async (clicked) => {
        const finding = analysis.finding(commandTarget(clicked).finding ?? '');
        if (finding === undefined) throw chooseAFinding();
        await suppress(caseFile, finding);
      },
    },
    markExpected: {
      failure: vscode.l10n.t('What is known could not be written to the case file.'),
      run: async (clicked) => {
        const { finding: id, list } = commandTarget(clicked);
        const finding = analysis.finding(id ?? '');
        if (finding === undefined) throw chooseAFinding();
        await markExpected(analysis, caseFile, finding, list);
      },
    },
    openCaseFile: {
      failure: vscode.l10n.t('The case file could not be opened.'),
      run: async () => {
        await vscode.window.showTextDocument(await caseFile.open(), panel.documentColumn());
      },
    },
    clear: {
      failure: vscode.l10n.t('The analysis could not be cleared.'),
      run: async () => {
        await watch.stop();
        await analysis.clear();
      },
    },
  };
}

async function openTarget({ documents, panel }: Parts, target: WhoTarget | undefined): Promise<void> {
  switch (target?.type) {
    case undefined:
      return;
    case 'lineage':
      panel.show({ finding: null, session: target.session });
      return;
    case 'record':
      return documents.open(target.eventID, undefined, panel.documentColumn());
    case 'blastRadius':
      return documents.openBlastRadius(target.session, panel.documentColumn());
    default:
      assertNever(target);
  }
}

/** Where it began: the session itself, the root of an incident, the first session of a finding. */
async function sessionOf(analysis: AnalysisController, target: CommandTarget): Promise<string | undefined> {
  if (target.session !== undefined) return target.session;
  const { summary } = analysis.required();
  const incident = summary.incidents.find(({ id }) => id === target.incident);
  if (incident !== undefined) return incident.root;
  const finding = target.finding === undefined ? undefined : analysis.finding(target.finding);
  const rows = await Promise.all((finding?.sessions ?? []).map((id) => analysis.service.session(id)));
  const [first] = rows.filter((row) => row !== null).sort(byStart);
  return first?.id;
}

async function analyze({ analysis, watch }: Parts, sources: readonly vscode.Uri[]): Promise<void> {
  if (sources.length === 0) return;
  // Not awaited: the view takes its time to come, the analysis does not wait for it.
  void vscode.commands.executeCommand('cloudtrailLineage.findings.focus');
  await analysis.analyze(sources, { byUser: true });
  if (watch.active && analysis.result !== undefined) await watch.start(analysis.result.sources);
}

function workspaceFolders(): readonly vscode.Uri[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  if (folders.length > 0) return folders;
  throw new UserError(vscode.l10n.t('No folder is open.'), {
    title: vscode.l10n.t('Analyze CloudTrail'),
    command: 'cloudtrailLineage.analyze',
  });
}

function triage(caseFile: CaseFileStore, state: 'open' | 'confirmed' | 'benign'): Command {
  return {
    failure: vscode.l10n.t('The decision could not be written to the case file.'),
    run: async (clicked, selected) => {
      const ids = commandTargets(clicked, selected).flatMap(({ finding, eventID }) =>
        finding === undefined || eventID !== undefined ? [] : [finding],
      );
      if (ids.length === 0) throw chooseAFinding();
      await setTriage(caseFile, [...new Set(ids)], state);
    },
  };
}

export async function remediate(
  { analysis, panel }: Pick<Parts, 'analysis' | 'panel'>,
  { finding, remediation }: CommandTarget & { readonly finding: string },
): Promise<void> {
  analysis.complete();
  const plan = await analysis.service.remediation(finding);
  if (plan === null) throw new UserError(vscode.l10n.t('There is no remediation for this finding.'));
  const folder = await writeRemediation(plan, remediation);
  if (folder !== undefined) await openWritten(folder, plan, remediation, panel.documentColumn());
}

async function pickFinding(analysis: AnalysisController): Promise<string | undefined> {
  const { findings } = analysis.required().summary;
  const open = findings.filter(({ suppressed }) => !suppressed);
  if (open.length === 0) throw new UserError(vscode.l10n.t('There are no findings.'));
  const chosen = await vscode.window.showQuickPick(
    open.map(({ id, title, severity, rule }) => ({
      label: iconSafe(title),
      description: `${severity} · ${rule}`,
      finding: id,
    })),
    { placeHolder: vscode.l10n.t('Finding'), matchOnDescription: true },
  );
  return chosen?.finding;
}

function asTarget(finding: string | undefined): { readonly finding: string } | undefined {
  return finding === undefined ? undefined : { finding };
}

function chooseAFinding(): UserError {
  return new UserError(vscode.l10n.t('Choose a finding in the view Findings.'));
}
