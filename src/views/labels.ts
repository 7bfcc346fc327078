/**
 * Text of logs as text for people: session names, user agents, tags and error messages are chosen by whoever made the
 * call, and may pretend to be something else.
 *
 * Guarantee: what comes out is one line, shows every character that would be invisible or turn the reading direction,
 * and, from `iconSafe`, holds no `$(icon)` that VS Code would draw.
 */
import { withThousands } from '../engine/cloudtrail/text';

/** Controls, line separators, bidi marks and overrides, zero-width and filler characters, tags, private use, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\u2800]/gu;

/** Longer texts are cut: a label is read at a glance, the record holds the whole. */
const MAX_LENGTH = 300;

export function plain(text: string, maxLength = MAX_LENGTH): string {
  const shown = text.replace(/[\t\n\r]+/g, ' ').replace(UNSEEN, (character) => {
    return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
  return shown.length <= maxLength ? shown : `${cut(shown, maxLength - 1)}…`;
}

/** For the places where VS Code draws `$(icon)`: choices, the status bar, notifications. */
export function iconSafe(text: string, maxLength = MAX_LENGTH): string {
  return plain(text, maxLength).replaceAll('$(', '\\$(');
}

/** A name for a tab or a file: letters, digits and a few signs, never empty, never a path. */
export function fileNameOf(text: string, maxLength = 80): string {
  const name = text
    .normalize('NFKC')
    .replace(/→/g, 'to')
    .replace(/[^\p{L}\p{N} ._-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[ .]+|[ .]+$/g, '');
  return cut(name, maxLength).trim() || 'unnamed';
}

/** `1 finding`, `3,396 events`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${withThousands(count)} ${count === 1 ? one : many}`;
}

/** `02:41:09`, where the day is said elsewhere. */
export function timeOfDay(time: string): string {
  return /T(\d\d:\d\d:\d\d)/.exec(time)?.[1] ?? time;
}

/** The first `length` UTF-16 units, one less where that would leave half a character. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}
