/**
 * Delivers records as CloudTrail does: a record arrives minutes after it happened, so neighbours in time end up in
 * different files, and nothing inside a file is sorted. The days before the incident are one file per account, region
 * and six hours, as an archive's compaction leaves them; the last night is five minutes a file, as delivered.
 */
import { Random } from './prng';
import { HOUR, isoTime, MINUTE, utc, type Seconds } from './time';
import type { CloudTrailRecord } from './trail';

export interface DeliveredFile {
  readonly name: string;
  /** What the gzip holds, on one line. */
  readonly text: string;
  readonly records: readonly CloudTrailRecord[];
}

const INCIDENT_NIGHT = utc('2025-05-16T00:00:00Z');

/** A file carries the time at which it was closed. */
function closedAt(delivered: Seconds): Seconds {
  const step = delivered > INCIDENT_NIGHT ? 5 * MINUTE : 6 * HOUR;
  return Math.ceil(delivered / step) * step;
}

function stamp(at: Seconds): string {
  return `${isoTime(at).slice(0, 16).replace(/[-:]/g, '')}Z`;
}

function fileName(random: Random, account: string, region: string, at: Seconds): string {
  return `${account}_CloudTrail_${region}_${stamp(at)}_${random.base62(16)}.json.gz`;
}

export function delivered(records: readonly CloudTrailRecord[]): DeliveredFile[] {
  const random = new Random('delivery');
  const files = new Map<string, CloudTrailRecord[]>();
  const ordered = [...records].sort((left, right) =>
    left.eventID < right.eventID ? -1 : left.eventID > right.eventID ? 1 : 0,
  );
  for (const record of ordered) {
    const happened = Math.floor(Date.parse(record.eventTime) / 1000);
    const key = [record.recipientAccountId, record.awsRegion, closedAt(happened + random.int(12, 594))].join(' ');
    const file = files.get(key);
    if (file === undefined) files.set(key, [record]);
    else file.push(record);
  }
  return [...files]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, held]) => {
      const [account = '', region = '', at = '0'] = key.split(' ');
      return file(fileName(random, account, region, Number(at)), random.shuffled(held));
    });
}

function file(name: string, records: readonly CloudTrailRecord[]): DeliveredFile {
  return { name, records, text: JSON.stringify({ Records: records }) };
}

/** A second trail over the same account: the busiest file of the last night once more, under another name. */
export function secondCopy(files: readonly DeliveredFile[], account: string): DeliveredFile {
  const last = files
    .filter(({ name }) => name.startsWith(`${account}_`) && name.includes('_20250516T01'))
    .reduce<DeliveredFile | undefined>(
      (most, next) => (most !== undefined && most.records.length >= next.records.length ? most : next),
      undefined,
    );
  if (last === undefined) throw new Error(`no delivered file of ${account}`);
  const random = new Random('second trail');
  const name = last.name.replace(/_[A-Za-z0-9]{16}\.json\.gz$/, `_${random.base62(16)}.json.gz`);
  return file(name, random.shuffled(last.records));
}

/** The hourly digest that CloudTrail writes beside the logs: not a log. */
export function digest(files: readonly DeliveredFile[], account: string): DeliveredFile {
  const random = new Random('digest');
  const end = utc('2025-05-16T02:00:00Z');
  const listed = files.filter(({ name }) => name.startsWith(`${account}_CloudTrail_us-east-1_20250516T01`));
  const body = {
    awsAccountId: account,
    digestStartTime: isoTime(end - HOUR),
    digestEndTime: isoTime(end),
    digestS3Bucket: 'examplecorp-cloudtrail-archive',
    digestS3Object: `AWSLogs/${account}/CloudTrail-Digest/us-east-1/2025/05/16/digest.json.gz`,
    digestPublicKeyFingerprint: random.hex(32),
    digestSignatureAlgorithm: 'SHA256withRSA',
    newestEventTime: isoTime(end - 30),
    oldestEventTime: isoTime(end - HOUR + 20),
    previousDigestS3Bucket: 'examplecorp-cloudtrail-archive',
    previousDigestS3Object: null,
    previousDigestHashValue: null,
    previousDigestHashAlgorithm: null,
    previousDigestSignature: null,
    logFiles: listed.map(({ name }) => ({
      s3Bucket: 'examplecorp-cloudtrail-archive',
      s3Object: `AWSLogs/${account}/CloudTrail/us-east-1/2025/05/16/${name}`,
      hashValue: random.hex(64),
      hashAlgorithm: 'SHA-256',
    })),
  };
  return {
    name: `${account}_CloudTrail-Digest_us-east-1_management-events_us-east-1_20250516T020000Z.json.gz`,
    text: JSON.stringify(body),
    records: [],
  };
}
