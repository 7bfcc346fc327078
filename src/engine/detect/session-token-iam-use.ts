/**
 * `session-token-iam-use`: session tokens of IAM users that were issued without MFA, or that change IAM: what a thief does who
 * wants to stay after the key is gone.
 *
 * Guarantee: console sessions and calls that services forwarded are no use of a session token; a temporary key of unseen
 * origin counts only when it made more than one call.
 */
import { actionClass, type ActionClass } from '../cloudtrail/actions';
import { append } from '../append';
import type { Action } from '../cloudtrail/columns';
import { requestParameters, stringAt } from '../cloudtrail/record';
import type { Severity } from '../contract';
import type { Issuance, LineageModel, Session } from '../lineage/model';
import { actionAt, callerAt, notableAt, succeeded, textAt } from '../lineage/table';
import { raised, worst } from '../severity';
import { AddressRanges } from './cidr';
import { Clients } from './agents';
import { sessionLabel } from './describe';
import type { Detection, DetectionInput, Detector, FindingDraft } from './detector';
import { directCallsOf } from './direct-calls';
import { rowsOfActions } from './facts';
import { ownCallsOf } from './own-calls';
import { sessionFinding } from './session-finding';
import { capital, clean, counted, listed } from './text';

const id = 'session-token-iam-use';

export const sessionTokenIamUse: Detector = {
  id,
  title: 'Session tokens of users without MFA, or changing IAM',
  description:
    'GetSessionToken without MFA, or the temporary credentials of an IAM user that change users, keys, roles or policies outside the console.',
  severities: ['high', 'medium', 'low', 'info'],
  techniques: ['T1550.001'],
  detect,
};

/** Programs that keep a session token with MFA for a person, by what their user agents have. */
const keepers = /\baws-vault\b|\baws-mfa\b/i;

function detect(input: DetectionInput): Detection {
  const places = new Places(input);
  return { findings: [...issuedWithoutMfa(input, places), ...changesOfIam(input, places)], notes: [] };
}

/** Where a token was issued, and where it was used. */
class Places {
  private readonly calls: ReturnType<typeof directCallsOf>;
  private readonly ranges: AddressRanges;

  constructor({ model, settings }: DetectionInput) {
    this.calls = directCallsOf(model.events);
    this.ranges = new AddressRanges(settings.trustedCidrs);
  }

  /** Two places that can be compared, and are not the same: one host has an IPv4 and an IPv6 address, and private ones. */
  differ(issueRow: number, useRow: number): boolean {
    const issued = this.calls.originAt(issueRow);
    const used = this.calls.originAt(useRow);
    if (issued === undefined || used === undefined) {
      return false;
    }
    return (
      issued.class === used.class &&
      issued.group !== used.group &&
      !(this.ranges.contains(issued.location) && this.ranges.contains(used.location))
    );
  }

  nameOf(row: number): string {
    return clean(this.calls.originAt(row)?.location ?? 'an unknown place', 64);
  }
}

function issuedWithoutMfa(input: DetectionInput, places: Places): FindingDraft[] {
  const { model } = input;
  const byCaller = new Map<Session, Issuance[]>();
  for (const issuance of model.issuances) {
    const caller = model.sessions[issuance.callerSession ?? -1];
    if (issuance.kind === 'session-token' && caller !== undefined && isWithoutMfa(model, issuance)) {
      append(byCaller, caller, issuance);
    }
  }
  return [...byCaller].flatMap(([caller, issuances]) =>
    issuances.some(({ row }) => input.inWindow(row)) ? [issuedDraft(input, places, caller, issuances)] : [],
  );
}

/** The request names no device, and the token, if it was used, says the same. */
function isWithoutMfa({ events, sessions }: LineageModel, { row, childSession }: Issuance): boolean {
  const record = notableAt(events, row);
  const child = sessions[childSession ?? -1];
  return (
    record !== undefined &&
    ownCallsOf(events).has(row) &&
    stringAt(requestParameters(record), 'serialNumber') === '' &&
    child?.rows.some((each) => callerAt(events, each).mfaAuthenticated === true) !== true
  );
}

function issuedDraft(
  input: DetectionInput,
  places: Places,
  caller: Session,
  issuances: readonly Issuance[],
): FindingDraft {
  const { events, sessions } = input.model;
  const used = issuances.map((issuance) => {
    const child = sessions[issuance.childSession ?? -1];
    const elsewhere = child?.rows.find((row) => places.differ(issuance.row, row));
    return { issuance, child, elsewhere, first: child === undefined ? undefined : ownCallsOf(events).first(child) };
  });
  const away = used.filter(({ elsewhere }) => elsewhere !== undefined);
  const awayNames = [...new Set(away.map(({ elsewhere }) => places.nameOf(elsewhere ?? -1)))];
  return sessionFinding(input, caller, {
    rule: id,
    severity: away.length > 0 ? 'medium' : 'low',
    title: `${capital(sessionLabel(caller))} issued ${counted(issuances.length, 'session token')} without MFA${away.length > 0 ? `, used from ${listed(awayNames, 2)}` : ''}`,
    explanation: [
      `${counted(issuances.length, 'session token')} of up to 36 hours asked for without an MFA device: whoever has the key can do that, and deactivating the key does not end them.`,
      ...(away.length > 0
        ? [
            `${counted(away.length, 'token')} used from another place than issued: ${listed(awayNames)}; one step more severe.`,
          ]
        : []),
    ].join(' '),
    sessions: used.flatMap(({ child }) => child?.index ?? []),
    techniques: sessionTokenIamUse.techniques,
    count: issuances.length,
    evidence: used.flatMap(({ issuance, elsewhere, first }) => [
      { row: issuance.row, reason: 'A session token was issued without MFA', role: 'decisive' as const },
      ...(elsewhere === undefined
        ? []
        : [
            {
              row: elsewhere,
              reason: `The token used from ${places.nameOf(elsewhere)}, issued at ${places.nameOf(issuance.row)}`,
              role: 'decisive' as const,
            },
          ]),
      ...(first === undefined ? [] : [{ row: first, reason: 'First call with the token' }]),
    ]),
  });
}

