/** The rules for people and for programs: what each means, how severe it can be, the techniques it cites. */
import { techniqueName } from '../detect/attack';
import { detectors } from '../detect/index';
import { painter } from './paint';
import { jsonText } from './render-json';
import { wrapped } from './wrapped';

export function renderRules(format: 'text' | 'json', options: { readonly colour?: boolean } = {}): string {
  if (format === 'json') {
    return jsonText(
      detectors.map(({ id, title, description, severities, techniques }) => ({
        id,
        title,
        description,
        severities,
        techniques: techniques.map((technique) => ({ id: technique, name: techniqueName(technique) })),
      })),
    );
  }
  const paint = painter(options.colour === true);
  return `${detectors
    .map(({ id, title, description, severities, techniques }) =>
      [
        `${paint('strong', id)}  ${title}`,
        ...wrapped(description, '  '),
        `  severities: ${severities.map((severity) => paint(severity, severity)).join(', ')}`,
        `  ATT&CK: ${techniques.map((technique) => `${technique} ${techniqueName(technique)}`).join('; ')}`,
      ].join('\n'),
    )
    .join('\n\n')}\n`;
}
