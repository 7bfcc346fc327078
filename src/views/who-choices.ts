/**
 * The answer to "whose is it" as a list to choose from: the sessions with their way from the root, the records behind
 * them, and the blast radius of each.
 *
 * Guarantee: pure; nothing of a log is drawn as an icon; everything can be reached by keyboard; what is left out is counted.
 */
import { withThousands } from '../engine/cloudtrail/text';
import type { WhoAnswer } from '../worker/protocol';
import { counted, iconSafe } from './labels';
import { sessionDescription, sessionName, sessionSign } from './session-text';
import { instantText, partyOfRecord, periodText, wayText } from './who-words';

/** What choosing an entry opens. */
export type WhoTarget =
  | { readonly type: 'lineage'; readonly session: string }
  | { readonly type: 'record'; readonly eventID: string }
  | { readonly type: 'blastRadius'; readonly session: string };

export interface WhoChoice {
  readonly label: string;
  readonly description: string;
  readonly detail?: string;
  readonly target: WhoTarget;
}

/** Heads a part of the list. */
export interface WhoHeading {
  readonly heading: string;
}

export function whoChoices(answer: WhoAnswer): readonly (WhoHeading | WhoChoice)[] {
  return [
    ...part('Sessions', answer.total, sessionChoices(answer), ', the most telling first'),
    ...part('Records', answer.recordsTotal, recordChoices(answer)),
    ...part('Blast radius', answer.total, blastChoices(answer)),
  ];
}

/** The sessions alone, to choose one whose blast radius is shown. */
export function blastRadiusChoices(answer: WhoAnswer): readonly (WhoHeading | WhoChoice)[] {
  const sessions = sessionChoices(answer).map((choice, index): WhoChoice => {
    return { ...choice, target: { type: 'blastRadius', session: answer.sessions[index]?.id ?? '' } };
  });
  return part('Sessions', answer.total, sessions, ', the most telling first');
}

function part(name: string, total: number, choices: readonly WhoChoice[], order = ''): (WhoHeading | WhoChoice)[] {
  if (choices.length === 0) return [];
  const some = total > choices.length ? `: ${choices.length} of ${withThousands(total)}${order}` : '';
  return [{ heading: `${name}${some}` }, ...choices];
}

function sessionChoices(answer: WhoAnswer): WhoChoice[] {
  return answer.sessions.map((row, index): WhoChoice => {
    const below = answer.descendantsTotal[index] ?? 0;
    const detail = [
      periodText(row),
      iconSafe(wayText(answer, index), 1000),
      below === 0 ? '' : `${counted(below, 'session')} came of it`,
      row.severity === null ? '' : `worst finding ${row.severity}`,
    ];
    return {
      label: `$(${sessionSign(row).icon}) ${iconSafe(sessionName(row))}`,
      description: iconSafe(sessionDescription(row)),
      detail: detail.filter(Boolean).join('; '),
      target: { type: 'lineage', session: row.id },
    };
  });
}

function recordChoices(answer: WhoAnswer): WhoChoice[] {
  return answer.records.map((record): WhoChoice => {
    return {
      label: `$(go-to-file) ${iconSafe(sentence(record.role))}: ${iconSafe(record.eventName)}`,
      description: iconSafe([instantText(record.eventTime), partyOfRecord(answer, record)].filter(Boolean).join(' · ')),
      target: { type: 'record', eventID: record.eventID },
    };
  });
}

function blastChoices(answer: WhoAnswer): WhoChoice[] {
  return answer.sessions.map((row, index): WhoChoice => {
    const below = answer.descendantsTotal[index] ?? 0;
    return {
      label: `$(broadcast) Blast radius of ${iconSafe(sessionName(row))}`,
      description: below === 0 ? 'what it did' : `what it and ${counted(below, 'session')} that came of it did`,
      target: { type: 'blastRadius', session: row.id },
    };
  });
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
