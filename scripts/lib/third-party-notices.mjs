// The licence texts of every package that has code in the bundles: read from what esbuild put into its outputs, not
// from a list kept by hand, so that it cannot fall behind.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

const PACKAGE = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** Folders, relative to the project, of the packages that contributed at least one byte to an output. */
export function bundledPackages(outputs) {
  const folders = new Set();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const match = PACKAGE.exec(path.replaceAll('\\', '/'));
      if (match !== null && bytesInOutput > 0) folders.add(match[0].slice(0, -1));
    }
  }
  return [...folders].sort();
}

function licenceText(folder) {
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name));
  const files = names.sort().map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim());
  return files.join('\n\n');
}

/** One section a package. Throws for a package without any licence: such a package must not be shipped. */
export function thirdPartyNotices(outputs) {
  const sections = bundledPackages(outputs).map((relative) => {
    const folder = join(root, relative);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const text = licenceText(folder);
    const licence = typeof manifest.license === 'string' ? manifest.license : manifest.license?.type;
    if (licence === undefined && text === '') throw new Error(`${manifest.name} has no licence and cannot be shipped`);
    const author = typeof manifest.author === 'string' ? manifest.author : manifest.author?.name;
    const body = text === '' ? `Licence: ${licence}${author === undefined ? '' : `, by ${author}`}` : text;
    return `${manifest.name} ${manifest.version} (${licence ?? 'see below'})\n\n${body}\n`;
  });
  const head = 'CloudTrail Lineage contains code of the packages below, under their licences.\n';
  return [head, ...sections].join(`\n${'-'.repeat(80)}\n\n`);
}
