/** Any order, partition or duplication of the input gives the same lineage. The input is the sample: every kind of issuance. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { emptyCase } from '../../../../src/engine/case-settings';
import { buildModel } from '../../../../src/engine/lineage/build-model';
import { Random } from '../../../../scripts/sample/records';
import { fileOf, modelOf } from '../support/files';
import { shape } from '../support/shape';

const logs = join(__dirname, '../../../../media/sample-incident/cloudtrail-logs');

function sampleRecords(): object[] {
  return readdirSync(logs).flatMap((name) => {
    const content: unknown = JSON.parse(gunzipSync(readFileSync(join(logs, name))).toString('utf8'));
    const { Records } = content as { Records?: object[] };
    return Records ?? [];
  });
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const copy = [...items];
  for (let at = copy.length - 1; at > 0; at--) {
    const other = random.int(0, at);
    const [a, b] = [copy[at], copy[other]];
    if (a !== undefined && b !== undefined) {
      copy[at] = b;
      copy[other] = a;
    }
  }
  return copy;
}

describe('the lineage of the sample', () => {
  const records = sampleRecords();
  const expected = shape(modelOf(records));

  it('is not trivial', () => {
    assert.ok(expected.length > 100);
    assert.ok(new Set(expected.map(({ kind }) => kind)).size >= 8);
    assert.ok(expected.some(({ depth }) => depth === 3));
  });

  for (const seed of ['one', 'two', 'three']) {
    it(`survives shuffling, partition and duplication: ${seed}`, () => {
      const random = new Random(seed);
      const parts: object[][] = [[], [], [], [], []];
      for (const record of shuffled(records, random)) {
        parts[random.int(0, 4)]?.push(record);
        if (random.int(0, 9) === 0) {
          parts[random.int(0, 4)]?.push(record);
        }
      }
      const files = shuffled(
        parts.map((part, index) => fileOf(`${seed}-${String(index)}.json`, part)),
        random,
      );
      assert.deepEqual(shape(buildModel(files, emptyCase)), expected);
    });
  }
});
