/**
 * The whole response for a finding: its lineage from the root down, in the phases that work, with its files.
 *
 * Guarantee: never only the leaf; no two files of one path; every policy file passes the linter or is not written, and its step
 * says so.
 */
import type { Analysis } from '../analysis';
import { formatInstant, parseInstant } from '../cloudtrail/time';
import type { Session } from '../lineage/model';
import { containmentText } from '../report/containment-text';
import { lintPolicy, type PolicyUse } from './lint-policy';
import { contextOf, outlinesOf } from './index';
import { fileSegment } from './names';
import type { Outline, PlanContext } from './outline';
import { renderPowerShell } from './render-powershell';
import { renderRunbook } from './render-runbook';
import { renderScript } from './render-script';
import type { GeneratedFile, Remediation, RemediationPlan } from './remediation';

export function planFor(analysis: Analysis, findingId: string): RemediationPlan | undefined {
  const finding = analysis.findings.find(({ id }) => id === findingId);
  const draft = analysis.drafts.get(findingId);
  if (finding === undefined || draft === undefined) {
    return undefined;
  }
  const related = analysis.findings
    .filter(({ incident, id }) => incident === finding.incident && id !== findingId)
    .flatMap(({ id }) => analysis.drafts.get(id) ?? []);
  const incident = analysis.incidents.find(({ id }) => id === finding.incident);
  const context: PlanContext = {
    ...contextOf(analysis.model, analysis.settings, draft, related, parseInstant(finding.lastEventTime)),
    ...(incident?.containment === undefined ? {} : { containment: containmentText(incident) }),
  };
  const remediations = outlinesOf(context).map(write);
  const policies = new Map<string, GeneratedFile>();
  for (const file of remediations.flatMap(({ files }) => files)) {
    policies.set(file.path, file);
  }
  const files = [...policies.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const body = { folder: fileSegment(finding.incident), title: finding.title, remediations };
  const about = { finding, names: context.names, policies: files, lineage: context.scope.sessions.map(sessionLine) };
  return {
    ...body,
    files: [
      { path: 'runbook.md', content: renderRunbook(body, about) },
      { path: 'respond.sh', content: renderScript(body, about) },
      { path: 'respond.ps1', content: renderPowerShell(body, about) },
      ...files,
    ],
  };
}

function sessionLine(session: Session): string {
  const span = [session.firstEventTime, session.lastEventTime].map((time) =>
    time === undefined ? '' : formatInstant(time),
  );
  return [
    `depth ${session.depthIsMinimum ? '≥ ' : ''}${String(session.depth)}: ${session.arn || session.principalId}`,
    session.keys.length > 0
      ? `keys ${session.keys.slice(0, 4).join(', ')}${session.keys.length > 4 ? ' …' : ''}`
      : 'no key in these logs',
    span[0] === '' ? 'never used in these logs' : `used ${span.join(' to ')}`,
  ].join(', ');
}

function write(outline: Outline): Remediation {
  const { steps, files } = outline.build();
  const problems = files.flatMap((file) => lintFile(file).map((problem) => `${file.path} ${problem}`));
  const head = {
    id: outline.id,
    title: outline.title,
    phase: outline.phase,
    ...(outline.choices === undefined ? {} : { choices: outline.choices }),
  };
  if (problems.length === 0) {
    return { ...head, steps, files };
  }
  return {
    ...head,
    files: [],
    steps: steps.map((step) => ({
      ...step,
      commands: [],
      refused: `The policy is not written, because AWS would refuse it: ${problems.join('; ')}.`,
    })),
  };
}

/** Problems of a policy file, by what it is for; statement lists are held against the trust policy they go into. */
export function lintFile(file: GeneratedFile): string[] {
  if (file.path.endsWith('.statements.json')) {
    return lintPolicy(
      JSON.stringify({ Version: '2012-10-17', Statement: JSON.parse(file.content) as unknown }),
      'trust',
    );
  }
  return lintPolicy(file.content, useOf(file.path));
}

function useOf(path: string): PolicyUse {
  const name = path.replace('policies/', '');
  if (name.startsWith('scp-') || name === 'harden-instance-perimeter.json') {
    return 'scp';
  }
  if (name.startsWith('trust-')) {
    return 'trust';
  }
  if (name.startsWith('permission-set-')) {
    return 'permission-set';
  }
  return name.startsWith('deny-all-user-') ? 'user' : 'role';
}
