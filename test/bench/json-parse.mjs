// What is compared with: decompress each file of a folder, parse it, count its records, forget it; one thread.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const [folder] = process.argv.slice(2);
let events = 0;
for (const name of readdirSync(folder).sort()) {
  events += JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString('utf8')).Records.length;
}
process.stdout.write(`${events}\n`);
