/**
 * The plan as `respond.ps1`: Windows PowerShell 5.1 or PowerShell 7, and the AWS CLI. Same guarantees as `respond.sh`.
 *
 * Windows PowerShell mangles double quotes on their way to a program, so no argument has any.
 */
import { lastSegment } from '../cloudtrail/text';
import { defaultChoice, phaseReasons, phaseTitles, sessionChoices } from './phase-text';
import { effectPlaceholder, filledPath, isTemplate, timePlaceholder } from './policy';
import { commentText, powershellQuote } from './quote';
import type { About } from './render-runbook';
import { filledPolicies, headerComments, scriptedPhases, scriptedStep, variablesOf } from './script-outline';
import type { Argument, Call, Remediation, RemediationPlan, Step } from './remediation';

export function renderPowerShell(plan: Omit<RemediationPlan, 'files'>, about: About): string {
  const timed = filledPolicies(about);
  const lines = [...prologue(plan, about)];
  for (const { phase, remediations } of scriptedPhases(plan)) {
    lines.push(
      '',
      `# ${commentText(phaseReasons[phase])}`,
      `if (Test-Phase ${powershellQuote(phase)} ${powershellQuote(phaseTitles[phase])}) {`,
      ...remediations.flatMap((each) => remediationLines(each, timed)),
      '}',
    );
  }
  return `${[...lines, ...epilogue].join('\n')}\n`;
}

function prologue(plan: Omit<RemediationPlan, 'files'>, about: About): string[] {
  return [
    ...headerComments(plan, about, '-Apply'),
    '[CmdletBinding()]',
    'param(',
    '  [switch]$Apply,',
    '  [switch]$Yes,',
    `  [ValidateSet(${sessionChoices.map((choice) => powershellQuote(choice)).join(', ')})][string]$Sessions = ${powershellQuote(defaultChoice)},`,
    '  [string[]]$Only = @()',
    ')',
    'Set-StrictMode -Version 3.0',
    "$ErrorActionPreference = 'Stop'",
    'Set-Location -LiteralPath $PSScriptRoot',
    '',
    '# One time for all: sessions issued before it end.',
    "$T = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)",
    '$Work = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())',
    'New-Item -ItemType Directory -Path $Work | Out-Null',
    '$Utf8 = New-Object Text.UTF8Encoding $false',
    'function Save-Filled([string]$Template, [string]$Name) {',
    '  $text = [IO.File]::ReadAllText((Join-Path $PSScriptRoot $Template))',
    `  $text = $text.Replace('${effectPlaceholder}', 'Deny').Replace('${timePlaceholder}', $T)`,
    '  [IO.File]::WriteAllText((Join-Path $Work $Name), $text, $Utf8)',
    '}',
    ...about.policies
      .filter(({ path }) => isTemplate(path))
      .map(({ path }) => `Save-Filled ${powershellQuote(path)} ${powershellQuote(lastSegment(filledPath(path)))}`),
    ...helpers,
    'Write-Host "Time of applying: $T"',
    "if (-not $Apply) { Write-Host 'Dry run: nothing is changed. -Apply does it.' }",
  ];
}

