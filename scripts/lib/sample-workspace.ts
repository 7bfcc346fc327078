/**
 * The bundled incident, as a workspace that may be written to.
 *
 * Guarantee: always a copy, so that remediation output and triage never change the project. It is kept from start to start
 * as long as the bundled incident is the same; another incident makes another copy.
 */
import * as fs from 'node:fs';
import { basename, join } from 'node:path';
import { cacheDir, root } from './paths.mjs';
import { SetupError } from './vscode-install';
import { folderHash } from './folder-hash';

export const sampleIncident = join(root, 'media/sample-incident');

export function sampleCopy(source = sampleIncident, cache = cacheDir): string {
  if (!fs.existsSync(source)) throw new SetupError(`There is no ${source}`);
  const parent = join(cache, `sample-workspace-${folderHash(source).slice(0, 12)}`);
  const copy = join(parent, basename(source));
  if (fs.existsSync(copy)) return copy;
  fs.mkdirSync(cache, { recursive: true });
  for (const name of fs.readdirSync(cache))
    if (name.startsWith('sample-workspace-')) fs.rmSync(join(cache, name), { recursive: true, force: true });
  const staging = `${parent}.${process.pid}`;
  fs.cpSync(source, join(staging, basename(source)), { recursive: true });
  fs.renameSync(staging, parent);
  return copy;
}
