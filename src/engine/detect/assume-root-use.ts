/**
 * `assume-root-use`: somebody made root credentials of a member account with `AssumeRoot`, tried to, or uses temporary root
 * credentials of which nothing tells the origin.
 *
 * Guarantee: one finding a root, caller identity and account, repeats counted; refusals of a caller are one finding, unless the
 * caller got in. Console sessions of root, and sessions of its own long-term key, are none.
 */
import { append } from '../append';
import { isDenied } from '../cloudtrail/outcome';
import { accountOf, requestParameters, stringAt } from '../cloudtrail/record';
import { lastSegment } from '../cloudtrail/text';
import type { Severity } from '../contract';
import type { Issuance, Session } from '../lineage/model';
import { actionAt, callerAt, notableAt, textAt } from '../lineage/table';
import { worst } from '../severity';
import { callerIdentity, rootIdentity } from './describe';
import type { Detection, DetectionInput, Detector, EvidenceRow, FindingDraft } from './detector';
import { rowsOfActions } from './facts';
import { identityMatches } from './globs';
import { hopEvidence, reachedBy } from './hop-evidence';
import { ownCallsOf } from './own-calls';
import { confidenceOf, pathTo } from './paths';
import { sessionFinding } from './session-finding';
import { isConsoleSession } from './session-nature';
import { capital, clean, counted, listed } from './text';

const id = 'assume-root-use';

export const assumeRootUse: Detector = {
  id,
  title: 'Root of a member account assumed',
  description:
    'Temporary credentials of the root user of a member account were made with AssumeRoot, asked for in vain, or used without a record of where they came from.',
  severities: ['high', 'medium', 'low', 'info'],
  techniques: ['T1548.005', 'T1078.004'],
  detect,
};

/** What the policy of a task lets the session do; no other policies exist. Source: AWS STS API Reference, "AssumeRoot". */
const tasks: Readonly<Record<string, string>> = {
  IAMAuditRootUserCredentials: 'look at the credentials of root',
  IAMCreateRootUserPassword: 'let root recover its password',
  IAMDeleteRootUserCredentials: 'delete the credentials of root',
  S3UnlockBucketPolicy: 'delete the policy of a locked bucket',
  SQSUnlockQueuePolicy: 'delete the policy of a locked queue',
};
const audit = 'IAMAuditRootUserCredentials';

interface Grant {
  readonly issuance: Issuance;
  readonly caller: Session | undefined;
  readonly child: Session | undefined;
  readonly account: string;
  readonly task: string;
  readonly severity: Severity;
}

function detect(input: DetectionInput): Detection {
  const granted = new Map<string, Grant[]>();
  for (const issuance of input.model.issuances) {
    if (issuance.kind === 'assume-root') {
      const grant = grantOf(input, issuance);
      append(granted, `${edgeOf(input, grant.caller)}\n${grant.account}`, grant);
    }
  }
  const findings = [
    ...[...granted.values()]
      .filter((grants) => grants.some((grant) => isInWindow(input, grant)))
      .map((grants) => grantDraft(input, grants)),
    ...refusals(input, granted),
    ...input.model.sessions
      .filter((session) => isUnexplained(input, session))
      .map((session) => unexplainedDraft(input, session)),
  ];
  return { findings, notes: [] };
}

function grantOf(input: DetectionInput, issuance: Issuance): Grant {
  const { model, settings } = input;
  const request = requestParameters(notableAt(model.events, issuance.row) ?? {});
  const target = stringAt(request, 'targetPrincipal');
  const child = model.sessions[issuance.childSession ?? -1];
  const caller = model.sessions[issuance.callerSession ?? -1];
  const task = lastSegment(stringAt(request, 'taskPolicyArn', 'arn') || stringAt(request, 'taskPolicyArn'));
  const isBreakGlass =
    caller !== undefined &&
    settings.breakGlassRoles.some((glob) => caller.roleArn !== '' && identityMatches(glob, caller.roleArn));
  const severity =
    task === audit ? 'info' : caller !== undefined && caller.depth >= 1 && !isBreakGlass ? 'high' : 'medium';
  return { issuance, caller, child, account: accountOf(target) || target || (child?.accountId ?? ''), task, severity };
}

