/** Terminal colours: the eight that every terminal has, and one orange from the 256. */
import type { Severity } from '../contract';

export type Style = Severity | 'strong' | 'quiet' | 'orange' | 'rule';
export type Paint = (style: Style, text: string) => string;

const codes: Readonly<Record<Style, string>> = {
  critical: '1;31',
  high: '31',
  medium: '33',
  low: '36',
  info: '2',
  strong: '1',
  quiet: '2',
  rule: '2',
  orange: '38;5;208',
};

export function painter(colour: boolean): Paint {
  return colour ? (style, text) => `\u001b[${codes[style]}m${text}\u001b[0m` : (_, text) => text;
}
