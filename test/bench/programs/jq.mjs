// The same fields with jq, a line a record, counted and forgotten; gzip decompresses beside it. Tells the most memory that jq held,
// where the system says it.
//
//   node jq.mjs FOLDER
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipFiles } from './files.mjs';

const fields = [
  ...[
    '.eventTime',
    '.eventSource',
    '.eventName',
    '.awsRegion',
    '.sourceIPAddress',
    '.userAgent',
    '.errorCode',
    '.eventID',
  ],
  ...['.readOnly', '.recipientAccountId', '.sharedEventID'],
  ...['type', 'principalId', 'arn', 'accountId', 'accessKeyId', 'invokedBy'].map((name) => `.userIdentity.${name}`),
  '.userIdentity.sessionContext.attributes.creationDate',
  '.responseElements.credentials.accessKeyId?',
];
const files = gzipFiles(process.argv[2]);
const gunzip = spawn('xargs', ['-0', 'gzip', '-dc'], { stdio: ['pipe', 'pipe', 'inherit'] });
const jq = spawn('jq', ['-c', `.Records[] | [${fields.join(', ')}]`], { stdio: [gunzip.stdout, 'pipe', 'inherit'] });
gunzip.stdin.end(files.join('\0'));
gunzip.stdout.destroy();

let peak = 0;
const watch = setInterval(() => {
  try {
    peak = Math.max(
      peak,
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${jq.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    );
  } catch {
    // Not a Linux, or jq has just ended: the peak stays as far as it is known.
    clearInterval(watch);
  }
}, 100);

let events = 0;
const lineFeed = 10;
jq.stdout.on('data', (chunk) => {
  for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, at + 1)) events++;
});
const [code] = await once(jq, 'close');
clearInterval(watch);
if (code !== 0) throw new Error(`jq ended with ${code}`);
process.stdout.write(JSON.stringify({ events }));
if (peak > 0 && process.env.BENCH_PEAK_FILE !== undefined) {
  process.on('exit', () => writeFileSync(process.env.BENCH_PEAK_FILE, String(peak)));
}
