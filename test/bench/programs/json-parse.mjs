// What everybody writes first: decompress each file of a folder, parse it, count its records, forget it; one thread.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { gzipFiles } from './files.mjs';

let events = 0;
for (const file of gzipFiles(process.argv[2])) {
  events += JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')).Records.length;
}
process.stdout.write(JSON.stringify({ events }));
