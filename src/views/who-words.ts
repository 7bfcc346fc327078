/**
 * The answer to "whose is it" in words: what the name is, each session's way from the root, the records behind it.
 *
 * Guarantee: pure; every text from a log has passed `plain`; what is left out is counted.
 */
import type { SessionRow, WhoAnswer, WhoRecord } from '../worker/protocol';
import { counted, plain } from './labels';
import { sessionName } from './session-text';

/** `ASIA… is an access key: 1 session`; as the command line says it. */
export function whoTitle({ name, matched, alsoNamed, total }: WhoAnswer): string {
  const article = /^(?!us)[aeiou]/i.test(matched) ? 'an' : 'a';
  const sessions = total === 0 ? 'no session of these logs' : counted(total, 'session');
  const others = alsoNamed.length === 0 ? '' : `; ${counted(alsoNamed.length, 'other id')} not answered`;
  return `${plain(name, 100)} is ${article} ${plain(matched)}: ${sessions}${others}`;
}

/** `ci-legacy-deploy → deploy-staging → platform-admin`: the root first, the session last; '' where it is the root. */
export function wayText({ ancestry, ancestryTotal }: WhoAnswer, index: number): string {
  const way = ancestry[index] ?? [];
  if (way.length < 2) return '';
  const [root, ...rest] = way.map(stepName);
  const left = (ancestryTotal[index] ?? way.length) - way.length;
  return [root, ...(left > 0 ? [`(${left} more)`] : []), ...rest].join(' → ');
}

/** Of a role that was assumed the role alone: the names of its sessions are chosen by whoever assumes it. */
function stepName(row: SessionRow): string {
  const role = row.kind === 'role' ? /:assumed-role\/(?:.*\/)?([^/]+)\/[^/]+$/.exec(row.arn)?.[1] : undefined;
  return role === undefined ? sessionName(row) : plain(role);
}

/** `2025-05-16 01:06:02 UTC`. */
export function instantText(time: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time)
    ? `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`
    : plain(time);
}

/** From the first to the last event of a session. */
export function periodText({ firstEventTime, lastEventTime, issuedAt }: SessionRow): string {
  if (firstEventTime === null) return issuedAt === undefined ? '' : `issued ${instantText(issuedAt)}, not used`;
  if (lastEventTime === null || lastEventTime === firstEventTime) return instantText(firstEventTime);
  const [from, until] = [firstEventTime, lastEventTime].map(instantText);
  const day = firstEventTime.slice(0, 10) === lastEventTime.slice(0, 10);
  return day ? `${from?.replace(/ UTC$/, '') ?? ''} to ${until?.slice(11) ?? ''}` : `${from ?? ''} to ${until ?? ''}`;
}

/** `to platform-admin as build-1` of what issued it, else by whom the call was made, where the answer holds it. */
export function partyOfRecord({ sessions, ancestry }: WhoAnswer, { eventID, session }: WhoRecord): string {
  const issued = sessions.find(({ linkExplanation }) => linkExplanation.issueEventID === eventID);
  if (issued !== undefined) return `to ${sessionName(issued)}`;
  const caller = [...sessions, ...ancestry.flat()].find(({ id }) => id === session);
  return caller === undefined ? '' : `by ${sessionName(caller)}`;
}

/** The record that issued a session, as the answer names it. */
export function issuingRecord({ records }: WhoAnswer, { linkExplanation }: SessionRow): WhoRecord | undefined {
  return records.find(({ eventID }) => eventID === linkExplanation.issueEventID);
}
