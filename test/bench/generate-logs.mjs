// Logs of any size out of the sample incident: copies of it, each a week later, in other credentials and with other event
// ids, so that nothing is a duplicate, strings repeat as they do in real logs, and every copy is a whole investigation.
//
// The same size gives the same bytes; nothing is random.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const week = 7 * 24 * 3600 * 1000;
/** Decompressed bytes of one file; CloudTrail delivers files of a few megabytes in busy accounts. */
const fileBytes = 3e6;

/** The records of the sample as texts, each once. */
function sampleRecords(folder) {
  const records = new Map();
  for (const name of readdirSync(folder).sort()) {
    const { Records = [] } = JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString('utf8'));
    for (const record of Records) records.set(record.eventID, JSON.stringify(record));
  }
  return [...records.values()];
}

const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const awsId = /\b(AKIA|ASIA|AROA|AIDA)([A-Z2-7]{12,})\b/g;
const instant = /\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;
const expiration = /"expiration":"([^"]+)"/g;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Copy `n` of a record; copy 0 is the record.
 * @param {string} text
 * @param {number} n
 * @returns {string}
 */
export function copyOf(text, n) {
  if (n === 0) return text;
  const suffix = (n >>> 0).toString(16).padStart(6, '0');
  const shifted = (time) => new Date(Date.parse(time) + n * week).toISOString().replace('.000Z', 'Z');
  return (
    text
      .replace(uuid, (id) => id.slice(0, -6) + xorHex(id.slice(-6), suffix))
      .replace(awsId, (_, prefix, rest) => prefix + rotated(rest, n))
      .replace(instant, shifted)
      // As STS writes it, `May 16, 2025, 1:53:13 AM`; any form that is understood will do.
      .replace(expiration, (whole, time) => {
        const at = Date.parse(`${time.replace(/(\d{4}), /, '$1 ')} UTC`);
        return Number.isNaN(at)
          ? whole
          : `"expiration":"${new Date(at + n * week).toISOString().replace('.000Z', 'Z')}"`;
      })
  );
}

function xorHex(a, b) {
  return (parseInt(a, 16) ^ parseInt(b, 16)).toString(16).padStart(a.length, '0');
}

/** The last four characters counted on by `n`: different for every copy up to a million. */
function rotated(rest, n) {
  let carry = n;
  const characters = [...rest];
  for (let at = characters.length - 1; at >= characters.length - 4; at--) {
    const value = alphabet.indexOf(characters[at]) + (carry % 32);
    carry = Math.floor(carry / 32) + (value >= 32 ? 1 : 0);
    characters[at] = alphabet[value % 32];
  }
  return characters.join('');
}

/**
 * At least `bytes` (decompressed) of logs as gzip files in `folder`.
 * @param {string} sample
 * @param {string} folder
 * @param {number} bytes
 */
export function generateLogs(sample, folder, bytes) {
  const records = sampleRecords(sample);
  mkdirSync(folder, { recursive: true });
  let file = [];
  let inFile = 0;
  const total = { bytes: 0, compressed: 0, events: 0, files: 0, copies: 0 };
  const flush = () => {
    if (file.length === 0) return;
    const text = Buffer.from(`{"Records":[${file.join(',')}]}`);
    const packed = gzipSync(text);
    writeFileSync(join(folder, `${String(total.files).padStart(6, '0')}.json.gz`), packed);
    total.bytes += text.length;
    total.compressed += packed.length;
    total.events += file.length;
    total.files += 1;
    file = [];
    inFile = 0;
  };
  for (; total.bytes + inFile < bytes; total.copies++) {
    for (const record of records) {
      const copy = copyOf(record, total.copies);
      file.push(copy);
      inFile += copy.length + 1;
      if (inFile >= fileBytes) flush();
      if (total.bytes + inFile >= bytes) break;
    }
  }
  flush();
  return total;
}
