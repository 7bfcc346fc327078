/**
 * The answer to "whose is it" as the card of a hover, in Markdown.
 *
 * Guarantee: pure; whatever a log says is text, never a link, an image or emphasis; the only links are those to
 * `CARD_COMMANDS`, and their arguments are encoded.
 */
import type { Finding } from '../engine/contract';
import { confidenceWords, ruleWords } from '../engine/report/link-words';
import { markdownText } from '../engine/report/plain-text';
import { severityRank } from '../engine/severity';
import type { SessionRow, WhoAnswer } from '../worker/protocol';
import { counted, plain } from './labels';
import { sessionDescription, sessionName } from './session-text';
import { instantText, issuingRecord, periodText, wayText } from './who-words';

/** What a card may link to. */
export const CARD_COMMANDS = [
  'cloudtrailLineage.showLineage',
  'cloudtrailLineage.openEvidence',
  'cloudtrailLineage.showBlastRadius',
  'cloudtrailLineage.whoIs',
] as const;

/** A hover is read at a glance: what is more is found by the command. */
const MAX_SESSIONS = 3;
const MAX_FINDINGS = 3;
const MAX_WAY = 400;
const MAX_TITLE = 160;

/** The card; undefined when nothing matched. `findings` are those of the analysis. */
export function whoCard(answer: WhoAnswer, findings: readonly Finding[]): string | undefined {
  if (answer.matched === '') return undefined;
  const { sessions } = answer;
  const parts = [heading(answer)];
  const own = ownRecords(answer);
  if (own.length > 0) parts.push(own.join('  \n'));
  const part = answer.total > 1 ? briefPart : wholePart;
  parts.push(...sessions.slice(0, MAX_SESSIONS).map((row, index) => part(answer, row, index, findings)));
  return parts.join('\n\n');
}

function heading({ name, matched, total }: WhoAnswer): string {
  const what = `**${markdownText(plain(name))}** · ${markdownText(matched)}`;
  if (total <= 1) return what;
  const all = total > MAX_SESSIONS ? ` · ${link('List all…', 'cloudtrailLineage.whoIs', { name })}` : '';
  return `${what}, ${counted(total, 'session')}${all}`;
}

/** What the name itself leads to: the event, calls that no session made, calls about what has no session. */
function ownRecords({ records, sessions, name, matched }: WhoAnswer): string[] {
  const about = matched.endsWith('calls were about');
  const own = (
    sessions.length === 0
      ? records
      : records.filter(({ eventID, role }) => eventID === name || (about && role.startsWith('about this ')))
  ).slice(0, MAX_SESSIONS);
  return own.map(({ eventID, eventName, eventTime, role }) => {
    const said = markdownText(`${plain(eventName)}, ${instantText(eventTime)}: ${plain(role)}`);
    return `${said} · ${link('Open record', 'cloudtrailLineage.openEvidence', { eventID })}`;
  });
}

type Part = (answer: WhoAnswer, row: SessionRow, index: number, findings: readonly Finding[]) => string;

/** The links come early: VS Code shows the first dozen lines of a hover, the rest is scrolled to. */
const wholePart: Part = (answer, row, index, findings) => {
  const account = row.accountId === '' ? '' : ` · account ${row.accountId}`;
  return joined([
    headline(row, account),
    links(answer, row, index),
    markdownText(plain(wayText(answer, index), MAX_WAY)),
    markdownText(periodText(row)),
    markdownText(linkText(row)),
    ...findingLines(row, findings, MAX_FINDINGS),
  ]);
};

/** Of many sessions, what tells them apart. */
const briefPart: Part = (answer, row, index, findings) => {
  const [worst = ''] = findingLines(row, findings, 0);
  const text = [periodText(row), wayText(answer, index), worst].filter(Boolean).join(' · ');
  return joined([headline(row, ''), links(answer, row, index), markdownText(plain(text, MAX_WAY))]);
};

function headline(row: SessionRow, more: string): string {
  return `**${markdownText(sessionName(row))}** · ${markdownText(plain(`${sessionDescription(row)}${more}`))}`;
}

function joined(lines: readonly string[]): string {
  return lines.filter(Boolean).join('  \n');
}

function linkText({ link: confidence, linkExplanation, candidates = [] }: SessionRow): string {
  const rule =
    confidence === 'ambiguous' ? counted(candidates.length, 'possible parent') : plain(ruleWords(linkExplanation.rule));
  const words = confidenceWords(confidence);
  return confidence === 'none'
    ? `${words.slice(0, 1).toUpperCase()}${words.slice(1)}: ${rule}`
    : `Link ${words}: ${rule}`;
}

function findingLines({ id }: SessionRow, findings: readonly Finding[], most: number): string[] {
  const own = findings.filter(({ sessions, suppressed }) => !suppressed && sessions.includes(id));
  const [worst] = [...own].sort((a, b) => severityRank(a.severity) - severityRank(b.severity));
  if (worst === undefined) return [];
  if (most === 0) return [`${counted(own.length, 'finding')}, the worst ${worst.severity}`];
  const shown = own.slice(0, most).map(({ severity, title }) => {
    return `Finding, ${severity}: ${markdownText(plain(title, MAX_TITLE))}`;
  });
  return own.length > most ? [...shown, `and ${counted(own.length - most, 'more finding')}`] : shown;
}

function links(answer: WhoAnswer, row: SessionRow, index: number): string {
  const { issueEventID } = row.linkExplanation;
  const issued = issuingRecord(answer, row);
  const below = answer.descendantsTotal[index] ?? 0;
  const issuedTitle =
    issued === undefined ? 'Issuing record' : `Issuing record (${markdownText(plain(issued.eventName, 60))})`;
  return [
    link('Show lineage', 'cloudtrailLineage.showLineage', { session: row.id }),
    issueEventID === undefined ? '' : link(issuedTitle, 'cloudtrailLineage.openEvidence', { eventID: issueEventID }),
    link(
      below === 0 ? 'Blast radius' : `Blast radius (${counted(below, 'session')})`,
      'cloudtrailLineage.showBlastRadius',
      { session: row.id },
    ),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** `text` is Markdown already. Brackets and quotes in an address would end it early. */
function link(
  text: string,
  command: (typeof CARD_COMMANDS)[number],
  argument: Readonly<Record<string, string>>,
): string {
  const encoded = encodeURIComponent(JSON.stringify([argument])).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `[${text}](command:${command}?${encoded})`;
}
