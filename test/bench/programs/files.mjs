// The gzip files below a folder, sorted.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export function gzipFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.gz'))
    .sort()
    .map((name) => join(folder, name));
}
