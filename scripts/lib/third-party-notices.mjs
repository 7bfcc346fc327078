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

/** Some packages name the MIT licence without shipping its text, which must go with every copy. */
function mitText(author) {
  return `MIT License

Copyright (c) ${author ?? 'the authors'}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
}

/** One section a package. Throws for a package without a licence text: such a package must not be shipped. */
export function thirdPartyNotices(outputs) {
  const sections = bundledPackages(outputs).map((relative) => {
    const folder = join(root, relative);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const licence = typeof manifest.license === 'string' ? manifest.license : manifest.license?.type;
    const author = typeof manifest.author === 'string' ? manifest.author : manifest.author?.name;
    const text = licenceText(folder) || (licence === 'MIT' ? mitText(author) : '');
    if (text === '') throw new Error(`${manifest.name} ships no licence text and cannot be bundled`);
    return `${manifest.name} ${manifest.version} (${licence ?? 'see below'})\n\n${text}\n`;
  });
  const head = 'CloudTrail Lineage contains code of the packages below, under their licences.\n';
  return [head, ...sections].join(`\n${'-'.repeat(80)}\n\n`);
}
