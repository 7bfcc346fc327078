/** The scanner against JSON.parse on real logs. They are not part of the project: absent, the test says so and is skipped. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sniff } from '../../src/engine/cloudtrail/sniff';
import { parseAll, plainEvent, plainRows } from '../unit/engine/cloudtrail/oracle';
import { randomOf, scan, scanInPieces } from '../unit/engine/cloudtrail/scan';

const corpora = process.env['CLOUDTRAIL_CORPORA'] ?? path.resolve('..', 'shared', 'corpora');

function filesUnder(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const file = path.join(folder, name);
      return statSync(file).isDirectory() ? filesUnder(file) : [file];
    });
}

function contentOf(file: string): Uint8Array {
  const bytes = readFileSync(file);
  return sniff(bytes) === 'gzip' ? gunzipSync(bytes) : bytes;
}

describe('scanner on real logs', function () {
  before(function () {
    if (existsSync(corpora)) return;
    process.stdout.write(`      no logs at ${corpora}: set CLOUDTRAIL_CORPORA to test against real ones\n`);
    this.skip();
  });

  it('agrees with JSON.parse on every record of every file, in any pieces', () => {
    const random = randomOf(2023);
    let events = 0;
    for (const file of filesUnder(corpora)) {
      const bytes = contentOf(file);
      if (sniff(bytes) !== 'json' || /bad_cloudtrail\.json$|aws_cloudtrail\.jsonl$/.test(file)) continue;
      const expected = parseAll(new TextDecoder().decode(bytes)).flatMap((record) => {
        const event = plainEvent(record);
        return event === undefined ? [] : [{ ...event, record }];
      });
      const result = scan(bytes);
      const rows = result.columns === undefined ? [] : plainRows(result.columns, bytes);
      assert.deepEqual(rows, expected, file);
      assert.equal(result.verdict, 'read', file);
      assert.equal(result.rejected, 0, file);
      const sizes = Array.from({ length: 5 }, () => 1 + Math.floor(random() * 70_000));
      assert.deepEqual(scanInPieces(bytes, sizes), { ...result, path: 'log.json' }, file);
      events += rows.length;
    }
    assert.ok(events > 2500, `${events} events`);
  });

  it('names what is no log', () => {
    const formats = new Map(filesUnder(corpora).map((file) => [path.relative(corpora, file), scan(contentOf(file))]));
    const verdictOf = (name: string) => {
      const result = formats.get(path.normalize(name));
      return result === undefined ? undefined : [result.verdict, result.format];
    };
    assert.deepEqual(verdictOf('cloudgrep/bad_cloudtrail.json'), ['failed', 'cloudtrail-json']);
    assert.deepEqual(verdictOf('cloudgrep/cloudtrail_singleline.json'), ['read', 'cloudtrail-json']);
    assert.deepEqual(verdictOf('otrf/ec2_proxy_s3_exfiltration.zip'), ['skipped', 'zip']);
    assert.deepEqual(verdictOf('plaso/test_data/jsonl/aws_cloudtrail.jsonl'), ['skipped', 'lookup-events']);
    assert.deepEqual(verdictOf('otrf/SDAWS-200914011940.yaml'), ['skipped', 'yaml']);
    for (const [name, result] of formats) {
      if (/\.ya?ml$/.test(name)) assert.equal(result.verdict, 'skipped', name);
      if (result.verdict !== 'read') assert.ok((result.reason ?? '') !== '', name);
    }
  });
});
