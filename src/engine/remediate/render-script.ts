/**
 * The plan as `respond.sh`: bash 3.2 or later, the AWS CLI, and jq for trust policies.
 *
 * Guarantee: runs nothing unless `--apply` is given; then asks before every phase, checks that a profile is in the account it is
 * meant for, and uses one time for all revocations. A step that fails does not keep the others from being done; the script then
 * ends with status 1. Values from logs are in it only as checked, single-quoted arguments, or as comments.
 */
import { lastSegment } from '../cloudtrail/text';
import { defaultChoice, phaseReasons, phaseTitles, sessionChoices } from './phase-text';
import { effectPlaceholder, filledPath, isTemplate, timePlaceholder } from './policy';
import { commentText, posixQuote } from './quote';
import type { About } from './render-runbook';
import { filledPolicies, headerComments, scriptedPhases, scriptedStep, variablesOf } from './script-outline';
import type { Argument, Call, Remediation, RemediationPlan, Step } from './remediation';

export function renderScript(plan: Omit<RemediationPlan, 'files'>, about: About): string {
  const timed = filledPolicies(about);
  const lines = [...prologue(plan, about, timed)];
  for (const { phase, remediations } of scriptedPhases(plan)) {
    lines.push(
      '',
      `# ${commentText(phaseReasons[phase])}`,
      `if phase ${phase} ${posixQuote(phaseTitles[phase])}; then`,
      ...remediations.flatMap((each) => remediationLines(each, timed)),
      '  :',
      'fi',
    );
  }
  return `${[...lines, ...epilogue].join('\n')}\n`;
}

const usage = `respond.sh [--dry-run | --apply [--yes]] [--sessions ${sessionChoices.join('|')}] [--only PHASE]...`;

function prologue(plan: Omit<RemediationPlan, 'files'>, about: About, timed: ReadonlySet<string>): string[] {
  return [
    '#!/usr/bin/env bash',
    ...headerComments(plan, about, '--apply', `./${usage}`),
    'set -euo pipefail',
    'umask 077',
    'cd "$(dirname "${BASH_SOURCE[0]}")"',
    '',
    'apply=false',
    'yes=false',
    `sessions=${defaultChoice}`,
    "only=' '",
    'usage() {',
    `  echo 'usage: ${usage}' >&2`,
    '  exit 2',
    '}',
    'while [ $# -gt 0 ]; do',
    '  case $1 in',
    '    --dry-run) apply=false ;;',
    '    --apply) apply=true ;;',
    '    --yes) yes=true ;;',
    `    --sessions) case \${2:-} in ${sessionChoices.join(' | ')}) sessions=$2 ;; *) usage ;; esac; shift ;;`,
    '    --only) [ -n "${2:-}" ] || usage; only="$only$2 "; shift ;;',
    '    *) usage ;;',
    '  esac',
    '  shift',
    'done',
    '',
    '# One time for all: sessions issued before it end.',
    'T=$(date -u +%Y-%m-%dT%H:%M:%SZ)',
    'work=$(mktemp -d)',
    'trap \'rm -rf "$work"\' EXIT',
    ...about.policies
      .filter(({ path }) => timed.has(filledPath(path)) && isTemplate(path))
      .map(
        ({ path }) =>
          `sed -e "s/${effectPlaceholder}/Deny/" -e "s/${timePlaceholder}/$T/" ${posixQuote(path)} > "$work"/${posixQuote(lastSegment(filledPath(path)))}`,
      ),
    '',
    'failed=0',
    "checked=' '",
    ...helpers,
    'echo "Time of applying: $T"',
    '$apply || echo "Dry run: nothing is changed. --apply does it."',
  ];
}