/** Bodies of the functions that the calls below use. No text of a log is in them. */
const helpers = String.raw`
$script:Failed = 0
$script:Checked = @{}
$script:Captured = @{}

function Test-Phase([string]$Name, [string]$Title) {
  if ($Only.Count -gt 0 -and $Only -notcontains $Name) { return $false }
  Write-Host ''
  Write-Host ('== ' + $Name + ': ' + $Title)
  if ($Apply -and $Name -eq 'verify' -and $Only.Count -eq 0) {
    Write-Host 'IAM needs some minutes. Then: ./respond.ps1 -Apply -Only verify'
    return $false
  }
  if ($Apply -and -not $Yes) {
    $answer = Read-Host 'Do this phase? [y/N]'
    if (@('y', 'yes') -notcontains $answer) { Write-Host 'Left out.'; return $false }
  }
  return $true
}

# A variable that a person sets in the environment, or that an earlier call set.
function Get-Value([string]$Name) {
  if ($script:Captured.ContainsKey($Name)) { return $script:Captured[$Name] }
  $value = [Environment]::GetEnvironmentVariable($Name)
  if ($value) { return $value }
  if (-not $Apply) { return '<' + $Name + '>' }
  return ''
}

function Test-Value([string]$Name) {
  if (Get-Value $Name) { return $true }
  Write-Host ('  left out: ' + $Name + ' is not set, see runbook.md')
  return $false
}

# Is the profile in the account it is meant for?
function Test-Account([string]$Account, [string[]]$Options) {
  if ($Account -notmatch '^[0-9]+$' -or $script:Checked.ContainsKey($Account)) { return $true }
  $actual = & aws @Options sts get-caller-identity --query Account --output text
  if ($LASTEXITCODE -ne 0 -or $actual -ne $Account) {
    Write-Host ('  NOT DONE: the profile is in account ' + $actual + ', not ' + $Account + '. Set PROFILE_' + $Account + '.')
    return $false
  }
  $script:Checked[$Account] = $true
  return $true
}

# The answer goes to a file, to a variable, or to the terminal.
function Invoke-Step([string]$File, [string]$Variable, [string]$Account, [string]$Region, [string[]]$Arguments) {
  $options = @()
  $awsProfile = [Environment]::GetEnvironmentVariable('PROFILE_' + $Account)
  if (-not $awsProfile) { $awsProfile = [Environment]::GetEnvironmentVariable('PROFILE') }
  if ($awsProfile) { $options += @('--profile', $awsProfile) }
  if ($Region) { $options += @('--region', $Region) }
  Write-Host ('  > aws ' + (($options + $Arguments) -join ' '))
  if (-not $Apply) { return }
  if ($Account -notmatch '^[0-9]+$' -and -not (Test-Value ('PROFILE_' + $Account))) { return }
  if (-not (Test-Account $Account $options)) { $script:Failed++; return }
  if ($File) {
    New-Item -ItemType Directory -Force -Path (Join-Path $PSScriptRoot 'saved') | Out-Null
    $path = Join-Path $PSScriptRoot $File
    if (Test-Path -LiteralPath $path) { Write-Host ('    ' + $File + ' is there already, and is kept'); return }
  }
  # With 'Stop', Windows PowerShell would end at the first line that a program writes to its error stream.
  $ErrorActionPreference = 'Continue'
  $errors = Join-Path $Work 'error'
  $answer = & aws @options @Arguments 2> $errors
  if ($LASTEXITCODE -ne 0) {
    $message = [IO.File]::ReadAllText($errors)
    if ($message -match 'NoSuchEntity|ResourceNotFoundException|\.NotFound') { Write-Host '    there is no such thing (any more)'; return }
    Write-Host $message
    $script:Failed++
    Write-Host '    FAILED'
    return
  }
  if ($File) { [IO.File]::WriteAllText($path, ($answer -join [Environment]::NewLine), $Utf8) }
  elseif ($Variable) { $script:Captured[$Variable] = [string]$answer }
  else { $answer | ForEach-Object { Write-Host ('    ' + $_) } }
}

# The saved policy plus our statements.
function Merge-Trust([string]$Before, [string]$Statements, [string]$After) {
  if (-not $Apply) { Write-Host ('  (adds ' + $Statements + ' to ' + $Before + ', gives ' + $After + ')'); return $true }
  $from = Join-Path $PSScriptRoot $Before
  if (-not (Test-Path -LiteralPath $from)) { Write-Host ('  NOT DONE: ' + $Before + ' is missing.'); $script:Failed++; return $false }
  $policy = [IO.File]::ReadAllText($from) | ConvertFrom-Json
  $add = [IO.File]::ReadAllText((Join-Path $PSScriptRoot $Statements)) | ConvertFrom-Json
  $kept = @(@($policy.Statement) | Where-Object { -not ($_.PSObject.Properties['Sid'] -and ([string]$_.Sid).StartsWith('IncidentDenyAssume')) })
  $policy.Statement = @($kept) + @($add)
  [IO.File]::WriteAllText((Join-Path $PSScriptRoot $After), ($policy | ConvertTo-Json -Depth 20), $Utf8)
  return $true
}

function Write-ByHand([string]$Text) { Write-Host ('  by hand, see runbook.md: ' + $Text) }
`.split('\n');

const epilogue = [
  '',
  'Remove-Item -Recurse -Force -LiteralPath $Work',
  'if ($script:Failed -gt 0) {',
  "  Write-Host ([string]$script:Failed + ' steps failed: look above, and do them again or by hand.')",
  '  exit 1',
  '}',
  "if ($Apply) { Write-Host ('Done. Time of applying: ' + $T + '. Verify in five minutes; undo and lift: runbook.md.') }",
];

function remediationLines(remediation: Remediation, timed: ReadonlySet<string>): string[] {
  const inner = remediation.steps.flatMap((step) => stepLines(step, timed));
  const title = [`  # ${commentText(remediation.title)}`];
  if (remediation.choices === undefined) {
    return [...title, ...inner];
  }
  return [
    ...title,
    `  if (@(${remediation.choices.map((choice) => powershellQuote(choice)).join(', ')}) -contains $Sessions) {`,
    ...inner,
    '  }',
  ];
}

function stepLines(step: Step, timed: ReadonlySet<string>): string[] {
  const { comments, byHand, calls } = scriptedStep(step);
  return [
    ...comments,
    ...(byHand === undefined ? [] : [`    Write-ByHand ${powershellQuote(byHand)}`]),
    ...calls.map((call) => callLine(call, timed)),
  ];
}

function callLine(call: Call, timed: ReadonlySet<string>): string {
  const variables = variablesOf(call);
  const before = [
    ...variables.map((variable) => `(Test-Value ${powershellQuote(variable)})`),
    ...(call.mergeTrust === undefined
      ? []
      : [
          `(Merge-Trust ${[call.mergeTrust.before, call.mergeTrust.statements, call.mergeTrust.after].map(powershellQuote).join(' ')})`,
        ]),
  ];
  const head = [call.saveTo ?? '', call.captureAs ?? '', call.account, call.region].map(powershellQuote).join(' ');
  const line = `Invoke-Step ${head} @(${call.args.map((argument) => word(argument, timed)).join(', ')})`;
  return before.length === 0 ? `    ${line}` : `    if (${before.join(' -and ')}) { ${line} }`;
}

function word(argument: Argument, timed: ReadonlySet<string>): string {
  if (typeof argument !== 'string') {
    return `(Get-Value ${powershellQuote(argument.variable)})`;
  }
  const path = argument.startsWith('file://') ? argument.slice('file://'.length) : '';
  return timed.has(path)
    ? `('file://' + (Join-Path $Work ${powershellQuote(lastSegment(path))}))`
    : powershellQuote(argument);
}
