/**
 * Any number of role sessions that one access key was used to assume, every tenth of them used: text that is scanned as it is
 * made, so that only what the scanner keeps takes memory.
 *
 * Guarantee: record for record what the sample's builders make, with names, keys, ids and times of its own.
 */
import {
  actions,
  assumeRole,
  iamUser,
  isoTime,
  longTermKey,
  role,
  Trail,
  user,
  utc,
} from '../../scripts/sample/records';
import type { FileResult } from '../../src/engine/cloudtrail/columns';
import { FileScanner } from '../../src/engine/cloudtrail/scanner';

const account = '111122223333';
const start = utc('2023-07-10T12:00:00Z');
const origin = { ip: '203.0.113.7', ua: 'aws-cli/2.15.0 md/Linux' };
const usedEvery = 10;
/** Bytes between pushes, as a file is read. */
const chunk = 1 << 20;

export const rootKey = longTermKey('alice');

/** Key of a session by its number. */
export function keyOf(session: number): string {
  return `ASIA${session.toString(36).toUpperCase().padStart(16, '0')}`;
}

/** Records that `manySessions` makes for so many sessions. */
export function recordsOf(sessions: number): number {
  return sessions + Math.ceil(sessions / usedEvery);
}

export function manySessions(sessions: number): FileResult {
  const scanner = new FileScanner('many-sessions.json');
  const encoder = new TextEncoder();
  const { issued, used } = templates();
  let text = '{"Records":[';
  for (let at = 0; at < sessions; at++) {
    text += (at === 0 ? '' : ',') + issued(at);
    if (at % usedEvery === 0) {
      text += `,${used(at)}`;
    }
    if (text.length >= chunk) {
      scanner.push(encoder.encode(text));
      text = '';
    }
  }
  scanner.push(encoder.encode(`${text}]}`));
  return scanner.finish();
}

type Template = (session: number) => string;

function templates(): { readonly issued: Template; readonly used: Template } {
  const trail = new Trail('many sessions');
  const caller = iamUser(user(account, 'alice'), rootKey);
  const grant = assumeRole(trail, { at: start, caller, role: role(account, 'R1'), name: 'session-0', origin });
  const use = trail.record(start, grant.session, actions.listBuckets, origin);
  const [issue] = grant.records;
  if (issue === undefined) {
    throw new Error('an assumption has a record');
  }
  return { issued: templateOf(issue, grant.session.key, 'a'), used: templateOf(use, grant.session.key, 'b') };
}

/** The text of a record with what differs from session to session left open. */
function templateOf(
  record: { readonly eventID: string; readonly requestID?: string },
  key: string,
  mark: string,
): Template {
  const open: readonly (readonly [string, Template])[] = [
    [record.eventID, (session) => uuid(session, `0${mark}`)],
    [record.requestID ?? record.eventID, (session) => uuid(session, `1${mark}`)],
    [key, keyOf],
    ['session-0', (session) => `session-${String(session)}`],
    [isoTime(start), (session) => isoTime(start + session)],
  ];
  let parts: (string | Template)[] = [JSON.stringify(record)];
  for (const [text, fill] of open) {
    parts = parts.flatMap((part) =>
      typeof part === 'string' ? part.split(text).flatMap((piece, at) => (at === 0 ? [piece] : [fill, piece])) : [part],
    );
  }
  return (session) => parts.map((part) => (typeof part === 'string' ? part : part(session))).join('');
}

function uuid(session: number, mark: string): string {
  return `${session.toString(16).padStart(8, '0')}-0000-4000-8000-0000000000${mark}`;
}