/** Bodies of the functions that the calls below use. No text of a log is in them. */
const helpers = String.raw`
say() { printf '%s\n' "$*"; }

# phase NAME TITLE: true when it is to be done.
phase() {
  if [ "$only" != ' ' ]; then
    case $only in *" $1 "*) ;; *) return 1 ;; esac
  fi
  printf '\n== %s: %s\n' "$1" "$2"
  if $apply && [ "$1" = verify ] && [ "$only" = ' ' ]; then
    say 'IAM needs some minutes. Then: ./respond.sh --apply --only verify'
    return 1
  fi
  if $apply && ! $yes; then
    local answer=''
    read -r -p 'Do this phase? [y/N] ' answer || true
    case $answer in y | Y | yes) ;; *) say 'Left out.'; return 1 ;; esac
  fi
}

# chosen CHOICE...: true when --sessions says one of them.
chosen() {
  local choice
  for choice in "$@"; do
    if [ "$choice" = "$sessions" ]; then return 0; fi
  done
  return 1
}

# have VARIABLE: true when it is set; says so when it is not.
have() {
  if [ -n "${'$'}{!1:-}" ]; then return 0; fi
  if ! $apply; then return 0; fi
  say "  left out: $1 is not set, see runbook.md"
  return 1
}

# Sets the array cli to the command for ACCOUNT and REGION.
cli_for() {
  local variable="PROFILE_$1"
  local profile=${'$'}{!variable:-${'$'}{PROFILE:-}}
  cli=(aws)
  if [ -n "$profile" ]; then cli+=(--profile "$profile"); fi
  if [ -n "$2" ]; then cli+=(--region "$2"); fi
}

# Is the profile in the account it is meant for?
account_ok() {
  case $1 in *[!0-9]*) return 0 ;; esac
  case $checked in *" $1 "*) return 0 ;; esac
  local actual
  actual=$("${'$'}{cli[@]}" sts get-caller-identity --query Account --output text) || actual='nothing'
  if [ "$actual" != "$1" ]; then
    say "  NOT DONE: the profile is in account $actual, not $1. Set PROFILE_$1."
    return 1
  fi
  checked="$checked$1 "
}

# run FILE VARIABLE ACCOUNT REGION ARGUMENT...: the answer goes to FILE, to VARIABLE, or to the terminal.
run() {
  local file=$1 variable=$2 account=$3 region=$4
  shift 4
  local cli
  cli_for "$account" "$region"
  printf '  $'
  printf ' %q' "${'$'}{cli[@]}" "$@"
  if [ -n "$file" ]; then printf ' > %q' "$file"; fi
  printf '\n'
  if ! $apply; then
    if [ -n "$variable" ]; then printf -v "$variable" '%s' "<$variable>"; fi
    return 0
  fi
  case $account in *[!0-9]*) have "PROFILE_$account" || return 0 ;; esac
  if ! account_ok "$account"; then
    failed=$((failed + 1))
    return 0
  fi
  if [ -n "$file" ]; then
    mkdir -p saved
    if [ -e "$file" ]; then
      say "    $file is there already, and is kept"
      return 0
    fi
  fi
  if "${'$'}{cli[@]}" "$@" > "$work/answer" 2> "$work/error"; then
    if [ -n "$file" ]; then
      mv "$work/answer" "$file"
    elif [ -n "$variable" ]; then
      printf -v "$variable" '%s' "$(cat "$work/answer")"
    else
      cat "$work/answer"
    fi
  elif grep -Eq 'NoSuchEntity|ResourceNotFoundException|\.NotFound' "$work/error"; then
    say '    there is no such thing (any more)'
  else
    cat "$work/error" >&2
    failed=$((failed + 1))
    say '    FAILED'
  fi
}

# merge_trust BEFORE STATEMENTS AFTER: the saved policy plus our statements.
merge_trust() {
  if ! $apply; then say "  (adds $2 to $1, gives $3)"; return 0; fi
  if ! command -v jq > /dev/null; then say '  NOT DONE: jq is not installed. Add the statements by hand, see runbook.md.'; failed=$((failed + 1)); return 1; fi
  if [ ! -s "$1" ]; then say "  NOT DONE: $1 is missing."; failed=$((failed + 1)); return 1; fi
  jq --slurpfile add "$2" '.Statement = ([.Statement] | flatten | map(select((.Sid // "") | startswith("IncidentDenyAssume") | not))) + $add[0]' "$1" > "$3" || { failed=$((failed + 1)); return 1; }
}

by_hand() { say "  by hand, see runbook.md: $*"; }
`.split('\n');

const epilogue = [
  '',
  'say ""',
  'if [ "$failed" -gt 0 ]; then',
  '  say "$failed steps failed: look above, and do them again or by hand."',
  '  exit 1',
  'fi',
  'if $apply; then say "Done. Time of applying: $T. Verify in five minutes; undo and lift: runbook.md."; fi',
];

function remediationLines(remediation: Remediation, timed: ReadonlySet<string>): string[] {
  const inner = remediation.steps.flatMap((step) => stepLines(step, timed));
  const title = [`  # ${commentText(remediation.title)}`];
  if (remediation.choices === undefined) {
    return [...title, ...inner];
  }
  return [...title, `  if chosen ${remediation.choices.join(' ')}; then`, ...inner, '    :', '  fi'];
}

function stepLines(step: Step, timed: ReadonlySet<string>): string[] {
  const { comments, byHand, calls } = scriptedStep(step);
  return [
    ...comments,
    ...(byHand === undefined ? [] : [`    by_hand ${posixQuote(byHand)}`]),
    ...calls.map((call) => callLine(call, timed)),
  ];
}

function callLine(call: Call, timed: ReadonlySet<string>): string {
  const variables = variablesOf(call);
  const before = [
    ...variables.map((variable) => `have ${variable}`),
    ...(call.mergeTrust === undefined
      ? []
      : [
          `merge_trust ${posixQuote(call.mergeTrust.before)} ${posixQuote(call.mergeTrust.statements)} ${posixQuote(call.mergeTrust.after)}`,
        ]),
  ];
  const words = [
    posixQuote(call.saveTo ?? ''),
    posixQuote(call.captureAs ?? ''),
    posixQuote(call.account),
    posixQuote(call.region),
    ...call.args.map((argument) => word(argument, timed)),
  ];
  const line = `run ${words.join(' ')}`;
  return before.length === 0 ? `    ${line}` : `    if ${before.join(' && ')}; then ${line}; fi`;
}

function word(argument: Argument, timed: ReadonlySet<string>): string {
  if (typeof argument !== 'string') {
    return `"\${${argument.variable}:-<${argument.variable}>}"`;
  }
  const path = argument.startsWith('file://') ? argument.slice('file://'.length) : '';
  return timed.has(path) ? `"file://$work"/${posixQuote(lastSegment(path))}` : posixQuote(argument);
}
