/**
 * The answer to "whose is it" in words: what the name is, each session's way from the root, the records behind it.
 *
 * Guarantee: pure; every text from a log has passed `plain`; what is left out is counted.
 */
import type { SessionRow, WhoAnswer, WhoRecord } from '../worker/protocol';
import { counted, plain } from './labels';
import { sessionName } from './session-text';

/** `ASIA… is an access key of 1 session`. */
export function whoTitle({ name, matched, total }: WhoAnswer): string {
  const article = /^[aeiou]/i.test(matched) ? 'an' : 'a';
  const of = total === 0 ? ', of no session' : ` of ${counted(total, 'session')}`;
  return `${plain(name, 100)} is ${article} ${plain(matched)}${of}`;
}

/** `ci-legacy-deploy → … → platform-admin as build-1`: the root first, the session last; '' where it is the root. */
export function wayText({ ancestry, ancestryTotal }: WhoAnswer, index: number): string {
  const way = ancestry[index] ?? [];
  if (way.length < 2) return '';
  const [root, ...rest] = way.map(sessionName);
  const left = (ancestryTotal[index] ?? way.length) - way.length;
  return [root, ...(left > 0 ? [`(${left} more)`] : []), ...rest].join(' → ');
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
  return `${instantText(firstEventTime)} to ${instantText(lastEventTime)}`;
}

/** Name of the session that a record issued or first used, where the answer holds it. */
export function sessionOfRecord({ sessions }: WhoAnswer, { eventID, session }: WhoRecord): string {
  const row =
    sessions.find(({ linkExplanation }) => linkExplanation.issueEventID === eventID) ??
    sessions.find(({ linkExplanation }) => linkExplanation.useEventID === eventID) ??
    sessions.find(({ id }) => id === session);
  return row === undefined ? '' : sessionName(row);
}

/** The record that issued a session, as the answer names it. */
export function issuingRecord({ records }: WhoAnswer, { linkExplanation }: SessionRow): WhoRecord | undefined {
  return records.find(({ eventID }) => eventID === linkExplanation.issueEventID);
}
