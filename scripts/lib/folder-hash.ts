/** A hash over names and bytes of every file below a folder, installed packages apart: it changes when one of them does. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join, sep } from 'node:path';

export function folderHash(folder: string, salt = ''): string {
  const hash = createHash('sha256').update(`${salt}\n`);
  const names = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll(sep, '/'))
    .filter((name) => !name.startsWith('node_modules/') && fs.statSync(join(folder, name)).isFile())
    .sort();
  for (const name of names) {
    const bytes = fs.readFileSync(join(folder, name));
    // The length keeps one file's end apart from the next one's name.
    hash.update(`${name}\n${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}
