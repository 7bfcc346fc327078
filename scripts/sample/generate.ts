/**
 * Writes the logs of the sample incident: `npm run sample [folder]`, run from the project's root.
 * The same bytes every time on the same Node version; the decompressed bytes on any.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSample } from './sample';

/** Gzip without a trace of when and where it was made: Node sets no time, and the system byte is set to "unknown". */
function gzip(text: string): Uint8Array {
  const bytes = gzipSync(text, { level: 9 });
  bytes[9] = 255;
  return bytes;
}

function main(folder: string): void {
  const logs = join(folder, 'cloudtrail-logs');
  mkdirSync(logs, { recursive: true });
  for (const name of readdirSync(logs)) {
    if (name.endsWith('.json.gz')) rmSync(join(logs, name));
  }
  const { files } = buildSample();
  let bytes = 0;
  let records = 0;
  for (const { name, text, records: held } of files) {
    const packed = gzip(text);
    writeFileSync(join(logs, name), packed);
    bytes += packed.length;
    records += held.length;
  }
  process.stdout.write(`${files.length} files, ${records} records, ${Math.round(bytes / 1024)} KiB in ${logs}\n`);
}

main(process.argv[2] ?? join('media', 'sample-incident'));
