import assert from 'node:assert/strict';
import { assertAgrees, oddFile } from './odd-records';
import { bytesOf, randomOf, recordOf, scan, scanInPieces } from './scan';

describe('scanner against JSON.parse', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    it(`agrees on generated records, seed ${seed}`, () => {
      const random = randomOf(seed);
      const { file, used } = oddFile(random, 1 + Math.floor(random() * 25));
      assertAgrees(file, used, scan(file));
      const sizes = Array.from({ length: 7 }, () => 1 + Math.floor(random() * 900));
      assert.deepEqual(scanInPieces(file, sizes), scan(file));
    });
  }

  it('gives the same result wherever a small file is cut in two', () => {
    const records = [
      recordOf({ eventName: 'AssumeRole', eventSource: 'sts.amazonaws.com', userAgent: 'ž 🦊 \\ "q" \u0001' }),
      recordOf({ requestParameters: { list: [{ eventName: 'x' }, '}]"'] }, readOnly: false, number: -1.5e3 }),
    ];
    for (const content of [
      JSON.stringify({ before: [1, { Records: 1 }], Records: records, after: null }),
      JSON.stringify(records, null, 1).replace('🦊', '\\ud83e\\udd8a'),
      `${records.map((record) => JSON.stringify(record)).join('\r\n')}\r\n`,
      JSON.stringify({ Records: records }).slice(0, -200),
      JSON.stringify({ Records: records }).replace('"AwsApiCall"', 'AwsApiCall'),
    ]) {
      const file = bytesOf(content);
      const whole = scan(file);
      for (let cut = 1; cut < file.length; cut += 1) {
        assert.deepEqual(scanInPieces(file, [cut, file.length]), whole, `cut at ${cut}`);
      }
      assert.deepEqual(scanInPieces(file, [1]), whole);
    }
  });

  it('gives the same result wherever a file longer than the first look is cut', () => {
    const records = Array.from({ length: 12 }, (_, i) => recordOf({ userAgent: `ž"\\🦊${i}`, eventID: `id ${i}` }));
    const file = bytesOf(JSON.stringify({ Records: records }));
    assert.ok(file.length > 5000);
    const whole = scan(file);
    assert.equal(whole.columns?.count, 12);
    for (let cut = 4096; cut < file.length; cut += 1) {
      assert.deepEqual(scanInPieces(file, [cut, 1, file.length]), whole, `cut at ${cut}`);
    }
  });
});
