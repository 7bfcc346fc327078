/**
 * The plan as a page: for every step what it does, what it breaks, the console clicks, the commands, the check and the undo.
 *
 * Guarantee: text that came from logs is escaped; commands hold checked values only (see quote.ts); one plan, one text.
 */
import type { Finding } from '../contract';
import type { IncidentNames } from './names';
import { phases } from './index';
import {
  choiceText,
  defaultChoice,
  openVariables,
  phaseReasons,
  phaseTitles,
  profileVariables,
  sessionChoices,
} from './phase-text';
import { isTemplate } from './policy';
import { markdownText } from './quote';
import type { Command, GeneratedFile, Remediation, RemediationPlan, Step } from './remediation';

export interface About {
  readonly finding: Finding;
  readonly names: IncidentNames;
  readonly policies: readonly GeneratedFile[];
  /** The sessions that the plan contains, root first, one line each. */
  readonly lineage: readonly string[];
}

/** Sessions beyond this are counted only. */
const mostSessions = 50;

export function renderRunbook(plan: Omit<RemediationPlan, 'files'>, about: About): string {
  const lines: string[] = [...head(plan, about)];
  let number = 0;
  for (const phase of phases) {
    const remediations = plan.remediations.filter((remediation) => remediation.phase === phase);
    if (remediations.length === 0) {
      continue;
    }
    number += 1;
    lines.push(`## ${String(number)}. ${phaseTitles[phase]}`, '', phaseReasons[phase], '');
    if (phase === 'sessions') {
      lines.push(
        'Choose one for the ordinary roles:',
        '',
        ...sessionChoices.map(
          (choice) =>
            `- \`--sessions ${choice}\`${choice === defaultChoice ? ' (unless told)' : ''}: ${choiceText[choice]}`,
        ),
        '',
      );
    }
    for (const remediation of remediations) {
      lines.push(...section(remediation));
    }
  }
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

function head(plan: Omit<RemediationPlan, 'files'>, { finding, names, policies, lineage }: About): string[] {
  const profiles = profileVariables(plan.remediations);
  const open = openVariables(plan.remediations);
  return [
    `# Response to: ${markdownText(finding.title)}`,
    '',
    markdownText(finding.explanation),
    '',
    `- Finding \`${markdownText(finding.id)}\`, severity ${finding.severity}, ${markdownText(finding.firstEventTime)} to ${markdownText(finding.lastEventTime)}`,
    `- Policies of this response carry the mark \`${names.id}\` in their name.`,
    '',
    'Nothing here has been run: this page, the policies and the scripts were made from logs alone. They do not know what has changed since. **Read each step before you do it.**',
    '',
    '`respond.sh` and `respond.ps1` do the same steps. Without `--apply` (`-Apply`) they only print what they would do. They ask before every phase, use one time for all revocations, and leave out what is marked *by hand*.',
    '',
    '## The lineage',
    '',
    'What this plan contains, from the root on:',
    '',
    ...lineage.slice(0, mostSessions).map((line) => `- ${markdownText(line)}`),
    ...(lineage.length > mostSessions ? [`- and ${String(lineage.length - mostSessions)} more sessions`] : []),
    '',
    '## Before you start',
    '',
    'In this folder. Each command names the account it is for by its profile; set the profiles, and the time, once:',
    '',
    ...fence('sh', [
      'mkdir -p saved',
      'T=$(date -u +%Y-%m-%dT%H:%M:%SZ)',
      ...profiles.map(({ account, variable }) => `${variable}='profile-for-${account}'`),
      ...open.filter((variable) => !variable.startsWith('PROFILE_')).map((variable) => `${variable}=''`),
    ]),
    '',
    ...fence('powershell', [
      'New-Item -ItemType Directory -Force saved | Out-Null',
      "$T = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)",
      ...profiles.map(({ account, variable }) => `$${variable} = 'profile-for-${account}'`),
      ...open.map((variable) => `$${variable} = ''`),
    ]),
    '',
    '## Policy files',
    '',
    ...(policies.length === 0
      ? ['None: no policy reaches what this lineage is made of.']
      : policies.map(({ path }) => `- \`${path}\`${noteOf(path)}`)),
    '',
  ];
}

function noteOf(path: string): string {
  if (isTemplate(path)) {
    return ' — needs the time at which it is applied. As it stands IAM refuses it, so that a forgotten time is noticed.';
  }
  return path.endsWith('.statements.json') ? ' — statements to add to the trust policy that is there.' : '';
}

function section(remediation: Remediation): string[] {
  return [
    `### ${markdownText(remediation.title)}`,
    '',
    ...whoApplies(remediation),
    ...remediation.steps.flatMap(stepLines),
  ];
}

function whoApplies({ choices, phase }: Remediation): string[] {
  if (choices === undefined) {
    return [];
  }
  if (choices.length > 0) {
    return [`In the scripts: with ${choices.map((choice) => `\`--sessions ${choice}\``).join(' or ')}.`, ''];
  }
  return phase === 'lift' ? [] : ['*By hand*: the scripts leave this out.', ''];
}

function stepLines(step: Step): string[] {
  return [
    `#### ${markdownText(step.title)}`,
    '',
    ...(step.does === undefined ? [] : [markdownText(step.does), '']),
    ...(step.refused === undefined ? [] : [`**No command:** ${markdownText(step.refused)}`, '']),
    ...bullets('What stops working', step.breaks),
    ...bullets('Console', step.console),
    ...commands('Commands', step.commands),
    ...commands('Check', step.check),
    ...commands('Undo', step.undo),
    ...bullets('Know', step.notes),
  ];
}

function bullets(label: string, texts: readonly string[]): string[] {
  return texts.length === 0 ? [] : [`**${label}**`, '', ...texts.map((text) => `- ${markdownText(text)}`), ''];
}

function commands(label: string, list: readonly Command[]): string[] {
  return list.length === 0
    ? []
    : [
        `**${label}**`,
        '',
        ...fence(
          'sh',
          list.map(({ posix }) => posix),
        ),
        '',
        ...fence(
          'powershell',
          list.map(({ powershell }) => powershell),
        ),
        '',
      ];
}

/** A fence longer than any run of backticks inside. */
function fence(language: string, lines: readonly string[]): string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const bar = '`'.repeat(longest + 1);
  return [`${bar}${language}`, ...lines, bar];
}
