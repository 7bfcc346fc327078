/**
 * The stable interface as text: media/schemas/analysis-1.json describes it.
 *
 * Guarantee: parsed again it is the report, character by character; what would steer a terminal, hide, or turn the direction
 * of reading is written as an escape, so that printing the text is harmless.
 */
/** Throws an `Error` that says what to do when the text would be longer than a text can be (half a billion characters). */
export function jsonText(value: unknown): string {
  try {
    return `${JSON.stringify(value, null, 2).replace(hidden, escaped)}\n`;
  } catch (error) {
    if (error instanceof RangeError) {
      throw new Error(
        'The JSON of so many sessions is longer than a text can be: analyse fewer files at a time, or ask for another format.',
        { cause: error },
      );
    }
    throw error;
  }
}

/** Outside of strings JSON has nothing of these but its line feeds; `JSON.stringify` escapes those below U+0020 inside. */
const hidden = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}
