/** Any order, partition or duplication of the input gives the same lineage. The input is the sample: every kind of issuance. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { emptyCase } from '../../../../src/engine/case-settings';
import { buildModel } from '../../../../src/engine/lineage/build-model';
import { actions, deliverToInstance, Random, role, Trail, utc } from '../../../../scripts/sample/records';
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

describe('a session whose records tell different things', () => {
  it('is the same whichever file is read first', () => {
    const trail = new Trail('partial');
    const at = utc('2023-07-10T12:00:00Z');
    const { v2 } = deliverToInstance(trail, at, role('111122223333', 'web'), 'i-0123456789abcdef0');
    const whole = trail.record(at + 60, v2, actions.listBuckets, { ip: '203.0.113.7', ua: 'aws-cli/2' });
    // Some exporters drop fields that they do not know.
    const { ec2RoleDelivery: _dropped, ...context } = whole.userIdentity['sessionContext'] as Record<string, unknown>;
    const partial = {
      ...whole,
      eventID: '11111111-0000-4000-8000-000000000001',
      eventTime: '2023-07-10T12:00:30Z',
      userIdentity: { ...whole.userIdentity, sessionContext: context },
    };
    const kinds = [
      [fileOf('a.json', [whole]), fileOf('b.json', [partial])],
      [fileOf('b.json', [whole]), fileOf('a.json', [partial])],
      [fileOf('a.json', [partial, whole])],
    ].map((files) => shape(buildModel(files, emptyCase)).map(({ kind }) => kind));
    assert.deepEqual(kinds, [['ec2-instance'], ['ec2-instance'], ['ec2-instance']]);
  });
});
