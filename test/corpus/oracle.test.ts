/**
 * The engine against the naive linker on real logs: every file alone, every corpus together. They are not part of the
 * project: absent, the test says so and is skipped. The rule tests of corpora/panther are YAML, one event each, and left out.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import type { FileResult } from '../../src/engine/cloudtrail/columns';
import { sniff } from '../../src/engine/cloudtrail/sniff';
import { parseAll } from '../unit/engine/cloudtrail/oracle';
import { scan } from '../unit/engine/cloudtrail/scan';
import { difference, engineLineage } from '../unit/engine/lineage/oracle/compare';
import { naiveLineage, type NaiveSession } from '../unit/engine/lineage/oracle/naive-linker';

const corpora = process.env['CLOUDTRAIL_CORPORA'] ?? path.resolve('..', 'shared', 'corpora');

interface Log {
  readonly name: string;
  readonly scanned: FileResult;
  readonly records: readonly unknown[];
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const file = path.join(folder, name);
      return statSync(file).isDirectory() ? filesUnder(file) : [file];
    });
}

/** The first file of a zip archive, by its central directory. */
function unzipped(archive: Buffer): Buffer {
  const directory = archive.readUInt32LE(archive.lastIndexOf('PK\u0005\u0006') + 16);
  const packed = archive.readUInt32LE(directory + 20);
  const start = archive.readUInt32LE(directory + 42);
  const data = start + 30 + archive.readUInt16LE(start + 26) + archive.readUInt16LE(start + 28);
  return inflateRawSync(archive.subarray(data, data + packed));
}

/** What AWS would have delivered: out of archives, and out of the answers of `lookup-events`. */
function contentOf(file: string): Uint8Array {
  const raw = readFileSync(file);
  switch (sniff(raw)) {
    case 'gzip':
      return gunzipSync(raw);
    case 'zip':
      return unzipped(raw);
    default: {
      const text = raw.toString('utf8');
      return text.startsWith('{"EventId"') ? Buffer.from(parseAll(text).map(eventInside).join('\n')) : raw;
    }
  }
}

function eventInside(answer: unknown): string {
  const { CloudTrailEvent: event } = answer as { CloudTrailEvent: string };
  return event;
}

/** Files that JSON.parse reads and that hold CloudTrail records. */
function logsOf(folder: string): Log[] {
  return filesUnder(folder).flatMap((file) => {
    const bytes = contentOf(file);
    const name = path.relative(corpora, file);
    const scanned = { ...scan(bytes), path: name };
    const readable = scanned.verdict === 'read' && (scanned.columns?.count ?? 0) > 0;
    return readable ? [{ name, scanned, records: parseAll(new TextDecoder().decode(bytes)) }] : [];
  });
}

/** The id of a record without one is a hash of its text, which the naive linker does not have. */
function withoutHashes(sessions: readonly NaiveSession[]): NaiveSession[] {
  return sessions.map((session) => ({
    ...session,
    events: session.events.map((id) => id.replace(/^hash:.*/, 'hash')).sort(),
  }));
}

function compare(logs: readonly Log[]): number {
  const engine = withoutHashes(engineLineage(logs.map(({ scanned }) => scanned)));
  const oracle = withoutHashes(naiveLineage(logs.flatMap(({ records }) => records)));
  assert.equal(difference(engine, oracle), '', logs.map(({ name }) => name).join(', '));
  return oracle.length;
}

describe('the engine and a naive linker on real logs', function () {
  this.timeout(120_000);

  before(function () {
    if (existsSync(corpora)) return;
    process.stdout.write(`      no logs at ${corpora}: set CLOUDTRAIL_CORPORA to test against real ones\n`);
    this.skip();
  });

  it('agree on every file alone', () => {
    const logs = logsOf(corpora);
    const sessions = logs.reduce((sum, log) => sum + compare([log]), 0);
    assert.ok(logs.length > 350 && sessions > 400, `${String(logs.length)} logs, ${String(sessions)} sessions`);
  });

  it('agree on every corpus together', () => {
    let sessions = 0;
    for (const name of readdirSync(corpora).sort()) {
      if (statSync(path.join(corpora, name)).isDirectory()) {
        sessions += compare(logsOf(path.join(corpora, name)));
      }
    }
    assert.ok(sessions > 75, `${String(sessions)} sessions`);
  });
});
