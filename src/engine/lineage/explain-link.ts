/**
 * The rule that joined a session to its origin, in words.
 *
 * Guarantee: a function of the model; the same session is always explained alike.
 */
import type { Caller } from '../cloudtrail/caller';
import { formatInstant } from '../cloudtrail/time';
import type { EventTable, Issuance, LinkExplanation, Session } from './model';
import { actionAt, callerAt } from './table';

/** What of a model a session explains itself with. */
export interface Told {
  readonly events: EventTable;
  readonly issuances: readonly Issuance[];
}

export function explainLink(
  session: Omit<Session, 'explanation'>,
  caller: Caller | undefined,
  { events, issuances }: Told,
): LinkExplanation {
  const issuance = issuances[session.issuances[0] ?? -1];
  const useRow = session.rows.find((row) => row !== issuance?.row);
  const explanation =
    issuance === undefined
      ? { issueRow: undefined, useRow, ...withoutIssuance(session, caller) }
      : { issueRow: issuance.row, useRow, ...withIssuance(session, issuance) };
  if (issuance?.requestRow === undefined) {
    return explanation;
  }
  // With the call that asked for it, where AWS logs that apart.
  const { requestRow } = issuance;
  const { arn, principalId } = callerAt(events, requestRow);
  return {
    ...explanation,
    requestRow,
    text: `${explanation.text} Asked for by ${arn || principalId}, with ${actionAt(events, requestRow).eventName}.`,
  };
}

type RuleAndText = Pick<LinkExplanation, 'rule' | 'text'>;

function withoutIssuance(session: Omit<Session, 'explanation'>, caller: Caller | undefined): RuleAndText {
  const issuer = caller?.issuer?.arn ?? '';
  return session.link === 'inferred'
    ? {
        rule: 'issuer-only',
        text: `The record that issued this session is not in these logs; only its issuer is known: ${issuer || session.principalId} (${session.kind}).`,
      }
    : { rule: 'root', text: 'Nothing in these logs issued this credential: the lineage starts here.' };
}

function withIssuance(session: Omit<Session, 'explanation'>, issuance: Issuance): RuleAndText {
  const at = formatInstant(issuance.time);
  if (session.link === 'ambiguous') {
    return {
      rule: 'role-session',
      text: `${String(session.candidates.length)} callers issued a session of this name within two seconds of ${at}: ambiguous, none is chosen.`,
    };
  }
  if (issuance.kind === 'created-key') {
    return {
      rule: 'created-key',
      text:
        session.link === 'inferred'
          ? `A key of this user was created at ${at}, its id is masked: this is the only key of the user, and not used before. Inferred.`
          : `The access key ${issuance.issuedKey} was created at ${at} and is used here.`,
    };
  }
  switch (session.link) {
    case 'exact':
      return { rule: 'issued-key', text: `The key used here is the key issued at ${at}.` };
    case 'twin':
      return { rule: 'twin', text: `The key used here is the key issued at ${at}, in a call logged in both accounts.` };
    case 'inferred':
      return {
        rule: 'role-session',
        text: `Same account, role name and session name, created when it was issued: ${at}. Its records do not tell the ARN of the role: inferred.`,
      };
    case 'console':
      return { rule: 'console', text: `Same principal, created at the sign-in of ${at}.` };
    default: {
      const used =
        session.rows.length === 0
          ? 'Issued here and not used in these logs'
          : 'Same role session, created when it was issued';
      return { rule: 'role-session', text: `${used}: ${at}.` };
    }
  }
}