/** Who, at the root of the lineage and at its end. */
function edgeOf({ model }: DetectionInput, caller: Session | undefined): string {
  if (caller === undefined) {
    return '';
  }
  return `${rootIdentity(model.sessions[caller.root] ?? caller)}→${callerIdentity(caller)}`;
}

function isInWindow({ model, inWindow }: DetectionInput, { issuance, child }: Grant): boolean {
  const calls = ownCallsOf(model.events);
  return (
    [issuance.row, ...issuance.twinRows].some(inWindow) ||
    (child?.rows.some((row) => calls.has(row) && inWindow(row)) ?? false)
  );
}

function grantDraft(input: DetectionInput, grants: readonly Grant[]): FindingDraft {
  const { model } = input;
  const severity = worst(grants.map((grant) => grant.severity));
  const telling = grants.find((grant) => grant.severity === severity) ?? grants[0];
  if (telling === undefined) {
    throw new Error('a finding needs a grant');
  }
  const { caller, child, account } = telling;
  const path = caller === undefined ? undefined : pathTo(model, caller);
  const by = caller === undefined || path === undefined ? 'a caller outside these logs' : reachedBy(path, caller);
  const calls = ownCallsOf(model.events);
  const uses = grants.flatMap((grant) => [...(grant.child?.rows ?? [])].filter((row) => calls.has(row)));
  const names = [...new Set(grants.map(({ task }) => task))].map((task) => taskWords(task));
  const about = child ?? caller;
  const parts = {
    rule: id,
    keys: [edgeOf(input, caller), account],
    severity,
    confidence: confidenceOf([...(path?.sessions.slice(1) ?? []), ...(child === undefined ? [] : [child])]),
    title: `Root of account ${clean(account, 64)} assumed by ${by}, ${listed(names)}`,
    explanation: [
      `${capital(by)} made root credentials of account ${clean(account, 64)} ${counted(grants.length, 'time')}, limited to: ${listed(names)}.`,
      uses.length === 0
        ? 'These logs do not show them used.'
        : `${counted(uses.length, 'call')} with them are in these logs.`,
      ...(severity === 'high'
        ? [
            `The caller was reached by ${counted(caller?.depth ?? 0, 'role assumption')} and has none of the break-glass roles of the case file.`,
          ]
        : []),
      ...(severity === 'info' ? ['Looking at the credentials of root changes nothing: an audit.'] : []),
    ].join(' '),
    techniques: assumeRootUse.techniques,
    count: grants.length,
    evidence: grants.flatMap((grant) => evidenceOf(input, grant)),
    addresses: [],
  };
  const sessions = [
    ...grants.flatMap((grant) => grant.child?.index ?? []),
    ...grants.flatMap((grant) =>
      grant.caller === undefined
        ? []
        : pathTo(model, grant.caller)
            .sessions.map(({ index }) => index)
            .reverse(),
    ),
  ];
  const roles = path?.roles ?? [];
  if (about === undefined) {
    return { ...parts, sessions: [], roles, instanceIds: [], context: [], createdObjects: [] };
  }
  const { addresses: _none, ...rest } = parts;
  return sessionFinding(input, about, {
    ...rest,
    sessions,
    roles,
    evidence: [...parts.evidence, ...(path === undefined ? [] : hopEvidence(model, path, 'background'))],
  });
}

function taskWords(task: string): string {
  const words = tasks[task];
  return task === '' ? 'an unknown task' : `${clean(task, 64)}${words === undefined ? '' : ` (${words})`}`;
}

