import assert from 'node:assert/strict';
import { formatInstant, parseInstant } from '../../../../src/engine/cloudtrail/time';

describe('parseInstant', () => {
  const noon = Date.UTC(2023, 6, 10, 12, 0, 0);
  const evening = Date.UTC(2023, 6, 10, 18, 30, 22);
  const same: readonly (readonly [unknown, number])[] = [
    ['2023-07-10T12:00:00Z', noon],
    ['2023-07-10T12:00:00.000Z', noon],
    ['2023-07-10T12:00:00.5Z', noon + 500],
    ['2023-07-10T12:00:00.123456789Z', noon + 123],
    ['2023-07-10T12:00Z', noon],
    ['2023-07-10T12:00:00', noon],
    ['2023-07-10 12:00:00.000000000', noon],
    ['2023-07-10 12:00:00 UTC', noon],
    ['2023-07-10T14:00:00+02:00', noon],
    ['2023-07-10T14:00:00+0200', noon],
    ['2023-07-10T06:30:00-05:30', noon],
    ['20230710T120000Z', noon],
    ['20230710T120000.250Z', noon + 250],
    ['2023-07-10', Date.UTC(2023, 6, 10)],
    ['Jul 10, 2023, 6:30:22 PM', evening],
    ['Jul 10, 2023 6:30:22 PM', evening],
    ['Jul 10, 2023, 6:30:22\u202fPM', evening],
    ['Jul 10, 2023, 6:30:22\u00a0pm', evening],
    ['July 10, 2023, 6:30:22 PM', evening],
    ['Jul 5, 2021 1:18:34 PM', Date.UTC(2021, 6, 5, 13, 18, 34)],
    ['Jul 10, 2023, 12:00:00 PM', noon],
    ['Jul 10, 2023, 12:00:00 AM', noon - 12 * 3_600_000],
    ['Jul 10, 2023, 18:30:22', evening],
    [noon / 1000, noon],
    [noon, noon],
    [noon * 1000, noon],
    [noon * 1e6, noon],
    [String(noon / 1000), noon],
    [`${noon / 1000}.000`, noon],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
  ];
  for (const [value, instant] of same) {
    it(JSON.stringify(value), () => {
      assert.equal(parseInstant(value), instant);
    });
  }

  const none: readonly unknown[] = [
    undefined,
    null,
    '',
    '-',
    'yesterday',
    'NaN',
    '2023-13-01T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2023-07-10T24:00:00Z',
    '2023-07-10T12:60:00Z',
    '2023-07-10T12:00:00+25:00',
    'Jul 32, 2023, 6:30:22 PM',
    'Jul 10, 2023, 13:30:22 PM',
    'Foo 10, 2023, 1:30:22 PM',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    0,
    20230710,
    true,
    {},
    [],
    '2'.repeat(100_000),
  ];
  for (const value of none) {
    it(`${typeof value} ${String(value).slice(0, 40)} is none`, () => {
      assert.equal(parseInstant(value), undefined);
    });
  }
});

describe('formatInstant', () => {
  it('is ISO 8601 with whole seconds', () => {
    assert.equal(formatInstant(Date.UTC(2023, 6, 10, 12, 0, 0, 999)), '2023-07-10T12:00:00Z');
    assert.equal(formatInstant(0), '1970-01-01T00:00:00Z');
  });

  it('does not throw for what is none', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 9e15]) assert.equal(formatInstant(value), '');
  });

  it('comes back through parseInstant', () => {
    for (const instant of [1_000_000_000_000, 1_688_990_400_000, 4_102_444_800_000]) {
      assert.equal(parseInstant(formatInstant(instant)), instant);
    }
  });
});