/** Changes of IAM and STS: assuming a role hands out a credential and changes nothing. */
function classOfChange({ eventSource, eventName }: Action): ActionClass | undefined {
  if (!/^(iam|sts)\./.test(eventSource)) {
    return undefined;
  }
  const kind = actionClass(eventSource, eventName, false);
  return kind === 'read' || kind === 'identity' ? undefined : kind;
}

function changesOfIam(input: DetectionInput, places: Places): FindingDraft[] {
  const { events, sessions } = input.model;
  const own = ownCallsOf(events);
  const bySession = new Map<Session, number[]>();
  for (const row of rowsOfActions(events, (action) => classOfChange(action) !== undefined)) {
    const session = sessions[events.session[row] ?? -1];
    if (
      session?.kind === 'session-token' &&
      succeeded(events, row) &&
      own.has(row) &&
      callerAt(events, row).type === 'IAMUser'
    ) {
      append(bySession, session, row);
    }
  }
  return [...bySession].flatMap(([session, rows]) =>
    rows.some(input.inWindow) && isSessionToken(input.model, session)
      ? [changeDraft(input, places, session, rows)]
      : [],
  );
}

/** Issued in these logs; or of unseen origin, with more than one call, and not from the console’s own command line. */
function isSessionToken({ events }: LineageModel, session: Session): boolean {
  if (session.issuances.length > 0) {
    return true;
  }
  const own = ownCallsOf(events);
  const rows = session.rows.filter((row) => own.has(row));
  const clients = new Clients(events);
  return rows.length > 1 && !rows.some((row) => clients.at(row).cloudShell);
}

function changeDraft(input: DetectionInput, places: Places, session: Session, rows: readonly number[]): FindingDraft {
  const { model } = input;
  const { events } = model;
  const issueRow = session.issuances.map((index) => model.issuances[index]?.row).find((row) => row !== undefined);
  const judged = rows.map((row) => {
    const { eventName } = actionAt(events, row);
    const elsewhere = issueRow !== undefined && places.differ(issueRow, row);
    const severity = severityOf(events, row);
    return { row, eventName, elsewhere, severity: elsewhere ? raised(severity) : severity };
  });
  const severity = worst(judged.map((each) => each.severity));
  const names = [...new Set(judged.map(({ eventName }) => clean(eventName, 64)))];
  const away = judged.filter(({ elsewhere }) => elsewhere);
  const kept = judged.every((each) => each.severity === 'info');
  return sessionFinding(input, session, {
    rule: id,
    severity,
    confidence: issueRow === undefined ? 'session' : 'exact',
    title: `${capital(sessionLabel(session))} changed IAM: ${listed(names, 3)}`,
    explanation: [
      `${counted(rows.length, 'change')} of IAM with temporary credentials of a user, outside the console: ${listed(names, 6)}. AWS allows that only to tokens issued with MFA.`,
      ...(kept ? ['A program that keeps such tokens for people made them, and MFA was given: expected.'] : []),
      ...(away.length > 0 && issueRow !== undefined
        ? [
            `The token was issued at ${places.nameOf(issueRow)} and used from ${listed([...new Set(away.map(({ row }) => places.nameOf(row)))])}: one step more severe.`,
          ]
        : []),
      ...(issueRow === undefined ? ['Where the token was issued is not in these logs.'] : []),
    ].join(' '),
    techniques: sessionTokenIamUse.techniques,
    count: rows.length,
    evidence: [
      ...judged.map((each) => ({
        row: each.row,
        reason: `${clean(each.eventName, 64)} with a session token${each.elsewhere ? `, from ${places.nameOf(each.row)}` : ''}`,
        ...(each.severity === severity ? { role: 'decisive' as const } : {}),
      })),
      ...(issueRow === undefined
        ? []
        : [{ row: issueRow, reason: 'The token was issued', role: 'background' as const }]),
    ],
  });
}

function severityOf(events: LineageModel['events'], row: number): Severity {
  if (callerAt(events, row).mfaAuthenticated === true && keepers.test(textAt(events, 'userAgent', row))) {
    return 'info';
  }
  return classOfChange(actionAt(events, row)) === 'persistence' ? 'medium' : 'low';
}