function evidenceOf({ model }: DetectionInput, { issuance, child, task }: Grant): EvidenceRow[] {
  const calls = ownCallsOf(model.events);
  return [
    { row: issuance.row, reason: `AssumeRoot: ${taskWords(task)}`, role: 'decisive' },
    ...issuance.twinRows.map((row): EvidenceRow => ({ row, reason: 'The same call as another account logged it' })),
    ...[...(child?.rows ?? [])]
      .filter((row) => calls.has(row))
      .map((row): EvidenceRow => ({ row, reason: `Root called ${clean(actionAt(model.events, row).eventName, 64)}` })),
  ];
}

/** Refused calls, one finding a caller; where the caller got in, they were retries or are told by that. */
function refusals(input: DetectionInput, granted: ReadonlyMap<string, readonly Grant[]>): FindingDraft[] {
  const { model, inWindow } = input;
  const { events } = model;
  const byCaller = new Map<Session, number[]>();
  const rows = rowsOfActions(
    events,
    ({ eventSource, eventName }) => eventSource.startsWith('sts.') && eventName === 'AssumeRoot',
  );
  for (const row of rows) {
    const caller = model.sessions[events.session[row] ?? -1];
    if (
      caller !== undefined &&
      inWindow(row) &&
      isDenied(textAt(events, 'errorCode', row)) &&
      !granted.has(`${edgeOf(input, caller)}\n${targetOf(input, row)}`)
    ) {
      append(byCaller, caller, row);
    }
  }
  return [...byCaller].map(([caller, refused]) => {
    const accounts = [...new Set(refused.map((row) => targetOf(input, row)))].filter((account) => account !== '');
    const of =
      accounts.length === 0 ? 'a member account' : listed(accounts.map((account) => `account ${clean(account, 64)}`));
    const path = pathTo(model, caller);
    return sessionFinding(input, caller, {
      rule: id,
      severity: 'low',
      confidence: confidenceOf(path.sessions.slice(1)),
      title: `Root of ${of} refused to ${reachedBy(path, caller)}`,
      explanation: `${capital(reachedBy(path, caller))} asked for root credentials of ${of} and was refused ${counted(refused.length, 'time')}.`,
      techniques: assumeRootUse.techniques,
      count: refused.length,
      evidence: refused.map((row) => ({ row, reason: 'AssumeRoot refused', role: 'decisive' as const })),
    });
  });
}

/** Refused calls may say the account in their error only. */
function targetOf({ model }: DetectionInput, row: number): string {
  const record = notableAt(model.events, row) ?? {};
  const target = stringAt(requestParameters(record), 'targetPrincipal');
  const named = /on resource: (arn:[^\s"']{1,600})/.exec(stringAt(record, 'errorMessage'))?.[1] ?? '';
  return accountOf(target) || target || accountOf(named);
}

/** Root with temporary credentials that neither a sign-in, nor its own key, nor AssumeRoot made. */
function isUnexplained({ model, inWindow }: DetectionInput, session: Session): boolean {
  if (session.kind !== 'root' || session.via !== undefined || session.creationDate === undefined) {
    return false;
  }
  const calls = ownCallsOf(model.events);
  return (
    session.rows.some((row) => calls.has(row) && callerAt(model.events, row).type === 'Root' && inWindow(row)) &&
    !isConsoleSession(model.events, session)
  );
}

function unexplainedDraft(input: DetectionInput, session: Session): FindingDraft {
  const calls = ownCallsOf(input.model.events);
  const uses = [...session.rows].filter((row) => calls.has(row));
  const account = clean(session.accountId, 64);
  return sessionFinding(input, session, {
    rule: id,
    severity: 'medium',
    title: `Root temporary credentials of unknown origin in account ${account}`,
    explanation: `${counted(uses.length, 'call')} in account ${account} came from root with temporary credentials. Nothing in these logs made them: no console, no session token of its own key, no AssumeRoot. The logs of the management account would show the last.`,
    techniques: assumeRootUse.techniques,
    count: uses.length,
    evidence: uses.map((row, at): EvidenceRow => ({
      row,
      reason: `Root called ${clean(actionAt(input.model.events, row).eventName, 64)}`,
      ...(at === 0 ? { role: 'decisive' } : {}),
    })),
  });
}
