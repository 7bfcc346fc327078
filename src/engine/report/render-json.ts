/**
 * The stable interface as text: media/schemas/analysis-1.json describes it.
 *
 * Guarantee: parsed again it is the report, character by character; what would steer a terminal, hide, or turn the direction
 * of reading is written as an escape, so that printing the text is harmless.
 */
import { toReport, type Analysis } from '../analysis';

export function renderJson(analysis: Analysis): string {
  return jsonText(toReport(analysis));
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(hidden, escaped)}\n`;
}

/** Outside of strings JSON has nothing of these but its line feeds; `JSON.stringify` escapes those below U+0020 inside. */
const hidden = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}
